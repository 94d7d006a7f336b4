package me_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"kept/internal/testkit/browser"
)

// TestBrowser is a client on a phone: she signs in with the code, changes how
// she is reminded, and the staff's stream of her card hears it within a second;
// then the desk changes her card, and her page shows it by itself.
func TestBrowser(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.enroll(t, salon, "Phoebe Phone", "phoebe@example.com", "")
	tab := browser.Page(t, h.Base+"/me", browser.Options{Width: 360})
	browser.Axe(t, tab)
	browser.Fits(t, tab)
	tab.MustElement("#f-contact").MustInput("phoebe@example.com")
	wait := tab.MustWaitNavigation()
	tab.MustElement("form[action='/me/-/ask'] button[type=submit]").MustClick()
	wait()
	browser.Axe(t, tab)
	browser.Fits(t, tab)
	code, _ := h.letter(t, "phoebe@example.com")
	tab.MustElement("#f-code").MustInput(code)
	wait = tab.MustWaitNavigation()
	tab.MustElement("form[action='/me/-/code'] button[type=submit]").MustClick()
	wait()
	tab.MustElementR("h1", "Phoebe Phone")
	for _, part := range []string{"", "/visits", "/plans", "/contacts", "/people", "/forms", "/consents", "/calendar", "/seen", "/data"} {
		tab.MustNavigate(h.Base + "/me/" + salon + part).MustWaitLoad()
		browser.Axe(t, tab)
		browser.Fits(t, tab)
	}

	heard := h.staffHears(t)
	tab.MustNavigate(h.Base + "/me/" + salon + "/likes").MustWaitLoad()
	browser.Axe(t, tab)
	browser.Fits(t, tab)
	tab.MustElement("#f-remind").MustSelect("One for each visit")
	wait = tab.MustWaitNavigation()
	tab.MustElement("form[action$='/likes'] button[type=submit]").MustClick()
	wait()
	saved := time.Now()
	tab.MustElementR(".notice", "The staff see it already")
	select {
	case line := <-heard:
		if !strings.Contains(line, id) || !strings.Contains(line, "preference") {
			t.Errorf("the staff hear %s", line)
		}
		if took := time.Since(saved); took > 5*time.Second { // a tenth of a second alone; tests share the machine
			t.Errorf("the staff hear it after %v", took)
		}
	case <-time.After(30 * time.Second):
		t.Error("the staff hear nothing")
	}

	tab.MustNavigate(h.Base + "/me/" + salon).MustWaitLoad()
	tab.MustElementR("h1", "Phoebe Phone")
	h.api(t, salon, http.MethodPatch, "/clients/"+id, map[string]string{"name": "Phoebe New"}, http.StatusOK)
	tab.MustElementR("h1", "Phoebe New") // it waits until it is there
}

// staffHears follows the stream of the business and gives what is told of cards.
func (h *house) staffHears(t *testing.T) <-chan string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.Base+"/app/"+salon+"/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := h.SignIn(t, salon).Do(r)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("the staff's stream answers %v, %v", res, err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	out := make(chan string, 10)
	lines := bufio.NewScanner(res.Body)
	lines.Scan() // the greeting: from here on nothing is missed
	go func() {
		for lines.Scan() {
			if line := lines.Text(); strings.Contains(line, `"client.updated"`) {
				out <- line
			}
		}
	}()
	return out
}

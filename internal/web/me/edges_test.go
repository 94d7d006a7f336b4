package me_test

import (
	"bufio"
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"kept/internal/i18n"
	"kept/internal/web/me"
	"kept/internal/web/pagetest"
)

// testOthers walks every address as nobody, as somebody else, and with the
// card of somebody else: none opens, and all say the same.
func testOthers(t *testing.T, h *house) {
	mine := h.enroll(t, salon, "Otto", "otto@example.com", "")
	h.enroll(t, clinic, "Eve", "eve@example.com", "")
	eve, nobody := h.in(t, "eve@example.com"), browserOf(t)
	missing := strings.Replace(mine, mine[:8], "00000000", 1)
	for _, r := range (&me.Pages{}).Routes() {
		path := strings.NewReplacer("{slug}", salon, "{id}", mine, "{link}", "x", "{token}", "x").Replace(r.Path)
		ask := func(c *http.Client, who string) pagetest.Answer {
			if r.Method == http.MethodGet {
				return h.Get(t, c, path+"?who="+who)
			}
			return h.Post(t, c, path, url.Values{"who": {who}, "key": {mine}, "name": {"x"}, "value": {"x@example.com"}, "kind": {"pet"}})
		}
		switch r.Need {
		case me.Anybody:
			continue
		case me.Token:
			if got := ask(nobody, ""); got.Status != http.StatusNotFound && got.Status != http.StatusGone {
				t.Errorf("%s %s without its secret answers %d", r.Method, r.Path, got.Status)
			}
			continue
		case me.Login:
			if got := ask(nobody, ""); got.Status != http.StatusSeeOther || !strings.HasPrefix(got.Location, "/me") {
				t.Errorf("%s %s for nobody answers %d to %q", r.Method, r.Path, got.Status, got.Location)
			}
			continue
		case me.OfCard:
		}
		want := http.StatusSeeOther
		if strings.HasSuffix(path, "/stream") {
			want = http.StatusUnauthorized
		}
		if got := ask(nobody, mine); got.Status != want {
			t.Errorf("%s %s for nobody answers %d", r.Method, r.Path, got.Status)
		}
		own, none := ask(eve, mine), ask(eve, missing)
		if own.Status != http.StatusNotFound || none.Status != http.StatusNotFound || strings.ReplaceAll(own.Body, mine, missing) != strings.ReplaceAll(none.Body, mine, missing) {
			t.Errorf("%s %s for somebody else answers %d and %d", r.Method, r.Path, own.Status, none.Status)
		}
	}
	// Somebody else's card under one's own business is as unknown.
	h.enroll(t, salon, "Eve", "eve@example.com", "")
	if got := h.Get(t, eve, "/me/"+salon+"?who="+mine); got.Status != http.StatusNotFound {
		t.Errorf("somebody else's card answers %d", got.Status)
	}
	if got := h.Get(t, eve, "/me/"+salon); got.Status != http.StatusOK {
		t.Errorf("one's own card answers %d", got.Status)
	}
	// A form of another site signs nobody in or out.
	got := h.Post(t, eve, "/me/-/out", url.Values{}, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example")
	if got.Status != http.StatusForbidden {
		t.Errorf("a foreign form answers %d", got.Status)
	}
}

func testFeed(t *testing.T, h *house) {
	h.enroll(t, salon, "Fay", "fay@example.com", "")
	c := h.in(t, "fay@example.com")
	at := "/me/" + salon + "/calendar"
	address := func() string {
		_, body := h.page(t, c, at)
		return pagetest.First(t, `webcal://[^/"]*(/feeds/me/[A-Za-z0-9_-]+)`, body)
	}
	h.send(t, c, at, "/calendar")
	first := address()
	got := h.Get(t, http.DefaultClient, first)
	if got.Status != http.StatusOK || !strings.HasPrefix(got.Body, "BEGIN:VCALENDAR") {
		t.Errorf("the feed answers %d: %.100s", got.Status, got.Body)
	}
	h.send(t, c, at, "/calendar")
	if got := h.Get(t, http.DefaultClient, first); got.Status != http.StatusNotFound {
		t.Errorf("the address before answers %d", got.Status)
	}
	if got := h.Get(t, http.DefaultClient, address()); got.Status != http.StatusOK {
		t.Errorf("the new address answers %d", got.Status)
	}
}

func testSeen(t *testing.T, h *house) {
	id := h.enroll(t, salon, "Sam", "sam@example.com", "")
	c := h.in(t, "sam@example.com")
	text, _ := h.page(t, c, "/me/"+salon+"/seen")
	says(t, text, "Nobody has opened your card yet")
	owner := h.SignIn(t, salon)
	if got := h.Get(t, owner, "/app/"+salon+"/clients/"+id); got.Status != http.StatusOK {
		t.Fatalf("the staff's page answers %d", got.Status)
	}
	text, _ = h.page(t, c, "/me/"+salon+"/seen")
	says(t, text, "Somebody of the staff")
	says(t, text, "read the card")
	h.forced(t, id)
	text, _ = h.page(t, c, "/me/"+salon+"/seen")
	says(t, text, "Opened for a special reason, outside their own clients")
	if strings.Contains(text, "Fainted at the desk") || strings.Contains(text, "request.refused") || strings.Contains(text, "me.seen") {
		t.Errorf("it says too much: %s", text)
	}
}

// forced lets a program of own reach open a card past it; what it was refused
// before is none of the client's readings.
func (h *house) forced(t *testing.T, card string) {
	t.Helper()
	h.api(t, salon, http.MethodPatch, "/business", map[string]any{"terms": map[string]any{"break_glass": true}}, http.StatusOK)
	staff := h.api(t, salon, http.MethodPost, "/staff", map[string]any{"name": "Vera"}, http.StatusCreated)["id"]
	made := h.api(t, salon, http.MethodPost, "/keys", map[string]any{"name": "till", "role": "staff", "reach": "own", "staff": staff}, http.StatusCreated)
	key, _ := made["key"].(string)
	till := &house{House: h.House, keys: map[string]string{salon: key}}
	till.api(t, salon, http.MethodGet, "/clients/"+card, nil, http.StatusNotFound)
	till.api(t, salon, http.MethodPost, "/clients/"+card+"/break-glass", map[string]any{"reason": "Fainted at the desk"}, http.StatusCreated)
}

// testStream hears what the staff change, and nothing of anybody else.
func testStream(t *testing.T, h *house) {
	id, other := h.enroll(t, salon, "Ria", "ria@example.com", ""), h.enroll(t, salon, "Rob", "rob@example.com", "")
	c := h.in(t, "ria@example.com")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.Base+"/me/"+salon+"/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.Do(r)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("the stream answers %v, %v", res, err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	if !lines.Scan() || lines.Text() != ": kept" {
		t.Fatalf("the stream begins with %q", lines.Text())
	}
	begun := time.Now()
	for _, one := range []string{other, id} {
		h.api(t, salon, http.MethodPatch, "/clients/"+one, map[string]string{"note": "hello"}, http.StatusOK)
	}
	var heard strings.Builder
	for lines.Scan() {
		heard.WriteString(lines.Text() + "\n")
		if strings.HasPrefix(lines.Text(), "data:") && strings.Contains(heard.String(), "client.updated") {
			break // what was before it, such as the making of the card, may have been told late
		}
	}
	if took := time.Since(begun); took > 5*time.Second { // a tenth of a second alone; tests share the machine
		t.Errorf("it was heard after %v", took)
	}
	if text := heard.String(); !strings.Contains(text, "event: client.updated") || strings.Contains(text, other) || strings.Contains(text, id) {
		t.Errorf("heard is %q", text)
	}
}

func testLanguages(t *testing.T, h *house) {
	h.enroll(t, salon, "Lin", "lin@example.com", "")
	c := h.in(t, "lin@example.com")
	for _, lang := range i18n.Languages() {
		p := i18n.For(lang)
		for _, part := range []string{"visits", "likes", "contacts", "people", "calendar", "seen"} {
			text, _ := h.page(t, c, "/me/"+salon+"/"+part+"?lang="+lang)
			says(t, text, p.T("me.part_"+part))
			if strings.Contains(text, "me.part_") || strings.Contains(text, "me.subject_") {
				t.Errorf("%s in %s shows keys", part, lang)
			}
		}
	}
	h.page(t, browserOf(t), "/me?lang=en")
}

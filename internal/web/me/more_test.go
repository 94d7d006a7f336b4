package me_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kept/internal/web/pagetest"
)

// testMore turns the pages of whom the client brings and of what is due: each
// stands on one page, and the way on is told in every language.
func testMore(t *testing.T, h *house) {
	card := h.enroll(t, salon, "Olaf Onward", "olaf@example.com", "")
	list, _ := h.api(t, salon, http.MethodGet, "/services", nil, http.StatusOK)["items"].([]any)
	service, _ := list[0].(map[string]any)["id"].(string)
	const all = 33
	for i := range all {
		made := h.api(t, salon, http.MethodPost, "/clients/"+card+"/subjects", map[string]any{"kind": "pet", "name": fmt.Sprintf("pet number %d", 100+i)}, http.StatusCreated)
		h.api(t, salon, http.MethodPost, "/plans", map[string]any{
			"client": card, "subject": made["id"], "service": service, "due": fmt.Sprintf("2027-01-%02d", 1+i%28),
		}, http.StatusCreated)
	}
	c := h.in(t, "olaf@example.com")
	pets := regexp.MustCompile(`<b>[^<]*(pet number \d+)`)
	next := regexp.MustCompile(`href="([^"]+)" rel="next">([^<]+)<`)
	for _, part := range []string{"/people", "/plans"} {
		for language, more := range map[string]string{"en": "More", "ru": "Ещё", "zh-Hant": "更多"} {
			var got []string
			at, pages := "/me/"+salon+part, 0
			for at != "" && pages < 9 {
				mark := "?"
				if strings.Contains(at, "?") {
					mark = "&"
				}
				_, body := h.page(t, c, at+mark+"lang="+language)
				for _, one := range pets.FindAllStringSubmatch(body, -1) {
					got = append(got, one[1])
				}
				at, pages = "", pages+1
				if way := next.FindStringSubmatch(body); way != nil {
					if at = strings.ReplaceAll(way[1], "&amp;", "&"); way[2] != more {
						t.Errorf("%s in %s: the way on is called %q", part, language, way[2])
					}
				}
			}
			slices.Sort(got)
			if n := len(slices.Compact(slices.Clone(got))); n != all || len(got) != all || pages != 2 {
				t.Errorf("%s: %d, of them %d one by one, on %d pages", part, len(got), n, pages)
			}
		}
	}
	_, body := h.page(t, c, "/me/"+salon+"?lang=en")
	if due := pets.FindAllString(body, -1); len(due) != 10 || !strings.Contains(body, "/me/"+salon+`/plans">All that is due<`) {
		t.Errorf("the first page shows %d that are due, and no way to the others", len(due))
	}
}

// testHome shows the next ten visits of a client with more, the soonest first,
// and the way to all.
func testHome(t *testing.T, h *house) {
	card := h.enroll(t, salon, "Rita Regular", "rita@example.com", "")
	list, _ := h.api(t, salon, http.MethodGet, "/services", nil, http.StatusOK)["items"].([]any)
	service, _ := list[0].(map[string]any)["id"].(string)
	slots, _ := h.api(t, salon, http.MethodGet, "/b/"+salon+"/slots?service="+service+"&from=2026-03-09&to=2026-03-31", nil, http.StatusOK)["slots"].([]any)
	days := map[string]bool{}
	var booked []string
	for _, one := range slots {
		start, _ := one.(map[string]any)["start"].(string)
		if day := start[:10]; !days[day] && len(booked) < 12 {
			days[day] = true
			visit := h.api(t, salon, http.MethodPost, "/bookings", map[string]any{"service": service, "start": start, "client_id": card}, http.StatusCreated)
			id, _ := visit["id"].(string)
			booked = append(booked, id)
		}
	}
	c := h.in(t, "rita@example.com")
	coming := regexp.MustCompile(`class="card item" href="([^"]+)"`)
	count := func(want int, more bool) {
		t.Helper()
		_, body := h.page(t, c, "/me/"+salon+"?lang=en")
		block := pagetest.First(t, `(?s)<h2>Coming up</h2>(.*?)</section>`, body)
		if got := len(coming.FindAllString(block, -1)); got != want || strings.Contains(block, ">All visits<") != more {
			t.Errorf("%d visits come, want %d; all: %t", got, want, strings.Contains(block, ">All visits<"))
		}
	}
	if len(booked) != 12 {
		t.Fatalf("only %d were booked", len(booked))
	}
	count(10, true)
	for _, id := range booked[:2] { // the soonest fall away, and the next stand there
		h.api(t, salon, http.MethodPost, "/bookings/"+id+"/cancel", map[string]any{}, http.StatusOK)
	}
	count(10, false)
}

package view_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"kept/internal/i18n"
	"kept/internal/testkit/browser"
	"kept/internal/web"
	"kept/internal/web/asset"
	"kept/internal/web/view"
)

// gallery serves the samples of a language under /<name>, with the headers of the program.
func gallery(t *testing.T, lang string) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle(asset.Prefix, asset.Handler())
	for _, s := range samples(lang) {
		mux.HandleFunc("GET /"+s.name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			if err := s.page.Render(r.Context(), w); err != nil {
				t.Error(err)
			}
		})
	}
	mux.HandleFunc("GET /feed", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(feed(lang))
	})
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	server := httptest.NewServer(web.Headers(mux))
	t.Cleanup(server.Close)
	return server.URL
}

// feed is a day on the calendar.
func feed(lang string) view.CalendarFeed {
	p, w := i18n.For(lang), tongues()[lang]
	item := func(id, column, from, to, kind, status, title, line string, hue int) view.CalendarItem {
		return view.CalendarItem{
			ID: id, Part: "0", Column: column, Start: "2026-03-04T" + from, End: "2026-03-04T" + to, Kind: kind, Status: status, Title: title, Line: line, Hue: hue,
			Href: "/booking", Movable: kind == "booking", Begin: "2026-03-04T" + from,
		}
	}
	apply := item("2", "a", "10:00", "10:45", "booking", "confirmed", w.colour+" · "+w.nia, "10:00", 1)
	apply.Warning = w.allergy
	late := item("2", "a", "11:30", "12:45", "booking", "confirmed", w.colour+" · "+w.nia, "11:30", 1)
	late.Part = "2"
	off := item("o", "l", "08:00", "20:00", "off", "", p.T("calendar.off"), "", 0)
	off.Href = ""
	pause := item("p", "a", "13:00", "13:45", "off", "", p.T("calendar.break"), "", 0)
	pause.Href = ""
	held := item("h", "m", "12:15", "13:00", "hold", "", p.T("calendar.held")+" 12:15", "", 0)
	held.Href = ""
	return view.CalendarFeed{
		Now: "2026-03-04T11:50",
		Columns: []view.CalendarColumn{
			{ID: "a", Name: w.anna, Line: p.N("calendar.count", 3)},
			{ID: "m", Name: w.mira, Line: p.N("calendar.count", 2)},
			{ID: "j", Name: w.jonas, Line: p.N("calendar.count", 2)},
			{ID: "l", Name: w.user, Line: p.T("calendar.off")},
		},
		Items: []view.CalendarItem{
			item("1", "a", "09:00", "09:45", "booking", "completed", w.cut+" · "+w.tom, "09:00–09:45", 0), apply,
			item("2p", "a", "10:45", "11:30", "processing", "", p.T("calendar.processing"), "", 0), late, pause,
			item("3", "m", "09:30", "10:30", "booking", "requested", w.cut+" · "+w.tom, "09:30", 3),
			item("4", "m", "11:00", "12:00", "booking", "checked_in", w.cut+" · "+w.nia, "11:00", 0), held,
			item("5", "j", "09:00", "10:45", "booking", "confirmed", w.colour+" · "+w.tom, "09:00–10:45", 2),
			item("6", "j", "14:15", "15:30", "booking", "no_show", w.cut+" · "+w.nia, "14:15", 2), off,
		},
	}
}

// TestPagesForEverybody opens every page as a phone in the dark, those that
// grow wide as a desktop in the light too: nothing sticks out, and no rule of
// WCAG 2.2 AA is broken that a machine can see. The languages take turns. With
// KEPT_SHOTS=folder all are opened, and leave pictures there to look at.
func TestPagesForEverybody(t *testing.T) {
	t.Parallel()
	shots := os.Getenv("KEPT_SHOTS")
	wide := []string{"services", "times", "details", "today", "calendar", "calendar-card", "new", "messages", "card"}
	for turn, lang := range i18n.Languages() {
		home := gallery(t, lang)
		for i, s := range samples(lang) {
			mine := i%len(i18n.Languages()) == turn
			if mine || shots != "" {
				look(t, home, lang, s.name, browser.Options{Width: 320, Dark: true, Lang: lang}, shots)
			}
			if mine && slices.Contains(wide, s.name) || shots != "" {
				look(t, home, lang, s.name, browser.Options{Lang: lang}, shots)
			}
		}
	}
}

func look(t *testing.T, home, lang, page string, viewer browser.Options, shots string) {
	t.Helper()
	name := lang + "-" + page
	if viewer.Dark {
		name += "-phone"
	}
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		tab := browser.Page(t, home+"/"+page, viewer)
		browser.Fits(t, tab)
		browser.Axe(t, tab)
		if shots != "" {
			browser.Screenshot(t, tab, filepath.Join(shots, name+".png"))
		}
	})
}

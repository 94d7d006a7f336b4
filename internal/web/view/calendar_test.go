package view_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"

	"kept/internal/i18n"
	"kept/internal/testkit/browser"
	"kept/internal/web"
	"kept/internal/web/asset"
	"kept/internal/web/view"
)

// A desktop is the calendar with a server behind it that says what it was told.
type desktop struct {
	tab   *browser.Tab
	moved chan url.Values
}

// openCalendar opens the day of the samples; answer is the status of a move.
func openCalendar(t *testing.T, answer int) desktop {
	t.Helper()
	d := desktop{moved: make(chan url.Values, 1)}
	m := maker{i18n.For(i18n.English), tongues()[i18n.English]}
	model := m.calendar()
	model.View, model.Move = "day", "/move/{id}"
	mux := http.NewServeMux()
	mux.Handle(asset.Prefix, asset.Handler())
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := view.CalendarPage(model).Render(r.Context(), w); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("GET /booking", func(w http.ResponseWriter, r *http.Request) {
		if err := view.BookingPanel(m.bookingCard()).Render(r.Context(), w); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("GET /feed", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(feed(i18n.English))
	})
	mux.HandleFunc("POST /move/{id}", func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		r.PostForm.Set("id", r.PathValue("id"))
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(answer)
		if answer != http.StatusNoContent {
			_, _ = w.Write([]byte(`{"detail": "Somebody else has this time."}`))
		}
		d.moved <- r.PostForm
	})
	server := httptest.NewServer(web.Headers(mux))
	t.Cleanup(server.Close)
	// The viewer is far from the business: the wall clock of the business is what counts.
	d.tab = browser.Page(t, server.URL+"/", browser.Options{Zone: "America/New_York", Height: 1400})
	d.tab.MustElement(".is-confirmed")
	return d
}

// drag takes the visit of 09:00 in the third column by hand, an hour down and a column to the left.
func (d desktop) drag(t *testing.T) {
	t.Helper()
	d.tab.MustWait(`() => document.querySelectorAll(".ec-event.is-confirmed").length >= 3`)
	shape := d.tab.MustElement(".ec-event.hue-2.is-confirmed").MustShape().Box()
	from := proto.NewPoint(shape.X+shape.Width/2, shape.Y+20)
	mouse := d.tab.Mouse
	mouse.MustMoveTo(from.X, from.Y)
	mouse.MustDown(proto.InputMouseButtonLeft)
	for i := range 8 {
		mouse.MustMoveTo(from.X-shape.Width*float64(i+1)/8, from.Y+80*float64(i+1)/8)
	}
	mouse.MustUp(proto.InputMouseButtonLeft)
}

func TestDraggingMovesAVisit(t *testing.T) {
	t.Parallel()
	d := openCalendar(t, http.StatusNoContent)
	d.drag(t)
	d.tab.MustElement("#calendar-ask[open] button[value=yes]").MustClick()
	select {
	case got := <-d.moved:
		if got.Get("id") != "5" || got.Get("start") != "2026-03-04T10:00" || got.Get("staff") != "m" {
			t.Errorf("moved %v, want visit 5 to 10:00 with m", got)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("nothing was sent")
	}
	d.tab.MustWait(`() => document.querySelector("#calendar-said").textContent === "Moved."`)
}

func TestDraggingAsksOnce(t *testing.T) {
	t.Parallel()
	d := openCalendar(t, http.StatusNoContent)
	d.drag(t)
	d.tab.MustElement("#calendar-ask[open] button[value=no]").MustClick()
	d.tab.MustWait(`() => !document.querySelector("#calendar-ask").open`)
	if len(d.moved) > 0 {
		t.Error("a no was sent as a yes")
	}
}

func TestTheCardOpensByKeyboard(t *testing.T) {
	t.Parallel()
	d := openCalendar(t, http.StatusNoContent)
	d.tab.MustWait(`() => document.querySelectorAll(".ec-event.is-confirmed").length >= 3`)
	d.tab.MustEval(`() => document.querySelector(".ec-event.is-confirmed").focus()`)
	d.tab.Keyboard.MustType(input.Enter)
	d.tab.MustWait(`() => document.activeElement.id === "booking-h"`)
	browser.Axe(t, d.tab)
	d.tab.Keyboard.MustType(input.Escape)
	d.tab.MustWait(`() => !document.querySelector("#panel").firstElementChild && document.activeElement.classList.contains("ec-event")`)
}

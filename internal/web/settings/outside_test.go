package settings_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"kept/calsync"
	"kept/internal/app/apptest"
	"kept/internal/i18n"
	"kept/internal/web/pagetest"
)

// TestCalendarsElsewhere connects somebody's calendar, sees how it is doing,
// has it read anew, and lets it go.
func TestCalendarsElsewhere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var broken atomic.Bool
	outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, pw, _ := r.BasicAuth(); broken.Load() || user != "anna" || pw != "hunter2" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260310T090000Z\r\nDURATION:PT1H\r\nSUMMARY:A secret\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
	}))
	t.Cleanup(outside.Close)
	o := &owner{t: t, h: h, c: h.boss}
	if o.get("/app/lumen-salon/calendars").last.Location != salon+"/calendars" {
		t.Errorf("the short address leads to %q", o.last.Location)
	}
	o.get(salon+"/calendars").want(http.StatusOK).says("No calendar is connected", "Connect a calendar")
	o.get(salon + "/calendars/new")
	anna := pagetest.First(t, `<option value="(staff:[^"]*)"[^>]*>Anna`, o.last.Body)
	o.send("name", "", "who", "", "url", "").fault("who", "url")
	o.send("name", "Anna's own", "who", anna, "url", "ftp://calendar.example", "user", "anna", "secret", "hunter2").fault("url").lacks("hunter2")
	o.send("url", outside.URL+"/private-4711.ics", "secret", "hunter2").saved("outside_new")
	o.says("Connected. It is being read now.", "Anna&#39;s own", "127.0.0.1:").lacks("4711", "hunter2")
	apptest.Eventually(t, "it is read", func() bool { return strings.Contains(o.get(salon+"/calendars").last.Body, "Up to date") })
	page := o.link("Anna's own")
	o.get(page).says("Up to date", "Entries", "Read it now").lacks("4711", "hunter2", "A secret")

	broken.Store(true)
	post := func(what, said string) {
		t.Helper()
		o.last = h.Post(t, o.c, page+what, nil)
		o.want(http.StatusSeeOther).get(o.last.Location).says(said)
	}
	post("/sync", "It is being read now.")
	apptest.Eventually(t, "it fails", func() bool { return strings.Contains(o.get(page).last.Body, "Cannot be read") })
	o.says("The user or the password is not right", "Last read")
	for lang, words := range map[string]string{"zh-Hant": "帳號或密碼不正確", "ru": "Неверное имя или пароль"} {
		o.get(page + "?lang=" + lang).says(words)
	}
	o.get(page+"?lang=en").send("name", "Anna at home", "stale_after_min", "5").saved("saved").says("Anna at home")
	post("/remove", "No calendar is connected")
	post("/remove", "No calendar is connected") // sent twice
}

// TestEveryTroubleHasItsWords looks for a text of each code and status.
func TestEveryTroubleHasItsWords(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "zh-Hant", "ru"} {
		p := i18n.For(lang)
		for _, c := range calsync.Codes() {
			if !p.Has("outside.t_" + string(c)) {
				t.Errorf("%s: no words for %s", lang, c)
			}
		}
		for _, s := range []calsync.Status{calsync.New, calsync.Fresh, calsync.Failing, calsync.Stale} {
			if !p.Has("outside.is_" + string(s)) {
				t.Errorf("%s: no words for %s", lang, s)
			}
		}
	}
}

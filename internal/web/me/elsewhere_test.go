package me_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"kept/internal/app/apptest"
	"kept/internal/config"
	"kept/internal/i18n"
	"kept/internal/web/pagetest"
)

// feeds is a server of calendars that does what real ones do.
type feeds struct {
	at string

	mu      sync.Mutex
	mode    string // empty: answers
	inner   string // where "away" leads
	full    int    // how often it gave the file
	same    int    // how often nothing had changed
	failing int
}

const (
	feedTag  = `"7"`
	feedText = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Psychiatrist\r\nLOCATION:Elm Street\r\n" +
		"DTSTART:20260305T090000Z\r\nDTEND:20260305T110000Z\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)

func newFeeds(t *testing.T) *feeds {
	t.Helper()
	inside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, feedText)
	}))
	t.Cleanup(inside.Close)
	f := &feeds{inner: "http://127.0.0.2" + inside.URL[strings.LastIndex(inside.URL, ":"):]}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	f.at = server.URL + "/private-4711/basic.ics"
	return f
}

// ServeHTTP implements http.Handler.
func (f *feeds) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch f.mode {
	case "broken":
		f.failing++
		w.WriteHeader(http.StatusInternalServerError)
	case "large":
		f.failing++
		_, _ = io.WriteString(w, strings.TrimSuffix(feedText, "END:VCALENDAR\r\n"))
		line := []byte("X-NOISE:" + strings.Repeat("x", 60) + "\r\n")
		for range 100_000 {
			if _, err := w.Write(line); err != nil {
				return
			}
		}
	case "away":
		f.failing++
		http.Redirect(w, r, f.inner, http.StatusFound)
	default:
		w.Header().Set("ETag", feedTag)
		if r.Header.Get("If-None-Match") == feedTag {
			f.same++
			w.WriteHeader(http.StatusNotModified)
			return
		}
		f.full++
		w.Header().Set("Content-Type", "text/calendar")
		_, _ = io.WriteString(w, feedText)
	}
}

func (f *feeds) set(mode string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mode = mode
}

func (f *feeds) seen() (full, same, failing int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.full, f.same, f.failing
}

// marks gives the starts of a day that a list of slots marks, and how many there are.
func (h *house) marks(t *testing.T, c *http.Client, key, query string) (marked []string, all int) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.Base+"/api/v1/b/"+salon+"/slots?from=2026-03-05&to=2026-03-05"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var body struct {
		Slots []struct {
			Start string
			Busy  bool
		}
	}
	if err := json.NewDecoder(res.Body).Decode(&body); err != nil || res.StatusCode != http.StatusOK || len(body.Slots) == 0 {
		t.Fatalf("%d, %v, %d slots", res.StatusCode, err, len(body.Slots))
	}
	for _, s := range body.Slots {
		if s.Busy {
			marked = append(marked, s.Start)
		}
	}
	return marked, len(body.Slots)
}

// advance moves the house's clock on.
func (h *house) advance(t *testing.T, by string) {
	t.Helper()
	h.api(t, salon, http.MethodPost, "/demo/clock", map[string]string{"advance": by}, http.StatusOK)
}

// TestElsewhere has a client connect a calendar of their own, see on the page
// and by the API which times it meets, and see how it does when its server does not.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	out := newFeeds(t)
	h := newHouse(t, func(c *config.Serve) { c.AllowNet = []string{"127.0.0.1"} })
	id := h.enroll(t, salon, "Ella Elsewhere", "ella@example.com", "")
	h.enroll(t, salon, "Otto Other", "otto@example.com", "")
	c, otto := h.in(t, "ella@example.com"), h.in(t, "otto@example.com")
	at := "/me/" + salon + "/calendar"
	text, _ := h.page(t, c, at)
	says(t, text, "When you are busy elsewhere", "No calendar of yours is connected.")
	for typed, said := range map[string]string{"": "Enter the address of the calendar", "ftp://x": "Enter the whole address"} {
		_, body := h.page(t, c, at)
		action, form := pagetest.Form(t, pagetest.Parse(t, body), "/calendar/own", "url", typed)
		got := h.Post(t, c, action, form)
		if got.Status != http.StatusUnprocessableEntity {
			t.Errorf("%q answers %d", typed, got.Status)
		}
		says(t, pagetest.Text(pagetest.Parse(t, got.Body)), said)
	}
	to := h.send(t, c, at, "/calendar/own", "url", out.at)
	text, body := h.page(t, c, to)
	says(t, text, "Connected. It is being read now.", "127.0.0.1:")
	apptest.Eventually(t, "it is read", func() bool {
		text, body = h.page(t, c, at)
		return strings.Contains(text, "Up to date")
	})
	if strings.Contains(body, "4711") || strings.Contains(body, "Psychiatrist") {
		t.Error("the page tells more than it should")
	}
	text, _ = h.page(t, c, "/me/"+salon+"/likes")
	says(t, text, "1 calendar is connected.")

	service, _ := h.api(t, salon, http.MethodGet, "/services?limit=1", nil, http.StatusOK)["items"].([]any)[0].(map[string]any)["id"].(string)
	query := "&service=" + service
	marked, all := h.marks(t, c, "", query)
	if len(marked) == 0 || len(marked) == all || !strings.HasPrefix(marked[0], "2026-03-05T") {
		t.Errorf("of %d are marked %v", all, marked)
	}
	for who, ask := range map[string]func() ([]string, int){
		"another client": func() ([]string, int) { return h.marks(t, otto, "", query) },
		"nobody":         func() ([]string, int) { return h.marks(t, http.DefaultClient, "", query) },
		"the owner":      func() ([]string, int) { return h.marks(t, http.DefaultClient, h.keys[salon], query+"&client="+id) },
	} {
		if seen, n := ask(); len(seen) > 0 || n != all {
			t.Errorf("%s sees %v of %d", who, seen, n)
		}
	}
	day := "/b/" + salon + "?service=" + service + "&day=2026-03-05"
	text, body = h.page(t, c, day)
	says(t, text, "You are busy", "You can still take them.", "Your calendars")
	if n := strings.Count(body, `class="clash"`); n != len(marked) {
		t.Errorf("the page marks %d, the list %d", n, len(marked))
	}
	if text, _ := h.page(t, otto, day); strings.Contains(text, "You are busy") {
		t.Error("another client sees it")
	}
	for lang, word := range map[string]string{"ru": "Вы заняты", "zh-Hant": "您有行程"} {
		text, _ := h.page(t, c, day+"&lang="+lang)
		says(t, text, word)
	}
	h.page(t, c, at+"?lang=en")
	ages(t, h, c, out, at, query)
	staffSee(t, h, c, id, at)
}

// ages lets the calendar's server fail, and the calendar grow old.
func ages(t *testing.T, h *house, c *http.Client, out *feeds, at, query string) {
	t.Helper()
	h.advance(t, "90m")
	apptest.Eventually(t, "it is asked whether it has changed, and that is on record", func() bool {
		text, _ := h.page(t, c, at)
		_, same, _ := out.seen()
		return same == 1 && strings.Contains(text, "12:00")
	})
	out.set("broken")
	h.advance(t, "90m")
	chip := func(words ...string) {
		t.Helper()
		apptest.Eventually(t, strings.Join(words, ", "), func() bool {
			text, _ := h.page(t, c, at)
			for _, w := range words {
				if !strings.Contains(text, w) {
					return false
				}
			}
			return true
		})
	}
	chip("Cannot be read", "The server is broken at the moment.")
	if marked, _ := h.marks(t, c, "", query); len(marked) == 0 {
		t.Error("what was known is forgotten at once")
	}
	out.set("large")
	h.advance(t, "5h")
	chip("Out of date", "The calendar is too large.", "What is known counts until it is a day old")
	out.set("away")
	h.advance(t, "13h") // 05:30 of the day: its times are ahead still
	chip("Out of date", "This address lies inside a network")
	if marked, _ := h.marks(t, c, "", query); len(marked) == 0 {
		t.Error("what is less than a day old is forgotten")
	}
	if full, _, failing := out.seen(); full != 1 || failing < 3 {
		t.Errorf("it gave %d times, and failed %d", full, failing)
	}
}

// staffSee has the owner find that there is a calendar and let it go.
func staffSee(t *testing.T, h *house, c *http.Client, id, at string) {
	t.Helper()
	list := h.api(t, salon, http.MethodGet, "/clients/"+id+"/calendars", nil, http.StatusOK)
	items, _ := list["items"].([]any)
	if len(items) != 1 {
		t.Fatalf("%v", list)
	}
	one, _ := items[0].(map[string]any)
	for _, secret := range []string{"host", "url", "for_staff", "trouble"} {
		if one[secret] != nil {
			t.Errorf("staff are told the %s: %v", secret, one)
		}
	}
	name, _ := one["id"].(string)
	boss := h.SignIn(t, salon)
	text, body := h.page(t, boss, "/app/"+salon+"/clients/"+id)
	says(t, text, "A calendar of the client's own is connected since 4 March 2026", "Out of date")
	if strings.Contains(body, "4711") || strings.Contains(body, "basic.ics") {
		t.Error("the card tells where it lies")
	}
	h.send(t, boss, "/app/"+salon+"/clients/"+id, "/uncalendar")
	h.api(t, salon, http.MethodDelete, "/clients/"+id+"/calendars/"+name, nil, http.StatusNotFound)
	text, _ = h.page(t, c, at)
	says(t, text, "No calendar of yours is connected.")
	// Connected again, and let go by the client, twice.
	_, body = h.page(t, c, at)
	action, form := pagetest.Form(t, pagetest.Parse(t, body), "/calendar/own", "url", "https://diary.example/mine.ics")
	form.Set("for_staff", "yes")
	if got := h.Post(t, c, action, form); got.Status != http.StatusSeeOther {
		t.Errorf("connecting again answers %d", got.Status)
	}
	text, _ = h.page(t, c, at)
	says(t, text, "diary.example", "Also when somebody here looks for a time for me")
	if to := h.send(t, c, at, "/remove"); !strings.HasSuffix(to, "done=own_gone") {
		t.Errorf("letting it go leads to %q", to)
	}
}

// TestOwnCalendarsByProgram does the same as a program would, which is signed in.
func TestOwnCalendarsByProgram(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.enroll(t, salon, "Pia Program", "pia@example.com", "")
	c := h.in(t, "pia@example.com")
	ask := func(who *http.Client, method, path, body string, want int) string {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, h.Base+"/api/v1/b/"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		res, err := who.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		raw, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != want {
			t.Fatalf("%s %s answers %d: %s", method, path, res.StatusCode, raw)
		}
		return string(raw)
	}
	at := salon + "/me/calendars"
	ask(browserOf(t), http.MethodGet, at, "", http.StatusUnauthorized)
	ask(browserOf(t), http.MethodPost, at, `{"nonsense": 1}`, http.StatusUnauthorized)
	ask(c, http.MethodGet, clinic+"/me/calendars", "", http.StatusUnauthorized)
	ask(c, http.MethodGet, "no-such-house/me/calendars", "", http.StatusUnauthorized)
	ask(c, http.MethodPost, at, `{"url": "http://calendar.example/a.ics"}`, http.StatusUnprocessableEntity) // not without encryption
	ask(c, http.MethodPost, at, `{"url": "https://127.0.0.1/a.ics?secret=4711"}`, http.StatusCreated)
	ask(c, http.MethodPost, at, `{"url": "https://127.0.0.1/a.ics?secret=4711"}`, http.StatusUnprocessableEntity)
	var list string
	apptest.Eventually(t, "it is refused", func() bool {
		list = ask(c, http.MethodGet, at, "", http.StatusOK)
		return strings.Contains(list, `"trouble":"forbidden"`)
	})
	if strings.Contains(list, "4711") || !strings.Contains(list, `"host":"127.0.0.1"`) || !strings.Contains(list, `"for_staff":false`) {
		t.Error(list)
	}
	ask(c, http.MethodGet, at+"?who=01a20244-fddc-763e-b226-813fe221fd70", "", http.StatusNotFound)
	one := pagetest.First(t, `"id":"([^"]+)"`, list)
	ask(c, http.MethodDelete, at+"/"+one, "", http.StatusNoContent)
	ask(c, http.MethodDelete, at+"/"+one, "", http.StatusNotFound)
	if got := ask(c, http.MethodGet, at, "", http.StatusOK); !strings.Contains(got, `"items":[]`) {
		t.Error(got)
	}
}

// TestEveryFaultOfAnAddressHasItsWords looks for a text of each.
func TestEveryFaultOfAnAddressHasItsWords(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		p := i18n.For(lang)
		for _, rule := range []string{"required", "format", "taken"} {
			if !p.Has("watch.url_" + rule) {
				t.Errorf("%s: no words for %s", lang, rule)
			}
		}
	}
}

package card_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kept/internal/app/apptest"
)

// older finds the way to the next page of a list.
var older = regexp.MustCompile(`href="([^"]+)" rel="next"`)

// notes are the texts that the tests write.
var notes = regexp.MustCompile(`(note|file|reading|fact) number \d+`)

// turn reads a list of a card to its end and gives what stands on each page.
func (h *house) turn(t *testing.T, at string) [][]string {
	t.Helper()
	var out [][]string
	for range 20 {
		body := h.Get(t, h.c, at).Body
		seen := notes.FindAllString(body, -1)
		slices.Sort(seen)
		out = append(out, slices.Compact(seen))
		next := older.FindStringSubmatch(body)
		if next == nil {
			return out
		}
		at, _, _ = strings.Cut(strings.ReplaceAll(next[1], "&amp;", "&"), "#")
	}
	t.Fatal("the pages have no end")
	return nil
}

// turnPart reads one of several lists of a card to its end.
func (h *house) turnPart(t *testing.T, part string) [][]string {
	t.Helper()
	what := map[string]*regexp.Regexp{
		"due": regexp.MustCompile(`plan number \d+`), "facts": regexp.MustCompile(`fact number \d+`),
		"subjects": regexp.MustCompile(`id="subject-[^"]+"`),
	}[part]
	next := regexp.MustCompile(`href="([^"]+[?&;]` + part + `=[^"]+)" rel="next">(More|更多|Ещё)<`)
	var out [][]string
	seen := map[string]bool{}
	languages := []string{"en", "ru", "zh-Hant"}
	for at := h.at; len(out) < 20; {
		body := h.Get(t, h.c, with(at, "lang="+languages[len(out)%len(languages)])).Body
		var page []string
		for _, one := range what.FindAllString(body, -1) {
			if !seen[one] {
				seen[one], page = true, append(page, one)
			}
		}
		out = append(out, page)
		more := next.FindStringSubmatch(body)
		if more == nil {
			return out
		}
		at, _, _ = strings.Cut(strings.ReplaceAll(more[1], "&amp;", "&"), "#")
	}
	t.Fatalf("the pages of %s have no end", part)
	return nil
}

// with adds a word to the query of an address.
func with(at, word string) string {
	if strings.Contains(at, "?") {
		return at + "&" + word
	}
	return at + "?" + word
}

// id is the client's.
func (h *house) id() string { return h.at[strings.LastIndex(h.at, "/")+1:] }

// write does something to the card over the API.
func (h *house) write(t *testing.T, path string, body any, header ...string) apptest.Answer {
	t.Helper()
	r := apptest.Request{Method: http.MethodPost, Path: strings.TrimPrefix(h.at, salon) + path, Key: "demo-lumen-salon-owner", Body: body}
	if len(header) > 0 {
		r.Header = map[string]string{"Content-Type": header[0]}
	}
	return h.node.Do(t, r).Want(t, http.StatusCreated)
}

// TestPages turns the pages of the lists on a card: everything stands on one
// page, and no page has all.
func TestPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	want := func(what string, at string, sizes ...int) {
		t.Helper()
		var all []string
		var got []int
		for _, page := range h.turn(t, at) {
			all, got = append(all, page...), append(got, len(page))
		}
		slices.Sort(all)
		if distinct := slices.Compact(slices.Clone(all)); !slices.Equal(got, sizes) || len(distinct) != len(all) {
			t.Errorf("%s: pages of %v, %d things, %d distinct", what, got, len(all), len(distinct))
		}
	}
	for i := range 45 {
		h.write(t, "/entries", map[string]any{"kind": "note", "text": fmt.Sprintf("note number %d", 100+i)})
	}
	want("talks", h.at, 20, 20, 5)

	h = newHouse(t)
	for i := range 21 {
		h.write(t, fmt.Sprintf("/documents?name=file%%20number%%20%d.txt", 100+i), "content", "text/plain")
	}
	want("files", h.at, 20, 1)
	// What is due, facts and subjects go on as the others do.
	services := h.node.Do(t, apptest.Request{Path: "/services", Key: "demo-lumen-salon-owner"}).List("items")
	service, _ := services[0].(map[string]any)["id"].(string)
	for i := range 43 {
		if i < 23 {
			subject := h.write(t, "/subjects", map[string]any{"kind": "pet", "name": fmt.Sprintf("pet number %d", 100+i)}).Text("id")
			h.node.Do(t, apptest.Request{Method: http.MethodPost, Path: "/plans", Key: "demo-lumen-salon-owner", Body: map[string]any{
				"client": h.id(), "subject": subject, "service": service, "due": "2027-01-01", "note": fmt.Sprintf("plan number %d", 100+i),
			}}).Want(t, http.StatusCreated)
		}
		h.write(t, "/facts", map[string]any{"key": fmt.Sprintf("key_%d", 100+i), "kind": "text", "value": fmt.Sprintf("fact number %d", 100+i)})
	}
	for part, sizes := range map[string][]int{"due": {20, 3}, "facts": {40, 3}, "subjects": {12, 11}} {
		all := h.turnPart(t, part)
		got := make([]int, len(all))
		for i, page := range all {
			got[i] = len(page)
		}
		if !slices.Equal(got, sizes) {
			t.Errorf("%s: pages of %v, want %v", part, got, sizes)
		}
	}
	if body := h.Get(t, h.c, h.at+"?files=nonsense").Body; !strings.Contains(body, "file number 120") {
		t.Error("what is no cursor does not begin at the beginning")
	}
}

// TestPast reads all readings of a subject, and what was ever said under a key.
func TestPast(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	car := h.write(t, "/subjects", map[string]any{"kind": "vehicle", "name": "Golf"}).Text("id")
	for i := range 55 {
		h.write(t, "/subjects/"+car+"/readings", map[string]any{"kind": "mileage_km", "value": 900 + i, "day": fmt.Sprintf("2026-0%d-%02d", 1+i/28, 1+i%28)})
	}
	for i := range 3 {
		h.write(t, "/facts", map[string]any{"subject": car, "key": "plate", "kind": "text", "value": fmt.Sprintf("fact number %d", i)})
	}
	body := h.Get(t, h.c, h.at+"?lang=en").Body
	all := regexp.MustCompile(`href="([^"]+/readings/[^"]+)">All readings<`).FindStringSubmatch(body)
	said := regexp.MustCompile(`href="([^"]+/facts/plate[^"]*)"`).FindStringSubmatch(body)
	if all == nil || said == nil || !strings.Contains(body, "954 km") || strings.Contains(body, "953 km") {
		t.Fatalf("the card does not lead to what was: %v, %v", all, said)
	}
	first := h.Get(t, h.c, all[1]).Body
	if !strings.Contains(first, "954 km") || !strings.Contains(first, "Golf") || strings.Contains(first, "904 km") {
		t.Error("the first page of readings is not the latest fifty")
	}
	next := older.FindStringSubmatch(first)
	if next == nil {
		t.Fatal("there is no second page of readings")
	}
	if second := h.Get(t, h.c, strings.ReplaceAll(next[1], "&amp;", "&")).Body; !strings.Contains(second, "900 km") || !strings.Contains(second, "904 km") || strings.Contains(second, "905 km") {
		t.Error("the second page of readings is not the rest")
	}
	if body := h.Get(t, h.c, strings.ReplaceAll(said[1], "&amp;", "&")).Body; strings.Index(body, "fact number 2") > strings.Index(body, "fact number 0") ||
		!strings.Contains(body, "fact number 1") || strings.Count(body, "holds now") != 1 {
		t.Error("the history of the plate is not told, the latest first")
	}
	for _, at := range []string{"/readings/none", "/facts/plate?subject=none"} {
		if a := h.Get(t, h.c, h.at+at); a.Status != http.StatusNotFound {
			t.Errorf("%s is %d", at, a.Status)
		}
	}
}

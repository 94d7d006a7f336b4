package api_test

import (
	"bufio"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kept/internal/app/apptest"
)

// heard is one event of a stream, as text.
func heard(t *testing.T, lines *bufio.Scanner) string {
	t.Helper()
	for lines.Scan() {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			return data
		}
	}
	t.Fatalf("the stream ended: %v", lines.Err())
	return ""
}

// TestEventsKeepToReach: of two who reach their own clients alone each hears of
// their own, live and in the list; the manager hears of both.
func TestEventsKeepToReach(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		s.offer(0, "2026-11-25", "2026-12-09", 12)
		base := s.node.Listen(t)
		one := s.words["staff_a"]
		other := ""
		for i := 'b'; i <= 'l' && other == ""; i++ {
			if who := s.words["staff_"+string(i)]; who != one {
				other = who
				s.words["start_other"] = s.words["start_"+string(i)]
			}
		}
		if other == "" {
			t.Fatalf("one of the staff alone is offered")
		}
		keys := map[string]string{}
		for name, grant := range map[string]string{
			"one": `"role": "staff", "reach": "own", "staff": "` + one + `"`, "other": `"role": "staff", "reach": "own", "staff": "` + other + `"`, "manager": `"role": "manager"`,
		} {
			keys[name] = s.node.Do(t, apptest.Request{
				Method: http.MethodPost, Path: "/keys", Key: owner, Body: `{"name": "` + name + `", ` + grant + `}`,
			}).Want(t, http.StatusCreated).Text("key")
		}
		before := s.last()
		live := map[string]*bufio.Scanner{}
		for name, key := range keys {
			live[name] = followAs(t, base, key, fmt.Sprint(before))
		}
		book := func(start, who, name string) (booking, client string) {
			t.Helper()
			a := s.ask(apptest.Request{Method: http.MethodPost, Path: "/b/lumen-salon/bookings", Body: s.fill(
				`{"service": "{service}", "start": "{` + start + `}", "staff": "` + who + `", "client": {"name": "` + name + `", "email": "` + strings.ToLower(name) + `@example.com"}}`,
			)}).Want(t, http.StatusCreated)
			return a.Text("id"), a.Text("client.id")
		}
		b1, c1 := book("start_a", one, "Uno")
		b2, c2 := book("start_other", other, "Due")
		for _, c := range []string{c2, c1} { // a fact is told without a visit
			s.ask(apptest.Request{Method: http.MethodPost, Path: "/clients/" + c + "/facts", Key: owner, Body: `{"key": "likes", "kind": "text", "value": "tea"}`}).Want(t, http.StatusCreated)
		}
		s.ask(apptest.Request{Method: http.MethodPost, Path: "/bookings/" + b2 + "/cancel", Key: owner}).Want(t, http.StatusOK)
		s.ask(apptest.Request{Method: http.MethodPost, Path: "/bookings/" + b1 + "/cancel", Key: owner}).Want(t, http.StatusOK)

		for name, want := range map[string]struct{ near, far, last []string }{
			"one":     {[]string{b1, c1}, []string{b2, c2}, []string{b1}},
			"other":   {[]string{b2, c2}, []string{b1, c1}, []string{b2}},
			"manager": {[]string{b1, c1, b2, c2}, nil, []string{b1}},
		} {
			var told []string
			for len(told) == 0 || !strings.Contains(told[len(told)-1], `"booking.cancelled"`) || !strings.Contains(told[len(told)-1], want.last[0]) {
				told = append(told, heard(t, live[name]))
			}
			apptest.Eventually(t, "everything is numbered", func() bool { _, last := s.journal(before); return last >= before+8 })
			text := strings.Join(told, "\n") + "\n" + pages(t, s, keys[name], before)
			for _, id := range want.near {
				if strings.Count(text, id) < 4 { // booked and cancelled, or created and told; live and listed
					t.Errorf("%s hears too little of %s:\n%s", name, id, text)
				}
			}
			for _, id := range want.far {
				if strings.Contains(text, id) {
					t.Errorf("%s hears of %s:\n%s", name, id, text)
				}
			}
		}
	})
}

// pages reads a list of events to its end, two at a time.
func pages(t *testing.T, s *story, key string, after int) string {
	t.Helper()
	var all strings.Builder
	path := fmt.Sprintf("/events?limit=2&after=%d", after)
	for {
		a := s.ask(apptest.Request{Path: path, Key: key}).Want(t, http.StatusOK)
		if n := len(a.List("items")); n > 2 {
			t.Fatalf("%d on a page", n)
		}
		all.Write(a.Body)
		next := a.Text("next")
		if next == "" {
			return all.String()
		}
		path = "/events?limit=2&cursor=" + next
	}
}

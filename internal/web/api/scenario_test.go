package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kept/internal/app/apptest"
)

func TestMain(m *testing.M) { apptest.Run(m) }

const (
	owner       = "demo-lumen-salon-owner"
	staff       = "demo-lumen-salon-staff"
	integration = "demo-lumen-salon-integration"
	stranger    = "demo-anhe-clinic-owner"
)

// scenario is one step of a story: words in braces, in paths, bodies and what
// the answer must hold, stand for what was learnt before.
type scenario struct {
	name   string
	do     string // METHOD and path
	key    string
	body   string
	header map[string]string
	status int               // 200 when 0
	holds  []string          // of the answer's text
	not    []string          // must not stand in it
	learn  map[string]string // word: path in the answer
	events []string          // types that it adds to the journal
}

// story plays scenarios in order on one node.
type story struct {
	t     *testing.T
	node  *apptest.Node
	doc   document
	words map[string]string
}

func newStory(t *testing.T, n *apptest.Node) *story {
	t.Helper()
	return &story{t, n, readDocument(t, n), map[string]string{}}
}

func (s *story) fill(text string) string {
	for word, value := range s.words {
		text = strings.ReplaceAll(text, "{"+word+"}", value)
	}
	return text
}

// ask sends a request and holds the answer against the document.
func (s *story) ask(r apptest.Request) apptest.Answer {
	s.t.Helper()
	a := s.node.Do(s.t, r)
	if err := s.doc.judge(r, a); err != nil {
		s.t.Errorf("not as described: %v", err)
	}
	if a.Status >= http.StatusInternalServerError {
		s.t.Errorf("%s %s: %d %s", r.Method, r.Path, a.Status, a.Body)
	}
	return a
}

func (s *story) play(list []scenario) {
	s.t.Helper()
	before := s.last()
	var want []string
	for _, c := range list {
		method, path, _ := strings.Cut(c.do, " ")
		r := apptest.Request{Method: method, Path: s.fill(path), Key: c.key, Header: c.header}
		if c.body != "" {
			r.Body = s.fill(c.body)
		}
		a := s.ask(r)
		if c.status == 0 {
			c.status = http.StatusOK
		}
		if a.Status != c.status {
			s.t.Fatalf("%s: status %d, want %d: %s %s", c.name, a.Status, c.status, a.Body, r.Body)
		}
		for _, text := range c.holds {
			if !strings.Contains(string(a.Body), s.fill(text)) {
				s.t.Errorf("%s: no %s in %s", c.name, s.fill(text), a.Body)
			}
		}
		for _, text := range c.not {
			if strings.Contains(string(a.Body), s.fill(text)) {
				s.t.Errorf("%s: %s stands in %s", c.name, s.fill(text), a.Body)
			}
		}
		for word, path := range c.learn {
			v := a.Value(path)
			text, ok := v.(string)
			if !ok {
				b, _ := json.Marshal(v) //nolint:errchkjson // of a test
				text = string(b)
			}
			if v == nil {
				s.t.Fatalf("%s: no %s in %s", c.name, path, a.Body)
			}
			s.words[word] = text
		}
		want = append(want, c.events...)
	}
	s.happened(before, want)
}

// journal lists the types of what happened after a number, but for what
// messages do in their own time.
func (s *story) journal(after int) (types []string, last int) {
	s.t.Helper()
	for last = after; ; {
		a := s.node.Do(s.t, apptest.Request{Path: fmt.Sprintf("/events?limit=1000&after=%d", last), Key: owner})
		a.Want(s.t, http.StatusOK)
		list := a.List("items")
		for _, e := range list {
			seq, _ := object(e)["seq"].(float64)
			if int(seq) != last+1 {
				s.t.Fatalf("event %d follows %d: a gap", int(seq), last)
			}
			last = int(seq)
			if name, _ := object(e)["type"].(string); !strings.HasPrefix(name, "message.") {
				types = append(types, name)
			}
		}
		if a.Value("next") == nil {
			return types, last
		}
	}
}

func (s *story) last() int {
	s.t.Helper()
	_, last := s.journal(0)
	return last
}

func (s *story) happened(after int, want []string) {
	s.t.Helper()
	var got []string
	apptest.Eventually(s.t, fmt.Sprintf("%d events are told", len(want)), func() bool {
		got, _ = s.journal(after)
		return len(got) >= len(want)
	})
	if !slices.Equal(got, want) {
		s.t.Errorf("events\n got %v\nwant %v", got, want)
	}
}

// shops runs a test on both engines.
func shops(t *testing.T, test func(t *testing.T, s *story)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, newStory(t, apptest.SQLite(t)))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, newStory(t, apptest.Postgres(t)))
	})
}

package apptest

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"kept/internal/app"
)

// Node is a running program with the demo in it.
type Node struct {
	*app.Node
	SQL      *sql.DB // the same database, read beside the program
	Dir, DSN string

	stopped sync.Once
}

// Stop ends the node, once.
func (n *Node) Stop(t testing.TB) {
	t.Helper()
	n.stopped.Do(func() {
		if err := n.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
}

// Listen serves the node on a port of the loopback and gives its address.
func (n *Node) Listen(t testing.TB) string {
	t.Helper()
	server := httptest.NewServer(n.Handler())
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}

// Request is one to the API. A path without /api/ is under /api/v1; a body
// that is text is sent as it is, another one as JSON.
type Request struct {
	Method, Path, Key string
	Body              any
	Header            map[string]string
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Do asks the node.
func (n *Node) Do(t testing.TB, r Request) Answer {
	t.Helper()
	w := httptest.NewRecorder()
	n.Handler().ServeHTTP(w, r.HTTP(t, ""))
	return Answer{w.Code, w.Header(), w.Body.Bytes()}
}

// Over asks a server over the network; an error of the connection is status 0.
func (r Request) Over(t testing.TB, client *http.Client, base string) Answer {
	t.Helper()
	req := r.HTTP(t, base)
	req.RequestURI = ""
	res, err := client.Do(req)
	if err != nil {
		return Answer{}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return Answer{}
	}
	return Answer{res.StatusCode, res.Header, body}
}

// HTTP makes the request that is sent.
func (r Request) HTTP(t testing.TB, base string) *http.Request {
	t.Helper()
	path := r.Path
	if !strings.HasPrefix(path, "/api/") {
		path = "/api/v1" + path
	}
	var body io.Reader
	switch b := r.Body.(type) {
	case nil:
	case string:
		body = strings.NewReader(b)
	default:
		text, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		body = bytes.NewReader(text)
	}
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	req := httptest.NewRequestWithContext(t.Context(), method, base+path, body)
	req.Header.Set("Accept-Language", "en")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.Key != "" {
		req.Header.Set("Authorization", "Bearer "+r.Key)
	}
	for k, v := range r.Header {
		req.Header.Set(k, v)
	}
	return req
}

// Value gives what lies at a path of the JSON answer, such as "items.0.id";
// nil where there is nothing.
func (a Answer) Value(path string) any {
	var v any
	if json.Unmarshal(a.Body, &v) != nil {
		return nil
	}
	for step := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[step]
		case []any:
			i := 0
			if json.Unmarshal([]byte(step), &i) != nil || i >= len(at) {
				return nil
			}
			v = at[i]
		default:
			return nil
		}
	}
	return v
}

// Text is Value for a text; empty where there is none.
func (a Answer) Text(path string) string {
	s, _ := a.Value(path).(string)
	return s
}

// List is Value for a list.
func (a Answer) List(path string) []any {
	l, _ := a.Value(path).([]any)
	return l
}

// Want fails the test when the status is another.
func (a Answer) Want(t testing.TB, status int) Answer {
	t.Helper()
	if a.Status != status {
		t.Fatalf("status %d, want %d: %s", a.Status, status, a.Body)
	}
	return a
}

// Slot is one that the demo salon offers.
type Slot struct{ Service, Start, Staff string }

// Slots lists what is offered for the n-th public service of the salon in a week.
func (n *Node) Slots(t testing.TB, service int, from, to string) []Slot {
	t.Helper()
	list := n.Do(t, Request{Path: "/b/lumen-salon/services"}).Want(t, http.StatusOK).List("items")
	id, _ := list[service].(map[string]any)["id"].(string)
	slots := n.Do(t, Request{Path: "/b/lumen-salon/slots?service=" + id + "&from=" + from + "&to=" + to}).Want(t, http.StatusOK)
	var out []Slot
	for _, s := range slots.List("slots") {
		one, _ := s.(map[string]any)
		start, _ := one["start"].(string)
		staff, _ := one["staff"].([]any)
		lead := ""
		if len(staff) > 0 {
			first, _ := staff[0].(map[string]any)
			lead, _ = first["id"].(string)
		}
		out = append(out, Slot{id, start, lead})
	}
	return out
}

package visitorapi_test

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
	"time"

	"kept/internal/app/apptest"
)

// heard is a stream that is open.
type heard struct {
	lines chan string   // what it tells
	over  chan struct{} // closed with the stream
}

// hear opens a stream; it must be let in.
func hear(t *testing.T, base, path, token string) heard {
	t.Helper()
	r := apptest.Request{Path: path, Key: token}.HTTP(t, base)
	r.RequestURI = ""
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%s: %d", path, res.StatusCode)
	}
	h := heard{make(chan string, 100), make(chan struct{})}
	go func() {
		defer close(h.over)
		for s := bufio.NewScanner(res.Body); s.Scan(); {
			select {
			case h.lines <- s.Text():
			default: // more than anybody asks for
			}
		}
	}()
	return h
}

// wants waits until the stream tells something.
func (h heard) wants(t *testing.T, part string) {
	t.Helper()
	late := time.After(30 * time.Second)
	for {
		select {
		case line := <-h.lines:
			if strings.Contains(line, part) {
				return
			}
		case <-h.over:
			t.Fatalf("the stream ended before %s", part)
		case <-late:
			t.Fatalf("the stream does not tell of %s", part)
		}
	}
}

// ends waits until the stream is over; it looks every few seconds.
func (h heard) ends(t *testing.T, what string) {
	t.Helper()
	select {
	case <-h.over:
	case <-time.After(30 * time.Second):
		t.Errorf("%s goes on", what)
	}
}

func (h heard) goesOn() bool {
	select {
	case <-h.over:
		return false
	default:
		return true
	}
}

// key makes an API key and gives its text and its address.
func key(t *testing.T, n *apptest.Node, body map[string]any) (text, at string) {
	t.Helper()
	a := n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/keys", Key: owner, Body: body}).Want(t, http.StatusCreated)
	return a.Text("key"), "/keys/" + a.Text("id")
}

// What is open at one node ends when key or session are ended at the other.
func TestStreamsEndOnTwoNodes(t *testing.T) {
	t.Parallel()
	n := apptest.Postgres(t)
	far := apptest.Boot(t, n.Dir, n.DSN)
	there := far.Listen(t)
	card := enrol(t, n, "Stella Stream", "stella@example.com")
	enrol(t, n, "Otto Other", "otto@example.com")
	nobody := program{Node: n, base: n.Listen(t)}
	stella, otto := nobody.enter(t, "stella@example.com"), nobody.enter(t, "otto@example.com")
	text, at := key(t, n, map[string]any{"name": "a till", "role": "integration"})

	const own = "/b/lumen-salon/me/stream"
	till, phone, ottos, office := hear(t, there, "/stream", text), hear(t, there, own, stella.token), hear(t, there, own, otto.token), hear(t, there, "/stream", owner)
	n.Do(t, apptest.Request{Method: http.MethodPatch, Path: "/clients/" + card, Key: owner, Body: map[string]string{"note": "hello"}}).Want(t, http.StatusOK)
	for _, h := range []heard{till, phone, office} {
		h.wants(t, "client.updated")
	}
	n.Do(t, apptest.Request{Method: http.MethodDelete, Path: at, Key: owner}).Want(t, http.StatusNoContent)
	stella.ask(t, http.MethodDelete, "/me/sessions/current", nil, http.StatusNoContent)
	till.ends(t, "the stream of a key that is revoked")
	phone.ends(t, "the stream of a session that is ended")
	if !ottos.goesOn() || !office.goesOn() {
		t.Error("the streams of others have ended too")
	}
	select {
	case line := <-ottos.lines:
		if line != ": kept" {
			t.Errorf("another client is told %s", line)
		}
	default:
	}
}

// A key that has an end takes its streams along; so does a card that opens no more.
func TestStreamsEndByThemselves(t *testing.T) {
	t.Parallel()
	n := apptest.SQLite(t)
	base := n.Listen(t)
	card := enrol(t, n, "Stella Stream", "stella@example.com")
	stella := program{Node: n, base: base}.enter(t, "stella@example.com")
	text, _ := key(t, n, map[string]any{"name": "for an hour", "role": "integration", "expires_at": apptest.Start().Add(time.Hour).Format(time.RFC3339)})
	till, phone := hear(t, base, "/stream", text), hear(t, base, "/b/lumen-salon/me/stream", stella.token)
	n.Do(t, apptest.Request{Method: http.MethodDelete, Path: "/clients/" + card, Key: owner}).Want(t, http.StatusNoContent)
	phone.ends(t, "the stream of a card that is erased")
	if !till.goesOn() {
		t.Error("the key's stream has ended too")
	}
	stella.advance(t, "2h")
	till.ends(t, "the stream of a key that has ended")
}

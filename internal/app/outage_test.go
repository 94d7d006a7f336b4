package app_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"kept/internal/app/apptest"
)

// wire is a connection to a database that can be cut.
type wire struct {
	net.Listener
	to   string
	mu   sync.Mutex
	cut  bool
	open []net.Conn
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	l, err := listen()
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{Listener: l, to: to}
	t.Cleanup(func() { _ = l.Close() })
	go w.carry()
	return w
}

func (w *wire) carry() {
	for {
		near, err := w.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", w.to)
		w.mu.Lock()
		if w.cut || err != nil {
			_ = near.Close()
			if far != nil {
				_ = far.Close()
			}
			w.mu.Unlock()
			continue
		}
		w.open = append(w.open, near, far)
		w.mu.Unlock()
		for _, pair := range [][2]net.Conn{{near, far}, {far, near}} {
			go func() {
				_, _ = io.Copy(pair[0], pair[1])
				_ = pair[0].Close()
				_ = pair[1].Close()
			}()
		}
	}
}

// set cuts the wire, with all that runs over it, or mends it.
func (w *wire) set(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	for _, c := range w.open {
		_ = c.Close()
	}
	w.open = nil
}

// Without its database the program says so, and is back when the database is.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	first := apptest.Postgres(t)
	at, err := url.Parse(first.DSN)
	if err != nil {
		t.Fatal(err)
	}
	w := newWire(t, at.Host)
	at.Host = w.Addr().String()
	n := apptest.Boot(t, first.Dir, at.String())
	slots := n.Slots(t, 0, "2026-11-25", "2026-12-02")
	book := booking(slots[0], 1)
	book.Header = map[string]string{"Idempotency-Key": "through the storm"}
	w.set(true)
	for name, r := range map[string]apptest.Request{
		"booking": book, "list": {Path: "/bookings", Key: "demo-lumen-salon-owner"}, "page": {Path: "/b/lumen-salon"},
	} {
		a := n.Do(t, r)
		if a.Status != http.StatusServiceUnavailable && (name != "page" || a.Status != http.StatusOK) {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
		if a.Status == http.StatusServiceUnavailable && (a.Text("code") != "unavailable" || a.Header.Get("Retry-After") == "") {
			t.Errorf("%s: %s %v", name, a.Body, a.Header)
		}
	}
	w.set(false)
	var made apptest.Answer
	apptest.Eventually(t, "the booking goes through", func() bool {
		made = n.Do(t, book)
		return made.Status == http.StatusCreated
	})
	if again := n.Do(t, book); again.Text("id") != made.Text("id") {
		t.Errorf("a retry books again: %s", again.Body)
	}
	count := 0
	if err := first.SQL.QueryRowContext(t.Context(), "SELECT count(*) FROM booking WHERE id = $1", made.Text("id")).Scan(&count); err != nil || count != 1 {
		t.Errorf("%d bookings: %v", count, err)
	}
}

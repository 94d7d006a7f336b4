package passkey_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"kept/internal/passkey"
	"kept/internal/testkit/browser"
	"kept/internal/web/asset"
)

func TestNew(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		base, at string
		works    bool
	}{
		{"https://kept.example", "kept.example", true},
		{"https://Kept.example:8443", "KEPT.example:8443", true},
		{"https://kept.example", "other.example", false},
		{"http://127.0.0.1:8080", "localhost:8080", true},
		{"http://127.0.0.1:8080", "127.0.0.1:8080", false},
		{"https://203.0.113.7", "203.0.113.7", false},
		{"", "kept.example", false},
	} {
		s, err := passkey.New(c.base)
		if err != nil && !errors.Is(err, passkey.ErrHost) {
			t.Errorf("%q: %v", c.base, err)
		}
		if got := s.At(c.at); got != c.works {
			t.Errorf("%q at %q: %v", c.base, c.at, got)
		}
	}
}

// book is a tiny site with one person: what owners of real ones do.
type book struct {
	mu     sync.Mutex
	site   *passkey.Site
	person passkey.Person
	state  []byte
	answer []byte // the last one
	said   string
}

func (b *book) page(w http.ResponseWriter, _ *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'self'; img-src data:")
	form := func(word string) string {
		return `<form method="post" action="/` + word + `" data-passkey="` + word + `" data-options="/` + word + `/options" hidden>
			<input type="hidden" name="state"><input type="hidden" name="answer"><button>` + word + `</button><p data-told hidden>no</p></form>`
	}
	_, _ = fmt.Fprintf(w, `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>keys</title><main>%s%s
		<p id="said">%s</p></main><script src="%s" defer></script>`, form("create"), form("get"), html.EscapeString(b.said), asset.URL("passkey.js"))
}

func (b *book) options(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	ask := b.site.Ask
	if strings.HasPrefix(r.URL.Path, "/create") {
		ask = func() ([]byte, []byte, error) { return b.site.Enrol(b.person) }
	}
	options, state, err := ask()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	b.state = state
	_ = json.NewEncoder(w).Encode(map[string]any{"options": json.RawMessage(options), "state": "s"}) //nolint:errchkjson // it can be written
}

func (b *book) send(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer = []byte(r.PostFormValue("answer"))
	if r.URL.Path == "/create" {
		key, err := b.site.Enrolled(b.person, b.state, b.answer)
		if err == nil {
			b.person.Keys = append(b.person.Keys, key)
		}
		b.said = fmt.Sprintf("made %v", err)
	} else {
		who, key, err := b.site.Answered(b.state, b.answer, b.find)
		if err == nil {
			b.person.Keys[0] = key
		}
		b.said = fmt.Sprintf("hello %s %v", who.Name, err)
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (b *book) find(handle []byte) (passkey.Person, error) {
	if !bytes.Equal(handle, b.person.Handle) {
		return passkey.Person{}, errors.New("nobody")
	}
	return b.person, nil
}

// A person makes a key with a real browser, signs in with it twice, and cannot
// use an answer again, nor with the question of somebody else.
func TestCeremonies(t *testing.T) {
	t.Parallel()
	b := &book{person: passkey.Person{Handle: []byte("0123456789abcdef"), Name: "ada@example.com"}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", b.page)
	for _, word := range []string{"/create", "/get"} {
		mux.HandleFunc("POST "+word+"/options", b.options)
		mux.HandleFunc("POST "+word, b.send)
	}
	mux.Handle(asset.Prefix, asset.Handler())
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	base := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	var err error
	if b.site, err = passkey.New(server.URL); err != nil {
		t.Fatal(err)
	}
	tab := browser.Page(t, base+"/", browser.Options{})
	browser.Keys(t, tab)
	for _, step := range []struct{ press, want string }{
		{"create", "made <nil>"}, {"get", "hello ada@example.com <nil>"}, {"get", "hello ada@example.com <nil>"},
	} {
		wait := tab.MustWaitNavigation()
		tab.MustElement("form[action='/" + step.press + "'] button").MustClick()
		wait()
		if got := tab.MustElement("#said").MustText(); got != step.want {
			t.Fatalf("%s: %q, want %q", step.press, got, step.want)
		}
	}
	_, other, err := b.site.Ask()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.site.Answered(other, b.answer, b.find); !errors.Is(err, passkey.ErrAnswer) {
		t.Errorf("the answer to another question: %v", err)
	}
	if _, _, err := b.site.Answered(b.state, b.answer, func([]byte) (passkey.Person, error) {
		return passkey.Person{}, errors.New("gone")
	}); !errors.Is(err, passkey.ErrAnswer) {
		t.Errorf("a key of nobody: %v", err)
	}
	elsewhere, err := passkey.New("https://kept.example")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := elsewhere.Answered(b.state, b.answer, b.find); !errors.Is(err, passkey.ErrAnswer) {
		t.Errorf("another site: %v", err)
	}
	for _, text := range []string{"", "{}", "null", "[]", `{"id":"a","rawId":"a","type":"public-key","response":{}}`} {
		if _, err := b.site.Enrolled(b.person, b.state, []byte(text)); !errors.Is(err, passkey.ErrAnswer) {
			t.Errorf("%q makes a key: %v", text, err)
		}
		if _, _, err := b.site.Answered(b.state, []byte(text), b.find); !errors.Is(err, passkey.ErrAnswer) {
			t.Errorf("%q lets in: %v", text, err)
		}
	}
}

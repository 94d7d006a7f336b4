package proof_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kept/account"
	"kept/internal/app"
	"kept/internal/app/apptest"
	"kept/internal/web/pagetest"
)

// pages says what right each page needs: the longest address that a page
// begins with decides, of its own method first. "signed in" is for all who are;
// "me" is the clients' side, whose own matrix is in internal/web/me.
const pages = `
public        /assets/, /{$}, /sign-in, /sign-up, /sign-out, /b/{slug}, /m/{token}, /forgot, /reset/{token}, /join/{token}, /demo/, /
public        /metrics, /healthz, /readyz, /feeds/, /hooks/, /.well-known/
api           /api/
me            /me, /r/
signed in     /account
bookings.read GET /app/{slug}, /app/{slug}/calendar, /app/{slug}/bookings, /app/{slug}/sessions, /app/{slug}/explain, /app/{slug}/insight
bookings.write GET /app/{slug}/new, /app/{slug}/bookings/{id}/move
bookings.write POST /app/{slug}/bookings, /app/{slug}/sessions, /app/{slug}/new
events.read   GET /app/{slug}/stream
clients.read  GET /app/{slug}/clients
clients.write GET /app/{slug}/clients/new, /app/{slug}/clients/{id}/edit, /app/{slug}/clients/{id}/family, /app/{slug}/clients/duplicates
clients.write POST /app/{slug}/clients
clients.read  POST /app/{slug}/clients/break-glass, /app/{slug}/clients/{id}/break-glass
messages.read GET /app/{slug}/messages
settings.read GET /app/{slug}/roster, /app/{slug}/settings
settings.write POST /app/{slug}/roster, /app/{slug}/settings
settings.write GET /app/{slug}/settings/
settings.read GET /app/{slug}/settings/calendars
calendars     GET /app/{slug}/settings/calendars/new, /app/{slug}/settings/calendars/{id}
calendars     POST /app/{slug}/settings/calendars
time_off.write GET /app/{slug}/settings/time-off
time_off.write POST /app/{slug}/settings/time-off
signed in     GET /app/{slug}/calendars
audit.read    GET /app/{slug}/audit
accounts.manage /app/{slug}/team, /app/{slug}/keys
privacy.manage /app/{slug}/privacy
chain.manage  /app/{slug}/settings/chain
clients.read  GET /app/{slug}/privacy/clients
clients.erase POST /app/{slug}/privacy/clients/{id}/erase
clients.export GET /app/{slug}/privacy/clients/{id}/export, /app/{slug}/clients/{id}/export
clients.export POST /app/{slug}/privacy/clients/{id}/export
`

// needOf finds what a page needs; empty when the table says nothing.
func needOf(table map[string]string, pattern string) string {
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		method, path = "GET", pattern
	}
	best, need := -1, ""
	for entry, right := range table {
		only, prefix, own := strings.Cut(entry, " ")
		if !own {
			only, prefix = "", entry
		}
		whole := path == prefix || strings.HasPrefix(path, strings.TrimSuffix(prefix, "/")+"/") || strings.HasPrefix(path, prefix+".")
		if prefix == "/" || prefix == "/{$}" {
			whole = path == prefix
		}
		length := 2 * len(prefix)
		if only != "" {
			length++
		}
		if whole && (only == "" || only == method) && length > best {
			best, need = length, right
		}
	}
	return need
}

// prefixes reads the table of pages.
func prefixes(table string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(table) {
		cut := strings.Index(line, "/")
		if cut < 0 {
			continue
		}
		words, method := strings.Fields(line[:cut]), ""
		if last := words[len(words)-1]; last == "GET" || last == "POST" {
			words, method = words[:len(words)-1], last+" "
		}
		for path := range strings.SplitSeq(line[cut:], ",") {
			out[method+strings.TrimSpace(path)] = strings.Join(words, " ")
		}
	}
	return out
}

// patterns lists every address that a mux knows. It keeps them to itself, so
// they are read by reflection.
func patterns(mux *http.ServeMux) []string {
	seen := map[string]bool{}
	walk(reflect.ValueOf(mux).Elem().FieldByName("tree"), func(text string) { seen[text] = true })
	var out []string
	for p := range seen {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

func walk(v reflect.Value, found func(string)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), found)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), found)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			walk(v.MapIndex(key), found)
		}
	case reflect.Struct:
		if strings.HasSuffix(v.Type().String(), ".pattern") {
			found(v.FieldByName("str").String())
			return
		}
		for _, field := range v.Fields() {
			walk(field, found)
		}
	default: // handlers and names
	}
}

// visitor is somebody with a browser.
type visitor struct {
	somebody
	jar http.CookieJar
}

// enter signs in.
func enter(t testing.TB, n *apptest.Node, email string) http.CookieJar {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	a := browse(t, n, jar, "POST", "/sign-in", url.Values{"email": {email}, "password": {pagetest.Password}})
	if a.Status != http.StatusSeeOther {
		t.Fatalf("sign-in of %s: %d", email, a.Status)
	}
	return jar
}

const site = "http://127.0.0.1:8080"

// browse asks as a browser does; header are names and values in turn.
func browse(t testing.TB, n *apptest.Node, jar http.CookieJar, method, path string, form url.Values, header ...string) apptest.Answer {
	t.Helper()
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(form.Encode())
	}
	r := apptest.Request{Method: method, Path: "/api/x"}.HTTP(t, site)
	made, err := http.NewRequestWithContext(t.Context(), method, site+path, body)
	if err != nil {
		t.Fatal(err)
	}
	made.RemoteAddr, made.Header = r.RemoteAddr, r.Header
	made.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		made.Header.Set(header[i], header[i+1])
	}
	if jar != nil {
		for _, c := range jar.Cookies(made.URL) {
			made.AddCookie(c)
		}
	}
	w := httptest.NewRecorder()
	n.Handler().ServeHTTP(w, made)
	if jar != nil {
		jar.SetCookies(made.URL, w.Result().Cookies())
	}
	return apptest.Answer{Status: w.Code, Header: w.Header(), Body: w.Body.Bytes()}
}

// crew makes a user of every role of the salon.
func crew(t testing.TB, n *apptest.Node) []visitor {
	t.Helper()
	key := "demo-" + salon + "-owner"
	out := []visitor{{somebody{name: "owner", role: account.Owner}, enter(t, n, "owner@"+salon+".example")}}
	for _, role := range []account.Role{account.Manager, account.Reception, account.Accountant, account.Staff} {
		email := string(role) + "@matrix.example"
		call := []string{
			"user", "create", "--data=" + n.Dir, "--business=" + salon, "--email=" + email, "--name=Matrix",
			"--role=" + string(role), "--password=" + pagetest.Password,
		}
		if n.DSN != "" {
			call = append(call, "--db="+n.DSN)
		}
		if role == account.Staff {
			call = append(call, "--staff="+idleStaff(t, n, key))
		}
		var said bytes.Buffer
		if status := app.Main(t.Context(), "test", call, &said, &said); status != 0 {
			t.Fatalf("kept %v: %s", call, said.String())
		}
		out = append(out, visitor{somebody{name: string(role), role: role}, enter(t, n, email)})
	}
	return out
}

// TestEveryPage opens every page as everybody.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, n *apptest.Node) {
		table := prefixes(pages)
		mine, theirs := gather(t, n, "demo-"+salon+"-owner"), gather(t, n, "demo-"+clinic+"-owner")
		people, stranger := crew(t, n), enter(t, n, "owner@"+clinic+".example")
		all := patterns(n.Mux())
		if len(all) < 100 {
			t.Fatalf("only %d addresses: %v", len(all), all)
		}
		for _, pattern := range all {
			need := needOf(table, pattern)
			switch {
			case need == "":
				t.Errorf("%s: say in the table what right it needs", pattern)
			case need == "public", need == "me", need == "api":
			default:
				h := house{n, pattern, mine, theirs}
				h.check(t, need, people, stranger)
			}
		}
	})
}

// house is one page with the things that it may be about.
type house struct {
	*apptest.Node
	pattern      string
	mine, theirs things
}

func (h house) ask(t testing.TB, jar http.CookieJar, s things, missing bool, header ...string) apptest.Answer {
	t.Helper()
	method, path, ok := strings.Cut(h.pattern, " ")
	if !ok {
		method, path = http.MethodGet, h.pattern
	}
	return browse(t, h.Node, jar, method, s.path(path, salon, missing), url.Values{}, header...)
}

func (h house) check(t *testing.T, need string, people []visitor, stranger http.CookieJar) {
	t.Helper()
	stream := strings.HasSuffix(h.pattern, "/stream")
	if a := h.ask(t, nil, h.mine, false); a.Status != http.StatusSeeOther && a.Status != http.StatusUnauthorized &&
		(need != "signed in" || a.Status != http.StatusNotFound) {
		t.Errorf("%s for nobody: %d", h.pattern, a.Status)
	}
	post := strings.HasPrefix(h.pattern, "POST ")
	if post {
		a := h.ask(t, people[0].jar, h.mine, false, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example")
		if a.Status != http.StatusForbidden {
			t.Errorf("%s sent by another site: %d", h.pattern, a.Status)
		}
	}
	if need == "signed in" {
		return
	}
	if a := h.ask(t, stranger, h.mine, false); a.Status != http.StatusNotFound && !stream {
		t.Errorf("%s for another business's owner: %d", h.pattern, a.Status)
	}
	for _, who := range people {
		switch {
		case !who.may(need):
			if a := h.ask(t, who.jar, h.mine, false); a.Status != http.StatusForbidden && a.Status != http.StatusNotFound {
				t.Errorf("%s for %s, who may not: %d", h.pattern, who.name, a.Status)
			}
		case !post && !stream:
			if a := h.ask(t, who.jar, h.mine, false); a.Status >= 500 || a.Status == http.StatusForbidden || a.Status == http.StatusUnauthorized {
				t.Errorf("%s for %s, who may: %d", h.pattern, who.name, a.Status)
			}
		}
		if stream || !strings.Contains(strings.Replace(h.pattern, "{slug}", "", 1), "{") {
			continue
		}
		other, unknown := h.ask(t, who.jar, h.theirs, false), h.ask(t, who.jar, h.theirs, true)
		if other.Status != unknown.Status || other.Status < 300 || other.Status >= 500 {
			t.Errorf("%s for %s: another business's %d, what is not there %d", h.pattern, who.name, other.Status, unknown.Status)
		}
	}
}

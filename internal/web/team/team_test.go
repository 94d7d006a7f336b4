package team_test

import (
	"encoding/base32"
	"html"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"kept/account"
	"kept/internal/app/apptest"
	"kept/internal/config"
	"kept/internal/oidc/oidctest"
	"kept/internal/web/pagetest"
	"kept/span"
)

func TestMain(m *testing.M) { apptest.Run(m) }

// house is the demo under a name, so that it has passkeys.
type house struct {
	*pagetest.House
	node *apptest.Node
}

func newHouse(t *testing.T, change ...func(*config.Serve)) *house {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base := "http://localhost:" + strings.TrimPrefix(listener.Addr().String(), "127.0.0.1:")
	change = append(change, func(c *config.Serve) { c.BaseURL = base })
	node := apptest.SQLite(t, change...)
	server := httptest.NewUnstartedServer(node.Handler())
	_ = server.Listener.Close()
	server.Listener = listener
	server.Start()
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return &house{&pagetest.House{Base: base}, node}
}

const (
	salon = "/app/lumen-salon"
	owner = "owner@lumen-salon.example"
)

func stranger(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// must checks where an answer leads; "" for a page.
func must(t *testing.T, a pagetest.Answer, status int, location string) pagetest.Answer {
	t.Helper()
	if a.Status != status || !strings.HasPrefix(a.Location, location) {
		t.Fatalf("%d to %q, want %d to %q: %.600s", a.Status, a.Location, status, location, a.Body)
	}
	return a
}

// mail waits for a letter in the demo's inbox and gives the link in it.
func (h *house) mail(t *testing.T, link string) string {
	t.Helper()
	found, pattern := "", regexp.MustCompile(regexp.QuoteMeta(h.Base)+link+`[A-Za-z0-9_-]+`)
	apptest.Eventually(t, "the letter with "+link, func() bool {
		list := h.Get(t, stranger(t), "/demo/inbox")
		for _, m := range regexp.MustCompile(`href="(/demo/inbox\?[^"]+)"`).FindAllStringSubmatch(list.Body, -1) {
			if at := pattern.FindString(html.UnescapeString(h.Get(t, stranger(t), html.UnescapeString(m[1])).Body)); at != "" {
				found = strings.TrimPrefix(at, h.Base)
				return true
			}
		}
		return false
	})
	return found
}

// Somebody is invited, joins, sees what their role shows, is changed and removed.
func TestInvitation(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	eva := h.SignInAnew(t, "lumen-salon")
	team := must(t, h.Get(t, eva, salon+"/team"), 200, "")
	if !strings.Contains(team.Body, owner) {
		t.Error("the owner is not among the members")
	}
	must(t, h.Post(t, eva, salon+"/team/invite", url.Values{"email": {"nobody"}, "role": {"reception"}, "reach": {"all"}}), 422, "")
	must(t, h.Post(t, eva, salon+"/team/invite", url.Values{"email": {owner}, "role": {"reception"}, "reach": {"all"}}), 422, "")
	must(t, h.Post(t, eva, salon+"/team/invite", url.Values{"email": {"new@example.com"}, "role": {"staff"}, "reach": {"own"}}), 422, "") // whose clients?
	must(t, h.Post(t, eva, salon+"/team/invite", url.Values{"email": {"new@example.com"}, "role": {"reception"}, "reach": {"all"}}), 303, salon+"/team?done=invited")
	if !strings.Contains(h.Get(t, eva, salon+"/team").Body, "new@example.com") {
		t.Error("the invitation is not shown")
	}
	link := h.mail(t, "/join/")
	nina := stranger(t)
	must(t, h.Get(t, nina, "/join/kept_join_wrong"), 410, "")
	if page := must(t, h.Get(t, nina, link), 200, ""); !strings.Contains(page.Body, "new@example.com") || !strings.Contains(page.Body, `name="password"`) {
		t.Errorf("the invitation shows %.500s", page.Body)
	}
	must(t, h.Post(t, nina, link, url.Values{"name": {"Nina"}, "password": {"password1"}}), 422, "")
	must(t, h.Post(t, nina, link, url.Values{"name": {"Nina"}, "password": {"a good long one"}}), 303, salon)
	must(t, h.Get(t, nina, link), 410, "") // once
	must(t, h.Get(t, nina, salon+"/clients"), 200, "")
	must(t, h.Get(t, nina, salon+"/team"), 403, "")
	must(t, h.Get(t, nina, salon+"/keys"), 403, "")

	id := pagetest.First(t, `href="`+salon+`/team/([0-9a-f-]{36})"><b>Nina`, h.Get(t, eva, salon+"/team").Body)
	must(t, h.Post(t, eva, salon+"/team/"+id, url.Values{"role": {"accountant"}, "reach": {"all"}}), 303, salon+"/team?done=saved")
	must(t, h.Get(t, nina, salon+"/clients"), 403, "") // from the next request on
	own := pagetest.First(t, `href="`+salon+`/team/([0-9a-f-]{36})"><b>(?:[^N]|N[^i])`, h.Get(t, eva, salon+"/team").Body)
	must(t, h.Post(t, eva, salon+"/team/"+own, url.Values{"role": {"manager"}, "reach": {"all"}}), 422, "") // the last owner
	must(t, h.Post(t, eva, salon+"/team/"+own+"/remove", nil), 422, "")
	must(t, h.Post(t, eva, salon+"/team/"+id+"/remove", nil), 303, salon+"/team?done=removed")
	must(t, h.Get(t, nina, salon+"/clients"), 303, "/?next=") // signed out
}

// One person works for two businesses: the second invitation is accepted with
// the account that is there.
func TestTwoBusinesses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	clinic := h.SignInAnew(t, "anhe-clinic")
	must(t, h.Post(t, clinic, "/app/anhe-clinic/team/invite", url.Values{"email": {owner}, "role": {"manager"}, "reach": {"all"}}), 303, "/app/anhe-clinic/team")
	link := h.mail(t, "/join/")
	if page := must(t, h.Get(t, stranger(t), link), 200, ""); strings.Contains(page.Body, `name="password"`) {
		t.Error("whoever has an account is asked for a new one")
	}
	must(t, h.Post(t, clinic, link, nil), 422, "") // for somebody else
	eva := h.SignInAnew(t, "lumen-salon")
	must(t, h.Get(t, eva, "/app/anhe-clinic"), 404, "")
	must(t, h.Post(t, eva, link, nil), 303, "/app/anhe-clinic")
	must(t, h.Get(t, eva, "/app/anhe-clinic"), 200, "")
	home := must(t, h.Get(t, eva, "/"), 200, "")
	for _, want := range []string{"/app/anhe-clinic", salon} {
		if !strings.Contains(home.Body, `href="`+want+`"`) {
			t.Errorf("the choice of businesses lacks %s", want)
		}
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	eva := h.SignInAnew(t, "lumen-salon")
	known := must(t, h.Post(t, stranger(t), "/forgot", url.Values{"email": {owner}}), 303, "/forgot?done=yes")
	unknown := must(t, h.Post(t, stranger(t), "/forgot", url.Values{"email": {"nobody@example.com"}}), 303, "/forgot?done=yes")
	if known != unknown {
		t.Errorf("%+v and %+v tell who has an account", known, unknown)
	}
	link := h.mail(t, "/reset/")
	must(t, h.Get(t, stranger(t), link), 200, "")
	must(t, h.Post(t, stranger(t), link, url.Values{"password": {"short"}}), 422, "")
	must(t, h.Post(t, stranger(t), link, url.Values{"password": {"another good one"}}), 303, "/?done=password")
	must(t, h.Post(t, stranger(t), link, url.Values{"password": {"another good two"}}), 410, "")
	must(t, h.Get(t, eva, salon), 303, "/?next=") // everybody is out
	must(t, h.Post(t, stranger(t), "/sign-in", url.Values{"email": {owner}, "password": {pagetest.Password}}), 422, "")
	must(t, h.Post(t, stranger(t), "/sign-in", url.Values{"email": {owner}, "password": {"another good one"}}), 303, "/")
}

func codeOf(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(secret, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return account.CodeAt(raw, span.At(at))
}

// clock tells the house's time.
func (h *house) clock(t *testing.T) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, h.node.Do(t, apptest.Request{Path: "/demo/clock"}).Text("now"))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestSecondFactor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	eva := h.SignInAnew(t, "lumen-salon")
	page := must(t, h.Get(t, eva, "/account/second"), 200, "")
	secret := pagetest.First(t, `<code>([A-Z2-7 ]+)</code>`, page.Body)
	setup := pagetest.First(t, `name="setup" value="([^"]+)"`, page.Body)
	again := must(t, h.Post(t, eva, "/account/second", url.Values{"setup": {setup}, "code": {"000000"}}), 422, "")
	if !strings.Contains(again.Body, secret) {
		t.Error("after a wrong code there is another secret")
	}
	codes := must(t, h.Post(t, eva, "/account/second", url.Values{"setup": {setup}, "code": {codeOf(t, secret, h.clock(t))}}), 200, "")
	recovery := pagetest.First(t, `<code>([a-z0-9-]{19})</code>`, codes.Body)
	for _, path := range []string{"/", "/account"} { // without scripts, passkeys are not offered
		who := stranger(t)
		if path != "/" {
			who = eva
		}
		if page := h.Get(t, who, path).Body; !regexp.MustCompile(`data-passkey="[a-z]+"[^>]* hidden>`).MatchString(page) {
			t.Errorf("%s offers passkeys", path)
		}
	}
	must(t, h.Get(t, eva, "/account"), 200, "") // the token was renewed, and she is in

	ben := stranger(t)
	must(t, h.Post(t, ben, "/sign-in", url.Values{"email": {owner}, "password": {pagetest.Password}, "next": {salon + "/clients"}}), 303, "/sign-in/second")
	must(t, h.Get(t, ben, salon), 303, "/?next=")
	must(t, h.Get(t, ben, "/sign-in/second"), 200, "")
	must(t, h.Get(t, stranger(t), "/sign-in/second"), 303, "/") // who gave no password is not told that it was right
	must(t, h.Post(t, ben, "/sign-in/second", url.Values{"code": {"123456"}}), 422, "")
	must(t, h.Post(t, ben, "/sign-in/second", url.Values{"code": {recovery}, "next": {salon + "/clients"}}), 303, salon+"/clients")
	must(t, h.Get(t, ben, salon), 200, "")
	must(t, h.Post(t, stranger(t), "/sign-in/second", url.Values{"code": {recovery}}), 422, "")

	h.node.Do(t, apptest.Request{Method: "POST", Path: "/demo/clock", Body: `{"advance":"20m"}`}) // long ago that she showed who she is
	must(t, h.Post(t, eva, "/account/second/drop", nil), 303, "/account/confirm?next=%2Faccount")
	must(t, h.Post(t, eva, "/account/confirm", url.Values{"password": {"wrong"}, "next": {"/account"}}), 422, "")
	must(t, h.Post(t, eva, "/account/confirm", url.Values{"password": {pagetest.Password}, "next": {"https://evil.example/"}}), 303, "/account")
	must(t, h.Post(t, eva, "/account/second/drop", nil), 303, "/account?done=second_off")
	h.SignInAnew(t, "lumen-salon")
}

func TestSessions(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	eva, elsewhere := h.SignInAnew(t, "lumen-salon"), h.SignInAnew(t, "lumen-salon")
	page := must(t, h.Get(t, eva, "/account"), 200, "")
	end := pagetest.First(t, `action="(/account/sessions/[0-9a-f-]{36}/end)"`, page.Body)
	must(t, h.Post(t, h.SignInAnew(t, "anhe-clinic"), end, nil), 303, "/account") // somebody else's: nothing happens
	must(t, h.Get(t, elsewhere, salon), 200, "")
	must(t, h.Post(t, eva, end, nil), 303, "/account?done=ended")
	must(t, h.Get(t, elsewhere, salon), 303, "/?next=")
	elsewhere = h.SignInAnew(t, "lumen-salon")
	must(t, h.Post(t, eva, "/account/password", url.Values{"old": {"wrong"}, "password": {"a good long one"}}), 422, "")
	must(t, h.Post(t, eva, "/account/password", url.Values{"old": {pagetest.Password}, "password": {"a good long one"}}), 303, "/account?done=password")
	must(t, h.Get(t, elsewhere, salon), 303, "/?next=")
	must(t, h.Get(t, eva, salon), 200, "")
}

// A shared desk changes hands by PIN, and each works as themselves.
func TestSharedDesk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	eva := h.SignInAnew(t, "lumen-salon")
	must(t, h.Post(t, eva, "/account/pin/lumen-salon", url.Values{"pin": {"1111"}}), 422, "")
	must(t, h.Post(t, eva, "/account/pin/lumen-salon", url.Values{"pin": {"4071"}}), 303, "/account?done=pin")
	must(t, h.Get(t, eva, "/account/pin/anhe-clinic"), 404, "")
	must(t, h.Post(t, eva, "/account/share/lumen-salon", nil), 303, salon)
	must(t, h.Get(t, eva, salon), 200, "")
	must(t, h.Get(t, eva, salon+"/team"), 403, "") // not at a shared desk
	must(t, h.Get(t, eva, "/account/password"), 303, "/account/desk")
	must(t, h.Post(t, eva, "/account/desk/lock", nil), 303, "/account/desk")
	must(t, h.Get(t, eva, salon+"/clients"), 303, "/account/desk?next=")
	choose := must(t, h.Get(t, eva, "/account/desk?next="+url.QueryEscape(salon+"/clients")), 200, "")
	who := pagetest.First(t, `href="(/account/desk\?[^"]*who=[^"]+)"`, choose.Body)
	page := must(t, h.Get(t, eva, html.UnescapeString(who)), 200, "")
	user := pagetest.First(t, `name="who" value="([^"]+)"`, page.Body)
	must(t, h.Post(t, eva, "/account/desk", url.Values{"who": {user}, "pin": {"9999"}}), 422, "")
	must(t, h.Post(t, eva, "/account/desk", url.Values{"who": {user}, "pin": {"4071"}, "next": {salon + "/clients"}}), 303, salon+"/clients")
	must(t, h.Get(t, eva, salon+"/clients"), 200, "")
	h.node.Do(t, apptest.Request{Method: "POST", Path: "/demo/clock", Body: `{"advance":"6m"}`})
	must(t, h.Get(t, eva, salon), 303, "/account/desk") // nobody touched it
	must(t, h.Post(t, eva, "/sign-out", nil), 303, "/")
}

func TestKeys(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	eva := h.SignInAnew(t, "lumen-salon")
	must(t, h.Get(t, eva, salon+"/keys/new"), 200, "")
	must(t, h.Post(t, eva, salon+"/keys/new", url.Values{"name": {"till"}, "role": {"staff"}, "reach": {"all"}}), 422, "")
	made := must(t, h.Post(t, eva, salon+"/keys/new", url.Values{
		"name": {"till"}, "role": {"reception"}, "reach": {"all"}, "days": {"30"}, "scopes": {"bookings.read"},
	}), 200, "")
	key := pagetest.First(t, `<code>(kept_key_[A-Za-z0-9_-]+)</code>`, made.Body)
	if got := h.node.Do(t, apptest.Request{Path: "/bookings", Key: key}); got.Status != 200 {
		t.Errorf("the key gets %d", got.Status)
	}
	if got := h.node.Do(t, apptest.Request{Path: "/clients", Key: key}); got.Status != 403 {
		t.Errorf("past its scope the key gets %d", got.Status)
	}
	list := must(t, h.Get(t, eva, salon+"/keys"), 200, "")
	if strings.Contains(list.Body, key) {
		t.Error("the list shows the key's text")
	}
	revoke := pagetest.First(t, `<b>till</b>[\s\S]*?action="(`+salon+`/keys/[0-9a-f-]{36}/revoke)"`, list.Body)
	must(t, h.Post(t, eva, revoke, nil), 303, salon+"/keys?done=revoked")
	if got := h.node.Do(t, apptest.Request{Path: "/bookings", Key: key}); got.Status != 401 {
		t.Errorf("revoked, the key gets %d", got.Status)
	}
}

// Somebody signs in at another house: who is known by a verified e-mail address
// is let in, who is invited joins, and nobody else.
func TestOutside(t *testing.T) {
	t.Parallel()
	other := oidctest.New(t)
	h := newHouse(t, func(c *config.Serve) {
		c.OIDCIssuer, c.OIDCClient, c.OIDCSecret = other.URL, "kept", "s3cret"
	})
	if page := h.Get(t, stranger(t), "/").Body; !strings.Contains(page, "/sign-in/outside?next=") {
		t.Error("the door does not lead there")
	}
	thereAndBack := func(who *http.Client) pagetest.Answer {
		t.Helper()
		there := must(t, h.Get(t, who, "/sign-in/outside?next="+url.QueryEscape(salon)), 303, other.URL)
		back, err := who.Get(there.Location)
		if err != nil {
			t.Fatal(err)
		}
		_ = back.Body.Close()
		return h.Get(t, who, strings.TrimPrefix(back.Header.Get("Location"), h.Base))
	}
	must(t, thereAndBack(stranger(t)), 403, "") // eva@example.com is nobody here
	eva := h.SignInAnew(t, "lumen-salon")
	must(t, h.Post(t, eva, salon+"/team/invite", url.Values{"email": {"eva@example.com"}, "role": {"manager"}, "reach": {"all"}}), 303, salon+"/team")
	other.Claims["email_verified"] = false
	must(t, thereAndBack(stranger(t)), 403, "") // anybody can say that
	other.Claims["email_verified"] = true
	invited := stranger(t)
	must(t, thereAndBack(invited), 303, salon)
	must(t, h.Get(t, invited, salon), 200, "")
	other.Claims["email"], other.Claims["email_verified"] = "moved@example.com", false
	must(t, thereAndBack(stranger(t)), 303, salon) // the login is known, whatever its address
	other.Claims["sub"], other.Claims["email"], other.Claims["email_verified"] = "owner-1", owner, true
	must(t, thereAndBack(stranger(t)), 303, salon)

	victim := stranger(t) // led to the way back of somebody else
	there := must(t, h.Get(t, stranger(t), "/sign-in/outside"), 303, other.URL)
	state := pagetest.First(t, `[?&]state=([^&]+)`, there.Location)
	must(t, h.Get(t, victim, "/sign-in/outside/back?code=the-code&state="+state), 403, "")
}

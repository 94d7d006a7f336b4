package team_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kept/internal/app/apptest"
	"kept/internal/config"
	"kept/internal/oidc/oidctest"
	"kept/internal/web/pagetest"
)

// demand has the owner ask for a second factor on the page of the business.
func (h *house) demand(t *testing.T, roles ...string) {
	t.Helper()
	eva := h.SignInAnew(t, "lumen-salon")
	page := must(t, h.Get(t, eva, salon+"/settings/business"), 200, "")
	_, form := pagetest.Form(t, pagetest.Parse(t, page.Body), "/settings/business")
	form["second_factor"] = roles
	must(t, h.Post(t, eva, salon+"/settings/business", form), 303, salon+"/settings")
	stored := h.node.Do(t, apptest.Request{Path: "/business", Key: "demo-lumen-salon-owner"})
	for _, r := range roles {
		if !strings.Contains(string(stored.Body), `"`+r+`"`) {
			t.Fatalf("%s is not kept: %s", r, stored.Body)
		}
	}
}

// TestDemandedFactor: who has none is led to set one up, and does nothing else
// in the business before; who has one shows it.
func TestDemandedFactor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	before := h.SignInAnew(t, "lumen-salon")
	h.demand(t, "owner", "manager")
	eva := h.SignInAnew(t, "lumen-salon")
	strong := "/account/strong?next=" + url.QueryEscape(salon+"/clients")
	must(t, h.Get(t, eva, salon+"/clients"), 303, strong)
	must(t, h.Get(t, before, salon+"/clients"), 303, strong) // at once, also for who is in
	must(t, h.Post(t, eva, salon+"/team/invite", url.Values{"email": {"x@example.com"}, "role": {"owner"}}), 303, "/account/strong")
	must(t, h.Get(t, eva, salon+"/calendar", "Accept", "application/json"), 403, "")
	must(t, h.Get(t, h.SignInAnew(t, "anhe-clinic"), "/app/anhe-clinic"), 200, "") // another business asks nothing
	if got := h.node.Do(t, apptest.Request{Path: "/bookings", Key: "demo-lumen-salon-owner"}); got.Status != 200 {
		t.Errorf("a key is asked for a second factor: %d", got.Status)
	}
	page := must(t, h.Get(t, eva, strong), 200, "")
	for _, way := range []string{`href="/account/second?next=`, `action="/account/passkeys"`} {
		if !strings.Contains(page.Body, way) {
			t.Errorf("the page does not offer %s", way)
		}
	}
	setup := must(t, h.Get(t, eva, "/account/second?next="+url.QueryEscape(salon+"/clients")), 200, "")
	secret := pagetest.First(t, `<code>([A-Z2-7 ]+)</code>`, setup.Body)
	token := pagetest.First(t, `name="setup" value="([^"]+)"`, setup.Body)
	codes := must(t, h.Post(t, eva, "/account/second", url.Values{
		"setup": {token}, "code": {codeOf(t, secret, h.clock(t))}, "next": {salon + "/clients"},
	}), 200, "")
	if !strings.Contains(codes.Body, `href="`+salon+`/clients"`) {
		t.Error("the codes lead nowhere")
	}
	must(t, h.Get(t, eva, salon+"/clients"), 200, "")
	must(t, h.Post(t, eva, "/account/second/drop", nil), 303, "/account") // and it is asked for again
	must(t, h.Get(t, eva, salon+"/clients"), 303, "/account/strong")
	h.node.Do(t, apptest.Request{Method: "POST", Path: "/demo/clock", Body: `{"advance":"20m"}`})
	must(t, h.Get(t, eva, strong), 303, "/account/confirm?next="+url.QueryEscape("/account/strong")) // long ago that she showed who she is
	must(t, h.Get(t, stranger(t), "/account/strong"), 303, "/?next=")
}

// TestWordOfAnotherHouse: several factors seen there are enough, one is not.
func TestWordOfAnotherHouse(t *testing.T) {
	t.Parallel()
	other := oidctest.New(t)
	h := newHouse(t, func(c *config.Serve) {
		c.OIDCIssuer, c.OIDCClient, c.OIDCSecret = other.URL, "kept", "s3cret"
	})
	h.demand(t, "owner")
	other.Claims["sub"], other.Claims["email"] = "owner-1", owner
	for _, c := range []struct {
		methods []string
		let     bool
	}{{[]string{"pwd"}, false}, {[]string{"pwd", "mfa"}, true}, {nil, false}} {
		other.Claims["amr"] = c.methods
		eva := stranger(t)
		there := must(t, h.Get(t, eva, "/sign-in/outside?next="+url.QueryEscape(salon)), 303, other.URL)
		back, err := eva.Get(there.Location)
		if err != nil {
			t.Fatal(err)
		}
		_ = back.Body.Close()
		must(t, h.Get(t, eva, strings.TrimPrefix(back.Header.Get("Location"), h.Base)), 303, salon)
		if c.let {
			must(t, h.Get(t, eva, salon), 200, "")
		} else {
			must(t, h.Get(t, eva, salon), 303, "/account/strong")
		}
	}
}

// enrolled signs the owner in with a password and a code that was not used before.
func (h *house) enrolled(t *testing.T, secret string) *http.Client {
	t.Helper()
	h.node.Do(t, apptest.Request{Method: "POST", Path: "/demo/clock", Body: `{"advance":"1m"}`})
	c := stranger(t)
	must(t, h.Post(t, c, "/sign-in", url.Values{"email": {owner}, "password": {pagetest.Password}}), 303, "/sign-in/second")
	must(t, h.Post(t, c, "/sign-in/second", url.Values{"code": {codeOf(t, secret, h.clock(t))}}), 303, "/")
	return c
}

// TestDemandedAtTheDesk: a PIN opens for who has enrolled.
func TestDemandedAtTheDesk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	eva := h.SignInAnew(t, "lumen-salon")
	must(t, h.Post(t, eva, "/account/pin/lumen-salon", url.Values{"pin": {"4071"}}), 303, "/account?done=pin")
	must(t, h.Post(t, eva, "/account/share/lumen-salon", nil), 303, salon)
	h.demand(t, "owner")
	led := must(t, h.Get(t, eva, salon), 303, "/account/desk?next=")
	page := must(t, h.Get(t, eva, led.Location), 200, "")
	if !strings.Contains(page.Body, "second factor") {
		t.Error("nobody is told why")
	}
	who := pagetest.First(t, `href="(/account/desk\?[^"]*who=[^"]+)"`, page.Body)
	user := pagetest.First(t, `name="who" value="([^"]+)"`, must(t, h.Get(t, eva, html.UnescapeString(who)), 200, "").Body)
	refused := must(t, h.Post(t, eva, "/account/desk", url.Values{"who": {user}, "pin": {"4071"}}), 422, "")
	if !strings.Contains(refused.Body, "second factor") {
		t.Error("the PIN is refused without a reason")
	}
	alone := h.SignInAnew(t, "lumen-salon")
	setup := must(t, h.Get(t, alone, "/account/second"), 200, "")
	secret := pagetest.First(t, `<code>([A-Z2-7 ]+)</code>`, setup.Body)
	token := pagetest.First(t, `name="setup" value="([^"]+)"`, setup.Body)
	must(t, h.Post(t, alone, "/account/second", url.Values{"setup": {token}, "code": {codeOf(t, secret, h.clock(t))}}), 200, "")
	desk := h.enrolled(t, secret)
	must(t, h.Post(t, desk, "/account/share/lumen-salon", nil), 303, salon)
	must(t, h.Post(t, desk, "/account/desk", url.Values{"who": {user}, "pin": {"4071"}}), 303, salon)
	must(t, h.Get(t, desk, salon), 200, "")
}

// TestEndingAMembersSession: who manages the team sees where a member is signed
// in to this business, and ends it.
func TestEndingAMembersSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	eva := h.SignInAnew(t, "lumen-salon")
	must(t, h.Post(t, eva, salon+"/team/invite", url.Values{"email": {"nina@example.com"}, "role": {"reception"}, "reach": {"all"}}), 303, salon+"/team")
	link, nina := h.mail(t, "/join/"), stranger(t)
	for _, own := range []string{"lumen-salon1", "Lumen Salon 22", "nina@lumen"} { // made of the business's words
		must(t, h.Post(t, nina, link, url.Values{"name": {"Nina"}, "password": {own}}), 422, "")
	}
	must(t, h.Post(t, nina, link, url.Values{"name": {"Nina"}, "password": {"a good long one"}}), 303, salon)
	must(t, h.Get(t, nina, salon), 200, "")
	team := must(t, h.Get(t, eva, salon+"/team"), 200, "")
	member := pagetest.First(t, `href="(`+salon+`/team/[0-9a-f-]{36})"[^>]*>(?:[^<]|<[^a])*Nina`, team.Body)
	page := must(t, h.Get(t, eva, member), 200, "")
	end := pagetest.First(t, `action="(`+member+`/sessions/[0-9a-f-]{36}/end)"`, page.Body)
	must(t, h.Post(t, nina, end, nil), 403, "")
	must(t, h.Post(t, h.SignInAnew(t, "anhe-clinic"), end, nil), 404, "")
	must(t, h.Post(t, eva, end, nil), 303, member+"?done=member_ended")
	must(t, h.Get(t, nina, salon), 303, "/?")
	must(t, h.Post(t, eva, end, nil), 303, member) // sent twice
	apptest.Eventually(t, "the letter to Nina", func() bool {
		return strings.Contains(h.Get(t, stranger(t), "/demo/inbox").Body, "You were signed out at")
	})
	if !strings.Contains(h.Get(t, eva, salon+"/audit").Body, "sessions") {
		t.Error("the record does not tell of it")
	}
	must(t, h.Post(t, eva, member+"/sessions/end", nil), 303, member) // none is left
	must(t, h.Post(t, eva, salon+"/team/01a20244-fddc-763e-b226-813fe221fd70/sessions/end", nil), 404, "")
}

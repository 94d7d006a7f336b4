package proof_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"kept/account"
	"kept/internal/app/apptest"
)

// operations says for every operation what right it needs. public ones need
// none; token ones open to the holder of the booking's token, too, and client
// ones to nobody but a client who is signed in.
const operations = `
public        GET /b/{slug}, /b/{slug}/services, /b/{slug}/staff, /b/{slug}/slots, /b/{slug}/questions
public        POST /b/{slug}/holds, /b/{slug}/bookings, /b/{slug}/series, /b/{slug}/series-checks
public        POST /b/{slug}/codes, /b/{slug}/proofs
public        DELETE /holds/{id}
public        GET /explain, /demo/clock
public        POST /demo/clock
bookings.read GET /bookings, /slots, /calendar, /sessions, /sessions/{id}, /series/{id}, /insight/demand, /insight/gaps
token.read    GET /bookings/{id}, /bookings/{id}/alternatives
token.write   POST /bookings/{id}/confirm, /bookings/{id}/cancel, /bookings/{id}/reschedule
bookings.write POST /bookings, /series, /series-checks, /bookings/{id}/check-in, /bookings/{id}/complete, /bookings/{id}/no-show
bookings.write POST /bookings/{id}/decline, /sessions, /sessions/{id}/cancel
bookings.write PATCH /sessions/{id}
clients.read  GET /clients, /clients/{id}, /clients/{id}/card, /clients/{id}/timeline, /clients/{id}/tally, /clients/{id}/merges
clients.read  GET /clients/{id}/contacts, /clients/{id}/subjects, /clients/{id}/subjects/{subject}/readings, /clients/{id}/facts
clients.read  GET /clients/{id}/facts/{key}/history, /clients/{id}/preferences, /clients/{id}/entries, /clients/{id}/documents
clients.read  GET /clients/{id}/documents/{document}, /clients/{id}/documents/{document}/content, /entries, /plans, /plans/{id}
clients.read  GET /clients/duplicates
clients.write POST /clients/{id}/contacts/{contact}/codes, /clients/{id}/contacts/{contact}/proofs
clients.read  POST /clients/{id}/break-glass, /clients/break-glass
clients.write POST /clients, /clients/{id}/contacts, /clients/{id}/subjects, /clients/{id}/subjects/{subject}/readings, /calls
clients.write POST /clients/{id}/facts, /clients/{id}/facts/{fact}/settle, /clients/{id}/entries, /clients/{id}/documents
clients.write POST /plans, /plans/{id}/skip, /plans/{id}/offer, /clients/{id}/merge, /merges/{id}/undo
clients.write PATCH /clients/{id}, /clients/{id}/contacts/{contact}, /clients/{id}/subjects/{subject}, /clients/{id}/preferences
clients.write PATCH /clients/{id}/subjects/{subject}/readings/{reading}, /clients/{id}/entries/{entry}, /plans/{id}
clients.write DELETE /clients/{id}/contacts/{contact}, /clients/{id}/subjects/{subject}, /clients/{id}/documents/{document}, /plans/{id}
clients.write DELETE /clients/{id}/subjects/{subject}/readings/{reading}
clients.read  GET /clients/{id}/relations, /clients/{id}/consents, /clients/{id}/forms
clients.write POST /clients/{id}/relations, /clients/{id}/consents, /clients/{id}/consents/withdraw, /clients/{id}/forms
clients.write DELETE /clients/{id}/relations/{other}, /clients/{id}/calendars/{calendar}
clients.read  GET /clients/{id}/calendars
client        GET /b/{slug}/me/calendars
client        POST /b/{slug}/me/calendars
client        DELETE /b/{slug}/me/calendars/{calendar}
client        GET /b/{slug}/me/contacts, /b/{slug}/me/documents, /b/{slug}/me/documents/{document}, /b/{slug}/me/documents/{document}/content
client        POST /b/{slug}/me/contacts, /b/{slug}/me/contacts/{contact}/codes, /b/{slug}/me/contacts/{contact}/proofs, /b/{slug}/me/documents
client        PATCH /b/{slug}/me/contacts/{contact}
client        DELETE /b/{slug}/me/contacts/{contact}, /b/{slug}/me/documents/{document}
client        GET /me, /me/sessions, /b/{slug}/me/stream
client        POST /me/sessions/renew
client        DELETE /me/sessions, /me/sessions/{session}
public        POST /me/codes, /me/sessions
clients.read  GET /clients/{id}/branches, /clients/{id}/branches/{business}
clients.write POST /clients/{id}/branches/{business}/bring
chain.manage  GET /chain
chain.manage  POST /chain, /chain/invitations, /chain/join
chain.manage  DELETE /chain, /chain/invitations/{id}
settings.write GET /sign-in-blocks
settings.write POST /sign-in-blocks
settings.write DELETE /sign-in-blocks/{id}
clients.erase DELETE /clients/{id}
clients.export GET /clients/{id}/export
messages.read GET /messages, /messages/{id}
settings.read GET /business, /services, /services/{id}, /staff, /staff/{id}, /staff/{id}/hours, /resources, /resources/{id}
settings.read GET /locations, /locations/{id}, /locations/{id}/hours, /time-off, /time-off/{id}, /holidays, /holidays/countries
settings.read GET /rules, /rules/{id}, /calendars, /calendars/{id}, /forms, /forms/{id}, /notices, /notices/{id}
settings.write PATCH /business, /services/{id}, /staff/{id}, /resources/{id}, /locations/{id}, /rules/{id}, /forms/{id}, /notices/{id}
settings.write POST /services, /staff, /resources, /locations, /rules, /forms, /notices, /staff/{id}/roster/publish
settings.write DELETE /services/{id}, /staff/{id}, /resources/{id}, /locations/{id}, /rules/{id}, /forms/{id}, /notices/{id}
settings.write PUT /staff/{id}/hours, /locations/{id}/hours
settings.write POST /calendars, /calendars/{id}/sync
settings.write PATCH /calendars/{id}
settings.write DELETE /calendars/{id}
time_off.write POST /time-off
time_off.write PATCH /time-off/{id}
time_off.write DELETE /time-off/{id}
events.read   GET /events, /stream
audit.read    GET /audit, /audit/verify, /audit/export
accounts.manage GET /members, /members/{id}, /members/{id}/sessions, /invitations, /keys
accounts.manage POST /invitations, /keys
accounts.manage PATCH /members/{id}
accounts.manage DELETE /members/{id}, /members/{id}/sessions, /members/{id}/sessions/{session}, /invitations/{id}, /keys/{id}
privacy.manage GET /privacy/breaches, /privacy/breaches/{id}, /privacy/breaches/{id}/persons, /privacy/erasures, /privacy/erasures/{id}
privacy.manage GET /privacy/holds, /privacy/policy, /privacy/processors, /privacy/register, /privacy/requests
privacy.manage POST /privacy/breaches, /privacy/breaches/{id}/persons, /privacy/breaches/{id}/steps, /privacy/preview
privacy.manage POST /privacy/requests, /privacy/requests/{id}/close, /privacy/requests/{id}/extend
privacy.manage PATCH /privacy/breaches/{id}
privacy.manage PUT /privacy/policy, /clients/{id}/holds/{class}
`

// rights reads the table: "GET /path" → what it needs.
func rights(table string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(table) {
		need, rest, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			continue
		}
		method, paths, _ := strings.Cut(strings.TrimSpace(rest), " ")
		for path := range strings.SplitSeq(paths, ",") {
			out[method+" "+strings.TrimSpace(path)] = need
		}
	}
	return out
}

// somebody asks with a key.
type somebody struct {
	name, key string
	role      account.Role
	narrow    bool // reaches their own clients alone
}

func (s somebody) may(need string) bool {
	need = strings.Replace(need, "token.", "bookings.", 1)
	if need == "calendars" { // the owner's side, and staff for their own
		return slices.Contains([]account.Role{account.Owner, account.Manager, account.Staff}, s.role)
	}
	return need == "public" || slices.Contains(s.role.Actions(), account.Action(need))
}

// everybody makes a key of every role, and one that reaches its own clients alone.
func everybody(t testing.TB, n *apptest.Node, slug string, own things) []somebody {
	t.Helper()
	owner := "demo-" + slug + "-owner"
	out := []somebody{
		{name: "owner", key: owner, role: account.Owner},
		{name: "staff", key: "demo-" + slug + "-staff", role: account.Staff},
		{name: "integration", key: "demo-" + slug + "-integration", role: account.Integration},
	}
	for _, role := range []account.Role{account.Manager, account.Reception, account.Accountant, account.Staff} {
		body := map[string]any{"name": "matrix", "role": role}
		one := somebody{name: string(role), role: role}
		if role == account.Staff {
			body["staff"], body["reach"] = idleStaff(t, n, owner), "own"
			one.name, one.narrow = "staff of own reach", true
		}
		a := n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/keys", Key: owner, Body: body}).Want(t, http.StatusCreated)
		if one.key = a.Text("key"); one.key == "" {
			t.Fatalf("no key in %s", a.Body)
		}
		out = append(out, one)
	}
	return out
}

// idleStaff makes a staff member with whom nobody has a booking.
func idleStaff(t testing.TB, n *apptest.Node, owner string) string {
	t.Helper()
	return create(t, n, owner, "/staff", map[string]any{"name": "Idle"})
}

// operations lists all that are described.
func (d *description) operations() []string {
	var out []string
	for path, methods := range d.Paths {
		for method := range methods {
			out = append(out, strings.ToUpper(method)+" "+strings.TrimPrefix(path, "/api/v1"))
		}
	}
	slices.Sort(out)
	return out
}

// TestEveryOperation asks for every operation as everybody.
func TestEveryOperation(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, n *apptest.Node) {
		needs := rights(operations)
		mine, theirs := gather(t, n, "demo-"+salon+"-owner"), gather(t, n, "demo-"+clinic+"-owner")
		people := everybody(t, n, salon, mine)
		seen := map[string]bool{}
		a := asker{n, describe(t, n)}
		for _, do := range a.doc.operations() {
			need, known := needs[do]
			if !known {
				t.Errorf("%s: say in the table what right it needs", do)
				continue
			}
			seen[do] = true
			for _, who := range people {
				a.checkOperation(t, do, need, who, mine, theirs)
			}
			a.checkOutsiders(t, do, need, mine)
		}
		for do := range needs {
			if !seen[do] && !strings.Contains(do, "/demo/") {
				t.Errorf("%s is in the table and is no operation", do)
			}
		}
	})
}

// asker sends what the description asks for.
type asker struct {
	*apptest.Node
	doc *description
}

// send asks for an operation with the least that it takes, or with what it
// does not take, so that nothing changes.
func (a asker) send(t testing.TB, do, slug, key string, s things, missing, wrong bool) apptest.Answer {
	t.Helper()
	method, template, _ := strings.Cut(do, " ")
	r := apptest.Request{Method: method, Path: s.path(template, slug, missing) + a.doc.query(do), Key: key, Body: a.doc.body(do)}
	if wrong && r.Body != nil {
		r.Body = `{"no such field": 1}`
	}
	return a.Do(t, r)
}

// checkOperation: who has not the right is refused; who has it is not, for
// their own; and what is another business's is as unknown as what is not.
func (a asker) checkOperation(t *testing.T, do, need string, who somebody, mine, theirs things) {
	t.Helper()
	if do == "GET /stream" || do == "POST /demo/clock" {
		return // the one has no end, the other moves the time for all
	}
	if !strings.HasPrefix(do, "DELETE /") || !who.may(need) {
		a.checkOwn(t, do, need, who, mine)
	}
	if !strings.Contains(do, "{") || need == "public" {
		return
	}
	other, unknown := a.send(t, do, salon, who.key, theirs, false, false), a.send(t, do, salon, who.key, mine, true, false)
	if x, y := shape(other, theirs), shape(unknown, theirs); x != y || other.Status < 400 || other.Status >= 500 {
		t.Errorf("%s by %s tells another business's from what is not there: %.150s, %.150s", do, who.name, x, y)
	}
}

func (a asker) checkOwn(t *testing.T, do, need string, who somebody, mine things) {
	t.Helper()
	own := a.send(t, do, salon, who.key, mine, false, who.may(need))
	switch {
	case own.Status >= 500:
		t.Errorf("%s by %s: %d %.150s", do, who.name, own.Status, own.Body)
	case !who.may(need):
		if own.Status != http.StatusForbidden && own.Status != http.StatusNotFound {
			t.Errorf("%s by %s, who may not: %d %.150s", do, who.name, own.Status, own.Body)
		}
	case who.narrow && strings.Contains(do, "/clients/{id}"):
		if own.Status != http.StatusNotFound && own.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s by %s, beyond their reach: %d %.150s", do, who.name, own.Status, own.Body)
		}
	case own.Status == http.StatusForbidden && who.narrow: // about clients of all
	case own.Status == http.StatusForbidden || own.Status == http.StatusUnauthorized:
		t.Errorf("%s by %s, who may: %d %.150s", do, who.name, own.Status, own.Body)
	}
}

// checkOutsiders asks as nobody, with a wrong key, and as another business's owner.
func (a asker) checkOutsiders(t *testing.T, do, need string, mine things) {
	t.Helper()
	if do == "POST /demo/clock" {
		return
	}
	for _, key := range []string{"", "kept_wrong"} {
		got := a.send(t, do, salon, key, mine, false, false)
		if (need != "public" || key != "") && got.Status != http.StatusUnauthorized {
			t.Errorf("%s with the key %q: %d %.150s", do, key, got.Status, got.Body)
		}
	}
	if need == "public" || do == "GET /stream" {
		return
	}
	got := a.send(t, do, clinic, "demo-"+clinic+"-owner", mine, false, false)
	if strings.Contains(do, "{") && got.Status != http.StatusNotFound && got.Status != http.StatusForbidden {
		t.Errorf("%s by another business's owner: %d %.150s", do, got.Status, got.Body)
	}
	for what, id := range mine {
		if id != none && strings.Contains(string(got.Body), id) && !strings.Contains(do, "{") {
			t.Errorf("%s by another business's owner tells of our %s", do, what)
		}
	}
}

// shape is an answer without what the address itself says.
func shape(a apptest.Answer, s things) string {
	text := strings.ReplaceAll(string(a.Body), none, "*")
	for _, id := range s {
		text = strings.ReplaceAll(text, id, "*")
	}
	return http.StatusText(a.Status) + " " + text
}

// TestTokenOpensItsOwnBookingAlone: a client is known by the token of a booking.
func TestTokenOpensItsOwnBookingAlone(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, n *apptest.Node) {
		var ids, tokens []string
		slots := n.Slots(t, 0, "2026-11-25", "2026-12-05")
		for i, slot := range []apptest.Slot{slots[0], slots[len(slots)-1]} {
			a := n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/b/" + salon + "/bookings", Body: map[string]any{
				"service": slot.Service, "start": slot.Start, "staff": slot.Staff,
				"client": map[string]any{"name": "Token", "email": []string{"one@token.example", "two@token.example"}[i]},
			}}).Want(t, http.StatusCreated)
			ids, tokens = append(ids, a.Text("id")), append(tokens, a.Text("manage_token"))
		}
		for do, need := range rights(operations) {
			if need == "public" || do == "GET /stream" || strings.HasPrefix(do, "POST /bookings/{id}") {
				continue
			}
			method, template, _ := strings.Cut(do, " ")
			of := func(id, token string) apptest.Answer {
				path := things{"bookings": id, "clients": none}.path(template, salon, false)
				return n.Do(t, apptest.Request{Method: method, Path: path + "?token=" + token})
			}
			own, other, forged := of(ids[0], tokens[0]), of(ids[0], tokens[1]), of(ids[0], tokens[0]+"x")
			if strings.HasPrefix(need, "token.") {
				if own.Status != http.StatusOK || other.Status == http.StatusOK || forged.Status == http.StatusOK {
					t.Errorf("%s: own %d, other's %d, forged %d", do, own.Status, other.Status, forged.Status)
				}
				continue
			}
			if own.Status != http.StatusUnauthorized && own.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s opens with a booking's token: %d %.200s", do, own.Status, own.Body)
			}
		}
	})
}

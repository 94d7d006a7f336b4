package api_test

import (
	"net/http"
	"strings"
	"testing"

	"kept/internal/app/apptest"
)

// chained has one person known at the salon and at the clinic, who proved the
// same address at both, and what they told each.
func (s *story) chained() {
	s.t.Helper()
	for word, key := range map[string]string{"here": owner, "there": stranger} {
		do := func(method, path, body string) apptest.Answer {
			return s.ask(apptest.Request{Method: method, Path: s.fill(path), Key: key, Body: s.fill(body)})
		}
		s.words[word] = do("POST", "/clients", `{"name": "Ida Brandt", "email": "ida@example.com", "note": "pays late"}`).Want(s.t, 201).Text("id")
		do("PATCH", "/clients/{"+word+"}/contacts/email", `{"verified": true}`).Want(s.t, 200)
		s.words[word+"_house"] = word
	}
	tell := func(path, body string) {
		s.ask(apptest.Request{Method: http.MethodPost, Path: s.fill("/clients/{there}" + path), Key: stranger, Body: body}).Want(s.t, 201)
	}
	tell("/facts", `{"key": "allergies", "kind": "text", "value": "penicillin", "source": "client"}`)
	tell("/facts", `{"key": "likes", "kind": "text", "value": "window seat", "source": "client"}`)
	tell("/facts", `{"key": "conditions", "kind": "text", "value": "asthma", "source": "client"}`)
	tell("/entries", `{"kind": "note", "text": "argued about the bill"}`)
	tell("/subjects", `{"kind": "pet", "name": "Rex"}`)
	tell("/subjects", `{"kind": "child", "name": "Little Ada"}`)
}

// proves has the client of the salon prove the address, as by a code.
func (s *story) proves() {
	s.t.Helper()
	_, err := s.node.SQL.ExecContext(s.t.Context(), s.fill(`UPDATE client_contact SET verified_by = 'code' WHERE client_id = '{here}'`))
	if err != nil {
		s.t.Fatal(err)
	}
}

// TestChain: a card goes to another branch by the client's word, and no further.
func TestChain(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		t.Helper()
		s.chained()
		s.proves()
		for _, purpose := range []string{"sharing", "sharing_health"} {
			a := s.ask(apptest.Request{Method: http.MethodPost, Path: "/notices", Key: stranger, Body: `{"purpose": "` + purpose + `", "name": "Share with the chain"}`})
			s.words[purpose] = a.Want(t, 201).Text("id")
		}
		s.ask(apptest.Request{Method: http.MethodPatch, Path: s.fill("/notices/{sharing}"), Key: stranger, Body: `{"required": true}`}).Want(t, 422)
		const sheet = "GET /clients/{here}/branches/{clinic}"
		agree := func(what string) scenario {
			return scenario{name: "agree " + what, do: "POST /clients/{there}/consents", key: stranger, body: `{"notice": "{` + what + `}"}`, status: 204}
		}
		nothing := func(why string) scenario { return scenario{name: why, do: sheet, key: owner, status: 404} }
		s.words["clinic"] = s.ask(apptest.Request{Path: "/business", Key: stranger}).Text("id")
		s.play([]scenario{
			{name: "no chain", do: "GET /chain", key: owner, status: 404},
			nothing("no chain, no card"),
			{name: "found", do: "POST /chain", key: stranger, body: `{"name": "House of two"}`, status: 201, holds: []string{`"name":"House of two"`, `"own":true`}},
			{name: "a second one", do: "POST /chain", key: stranger, body: `{"name": "Another"}`, status: 409},
			{name: "invite", do: "POST /chain/invitations", key: stranger, status: 201, learn: map[string]string{"code": "code", "open": "id"}},
			{name: "it is open", do: "GET /chain", key: stranger, holds: []string{`"{open}"`}, not: []string{"{code}", "kept_chain"}},
			{name: "a manager may not", do: "POST /chain/join", key: staff, body: `{"code": "{code}"}`, status: 403},
			{name: "join", do: "POST /chain/join", key: owner, body: `{"code": "{code}"}`, holds: []string{`"branches":[{"id":"{clinic}"`}},
			{name: "not twice", do: "POST /chain/join", key: owner, body: `{"code": "{code}"}`, status: 410},
			nothing("nobody agreed"),
			{name: "nor is it told", do: "GET /clients/{here}/branches", key: owner, holds: []string{`"items":[]`}},
			agree("sharing"),
			{name: "told", do: "GET /clients/{here}/branches", key: staff, holds: []string{`"id":"{clinic}"`, `"health":false`}},
			{
				name: "lent", do: sheet, key: owner,
				holds: []string{`"name":"Ida Brandt"`, "penicillin", "window seat", "Rex", `"visits":[]`, `"warnings":[{`},
				not:   []string{"asthma", "argued", "pays late", "ida@example.com", "Little Ada", "{there}"},
				learn: map[string]string{"fact": "facts.1.id"},
			},
			{name: "not the other way", do: "GET /clients/{there}/branches", key: stranger, holds: []string{`"items":[]`}},
			agree("sharing_health"),
			{name: "health for who may", do: sheet, key: owner, holds: []string{"asthma", `"health":true`}},
			{name: "and not for who may not", do: sheet, key: integration, holds: []string{"penicillin"}, not: []string{"asthma"}},
			{name: "brought over", do: "POST /clients/{here}/branches/{clinic}/bring", key: owner, body: `{"facts": ["{fact}"]}`, holds: []string{`"brought":1`}, events: []string{"client.updated"}},
			{name: "it says from where", do: "GET /clients/{here}/facts", key: owner, holds: []string{`"source":"chain"`, `"source_id":"{clinic}"`}},
			{name: "in the record of who lends", do: "GET /audit?client={there}", key: stranger, holds: []string{`"card.shared"`}},
			{name: "in the record of who looks", do: "GET /audit?client={here}", key: owner, holds: []string{`"chain.read"`}},
			{name: "withdrawn", do: "POST /clients/{there}/consents/withdraw", key: stranger, body: `{"purpose": "sharing"}`, status: 204},
			nothing("withdrawn, at once"),
			agree("sharing"),
			{name: "agreed anew", do: sheet, key: owner},
			{name: "the clinic leaves", do: "DELETE /chain", key: stranger, status: 204},
			nothing("it has left"),
			{name: "who stays invites", do: "POST /chain/invitations", key: owner, status: 201, learn: map[string]string{"code": "code", "open": "id"}},
			{name: "and thinks again", do: "DELETE /chain/invitations/{open}", key: owner, status: 204},
			{name: "the code is gone", do: "POST /chain/join", key: stranger, body: `{"code": "{code}"}`, status: 410},
			{name: "the last one ends it", do: "DELETE /chain", key: owner, status: 204},
			{name: "there is none", do: "GET /chain", key: owner, status: 404},
		})
	})
}

// TestChainShape: what is not lent looks in every case as a branch that there is not.
func TestChainShape(t *testing.T) {
	t.Parallel()
	s := newStory(t, apptest.SQLite(t))
	s.chained()
	s.words["clinic"] = s.ask(apptest.Request{Path: "/business", Key: stranger}).Text("id")
	s.words["nobody"] = "01a20244-fddc-763e-b226-813fe221fd70"
	ask := func(method, path, key, body string) apptest.Answer {
		r := apptest.Request{Method: method, Path: s.fill(path), Key: key}
		if body != "" {
			r.Body = s.fill(body)
		}
		return s.ask(r)
	}
	same := func(why string) {
		t.Helper()
		known, unknown := ask("GET", "/clients/{here}/branches/{clinic}", owner, ""), ask("GET", "/clients/{here}/branches/{nobody}", owner, "")
		a, b := strings.ReplaceAll(string(known.Body), s.words["clinic"], "?"), strings.ReplaceAll(string(unknown.Body), s.words["nobody"], "?")
		if known.Status != 404 || unknown.Status != 404 || a != b {
			t.Errorf("%s: %d %s\nunknown: %d %s", why, known.Status, a, unknown.Status, b)
		}
	}
	same("no chain")
	ask("POST", "/chain", owner, `{"name": "House"}`).Want(t, 201)
	code := ask("POST", "/chain/invitations", owner, "").Want(t, 201).Text("code")
	ask("POST", "/chain/join", stranger, `{"code": "`+code+`"}`).Want(t, 200)
	same("nobody agreed")
	notice := ask("POST", "/notices", stranger, `{"purpose": "sharing", "name": "Share"}`).Want(t, 201).Text("id")
	ask("POST", "/clients/{there}/consents", stranger, `{"notice": "`+notice+`"}`).Want(t, 204)
	same("the desk vouches for the address")
	s.proves()
	ask("GET", "/clients/{here}/branches/{clinic}", owner, "").Want(t, 200)
	ask("DELETE", "/clients/{there}", stranger, "").Want(t, 204)
	same("erased there")
	// A key of narrow reach opens no other branch of a card beyond its own.
	first := ask("GET", "/staff?limit=1", owner, "").Text("items.0.id")
	narrow := s.node.Do(t, apptest.Request{Method: http.MethodPost, Path: "/keys", Key: owner, Body: `{"name": "own", "role": "staff", "staff": "` + first + `", "reach": "own"}`}).
		Want(t, 201).Text("key")
	for _, path := range []string{"/clients/{here}/branches", "/clients/{here}/branches/{clinic}"} {
		ask("GET", path, narrow, "").Want(t, 404)
	}
	ask("GET", "/chain", narrow, "").Want(t, 403)
}

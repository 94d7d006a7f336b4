package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
)

func TestNoting(t *testing.T) {
	t.Parallel()
	forbidden := fault.New(fault.Forbidden, fault.CodeForbidden, "no")
	const other = "01a20244-fddc-763e-b226-813fe221fd71"
	for name, c := range map[string]struct {
		path  string
		known bool
		err   error
		want  string // what, card and ref; empty where nothing is noted
	}{
		"no right":       {"/api/v1/audit?client=x", true, forbidden, "GET /audit||"},
		"out of reach":   {"/api/v1/clients/" + cardID + "/facts", true, account.Beyond("client"), "GET /clients/{id}/facts|" + cardID + "|"},
		"a thing of it":  {"/api/v1/clients/" + cardID + "/documents/" + other, true, account.Beyond("client"), "GET /clients/{id}/documents/{id}|" + cardID + "|" + other},
		"on a page":      {"/app/lumen-salon/bookings/" + other, true, account.Beyond("booking"), "GET /app/{slug}/bookings/{id}||" + other},
		"of a client":    {"/api/v1/b/salon/me/contacts/" + other, true, forbidden, "GET /b/salon/me/contacts/{id}||"},
		"typed":          {"/api/v1/clients/" + cardID + "/Mia%20Li", true, account.Beyond("client"), "GET /clients/{id}/{}|" + cardID + "|"},
		"not there":      {"/api/v1/clients/" + cardID, true, fault.Missing("client"), ""},
		"against a rule": {"/api/v1/bookings", true, fault.New(fault.Forbidden, fault.CodePolicyRefused, "too late"), ""},
		"a stranger":     {"/api/v1/audit", false, forbidden, ""},
		"a breakdown":    {"/api/v1/audit", true, errors.New("no"), ""},
	} {
		got := ""
		refuse := func(_ context.Context, who account.Principal, what string, card id.Client, ref string) {
			got = what + "|" + string(card) + "|" + ref
			if who.ID != "u" {
				t.Errorf("%s: by %q", name, who.ID)
			}
		}
		h := web.Noting(refuse, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if c.known {
				web.Known(r.Context(), account.Principal{Kind: account.KindUser, ID: "u"})
			}
			web.WriteProblem(w, r, c.err)
		}))
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, c.path, nil))
		if got != c.want {
			t.Errorf("%s: noted %q, want %q", name, got, c.want)
		}
	}
	web.Note(t.Context(), forbidden) // without Noting around, nothing happens
}

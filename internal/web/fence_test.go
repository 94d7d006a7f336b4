package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
)

const cardID = "01a20244-fddc-763e-b226-813fe221fd70"

func TestCardOf(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/api/v1/clients/" + cardID:                cardID,
		"/api/v1/clients/" + cardID + "/subjects/": cardID,
		"/app/lumen/clients/" + cardID + "/edit":   cardID,
		"/api/v1/clients":                          "",
		"/api/v1/clients/new":                      "",
		"/api/v1/bookings/" + cardID:               "",
		"/clients":                                 "",
	} {
		got, ok := web.CardOf(path)
		if string(got) != want || ok != (want != "") {
			t.Errorf("%s is about %q, %v", path, got, ok)
		}
	}
}

// shut is a fence with everything outside of it.
type shut struct{}

func (shut) Card(context.Context, id.Business, id.Client) error { return fault.Missing("client") }

func TestWithin(t *testing.T) {
	t.Parallel()
	h := web.Within(shut{}, nil, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	for _, c := range []struct {
		path  string
		reach account.Reach
		known bool
		want  int
	}{
		{"/api/v1/clients/" + cardID, account.ReachOwn, true, http.StatusNotFound},
		{"/api/v1/clients/" + cardID + "/facts", account.ReachLocation, true, http.StatusNotFound},
		{"/api/v1/clients/" + cardID, account.ReachBusiness, true, http.StatusTeapot},
		{"/api/v1/clients/duplicates", account.ReachOwn, true, http.StatusForbidden},
		{"/api/v1/entries", account.ReachOwn, true, http.StatusForbidden},
		{"/api/v1/audit", account.ReachLocation, true, http.StatusForbidden},
		{"/api/v1/what-comes-next", account.ReachLocation, true, http.StatusForbidden},
		{"/api/v1/what-comes-next", account.ReachBusiness, true, http.StatusTeapot},
		{"/api/v1/bookings", account.ReachOwn, true, http.StatusTeapot},
		{"/api/v1/clients", account.ReachOwn, true, http.StatusTeapot},
		{"/api/v1/clients/" + cardID, account.ReachOwn, false, http.StatusTeapot},
	} {
		r := httptest.NewRequest(http.MethodGet, c.path, nil)
		if c.known {
			r = r.WithContext(web.WithPrincipal(r.Context(), account.Principal{Kind: account.KindKey, Business: "b", Reach: c.reach}))
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s with %q: %d, want %d", c.path, c.reach, w.Code, c.want)
		}
	}
}

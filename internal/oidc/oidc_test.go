package oidc_test

import (
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/internal/oidc"
	"kept/internal/oidc/oidctest"
)

func client(h *oidctest.House) *oidc.House {
	return oidc.New(oidc.Config{Issuer: h.URL, Client: "kept", Secret: "s3cret", Back: "https://kept.example/sign-in/outside/back"})
}

// leave goes to the house's sign-in, as a browser would.
func leave(t *testing.T, h *oidctest.House, c *oidc.House) oidc.State {
	t.Helper()
	address, s, err := c.Leave(t.Context(), "/app/x")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	h.Asked = u.Query()
	for name, want := range map[string]string{
		"client_id": "kept", "response_type": "code", "code_challenge_method": "S256", "scope": "openid email profile",
		"redirect_uri": "https://kept.example/sign-in/outside/back", "state": s.State, "nonce": s.Nonce,
	} {
		if got := h.Asked.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	return s
}

func TestThereAndBack(t *testing.T) {
	t.Parallel()
	h := oidctest.New(t)
	c := client(h)
	s := leave(t, h, c)
	if s.Next != "/app/x" {
		t.Errorf("going on to %q", s.Next)
	}
	got, err := c.Return(t.Context(), s, url.Values{"code": {"the-code"}, "state": {s.State}})
	if err != nil {
		t.Fatal(err)
	}
	want := oidc.Person{Issuer: h.URL, Subject: "eva-1", Email: "eva@example.com", Name: "Eva", Language: "ru"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		spoil func(h *oidctest.House, s *oidc.State, q url.Values)
		email string // where it is no refusal
		fine  bool
	}{
		"another state":    {spoil: func(_ *oidctest.House, _ *oidc.State, q url.Values) { q.Set("state", "x") }},
		"no state":         {spoil: func(_ *oidctest.House, s *oidc.State, q url.Values) { s.State = ""; q.Del("state") }},
		"said no":          {spoil: func(_ *oidctest.House, _ *oidc.State, q url.Values) { q.Del("code"); q.Set("error", "access_denied") }},
		"another code":     {spoil: func(_ *oidctest.House, _ *oidc.State, q url.Values) { q.Set("code", "x") }},
		"another verifier": {spoil: func(_ *oidctest.House, s *oidc.State, _ url.Values) { s.Verifier = "x" }},
		"another nonce":    {spoil: func(h *oidctest.House, _ *oidc.State, _ url.Values) { h.Claims["nonce"] = "x" }},
		"another audience": {spoil: func(h *oidctest.House, _ *oidc.State, _ url.Values) { h.Claims["aud"] = "other" }},
		"another issuer":   {spoil: func(h *oidctest.House, _ *oidc.State, _ url.Values) { h.Claims["iss"] = "https://evil.example" }},
		"too old": {spoil: func(h *oidctest.House, _ *oidc.State, _ url.Values) {
			h.Claims["exp"] = time.Now().Add(-time.Hour).Unix()
		}},
		"another key":       {spoil: func(h *oidctest.House, _ *oidc.State, _ url.Values) { h.Sign = other }},
		"unverified e-mail": {spoil: func(h *oidctest.House, _ *oidc.State, _ url.Values) { h.Claims["email_verified"] = false }, fine: true},
		"verified in words": {spoil: func(h *oidctest.House, _ *oidc.State, _ url.Values) { h.Claims["email_verified"] = "true" }, fine: true, email: "eva@example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := oidctest.New(t)
			c2 := client(h)
			s := leave(t, h, c2)
			q := url.Values{"code": {"the-code"}, "state": {s.State}}
			c.spoil(h, &s, q)
			got, err := c2.Return(t.Context(), s, q)
			if c.fine && (err != nil || got.Email != c.email) || !c.fine && !errors.Is(err, oidc.ErrAnswer) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestAway(t *testing.T) {
	t.Parallel()
	h := oidctest.New(t)
	c := client(h)
	h.Close()
	if _, _, err := c.Leave(t.Context(), ""); !errors.Is(err, oidc.ErrAway) {
		t.Errorf("a house that is down: %v", err)
	}
}

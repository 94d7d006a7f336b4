package oidc_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/internal/oidc"
)

// house is another house: discovery, keys, a token endpoint that checks PKCE.
type house struct {
	*httptest.Server
	key    *rsa.PrivateKey
	asked  url.Values     // of the last visit to its sign-in
	claims map[string]any // put into, or changed in, the next token
	sign   *rsa.PrivateKey
}

func newHouse(t *testing.T) *house {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{key: key, sign: key, claims: map[string]any{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{
			"issuer": h.URL, "authorization_endpoint": h.URL + "/auth", "token_endpoint": h.URL + "/token", "jwks_uri": h.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1",
			"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("POST /token", h.token)
	h.Server = httptest.NewServer(mux)
	t.Cleanup(h.Close)
	return h
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (h *house) token(w http.ResponseWriter, r *http.Request) {
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	user, secret, _ := r.BasicAuth()
	if r.PostFormValue("code") != "the-code" || user != "kept" || secret != "s3cret" ||
		base64.RawURLEncoding.EncodeToString(sum[:]) != h.asked.Get("code_challenge") {
		w.WriteHeader(http.StatusBadRequest)
		answer(w, map[string]any{"error": "invalid_grant"})
		return
	}
	claims := map[string]any{
		"iss": h.URL, "aud": "kept", "sub": "eva-1", "nonce": h.asked.Get("nonce"), "exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix(),
		"email": "eva@example.com", "email_verified": true, "name": "Eva", "locale": "ru",
	}
	for k, v := range h.claims {
		claims[k] = v
	}
	answer(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": h.jwt(claims)})
}

func (h *house) jwt(claims map[string]any) string {
	part := func(v any) string {
		raw, _ := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	text := part(map[string]any{"alg": "RS256", "kid": "1"}) + "." + part(claims)
	sum := sha256.Sum256([]byte(text))
	sig, _ := rsa.SignPKCS1v15(rand.Reader, h.sign, crypto.SHA256, sum[:])
	return text + "." + base64.RawURLEncoding.EncodeToString(sig)
}

func (h *house) client() *oidc.House {
	return oidc.New(oidc.Config{Issuer: h.URL, Client: "kept", Secret: "s3cret", Back: "https://kept.example/sign-in/outside/back"})
}

// leave goes to the house's sign-in, as a browser would.
func (h *house) leave(t *testing.T, c *oidc.House) oidc.State {
	t.Helper()
	address, s, err := c.Leave(t.Context(), "/app/x")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	h.asked = u.Query()
	for name, want := range map[string]string{
		"client_id": "kept", "response_type": "code", "code_challenge_method": "S256", "scope": "openid email profile",
		"redirect_uri": "https://kept.example/sign-in/outside/back", "state": s.State, "nonce": s.Nonce,
	} {
		if got := h.asked.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	return s
}

func TestThereAndBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.client()
	s := h.leave(t, c)
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
		spoil func(h *house, s *oidc.State, q url.Values)
		email string // where it is no refusal
		fine  bool
	}{
		"another state":     {spoil: func(_ *house, _ *oidc.State, q url.Values) { q.Set("state", "x") }},
		"no state":          {spoil: func(_ *house, s *oidc.State, q url.Values) { s.State = ""; q.Del("state") }},
		"said no":           {spoil: func(_ *house, _ *oidc.State, q url.Values) { q.Del("code"); q.Set("error", "access_denied") }},
		"another code":      {spoil: func(_ *house, _ *oidc.State, q url.Values) { q.Set("code", "x") }},
		"another verifier":  {spoil: func(_ *house, s *oidc.State, _ url.Values) { s.Verifier = "x" }},
		"another nonce":     {spoil: func(h *house, _ *oidc.State, _ url.Values) { h.claims["nonce"] = "x" }},
		"another audience":  {spoil: func(h *house, _ *oidc.State, _ url.Values) { h.claims["aud"] = "other" }},
		"another issuer":    {spoil: func(h *house, _ *oidc.State, _ url.Values) { h.claims["iss"] = "https://evil.example" }},
		"too old":           {spoil: func(h *house, _ *oidc.State, _ url.Values) { h.claims["exp"] = time.Now().Add(-time.Hour).Unix() }},
		"another key":       {spoil: func(h *house, _ *oidc.State, _ url.Values) { h.sign = other }},
		"unverified e-mail": {spoil: func(h *house, _ *oidc.State, _ url.Values) { h.claims["email_verified"] = false }, fine: true},
		"verified in words": {spoil: func(h *house, _ *oidc.State, _ url.Values) { h.claims["email_verified"] = "true" }, fine: true, email: "eva@example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			client := h.client()
			s := h.leave(t, client)
			q := url.Values{"code": {"the-code"}, "state": {s.State}}
			c.spoil(h, &s, q)
			got, err := client.Return(t.Context(), s, q)
			if c.fine && (err != nil || got.Email != c.email) || !c.fine && !errors.Is(err, oidc.ErrAnswer) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestAway(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.client()
	h.Close()
	if _, _, err := c.Leave(t.Context(), ""); !errors.Is(err, oidc.ErrAway) {
		t.Errorf("a house that is down: %v", err)
	}
}

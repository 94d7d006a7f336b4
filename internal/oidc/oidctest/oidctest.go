// Package oidctest is another house to sign in at, for tests: it speaks OpenID
// Connect as the big ones do, knows one client ("kept", "s3cret") and one
// person (Eva), and lets a test spoil what it says.
package oidctest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

// House is another house: discovery, keys, a sign-in that says yes at once, and a
// token endpoint that checks PKCE.
type House struct {
	*httptest.Server
	key    *rsa.PrivateKey
	Asked  url.Values      // of the last visit to its sign-in
	Claims map[string]any  // put into, or changed in, the next token
	Sign   *rsa.PrivateKey // signs tokens; another one is a forger's
}

// New opens a house.
func New(t testing.TB) *House {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	h := &House{key: key, Sign: key, Claims: map[string]any{}}
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
	mux.HandleFunc("GET /auth", func(w http.ResponseWriter, r *http.Request) {
		h.Asked = r.URL.Query()
		back := url.Values{"code": {"the-code"}, "state": {h.Asked.Get("state")}}
		http.Redirect(w, r, h.Asked.Get("redirect_uri")+"?"+back.Encode(), http.StatusSeeOther)
	})
	mux.HandleFunc("POST /token", h.token)
	h.Server = httptest.NewServer(mux)
	t.Cleanup(h.Close)
	return h
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) //nolint:errchkjson // what tests say can be written
}

func (h *House) token(w http.ResponseWriter, r *http.Request) {
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	user, secret, _ := r.BasicAuth()
	if r.PostFormValue("code") != "the-code" || user != "kept" || secret != "s3cret" ||
		base64.RawURLEncoding.EncodeToString(sum[:]) != h.Asked.Get("code_challenge") {
		w.WriteHeader(http.StatusBadRequest)
		answer(w, map[string]any{"error": "invalid_grant"})
		return
	}
	claims := map[string]any{
		"iss": h.URL, "aud": "kept", "sub": "eva-1", "nonce": h.Asked.Get("nonce"), "exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix(),
		"email": "eva@example.com", "email_verified": true, "name": "Eva", "locale": "ru",
	}
	maps.Copy(claims, h.Claims)
	answer(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": h.jwt(claims)})
}

func (h *House) jwt(claims map[string]any) string {
	part := func(v any) string {
		raw, _ := json.Marshal(v) //nolint:errchkjson // what tests say can be written
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	text := part(map[string]any{"alg": "RS256", "kid": "1"}) + "." + part(claims)
	sum := sha256.Sum256([]byte(text))
	sig, _ := rsa.SignPKCS1v15(rand.Reader, h.Sign, crypto.SHA256, sum[:])
	return text + "." + base64.RawURLEncoding.EncodeToString(sig)
}

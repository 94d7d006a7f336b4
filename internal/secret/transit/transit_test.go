package transit_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"kept/internal/secret"
	"kept/internal/secret/transit"
)

const token = "hvs.canarytoken"

// vault is a counterpart that keeps keys in versions and answers as Vault's
// transit engine does, its errors included.
type vault struct {
	mu       sync.Mutex
	versions []cipher.AEAD
}

func newVault(t *testing.T) (*vault, string) {
	t.Helper()
	v := &vault{}
	v.rotate(t)
	server := httptest.NewServer(v)
	t.Cleanup(server.Close)
	return v, server.URL
}

func (v *vault) rotate(t *testing.T) {
	t.Helper()
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.versions = append(v.versions, aead)
}

func (v *vault) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fail := func(status int, words ...string) {
		w.WriteHeader(status)
		if err := json.NewEncoder(w).Encode(map[string][]string{"errors": words}); err != nil {
			panic(err)
		}
	}
	raw, _ := io.ReadAll(r.Body)
	var in struct{ Plaintext, Ciphertext string }
	switch {
	case r.Header.Get("X-Vault-Token") != token:
		fail(http.StatusForbidden, "permission denied")
		return
	case r.Method != http.MethodPost || json.Unmarshal(raw, &in) != nil:
		fail(http.StatusBadRequest, "failed to parse JSON input")
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	answer := map[string]any{}
	switch r.URL.Path {
	case "/v1/transit/encrypt/kept":
		plain, err := base64.StdEncoding.DecodeString(in.Plaintext)
		if err != nil {
			fail(http.StatusBadRequest, "failed to base64-decode plaintext")
			return
		}
		n := len(v.versions)
		nonce := make([]byte, 12)
		_, _ = rand.Read(nonce)
		sealed := v.versions[n-1].Seal(nonce, nonce, plain, nil)
		answer["ciphertext"] = "vault:v" + strconv.Itoa(n) + ":" + base64.StdEncoding.EncodeToString(sealed)
		answer["key_version"] = n
	case "/v1/transit/decrypt/kept":
		version, text, ok := strings.Cut(strings.TrimPrefix(in.Ciphertext, "vault:v"), ":")
		n, err := strconv.Atoi(version)
		raw, bad := base64.StdEncoding.DecodeString(text)
		if !ok || err != nil || bad != nil || n < 1 || n > len(v.versions) || len(raw) < 12 {
			fail(http.StatusBadRequest, "invalid ciphertext: no prefix")
			return
		}
		plain, err := v.versions[n-1].Open(nil, raw[:12], raw[12:], nil)
		if err != nil {
			fail(http.StatusBadRequest, "cipher: message authentication failed")
			return
		}
		answer["plaintext"] = base64.StdEncoding.EncodeToString(plain)
	default:
		fail(http.StatusNotFound, "no handler for route")
		return
	}
	if err := json.NewEncoder(w).Encode(map[string]any{"request_id": "x", "data": answer}); err != nil {
		panic(err)
	}
}

func keeper(t *testing.T, c transit.Config) *transit.Keeper {
	t.Helper()
	k, err := transit.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestMasterInAVault makes a root, restarts, turns the service's key and the
// root itself, and sees that nothing of it lies in the file.
func TestMasterInAVault(t *testing.T) {
	t.Parallel()
	v, address := newVault(t)
	k := keeper(t, transit.Config{URL: address, Key: "kept", Token: token})
	path := filepath.Join(t.TempDir(), "master.wrapped")
	m, err := secret.OpenMaster(t.Context(), k, path)
	if err != nil {
		t.Fatal(err)
	}
	wrapped, _, err := m.NewBusiness("b")
	if err != nil {
		t.Fatal(err)
	}
	v.rotate(t)
	again, err := secret.OpenMaster(t.Context(), k, path)
	if err != nil || again.Fingerprint() != m.Fingerprint() {
		t.Fatalf("another root after a restart: %v", err)
	}
	for _, step := range []secret.Turn{secret.Announce, secret.Switch} {
		if err := again.Rotate(t.Context(), step); err != nil {
			t.Fatal(err)
		}
	}
	if changed, err := m.Reload(t.Context()); !changed || err != nil {
		t.Errorf("the running program has not learned of it: %v", err)
	}
	if _, err := m.Business("b", wrapped); err != nil || m.Fingerprint() != again.Fingerprint() {
		t.Errorf("after turning: %v", err)
	}
	raw, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(raw), "vault:v2:") {
		t.Errorf("the file is %q, %v", raw, err)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	_, address := newVault(t)
	for name, c := range map[string]transit.Config{
		"wrong token":   {URL: address, Key: "kept", Token: "hvs.wrong"},
		"wrong key":     {URL: address, Key: "other", Token: token},
		"wrong mount":   {URL: address, Key: "kept", Mount: "kv", Token: token},
		"nobody there":  {URL: "http://127.0.0.1:1", Key: "kept", Token: token},
		"not reachable": {URL: "https://127.0.0.1:1", Key: "kept", Token: token},
	} {
		_, err := keeper(t, c).Wrap(t.Context(), []byte("canaryplaintext"))
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := secret.OpenMaster(t.Context(), keeper(t, c), filepath.Join(t.TempDir(), "m")); err == nil {
			t.Errorf("%s: a root was made", name)
		}
	}
	k := keeper(t, transit.Config{URL: address, Key: "kept", Token: token})
	for _, bad := range []string{"", "vault:v1:AAAA", "vault:v9:" + strings.Repeat("A", 64), "something"} {
		if _, err := k.Unwrap(t.Context(), []byte(bad)); err == nil {
			t.Errorf("%q was unwrapped", bad)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := k.Wrap(ctx, []byte("x")); err == nil {
		t.Error("wrapped after the end")
	}
	for name, c := range map[string]transit.Config{
		"plain http": {URL: "http://vault.example", Key: "kept", Token: token},
		"no address": {URL: "vault", Key: "kept", Token: token},
		"no key":     {URL: address, Token: token},
		"no token":   {URL: address, Key: "kept"},
	} {
		if _, err := transit.New(c); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

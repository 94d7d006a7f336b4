// Package transit is a [secret.Keeper] that asks a service to wrap and unwrap
// the root of all keys, in the words of HashiCorp Vault's transit engine,
// which OpenBao speaks too:
//
//	POST {address}/v1/{mount}/encrypt/{key}  {"plaintext": base64}  → {"data": {"ciphertext": "vault:v1:..."}}
//	POST {address}/v1/{mount}/decrypt/{key}  {"ciphertext": "..."}  → {"data": {"plaintext": base64}}
//
// The token goes in X-Vault-Token. The service's key never leaves it; who has
// the file and the database but no token has nothing. The service is asked
// once at start and when keys are turned; while it is down the program runs on,
// and does not start.
package transit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"kept/internal/secret"
)

// Config says where the service is and which key it shall use.
type Config struct {
	URL   string          // its address, as https://vault.example:8200
	Mount string          // of the engine; "transit" when empty
	Key   string          // the name of the key there
	Token secret.Redacted // the right to use it
}

// Keeper wraps and unwraps. It is safe for concurrent use.
type Keeper struct {
	config Config
	client *http.Client
}

var _ secret.Keeper = (*Keeper)(nil)

const (
	patience = 10 * time.Second
	mostRead = 64 << 10 // bytes of an answer
)

// New makes a keeper. The address must be https, or on this machine.
func New(c Config) (*Keeper, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && local(u.Hostname())) {
		return nil, errors.New("transit: the address must be https://..., or on this machine")
	}
	if c.Key == "" || c.Token == "" {
		return nil, errors.New("transit: a key's name and a token are needed")
	}
	if c.Mount == "" {
		c.Mount = "transit"
	}
	return &Keeper{c, &http.Client{
		Timeout: patience,
		// A redirect would carry the token elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

func local(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }

// Wrap implements secret.Keeper.
func (k *Keeper) Wrap(ctx context.Context, plain []byte) ([]byte, error) {
	var out struct{ Data struct{ Ciphertext string } }
	if err := k.ask(ctx, "encrypt", map[string][]byte{"plaintext": plain}, &out); err != nil {
		return nil, err
	}
	if !strings.HasPrefix(out.Data.Ciphertext, "vault:v") {
		return nil, errors.New("transit: the answer is no ciphertext")
	}
	return []byte(out.Data.Ciphertext), nil
}

// Unwrap implements secret.Keeper.
func (k *Keeper) Unwrap(ctx context.Context, wrapped []byte) ([]byte, error) {
	var out struct{ Data struct{ Plaintext []byte } }
	err := k.ask(ctx, "decrypt", map[string]string{"ciphertext": strings.TrimSpace(string(wrapped))}, &out)
	if err == nil && len(out.Data.Plaintext) == 0 {
		err = errors.New("transit: the answer is empty")
	}
	return out.Data.Plaintext, err
}

// ask sends one request. What the service says of a failure is told, what it was sent never.
func (k *Keeper) ask(ctx context.Context, verb string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("transit: %w", err)
	}
	at := strings.TrimRight(k.config.URL, "/") + "/v1/" + url.PathEscape(k.config.Mount) + "/" + verb + "/" + url.PathEscape(k.config.Key)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("transit: %w", err)
	}
	r.Header.Set("X-Vault-Token", string(k.config.Token))
	r.Header.Set("X-Vault-Request", "true")
	r.Header.Set("Content-Type", "application/json")
	answer, err := k.client.Do(r)
	if err != nil {
		return fmt.Errorf("transit: %s: %w", verb, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, mostRead))
	if err != nil {
		return fmt.Errorf("transit: %s: %w", verb, err)
	}
	if answer.StatusCode != http.StatusOK {
		var wrong struct{ Errors []string }
		_ = json.Unmarshal(text, &wrong)
		return fmt.Errorf("transit: %s: %s: %s", verb, answer.Status, strings.Join(wrong.Errors, "; "))
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("transit: %s: the answer cannot be read", verb)
	}
	return nil
}

package team_test

import (
	"crypto/sha1"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kept/internal/config"
	"kept/internal/web/pagetest"
)

// TestBreachedPassword: with the operator's list, a password that is known from
// a breach is refused, and told why.
func TestBreachedPassword(t *testing.T) {
	t.Parallel()
	list := filepath.Join(t.TempDir(), "hashes")
	if err := os.WriteFile(list, fmt.Appendf(nil, "%X:7\n", sha1.Sum([]byte("once on a forum"))), 0o600); err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, func(c *config.Serve) { c.Breached = list })
	eva := h.SignInAnew(t, "lumen-salon")
	change := func(password string, status int) pagetest.Answer {
		t.Helper()
		return must(t, h.Post(t, eva, "/account/password", url.Values{"old": {pagetest.Password}, "password": {password}}), status, "")
	}
	if page := change("once on a forum", 422); !strings.Contains(page.Body, "data breach elsewhere") {
		t.Error("nobody is told why")
	}
	change("twice on a forum", 303)
}

package oidc_test

import (
	"net/url"
	"testing"

	"kept/internal/oidc/oidctest"
)

// What a house says of factors counts, and what it does not say does not.
func TestFactors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		claims map[string]any
		second bool
	}{
		{"nothing", nil, false},
		{"a password", map[string]any{"amr": []string{"pwd"}}, false},
		{"a device alone", map[string]any{"amr": []string{"hwk", "otp"}}, false},
		{"the word for several", map[string]any{"amr": []string{"pwd", "mfa"}}, true},
		{"a password and a code", map[string]any{"amr": []string{"pwd", "otp"}}, true},
		{"a key and a finger", map[string]any{"amr": []string{"hwk", "fpt"}}, true},
		{"a word instead of a list", map[string]any{"amr": "mfa"}, true},
		{"words that show nothing", map[string]any{"amr": []string{"pwd", "rba", "user", "geo", "wia", "mca"}}, false},
		{"no words", map[string]any{"amr": []any{1, nil, map[string]any{"mfa": true}}}, false},
		{"a class that promises it", map[string]any{"acr": "https://refeds.org/profile/mfa"}, true},
		{"another class", map[string]any{"acr": "urn:mace:incommon:iap:silver", "amr": []string{"pwd"}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := oidctest.New(t)
			h.Claims = c.claims
			here := client(h)
			s := leave(t, h, here)
			p, err := here.Return(t.Context(), s, url.Values{"code": {"the-code"}, "state": {s.State}})
			if err != nil || p.Second != c.second {
				t.Errorf("several factors: %v (%v)", p.Second, err)
			}
		})
	}
}

package pagetest

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Patterns of what a letter about signing in holds.
const (
	Code   = `\b(\d{6})\b`
	SignIn = `/me/-/in/([A-Za-z0-9_-]+)`
)

// Letters gives what every letter to a contact says on a page of the demo's
// inbox, the newest first. Each is read by itself: what stands in the next
// letter is not in this one.
func Letters(t testing.TB, inbox, contact string) []string {
	t.Helper()
	var out []string
	for _, letter := range Elements(Parse(t, inbox), "article") {
		head := Elements(letter, "header")
		if len(head) == 1 && strings.Contains(Text(head[0]), contact) {
			out = append(out, Text(letter))
		}
	}
	return out
}

// Letter waits until n letters to a contact fit a pattern, and gives what the
// newest holds of it, the whole first.
func (h *House) Letter(t testing.TB, contact, pattern string, n int) []string {
	t.Helper()
	find := regexp.MustCompile(pattern)
	for range 500 {
		var found [][]string
		for _, text := range Letters(t, h.Get(t, http.DefaultClient, "/demo/inbox").Body, contact) {
			if m := find.FindStringSubmatch(text); m != nil {
				found = append(found, m)
			}
		}
		if len(found) >= n {
			return found[0]
		}
		<-time.After(20 * time.Millisecond)
	}
	t.Fatalf("no letter to %s holds %s", contact, pattern)
	return nil
}

package client_test

import (
	"testing"

	"pgregory.net/rapid"

	"kept/client"
)

func TestSameName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"Mia Berg", "Mia Berg", true},
		{"Mia Berg", "  berg MIA ", true},
		{"Иванова Мария", "Мария Петровна Иванова", true},
		{"Mia Berg", "Leo Berg", false},
		{"Mia", "Mia Berg", false}, // a first name alone is anybody's in a family
		{"Mia", "mia", true},
		{"王小明", "王小明", true},
		{"王小明", "王大明", false},
		{"Mia A A", "Mia A Berg", false},
		{"", "", false},
		{" ", "Mia", false},
	} {
		if got := client.SameName(c.a, c.b); got != c.want {
			t.Errorf("%q and %q: %v", c.a, c.b, got)
		}
	}
}

// TestSameNameBothWays: who is asked about first changes nothing.
func TestSameNameBothWays(t *testing.T) {
	t.Parallel()
	name := rapid.StringMatching(`([abc]{1,2} ){0,3}[abc]`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := name.Draw(t, "a"), name.Draw(t, "b")
		if client.SameName(a, b) != client.SameName(b, a) {
			t.Fatalf("%q and %q", a, b)
		}
		if !client.SameName(a, a) {
			t.Fatalf("%q is not itself", a)
		}
	})
}

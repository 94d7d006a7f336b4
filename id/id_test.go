package id_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kept/id"
)

// instants that 48 bits of milliseconds hold and that Kept can meet.
func anyTime(t *rapid.T, label string) time.Time {
	return time.UnixMicro(rapid.Int64Range(0, 1<<47*1000).Draw(t, label)).UTC()
}

func TestNewIsVersion7(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := anyTime(t, "at")
		got := string(id.New[id.Booking](at))
		if !id.Valid(got) || got[14] != '7' || !strings.ContainsRune("89ab", rune(got[19])) {
			t.Fatalf("%q is no UUIDv7", got)
		}
		if back, ok := id.Time(got); !ok || !back.Equal(at.Truncate(time.Millisecond)) {
			t.Fatalf("%q holds %v, want %v", got, back, at)
		}
	})
}

func TestIdentifiersOrderByTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyTime(t, "a").Truncate(time.Millisecond), anyTime(t, "b").Truncate(time.Millisecond)
		pairs := [][2]string{
			{string(id.New[id.Event](a)), string(id.New[id.Event](b))},
			{string(id.Derive[id.Message](a, "x")), string(id.Derive[id.Message](b, "y"))},
		}
		for _, p := range pairs {
			if !a.Equal(b) && a.Before(b) != (p[0] < p[1]) {
				t.Fatalf("%s of %v against %s of %v", p[0], a, p[1], b)
			}
		}
	})
}

func TestNewNeverRepeats(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	seen := map[id.Hold]bool{}
	for range 10_000 {
		h := id.New[id.Hold](at)
		if seen[h] {
			t.Fatalf("%s came twice", h)
		}
		seen[h] = true
	}
}

func TestDeriveIsItsParts(t *testing.T) {
	t.Parallel()
	part := rapid.SampledFrom([]string{"", "a", "b", "ab", "abc", "reminder_24h", "提醒"})
	parts := rapid.SliceOfN(part, 0, 3)
	rapid.Check(t, func(t *rapid.T) {
		at, other := anyTime(t, "at"), anyTime(t, "other")
		p, q := parts.Draw(t, "p"), parts.Draw(t, "q")
		got := id.Derive[id.Message](at, p...)
		if s := string(got); !id.Valid(s) || s[14] != '8' || !strings.ContainsRune("89ab", rune(s[19])) {
			t.Fatalf("%q is no UUIDv8", s)
		}
		// The separator is a byte that no part holds, so the joined text tells the parts apart.
		same := len(p) == len(q) && strings.Join(p, "\x00") == strings.Join(q, "\x00")
		if (got == id.Derive[id.Message](at, q...)) != same {
			t.Fatalf("Derive(%q) against Derive(%q): same = %v", p, q, !same)
		}
		if at.UnixMilli() != other.UnixMilli() && got == id.Derive[id.Message](other, p...) {
			t.Fatalf("Derive(%q) does not heed the instant", p)
		}
	})
}

// TestDeriveStaysAsItIs guards stored rows: a change of the recipe would make
// messages twice that were made once.
func TestDeriveStaysAsItIs(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	const want = "019ca869-5000-8cc4-9465-e952065efd46"
	if got := id.Derive[id.Message](at, "booking", "reminder_24h"); string(got) != want {
		t.Errorf("Derive = %s, want %s", got, want)
	}
}

func TestValid(t *testing.T) {
	t.Parallel()
	good := string(id.New[id.Client](time.UnixMilli(1_700_000_000_000)))
	for _, bad := range []string{
		"", good[:35], good + "0", strings.ToUpper(good), "{" + good[1:35] + "}", strings.Replace(good, "-", "0", 1),
		"g" + good[1:], good[:8] + "‐" + good[11:], strings.Repeat("0", 36),
	} {
		if id.Valid(bad) {
			t.Errorf("%q passes", bad)
		}
		if at, ok := id.Time(bad); ok {
			t.Errorf("%q holds %v", bad, at)
		}
	}
	foreign := "c232ab00-9414-41ec-b3c8-9f6bdeced846" // version 4: an identifier, but it holds no time
	if !id.Valid(foreign) {
		t.Errorf("%q is refused", foreign)
	}
	if at, ok := id.Time(foreign); ok {
		t.Errorf("%q holds %v", foreign, at)
	}
}

func FuzzTime(f *testing.F) {
	f.Add(string(id.New[id.User](time.UnixMilli(0))))
	f.Add("not an identifier")
	f.Fuzz(func(t *testing.T, s string) {
		if _, ok := id.Time(s); ok && !id.Valid(s) {
			t.Errorf("%q holds a time without being valid", s)
		}
	})
}

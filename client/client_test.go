package client_test

import (
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"kept/client"
)

func TestCleanPhone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typed, want string
		valid       bool
	}{
		{"+49 30 901820", "+4930901820", true},
		{"0049 (30) 90-18-20", "+4930901820", true},
		{"030/901820", "030901820", true},
		{"+7 (495) 123-45-67", "+74951234567", true},
		{"8 495 123‑45‑67", "84951234567", true},           // non-breaking hyphens
		{"+7 495 123–45–67", "+74951234567", true},         // en dashes
		{"+7\u00a0495\u202f1234567", "+74951234567", true}, // no-break spaces
		{"02-2345-6789", "0223456789", true},
		{"＋８８６　２　２３４５－６７８９", "+886223456789", true}, // full width, as Chinese keyboards type it
		{"（０２）２３４５．６７８９", "0223456789", true},
		{"\u202a+49 30 901820\u202c", "+4930901820", true}, // copied from a contact list, with direction marks
		{"\t112 00\n", "11200", true},
		{"00", "+", false},
		{"", "", false},
		{"1234", "1234", false},                           // too short
		{"+1234567890123456", "+1234567890123456", false}, // too long
		{"+123456789012345", "+123456789012345", true},
		{"12+345678", "12+345678", false},
		{"++4930901820", "++4930901820", false},
		{"call me", "callme", false},
		{"0800-FLOWERS", "0800FLOWERS", false},
		{"٠١٢٣٤٥٦٧", "٠١٢٣٤٥٦٧", false}, // other scripts' digits are not guessed at
	} {
		got := client.CleanPhone(c.typed)
		if got != c.want || client.ValidPhone(got) != c.valid {
			t.Errorf("%q = %q, valid %v, want %q, %v", c.typed, got, client.ValidPhone(got), c.want, c.valid)
		}
	}
}

func FuzzPhone(f *testing.F) {
	for _, seed := range []string{"", "+", "00", "+49 30 901820", "＋８８６　２", "\xff\xfe", "+\x00", "0\u202d0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		client.ValidPhone(s) // whatever comes, it answers
		cleaned := client.CleanPhone(s)
		if again := client.CleanPhone(cleaned); again != cleaned {
			t.Errorf("%q cleans to %q, that to %q", s, cleaned, again)
		}
		if !client.ValidPhone(cleaned) {
			return
		}
		if len(cleaned) > 16 || !utf8.ValidString(cleaned) {
			t.Errorf("%q is taken for a number", cleaned)
		}
		for i, r := range cleaned {
			if (r < '0' || r > '9') && (r != '+' || i > 0) {
				t.Errorf("%q is taken for a number", cleaned)
			}
		}
	})
}

func TestFold(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"Anna Schmidt":         "anna schmidt",
		"  ANNA \t  schmidt\n": "anna schmidt",
		"АННА Кузнецова":       "анна кузнецова",
		"林　美玲":                 "林 美玲", // an ideographic space is a space
		"Ωmega\u00a0Σ":         "ωmega σ",
		"":                     "",
		" \t":                  "",
	} {
		if got := client.Fold(typed); got != want {
			t.Errorf("%q = %q, want %q", typed, got, want)
		}
	}
	for typed, want := range map[string]string{
		" Anna@Example.ORG ": "anna@example.org",
		"ПОЧТА@пример.рф":    "почта@пример.рф",
		"":                   "",
	} {
		if got := client.FoldEmail(typed); got != want {
			t.Errorf("%q = %q, want %q", typed, got, want)
		}
	}
}

func TestFoldingTwiceIsFoldingOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		if a := client.Fold(s); client.Fold(a) != a {
			t.Fatalf("%q → %q → %q", s, a, client.Fold(a))
		}
		if a := client.FoldEmail(s); client.FoldEmail(a) != a {
			t.Fatalf("%q → %q → %q", s, a, client.FoldEmail(a))
		}
	})
}

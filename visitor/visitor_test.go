package visitor_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kept/fault"
	"kept/span"
	"kept/visitor"
)

func TestReadContact(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typed string
		kind  visitor.Kind
		want  string
	}{
		{" Mia@Example.COM ", visitor.Email, "mia@example.com"},
		{"+49 30 901820", visitor.Phone, "+4930901820"},
		{"0049 (30) 90-18-20", visitor.Phone, "+4930901820"},
		{"＋８８６ ２ ２３４５-６７８９", visitor.Phone, "+886223456789"},
		{"+7 (495) 123-45-67", visitor.Phone, "+74951234567"},
		{"030 901820", "", ""}, // of which country?
		{"+0 30 901820", "", ""},
		{"mia@example", "", ""},
		{"mia@example.com\r\nBcc: x@example.com", "", ""},
		{"mia@ｅxample.com", "", ""},
		{"\u212Aim@example.com", "", ""}, // the Kelvin sign, which folds into a k
		{"", "", ""},
		{"+1234", "", ""},
		{"+49 call me", "", ""},
		{strings.Repeat("9", 300), "", ""},
	} {
		got, err := visitor.ReadContact(c.typed)
		if (err == nil) != (c.kind != "") || got.Kind != c.kind || got.Value != c.want {
			t.Errorf("%q = %+v, %v, want %s %q", c.typed, got, err, c.kind, c.want)
		}
		if err != nil && !fault.Is(err, fault.CodeInvalid) {
			t.Errorf("%q: %v is no fault of the field", c.typed, err)
		}
	}
}

func FuzzReadContact(f *testing.F) {
	for _, seed := range []string{"", "@", "+", "a@b.c", "+49 30 901820", "\xff@\xfe", "+\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := visitor.ReadContact(s)
		if err != nil {
			return
		}
		if again, err := visitor.ReadContact(c.Value); err != nil || again != c {
			t.Errorf("%q is %+v, that is %+v, %v", s, c, again, err)
		}
	})
}

func TestMasked(t *testing.T) {
	t.Parallel()
	for value, want := range map[visitor.Contact]string{
		{Kind: visitor.Email, Value: "mia@example.com"}: "m···@example.com",
		{Kind: visitor.Email, Value: "x@y.zz"}:          "x···@y.zz",
		{Kind: visitor.Phone, Value: "+4930901820"}:     "+49 ··· 20",
		{Kind: visitor.Phone, Value: "+123"}:            "···",
	} {
		if got := value.Masked(); got != want {
			t.Errorf("%+v is shown as %q, want %q", value, got, want)
		}
	}
}

func TestPrefix(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"+4930901820":     "+49",
		"+74951234567":    "+7495",
		"+77011234567":    "+7701", // Kazakhstan shares its code with Russia
		"+886223456789":   "+886",
		"+18765551234":    "+1876", // Jamaica
		"+12125551234":    "+1212",
		"+8821234567":     "+882",
		"+39061234567":    "+39",
		"+3531234567":     "+353",
		"+442071234567":   "+44",
		"+12":             "+12",
		"+":               "",
		"+37012345678":    "+370",
		"+8613012345678":  "+86",
		"+85212345678":    "+852",
		"+998901234567":   "+998",
		"+201001234567":   "+20",
		"+2111234567":     "+211",
		"+5511912345678":  "+55",
		"+5922123456":     "+592",
		"+6421123456":     "+64",
		"+6791234567":     "+679",
		"+91 98765 43210": "+91",
		"+970591234567":   "+970",
		"+3801234567":     "+380",
		"+4201234567":     "+420",
	} {
		if got := visitor.Prefix(number); got != want {
			t.Errorf("%s is of %s, want %s", number, got, want)
		}
	}
}

func TestPauseGrows(t *testing.T) {
	t.Parallel()
	want := []span.Instant{30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600}
	for i, seconds := range want {
		if got := visitor.Pause(i + 1); got != seconds*span.Second {
			t.Errorf("after %d codes one waits %d s, want %d", i+1, got/span.Second, seconds)
		}
	}
}

func TestLocalPath(t *testing.T) {
	t.Parallel()
	for next, want := range map[string]string{
		"/me/lumen?part=plans":            "/me/lumen?part=plans",
		"/me":                             "/me",
		"/b/lumen/details?x=1":            "/b/lumen/details?x=1",
		"":                                "",
		"/app/lumen":                      "",
		"//evil.example/me/x":             "",
		"https://evil.example/":           "",
		"/me\\..\\evil":                   "",
		"/me/../app/lumen":                "",
		"/me/x\r\nSet-Cookie:a":           "",
		"javascript:alert(1)":             "",
		"/mehmet":                         "",
		"/me/" + strings.Repeat("x", 600): "",
	} {
		if got := visitor.LocalPath(next); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
}

func TestDigits(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"123456": "123456", " 123 456 ": "123456", "123-456": "123456", "１２３４５６": "123456", "": "", "abc": "",
		"1234567": "1234567", "12345678901234567890": "1234567", // too long stays wrong
	} {
		if got := visitor.Digits(typed); got != want {
			t.Errorf("%q is %q, want %q", typed, got, want)
		}
	}
}

func TestCodes(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 200 {
		c, err := visitor.Code()
		if err != nil || len(c) != visitor.CodeSize || strings.Trim(c, "0123456789") != "" {
			t.Fatalf("a code is %q, %v", c, err)
		}
		seen[c] = true
	}
	if len(seen) < 190 {
		t.Errorf("200 codes are %d different ones", len(seen))
	}
}

func TestShort(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		got := visitor.Short(rapid.String().Draw(t, "agent"))
		if len([]rune(got)) > 200 || strings.ContainsAny(got, "\x00\r\n") {
			t.Fatalf("kept is %q", got)
		}
	})
}

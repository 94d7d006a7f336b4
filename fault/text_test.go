package fault_test

import (
	"errors"
	"strings"
	"testing"

	"kept/fault"
)

func TestLineAndText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, value string
		line, text  string // the rule that is broken, empty for none
	}{
		{"plain", "Mia 小美 Ян", "", ""},
		{"empty", "", "required", "required"},
		{"short", "a", "too_short", "too_short"},
		{"exactly the most", strings.Repeat("界", 20), "", ""},
		{"one too many", strings.Repeat("界", 21), "too_long", "too_long"},
		{"a megabyte", strings.Repeat("x", 1<<20), "too_long", "too_long"},
		{"NUL", "ab\x00c", "format", "format"},
		{"broken UTF-8", "ab\xff", "format", "format"},
		{"line break", "ab\ncd", "format", ""},
		{"header break", "ab\r\nBcc: x", "format", ""},
		{"line separator", "ab\u2028cd", "format", ""},
		{"escape", "ab\x1b[0m", "format", "format"},
	} {
		var line, text fault.Checker
		line.Line("f", c.value, 2, 20)
		text.Text("f", c.value, 2, 20)
		if got := rule(line.Err()); got != c.line {
			t.Errorf("%s: Line gives %q, want %q", c.name, got, c.line)
		}
		if got := rule(text.Err()); got != c.text {
			t.Errorf("%s: Text gives %q, want %q", c.name, got, c.text)
		}
	}
}

func TestRange(t *testing.T) {
	t.Parallel()
	for value, want := range map[int64]string{0: "range", 1: "", 5: "", 6: "range", -1 << 63: "range"} {
		var c fault.Checker
		c.Range("f", value, 1, 5)
		if got := rule(c.Err()); got != want {
			t.Errorf("%d gives %q, want %q", value, got, want)
		}
	}
}

func rule(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return ""
	}
	return f.Fields[0].Rule
}

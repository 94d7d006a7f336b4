package ical_test

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	goical "github.com/emersion/go-ical"
	"pgregory.net/rapid"

	"kept/internal/ical"
	"kept/span"
)

var start = span.At(time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC))

func visit() ical.Visit {
	return ical.Visit{
		UID: "0193515e-3c00-7000-8000-000000000001@kept.example", Sequence: 3, Stamp: start - span.Day, Start: start, End: start + span.Hour,
		Summary: "Cut, colour; and more", Description: "Line one\nLine \\ two", Location: "Kantstraße 1, Berlin", URL: "https://kept.example/m/abc",
	}
}

func decode(t interface {
	Helper()
	Fatal(args ...any)
}, raw []byte,
) *goical.Calendar {
	t.Helper()
	cal, err := goical.NewDecoder(bytes.NewReader(raw)).Decode()
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

func TestEncode(t *testing.T) {
	t.Parallel()
	for method, status := range map[string]string{ical.Publish: "CONFIRMED", ical.Cancel: "CANCELLED"} {
		v := visit()
		v.Cancelled = method == ical.Cancel
		raw, err := ical.Calendar{Method: method, Name: "Lumen", Zone: "Europe/Berlin", Visits: []ical.Visit{v}}.Encode()
		if err != nil {
			t.Fatal(err)
		}
		cal := decode(t, raw)
		event := cal.Children[0]
		for _, test := range []struct {
			props goical.Props
			name  string
			want  string
		}{
			{cal.Props, "METHOD", method},
			{cal.Props, "VERSION", "2.0"},
			{cal.Props, "X-WR-TIMEZONE", "Europe/Berlin"},
			{cal.Props, "X-WR-CALNAME", "Lumen"},
			{event.Props, "UID", v.UID},
			{event.Props, "SEQUENCE", "3"},
			{event.Props, "DTSTART", "20261201T090000Z"},
			{event.Props, "DTEND", "20261201T100000Z"},
			{event.Props, "DTSTAMP", "20261130T090000Z"},
			{event.Props, "STATUS", status},
			{event.Props, "SUMMARY", `Cut\, colour\; and more`},
			{event.Props, "DESCRIPTION", `Line one\nLine \\ two`},
			{event.Props, "LOCATION", `Kantstraße 1\, Berlin`},
			{event.Props, "URL", "https://kept.example/m/abc"},
		} {
			if got := test.props.Get(test.name); got == nil || got.Value != test.want {
				t.Errorf("%s is %+v, want %s", test.name, got, test.want)
			}
		}
		if got, err := event.Props.Text("DESCRIPTION"); err != nil || got != v.Description {
			t.Errorf("description reads %q (%v)", got, err)
		}
	}
}

func TestContentType(t *testing.T) {
	t.Parallel()
	if got := ical.ContentType(ical.Publish); got != "text/calendar; charset=utf-8; method=PUBLISH" {
		t.Error(got)
	}
}

// TestWhateverIsWrittenCanBeRead holds any text against the reader: lines are
// short, nothing breaks out of its value.
func TestWhateverIsWrittenCanBeRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := visit()
		v.Summary = rapid.String().Draw(t, "summary") + strings.Repeat("預約🙂é", rapid.IntRange(0, 30).Draw(t, "long"))
		v.Location = string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		raw, err := ical.Calendar{Method: ical.Publish, Name: "a\r\nMETHOD:REQUEST", Visits: []ical.Visit{v}}.Encode()
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(string(raw), "\r\n"), "\r\n") {
			if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") {
				t.Fatalf("line of %d octets: %q", len(line), line)
			}
		}
		cal := decode(t, raw)
		if cal.Props.Get("METHOD").Value != "PUBLISH" || len(cal.Children) != 1 {
			t.Fatalf("a text broke out: %s", raw)
		}
		want := strings.TrimSpace(strings.Map(func(r rune) rune {
			if r != '\n' && unicode.IsControl(r) {
				return -1
			}
			return r
		}, strings.ReplaceAll(strings.ToValidUTF8(v.Summary, ""), "\r\n", "\n")))
		if want == "" {
			return
		}
		if got, err := cal.Children[0].Props.Text("SUMMARY"); err != nil || got != want {
			t.Fatalf("summary reads %q, want %q (%v)", got, want, err)
		}
	})
}

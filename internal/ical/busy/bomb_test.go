package busy_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"kept/internal/ical/busy"
	"kept/span"
)

// year is the window that a sync looks at.
func year(t testing.TB) busy.Question {
	t.Helper()
	q := question(t)
	q.Window.End = q.Window.Start + 400*span.Day
	return q
}

// repeated gives a text again and again, without holding it all.
type repeated struct {
	text string
	left int
	rest string
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.rest == "" {
		if r.left == 0 {
			return 0, io.EOF
		}
		r.left--
		r.rest = r.text
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// wrapped puts a repeated text between others.
func wrapped(before, text string, times int, after string) io.Reader {
	return io.MultiReader(strings.NewReader(before), &repeated{text: text, left: times}, strings.NewReader(after))
}

const openEvent = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:b\nDTSTART:20260301T000000Z\nDURATION:PT1S\n"

const closeEvent = "\nEND:VEVENT\nEND:VCALENDAR\n"

// TestBombs reads files that were made to hurt: each has its answer within a
// second, and what was cut is named.
func TestBombs(t *testing.T) {
	t.Parallel()
	endless := "BEGIN:VEVENT\nUID:e\nDTSTART:20200101T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY\nEND:VEVENT\n"
	override := "BEGIN:VEVENT\nUID:o\nRECURRENCE-ID:20260305T090000Z\nDTSTART:20260305T090000Z\nEND:VEVENT\n"
	master := "BEGIN:VEVENT\nUID:o\nDTSTART:20260305T090000Z\nRRULE:FREQ=DAILY;COUNT=2\nDURATION:PT1H\nEND:VEVENT\n"
	zone := "BEGIN:VTIMEZONE\nTZID:Z%d\nBEGIN:STANDARD\nDTSTART:00010101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=DAILY;COUNT=3900\nEND:STANDARD\nEND:VTIMEZONE\n" +
		"BEGIN:VEVENT\nDTSTART;TZID=Z%d:20260305T090000\nDURATION:PT1H\nEND:VEVENT\n"
	var zones strings.Builder
	for i := range 500 {
		fmt.Fprintf(&zones, zone, i, i)
	}
	for _, c := range []struct {
		name   string
		limits string
		file   func() io.Reader
	}{
		{"every second", "occurrences", func() io.Reader { return strings.NewReader(openEvent + "RRULE:FREQ=SECONDLY" + closeEvent) }},
		{"a billion times", "", func() io.Reader {
			return strings.NewReader(openEvent + "RRULE:FREQ=DAILY;COUNT=1000000000" + closeEvent)
		}},
		{"ten thousand endless ones", "occurrences", func() io.Reader { return wrapped("BEGIN:VCALENDAR\n", endless, 10_000, "END:VCALENDAR\n") }},
		{"a long line", "line", func() io.Reader { return wrapped(openEvent+"EXDATE:", "20260301T000000Z,", 600_000, closeEvent) }},
		{"a long line of another property", "", func() io.Reader { return wrapped(openEvent+"DESCRIPTION:", "lorem ipsum ", 1_000_000, closeEvent) }},
		{"a long name", "", func() io.Reader { return wrapped(openEvent, "LOREM", 2_000_000, closeEvent) }},
		{"a long parameter", "", func() io.Reader {
			return wrapped(openEvent+"DTEND;TZID=\"", "lorem;:", 500_000, "\":20260301T010000"+closeEvent)
		}},
		{"many parameters", "", func() io.Reader {
			return wrapped(openEvent+"DTEND", ";A=\"b\"", 500_000, ":20260301T010000"+closeEvent)
		}},
		{"many folds", "", func() io.Reader { return wrapped(openEvent+"DTEND:", "\n ", 5_000_000, "20260301T010000"+closeEvent) }},
		{"a hundred thousand dates left out", "occurrences", func() io.Reader {
			return wrapped(openEvent+"RRULE:FREQ=MINUTELY\nEXDATE:20260301T000000Z", ",20260301T000100Z", 100_000, closeEvent)
		}},
		{"a million dates left out", "dates", func() io.Reader { return wrapped(openEvent, "EXDATE:20260301T000100Z\n", 1_000_000, closeEvent) }},
		{"many added periods", "", func() io.Reader {
			return wrapped(openEvent+"RDATE;VALUE=PERIOD:20260301T000000Z/PT1H", ",20260301T000100Z/PT1H", 90_000, closeEvent)
		}},
		{"many events", "events", func() io.Reader {
			return wrapped("BEGIN:VCALENDAR\n", "BEGIN:VEVENT\nDTSTART:20260305T090000Z\nDURATION:PT1H\nEND:VEVENT\n", 200_000, "")
		}},
		{"every override of every event", "dates", func() io.Reader {
			return io.MultiReader(wrapped("BEGIN:VCALENDAR\n", override, 20_000, ""), &repeated{text: master, left: 20_000})
		}},
		{"every second but every second", "occurrences", func() io.Reader {
			return strings.NewReader(openEvent + "RRULE:FREQ=SECONDLY\nEXRULE:FREQ=SECONDLY" + closeEvent)
		}},
		{"ten thousand that leave out for ever", "occurrences", func() io.Reader {
			return wrapped("BEGIN:VCALENDAR\n", strings.Replace(endless, "\nEND", "\nEXRULE:FREQ=DAILY;BYMONTHDAY=31;BYMONTH=2\nEND", 1), 10_000, "END:VCALENDAR\n")
		}},
		{"every series goes on otherwise after every date", "dates", func() io.Reader {
			onwards := strings.Replace(override, "RECURRENCE-ID", "RECURRENCE-ID;RANGE=THISANDFUTURE", 1)
			return io.MultiReader(wrapped("BEGIN:VCALENDAR\n", onwards, 20_000, ""), &repeated{text: master, left: 20_000})
		}},
		{"nested", "", func() io.Reader { return wrapped("BEGIN:VCALENDAR\n", "BEGIN:VEVENT\n", 1_000_000, "") }},
		{"nested zones", "", func() io.Reader {
			return wrapped("BEGIN:VCALENDAR\n", "BEGIN:VTIMEZONE\nTZID:loop\nBEGIN:STANDARD\n", 500_000, "")
		}},
		{"many zones", "zones", func() io.Reader { return strings.NewReader(file(zones.String())) }},
		{"ends without beginnings", "", func() io.Reader { return wrapped("BEGIN:VCALENDAR\n", "END:VEVENT\n", 1_000_000, "") }},
		{"no end of the line", "", func() io.Reader { return wrapped("BEGIN:VCALENDAR\n", "\x00", 10_000_000, "") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			best := time.Hour
			for try := 0; try < 3 && best > time.Second; try++ {
				before := time.Now()
				got, err := busy.Read(year(t), c.file())
				best = min(best, time.Since(before))
				if err != nil || strings.Join(got.Limits, " ") != c.limits {
					t.Fatalf("limits %v, want %q; %v", got.Limits, c.limits, err)
				}
			}
			if best > time.Second {
				t.Errorf("took %v", best)
			}
		})
	}
}

// FuzzRead reads anything at all.
func FuzzRead(f *testing.F) {
	f.Add(file(zoneNamed("Home"), event("UID:1", "DTSTART;TZID=Home:20260305T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=MO,TH",
		"EXDATE;TZID=Home:20260309T090000", "RDATE;VALUE=PERIOD:20260304T090000Z/PT3H"),
		event("UID:1", "RECURRENCE-ID;TZID=Home:20260312T090000", "DTSTART:20260313T090000Z", "DTEND:20260313T100000Z")))
	f.Add(file("BEGIN:VFREEBUSY\r\nFREEBUSY:20260305T090000Z/PT1H\r\nEND:VFREEBUSY"))
	f.Add(file(event("DTSTART;VALUE=DATE:20260305", "DTEND;VALUE=DATE:99991231", "RRULE:FREQ=YEARLY;BYWEEKNO=53")))
	f.Add(file(vtimezone("A", part("DAYLIGHT", "16010101T000000", "-2359", "+2359", "RDATE:00010101T000000\r\n")), event("DTSTART;TZID=A:00010101T000000", "DURATION:P9999W")))
	f.Add(strings.Replace(openEvent+"RRULE:FREQ=SECONDLY"+closeEvent, "\n", "\n ", 3))
	q := year(f)
	f.Fuzz(func(t *testing.T, s string) {
		got, err := busy.Read(q, strings.NewReader(s))
		if err != nil && err != busy.ErrFormat { //nolint:errorlint // it is given as it is
			t.Fatal(err)
		}
		last := q.Window.Start - 1
		for _, b := range got.Busy {
			if b.Empty() || b.Start <= last || b.End > q.Window.End {
				t.Fatalf("%v is out of place", got.Busy)
			}
			last = b.End
		}
	})
}

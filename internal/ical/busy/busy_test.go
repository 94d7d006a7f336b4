package busy_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/internal/ical/busy"
	"kept/span"
)

// file writes a calendar around lines that are told apart by spaces' end.
func file(lines ...string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCALENDAR\r\n"
}

// event writes an event of these properties.
func event(lines ...string) string {
	return "BEGIN:VEVENT\r\nSUMMARY:A secret; not to be kept\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VEVENT"
}

func berlin(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// march is what the tests look at: March 2026 in UTC.
func march() span.Span {
	return span.Span{Start: span.At(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)), End: span.At(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC))}
}

func question(t testing.TB) busy.Question {
	return busy.Question{Zone: berlin(t), Window: march(), Zones: &span.Zones{}}
}

// show writes spans as "05T09:00-10:00", days of March 2026 in UTC.
func show(s span.Set) []string {
	var out []string
	for _, x := range s {
		out = append(out, x.Start.UTC().Format("02T15:04")+" "+x.End.UTC().Format("02T15:04"))
	}
	return out
}

const newYork = `BEGIN:VTIMEZONE
TZID:%s
BEGIN:DAYLIGHT
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
END:VTIMEZONE`

func zoneNamed(name string) string { return strings.Replace(newYork, "%s", name, 1) }

func TestEvents(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file, want string
		skipped          int
	}{
		{"in UTC", file(event("DTSTART:20260305T090000Z", "DTEND:20260305T100000Z")), "05T09:00 05T10:00", 0},
		{"in a zone", file(event("DTSTART;TZID=Asia/Taipei:20260305T090000", "DTEND;TZID=Asia/Taipei:20260305T100000")), "05T01:00 05T02:00", 0},
		{"floating is the asker's", file(event("DTSTART:20260305T090000", "DTEND:20260305T100000")), "05T08:00 05T09:00", 0},
		{"of a length", file(event("DTSTART:20260305T090000Z", "DURATION:PT1H30M")), "05T09:00 05T10:30", 0},
		{"of a length in weeks", file(event("DTSTART:20260305T090000Z", "DURATION:P1W")), "05T09:00 12T09:00", 0},
		{"of days over a change of the clock", file(event("DTSTART;TZID=Europe/Berlin:20260328T120000", "DURATION:P1DT1H")), "28T11:00 29T11:00", 0},
		{"without an end", file(event("DTSTART:20260305T090000Z")), "", 0},
		{"a whole day", file(event("DTSTART;VALUE=DATE:20260305")), "04T23:00 05T23:00", 0},
		{"whole days", file(event("DTSTART;VALUE=DATE:20260305", "DTEND;VALUE=DATE:20260307")), "04T23:00 06T23:00", 0},
		{"whole days that end when they begin", file(event("DTSTART;VALUE=DATE:20260305", "DTEND;VALUE=DATE:20260305")), "04T23:00 05T23:00", 0},
		{"the day of 23 hours", file(event("DTSTART;VALUE=DATE:20260329")), "28T23:00 29T22:00", 0},
		{"ends before it begins", file(event("DTSTART:20260305T090000Z", "DTEND:20260305T080000Z")), "", 1},
		{"no start", file(event("DTEND:20260305T080000Z")), "", 1},
		{"no time", file(event("DTSTART:next Tuesday", "DTEND:20260305T080000Z")), "", 1},
		{"no length", file(event("DTSTART:20260305T090000Z", "DURATION:long")), "", 1},
		{"no day of the calendar", file(event("DTSTART:20260230T090000Z", "DURATION:PT1H")), "", 1},
		{"transparent", file(event("DTSTART:20260305T090000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT")), "", 0},
		{"opaque", file(event("DTSTART:20260305T090000Z", "DURATION:PT1H", "TRANSP:OPAQUE")), "05T09:00 05T10:00", 0},
		{"cancelled", file(event("DTSTART:20260305T090000Z", "DURATION:PT1H", "STATUS:CANCELLED")), "", 0},
		{"tentative", file(event("DTSTART:20260305T090000Z", "DURATION:PT1H", "STATUS:TENTATIVE")), "05T09:00 05T10:00", 0},
		{"free for Outlook", file(event("DTSTART:20260305T090000Z", "DURATION:PT1H", "X-MICROSOFT-CDO-BUSYSTATUS:FREE")), "", 0},
		{"an alarm inside", file(event("DTSTART:20260305T090000Z", "DURATION:PT1H", "BEGIN:VALARM\r\nDURATION:P7D\r\nEND:VALARM")), "05T09:00 05T10:00", 0},
		{"a task is no event", file("BEGIN:VTODO\r\nDTSTART:20260305T090000Z\r\nDURATION:PT1H\r\nEND:VTODO"), "", 0},
		{"outside", file(event("DTSTART:20260405T090000Z", "DURATION:PT1H"), event("DTSTART:20250405T090000Z", "DURATION:PT1H")), "", 0},
		{"over the edge", file(event("DTSTART:20260331T230000Z", "DURATION:PT3H")), "31T23:00 01T00:00", 0},
		{"two that meet", file(event("DTSTART:20260305T090000Z", "DURATION:PT1H"), event("DTSTART:20260305T093000Z", "DURATION:PT1H")), "05T09:00 05T10:30", 0},
		{
			"two files in one", file(event("DTSTART:20260305T090000Z", "DURATION:PT1H")) + file(event("DTSTART:20260306T090000Z", "DURATION:PT1H")),
			"05T09:00 05T10:00,06T09:00 06T10:00", 0,
		},
		{"folded, in small letters, with a mark", "\xef\xbb\xbf" + file("begin:vevent", "dtstart;tzid=\"Asia/Tai\r\n pei\":202603\r\n\t05T090000", "dura\r\n tion:PT1H", "end:vevent"), "05T01:00 05T02:00", 0},
		{"lines that end as on Unix", strings.ReplaceAll(file(event("DTSTART:20260305T090000Z", "DURATION:PT1H")), "\r\n", "\n"), "05T09:00 05T10:00", 0},
		{"without a last end", strings.TrimSuffix(file(event("DTSTART:20260305T090000Z", "DURATION:PT1H")), "\r\nEND:VCALENDAR\r\n"), "05T09:00 05T10:00", 0},
		{"nonsense between", file("nonsense", ":::", ";", "X", "END:VEVENT", event("DTSTART:20260305T090000Z", "nonsense", "DURATION:PT1H")), "05T09:00 05T10:00", 0},
		{
			"free/busy", file("BEGIN:VFREEBUSY\r\nFREEBUSY:20260305T090000Z/PT1H,20260306T090000Z/20260306T093000Z\r\nFREEBUSY;FBTYPE=FREE:20260307T090000Z/PT1H\r\nFREEBUSY;FBTYPE=BUSY-TENTATIVE:20260308T090000Z/PT1H\r\nFREEBUSY:rubbish\r\nEND:VFREEBUSY"),
			"05T09:00 05T10:00,06T09:00 06T09:30,08T09:00 08T10:00", 1,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := busy.Read(question(t), strings.NewReader(c.file))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, strings.Join(show(got.Busy), ",")); diff != "" || got.Skipped != c.skipped || got.Limits != nil {
				t.Errorf("%d skipped, limits %v\n%s", got.Skipped, got.Limits, diff)
			}
		})
	}
}

func TestRecurrence(t *testing.T) {
	t.Parallel()
	weekly := []string{"UID:w", "DTSTART;TZID=Europe/Berlin:20260302T090000", "DTEND;TZID=Europe/Berlin:20260302T100000", "RRULE:FREQ=WEEKLY;COUNT=5"}
	with := func(more ...string) string { return event(append(append([]string{}, weekly...), more...)...) }
	for _, c := range []struct {
		name, file, want string
		skipped          int
	}{
		{"keeps the wall clock", file(with()), "02T08:00 02T09:00,09T08:00 09T09:00,16T08:00 16T09:00,23T08:00 23T09:00,30T07:00 30T08:00", 0},
		{"left out in its zone", file(with("EXDATE;TZID=Europe/Berlin:20260309T090000,20260316T090000")), "02T08:00 02T09:00,23T08:00 23T09:00,30T07:00 30T08:00", 0},
		{"left out in UTC", file(with("EXDATE:20260309T080000Z", "EXDATE:20260330T070000Z")), "02T08:00 02T09:00,16T08:00 16T09:00,23T08:00 23T09:00", 0},
		{"left out by day", file(with("EXDATE;VALUE=DATE:20260309,20260330")), "02T08:00 02T09:00,16T08:00 16T09:00,23T08:00 23T09:00", 0},
		{"added", file(event("DTSTART:20260302T090000Z", "DURATION:PT1H", "RDATE:20260304T090000Z,20260306T120000Z")), "02T09:00 02T10:00,04T09:00 04T10:00,06T12:00 06T13:00", 0},
		{"added periods", file(event("DTSTART:20260302T090000Z", "DURATION:PT1H", "RDATE;VALUE=PERIOD:20260304T090000Z/PT3H,20260306T120000Z/20260306T123000Z")), "02T09:00 02T10:00,04T09:00 04T12:00,06T12:00 06T12:30", 0},
		{
			"one moved", file(with(), event("UID:w", "RECURRENCE-ID;TZID=Europe/Berlin:20260309T090000", "DTSTART:20260310T150000Z", "DURATION:PT2H")),
			"02T08:00 02T09:00,10T15:00 10T17:00,16T08:00 16T09:00,23T08:00 23T09:00,30T07:00 30T08:00", 0,
		},
		{
			"one cancelled, one free", file(with(), event("UID:w", "RECURRENCE-ID:20260309T080000Z", "DTSTART:20260309T080000Z", "STATUS:CANCELLED"), event("UID:w", "RECURRENCE-ID:20260316T080000Z", "DTSTART:20260316T080000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT")),
			"02T08:00 02T09:00,23T08:00 23T09:00,30T07:00 30T08:00", 0,
		},
		{"an override of another", file(with(), event("UID:x", "RECURRENCE-ID:20260309T080000Z", "DTSTART:20260310T080000Z", "DURATION:PT1H")), "02T08:00 02T09:00,09T08:00 09T09:00,10T08:00 10T09:00,16T08:00 16T09:00,23T08:00 23T09:00,30T07:00 30T08:00", 0},
		{"of whole days", file(event("DTSTART;VALUE=DATE:20260228", "RRULE:FREQ=WEEKLY", "EXDATE;VALUE=DATE:20260314")), "06T23:00 07T23:00,20T23:00 21T23:00,27T23:00 28T23:00", 0},
		{"of whole days, left out by a time", file(event("DTSTART;VALUE=DATE:20260307", "RRULE:FREQ=WEEKLY;COUNT=2", "EXDATE:20260314T000000")), "06T23:00 07T23:00", 0},
		{"reaching in", file(event("DTSTART:20251231T220000Z", "DURATION:PT4H", "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1")), "01T00:00 01T02:00,31T22:00 01T00:00", 0},
		{
			"this and future moved", file(with(), event("UID:w", "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260316T090000", "DTSTART;TZID=Europe/Berlin:20260317T110000", "DURATION:PT2H")),
			"02T08:00 02T09:00,09T08:00 09T09:00,17T10:00 17T12:00,24T10:00 24T12:00,31T09:00 31T11:00", 0,
		},
		{
			"this and future, and one of them again", file(with(),
				event("UID:w", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260309T080000Z", "DTSTART:20260309T090000Z", "DTEND:20260309T093000Z"),
				event("UID:w", "RECURRENCE-ID:20260323T080000Z", "DTSTART:20260325T080000Z", "DURATION:PT1H")),
			"02T08:00 02T09:00,09T09:00 09T09:30,16T09:00 16T09:30,25T08:00 25T09:00,30T08:00 30T08:30", 0,
		},
		{
			"this and future twice", file(with(),
				event("UID:w", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260323T080000Z", "DTSTART:20260323T120000Z", "DURATION:PT1H"),
				event("UID:w", "RECURRENCE-ID;RANGE=\"thisandfuture\":20260309T080000Z", "DTSTART:20260309T100000Z", "DURATION:PT1H")),
			"02T08:00 02T09:00,09T10:00 09T11:00,16T10:00 16T11:00,23T12:00 23T13:00,30T11:00 30T12:00", 0,
		},
		{"this and future cancelled", file(with(), event("UID:w", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260316T080000Z", "DTSTART:20260316T080000Z", "STATUS:CANCELLED")), "02T08:00 02T09:00,09T08:00 09T09:00", 0},
		{
			"this and future by a rule of their own", file(with(), event("UID:w", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260316T080000Z", "DTSTART:20260317T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2")),
			"02T08:00 02T09:00,09T08:00 09T09:00,17T08:00 17T09:00,18T08:00 18T09:00", 0,
		},
		{
			"this and future pulled into the window", file(event("UID:w", "DTSTART:20260401T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3"), event("UID:w", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260402T090000Z", "DTSTART:20260329T090000Z", "DURATION:PT1H")),
			"29T09:00 29T10:00,30T09:00 30T10:00", 0,
		},
		{
			"this and future of whole days", file(event("UID:w", "DTSTART;VALUE=DATE:20260302", "RRULE:FREQ=WEEKLY;COUNT=4"), event("UID:w", "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20260316", "DTSTART;VALUE=DATE:20260318", "DTEND;VALUE=DATE:20260320")),
			"01T23:00 02T23:00,08T23:00 09T23:00,17T23:00 19T23:00,24T23:00 26T23:00", 0,
		},
		{"free until it is not", file(with("TRANSP:TRANSPARENT"), event("UID:w", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260316T080000Z", "DTSTART:20260316T080000Z", "DURATION:PT1H")), "16T08:00 16T09:00,23T08:00 23T09:00,30T07:00 30T08:00", 0},
		{"left out by a rule", file(with("EXRULE:FREQ=WEEKLY;INTERVAL=2")), "09T08:00 09T09:00,23T08:00 23T09:00", 0},
		{"left out by a rule, as in RFC 2445", file(event("DTSTART:20260302T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=6", "EXRULE:FREQ=DAILY;COUNT=2", "EXRULE:FREQ=WEEKLY;BYDAY=SA")), "04T09:00 04T10:00,05T09:00 05T10:00,06T09:00 06T10:00", 0},
		{"left out by nonsense", file(event("DTSTART:20260302T090000Z", "DURATION:PT1H", "EXRULE:FREQ=SOMETIMES")), "02T09:00 02T10:00", 1},
		{"a rule that makes no sense", file(event("DTSTART:20260305T090000Z", "DURATION:PT1H", "RRULE:FREQ=SOMETIMES")), "05T09:00 05T10:00", 1},
		{"the last in UTC", file(event("DTSTART;TZID=Europe/Berlin:20260302T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20260303T080000Z")), "02T08:00 02T09:00,03T08:00 03T09:00", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := busy.Read(question(t), strings.NewReader(c.file))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, strings.Join(show(got.Busy), ",")); diff != "" || got.Skipped != c.skipped {
				t.Errorf("%d skipped, limits %v\n%s", got.Skipped, got.Limits, diff)
			}
		})
	}
}

func TestSeveralFilesAreOneCalendar(t *testing.T) {
	t.Parallel()
	// Two zones of one name in two files, as a server sends its entries.
	one := file(zoneNamed("Home"), event("DTSTART;TZID=Home:20260305T090000", "DURATION:PT1H"))
	two := file(strings.ReplaceAll(strings.ReplaceAll(zoneNamed("Home"), "-0500", "+0500"), "-0400", "+0600"), event("DTSTART;TZID=Home:20260306T090000", "DURATION:PT1H"))
	got, err := busy.Read(question(t), strings.NewReader(one), strings.NewReader(two))
	if diff := cmp.Diff([]string{"05T14:00 05T15:00", "06T04:00 06T05:00"}, show(got.Busy)); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestNoCalendar(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "<html><body>Sign in</body></html>", "BEGIN:VCARD\nEND:VCARD\n"} {
		if _, err := busy.Read(question(t), strings.NewReader(s)); err != busy.ErrFormat { //nolint:errorlint // it is given as it is
			t.Errorf("%q: %v", s, err)
		}
	}
	_, err := busy.Read(question(t), io.MultiReader(strings.NewReader("BEGIN:VCALENDAR\n"), failing{}))
	if err == nil || err == busy.ErrFormat { //nolint:errorlint // as above
		t.Errorf("a reader that fails: %v", err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

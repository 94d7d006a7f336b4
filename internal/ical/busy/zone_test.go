package busy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/internal/ical/busy"
	"kept/span"
)

// part writes a STANDARD or DAYLIGHT part.
func part(kind, start, from, to, more string) string {
	return fmt.Sprintf("BEGIN:%s\r\nDTSTART:%s\r\nTZOFFSETFROM:%s\r\nTZOFFSETTO:%s\r\n%sEND:%s", kind, start, from, to, more, kind)
}

func vtimezone(name string, parts ...string) string {
	return "BEGIN:VTIMEZONE\r\nTZID:" + name + "\r\n" + strings.Join(parts, "\r\n") + "\r\nEND:VTIMEZONE"
}

// TestOwnZones reads a noon of every third day by a zone that the file brings
// along, and wants the instants of the IANA zone that it describes.
func TestOwnZones(t *testing.T) {
	t.Parallel()
	outlook := vtimezone("W. Europe Standard Time",
		part("STANDARD", "16010101T030000", "+0200", "+0100", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\n"),
		part("DAYLIGHT", "16010101T020000", "+0100", "+0200", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n"))
	for _, c := range []struct{ name, iana, zone string }{
		{"Outlook's", "Europe/Berlin", outlook},
		{"another name for New York", "America/New_York", zoneNamed("Head office")},
		{"rules that ended, as in RFC 5545", "America/New_York", vtimezone("old",
			part("DAYLIGHT", "19670430T020000", "-0500", "-0400", "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=-1SU;UNTIL=19730429T070000Z\r\n"),
			part("STANDARD", "19671029T020000", "-0400", "-0500", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20061029T060000Z\r\n"),
			part("DAYLIGHT", "19740106T020000", "-0500", "-0400", "RDATE:19750223T020000\r\n"),
			part("DAYLIGHT", "19760425T020000", "-0500", "-0400", "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=-1SU;UNTIL=19860427T070000Z\r\n"),
			part("DAYLIGHT", "19870405T020000", "-0500", "-0400", "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060402T070000Z\r\n"),
			part("DAYLIGHT", "20070311T020000", "-0500", "-0400", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\n"),
			part("STANDARD", "20071104T020000", "-0400", "-0500", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\n"))},
		{"summer time that ended", "America/Sao_Paulo", vtimezone("Sao Paulo",
			part("STANDARD", "19991003T000000", "-0300", "-0200", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU;UNTIL=20181104T030000Z\r\n"),
			part("STANDARD", "20000227T000000", "-0200", "-0300", "RRULE:FREQ=YEARLY;BYMONTH=2;BYDAY=3SU;UNTIL=20190217T020000Z\r\n"))},
		{"half an hour", "Australia/Lord_Howe", vtimezone("Lord Howe",
			part("STANDARD", "20080406T020000", "+1100", "+1030", "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU\r\n"),
			part("DAYLIGHT", "20081005T020000", "+1030", "+1100", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU\r\n"))},
		{"one offset", "Asia/Kathmandu", vtimezone("Nepal", part("STANDARD", "19860101T000000", "+0530", "+0545", ""))},
		{"seconds", "Etc/UTC", vtimezone("Odd", part("STANDARD", "19860101T000000", "+000030", "-000000", ""))},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			iana, err := time.LoadLocation(c.iana)
			if err != nil {
				t.Fatal(err)
			}
			name := strings.TrimPrefix(strings.Split(strings.ReplaceAll(c.zone, "\r", ""), "\n")[1], "TZID:")
			q := question(t)
			q.Window = span.Span{Start: span.At(time.Date(2026, 1, 1, 0, 0, 0, 0, iana)), End: span.At(time.Date(2027, 1, 1, 0, 0, 0, 0, iana))}
			start := fmt.Sprintf("DTSTART;TZID=%q:20250101T023000", name)
			got, err := busy.Read(q, strings.NewReader(file(c.zone, event(start, "DURATION:PT1M", "RRULE:FREQ=DAILY"))))
			if err != nil {
				t.Fatal(err)
			}
			var want span.Set
			for day := (span.Date{Year: 2026, Month: 1, Day: 1}); day.Year == 2026; day = day.AddDays(1) {
				at := span.Wall{Date: day, Minute: 150}.Instant(iana)
				want = append(want, span.Span{Start: at, End: at + span.Minute})
			}
			if diff := cmp.Diff(want, got.Busy); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestZonesThatMakeNoSense fall back to the IANA zone of the name, then to the asker's.
func TestZonesThatMakeNoSense(t *testing.T) {
	t.Parallel()
	const taipei, asker = "05T01:00 05T02:00", "05T08:00 05T09:00"
	bad := func(name string, parts ...string) string { return vtimezone(name, parts...) }
	for _, c := range []struct{ name, tzid, zone, want string }{
		{"no parts", "Asia/Taipei", bad("Asia/Taipei"), taipei},
		{"no offset", "Asia/Taipei", bad("Asia/Taipei", part("STANDARD", "20070101T000000", "", "+0100", "")), taipei},
		{"offset of days", "Asia/Taipei", bad("Asia/Taipei", part("STANDARD", "20070101T000000", "+9900", "+0100", "")), taipei},
		{"offset in words", "Asia/Taipei", bad("Asia/Taipei", part("STANDARD", "20070101T000000", "+0100", "early", "")), taipei},
		{"no start", "Asia/Taipei", bad("Asia/Taipei", part("STANDARD", "", "+0100", "+0200", "")), taipei},
		{"no rule", "Asia/Taipei", bad("Asia/Taipei", part("STANDARD", "20070101T000000", "+0100", "+0200", "RRULE:FREQ=NOW\r\n")), taipei},
		{"no date", "Asia/Taipei", bad("Asia/Taipei", part("STANDARD", "20070101T000000", "+0100", "+0200", "RDATE:soon\r\n")), taipei},
		{"a bomb", "Asia/Taipei", bad("Asia/Taipei", part("STANDARD", "20070101T000000", "+0100", "+0200", "RRULE:FREQ=SECONDLY\r\n")), taipei},
		{"many parts", "Asia/Taipei", bad("Asia/Taipei", strings.Repeat(part("STANDARD", "20070101T000000", "+0100", "+0200", "")+"\r\n", 300)), taipei},
		{"a prefix", "/citadel.org/20260101_1/Asia/Taipei", "", taipei},
		{"nobody knows it", "Middle Earth", "", asker},
		{"nothing", "", "", asker},
		{"the machine's own", "Local", "", asker},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			start := "DTSTART;TZID=" + c.tzid + ":20260305T090000"
			got, err := busy.Read(question(t), strings.NewReader(file(c.zone, event(start, "DURATION:PT1H"))))
			if diff := cmp.Diff([]string{c.want}, show(got.Busy)); diff != "" || err != nil {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

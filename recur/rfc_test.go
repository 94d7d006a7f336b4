package recur_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/recur"
	"kept/span"
)

// newYork is the zone of all examples of RFC 5545.
func newYork(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// example is one example of RFC 5545 section 3.8.5.3. The dates are written
// as "1997-09: 2 3 4; 1997-10: 2"; a time of day other than the start's stands
// behind the day ("2T0920"). "..." at the end means that it goes on.
type example struct{ name, start, rule, want, not string }

func rfcExamples() []example {
	return []example{
		{"daily, 10 times", "19970902T090000", "FREQ=DAILY;COUNT=10", "1997-09: 2 3 4 5 6 7 8 9 10 11", ""},
		{
			"daily until 24 December", "19970902T090000", "FREQ=DAILY;UNTIL=19971224T000000Z",
			"1997-09: 2-30; 1997-10: 1-31; 1997-11: 1-30; 1997-12: 1-23", "",
		},
		{
			"every other day", "19970902T090000", "FREQ=DAILY;INTERVAL=2",
			"1997-09: 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30; 1997-10: 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30; 1997-11: 1 3 5...", "",
		},
		{"every 10 days, 5 times", "19970902T090000", "FREQ=DAILY;INTERVAL=10;COUNT=5", "1997-09: 2 12 22; 1997-10: 2 12", ""},
		{
			"every day in January, yearly", "19980101T090000",
			"FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", "1998-01: 1-31; 1999-01: 1-31; 2000-01: 1-31", "",
		},
		{
			"every day in January, daily", "19980101T090000", "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1",
			"1998-01: 1-31; 1999-01: 1-31; 2000-01: 1-31", "",
		},
		{"weekly, 10 times", "19970902T090000", "FREQ=WEEKLY;COUNT=10", "1997-09: 2 9 16 23 30; 1997-10: 7 14 21 28; 1997-11: 4", ""},
		{
			"weekly until 24 December", "19970902T090000", "FREQ=WEEKLY;UNTIL=19971224T000000Z",
			"1997-09: 2 9 16 23 30; 1997-10: 7 14 21 28; 1997-11: 4 11 18 25; 1997-12: 2 9 16 23", "",
		},
		{
			"every other week", "19970902T090000", "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
			"1997-09: 2 16 30; 1997-10: 14 28; 1997-11: 11 25; 1997-12: 9 23; 1998-01: 6 20; 1998-02: 3 17...", "",
		},
		{
			"Tuesday and Thursday for five weeks, until", "19970902T090000", "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
			"1997-09: 2 4 9 11 16 18 23 25 30; 1997-10: 2", "",
		},
		{
			"Tuesday and Thursday for five weeks, count", "19970902T090000", "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
			"1997-09: 2 4 9 11 16 18 23 25 30; 1997-10: 2", "",
		},
		{
			"Monday, Wednesday, Friday of every other week", "19970901T090000",
			"FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
			"1997-09: 1 3 5 15 17 19 29; 1997-10: 1 3 13 15 17 27 29 31; 1997-11: 10 12 14 24 26 28; 1997-12: 8 10 12 22", "",
		},
		{
			"Tuesday and Thursday of every other week", "19970902T090000", "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
			"1997-09: 2 4 16 18 30; 1997-10: 2 14 16", "",
		},
		{
			"first Friday, 10 times", "19970905T090000", "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
			"1997-09: 5; 1997-10: 3; 1997-11: 7; 1997-12: 5; 1998-01: 2; 1998-02: 6; 1998-03: 6; 1998-04: 3; 1998-05: 1; 1998-06: 5", "",
		},
		{
			"first Friday until 24 December", "19970905T090000", "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR",
			"1997-09: 5; 1997-10: 3; 1997-11: 7; 1997-12: 5", "",
		},
		{
			"first and last Sunday of every other month", "19970907T090000", "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
			"1997-09: 7 28; 1997-11: 2 30; 1998-01: 4 25; 1998-03: 1 29; 1998-05: 3 31", "",
		},
		{
			"last Monday but one", "19970922T090000", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
			"1997-09: 22; 1997-10: 20; 1997-11: 17; 1997-12: 22; 1998-01: 19; 1998-02: 16", "",
		},
		{
			"last day but two", "19970928T090000", "FREQ=MONTHLY;BYMONTHDAY=-3",
			"1997-09: 28; 1997-10: 29; 1997-11: 28; 1997-12: 29; 1998-01: 29; 1998-02: 26...", "",
		},
		{
			"2nd and 15th", "19970902T090000", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
			"1997-09: 2 15; 1997-10: 2 15; 1997-11: 2 15; 1997-12: 2 15; 1998-01: 2 15", "",
		},
		{
			"first and last day", "19970930T090000", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
			"1997-09: 30; 1997-10: 1 31; 1997-11: 1 30; 1997-12: 1 31; 1998-01: 1 31; 1998-02: 1", "",
		},
		{
			"10th to 15th every 18 months", "19970910T090000", "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
			"1997-09: 10-15; 1999-03: 10-13", "",
		},
		{
			"every Tuesday of every other month", "19970902T090000", "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
			"1997-09: 2 9 16 23 30; 1997-11: 4 11 18 25; 1998-01: 6 13 20 27; 1998-03: 3 10 17 24 31...", "",
		},
		{
			"June and July", "19970610T090000", "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
			"1997-06: 10; 1997-07: 10; 1998-06: 10; 1998-07: 10; 1999-06: 10; 1999-07: 10; 2000-06: 10; 2000-07: 10; 2001-06: 10; 2001-07: 10", "",
		},
		{
			"every other year, January to March", "19970310T090000", "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
			"1997-03: 10; 1999-01: 10; 1999-02: 10; 1999-03: 10; 2001-01: 10; 2001-02: 10; 2001-03: 10; 2003-01: 10; 2003-02: 10; 2003-03: 10", "",
		},
		{
			"1st, 100th and 200th day every third year", "19970101T090000", "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
			"1997-01: 1; 1997-04: 10; 1997-07: 19; 2000-01: 1; 2000-04: 9; 2000-07: 18; 2003-01: 1; 2003-04: 10; 2003-07: 19; 2006-01: 1", "",
		},
		{"20th Monday", "19970519T090000", "FREQ=YEARLY;BYDAY=20MO", "1997-05: 19; 1998-05: 18; 1999-05: 17...", ""},
		{"Monday of week 20", "19970512T090000", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1997-05: 12; 1998-05: 11; 1999-05: 17...", ""},
		{
			"Thursdays in March", "19970313T090000", "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
			"1997-03: 13 20 27; 1998-03: 5 12 19 26; 1999-03: 4 11 18 25...", "",
		},
		{
			"Thursdays in summer", "19970605T090000", "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
			"1997-06: 5 12 19 26; 1997-07: 3 10 17 24 31; 1997-08: 7 14 21 28; 1998-06: 4 11 18 25; 1998-07: 2 9 16 23 30; 1998-08: 6 13 20 27...", "",
		},
		{
			"Friday the 13th", "19970902T090000", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
			"1998-02: 13; 1998-03: 13; 1998-11: 13; 1999-08: 13; 2000-10: 13...", "19970902T090000",
		},
		{
			"Saturday after the first Sunday", "19970913T090000", "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
			"1997-09: 13; 1997-10: 11; 1997-11: 8; 1997-12: 13; 1998-01: 10; 1998-02: 7; 1998-03: 7; 1998-04: 11; 1998-05: 9; 1998-06: 13...", "",
		},
		{
			"election day", "19961105T090000", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
			"1996-11: 5; 2000-11: 7; 2004-11: 2...", "",
		},
		{
			"third of Tuesday, Wednesday, Thursday", "19970904T090000", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
			"1997-09: 4; 1997-10: 7; 1997-11: 6", "",
		},
		{
			"last weekday but one", "19970929T090000", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
			"1997-09: 29; 1997-10: 30; 1997-11: 27; 1997-12: 30; 1998-01: 29; 1998-02: 26; 1998-03: 30...", "",
		},
		// The RFC writes UNTIL=19970902T170000Z, which is 13:00 there; this is the time that its dates ask for.
		{"every 3 hours until 17:00", "19970902T090000", "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z", "1997-09: 2 2T1200 2T1500", ""},
		{
			"every 15 minutes", "19970902T090000", "FREQ=MINUTELY;INTERVAL=15;COUNT=6",
			"1997-09: 2 2T0915 2T0930 2T0945 2T1000 2T1015", "",
		},
		{"every hour and a half", "19970902T090000", "FREQ=MINUTELY;INTERVAL=90;COUNT=4", "1997-09: 2 2T1030 2T1200 2T1330", ""},
		{
			"every 20 minutes of the day, daily", "19970902T090000", "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40",
			twentyMinutes("2") + twentyMinutes("3") + "...", "",
		},
		{
			"every 20 minutes of the day, minutely", "19970902T090000", "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16",
			twentyMinutes("2") + twentyMinutes("3") + "...", "",
		},
		{"weeks from Monday", "19970805T090000", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08: 5 10 19 24", ""},
		{"weeks from Sunday", "19970805T090000", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08: 5 17 19 31", ""},
		{"a date that does not exist", "20070115T090000", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007-01: 15 30; 2007-02: 15; 2007-03: 15 30", ""},
	}
}

func twentyMinutes(day string) string {
	var b strings.Builder
	for _, hour := range []string{"09", "10", "11", "12", "13", "14", "15", "16"} {
		for _, minute := range []string{"00", "20", "40"} {
			b.WriteString("1997-09: " + day + "T" + hour + minute + "; ")
		}
	}
	return b.String()
}

// dates writes out the short form of an example.
func dates(t *testing.T, short, start string) (want []string, goesOn bool) {
	t.Helper()
	short, goesOn = strings.CutSuffix(short, "...")
	for part := range strings.SplitSeq(strings.Trim(short, "; "), "; ") {
		month, list, _ := strings.Cut(part, ": ")
		for word := range strings.FieldsSeq(list) {
			day, clock, timed := strings.Cut(word, "T")
			if !timed {
				clock = start[9:13]
			}
			first, last, isRange := strings.Cut(day, "-")
			if !isRange {
				last = first
			}
			from, err := time.Parse("2006-01-2T1504", month+"-"+first+"T"+clock)
			if err != nil {
				t.Fatal(err)
			}
			to, err := time.Parse("2006-01-2T1504", month+"-"+last+"T"+clock)
			if err != nil {
				t.Fatal(err)
			}
			for ; !from.After(to); from = from.AddDate(0, 0, 1) {
				want = append(want, from.Format("20060102T150405"))
			}
		}
	}
	return want, goesOn
}

func TestRFC5545(t *testing.T) {
	t.Parallel()
	zone := newYork(t)
	for _, e := range rfcExamples() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			start, _ := recur.ParseLocal(e.start)
			rule, err := recur.Parse(e.rule)
			if err != nil {
				t.Fatal(err)
			}
			set := recur.Set{Start: start, Rules: []recur.Rule{rule}}
			if e.not != "" {
				out, _ := recur.ParseLocal(e.not)
				set.ExDates = append(set.ExDates, out)
			}
			want, goesOn := dates(t, e.want, e.start)
			window := span.Span{Start: start.Instant(zone), End: span.At(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC))}
			found, err := recur.Expand(set, zone, window, len(want))
			if (recur.LimitOf(err) == "limit_occurrences") != goesOn || err != nil && !goesOn {
				t.Errorf("goes on = %v, but the error is %v", goesOn, err)
			}
			var got []string
			for _, o := range found {
				got = append(got, o.Local.String())
				if shown := recur.LocalAt(o.At, zone); shown != o.Local {
					t.Errorf("%v is shown at %v, when the clock says %v", o.Local, o.At, shown)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

package recur_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/fault"
	"kept/recur"
	"kept/span"
)

func itoa(n int) string { return strconv.Itoa(n) }

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", ";", "FREQ", "FREQ=", "COUNT=3", "FREQ=FORTNIGHTLY", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;INTERVAL=0",
		"FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY;INTERVAL=1000000001", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=99999999999999999999",
		"FREQ=DAILY;UNTIL=yesterday", "FREQ=DAILY;UNTIL=20260230", "FREQ=DAILY;UNTIL=20260101T250000Z", "FREQ=DAILY;WKST=XX",
		"FREQ=YEARLY;BYMONTH=0", "FREQ=YEARLY;BYMONTH=13", "FREQ=YEARLY;BYMONTH=-1", "FREQ=MONTHLY;BYMONTHDAY=32",
		"FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=YEARLY;BYYEARDAY=367", "FREQ=YEARLY;BYWEEKNO=54", "FREQ=DAILY;BYHOUR=24",
		"FREQ=DAILY;BYMINUTE=60", "FREQ=DAILY;BYSECOND=61", "FREQ=DAILY;BYSETPOS=0", "FREQ=MONTHLY;BYDAY=0MO", "FREQ=MONTHLY;BYDAY=54MO",
		"FREQ=MONTHLY;BYDAY=M", "FREQ=MONTHLY;BYDAY=", "FREQ=MONTHLY;BYDAY=1", "FREQ=WEEKLY;BYDAY=1MO", "FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO",
		"FREQ=YEARLY;BYEASTER=0", "RSCALE=CHINESE;FREQ=YEARLY", "FREQ=YEARLY;SKIP=FORWARD", "FREQ=DAILY;X-PART=1",
		"FREQ=DAILY;BYHOUR=" + strings.Repeat("1,", recur.MaxText) + "1",
	} {
		r, err := recur.Parse(text)
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("%.60q is read as %v, %v", text, r.String(), err)
		}
		if f := new(fault.Error); err != nil && len(err.Error()) > 300 {
			t.Errorf("%.60q: a message of %d bytes (%v)", text, len(err.Error()), f)
		}
	}
}

func TestRuleIsWrittenAsItIsRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"freq=daily":                         "FREQ=DAILY",
		"FREQ=DAILY;INTERVAL=1;WKST=MO;":     "FREQ=DAILY",
		"COUNT=3;FREQ=WEEKLY;BYDAY=WE,MO,MO": "FREQ=WEEKLY;COUNT=3;BYDAY=MO,WE",
		"FREQ=MONTHLY;BYDAY=-1FR,+2MO,FR":    "FREQ=MONTHLY;BYDAY=2MO,-1FR,FR",
		"FREQ=YEARLY;UNTIL=20261231":         "FREQ=YEARLY;UNTIL=20261231",
		"FREQ=YEARLY;UNTIL=20261231T235959Z": "FREQ=YEARLY;UNTIL=20261231T235959Z",
		"FREQ=YEARLY;UNTIL=20261231T235959":  "FREQ=YEARLY;UNTIL=20261231T235959",
		"FREQ=YEARLY;BYSETPOS=-1;BYSECOND=1;BYMINUTE=2;BYHOUR=3;BYDAY=TU;BYMONTHDAY=4;BYYEARDAY=5;BYWEEKNO=6;BYMONTH=7;WKST=SU;INTERVAL=2": "" +
			"FREQ=YEARLY;INTERVAL=2;BYMONTH=7;BYWEEKNO=6;BYYEARDAY=5;BYMONTHDAY=4;BYHOUR=3;BYMINUTE=2;BYSECOND=1;BYDAY=TU;BYSETPOS=-1;WKST=SU",
		"RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=OMIT": "FREQ=YEARLY",
	} {
		r, err := recur.Parse(text)
		if err != nil || r.String() != want {
			t.Errorf("%q is written %q, %v; want %q", text, r.String(), err, want)
		}
		again, err := recur.Parse(r.String())
		if diff := cmp.Diff(r, again); diff != "" || err != nil {
			t.Errorf("%q: %v\n%s", want, err, diff)
		}
	}
}

func TestCheckLooksAtRulesMadeByHand(t *testing.T) {
	t.Parallel()
	good := recur.Rule{Freq: recur.Monthly, Interval: 1, WeekStart: 1}
	for name, spoil := range map[string]func(*recur.Rule){
		"no unit":      func(r *recur.Rule) { r.Freq = recur.Never },
		"no interval":  func(r *recur.Rule) { r.Interval = 0 },
		"week start":   func(r *recur.Rule) { r.WeekStart = 8 },
		"count":        func(r *recur.Rule) { r.Count = -1 },
		"month":        func(r *recur.Rule) { r.ByMonth = []int{40} },
		"weekday":      func(r *recur.Rule) { r.ByDay = []recur.Day{{Weekday: 0}} },
		"nth weekday":  func(r *recur.Rule) { r.Freq, r.ByDay = recur.Daily, []recur.Day{{N: 1, Weekday: 1}} },
		"unknown unit": func(r *recur.Rule) { r.Freq = 200 },
	} {
		r := good
		if err := r.Check(); err != nil {
			t.Fatal(err)
		}
		spoil(&r)
		if err := r.Check(); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := recur.Expand(recur.Set{Rules: []recur.Rule{r}}, newYork(t), everything(), 10); err == nil {
			t.Errorf("%s: expanded all the same", name)
		}
	}
}

// The first date of a rule is the one its walk begins with.
func TestFirst(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"FREQ=MONTHLY;BYDAY=2TU;COUNT=3":      "20261208T100000",
		"FREQ=WEEKLY":                         "20261123T100000",
		"FREQ=WEEKLY;BYDAY=TU;UNTIL=20200101": "20261124T100000",
		"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30": "",
	} {
		rule, err := recur.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		first, ok := rule.First(recur.LocalOf(span.Date{Year: 2026, Month: 11, Day: 23}, 10*3600))
		if got := first.String(); ok != (want != "") || ok && got != want {
			t.Errorf("%s: %s %t", text, got, ok)
		}
	}
}

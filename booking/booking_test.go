package booking

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/account"
	"kept/availability"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// TestRoads lists every road there is between two states; all others are closed.
func TestRoads(t *testing.T) {
	t.Parallel()
	roads := map[Status][]Status{
		AwaitingPayment: {Confirmed, Cancelled, Expired},
		Requested:       {Confirmed, Declined, Cancelled, Expired},
		Confirmed:       {CheckedIn, Completed, Cancelled, NoShow},
		CheckedIn:       {Completed, Cancelled, NoShow},
	}
	for _, from := range Statuses() {
		open := map[Status]bool{}
		for _, to := range roads[from] {
			open[to] = true
		}
		for _, to := range Statuses() {
			if from.May(to) != open[to] {
				t.Errorf("%s to %s: %v", from, to, from.May(to))
			}
		}
		if from.Final() != (len(roads[from]) == 0) {
			t.Errorf("%s is final: %v", from, from.Final())
		}
	}
	if Status("").May(Confirmed) || !Status("").Final() {
		t.Error("an unknown state leads somewhere")
	}
}

func TestWhoKeepsTheLanes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status            Status
		occupies, movable bool
	}{
		{AwaitingPayment, true, true},
		{Requested, true, true},
		{Confirmed, true, true},
		{CheckedIn, true, false},
		{Completed, true, false},
		{NoShow, true, false},
		{Cancelled, false, false},
		{Declined, false, false},
		{Expired, false, false},
	} {
		if c.status.Occupies() != c.occupies || c.status.Movable() != c.movable {
			t.Errorf("%s: occupies %v, movable %v", c.status, c.status.Occupies(), c.status.Movable())
		}
	}
}

func TestMayBook(t *testing.T) {
	t.Parallel()
	as := func(r account.Role, scopes ...account.Action) account.Principal {
		return account.Principal{Kind: account.KindKey, Business: "b", Role: r, Scopes: scopes}
	}
	plain, override, squeeze, known := Request{}, Request{Override: true}, Request{Squeeze: true}, Request{ClientID: "c"}
	for _, c := range []struct {
		name string
		who  account.Principal
		req  Request
		may  bool
	}{
		{"public", account.Visitor("b", ""), plain, true},
		{"public override", account.Visitor("b", ""), override, false},
		{"public squeeze", account.Visitor("b", ""), squeeze, false},
		{"public, for somebody known", account.Visitor("b", "d"), known, false},
		{"public, signed in as who is named", account.Visitor("b", "c"), known, true},
		{"owner override", as(account.Owner), override, true},
		{"owner squeeze", as(account.Owner), squeeze, true},
		{"reception override", as(account.Reception), override, true},
		{"reception squeeze", as(account.Reception), squeeze, false},
		{"staff", as(account.Staff), known, true},
		{"staff override", as(account.Staff), override, false},
		{"integration squeeze", as(account.Integration), squeeze, false},
		{"key that only reads", as(account.Owner, account.ReadBookings), plain, false},
		{"key without override", as(account.Owner, account.WriteBookings), override, false},
		{"no role", as(""), plain, false},
		{"system", account.System("b"), Request{Override: true, Squeeze: true}, true},
	} {
		err := mayBook(c.who, c.req)
		if (err == nil) != c.may || err != nil && !fault.Is(err, fault.CodeForbidden) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// fields gives the names and rules of the wrong fields.
func fields(err error) []string {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid {
		return nil
	}
	var out []string
	for _, field := range f.Fields {
		out = append(out, field.Name+" "+field.Rule)
	}
	return out
}

func TestRequestFields(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		req  Request
		want []string
	}{
		{"good", Request{Start: 1}, nil},
		{"no time", Request{}, []string{"start required"}},
		{"no time with a hold", Request{Hold: "h"}, nil},
		{"before time began", Request{Start: -1}, []string{"start range"}},
		{"the next century", Request{Start: latest}, []string{"start range"}},
		{"last instant", Request{Start: latest - 1}, nil},
		{"nobody comes", Request{Start: 1, Party: -1}, []string{"party range"}},
		{"hundred", Request{Start: 1, Party: 100}, nil},
		{"a crowd", Request{Start: 1, Party: 101}, []string{"party range"}},
		{"long note", Request{Start: 1, Note: strings.Repeat("ж", maxNote)}, nil},
		{"too long", Request{Start: 1, Note: strings.Repeat("ж", maxNote+1)}, []string{"note too_long"}},
		{"all at once", Request{Party: -1, Note: strings.Repeat("a", maxNote+1)}, []string{"start required", "party range", "note too_long"}},
	} {
		if diff := cmp.Diff(c.want, fields(checkRequest(c.req))); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestVisitFields(t *testing.T) {
	t.Parallel()
	c := &catalog.Catalog{
		Services: []*catalog.Service{{ID: "cut", Public: true}, {ID: "secret"}, {ID: "old", Public: true, Archived: true}},
		Staff:    []*catalog.Staff{{ID: "ada"}, {ID: "gone", Archived: true}},
	}
	for _, x := range []struct {
		name   string
		lines  []Line
		public bool
		want   []string
	}{
		{"good", []Line{{"cut", "ada"}}, true, nil},
		{"nothing", nil, true, []string{"service required"}},
		{"twenty", make([]Line, maxLines+1), true, []string{"services too_many"}},
		{"unknown", []Line{{"x", ""}}, true, []string{"service unknown"}},
		{"second unknown", []Line{{"cut", ""}, {"x", ""}}, true, []string{"services[1] unknown"}},
		{"not public", []Line{{"secret", ""}}, true, []string{"service unknown"}},
		{"not public, by staff", []Line{{"secret", ""}}, false, nil},
		{"archived", []Line{{"old", ""}}, false, []string{"service unknown"}},
		{"nobody", []Line{{"cut", "eve"}}, true, []string{"staff unknown"}},
		{"left", []Line{{"cut", "gone"}}, false, []string{"staff unknown"}},
	} {
		_, err := visit(c, x.lines, audienceOf(x.public))
		if diff := cmp.Diff(x.want, fields(err)); diff != "" {
			t.Errorf("%s: %s", x.name, diff)
		}
	}
}

func TestWhatAHoldKeeps(t *testing.T) {
	t.Parallel()
	lines := []Line{{Service: "cut"}, {Service: "colour"}}
	h := &Hold{Party: 2, Visit: lines, Placement: availability.Placement{
		Start: 5, Location: "main", Lead: "ada", Items: []availability.Item{{Service: "cut"}, {Service: "colour"}},
	}}
	for _, c := range []struct {
		name string
		req  Request
		want []string
	}{
		{"nothing said", Request{}, nil},
		{"the same", Request{Start: 5, Party: 2, Location: "main", Lines: lines}, nil},
		{"the same lead", Request{Lines: []Line{{"cut", "ada"}, {"colour", ""}}}, nil},
		{"another time", Request{Start: 6}, []string{"start mismatch"}},
		{"more people", Request{Party: 3}, []string{"party mismatch"}},
		{"elsewhere", Request{Location: "other"}, []string{"location mismatch"}},
		{"less", Request{Lines: lines[:1]}, []string{"service mismatch"}},
		{"other order", Request{Lines: []Line{lines[1], lines[0]}}, []string{"service mismatch"}},
		{"another lead", Request{Lines: []Line{{"cut", "ben"}, {"colour", ""}}}, []string{"staff mismatch"}},
	} {
		if diff := cmp.Diff(c.want, fields(matches(h, c.req))); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// TestRefusal asks the true engine about a shop where Ada and Ben work from
// hour 9 to 17 and each half hour is a start.
func TestRefusal(t *testing.T) {
	t.Parallel()
	const hour = span.Hour
	service := &catalog.Service{ID: "cut", IntervalMin: 30, NoticeMin: 60, HorizonDays: 2, Segments: []catalog.Segment{
		{DurationMin: 30, Staff: &catalog.StaffNeed{Count: 1}},
	}}
	booked := func(from, to span.Instant) availability.Row {
		return availability.Row{Span: span.Span{Start: from, End: to}, Exclusive: true, Source: "x", Kind: availability.RowBooking}
	}
	off := func(from, to span.Instant) availability.Row {
		return availability.Row{Span: span.Span{Start: from, End: to}, Source: "y", Kind: availability.RowTimeOff}
	}
	person := func(name id.Staff, rows ...availability.Row) availability.Person {
		open := []availability.Open{{Spans: span.Set{{Start: 9 * hour, End: 17 * hour}}}}
		return availability.Person{Staff: &catalog.Staff{ID: name, AllServices: true}, Open: open, Rows: rows}
	}
	for _, c := range []struct {
		name     string
		at       span.Instant
		staff    id.Staff
		now      span.Instant
		ada, ben []availability.Row
		want     string // a code, or the rule of slot_closed
	}{
		{name: "both busy", at: 10 * hour, ada: []availability.Row{booked(10*hour, 11*hour)}, ben: []availability.Row{booked(9*hour, 11*hour)}, want: fault.CodeSlotTaken},
		{name: "one busy, one away", at: 10 * hour, ada: []availability.Row{booked(10*hour, 11*hour)}, ben: []availability.Row{off(9*hour, 11*hour)}, want: fault.CodeSlotTaken},
		{name: "both away", at: 10 * hour, ada: []availability.Row{off(9*hour, 17*hour)}, ben: []availability.Row{off(9*hour, 11*hour)}, want: availability.RuleTimeOff},
		{name: "the named one is busy", at: 10 * hour, staff: "ada", ada: []availability.Row{booked(10*hour, 11*hour)}, want: fault.CodeSlotTaken},
		{name: "the named one is away", at: 10 * hour, staff: "ada", ada: []availability.Row{off(10*hour, 11*hour)}, want: availability.RuleTimeOff},
		{name: "off the grid", at: 10*hour + 1, want: availability.RuleGrid},
		// Whether a start is on the grid depends on the rows, where edges are starts too: being busy is told first.
		{name: "off the grid and busy", at: 10*hour + 1, staff: "ada", ada: []availability.Row{booked(10*hour, 11*hour)}, want: fault.CodeSlotTaken},
		{name: "night", at: 20 * hour, want: availability.RuleHours},
		{name: "past", at: 10 * hour, now: 11 * hour, want: availability.RulePast},
		{name: "too soon", at: 10 * hour, now: 9*hour + 30*span.Minute, want: availability.RuleNotice},
		{name: "too far", at: 10 * hour, now: -3 * span.Day, want: availability.RuleHorizon},
		{name: "too soon and busy", at: 10 * hour, now: 9*hour + 30*span.Minute, ada: []availability.Row{booked(9*hour, 17*hour)}, ben: []availability.Row{booked(9*hour, 17*hour)}, want: availability.RuleNotice},
	} {
		f := &availability.Facts{
			Window: span.Span{Start: 0, End: span.Day}, Places: []availability.Place{{}},
			Staff: []availability.Person{person("ada", c.ada...), person("ben", c.ben...)},
		}
		q := availability.Question{
			Visit: []availability.Want{{Service: service, Staff: c.staff}}, Window: startWindow(c.at), Now: c.now,
		}
		var got *fault.Error
		if !errors.As(refusal(f, c.at, q), &got) || got.Code != c.want && got.Rule != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
}

// Where the places are planned one by one, one that is only taken tells more
// than one that is closed, whichever comes first.
func TestRefusalOfSeveralPlaces(t *testing.T) {
	t.Parallel()
	const hour = span.Hour
	service := &catalog.Service{ID: "cut", IntervalMin: 15, Segments: []catalog.Segment{{DurationMin: 60, Staff: &catalog.StaffNeed{Count: 1}}}}
	for name, c := range map[string]struct {
		at   span.Instant
		busy bool
		want string
	}{
		"taken":        {at: 10 * hour, busy: true, want: fault.CodeSlotTaken},
		"off the grid": {at: 10*hour + 1, want: availability.RuleGrid},
		"night":        {at: 20 * hour, want: availability.RuleHours},
	} {
		ada := availability.Person{
			Staff: &catalog.Staff{ID: "ada", AllServices: true},
			Open:  []availability.Open{{Place: 1, Spans: span.Set{{Start: 9 * hour, End: 17 * hour}}}},
		}
		if c.busy {
			ada.Rows = []availability.Row{{Span: span.Span{Start: 9 * hour, End: 12 * hour}, Exclusive: true, Source: "b", Kind: availability.RowBooking}}
		}
		f := &availability.Facts{
			Window: span.Span{End: span.Day}, Places: []availability.Place{{ID: "here"}, {ID: "there"}}, Staff: []availability.Person{ada},
		}
		way := func(place id.Location) availability.Question {
			return availability.Question{
				Visit: []availability.Want{{Service: service}}, Location: place, Window: startWindow(c.at),
			}
		}
		for _, ways := range [][]availability.Question{{way("here"), way("there")}, {way("there"), way("here")}} {
			var got *fault.Error
			if !errors.As(refusal(f, c.at, ways...), &got) || got.Code != c.want && got.Rule != c.want {
				t.Errorf("%s: %v, want %s", name, got, c.want)
			}
		}
	}
}

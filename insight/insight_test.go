package insight_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/account"
	"kept/availability"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/insight"
	"kept/schedule"
	"kept/span"
)

// house is a business in Taipei (UTC+8, no summer time): staff a and b at
// "here" from 09:00 to 12:00 on weekdays, c at "there" on Saturdays. It stands
// in for everything that the analyst asks.
type house struct {
	now   span.Instant
	asked []insight.Asked
	used  []availability.Used
	rows  map[availability.Lane][]availability.Row
	saw   struct {
		window span.Span
		at     id.Location
	}
}

func (h *house) Now() span.Instant { return h.now }

func (h *house) Load(context.Context, id.Business, int64) (*availability.Setting, error) {
	morning := schedule.Window{FromMin: 540, ToMin: 720}
	var weekdays []schedule.Weekly
	for d := 1; d <= 5; d++ {
		weekdays = append(weekdays, schedule.Weekly{Weekday: d, Window: morning})
	}
	saturday := schedule.Hours{Weekly: []schedule.Weekly{{Weekday: 6, Window: morning}}}
	return &availability.Setting{
		Catalog: &catalog.Catalog{
			Business:  catalog.Business{ID: "b", Zone: "Asia/Taipei"},
			Locations: []*catalog.Location{{ID: "here", Zone: "Asia/Taipei"}, {ID: "there", Zone: "Asia/Taipei"}, {ID: "old", Archived: true}},
			Staff:     []*catalog.Staff{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "gone", Archived: true}},
			Services:  []*catalog.Service{{ID: "cut", Segments: []catalog.Segment{{DurationMin: 60, Staff: &catalog.StaffNeed{Count: 1}}}}},
		},
		Hours: &schedule.Book{
			Locations: map[id.Location]schedule.Hours{"here": {Weekly: weekdays}, "there": saturday},
			Staff:     map[id.Staff]schedule.Hours{"c": saturday, "a": {Weekly: weekdays}, "b": {Weekly: weekdays}},
		},
	}, nil
}

func (h *house) Asked(_ context.Context, _ id.Business, window span.Span, at id.Location) ([]insight.Asked, error) {
	h.saw.window, h.saw.at = window, at
	return h.asked, nil
}

func (h *house) Used(context.Context, id.Business, span.Span) ([]availability.Used, error) {
	return h.used, nil
}

func (h *house) RowsOn(
	_ context.Context, _ id.Business, lanes []availability.Lane, _ span.Span,
) (map[availability.Lane][]availability.Row, error) {
	out := map[availability.Lane][]availability.Row{}
	for _, l := range lanes {
		out[l] = h.rows[l]
	}
	return out, nil
}

func (h *house) analyst() *insight.Analyst {
	return insight.NewAnalyst(insight.Parts{Clock: h, Settings: h, Ledger: h, Lanes: h})
}

// monday is 2026-03-02, 00:00 in Taipei.
var monday = span.At(time.Date(2026, 3, 1, 16, 0, 0, 0, time.UTC))

// clock is so many minutes after monday.
func clock(day, hour, minute int) span.Instant {
	return monday + span.Instant(day)*span.Day + span.Minutes(60*hour+minute)
}

func taken(from, to span.Instant) availability.Row {
	return availability.Row{Span: span.Span{Start: from, End: to}, Exclusive: true}
}

func lane(staff string) availability.Lane {
	return availability.Lane{Kind: availability.StaffLane, ID: staff}
}

func setup() *house {
	return &house{now: clock(0, 8, 0), rows: map[availability.Lane][]availability.Row{}}
}

func owner() account.Principal {
	return account.Principal{Kind: account.KindKey, Role: account.Owner, Business: "b"}
}

func week() insight.Query {
	return insight.Query{From: span.Date{Year: 2026, Month: 3, Day: 2}, To: span.Date{Year: 2026, Month: 3, Day: 8}}
}

func TestDemandByHourOfTheLocalWeek(t *testing.T) {
	t.Parallel()
	h := setup()
	h.asked = []insight.Asked{
		{Span: span.Span{Start: clock(0, 9, 30), End: clock(0, 10, 30)}, Kept: true, Staff: "a"},
		{Span: span.Span{Start: clock(0, 9, 30), End: clock(0, 10, 0)}, Staff: "b"}, // called off
		{Span: span.Span{Start: clock(4, 23, 30), End: clock(5, 0, 15)}, Kept: true},
	}
	h.rows[lane("a")] = []availability.Row{taken(clock(0, 9, 30), clock(0, 10, 40)), {
		Span: span.Span{Start: clock(1, 9, 0), End: clock(1, 10, 0)}, // off on Tuesday
	}}
	h.rows[lane("b")] = []availability.Row{{Span: span.Span{Start: clock(2, 9, 0), End: clock(2, 9, 30)}, Exclusive: true, Expires: h.now}}
	got, err := h.analyst().Demand(t.Context(), owner(), week())
	if err != nil {
		t.Fatal(err)
	}
	want := insight.Heat{}
	for d := range 5 {
		for n := 9; n < 12; n++ {
			want[d][n].OpenMin = 120
		}
	}
	for n := 9; n < 12; n++ {
		want[5][n].OpenMin = 60
	}
	want[0][9] = insight.Cell{AskedMin: 60, TakenMin: 30, OpenMin: 120, Bookings: 2, Cancelled: 1}
	want[0][10] = insight.Cell{AskedMin: 30, TakenMin: 40, OpenMin: 120}
	want[1][9].OpenMin = 60
	want[4][23] = insight.Cell{AskedMin: 30, Bookings: 1}
	want[5][0] = insight.Cell{AskedMin: 15}
	if diff := cmp.Diff(want, got.Heat); diff != "" {
		t.Error(diff)
	}
	if c := got.Heat[0][9]; c.Share() != 0.25 || c.Pressure() != 0.5 || got.Heat[4][23].Share() != 0 {
		t.Errorf("share %v, pressure %v", c.Share(), c.Pressure())
	}
	if first, last := got.Heat.Hours(); first != 0 || last != 23 {
		t.Errorf("hours %d to %d", first, last)
	}
	if len(got.Wanted) != 2 || got.Wanted[0].Weekday != 1 || got.Wanted[0].Hour != 9 || len(got.Quiet) != 5 {
		t.Errorf("wanted %+v, quiet %+v", got.Wanted, got.Quiet)
	}
	if h.saw.window != (span.Span{Start: monday, End: clock(7, 0, 0)}) {
		t.Errorf("asked for %v", h.saw.window)
	}
}

func TestDemandOfOnePlaceAndPerson(t *testing.T) {
	t.Parallel()
	h := setup()
	h.asked = []insight.Asked{
		{Span: span.Span{Start: clock(0, 9, 0), End: clock(0, 10, 0)}, Kept: true, Staff: "a"},
		{Span: span.Span{Start: clock(0, 9, 0), End: clock(0, 10, 0)}, Kept: true, Staff: "b"},
	}
	q := week()
	q.Location, q.Staff = "here", "a"
	got, err := h.analyst().Demand(t.Context(), owner(), q)
	if err != nil {
		t.Fatal(err)
	}
	if c := got.Heat.Total(); c.OpenMin != 900 || c.AskedMin != 60 || h.saw.at != "here" {
		t.Errorf("%+v at %q", c, h.saw.at)
	}
	h.asked = nil
	if got, err = h.analyst().Demand(t.Context(), owner(), q); err != nil || got.Wanted != nil || got.Quiet != nil {
		t.Errorf("without demand: %+v %+v %v", got.Wanted, got.Quiet, err)
	}
}

func TestGaps(t *testing.T) {
	t.Parallel()
	h := setup()
	// a's Tuesday: 30 minutes, an hour and a half hour are free; b's is free as a whole.
	h.rows[lane("a")] = []availability.Row{taken(clock(1, 9, 30), clock(1, 10, 0)), taken(clock(1, 11, 0), clock(1, 11, 30))}
	q := week()
	q.From, q.To = q.From.AddDays(1), q.From.AddDays(1)
	got, err := h.analyst().Gaps(t.Context(), owner(), q)
	if err != nil {
		t.Fatal(err)
	}
	free := func(from, to span.Instant, fits bool) insight.Window {
		return insight.Window{Span: span.Span{Start: from, End: to}, Fits: fits}
	}
	want := []insight.Day{{
		Date: q.From, Staff: "a", OpenMin: 180, TakenMin: 60, FreeMin: 120, DustMin: 60, Index: 0.5, Windows: []insight.Window{
			free(clock(1, 9, 0), clock(1, 9, 30), false), free(clock(1, 10, 0), clock(1, 11, 0), true),
			free(clock(1, 11, 30), clock(1, 12, 0), false),
		},
	}, {
		Date: q.From, Staff: "b", OpenMin: 180, FreeMin: 180, Windows: []insight.Window{free(clock(1, 9, 0), clock(1, 12, 0), true)},
	}}
	if diff := cmp.Diff(want, got.Days); diff != "" {
		t.Error(diff)
	}
	if got.FreeMin != 300 || got.DustMin != 60 || got.Index < 0.199 || got.Index > 0.201 {
		t.Errorf("%d free, %d dust, index %v: 5 hours, of which 4 can be used", got.FreeMin, got.DustMin, got.Index)
	}
}

func TestGapsOfTodayAreStillToCome(t *testing.T) {
	t.Parallel()
	h := setup()
	h.now = clock(0, 11, 0)
	got, err := h.analyst().Gaps(t.Context(), owner(), insight.Query{Staff: "a"})
	if err != nil {
		t.Fatal(err)
	}
	if d := got.Days[0]; d.FreeMin != 60 || d.OpenMin != 180 || got.To != (span.Date{Year: 2026, Month: 3, Day: 15}) || len(got.Days) != 10 {
		t.Errorf("%+v, %d days to %v", d, len(got.Days), got.To)
	}
}

// Twenty visits say what is usual: with half hours asked for, half hours are no dust.
func TestGapsKnowWhatIsUsual(t *testing.T) {
	t.Parallel()
	h := setup()
	h.used = []availability.Used{{Service: "cut", Visits: 20, Length: 600 * span.Minute}}
	h.rows[lane("a")] = []availability.Row{taken(clock(0, 9, 30), clock(0, 12, 0))}
	got, err := h.analyst().Gaps(t.Context(), owner(), insight.Query{From: week().From, To: week().From, Staff: "a"})
	if err != nil || got.DustMin != 0 || got.FreeMin != 30 {
		t.Errorf("%+v %v", got, err)
	}
}

func TestWhatCannotBeAsked(t *testing.T) {
	t.Parallel()
	day := func(n int) span.Date { return week().From.AddDays(n) }
	for name, test := range map[string]struct {
		who  account.Principal
		q    insight.Query
		want string
	}{
		"a client":      {account.Visitor("b", "c"), week(), fault.CodeForbidden},
		"backwards":     {owner(), insight.Query{From: day(1), To: day(0)}, fault.CodeInvalid},
		"93 days":       {owner(), insight.Query{From: day(0), To: day(92)}, fault.CodeInvalid},
		"92 days":       {owner(), insight.Query{From: day(0), To: day(91)}, ""},
		"from alone":    {owner(), insight.Query{From: day(0)}, ""},
		"to alone":      {owner(), insight.Query{To: day(0)}, ""},
		"unknown place": {owner(), insight.Query{Location: "nowhere"}, fault.CodeInvalid},
		"closed place":  {owner(), insight.Query{Location: "old"}, fault.CodeInvalid},
		"unknown staff": {owner(), insight.Query{Staff: "nobody"}, fault.CodeInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := setup().analyst()
			_, err := a.Demand(t.Context(), test.who, test.q)
			if _, other := a.Gaps(t.Context(), test.who, test.q); fault.CodeOf(other) != fault.CodeOf(err) {
				t.Errorf("gaps: %v", other)
			}
			if test.want == "" && err != nil || test.want != "" && !fault.Is(err, test.want) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}

// Package insight measures how a business's time is wanted and used: which
// hours of the week clients ask for most (Demand), and into how many pieces the
// free time of each day is broken (Gaps).
//
// It reads and never writes: bookings from a Ledger, whose time is taken from
// the Lanes on which booking works, hours and services from the Settings. What
// it makes of them is plain arithmetic in pure functions (Heat, Fragmentation,
// Windows), which the Analyst only feeds. There are no states; a question fails
// with a fault when the asker may not read bookings, when its range is wrong,
// or when a store fails.
//
// What is measured, and in what:
//
//   - A visit that was booked is demand for the hours that it covers, whatever
//     became of it: cancelled, declined and missed ones were wanted as well.
//     A visit that was moved counts where it is now.
//   - Hours are those of the clock on the wall at the place.
//   - Capacity is the open minutes of the staff, less what closes them; taken
//     is what visits and live holds take of it, with their buffers.
//   - Fragmentation is 1 less what the free pieces of a day are worth, packed
//     as well as can be with the services asked for most, as a share of what
//     the same time would be worth in one piece: 0 is whole, 1 is dust.
package insight

import (
	"context"
	"slices"
	"time"

	"kept/account"
	"kept/availability"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Clock tells the time.
type Clock interface {
	Now() span.Instant
}

// Settings gives the configuration of businesses.
type Settings interface {
	// Load gives the configuration of at least the version; 0 asks the database.
	Load(ctx context.Context, business id.Business, version int64) (*availability.Setting, error)
}

// Ledger tells of bookings.
type Ledger interface {
	// Asked lists the visits that begin in the window, whatever became of them,
	// by start; of one location or, where it is empty, of all.
	Asked(ctx context.Context, business id.Business, window span.Span, at id.Location) ([]Asked, error)
	// Used tells how often each service was used by visits that begin in the
	// window and were not called off.
	Used(ctx context.Context, business id.Business, window span.Span) ([]availability.Used, error)
}

// Lanes tells whose time is taken.
type Lanes interface {
	// RowsOn gives the rows of each lane that meet the window, by start.
	RowsOn(ctx context.Context, business id.Business, lanes []availability.Lane, window span.Span) (map[availability.Lane][]availability.Row, error)
}

// Asked is a visit that somebody asked for.
type Asked struct {
	span.Span
	Kept  bool // it was not called off: not cancelled, declined or expired
	Staff id.Staff
}

// Parts are what an analyst is made of.
type Parts struct {
	Clock    Clock
	Settings Settings
	Ledger   Ledger
	Lanes    Lanes
}

// Analyst answers questions about a business's time. It is safe for concurrent use.
type Analyst struct {
	Parts
	zones *span.Zones
}

// NewAnalyst makes an analyst of its parts.
func NewAnalyst(p Parts) *Analyst { return &Analyst{Parts: p, zones: new(span.Zones)} }

// Query asks about local days of a business.
type Query struct {
	From, To span.Date   // both inclusive, at most 92 days; zero: as the question says
	Location id.Location // empty: every one
	Staff    id.Staff    // empty: everybody
}

const (
	maxDays    = 92
	usualDays  = 90 // how far back the services asked for most are looked for
	demandDays = 56 // what Demand looks at unless told: the last eight weeks
	gapDays    = 14 // what Gaps looks at unless told: the next two weeks
)

// frame is what every question needs: the configuration and the days in it.
type frame struct {
	setting  *availability.Setting
	zone     *time.Location // in which days and hours are told
	from, to span.Date
	window   span.Span
	now      span.Instant
	staff    []*catalog.Staff
	open     map[id.Staff]span.Set // where they work, of the places asked for
	rows     map[availability.Lane][]availability.Row
}

// frame reads what a question needs. Days that were left out are taken from
// around today: first and last are counted from it.
func (a *Analyst) frame(ctx context.Context, who account.Principal, q Query, first, last int) (*frame, error) {
	if !who.May(account.ReadBookings) {
		return nil, fault.New(fault.Forbidden, fault.CodeForbidden, "this is not yours to see")
	}
	setting, err := a.Settings.Load(ctx, who.Business, 0)
	if err != nil {
		return nil, err
	}
	f := &frame{setting: setting, now: a.Clock.Now(), open: map[id.Staff]span.Set{}}
	if f.zone, err = a.zones.Load(setting.Catalog.ZoneOf(q.Location)); err != nil {
		return nil, err
	}
	if err := f.check(&q, first, last); err != nil {
		return nil, err
	}
	f.from, f.to = q.From, q.To
	f.window = span.Span{Start: q.From.Start(f.zone), End: q.To.AddDays(1).Start(f.zone)}
	if err := a.work(f, q); err != nil {
		return nil, err
	}
	lanes := make([]availability.Lane, len(f.staff))
	for i, s := range f.staff {
		lanes[i] = availability.Lane{Kind: availability.StaffLane, ID: string(s.ID)}
	}
	if f.rows, err = a.Lanes.RowsOn(ctx, who.Business, lanes, f.window); err != nil {
		return nil, err
	}
	return f, nil
}

// check fills in the days that were left out and refuses what cannot be asked.
func (f *frame) check(q *Query, first, last int) error {
	today := span.DateOf(f.now.In(f.zone))
	if q.From == (span.Date{}) && q.To == (span.Date{}) {
		q.From, q.To = today.AddDays(first), today.AddDays(last)
	}
	if q.From == (span.Date{}) {
		q.From = q.To.AddDays(first - last)
	}
	if q.To == (span.Date{}) {
		q.To = q.From.AddDays(last - first)
	}
	var check fault.Checker
	days := q.From.DaysUntil(q.To)
	check.Require(days >= 0, "to", "range", "ends before it begins")
	check.Require(days < maxDays, "to", "range", "at most 92 days at once")
	l, ok := f.setting.Catalog.Location(q.Location)
	check.Require(q.Location == "" || ok && !l.Archived, "location", "unknown", "there is no such location")
	_, ok = f.setting.Catalog.StaffMember(q.Staff)
	check.Require(q.Staff == "" || ok, "staff", "unknown", "there is no such staff member")
	return check.Err()
}

// work finds who works when.
func (a *Analyst) work(f *frame, q Query) error {
	for _, s := range f.setting.Catalog.Staff {
		if s.Archived || q.Staff != "" && s.ID != q.Staff {
			continue
		}
		f.staff = append(f.staff, s)
		for _, l := range f.setting.Catalog.Locations {
			if l.Archived || q.Location != "" && l.ID != q.Location {
				continue
			}
			zone, err := a.zones.Load(f.setting.Catalog.ZoneOf(l.ID))
			if err != nil {
				return err
			}
			f.open[s.ID] = f.open[s.ID].Union(f.setting.Hours.OpenAt(s.ID, l.ID, f.window, zone).Clip(f.window))
		}
	}
	return nil
}

// time parts a person's open time: what is not closed, and what of it is taken.
func (f *frame) time(staff id.Staff) (open, taken span.Set) {
	var shut, held []span.Span
	for _, r := range f.rows[availability.Lane{Kind: availability.StaffLane, ID: string(staff)}] {
		switch {
		case r.Expires != 0 && r.Expires <= f.now:
		case r.Exclusive:
			held = append(held, r.Span)
		default:
			shut = append(shut, r.Span)
		}
	}
	open = f.open[staff].Subtract(span.SetOf(shut...))
	return open, span.SetOf(held...).Intersect(open)
}

// dates lists the days asked about.
func (f *frame) dates() []span.Date { return span.Days(f.from, f.to) }

// mix is what free time is worth, by what was used lately.
func (a *Analyst) mix(ctx context.Context, business id.Business, f *frame) (*availability.Mix, error) {
	used, err := a.Ledger.Used(ctx, business, span.Span{Start: f.now - usualDays*span.Day, End: f.now + usualDays*span.Day})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(used, func(a, b availability.Used) int { return b.Visits - a.Visits })
	return availability.NewMix(availability.UsualOf(f.setting.Catalog, used)), nil
}

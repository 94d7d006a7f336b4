package booking

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"kept/account"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/recur"
	"kept/span"
)

// Series is a number of bookings that were made together and recur: a course
// of treatments, a standing appointment. Each is a booking like any other; the
// series only remembers that they belong together.
type Series struct {
	ID        id.Series
	Business  id.Business
	Client    id.Client
	Rule      string // RFC 5545; empty where the dates were chosen one by one
	CreatedAt span.Instant
}

// Courses keeps the series.
type Courses interface {
	InsertSeries(ctx context.Context, s *Series) error
	// FindSeries gives a series; fault NotFound.
	FindSeries(ctx context.Context, business id.Business, id id.Series) (*Series, error)
	// SeriesBookings lists the bookings of a series by start, in any state.
	SeriesBookings(ctx context.Context, business id.Business, of id.Series) ([]*Booking, error)
}

// MaxDates bounds a series: two years of weeks.
const MaxDates = 104

// Repeat asks for a visit again and again.
type Repeat struct {
	Request                // Start is the first date
	Rule    string         // RFC 5545, on the wall clock of the place: "FREQ=WEEKLY;COUNT=6"; empty: Dates alone
	Except  []span.Date    // local dates left out
	Dates   []span.Instant // the dates as chosen, instead of the rule's; of a rule's conflicts the alternatives
}

// TrySeries judges every date of a series, and finds other times near those
// that cannot be had. Nothing is kept. Faults Invalid, forbidden.
func (d *Desk) TrySeries(ctx context.Context, who account.Principal, r Repeat) ([]Date, error) {
	starts, err := d.dates(ctx, who, r)
	if err != nil {
		return nil, err
	}
	a, err := d.askFor(ctx, who, r.Request)
	if err != nil {
		return nil, err
	}
	out := make([]Date, len(starts))
	for i, start := range starts {
		out[i].Start = start
		one, c := *a, r.choice()
		one.ways, c.start = nil, start
		if one.window, err = d.dayOf(one.setting, one.location, start); err != nil {
			return nil, err
		}
		if _, err := d.choose(ctx, &one, c); err != nil {
			if fault.KindOf(err) != fault.Conflict {
				return nil, err
			}
			out[i].Err = named(a.setting.Catalog, err)
			if out[i].Others, err = d.around(ctx, who, likeThis(who, r.Request), start); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// dates lists the starts that are asked for.
func (d *Desk) dates(ctx context.Context, who account.Principal, r Repeat) ([]span.Instant, error) {
	if err := mayBook(who, r.Request); err != nil {
		return nil, err
	}
	if err := checkRequest(r.Request); err != nil {
		return nil, err
	}
	if len(r.Dates) > 0 {
		return r.chosen()
	}
	setting, err := d.setting(ctx, who.Business)
	if err != nil {
		return nil, err
	}
	_, zone, err := d.zoneOf(setting.Catalog, r.Location)
	if err != nil {
		return nil, err
	}
	return r.expand(zone)
}

func (r *Repeat) chosen() ([]span.Instant, error) {
	starts := slices.Compact(slices.Sorted(slices.Values(r.Dates)))
	var check fault.Checker
	check.Require(len(starts) <= MaxDates, "dates", "too_many", "at most "+strconv.Itoa(MaxDates)+" dates")
	check.Require(starts[0] >= earliest && starts[len(starts)-1] < latest, "dates", "range", "this is no time to meet")
	return starts, check.Err()
}

// expand reads the rule on the wall clock of the place. A rule without an end
// gives as many dates as a series may have.
func (r *Repeat) expand(zone *time.Location) ([]span.Instant, error) {
	rule, err := recur.Parse(r.Rule)
	if err != nil {
		return nil, ofRule(err, "rule")
	}
	set := recur.Set{Start: recur.LocalAt(r.Start, zone), Rules: []recur.Rule{rule}}
	if err := startsBy(rule, set.Start, "rule"); err != nil {
		return nil, err
	}
	for _, day := range r.Except {
		set.ExDates = append(set.ExDates, recur.LocalOf(day, set.Start.Second()))
	}
	found, err := recur.Expand(set, zone, span.Span{Start: r.Start, End: r.Start + 3*366*span.Day}, MaxDates)
	if err != nil && recur.LimitOf(err) != "limit_occurrences" {
		return nil, ofRule(err, "rule")
	}
	if len(found) == 0 {
		return nil, fault.BadField("rule", "empty", "the rule gives no dates")
	}
	if err != nil && rule.Count == 0 && rule.Until == (recur.Until{}) {
		err = nil // it has no end, and a series has
	}
	out := make([]span.Instant, len(found))
	for i, o := range found {
		out[i] = o.At
	}
	return out, ofRule(err, "rule")
}

// ofRule names the field in which a request has the rule that a fault is about.
func ofRule(err error, field string) error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		for i := range f.Fields {
			f.Fields[i].Name = field
		}
	}
	return err
}

// startsBy refuses a first date that the rule itself does not give: RFC 5545
// (3.8.5.3) leaves open what it would mean and whether it counts.
func startsBy(rule recur.Rule, start recur.Local, field string) error {
	switch first, ok := rule.First(start); {
	case !ok:
		return fault.BadField(field, "empty", "the rule gives no dates")
	case first != start:
		return fault.BadField("start", "off_rule", "the rule gives no visit then; the first from there on is on "+first.Date().String())
	default:
		return nil
	}
}

// askFor puts a request to the configuration, and finds out who comes. That is
// asked for staff alone: else anybody who knows a client's name and address
// could try out, and leave no trace, what the rules make of their past.
func (d *Desk) askFor(ctx context.Context, who account.Principal, r Request) (*ask, error) {
	a, err := d.newAsk(ctx, who.Business, r.Lines, r.Location, audienceOf(!who.IsStaff()))
	if err != nil {
		return nil, err
	}
	a.anyOrder = r.AnyOrder
	if err := d.hear(ctx, a, r.Given.Answers); err != nil || !who.IsStaff() {
		return a, err
	}
	return a, d.acquaint(ctx, a, r)
}

// BookSeries books every date, all or none. Dates that cannot be had fail the
// whole with a DatesError. Faults as Book.
func (d *Desk) BookSeries(ctx context.Context, who account.Principal, r Repeat) (*Series, []*Booking, error) {
	starts, err := d.dates(ctx, who, r)
	if err != nil {
		return nil, nil, err
	}
	var made *Series
	var all []*Booking
	err = d.Atomic.Do(ctx, func(ctx context.Context) error {
		now := d.Clock.Now()
		all = nil
		var bad refused
		made = &Series{ID: id.New[id.Series](now.UTC()), Business: who.Business, Rule: r.Rule, CreatedAt: now}
		one := r.Request
		one.series = made.ID
		for i, start := range starts {
			one.Start, one.seriesAt = start, i+1
			b, err := d.bookFree(ctx, who, one)
			if further, err := bad.note(start, err); !further {
				return err
			} else if b == nil {
				continue
			}
			all = append(all, b)
			one.ClientID, one.Client = b.Client, r.Client // the first date made the card
		}
		if err := bad.err(); err != nil {
			return err
		}
		made.Client = one.ClientID
		return d.Courses.InsertSeries(ctx, made)
	})
	if err != nil {
		return nil, nil, d.withOthers(ctx, who, err, func(Date) Search { return likeThis(who, r.Request) })
	}
	return made, all, nil
}

// Scope says which bookings of a series a change is about.
type Scope string

// The scopes, as calendars have them.
const (
	ScopeOne       Scope = "one"
	ScopeFollowing Scope = "following" // this and those after it
	ScopeAll       Scope = "all"       // every one still to come
)

// OfSeries lists the bookings of a series by start, in any state.
func (d *Desk) OfSeries(ctx context.Context, who account.Principal, series id.Series) ([]*Booking, error) {
	if _, err := d.Courses.FindSeries(ctx, who.Business, series); err != nil {
		return nil, err
	}
	all, err := d.Courses.SeriesBookings(ctx, who.Business, series)
	if err != nil {
		return nil, err
	}
	if who.IsStaff() {
		if !who.May(account.ReadBookings) {
			return nil, forbidden()
		}
		if all = seen(who, all); len(all) == 0 && who.Reach != account.ReachBusiness {
			return nil, fault.Missing("series")
		}
		return all, nil
	}
	if len(all) == 0 || who.ID != string(all[0].Client) {
		return nil, fault.Missing("series")
	}
	return all, nil
}

// MoveSeries moves a booking to another start and, by scope, others of its
// series by as many days and minutes of the wall clock, all or none. Those that
// cannot be moved fail it with a DatesError, unless it was about one alone.
func (d *Desk) MoveSeries(
	ctx context.Context, who account.Principal, booking id.Booking, scope Scope, move Move,
) ([]*Booking, error) {
	var out []*Booking
	moving := map[span.Instant]*Booking{} // by where they should go
	err := d.Atomic.Do(ctx, func(ctx context.Context) error {
		this, list, err := d.scoped(ctx, who, booking, scope)
		if err != nil {
			return err
		}
		zone, err := d.zone(this.Zone)
		if err != nil {
			return err
		}
		from, to := span.WallAt(this.Start, zone), span.WallAt(move.Start, zone)
		days, minutes := from.Date.DaysUntil(to.Date), to.Minute-from.Minute
		if move.Start > this.Start {
			slices.Reverse(list) // the last goes first, so that none runs into the next
		}
		out = nil
		var bad refused
		clear(moving)
		for _, b := range list {
			one := move
			if b.ID != this.ID {
				one.Start = shifted(span.WallAt(b.Start, zone), days, minutes).Instant(zone)
			}
			moving[one.Start] = b
			moved, err := d.Reschedule(ctx, who, b.ID, one)
			if len(list) == 1 && err != nil {
				return err
			}
			if further, err := bad.note(one.Start, err); !further {
				return err
			}
			out = append(out, moved)
		}
		if err := bad.err(); err != nil {
			return err
		}
		slices.SortFunc(out, func(a, b *Booking) int { return cmp.Compare(a.Start, b.Start) })
		return nil
	})
	if err != nil {
		return nil, d.withOthers(ctx, who, err, func(at Date) Search {
			b := moving[at.Start]
			lines := linesOf(b.Placement)
			lines[0].Staff = cmp.Or(move.Staff, lines[0].Staff)
			return Search{
				Lines: lines, Location: cmp.Or(move.Location, b.Location), Except: b.ID, Client: b.Client, Subject: b.Subject, Party: b.Party,
			}
		})
	}
	return out, nil
}

// shifted moves a reading of the wall clock by days and minutes.
func shifted(w span.Wall, days, minutes int) span.Wall {
	const day = 24 * 60
	at := w.Minute + minutes
	over := at / day
	if at < 0 {
		over = (at - day + 1) / day
	}
	return span.Wall{Date: w.Date.AddDays(days + over), Minute: at - over*day}
}

// CancelSeries cancels a booking and, by scope, others of its series, all or none.
func (d *Desk) CancelSeries(
	ctx context.Context, who account.Principal, booking id.Booking, scope Scope, reason string,
) ([]*Booking, error) {
	var out []*Booking
	err := d.Atomic.Do(ctx, func(ctx context.Context) error {
		_, list, err := d.scoped(ctx, who, booking, scope)
		if err != nil {
			return err
		}
		out = nil
		for _, b := range list {
			ended, err := d.Cancel(ctx, who, b.ID, reason)
			if err != nil {
				return err
			}
			out = append(out, ended)
		}
		return nil
	})
	return out, err
}

// scoped lists what a change is about: bookings that can still be moved.
func (d *Desk) scoped(ctx context.Context, who account.Principal, booking id.Booking, scope Scope) (*Booking, []*Booking, error) {
	this, err := d.Find(ctx, who, booking)
	if err != nil {
		return nil, nil, err
	}
	if scope == ScopeOne || scope == "" || this.Series == "" {
		return this, []*Booking{this}, nil
	}
	if scope != ScopeFollowing && scope != ScopeAll {
		return nil, nil, fault.BadField("scope", "unknown", "one, following or all")
	}
	if !this.Status.Movable() { // those after it have a booking of their own to begin from
		return nil, nil, wrongState(this.Status)
	}
	all, err := d.Courses.SeriesBookings(ctx, who.Business, this.Series)
	if err != nil {
		return nil, nil, err
	}
	now := d.Clock.Now()
	return this, slices.DeleteFunc(all, func(b *Booking) bool {
		return !b.Status.Movable() || b.Start <= now && b.ID != this.ID || scope == ScopeFollowing && b.Start < this.Start
	}), nil
}

// inSeries tells listeners of a booking's place in its series.
func (b *Booking) inSeries() *event.Series {
	if b.Series == "" {
		return nil
	}
	return &event.Series{ID: b.Series, At: b.SeriesAt}
}

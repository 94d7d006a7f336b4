package booking

import (
	"context"
	"math"
	"slices"
	"unicode/utf8"

	"kept/account"
	"kept/availability"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/money"
	"kept/span"
)

// Find gives a booking to somebody who may see it; fault not_found.
func (d *Desk) Find(ctx context.Context, who account.Principal, booking id.Booking) (*Booking, error) {
	if who.IsStaff() && !who.May(account.ReadBookings) {
		return nil, forbidden()
	}
	b, err := d.Bookings.Find(ctx, who.Business, booking)
	if err != nil {
		return nil, err
	}
	if !who.IsStaff() && who.ID != string(b.Client) {
		return nil, fault.Missing("booking")
	}
	if !withinReach(who, b) {
		return nil, account.Beyond("booking")
	}
	return b, nil
}

// List gives bookings by start; faults forbidden, invalid.
func (d *Desk) List(ctx context.Context, who account.Principal, filter Filter) ([]*Booking, error) {
	if !who.May(account.ReadBookings) {
		return nil, forbidden()
	}
	filter, ok := narrow(who, filter)
	if !ok {
		return nil, nil
	}
	if filter.Client != "" && filter.Backward && who.Reach != account.ReachBusiness {
		return d.ofClient(ctx, who, filter)
	}
	return d.Bookings.List(ctx, who.Business, filter)
}

// listChunk is how many bookings are read at once where all are wanted.
const listChunk = 500

// ListAll gives bookings by start page after page, until the filter's range
// ends or there are at least so many; faults as List.
func (d *Desk) ListAll(ctx context.Context, who account.Principal, filter Filter, most int) ([]*Booking, error) {
	filter.Limit = listChunk
	var all []*Booking
	for len(all) < most {
		list, err := d.List(ctx, who, filter)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
		if len(list) < listChunk {
			break
		}
		last := list[len(list)-1]
		filter.AfterAt, filter.AfterID = last.Start, last.ID
	}
	return all, nil
}

// comingChunk is how many bookings are read at once, at least, where the next few are wanted.
const comingChunk = 10

// Coming gives a client's visits that are agreed, or asked for, and not over at
// an instant: the soonest first, at most so many. Faults as List.
func (d *Desk) Coming(ctx context.Context, who account.Principal, of id.Client, now span.Instant, most int) ([]*Booking, error) {
	f := Filter{Client: of, Span: span.Span{Start: now, End: math.MaxInt64}, Overlaps: true, Limit: max(most, comingChunk)}
	var out []*Booking
	for {
		list, err := d.List(ctx, who, f)
		if err != nil {
			return nil, err
		}
		for _, b := range list {
			if !b.Status.Occupies() {
				continue
			}
			if out = append(out, b); len(out) == most {
				return out, nil
			}
		}
		if len(list) < f.Limit {
			return out, nil
		}
		last := list[len(list)-1]
		f.AfterAt, f.AfterID = last.Start, last.ID
	}
}

// mostLooks is how often a booking is read again when somebody else changed it just then.
const mostLooks = 20

// change loads a booking inside a transaction, checks the right to write it,
// lets alter change it, and writes it with the event that alter names. An
// empty event type means that nothing was changed. Where somebody else was
// quicker, alter is put to what they made of the booking.
func (d *Desk) change(
	ctx context.Context, who account.Principal, booking id.Booking,
	alter func(ctx context.Context, b *Booking) (event.Event, error),
) (*Booking, error) {
	for look := 1; ; look++ {
		var out *Booking
		stale := false
		err := d.Atomic.Do(ctx, func(ctx context.Context) error {
			b, err := d.Find(ctx, who, booking)
			if err != nil {
				return err
			}
			if who.IsStaff() && !who.May(account.WriteBookings) {
				return forbidden()
			}
			fact, err := alter(ctx, b)
			out = b
			if err != nil || fact.Type == "" {
				return err
			}
			b.UpdatedAt = d.Clock.Now()
			if err := d.Bookings.Update(ctx, b); err != nil {
				stale = fault.Is(err, fault.CodeConflict)
				return err
			}
			return d.Journal.Append(ctx, fact)
		})
		switch {
		case err == nil:
			return out, nil
		case !stale || look == mostLooks:
			return nil, err
		}
	}
}

// step is change for a plain step of the state machine. A booking that is
// already there stays as it is.
func (d *Desk) step(
	ctx context.Context, who account.Principal, booking id.Booking, to Status, t event.Type, note func(*Booking),
) (*Booking, error) {
	if !who.IsStaff() {
		return nil, forbidden()
	}
	return d.change(ctx, who, booking, func(_ context.Context, b *Booking) (event.Event, error) {
		if b.Status == to {
			return event.Event{}, nil
		}
		if !b.Status.May(to) {
			return event.Event{}, wrongState(b.Status)
		}
		b.Status = to
		note(b)
		return b.fact(t, who.Actor()), nil
	})
}

func wrongState(s Status) error {
	return &fault.Error{
		Kind: fault.Conflict, Code: fault.CodeConflict, Rule: string(s),
		Detail: "the booking is " + string(s) + ", so this is not possible any more",
	}
}

// Confirm approves a request when staff ask, and notes that the client will
// come when the client asks; the latter leaves the status.
func (d *Desk) Confirm(ctx context.Context, who account.Principal, booking id.Booking) (*Booking, error) {
	if who.IsStaff() {
		return d.step(ctx, who, booking, Confirmed, event.BookingConfirmed, func(*Booking) {})
	}
	return d.change(ctx, who, booking, func(_ context.Context, b *Booking) (event.Event, error) {
		switch {
		case b.Attendance != 0 && !b.Status.Final():
			return event.Event{}, nil
		case b.Status != Confirmed && b.Status != Requested:
			return event.Event{}, wrongState(b.Status)
		}
		b.Attendance = d.Clock.Now()
		return b.fact(event.BookingAttendanceConfirmed, who.Actor()), nil
	})
}

// CheckIn notes that the client has come.
func (d *Desk) CheckIn(ctx context.Context, who account.Principal, booking id.Booking) (*Booking, error) {
	return d.step(ctx, who, booking, CheckedIn, event.BookingCheckedIn, func(b *Booking) { b.CheckedIn = d.Clock.Now() })
}

// MarkNoShow notes that the client did not come.
func (d *Desk) MarkNoShow(ctx context.Context, who account.Principal, booking id.Booking) (*Booking, error) {
	return d.step(ctx, who, booking, NoShow, event.BookingNoShow, func(*Booking) {})
}

// Methods lists how a visit can be paid.
func Methods() []string { return []string{"cash", "card", "transfer", "other"} }

// Complete ends a visit, with what was paid and how, where that is known.
func (d *Desk) Complete(
	ctx context.Context, who account.Principal, booking id.Booking, paid *money.Amount, method string,
) (*Booking, error) {
	var check fault.Checker
	if paid != nil {
		check.Require(paid.Amount >= 0, "amount", "range", "at least 0")
	}
	check.Require(method == "" || slices.Contains(Methods(), method), "method", "unknown", "one of cash, card, transfer, other")
	if err := check.Err(); err != nil {
		return nil, err
	}
	if paid != nil {
		if setting, err := d.setting(ctx, who.Business); err != nil {
			return nil, err
		} else if paid.Currency != setting.Catalog.Business.Currency {
			return nil, fault.BadField("amount", "currency", "in the currency of the business")
		}
	}
	return d.step(ctx, who, booking, Completed, event.BookingCompleted, func(b *Booking) {
		b.Completed, b.Paid, b.Method = d.Clock.Now(), paid, method
	})
}

// Decline refuses a request; it is for staff.
func (d *Desk) Decline(ctx context.Context, who account.Principal, booking id.Booking) (*Booking, error) {
	if !who.IsStaff() {
		return nil, forbidden()
	}
	return d.end(ctx, who, booking, Declined, event.BookingDeclined, "")
}

// Cancel ends a booking and frees its time. A client may until the cut-off
// agreed at booking (fault policy_refused); staff may always.
func (d *Desk) Cancel(
	ctx context.Context, who account.Principal, booking id.Booking, reason string,
) (*Booking, error) {
	if utf8.RuneCountInString(reason) > maxNote {
		return nil, fault.BadField("reason", "too_long", "at most 2000 characters")
	}
	return d.end(ctx, who, booking, Cancelled, event.BookingCancelled, reason)
}

func (d *Desk) end(
	ctx context.Context, who account.Principal, booking id.Booking, to Status, t event.Type, reason string,
) (*Booking, error) {
	return d.change(ctx, who, booking, func(ctx context.Context, b *Booking) (event.Event, error) {
		if b.Status == to {
			return event.Event{}, nil
		}
		if !b.Status.May(to) {
			return event.Event{}, wrongState(b.Status)
		}
		now := d.Clock.Now()
		if !who.IsStaff() && !b.Policy.MayCancel(now, b.Start) {
			return event.Event{}, policyRefused("cancel_cutoff", "it is too late to cancel online")
		}
		lanes, err := d.bookingLanes(ctx, b)
		if err != nil {
			return event.Event{}, err
		}
		if err := d.Lanes.Touch(ctx, b.Business, lanes); err != nil {
			return event.Event{}, err
		}
		if err := d.vacate(ctx, b.Business, string(b.ID), lanes); err != nil {
			return event.Event{}, err
		}
		b.Status, b.Cancelled, b.Reason = to, now, reason
		b.Sequence++
		return b.fact(t, who.Actor()), nil
	})
}

// bookingLanes lists the lanes of a booking in touching order.
func (d *Desk) bookingLanes(ctx context.Context, b *Booking) ([]availability.Lane, error) {
	setting, err := d.Settings.Load(ctx, b.Business, 1)
	if err != nil {
		return nil, err
	}
	lanes, err := d.lanesOf(setting, b.Placement, b.Squeezed)
	if err != nil {
		return nil, err
	}
	lanes = append(lanes, ClientLane(b.Client))
	slices.SortFunc(lanes, compareLanes)
	return lanes, nil
}

// Move asks for another time.
type Move struct {
	Start    span.Instant
	Staff    id.Staff // empty: the same as before
	Location id.Location
	Override bool // by staff: pass rules, never a taken lane
}

// Reschedule moves a booking to another start, judged as if its own time were
// free. The price agreed stays. Faults as Book, and policy_refused past the
// client's cut-off.
func (d *Desk) Reschedule(
	ctx context.Context, who account.Principal, booking id.Booking, move Move,
) (*Booking, error) {
	if move.Override && !who.May(account.Override) {
		return nil, forbidden()
	}
	b, err := d.Find(ctx, who, booking)
	if err != nil {
		return nil, err
	}
	if err := checkRequest(Request{Start: move.Start}); err != nil {
		return nil, err
	}
	if err := d.mayMove(who, b); err != nil {
		return nil, err
	}
	if move.Location == "" {
		move.Location = b.Location
	}
	if b.Start == move.Start && (move.Staff == "" || move.Staff == b.Lead) && move.Location == b.Location {
		return b, nil
	}
	lines := linesOf(b.Placement)
	if b.Group != "" {
		lines[0].Staff = "" // the session's leader comes with it
	}
	for i, was := range lines {
		if move.Staff != "" && (i == 0 || was.Staff == b.Lead) {
			lines[i].Staff = move.Staff
		}
	}
	a, err := d.newAsk(ctx, who.Business, lines, move.Location, forVisitor)
	if err != nil {
		return nil, err
	}
	if !a.book.None() {
		if err := d.know(ctx, a, b.Client, b.Subject); err != nil {
			return nil, err
		}
	}
	c := choice{start: move.Start, override: move.Override, except: string(b.ID), party: b.Party}
	var moved *Booking
	err = d.race(ctx, a, c, func(in placing) (err error) {
		moved, err = d.relocate(ctx, who, a.setting, booking, in)
		return err
	})
	return moved, err
}

func (d *Desk) mayMove(who account.Principal, b *Booking) error {
	if who.IsStaff() && !who.May(account.WriteBookings) {
		return forbidden()
	}
	if !b.Status.Movable() {
		return wrongState(b.Status)
	}
	if !who.IsStaff() && !b.Policy.MayMove(d.Clock.Now(), b.Start) {
		return policyRefused("move_cutoff", "it is too late to move online")
	}
	return nil
}

// relocate is the transaction of a move: touch the old lanes and the new ones
// together, check the new place with the old rows gone, write both.
func (d *Desk) relocate(
	ctx context.Context, who account.Principal, setting *availability.Setting, booking id.Booking, in placing,
) (*Booking, error) {
	return d.change(ctx, who, booking, func(ctx context.Context, b *Booking) (event.Event, error) {
		if err := d.mayMove(who, b); err != nil {
			return event.Event{}, err
		}
		in.question.Squeeze = false
		guarded := b.Client
		if setting.Catalog.Business.Terms.ClientOverlap {
			guarded = ""
		}
		lanes, err := d.bookingLanes(ctx, b)
		if err != nil {
			return event.Event{}, err
		}
		more, err := d.taking(setting, &in)
		if err != nil {
			return event.Event{}, err
		}
		lanes = append(lanes, more...)
		slices.SortFunc(lanes, compareLanes)
		lanes = slices.Compact(lanes)
		if err := d.Lanes.Touch(ctx, b.Business, lanes); err != nil {
			return event.Event{}, err
		}
		if err := d.vacate(ctx, b.Business, string(b.ID), lanes); err != nil {
			return event.Event{}, err
		}
		g := guest{client: client.Client{ID: b.Client}, guarded: guarded, subject: b.Subject}
		if err := d.settle(ctx, b.Business, setting, &in, lanes, g); err != nil {
			return event.Event{}, err
		}
		zone, location, err := d.zoneOf(setting.Catalog, in.placement.Location)
		if err != nil {
			return event.Event{}, err
		}
		approve, err := d.approvals(setting, in)
		if err != nil {
			return event.Event{}, err
		}
		if err := newlyAsked(who, b, approve); err != nil {
			return event.Event{}, err
		}
		before := b.visit()
		b.Choice, b.Choice.Approve = in.why, approve
		b.Placement, b.Zone, b.Local = in.placement, zone, span.WallAt(in.placement.Start, location)
		b.Sequence++
		b.Squeezed, b.Attendance = false, 0
		if err := d.occupy(ctx, setting, b, in.question, guarded); err != nil {
			return event.Event{}, err
		}
		if err := d.layAnew(ctx, who, setting, &in, string(b.ID)); err != nil {
			return event.Event{}, err
		}
		fact := b.fact(event.BookingMoved, who.Actor())
		fact.Data.Previous = before
		return fact, nil
	})
}

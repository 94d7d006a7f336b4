package reminder

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"kept/event"
	"kept/id"
	"kept/message"
	"kept/span"
)

// Store keeps the planned rows. All of it runs in the transaction of the event.
type Store interface {
	// Plan inserts what is planned for a booking; what is there already stays as it is.
	Plan(ctx context.Context, business id.Business, booking id.Booking, client id.Client, at span.Instant, plans []message.Plan) error
	// Drop deletes the planned messages of a booking that are not under way:
	// those with this anchor, or all for an empty one; only of this step, unless it is empty.
	Drop(ctx context.Context, business id.Business, booking id.Booking, anchor string, step message.Step) error
	// Withdraw deletes one planned message that is not under way, by its key.
	Withdraw(ctx context.Context, business id.Business, booking id.Booking, p message.Plan) error
	// Forget deletes what is planned for a client and what the demo's inbox holds of theirs.
	Forget(ctx context.Context, business id.Business, client id.Client) error
}

// Sender is told what concerns the sending, in the transaction of the event.
type Sender interface {
	// Wake has due messages looked for after the commit.
	Wake(ctx context.Context)
	// Settle has the transaction's end wait for sends of the booking that are under way.
	Settle(ctx context.Context, business id.Business, booking id.Booking)
}

// Deriver plans messages as bookings change. It is safe for concurrent use.
type Deriver struct {
	Store  Store
	Sender Sender
	Steps  []Timed

	zones span.Zones
}

// New makes a deriver with the steps that every business begins with.
func New(store Store, sender Sender) *Deriver {
	return &Deriver{Store: store, Sender: sender, Steps: Steps()}
}

// Derive writes the rows that follow from one event; it joins the event's
// transaction, which an error rolls back.
func (d *Deriver) Derive(ctx context.Context, e event.Event) error {
	if e.Type == event.ClientErased {
		return d.Store.Forget(ctx, e.Business, e.Client)
	}
	if strings.HasPrefix(string(e.Type), "plan.") {
		return d.due(ctx, e)
	}
	if e.Data.Visit == nil || e.Booking == "" { // of a hold nobody is told
		return nil
	}
	v, err := d.visit(e.Client, e.Data.Visit)
	if err != nil {
		return err
	}
	var plans []message.Plan
	switch e.Type {
	case event.BookingConfirmed:
		plans = d.confirmed(e, v)
	case event.BookingRequested:
		plans = d.news(nil, e, v, string(e.Booking))
	case event.BookingImported:
		if e.Data.Status == statusConfirmed {
			plans = Plan(v, e.At, d.Steps, false)
		}
	case event.BookingMoved:
		if plans, err = d.moved(ctx, e, v); err != nil {
			return err
		}
	case event.BookingCancelled, event.BookingDeclined:
		if plans, err = d.cancelled(ctx, e, v); err != nil {
			return err
		}
	case event.BookingNoShow:
		return d.Store.Drop(ctx, e.Business, e.Booking, "", message.Thanks)
	default:
		return nil
	}
	if len(plans) == 0 {
		return nil
	}
	if err := d.Store.Plan(ctx, e.Business, e.Booking, e.Client, e.At, plans); err != nil {
		return err
	}
	d.Sender.Wake(ctx)
	return nil
}

// due tells a client that a service is due when it is offered, and takes that
// back when something came of it.
func (d *Deriver) due(ctx context.Context, e event.Event) error {
	p := notice(toClient(e.Client), message.PlanDue, e.Data.Ref, e.At, e.Data.End)
	switch e.Type {
	case event.PlanOffered:
		if err := d.Store.Plan(ctx, e.Business, "", e.Client, e.At, []message.Plan{p}); err != nil {
			return err
		}
		d.Sender.Wake(ctx)
		return nil
	case event.PlanBooked, event.PlanDone, event.PlanSkipped, event.PlanExpired:
		return d.Store.Withdraw(ctx, e.Business, "", p)
	default:
		return nil
	}
}

// statusConfirmed is the state in which a booking is certain (booking.Confirmed).
const statusConfirmed = "confirmed"

func (d *Deriver) confirmed(e event.Event, v Visit) []message.Plan {
	plans := Plan(v, e.At, d.Steps, true)
	together := e.Data.Visit.Series != nil && e.Data.Visit.Series.Together
	if v.End > e.At && !together {
		plans = append(plans, notice(toClient(v.Client), message.Receipt, string(e.ID), e.At, v.End))
	}
	// Anchored at the booking: those who heard of the request are not told again.
	return d.news(plans, e, v, string(e.Booking))
}

// news tells everybody assigned of the new visit.
func (d *Deriver) news(plans []message.Plan, e event.Event, v Visit, anchor string) []message.Plan {
	if v.End <= e.At {
		return plans
	}
	for _, s := range v.Staff {
		plans = append(plans, notice(toStaff(s), message.StaffNew, anchor, e.At, v.End))
	}
	return plans
}

func (d *Deriver) moved(ctx context.Context, e event.Event, v Visit) ([]message.Plan, error) {
	if e.Data.Previous == nil {
		return nil, fmt.Errorf("reminder: event %s moves a visit from nowhere", e.ID)
	}
	before := *e.Data.Previous
	var plans []message.Plan
	if before.Start != v.Start || before.End != v.End {
		if err := d.Store.Drop(ctx, e.Business, e.Booking, message.Anchor(before.Start), ""); err != nil {
			return nil, err
		}
		d.Sender.Settle(ctx, e.Business, e.Booking)
		if e.Data.Status == statusConfirmed {
			plans = Plan(v, e.At, d.Steps, true)
		}
	}
	until, anchor := max(v.End, e.At+stale), string(e.ID)
	plans = append(plans, notice(toClient(v.Client), message.Moved, anchor, e.At, until))
	for _, s := range v.Staff {
		step := message.StaffMoved
		if !slices.Contains(before.Staff, s) {
			step = message.StaffNew
		}
		plans = append(plans, notice(toStaff(s), step, anchor, e.At, until))
	}
	for _, s := range before.Staff {
		if !slices.Contains(v.Staff, s) {
			plans = append(plans, notice(toStaff(s), message.StaffCancelled, anchor, e.At, max(before.Start, e.At+stale)))
		}
	}
	return plans, nil
}

func (d *Deriver) cancelled(ctx context.Context, e event.Event, v Visit) ([]message.Plan, error) {
	if err := d.Store.Drop(ctx, e.Business, e.Booking, "", ""); err != nil {
		return nil, err
	}
	d.Sender.Settle(ctx, e.Business, e.Booking)
	until, anchor := max(v.Start, e.At+stale), string(e.ID)
	plans := []message.Plan{notice(toClient(v.Client), message.Cancelled, anchor, e.At, until)}
	for _, s := range v.Staff {
		plans = append(plans, notice(toStaff(s), message.StaffCancelled, anchor, e.At, until))
	}
	return plans, nil
}

func (d *Deriver) visit(client id.Client, v *event.Visit) (Visit, error) {
	zone, err := d.zone(v.Zone)
	if err != nil {
		return Visit{}, err
	}
	return Visit{Client: client, Staff: v.Staff, Start: v.Start, End: v.End, Zone: zone}, nil
}

func (d *Deriver) zone(name string) (*time.Location, error) {
	z, err := d.zones.Load(name)
	if err != nil {
		return nil, fmt.Errorf("reminder: zone of a visit: %w", err)
	}
	return z, nil
}

package booking

import (
	"context"
	"strconv"

	"kept/account"
	"kept/availability"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/money"
	"kept/policy"
	"kept/span"
)

// Imported is a booking that exists elsewhere, in any state.
type Imported struct {
	ID         id.Booking // empty: a new one
	Client     id.Client
	Lines      []Line
	Location   id.Location
	Start      span.Instant
	Placement  *availability.Placement // nil: the engine chooses
	Status     Status
	CreatedAt  span.Instant // 0: now
	Paid       *money.Amount
	Method     string
	Attendance span.Instant
}

// Import takes over bookings in one transaction: all or none. Rules of time
// (notice, grid, hours) are passed, for they were agreed elsewhere; people,
// units and lanes are judged as always. Nobody is told of them; reminders of
// those still to come are planned. The field of a fault names the place in the
// list: "bookings[3].start".
func (d *Desk) Import(ctx context.Context, who account.Principal, list []Imported) error {
	if !who.May(account.Override) || !who.May(account.WriteBookings) {
		return forbidden()
	}
	setting, err := d.setting(ctx, who.Business)
	if err != nil {
		return err
	}
	return d.Atomic.Do(ctx, func(ctx context.Context) error {
		for i, in := range list {
			if err := d.importOne(ctx, who, setting, in); err != nil {
				return at(err, i)
			}
		}
		return nil
	})
}

// at puts the place in the list before the fields of a fault.
func at(err error, i int) error {
	prefix := "bookings[" + strconv.Itoa(i) + "]"
	if fault.KindOf(err) == fault.Unavailable || fault.KindOf(err) == fault.Internal {
		return err
	}
	return fault.Wrap(fault.Invalid, fault.CodeInvalid, prefix+": "+err.Error(), err)
}

func (d *Desk) importOne(ctx context.Context, who account.Principal, setting *availability.Setting, in Imported) error {
	if err := checkRequest(Request{Start: in.Start}); err != nil {
		return err
	}
	if err := checkLocation(setting.Catalog, in.Location); err != nil {
		return err
	}
	wants, err := visit(setting.Catalog, in.Lines, false)
	if err != nil {
		return err
	}
	a := ask{who.Business, wants, in.Location, startWindow(in.Start), setting}
	quote, err := quoteOf(&a)
	if err != nil {
		return err
	}
	p, q, err := d.imported(ctx, a, in)
	if err != nil {
		return err
	}
	g := guest{client: client.Client{ID: in.Client}, guarded: in.Client}
	if setting.Catalog.Business.Terms.ClientOverlap {
		g.guarded = ""
	}
	if in.Status.Occupies() {
		if err := d.secure(ctx, who.Business, setting, placing{placement: p, question: q}, g); err != nil {
			return err
		}
	}
	b, err := d.draft(setting, Request{}, placing{placement: p, question: q, quote: quote}, g.client)
	if err != nil {
		return err
	}
	b.fill(in, setting)
	if err := d.Bookings.Insert(ctx, b); err != nil {
		return err
	}
	if in.Status.Occupies() {
		if err := d.occupy(ctx, b, q, g.guarded); err != nil {
			return err
		}
	}
	return d.Journal.Append(ctx, b.fact(event.BookingImported, who.Actor()))
}

// imported gives the placement: as it came, or as the engine chooses.
func (d *Desk) imported(
	ctx context.Context, a ask, in Imported,
) (availability.Placement, availability.Question, error) {
	q := availability.Question{
		Visit: a.visit, Location: in.Location, Window: a.window, Now: d.Clock.Now(), Override: true,
	}
	if in.Placement != nil {
		return *in.Placement, q, nil
	}
	f, err := d.loadFacts(ctx, a, a.parties(), Versions{}, nil)
	if err != nil {
		return availability.Placement{}, q, err
	}
	p, ok := first(q, f, in.Start)
	if !ok {
		return p, q, refusal(q, f, in.Start)
	}
	return p, q, nil
}

// fill sets what an imported booking brings along.
func (b *Booking) fill(in Imported, setting *availability.Setting) {
	b.Source, b.Status = SourceImport, in.Status
	b.Policy = policy.Of(setting.Catalog.Business.Terms)
	if in.ID != "" {
		b.ID = in.ID
	}
	if in.CreatedAt != 0 {
		b.CreatedAt = in.CreatedAt
	}
	b.Attendance, b.Paid, b.Method = in.Attendance, in.Paid, in.Method
	switch in.Status {
	case CheckedIn:
		b.CheckedIn = min(b.UpdatedAt, b.Start)
	case Completed:
		b.CheckedIn, b.Completed = b.Start, b.End
	case Cancelled:
		b.Cancelled = min(b.UpdatedAt, max(b.CreatedAt, b.Start-span.Day))
	default:
	}
}

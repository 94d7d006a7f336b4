package booking

import (
	"cmp"
	"context"
	"errors"
	"slices"
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
	Group      id.Group // the session in which it has seats, for a service with seats
	Party      int      // 0 is 1

	Series     id.Series // to which it belongs, of the same client; made with its first booking
	SeriesAt   int       // its place in it, from 1
	SeriesRule string    // of a series that is made: RFC 5545; empty for dates chosen one by one
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
	return d.Atomic.Do(ctx, func(ctx context.Context) error {
		setting, err := d.setting(ctx, who.Business)
		if err != nil {
			return err
		}
		known, begun := map[id.Client]id.Client{}, map[id.Series]id.Client{}
		for i, in := range list {
			if in.Client, err = d.importClient(ctx, who.Business, in.Client, known); err != nil {
				return at(err, i)
			}
			if err := d.importSeries(ctx, who.Business, in, begun); err != nil {
				return at(err, i)
			}
			if err := d.importOne(ctx, who, setting, in); err != nil {
				return at(err, i)
			}
		}
		return nil
	})
}

// importClient sees to it that the client is there, once for each, and gives
// the card of which theirs has become part.
func (d *Desk) importClient(ctx context.Context, business id.Business, c id.Client, known map[id.Client]id.Client) (id.Client, error) {
	if now, ok := known[c]; ok {
		return now, nil
	}
	g, err := d.follow(ctx, business, guest{client: client.Client{ID: c}})
	if fault.KindOf(err) == fault.NotFound {
		err = fault.BadField("client", "unknown", "there is no such client")
	}
	if err == nil {
		known[c] = g.client.ID
	}
	return g.client.ID, err
}

// importSeries makes the series of a booking where it is not there yet.
func (d *Desk) importSeries(ctx context.Context, business id.Business, in Imported, begun map[id.Series]id.Client) error {
	if in.Series == "" {
		return nil
	}
	if in.SeriesAt < 1 || in.SeriesAt > MaxDates {
		return fault.BadField("series_at", "range", "must be from 1 to "+strconv.Itoa(MaxDates))
	}
	if _, ok := begun[in.Series]; !ok {
		s, err := d.Courses.FindSeries(ctx, business, in.Series)
		if fault.KindOf(err) == fault.NotFound {
			s = &Series{
				ID: in.Series, Business: business, Client: in.Client, Rule: in.SeriesRule,
				CreatedAt: cmp.Or(in.CreatedAt, d.Clock.Now()),
			}
			err = d.Courses.InsertSeries(ctx, s)
		}
		if err != nil {
			return err
		}
		begun[in.Series] = s.Client
	}
	if begun[in.Series] != in.Client {
		return fault.BadField("series", "client", "a series is of one client")
	}
	return nil
}

// at puts the place in the list before the fields of a fault. What is no
// fault of a field becomes one of the whole booking.
func at(err error, i int) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind == fault.Unavailable || f.Kind == fault.Internal {
		return err
	}
	prefix := "bookings[" + strconv.Itoa(i) + "]"
	if len(f.Fields) == 0 {
		return fault.BadField(prefix, cmp.Or(f.Rule, f.Code), f.Detail)
	}
	fields := slices.Clone(f.Fields)
	for n := range fields {
		fields[n].Name = prefix + "." + fields[n].Name
	}
	return fault.BadFields(fields)
}

func (d *Desk) importOne(ctx context.Context, who account.Principal, setting *availability.Setting, in Imported) error {
	if err := checkRequest(Request{Start: in.Start}); err != nil {
		return err
	}
	if !slices.Contains(Statuses(), in.Status) {
		return fault.BadField("status", "unknown", "there is no such status")
	}
	if err := checkLocation(setting.Catalog, in.Location); err != nil {
		return err
	}
	wants, err := visit(setting.Catalog, in.Lines, forVisitor)
	if err != nil {
		return err
	}
	a := ask{business: who.Business, visit: wants, location: in.Location, window: startWindow(in.Start), setting: setting}
	quote, err := quoteOf(&a)
	if err != nil {
		return err
	}
	if (in.Group != "") != seatsOf(setting.Catalog, in.Lines[0].Service) {
		return fault.BadField("group", "seats", "seats are of a session, and only of one")
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
		// No rule judges what was agreed elsewhere, so nobody looks at the card for it.
		if err := d.secure(ctx, who.Business, setting, &placing{placement: p, question: q, party: max(1, in.Party)}, guest{guarded: g.guarded}); err != nil {
			return err
		}
	}
	b, err := d.draft(setting, Request{Party: in.Party}, placing{placement: p, question: q, quote: quote}, g)
	if err != nil {
		return err
	}
	b.fill(in, setting)
	if err := d.Bookings.Insert(ctx, b); err != nil {
		return err
	}
	if in.Status.Occupies() {
		if err := d.occupy(ctx, setting, b, q, g.guarded); err != nil {
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
	if in.Group != "" {
		s, err := d.Groups.FindSession(ctx, a.business, in.Group)
		if err == nil && (s.Placement.Start != in.Start || s.Service != a.visit[0].Service.ID) {
			err = fault.BadField("group", "mismatch", "this is another session")
		}
		if err != nil {
			return availability.Placement{}, q, err
		}
		return s.Placement, q, nil
	}
	if in.Placement != nil {
		if in.Placement.Start != in.Start || len(in.Placement.Items) != len(a.visit) {
			return availability.Placement{}, q, fault.BadField("placement", "mismatch", "this is not how the visit runs")
		}
		return *in.Placement, q, nil
	}
	if flexible(a.visit) {
		return d.importedWork(ctx, a, in)
	}
	a.ways = []plan{{visit: a.visit, location: a.location, window: a.window}}
	f, err := d.loadFacts(ctx, a, a.parties(), a.reach(), Versions{}, nil)
	if err != nil {
		return availability.Placement{}, q, err
	}
	if !in.Status.Occupies() { // nobody stands in the way of what has not taken place
		for i := range f.Staff {
			f.Staff[i].Rows = nil
		}
		for i := range f.Units {
			f.Units[i].Rows = nil
		}
		for i := range f.Places {
			f.Places[i].Rows = nil
		}
	}
	for _, lead := range availability.Choose(q, f, in.Start) {
		if p, ok := availability.Assign(q, f, in.Start, lead); ok {
			return p, q, nil
		}
	}
	p, ok := availability.Assign(q, f, in.Start, "")
	if !ok {
		return p, q, refusal(f, in.Start, q)
	}
	return p, q, nil
}

// importedWork fixes when work is done that was promised elsewhere.
func (d *Desk) importedWork(
	ctx context.Context, a ask, in Imported,
) (p availability.Placement, q availability.Question, err error) {
	a.book = d.shelf.of(a.setting.Catalog)
	if a.window, err = d.dayOf(a.setting, a.location, in.Start); err != nil {
		return p, q, err
	}
	var fixed placing
	for _, override := range []bool{false, true} { // at the hours of staff, where there is such a time
		again := a
		fixed, err = d.pickWork(ctx, &again, choice{start: in.Start, override: override})
		if fault.KindOf(err) != fault.Conflict {
			break
		}
	}
	fixed.question.Override = true
	return fixed.placement, fixed.question, err
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
	b.Series, b.SeriesAt = in.Series, in.SeriesAt
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

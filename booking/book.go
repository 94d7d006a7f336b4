package booking

import (
	"context"
	"slices"

	"kept/account"
	"kept/availability"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/policy"
	"kept/span"
)

// Request asks for a booking.
type Request struct {
	Lines    []Line // may be empty with a hold
	Location id.Location
	Start    span.Instant // may be zero with a hold
	Party    int          // 0 is 1
	Hold     id.Hold
	ClientID id.Client      // by staff: an existing client ...
	Client   client.Draft   // ... or whoever this describes
	Subject  id.Subject     // for whom or what the visit is, of the client's; empty: for the client
	About    client.Brought // or in words, where no subject is named: one that the card may not know yet
	Note     string
	Language string
	Override bool   // by staff: pass rules, never a taken lane
	Squeeze  bool   // by staff: onto the overflow lane; not with a hold
	AnyOrder bool   // the services may follow each other in any order
	Given    Given  // answers and agreements sent along
	Proof    string // that the client's contact is theirs, where the business wants to know

	series   id.Series // with which it is booked
	seriesAt int
}

// Book makes a booking, confirmed at once or, where the business wants to
// approve, as a request. Faults: invalid, hold_expired, slot_taken (somebody
// else has it), slot_closed (a rule shuts it), forbidden, unavailable.
func (d *Desk) Book(ctx context.Context, who account.Principal, req Request) (*Booking, error) {
	if err := mayBook(who, req); err != nil {
		return nil, err
	}
	req = near(who, req)
	if err := checkRequest(req); err != nil {
		return nil, err
	}
	if req.Hold != "" {
		return d.bookHeld(ctx, who, req)
	}
	return d.bookFree(ctx, who, req)
}

// bookFree books a time that nothing holds, for somebody who may.
func (d *Desk) bookFree(ctx context.Context, who account.Principal, req Request) (*Booking, error) {
	a, err := d.newAsk(ctx, who.Business, req.Lines, req.Location, audienceOf(!who.IsStaff()))
	if err != nil {
		return nil, err
	}
	a.anyOrder = req.AnyOrder
	if err := d.hear(ctx, a, req.Given.Answers); err != nil {
		return nil, err
	}
	if err := d.acquaint(ctx, a, req); err != nil {
		return nil, err
	}
	var made *Booking
	err = d.race(ctx, a, req.choice(), func(in placing) error {
		return d.Atomic.Do(ctx, func(ctx context.Context) (err error) {
			made, err = d.place(ctx, who, a.setting, req, in)
			return err
		})
	})
	if err != nil {
		return nil, err // also where the booking was made and the commit failed
	}
	return made, nil
}

// guest is the client of a booking on its way.
type guest struct {
	client  client.Client
	fresh   bool      // made just now: nobody else can know them
	guarded id.Client // whose lane the booking takes; empty where overlap is allowed
	subject id.Subject
	named   string // which contacts of the card the booker named
}

// place runs inside the transaction: enroll, touch, check, insert, tell.
func (d *Desk) place(
	ctx context.Context, who account.Principal, setting *availability.Setting, req Request, in placing,
) (*Booking, error) {
	if in.guest == nil {
		lanes, err := d.taking(setting, &in)
		if err != nil {
			return nil, err
		}
		g, lanes, err := d.admit(ctx, who, setting, req, lanes)
		if err != nil {
			return nil, err
		}
		in.guest, in.touched = &g, lanes
	}
	if err := d.secure(ctx, who.Business, setting, &in, *in.guest); err != nil {
		return nil, err
	}
	if err := d.bring(ctx, who, &req, &in); err != nil {
		return nil, err
	}
	b, err := d.draft(setting, req, in, *in.guest)
	if err != nil {
		return nil, err
	}
	if err := reached(who, b); err != nil {
		return nil, err
	}
	asked, err := d.agree(setting, b, in)
	if err != nil {
		return nil, err
	}
	b.Source = SourceDesk
	if !who.IsStaff() {
		b.Source = SourcePublic
		who.ID = string(b.Client)
		if asked || setting.Catalog.Business.Terms.Approval {
			b.Status = Requested
		}
	}
	if err := d.Bookings.Insert(ctx, b); err != nil {
		return nil, err
	}
	if err := d.occupy(ctx, setting, b, in.question, in.guest.guarded); err != nil {
		return nil, err
	}
	if err := d.layAnew(ctx, who, setting, &in, string(b.ID)); err != nil {
		return nil, err
	}
	kind := event.BookingConfirmed
	if b.Status == Requested {
		kind = event.BookingRequested
	}
	facts := []event.Event{b.fact(kind, who.Actor())}
	if !who.IsStaff() && said(req, in.guest.client) {
		facts[0].Data.Kind = Said
	}
	if b.SeriesAt > 1 {
		facts[0].Data.Visit.Series.Together = true
	}
	if in.guest.fresh {
		facts = slices.Insert(facts, 0, created(who, b.Client))
	}
	if err := d.Journal.Append(ctx, facts...); err != nil {
		return nil, err
	}
	if err := d.take(ctx, who, setting.Catalog, b, req.Given); err != nil {
		return nil, err
	}
	return b, d.prove(ctx, who, setting, req, b)
}

// admit touches the lanes of a request and finds or makes its client, whose
// lane is touched too where one may not be in two visits at once. It gives the
// lanes that were touched.
func (d *Desk) admit(
	ctx context.Context, who account.Principal, setting *availability.Setting, req Request, lanes []availability.Lane,
) (guest, []availability.Lane, error) {
	business := who.Business
	if req.ClientID != "" { // touched first, so that nobody merges the card that is found
		if err := d.touch(ctx, business, append(slices.Clone(lanes), ClientLane(req.ClientID))); err != nil {
			return guest{}, nil, err
		}
		g, err := d.guest(ctx, who, setting, req)
		if err == nil && g.client.ID != req.ClientID {
			g, err = d.follow(ctx, business, g)
		}
		return g, withOwn(lanes, g), err
	}
	doors, err := d.Registry.Doors(ctx, business, req.Client, setting.Catalog.Business.Terms.Contact)
	if err != nil {
		return guest{}, nil, err
	}
	all := slices.Clone(lanes)
	for _, door := range doors {
		all = append(all, availability.Lane{Kind: doorLane, ID: door})
	}
	if err := d.touch(ctx, business, all); err != nil {
		return guest{}, nil, err
	}
	g, err := d.guest(ctx, who, setting, req)
	if err != nil || g.fresh {
		return g, lanes, err
	}
	g, err = d.follow(ctx, business, g)
	g.named = req.Client.Named(g.client)
	return g, withOwn(lanes, g), err
}

// withOwn adds the lane of a guest who may not be in two visits at once.
func withOwn(lanes []availability.Lane, g guest) []availability.Lane {
	if g.guarded == "" || g.fresh {
		return lanes
	}
	return append(lanes, ClientLane(g.guarded))
}

// mostMerged bounds how often a card can have become part of another one.
const mostMerged = 16

// follow touches the lane of a guest's card, which is also the lock under which
// limits count the client's visits and under which cards are merged. Where the
// card has become part of another one meanwhile, it goes on to that.
func (d *Desk) follow(ctx context.Context, business id.Business, g guest) (guest, error) {
	for range mostMerged {
		if err := d.touch(ctx, business, []availability.Lane{ClientLane(g.client.ID)}); err != nil {
			return g, err
		}
		now, err := d.Registry.Find(ctx, business, g.client.ID)
		if err != nil || now.ID == g.client.ID {
			return g, err
		}
		g.client = now
		if g.guarded != "" {
			g.guarded = now.ID
		}
	}
	return g, fault.New(fault.Conflict, fault.CodeConflict, "the card is part of another one by now")
}

// touch touches lanes in the one order.
func (d *Desk) touch(ctx context.Context, business id.Business, lanes []availability.Lane) error {
	slices.SortFunc(lanes, compareLanes)
	return d.Lanes.Touch(ctx, business, lanes)
}

// guest finds or makes the client of a request.
func (d *Desk) guest(
	ctx context.Context, who account.Principal, setting *availability.Setting, req Request,
) (g guest, err error) {
	business, by := who.Business, client.SideClient
	if who.IsStaff() {
		by = client.SideStaff
	}
	terms := setting.Catalog.Business.Terms
	if req.ClientID != "" {
		g.client, err = d.Registry.Find(ctx, business, req.ClientID)
		if fault.KindOf(err) == fault.NotFound {
			err = fault.BadField("client_id", "unknown", "there is no such client")
		}
	} else {
		g.client, g.fresh, err = d.Registry.Enroll(ctx, business, req.Client, terms.Contact, by)
		g.named = req.Client.Named(g.client)
	}
	if !terms.ClientOverlap {
		g.guarded = g.client.ID
	}
	if g.subject = req.Subject; g.subject != "" && err == nil {
		_, err = d.Registry.Acquaint(ctx, business, g.client.ID, g.subject) // is it theirs?
	}
	return g, err
}

// secure touches the lanes of a placement and lets the engine check it again
// on what lies there now.
func (d *Desk) secure(
	ctx context.Context, business id.Business, setting *availability.Setting, in *placing, g guest,
) error {
	lanes := in.touched
	if lanes == nil {
		var err error
		if lanes, err = d.taking(setting, in); err != nil {
			return err
		}
		if g.guarded != "" && !g.fresh {
			lanes = append(lanes, ClientLane(g.guarded))
		}
		if err := d.touch(ctx, business, lanes); err != nil {
			return err
		}
	}
	return d.settle(ctx, business, setting, in, lanes, g)
}

// settle has the last word on a choice, on what its touched lanes hold now.
func (d *Desk) settle(
	ctx context.Context, business id.Business, setting *availability.Setting, in *placing, lanes []availability.Lane, g guest,
) error {
	if in.placement.Group != "" {
		return d.secureSeats(ctx, business, setting, in, g)
	}
	if err := d.takeAway(ctx, business, in, lanes); err != nil {
		return err
	}
	f, err := d.lockedFacts(ctx, business, setting, *in, lanes)
	if err != nil {
		return err
	}
	if g.guarded == "" || flexible(in.question.Visit) { // who drops something off is free to go
		f.Client = nil
	}
	if flexible(in.question.Visit) {
		if err := d.roomLeft(ctx, business, setting, in); err != nil {
			return err
		}
	}
	if err := d.recount(ctx, business, setting, in, g); err != nil {
		return err
	}
	return availability.Check(in.question, f, in.placement)
}

// draft makes the booking of a placement.
func (d *Desk) draft(setting *availability.Setting, req Request, in placing, g guest) (*Booking, error) {
	zone, location, err := d.zoneOf(setting.Catalog, in.placement.Location)
	if err != nil {
		return nil, err
	}
	now := d.Clock.Now()
	return &Booking{
		ID: id.New[id.Booking](now.UTC()), Business: setting.Catalog.Business.ID, Client: g.client.ID, ClientName: g.client.Name,
		Status:    Confirmed,
		Placement: in.placement, Zone: zone, Local: span.WallAt(in.placement.Start, location),
		Quote: in.quote, Policy: policy.Of(setting.Catalog.Business.Terms), Party: max(1, req.Party), Choice: in.why,
		Series: req.series, SeriesAt: req.seriesAt, Subject: req.Subject,
		Squeezed: in.question.Squeeze, Language: req.Language, Note: req.Note, Named: g.named, Epoch: 1, Version: 1,
		CreatedAt: now, UpdatedAt: now,
	}, nil
}

// occupy lays a booking's rows on its lanes, and its marks where limits count it.
func (d *Desk) occupy(
	ctx context.Context, setting *availability.Setting, b *Booking, q availability.Question, guarded id.Client,
) error {
	rows, err := d.rowsFor(ctx, setting, q, b.Placement, b.Party, availability.Row{
		Exclusive: true, Source: string(b.ID), Kind: kindOf(q),
	})
	if err != nil {
		return err
	}
	if guarded != "" && !flexible(q.Visit) {
		rows = append(rows, LaneRow{ClientLane(guarded), availability.Row{
			Span: span.Span{Start: b.Start, End: b.End}, Exclusive: true, Source: string(b.ID), Kind: availability.RowBooking,
		}})
	}
	return d.Lanes.Occupy(ctx, b.Business, rows)
}

// kindOf is the kind of a booking's rows: those of flexible work may give way.
func kindOf(q availability.Question) string {
	if flexible(q.Visit) {
		return availability.RowWork
	}
	return availability.RowBooking
}

// claimRows lays what a placement claims, each row like the one given.
func claimRows(q availability.Question, p availability.Placement, like availability.Row) []LaneRow {
	claims := availability.Claims(q, p)
	rows := make([]LaneRow, 0, len(claims)+1)
	for _, c := range claims {
		r := like
		r.Span = c.Span
		if c.Lane.Kind == availability.StaffLane {
			r.Place = p.Location
		}
		rows = append(rows, LaneRow{c.Lane, r})
	}
	return rows
}

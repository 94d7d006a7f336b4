package booking

import (
	"context"
	"errors"
	"slices"

	"kept/account"
	"kept/availability"
	"kept/fault"
	"kept/pricing"
	"kept/span"
)

// bookHeld turns a hold into a booking. The slot is the client's: only the
// lanes are looked at again, no rule that closed in between.
func (d *Desk) bookHeld(
	ctx context.Context, who account.Principal, req Request,
) (*Booking, error) {
	for again := false; ; again = true {
		setting, err := d.setting(ctx, who.Business)
		if err != nil {
			return nil, err
		}
		var made *Booking
		err = d.Atomic.Do(ctx, func(ctx context.Context) (err error) {
			made, err = d.redeem(ctx, who, setting, req)
			return err
		})
		if err == nil {
			return made, nil
		}
		if !errors.Is(err, errRenewed) || again {
			return nil, err
		}
	}
}

// redeem runs inside the transaction.
func (d *Desk) redeem(
	ctx context.Context, who account.Principal, setting *availability.Setting, req Request,
) (*Booking, error) {
	h, err := d.Held(ctx, who.Business, req.Hold)
	if err != nil {
		return nil, err
	}
	if err := matches(h, req); err != nil {
		return nil, err
	}
	if _, err := visit(setting.Catalog, linesOf(h.Placement), forVisitor); err != nil {
		return nil, err // who was to perform it has left
	}
	wants, err := agreed(setting.Catalog, h.Placement)
	if err != nil {
		return nil, err
	}
	held, err := d.lanesOf(setting, h.Placement, false)
	if err != nil {
		return nil, err
	}
	g, lanes, err := d.admit(ctx, who, setting, req, held)
	if err != nil {
		return nil, err
	}
	was, err := d.remove(ctx, h, lanes, who.Actor())
	if err != nil {
		return nil, err
	}
	if !was {
		return nil, holdExpired()
	}
	req.Party = h.Party
	said, err := d.heard(setting.Catalog, wants, req.Given.Answers, who.IsStaff())
	if err != nil {
		return nil, err
	}
	in := placing{
		placement: h.Placement, quote: h.Quote, touched: lanes, guest: &g, party: h.Party, said: said,
		question: availability.Question{
			Visit: wants, Location: h.Placement.Location, Window: startWindow(h.Placement.Start),
			Now: d.Clock.Now(), Override: true,
		},
	}
	if err := d.admits(ctx, setting, &in, h.CreatedAt, req.Override); err != nil {
		return nil, err
	}
	if err := d.fitTo(ctx, setting, &in, req.Override); err != nil {
		return nil, err
	}
	return d.place(ctx, who, setting, req, in)
}

// admits asks the rules about the client of a hold that becomes a booking.
func (d *Desk) admits(
	ctx context.Context, setting *availability.Setting, in *placing, held span.Instant, override bool,
) error {
	if override || d.shelf.of(setting.Catalog).None() {
		return nil
	}
	if err := d.meet(ctx, setting, in, *in.guest); err != nil {
		return err
	}
	return d.judgeGuest(setting, in, held)
}

// matches refuses a request that says something else than its hold.
func matches(h *Hold, req Request) error {
	var check fault.Checker
	differs := "this is not what the hold keeps"
	check.Require(req.Start == 0 || req.Start == h.Placement.Start, "start", "mismatch", differs)
	check.Require(req.Party == 0 || req.Party == h.Party, "party", "mismatch", differs)
	check.Require(req.Location == "" || req.Location == h.Placement.Location, "location", "mismatch", differs)
	if len(req.Lines) > 0 {
		same := slices.EqualFunc(req.Lines, h.Visit, func(l, held Line) bool { return l.Service == held.Service })
		check.Require(same, "service", "mismatch", differs)
		staff := req.Lines[0].Staff
		check.Require(staff == "" || staff == h.Placement.Lead, "staff", "mismatch", differs)
	}
	return check.Err()
}

// fitTo makes a hold's visit what it is for the client who now is known, and as
// the services now are: longer or shorter, at another price. It keeps its start,
// its people and its units. Fault slot_closed with rule length where it does not
// fit into the time that is free around them.
func (d *Desk) fitTo(ctx context.Context, setting *availability.Setting, in *placing, override bool) error {
	p := in.placement
	if p.Group != "" || flexible(in.question.Visit) {
		return nil
	}
	way, same, err := d.asItIs(setting, in, override)
	if err != nil || same {
		return err
	}
	q := in.question
	q.Visit = way.visit
	f, err := d.lockedFacts(ctx, setting.Catalog.Business.ID, setting, placing{placement: p, question: q}, in.touched)
	if err != nil {
		return err
	}
	f.Client = nil
	fits, ok := availability.Assign(q, f, p.Start, p.Lead)
	if !ok {
		return closed(availability.Reason{Rule: RuleLength})
	}
	a := ask{setting: setting, traits: in.traits}
	fitted := a.placing(way, q, fits, in.why.Choice)
	in.placement, in.question, in.quote, in.why = fitted.placement, q, fitted.quote, fitted.why
	return nil
}

// RuleLength shuts a time that was held: what is to be done takes longer for
// this client, or since the service was changed, than there is time.
const RuleLength = "length"

// asItIs gives a held visit as its services now are for its client; same tells
// that they are as they were when it was held.
func (d *Desk) asItIs(setting *availability.Setting, in *placing, override bool) (way plan, same bool, err error) {
	p := in.placement
	_, zone, err := d.zoneOf(setting.Catalog, p.Location)
	if err != nil {
		return way, false, err
	}
	a := &ask{setting: setting, book: d.shelf.of(setting.Catalog), traits: in.traits}
	lines, day := linesOf(p), span.DateOf(p.Start.In(zone))
	visit, forms := make([]availability.Want, len(lines)), make([]form, len(lines))
	same = len(availability.Claims(in.question, p)) > 0 || len(placementLanes(p, false)) == 0
	for i, w := range in.question.Visit {
		sold, ok := setting.Catalog.Service(w.Service.ID)
		if !ok {
			return way, true, nil // sold no more: as it was agreed
		}
		visit[i] = availability.Want{Service: sold, Staff: lines[i].Staff, Wait: w.Wait}
		forms[i] = form{service: sold}
		if !override && a.book.Varies(sold) {
			forms[i] = a.form(sold, lines[i].Staff, p.Location, day)
		}
		same = same && slices.EqualFunc(forms[i].service.Segments, w.Service.Segments, sameSegment)
	}
	way, err = a.planOf(visit, forms, p.Location, startWindow(p.Start))
	if override || slices.Equal(ruled(way.quote), ruled(in.quote)) {
		way.quote = in.quote // a hold keeps its price, whatever the price has become
		return way, same, err
	}
	return way, false, err
}

// ruled lists what rules changed of a price.
func ruled(q pricing.Quote) []pricing.Line {
	return slices.DeleteFunc(slices.Clone(q.Lines), func(l pricing.Line) bool { return l.Rule == "" })
}

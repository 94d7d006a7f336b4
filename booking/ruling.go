package booking

import (
	"context"
	"slices"
	"sync"
	"time"

	"kept/account"
	"kept/availability"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/policy"
	"kept/span"
)

// counterLane is the kind of lane on which a booking leaves a mark for a limit
// that counts it; touching it is the lock under which the marks are counted.
const counterLane availability.LaneKind = "counter"

// bookShelf keeps the compiled rules of configurations: one a business.
type bookShelf struct {
	mu    sync.Mutex
	books map[id.Business]shelved
}

type shelved struct {
	version int64
	book    *policy.Book
	mix     *availability.Mix // nil until it is asked for
	mixed   span.Instant      // when it was made
}

// mostBooks bounds the shelf; most businesses have few rules or none.
const mostBooks = 10_000

// of gives the compiled rules of a configuration. A rule that does not compile
// any more says so wherever it is asked, and shuts nothing.
func (s *bookShelf) of(c *catalog.Catalog) *policy.Book {
	s.mu.Lock()
	kept, ok := s.books[c.Business.ID]
	s.mu.Unlock()
	if ok && kept.version == c.Business.Version {
		return kept.book
	}
	book, _ := policy.Compile(c) // the book knows its bad rules
	if book.None() {
		book = nil
	}
	s.mu.Lock() // not before: nobody waits while another business's rules compile
	defer s.mu.Unlock()
	if len(s.books) >= mostBooks {
		for other := range s.books { // the map's own disorder chooses whom to drop
			delete(s.books, other)
			break
		}
	}
	s.books[c.Business.ID] = shelved{version: c.Business.Version, book: book}
	return book
}

// caseOf puts a plan to the owner's rules. Without tallies it says what is to
// be counted; limits are judged with them.
func (a *ask) caseOf(p *plan, staff []id.Staff, zone *time.Location, now span.Instant, except string) *policy.Case {
	c := &policy.Case{
		Location: p.location, Zone: zone, Now: now, Staff: staff, Traits: a.told(), Except: except,
		Items: make([]policy.Item, len(p.visit)),
	}
	for i, w := range p.visit {
		c.Items[i] = policy.Item{Service: w.Service, Staff: w.Staff}
	}
	return c
}

// laneOf is where what a counter counts lies.
func laneOf(c policy.Counter) availability.Lane {
	if c.Own && c.Kind == catalog.LimitStaff {
		return StaffLane(id.Staff(c.ID[len(catalog.LimitStaff)+1:]))
	}
	if c.Own && c.Kind == catalog.LimitClient {
		return ClientLane(id.Client(c.ID[len(catalog.LimitClient)+1:]))
	}
	return availability.Lane{Kind: counterLane, ID: c.ID}
}

// tallies turns what lies on counters into what limits count: holds that have
// ended are left out, and of a staff lane all that is not exclusive.
func tallies(counters []policy.Counter, rows map[availability.Lane][]availability.Row, now span.Instant) []policy.Tally {
	var out []policy.Tally
	for _, c := range counters {
		if c.Own && c.Kind == catalog.LimitClient {
			continue // the history tells
		}
		for _, r := range rows[laneOf(c)] {
			if (r.Exclusive || !c.Own) && (r.Expires == 0 || r.Expires > now) {
				out = append(out, policy.Tally{Counter: c.ID, Span: r.Span, Source: r.Source})
			}
		}
	}
	return out
}

// rulesFor gives the bars and the gate that the owner's rules make for a plan.
func (a *ask) rulesFor(q *availability.Question, c *policy.Case, window span.Span) {
	if a.book.None() || q.Override {
		return
	}
	for _, b := range a.book.Bars(c, window) {
		if a.traits == nil && b.Word == policy.WordLink {
			continue // who comes is not known yet: asked again when it is
		}
		q.Bars = append(q.Bars, availability.Bar{Span: b.Span, Staff: b.Staff, Service: b.Service, Rule: b.Rule, Word: b.Word})
	}
	if gate := a.book.Gate(c); gate != nil {
		q.Gate = func(start span.Instant, _ id.Location, lead id.Staff) (availability.Bar, bool) {
			b, shut := gate.Shut(start, lead)
			return barOf(b), shut
		}
		q.Gates = func(start span.Instant, _ id.Location, lead id.Staff) (out []availability.Bar) {
			for _, b := range gate.All(start, lead) {
				out = append(out, barOf(b))
			}
			return out
		}
	}
}

// barOf is what a gate says to the engine.
func barOf(b policy.Bar) availability.Bar {
	return availability.Bar{Span: b.Span, Staff: b.Staff, Rule: b.Rule, Word: b.Word}
}

// question puts a plan to the engine, with what the owner's rules say of it.
func (d *Desk) question(a *ask, p *plan, g *ground, c choice, now span.Instant) (availability.Question, error) {
	q := availability.Question{
		Visit: p.visit, Location: p.location, Window: p.window, Now: now,
		Except: c.except, Override: c.override, Squeeze: c.squeeze, Aim: aimOf(a, p), Last: lastStaff(a.traits), Mix: a.mix,
	}
	dates := !c.announce && slices.ContainsFunc(p.visit, hasDates)
	if c.override || a.book.None() && !dates {
		return q, nil
	}
	_, zone, err := d.zoneOf(a.setting.Catalog, p.location)
	if err != nil {
		return q, err
	}
	if dates {
		q.Bars = a.dated(p.visit, p.location, zone, now)
	}
	if a.book.None() {
		return q, nil
	}
	of := a.caseOf(p, g.staff(), zone, now, c.except)
	of.Tallies = tallies(a.book.Counters(of), g.laid, now)
	of.Load = g.load(zone)
	a.rulesFor(&q, of, p.window)
	return q, nil
}

// aimOf is the aim of the visit's first service, else the business's.
func aimOf(a *ask, p *plan) catalog.Aim {
	if aim := p.visit[0].Service.Aim; aim != "" {
		return aim
	}
	return a.setting.Catalog.Business.Terms.Aim
}

// counters lists what limits count of a placement, for a client where known.
func (d *Desk) counters(
	setting *availability.Setting, visit []availability.Want, p availability.Placement, traits *policy.Traits,
) ([]policy.Counter, *policy.Case, error) {
	a := ask{setting: setting, book: d.shelf.of(setting.Catalog), traits: traits}
	if a.book.None() {
		return nil, nil, nil
	}
	_, zone, err := d.zoneOf(setting.Catalog, p.Location)
	if err != nil {
		return nil, nil, err
	}
	c := a.caseOf(&plan{visit: visit, location: p.Location}, staffOf(p), zone, d.Clock.Now(), "")
	return a.book.Counters(c), c, nil
}

// counted lists the counter lanes of a placement in touching order.
func (d *Desk) counted(
	setting *availability.Setting, visit []availability.Want, p availability.Placement,
) ([]availability.Lane, error) {
	counters, _, err := d.counters(setting, visit, p, nil)
	var out []availability.Lane
	for _, c := range counters {
		if !c.Own {
			out = append(out, laneOf(c))
		}
	}
	if flexible(visit) && countsWork(visit[0].Service) {
		out = append(out, workLane(visit[0].Service.ID))
	}
	slices.SortFunc(out, compareLanes)
	return out, err
}

// markRows lays the marks by which limits count a placement: on each counter the
// items that it counts, each row like the one given.
func markRows(counters []policy.Counter, p availability.Placement, like availability.Row) []LaneRow {
	like.Exclusive = false
	var rows []LaneRow
	lines := linesOf(p)
	for _, c := range counters {
		if c.Own {
			continue
		}
		for i := range p.Items {
			item := &p.Items[i]
			if len(item.Segments) > 0 && c.Counts(item.Service, lines[i].Staff, p.Location) {
				like.Span = markSpan(p.Start, item)
				rows = append(rows, LaneRow{laneOf(c), like})
			}
		}
	}
	return rows
}

// markSpan is what limits count of an item: from its start to its end; of work
// that is dropped off so much as the work is, on the day on which it is brought.
func markSpan(start span.Instant, item *availability.Item) span.Span {
	if item.Work == nil {
		return span.Span{Start: item.Segments[0].Start, End: item.Segments[len(item.Segments)-1].End}
	}
	end := start
	for _, part := range item.Segments {
		if len(part.Staff) > 0 {
			end += part.End - part.Start
		}
	}
	return span.Span{Start: start, End: end}
}

// meet puts what the card and the history now say of the client into a choice,
// under the client's lane, which is touched. Of a hold nobody knows who comes.
func (d *Desk) meet(ctx context.Context, setting *availability.Setting, in *placing, g guest) (err error) {
	switch {
	case g.client.ID == "":
	case g.fresh:
		in.traits = newcomer(g.client.ID, g.client.Language, in.said)
	default:
		in.traits, _, err = d.traits(ctx, setting.Catalog.Business.ID, g.client.ID, g.subject, in.said)
	}
	return err
}

// recount judges a placement's limits and gate again inside the transaction,
// on what the touched lanes hold now.
func (d *Desk) recount(
	ctx context.Context, business id.Business, setting *availability.Setting, in *placing, g guest,
) error {
	book := d.shelf.of(setting.Catalog)
	if book.None() {
		return nil
	}
	if err := d.meet(ctx, setting, in, g); err != nil || in.question.Override {
		return err
	}
	counters, c, err := d.counters(setting, in.question.Visit, in.placement, in.traits)
	if c == nil || err != nil {
		return err
	}
	a := ask{setting: setting, book: book, traits: in.traits}
	c.Now, c.Except = in.question.Now, in.question.Except
	window := startWindow(in.placement.Start)
	reach := a.book.TallyWindow(c, window)
	var lanes []availability.Lane
	for _, k := range counters {
		if !k.Own || k.Kind == catalog.LimitStaff {
			lanes = append(lanes, laneOf(k))
		}
	}
	rows, err := d.Lanes.RowsOn(ctx, business, lanes, reach)
	if err != nil {
		return err
	}
	c.Tallies = tallies(counters, rows, c.Now)
	in.question.Bars = slices.DeleteFunc(slices.Clone(in.question.Bars), func(b availability.Bar) bool { return !isDated(b) })
	gate, gates := in.question.Gate, in.question.Gates
	a.rulesFor(&in.question, c, window)
	if gate != nil {
		in.question.Gate, in.question.Gates = gate, gates // how full the day is was known where it was made
	}
	return nil
}

// acquaint finds out who comes, where rules or the aim may ask: by the card
// named or by the name and contact that were given.
func (d *Desk) acquaint(ctx context.Context, a *ask, req Request) error {
	if a.book.None() && a.setting.Catalog.Business.Terms.Aim != catalog.AimSame {
		return nil
	}
	client := req.ClientID
	if client == "" {
		known, ok, err := d.Registry.Match(ctx, a.business, req.Client)
		if err != nil {
			return err
		}
		if !ok {
			a.traits = newcomer("", req.Client.Language, a.said)
			return nil
		}
		client = known.ID
	}
	return d.know(ctx, a, client, req.Subject)
}

// know puts what rules may ask of a client into the question.
func (d *Desk) know(ctx context.Context, a *ask, client id.Client, subject id.Subject) error {
	t, likes, err := d.traits(ctx, a.business, client, subject, a.said)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	a.likes = likes
	a.traits = t // nil for who was erased, or is told apart later
	return nil
}

// agree settles what a booking keeps of the rules: the cut-offs, and which rules
// want staff to confirm it.
func (d *Desk) agree(setting *availability.Setting, b *Booking, in placing) (asked bool, err error) {
	_, c, err := d.counters(setting, in.question.Visit, in.placement, in.traits)
	if c == nil || err != nil {
		return false, err
	}
	b.Policy, _ = d.shelf.of(setting.Catalog).Cutoff(c, b.Start, b.Lead)
	b.Choice.Approve, err = d.approvals(setting, in)
	return len(b.Choice.Approve) > 0, err
}

// approvals lists the rules that want staff to confirm a choice.
func (d *Desk) approvals(setting *availability.Setting, in placing) ([]id.Rule, error) {
	_, c, err := d.counters(setting, in.question.Visit, in.placement, in.traits)
	if c == nil || err != nil {
		return nil, err
	}
	if in.ground != nil {
		c.Load = in.ground.load(c.Zone)
	}
	var out []id.Rule
	for _, x := range d.shelf.of(setting.Catalog).Approve(c, in.placement.Start, in.placement.Lead) {
		out = append(out, x.Rule)
	}
	return out, nil
}

// newlyAsked refuses a client a move to where a rule wants staff to confirm the
// visit, when they have not under the same rule: it would pass the rule by.
func newlyAsked(who account.Principal, b *Booking, approve []id.Rule) error {
	if who.IsStaff() || b.Status == Requested {
		return nil
	}
	for _, r := range approve {
		if !slices.Contains(b.Choice.Approve, r) {
			return closed(availability.Reason{Rule: availability.RuleOffer, Owner: r})
		}
	}
	return nil
}

// judgeGuest asks the rules about who comes that could not be asked when the
// time was held: a hold keeps the time, not a right that the client lacks. It was
// soon enough when it was held.
func (d *Desk) judgeGuest(setting *availability.Setting, in *placing, held span.Instant) error {
	_, c, err := d.counters(setting, in.question.Visit, in.placement, in.traits)
	if c == nil || err != nil {
		return err
	}
	c.Now = held
	book := d.shelf.of(setting.Catalog)
	for _, b := range book.Bars(c, startWindow(in.placement.Start)) {
		r, ok := setting.Catalog.Rule(b.Rule)
		if b.Span.Holds(in.placement.Start) && ok && (b.Word == policy.WordLink || r.Limit != nil && r.Limit.Of == catalog.LimitClient) {
			return named(setting.Catalog, shutBy(b))
		}
	}
	if gate := book.Gate(c); gate != nil {
		if b, shut := gate.Shut(in.placement.Start, in.placement.Lead); shut {
			return named(setting.Catalog, shutBy(b))
		}
	}
	return nil
}

func shutBy(b policy.Bar) error {
	return closed(availability.Reason{Rule: b.Word, Owner: b.Rule})
}

package plan

import (
	"context"
	"time"

	"kept/catalog"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Parts are what a planner is made of.
type Parts struct {
	Atomic   Atomic
	Clock    Clock
	Journal  Journal
	Settings Settings
	Store    Store
	Visits   Visits
	Cards    Cards
}

// Planner keeps what is due. It asks for no permission: whoever calls it has.
// It is safe for concurrent use, on as many nodes as share the database.
type Planner struct {
	Parts
	zones span.Zones
}

// NewPlanner makes a planner of its parts.
func NewPlanner(p Parts) *Planner { return &Planner{Parts: p} }

// The codes of conflicts.
const (
	CodeOpen    = "plan_open"    // there is an open item of the same sort
	CodeState   = "plan_state"   // the item's state does not allow it
	CodeOffered = "plan_offered" // an item is offered once
)

const (
	maxNote    = 2000       // runes
	tellMinute = 10 * 60    // of the local day: nobody is told at night
	latestDays = 20 * 366   // how far ahead a day may lie
	oldestDays = 2 * 366    // and how far back
	mostListed = 200        // items of a page
	mostVisits = 200        // of a client, the newest; those before them count no more
	mostItems  = mostListed // of a client, likewise
)

// Draft is an item that somebody makes.
type Draft struct {
	Client   id.Client
	Subject  id.Subject // empty for the client
	Service  id.Service
	Due      span.Date
	Tell     bool // the client is told LeadDays before; else only by Offer
	LeadDays int
	Grace    int // days after Due until it expires; 0 is catalog.DefaultGrace
	Note     string
}

// Create plans a service for a client. Where a visit for it is agreed already,
// the item is booked at once. Fault Invalid (client, subject, service, due,
// lead_days, grace_days, note), conflict CodeOpen.
func (p *Planner) Create(ctx context.Context, business id.Business, d Draft, actor event.Actor) (Item, error) {
	h, err := p.house(ctx, business)
	if err != nil {
		return Item{}, err
	}
	if err := p.checkDraft(ctx, h, d); err != nil {
		return Item{}, err
	}
	lead := span.Date{}
	if d.Tell {
		lead = d.Due.AddDays(-d.LeadDays)
	}
	grace := d.Grace
	if grace == 0 {
		grace = catalog.DefaultGrace
	}
	due := Due{
		Kind: OnDate, Date: d.Due, Window: Window{d.Due.AddDays(-d.LeadDays), d.Due.AddDays(grace)}, Expires: d.Due.AddDays(grace),
	}
	i := h.fresh(d.Client, d.Subject, d.Service, due)
	i.Origin, i.Note = ByStaff, d.Note
	if actor.Kind == kindClient {
		i.Origin = ByClient
	}
	i.TellAt = h.tellAt(lead)
	var out Item
	err = p.Atomic.Do(ctx, func(ctx context.Context) error {
		one := i
		open, err := p.Store.Touch(ctx, business, d.Client)
		if err != nil {
			return err
		}
		visits, err := p.Visits.VisitsOf(ctx, business, d.Client, mostVisits)
		if err != nil {
			return err
		}
		made, err := p.insert(ctx, h, &one, visits, open, actor)
		if err != nil {
			return err
		}
		if !made {
			return fault.New(fault.Conflict, CodeOpen, "there is an open plan for this service already")
		}
		out = one
		return nil
	})
	return out, err
}

// kindClient is how events call a client (account.KindClient).
const kindClient = "client"

func (p *Planner) checkDraft(ctx context.Context, h *house, d Draft) error {
	var c fault.Checker
	service, ok := h.all.Service(d.Service)
	c.Require(ok && !service.Archived, "service", "unknown", "there is no such service")
	c.Require(d.Due.DaysUntil(h.today) <= oldestDays && h.today.DaysUntil(d.Due) <= latestDays, "due", "range", "is too far away")
	c.Range("lead_days", int64(d.LeadDays), 0, longestDays)
	c.Range("grace_days", int64(d.Grace), 0, 10*longestDays)
	c.Text("note", d.Note, 0, maxNote)
	_, err := p.Cards.Find(ctx, h.business, d.Client)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	c.Require(err == nil, "client", "unknown", "there is no such client")
	if err == nil && d.Subject != "" {
		_, err = p.Cards.FindSubject(ctx, h.business, d.Client, d.Subject)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		c.Require(err == nil, "subject", "unknown", "the client has no such subject")
	}
	return c.Err()
}

const longestDays = 366

// Change is what may be changed of an item.
type Change struct {
	Due  span.Date // while nothing is agreed
	Note string
}

// Update changes the day or the note of an open item. version is the one that
// the caller saw, 0 for whichever there is. Fault Invalid, NotFound, conflict.
func (p *Planner) Update(
	ctx context.Context, business id.Business, want id.Plan, version int64, actor event.Actor, change func(*Change) error,
) (Item, error) {
	h, err := p.house(ctx, business)
	if err != nil {
		return Item{}, err
	}
	return p.edit(ctx, business, want, version, func(_ context.Context, i *Item) ([]event.Event, error) {
		if !i.Status.Open() {
			return nil, badState()
		}
		n := Change{i.Due, i.Note}
		if err := change(&n); err != nil {
			return nil, err
		}
		var c fault.Checker
		c.Text("note", n.Note, 0, maxNote)
		c.Require(n.Due.DaysUntil(h.today) <= oldestDays && h.today.DaysUntil(n.Due) <= latestDays, "due", "range", "is too far away")
		if err := c.Err(); err != nil {
			return nil, err
		}
		if n.Due != i.Due {
			if !i.Status.Waits() {
				return nil, badState()
			}
			h.shift(i, n.Due)
		}
		i.Note = n.Note
		return []event.Event{changed(i, actor)}, nil
	})
}

// Skip says that nothing will come of an item, this time. Fault NotFound,
// conflict CodeState once a visit is agreed.
func (p *Planner) Skip(ctx context.Context, business id.Business, want id.Plan, version int64, actor event.Actor) (Item, error) {
	return p.edit(ctx, business, want, version, func(_ context.Context, i *Item) ([]event.Event, error) {
		return i.to(Skipped, actor)
	})
}

// Offer tells the client now that the service is due. An item is offered once.
// Fault NotFound, conflict CodeState, CodeOffered.
func (p *Planner) Offer(ctx context.Context, business id.Business, want id.Plan, version int64, actor event.Actor) (Item, error) {
	return p.edit(ctx, business, want, version, func(_ context.Context, i *Item) ([]event.Event, error) {
		if i.OfferedAt != 0 {
			return nil, fault.New(fault.Conflict, CodeOffered, "the client has been told of this already")
		}
		return p.offer(i, actor)
	})
}

func (p *Planner) offer(i *Item, actor event.Actor) ([]event.Event, error) {
	i.OfferedAt, i.TellAt = p.Clock.Now(), 0
	return i.to(Offered, actor)
}

// Remove takes an item away that was made by mistake. Fault NotFound, conflict
// CodeState when a visit is agreed or was.
func (p *Planner) Remove(ctx context.Context, business id.Business, want id.Plan, actor event.Actor) error {
	return p.Atomic.Do(ctx, func(ctx context.Context) error {
		i, err := p.take(ctx, business, want)
		if err != nil {
			return err
		}
		if i.Status == Booked || i.Status == Done {
			return badState()
		}
		if err := p.Store.Delete(ctx, business, want); err != nil {
			return err
		}
		return p.Journal.Append(ctx, changed(i, actor))
	})
}

// Find gives an item. Fault NotFound.
func (p *Planner) Find(ctx context.Context, business id.Business, want id.Plan) (Item, error) {
	i, err := p.Store.Find(ctx, business, want)
	if err != nil {
		return Item{}, err
	}
	return *i, nil
}

// List gives items by due day, at most 200.
func (p *Planner) List(ctx context.Context, business id.Business, f Filter) ([]Item, error) {
	if f.Limit <= 0 || f.Limit > mostListed+1 {
		f.Limit = mostListed + 1
	}
	list, err := p.Store.List(ctx, business, f)
	out := make([]Item, len(list))
	for n, i := range list {
		out[n] = *i
	}
	return out, err
}

// edit changes one item in one transaction.
func (p *Planner) edit(
	ctx context.Context, business id.Business, want id.Plan, version int64,
	change func(ctx context.Context, i *Item) ([]event.Event, error),
) (Item, error) {
	var out Item
	err := p.Atomic.Do(ctx, func(ctx context.Context) error {
		i, err := p.take(ctx, business, want)
		if err != nil {
			return err
		}
		if version != 0 && i.Version != version {
			return fault.New(fault.Conflict, fault.CodeConflict, "the plan has been changed meanwhile")
		}
		events, err := change(ctx, i)
		if err != nil {
			return err
		}
		if err := p.write(ctx, i, events); err != nil {
			return err
		}
		out = *i
		return nil
	})
	return out, err
}

// take finds an item and locks it, with the others of its client, until the
// transaction ends.
func (p *Planner) take(ctx context.Context, business id.Business, want id.Plan) (*Item, error) {
	i, err := p.Store.Find(ctx, business, want)
	if err != nil {
		return nil, err
	}
	open, err := p.Store.Touch(ctx, business, i.Client)
	if err != nil {
		return nil, err
	}
	for _, o := range open {
		if o.ID == want {
			return o, nil
		}
	}
	return p.Store.Find(ctx, business, want) // it is closed, or gone
}

func (p *Planner) write(ctx context.Context, i *Item, events []event.Event) error {
	i.UpdatedAt = p.Clock.Now()
	if err := p.Store.Update(ctx, i); err != nil {
		return err
	}
	return p.Journal.Append(ctx, events...)
}

// house is what a business's plans are made by.
type house struct {
	business id.Business
	all      *catalog.Catalog
	zone     *time.Location
	now      span.Instant
	today    span.Date
	quiet    bool // what should have been told by now is told nobody
}

func (p *Planner) house(ctx context.Context, business id.Business) (*house, error) {
	s, err := p.Settings.Load(ctx, business, 0)
	if err != nil {
		return nil, err
	}
	zone, err := p.zones.Load(s.Catalog.Business.Zone)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, fault.CodeInternal, "the time zone of the business is unknown here", err)
	}
	now := p.Clock.Now()
	return &house{business: business, all: s.Catalog, zone: zone, now: now, today: span.DateOf(now.In(zone))}, nil
}

// fresh is an item that is not written yet.
func (h *house) fresh(client id.Client, subject id.Subject, service id.Service, d Due) Item {
	return Item{
		ID: id.New[id.Plan](h.now.UTC()), Business: h.business, Client: client, Subject: subject, Service: service,
		Kind: d.Kind, Step: d.Step, Of: d.Of, Due: d.Date, Window: d.Window, Forecast: d.Forecast, Since: d.Since,
		Status: Planned, ExpiresAt: d.Expires.AddDays(1).Start(h.zone), CreatedAt: h.now, UpdatedAt: h.now, Version: 1,
	}
}

// tellAt is when a client is told on a day; 0 for no day.
func (h *house) tellAt(on span.Date) span.Instant {
	if on == (span.Date{}) {
		return 0
	}
	return max(h.now, span.Wall{Date: on, Minute: tellMinute}.Instant(h.zone))
}

// shift moves all of an item's days with its due day. What was forecast is no
// longer, so that the next reading does not take the day back.
func (h *house) shift(i *Item, due span.Date) {
	by := i.Due.DaysUntil(due)
	if i.Kind == Usage {
		i.Kind, i.Forecast = OnDate, nil
	}
	i.Due, i.Window = due, Window{i.Window.From.AddDays(by), i.Window.To.AddDays(by)}
	i.ExpiresAt = span.DateOf(i.ExpiresAt.In(h.zone)).AddDays(by).Start(h.zone)
	if i.TellAt != 0 {
		i.TellAt = max(h.now, span.Wall{Date: span.DateOf(i.TellAt.In(h.zone)).AddDays(by), Minute: tellMinute}.Instant(h.zone))
	}
}

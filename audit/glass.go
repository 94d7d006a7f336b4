package audit

import (
	"context"

	"kept/account"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// GlassLife is how long a card out of reach stays open to who broke the glass.
const GlassLife = 60 * span.Minute

// A reason has that many runes.
const (
	leastReason = 10
	mostReason  = 200
)

// GlassParts are what a glass works with.
type GlassParts struct {
	Trail *Trail
	// Allowed tells whether a business lets its people past their reach.
	Allowed func(ctx context.Context, business id.Business) (bool, error)
	// Exists gives fault NotFound for a card that is not there.
	Exists func(ctx context.Context, business id.Business, card id.Client) error
	// Search finds clients of the whole business, the likeliest first.
	Search func(ctx context.Context, business id.Business, query string, most int, actor event.Actor) ([]Faint, error)
}

// Glass lets people of own or local reach open one card past it, for a reason,
// where the business allows that: for an hour, them and that card alone. What
// their role may not do, they may not do there either. The entry in the record
// is all that there is of it: nothing can be opened without it.
type Glass struct{ GlassParts }

// NewGlass makes the glass.
func NewGlass(p GlassParts) *Glass { return &Glass{p} }

// Offered tells whether somebody may break the glass at all. It is the same
// for every card, and for one that is not there.
func (g *Glass) Offered(ctx context.Context, who account.Principal) (bool, error) {
	if who.Reach == account.ReachBusiness || !who.May(account.ReadClients) {
		return false, nil
	}
	return g.Allowed(ctx, who.Business)
}

// Break opens a card, and gives until when. Faults NotFound where the business
// does not allow it, in the words for a card that is not there, as for one that
// is not; Invalid for field "reason"; Conflict for who reaches everybody.
func (g *Glass) Break(ctx context.Context, who account.Principal, card id.Client, reason string) (span.Instant, error) {
	if !who.May(account.ReadClients) {
		return 0, fault.New(fault.Forbidden, fault.CodeForbidden, "this is not yours to do")
	}
	if who.Reach == account.ReachBusiness {
		if err := g.Exists(ctx, who.Business, card); err != nil {
			return 0, err
		}
		return 0, fault.New(fault.Conflict, fault.CodeConflict, "you reach every card already")
	}
	var c fault.Checker
	c.Text("reason", reason, leastReason, mostReason)
	if err := c.Err(); err != nil {
		return 0, err
	}
	allowed, err := g.Allowed(ctx, who.Business)
	if err != nil {
		return 0, err
	}
	if !allowed {
		return 0, account.Beyond("client")
	}
	if err := g.Exists(ctx, who.Business, card); err != nil {
		return 0, err
	}
	now := g.Trail.clock.Now()
	err = g.Trail.Record(ctx, who.Business, Entry{Actor: who.Actor(), Action: CardForced, Client: card, Reason: reason, At: now})
	return now + GlassLife, err
}

// Open tells whether somebody broke the glass of a card within the hour. What
// the business no longer allows ends at once.
func (g *Glass) Open(ctx context.Context, who account.Principal, card id.Client) (bool, error) {
	if offered, err := g.Offered(ctx, who); err != nil || !offered {
		return false, err
	}
	now := g.Trail.clock.Now()
	lines, err := g.Trail.book.Entries(ctx, who.Business, Filter{
		Client: card, Actor: who.ID, Action: string(CardForced), From: now - GlassLife - span.Second, Limit: 1,
	})
	if err != nil || len(lines) == 0 {
		return false, err
	}
	by := event.Actor{Kind: lines[0].Actor.Kind, ID: lines[0].Actor.ID}
	return by == event.Actor{Kind: string(who.Kind), ID: who.ID} && now-lines[0].At < GlassLife, nil
}

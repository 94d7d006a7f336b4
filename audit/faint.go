package audit

import (
	"context"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Bounds of a search past somebody's reach: it is for finding one person, not
// for reading a list.
const (
	leastSought = 3 // runes
	mostSought  = 100
	mostFound   = 10
	anHour      = 20 // searches of one person
)

// Faint is as little of a client as tells them from others of the name.
type Faint struct {
	Client id.Client
	Name   string
	Born   int    // the year; 0 where it is not known
	Digits string // the last three of the phone, where the year is not known
}

// Search looks among all clients of the business for who somebody of own or
// local reach needs now, and tells no more than tells them apart: each card is
// opened by breaking its own glass. The reason is on record before anything is
// found. Faults Forbidden where the business does not allow it, Invalid (q,
// reason), Exhausted past twenty an hour, Conflict for who reaches everybody.
func (g *Glass) Search(ctx context.Context, who account.Principal, query, reason string) ([]Faint, error) {
	if !who.May(account.ReadClients) {
		return nil, fault.New(fault.Forbidden, fault.CodeForbidden, "this is not yours to do")
	}
	if who.Reach == account.ReachBusiness {
		return nil, fault.New(fault.Conflict, fault.CodeConflict, "you reach every card already")
	}
	allowed, err := g.Allowed(ctx, who.Business)
	if err != nil {
		return nil, err
	}
	if !allowed {
		return nil, fault.New(fault.Forbidden, fault.CodeForbidden, "the business lets nobody past their reach")
	}
	var c fault.Checker
	c.Text("q", query, leastSought, mostSought)
	c.Text("reason", reason, leastReason, mostReason)
	if err := c.Err(); err != nil {
		return nil, err
	}
	now := g.Trail.clock.Now()
	before, err := g.Trail.book.Entries(ctx, who.Business, Filter{Actor: who.ID, Action: string(SearchForced), From: now - span.Hour, Limit: anHour})
	if err != nil {
		return nil, err
	}
	if len(before) >= anHour {
		f := fault.New(fault.Exhausted, fault.CodeRateLimited, "you have looked past your reach too often; please wait a little")
		f.RetryAfter = (before[len(before)-1].At + span.Hour).Sub(now)
		return nil, f
	}
	err = g.Trail.Record(ctx, who.Business, Entry{Actor: who.Actor(), Action: SearchForced, Reason: reason, At: now})
	if err != nil {
		return nil, err
	}
	return g.GlassParts.Search(account.Unenclosed(ctx), who.Business, query, mostFound, who.Actor())
}

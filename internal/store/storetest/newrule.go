package storetest

import (
	"context"
	"sync/atomic"
	"testing"

	"kept/availability"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/setup"
)

// counting remembers how many bookings there were when limits were counted anew.
type counting struct {
	setup.Marks
	shop *Shop
	seen atomic.Int64
}

func (c *counting) Recount(ctx context.Context, business id.Business, setting *availability.Setting) error {
	if err := c.Marks.Recount(ctx, business, setting); err != nil {
		return err
	}
	var n int64
	err := c.shop.DB.From(ctx).QueryRowContext(ctx, "SELECT COUNT(*) FROM booking WHERE business_id = $1", string(business)).Scan(&n)
	c.seen.Store(n)
	return err
}

// raceNewRule: while clients book, the owner sets a limit. What was booked
// before it is more than it allows; afterwards nothing more comes, also from
// those who had chosen their time before.
func raceNewRule(t *testing.T, open Opener, c Crowd) {
	s := NewShop(t, open, Plan{})
	marks := &counting{Marks: s.Office.Marks, shop: s}
	s.Office.Marks = marks
	got := s.crowd(t, min(c.Clients, 28), func(ctx context.Context, i int, s *Shop) error {
		if i == 3 {
			_, err := s.owned(marks).CreateRule(ctx, s.Owner, catalog.Rule{
				Kind: catalog.RuleLimit, Names: catalog.Texts{"en": "one a day"},
				RuleBody: catalog.RuleBody{Limit: &catalog.Limit{Of: catalog.LimitService, Per: catalog.PerDay, Max: 1}},
			})
			return err
		}
		_, err := s.Desk.Book(ctx, s.Public, s.Cut(free(i%14), "", Numbered("client", i)))
		return err
	})
	booked := int64(s.Count(t, "SELECT COUNT(*) FROM booking"))
	if booked != max(1, marks.seen.Load()) {
		t.Errorf("%d were booked before the limit of one, %d in all", marks.seen.Load(), booked)
	}
	if got[""] != int(booked)+1 || got[""]+got[fault.CodeSlotClosed]+got[fault.CodeSlotTaken] != min(c.Clients, 28) {
		t.Errorf("outcomes are %v", got)
	}
	s.Audit(t)
}

// owned is the shop's office with these marks, also on another node.
func (s *Shop) owned(marks setup.Marks) *setup.Office {
	s.Office.Marks = marks
	return s.Office
}

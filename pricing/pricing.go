// Package pricing turns a visit into a Quote: one total and the lines that
// explain it. A price that can't be explained is not charged, so the lines
// always sum up to the total. Each service has a line with its own price and,
// after it, one for each rule of the owner's that changed it.
package pricing

import (
	"kept/catalog"
	"kept/id"
	"kept/money"
)

// Codes of lines.
const (
	LineBase   = "base"   // the service's own price
	LineVary   = "vary"   // a rule of variation
	LineSeason = "season" // a season's or event's price
)

// Line is one step of the explanation.
type Line struct {
	Code    string       `json:"code"`
	Service id.Service   `json:"service,omitempty"`
	Rule    id.Rule      `json:"rule,omitempty"` // of LineVary and LineSeason: whose it is
	Amount  money.Amount `json:"amount"`
}

// Quote is a price with its explanation; the sum of Lines is Total.
type Quote struct {
	Total money.Amount `json:"total"`
	Lines []Line       `json:"lines"`
}

// Change is what one rule added to the price of a service.
type Change struct {
	Code   string // LineVary, LineSeason
	Rule   id.Rule
	Amount money.Amount // negative where the rule makes it cheaper
}

// Item is a service at its own price with what rules changed, in their order.
type Item struct {
	Service *catalog.Service // as it stands in the catalog
	Changes []Change
}

// Of quotes a visit of these services at their own prices. It fails only when
// their currencies differ or the sum does not fit.
func Of(currency string, services ...*catalog.Service) (Quote, error) {
	q := Quote{Total: money.Of(0, currency)}
	for _, s := range services {
		if err := q.add(Line{Code: LineBase, Service: s.ID, Amount: s.Price}); err != nil {
			return Quote{}, err
		}
	}
	return q, nil
}

// With quotes a visit of services that rules have changed. It fails as Of does.
func With(currency string, items ...Item) (Quote, error) {
	q := Quote{Total: money.Of(0, currency)}
	for _, i := range items {
		if err := q.add(Line{Code: LineBase, Service: i.Service.ID, Amount: i.Service.Price}); err != nil {
			return Quote{}, err
		}
		for _, c := range i.Changes {
			if err := q.add(Line{Code: c.Code, Service: i.Service.ID, Rule: c.Rule, Amount: c.Amount}); err != nil {
				return Quote{}, err
			}
		}
	}
	return q, nil
}

// Times is the quote for so many of the same: a party's seats of a group. It
// fails when the sum does not fit.
func (q *Quote) Times(n int) (Quote, error) {
	out := Quote{Total: money.Of(0, q.Total.Currency)}
	for _, l := range q.Lines {
		sum, err := l.Amount.Share(int64(n), 1)
		if err != nil {
			return Quote{}, err
		}
		l.Amount = sum
		if err := out.add(l); err != nil {
			return Quote{}, err
		}
	}
	return out, nil
}

func (q *Quote) add(l Line) error {
	sum, err := q.Total.Add(l.Amount)
	if err != nil {
		return err
	}
	q.Total = sum
	q.Lines = append(q.Lines, l)
	return nil
}

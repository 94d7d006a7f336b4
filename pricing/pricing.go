// Package pricing turns a visit into a Quote: one total and the lines that
// explain it. A price that can't be explained is not charged, so the lines
// always sum up to the total. Until rules exist there is one line for each
// service, its own price.
package pricing

import (
	"kept/catalog"
	"kept/id"
	"kept/money"
)

// LineBase is the code of a line that is the service's own price.
const LineBase = "base"

// Line is one step of the explanation.
type Line struct {
	Code    string       `json:"code"`
	Service id.Service   `json:"service,omitempty"`
	Amount  money.Amount `json:"amount"`
}

// Quote is a price with its explanation; the sum of Lines is Total.
type Quote struct {
	Total money.Amount `json:"total"`
	Lines []Line       `json:"lines"`
}

// Of quotes a visit of these services. It fails only when their currencies
// differ or the sum does not fit.
func Of(currency string, services ...*catalog.Service) (Quote, error) {
	q := Quote{Total: money.Of(0, currency)}
	for _, s := range services {
		sum, err := q.Total.Add(s.Price)
		if err != nil {
			return Quote{}, err
		}
		q.Total = sum
		q.Lines = append(q.Lines, Line{Code: LineBase, Service: s.ID, Amount: s.Price})
	}
	return q, nil
}

package app

import (
	"context"

	"kept/account"
	"kept/booking"
	"kept/chain"
	"kept/id"
	"kept/internal/store"
)

// chains is what businesses of one house have together.
type chains struct {
	board  *chain.Board
	lender *chain.Lender
}

// newChains builds it on a graph that stands otherwise.
func (k *kernel) newChains() chains {
	s := store.NewChains(k.db)
	board := chain.NewBoard(chain.BoardParts{
		Atomic: k.db, Clock: k.clock, Store: s, Invitations: s, Secrets: store.Secrets{}, Audit: acts{k.record.trail},
	})
	return chains{board, chain.NewLender(chain.LenderParts{
		Atomic: k.db, Board: board, Cards: k.clients, Consents: k.intake, Visits: visits{k.desk}, Tallies: k.counter, Settings: k.settings,
	})}
}

// visits are bookings as a card that is lent tells them.
type visits struct{ desk *booking.Desk }

// VisitsOf implements chain.Visits.
func (v visits) VisitsOf(ctx context.Context, business id.Business, of id.Client, most int) ([]chain.Visit, error) {
	list, err := v.desk.List(ctx, account.System(business), booking.Filter{Client: of, Backward: true, Limit: most})
	out := make([]chain.Visit, len(list))
	for i, b := range list {
		out[i] = chain.Visit{ID: b.ID, Start: b.Start, End: b.End, Zone: b.Zone, Status: string(b.Status), Staff: b.Lead}
		for _, item := range b.Items {
			out[i].Services = append(out[i].Services, item.Service)
		}
	}
	return out, err
}

package store

import (
	"context"

	"kept/account"
	"kept/id"
	"kept/internal/db"
	"kept/internal/store/sqlgen"
)

// Fence keeps members and keys of own or local reach (account.Enclose) to the
// cards of their clients: of whoever has, or had, a booking with them or at
// their location, and those whose card they made. A context that nobody is
// enclosed by costs no query.
type Fence struct{ db *db.DB }

// NewFence makes the fence of a database.
func NewFence(d *db.DB) Fence { return Fence{d} }

// Card gives fault NotFound for a card out of reach, in the words for one that
// is not there.
func (f Fence) Card(ctx context.Context, business id.Business, card id.Client) error {
	who, enclosed := account.Enclosed(ctx)
	if !enclosed {
		return nil
	}
	own, err := f.within(ctx, who, business, card)
	if err == nil && !own {
		err = account.Beyond("client")
	}
	return err
}

func (f Fence) within(ctx context.Context, who account.Principal, business id.Business, card id.Client) (bool, error) {
	if who.Business != business {
		return false, nil
	}
	if account.IsPast(ctx, card) {
		return true, nil
	}
	q := queries(ctx, f.db)
	if who.Reach == account.ReachLocation {
		own, err := q.LocalCard(ctx, sqlgen.LocalCardParams{
			BusinessID: string(business), Client: string(card), Location: string(who.Location), Actor: who.ID,
		})
		return own.Bool, f.db.Fault(err)
	}
	own, err := q.OwnsCard(ctx, sqlgen.OwnsCardParams{
		BusinessID: string(business), Client: string(card), Staff: string(who.Staff), Actor: who.ID,
	})
	return own.Bool, f.db.Fault(err)
}

// Only gives those of the things whose card is within reach, in their order.
func Only[T any](ctx context.Context, f Fence, business id.Business, list []T, card func(T) id.Client) ([]T, error) {
	who, enclosed := account.Enclosed(ctx)
	if !enclosed {
		return list, nil
	}
	known, out := map[id.Client]bool{}, make([]T, 0, len(list))
	for _, one := range list {
		c := card(one)
		own, asked := known[c]
		if !asked && c != "" {
			var err error
			if own, err = f.within(ctx, who, business, c); err != nil {
				return nil, err
			}
			known[c] = own
		}
		if own {
			out = append(out, one)
		}
	}
	return out, nil
}

// ownClients lists clients within reach, the newest first; false where
// nobody is enclosed.
func (s *Clients) ownClients(ctx context.Context, business id.Business, before id.Client, limit int) ([]sqlgen.Client, bool, error) {
	who, enclosed := account.Enclosed(ctx)
	if !enclosed {
		return nil, false, nil
	}
	if who.Business != business {
		return nil, true, nil
	}
	q := queries(ctx, s.db)
	if who.Reach == account.ReachLocation {
		rows, err := q.ListLocalClients(ctx, sqlgen.ListLocalClientsParams{
			BusinessID: string(business), BeforeID: string(before), Location: string(who.Location), Most: int32(limit),
		})
		return rows, true, s.db.Fault(err)
	}
	rows, err := q.ListOwnClients(ctx, sqlgen.ListOwnClientsParams{
		BusinessID: string(business), BeforeID: string(before), Staff: string(who.Staff), Most: int32(limit),
	})
	return rows, true, s.db.Fault(err)
}

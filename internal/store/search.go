package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
)

const indexGram = "gram"

// How the index grows: a new card is marked, in a row of its own, and when so
// many have come they are folded into the rows by piece. A search looks
// through what is not folded yet row by row.
const (
	freshMost = 512
	fillMost  = 8192 // while cards from before are entered: the more at once, the less each costs
	seenFresh = 2048 // of them, the newest, a search looks through so many
)

// fillAtOnce is how many cards are looked at in one transaction of Fill.
const fillAtOnce = 200

// Search keeps the index by which cards are found by a piece of what stands
// on them. It holds keyed hashes of pieces and nothing else, follows the cards
// after the fact, and can be made again from them. Whoever changes it holds
// the row of the business in client_search.
type Search struct {
	db      *db.DB
	vault   *Vault
	clients *Clients
}

// NewSearch makes the index over the cards.
func NewSearch(d *db.DB, v *Vault, c *Clients) *Search { return &Search{db: d, vault: v, clients: c} }

// React follows the journal: it brings the index up to date with the cards
// that events tell of. It is a reactor, so a booking never waits for it.
func (s *Search) React(ctx context.Context, events []event.Event) error {
	changed := map[id.Business][]id.Client{}
	for _, e := range events {
		switch e.Type {
		case event.ClientCreated, event.ClientUpdated, event.ClientErased, event.ClientMerged, event.ClientParted:
			if e.Client != "" && !slices.Contains(changed[e.Business], e.Client) {
				changed[e.Business] = append(changed[e.Business], e.Client)
			}
			if ref := id.Client(e.Data.Ref); e.Type == event.ClientMerged || e.Type == event.ClientParted {
				changed[e.Business] = append(changed[e.Business], ref)
			}
		default:
		}
	}
	for business, cards := range changed {
		if err := s.Refresh(ctx, business, cards...); err != nil {
			return err
		}
	}
	return nil
}

// Refresh brings the index up to date with these cards, as they stand now;
// doing it again changes nothing. The cards are read before the index is
// locked, so that bookings wait for as little as can be: whoever changes one
// meanwhile has it read again.
func (s *Search) Refresh(ctx context.Context, business id.Business, cards ...id.Client) error {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return err
	}
	grams := make([][]int64, len(cards))
	for i, c := range cards {
		if grams[i], err = s.grams(ctx, business, keys, c); err != nil {
			return err
		}
	}
	err = s.db.Do(ctx, func(ctx context.Context) error {
		w, err := s.writer(ctx, business)
		if err != nil {
			return err
		}
		for i, c := range cards {
			stands, err := w.q.ClientStands(ctx, sqlgen.ClientStandsParams{BusinessID: string(business), ID: string(c)})
			if err != nil {
				return s.db.Fault(err)
			}
			if stands == 0 { // erased or merged since
				grams[i] = nil
			}
			if err := w.set(ctx, c, grams[i]); err != nil {
				return err
			}
		}
		return w.finish(ctx)
	})
	if err != nil {
		return err
	}
	return s.fold(ctx, business, freshMost)
}

// Forget takes a card out of the index, in the caller's transaction.
func (s *Search) Forget(ctx context.Context, business id.Business, card id.Client) error {
	w, err := s.writer(ctx, business)
	if err != nil {
		return err
	}
	if err := w.set(ctx, card, nil); err != nil {
		return err
	}
	return w.finish(ctx)
}

// Fill enters some of the cards that were there before the index was, and
// tells whether there are more. Once all are in, it finds that out by one look
// at those that are newer than the last time.
func (s *Search) Fill(ctx context.Context, business id.Business) (more bool, err error) {
	err = s.db.Do(ctx, func(ctx context.Context) error {
		w, err := s.writer(ctx, business)
		if err != nil {
			return err
		}
		after, err := w.q.ClientSearchFilled(ctx, string(business))
		if err != nil {
			return s.db.Fault(err)
		}
		cards, err := w.q.UnmarkedClients(ctx, sqlgen.UnmarkedClientsParams{BusinessID: string(business), ID: after, Limit: fillAtOnce})
		if err != nil {
			return s.db.Fault(err)
		}
		more = len(cards) == fillAtOnce
		for _, c := range cards {
			if err := w.refresh(ctx, id.Client(c)); err != nil {
				return err
			}
		}
		if !more { // the rest has its mark already, or will be told of by the journal
			newest, err := w.q.NewestClient(ctx, string(business))
			if errors.Is(err, sql.ErrNoRows) || err == nil && newest == after {
				return nil
			}
			if err != nil {
				return s.db.Fault(err)
			}
			cards = append(cards, newest)
		}
		err = w.q.SetClientSearchFilled(ctx, sqlgen.SetClientSearchFilledParams{BusinessID: string(business), FilledTo: cards[len(cards)-1]})
		if err != nil {
			return s.db.Fault(err)
		}
		return w.finish(ctx)
	})
	if err != nil {
		return false, err
	}
	least := freshMost
	if more {
		least = fillMost
	}
	return more, s.fold(ctx, business, least)
}

// writer changes the index of one business, within one transaction that holds it.
type writer struct {
	*Search
	q        *sqlgen.Queries
	business id.Business
	keys     *secret.Business
	next     int64 // number
	folding  int64 // cards up to this number may be in the rows by piece
	taken    bool
}

func (s *Search) writer(ctx context.Context, business id.Business) (*writer, error) {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	w := &writer{Search: s, q: queries(ctx, s.db), business: business, keys: keys}
	row, err := w.q.LockClientSearch(ctx, string(business))
	w.next, w.folding = row.NextNumber, row.FoldingTo
	return w, s.db.Fault(err)
}

// refresh reads a card and marks it.
func (w *writer) refresh(ctx context.Context, card id.Client) error {
	grams, err := w.grams(ctx, w.business, w.keys, card)
	if err != nil {
		return err
	}
	return w.set(ctx, card, grams)
}

// grams reads a card and gives the hashes of its pieces; none when it is erased
// or part of another one.
func (s *Search) grams(ctx context.Context, business id.Business, keys *secret.Business, card id.Client) ([]int64, error) {
	c, err := s.clients.Find(ctx, business, card)
	if fault.Is(err, fault.CodeNotFound) || err == nil && c.ID != card {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	by, err := s.clients.findable(ctx, business, c)
	if err != nil {
		return nil, err
	}
	return hashed(keys, client.Grams(by)), nil
}

// set gives a card its pieces; none take it out.
func (w *writer) set(ctx context.Context, card id.Client, grams []int64) error {
	own := sqlgen.ClientMarkParams{BusinessID: string(w.business), ClientID: string(card)}
	old, err := w.q.ClientMark(ctx, own)
	known := err == nil
	switch {
	case known && len(grams) > 0 && slices.Equal(old.Grams, pack(grams)):
		return nil
	case known:
		if old.Folded || old.Number <= w.folding {
			if err := w.unfold(ctx, old.Number, unpack(old.Grams)); err != nil {
				return err
			}
		}
		if err := w.q.DeleteClientMark(ctx, sqlgen.DeleteClientMarkParams(own)); err != nil {
			return w.db.Fault(err)
		}
	case !errors.Is(err, sql.ErrNoRows):
		return w.db.Fault(err)
	}
	if len(grams) == 0 {
		return nil
	}
	err = w.q.InsertClientMark(ctx, sqlgen.InsertClientMarkParams{
		BusinessID: string(w.business), ClientID: string(card), Number: w.next, Grams: pack(grams),
	})
	w.next++
	w.taken = true
	return w.db.Fault(err)
}

// finish takes the numbers that were given.
func (w *writer) finish(ctx context.Context) error {
	if !w.taken {
		return nil
	}
	return w.db.Fault(w.q.TakeClientNumbers(ctx, sqlgen.TakeClientNumbersParams{BusinessID: string(w.business), NextNumber: w.next}))
}

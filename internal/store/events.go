package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"kept/event"
	"kept/id"
	"kept/internal/db"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// Events keeps the record of what happened, its numbering and how far each
// listener has come. Package journal is the only one that uses it.
type Events struct {
	db    *db.DB
	vault *Vault
}

// NewEvents makes the store of events; the vault seals where actors come from.
func NewEvents(d *db.DB, v *Vault) *Events { return &Events{db: d, vault: v} }

// Insert writes events, without numbers, in the transaction of ctx.
func (s *Events) Insert(ctx context.Context, events ...event.Event) error {
	q := changes(ctx, s.db)
	for some := range slices.Chunk(events, 2) {
		var row [2]sqlgen.InsertEventParams
		for i, e := range some {
			var err error
			if row[i], err = s.row(ctx, e); err != nil {
				return err
			}
		}
		var err error
		if a, b := row[0], row[1]; len(some) == 1 {
			err = q.InsertEvent(ctx, a)
		} else {
			err = q.InsertTwoEvents(ctx, sqlgen.InsertTwoEventsParams{
				BusinessID: a.BusinessID, ID: a.ID, Type: a.Type, At: a.At, ActorKind: a.ActorKind, ActorID: a.ActorID,
				BookingID: a.BookingID, ClientID: a.ClientID, Data: a.Data, SealedFrom: a.SealedFrom, Digest: a.Digest,
				BusinessID_2: b.BusinessID, ID_2: b.ID, Type_2: b.Type, At_2: b.At, ActorKind_2: b.ActorKind, ActorID_2: b.ActorID,
				BookingID_2: b.BookingID, ClientID_2: b.ClientID, Data_2: b.Data, SealedFrom_2: b.SealedFrom, Digest_2: b.Digest,
			})
		}
		if err != nil {
			return s.db.Fault(err)
		}
	}
	return nil
}

// row is an event as it is kept.
func (s *Events) row(ctx context.Context, e event.Event) (sqlgen.InsertEventParams, error) {
	data, err := encode(e.Data)
	if err != nil {
		return sqlgen.InsertEventParams{}, err
	}
	row := sqlgen.InsertEventParams{
		BusinessID: string(e.Business), ID: string(e.ID), Type: string(e.Type), At: int64(e.At),
		ActorKind: e.Actor.Kind, ActorID: e.Actor.ID,
		BookingID: string(e.Booking), ClientID: string(e.Client), Data: data,
	}
	if e.Actor.From == "" {
		return row, nil
	}
	keys, err := s.vault.Business(ctx, e.Business)
	if err != nil {
		return sqlgen.InsertEventParams{}, err
	}
	from := salted(e.Actor.From)
	row.SealedFrom = keys.Key().SealString(fieldEventFrom, row.ID, from)
	row.Digest = saltedDigest(from)
	return row, nil
}

// Unnumbered tells whether a committed event still has no number.
func (s *Events) Unnumbered(ctx context.Context) (bool, error) {
	yes, err := queries(ctx, s.db).HasUnnumberedEvents(ctx)
	return yes, s.db.Fault(err)
}

// numberedAtOnce bounds one pass of Number.
const numberedAtOnce = 1000

// Number gives the oldest committed events their numbers, gap-free for each
// business, and tells which businesses have new ones; more tells that others
// may be waiting. Two callers at once are safe: the row of the business's
// counter is the lock between them.
func (s *Events) Number(ctx context.Context) (fresh []id.Business, more bool, err error) {
	ranges, err := queries(ctx, s.db).UnnumberedEvents(ctx, numberedAtOnce)
	if err != nil {
		return nil, false, s.db.Fault(err)
	}
	var total int64
	for _, r := range ranges {
		n, err := s.number(ctx, r)
		if err != nil {
			return fresh, false, err
		}
		if n > 0 {
			fresh = append(fresh, id.Business(r.BusinessID))
		}
		total += n
	}
	return fresh, total >= numberedAtOnce, nil
}

func (s *Events) number(ctx context.Context, r sqlgen.UnnumberedEventsRow) (int64, error) {
	var n int64
	err := s.db.Do(ctx, func(ctx context.Context) error {
		q := queries(ctx, s.db)
		last, err := q.LockEventCounter(ctx, r.BusinessID)
		if err != nil {
			return err
		}
		n, err = q.NumberEvents(ctx, sqlgen.NumberEventsParams{
			BusinessID: r.BusinessID, FirstID: r.FirstID, LastID: r.LastID, LastSeq: last,
		})
		if err != nil || n == 0 {
			return err
		}
		return q.RaiseEventCounter(ctx, sqlgen.RaiseEventCounterParams{BusinessID: r.BusinessID, LastSeq: last + n})
	})
	return n, err
}

// List gives numbered events of a business after a number, in order.
func (s *Events) List(ctx context.Context, business id.Business, after int64, limit int) ([]event.Event, error) {
	rows, err := queries(ctx, s.db).ListEvents(ctx, sqlgen.ListEventsParams{
		BusinessID: string(business), Seq: sql.NullInt64{Int64: after, Valid: true}, Limit: int32(limit),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]event.Event, len(rows))
	for i, r := range rows {
		out[i] = event.Event{
			ID: id.Event(r.ID), Business: business, Seq: r.Seq.Int64, Type: event.Type(r.Type), At: span.Instant(r.At),
			Actor:   event.Actor{Kind: r.ActorKind, ID: r.ActorID},
			Booking: id.Booking(r.BookingID), Client: id.Client(r.ClientID),
		}
		if err := decode(r.Data, &out[i].Data); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Last gives the number of the newest numbered event of a business; 0 when there is none.
func (s *Events) Last(ctx context.Context, business id.Business) (int64, error) {
	seq, err := queries(ctx, s.db).LastEventSeq(ctx, string(business))
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return seq, s.db.Fault(err)
}

// Lagging lists the businesses in which a listener has not seen every numbered event.
func (s *Events) Lagging(ctx context.Context, reactor string) ([]id.Business, error) {
	rows, err := queries(ctx, s.db).LaggingBusinesses(ctx, reactor)
	out := make([]id.Business, len(rows))
	for i, r := range rows {
		out[i] = id.Business(r)
	}
	return out, s.db.Fault(err)
}

// Cursor tells how far a listener has come in a business; 0 at the beginning.
func (s *Events) Cursor(ctx context.Context, business id.Business, reactor string) (int64, error) {
	seq, err := queries(ctx, s.db).EventCursor(ctx, sqlgen.EventCursorParams{BusinessID: string(business), Reactor: reactor})
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return seq, s.db.Fault(err)
}

// Advance notes that a listener has seen everything up to a number; never backwards.
func (s *Events) Advance(ctx context.Context, business id.Business, reactor string, seq int64) error {
	return s.db.Do(ctx, func(ctx context.Context) error {
		return queries(ctx, s.db).SetEventCursor(ctx, sqlgen.SetEventCursorParams{
			BusinessID: string(business), Reactor: reactor, Seq: seq,
		})
	})
}

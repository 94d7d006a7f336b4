package store

import (
	"context"
	"database/sql"
	"errors"

	"kept/booking"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/internal/store/sqlgen"
	"kept/money"
	"kept/span"
)

// Tallies keeps what is counted of clients.
type Tallies struct{ db *db.DB }

var _ client.Tallies = (*Tallies)(nil)

// NewTallies makes the store of what is counted.
func NewTallies(d *db.DB) *Tallies { return &Tallies{db: d} }

// Lock implements client.Tallies.
func (s *Tallies) Lock(ctx context.Context, business id.Business, of id.Client) (client.Tally, bool, error) {
	row, err := queries(ctx, s.db).LockClientTally(ctx, sqlgen.LockClientTallyParams{BusinessID: string(business), ID: string(of)})
	if errors.Is(err, sql.ErrNoRows) {
		return client.Tally{}, false, fault.Missing("client")
	}
	if err != nil || row.Visits < 0 { // the row that it has just put there
		return client.Tally{}, false, s.db.Fault(err)
	}
	t, err := tallyOf(row)
	return t, err == nil, err
}

// Get implements client.Tallies.
func (s *Tallies) Get(ctx context.Context, business id.Business, of id.Client) (client.Tally, bool, error) {
	row, err := queries(ctx, s.db).ClientTally(ctx, sqlgen.ClientTallyParams{BusinessID: string(business), ClientID: string(of)})
	if errors.Is(err, sql.ErrNoRows) {
		return client.Tally{}, false, nil
	}
	if err != nil {
		return client.Tally{}, false, s.db.Fault(err)
	}
	t, err := tallyOf(row)
	return t, err == nil, err
}

// Put implements client.Tallies.
func (s *Tallies) Put(ctx context.Context, business id.Business, of id.Client, t client.Tally) error {
	spent, err := encodeMap(t.Spent)
	if err != nil {
		return err
	}
	habits, err := encodeList(t.Latest)
	if err != nil {
		return err
	}
	return s.db.Fault(queries(ctx, s.db).PutClientTally(ctx, sqlgen.PutClientTallyParams{
		BusinessID: string(business), ClientID: string(of), Visits: int64(t.Visits), NoShows: int64(t.NoShows),
		Cancels: int64(t.Cancels), LateCancels: int64(t.LateCancels), Spent: spent,
		FirstAt: int64(t.First), LastAt: int64(t.Last), Habits: habits,
	}))
}

// First implements client.Tallies.
func (s *Tallies) First(
	ctx context.Context, business id.Business, of id.Client, count func(ctx context.Context) (client.Tally, error),
) (t client.Tally, err error) {
	err = s.db.Do(ctx, func(ctx context.Context) error {
		var known bool
		if t, known, err = s.Lock(ctx, business, of); err != nil || known {
			return err
		}
		if t, err = count(ctx); err != nil {
			return err
		}
		return s.Put(ctx, business, of, t)
	})
	return t, err
}

// Pasts implements client.Tallies.
func (s *Tallies) Pasts(ctx context.Context, business id.Business, of id.Client, but id.Booking) ([]client.Past, error) {
	rows, err := queries(ctx, s.db).ClientPasts(ctx, sqlgen.ClientPastsParams{
		BusinessID: string(business), ClientID: string(of), ID: string(but),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]client.Past, len(rows))
	for i, r := range rows {
		b := booking.Booking{Status: booking.Status(r.Status), Cancelled: span.Instant(r.CancelledAt.Int64)}
		b.Start = span.Instant(r.StartAt)
		if err := decode(r.Policy, &b.Policy); err != nil {
			return nil, err
		}
		out[i] = client.Past{
			Booking: id.Booking(r.ID), Status: r.Status, Start: b.Start, Zone: r.Zone,
			Staff: id.Staff(r.StaffID), Service: id.Service(r.ServiceID), Late: b.Late(),
		}
		if r.PaidAmount.Valid {
			out[i].Paid = &money.Amount{Amount: r.PaidAmount.Int64, Currency: r.PriceCurrency}
		}
	}
	return out, nil
}

// Owner implements client.Tallies.
func (s *Tallies) Owner(ctx context.Context, business id.Business, of id.Booking) (id.Client, error) {
	owner, err := queries(ctx, s.db).BookingOwner(ctx, sqlgen.BookingOwnerParams{BusinessID: string(business), ID: string(of)})
	return id.Client(owner), found(s.db, err, "booking")
}

// Clear implements client.Tallies.
func (s *Tallies) Clear(ctx context.Context, business id.Business) error {
	return s.db.Fault(queries(ctx, s.db).ClearClientTallies(ctx, string(business)))
}

func tallyOf(row sqlgen.ClientTally) (client.Tally, error) {
	t := client.Tally{
		Visits: int(row.Visits), NoShows: int(row.NoShows), Cancels: int(row.Cancels), LateCancels: int(row.LateCancels),
		First: span.Instant(row.FirstAt), Last: span.Instant(row.LastAt),
	}
	if err := decode(row.Spent, &t.Spent); err != nil {
		return t, err
	}
	err := decode(row.Habits, &t.Latest)
	if len(t.Spent) == 0 {
		t.Spent = nil
	}
	if len(t.Latest) == 0 {
		t.Latest = nil
	}
	return t, err
}

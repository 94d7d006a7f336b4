package store

import (
	"context"

	"kept/booking"
	"kept/id"
	"kept/internal/db"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// Series keeps which bookings recur together.
type Series struct {
	db       *db.DB
	bookings *Bookings
}

var _ booking.Courses = (*Series)(nil)

// NewSeries makes the store of series.
func NewSeries(d *db.DB, b *Bookings) *Series { return &Series{db: d, bookings: b} }

// InsertSeries implements booking.Courses.
func (s *Series) InsertSeries(ctx context.Context, c *booking.Series) error {
	return s.db.Fault(queries(ctx, s.db).InsertSeries(ctx, sqlgen.InsertSeriesParams{
		BusinessID: string(c.Business), ID: string(c.ID), ClientID: string(c.Client), Rule: c.Rule, CreatedAt: int64(c.CreatedAt),
	}))
}

// FindSeries implements booking.Courses.
func (s *Series) FindSeries(ctx context.Context, business id.Business, want id.Series) (*booking.Series, error) {
	row, err := queries(ctx, s.db).FindSeries(ctx, sqlgen.FindSeriesParams{BusinessID: string(business), ID: string(want)})
	if err != nil {
		return nil, found(s.db, err, "series")
	}
	return &booking.Series{
		ID: want, Business: business, Client: id.Client(row.ClientID), Rule: row.Rule, CreatedAt: span.Instant(row.CreatedAt),
	}, nil
}

// SeriesBookings implements booking.Courses.
func (s *Series) SeriesBookings(ctx context.Context, business id.Business, of id.Series) ([]*booking.Booking, error) {
	rows, err := queries(ctx, s.db).SeriesBookings(ctx, sqlgen.SeriesBookingsParams{BusinessID: string(business), SeriesID: string(of)})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]*booking.Booking, len(rows))
	for i, r := range rows {
		if out[i], err = s.bookings.bookingOf(ctx, sqlgen.FindBookingRow(r)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

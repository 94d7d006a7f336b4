package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"

	"kept/availability"
	"kept/booking"
	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/internal/store/sqlgen"
	"kept/money"
	"kept/span"
)

// The names under which a booking's personal words are sealed.
const (
	fieldNote   = "booking.note"
	fieldReason = "booking.reason"
)

// Bookings keeps the bookings. What clients wrote in them is sealed with the
// client's key.
type Bookings struct {
	db    *db.DB
	vault *Vault
}

var _ booking.Bookings = (*Bookings)(nil)

// NewBookings makes the store of bookings.
func NewBookings(d *db.DB, v *Vault) *Bookings { return &Bookings{db: d, vault: v} }

// visitRow is the placement's part that has no column of its own.
type visitRow struct {
	Items []availability.Item `json:"items"`
	Group id.Group            `json:"group,omitempty"`
}

// Insert implements booking.Bookings.
func (s *Bookings) Insert(ctx context.Context, b *booking.Booking) error {
	items, err := encode(visitRow{b.Items, b.Group})
	if err != nil {
		return err
	}
	quote, err := encode(b.Quote)
	if err != nil {
		return err
	}
	terms, err := encode(b.Policy)
	if err != nil {
		return err
	}
	choice, err := encode(b.Choice)
	if err != nil {
		return err
	}
	note, err := s.seal(ctx, b, fieldNote, b.Note)
	if err != nil {
		return err
	}
	paid, method := paidColumns(b)
	q := changes(ctx, s.db)
	if b.Source == booking.SourceImport { // its identifier is the caller's, who is told which one there is already
		q = queries(ctx, s.db)
	}
	return s.db.Fault(q.InsertBooking(ctx, sqlgen.InsertBookingParams{
		BusinessID: string(b.Business), ID: string(b.ID), ClientID: string(b.Client), Status: string(b.Status),
		StartAt: int64(b.Start), EndAt: int64(b.End), Zone: b.Zone, LocalStart: b.Local.String(), Fold: int64(b.Local.Fold),
		LocationID: string(b.Location), ServiceID: string(b.Service()), StaffID: string(b.Lead), Items: items, Quote: quote,
		PriceAmount: b.Quote.Total.Amount, PriceCurrency: b.Quote.Total.Currency, Policy: terms, Party: int64(b.Party),
		Squeezed: b.Squeezed, Source: b.Source, Language: b.Language, SealedNote: note, Epoch: int64(b.Epoch),
		Sequence: int64(b.Sequence), AttendanceConfirmedAt: instant(b.Attendance), CheckedInAt: instant(b.CheckedIn),
		CompletedAt: instant(b.Completed), CancelledAt: instant(b.Cancelled), PaidAmount: paid, PaidMethod: method,
		CreatedAt: int64(b.CreatedAt), UpdatedAt: int64(b.UpdatedAt), Choice: choice,
		GroupID: string(b.Group), SeriesID: string(b.Series), SeriesPosition: int64(b.SeriesAt), SubjectID: string(b.Subject),
		Named: b.Named,
	}))
}

// Update implements booking.Bookings.
func (s *Bookings) Update(ctx context.Context, b *booking.Booking) error {
	items, err := encode(visitRow{b.Items, b.Group})
	if err != nil {
		return err
	}
	choice, err := encode(b.Choice)
	if err != nil {
		return err
	}
	reason, err := s.seal(ctx, b, fieldReason, b.Reason)
	if err != nil {
		return err
	}
	paid, method := paidColumns(b)
	n, err := queries(ctx, s.db).UpdateBooking(ctx, sqlgen.UpdateBookingParams{
		BusinessID: string(b.Business), ID: string(b.ID), Version: b.Version, Status: string(b.Status),
		StartAt: int64(b.Start), EndAt: int64(b.End), Zone: b.Zone, LocalStart: b.Local.String(), Fold: int64(b.Local.Fold),
		LocationID: string(b.Location), StaffID: string(b.Lead), Items: items, Squeezed: b.Squeezed, SealedReason: reason,
		Epoch: int64(b.Epoch), Sequence: int64(b.Sequence), AttendanceConfirmedAt: instant(b.Attendance),
		CheckedInAt: instant(b.CheckedIn), CompletedAt: instant(b.Completed), CancelledAt: instant(b.Cancelled),
		PaidAmount: paid, PaidMethod: method, UpdatedAt: int64(b.UpdatedAt), Choice: choice,
		GroupID: string(b.Group),
	})
	if err != nil {
		return s.db.Fault(err)
	}
	if n == 0 {
		return fault.New(fault.Conflict, fault.CodeConflict, "somebody else has just changed this booking; look again")
	}
	b.Version++
	return nil
}

// Find implements booking.Bookings.
func (s *Bookings) Find(ctx context.Context, business id.Business, want id.Booking) (*booking.Booking, error) {
	row, err := queries(ctx, s.db).FindBooking(ctx, sqlgen.FindBookingParams{BusinessID: string(business), ID: string(want)})
	if err != nil {
		return nil, found(s.db, err, "booking")
	}
	return s.bookingOf(ctx, row)
}

// List implements booking.Bookings.
func (s *Bookings) List(ctx context.Context, business id.Business, f booking.Filter) ([]*booking.Booking, error) {
	if f.Backward {
		return s.listClient(ctx, business, f)
	}
	p := sqlgen.ListBookingsParams{
		BusinessID: string(business), FromAt: int64(f.Span.Start), ToAt: int64(f.Span.End), EndsAfter: math.MinInt64,
		AfterAt: int64(f.AfterAt), AfterID: string(f.AfterID), Client: string(f.Client), Status: string(f.Status),
		Location: string(f.Location), Staff: string(f.Staff), Count: int32(f.Limit),
	}
	if f.Span == (span.Span{}) {
		p.ToAt = math.MaxInt64
	}
	if f.Overlaps {
		p.FromAt, p.EndsAfter = int64(f.Span.Start-longestRow), int64(f.Span.Start)
	}
	if f.Client != "" && f.Staff == "" && f.Status == "" && f.Location == "" {
		return s.listClientOn(ctx, p)
	}
	rows, err := queries(ctx, s.db).ListBookings(ctx, p)
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return opened(ctx, s, rows)
}

// opened opens what a list has read.
func opened[R sqlgen.ListBookingsRow | sqlgen.ListClientBookingsRow | sqlgen.ListClientBookingsOnRow](
	ctx context.Context, s *Bookings, rows []R,
) ([]*booking.Booking, error) {
	out := make([]*booking.Booking, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = s.bookingOf(ctx, sqlgen.FindBookingRow(r)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Demand implements booking.Bookings.
func (s *Bookings) Demand(ctx context.Context, business id.Business, window span.Span) (map[id.Service]int, error) {
	rows, err := queries(ctx, s.db).BookingDemand(ctx, sqlgen.BookingDemandParams{
		BusinessID: string(business), StartAt: int64(window.Start), StartAt_2: int64(window.End),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make(map[id.Service]int, len(rows))
	for _, r := range rows {
		out[id.Service(r.ServiceID)] = int(r.Asked)
	}
	return out, nil
}

// listClientOn lists one client's bookings in a span.
func (s *Bookings) listClientOn(ctx context.Context, p sqlgen.ListBookingsParams) ([]*booking.Booking, error) {
	rows, err := queries(ctx, s.db).ListClientBookingsOn(ctx, sqlgen.ListClientBookingsOnParams{
		BusinessID: p.BusinessID, Client: p.Client, FromAt: p.FromAt, ToAt: p.ToAt, EndsAfter: p.EndsAfter,
		AfterAt: p.AfterAt, AfterID: p.AfterID, Count: p.Count,
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return opened(ctx, s, rows)
}

// listClient lists one client's bookings, the newest first.
func (s *Bookings) listClient(ctx context.Context, business id.Business, f booking.Filter) ([]*booking.Booking, error) {
	p := sqlgen.ListClientBookingsParams{
		BusinessID: string(business), Client: string(f.Client), BeforeAt: int64(f.AfterAt), BeforeID: string(f.AfterID),
		Count: int32(f.Limit),
	}
	if f.AfterAt == 0 {
		p.BeforeAt = math.MaxInt64
	}
	rows, err := queries(ctx, s.db).ListClientBookings(ctx, p)
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return opened(ctx, s, rows)
}

// seal seals a client's words; the key is fetched only when there are any.
// With the key of a client who was erased meanwhile, the words are gone too.
func (s *Bookings) seal(ctx context.Context, b *booking.Booking, field, words string) ([]byte, error) {
	if words == "" {
		return nil, nil
	}
	key, err := s.vault.Client(ctx, b.Business, b.Client)
	switch {
	case fault.Is(err, fault.CodeNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return key.SealString(field, string(b.ID), words), nil
}

func (s *Bookings) bookingOf(ctx context.Context, r sqlgen.FindBookingRow) (*booking.Booking, error) {
	b := &booking.Booking{
		ID: id.Booking(r.ID), Business: id.Business(r.BusinessID), Client: id.Client(r.ClientID), Status: booking.Status(r.Status),
		Placement: availability.Placement{
			Start: span.Instant(r.StartAt), End: span.Instant(r.EndAt), Location: id.Location(r.LocationID), Lead: id.Staff(r.StaffID),
		},
		Subject: id.Subject(r.SubjectID), Named: r.Named, Series: id.Series(r.SeriesID), SeriesAt: int(r.SeriesPosition),
		Zone: r.Zone, Party: int(r.Party), Squeezed: r.Squeezed, Source: r.Source, Language: r.Language,
		Epoch: uint32(r.Epoch), Sequence: int(r.Sequence),
		Attendance: span.Instant(r.AttendanceConfirmedAt.Int64), CheckedIn: span.Instant(r.CheckedInAt.Int64),
		Completed: span.Instant(r.CompletedAt.Int64), Cancelled: span.Instant(r.CancelledAt.Int64),
		Method: r.PaidMethod.String, Version: r.Version,
		CreatedAt: span.Instant(r.CreatedAt), UpdatedAt: span.Instant(r.UpdatedAt),
	}
	if r.PaidAmount.Valid {
		b.Paid = &money.Amount{Amount: r.PaidAmount.Int64, Currency: r.PriceCurrency}
	}
	local, err := span.ParseWall(r.LocalStart)
	if err != nil {
		return nil, fmt.Errorf("store: booking %s: %w", r.ID, err)
	}
	b.Local, b.Local.Fold = local, int(r.Fold)
	var visit visitRow
	if err := decode(r.Items, &visit); err != nil {
		return nil, err
	}
	b.Items, b.Group = visit.Items, visit.Group
	if err := decode(r.Choice, &b.Choice); err != nil {
		return nil, err
	}
	if err := decode(r.Quote, &b.Quote); err != nil {
		return nil, err
	}
	if err := decode(r.Policy, &b.Policy); err != nil {
		return nil, err
	}
	return b, s.open(ctx, r, b)
}

// open unseals the client's name and words. Those of an erased client are gone.
func (s *Bookings) open(ctx context.Context, r sqlgen.FindBookingRow, b *booking.Booking) error {
	if len(r.SealedKey) == 0 {
		return nil
	}
	key, err := s.vault.openClient(ctx, b.Business, b.Client, r.SealedKey)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		to           *string
		field, owner string
		sealed       []byte
	}{
		{&b.ClientName, fieldClientName, r.ClientID, r.SealedName},
		{&b.Note, fieldNote, r.ID, r.SealedNote},
		{&b.Reason, fieldReason, r.ID, r.SealedReason},
	} {
		if *f.to, err = key.OpenString(f.field, f.owner, f.sealed); err != nil {
			return fmt.Errorf("store: booking %s: %w", r.ID, err)
		}
	}
	return nil
}

// instant writes an instant that may be none.
func instant(i span.Instant) sql.NullInt64 { return sql.NullInt64{Int64: int64(i), Valid: i != 0} }

func paidColumns(b *booking.Booking) (sql.NullInt64, sql.NullString) {
	if b.Paid == nil {
		return sql.NullInt64{}, sql.NullString{String: b.Method, Valid: b.Method != ""}
	}
	return sql.NullInt64{Int64: b.Paid.Amount, Valid: true}, sql.NullString{String: b.Method, Valid: b.Method != ""}
}

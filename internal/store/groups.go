package store

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"kept/booking"
	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// Groups keeps the planned sessions of groups. Who has a seat is told by the
// bookings; the seats themselves are rows on lanes.
type Groups struct {
	db       *db.DB
	bookings *Bookings
}

var _ booking.Groups = (*Groups)(nil)

// NewGroups makes the store of sessions.
func NewGroups(d *db.DB, b *Bookings) *Groups { return &Groups{db: d, bookings: b} }

// InsertSession implements booking.Groups.
func (s *Groups) InsertSession(ctx context.Context, g *booking.Session) error {
	placement, err := encode(g.Placement)
	if err != nil {
		return err
	}
	return s.db.Fault(queries(ctx, s.db).InsertGroup(ctx, sqlgen.InsertGroupParams{
		BusinessID: string(g.Business), ID: string(g.ID), ServiceID: string(g.Service), Status: g.Status,
		StartAt: int64(g.Placement.Start), EndAt: int64(g.Placement.End), Zone: g.Zone, LocalStart: g.Local.String(),
		Fold: int64(g.Local.Fold), LocationID: string(g.Placement.Location), Placement: placement, Seats: int64(g.Seats),
		MinSeats: int64(g.MinSeats), DecideAt: int64(g.Decide), CreatedAt: int64(g.CreatedAt), UpdatedAt: int64(g.UpdatedAt),
	}))
}

// UpdateSession implements booking.Groups.
func (s *Groups) UpdateSession(ctx context.Context, g *booking.Session) error {
	n, err := queries(ctx, s.db).UpdateGroup(ctx, sqlgen.UpdateGroupParams{
		BusinessID: string(g.Business), ID: string(g.ID), Version: g.Version, Status: g.Status, Seats: int64(g.Seats),
		MinSeats: int64(g.MinSeats), DecideAt: int64(g.Decide), UpdatedAt: int64(g.UpdatedAt),
	})
	if err != nil {
		return s.db.Fault(err)
	}
	if n == 0 {
		return fault.New(fault.Conflict, fault.CodeConflict, "somebody else has just changed this session; look again")
	}
	g.Version++
	return nil
}

// FindSession implements booking.Groups.
func (s *Groups) FindSession(ctx context.Context, business id.Business, group id.Group) (*booking.Session, error) {
	row, err := queries(ctx, s.db).FindGroup(ctx, sqlgen.FindGroupParams{BusinessID: string(business), ID: string(group)})
	if err != nil {
		return nil, found(s.db, err, "session")
	}
	return sessionOf(row)
}

// ListSessions implements booking.Groups.
func (s *Groups) ListSessions(ctx context.Context, business id.Business, f booking.SessionFilter) ([]*booking.Session, error) {
	p := sqlgen.ListGroupsParams{
		BusinessID: string(business), FromAt: int64(f.Span.Start), ToAt: int64(f.Span.End), Service: string(f.Service),
		Location: string(f.Location), Status: f.Status, AfterAt: int64(f.AfterAt), AfterID: string(f.AfterID), Count: int32(f.Limit),
	}
	if f.Span == (span.Span{}) {
		p.FromAt, p.ToAt = math.MinInt64, math.MaxInt64
	}
	rows, err := queries(ctx, s.db).ListGroups(ctx, p)
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return sessionsOf(rows)
}

// Seats implements booking.Groups.
func (s *Groups) Seats(ctx context.Context, business id.Business, of ...*booking.Session) ([]booking.Seat, error) {
	rows, err := s.seatRows(ctx, business, of)
	if err != nil {
		return nil, s.db.Fault(err)
	}
	asked := make(map[id.Group]bool, len(of))
	for _, one := range of {
		asked[one.ID] = true
	}
	out := make([]booking.Seat, 0, len(rows))
	for _, r := range rows {
		group, number, _ := strings.Cut(r.LaneID, ":")
		n, err := strconv.Atoi(number)
		if err != nil {
			return nil, fmt.Errorf("store: seat %q: %w", r.LaneID, err)
		}
		if asked[id.Group(group)] {
			out = append(out, booking.Seat{Group: id.Group(group), Number: n, Source: r.SourceID, Expires: span.Instant(r.ExpiresAt)})
		}
	}
	return out, nil
}

// seatRows reads the seats of one session, or of all that start between the
// first and the last of several.
func (s *Groups) seatRows(ctx context.Context, business id.Business, of []*booking.Session) ([]sqlgen.SeatRowsRow, error) {
	switch len(of) {
	case 0:
		return nil, nil
	case 1:
		return queries(ctx, s.db).SeatRows(ctx, sqlgen.SeatRowsParams{
			BusinessID: string(business), LaneID: string(of[0].ID) + ":", LaneID_2: string(of[0].ID) + ";", // ';' follows ':'
		})
	}
	p := sqlgen.SeatRowsBetweenParams{BusinessID: string(business), StartAt: math.MaxInt64, StartAt_2: math.MinInt64}
	for _, one := range of {
		p.StartAt, p.StartAt_2 = min(p.StartAt, int64(one.Placement.Start)), max(p.StartAt_2, int64(one.Placement.Start))
	}
	rows, err := queries(ctx, s.db).SeatRowsBetween(ctx, p)
	out := make([]sqlgen.SeatRowsRow, len(rows))
	for i, r := range rows {
		out[i] = sqlgen.SeatRowsRow{LaneID: r.LaneID, SourceID: r.SourceID, ExpiresAt: r.ExpiresAt}
	}
	return out, err
}

// Members implements booking.Groups.
func (s *Groups) Members(ctx context.Context, business id.Business, of id.Group) ([]*booking.Booking, error) {
	rows, err := queries(ctx, s.db).GroupBookings(ctx, sqlgen.GroupBookingsParams{BusinessID: string(business), GroupID: string(of)})
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

// Undecided implements booking.Groups.
func (s *Groups) Undecided(ctx context.Context, now span.Instant, limit int) ([]*booking.Session, error) {
	rows, err := queries(ctx, s.db).UndecidedGroups(ctx, sqlgen.UndecidedGroupsParams{DecideAt: int64(now), Limit: int32(limit)})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return sessionsOf(rows)
}

// NextDecision implements booking.Groups.
func (s *Groups) NextDecision(ctx context.Context) (span.Instant, bool, error) {
	at, err := queries(ctx, s.db).NextGroupDecision(ctx)
	return span.Instant(at), at != 0, s.db.Fault(err)
}

func sessionsOf(rows []sqlgen.GroupSession) ([]*booking.Session, error) {
	out := make([]*booking.Session, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = sessionOf(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func sessionOf(r sqlgen.GroupSession) (*booking.Session, error) {
	s := &booking.Session{
		ID: id.Group(r.ID), Business: id.Business(r.BusinessID), Service: id.Service(r.ServiceID), Status: r.Status, Zone: r.Zone,
		Seats: int(r.Seats), MinSeats: int(r.MinSeats), Decide: span.Instant(r.DecideAt), Version: r.Version,
		CreatedAt: span.Instant(r.CreatedAt), UpdatedAt: span.Instant(r.UpdatedAt),
	}
	local, err := span.ParseWall(r.LocalStart)
	if err != nil {
		return nil, fmt.Errorf("store: session %s: %w", r.ID, err)
	}
	s.Local, s.Local.Fold = local, int(r.Fold)
	return s, decode(r.Placement, &s.Placement)
}

package store

import (
	"context"
	"math"

	"kept/availability"
	"kept/booking"
	"kept/id"
	"kept/internal/store/sqlgen"
	"kept/schedule"
	"kept/setup"
	"kept/span"
)

var (
	_ setup.Settings   = (*Settings)(nil)
	_ setup.Businesses = (*Setup)(nil)
	_ setup.Things     = (*Setup)(nil)
	_ setup.Rules      = (*Setup)(nil)
	_ setup.Lanes      = (*Lanes)(nil)
)

// Block implements setup.Lanes.
func (s *Lanes) Block(ctx context.Context, business id.Business, source string, lanes []availability.Lane, closed span.Span) error {
	rows := make([]booking.LaneRow, 0, len(lanes))
	for _, l := range lanes {
		rows = append(rows, booking.LaneRow{Lane: l, Row: availability.Row{Span: closed, Source: source, Kind: availability.RowTimeOff}})
	}
	return s.Occupy(ctx, business, rows)
}

// ownerOf tells whose time off it is.
func ownerOf(staff id.Staff, resource id.Resource, location id.Location) (kind, owner string) {
	switch {
	case staff != "":
		return kindStaff, string(staff)
	case resource != "":
		return kindResource, string(resource)
	case location != "":
		return kindLocation, string(location)
	default:
		return "", ""
	}
}

func timeOffOf(row sqlgen.TimeOff) schedule.TimeOff {
	t := schedule.TimeOff{
		ID: id.TimeOff(row.ID), Reason: row.Reason,
		Span: span.Span{Start: span.Instant(row.StartAt), End: span.Instant(row.EndAt)},
	}
	switch row.OwnerKind {
	case kindStaff:
		t.Staff = id.Staff(row.OwnerID)
	case kindResource:
		t.Resource = id.Resource(row.OwnerID)
	case kindLocation:
		t.Location = id.Location(row.OwnerID)
	}
	return t
}

// InsertTimeOff implements setup.Rules.
func (s *Setup) InsertTimeOff(ctx context.Context, business id.Business, t schedule.TimeOff, at span.Instant) error {
	kind, owner := ownerOf(t.Staff, t.Resource, t.Location)
	return s.db.Fault(queries(ctx, s.db).InsertTimeOff(ctx, sqlgen.InsertTimeOffParams{
		BusinessID: string(business), ID: string(t.ID), OwnerKind: kind, OwnerID: owner,
		StartAt: int64(t.Span.Start), EndAt: int64(t.Span.End), Reason: t.Reason, CreatedAt: int64(at),
	}))
}

// UpdateTimeOff implements setup.Rules.
func (s *Setup) UpdateTimeOff(ctx context.Context, business id.Business, t schedule.TimeOff) error {
	kind, owner := ownerOf(t.Staff, t.Resource, t.Location)
	rows, err := queries(ctx, s.db).UpdateTimeOff(ctx, sqlgen.UpdateTimeOffParams{
		BusinessID: string(business), ID: string(t.ID), OwnerKind: kind, OwnerID: owner,
		StartAt: int64(t.Span.Start), EndAt: int64(t.Span.End), Reason: t.Reason,
	})
	return changed(s.db, rows, err, "time off")
}

// DeleteTimeOff implements setup.Rules.
func (s *Setup) DeleteTimeOff(ctx context.Context, business id.Business, want id.TimeOff) error {
	rows, err := queries(ctx, s.db).DeleteTimeOff(ctx, sqlgen.DeleteTimeOffParams{BusinessID: string(business), ID: string(want)})
	return changed(s.db, rows, err, "time off")
}

// FindTimeOff implements setup.Rules.
func (s *Setup) FindTimeOff(ctx context.Context, business id.Business, want id.TimeOff) (schedule.TimeOff, error) {
	row, err := queries(ctx, s.db).FindTimeOff(ctx, sqlgen.FindTimeOffParams{BusinessID: string(business), ID: string(want)})
	if err != nil {
		return schedule.TimeOff{}, found(s.db, err, "time off")
	}
	return timeOffOf(row), nil
}

// ListTimeOff implements setup.Rules.
func (s *Setup) ListTimeOff(ctx context.Context, business id.Business, f setup.TimeOffFilter) ([]schedule.TimeOff, error) {
	kind, owner := ownerOf(f.Staff, f.Resource, f.Location)
	to := int64(f.Span.End)
	if to == 0 {
		to = math.MaxInt64
	}
	rows, err := queries(ctx, s.db).ListTimeOff(ctx, sqlgen.ListTimeOffParams{
		BusinessID: string(business), FromAt: int64(f.Span.Start), ToAt: to, OwnerKind: kind, OwnerID: owner,
		AfterAt: int64(f.AfterEnd), AfterID: string(f.AfterID), Most: int32(f.Limit),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]schedule.TimeOff, 0, len(rows))
	for _, row := range rows {
		out = append(out, timeOffOf(row))
	}
	return out, nil
}

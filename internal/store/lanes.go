package store

import (
	"context"
	"slices"

	"kept/availability"
	"kept/booking"
	"kept/id"
	"kept/internal/db"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// longestRow bounds how long a row on a lane can be: visits last a day at
// most, and longer blocking times are cut into pieces when they are laid. A
// look-up is thus one stretch of the index.
const (
	longestRow  = 48 * span.Hour
	blockingCut = 24 * span.Hour
)

// lanesAtOnce is how many lanes one statement touches or reads.
const lanesAtOnce = 4

// Lanes keeps whose time is taken.
type Lanes struct {
	db    *db.DB
	looks *together[laneKey, booking.Versions]
}

var _ booking.Lanes = (*Lanes)(nil)

// NewLanes makes the store of lanes.
func NewLanes(d *db.DB) *Lanes {
	return &Lanes{db: d, looks: newTogether[laneKey, booking.Versions]()}
}

// laneKey is a question for versions.
type laneKey struct {
	business id.Business
	only     availability.Lane // none: all lanes
}

// Versions implements booking.Lanes. It decides whether what is remembered
// still holds, for each list of slots, so those who ask for the same at the
// same time look together; within a transaction each looks alone.
func (s *Lanes) Versions(
	ctx context.Context, business id.Business, only *availability.Lane,
) (booking.Versions, error) {
	if s.db.Inside(ctx) {
		return s.versions(ctx, business, only)
	}
	key := laneKey{business: business}
	if only != nil {
		key.only = *only
	}
	return s.looks.ask(ctx, key, func(ctx context.Context) (booking.Versions, error) {
		return s.versions(ctx, business, only)
	})
}

func (s *Lanes) versions(
	ctx context.Context, business id.Business, only *availability.Lane,
) (booking.Versions, error) {
	q := queries(ctx, s.db)
	out := booking.Versions{}
	if only != nil {
		rows, err := q.LaneVersionsOf(ctx, sqlgen.LaneVersionsOfParams{
			ID: string(business), Kind: string(only.Kind), ID_2: only.ID,
		})
		if err != nil {
			return out, s.db.Fault(err)
		}
		out.Lanes = make(map[availability.Lane]int64, len(rows))
		for _, r := range rows {
			out.Config = r.ConfigVersion
			out.Lanes[availability.Lane{Kind: availability.LaneKind(r.Kind), ID: r.ID}] = r.Version
		}
		return out, nil
	}
	rows, err := q.LaneVersionsAll(ctx, string(business))
	if err != nil {
		return out, s.db.Fault(err)
	}
	out.Lanes = make(map[availability.Lane]int64, len(rows))
	for _, r := range rows {
		out.Config = r.ConfigVersion
		out.Lanes[availability.Lane{Kind: availability.LaneKind(r.Kind), ID: r.ID}] = r.Version
	}
	return out, nil
}

// Touch implements booking.Lanes.
func (s *Lanes) Touch(ctx context.Context, business id.Business, lanes []availability.Lane) error {
	q := queries(ctx, s.db)
	for some := range slices.Chunk(slices.Compact(slices.Clone(lanes)), lanesAtOnce) {
		var err error
		if len(some) == 1 {
			err = q.TouchLane(ctx, sqlgen.TouchLaneParams{BusinessID: string(business), Kind: string(some[0].Kind), ID: some[0].ID})
		} else {
			var l [lanesAtOnce]availability.Lane // what is left over stays empty
			copy(l[:], some)
			err = q.TouchLanes(ctx, sqlgen.TouchLanesParams{
				BusinessID: string(business), Kind1: string(l[0].Kind), Id1: l[0].ID, Kind2: string(l[1].Kind), Id2: l[1].ID,
				Kind3: string(l[2].Kind), Id3: l[2].ID, Kind4: string(l[3].Kind), Id4: l[3].ID,
			})
		}
		if err != nil {
			return s.db.Fault(err)
		}
	}
	return nil
}

// Rows reads a lane's rows that meet the window, by start.
func (s *Lanes) Rows(
	ctx context.Context, business id.Business, lane availability.Lane, window span.Span,
) ([]availability.Row, error) {
	rows, err := queries(ctx, s.db).LaneRows(ctx, sqlgen.LaneRowsParams{
		BusinessID: string(business), LaneKind: string(lane.Kind), LaneID: lane.ID,
		StartAt: int64(window.Start - longestRow), StartAt_2: int64(window.End), EndAt: int64(window.Start),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]availability.Row, len(rows))
	for i, r := range rows {
		out[i] = availability.Row{
			Span: span.Span{Start: span.Instant(r.StartAt), End: span.Instant(r.EndAt)}, Exclusive: r.Exclusive,
			Expires: span.Instant(r.ExpiresAt), Source: r.SourceID, Kind: r.SourceKind, Place: id.Location(r.LocationID),
		}
	}
	return out, nil
}

// RowsOn implements booking.Lanes.
func (s *Lanes) RowsOn(
	ctx context.Context, business id.Business, lanes []availability.Lane, window span.Span,
) (map[availability.Lane][]availability.Row, error) {
	out := make(map[availability.Lane][]availability.Row, len(lanes))
	for _, l := range lanes {
		out[l] = []availability.Row{}
	}
	for some := range slices.Chunk(lanes, lanesAtOnce) {
		var l [lanesAtOnce]availability.Lane // what is left over stays empty
		copy(l[:], some)
		rows, err := queries(ctx, s.db).LanesRows(ctx, sqlgen.LanesRowsParams{
			Kind1: string(l[0].Kind), Id1: l[0].ID, Kind2: string(l[1].Kind), Id2: l[1].ID,
			Kind3: string(l[2].Kind), Id3: l[2].ID, Kind4: string(l[3].Kind), Id4: l[3].ID, BusinessID: string(business),
			StartsAfter: int64(window.Start - longestRow), StartsBefore: int64(window.End), EndsAfter: int64(window.Start),
		})
		if err != nil {
			return nil, s.db.Fault(err)
		}
		for _, r := range rows {
			lane := availability.Lane{Kind: availability.LaneKind(r.LaneKind), ID: r.LaneID}
			out[lane] = append(out[lane], rowOf(r))
		}
	}
	return out, nil
}

// RowsNow implements booking.Lanes.
func (s *Lanes) RowsNow(
	ctx context.Context, business id.Business, lanes []availability.Lane, window span.Span,
) (map[availability.Lane][]availability.Row, int64, error) {
	first := lanes[:min(lanesAtOnce, len(lanes))]
	out, err := s.RowsOn(ctx, business, lanes[len(first):], window)
	if err != nil {
		return nil, 0, err
	}
	for _, l := range first {
		out[l] = []availability.Row{}
	}
	var l [lanesAtOnce]availability.Lane // what is left over stays empty
	copy(l[:], first)
	rows, err := queries(ctx, s.db).LanesRowsNow(ctx, sqlgen.LanesRowsNowParams{
		Kind1: string(l[0].Kind), Id1: l[0].ID, Kind2: string(l[1].Kind), Id2: l[1].ID,
		Kind3: string(l[2].Kind), Id3: l[2].ID, Kind4: string(l[3].Kind), Id4: l[3].ID, BusinessID: string(business),
		StartsAfter: int64(window.Start - longestRow), StartsBefore: int64(window.End), EndsAfter: int64(window.Start),
	})
	if err != nil {
		return nil, 0, s.db.Fault(err)
	}
	var config int64
	for _, r := range rows {
		if r.LaneKind == "" {
			config = r.StartAt
			continue
		}
		lane := availability.Lane{Kind: availability.LaneKind(r.LaneKind), ID: r.LaneID}
		out[lane] = append(out[lane], rowOf(sqlgen.LanesRowsRow(r)))
	}
	return out, config, nil
}

func rowOf(r sqlgen.LanesRowsRow) availability.Row {
	return availability.Row{
		Span: span.Span{Start: span.Instant(r.StartAt), End: span.Instant(r.EndAt)}, Exclusive: r.Exclusive,
		Expires: span.Instant(r.ExpiresAt), Source: r.SourceID, Kind: r.SourceKind, Place: id.Location(r.LocationID),
	}
}

// Occupy implements booking.Lanes. Blocking rows longer than a day are cut.
func (s *Lanes) Occupy(ctx context.Context, business id.Business, rows []booking.LaneRow) error {
	var all []sqlgen.InsertOccupancyParams
	for _, r := range rows {
		for _, piece := range pieces(r) {
			all = append(all, sqlgen.InsertOccupancyParams{
				BusinessID: string(business), LaneKind: string(r.Lane.Kind), LaneID: r.Lane.ID,
				StartAt: int64(piece.Start), EndAt: int64(piece.End), Exclusive: r.Exclusive,
				SourceKind: r.Kind, SourceID: r.Source, ExpiresAt: int64(r.Expires), LocationID: string(r.Place),
			})
		}
	}
	q := changes(ctx, s.db)
	for two := range slices.Chunk(all, 2) {
		var err error
		if len(two) == 1 {
			err = q.InsertOccupancy(ctx, two[0])
		} else {
			a, b := two[0], two[1]
			err = q.InsertTwoOccupancies(ctx, sqlgen.InsertTwoOccupanciesParams{
				BusinessID: a.BusinessID,
				LaneKind:   a.LaneKind, LaneID: a.LaneID, StartAt: a.StartAt, EndAt: a.EndAt, Exclusive: a.Exclusive,
				SourceKind: a.SourceKind, SourceID: a.SourceID, ExpiresAt: a.ExpiresAt, LocationID: a.LocationID,
				LaneKind_2: b.LaneKind, LaneID_2: b.LaneID, StartAt_2: b.StartAt, EndAt_2: b.EndAt, Exclusive_2: b.Exclusive,
				SourceKind_2: b.SourceKind, SourceID_2: b.SourceID, ExpiresAt_2: b.ExpiresAt, LocationID_2: b.LocationID,
			})
		}
		if err != nil {
			return s.db.Fault(err)
		}
	}
	return nil
}

func pieces(r booking.LaneRow) []span.Span {
	if r.Exclusive || r.Length() <= blockingCut {
		return []span.Span{r.Span}
	}
	var out []span.Span
	for start := r.Start; start < r.End; start += blockingCut {
		out = append(out, span.Span{Start: start, End: min(start+blockingCut, r.End)})
	}
	return out
}

// Vacate implements booking.Lanes.
func (s *Lanes) Vacate(ctx context.Context, business id.Business, source string) ([]availability.Lane, error) {
	rows, err := queries(ctx, s.db).DeleteOccupancy(ctx, sqlgen.DeleteOccupancyParams{
		BusinessID: string(business), SourceID: source,
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]availability.Lane, len(rows))
	for i, r := range rows {
		out[i] = availability.Lane{Kind: availability.LaneKind(r.LaneKind), ID: r.LaneID}
	}
	return out, nil
}

// Clear implements booking.Lanes.
func (s *Lanes) Clear(ctx context.Context, business id.Business, kind availability.LaneKind) error {
	return s.db.Fault(queries(ctx, s.db).DeleteOccupancyKind(ctx, sqlgen.DeleteOccupancyKindParams{
		BusinessID: string(business), LaneKind: string(kind),
	}))
}

// Remember implements booking.Lanes.
func (s *Lanes) Remember(ctx context.Context, fn func()) { s.db.AfterCommit(ctx, fn) }

// Overlaps counts the pairs of exclusive rows that overlap on a lane: 0, or
// something has gone very wrong. It reads every row.
func Overlaps(ctx context.Context, d *db.DB) (int64, error) {
	n, err := queries(ctx, d).CountOverlaps(ctx)
	return n, d.Fault(err)
}

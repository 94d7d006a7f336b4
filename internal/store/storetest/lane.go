package storetest

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/availability"
	"kept/booking"
	"kept/fault"
	"kept/id"
	"kept/internal/store"
	"kept/span"
)

func testLane(t *testing.T, open Opener) {
	t.Run("versions", func(t *testing.T) { t.Parallel(); laneVersions(t, NewWorld(t, open)) })
	t.Run("rows", func(t *testing.T) { t.Parallel(); laneRows(t, NewWorld(t, open)) })
	t.Run("blocking rows are cut", func(t *testing.T) { t.Parallel(); laneBlocking(t, NewWorld(t, open)) })
	t.Run("belt", func(t *testing.T) { t.Parallel(); laneBelt(t, NewWorld(t, open)) })
	t.Run("never updated", func(t *testing.T) { t.Parallel(); laneNeverUpdated(t, NewWorld(t, open)) })
}

func laneVersions(t *testing.T, w *World) {
	b, other := w.Business(t, "mine"), w.Business(t, "other")
	ada, chair, main, clara := booking.StaffLane("ada"), booking.UnitLane("chair", 1), booking.PlaceLane("main"), booking.ClientLane("clara")
	squeeze := booking.OverflowLane("ada")
	read := func(only *availability.Lane) map[availability.Lane]int64 {
		v, err := w.Lanes.Versions(t.Context(), b, only)
		Must(t, err)
		if v.Config != 1 {
			t.Errorf("the configuration is at %d", v.Config)
		}
		delete(v.Lanes, availability.Lane{}) // of a business without lanes
		return v.Lanes
	}
	if got := read(nil); len(got) != 0 {
		t.Errorf("untouched lanes are %v", got)
	}
	w.Do(t, func(ctx context.Context) error {
		return w.Lanes.Touch(ctx, b, []availability.Lane{clara, squeeze, main, ada, chair})
	})
	w.Do(t, func(ctx context.Context) error { return w.Lanes.Touch(ctx, b, []availability.Lane{ada}) })
	w.Do(t, func(ctx context.Context) error { return w.Lanes.Touch(ctx, other, []availability.Lane{ada}) })
	_ = w.DB.Do(t.Context(), func(ctx context.Context) error {
		Must(t, w.Lanes.Touch(ctx, b, []availability.Lane{ada}))
		return context.Canceled
	})
	if diff := cmp.Diff(map[availability.Lane]int64{ada: 2, chair: 1, main: 1, squeeze: 1}, read(nil)); diff != "" {
		t.Error("all lanes:", diff)
	}
	if diff := cmp.Diff(map[availability.Lane]int64{ada: 2, main: 1}, read(&ada)); diff != "" {
		t.Error("one lane:", diff)
	}
}

func row(source string, from, to span.Instant, exclusive bool) availability.Row {
	kind := availability.RowBooking
	if !exclusive {
		kind = availability.RowTimeOff
	}
	return availability.Row{Span: span.Span{Start: Noon + from, End: Noon + to}, Exclusive: exclusive, Source: source, Kind: kind}
}

func laneRows(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	lane, unit := booking.StaffLane("ada"), booking.UnitLane("chair", 1)
	held := availability.Row{
		Span: span.Span{Start: Noon + 20, End: Noon + 30}, Exclusive: true, Source: "hold", Kind: availability.RowHold, Expires: Noon + 99,
	}
	first, off, late := row("first", 0, 10, true), row("off", 5, 25, false), row("late", 30, 40, true)
	var all []booking.LaneRow
	for _, r := range []availability.Row{late, held, first, off} {
		all = append(all, booking.LaneRow{Lane: lane, Row: r})
	}
	all = append(all, booking.LaneRow{Lane: unit, Row: first})
	w.Do(t, func(ctx context.Context) error { return w.Lanes.Occupy(ctx, b, all) })
	for _, c := range []struct {
		name     string
		from, to span.Instant
		want     []availability.Row
	}{
		{"all", 0, 50, []availability.Row{first, off, held, late}},
		{"touching does not meet", 10, 20, []availability.Row{off}},
		{"one instant", 9, 10, []availability.Row{first, off}},
		{"the end of a long one", 24, 25, []availability.Row{off, held}},
		{"before", -9, 0, []availability.Row{}},
		{"after", 40, 99, []availability.Row{}},
	} {
		got, err := w.Lanes.Rows(t.Context(), b, lane, span.Span{Start: Noon + c.from, End: Noon + c.to})
		Must(t, err)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	lanes := w.vacate(t, b, "first")
	slices.SortFunc(lanes, func(x, y availability.Lane) int {
		if x.Less(y) {
			return -1
		}
		return 1
	})
	if diff := cmp.Diff([]availability.Lane{lane, unit}, lanes); diff != "" {
		t.Error("vacated:", diff)
	}
	if lanes = w.vacate(t, b, "first"); len(lanes) != 0 {
		t.Errorf("vacated twice: %v", lanes)
	}
	if lanes = w.vacate(t, w.Business(t, "other"), "late"); len(lanes) != 0 {
		t.Errorf("another business vacated %v", lanes)
	}
}

func (w *World) vacate(t testing.TB, b id.Business, source string) (lanes []availability.Lane) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		lanes, err = w.Lanes.Vacate(ctx, b, source)
		return err
	})
	return lanes
}

func laneBlocking(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	lane := booking.StaffLane("ada")
	long := row("vacation", 5, 5+15*span.Day+span.Hour, false)
	w.Do(t, func(ctx context.Context) error {
		return w.Lanes.Occupy(ctx, b, []booking.LaneRow{{Lane: lane, Row: long}})
	})
	for _, at := range []span.Instant{5, span.Day, span.Day + 5, 7 * span.Day, 15*span.Day + span.Hour + 4} {
		got, err := w.Lanes.Rows(t.Context(), b, lane, span.Span{Start: Noon + at, End: Noon + at + 1})
		Must(t, err)
		if len(got) != 1 || got[0].Exclusive || got[0].Source != "vacation" || !got[0].Holds(Noon+at) || got[0].Length() > span.Day {
			t.Errorf("at %d: %v", at, got)
		}
	}
	got, err := w.Lanes.Rows(t.Context(), b, lane, long.Span.Widen(span.Day, span.Day))
	Must(t, err)
	var set span.Set
	for _, r := range got {
		set = append(set, r.Span)
	}
	if diff := cmp.Diff(span.Set{long.Span}, span.SetOf(set...)); diff != "" || len(got) != 16 {
		t.Errorf("%d pieces make %s", len(got), diff)
	}
	// A blocking row may fall on a booking, and a booking's row on it is the engine's to refuse.
	w.Do(t, func(ctx context.Context) error {
		return w.Lanes.Occupy(ctx, b, []booking.LaneRow{{Lane: lane, Row: row("booked", 0, 9, true)}, {Lane: lane, Row: row("more", 3, 5, false)}})
	})
}

// laneBelt goes past the desk: the database itself refuses what overlaps.
func laneBelt(t *testing.T, w *World) {
	b, other := w.Business(t, "mine"), w.Business(t, "other")
	lane := booking.StaffLane("ada")
	put := func(business id.Business, l availability.Lane, r availability.Row) error {
		return w.DB.Do(t.Context(), func(ctx context.Context) error {
			return w.Lanes.Occupy(ctx, business, []booking.LaneRow{{Lane: l, Row: r}})
		})
	}
	Must(t, put(b, lane, row("there", 10, 20, true)))
	Must(t, put(b, lane, row("far", 100, 120, true)))
	for name, r := range map[string]availability.Row{
		"the same": row("x", 10, 20, true), "inside": row("x", 12, 13, true), "around": row("x", 5, 25, true),
		"its first instant": row("x", 5, 11, true), "its last instant": row("x", 19, 30, true), "both": row("x", 15, 110, true),
	} {
		if err := put(b, lane, r); !fault.Is(err, fault.CodeSlotTaken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	Must(t, put(b, lane, row("before", 5, 10, true)))
	Must(t, put(b, lane, row("after", 20, 30, true)))
	Must(t, put(b, lane, row("off", 0, 40, false)))
	Must(t, put(b, booking.StaffLane("ben"), row("x", 10, 20, true)))
	Must(t, put(b, booking.UnitLane("ada", 1), row("x", 10, 20, true)))
	Must(t, put(other, lane, row("x", 10, 20, true)))
	if err := put(b, lane, row("nothing", 50, 50, true)); err == nil {
		t.Error("an empty row is laid")
	}
	if n, err := store.Overlaps(t.Context(), w.DB); n != 0 || err != nil {
		t.Errorf("%d overlaps, %v", n, err)
	}
}

func laneNeverUpdated(t *testing.T, w *World) {
	if w.DB.Dialect().Name() != "sqlite" {
		return // PostgreSQL checks its constraint at updates too
	}
	b := w.Business(t, "mine")
	w.Do(t, func(ctx context.Context) error {
		return w.Lanes.Occupy(ctx, b, []booking.LaneRow{{Lane: booking.StaffLane("ada"), Row: row("x", 10, 20, true)}})
	})
	if _, err := w.DB.SQL().ExecContext(t.Context(), "UPDATE occupancy SET end_at = end_at + 1"); err == nil {
		t.Error("a row was changed, past the trigger")
	}
}

package calsync

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/span"
)

// mostRows bounds what one calendar may put on lanes.
const mostRows = 40_000

// window is what calendars are read for: from yesterday on, since a visit may
// have begun then, to the horizon. It begins at a midnight in UTC, so that
// what reaches in from before is cut at the same place all day.
func window(now, ahead span.Instant) span.Span {
	today := now - now%span.Day
	return span.Span{Start: today - span.Day, End: today + ahead}
}

// lanesOf tells which lanes an owner's calendar closes: nothing for one who
// is not there any more.
func lanesOf(all *catalog.Catalog, o Owner) []availability.Lane {
	var out []availability.Lane
	switch {
	case o.Staff != "":
		if s, ok := all.StaffMember(o.Staff); ok && !s.Archived {
			out = append(out, availability.Lane{Kind: availability.StaffLane, ID: string(o.Staff)})
		}
	case o.Resource != "":
		if r, ok := all.Resource(o.Resource); ok && !r.Archived {
			for n := 1; n <= r.Units; n++ {
				out = append(out, availability.Lane{Kind: availability.UnitLane, ID: string(o.Resource) + ":" + strconv.Itoa(n)})
			}
		}
	default:
		for _, l := range all.Locations {
			if !l.Archived && (o.Location == "" || o.Location == l.ID) {
				out = append(out, availability.Lane{Kind: availability.PlaceLane, ID: string(l.ID)})
			}
		}
	}
	slices.SortFunc(out, order)
	return out
}

func order(a, b availability.Lane) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
}

// fingerprint tells two lists of lanes, and zones, apart.
func fingerprint(lanes []availability.Lane, zone string) string {
	h := sha256.New()
	h.Write([]byte(zone))
	for _, l := range lanes {
		h.Write([]byte("\x00" + string(l.Kind) + "\x00" + l.ID))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// rowsOf cuts busy time into rows, at the midnights of UTC: so the rows of a
// long absence stay the same while its beginning passes out of the window.
func rowsOf(lanes []availability.Lane, busy span.Set) ([]Row, bool) {
	var out []Row
	for _, lane := range lanes {
		for _, s := range busy {
			for at := s.Start; at < s.End; {
				end := min(s.End, at-at%span.Day+span.Day)
				if len(out) == mostRows {
					return out, false
				}
				out = append(out, Row{lane, span.Span{Start: at, End: end}})
				at = end
			}
		}
	}
	return out, true
}

// relay makes a calendar's rows what they now are to be. It touches only the
// lanes on which something changes that is not over.
func relay(ctx context.Context, lanes Lanes, r Ref, wanted []Row, now span.Instant) error {
	laid, err := lanes.Laid(ctx, r.Business, r.ID)
	if err != nil {
		return err
	}
	gone := differ(laid, wanted)
	fresh := differ(wanted, laid)
	if err := lanes.Touch(ctx, r.Business, changed(now, gone, fresh)); err != nil {
		return err
	}
	if err := lanes.Lift(ctx, r.Business, r.ID, gone); err != nil {
		return err
	}
	return lanes.Lay(ctx, r.Business, r.ID, fresh)
}

// differ gives the rows of a that b lacks.
func differ(a, b []Row) []Row {
	known := make(map[Row]bool, len(b))
	for _, r := range b {
		known[r] = true
	}
	var out []Row
	for _, r := range a {
		if !known[r] {
			out = append(out, r)
		}
	}
	return out
}

// changed gives the lanes of rows that are not over, in the order in which lanes are touched.
func changed(now span.Instant, lists ...[]Row) []availability.Lane {
	var out []availability.Lane
	for _, list := range lists {
		for _, r := range list {
			if r.End > now {
				out = append(out, r.Lane)
			}
		}
	}
	slices.SortFunc(out, order)
	return slices.Compact(out)
}

// vacate takes all rows of a calendar away.
func vacate(ctx context.Context, lanes Lanes, business id.Business, link id.Link, now span.Instant) error {
	return relay(ctx, lanes, Ref{Business: business, ID: link}, nil, now)
}

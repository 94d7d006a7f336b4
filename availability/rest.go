package availability

import (
	"cmp"
	"slices"
	"time"

	"kept/catalog"
	"kept/span"
)

// RowRest is the kind of the rows that keep the rest between two days.
const RowRest = "rest"

// Rested adds to a staff member's rows the rest that they want after the last
// visit of a day and before the first of the next, by the days of the zone in
// which they live. Those rows block, and have the source and the end of the
// visit that they stand by.
func Rested(s *catalog.Staff, rows []Row, zone *time.Location) []Row {
	rest := span.Minutes(s.Preferences.RestMin)
	if rest <= 0 {
		return rows
	}
	out := slices.Clone(rows)
	for i := range rows {
		out = append(out, restOf(rest, rows[i], zone)...)
	}
	slices.SortStableFunc(out, func(a, b Row) int { return cmp.Compare(a.Start, b.Start) })
	return out
}

// restOf gives the rest before and after one row.
func restOf(rest span.Instant, r Row, zone *time.Location) []Row {
	if !r.Exclusive || rest <= 0 {
		return nil
	}
	if zone == nil {
		zone = time.UTC
	}
	var out []Row
	first, last := span.DateOf(r.Start.In(zone)).Span(zone), span.DateOf((r.End - 1).In(zone)).Span(zone)
	for _, closed := range []span.Span{
		{Start: r.Start - rest, End: min(first.Start, r.Start)}, {Start: max(last.End, r.End), End: r.End + rest},
	} {
		if !closed.Empty() {
			out = append(out, Row{Span: closed, Expires: r.Expires, Source: r.Source, Kind: RowRest})
		}
	}
	return out
}

// Unrested takes those rows out again.
func Unrested(rows []Row) []Row {
	if !slices.ContainsFunc(rows, func(r Row) bool { return r.Kind == RowRest }) {
		return rows
	}
	return slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return r.Kind == RowRest })
}

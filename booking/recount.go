package booking

import (
	"context"

	"kept/availability"
	"kept/id"
	"kept/policy"
	"kept/span"
)

// counts is how far back a new limit counts what was booked before it: the
// longest period there is.
const counts = 32 * span.Day

// Recount lays the marks of every booking anew, after the limits have changed:
// in the transaction that changes them, with the setting as it then is. Holds
// of these minutes are counted once they are bookings.
func (d *Desk) Recount(ctx context.Context, business id.Business, setting *availability.Setting) error {
	book, _ := policy.Compile(setting.Catalog) // the book knows its bad rules
	if err := d.touch(ctx, business, everyone(setting)); err != nil {
		return err
	}
	if err := d.Lanes.Clear(ctx, business, counterLane); err != nil || book.None() {
		return err
	}
	filter := Filter{Span: span.Span{Start: d.Clock.Now() - counts, End: latest}, Limit: 500}
	for {
		list, err := d.Bookings.List(ctx, business, filter)
		if err != nil {
			return err
		}
		var rows []LaneRow
		for _, b := range list {
			if b.Status.Occupies() {
				rows = append(rows, d.marksOf(book, setting, b)...)
			}
			filter.AfterAt, filter.AfterID = b.Start, b.ID
		}
		if err := d.Lanes.Occupy(ctx, business, rows); err != nil {
			return err
		}
		if len(list) < filter.Limit {
			return nil
		}
	}
}

// everyone lists the lanes of all staff: what is being booked or cancelled just
// now is waited for, and then seen.
func everyone(setting *availability.Setting) []availability.Lane {
	out := make([]availability.Lane, len(setting.Catalog.Staff))
	for i, s := range setting.Catalog.Staff {
		out[i] = StaffLane(s.ID)
	}
	return out
}

// marksOf gives the marks of a booking under rules that are not in force yet.
// What is of services that are gone is counted by nobody.
func (d *Desk) marksOf(book *policy.Book, setting *availability.Setting, b *Booking) []LaneRow {
	wants, err := agreed(setting.Catalog, b.Placement)
	if err != nil {
		return nil
	}
	_, zone, err := d.zoneOf(setting.Catalog, b.Location)
	if err != nil {
		return nil
	}
	a := ask{setting: setting, book: book, traits: &policy.Traits{Client: b.Client}}
	c := a.caseOf(&plan{visit: wants, location: b.Location}, b.Staff(), zone, d.Clock.Now(), "")
	return markRows(book.Counters(c), b.Placement, availability.Row{Source: string(b.ID), Kind: availability.RowBooking})
}

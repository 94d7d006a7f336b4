package desk

import (
	"strings"

	"kept/account"
	"kept/booking"
	"kept/internal/web/view"
	"kept/span"
)

// clientName is the client's name where the reader may know it.
func (t *turn) clientName(b *booking.Booking) string {
	switch {
	case !t.Who.May(account.ReadClients):
		return t.P.T("client.hidden")
	case b.ClientName == "":
		return t.P.T("client.erased")
	default:
		return b.ClientName
	}
}

// short is a client's name as a crowded calendar has room for it: "Nia S.".
func short(name string) string {
	words := strings.Fields(name)
	if len(words) < 2 {
		return name
	}
	last := []rune(words[len(words)-1])
	return words[0] + " " + string(last[0]) + "."
}

// visit writes a booking for the reader.
func (d *Desk) visit(t *turn, b *booking.Booking) view.Visit {
	zone := d.ZoneOf(t.Turn, b)
	start, end := b.Start.In(zone), b.End.In(zone)
	v := view.Visit{
		Service: t.Services(b), Staff: t.StaffName(b.Lead), Day: t.P.Relative(start, t.Now.In(zone)), Time: t.P.Time(start),
		Until: t.P.Time(end), Duration: t.P.Duration(int((b.End - b.Start) / span.Minute)), Price: t.P.Money(b.Quote.Total),
	}
	if l, ok := t.Set.Catalog.Location(b.Location); ok && t.manyPlaces() {
		v.Place = t.Name(l.Names)
	}
	return v
}

// manyPlaces tells whether a place is worth a word.
func (t *turn) manyPlaces() bool {
	n := 0
	for _, l := range t.Set.Catalog.Locations {
		if !l.Archived {
			n++
		}
	}
	return n > 1
}

// row writes a booking as a line of a list.
func (d *Desk) row(t *turn, b *booking.Booking, withDay bool) view.BookingRow {
	v := d.visit(t, b)
	r := view.BookingRow{
		Time: v.Time, Until: v.Until, Service: v.Service, Client: t.clientName(b), Staff: v.Staff, Price: v.Price,
		Chip: view.StatusChip(*t.P, string(b.Status)), Href: t.Root() + "/bookings/" + string(b.ID),
		Now: b.Status.Occupies() && b.Start <= t.Now && t.Now < b.End,
	}
	if withDay {
		r.Day = v.Day
	}
	return r
}

package desk

import (
	"strings"
	"time"

	"kept/account"
	"kept/booking"
	"kept/id"
	"kept/internal/web/view"
	"kept/message"
	"kept/span"
)

func (t *turn) staffName(want id.Staff) string {
	if s, ok := t.Set.Catalog.StaffMember(want); ok {
		return t.Name(s.Names)
	}
	return ""
}

// services names the services of a booking: "Colour, Cut".
func (t *turn) services(b *booking.Booking) string {
	var names []string
	for _, item := range b.Items {
		if s, ok := t.Set.Catalog.Service(item.Service); ok {
			names = append(names, t.Name(s.Names))
		}
	}
	return strings.Join(names, t.P.T("list.comma"))
}

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

// zoneOf is the zone in which a booking was agreed.
func (d *Desk) zoneOf(t *turn, b *booking.Booking) *time.Location {
	if zone, err := d.Zone(b.Zone); err == nil {
		return zone
	}
	return t.Home
}

// visit writes a booking for the reader.
func (d *Desk) visit(t *turn, b *booking.Booking) view.Visit {
	zone := d.zoneOf(t, b)
	start, end := b.Start.In(zone), b.End.In(zone)
	v := view.Visit{
		Service: t.services(b), Staff: t.staffName(b.Lead), Day: t.P.Relative(start, t.Now.In(zone)), Time: t.P.Time(start),
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

// capital raises the first letter, for a day that begins a line.
func capital(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// messageRow writes a message as a line of a list. about is what it is about,
// where the page does not say so already.
func (t *turn) messageRow(m message.Message, about string) view.MessageRow {
	when, shown := m.Due, m.Shown(t.Now)
	if m.SentAt != 0 {
		when = m.SentAt
	}
	r := view.MessageRow{
		When: t.P.RelativeTime(when.In(t.Home), t.Now.In(t.Home)), Step: t.step(m.Step), About: about,
		Chip: view.MessageChip(*t.P, shown), Href: t.Root() + "/messages/" + string(m.ID),
	}
	if m.Recipient.Kind == message.ToStaff {
		r.Recipient = t.staffName(id.Staff(m.Recipient.ID))
	}
	if m.Channel != "" && t.P.Has("channel."+m.Channel) {
		r.Channel = t.P.T("channel." + m.Channel)
	}
	// A reason tells of what did not happen; once it is sent, it is of the past.
	if m.Reason != "" && m.SentAt == 0 {
		r.Reason = t.reason(m.Reason)
	}
	return r
}

func (t *turn) step(s message.Step) string {
	if key := "step." + string(s); t.P.Has(key) {
		return t.P.T(key)
	}
	return string(s)
}

func (t *turn) reason(code string) string {
	if key := "reason." + code; t.P.Has(key) {
		return capital(t.P.T(key))
	}
	return ""
}

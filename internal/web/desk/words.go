package desk

import (
	"strings"
	"time"

	"kept/account"
	"kept/booking"
	"kept/catalog"
	"kept/id"
	"kept/internal/web/view"
	"kept/message"
	"kept/span"
)

// name picks an owner's text in the reader's language.
func (t *turn) name(texts catalog.Texts) string {
	return texts.Pick(t.p.Lang(), t.set.Catalog.Business.Language)
}

func (t *turn) staffName(want id.Staff) string {
	if s, ok := t.set.Catalog.StaffMember(want); ok {
		return t.name(s.Names)
	}
	return ""
}

// services names the services of a booking: "Colour, Cut".
func (t *turn) services(b *booking.Booking) string {
	var names []string
	for _, item := range b.Items {
		if s, ok := t.set.Catalog.Service(item.Service); ok {
			names = append(names, t.name(s.Names))
		}
	}
	return strings.Join(names, t.p.T("list.comma"))
}

// clientName is the client's name where the reader may know it.
func (t *turn) clientName(b *booking.Booking) string {
	switch {
	case !t.who.May(account.ReadClients):
		return t.p.T("client.hidden")
	case b.ClientName == "":
		return t.p.T("client.erased")
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
	return t.home
}

// visit writes a booking for the reader.
func (d *Desk) visit(t *turn, b *booking.Booking) view.Visit {
	zone := d.zoneOf(t, b)
	start, end := b.Start.In(zone), b.End.In(zone)
	v := view.Visit{
		Service: t.services(b), Staff: t.staffName(b.Lead), Day: t.p.Relative(start, t.now.In(zone)), Time: t.p.Time(start),
		Until: t.p.Time(end), Duration: t.p.Duration(int((b.End - b.Start) / span.Minute)), Price: t.p.Money(b.Quote.Total),
	}
	if l, ok := t.set.Catalog.Location(b.Location); ok && t.manyPlaces() {
		v.Place = t.name(l.Names)
	}
	return v
}

// manyPlaces tells whether a place is worth a word.
func (t *turn) manyPlaces() bool {
	n := 0
	for _, l := range t.set.Catalog.Locations {
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
		Chip: view.StatusChip(*t.p, string(b.Status)), Href: t.root() + "/bookings/" + string(b.ID),
		Now: b.Status.Occupies() && b.Start <= t.now && t.now < b.End,
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
	when, shown := m.Due, m.Shown(t.now)
	if m.SentAt != 0 {
		when = m.SentAt
	}
	r := view.MessageRow{
		When: t.p.RelativeTime(when.In(t.home), t.now.In(t.home)), Step: t.step(m.Step), About: about,
		Chip: view.MessageChip(*t.p, shown), Href: t.root() + "/messages/" + string(m.ID),
	}
	if m.Recipient.Kind == message.ToStaff {
		r.Recipient = t.staffName(id.Staff(m.Recipient.ID))
	}
	if m.Channel != "" && t.p.Has("channel."+m.Channel) {
		r.Channel = t.p.T("channel." + m.Channel)
	}
	// A reason tells of what did not happen; once it is sent, it is of the past.
	if m.Reason != "" && m.SentAt == 0 {
		r.Reason = t.reason(m.Reason)
	}
	return r
}

func (t *turn) step(s message.Step) string {
	if key := "step." + string(s); t.p.Has(key) {
		return t.p.T(key)
	}
	return string(s)
}

func (t *turn) reason(code string) string {
	if key := "reason." + code; t.p.Has(key) {
		return capital(t.p.T(key))
	}
	return ""
}

package shell

import (
	"strings"
	"time"

	"kept/booking"
	"kept/client"
	"kept/id"
	"kept/internal/web/view"
	"kept/message"
	"kept/span"
)

// StaffName names a staff member; empty for nobody.
func (t *Turn) StaffName(want id.Staff) string {
	if s, ok := t.Set.Catalog.StaffMember(want); ok {
		return t.Name(s.Names)
	}
	return ""
}

// Services names the services of a booking: "Colour, Cut".
func (t *Turn) Services(b *booking.Booking) string {
	var names []string
	for _, item := range b.Items {
		if s, ok := t.Set.Catalog.Service(item.Service); ok {
			names = append(names, t.Name(s.Names))
		}
	}
	return strings.Join(names, t.P.T("list.comma"))
}

// Capital raises the first letter, for a day that begins a line.
func Capital(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// MessageRow writes a message as a line of a list. about is what it is about,
// where the page does not say so already.
func (t *Turn) MessageRow(m message.Message, about string) view.MessageRow {
	when, shown := m.Due, m.Shown(t.Now)
	if m.SentAt != 0 {
		when = m.SentAt
	}
	r := view.MessageRow{
		When: t.P.RelativeTime(when.In(t.Home), t.Now.In(t.Home)), Step: t.Step(m.Step), About: about,
		Chip: view.MessageChip(*t.P, shown), Href: t.Root() + "/messages/" + string(m.ID),
	}
	if m.Recipient.Kind == message.ToStaff {
		r.Recipient = t.StaffName(id.Staff(m.Recipient.ID))
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

// Step names a step of a journey.
func (t *Turn) Step(s message.Step) string {
	if key := "step." + string(s); t.P.Has(key) {
		return t.P.T(key)
	}
	return string(s)
}

func (t *Turn) reason(code string) string {
	if key := "reason." + code; t.P.Has(key) {
		return Capital(t.P.T(key))
	}
	return ""
}

// ZoneOf is the zone in which a booking was agreed.
func (s *Staff) ZoneOf(t *Turn, b *booking.Booking) *time.Location {
	if zone, err := s.Zone(b.Zone); err == nil {
		return zone
	}
	return t.Home
}

// Word is a word of the catalogue under a prefix, or the word as it is.
func (t *Turn) Word(prefix, word string) string {
	if key := prefix + word; t.P.Has(key) {
		return t.P.T(key)
	}
	return strings.ReplaceAll(word, "_", " ")
}

// FactName names a fact of a card.
func (t *Turn) FactName(key string) string { return t.Word("fact.", key) }

// FactValue is what a fact says, in the reader's words.
func (t *Turn) FactValue(v client.Value) string {
	switch v.Kind {
	case client.ValueYesNo:
		return t.P.T("form." + v.Text)
	case client.ValueChoice:
		return t.Word("choice.", v.Text)
	case client.ValueDate:
		if day, err := span.ParseDate(v.Text); err == nil {
			return t.P.DateYear(day.Start(t.Home).In(t.Home))
		}
	}
	return v.Text
}

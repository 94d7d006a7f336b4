package store

import (
	"context"

	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/store/sqlgen"
	"kept/message"
	"kept/span"
)

// Visits gathers what a message has to say about a booking, from the booking,
// the client's card and the configuration.
type Visits struct {
	bookings *Bookings
	clients  *Clients
	settings *Settings
	series   *Series
}

var _ message.Facts = (*Visits)(nil)

// NewVisits makes the reader of visits.
func NewVisits(b *Bookings, c *Clients, s *Settings) *Visits {
	return &Visits{b, c, s, NewSeries(b.db, b)}
}

// Visit implements message.Facts.
func (s *Visits) Visit(ctx context.Context, m message.Message) (message.Visit, error) {
	b, err := s.bookings.Find(ctx, m.Business, m.Booking)
	if err != nil {
		return message.Visit{}, err
	}
	setting, err := s.settings.Load(ctx, m.Business, 0)
	if err != nil {
		return message.Visit{}, err
	}
	who, profile, err := s.clients.Head(ctx, m.Business, b.Client)
	gone := fault.KindOf(err) == fault.NotFound && err != nil
	if err != nil && !gone {
		return message.Visit{}, err
	}
	v := describe(b, setting.Catalog)
	v.Client, v.Gone = who.Name, gone
	if m.Recipient.Kind == message.ToStaff {
		staff, ok := setting.Catalog.StaffMember(id.Staff(m.Recipient.ID))
		if !ok {
			v.Gone = true
			return v, nil
		}
		v.Recipient = message.Contact{
			Name: staff.Names.Pick(staff.Language, v.Language), Email: staff.Email, Language: staff.Language,
		}
		return v, nil
	}
	if v.Recipient, err = s.clients.reach(ctx, m.Business, who, b.Named, b.Language); err != nil {
		return message.Visit{}, err
	}
	v.Recipient.Likes = profile.Preferences
	if m.Step.Timed() && profile.Preferences.Remind == client.RemindFewer {
		if v.Reminded, err = s.reminded(ctx, m); err != nil {
			return message.Visit{}, err
		}
	}
	if m.Step == message.Receipt && b.Series != "" {
		v.Dates, err = s.dates(ctx, b)
	}
	return v, err
}

// reminded tells whether another reminder of the visit has gone out.
func (s *Visits) reminded(ctx context.Context, m message.Message) (bool, error) {
	n, err := queries(ctx, s.clients.db).CountReminders(ctx, sqlgen.CountRemindersParams{
		BusinessID: string(m.Business), BookingID: string(m.Booking), Anchor: m.Anchor, Step: string(m.Step),
	})
	return n > 0, s.clients.db.Fault(err)
}

// dates lists the starts of a booking's series that still stand.
func (s *Visits) dates(ctx context.Context, b *booking.Booking) ([]span.Instant, error) {
	all, err := s.series.SeriesBookings(ctx, b.Business, b.Series)
	if err != nil {
		return nil, err
	}
	var out []span.Instant
	for _, one := range all {
		if one.Status.Occupies() {
			out = append(out, one.Start)
		}
	}
	return out, nil
}

// reach gives how to reach a client: through the contacts of their card, but
// for those in doubt that the booking did not name. They are spoken to in the
// language of their card or, where that has none, the one in which they booked.
func (s *Clients) reach(
	ctx context.Context, business id.Business, c client.Client, named, spoken string,
) (message.Contact, error) {
	doubted, err := s.doubts().Doubted(ctx, business, c)
	if err != nil {
		return message.Contact{}, err
	}
	c = c.Reached(doubted, named)
	language := c.Language
	if language == "" {
		language = spoken
	}
	return message.Contact{Name: c.Name, Email: c.Email, Phone: c.Phone, Language: language, Zone: c.Zone}, nil
}

func describe(b *booking.Booking, all *catalog.Catalog) message.Visit {
	house := all.Business
	v := message.Visit{
		Business: b.Business, Slug: house.Slug, House: house.Names, Language: house.Language, Call: house.Phone,
		Booking: b.ID, Status: string(b.Status), Start: b.Start, End: b.End, Zone: b.Zone, Price: b.Quote.Total,
		Move: b.Policy.MoveUntil(b.Start), Cancel: b.Policy.CancelUntil(b.Start), Epoch: b.Epoch, Sequence: b.Sequence,
	}
	for _, item := range b.Items {
		if service, ok := all.Service(item.Service); ok {
			v.Services = append(v.Services, service.Names)
		}
	}
	for _, s := range b.Staff() {
		if staff, ok := all.StaffMember(s); ok {
			v.Staff = append(v.Staff, message.Person{ID: s, Names: staff.Names})
		}
	}
	if place, ok := all.Location(b.Location); ok {
		v.Street = place.Address
		if len(all.Locations) > 1 {
			v.Place = place.Names
		}
	}
	return v
}

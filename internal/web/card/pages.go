package card

import (
	"kept/account"
	"kept/booking"
	"kept/client"
	"kept/id"
	"kept/intake"
	"kept/internal/web/view"
	"kept/internal/web/wire"
	"kept/message"
	"kept/plan"
	"kept/span"
)

// turned reads one page of a list of the card: the address says, by the name of
// the section, where it begins. What is no cursor is the beginning.
func turned[T any](d *drawing, section string, most int, name func(T) wire.Cursor, read func(from wire.Cursor, limit int) ([]T, error)) ([]T, error) {
	from, err := wire.ReadCursor(d.R.URL.Query().Get(section))
	if err != nil {
		from = wire.Cursor{}
	}
	list, err := read(from, most+1)
	if err != nil {
		return nil, err
	}
	list, next := wire.PageOf(list, most, name)
	d.goOn(section, next)
	return list, nil
}

// goOn notes where a list goes on; nil for nowhere.
func (d *drawing) goOn(section string, next *string) {
	d.turning.Lock()
	defer d.turning.Unlock()
	d.next[section] = next
}

// cut gives one page of a list that was read whole, in the order of its names;
// of a card that is lent, all.
func cut[T any](d *drawing, section string, most int, all []T, name func(T) string) []T {
	if d.lent {
		return all
	}
	cursor := func(one T) wire.Cursor { return wire.Cursor{Kind: name(one)} }
	list, err := turned(d, section, most, cursor, func(from wire.Cursor, limit int) ([]T, error) {
		at := 0
		for at < len(all) && name(all[at]) <= from.Kind {
			at++
		}
		return all[at:min(at+limit, len(all))], nil
	})
	if err != nil { // nothing was read
		return nil
	}
	return list
}

// turns puts the ways to the other pages of its list on a section.
func (d *drawing) turns(s view.SheetSection) view.SheetSection {
	if d.R.URL.Query().Get(s.ID) != "" {
		s.Prev = d.at("#" + s.ID)
	}
	if next := d.next[s.ID]; next != nil {
		s.Next = d.at("?" + s.ID + "=" + *next + "#" + s.ID)
	}
	return s
}

// by names a thing of a list that is ordered by identity.
func by[T any, I ~string](of func(T) I) func(T) wire.Cursor {
	return func(one T) wire.Cursor { return wire.Cursor{ID: string(of(one))} }
}

// loadVisits reads the latest visits, the page of them that is turned to, what
// is due, and what all of them come to.
func (d *drawing) loadVisits() (err error) {
	if d.tally, err = d.Tallies.Tally(d.Ctx(), d.Who.Business, d.client); err != nil || !d.Who.May(account.ReadBookings) {
		return err
	}
	due := func(i plan.Item) wire.Cursor { return wire.Cursor{At: wire.DayNumber(i.Due), ID: string(i.ID)} }
	d.planned, err = turned(d, "due", mostTalks, due, func(from wire.Cursor, limit int) ([]plan.Item, error) {
		return d.Plans.List(d.Ctx(), d.Who.Business, plan.Filter{
			Client: d.client, Waiting: true, AfterDue: wire.DayOf(from.At), AfterID: id.Plan(from.ID), Limit: limit,
		})
	})
	if err != nil {
		return err
	}
	read := func(from wire.Cursor, limit int) ([]*booking.Booking, error) {
		return d.Bookings.List(d.Ctx(), d.Who, booking.Filter{
			Client: d.client, Backward: true, AfterAt: span.Instant(from.At), AfterID: id.Booking(from.ID), Limit: limit,
		})
	}
	name := func(b *booking.Booking) wire.Cursor { return wire.Cursor{At: int64(b.Start), ID: string(b.ID)} }
	if d.older, err = turned(d, "visits", mostVisits, name, read); err != nil {
		return err
	}
	d.upcoming, err = d.Bookings.Coming(d.Ctx(), d.Who, d.client, d.Now, 1)
	return err
}

// loadLists reads what else may be too long for one page.
func (d *drawing) loadLists(health bool) (err error) {
	ctx, b := d.Ctx(), d.Who.Business
	d.said, err = turned(d, "talks", mostTalks, by(func(e client.Entry) id.Entry { return e.ID }), func(from wire.Cursor, limit int) ([]client.Entry, error) {
		list, _, err := d.Talks.List(ctx, b, client.EntryFilter{Client: d.client, Before: id.Entry(from.ID), Limit: limit})
		return list, err
	})
	if err != nil {
		return err
	}
	d.filled, err = turned(d, "answers", mostTalks, by(func(f intake.Filled) id.Answer { return f.ID }), func(from wire.Cursor, limit int) ([]intake.Filled, error) {
		return d.Intake.Store.Answers(ctx, b, d.client, health, id.Answer(from.ID), limit)
	})
	if err != nil {
		return err
	}
	d.consent, err = turned(d, "consents", mostTalks, by(func(c intake.Consent) id.Consent { return c.ID }), func(from wire.Cursor, limit int) ([]intake.Consent, error) {
		return d.Intake.Consents.ListConsents(ctx, b, d.client, id.Consent(from.ID), limit)
	})
	if err != nil {
		return err
	}
	d.documents, err = turned(d, "files", mostTalks, by(func(f client.Document) id.Document { return f.ID }), func(from wire.Cursor, limit int) ([]client.Document, error) {
		return d.Archive.List(ctx, b, client.DocumentFilter{Client: d.client, Before: id.Document(from.ID), Health: health, Limit: limit})
	})
	if err != nil || !d.Who.May(account.ReadMessages) {
		return err
	}
	due := func(m message.Message) wire.Cursor { return wire.Cursor{At: int64(m.Due), ID: string(m.ID)} }
	d.messages, err = turned(d, "messages", mostTalks, due, func(from wire.Cursor, limit int) ([]message.Message, error) {
		return d.Messages.List(ctx, b, message.Filter{
			Client: d.client, AfterDue: span.Instant(from.At), AfterID: id.Message(from.ID), Backward: true, Limit: limit,
		}, d.Now)
	})
	return err
}

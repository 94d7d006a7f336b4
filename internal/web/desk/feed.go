package desk

import (
	"encoding/json"
	"slices"
	"strconv"

	"kept/availability"
	"kept/booking"
	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/setup"
	"kept/span"
)

// feedDays bounds how much calendar is given at once.
const feedDays = 14

// feed is what the script draws the calendar from.
func (d *Desk) feed(t *turn) error {
	q := t.R.URL.Query()
	today := span.DateOf(t.Now.In(t.Home))
	first := shell.ReadDay(q.Get("from"), today)
	last := shell.ReadDay(q.Get("to"), first)
	if n := first.DaysUntil(last); n < 0 || n >= feedDays {
		return fault.BadField("to", "range", "0 to 13 days after from")
	}
	only := t.one(q.Get("staff"))
	window := span.Span{Start: first.Start(t.Home), End: last.AddDays(1).Start(t.Home)}
	list, err := d.Bookings.ListAll(t.Ctx(), t.Who, booking.Filter{Span: window, Overlaps: true, Staff: only}, mostShown)
	if err != nil {
		return err
	}
	feed := view.CalendarFeed{Now: t.local(t.Now), Columns: []view.CalendarColumn{}, Items: []view.CalendarItem{}}
	for _, s := range t.crew(list, only) {
		feed.Columns = append(feed.Columns, view.CalendarColumn{
			ID: string(s.ID), Name: t.Name(s.Names), Line: t.load(s.ID, list),
		})
		feed.Items = append(feed.Items, t.closed(s.ID, window)...)
		holds, err := d.holds(t, s.ID, window)
		if err != nil {
			return err
		}
		feed.Items = append(feed.Items, holds...)
	}
	for _, b := range list {
		if shown(b) && b.Group == "" { // whoever is in a group is shown by its session
			feed.Items = append(feed.Items, d.parts(t, b, only)...)
		}
	}
	groups, err := d.Bookings.SessionsIn(t.Ctx(), t.Who, booking.SessionFilter{Span: window}, only)
	if err != nil {
		return err
	}
	for _, s := range groups {
		feed.Items = append(feed.Items, d.sessionParts(t, s, only)...)
	}
	off, err := d.timeOff(t, window, feed.Columns)
	if err != nil {
		return err
	}
	feed.Items = append(feed.Items, off...)
	t.W.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(t.W).Encode(feed)
}

// local writes an instant as the business's wall clock reads it.
func (t *turn) local(i span.Instant) string { return i.In(t.Home).Format("2006-01-02T15:04") }

// hue is a person's colour on the calendar.
func (t *turn) hue(who id.Staff) int {
	s, ok := t.Set.Catalog.StaffMember(who)
	if !ok {
		return 0
	}
	if i := slices.Index([]string{"pine", "sky", "plum", "gold"}, s.Color); i >= 0 {
		return i
	}
	return slices.Index(t.Set.Catalog.Staff, s) % 4
}

// parts are the stretches of a booking: what each person does in one go, and
// between, on the lead's column, the processing time in which they are free.
func (d *Desk) parts(t *turn, b *booking.Booking, only id.Staff) []view.CalendarItem {
	var out []view.CalendarItem
	service, client := t.Services(b), short(t.clientName(b))
	add := func(who id.Staff, kind string, s span.Span) {
		if only != "" && who != only {
			return
		}
		// Stretches that touch are one.
		for i := range out {
			if out[i].Column == string(who) && out[i].Kind == kind && out[i].End == t.local(s.Start) {
				out[i].End = t.local(s.End)
				return
			}
		}
		item := view.CalendarItem{
			ID: string(b.ID), Part: strconv.Itoa(len(out)), Column: string(who), Start: t.local(s.Start), End: t.local(s.End),
			Begin: t.local(b.Start), Was: b.Start.String(), Kind: kind, Status: string(b.Status), Title: service + " · " + client,
			Line: t.P.Time(s.Start.In(t.Home)) + " · " + t.P.T("status."+string(b.Status)),
			Hue:  t.hue(who), Href: t.Root() + "/bookings/" + string(b.ID), Movable: b.Status.Movable(),
		}
		if kind == "processing" {
			item.Title, item.Line, item.Movable = t.P.T("calendar.processing"), service+" · "+client, false
		}
		out = append(out, item)
	}
	for _, item := range b.Items {
		sold, ok := t.Set.Catalog.Service(item.Service)
		waits := ok && sold.Flexible != nil // what was brought stands there; nobody is at it
		for _, g := range item.Segments {
			stretch := span.Span{Start: g.Start, End: g.End}
			if len(g.Staff) == 0 && b.Lead != "" && !waits {
				add(b.Lead, "processing", stretch)
			}
			for _, who := range g.Staff {
				add(who, "booking", stretch)
			}
		}
	}
	return out
}

// sessionParts is a session on the columns of those who hold it: one event,
// whoever comes.
func (d *Desk) sessionParts(t *turn, s *booking.Session, only id.Staff) []view.CalendarItem {
	var out []view.CalendarItem
	row := d.sessionRow(t, s)
	for i, who := range s.Staff() {
		if only != "" && who != only {
			continue
		}
		out = append(out, view.CalendarItem{
			ID: string(s.ID), Part: strconv.Itoa(i), Column: string(who), Start: t.local(s.Placement.Start), End: t.local(s.Placement.End),
			Begin: t.local(s.Placement.Start), Was: s.Placement.Start.String(), Kind: "booking", Status: string(booking.Confirmed),
			Title: row.Service + " · " + row.Count, Line: row.Time + " · " + row.Said, Hue: t.hue(who), Href: row.Href,
		})
	}
	return out
}

// closed are the times of a window in which somebody does not work.
func (t *turn) closed(who id.Staff, window span.Span) []view.CalendarItem {
	var out []view.CalendarItem
	for i, s := range span.SetOf(window).Subtract(t.open(who, window)) {
		for j, piece := range t.days(s) {
			out = append(out, view.CalendarItem{
				ID: "closed-" + string(who), Part: strconv.Itoa(i) + "." + strconv.Itoa(j), Column: string(who), Kind: "off",
				Start: t.local(piece.Start), End: t.local(piece.End),
			})
		}
	}
	return out
}

// days cuts a stretch at midnight: what is drawn behind a day ends with it.
func (t *turn) days(s span.Span) []span.Span {
	var out []span.Span
	for s.Start < s.End {
		next := min(s.End, span.DateOf(s.Start.In(t.Home)).AddDays(1).Start(t.Home))
		out = append(out, span.Span{Start: s.Start, End: next})
		s.Start = next
	}
	return out
}

// holds are the times that are kept for somebody who is booking just now.
func (d *Desk) holds(t *turn, who id.Staff, window span.Span) ([]view.CalendarItem, error) {
	lane := booking.StaffLane(who)
	rows, err := d.Bookings.Lanes.RowsOn(t.Ctx(), t.Who.Business, []availability.Lane{lane}, window)
	if err != nil {
		return nil, err
	}
	var out []view.CalendarItem
	for i, r := range rows[lane] {
		if r.Kind != availability.RowHold || r.Expires <= t.Now {
			continue
		}
		out = append(out, view.CalendarItem{
			ID: r.Source, Part: strconv.Itoa(i), Column: string(who), Kind: "hold", Start: t.local(r.Start), End: t.local(r.End),
			Title: t.P.T("calendar.held", "time", t.P.Time(r.Start.In(t.Home))),
			Line:  t.P.T("calendar.held_until", "time", t.P.Time(r.Expires.In(t.Home))),
		})
	}
	return out, nil
}

// timeOff are the times in which somebody, or everybody at a place, is away.
func (d *Desk) timeOff(t *turn, window span.Span, columns []view.CalendarColumn) ([]view.CalendarItem, error) {
	list, err := d.Office.ListTimeOff(t.Ctx(), t.Who, setup.TimeOffFilter{Span: window, Limit: 200})
	if fault.KindOf(err) == fault.Forbidden && err != nil {
		return nil, nil //nolint:nilerr // who may not see it sees a calendar without it
	}
	if err != nil {
		return nil, err
	}
	var out []view.CalendarItem
	for _, off := range list.Items {
		if off.Resource != "" {
			continue
		}
		word := t.P.T("off.other")
		if key := "off." + off.Reason; t.P.Has(key) {
			word = t.P.T(key)
		}
		for _, c := range columns {
			if off.Staff != "" && string(off.Staff) != c.ID {
				continue
			}
			for j, piece := range t.days(off.Span.Intersect(window)) {
				out = append(out, view.CalendarItem{
					ID: string(off.ID), Part: c.ID + strconv.Itoa(j), Column: c.ID, Kind: "off", Title: word,
					Start: t.local(piece.Start), End: t.local(piece.End),
				})
			}
		}
	}
	return out, nil
}

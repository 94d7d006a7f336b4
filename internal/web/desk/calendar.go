package desk

import (
	"fmt"
	"net/http"
	"net/url"

	"kept/account"
	"kept/booking"
	"kept/catalog"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/span"
)

// everyone is the word in addresses for all columns.
const everyone = "all"

// mostShown bounds how many bookings a page draws.
const mostShown = 5000

// calendar is the day or the week of everybody, or of one.
func (d *Desk) calendar(t *turn) error {
	f, err := d.Frame(t.Turn, "calendar", "")
	if err != nil {
		return err
	}
	q := t.R.URL.Query()
	today := span.DateOf(t.Now.In(t.Home))
	day := shell.ReadDay(q.Get("day"), today)
	look := q.Get("view")
	if look != "day" && look != "week" && look != "list" {
		look = ""
	}
	only := t.one(q.Get("staff"))
	first, days := day, 1
	if look == "week" {
		if q.Get("staff") == "" {
			only = t.weekOf()
		}
		first, days = day.AddDays(1-day.Weekday()), 7
	}
	window := span.Span{Start: first.Start(t.Home), End: first.AddDays(days).Start(t.Home)}
	list, err := d.Bookings.ListAll(t.Ctx(), t.Who, booking.Filter{Span: window, Overlaps: true, Staff: only}, mostShown)
	if err != nil {
		return err
	}
	whose := string(only)
	if q.Get("staff") == everyone {
		whose = everyone
	}
	at := func(day span.Date, look string) string { return t.calendarAt(day, look, whose) }
	m := view.CalendarModel{
		Staff: f, View: look, Date: first.String(), Title: shell.Capital(t.P.DateLong(first.Start(t.Home).In(t.Home))),
		Prev: at(day.AddDays(-days), look), Next: at(day.AddDays(days), look),
		Views: view.CalendarViews{Day: at(day, "day"), Week: at(day, "week"), List: at(day, "list")},
		Feed:  t.Root() + "/calendar.json", People: t.people(only),
	}
	if day != today {
		m.Today = at(today, look)
	}
	if days == 7 {
		last := window.End.In(t.Home).AddDate(0, 0, -1)
		m.Title = t.P.T("calendar.range", "from", t.P.DayMonth(window.Start.In(t.Home)), "to", t.P.DayMonth(last))
	}
	if len(t.groupServices()) > 0 {
		m.Sessions = t.Root() + "/sessions"
	}
	if t.Who.May(account.WriteBookings) {
		m.New, m.Move = t.Root()+"/new?date="+day.String(), t.Root()+"/bookings/{id}/move"
	}
	if t.Who.May(account.ReadClients) {
		m.Search = t.Root() + "/clients"
	}
	m.From, m.To = t.frameOfDay(window, list, only)
	if days == 7 {
		m.Crowded = only == "" && len(t.crew(nil, "")) > readable
		m.Lists = d.byDay(t, first, list)
	} else {
		m.Lists = d.byPerson(t, list, only)
	}
	return t.Show(view.CalendarPage(m), http.StatusOK)
}

func (t *turn) calendarAt(day span.Date, look, whose string) string {
	q := url.Values{"day": {day.String()}}
	if look != "" {
		q.Set("view", look)
	}
	if whose != "" {
		q.Set("staff", whose)
	}
	return t.Root() + "/calendar?" + q.Encode()
}

// one reads the choice of one person; nobody where there is no such person.
func (t *turn) one(text string) id.Staff {
	if s, ok := t.Set.Catalog.StaffMember(id.Staff(text)); ok && text != "" {
		return s.ID
	}
	return ""
}

// readable is how many people's visits fit side by side into a day of a week.
const readable = 3

// weekOf is whose week is shown when nobody was chosen: the reader's own, else
// everyone's where that can be read, else the first person's.
func (t *turn) weekOf() id.Staff {
	if t.Who.Staff != "" {
		return t.Who.Staff
	}
	if crew := t.crew(nil, ""); len(crew) > readable {
		return crew[0].ID
	}
	return ""
}

// crew are those who have a column: who works here now, and who left but still
// has visits to show.
func (t *turn) crew(list []*booking.Booking, only id.Staff) []*catalog.Staff {
	busy := map[id.Staff]bool{}
	for _, b := range list {
		for _, s := range b.Staff() {
			busy[s] = true
		}
	}
	var out []*catalog.Staff
	for _, s := range t.Set.Catalog.Staff {
		if (!s.Archived || busy[s.ID]) && (only == "" || only == s.ID) {
			out = append(out, s)
		}
	}
	return out
}

// people are the choices of whose calendar is shown.
func (t *turn) people(only id.Staff) []view.Option {
	out := []view.Option{{Value: everyone, Text: t.P.T("calendar.everyone"), Chosen: only == ""}}
	for _, s := range t.Set.Catalog.Staff {
		if !s.Archived {
			out = append(out, view.Option{Value: string(s.ID), Text: t.Name(s.Names), Chosen: s.ID == only})
		}
	}
	return out
}

// frameOfDay tells between which hours there is something to see.
func (t *turn) frameOfDay(window span.Span, list []*booking.Booking, only id.Staff) (from, to string) {
	const usualFrom, usualTo, day = 8 * 60, 20 * 60, 24 * 60
	least, most := day, 0
	widen := func(s span.Span) {
		start, end := s.Start.In(t.Home), s.End.In(t.Home)
		a, b := start.Hour()*60+start.Minute(), end.Hour()*60+end.Minute()
		if end.YearDay() != start.YearDay() || b == 0 {
			b = day
		}
		least, most = min(least, a), max(most, b)
	}
	for _, s := range t.crew(list, only) {
		for _, o := range t.open(s.ID, window) {
			widen(o)
		}
	}
	for _, b := range list {
		widen(span.Span{Start: b.Start, End: b.End}.Intersect(window))
	}
	if least >= most {
		least, most = usualFrom, usualTo
	}
	return fmt.Sprintf("%02d:00", least/60), fmt.Sprintf("%02d:00", (most+59)/60)
}

// open is when somebody works, at whichever place.
func (t *turn) open(who id.Staff, window span.Span) span.Set {
	var open span.Set
	for _, l := range t.Set.Catalog.Locations {
		if !l.Archived {
			open = open.Union(t.Set.Hours.OpenAt(who, l.ID, window, t.Home).Clip(window))
		}
	}
	return open
}

// byPerson lists a day by who performs the visits.
func (d *Desk) byPerson(t *turn, list []*booking.Booking, only id.Staff) []view.DayList {
	var out []view.DayList
	for _, s := range t.crew(list, only) {
		one := view.DayList{Name: t.Name(s.Names), Line: t.load(s.ID, list)}
		for _, b := range list {
			if b.Lead == s.ID && shown(b) {
				row := d.row(t, b, false)
				row.Staff = "" // whose column it is stands above
				one.Rows = append(one.Rows, row)
			}
		}
		out = append(out, one)
	}
	return out
}

// byDay lists a week by its days.
func (d *Desk) byDay(t *turn, first span.Date, list []*booking.Booking) []view.DayList {
	var out []view.DayList
	for i := range 7 {
		day := first.AddDays(i)
		within := day.Span(t.Home)
		one := view.DayList{Name: shell.Capital(t.P.DateLong(within.Start.In(t.Home)))}
		for _, b := range list {
			if within.Holds(b.Start) && shown(b) {
				one.Rows = append(one.Rows, d.row(t, b, false))
			}
		}
		one.Line = t.P.N("calendar.count", len(one.Rows))
		out = append(out, one)
	}
	return out
}

// shown tells whether a booking stands on the calendar: not what was given up.
func shown(b *booking.Booking) bool {
	return b.Status.Occupies() || b.Status == booking.Completed || b.Status == booking.NoShow
}

// load is a person's day in a few words: "7 visits".
func (t *turn) load(who id.Staff, list []*booking.Booking) string {
	n := 0
	for _, b := range list {
		if b.Lead == who && shown(b) {
			n++
		}
	}
	return t.P.N("calendar.count", n)
}

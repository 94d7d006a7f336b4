package desk

import (
	"net/http"
	"net/url"
	"time"

	"kept/account"
	"kept/availability"
	"kept/booking"
	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/span"
)

// moveForm shows the times to which a booking can be moved without dragging.
func (d *Desk) moveForm(t *turn) error {
	b, err := d.asked(t)
	if err != nil {
		return err
	}
	return d.moveShown(t, b, view.Notice{}, http.StatusOK)
}

func (d *Desk) moveShown(t *turn, b *booking.Booking, said view.Notice, status int) error {
	f, err := d.Frame(t.Turn, "calendar", "")
	if err != nil {
		return err
	}
	if said.Text != "" {
		f.Notice = said
	}
	at := t.Root() + "/bookings/" + string(b.ID)
	f.Path = at + "/move"
	zone, q := d.ZoneOf(t.Turn, b), t.R.URL.Query()
	who := b.Lead
	if s := t.one(q.Get("staff")); s != "" {
		who = s
	}
	today := span.DateOf(t.Now.In(zone))
	day := shell.ReadDay(q.Get("day"), span.DateOf(max(b.Start, t.Now).In(zone)))
	if day.Before(today) {
		day = today
	}
	first := day.AddDays(1 - day.Weekday())
	lines := linesOf(b)
	for i := range lines {
		if i == 0 || lines[i].Staff == b.Lead {
			lines[i].Staff = who
		}
	}
	offer, err := d.Bookings.Offer(t.Ctx(), t.Who.Business, booking.Search{
		Lines: lines, Location: b.Location, From: first, To: first.AddDays(6), Except: b.ID,
	})
	if err != nil && !shell.Expected(err) {
		return err
	}
	m := view.StaffMoveModel{
		Staff: f, Client: t.clientName(b), Visit: d.visit(t, b), Back: at,
		Other: t.Who.May(account.Override), Action: at + "/move", Date: day.String(), Was: b.Start.String(), Who: string(who),
		Series: b.Series != "",
	}
	link := func(who id.Staff, day span.Date, start string) string {
		v := url.Values{"staff": {string(who)}, "day": {day.String()}}
		if start != "" {
			v.Set("start", start)
		}
		return at + "/move?" + v.Encode()
	}
	m.Picker = t.week(offer, first, day, today, zone, q.Get("start"), func(day span.Date, start string) string { return link(who, day, start) })
	for _, s := range t.Set.Catalog.Staff {
		if !s.Archived && s.Performs(b.Service()) {
			m.Picker.Staff = append(m.Picker.Staff, view.StaffChoice{
				Name: t.Name(s.Names), Href: link(s.ID, day, ""), Chosen: s.ID == who,
			})
		}
	}
	if w, err := span.ParseWall(q.Get("start")); err == nil {
		start := w.Instant(zone)
		m.Go = &view.GoBar{
			Line: t.P.DateTime(start.In(zone)), Sub: view.Joined(t.Services(b), t.StaffName(who)), Action: at + "/move",
			Button: t.P.T("do.move"), Scope: b.Series != "", Hidden: []view.Pair{
				{Name: "start", Value: q.Get("start")}, {Name: "staff", Value: string(who)}, {Name: "was", Value: b.Start.String()},
			},
		}
	}
	return t.Show(view.StaffMovePage(m), status)
}

// linesOf are the services of a booking and who performs each.
func linesOf(b *booking.Booking) []booking.Line {
	out := make([]booking.Line, len(b.Items))
	for i, item := range b.Items {
		out[i].Service = item.Service
		for _, g := range item.Segments {
			if len(g.Staff) > 0 {
				out[i].Staff = g.Staff[0]
				break
			}
		}
	}
	return out
}

// week fills the days and times of an offer that spans one week.
func (t *turn) week(
	o *booking.Offer, first, day, today span.Date, zone *time.Location, start string, link func(span.Date, string) string,
) view.Picker {
	k := view.Picker{
		Month: t.P.MonthYear(day.Start(zone).In(zone)), DayTitle: shell.Capital(t.P.DateLong(day.Start(zone).In(zone))),
		Next: link(first.AddDays(7), ""),
	}
	if today.Before(first) {
		k.Prev = link(first.AddDays(-7), "")
	}
	byDay := map[span.Date][]availability.Slot{}
	most := 1
	if o != nil {
		for _, s := range o.Slots {
			on := span.DateOf(s.Start.In(zone))
			byDay[on] = append(byDay[on], s)
			most = max(most, len(byDay[on]))
		}
	}
	for i := range 7 {
		on := first.AddDays(i)
		at := on.Start(zone).In(zone)
		one := view.Day{
			Weekday: t.P.WeekdayShort(at), Number: t.P.Number(at.Day()), Label: t.P.DateLong(at),
			Free: len(byDay[on]) * 100 / most, Chosen: on == day, Today: on == today,
		}
		if !on.Before(today) {
			one.Href = link(on, "")
		}
		k.Days = append(k.Days, one)
	}
	k.Times = t.dayParts(byDay[day], zone, start, func(wall string) string { return link(day, wall) })
	return k
}

// dayParts are a day's times under Morning, Afternoon and Evening.
func (t *turn) dayParts(slots []availability.Slot, zone *time.Location, start string, link func(string) string) []view.TimeGroup {
	const morning, noon, evening = 5, 12, 17
	var out []view.TimeGroup
	last := ""
	for _, s := range slots {
		at := s.Start.In(zone)
		key := "part.evening"
		switch {
		case at.Hour() < morning:
			key = "part.night"
		case at.Hour() < noon:
			key = "part.morning"
		case at.Hour() < evening:
			key = "part.afternoon"
		}
		if key != last {
			out, last = append(out, view.TimeGroup{Name: t.P.T(key)}), key
		}
		wall := at.Format("2006-01-02T15:04")
		g := &out[len(out)-1]
		g.Times = append(g.Times, view.TimeChoice{Time: t.P.Time(at), Href: link(wall), Chosen: wall == start})
	}
	return out
}

// move moves a booking: dragged on the calendar, chosen from the times, or
// typed. was is the start that the person saw; another one is a conflict.
func (d *Desk) move(t *turn) error {
	b, err := d.asked(t)
	if err != nil {
		return err
	}
	v := t.R.PostFormValue
	text := v("start")
	if text == "" {
		text = v("date") + "T" + v("time")
	}
	wall, err := span.ParseWall(text)
	done := "move"
	switch {
	case err != nil:
		err = fault.BadField("time", "time", "write it as 10:30")
	case v("was") != "" && v("was") != b.Start.String():
		err = fault.New(fault.Conflict, fault.CodeConflict, "the booking was moved meanwhile")
	default:
		move := booking.Move{Start: wall.Instant(d.ZoneOf(t.Turn, b)), Staff: t.one(v("staff")), Override: v("override") == "yes"}
		if scope := t.scope(); scope != booking.ScopeOne {
			done = "move_series"
			_, err = d.Bookings.MoveSeries(t.Ctx(), t.Who, b.ID, scope, move)
		} else {
			_, err = d.Bookings.Reschedule(t.Ctx(), t.Who, b.ID, move)
		}
	}
	switch {
	case err == nil && shell.WantsJSON(t.R):
		t.W.WriteHeader(http.StatusNoContent)
		return nil
	case err == nil:
		return t.Back(t.Root()+"/bookings/"+string(b.ID), done)
	case !shell.Expected(err) || shell.WantsJSON(t.R):
		return err
	default:
		return d.moveShown(t, b, view.Notice{Text: d.Refusal(t.Turn, err), Tone: view.Bad}, http.StatusConflict)
	}
}

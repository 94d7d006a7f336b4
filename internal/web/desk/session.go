package desk

import (
	"net/http"
	"net/url"
	"strings"

	"kept/account"
	"kept/booking"
	"kept/catalog"
	"kept/internal/web/rota"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/span"
)

// sessionDays is how many days of sessions one page shows.
const sessionDays = 28

// sessions lists the meetings of groups, and has the form to plan one.
func (d *Desk) sessions(t *turn) error { return d.sessionsShown(t, nil, nil, http.StatusOK) }

func (d *Desk) sessionsShown(t *turn, typed url.Values, wrong view.Errors, status int) error {
	f, err := d.Frame(t.Turn, "calendar", t.P.T("session.title"))
	if err != nil {
		return err
	}
	f.Path, f.Stream = t.R.URL.RequestURI(), "" // what somebody fills in is left alone
	if t.R.Method != http.MethodGet {
		f.Path = t.Root() + "/sessions"
	}
	today := span.DateOf(t.Now.In(t.Home))
	from := shell.ReadDay(t.R.URL.Query().Get("from"), today)
	at := func(day span.Date) string { return t.Root() + "/sessions?from=" + day.String() }
	m := view.SessionsModel{
		Staff: f, Prev: at(from.AddDays(-sessionDays)), Next: at(from.AddDays(sessionDays)),
		Range: t.P.T("calendar.range", "from", t.P.DayMonth(rota.Noon(from)), "to", t.P.DayMonth(rota.Noon(from.AddDays(sessionDays-1)))),
	}
	if from != today {
		m.Today = at(today)
	}
	if skipped := t.skipped(); skipped != "" {
		m.Notice = view.Notice{Text: t.P.T("session.skipped", "dates", skipped), Tone: view.Look}
	}
	list, err := d.Bookings.Sessions(t.Ctx(), t.Who, booking.SessionFilter{
		Span: span.Span{Start: from.Start(t.Home), End: from.AddDays(sessionDays).Start(t.Home)}, Limit: 400,
	})
	if err != nil {
		return err
	}
	last := span.Date{}
	for _, s := range list {
		when := s.Placement.Start.In(t.Home)
		if day := span.DateOf(when); day != last {
			last = day
			m.Days = append(m.Days, view.SessionDay{Title: shell.Capital(t.P.DateLong(when))})
		}
		one := &m.Days[len(m.Days)-1]
		one.Rows = append(one.Rows, d.sessionRow(t, s))
	}
	if len(t.groupServices()) == 0 && len(list) == 0 {
		m.None = t.P.T("session.none_line")
		if t.Who.May(account.WriteSettings) {
			m.Services = t.Root() + "/settings/services"
		}
		return t.Show(view.SessionsPage(m), status)
	}
	if t.Who.May(account.WriteBookings) {
		m.Form = d.planForm(t, typed, wrong)
	}
	return t.Show(view.SessionsPage(m), status)
}

// skipped names the dates of a timetable that could not be planned.
func (t *turn) skipped() string {
	var out []string
	for text := range strings.SplitSeq(t.R.URL.Query().Get("skipped"), ",") {
		if day, err := span.ParseDate(text); err == nil {
			out = append(out, t.P.DayMonth(rota.Noon(day)))
		}
	}
	return strings.Join(out, t.P.T("list.comma"))
}

// groupServices are the services with seats.
func (t *turn) groupServices() []*catalog.Service {
	var out []*catalog.Service
	for _, s := range t.Set.Catalog.Services {
		if !s.Archived && s.Seats > 0 {
			out = append(out, s)
		}
	}
	return out
}

func (d *Desk) sessionRow(t *turn, s *booking.Session) view.SessionRow {
	zone, err := d.Zone(s.Zone)
	if err != nil {
		zone = t.Home
	}
	r := view.SessionRow{
		Time: t.P.Time(s.Placement.Start.In(zone)), Until: t.P.Time(s.Placement.End.In(zone)), Count: t.seats(s),
		Said: t.P.N("session.taken", s.Seats, "taken", t.P.Number(s.Taken)), Href: t.Root() + "/sessions/" + string(s.ID),
	}
	if one, ok := t.Set.Catalog.Service(s.Service); ok {
		r.Service = t.Name(one.Names)
	}
	var names []string
	for _, who := range s.Staff() {
		names = append(names, t.StaffName(who))
	}
	r.Staff = strings.Join(names, t.P.T("list.comma"))
	if l, ok := t.Set.Catalog.Location(s.Placement.Location); ok && t.manyPlaces() {
		r.Place = t.Name(l.Names)
	}
	switch {
	case s.Status == booking.SessionCancelled:
		r.Chip = view.Chip{Text: t.P.T("session.cancelled"), Tone: view.Quiet}
	case s.Placement.End <= t.Now:
		r.Chip = view.Chip{Text: t.P.T("session.over"), Tone: view.Quiet}
	case s.Free() == 0:
		r.Chip = view.Chip{Text: t.P.T("session.full"), Tone: view.Good}
	case s.Decide != 0 && s.Taken < s.MinSeats:
		r.Chip = view.Chip{Text: t.P.T("session.few"), Tone: view.Look}
	}
	return r
}

// seats writes how many of a session's seats are taken: "3/8".
func (t *turn) seats(s *booking.Session) string {
	return t.P.Number(s.Taken) + "/" + t.P.Number(s.Seats)
}

package desk

import (
	"net/http"
	"net/url"
	"strconv"

	"kept/account"
	"kept/booking"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/span"
)

// session shows one session as a page, or as the panel beside the calendar.
func (d *Desk) session(t *turn) error { return d.sessionShown(t, nil, nil, http.StatusOK) }

func (d *Desk) sessionShown(t *turn, typed url.Values, wrong view.Errors, status int) error {
	want, err := shell.ID[id.Group](t.Turn, "session")
	if err != nil {
		return err
	}
	s, err := d.Bookings.Session(t.Ctx(), t.Who, want)
	if err != nil {
		return err
	}
	f, err := d.Frame(t.Turn, "calendar", "")
	if err != nil {
		return err
	}
	zone, err := d.Zone(s.Zone)
	if err != nil {
		zone = t.Home
	}
	start := s.Placement.Start.In(zone)
	day := span.DateOf(start).String()
	m := view.SessionModel{
		Staff: f, Row: d.sessionRow(t, s), Day: shell.Capital(t.P.DateLong(start)), Page: t.Root() + "/sessions/" + string(s.ID),
		Back: t.Root() + "/sessions?from=" + day,
	}
	m.Path, m.Keep = m.Page, m.Page
	if s.MinSeats > 0 {
		m.Least = t.P.N("session.places", s.MinSeats)
		if s.Decide != 0 {
			m.Least = t.P.N("session.least_line", s.MinSeats, "time", t.P.DateTime(s.Decide.In(zone)))
		}
	}
	members, err := d.Bookings.Members(t.Ctx(), t.Who, s.ID)
	if err != nil {
		return err
	}
	for _, b := range members {
		row := d.row(t, b, false)
		row.Time, row.Until, row.Service, row.Client, row.Staff = "", "", row.Client, t.P.N("session.places", b.Party), ""
		m.Members = append(m.Members, row)
	}
	t.W.Header().Set("Vary", "HX-Target")
	if shell.Fragment(t.R) {
		m.Back = t.Root() + "/calendar?day=" + day
		return t.Show(view.SessionPanel(m), status)
	}
	if t.Who.May(account.WriteBookings) && s.Status == booking.SessionPlanned && s.Placement.End > t.Now {
		d.sessionForms(t, &m, s, typed, wrong)
		if s.Free() > 0 {
			q := url.Values{"service": {string(s.Service)}, "staff": {string(s.Placement.Lead)}, "date": {day}, "start": {start.Format("2006-01-02T15:04")}}
			m.Add = t.Root() + "/new?" + q.Encode()
		}
	}
	return t.Show(view.SessionPage(m), status)
}

// sessionForms fills in what can be changed of a session.
func (d *Desk) sessionForms(t *turn, m *view.SessionModel, s *booking.Session, typed url.Values, wrong view.Errors) {
	m.Stream = ""
	if t.R.URL.Query().Get("ask") == "cancel" {
		sheet := form.NewSheet(t.P, url.Values{}, t.Set.Catalog.Business.Language, nil)
		m.Cancel = &view.SessionForm{
			Action: m.Page + "/cancel", Button: t.P.T("session.cancel_yes"),
			Groups: []view.Group{{Hint: t.P.N("session.ask_line", len(m.Members)), Fields: []view.Field{sheet.Text("reason", t.P.T("booking.reason")).Opt()}}},
		}
		return
	}
	m.Ask = m.Page + "?ask=cancel"
	if typed == nil {
		typed = url.Values{"seats": {strconv.Itoa(s.Seats)}, "min_seats": {strconv.Itoa(s.MinSeats)}}
	}
	sheet := form.NewSheet(t.P, typed, t.Set.Catalog.Business.Language, wrong)
	m.Resize = &view.SessionForm{
		Action: m.Page + "/seats", Button: t.P.T("session.save"),
		Groups: []view.Group{{Fields: []view.Field{
			sheet.Number("seats", t.P.T("session.seats")).In(view.Half), sheet.Number("min_seats", t.P.T("session.least")).In(view.Half),
		}}},
	}
	m.Resize.Errors = sheet.Faults()
}

// resizeSession changes how many places a session has.
func (d *Desk) resizeSession(t *turn) error {
	want, err := shell.ID[id.Group](t.Turn, "session")
	if err != nil {
		return err
	}
	if err := t.R.ParseForm(); err != nil {
		return err
	}
	in := form.Input{P: t.P, Values: t.R.Form}
	seats, least := in.Int("seats", 1, 1000), in.Int("min_seats", 0, 1000)
	if len(in.Wrong) == 0 {
		_, err = d.Bookings.Resize(t.Ctx(), t.Who, want, seats, least)
		if err == nil {
			return t.Back(t.Root()+"/sessions/"+string(want), "session_changed")
		}
		if !shell.Expected(err) {
			return err
		}
		if in.Wrong = d.Wrong(t.Turn, err, ""); len(in.Wrong) == 0 {
			in.Note("seats", "session.too_few")
		}
	}
	return d.sessionShown(t, t.R.Form, in.Wrong, http.StatusUnprocessableEntity)
}

// cancelSession calls a session off.
func (d *Desk) cancelSession(t *turn) error {
	want, err := shell.ID[id.Group](t.Turn, "session")
	if err != nil {
		return err
	}
	if _, err := d.Bookings.CancelSession(t.Ctx(), t.Who, want, t.R.PostFormValue("reason")); err != nil {
		return err
	}
	return t.Back(t.Root()+"/sessions/"+string(want), "session_cancelled")
}

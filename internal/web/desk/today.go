package desk

import (
	"net/http"

	"kept/account"
	"kept/booking"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/message"
	"kept/span"
)

// today is the first page of the desk: what comes next, first.
func (d *Desk) today(t *turn) error {
	f, err := d.Frame(t.Turn, "today", "")
	if err != nil {
		return err
	}
	date := span.DateOf(t.Now.In(t.Home))
	list, err := d.Bookings.ListAll(t.Ctx(), t.Who, booking.Filter{Span: date.Span(t.Home), Overlaps: true}, mostShown)
	if err != nil {
		return err
	}
	m := view.TodayModel{
		Staff: f, Date: shell.Capital(t.P.DateLong(t.Now.In(t.Home))), Calendar: t.Root() + "/calendar", Public: "/b/" + t.Slug, Insight: t.Root() + "/insight",
	}
	if len(t.groupServices()) > 0 {
		m.Sessions = t.Root() + "/sessions"
	}
	if t.Who.May(account.WriteBookings) {
		m.New = t.Root() + "/new"
	}
	d.arrange(t, &m, list)
	asking, err := d.Bookings.List(t.Ctx(), t.Who, booking.Filter{
		Span: span.Span{Start: t.Now, End: t.Now + asked}, Status: booking.Requested, Limit: 50,
	})
	if err != nil {
		return err
	}
	for _, b := range asking {
		m.Asking = append(m.Asking, d.row(t, b, true))
	}
	if t.Who.May(account.ReadMessages) {
		if m.Stuck, err = d.stuck(t); err != nil {
			return err
		}
	}
	return t.Show(view.TodayPage(m), http.StatusOK)
}

// asked is how far ahead requests are looked for.
const asked = 366 * span.Day

// arrange splits the day into what is still to come and what is over.
func (d *Desk) arrange(t *turn, m *view.TodayModel, list []*booking.Booking) {
	visits, ahead, missed := 0, 0, 0
	for _, b := range list {
		row := d.row(t, b, false)
		switch {
		case b.Status == booking.Requested:
			continue // asked for: it stands above
		case b.Status.Occupies() && b.End > t.Now, b.Status == booking.CheckedIn:
			if b.Status != booking.CheckedIn {
				ahead++
			}
			m.Rows = append(m.Rows, row)
		default:
			m.Past = append(m.Past, row)
		}
		switch b.Status {
		case booking.Confirmed, booking.CheckedIn, booking.Completed:
			visits++
		case booking.NoShow:
			visits++
			missed++
		default: // not a visit, or not yet
		}
	}
	if len(list) == 0 {
		return
	}
	m.Figures = []view.Figure{
		{Value: t.P.Number(visits), Label: t.P.N("today.count_visits", visits)},
		{Value: t.P.Number(ahead), Label: t.P.N("today.count_ahead", ahead)},
		{Value: t.P.Number(missed), Label: t.P.N("today.count_missed", missed)},
	}
}

// stuck lists some of the messages that should have gone out by now, each with
// the reason.
func (d *Desk) stuck(t *turn) ([]view.MessageRow, error) {
	const most = 5
	due, err := d.Messages.List(t.Ctx(), t.Who.Business, message.Filter{Status: message.ShownDue, Limit: most}, t.Now)
	if err != nil {
		return nil, err
	}
	return d.messageRows(t, due)
}

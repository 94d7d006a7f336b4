package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kept/account"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/message"
	"kept/span"
)

// messagePage is how many messages a page lists.
const messagePage = 40

// messages shows what was told to whom and what is still to be told.
func (d *Desk) messages(t *turn) error {
	f, err := d.Frame(t.Turn, "messages", "")
	if err != nil {
		return err
	}
	q := t.R.URL.Query()
	status := q.Get("status")
	words := []string{"planned", "due", "failed", "sent", "delivered", "skipped"}
	chosen := "planned"
	for _, w := range words {
		if w == status {
			chosen = w
		}
	}
	m := view.MessagesModel{Staff: f}
	if m.Health, err = d.health(t, f.Waiting); err != nil {
		return err
	}
	for _, w := range words {
		m.Filters = append(m.Filters, view.Filter{
			Text: t.P.T("message." + w), Href: t.Root() + "/messages?status=" + w, Count: -1, Chosen: w == chosen,
		})
	}
	var list []message.Message
	if chosen == "planned" || chosen == message.ShownDue {
		list, err = d.ahead(t, &m, chosen)
	} else {
		list, err = d.behind(t, &m, chosen)
	}
	if err != nil {
		return err
	}
	if m.Rows, err = d.messageRows(t, list); err != nil {
		return err
	}
	return t.Show(view.MessagesPage(m), http.StatusOK)
}

// ahead lists what is still to go out, the soonest first.
func (d *Desk) ahead(t *turn, m *view.MessagesModel, status string) ([]message.Message, error) {
	filter := message.Filter{Status: status, Limit: messagePage + 1}
	filter.AfterDue, filter.AfterID = readPlace(t.R.URL.Query().Get("after"))
	list, err := d.Messages.List(t.Ctx(), t.Who.Business, filter, t.Now)
	if err != nil {
		return nil, err
	}
	at := t.Root() + "/messages?status=" + status
	if len(list) > messagePage {
		list = list[:messagePage]
		last := list[messagePage-1]
		m.Next = at + "&after=" + url.QueryEscape(place(last.Due, string(last.ID)))
	}
	if filter.AfterID != "" {
		m.Prev = at
	}
	m.Ahead = true
	return list, nil
}

// behind lists what is done with day by day, the newest first.
func (d *Desk) behind(t *turn, m *view.MessagesModel, status string) ([]message.Message, error) {
	const most = 500
	today := span.DateOf(t.Now.In(t.Home))
	day := shell.ReadDay(t.R.URL.Query().Get("day"), today)
	within := day.Span(t.Home)
	list, err := d.Messages.List(t.Ctx(), t.Who.Business, message.Filter{Status: status, AfterDue: within.Start - 1, Limit: most}, t.Now)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(one message.Message) bool { return !within.Holds(one.Due) })
	slices.Reverse(list)
	at := t.Root() + "/messages?status=" + status + "&day="
	m.Day, m.Next = shell.Capital(t.P.Relative(within.Start.In(t.Home), t.Now.In(t.Home))), at+day.AddDays(-1).String()
	if day.Before(today) {
		m.Prev = at + day.AddDays(1).String()
	}
	return list, nil
}

// place names where a list goes on: an instant and an identifier.
func place(at span.Instant, id string) string { return strconv.FormatInt(int64(at), 36) + "." + id }

func readPlace(text string) (span.Instant, id.Message) {
	at, rest, ok := strings.Cut(text, ".")
	n, err := strconv.ParseInt(at, 36, 64)
	if !ok || err != nil || !id.Valid(rest) {
		return 0, ""
	}
	return span.Instant(n), id.Message(rest)
}

// health is the state of the mail in one look.
func (d *Desk) health(t *turn, late int) (view.MessageHealth, error) {
	h := view.MessageHealth{Late: late}
	next, err := d.Messages.List(t.Ctx(), t.Who.Business, message.Filter{Status: "planned", Limit: 1}, t.Now)
	if err != nil {
		return h, err
	}
	if len(next) > 0 {
		h.NextDue = t.P.RelativeTime(next[0].Due.In(t.Home), t.Now.In(t.Home))
	}
	for _, count := range []struct {
		status string
		into   *int
	}{{"failed", &h.Failed}, {"sent", &h.Sent}, {"delivered", &h.Sent}} {
		list, err := d.Messages.List(t.Ctx(), t.Who.Business, message.Filter{
			Status: count.status, AfterDue: t.Now - span.Day, Limit: shell.MostWaiting,
		}, t.Now)
		if err != nil {
			return h, err
		}
		*count.into += len(list)
	}
	return h, nil
}

// messageRows writes messages with what they are about.
func (d *Desk) messageRows(t *turn, list []message.Message) ([]view.MessageRow, error) {
	known := map[id.Booking]string{}
	var out []view.MessageRow
	for _, m := range list {
		about, ok := known[m.Booking]
		if !ok && m.Booking != "" && t.Who.May(account.ReadBookings) {
			if b, err := d.Bookings.Find(t.Ctx(), t.Who, m.Booking); err == nil {
				zone := d.ZoneOf(t.Turn, b)
				about = view.Joined(t.Services(b), t.clientName(b), t.P.DateTimeIn(b.Start.In(zone), t.Now.In(zone)))
			}
			known[m.Booking] = about
		}
		out = append(out, t.MessageRow(m, about))
	}
	return out, nil
}

// message shows one message with its text.
func (d *Desk) message(t *turn) error {
	want, err := shell.ID[id.Message](t.Turn, "message")
	if err != nil {
		return err
	}
	m, err := d.Messages.Find(t.Ctx(), t.Who.Business, want)
	if err != nil {
		return err
	}
	f, err := d.Frame(t.Turn, "messages", t.Step(m.Step))
	if err != nil {
		return err
	}
	rows, err := d.messageRows(t, []message.Message{m})
	if err != nil {
		return err
	}
	model := view.MessageModel{Staff: f, Row: rows[0], Subject: m.Subject, Body: m.Text, Back: t.Root() + "/messages"}
	if t.Who.May(account.ReadClients) {
		model.Address = m.Address
	}
	if m.Booking != "" {
		model.Booking = t.Root() + "/bookings/" + string(m.Booking)
	}
	return t.Show(view.MessagePage(model), http.StatusOK)
}

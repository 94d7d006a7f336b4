package desk

import (
	"net/http"
	"net/url"

	"kept/account"
	"kept/booking"
	"kept/client"
	"kept/id"
	"kept/internal/i18n"
	"kept/internal/web"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// How many of each a page lists.
const (
	clientPage = 30
	mostVisits = 100
)

// clients lists the clients, the newest first, or finds one.
func (d *Desk) clients(t *turn) error {
	f, err := d.Frame(t.Turn, "clients", "")
	if err != nil {
		return err
	}
	q := t.R.URL.Query()
	m := view.ClientsModel{Staff: f, Search: t.Root() + "/clients", Query: q.Get("q")}
	if t.Who.May(account.WriteClients) {
		m.Add = t.Root() + "/clients/new"
	}
	if d.Glass != nil {
		offered, err := d.Glass.Offered(t.Ctx(), t.Who)
		if err != nil {
			return err
		}
		if offered {
			m.Beyond = t.Root() + "/clients" + web.GlassPath + "?q=" + url.QueryEscape(m.Query)
		}
	}
	filter := client.Filter{Query: m.Query, Limit: clientPage}
	if c := q.Get("cursor"); id.Valid(c) {
		filter.Before = id.Client(c)
		m.Prev = t.Root() + "/clients?q=" + url.QueryEscape(m.Query)
	}
	list, err := d.Clients.List(t.Ctx(), t.Who.Business, filter, t.Who.Actor())
	if err != nil && !shell.Expected(err) {
		return err
	}
	for _, c := range list.Items {
		line := c.Phone
		if line == "" {
			line = c.Email
		}
		row := view.ClientRow{Name: c.Name, Line: line, Warning: firstLine(c.Note), Href: t.Root() + "/clients/" + string(c.ID)}
		if row.Last, row.Next, err = d.around(t, c.ID); err != nil {
			return err
		}
		m.Rows = append(m.Rows, row)
	}
	if list.Next != "" {
		m.Next = t.Root() + "/clients?q=" + url.QueryEscape(m.Query) + "&cursor=" + string(list.Next)
	}
	return t.Show(view.ClientsPage(m), http.StatusOK)
}

// around tells when a client was here last and comes next.
func (d *Desk) around(t *turn, who id.Client) (last, next string, err error) {
	const few = 12 // a client with more visits ahead than this has a regular appointment, and a last visit on the card
	if !t.Who.May(account.ReadBookings) {
		return "", "", nil
	}
	visits, err := d.Bookings.List(t.Ctx(), t.Who, booking.Filter{Client: who, Backward: true, Limit: few})
	if err != nil {
		return "", "", err
	}
	for _, b := range visits {
		at, now := b.Start.In(d.ZoneOf(t.Turn, b)), t.Now.In(d.ZoneOf(t.Turn, b))
		switch {
		case b.Status.Occupies() && b.End > t.Now:
			next = t.P.RelativeTime(at, now)
		case last == "" && (b.Status == booking.Completed || b.Status == booking.CheckedIn):
			last = t.P.DateIn(at, now)
		}
	}
	return last, next, nil
}

// firstLine is the beginning of a note, as a list has room for it.
func firstLine(note string) string {
	const most = 80
	r := []rune(note)
	for i, c := range r {
		if c == '\n' || i == most {
			return string(r[:i]) + "…"
		}
	}
	return note
}

// newClientForm asks for a new client.
func (d *Desk) newClientForm(t *turn) error {
	return d.clientForm(t, view.ClientFormModel{Back: t.Root() + "/clients", Action: t.Root() + "/clients/new"}, http.StatusOK)
}

func (d *Desk) clientForm(t *turn, m view.ClientFormModel, status int) error {
	f, err := d.Frame(t.Turn, "clients", "")
	if err != nil {
		return err
	}
	m.Staff = f
	if m.Language == "" {
		m.Languages = append(m.Languages, view.Option{Text: t.P.T("client.language_house"), Chosen: true})
	}
	for _, l := range i18n.Languages() {
		m.Languages = append(m.Languages, view.Option{Value: l, Text: i18n.NameOf(l), Chosen: l == m.Language})
	}
	return t.Show(view.ClientFormPage(m), status)
}

func (t *turn) clientFields(m *view.ClientFormModel) {
	v := t.R.PostFormValue
	m.Form = view.ContactForm{Name: v("name"), Email: v("email"), Phone: v("phone"), Note: v("note")}
	m.Language = v("language")
}

func (d *Desk) newClient(t *turn) error {
	m := view.ClientFormModel{Back: t.Root() + "/clients", Action: t.Root() + "/clients/new"}
	t.clientFields(&m)
	c, err := d.Clients.Create(t.Ctx(), t.Who.Business, client.Draft{
		Name: m.Form.Name, Email: m.Form.Email, Phone: m.Form.Phone, Language: m.Language,
	}, m.Form.Note, t.Who.Actor())
	if err == nil {
		return t.Back(t.Root()+"/clients/"+string(c.ID), "client_new")
	}
	if !shell.Expected(err) {
		return err
	}
	m.Errors = d.Wrong(t.Turn, err, "client.")
	return d.clientForm(t, m, http.StatusUnprocessableEntity)
}

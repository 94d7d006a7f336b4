package desk

import (
	"net/http"
	"net/url"
	"slices"

	"kept/account"
	"kept/booking"
	"kept/client"
	"kept/id"
	"kept/internal/i18n"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/message"
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
		at, now := b.Start.In(d.zoneOf(t, b)), t.Now.In(d.zoneOf(t, b))
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

// card shows the personal card, and records that it was opened.
func (d *Desk) card(t *turn) error {
	want, err := shell.ID[id.Client](t.Turn, "client")
	if err != nil {
		return err
	}
	c, err := d.Clients.Open(t.Ctx(), t.Who.Business, want, t.Who.Actor(), client.ReadCard)
	if err != nil {
		return err
	}
	f, err := d.Frame(t.Turn, "clients", "")
	if err != nil {
		return err
	}
	m := view.CardModel{
		Staff: f, Name: c.Name, Contacts: t.contacts(c), Back: t.Root() + "/clients",
		Language: t.language(c.Language), Facts: t.zone(c.Zone),
	}
	if c.Note != "" {
		m.Warnings = []string{c.Note}
	}
	if t.Who.May(account.WriteClients) {
		m.Edit = t.Root() + "/clients/" + string(c.ID) + "/edit"
	}
	if t.Who.May(account.WriteBookings) {
		m.Book = t.Root() + "/new?client=" + string(c.ID)
	}
	if t.Who.May(account.ReadBookings) {
		visits, err := d.Bookings.List(t.Ctx(), t.Who, booking.Filter{Client: c.ID, Backward: true, Limit: mostVisits})
		if err != nil {
			return err
		}
		m.Line = t.since(c, visits)
		d.history(t, &m, visits)
	}
	if t.Who.May(account.ReadMessages) {
		list, err := d.Messages.List(t.Ctx(), t.Who.Business, message.Filter{Client: c.ID, Limit: mostVisits}, t.Now)
		if err != nil {
			return err
		}
		for _, l := range slices.Backward(list) {
			if l.Recipient.Kind == message.ToClient {
				m.Messages = append(m.Messages, t.messageRow(l, ""))
			}
		}
	}
	return t.Show(view.CardPage(m), http.StatusOK)
}

// history fills in the visits, the newest first, and the one that is next.
func (d *Desk) history(t *turn, m *view.CardModel, visits []*booking.Booking) {
	for _, b := range visits {
		zone := d.zoneOf(t, b)
		v := d.visit(t, b)
		tone := view.Quiet
		ahead := b.Status.Occupies() && b.End > t.Now
		switch {
		case b.Status == booking.Requested:
			tone = view.Look
		case ahead, b.Status == booking.Completed:
			tone = view.Good
		case b.Status == booking.NoShow:
			tone = view.Bad
		}
		href := t.Root() + "/bookings/" + string(b.ID)
		m.Visits = append(m.Visits, view.TimelineItem{
			Title: v.Service, Tone: tone, Href: href, Line: view.Joined(
				t.P.RelativeTime(b.Start.In(zone), t.Now.In(zone)), v.Staff, t.P.T("status."+string(b.Status)), v.Price),
		})
		if ahead { // the list goes backward: the last one that is ahead is the next
			m.Next = view.NextAction{
				Title: v.Service, Line: view.Joined(capital(t.P.RelativeTime(b.Start.In(zone), t.Now.In(zone))), v.Staff),
				Chip: view.StatusChip(*t.P, string(b.Status)), Href: href,
			}
		}
	}
}

// since tells how long somebody has been a client: "Client since 4 March 2026 · 18 visits".
func (t *turn) since(c client.Client, visits []*booking.Booking) string {
	done, first := 0, c.CreatedAt
	for _, b := range visits {
		if b.Status == booking.Completed || b.Status == booking.CheckedIn {
			done++
			first = min(first, b.Start)
		}
	}
	count := t.P.N("card.visits", done)
	if len(visits) == mostVisits {
		count = t.P.N("card.visits_more", done)
	}
	return view.Joined(t.P.T("card.since", "when", t.P.DateYear(first.In(t.Home))), count)
}

func (t *turn) contacts(c client.Client) []view.Contact {
	var out []view.Contact
	if c.Phone != "" {
		out = append(out, view.Contact{Label: t.P.T("form.phone"), Text: c.Phone, Href: "tel:" + c.Phone})
	}
	if c.Email != "" {
		out = append(out, view.Contact{Label: t.P.T("form.email"), Text: c.Email, Href: "mailto:" + c.Email})
	}
	return out
}

// language names the language of messages; none given is the business's.
func (t *turn) language(tag string) string {
	if tag == "" {
		tag = t.Set.Catalog.Business.Language
	}
	return i18n.NameOf(tag)
}

func (t *turn) zone(name string) []view.Fact {
	if name == "" || name == t.Home.String() {
		return nil
	}
	return []view.Fact{{Label: t.P.T("card.zone"), Value: name}}
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

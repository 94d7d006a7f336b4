package desk

import (
	"net/http"
	"slices"

	"kept/account"
	"kept/booking"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/message"
	"kept/money"
	"kept/span"
)

// booking shows one booking as a page of its own.
func (d *Desk) booking(t *turn) error {
	b, err := d.asked(t)
	if err != nil {
		return err
	}
	m, err := d.bookingModel(t, b)
	if err != nil {
		return err
	}
	t.W.Header().Set("Vary", "HX-Target")
	if shell.Fragment(t.R) {
		return t.Show(view.BookingPanel(m), http.StatusOK)
	}
	return t.Show(view.BookingPage(m), http.StatusOK)
}

// panel is the same booking as the fragment beside the calendar.
func (d *Desk) panel(t *turn) error {
	b, err := d.asked(t)
	if err != nil {
		return err
	}
	m, err := d.bookingModel(t, b)
	if err != nil {
		return err
	}
	return t.Show(view.BookingPanel(m), http.StatusOK)
}

func (d *Desk) asked(t *turn) (*booking.Booking, error) {
	want, err := shell.ID[id.Booking](t.Turn, "booking")
	if err != nil {
		return nil, err
	}
	return d.Bookings.Find(t.Ctx(), t.Who, want)
}

func (d *Desk) bookingModel(t *turn, b *booking.Booking) (view.BookingModel, error) {
	f, err := d.Frame(t.Turn, "calendar", "")
	if err != nil {
		return view.BookingModel{}, err
	}
	f.Path = t.Root() + "/bookings/" + string(b.ID)
	zone := d.ZoneOf(t.Turn, b)
	m := view.BookingModel{
		Staff: f, Client: t.clientName(b), Chip: view.StatusChip(*t.P, string(b.Status)), Visit: d.visit(t, b), Note: b.Note,
		Back: t.Root() + "/calendar?day=" + span.DateOf(b.Start.In(zone)).String(), Actions: d.actions(t, b),
	}
	m.Visit.Day = shell.Capital(m.Visit.Day)
	if b.Attendance != 0 {
		m.Attendance = t.P.T("booking.said_yes", "when", t.P.RelativeTime(b.Attendance.In(zone), t.Now.In(zone)))
	}
	if b.Status.Movable() && t.Who.May(account.WriteBookings) {
		m.Move = f.Path + "/move"
	}
	m.Facts, m.Parts = t.facts(b), t.parts(b, zone)
	if m.Series, err = d.ofSeries(t, b); err != nil {
		return m, err
	}
	if err := d.person(t, b, &m); err != nil {
		return m, err
	}
	if t.Who.May(account.ReadMessages) {
		list, err := d.Messages.List(t.Ctx(), t.Who.Business, message.Filter{Booking: b.ID, Limit: 40}, t.Now)
		if err != nil {
			return m, err
		}
		for _, one := range slices.Backward(list) {
			m.Messages = append(m.Messages, t.MessageRow(one, ""))
		}
	}
	return m, nil
}

// facts are what else there is to say about a visit.
func (t *turn) facts(b *booking.Booking) []view.Fact {
	var out []view.Fact
	if b.Party > 1 {
		out = append(out, view.Fact{Label: t.P.T("booking.party"), Value: t.P.Number(b.Party)})
	}
	if b.Paid != nil {
		paid := t.P.Money(*b.Paid)
		if b.Method != "" {
			paid += ", " + t.P.T("do.method_"+b.Method)
		}
		out = append(out, view.Fact{Label: t.P.T("booking.paid"), Value: paid})
	}
	if b.Squeezed {
		out = append(out, view.Fact{Label: t.P.T("booking.squeezed"), Value: t.P.T("booking.squeezed_line")})
	}
	if b.Reason != "" {
		out = append(out, view.Fact{Label: t.P.T("booking.reason"), Value: b.Reason})
	}
	return append(out, t.reasons(b)...)
}

// person fills in whose visit it is. Contacts and the warning are of the card,
// so the look at them is recorded as one at the card.
func (d *Desk) person(t *turn, b *booking.Booking, m *view.BookingModel) error {
	if !t.Who.May(account.ReadClients) || b.ClientName == "" {
		return nil
	}
	sheet, err := d.Clients.Sheet(t.Ctx(), t.Who.Business, b.Client, t.Who.Actor(), client.ReadCard, false)
	if fault.Is(err, fault.CodeNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	c := sheet.Client
	warnings := []string{c.Note}
	for _, f := range sheet.Facts.Warnings() {
		if f.Subject == "" || f.Subject == b.Subject {
			warnings = append(warnings, t.P.T("sheet.fact", "what", t.FactName(f.Key), "value", t.FactValue(f.Value)))
		}
	}
	whom, err := d.visitFor(t, b.Client, b.Subject, sheet.Facts)
	if err != nil {
		return err
	}
	m.Facts = append(whom, m.Facts...)
	m.ClientHref, m.Warning, m.Contacts = t.Root()+"/clients/"+string(c.ID), view.Joined(warnings...), t.contacts(c)
	visits, err := d.Bookings.List(t.Ctx(), t.Who, booking.Filter{Client: c.ID, Backward: true, Limit: mostVisits})
	if err != nil {
		return err
	}
	m.ClientLine = t.since(c, visits)
	return nil
}

// actions are what can be done with a booking now, the likeliest first.
func (d *Desk) actions(t *turn, b *booking.Booking) []view.Action {
	if !t.Who.May(account.WriteBookings) {
		return nil
	}
	at := t.Root() + "/bookings/" + string(b.ID) + "/"
	all := []struct {
		do, verb string
		to       booking.Status
		when     bool
	}{
		{"confirm", "confirm", booking.Confirmed, true},
		{"decline", "decline", booking.Declined, true},
		{"check_in", "check-in", booking.CheckedIn, b.Start < t.Now+12*span.Hour},
		{"complete", "complete", booking.Completed, b.Start <= t.Now || b.Status == booking.CheckedIn},
		{"no_show", "no-show", booking.NoShow, b.Start <= t.Now && b.Status != booking.CheckedIn},
		{"cancel", "cancel", booking.Cancelled, true},
	}
	var out []view.Action
	for _, a := range all {
		if a.when && b.Status.May(a.to) {
			out = append(out, view.Action{
				Do: a.do, Href: at + a.verb, Amount: form.WriteAmount(b.Quote.Total),
				Hidden: []view.Pair{{Name: "was", Value: string(b.Status)}},
			})
		}
	}
	return out
}

// act does one of the actions, then leads back to the booking.
func (d *Desk) act(t *turn) error {
	want, err := shell.ID[id.Booking](t.Turn, "booking")
	if err != nil {
		return err
	}
	ctx := t.Ctx()
	var done string
	switch t.R.PathValue("verb") {
	case "confirm":
		done = "confirm"
		_, err = d.Bookings.Confirm(ctx, t.Who, want)
	case "decline":
		done = "decline"
		_, err = d.Bookings.Decline(ctx, t.Who, want)
	case "check-in":
		done = "check_in"
		_, err = d.Bookings.CheckIn(ctx, t.Who, want)
	case "no-show":
		done = "no_show"
		_, err = d.Bookings.MarkNoShow(ctx, t.Who, want)
	case "cancel":
		done = "cancel"
		if scope := t.scope(); scope != booking.ScopeOne {
			done = "cancel_series"
			_, err = d.Bookings.CancelSeries(ctx, t.Who, want, scope, t.R.PostFormValue("reason"))
			break
		}
		_, err = d.Bookings.Cancel(ctx, t.Who, want, t.R.PostFormValue("reason"))
	case "complete":
		done = "complete"
		var paid *money.Amount
		if paid, err = readPaid(t.R.PostFormValue("amount"), t.Set.Catalog.Business.Currency); err == nil {
			_, err = d.Bookings.Complete(ctx, t.Who, want, paid, t.R.PostFormValue("method"))
		}
	default:
		return fault.Missing("address")
	}
	if err != nil && !shell.Expected(err) {
		return err
	}
	return d.shown(t, want, done, err)
}

// shown answers an act: with the panel where the calendar asked, with the page
// of the booking else, in both cases with what was refused.
func (d *Desk) shown(t *turn, want id.Booking, done string, refused error) error {
	to := t.Root() + "/bookings/" + string(want)
	if refused == nil && !shell.Fragment(t.R) {
		return t.Back(to, done)
	}
	b, err := d.Bookings.Find(t.Ctx(), t.Who, want)
	if err != nil {
		return err
	}
	m, err := d.bookingModel(t, b)
	if err != nil {
		return err
	}
	status := http.StatusOK
	m.Notice = view.Notice{Text: t.P.T("did." + done), Tone: view.Good}
	if refused != nil {
		m.Notice = view.Notice{Text: d.Refusal(t.Turn, refused), Tone: view.Bad}
		status = http.StatusConflict
	}
	if shell.Fragment(t.R) {
		return t.Show(view.BookingPanel(m), status)
	}
	return t.Show(view.BookingPage(m), status)
}

// readPaid reads what was paid; nil where nothing was typed.
func readPaid(text, currency string) (*money.Amount, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // nothing was typed
	}
	a, ok := form.ParseAmount(text, currency)
	if !ok || a.Amount < 0 {
		return nil, fault.BadField("amount", "format", "write it as 68.50")
	}
	return &a, nil
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

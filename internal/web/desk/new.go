package desk

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kept/account"
	"kept/booking"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/span"
)

// wish is what the form for a new booking has been told so far.
type wish struct {
	services []id.Service
	anyOrder bool // they may follow each other in any order
	staff    id.Staff
	location id.Location // empty: anywhere
	party    int         // how many come, where the service has seats; 0 is 1
	answers  url.Values  // to what shapes the visit
	day      span.Date
	start    string // local, "2026-03-04T10:30"
	other    string // a time of day that was typed
	client   id.Client
	subject  id.Subject // of the client's; empty for themselves
	query    string
	form     view.ContactForm
	override bool
	squeeze  bool         // onto the second lane of whoever leads it
	beside   *view.Beside // what that lies beside, still to be seen; nil else
	key      string       // of the form: sent twice, it books once
	zone     *time.Location
	repeat   string // how often the visit recurs; empty for once
	times    string // ... and how many visits there are
}

// clock is the time of day that was wished for; noon where none was.
func (w *wish) clock() string {
	if wall, err := span.ParseWall(w.start); err == nil && w.other == "" {
		return fmt.Sprintf("%02d:%02d", wall.Minute/60, wall.Minute%60)
	}
	return cmp.Or(w.other, "12:00")
}

func (d *Desk) readWish(t *turn) (wish, error) {
	v := t.R.FormValue
	w := wish{
		staff: t.one(v("staff")), start: v("start"), other: v("other"), query: strings.TrimSpace(v("q")),
		form:     view.ContactForm{Name: v("name"), Email: v("email"), Phone: v("phone"), Note: v("note")},
		override: v("override") == "yes", repeat: v("repeat"), times: v("times"), party: readParty(v("party")),
	}
	if l, ok := t.Set.Catalog.Location(id.Location(v("location"))); ok && !l.Archived {
		w.location = l.ID
	}
	w.services = t.wanted(w.location)
	w.squeeze = v("squeeze") == "yes" && t.maySqueeze()
	w.anyOrder = v("any_order") == "yes" && w.ordered()
	if len(w.services) > 0 {
		w.answers = shell.Answered(t.R.Form, d.Bookings.Shaping(t.Set.Catalog, w.services))
	}
	if w.key = v("key"); !id.Valid(w.key) {
		w.key = id.New[string](t.Now.UTC()) // only has to be new
	}
	if c := v("client"); id.Valid(c) {
		w.client = id.Client(c)
	}
	subject := v("subject")
	if name := subjectField(w.client); t.R.Form.Has(name) { // chosen beside the client
		subject = v(name)
	}
	if id.Valid(subject) {
		w.subject = id.Subject(subject)
	}
	var err error
	if w.zone, err = d.Zone(t.Set.Catalog.ZoneOf(w.location)); err != nil {
		return w, err
	}
	today := span.DateOf(t.Now.In(w.zone))
	if w.day = shell.ReadDay(v("date"), today); w.day.Before(today) && !t.Who.May(account.Override) {
		w.day = today
	}
	return w, nil
}

// newForm asks step by step: service, person and day first, then the free
// times of the same engine that clients see, then for whom.
func (d *Desk) newForm(t *turn) error {
	w, err := d.readWish(t)
	if err != nil {
		return err
	}
	return d.newShown(t, w, nil, view.Notice{}, http.StatusOK)
}

func (d *Desk) newShown(t *turn, w wish, wrong view.Errors, said view.Notice, status int) error {
	f, err := d.Frame(t.Turn, "calendar", "")
	if err != nil {
		return err
	}
	if said.Text != "" {
		f.Notice = said
	}
	f.Path = t.Root() + "/new"
	f.Stream = "" // what somebody fills in is left alone
	m := view.NewBookingModel{
		Staff: f, Show: f.Path, Book: f.Path, Date: w.day.String(), Today: span.DateOf(t.Now.In(w.zone)).String(),
		Asked: len(w.services) > 0, Query: w.query, Form: w.form, Errors: wrong, Other: w.other,
		Override: t.Who.May(account.Override), Passing: w.override,
		Squeeze: t.maySqueeze(), Squeezing: w.squeeze, Beside: w.beside,
		Hidden: append(w.asked(), view.Pair{Name: "key", Value: w.key}),
	}
	if w.query != "" {
		m.Hidden = append(m.Hidden, view.Pair{Name: "q", Value: w.query})
	}
	if m.Override {
		m.Today = "" // what was forgotten can be noted later
	}
	t.choices(&m, w)
	m.Questions = d.shaping(t, w)
	if err := d.subjects(t, &m, w); err != nil {
		return err
	}
	t.repeatChoices(&m, w)
	if m.Asked {
		if err := d.times(t, &m, w); err != nil {
			return err
		}
	}
	if err := d.found(t, &m, w); err != nil {
		return err
	}
	return t.Show(view.NewBookingPage(m), status)
}

// choices fills in what can be done and who does it.
func (t *turn) choices(m *view.NewBookingModel, w wish) {
	m.Services, m.More = t.serviceChoices(w)
	_, m.Places = t.places(string(w.location))
	m.Ordered, m.AnyOrder = w.ordered(), w.anyOrder
	if first, ok := t.Set.Catalog.Service(w.first()); ok && first.Seats > 0 {
		m.Party = strconv.Itoa(max(1, w.party))
	}
	m.People = []view.Option{{Text: t.P.T("picker.anyone"), Chosen: w.staff == ""}}
	for _, s := range t.Set.Catalog.Staff {
		if !s.Archived {
			m.People = append(m.People, view.Option{Value: string(s.ID), Text: t.Name(s.Names), Chosen: s.ID == w.staff})
		}
	}
}

// times fills in what is free on the day, and else the next day that is.
func (d *Desk) times(t *turn, m *view.NewBookingModel, w wish) error {
	const look = 21 // days
	m.DayTitle = shell.Capital(t.P.DateLong(w.day.Start(w.zone).In(w.zone)))
	m.Why = t.why(w, "", w.day, w.clock())
	search := booking.Search{
		Lines: w.lines(t), Location: w.location, From: w.day, To: w.day, Client: w.client, Subject: w.forSubject(), Party: w.party, AnyOrder: w.anyOrder,
		Answers: shell.Answers(w.answers),
	}
	offer, err := d.Bookings.Offer(t.Ctx(), t.Who.Business, search)
	if err != nil {
		if shell.Expected(err) {
			m.WhyClosed, m.Errors = d.Refusal(t.Turn, err), append(m.Errors, d.wrongAnswers(t, err)...)
			return nil
		}
		return err
	}
	m.Times = t.offered(offer, w)
	if len(m.Times) > 0 {
		return nil
	}
	search.From, search.To = w.day.AddDays(1), w.day.AddDays(look)
	if offer, err = d.Bookings.Offer(t.Ctx(), t.Who.Business, search); err != nil {
		return err
	}
	if len(offer.Slots) > 0 {
		at := offer.Slots[0].Start.In(w.zone)
		next := w
		next.day = span.DateOf(at)
		q := url.Values{}
		for _, p := range next.asked() {
			q.Add(p.Name, p.Value)
		}
		w.keep(q)
		m.NextFree = view.Link{Text: t.P.Date(at), Href: m.Show + "?" + q.Encode()}
	}
	return nil
}

// found fills in the client who was chosen, or those whom the search finds.
func (d *Desk) found(t *turn, m *view.NewBookingModel, w wish) error {
	if !t.Who.May(account.ReadClients) {
		return nil
	}
	var list []client.Client
	if w.client != "" {
		c, err := d.Clients.Open(t.Ctx(), t.Who.Business, w.client, t.Who.Actor(), client.ReadList)
		if err != nil && !fault.Is(err, fault.CodeNotFound) {
			return err
		}
		if err == nil {
			list = append(list, c)
		}
	}
	if w.query != "" {
		got, err := d.Clients.List(t.Ctx(), t.Who.Business, client.Filter{Query: w.query, Limit: 10}, t.Who.Actor())
		if err != nil && !shell.Expected(err) {
			return err
		}
		list = append(list, got.Items...)
	}
	seen := map[id.Client]bool{}
	for _, c := range list {
		if !seen[c.ID] {
			m.Found = append(m.Found, view.ClientOption{
				ID: string(c.ID), Name: c.Name, Line: view.Joined(c.Phone, c.Email), Chosen: c.ID == w.client || len(list) == 1,
			})
			var err error
			if m.Found[len(m.Found)-1].Subjects, err = d.subjectsOf(t, c.ID, w); err != nil {
				return err
			}
		}
		seen[c.ID] = true
	}
	if w.client != "" {
		m.Keep = string(w.client) // so that choosing another day does not lose the person
	}
	return nil
}

// newBooking books for a client, or shows the dates of a visit that shall recur.
func (d *Desk) newBooking(t *turn) error {
	w, err := d.readWish(t)
	if err != nil {
		return err
	}
	req, wrong := t.request(w)
	rule, badRule := t.recurrence(w)
	if wrong = append(wrong, badRule...); len(wrong) > 0 {
		return d.newShown(t, w, wrong, view.Notice{}, http.StatusUnprocessableEntity)
	}
	if req.Squeeze {
		if rule != "" {
			return d.newShown(t, w, view.Errors{{Field: "repeat", Text: t.P.T("squeeze.once")}}, view.Notice{}, http.StatusUnprocessableEntity)
		}
		if done, err := d.squeezeSeen(t, w, &req); done || err != nil {
			return err
		}
	}
	if rule != "" {
		return d.checkSeries(t, w, booking.Repeat{Request: req, Rule: rule}, view.Notice{}, http.StatusOK)
	}
	to, err := d.bookOnce(t, w, req)
	if err == nil {
		return t.Back(to, "book")
	}
	return d.notBooked(t, w, err)
}

// notBooked shows the form again with why nothing was booked.
func (d *Desk) notBooked(t *turn, w wish, err error) error {
	if !shell.Expected(err) {
		return err
	}
	if wrong := d.Wrong(t.Turn, err, "client."); len(wrong) > 0 && fault.KindOf(err) == fault.Invalid {
		wrong = slices.DeleteFunc(wrong, func(f view.FieldError) bool { return strings.HasPrefix(f.Field, "answers.") })
		return d.newShown(t, w, append(wrong, d.wrongAnswers(t, err)...), view.Notice{}, http.StatusUnprocessableEntity)
	}
	text := d.Refusal(t.Turn, err)
	if w.squeeze {
		text = d.squeezeRefused(t, err)
	}
	return d.newShown(t, w, nil, view.Notice{Text: text, Tone: view.Bad}, http.StatusConflict)
}

// request makes a request of what the form was told, or says what it lacks.
func (t *turn) request(w wish) (booking.Request, view.Errors) {
	text := w.start
	if w.other != "" {
		text = w.day.String() + "T" + w.other
	}
	wall, wallErr := span.ParseWall(text)
	var wrong view.Errors
	for _, field := range []struct {
		bad       bool
		name, key string
	}{
		{len(w.services) == 0, "service", "new.need_service"},
		{w.other != "" && wallErr != nil, "other", "new.need_time"},
		{w.other == "" && wallErr != nil, "start", "new.need_time"},
		{wallErr == nil && !wall.Exists(w.zone), "other", "new.need_time"}, // skipped when the clocks go forward
		{w.client == "" && strings.TrimSpace(w.form.Name) == "", "name", "new.need_client"},
	} {
		if field.bad {
			wrong = append(wrong, view.FieldError{Field: field.name, Text: t.P.T(field.key)})
		}
	}
	if len(wrong) > 0 {
		return booking.Request{}, wrong
	}
	req := booking.Request{
		Lines: w.lines(t), AnyOrder: w.anyOrder, Location: w.location, Party: w.party, Start: wall.Instant(w.zone), ClientID: w.client,
		Subject: w.subject, Note: w.form.Note, Override: w.override && w.other != "", Squeeze: w.squeeze,
		Given: booking.Given{Answers: shell.Answers(w.answers)},
	}
	if w.client == "" {
		req.Client, req.Subject = client.Draft{Name: w.form.Name, Email: w.form.Email, Phone: w.form.Phone}, ""
	}
	return req, nil
}

// bookOnce books, once for each form, and gives the address of the booking.
func (d *Desk) bookOnce(t *turn, w wish, req booking.Request) (string, error) {
	typed := []string{req.Start.String(), string(w.client), string(w.subject), w.form.Name, w.form.Email, w.form.Phone}
	for _, p := range w.asked() {
		typed = append(typed, p.Name, p.Value)
	}
	if w.squeeze {
		typed = append(typed, "squeeze")
	}
	return d.Once(t.Ctx(), t.Who.Business, "POST /app/new", w.key, typed, func(ctx context.Context) (string, error) {
		b, err := d.Bookings.Book(ctx, t.Who, req)
		if err != nil {
			return "", err
		}
		return t.Root() + "/bookings/" + string(b.ID), nil
	})
}

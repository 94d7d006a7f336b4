package desk

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"kept/account"
	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/span"
)

// explain answers why a time is open or shut: every reason there is, in the
// order in which the engine finds them, with what each is about; or who could
// take it, in the order in which they would be tried.
func (d *Desk) explain(t *turn) error {
	q := t.R.URL.Query()
	f, err := d.Frame(t.Turn, "calendar", "")
	if err != nil {
		return err
	}
	f.Stream = "" // what somebody fills in is left alone
	w, err := d.readWish(t)
	if err != nil {
		return err
	}
	if day, err := span.ParseDate(q.Get("date")); err == nil {
		w.day = day // also of the past
	}
	m := view.WhyModel{Staff: f, Show: t.Root() + "/explain", Date: w.day.String(), Time: q.Get("time")}
	var form view.NewBookingModel
	t.choices(&form, w)
	m.Services, m.More, m.People, m.Party = form.Services, form.More, form.People, form.Party
	m.Questions = d.shaping(t, w)
	var place id.Location
	place, m.Places = t.places(q.Get("location"))
	if err := d.judgedFor(t, &m, &w); err != nil {
		return err
	}
	if !q.Has("service") || !q.Has("time") {
		return t.Show(view.WhyPage(m), http.StatusOK)
	}
	if w.zone, err = d.Zone(t.Set.Catalog.ZoneOf(place)); err != nil {
		return err
	}
	wall, wallErr := span.ParseWall(w.day.String() + "T" + m.Time)
	if len(w.services) == 0 {
		m.Errors = append(m.Errors, view.FieldError{Field: "service", Text: t.P.T("why.need_service")})
	}
	if wallErr != nil || !wall.Exists(w.zone) {
		m.Errors = append(m.Errors, view.FieldError{Field: "time", Text: t.P.T("why.need_time")})
	}
	if len(m.Errors) > 0 {
		return t.Show(view.WhyPage(m), http.StatusUnprocessableEntity)
	}
	if err := d.answer(t, &m, w, place, wall.Instant(w.zone)); err != nil {
		return err
	}
	return t.Show(view.WhyPage(m), http.StatusOK)
}

// judgedFor names the client for whom the answer shall be; one who is gone is nobody.
func (d *Desk) judgedFor(t *turn, m *view.WhyModel, w *wish) error {
	if w.client == "" {
		return nil
	}
	c, err := d.Clients.Open(t.Ctx(), t.Who.Business, w.client, t.Who.Actor(), client.ReadList)
	if fault.Is(err, fault.CodeNotFound) {
		w.client = ""
		return nil
	}
	if err != nil {
		return err
	}
	m.Client, m.ForWhom = string(w.client), t.P.T("why.for_whom", "who", c.Name)
	m.Subjects, err = d.subjectsOf(t, w.client, *w)
	return err
}

// places gives the chosen place, and the choice where there is one.
func (t *turn) places(text string) (chosen id.Location, all []view.Option) {
	if l, ok := t.Set.Catalog.Location(id.Location(text)); ok && text != "" {
		chosen = l.ID
	}
	if !t.manyPlaces() {
		return chosen, nil
	}
	all = []view.Option{{Text: t.P.T("picker.anyone_where"), Chosen: chosen == ""}}
	for _, l := range t.Set.Catalog.Locations {
		if !l.Archived {
			all = append(all, view.Option{Value: string(l.ID), Text: t.Name(l.Names), Chosen: l.ID == chosen})
		}
	}
	return chosen, all
}

// answer asks the desk and writes what it says.
func (d *Desk) answer(t *turn, m *view.WhyModel, w wish, place id.Location, at span.Instant) error {
	e, err := d.Bookings.Explain(t.Ctx(), t.Who, booking.Why{
		Lines: w.lines(t), Location: place, At: at, Client: w.client, Subject: w.forSubject(),
		Party: w.party, Answers: shell.Answers(w.answers),
	})
	if err != nil {
		if shell.Expected(err) {
			m.Notice = view.Notice{Text: d.Refusal(t.Turn, err), Tone: view.Look}
			m.Errors = append(m.Errors, d.wrongAnswers(t, err)...)
			return nil
		}
		return err
	}
	m.Asked, m.Open = true, e.Open
	when := t.P.DateTimeIn(at.In(w.zone), t.Now.In(w.zone))
	if e.Open {
		var steps []view.WhyStep
		m.Verdict, steps = t.P.T("why.is_open", "when", when), t.takers(e, w)
		for _, r := range e.Approve {
			steps = append(steps, view.WhyStep{Text: t.P.T("why.approve", "name", t.ruleName(r)), Tone: view.Look})
		}
		if p := e.Policy; p != nil && w.client != "" {
			steps = append(steps, view.WhyStep{
				Text: t.P.T("why.cutoffs", "cancel", t.P.Duration(p.CancelCutoffMin), "move", t.P.Duration(p.MoveCutoffMin)), Tone: view.Look,
			})
		}
		if e.Moves > 0 {
			steps = append(steps, view.WhyStep{Text: t.P.N("why.moves", e.Moves), Tone: view.Look})
		}
		m.Groups = []view.WhyGroup{{Steps: steps}}
		if !e.Drop.Empty() {
			at = e.Drop.Start
		}
		m.Rank = t.ranked(e.Rank)
		if t.Who.May(account.WriteBookings) && at > t.Now {
			q := url.Values{"start": {at.In(w.zone).Format("2006-01-02T15:04")}}
			for _, p := range w.asked() {
				q.Add(p.Name, p.Value)
			}
			w.keep(q)
			m.Book = t.Root() + "/new?" + q.Encode()
		}
		return nil
	}
	m.Verdict = t.P.T("why.is_shut", "when", when)
	if m.Groups, err = d.grouped(t, e.Reasons, w.zone); err != nil {
		return err
	}
	return d.nearby(t, m, w, place, at)
}

// nearby lists the three open times of the days around that are nearest.
func (d *Desk) nearby(t *turn, m *view.WhyModel, w wish, place id.Location, at span.Instant) error {
	offer, err := d.Bookings.Offer(t.Ctx(), t.Who.Business, booking.Search{
		Lines: w.lines(t), Location: place, From: w.day.AddDays(-3), To: w.day.AddDays(7),
		Client: w.client, Subject: w.forSubject(), Party: w.party, AnyOrder: w.anyOrder, Answers: shell.Answers(w.answers),
	})
	if err != nil {
		if shell.Expected(err) {
			return nil
		}
		return err
	}
	far := func(s availability.Slot) span.Instant { return max(s.Start-at, at-s.Start) }
	slots := slices.Clone(offer.Slots)
	slices.SortStableFunc(slots, func(a, b availability.Slot) int { return cmp.Compare(far(a), far(b)) })
	for _, s := range slots {
		local := s.Start.In(w.zone)
		one := view.Link{Text: t.P.DateTimeIn(local, t.Now.In(w.zone)), Href: t.why(w, place, span.DateOf(local), local.Format("15:04"))}
		if !slices.Contains(m.Near, one) {
			m.Near = append(m.Near, one)
		}
		if len(m.Near) == 3 {
			break
		}
	}
	return nil
}

// why is the address of the question about a time.
func (t *turn) why(w wish, place id.Location, day span.Date, clock string) string {
	q := url.Values{"time": {clock}}
	for _, p := range w.asked() {
		q.Add(p.Name, p.Value)
	}
	q.Set("date", day.String())
	if place != "" {
		q.Set("location", string(place))
	}
	w.keep(q)
	q.Del("q") // who was searched for is found by now
	return t.Root() + "/explain?" + q.Encode()
}

// takers says who could lead, in the order in which they would be tried.
func (t *turn) takers(e *booking.Explanation, w wish) []view.WhyStep {
	var out []view.WhyStep
	leads := e.Leads
	say := func(key string, pairs ...any) {
		out = append(out, view.WhyStep{Text: t.P.T(key, pairs...), Tone: view.Good})
	}
	if !e.Drop.Empty() {
		say("why.bring", "when", t.stretch(e.Drop, w.zone), "ready", t.P.DateTimeIn(e.Ready.In(w.zone), t.Now.In(w.zone)))
	}
	for i, c := range leads {
		who := t.StaffName(c.Lead)
		switch {
		case !e.Drop.Empty():
			say("why.work_by", "who", who)
		case len(leads) == 1 && w.staff != "":
			say("why.named", "who", who)
		case len(leads) == 1:
			say("why.only", "who", who)
		case i == 0:
			say("why.taken", "who", who, "why", t.aim(c))
		default:
			say("why.could", "who", who, "why", t.aim(c))
		}
	}
	if len(out) == 0 {
		say("why.nobody")
	}
	return out
}

// aim says by what somebody was weighed against others.
func (t *turn) aim(c availability.Choice) string {
	why := t.weighed(c)
	if c.Liked {
		why = t.P.T("why.aim_liked", "why", why)
	}
	return why
}

func (t *turn) weighed(c availability.Choice) string {
	key := "why.aim_" + string(c.Aim)
	if (c.Aim == catalog.AimPriority || c.Aim == catalog.AimSame) && c.Measure == 0 {
		key += "_none"
	}
	if c.Aim == catalog.AimEven || c.Aim == catalog.AimConcentrate {
		return t.P.T(key, "time", t.P.Duration(c.Measure))
	}
	return t.P.T(key, "n", c.Measure, "place", c.Measure)
}

// reasons say why a booking is as it is: why it came to whom it did, which
// rules wanted a yes, and which changed its length or its price.
func (t *turn) reasons(b *booking.Booking) []view.Fact {
	var out []view.Fact
	if c := b.Choice.Choice; c.Lead != "" && c.Lead == b.Lead {
		why := t.P.T("booking.why_only")
		if c.Of > 1 {
			why = t.P.N("why.of", c.Of, "why", t.aim(c))
		}
		out = append(out, view.Fact{Label: t.P.T("booking.why", "who", t.StaffName(c.Lead)), Value: why})
	}
	var asked, changed []string
	for _, r := range b.Choice.Approve {
		asked = append(asked, t.ruleName(r))
	}
	told := map[id.Rule]bool{}
	for _, l := range b.Quote.Lines {
		if l.Rule != "" {
			changed, told[l.Rule] = append(changed, t.ruleName(l.Rule)+" "+signed(t.P.Money(l.Amount), l.Amount.Amount)), true
		}
	}
	for _, r := range b.Choice.Rules {
		if !told[r] {
			changed = append(changed, t.ruleName(r))
		}
	}
	comma := t.P.T("list.comma")
	for _, f := range []view.Fact{
		{Label: t.P.T("booking.approve"), Value: strings.Join(asked, comma)},
		{Label: t.P.T("booking.rules"), Value: strings.Join(changed, comma)},
	} {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}

// signed writes a plus before what is added.
func signed(text string, amount int64) string {
	if amount > 0 {
		return "+" + text
	}
	return text
}

// ruleName is the owner's name of a rule, also of one that has ended.
func (t *turn) ruleName(want id.Rule) string {
	if r, ok := t.Set.Catalog.Rule(want); ok {
		return t.Name(r.Names)
	}
	return "—"
}

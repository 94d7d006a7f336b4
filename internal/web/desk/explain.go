package desk

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

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
	m.Services, m.People = form.Services, form.People
	place := t.places(&m, q.Get("location"))
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
	if w.service == "" {
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
	m.Client, m.ForWhom = string(w.client), t.P.T("why.for_whom", "who", c.Name)
	return err
}

// places fills in the choice of places, where there is one, and gives the chosen.
func (t *turn) places(m *view.WhyModel, text string) id.Location {
	var chosen id.Location
	if l, ok := t.Set.Catalog.Location(id.Location(text)); ok && text != "" {
		chosen = l.ID
	}
	if !t.manyPlaces() {
		return chosen
	}
	m.Places = []view.Option{{Text: t.P.T("picker.anyone_where"), Chosen: chosen == ""}}
	for _, l := range t.Set.Catalog.Locations {
		if !l.Archived {
			m.Places = append(m.Places, view.Option{Value: string(l.ID), Text: t.Name(l.Names), Chosen: l.ID == chosen})
		}
	}
	return chosen
}

// answer asks the desk and writes what it says.
func (d *Desk) answer(t *turn, m *view.WhyModel, w wish, place id.Location, at span.Instant) error {
	lines := []booking.Line{{Service: w.service, Staff: w.staff}}
	e, err := d.Bookings.Explain(t.Ctx(), t.Who, booking.Why{Lines: lines, Location: place, At: at, Client: w.client})
	if err != nil {
		if shell.Expected(err) {
			m.Notice = view.Notice{Text: d.Refusal(t.Turn, err), Tone: view.Look}
			return nil
		}
		return err
	}
	m.Asked, m.Open = true, e.Open
	when := t.P.DateTimeIn(at.In(w.zone), t.Now.In(w.zone))
	if e.Open {
		m.Verdict, m.Steps = t.P.T("why.is_open", "when", when), t.takers(e.Leads, w)
		for _, r := range e.Approve {
			m.Steps = append(m.Steps, view.WhyStep{Text: t.P.T("why.approve", "name", t.ruleName(r)), Tone: view.Look})
		}
		if p := e.Policy; p != nil && w.client != "" {
			m.Steps = append(m.Steps, view.WhyStep{
				Text: t.P.T("why.cutoffs", "cancel", t.P.Duration(p.CancelCutoffMin), "move", t.P.Duration(p.MoveCutoffMin)), Tone: view.Look,
			})
		}
		if e.Moves > 0 {
			m.Steps = append(m.Steps, view.WhyStep{Text: t.P.N("why.moves", e.Moves), Tone: view.Look})
		}
		if t.Who.May(account.WriteBookings) && at > t.Now {
			q := url.Values{
				"service": {string(w.service)}, "staff": {string(w.staff)}, "date": {w.day.String()},
				"start": {at.In(w.zone).Format("2006-01-02T15:04")},
			}
			if w.client != "" {
				q.Set("client", string(w.client))
			}
			m.Book = t.Root() + "/new?" + q.Encode()
		}
		return nil
	}
	m.Verdict = t.P.T("why.is_shut", "when", when)
	for _, r := range e.Reasons {
		if place == "" && elsewhere(r, e.Reasons) {
			continue
		}
		step := t.because(r, w.zone)
		if !slices.Contains(m.Steps, step) {
			m.Steps = append(m.Steps, step)
		}
	}
	return d.nearby(t, m, w, place, at)
}

// elsewhere tells, where any place will do, that somebody is only not at work
// at one place on a day on which something else keeps them at another.
func elsewhere(r availability.Reason, all []availability.Reason) bool {
	return r.Rule == availability.RuleHours && r.Staff != "" && r.Span.Length() <= 0 &&
		slices.ContainsFunc(all, func(o availability.Reason) bool { return o.Staff == r.Staff && o != r })
}

// nearby lists the three open times of the days around that are nearest.
func (d *Desk) nearby(t *turn, m *view.WhyModel, w wish, place id.Location, at span.Instant) error {
	offer, err := d.Bookings.Offer(t.Ctx(), t.Who.Business, booking.Search{
		Lines: []booking.Line{{Service: w.service, Staff: w.staff}}, Location: place, From: w.day.AddDays(-3), To: w.day.AddDays(7),
		Client: w.client,
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
	q := url.Values{"service": {string(w.service)}, "staff": {string(w.staff)}, "date": {day.String()}, "time": {clock}}
	if place != "" {
		q.Set("location", string(place))
	}
	if w.client != "" {
		q.Set("client", string(w.client))
	}
	return t.Root() + "/explain?" + q.Encode()
}

// takers says who could lead, in the order in which they would be tried.
func (t *turn) takers(leads []availability.Choice, w wish) []view.WhyStep {
	var out []view.WhyStep
	say := func(key string, pairs ...any) {
		out = append(out, view.WhyStep{Text: t.P.T(key, pairs...), Tone: view.Good})
	}
	for i, c := range leads {
		who := t.StaffName(c.Lead)
		switch {
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
	key := "why.aim_" + string(c.Aim)
	if (c.Aim == catalog.AimPriority || c.Aim == catalog.AimSame) && c.Measure == 0 {
		key += "_none"
	}
	if c.Aim == catalog.AimEven || c.Aim == catalog.AimConcentrate {
		return t.P.T(key, "time", t.P.Duration(c.Measure))
	}
	return t.P.T(key, "n", c.Measure, "place", c.Measure)
}

// because writes one reason with what it is about.
func (t *turn) because(r availability.Reason, zone *time.Location) view.WhyStep {
	step := view.WhyStep{Tone: view.Look}
	who := t.StaffName(r.Staff)
	if rule, ok := t.Set.Catalog.Rule(r.Owner); ok && r.Owner != "" {
		step.Text, step.Line = t.P.T("why.rule", "name", t.Name(rule.Names)), t.Name(rule.About)
		if who != "" {
			step.Text = t.P.T("why.rule_of", "name", t.Name(rule.Names), "who", who)
		}
		if t.Who.May(account.WriteSettings) {
			step.Link = view.Link{Text: t.P.T("why.see_rule"), Href: t.Root() + "/settings/rules/" + string(rule.ID)}
		}
		return step
	}
	when := t.stretch(r.Span, zone)
	pairs := []any{"who", who, "when", when, "what", t.unit(r.Lane)}
	key := "why." + reasonWord(r)
	switch {
	case r.Limit != 0:
		pairs[3] = t.P.DateTimeIn(r.Limit.In(zone), t.Now.In(zone))
	case r.Rule == availability.RuleResource && r.Source != "", who != "" && t.P.Has(key+"_of"):
		key += "_of"
	case r.Rule == availability.RuleStaff && r.Span.Length() > 0:
		key = "why.staff_few"
	}
	step.Text = t.P.T(key, pairs...)
	if r.Rule == availability.RuleHours && r.Span.Length() > 0 {
		step.Line = t.P.T("why.hours_near", "when", when)
	}
	step.Link = t.inTheWay(r)
	return step
}

// reasonWord is the last part of the key of a reason's sentence.
func reasonWord(r availability.Reason) string {
	switch r.Rule {
	case availability.RuleBusy, availability.RuleTimeOff:
		switch r.Kind {
		case availability.RowHold, availability.RowCalendar, availability.RowWork, booking.RowSession:
			return r.Kind
		case availability.RowBooking:
			return "visit"
		default:
			return "off"
		}
	case "overflow":
		return "no_room"
	default:
		return r.Rule
	}
}

// inTheWay leads to what a reason is about, where the reader may see it.
func (t *turn) inTheWay(r availability.Reason) view.Link {
	switch {
	case slices.Contains([]string{availability.RowBooking, availability.RowWork, availability.RowRest}, r.Kind) && id.Valid(r.Source):
		return view.Link{Text: t.P.T("why.see_visit"), Href: t.Root() + "/bookings/" + r.Source}
	case r.Kind == availability.RowTimeOff && id.Valid(r.Source) && t.Who.May(account.WriteTimeOff):
		return view.Link{Text: t.P.T("why.see_off"), Href: t.Root() + "/settings/time-off/" + r.Source}
	case (r.Rule == availability.RuleSkill || r.Rule == availability.RuleStaff || r.Rule == availability.RuleHours) && r.Staff != "" &&
		t.Who.May(account.WriteSettings):
		return view.Link{Text: t.P.T("why.see_person"), Href: t.Root() + "/settings/staff/" + string(r.Staff)}
	}
	return view.Link{}
}

// unit names a unit by its lane: "Chair 2".
func (t *turn) unit(l availability.Lane) string {
	if l.Kind != availability.UnitLane {
		return ""
	}
	of, number, _ := strings.Cut(l.ID, ":")
	for _, one := range t.Set.Catalog.Resources {
		if string(one.ID) == of {
			if one.Units > 1 {
				return t.Name(one.Names) + " " + number
			}
			return t.Name(one.Names)
		}
	}
	return t.P.T("why.a_unit")
}

// stretch writes from when to when: "Wed 4 March, 10:00–11:00".
func (t *turn) stretch(s span.Span, zone *time.Location) string {
	if s.Length() <= 0 {
		return ""
	}
	from, to, now := s.Start.In(zone), s.End.In(zone), t.Now.In(zone)
	if span.DateOf(from) == span.DateOf((s.End - 1).In(zone)) {
		end := t.P.Time(to)
		if span.DateOf(from) != span.DateOf(to) {
			end = "24:00"
		}
		return t.P.DateTimeIn(from, now) + "–" + end
	}
	return t.P.DateTimeIn(from, now) + " – " + t.P.DateTimeIn(to, now)
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

package desk

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"kept/account"
	"kept/availability"
	"kept/booking"
	"kept/calsync"
	"kept/catalog"
	"kept/id"
	"kept/internal/web/view"
	"kept/schedule"
	"kept/span"
)

// because writes one reason with what it is about.
func (t *turn) because(r booking.Reason, zone *time.Location) view.WhyStep {
	step := view.WhyStep{Tone: view.Look}
	who := t.StaffName(r.Staff)
	if r.Closed != nil {
		return t.closedDay(r, zone)
	}
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
	if text := t.ofWork(r, when); text != "" {
		step.Text = text
		return step
	}
	pairs := []any{"who", who, "when", when, "what", t.unit(r.Lane)}
	key := "why." + reasonWord(r.Reason)
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
	step.Link = t.inTheWay(r.Reason)
	return step
}

// closedDay writes of a closed day what it is called, and leads to where it is set.
func (t *turn) closedDay(r booking.Reason, zone *time.Location) view.WhyStep {
	c := r.Closed
	page, at := "/hours", "/settings/locations/"+string(c.Place)
	name := catalog.Texts(c.Names).Pick(t.P.Lang())
	key, see := "why.closed_"+string(c.Source), "why.see_hours"
	switch c.Source {
	case schedule.ByHoliday:
		page, see = "/holidays", "why.see_holidays"
	case schedule.BySeason:
		page, see, name = "/seasons", "why.see_seasons", c.Season
	case schedule.ByRoster, schedule.ByDraft:
		page, see = "/roster", "why.see_roster"
	case schedule.ByException, schedule.ByWeekly:
	}
	if !c.Whole {
		key += "_hours"
	}
	if c.Staff != "" {
		at, key = "/settings/staff/"+string(c.Staff), key+"_of"
	}
	noon := span.Wall{Date: c.Date, Minute: 12 * 60}.Instant(zone).In(zone)
	step := view.WhyStep{Tone: view.Look, Text: t.P.T(key, "who", t.StaffName(c.Staff), "name", name, "date", t.P.DateIn(noon, t.Now.In(zone)))}
	if r.Span.Length() > 0 {
		step.Line = t.P.T("why.hours_near", "when", t.stretch(r.Span, zone))
	}
	if t.Who.May(account.WriteSettings) {
		step.Link = view.Link{Text: t.P.T(see), Href: t.Root() + at + page}
	}
	return step
}

// ofWork writes what flexible work or a group's seats lack; empty for another reason.
func (t *turn) ofWork(r booking.Reason, when string) string {
	switch r.Kind {
	case booking.KindDropOff:
		return t.P.T("why.drop_off", "when", when)
	case booking.KindDayWork:
		w := r.Work
		pairs := []any{"limit", t.P.Duration(w.Limit), "taken", t.P.Duration(w.Taken), "needs", t.P.Duration(w.Needs)}
		if w.Needs > w.Limit {
			return t.P.T("why.day_too_small", pairs...)
		}
		return t.P.T("why.day_work", pairs...)
	case availability.KindReady:
		if when == "" {
			return t.P.T("why.ready_never")
		}
		return t.P.T("why.ready", "when", when)
	case booking.RowSession:
		switch {
		case r.Lane.Kind != availability.SessionLane:
		case r.Free == 0:
			return t.P.T("why.full")
		default:
			return t.P.N("why.few_seats", r.Free)
		}
	}
	return ""
}

// grouped writes all reasons, those of each place under its name.
func (d *Desk) grouped(t *turn, all []booking.Reason, zone *time.Location) ([]view.WhyGroup, error) {
	outside, err := d.outside(t, all)
	if err != nil {
		return nil, err
	}
	var out []view.WhyGroup
	for _, r := range all {
		step := t.because(r, zone)
		for i := range outside {
			if r.Kind == availability.RowCalendar && r.Source == string(outside[i].ID) {
				t.named(&step, r, &outside[i], zone)
			}
		}
		place := ""
		if l, ok := t.Set.Catalog.Location(r.Location); ok && t.manyPlaces() {
			place = t.Name(l.Names)
		}
		at := slices.IndexFunc(out, func(g view.WhyGroup) bool { return g.Place == place })
		if at < 0 {
			at, out = len(out), append(out, view.WhyGroup{Place: place})
		}
		if !slices.Contains(out[at].Steps, step) {
			out[at].Steps = append(out[at].Steps, step)
		}
	}
	slices.SortStableFunc(out, func(a, b view.WhyGroup) int { return cmp.Compare(min(1, len(a.Place)), min(1, len(b.Place))) })
	return out, nil
}

// outside lists the connected calendars, where one is in the way and the reader
// may see them.
func (d *Desk) outside(t *turn, all []booking.Reason) ([]calsync.Link, error) {
	if !t.Who.May(account.ReadSettings) || !slices.ContainsFunc(all, func(r booking.Reason) bool { return r.Kind == availability.RowCalendar }) {
		return nil, nil
	}
	return d.Links.List(t.Ctx(), t.Who)
}

// named says which calendar is in the way, and since when nobody could read it.
func (t *turn) named(step *view.WhyStep, r booking.Reason, l *calsync.Link, zone *time.Location) {
	key := "why.calendar_named"
	if r.Staff != "" {
		key += "_of"
	}
	step.Text = t.P.T(key, "who", t.StaffName(r.Staff), "name", l.Name, "when", t.stretch(r.Span, zone))
	step.Link = view.Link{Text: t.P.T("why.see_calendar"), Href: t.Root() + "/settings/calendars/" + string(l.ID)}
	if l.Status(t.Now) == calsync.Stale && l.LastOK != 0 {
		step.Line = t.P.T("why.calendar_stale", "when", t.P.DateTimeIn(l.LastOK.In(zone), t.Now.In(zone)))
	}
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

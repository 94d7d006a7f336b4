package settings

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/rota"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/schedule"
	"kept/span"
)

// roster is the cycle of days that somebody works by, its publishing, and the
// months that come of it.
func (p *Pages) roster(t *turn) error {
	s, hours, err := p.member(t)
	if err != nil {
		return err
	}
	return p.rosterForm(t, s, hours, "", "")
}

// rosterForm shows the form; until and wrong are of a date that was refused.
func (p *Pages) rosterForm(t *turn, s *catalog.Staff, hours schedule.Hours, until, wrong string) error {
	today := span.DateOf(t.Now.In(t.Home))
	at := "/staff/" + string(s.ID)
	e := t.rosterEditor(hours.Roster, today, func(ctx context.Context, r *schedule.Roster) error {
		_, err := p.Office.ChangeStaffHours(ctx, t.Who, s.ID, func(h *schedule.Hours) error {
			if h.Roster != nil {
				r.Published = h.Roster.Published
			}
			h.Roster = r
			return nil
		})
		return err
	})
	e.heading, e.line, e.at, e.done = t.P.T("roster.of", "name", t.Name(s.Names)), t.P.T("roster.line"), at+"/roster", at+"/roster"
	e.back = view.Link{Text: t.P.T("hours.of", "name", t.Name(s.Names)), Href: t.at(at + "/hours")}
	e.links = []view.Link{{Text: t.P.T("roster.title"), Href: t.Root() + "/roster"}}
	for _, one := range patterns() {
		if hours.Roster == nil {
			e.links = append(e.links, view.Link{Text: t.P.T("roster.pattern_" + one.name), Href: t.at(e.at + "?pattern=" + one.name)})
		}
	}
	if hours.Roster != nil {
		e.below = view.RosterBelowForm(t.belowRoster(s.ID, hours.Roster, today, until, wrong))
		e.end = &view.Ending{
			Summary: t.P.T("roster.end"), Line: t.P.T("roster.end_line"), Button: t.P.T("roster.end_yes"), Action: t.at(at + "/roster/remove"),
		}
	}
	if wrong != "" {
		return p.sheet(t, e, e.stands, nil, view.Notice{}, http.StatusUnprocessableEntity)
	}
	if pattern := t.R.URL.Query().Get("pattern"); hours.Roster == nil && t.R.Method == http.MethodGet {
		e.stands = fillRoster(nil, today).Values
		return p.sheet(t, e, fillRoster(patternOf(pattern, today), today).Values, nil, view.Notice{}, http.StatusOK)
	}
	return p.edit(t, e)
}

// patterns are cycles that many work by, as the days of each.
func patterns() []struct{ name, days string } {
	return []struct{ name, days string }{{"2x2", "DDoo"}, {"3x3", "DDDooo"}, {"5x2", "DDDDDoo"}, {"ab", "EEEEEooLLLLLoo"}}
}

// patternOf makes a ready cycle; the first one for another name. It begins on
// the Monday to come, as weeks do.
func patternOf(name string, today span.Date) *schedule.Roster {
	chosen := patterns()[0]
	for _, one := range patterns() {
		if one.name == name {
			chosen = one
		}
	}
	hours := map[rune]schedule.Window{'D': {FromMin: 540, ToMin: 1080}, 'E': {FromMin: 480, ToMin: 840}, 'L': {FromMin: 840, ToMin: 1200}}
	r := &schedule.Roster{Anchor: today.AddDays(8 - today.Weekday())}
	for _, day := range chosen.days {
		var shifts []schedule.Shift
		if w, works := hours[day]; works {
			shifts = append(shifts, schedule.Shift{Window: w})
		}
		r.Cycle = append(r.Cycle, shifts)
	}
	return r
}

func (t *turn) rosterEditor(r *schedule.Roster, today span.Date, put func(context.Context, *schedule.Roster) error) editor {
	places := t.places()
	if len(places) < 2 {
		places = nil
	}
	return editor{
		stands: fillRoster(r, today).Values, said: "saved",
		draw: func(s *form.Sheet) []view.Group { return t.drawRoster(s, places) },
		fresh: func(v url.Values, rows, at string) {
			if strings.HasSuffix(rows, ".shifts") {
				v.Set(at+".from", "09:00")
				v.Set(at+".to", "18:00")
			}
		},
		path: func(name string) string {
			// "roster.cycle[3][0].to" is the field cycle.3.shifts.0.to.
			name = trimmed(name, "roster.")
			if rest, ok := strings.CutPrefix(name, "cycle["); ok {
				day, shift, _ := strings.Cut(rest, "]")
				name = "cycle." + day
				if shift != "" {
					name += ".shifts" + form.Path(shift)
				}
			}
			return name
		},
		read: func(in *form.Input) func(context.Context) error {
			read := readRoster(in)
			if places == nil && r != nil { // it was not asked
				keepShiftPlaces(read.Cycle, r.Cycle)
			}
			return func(ctx context.Context) error { return put(ctx, read) }
		},
	}
}

// keepShiftPlaces gives shifts the places that those of the same time had.
func keepShiftPlaces(now, before [][]schedule.Shift) {
	for i := range min(len(now), len(before)) {
		for j := range now[i] {
			for _, b := range before[i] {
				if b.FromMin == now[i][j].FromMin {
					now[i][j].Location = b.Location
				}
			}
		}
	}
}

func fillRoster(r *schedule.Roster, today span.Date) values {
	v := filling()
	if r == nil {
		v.text("anchor", today.String())
		return v
	}
	v.text("anchor", r.Anchor.String())
	for name, d := range map[string]span.Date{"from": r.From, "to": r.To} {
		v.text(name, "")
		if d != (span.Date{}) {
			v.text(name, d.String())
		}
	}
	for _, day := range r.Cycle {
		at := v.row("cycle")
		for _, s := range day {
			row := v.row(at + ".shifts")
			v.window(row, s.Window)
			v.text(row+".location", string(s.Location))
		}
	}
	return v
}

func (t *turn) drawRoster(s *form.Sheet, places []view.Option) []view.Group {
	anchor, err := span.ParseDate(s.Get("anchor"))
	days := s.Rows("cycle", func(at string, n int) view.Group {
		name := s.T("roster.day_n", "n", s.P.Number(n+1))
		if err == nil {
			name += " · " + t.P.WeekdayShort(rota.Noon(anchor.AddDays(n)))
		}
		shifts := s.Rows(at+".shifts", func(at string, n int) view.Group {
			g := view.Group{Legend: name + " " + s.P.Number(n+1), Fields: []view.Field{
				s.Clock(at+".from", s.T("hours.from")).In(view.Third), s.Clock(at+".to", s.T("hours.to")).In(view.Third),
			}}
			if places != nil {
				g.Fields = append(g.Fields, s.Choice(at+".location", s.T("hours.place"), append([]view.Option{{Text: s.T("hours.anywhere")}}, places...)).In(view.Tongue))
			}
			return g
		})
		shifts.Tight, shifts.Add, shifts.Remove, shifts.None = true, s.T("roster.add_shift"), s.T("hours.remove"), s.T("roster.off")
		if n > 0 {
			before := "cycle." + strconv.Itoa(n-1) + ".shifts"
			shifts.Also = []view.Doing{{Text: s.T("roster.as_before"), Do: view.DoCopy + before + ">" + at + ".shifts"}}
		}
		return view.Group{Legend: name, Rows: []view.Rows{shifts}}
	})
	days.Add, days.Remove, days.Sorted = s.T("roster.add_day"), s.T("roster.remove_day"), true
	return []view.Group{
		{Fields: []view.Field{
			s.Date("anchor", s.T("roster.anchor")).Hinted(s.T("roster.anchor_hint")).Needed(),
			s.Date("from", s.T("roster.from")).Opt().In(view.Half), s.Date("to", s.T("roster.to")).Opt().In(view.Half),
		}},
		{Legend: s.T("roster.cycle"), Hint: s.T("roster.cycle_hint"), Rows: []view.Rows{days}},
	}
}

func readRoster(in *form.Input) *schedule.Roster {
	r := &schedule.Roster{Anchor: in.Date("anchor"), From: in.Date("from"), To: in.Date("to")}
	if in.Text("anchor") == "" {
		in.Note("anchor", "form.date_wrong")
	}
	for i := range in.Count("cycle") {
		at := "cycle." + strconv.Itoa(i) + ".shifts"
		var shifts []schedule.Shift
		for j := range in.Count(at) {
			row := at + "." + strconv.Itoa(j)
			shifts = append(shifts, schedule.Shift{
				Window:   schedule.Window{FromMin: in.Clock(row + ".from"), ToMin: in.Clock(row + ".to")},
				Location: id.Location(in.Text(row + ".location")),
			})
		}
		r.Cycle = append(r.Cycle, shifts)
	}
	if len(r.Cycle) == 0 {
		in.Note("cycle", "roster.no_days")
	}
	return r
}

// belowRoster is what stands below the form: publishing, and two months.
func (t *turn) belowRoster(staff id.Staff, r *schedule.Roster, today span.Date, until, wrong string) view.RosterBelow {
	line := t.P.T("roster.unpublished_line")
	if r.Published != (span.Date{}) {
		line = t.P.T("roster.published_line", "date", t.P.DateFull(rota.Noon(r.Published)))
	}
	if until == "" {
		until = span.DateOf(time.Date(today.Year, today.Month+2, 0, 12, 0, 0, 0, time.UTC)).String() // the end of the next month
	}
	month := rota.Month{Turn: t.Turn, Of: today}
	next := month
	next.Of = month.First().AddDays(31)
	return view.RosterBelow{
		P: *t.P, Months: []view.MonthGrid{month.Grid(staff), next.Grid(staff)},
		Publish: &view.RosterPublish{
			Line: line, Action: t.at("/staff/" + string(staff) + "/roster/publish"), Until: until, Button: t.P.T("roster.publish"), Fault: wrong,
			Hidden: []view.Pair{{Name: "key", Value: id.New[string](t.Now.UTC())}},
		},
	}
}

// publishRoster lets clients book somebody's roster up to a date.
func (p *Pages) publishRoster(t *turn) error {
	s, hours, err := p.member(t)
	if err != nil {
		return err
	}
	if err := t.R.ParseForm(); err != nil {
		return fault.BadField("until", "format", "this is no form")
	}
	text := t.R.PostFormValue("until")
	until, err := span.ParseDate(text)
	if err != nil {
		return p.rosterForm(t, s, hours, text, t.P.T("form.date_wrong"))
	}
	to, err := p.Once(t.Ctx(), t.Who.Business, "POST /app/settings/staff/"+string(s.ID)+"/roster/publish", t.R.PostFormValue("key"), []string{text},
		func(ctx context.Context) (string, error) {
			_, err := p.Office.PublishRoster(ctx, t.Who, s.ID, until)
			return t.at("/staff/" + string(s.ID) + "/roster"), err
		})
	if err != nil && shell.Expected(err) {
		return p.rosterForm(t, s, hours, text, p.Refusal(t.Turn, err))
	}
	if err != nil {
		return err
	}
	return t.Back(to, "roster")
}

// removeRoster lets somebody work by the week again.
func (p *Pages) removeRoster(t *turn) error {
	s, _, err := p.member(t)
	if err != nil {
		return err
	}
	_, err = p.Office.ChangeStaffHours(t.Ctx(), t.Who, s.ID, func(h *schedule.Hours) error { h.Roster = nil; return nil })
	return t.end("/staff/"+string(s.ID)+"/hours", "saved", err)
}

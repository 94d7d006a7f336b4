package settings

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kept/catalog"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/schedule"
	"kept/span"
)

// weekday names a day of the week, 1 being Monday.
func (t *turn) weekday(n int) string {
	name := []rune(t.P.Weekday(time.Date(2024, time.January, n, 12, 0, 0, 0, time.UTC))) // the first was a Monday
	return strings.ToUpper(string(name[:1])) + string(name[1:])
}

// place gives the location that is asked for, with its hours.
func (p *Pages) place(t *turn) (*catalog.Location, schedule.Hours, error) {
	want, err := shell.ID[id.Location](t.Turn, "location")
	if err != nil {
		return nil, schedule.Hours{}, err
	}
	l, err := p.Office.FindLocation(t.Ctx(), t.Who, want)
	if err != nil {
		return nil, schedule.Hours{}, err
	}
	hours, err := p.Office.LocationHours(t.Ctx(), t.Who, want)
	return l, hours, err
}

// member gives the staff member who is asked for, with their hours.
func (p *Pages) member(t *turn) (*catalog.Staff, schedule.Hours, error) {
	want, err := shell.ID[id.Staff](t.Turn, "staff")
	if err != nil {
		return nil, schedule.Hours{}, err
	}
	s, err := p.Office.FindStaff(t.Ctx(), t.Who, want)
	if err != nil {
		return nil, schedule.Hours{}, err
	}
	hours, err := p.Office.StaffHours(t.Ctx(), t.Who, want)
	return s, hours, err
}

func (p *Pages) locationHours(t *turn) error {
	l, hours, err := p.place(t)
	if err != nil {
		return err
	}
	at := "/locations/" + string(l.ID)
	e := t.hoursEditor(hours, hoursWords{"hours.location_own", "hours.location_follow", false}, func(ctx context.Context, h schedule.Hours) error {
		_, err := p.Office.ChangeLocationHours(ctx, t.Who, l.ID, weekOf(h))
		return err
	})
	e.links = []view.Link{{Text: t.P.T("seasons.link"), Href: t.at(at + "/seasons")}, {Text: t.P.T("holidays.link"), Href: t.at(at + "/holidays")}}
	e.heading, e.at, e.done = t.P.T("hours.of", "name", t.Name(l.Names)), at+"/hours", at
	e.back = view.Link{Text: t.Name(l.Names), Href: t.at(at)}
	return p.edit(t, e)
}

func (p *Pages) staffHours(t *turn) error {
	s, hours, err := p.member(t)
	if err != nil {
		return err
	}
	at := "/staff/" + string(s.ID)
	e := t.hoursEditor(hours, hoursWords{"hours.staff_own", "hours.staff_follow", true}, func(ctx context.Context, h schedule.Hours) error {
		_, err := p.Office.ChangeStaffHours(ctx, t.Who, s.ID, weekOf(h))
		return err
	})
	e.links = []view.Link{{Text: t.P.T("seasons.link"), Href: t.at(at + "/seasons")}, {Text: t.P.T("roster.link"), Href: t.at(at + "/roster")}}
	if hours.Roster != nil {
		e.line = t.P.T("hours.rostered")
	}
	e.heading, e.at, e.done = t.P.T("hours.of", "name", t.Name(s.Names)), at+"/hours", at
	e.back = view.Link{Text: t.Name(s.Names), Href: t.at(at)}
	return p.edit(t, e)
}

// weekOf changes the week and the single dates, and leaves what other forms ask for.
func weekOf(h schedule.Hours) func(*schedule.Hours) error {
	return func(was *schedule.Hours) error {
		was.Weekly, was.Exceptions = h.Weekly, h.Exceptions
		return nil
	}
}

// hoursWords are how hours of a place and of a person differ.
type hoursWords struct {
	own, follow string // the two ways, as keys
	places      bool   // rows name a place
}

// day is the path of the rows of a weekday.
func day(n int) string { return "day." + strconv.Itoa(n) }

func (t *turn) hoursEditor(h schedule.Hours, w hoursWords, put func(context.Context, schedule.Hours) error) editor {
	if len(t.places()) < 2 {
		w.places = false
	}
	var paths hoursPaths
	return editor{
		stands: fillHours(h).Values, said: "saved",
		draw: func(s *form.Sheet) []view.Group { return t.drawHours(s, w) },
		fresh: func(v url.Values, rows, at string) {
			if strings.HasPrefix(rows, "day.") {
				v.Set(at+".from", "09:00")
				v.Set(at+".to", "18:00")
				v.Set("mode", "own")
			}
		},
		path: func(name string) string { return paths.of(name) },
		read: func(in *form.Input) func(context.Context) error {
			var hours schedule.Hours
			hours, paths = readHours(in)
			if !w.places { // it was not asked
				keepPlaces(hours.Weekly, h.Weekly)
			}
			return func(ctx context.Context) error { return put(ctx, hours) }
		},
	}
}

func fillHours(h schedule.Hours) values {
	v := filling()
	v.text("mode", "own")
	if len(h.Weekly) == 0 && len(h.Exceptions) == 0 {
		v.text("mode", "follow")
	}
	weekly := slices.Clone(h.Weekly)
	slices.SortStableFunc(weekly, func(a, b schedule.Weekly) int {
		return cmp.Or(cmp.Compare(a.Weekday, b.Weekday), cmp.Compare(a.FromMin, b.FromMin))
	})
	for _, w := range weekly {
		at := v.row(day(w.Weekday))
		v.window(at, w.Window)
		v.text(at+".location", string(w.Location))
	}
	for _, e := range h.Exceptions {
		for _, w := range e.Open {
			at := v.row("exceptions")
			v.text(at+".date", e.Date.String())
			v.window(at, w)
		}
		if len(e.Open) == 0 {
			v.text(v.row("exceptions")+".date", e.Date.String())
		}
	}
	return v
}

// window writes from and to; the end of a day is written as midnight, which is
// the same where it ends what has begun before.
func (v values) window(at string, w schedule.Window) {
	v.text(at+".from", form.WriteClock(w.FromMin))
	v.text(at+".to", form.WriteClock(w.ToMin%mostMinutes))
}

func (t *turn) drawHours(s *form.Sheet, w hoursWords) []view.Group {
	groups := []view.Group{{Fields: []view.Field{s.Choice("mode", s.T("hours.mode"), []view.Option{
		{Value: "own", Text: s.T(w.own)}, {Value: "follow", Text: s.T(w.follow)},
	})}}}
	places := append([]view.Option{{Text: s.T("hours.anywhere")}}, t.places()...)
	week := view.Group{Legend: s.T("hours.week"), Hint: s.T("hours.week_hint")}
	for n := 1; n <= 7; n++ {
		rows := s.Rows(day(n), func(at string, i int) view.Group {
			g := view.Group{Legend: t.weekday(n) + " " + s.P.Number(i+1), Fields: []view.Field{
				s.Clock(at+".from", s.T("hours.from")).In(view.Third), s.Clock(at+".to", s.T("hours.to")).In(view.Third),
			}}
			if w.places {
				g.Fields = append(g.Fields, s.Choice(at+".location", s.T("hours.place"), places).In(view.Tongue))
			}
			return g
		})
		rows.Tight, rows.Legend, rows.Add, rows.Remove, rows.None = true, t.weekday(n), s.T("hours.add"), s.T("hours.remove"), s.T("hours.closed")
		if n > 1 {
			rows.Also = []view.Doing{{Text: s.T("hours.as", "day", t.weekday(n-1)), Do: view.DoCopy + day(n-1) + ">" + day(n)}}
		}
		week.Rows = append(week.Rows, rows)
	}
	exceptions := s.Rows("exceptions", func(at string, n int) view.Group {
		return view.Group{Legend: s.T("hours.exception_n", "n", s.P.Number(n+1)), Fields: []view.Field{
			s.Date(at+".date", s.T("hours.date")).In(view.Tongue).Needed(),
			s.Clock(at+".from", s.T("hours.from")).In(view.Third), s.Clock(at+".to", s.T("hours.to")).In(view.Third),
		}}
	})
	exceptions.Tight, exceptions.Add, exceptions.Remove = true, s.T("hours.add_exception"), s.T("hours.remove_exception")
	return append(groups, week, view.Group{
		Legend: s.T("hours.exceptions"), Hint: s.T("hours.exceptions_hint"), Rows: []view.Rows{exceptions},
	})
}

// hoursPaths are the paths of the rows that were read, by the names by which
// setup calls them.
type hoursPaths map[string]string

func (p hoursPaths) of(name string) string {
	for known, at := range p {
		if strings.HasPrefix(name, known) {
			return at + "." + name[strings.LastIndexByte(name, '.')+1:]
		}
	}
	return name
}

// readHours reads a week and its exceptions. Several rows of one date are one
// exception; one without times closes it.
func readHours(in *form.Input) (schedule.Hours, hoursPaths) {
	var h schedule.Hours
	paths := hoursPaths{}
	if in.Values.Get("mode") == "follow" {
		return h, paths
	}
	for n := 1; n <= 7; n++ {
		for i := range in.Count(day(n)) {
			at := day(n) + "." + strconv.Itoa(i)
			paths["weekly["+strconv.Itoa(len(h.Weekly))+"]."] = at
			h.Weekly = append(h.Weekly, schedule.Weekly{
				Weekday: n, Window: schedule.Window{FromMin: in.Clock(at + ".from"), ToMin: in.Clock(at + ".to")},
				Location: id.Location(in.Text(at + ".location")),
			})
		}
	}
	known := map[span.Date]int{}
	for i := range in.Count("exceptions") {
		at := "exceptions." + strconv.Itoa(i)
		date := in.Date(at + ".date")
		if (date == span.Date{}) {
			in.Note(at+".date", "form.date_wrong")
			continue
		}
		k, there := known[date]
		if !there {
			k = len(h.Exceptions)
			known[date] = k
			paths["exceptions["+strconv.Itoa(k)+"]."] = at
			h.Exceptions = append(h.Exceptions, schedule.Exception{Date: date})
		}
		if in.Text(at+".from") != "" || in.Text(at+".to") != "" {
			h.Exceptions[k].Open = append(h.Exceptions[k].Open, schedule.Window{FromMin: in.Clock(at + ".from"), ToMin: in.Clock(at + ".to")})
		}
	}
	if len(h.Weekly) == 0 && len(h.Exceptions) == 0 {
		in.Note("mode", "hours.none")
	}
	return h, paths
}

// keepPlaces gives rows the places that those of the same time had.
func keepPlaces(now, before []schedule.Weekly) {
	for i := range now {
		for _, b := range before {
			if b.Weekday == now[i].Weekday && b.FromMin == now[i].FromMin {
				now[i].Location = b.Location
			}
		}
	}
}

// hoursInShort tells on which days there are hours: "Mon–Fri".
func (t *turn) hoursInShort(h schedule.Hours) string {
	if h.Unset() {
		return ""
	}
	open := [8]bool{}
	for _, w := range h.Weekly {
		open[w.Weekday] = true
	}
	short := func(n int) string { return t.P.WeekdayShort(time.Date(2024, time.January, n, 12, 0, 0, 0, time.UTC)) }
	var out []string
	for n := 1; n <= 7; n++ {
		if !open[n] {
			continue
		}
		last := n
		for last < 7 && open[last+1] {
			last++
		}
		switch {
		case last == n:
			out = append(out, short(n))
		default:
			out = append(out, short(n)+"–"+short(last))
		}
		n = last
	}
	return strings.Join(out, t.P.T("list.comma"))
}

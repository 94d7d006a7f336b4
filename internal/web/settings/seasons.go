package settings

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/view"
	"kept/schedule"
)

func (p *Pages) locationSeasons(t *turn) error {
	l, hours, err := p.place(t)
	if err != nil {
		return err
	}
	e := t.seasonsEditor(hours.Seasons, false, func(ctx context.Context, seasons []schedule.Season) error {
		_, err := p.Office.ChangeLocationHours(ctx, t.Who, l.ID, func(h *schedule.Hours) error { h.Seasons = seasons; return nil })
		return err
	})
	at := "/locations/" + string(l.ID)
	e.heading, e.at, e.done = t.P.T("seasons.of", "name", t.Name(l.Names)), at+"/seasons", at+"/hours"
	e.back = view.Link{Text: t.P.T("hours.of", "name", t.Name(l.Names)), Href: t.at(at + "/hours")}
	return p.edit(t, e)
}

func (p *Pages) staffSeasons(t *turn) error {
	s, hours, err := p.member(t)
	if err != nil {
		return err
	}
	e := t.seasonsEditor(hours.Seasons, true, func(ctx context.Context, seasons []schedule.Season) error {
		_, err := p.Office.ChangeStaffHours(ctx, t.Who, s.ID, func(h *schedule.Hours) error { h.Seasons = seasons; return nil })
		return err
	})
	at := "/staff/" + string(s.ID)
	e.heading, e.at, e.done = t.P.T("seasons.of", "name", t.Name(s.Names)), at+"/seasons", at+"/hours"
	e.back = view.Link{Text: t.P.T("hours.of", "name", t.Name(s.Names)), Href: t.at(at + "/hours")}
	return p.edit(t, e)
}

// seasonsEditor asks for seasons, each with the week that it has.
func (t *turn) seasonsEditor(seasons []schedule.Season, ofStaff bool, put func(context.Context, []schedule.Season) error) editor {
	places := t.places()
	if !ofStaff || len(places) < 2 {
		places = nil
	}
	var paths map[string]string
	return editor{
		stands: fillSeasons(seasons).Values, said: "saved", line: t.P.T("seasons.line"),
		draw: func(s *form.Sheet) []view.Group { return t.drawSeasons(s, places) },
		fresh: func(v url.Values, rows, at string) {
			if strings.HasSuffix(rows, ".week") {
				v.Set(at+".from", "09:00")
				v.Set(at+".to", "18:00")
				v[at+".days"] = []string{"1", "2", "3", "4", "5"}
			}
		},
		path: func(name string) string {
			for known, at := range paths {
				if rest, ok := strings.CutPrefix(name, known); ok {
					return at + rest
				}
			}
			return name
		},
		read: func(in *form.Input) func(context.Context) error {
			var all []schedule.Season
			all, paths = readSeasons(in)
			if places == nil { // it was not asked
				for i := range all {
					for _, before := range seasons {
						keepPlaces(all[i].Weekly, before.Weekly)
					}
				}
			}
			return func(ctx context.Context) error { return put(ctx, all) }
		},
	}
}

func fillSeasons(seasons []schedule.Season) values {
	v := filling()
	for _, s := range seasons {
		at := v.row("seasons")
		v.text(at+".name", s.Name)
		v.text(at+".from", s.From.String())
		v.text(at+".to", s.To.String())
		type hours struct {
			schedule.Window
			place id.Location
		}
		rows := map[hours]string{}
		weekly := slices.Clone(s.Weekly)
		slices.SortStableFunc(weekly, func(a, b schedule.Weekly) int {
			return cmp.Or(cmp.Compare(a.FromMin, b.FromMin), cmp.Compare(a.Weekday, b.Weekday))
		})
		for _, w := range weekly { // days with the same hours share a row
			key := hours{w.Window, w.Location}
			row, there := rows[key]
			if !there {
				row = v.row(at + ".week")
				rows[key] = row
				v.window(row, w.Window)
				v.text(row+".location", string(w.Location))
			}
			v.Add(row+".days", strconv.Itoa(w.Weekday))
		}
	}
	return v
}

func (t *turn) drawSeasons(s *form.Sheet, places []view.Option) []view.Group {
	var days []view.Option
	for n := 1; n <= 7; n++ {
		days = append(days, view.Option{Value: strconv.Itoa(n), Text: t.weekday(n)})
	}
	seasons := s.Rows("seasons", func(at string, n int) view.Group {
		week := s.Rows(at+".week", func(at string, n int) view.Group {
			g := view.Group{Legend: s.T("seasons.hours_n", "n", s.P.Number(n+1)), Fields: []view.Field{
				s.Ticks(at+".days", s.T("seasons.days"), days),
				s.Clock(at+".from", s.T("hours.from")).In(view.Third), s.Clock(at+".to", s.T("hours.to")).In(view.Third),
			}}
			if places != nil {
				g.Fields = append(g.Fields, s.Choice(at+".location", s.T("hours.place"), append([]view.Option{{Text: s.T("hours.anywhere")}}, places...)).In(view.Third))
			}
			return g
		})
		week.Legend, week.Add, week.Remove, week.None = s.T("seasons.week"), s.T("hours.add"), s.T("hours.remove"), s.T("seasons.closed")
		return view.Group{
			Legend: s.T("seasons.n", "n", s.P.Number(n+1)),
			Fields: []view.Field{
				s.Text(at+".name", s.T("seasons.name")).Hinted(s.T("seasons.name_hint")).Opt(),
				s.Date(at+".from", s.T("seasons.from")).In(view.Half).Needed(), s.Date(at+".to", s.T("seasons.to")).In(view.Half).Needed(),
			},
			Rows: []view.Rows{week},
		}
	})
	seasons.Add, seasons.Remove, seasons.None = s.T("seasons.add"), s.T("seasons.remove"), s.T("seasons.none")
	return []view.Group{{Rows: []view.Rows{seasons}}}
}

// readSeasons reads seasons, and at which path each of their weekly rows stands.
func readSeasons(in *form.Input) ([]schedule.Season, map[string]string) {
	var out []schedule.Season
	paths := map[string]string{}
	for i := range in.Count("seasons") {
		at := "seasons." + strconv.Itoa(i)
		s := schedule.Season{Name: in.Text(at + ".name"), From: in.Date(at + ".from"), To: in.Date(at + ".to")}
		for j := range in.Count(at + ".week") {
			row := at + ".week." + strconv.Itoa(j)
			days := form.List[string](in, row+".days")
			if len(days) == 0 {
				in.Note(row+".days", "seasons.no_days")
			}
			for _, day := range days {
				n, _ := strconv.Atoi(day) // another word is no weekday, which setup says
				paths["seasons["+strconv.Itoa(i)+"].weekly["+strconv.Itoa(len(s.Weekly))+"]."] = row + "."
				s.Weekly = append(s.Weekly, schedule.Weekly{
					Weekday: n, Window: schedule.Window{FromMin: in.Clock(row + ".from"), ToMin: in.Clock(row + ".to")},
					Location: id.Location(in.Text(row + ".location")),
				})
			}
		}
		out = append(out, s)
	}
	return out, paths
}

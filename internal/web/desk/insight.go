package desk

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"time"

	"kept/id"
	"kept/insight"
	"kept/internal/web/rota"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/span"
)

// insight shows which hours are wanted and which time is empty.
func (d *Desk) insight(t *turn) error {
	f, err := d.Frame(t.Turn, "insight", "")
	if err != nil {
		return err
	}
	f.Stream = "" // figures over weeks need not follow every booking
	m := view.InsightModel{Staff: f}
	q := t.R.URL.Query()
	today := span.DateOf(t.Now.In(t.Home))
	place := id.Location(q.Get("location"))
	if l, ok := t.Set.Catalog.Location(place); !ok || l.Archived {
		place = ""
	}
	week := shell.ReadDay(q.Get("week"), today)
	asked := ranges(t, &m, q.Get("range"), place, week, today)
	asked.Location = place
	demand, err := d.Measures.Demand(t.Ctx(), t.Who, asked)
	if err != nil {
		return err
	}
	gaps, err := d.Measures.Gaps(t.Ctx(), t.Who, insight.Query{From: week, To: week.AddDays(6), Location: place})
	if err != nil {
		return err
	}
	t.heat(&m, demand)
	t.gapDays(&m, gaps)
	sum := demand.Heat.Total()
	m.Figures = []view.Figure{
		{Value: t.P.Number(sum.Bookings), Label: t.P.T("insight.figure_bookings")},
		{Value: t.P.Number(sum.Cancelled), Label: t.P.T("insight.figure_cancelled")},
		{Value: t.percent(sum.Share()), Label: t.P.T("insight.figure_taken")},
		{Value: t.percent(gaps.Index), Label: t.P.T("insight.figure_broken")},
	}
	return t.Show(view.InsightPage(m), http.StatusOK)
}

// ranges fills in what can be chosen and gives the days that were.
func ranges(t *turn, m *view.InsightModel, chosen string, place id.Location, week, today span.Date) insight.Query {
	at := func(kind string, where id.Location, of span.Date) string {
		q := url.Values{"range": {kind}}
		if where != "" {
			q.Set("location", string(where))
		}
		if of != today {
			q.Set("week", of.String())
		}
		return t.Root() + "/insight?" + q.Encode()
	}
	kinds := []struct {
		word     string
		from, to int // days from today
	}{{"8", -55, 0}, {"4", -27, 0}, {"next", 0, 27}}
	use := 0
	for i, k := range kinds {
		if k.word == chosen {
			use = i
		}
	}
	for i, k := range kinds {
		m.Ranges = append(m.Ranges, view.Filter{
			Text: t.P.T("insight.range_" + k.word), Href: at(k.word, place, week), Count: -1, Chosen: i == use,
		})
	}
	word := kinds[use].word
	if places := rota.Places(t.Turn); len(places) > 1 {
		m.Places = append(m.Places, view.Filter{Text: t.P.T("insight.everywhere"), Href: at(word, "", week), Count: -1, Chosen: place == ""})
		for _, l := range places {
			m.Places = append(m.Places, view.Filter{Text: t.Name(l.Names), Href: at(word, l.ID, week), Count: -1, Chosen: place == l.ID})
		}
	}
	m.Prev, m.Next = at(word, place, week.AddDays(-7)), at(word, place, week.AddDays(7))
	m.Week = t.fromTo(week, week.AddDays(6))
	out := insight.Query{From: today.AddDays(kinds[use].from), To: today.AddDays(kinds[use].to)}
	m.Line = t.fromTo(out.From, out.To)
	return out
}

// fromTo tells the first and the last of some days.
func (t *turn) fromTo(from, to span.Date) string {
	return t.P.T("insight.line", "from", t.P.DayMonth(rota.Noon(from)), "to", t.P.DayMonth(rota.Noon(to)))
}

func (t *turn) percent(share float64) string {
	return t.P.T("insight.percent", "n", t.P.Number(hundredths(share)))
}

func hundredths(share float64) int { return int(math.Round(100 * share)) }

// weekdayOf is noon of some day that is the weekday, 1 being Monday.
func weekdayOf(n int) time.Time { return rota.Noon(span.Date{Year: 2026, Month: 3, Day: 1 + n}) }

// heat fills in the week by hour.
func (t *turn) heat(m *view.InsightModel, d *insight.Demand) {
	first, last := d.Heat.Hours()
	for n := 1; n <= 7; n++ {
		m.Heat.Days = append(m.Heat.Days, view.HeatDay{Short: t.P.WeekdayShort(weekdayOf(n)), Full: t.P.Weekday(weekdayOf(n))})
	}
	for hour := first; hour <= last; hour++ {
		row := view.HeatRow{Hour: clockHour(hour)}
		for n := range 7 {
			c := d.Heat[n][hour]
			cell := view.HeatCell{}
			if c.OpenMin > 0 {
				asked := hundredths(c.Pressure())
				cell.Text, cell.Level = t.P.Number(asked), min(5, asked/20)
				cell.Said = t.P.T("insight.said", "day", t.P.Weekday(weekdayOf(n+1)), "from", clockHour(hour), "to", clockHour(hour+1),
					"asked", cell.Text, "taken", t.P.Number(hundredths(c.Share())))
			}
			row.Cells = append(row.Cells, cell)
		}
		m.Heat.Rows = append(m.Heat.Rows, row)
	}
	m.Wanted, m.Quiet = t.spots(d.Wanted), t.spots(d.Quiet)
}

func (t *turn) spots(all []insight.Spot) []view.HeatSpot {
	var out []view.HeatSpot
	for _, s := range all {
		out = append(out, view.HeatSpot{
			When:  shell.Capital(t.P.T("insight.spot", "day", t.P.Weekday(weekdayOf(s.Weekday)), "from", clockHour(s.Hour), "to", clockHour(s.Hour+1))),
			Share: t.percent(s.Pressure()),
		})
	}
	return out
}

// clockHour is an hour as the clock shows it; the last of the day ends at 24:00.
func clockHour(n int) string { return fmt.Sprintf("%02d:00", n) }

// gapDays fills in the empty time.
func (t *turn) gapDays(m *view.InsightModel, g *insight.Gaps) {
	for _, d := range g.Days {
		title := shell.Capital(t.P.Relative(rota.Noon(d.Date), t.Now.In(t.Home)))
		if n := len(m.Days); n == 0 || m.Days[n-1].Title != title {
			m.Days = append(m.Days, view.GapDay{Title: title})
		}
		day := &m.Days[len(m.Days)-1]
		p := view.GapPerson{Free: t.P.T("insight.full"), Chip: t.broken(d)}
		if s, ok := t.Set.Catalog.StaffMember(d.Staff); ok {
			p.Name = t.Name(s.Names)
		}
		if d.FreeMin > 0 {
			p.Free = t.P.T("insight.free", "time", t.P.Duration(d.FreeMin))
		}
		for _, w := range d.Windows {
			p.Windows = append(p.Windows, view.GapWindow{
				Text: t.P.Time(w.Start.In(g.Zone)) + "–" + t.P.Time(w.End.In(g.Zone)), Dust: !w.Fits,
			})
		}
		day.People = append(day.People, p)
	}
}

// broken tells how broken up a day is.
func (t *turn) broken(d insight.Day) view.Chip {
	switch {
	case d.FreeMin == 0:
		return view.Chip{}
	case d.Index < 0.05:
		return view.Chip{Text: t.P.T("insight.whole"), Tone: view.Good}
	case d.Index < 0.25:
		return view.Chip{Text: t.P.T("insight.some")}
	default:
		return view.Chip{Text: t.P.T("insight.broken", "n", t.P.Number(hundredths(d.Index))), Tone: view.Look}
	}
}

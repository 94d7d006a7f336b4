package desk

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"kept/account"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/internal/web/rota"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/schedule"
	"kept/schedule/holiday"
	"kept/setup"
	"kept/span"
)

// roster shows who works when, a month at a time.
func (d *Desk) roster(t *turn) error { return d.rosterSheet(t, "", "", http.StatusOK) }

func (d *Desk) rosterSheet(t *turn, until, wrong string, status int) error {
	f, err := d.Frame(t.Turn, "calendar", t.P.T("roster.title"))
	if err != nil {
		return err
	}
	today := span.DateOf(t.Now.In(t.Home))
	month := rota.Month{Turn: t.Turn, Of: monthOf(t.R.URL.Query().Get("month"), today)}
	chosen := id.Location(t.R.URL.Query().Get("location"))
	if l, ok := t.Set.Catalog.Location(chosen); ok && !l.Archived {
		month.Place = chosen
	}
	if month.Off, err = d.offIn(t, month); err != nil {
		return err
	}
	m := view.RosterModel{Staff: f, Title: t.P.MonthYear(rota.Noon(month.First()))}
	m.Stream = "" // a date that somebody types is left alone
	at := func(of span.Date, place id.Location) string {
		q := url.Values{"month": {of.String()[:7]}}
		if place != "" {
			q.Set("location", string(place))
		}
		return t.Root() + "/roster?" + q.Encode()
	}
	m.Prev, m.Next = at(month.First().AddDays(-1), month.Place), at(month.First().AddDays(31), month.Place)
	if today.Year != month.Of.Year || today.Month != month.Of.Month {
		m.Today = at(today, month.Place)
	}
	if places := rota.Places(t.Turn); len(places) > 1 {
		m.Places = append(m.Places, view.Filter{Text: t.P.T("roster.everywhere"), Href: at(month.Of, ""), Count: -1, Chosen: month.Place == ""})
		for _, l := range places {
			m.Places = append(m.Places, view.Filter{Text: t.Name(l.Names), Href: at(month.Of, l.ID), Count: -1, Chosen: month.Place == l.ID})
		}
	}
	m.Days = rosterHeads(t, month, today)
	rosters := rosterRows(t, month, &m)
	m.None = len(m.Rows) == 0
	if rosters > 0 && t.Who.May(account.WriteSettings) {
		if until == "" {
			until = offered(t, month).String()
		}
		m.Publish = &view.RosterPublish{
			Line: t.P.N("roster.publish_line", rosters), Action: t.Root() + "/roster/publish?" + t.R.URL.Query().Encode(), Until: until,
			Button: t.P.T("roster.publish"), Fault: wrong, Hidden: []view.Pair{{Name: "key", Value: id.New[string](t.Now.UTC())}},
		}
	}
	return t.Show(view.RosterPage(m), status)
}

// offered is the date up to which publishing is proposed: the end of the month
// that is seen, and never earlier than what is published, for that takes back.
func offered(t *turn, month rota.Month) span.Date {
	days := month.Days()
	until := days[len(days)-1]
	for _, s := range t.Set.Catalog.Staff {
		if r := t.Set.Hours.Staff[s.ID].Roster; r != nil && !s.Archived && until.Before(r.Published) {
			until = r.Published
		}
	}
	return until
}

// monthOf reads "2026-03"; another text is the month of today.
func monthOf(text string, today span.Date) span.Date {
	m, err := time.Parse("2006-01", text)
	if err != nil || m.Year() < 2000 || m.Year() > 2200 {
		return today
	}
	return span.DateOf(m)
}

// offIn lists the time off of a month.
func (d *Desk) offIn(t *turn, month rota.Month) ([]schedule.TimeOff, error) {
	days := month.Days()
	filter := setup.TimeOffFilter{
		Span: span.Span{Start: days[0].Start(t.Home), End: days[len(days)-1].AddDays(1).Start(t.Home)}, Limit: 200,
	}
	var all []schedule.TimeOff
	for {
		list, err := d.Office.ListTimeOff(t.Ctx(), t.Who, filter)
		if err != nil {
			return nil, err
		}
		all = append(all, list.Items...)
		if !list.More {
			return all, nil
		}
		last := list.Items[len(list.Items)-1]
		filter.AfterEnd, filter.AfterID = last.Span.End, last.ID
	}
}

func rosterHeads(t *turn, month rota.Month, today span.Date) []view.RosterHead {
	days := month.Days()
	feasts := feastsOf(t, month.Place, days[0], days[len(days)-1])
	out := make([]view.RosterHead, len(days))
	for i, d := range days {
		at := rota.Noon(d)
		out[i] = view.RosterHead{
			Number: strconv.Itoa(d.Day), Weekday: t.P.WeekdayShort(at), Full: t.P.DateFull(at), Weekend: d.Weekday() > 5, Now: d == today,
			Holiday: feasts[d],
		}
	}
	return out
}

// feastsOf names the days that the locations' calendars know.
func feastsOf(t *turn, place id.Location, first, last span.Date) map[span.Date]string {
	out := map[span.Date]string{}
	for _, l := range rota.Places(t.Turn) {
		kept := t.Set.Hours.Locations[l.ID].Holidays
		if kept == nil || place != "" && place != l.ID {
			continue
		}
		calendar, err := holiday.Of(kept.Rule().Country, kept.Rule().Region)
		if err != nil {
			continue // it was known when it was chosen
		}
		for _, d := range calendar.Days(first, last) {
			if out[d.Date] == "" {
				out[d.Date] = catalog.Texts(d.Names).Pick(t.P.Lang())
			}
		}
	}
	return out
}

// rosterRows adds a line for everybody and tells how many have a roster.
func rosterRows(t *turn, month rota.Month, m *view.RosterModel) (rosters int) {
	days := month.Days()
	for _, s := range t.Set.Catalog.Staff {
		hours := t.Set.Hours.Staff[s.ID]
		if s.Archived || !hours.Reach(month.Place) {
			continue
		}
		row := view.RosterRow{Name: t.Name(s.Names)}
		if t.Who.May(account.WriteSettings) {
			row.Href = t.Root() + "/settings/staff/" + string(s.ID) + "/roster"
		}
		if r := hours.Roster; r != nil {
			rosters++
			row.Note = t.P.T("roster.unpublished")
			if r.Published != (span.Date{}) {
				row.Note = t.P.T("roster.published", "date", t.P.DayMonth(rota.Noon(r.Published)))
			}
		}
		for _, d := range days {
			row.Cells = append(row.Cells, month.Cell(s.ID, d))
		}
		m.Rows = append(m.Rows, row)
	}
	return rosters
}

// publishRosters lets clients book everybody's roster up to a date.
func (d *Desk) publishRosters(t *turn) error {
	if err := t.R.ParseForm(); err != nil {
		return fault.BadField("until", "format", "this is no form")
	}
	text := t.R.PostFormValue("until")
	until, err := span.ParseDate(text)
	if err != nil {
		return d.rosterSheet(t, text, t.P.T("form.date_wrong"), http.StatusUnprocessableEntity)
	}
	q := t.R.URL.Query()
	q.Del("done")
	to, err := d.Once(t.Ctx(), t.Who.Business, "POST /app/roster/publish", t.R.PostFormValue("key"), []string{text, q.Encode()},
		func(ctx context.Context) (string, error) {
			for _, s := range t.Set.Catalog.Staff {
				if s.Archived || t.Set.Hours.Staff[s.ID].Roster == nil {
					continue
				}
				if _, err := d.Office.PublishRoster(ctx, t.Who, s.ID, until); err != nil {
					return "", err
				}
			}
			return t.Root() + "/roster?" + q.Encode(), nil
		})
	if err != nil && shell.Expected(err) {
		return d.rosterSheet(t, text, d.Refusal(t.Turn, err), http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return t.Back(to, "roster")
}

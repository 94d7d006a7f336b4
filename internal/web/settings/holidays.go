package settings

import (
	"context"
	"strings"

	"kept/catalog"
	"kept/internal/web/form"
	"kept/internal/web/rota"
	"kept/internal/web/view"
	"kept/schedule"
	"kept/schedule/holiday"
	"kept/span"
)

// holidays asks which public holidays a location keeps, and shows what that
// means for the days to come.
func (p *Pages) holidays(t *turn) error {
	l, hours, err := p.place(t)
	if err != nil {
		return err
	}
	at := "/locations/" + string(l.ID)
	e := editor{
		heading: t.P.T("holidays.of", "name", t.Name(l.Names)), line: t.P.T("holidays.line"), at: at + "/holidays", done: at + "/holidays", said: "saved",
		back:   view.Link{Text: t.P.T("hours.of", "name", t.Name(l.Names)), Href: t.at(at + "/hours")},
		stands: fillHolidays(hours.Holidays).Values, draw: t.drawHolidays,
		path: func(name string) string {
			if name == "holidays.country" {
				return "calendar"
			}
			return trimmed(name, "holidays.")
		},
		read: func(in *form.Input) func(context.Context) error {
			chosen := readHolidays(in)
			return func(ctx context.Context) error {
				_, err := p.Office.ChangeLocationHours(ctx, t.Who, l.ID, func(h *schedule.Hours) error { h.Holidays = chosen; return nil })
				return err
			}
		},
	}
	if hours.Holidays != nil {
		today := span.DateOf(t.Now.In(t.Home))
		e.below = view.HolidayTable(t.comingHolidays(hours, today))
	}
	return p.edit(t, e)
}

// fillHolidays shows what is kept; where none are, what most do with holidays
// stands ready.
func fillHolidays(h *schedule.Holidays) values {
	v := filling()
	rule := schedule.HolidayRule{OnHoliday: schedule.HolidayClosed, ShortenMin: 60, MakeUp: true}
	if h != nil {
		rule = h.Rule()
		v.text("calendar", calendarWord(rule.Country, rule.Region))
	}
	v.text("on_holiday", rule.OnHoliday)
	v.number("shorten_min", rule.ShortenMin)
	v.yes("make_up", rule.MakeUp)
	return v
}

// calendarWord is the value of a country or region in the list: "DE/BY".
func calendarWord(country, region string) string {
	if region == "" {
		return country
	}
	return country + "/" + region
}

func (t *turn) drawHolidays(s *form.Sheet) []view.Group {
	options := []view.Option{{Text: s.T("holidays.none")}}
	for _, c := range holiday.Countries() {
		name := t.Name(c.Names)
		options = append(options, view.Option{Value: c.Code, Text: name})
		for _, r := range c.Regions {
			options = append(options, view.Option{Value: calendarWord(c.Code, r.Code), Text: name + " — " + t.Name(r.Names)})
		}
	}
	return []view.Group{{Fields: []view.Field{
		s.Choice("calendar", s.T("holidays.calendar"), options),
		s.Choice("on_holiday", s.T("holidays.on"), []view.Option{
			{Value: schedule.HolidayClosed, Text: s.T("holidays.on_closed")},
			{Value: schedule.HolidaySunday, Text: s.T("holidays.on_sunday")},
			{Text: s.T("holidays.on_nothing")},
		}).In(view.Half),
		s.Minutes("shorten_min", s.T("holidays.shorten")).Hinted(s.T("holidays.shorten_hint")).In(view.Half),
		s.Tick("make_up", s.T("holidays.make_up")).Hinted(s.T("holidays.make_up_hint")),
	}}}
}

func readHolidays(in *form.Input) *schedule.Holidays {
	country, region, _ := strings.Cut(in.Text("calendar"), "/")
	rule := schedule.HolidayRule{
		Country: country, Region: region, OnHoliday: in.Text("on_holiday"), ShortenMin: in.Int("shorten_min", 0, 480), MakeUp: in.Yes("make_up"),
	}
	if country == "" {
		return nil
	}
	h, err := schedule.NewHolidays(rule)
	if err != nil {
		in.Note("calendar", "holidays.unknown")
	}
	return h
}

// comingHolidays lists the days of a year to come and what the location then does.
func (t *turn) comingHolidays(h schedule.Hours, today span.Date) view.HolidayList {
	out := view.HolidayList{P: *t.P}
	rule := h.Holidays.Rule()
	calendar, err := holiday.Of(rule.Country, rule.Region)
	if err != nil {
		return out
	}
	own := map[span.Date]bool{}
	for _, e := range h.Exceptions {
		own[e.Date] = true
	}
	for _, d := range calendar.Days(today, today.AddDays(365)) {
		row := view.HolidayRow{
			Date: t.P.DateFull(rota.Noon(d.Date)), Name: catalog.Texts(d.Names).Pick(t.P.Lang()), Does: t.P.T("holidays.does_nothing"),
		}
		switch {
		case own[d.Date]:
			row.Does = t.P.T("holidays.does_own")
		case d.Kind == holiday.Off && rule.OnHoliday == schedule.HolidayClosed:
			row.Does = t.P.T("holidays.does_closed")
		case d.Kind == holiday.Off && rule.OnHoliday == schedule.HolidaySunday:
			row.Does = t.P.T("holidays.does_sunday")
		case d.Kind == holiday.Shortened && rule.ShortenMin > 0:
			row.Does = t.P.T("holidays.does_shortened", "time", t.P.Duration(rule.ShortenMin))
		case d.Kind == holiday.MakeUp && rule.MakeUp:
			row.Does = t.P.T("holidays.does_makeup", "day", t.weekday(d.As))
		}
		if !d.Official {
			row.Chip, out.Unpublished = view.Chip{Text: t.P.T("holidays.unofficial"), Tone: view.Look}, true
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

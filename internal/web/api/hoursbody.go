package api

import (
	"encoding/json"
	"fmt"
	"strconv"

	"kept/internal/web/wire"

	"kept/fault"
	"kept/id"
	"kept/schedule"
	"kept/span"
)

type hoursIn struct {
	wire.NounPath
	Body hoursBody
}

type hoursOut struct{ Body hoursBody }

// hoursBody is hours as a whole: what is left out is none.
type hoursBody struct {
	Weekly     []weekly            `json:"weekly" required:"false" maxItems:"200"`
	Exceptions []exception         `json:"exceptions" required:"false" maxItems:"2000"`
	Seasons    []seasonOfHours     `json:"seasons,omitempty" maxItems:"100" doc:"Instead of the weekly rows from date to date; the dates of two never meet"`
	Roster     merge[rosterBody]   `json:"roster,omitzero" doc:"Of a staff member, instead of weekly rows and seasons"`
	Holidays   merge[holidaysBody] `json:"holidays,omitzero" doc:"Of a location: the public holidays that it and its staff keep"`
}

type seasonOfHours struct {
	Name   string   `json:"name,omitempty" maxLength:"200"`
	From   string   `json:"from" maxLength:"10" doc:"The first date"`
	To     string   `json:"to" maxLength:"10" doc:"The last date"`
	Weekly []weekly `json:"weekly" nullable:"false" maxItems:"200" doc:"Empty closes the season"`
}

type rosterBody struct {
	Anchor    string    `json:"anchor" maxLength:"10" doc:"The date of the first day of the cycle"`
	Cycle     [][]shift `json:"cycle" nullable:"false" minItems:"1" maxItems:"366" doc:"The shifts of each day of the cycle; an empty day is off"`
	From      day       `json:"from,omitzero" doc:"The first date of the roster; null is open"`
	To        day       `json:"to,omitzero" doc:"The last date of the roster; null is open"`
	Published day       `json:"published,omitzero" doc:"The last date that clients may book; left out, it stays as it was"`
}

type shift struct {
	From     string `json:"from" maxLength:"5"`
	To       string `json:"to" maxLength:"5"`
	Location string `json:"location,omitempty" maxLength:"36"`
}

type holidaysBody struct {
	Country    string `json:"country" maxLength:"2" doc:"DE, TW, RU; see /holidays/countries"`
	Region     string `json:"region,omitempty" maxLength:"5"`
	OnHoliday  string `json:"on_holiday" required:"false" enum:"closed,sunday,nothing" doc:"closed when left out"`
	ShortenMin *int   `json:"shorten_min" required:"false" nullable:"false" minimum:"0" maximum:"480" doc:"On shortened days it closes so much earlier; 60 when left out"`
	MakeUp     *bool  `json:"make_up" required:"false" nullable:"false" doc:"On made-up days it is open as on the weekday that is worked; true when left out"`
}

type weekly struct {
	Weekday  int    `json:"weekday" minimum:"1" maximum:"7" doc:"ISO: 1 is Monday"`
	From     string `json:"from" maxLength:"5" doc:"09:00"`
	To       string `json:"to" maxLength:"5" doc:"18:00; 24:00 ends the day, at or before from crosses midnight"`
	Location string `json:"location,omitempty" maxLength:"36"`
}

type exception struct {
	Date string   `json:"date" maxLength:"10"`
	Open []window `json:"open" nullable:"false" maxItems:"50" doc:"Empty closes the day"`
}

type window struct {
	From string `json:"from" maxLength:"5"`
	To   string `json:"to" maxLength:"5"`
}

// replace puts what the body says in the place of what there was. Only how far
// a roster is published stays when nothing is said of it.
func (h hoursBody) replace(was *schedule.Hours) error {
	var out schedule.Hours
	var err error
	if out.Weekly, err = weeklyOf("weekly", h.Weekly); err != nil {
		return err
	}
	if out.Exceptions, err = exceptionsOf(h.Exceptions); err != nil {
		return err
	}
	for i, s := range h.Seasons {
		field := "seasons[" + strconv.Itoa(i) + "]"
		season := schedule.Season{Name: s.Name}
		if season.From, err = wire.ReadDate(field+".from", s.From); err != nil {
			return err
		}
		if season.To, err = wire.ReadDate(field+".to", s.To); err != nil {
			return err
		}
		if season.Weekly, err = weeklyOf(field+".weekly", s.Weekly); err != nil {
			return err
		}
		out.Seasons = append(out.Seasons, season)
	}
	if out.Roster, err = readRoster(h.Roster, was.Roster); err != nil {
		return err
	}
	if out.Holidays, err = readHolidays(h.Holidays); err != nil {
		return err
	}
	*was = out
	return nil
}

func weeklyOf(field string, rows []weekly) (out []schedule.Weekly, err error) {
	for i, w := range rows {
		minutes, err := readWindow(field+"["+strconv.Itoa(i)+"]", w.From, w.To)
		if err != nil {
			return nil, err
		}
		out = append(out, schedule.Weekly{Weekday: w.Weekday, Window: minutes, Location: id.Location(w.Location)})
	}
	return out, nil
}

func exceptionsOf(days []exception) (out []schedule.Exception, err error) {
	for i, e := range days {
		field := "exceptions[" + strconv.Itoa(i) + "]"
		date, err := wire.ReadDate(field+".date", e.Date)
		if err != nil {
			return nil, err
		}
		ex := schedule.Exception{Date: date}
		for j, w := range e.Open {
			minutes, err := readWindow(field+".open["+strconv.Itoa(j)+"]", w.From, w.To)
			if err != nil {
				return nil, err
			}
			ex.Open = append(ex.Open, minutes)
		}
		out = append(out, ex)
	}
	return out, nil
}

func readRoster(sent merge[rosterBody], was *schedule.Roster) (*schedule.Roster, error) {
	if !sent.given() || sent.none() {
		return nil, nil //nolint:nilnil // no roster
	}
	body, err := sent.over(rosterBody{})
	if err != nil {
		return nil, err
	}
	r := &schedule.Roster{}
	if r.Anchor, err = wire.ReadDate("roster.anchor", body.Anchor); err != nil {
		return nil, err
	}
	if was != nil {
		r.Published = was.Published
	}
	for _, one := range []struct {
		name string
		sent day
		into *span.Date
	}{{"from", body.From, &r.From}, {"to", body.To, &r.To}, {"published", body.Published, &r.Published}} {
		if *one.into, err = one.sent.over(*one.into, "roster."+one.name); err != nil {
			return nil, err
		}
	}
	for i, day := range body.Cycle {
		var shifts []schedule.Shift
		for j, s := range day {
			minutes, err := readWindow(fmt.Sprintf("roster.cycle[%d][%d]", i, j), s.From, s.To)
			if err != nil {
				return nil, err
			}
			shifts = append(shifts, schedule.Shift{Window: minutes, Location: id.Location(s.Location)})
		}
		r.Cycle = append(r.Cycle, shifts)
	}
	return r, nil
}

func readHolidays(sent merge[holidaysBody]) (*schedule.Holidays, error) {
	if !sent.given() || sent.none() {
		return nil, nil //nolint:nilnil // no holidays are kept
	}
	body, err := sent.over(holidaysBody{OnHoliday: schedule.HolidayClosed})
	if err != nil {
		return nil, err
	}
	rule := schedule.HolidayRule{Country: body.Country, Region: body.Region, OnHoliday: body.OnHoliday, ShortenMin: 60, MakeUp: true}
	wire.Set(&rule.ShortenMin, body.ShortenMin)
	wire.Set(&rule.MakeUp, body.MakeUp)
	if rule.OnHoliday == holidayNothing {
		rule.OnHoliday = ""
	}
	out, err := schedule.NewHolidays(rule)
	if err != nil {
		return nil, fault.BadField("holidays.country", "unknown", "there is no such country or region")
	}
	return out, nil
}

// holidayNothing is the wire's word for a location that does nothing else on holidays.
const holidayNothing = "nothing"

func readWindow(field, from, to string) (schedule.Window, error) {
	f, ok := minuteOf(from)
	if !ok || f >= 1440 {
		return schedule.Window{}, fault.BadField(field+".from", "time", "write it as 09:00")
	}
	t, ok := minuteOf(to)
	if !ok {
		return schedule.Window{}, fault.BadField(field+".to", "time", "write it as 18:00")
	}
	return schedule.Window{FromMin: f, ToMin: t}, nil
}

// minuteOf reads "09:30" as minutes after midnight; "24:00" ends the day.
func minuteOf(text string) (int, bool) {
	if len(text) != 5 || text[2] != ':' {
		return 0, false
	}
	for _, i := range []int{0, 1, 3, 4} {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
	}
	hour, minute := int(text[0]-'0')*10+int(text[1]-'0'), int(text[3]-'0')*10+int(text[4]-'0')
	total := hour*60 + minute
	return total, minute < 60 && total <= 1440
}

func clockText(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

func hoursOf(h schedule.Hours, err error) (*hoursOut, error) {
	if err != nil {
		return nil, err
	}
	out := hoursBody{Weekly: weeklyBody(h.Weekly), Exceptions: []exception{}}
	for _, e := range h.Exceptions {
		ex := exception{Date: e.Date.String(), Open: []window{}}
		for _, w := range e.Open {
			ex.Open = append(ex.Open, window{clockText(w.FromMin), clockText(w.ToMin)})
		}
		out.Exceptions = append(out.Exceptions, ex)
	}
	for _, s := range h.Seasons {
		out.Seasons = append(out.Seasons, seasonOfHours{s.Name, s.From.String(), s.To.String(), weeklyBody(s.Weekly)})
	}
	if h.Roster != nil {
		if out.Roster.raw, err = json.Marshal(rosterOf(h.Roster)); err != nil {
			return nil, fmt.Errorf("write the roster: %w", err)
		}
	}
	if h.Holidays != nil {
		r := h.Holidays.Rule()
		body := holidaysBody{r.Country, r.Region, r.OnHoliday, &r.ShortenMin, &r.MakeUp}
		if body.OnHoliday == "" {
			body.OnHoliday = holidayNothing
		}
		if out.Holidays.raw, err = json.Marshal(body); err != nil {
			return nil, fmt.Errorf("write the holidays: %w", err)
		}
	}
	return &hoursOut{out}, nil
}

func weeklyBody(rows []schedule.Weekly) []weekly {
	out := []weekly{}
	for _, w := range rows {
		out = append(out, weekly{w.Weekday, clockText(w.FromMin), clockText(w.ToMin), string(w.Location)})
	}
	return out
}

func rosterOf(r *schedule.Roster) rosterBody {
	out := rosterBody{
		Anchor: r.Anchor.String(), From: dayOf(r.From), To: dayOf(r.To), Published: dayOf(r.Published), Cycle: [][]shift{},
	}
	out.Published.given = true // null tells that nothing is published yet
	for _, day := range r.Cycle {
		shifts := []shift{}
		for _, s := range day {
			shifts = append(shifts, shift{clockText(s.FromMin), clockText(s.ToMin), string(s.Location)})
		}
		out.Cycle = append(out.Cycle, shifts)
	}
	return out
}

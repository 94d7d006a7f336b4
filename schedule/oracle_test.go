package schedule_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kept/id"
	"kept/schedule"
	"kept/schedule/holiday"
	"kept/span"
)

// The oracle: an instant is open when a rule of its own wall day, or of the
// wall day before, says so. It goes minute by minute, knows no spans, and
// shares no code with what it judges.
type oracle struct {
	hours, holder schedule.Hours // holder: whose holidays count
	zone          *time.Location
	at            id.Location
	days          []holiday.Day // of the holder's calendar, near the day
}

func (o oracle) open(i span.Instant) bool {
	today := span.DateOf(i.In(o.zone))
	yesterday := today.AddDays(-1)
	for yesterday.Span(o.zone).Empty() {
		yesterday = yesterday.AddDays(-1)
	}
	for _, d := range []span.Date{today, yesterday} {
		for _, w := range o.windows(d) {
			to := span.Wall{Date: d, Minute: w.ToMin}
			if w.ToMin <= w.FromMin {
				to.Date = d.AddDays(1)
			}
			if (span.Wall{Date: d, Minute: w.FromMin}).Instant(o.zone) <= i && i < to.Instant(o.zone) {
				return true
			}
		}
	}
	return false
}

// windows gives what is open on a date, each rule asked in its turn.
func (o oracle) windows(d span.Date) (out []schedule.Window) {
	for _, e := range o.hours.Exceptions {
		if e.Date == d {
			return e.Open
		}
	}
	if r := o.hours.Roster; r != nil {
		var zero span.Date
		if (r.From == zero || r.From.DaysUntil(d) >= 0) && (r.To == zero || d.DaysUntil(r.To) >= 0) {
			if d.DaysUntil(r.Published) < 0 {
				return nil
			}
			// Walk to the day, one step at a time.
			n, step := 0, 1
			if r.Anchor.DaysUntil(d) < 0 {
				step = -1
			}
			for at := r.Anchor; at != d; at = at.AddDays(step) {
				n = (n + step + len(r.Cycle)) % len(r.Cycle)
			}
			for _, s := range r.Cycle[n] {
				if o.at == "" || s.Location == "" || s.Location == o.at {
					out = append(out, s.Window)
				}
			}
			return out
		}
	}
	return o.byWeek(d)
}

func (o oracle) byWeek(d span.Date) (out []schedule.Window) {
	rows, weekday, shorten := o.hours.Weekly, d.Weekday(), 0
	for _, s := range slices.Backward(o.hours.Seasons) {
		if s.From.DaysUntil(d) >= 0 && d.DaysUntil(s.To) >= 0 {
			rows = s.Weekly
		}
	}
	if h := o.holder.Holidays; h != nil && !slices.ContainsFunc(o.holder.Exceptions, func(e schedule.Exception) bool { return e.Date == d }) {
		for _, day := range o.days {
			switch {
			case day.Date != d:
			case day.Kind == holiday.Off && h.Rule().OnHoliday == schedule.HolidayClosed:
				return nil
			case day.Kind == holiday.Off && h.Rule().OnHoliday == schedule.HolidaySunday:
				weekday = 7
			case day.Kind == holiday.Shortened:
				shorten = h.Rule().ShortenMin
			case day.Kind == holiday.MakeUp && h.Rule().MakeUp:
				weekday = day.As
			}
		}
	}
	latest := 0
	for _, r := range rows {
		if r.Weekday == weekday {
			latest = max(latest, length(r.Window)+r.FromMin)
		}
	}
	for _, r := range rows {
		if r.Weekday != weekday || o.at != "" && r.Location != "" && r.Location != o.at {
			continue
		}
		end := min(r.FromMin+length(r.Window), max(1, latest-shorten))
		if end <= r.FromMin {
			continue
		}
		if end > 1440 {
			end -= 1440
		}
		out = append(out, schedule.Window{FromMin: r.FromMin, ToMin: end})
	}
	return out
}

func length(w schedule.Window) int {
	if w.ToMin <= w.FromMin {
		return w.ToMin + 1440 - w.FromMin
	}
	return w.ToMin - w.FromMin
}

// worlds are zones with a day around which something odd happens.
func worlds() map[string]span.Date {
	return map[string]span.Date{
		"UTC":                 {Year: 2026, Month: 5, Day: 1},
		"Europe/Berlin":       {Year: 2026, Month: 3, Day: 29},
		"Europe/Moscow":       {Year: 2025, Month: 11, Day: 2},
		"Asia/Taipei":         {Year: 2025, Month: 2, Day: 8},
		"Australia/Lord_Howe": {Year: 2026, Month: 4, Day: 5},
		"Africa/Casablanca":   {Year: 2026, Month: 2, Day: 15},
		"America/Santiago":    {Year: 2026, Month: 9, Day: 6},
		"America/Nuuk":        {Year: 2025, Month: 3, Day: 30},
		"Pacific/Apia":        {Year: 2011, Month: 12, Day: 30},
	}
}

func drawWindow(t *rapid.T) schedule.Window {
	return schedule.Window{
		FromMin: rapid.SampledFrom([]int{0, 120, 540, 547, 780, 1320, 1439}).Draw(t, "from"),
		ToMin:   rapid.SampledFrom([]int{0, 60, 180, 547, 720, 1080, 1380, 1440}).Draw(t, "to"),
	}
}

func drawRows(t *rapid.T, places []id.Location) (out []schedule.Weekly) {
	for range rapid.IntRange(0, 8).Draw(t, "rows") {
		out = append(out, schedule.Weekly{
			Weekday: rapid.IntRange(1, 7).Draw(t, "weekday"), Window: drawWindow(t), Location: rapid.SampledFrom(places).Draw(t, "place"),
		})
	}
	if rapid.IntRange(0, 4).Draw(t, "always") == 0 {
		out = append(out, daily(0, 24)...)
	}
	return out
}

// drawHours draws hours with every kind of rule around a date.
func drawHours(t *rapid.T, around span.Date, places []id.Location) schedule.Hours {
	near := func(name string) span.Date { return around.AddDays(rapid.IntRange(-30, 20).Draw(t, name)) }
	h := schedule.Hours{Weekly: drawRows(t, places)}
	seen := map[span.Date]bool{}
	for range rapid.IntRange(0, 2).Draw(t, "exceptions") {
		e := schedule.Exception{Date: near("exception")}
		for range rapid.IntRange(0, 2).Draw(t, "windows") {
			e.Open = append(e.Open, drawWindow(t))
		}
		if !seen[e.Date] {
			h.Exceptions = append(h.Exceptions, e)
		}
		seen[e.Date] = true
	}
	for range rapid.IntRange(0, 2).Draw(t, "seasons") {
		s := schedule.Season{From: near("from"), Weekly: drawRows(t, places)}
		s.To = s.From.AddDays(rapid.IntRange(0, 20).Draw(t, "days"))
		h.Seasons = append(h.Seasons, s)
	}
	if rapid.IntRange(0, 2).Draw(t, "rostered") == 0 {
		h.Roster = drawRoster(t, near, places)
	}
	return h
}

func drawRoster(t *rapid.T, near func(string) span.Date, places []id.Location) *schedule.Roster {
	r := &schedule.Roster{Anchor: near("anchor"), Published: near("published")}
	n := rapid.SampledFrom([]int{1, 2, 4, 5, 6, 14, 28}).Draw(t, "cycle")
	for range n {
		var day []schedule.Shift
		for range rapid.IntRange(0, 2).Draw(t, "shifts") {
			day = append(day, schedule.Shift{Window: drawWindow(t), Location: rapid.SampledFrom(places).Draw(t, "place")})
		}
		r.Cycle = append(r.Cycle, day)
	}
	if rapid.IntRange(0, 3).Draw(t, "round the clock") == 0 {
		for i := range r.Cycle {
			r.Cycle[i] = append(r.Cycle[i], schedule.Shift{Window: schedule.Window{ToMin: 1440}})
		}
	}
	if rapid.Bool().Draw(t, "begins") {
		r.From = near("roster from")
	}
	if rapid.Bool().Draw(t, "ends") {
		r.To = near("roster to")
	}
	return r
}

func drawHolidays(t *rapid.T) *schedule.Holidays {
	h, err := schedule.NewHolidays(schedule.HolidayRule{
		Country:    rapid.SampledFrom([]string{"DE", "TW", "RU"}).Draw(t, "country"),
		OnHoliday:  rapid.SampledFrom([]string{"", schedule.HolidayClosed, schedule.HolidaySunday}).Draw(t, "on holidays"),
		ShortenMin: rapid.SampledFrom([]int{0, 60, 120}).Draw(t, "shorten"), MakeUp: rapid.Bool().Draw(t, "make up"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// drawBook draws a person and a place, a zone and a day there.
func drawBook(t *rapid.T) (book *schedule.Book, z *time.Location, day span.Date) {
	all := worlds()
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	name := rapid.SampledFrom(names).Draw(t, "zone")
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	day = all[name]
	its := drawHours(t, day, []id.Location{""})
	its.Roster = nil
	if rapid.Bool().Draw(t, "keeps holidays") {
		its.Holidays = drawHolidays(t)
	}
	mine := drawHours(t, day, []id.Location{"", "here", "there"})
	if rapid.IntRange(0, 4).Draw(t, "follows") == 0 {
		mine = schedule.Hours{}
	}
	return &schedule.Book{
		Locations: map[id.Location]schedule.Hours{"here": its}, Staff: map[id.Staff]schedule.Hours{"ann": mine},
	}, z, day
}

func calendarNear(t *rapid.T, h *schedule.Holidays, d span.Date) []holiday.Day {
	if h == nil {
		return nil
	}
	calendar, err := holiday.Of(h.Rule().Country, h.Rule().Region)
	if err != nil {
		t.Fatal(err)
	}
	return calendar.Days(d.AddDays(-3), d.AddDays(5))
}

// Every minute around an odd day is open exactly when the rules say so.
func TestOpenAtByTheMinute(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		book, z, day := drawBook(t)
		first := day.AddDays(rapid.IntRange(-4, 2).Draw(t, "first"))
		window := span.Span{Start: first.Start(z), End: first.AddDays(3).Start(z)}
		got := book.OpenAt("ann", "here", window, z)
		mine, its := book.Staff["ann"], book.Locations["here"]
		days := calendarNear(t, its.Holidays, first)
		person, place := oracle{mine, its, z, "here", days}, oracle{its, its, z, "", days}
		for at := window.Start; at < window.End; at += span.Minute * 7 {
			want := !mine.Unset() || !its.Unset()
			if want && !mine.Unset() {
				want = person.open(at)
			}
			if want && !its.Unset() {
				want = place.open(at)
			}
			if got.Holds(at) != want {
				t.Fatalf("%v is open: %v, want %v\nperson %+v\nplace %+v", at.In(z), !want, want, mine, its)
			}
		}
	})
}

// A span is the same whichever window asks for it, also with cycles, seasons,
// holidays and odd days.
func TestSpansOfEveryRuleDoNotDependOnTheWindow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		book, z, day := drawBook(t)
		at := day.Start(z) + span.Minutes(rapid.IntRange(-9000, 9000).Draw(t, "at"))
		before, after := rapid.IntRange(0, 20000).Draw(t, "before"), rapid.IntRange(1, 20000).Draw(t, "after")
		wide := span.Span{Start: at - span.Minutes(before), End: at + span.Minutes(after)}
		a, inA := book.OpenAt("ann", "here", span.Span{Start: at, End: at + 1}, z).Around(at)
		b, inB := book.OpenAt("ann", "here", wide, z).Around(at)
		if inA != inB || inA && a.Start != b.Start {
			t.Fatalf("alone %v %v, in a wider window %v %v\n%+v", a, inA, b, inB, book)
		}
	})
}

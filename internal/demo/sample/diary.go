package sample

import (
	"slices"
	"time"

	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/id"
	"kept/policy"
	"kept/span"
)

// diary is the facts of one day, to which visits are added one by one, and
// what the owner's rules say of that day.
type diary struct {
	day   span.Span
	zone  *time.Location
	facts *availability.Facts
	rules *policy.Book
	asked map[errand]availability.Question
}

// errand is a service with somebody.
type errand struct {
	service id.Service
	staff   id.Staff
}

// open opens the diary of a day, empty but for time off.
func open(w *World, rules *policy.Book, date span.Date, zone *time.Location) *diary {
	day := date.Span(zone)
	setting := w.setting()
	f := &availability.Facts{Window: day.Widen(span.Day, span.Day)}
	for _, l := range setting.Catalog.Locations {
		f.Places = append(f.Places, availability.Place{
			ID: l.ID, Zone: zone, Open: setting.Hours.Locations[l.ID].Open(day, zone, ""),
		})
	}
	for _, s := range setting.Catalog.Staff {
		p := availability.Person{Staff: s, Breaks: breaks(s, date, zone)}
		for i := range f.Places {
			if spans := setting.Hours.OpenAt(s.ID, f.Places[i].ID, day, zone); len(spans) > 0 {
				p.Open = append(p.Open, availability.Open{Place: i, Spans: spans})
			}
		}
		for _, off := range w.Layout.TimeOff {
			if off.Staff == s.ID && off.Span.Meets(f.Window) {
				p.Rows = add(p.Rows, blocking(off.Span, string(off.ID)))
			}
		}
		f.Staff = append(f.Staff, p)
	}
	for _, r := range setting.Catalog.Resources {
		var rows []availability.Row
		for _, off := range w.Layout.TimeOff {
			if off.Resource == r.ID && off.Span.Meets(f.Window) {
				rows = add(rows, blocking(off.Span, string(off.ID)))
			}
		}
		for n := 1; n <= r.Units; n++ {
			f.Units = append(f.Units, availability.Unit{Resource: r, N: n, Rows: rows})
		}
	}
	return &diary{day: day, zone: zone, facts: f, rules: rules, asked: map[errand]availability.Question{}}
}

// breaks are the floating ones of somebody on a day.
func breaks(s *catalog.Staff, date span.Date, zone *time.Location) []availability.Break {
	var out []availability.Break
	for _, b := range s.Preferences.Breaks {
		window := span.Span{
			Start: span.Wall{Date: date, Minute: b.FromMin}.Instant(zone), End: span.Wall{Date: date, Minute: b.ToMin}.Instant(zone),
		}
		out = append(out, availability.Break{Span: window, Length: span.Minutes(b.LengthMin)})
	}
	return out
}

func blocking(s span.Span, source string) availability.Row {
	return availability.Row{Span: s, Source: source, Kind: availability.RowTimeOff}
}

// add inserts a row in order, into a slice of its own.
func add(rows []availability.Row, row availability.Row) []availability.Row {
	at, _ := slices.BinarySearchFunc(rows, row, func(a, b availability.Row) int {
		return int(max(-1, min(1, a.Start-b.Start)))
	})
	return slices.Insert(slices.Clone(rows), at, row)
}

// ask is the question for a service with somebody, put some days before, so
// that notice and horizon let it through.
func (d *diary) ask(service *catalog.Service, staff id.Staff) availability.Question {
	const ahead = 5 * span.Day
	key := errand{service.ID, staff}
	if q, ok := d.asked[key]; ok {
		return q
	}
	q := availability.Question{
		Visit: []availability.Want{{Service: service, Staff: staff}}, Window: d.day, Now: d.day.Start - ahead,
	}
	c := &policy.Case{
		Items: []policy.Item{{Service: service, Staff: staff}}, Zone: d.zone, Now: q.Now, Staff: []id.Staff{staff},
	}
	for _, b := range d.rules.Bars(c, d.day) {
		q.Bars = append(q.Bars, availability.Bar{Span: b.Span, Staff: b.Staff, Rule: b.Rule, Word: b.Word})
	}
	if gate := d.rules.Gate(c); gate != nil {
		q.Gate = func(start span.Instant, _ id.Location, lead id.Staff) (availability.Bar, bool) {
			b, shut := gate.Shut(start, lead)
			return availability.Bar{Span: b.Span, Staff: b.Staff, Rule: b.Rule, Word: b.Word}, shut
		}
	}
	d.asked[key] = q
	return q
}

// starts lists when the service can begin with the staff member that day.
func (d *diary) starts(service *catalog.Service, staff id.Staff) []span.Instant {
	slots := availability.Slots(d.ask(service, staff), d.facts)
	out := make([]span.Instant, len(slots))
	for i, s := range slots {
		out[i] = s.Start
	}
	return out
}

// place finds everybody and everything for a start that starts has given.
func (d *diary) place(service *catalog.Service, staff id.Staff, start span.Instant) (availability.Placement, bool) {
	return availability.Assign(d.ask(service, staff), d.facts, start, staff)
}

// take writes a visit down.
func (d *diary) take(service *catalog.Service, staff id.Staff, p availability.Placement, source id.Booking) {
	f := *d.facts
	f.Staff, f.Units = slices.Clone(f.Staff), slices.Clone(f.Units)
	for _, c := range availability.Claims(d.ask(service, staff), p) {
		row := availability.Row{Span: c.Span, Exclusive: true, Source: string(source), Kind: availability.RowBooking}
		for i := range f.Staff {
			if c.Lane == booking.StaffLane(f.Staff[i].Staff.ID) {
				f.Staff[i].Rows = add(f.Staff[i].Rows, row)
			}
		}
		for i := range f.Units {
			if u := &f.Units[i]; c.Lane == booking.UnitLane(u.Resource.ID, u.N) {
				u.Rows = add(u.Rows, row)
			}
		}
	}
	d.facts = &f
}

// load is the time that somebody works that day and how much of it is taken.
func (d *diary) load(person int) (taken, works span.Instant) {
	p := &d.facts.Staff[person]
	var hours span.Set
	for _, o := range p.Open {
		hours = hours.Union(o.Spans.Clip(d.day))
	}
	var off span.Set
	for _, r := range p.Rows {
		if r.Exclusive {
			taken += r.Length()
		} else {
			off = off.Union(span.Set{r.Span})
		}
	}
	return taken, hours.Subtract(off).Length()
}

// edge tells whether a visit at the start would lie right after another one
// of the staff member, or at the beginning of a stretch of their hours.
func (d *diary) edge(person int, service *catalog.Service, start span.Instant) bool {
	p := &d.facts.Staff[person]
	for _, o := range p.Open {
		if s, ok := o.Spans.Around(start); ok && s.Start == start {
			return true
		}
	}
	before := span.Minutes(service.BufferBeforeMin + service.Segments[0].BufferBeforeMin)
	return slices.ContainsFunc(p.Rows, func(r availability.Row) bool { return r.Exclusive && r.End == start-before })
}

package plan

import (
	"kept/catalog"
	"kept/client"
	"kept/span"
)

// Past is what a rule looks at.
type Past struct {
	Today    span.Date
	Last     span.Date // of the last visit for the service; zero: there was none
	Before   span.Date // of the last visit for the service that RecallAfter names; zero: there was none
	Steps    int       // of a course: so many of its visits are done
	Born     span.Date // the subject's birthday, or the client's; zero where it is not known
	Readings []client.Reading
}

// Due is what a rule says.
type Due struct {
	Kind     Kind
	Date     span.Date
	Window   Window
	Expires  span.Date // the last day on which anything is expected
	Forecast *Forecast
	Since    span.Date
	Step, Of int
}

// DueOf tells when a service is due by a rule of it; false when the rule has
// nothing to say. It is never before the visit from which it is counted.
func DueOf(r catalog.Recall, p Past) (Due, bool) {
	d := Due{Kind: Interval, Since: p.Last}
	none := span.Date{}
	switch r.Kind {
	case catalog.RecallInterval:
		if p.Last == none {
			return Due{}, false
		}
		d.Date = catalog.AddUnits(p.Last, r.Every, r.Unit)
	case catalog.RecallUsage:
		if p.Last == none {
			return Due{}, false
		}
		d.Kind, d.Date = Usage, catalog.AddUnits(p.Last, r.Every, r.Unit)
		if t, ok := TrendOf(p.Readings, r.Reading); ok {
			if f, ok := t.Reaches(float64(r.Amount), p.Last, p.Today); ok {
				d.Forecast = &f
				d.Date = earlier(d.Date, f.Date)
			}
		}
	case catalog.RecallAge:
		if p.Born == none {
			return Due{}, false
		}
		from := p.Today
		if p.Last != none {
			from = catalog.AddUnits(p.Last, r.Every, r.Unit)
		}
		d.Date = later(from, catalog.AddUnits(p.Born, r.FromAge, catalog.UnitYear))
	case catalog.RecallAfter:
		if p.Before == none || p.Before.Before(p.Last) {
			return Due{}, false
		}
		d.Kind, d.Since, d.Date = OnDate, p.Before, catalog.AddUnits(p.Before, r.Every, r.Unit)
	case catalog.RecallCourse:
		return course(r, p)
	default:
		return Due{}, false
	}
	d.Window = Window{d.Date.AddDays(-r.LeadDays), d.Date.AddDays(r.Grace())}
	if d.Since != none {
		d.Window.From = later(d.Window.From, d.Since)
	}
	d.Expires = d.Window.To
	return d, true
}

// course gives the next of a course's visits: due at the least distance,
// wanted until the greatest.
func course(r catalog.Recall, p Past) (Due, bool) {
	if p.Last == (span.Date{}) || p.Steps < 1 || p.Steps >= r.Steps {
		return Due{}, false
	}
	w := Window{catalog.AddUnits(p.Last, r.Every, r.Unit), catalog.AddUnits(p.Last, max(r.Every, r.Most), r.Unit)}
	return Due{
		Kind: Course, Date: w.From, Window: w, Expires: w.To.AddDays(r.Grace()), Since: p.Last, Step: p.Steps + 1, Of: r.Steps,
	}, true
}

func earlier(a, b span.Date) span.Date {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b span.Date) span.Date {
	if a.Before(b) {
		return b
	}
	return a
}

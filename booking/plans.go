package booking

import (
	"cmp"
	"slices"
	"time"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/pricing"
	"kept/span"
)

// plan is one way to run a visit, in a stretch of the window, at a place where
// that matters: the order of its services, the waits between them, and each
// service as it is for this client and whoever leads it.
type plan struct {
	visit    []availability.Want
	location id.Location
	window   span.Span
	quote    pricing.Quote
}

// The bounds of what is tried.
const (
	waitStep  = 5 * span.Minute // between two waits that are tried
	mostKinds = 8               // forms of one service, by staff
	MostOrder = 4               // services that may come in any order; more keep theirs
)

// form is a service as it is for some of its staff.
type form struct {
	service *catalog.Service
	changes []pricing.Change
	among   []id.Staff // nil: for whoever leads it
}

// plans lists the ways to run the visit that was asked for. There is one where
// no rule, wait or order leaves a choice.
func (d *Desk) plans(a *ask) ([]plan, error) {
	ways := d.arranged(a)
	if len(ways) == 1 && a.book.None() {
		q, err := quoteOf(a)
		return []plan{{visit: a.visit, location: a.location, window: a.window, quote: q}}, err
	}
	var out []plan
	for _, place := range a.placesApart() {
		_, zone, err := d.zoneOf(a.setting.Catalog, place)
		if err != nil {
			return nil, err
		}
		for _, stretch := range a.stretches(place, zone) {
			day := span.DateOf(stretch.Start.In(zone))
			for _, way := range ways {
				for _, forms := range a.cross(way, place, day) {
					p, err := a.planOf(way, forms, place, stretch)
					if err != nil {
						return nil, err
					}
					out = append(out, p)
				}
			}
		}
	}
	return out, nil
}

// arranged lists the orders and waits in which the services may follow.
func (d *Desk) arranged(a *ask) [][]availability.Want {
	if len(a.visit) < 2 {
		return [][]availability.Want{a.visit}
	}
	wait := span.Minutes(a.setting.Catalog.Business.Terms.WaitMin)
	return availability.Arrange(a.visit, a.anyOrder && len(a.visit) <= MostOrder, wait, waitStep)
}

// placesApart lists the places for which the visit is planned one by one: all
// where its services are done, as rules may tell them apart, else the one asked for.
func (a *ask) placesApart() []id.Location {
	if a.location != "" || a.book.None() {
		return []id.Location{a.location}
	}
	var out []id.Location
	for _, l := range a.setting.Catalog.Locations {
		elsewhere := func(w availability.Want) bool {
			return len(w.Service.Locations) > 0 && !slices.Contains(w.Service.Locations, l.ID)
		}
		if !l.Archived && !slices.ContainsFunc(a.visit, elsewhere) {
			out = append(out, l.ID)
		}
	}
	if out == nil {
		return []id.Location{""}
	}
	return out
}

// stretches cuts the window where the services change with the day: into runs
// of local days on which all of them stay as they are.
func (a *ask) stretches(place id.Location, zone *time.Location) []span.Span {
	changing := slices.ContainsFunc(a.visit, func(w availability.Want) bool { return a.book.Variance(w.Service).Day })
	if !changing {
		return []span.Span{a.window}
	}
	var out []span.Span
	var last [][]form
	for day := span.DateOf(a.window.Start.In(zone)); day.Start(zone) < a.window.End; day = day.AddDays(1) {
		forms := make([][]form, len(a.visit))
		for i, w := range a.visit {
			forms[i] = a.forms(w, place, day)
		}
		today := day.Span(zone).Intersect(a.window)
		if len(out) > 0 && slices.EqualFunc(last, forms, sameForms) {
			out[len(out)-1].End = today.End
			continue
		}
		out, last = append(out, today), forms
	}
	return out
}

func sameForms(a, b []form) bool {
	return slices.EqualFunc(a, b, func(x, y form) bool { return sameForm(x, y) && slices.Equal(x.among, y.among) })
}

// cross lists every combination of forms for the services of a way.
func (a *ask) cross(way []availability.Want, place id.Location, day span.Date) [][]form {
	out := [][]form{nil}
	for _, w := range way {
		var next [][]form
		for _, begun := range out {
			for _, f := range a.forms(w, place, day) {
				if len(next) < availability.MaxWays {
					next = append(next, append(slices.Clone(begun), f))
				}
			}
		}
		out = next
	}
	return out
}

// forms lists a service as it is for each of those who may lead it; those for
// whom it is the same share one form.
func (a *ask) forms(w availability.Want, place id.Location, day span.Date) []form {
	if !a.book.Varies(w.Service) {
		return []form{{service: w.Service}}
	}
	if w.Staff != "" || !a.book.VariesByStaff(w.Service) {
		return []form{a.form(w.Service, w.Staff, place, day)}
	}
	var out []form
	for _, s := range a.setting.Catalog.Staff {
		if !s.Leads(w.Service) {
			continue
		}
		f := a.form(w.Service, s.ID, place, day)
		at := slices.IndexFunc(out, func(o form) bool { return sameForm(o, f) })
		switch {
		case at >= 0:
			out[at].among = append(out[at].among, s.ID)
		case len(out) < mostKinds:
			f.among = []id.Staff{s.ID}
			out = append(out, f)
		}
	}
	return out
}

func (a *ask) form(s *catalog.Service, staff id.Staff, place id.Location, day span.Date) form {
	varied, applied := a.book.Vary(s, staff, place, day, a.told())
	f := form{service: varied}
	for _, x := range applied {
		if x.Price.Amount == 0 {
			continue
		}
		code := pricing.LineVary
		if x.Kind == catalog.RuleSeason {
			code = pricing.LineSeason
		}
		f.changes = append(f.changes, pricing.Change{Code: code, Rule: x.Rule, Amount: x.Price})
	}
	return f
}

func sameForm(a, b form) bool {
	return a.service == b.service || a.service.Price == b.service.Price && slices.Equal(a.changes, b.changes) &&
		slices.EqualFunc(a.service.Segments, b.service.Segments, sameSegment)
}

func sameSegment(a, b catalog.Segment) bool {
	sameStaff := a.Staff == b.Staff || a.Staff != nil && b.Staff != nil && *a.Staff == *b.Staff
	return sameStaff && a.DurationMin == b.DurationMin && a.BufferBeforeMin == b.BufferBeforeMin &&
		a.BufferAfterMin == b.BufferAfterMin && slices.Equal(a.Team, b.Team) &&
		slices.EqualFunc(a.Resources, b.Resources, func(x, y catalog.ResourceNeed) bool {
			return x.Kind == y.Kind && x.Count == y.Count && slices.Equal(x.AnyOf, y.AnyOf) &&
				x.BufferBeforeMin == y.BufferBeforeMin && x.BufferAfterMin == y.BufferAfterMin
		})
}

// planOf puts a way and the forms of its services together.
func (a *ask) planOf(way []availability.Want, forms []form, place id.Location, window span.Span) (plan, error) {
	p := plan{visit: make([]availability.Want, len(way)), location: place, window: window}
	items := make([]pricing.Item, len(way))
	for i, w := range way {
		w.Service, w.Among = forms[i].service, forms[i].among
		p.visit[i] = w
		sold, _ := a.setting.Catalog.Service(w.Service.ID)
		items[i] = pricing.Item{Service: cmp.Or(sold, w.Service), Changes: forms[i].changes}
	}
	var err error
	p.quote, err = pricing.With(a.setting.Catalog.Business.Currency, items...)
	return p, unsummed(err)
}

// chosen is somebody who could lead the visit in one of its ways.
type chosen struct {
	way    int
	choice availability.Choice
}

// chooseAmong lists who could lead the visit at a start, over all ways, in the
// order in which they should be tried; each in the first way in which they can.
func chooseAmong(ways []plan, questions []availability.Question, f *availability.Facts, start span.Instant) []chosen {
	var out []chosen
	for i := range ways {
		for _, c := range availability.Choices(questions[i], f, start) {
			if !slices.ContainsFunc(out, func(o chosen) bool { return o.choice.Lead == c.Lead }) {
				out = append(out, chosen{i, c})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b chosen) int { return a.choice.Compare(b.choice) })
	return out
}

package preset

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"kept/catalog"
	"kept/id"
	"kept/span"
)

// Rule is a rule of the owner's. Where its body holds identifiers, the
// blueprint has keys; its dates are those of Each.
type Rule struct {
	Key   string           `json:"key"`
	Kind  catalog.RuleKind `json:"kind"`
	Names catalog.Texts    `json:"names"`
	About catalog.Texts    `json:"about"`
	Off   bool             `json:"off,omitempty"`
	// Each lists when: "12-31..01-01" each year, "2027-02-05..2027-02-10" once.
	// The first that has not ended on the first day is taken; a rule that comes
	// too late is left out.
	Each []string `json:"each,omitempty"`
	catalog.RuleBody
}

func (l *layer) layRules() error {
	for n, p := range l.plan.Rules {
		r := &catalog.Rule{
			ID: named[id.Rule](l.site, "rule", p.Key), Position: n + 1, Kind: p.Kind, Names: p.Names, About: p.About, Off: p.Off,
			RuleBody: p.RuleBody,
		}
		if len(p.Each) > 0 {
			var ok bool
			var err error
			if r.From, r.To, ok, err = next(p.Each, l.site.First); err != nil {
				return fmt.Errorf("preset: %s: %w", p.Key, err)
			}
			if !ok {
				continue
			}
		}
		if err := l.bind(p.Key, &r.RuleBody); err != nil {
			return err
		}
		l.out.Rules = append(l.out.Rules, r)
	}
	return nil
}

// bind puts identifiers in the place of the keys of a rule.
func (l *layer) bind(of string, b *catalog.RuleBody) (err error) {
	if b.Services, err = refer(of, b.Services, l.services); err != nil {
		return err
	}
	if b.Staff, err = refer(of, b.Staff, l.staff); err != nil {
		return err
	}
	if b.Locations, err = refer(of, b.Locations, l.locations); err != nil {
		return err
	}
	if b.Link != nil {
		other, err := refer(of, []id.Service{b.Link.Other}, l.services)
		if err != nil {
			return err
		}
		b.Link = new(*b.Link)
		b.Link.Other = other[0]
	}
	if b.Vary != nil {
		b.Vary = new(*b.Vary)
		b.Vary.Segments, err = l.segments(of, b.Vary.Segments)
	}
	return err
}

// segments puts identifiers in the place of the keys of pools.
func (l *layer) segments(of string, list []catalog.Segment) ([]catalog.Segment, error) {
	out := make([]catalog.Segment, len(list))
	for i, g := range list {
		out[i] = g
		out[i].Resources = nil
		for _, need := range g.Resources {
			pool, err := refer(of, need.AnyOf, l.resources)
			if err != nil {
				return nil, err
			}
			need.AnyOf = pool
			out[i].Resources = append(out[i].Resources, need)
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

// preferences puts identifiers in the place of the keys of services.
func (l *layer) preferences(of string, p catalog.Preferences) (catalog.Preferences, error) {
	liked, err := refer(of, p.Favourite, l.services)
	if err != nil {
		return p, err
	}
	p.Favourite = liked
	days := p.Days
	p.Days = nil
	for _, d := range days {
		service, err := refer(of, []id.Service{d.Service}, l.services)
		if err != nil {
			return p, err
		}
		p.Days = append(p.Days, catalog.ServiceDays{Service: service[0], Weekdays: d.Weekdays})
	}
	return p, nil
}

// travel puts identifiers in the place of the keys of locations.
func (l *layer) travel() error {
	for i, p := range l.plan.Locations {
		for _, to := range slices.Sorted(maps.Keys(p.Travel)) {
			where, ok := l.locations[to]
			if !ok {
				return fmt.Errorf("preset: %s is on the way to the unknown location %q", p.Key, to)
			}
			at := l.out.Locations[i]
			if at.Travel == nil {
				at.Travel = map[id.Location]int{}
			}
			at.Travel[where] = p.Travel[to]
		}
	}
	return nil
}

// refer puts identifiers in the place of keys.
func refer[T ~string](of string, keys []T, known map[string]T) ([]T, error) {
	var out []T
	for _, key := range keys {
		is, ok := known[string(key)]
		if !ok {
			return nil, fmt.Errorf("preset: %s refers to the unknown %q", of, key)
		}
		out = append(out, is)
	}
	return out, nil
}

// next finds the first of the stretches that has not ended on a day.
func next(each []string, day span.Date) (from, to span.Date, ok bool, err error) {
	const short = len("12-31")
	for _, text := range each {
		first, last, two := strings.Cut(text, "..")
		if !two {
			last = first
		}
		years := []string{""}
		if len(first) == short {
			years = []string{fmt.Sprintf("%04d-", day.Year-1), fmt.Sprintf("%04d-", day.Year), fmt.Sprintf("%04d-", day.Year+1)}
		}
		for _, year := range years {
			if from, err = span.ParseDate(year + first); err != nil {
				return from, to, false, err
			}
			if to, err = span.ParseDate(year + last); err != nil {
				return from, to, false, err
			}
			if year != "" && to.Before(from) { // over the turn of the year
				to.Year++
			}
			if !to.Before(day) {
				return from, to, true, nil
			}
		}
	}
	return span.Date{}, span.Date{}, false, nil
}

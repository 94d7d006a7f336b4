package setup

import (
	"fmt"
	"slices"

	"kept/catalog"
)

// The bounds of a recall.
const (
	maxRecalls = 20
	maxEvery   = 1200
	maxSteps   = 100
	maxAmount  = 10_000_000
	maxAge     = 120
	maxLead    = 365
	maxGrace   = 3650
)

// checkRecalls notes what is wrong with when a service is due.
func (c *change) checkRecalls(s *catalog.Service) {
	k := &c.checker
	k.Require(len(s.Recalls) <= maxRecalls, "recalls", "too_long", fmt.Sprintf("must be at most %d", maxRecalls))
	for i := range s.Recalls[:min(len(s.Recalls), maxRecalls)] {
		r := &s.Recalls[i]
		at := fmt.Sprintf("recalls[%d].", i)
		known := slices.Contains(catalog.RecallKinds(), r.Kind)
		k.Require(known, at+"kind", "unknown", "must be interval, usage, age, after or course")
		same := func(o catalog.Recall) bool { return o.Key() == r.Key() }
		k.Require(slices.IndexFunc(s.Recalls, same) == i, at+"kind", "unique", "there is one of this kind already")
		k.Require(slices.Contains(catalog.Units(), r.Unit), at+"unit", "unknown", "must be day, week, month or year")
		k.Range(at+"every", int64(r.Every), 1, maxEvery)
		k.Range(at+"lead_days", int64(r.LeadDays), 0, maxLead)
		k.Range(at+"grace_days", int64(r.GraceDays), 0, maxGrace)
		if known {
			c.checkRecall(at, s, r)
		}
	}
}

// checkRecall notes what is wrong with the part that belongs to the kind, and
// with parts that belong to others.
func (c *change) checkRecall(at string, s *catalog.Service, r *catalog.Recall) {
	k := &c.checker
	for _, part := range []struct {
		name  string
		of    catalog.RecallKind
		least int64
		most  int64
		value int
	}{
		{"most", catalog.RecallCourse, int64(r.Every), maxEvery, r.Most},
		{"steps", catalog.RecallCourse, 2, maxSteps, r.Steps},
		{"amount", catalog.RecallUsage, 1, maxAmount, r.Amount},
		{"from_age", catalog.RecallAge, 0, maxAge, r.FromAge},
	} {
		if r.Kind == part.of {
			k.Range(at+part.name, int64(part.value), part.least, part.most)
			continue
		}
		k.Require(part.value == 0, at+part.name, "exclusive", "belongs to another kind")
	}
	if r.Kind == catalog.RecallUsage {
		k.Line(at+"reading", r.Reading, 1, maxWord)
	} else {
		k.Require(r.Reading == "", at+"reading", "exclusive", "belongs to another kind")
	}
	if r.Kind == catalog.RecallAfter {
		k.Require(r.After != s.ID && c.knowsService(r.After), at+"after", "unknown", "must be another service")
	} else {
		k.Require(r.After == "", at+"after", "exclusive", "belongs to another kind")
	}
}

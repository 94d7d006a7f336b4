package booking

import (
	"slices"

	"kept/availability"
	"kept/id"
	"kept/policy"
	"kept/schedule"
	"kept/span"
)

// Reason is one of the engine's, with what the desk knows of it. Its location is
// empty where the business has but one, and for what is so at all of them; its
// span is of an owner's limit the period that it counts together.
type Reason struct {
	availability.Reason
	Closed *schedule.Closure // with RuleHours: the holiday, closed day, season or day of a roster that shuts it; nil for ordinary hours
	Work   *DayWork          // of KindDayWork
	Free   int               // of the service's own session, RowSession: how many seats are left
}

// Kinds of reasons that concern flexible work; availability.KindReady is another.
const (
	KindDropOff = "drop_off" // it is brought at another time of the day: in the span
	KindDayWork = "day_work" // the day takes no more of it
)

// DayWork is how much work of a service a day takes, in minutes.
type DayWork struct {
	Limit, Taken, Needs int
}

// told puts the reasons why a time is shut into words that say each thing once.
func (d *Desk) told(a *ask, all []Reason, at span.Instant) (*Explanation, error) {
	out := &Explanation{Setting: a.setting}
	c := a.setting.Catalog
	several := 0
	for _, l := range c.Locations {
		if !l.Archived {
			several++
		}
	}
	for _, r := range everywhere(all) {
		place := r.Location
		if place == "" {
			place = a.location
		}
		_, zone, err := d.zoneOf(c, place)
		if err != nil {
			return nil, err
		}
		if rule, ok := c.Rule(r.Owner); ok && r.Rule == availability.RuleLimit && rule.Limit != nil {
			r.Span = policy.Period(rule.Limit.Per, at, zone)
		}
		if r.Rule == availability.RuleOffer {
			r.Span = span.Span{} // an expression is asked of the start alone
		}
		if several < 2 {
			r.Location = ""
		}
		out.Reasons = r.join(out.Reasons, at)
	}
	return out, nil
}

// everywhere tells once what is no matter of the place, where it is so at each.
func everywhere(all []Reason) []Reason {
	var places []id.Location
	for _, r := range all {
		if r.Location != "" && !slices.Contains(places, r.Location) {
			places = append(places, r.Location)
		}
	}
	if len(places) < 2 {
		return all
	}
	for i := range all {
		r := all[i].Reason
		if r.Location == "" || !placeless(r) {
			continue
		}
		missing := slices.ContainsFunc(places, func(at id.Location) bool {
			r.Location = at
			return !slices.ContainsFunc(all, func(o Reason) bool { return o.Reason == r })
		})
		if missing {
			continue
		}
		for k := range all {
			if r.Location = all[k].Location; all[k].Reason == r {
				all[k].Location = ""
			}
		}
	}
	return all
}

// placeless tells of a reason that does not depend on the place.
func placeless(r availability.Reason) bool {
	switch r.Rule {
	case availability.RulePast, availability.RuleNotice, availability.RuleHorizon, availability.RuleSkill,
		availability.RuleLimit, availability.RuleSeason, availability.RuleLink, availability.RuleOffer:
		return true
	case availability.RuleStaff:
		return r.Span.Empty()
	}
	return false
}

// closed finds what shuts the hours. What is the place's is nobody's in particular.
func (r *Reason) closed(a *ask, f *availability.Facts, at span.Instant) {
	i := slices.IndexFunc(f.Places, func(p availability.Place) bool { return p.ID == r.Location })
	if r.Rule != availability.RuleHours || i < 0 {
		return
	}
	body := span.Span{Start: at, End: at + lengthOf(a.visit)}
	if c, ok := a.setting.Hours.Closed(r.Staff, r.Location, body, f.Places[i].Zone); ok {
		r.Closed, r.Staff = &c, c.Staff
	}
}

// lengthOf is how long a visit takes as it is sold, waits not counted; of work
// that is dropped off only that it begins.
func lengthOf(visit []availability.Want) span.Instant {
	if flexible(visit) {
		return span.Minute
	}
	sum := 0
	for _, w := range visit {
		sum += w.Service.DurationMin()
	}
	return span.Minutes(sum)
}

// join adds a reason to those told before, unless it is one of them. Of one that
// several people had, the nearest open hours are kept.
func (r *Reason) join(all []Reason, at span.Instant) []Reason {
	for i := range all {
		o := &all[i]
		if !o.says(r) {
			continue
		}
		if o.Closed != nil && !r.Span.Empty() && (o.Span.Empty() || apart(r.Span, at) < apart(o.Span, at)) {
			o.Span = r.Span
		}
		return all
	}
	return append(all, *r)
}

// says tells whether two reasons are the same to a reader.
func (r *Reason) says(o *Reason) bool {
	if r.Closed == nil || o.Closed == nil {
		return r.Reason == o.Reason && r.Closed == o.Closed
	}
	return r.Location == o.Location && r.Staff == o.Staff && r.Closed.Source == o.Closed.Source && r.Closed.Date == o.Closed.Date
}

// apart is how far a span is from an instant.
func apart(s span.Span, at span.Instant) span.Instant { return max(s.Start-at, at-s.End, 0) }

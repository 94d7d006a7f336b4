package policy

import (
	"slices"

	"kept/catalog"
	"kept/id"
	"kept/money"
	"kept/span"
)

// Variance says on what the form of a service depends.
type Variance struct {
	Client   bool // on the client, the subject or the history
	Staff    bool
	Location bool
	Day      bool
}

// Any tells whether it depends on anything.
func (v Variance) Any() bool { return v != Variance{} }

// Variance says on what it depends how long a service is and what it costs.
// Any is false also where a rule always applies: ask Varies.
func (b *Book) Variance(s *catalog.Service) Variance {
	var v Variance
	if b == nil {
		return v
	}
	for _, r := range b.prices {
		if len(r.Services) > 0 && !slices.Contains(r.Services, s.ID) {
			continue
		}
		u := r.uses()
		v.Client = v.Client || u&usesClient != 0
		v.Staff = v.Staff || len(r.Staff) > 0 || u&usesStaff != 0
		v.Location = v.Location || len(r.Locations) > 0 || u&usesLocation != 0
		v.Day = v.Day || r.From != span.Date{} || r.To != span.Date{} || u&usesDay != 0
	}
	return v
}

// Facts lists the facts of a client or a subject, by name, on which it depends
// how long any of the services is and what it costs, or when it is offered: what
// is good to know before times are shown.
func (b *Book) Facts(services []id.Service) []string {
	if b == nil {
		return nil
	}
	var out []string
	for _, list := range [][]*rule{b.prices, b.offers, b.limits} {
		for _, r := range list {
			if r.when != nil && (len(r.Services) == 0 || slices.ContainsFunc(services, func(s id.Service) bool { return slices.Contains(r.Services, s) })) {
				out = append(out, r.when.facts...)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Varies tells whether Vary may give anything but the service itself.
func (b *Book) Varies(s *catalog.Service) bool {
	return b != nil && slices.ContainsFunc(b.prices, func(r *rule) bool {
		return len(r.Services) == 0 || slices.Contains(r.Services, s.ID)
	})
}

// VariesByStaff tells whether it matters to Vary who performs the service.
func (b *Book) VariesByStaff(s *catalog.Service) bool { return b.Variance(s).Staff }

// Vary gives the service as it is for a client with a lead staff member (empty:
// not known yet, then rules that ask for staff do not apply) at a location on a
// local day: the very same pointer when no rule applies. The rules of seasons'
// prices and of variation apply one after the other, each to what the one
// before left, though expressions read the service as it stands in the catalog.
// Applied says what each did. No price falls below nothing, no segment below a
// minute.
func (b *Book) Vary(s *catalog.Service, staff id.Staff, location id.Location, day span.Date, t *Traits) (*catalog.Service, []Applied) {
	if b == nil || len(b.prices) == 0 {
		return s, nil
	}
	var sc *scene
	var applied []Applied
	now := s
	for _, r := range b.prices {
		if !r.about(s.ID, location) || !r.by(staff) || !r.On(day) {
			continue
		}
		if sc == nil {
			sc = b.scene(&Case{Location: location, Traits: t})
			sc.service, sc.day = s, day
			if staff != "" {
				sc.staff, _ = b.catalog.StaffMember(staff)
			}
		}
		if yes, err := r.holds(sc); err != nil || !yes {
			continue
		}
		was := now
		now = r.change(was)
		applied = append(applied, Applied{
			Rule: r.ID, Kind: r.Kind, Service: s.ID,
			Minutes: now.DurationMin() - was.DurationMin(),
			Price:   money.Of(now.Price.Amount-was.Price.Amount, now.Price.Currency),
		})
	}
	return now, applied
}

// change gives a copy of the service as the rule makes it.
func (r *rule) change(s *catalog.Service) *catalog.Service {
	out := *s
	if v := r.Vary; v != nil && r.Kind == catalog.RuleVary {
		if len(v.Segments) > 0 {
			out.Segments = v.Segments
		}
		out.Segments = stretch(out.Segments, v)
		out.Price = reprice(s.Price, v.PricePercent, v.PriceAdd)
	}
	if v := r.Season; v != nil && r.Kind == catalog.RuleSeason {
		out.Price = reprice(s.Price, v.PricePercent, v.PriceAdd)
	}
	return &out
}

// stretch makes the segment that the rule means longer or shorter; the very
// same segments where it does not, or where there is no such segment.
func stretch(segments []catalog.Segment, v *catalog.Vary) []catalog.Segment {
	i := v.Segment - 1
	if v.Segment == 0 {
		i = max(0, slices.IndexFunc(segments, func(g catalog.Segment) bool { return g.Staff != nil }))
	}
	if i >= len(segments) || v.AddMin == 0 && (v.Percent == 0 || v.Percent == 100) {
		return segments
	}
	minutes := segments[i].DurationMin
	if v.Percent != 0 && v.Percent != 100 {
		const step = 5 * 100
		minutes = (minutes*v.Percent + step - 1) / step * 5
	}
	out := slices.Clone(segments)
	out[i].DurationMin = max(1, minutes+v.AddMin)
	return out
}

// reprice adds percent of the price and then an amount; never below nothing.
// What does not fit or does not match in currency stays as it was.
func reprice(price money.Amount, percent int, add *money.Amount) money.Amount {
	out := price
	if percent != 0 {
		if part, err := price.Share(int64(percent), 100); err == nil {
			if sum, err := out.Add(part); err == nil {
				out = sum
			}
		}
	}
	if add != nil {
		if sum, err := out.Add(*add); err == nil {
			out = sum
		}
	}
	out.Amount = max(0, out.Amount)
	return out
}

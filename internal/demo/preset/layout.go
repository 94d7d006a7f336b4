package preset

import (
	"fmt"
	"time"

	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/money"
	"kept/schedule"
	"kept/setup"
	"kept/span"
)

// Site is where and when a blueprint is laid out.
type Site struct {
	Key      string // of the business; the same one and Made give the same identifiers
	Zone     *time.Location
	Currency string
	First    span.Date // from which the blueprint counts days
	Made     time.Time // that identifiers carry
}

// For gives what a new business starts with by its preset, ready for
// setup.Office.Furnish. now is when it was founded. Fault Invalid (field
// "preset") for an unknown preset.
func For(b catalog.Business, now span.Instant) (setup.Furniture, error) {
	plan, err := Of(b.Preset)
	if err != nil {
		return setup.Furniture{}, err
	}
	zone, err := time.LoadLocation(b.Zone)
	if err != nil {
		return setup.Furniture{}, fault.BadField("zone", "unknown", "is no time zone")
	}
	return plan.Lay(Site{
		Key: string(b.ID), Zone: zone, Currency: b.Currency, First: span.DateOf(now.In(zone)), Made: now.UTC(),
	})
}

// Lay lays the blueprint out: everything gets an identifier, and refers to
// the others by it. It fails when the blueprint contradicts itself: a key that
// nothing has, a time that is none.
func (b *Blueprint) Lay(site Site) (setup.Furniture, error) {
	l := &layer{
		site: site, plan: b,
		out: setup.Furniture{Hours: &schedule.Book{
			Locations: map[id.Location]schedule.Hours{}, Staff: map[id.Staff]schedule.Hours{},
		}},
		locations: map[string]id.Location{}, services: map[string]id.Service{}, resources: map[string]id.Resource{},
		staff: map[string]id.Staff{},
	}
	for _, step := range []func() error{l.layLocations, l.travel, l.layResources, l.layServices, l.layStaff, l.layRules, l.layAsks} {
		if err := step(); err != nil {
			return setup.Furniture{}, err
		}
	}
	return l.out, nil
}

type layer struct {
	site      Site
	plan      *Blueprint
	out       setup.Furniture
	locations map[string]id.Location
	services  map[string]id.Service
	resources map[string]id.Resource
	staff     map[string]id.Staff
}

// named derives the identifier of a thing from the business and its key.
func named[T ~string](site Site, kind, key string) T {
	return id.Derive[T](site.Made, site.Key, kind, key)
}

func (l *layer) layLocations() error {
	for n, p := range l.plan.Locations {
		where := named[id.Location](l.site, "location", p.Key)
		l.locations[p.Key] = where
		l.out.Locations = append(l.out.Locations, &catalog.Location{
			ID: where, Position: n + 1, Names: p.Names, Address: p.Address, Zone: l.site.Zone.String(),
		})
		rows, err := weekly(p.Hours, nil)
		if err != nil {
			return err
		}
		special, err := exceptions(p.Exceptions, l.site.First)
		if err != nil {
			return err
		}
		seasons, err := l.seasons(p.Seasons, nil)
		if err != nil {
			return err
		}
		kept, err := p.Holidays.lay()
		if err != nil {
			return err
		}
		l.out.Hours.Locations[where] = schedule.Hours{Weekly: rows, Exceptions: special, Seasons: seasons, Holidays: kept}
	}
	return nil
}

func (l *layer) layServices() error {
	for n, p := range l.plan.Services {
		group, ok := l.plan.Groups[p.Group]
		if !ok {
			return fmt.Errorf("preset: %s is in the unknown group %q", p.Key, p.Group)
		}
		segments, err := l.segments(p.Key, p.Segments)
		if err != nil {
			return err
		}
		s := &catalog.Service{
			ID: named[id.Service](l.site, "service", p.Key), Position: n + 1,
			Names: p.Names, About: p.About, Group: group, Segments: segments,
			IntervalMin: p.IntervalMin, EdgeStarts: true,
			BufferBeforeMin: p.BufferBeforeMin, BufferAfterMin: p.BufferAfterMin,
			NoticeMin: p.NoticeMin, HorizonDays: p.HorizonDays,
			Price: p.price(l.site.Currency), Public: true, ServiceOptions: p.ServiceOptions,
		}
		for _, key := range p.Locations {
			where, ok := l.locations[key]
			if !ok {
				return fmt.Errorf("preset: %s is at the unknown location %q", p.Key, key)
			}
			s.Locations = append(s.Locations, where)
		}
		l.services[p.Key] = s.ID
		l.out.Services = append(l.out.Services, s)
	}
	return nil
}

// price gives the price in the currency. Where the blueprint has none, the
// price is nothing: no rate is guessed, the owner sets it.
func (s *Service) price(currency string) money.Amount {
	return money.Of(s.Price[currency], currency)
}

func (l *layer) layResources() error {
	for n, p := range l.plan.Resources {
		r := &catalog.Resource{
			ID: named[id.Resource](l.site, "resource", p.Key), Position: n + 1,
			Names: p.Names, Kind: p.Kind, Units: p.Units, Location: l.locations[p.Location],
		}
		if p.Location != "" && r.Location == "" {
			return fmt.Errorf("preset: %s is at the unknown location %q", p.Key, p.Location)
		}
		l.resources[p.Key] = r.ID
		l.out.Resources = append(l.out.Resources, r)
		for _, off := range p.TimeOff {
			row := l.timeOff(off, p.Key)
			row.Resource = r.ID
			l.out.TimeOff = append(l.out.TimeOff, row)
		}
	}
	return nil
}

func (l *layer) layStaff() error {
	for n, p := range l.plan.Staff {
		s := &catalog.Staff{
			ID: named[id.Staff](l.site, "staff", p.Key), Position: n + 1,
			Names: p.Names, Title: p.Title, Skills: p.Skills, Color: p.Color, Email: p.Email, Language: p.Language,
		}
		for _, key := range p.Services {
			service, ok := l.services[key]
			if !ok {
				return fmt.Errorf("preset: %s performs the unknown service %q", p.Key, key)
			}
			s.Services = append(s.Services, service)
		}
		asked, err := l.preferences(p.Key, p.Preferences)
		if err != nil {
			return err
		}
		s.Preferences = asked
		l.staff[p.Key] = s.ID
		l.out.Staff = append(l.out.Staff, s)
		if l.out.Hours.Staff[s.ID], err = l.worked(p); err != nil {
			return err
		}
		for _, off := range p.TimeOff {
			row := l.timeOff(off, p.Key)
			row.Staff = s.ID
			l.out.TimeOff = append(l.out.TimeOff, row)
		}
	}
	return nil
}

func (l *layer) timeOff(off TimeOff, of string) schedule.TimeOff {
	first := workday(l.site.First.AddDays(off.InDays))
	return schedule.TimeOff{
		ID:     named[id.TimeOff](l.site, "time-off", fmt.Sprint(of, off.InDays)),
		Span:   span.Span{Start: first.Start(l.site.Zone), End: first.AddDays(off.Days).Start(l.site.Zone)},
		Reason: off.Reason,
	}
}

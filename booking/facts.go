package booking

import (
	"context"
	"maps"
	"slices"
	"strings"

	"kept/availability"
	"kept/catalog"
	"kept/client"
	"kept/id"
	"kept/policy"
	"kept/span"
)

// ask is one question before its facts are there.
type ask struct { //nolint:recvcheck // renew alone changes it
	business id.Business
	visit    []availability.Want // as it is sold; how it may run is in ways
	anyOrder bool
	location id.Location
	to       audience
	window   span.Span // of starts
	setting  *availability.Setting
	book     *policy.Book        // its rules, nil for none
	traits   *policy.Traits      // what is known of the client; nil while nobody knows who comes
	said     map[string]any      // of whom or what it is for, with the request
	likes    *client.Preferences // of the same client
	reader   reader              // who looks at the list, where it is a client
	busy     span.Set            // elsewhere: the reader, else who comes
	mix      *availability.Mix   // what free time is worth, where the aim asks
	ways     []plan              // nil until facts were asked for
}

// newAsk puts a request to the configuration at hand, which may be older than
// the database's; only where that does not know what is asked for is the
// database consulted. facts will tell whether it was too old.
func (d *Desk) newAsk(
	ctx context.Context, business id.Business, lines []Line, location id.Location, to audience,
) (*ask, error) {
	setting, err := d.Settings.Load(ctx, business, 1)
	if err != nil {
		return nil, err
	}
	for newest := false; ; newest = true {
		wants, err := visit(setting.Catalog, lines, to)
		if err == nil {
			err = checkLocation(setting.Catalog, location)
		}
		if err == nil {
			return &ask{
				business: business, visit: wants, location: location, to: to, setting: setting, book: d.shelf.of(setting.Catalog),
			}, nil
		}
		if newest {
			return nil, err
		}
		if setting, err = d.setting(ctx, business); err != nil {
			return nil, err
		}
	}
}

// reach is the window for which facts are needed.
func (a ask) reach() span.Span {
	var before, after span.Instant
	for _, p := range a.ways {
		b, f := availability.Margins(p.visit)
		before, after = max(before, b), max(after, f)
	}
	if flexible(a.visit) {
		after += mostDays * span.Day
	}
	more := slack(a.setting.Catalog)
	if dropsOff(a.setting.Catalog) { // what gives way may have to go far
		before, after = before+span.Day, max(after, mostReady)
	}
	return a.window.Widen(before+more, after+more)
}

// slack is how much farther facts must reach where staff want rest between days
// or a break within them, or travel between places.
func slack(c *catalog.Catalog) span.Instant {
	var most span.Instant
	for _, s := range c.Staff {
		if len(s.Preferences.Breaks) > 0 {
			most = max(most, 48*span.Hour) // a window of the local day, however it meets the visit
		}
		most = max(most, span.Minutes(s.Preferences.RestMin))
	}
	for _, l := range c.Locations {
		for _, way := range l.Travel {
			most = max(most, span.Minutes(way))
		}
	}
	return most
}

// facts gives the facts for a question, from the cache when nothing that they
// depend on has changed: one query decides. Where the configuration turns out
// to be newer than the question's, the question is brought up to date.
func (d *Desk) facts(ctx context.Context, a *ask) (*ground, error) {
	if a.ways == nil {
		var err error
		if a.ways, err = d.plans(a); err != nil {
			return nil, err
		}
	}
	if a.mix == nil && slices.ContainsFunc(a.ways, func(p plan) bool { return aimOf(a, &p) == catalog.AimFit }) {
		var err error
		if a.mix, err = d.mix(ctx, a); err != nil {
			return nil, err
		}
	}
	reach := a.reach()
	key := a.key(reach)
	e := d.cache.get(key)
	var lanes []availability.Lane
	var p parties
	if e != nil && e.setting == a.setting {
		lanes = e.lanes
	} else {
		e = nil
		p = a.parties()
		lanes = slices.Concat(p.lanes(), p.overflows(), d.marks(a, p))
	}
	var only *availability.Lane
	if len(lanes) > 0 && lanes[0].Kind == availability.StaffLane && !slices.ContainsFunc(lanes[1:], notPlace) {
		only = &lanes[0]
	}
	now, err := d.Lanes.Versions(ctx, a.business, only)
	if err != nil {
		return nil, err
	}
	if now.Config != a.setting.Catalog.Business.Version {
		setting, err := d.Settings.Load(ctx, a.business, now.Config)
		if err != nil {
			return nil, err
		}
		if setting.Catalog.Business.Version != a.setting.Catalog.Business.Version {
			if err := a.renew(setting); err != nil {
				return nil, err
			}
			a.book = d.shelf.of(setting.Catalog)
			return d.facts(ctx, a)
		}
	}
	if e != nil && e.current(now) {
		return e.ground, nil
	}
	if e != nil {
		p = a.parties()
	}
	f, err := d.loadFacts(ctx, *a, p, reach, now, e)
	if err != nil {
		return nil, err
	}
	g := &ground{Facts: f}
	if g.jobs, err = d.jobs(ctx, a, f); err != nil {
		return nil, err
	}
	if g.laid, err = d.laid(ctx, a, p); err != nil {
		return nil, err
	}
	entry := newEntry(a.setting, lanes, now, g)
	d.Lanes.Remember(ctx, func() { d.cache.put(key, entry) })
	return g, nil
}

// renew puts the same question to a newer configuration.
func (a *ask) renew(setting *availability.Setting) error {
	lines := make([]Line, len(a.visit))
	for i, w := range a.visit {
		lines[i] = Line{Service: w.Service.ID, Staff: w.Staff}
	}
	wants, err := visit(setting.Catalog, lines, a.to)
	if err != nil {
		return err
	}
	a.setting, a.visit, a.book, a.ways = setting, wants, nil, nil
	return checkLocation(setting.Catalog, a.location)
}

// key names the question's facts in the cache.
func (a ask) key(reach span.Span) factKey {
	var b strings.Builder
	for _, w := range a.visit {
		b.WriteString(string(w.Service.ID))
		b.WriteByte('/')
		b.WriteString(string(w.Staff))
		b.WriteByte(';')
	}
	if !a.book.None() { // what rules made of the services may need other things
		for _, way := range a.ways {
			for _, w := range way.visit {
				for _, g := range w.Service.Segments {
					for _, r := range g.Resources {
						b.WriteString(r.Kind)
						b.WriteByte(',')
					}
				}
			}
		}
	}
	return factKey{business: a.business, visit: b.String(), location: a.location, window: a.window, reach: reach}
}

// loadFacts reads what changed since the old entry (nil for none) and
// assembles the facts.
func (d *Desk) loadFacts(
	ctx context.Context, a ask, p parties, reach span.Span, now Versions, old *factEntry,
) (*availability.Facts, error) {
	rows, err := d.rowsOf(ctx, a.business, append(p.lanes(), p.overflows()...), reach, now, old)
	if err != nil {
		return nil, err
	}
	f := &availability.Facts{Window: reach}
	for _, l := range p.places {
		zone, err := d.zone(a.setting.Catalog.ZoneOf(l.ID))
		if err != nil {
			return nil, err
		}
		f.Places = append(f.Places, availability.Place{
			ID: l.ID, Zone: zone, Rows: rows[PlaceLane(l.ID)], Open: a.setting.Hours.Locations[l.ID].Open(reach, zone, ""),
			Ways: waysTo(a.setting.Catalog, l),
		})
	}
	home, err := d.homeZone(a.setting.Catalog)
	if err != nil {
		return nil, err
	}
	for _, s := range p.staff {
		person := availability.Person{Staff: s, Rows: rows[StaffLane(s.ID)], Overflow: rows[OverflowLane(s.ID)]}
		if old != nil {
			person.Open = old.open(s.ID)
		} else {
			person.Open = openOf(a.setting, f.Places, s.ID, reach)
		}
		person.Rows, person.Zone = availability.Rested(s, person.Rows, home), home
		person.Breaks = breaksOf(s, reach, home)
		f.Staff = append(f.Staff, person)
	}
	for _, u := range p.units {
		f.Units = append(f.Units, availability.Unit{Resource: u.resource, N: u.n, Rows: rows[u.lane()]})
	}
	return f, nil
}

// rowsOf gives the rows of lanes: the old entry's where nothing has changed on
// the lane, else the database's.
func (d *Desk) rowsOf(
	ctx context.Context, business id.Business, lanes []availability.Lane, reach span.Span, now Versions, old *factEntry,
) (map[availability.Lane][]availability.Row, error) {
	known := make(map[availability.Lane][]availability.Row)
	fresh := lanes
	if old != nil {
		fresh = nil
		for _, lane := range lanes {
			if rows, ok := old.rows(lane, now.Lanes[lane]); ok {
				known[lane] = rows
			} else {
				fresh = append(fresh, lane)
			}
		}
	}
	if len(fresh) == 0 {
		return known, nil
	}
	rows, err := d.Lanes.RowsOn(ctx, business, fresh, reach)
	if err != nil {
		return nil, err
	}
	maps.Copy(rows, known)
	return rows, nil
}

// openOf lists when somebody works where.
func openOf(
	setting *availability.Setting, places []availability.Place, staff id.Staff, window span.Span,
) []availability.Open {
	var out []availability.Open
	for i, place := range places {
		if spans := setting.Hours.OpenAt(staff, place.ID, window, place.Zone); len(spans) > 0 {
			out = append(out, availability.Open{Place: i, Spans: spans})
		}
	}
	return out
}

package booking

import (
	"context"
	"slices"

	"kept/availability"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// doorLane is the kind of lane under which clients are looked for: whoever
// brings an e-mail address or a phone number touches its lane first, so that
// two of them never make two cards. Nothing ever lies on it.
const doorLane availability.LaneKind = "contact"

// compareLanes gives the order in which everybody touches lanes, so that
// nobody waits in a circle: by kind and id, but clients' last, for who the
// client is shows only after the doors were touched.
func compareLanes(a, b availability.Lane) int {
	lastA, lastB := a.Kind == availability.ClientLane, b.Kind == availability.ClientLane
	switch {
	case a == b:
		return 0
	case lastA != lastB:
		if lastB {
			return -1
		}
		return 1
	case a.Less(b):
		return -1
	default:
		return 1
	}
}

func lanesOf(claims []availability.Claim) []availability.Lane {
	var out []availability.Lane
	for _, c := range claims {
		if len(out) == 0 || out[len(out)-1] != c.Lane { // claims are sorted by lane
			out = append(out, c.Lane)
		}
	}
	return out
}

// beside adds the other lane of those staff about whom both have a say: breaks
// find room beside what is on either, and what closes a squeeze-in's time lies
// on the staff lane.
func beside(c *catalog.Catalog, lanes []availability.Lane) []availability.Lane {
	out := lanes
	for _, l := range lanes {
		switch l.Kind {
		case availability.OverflowLane:
			out = append(out, StaffLane(id.Staff(l.ID)))
		case availability.StaffLane:
			if m, ok := c.StaffMember(id.Staff(l.ID)); ok && len(m.Preferences.Breaks) > 0 {
				out = append(out, OverflowLane(id.Staff(l.ID)))
			}
		default:
		}
	}
	return out
}

// errRenewed says that the configuration has changed since a choice was made:
// it is to be made anew with that which now holds. Whoever gets it in the end was
// overtaken each time.
var errRenewed = fault.New(fault.Unavailable, fault.CodeUnavailable, "the settings are being changed; try again")

// newer brings a question up to date with the newest configuration.
func (d *Desk) newer(ctx context.Context, a *ask) error {
	setting, err := d.setting(ctx, a.business)
	if err != nil {
		return err
	}
	err = a.renew(setting)
	a.book = d.shelf.of(setting.Catalog)
	return err
}

// rowsOn reads the rows of one lane that meet the window, by start.
func (d *Desk) rowsOn(
	ctx context.Context, business id.Business, lane availability.Lane, window span.Span,
) ([]availability.Row, error) {
	rows, err := d.Lanes.RowsOn(ctx, business, []availability.Lane{lane}, window)
	return rows[lane], err
}

// lockedFacts loads the facts of the touched lanes around a placement, within
// the transaction; errRenewed where the configuration is not that of the
// choice any more. Holds that have ended are removed from them, so that the
// database's own guard agrees with the engine.
func (d *Desk) lockedFacts(
	ctx context.Context, business id.Business, setting *availability.Setting, in placing, lanes []availability.Lane,
) (*availability.Facts, error) {
	p := in.placement
	before, after := availability.Margins(in.question.Visit)
	more := slack(setting.Catalog)
	window := span.Span{Start: p.Start - before - more, End: p.End + after + more}
	place := PlaceLane(p.Location)
	rows, config, err := d.Lanes.RowsNow(ctx, business, append(slices.Clip(lanes), place), window)
	if err != nil {
		return nil, err
	}
	if config != setting.Catalog.Business.Version {
		return nil, errRenewed
	}
	for _, lane := range lanes {
		if rows[lane], err = d.live(ctx, business, rows[lane], in.question.Now); err != nil {
			return nil, err
		}
	}
	_, zone, err := d.zoneOf(setting.Catalog, p.Location)
	if err != nil {
		return nil, err
	}
	home, err := d.homeZone(setting.Catalog)
	if err != nil {
		return nil, err
	}
	f := &availability.Facts{Window: window}
	f.Places = []availability.Place{{
		ID: p.Location, Zone: zone, Rows: rows[place], Open: setting.Hours.Locations[p.Location].Open(window, zone, ""),
	}}
	if here, ok := setting.Catalog.Location(p.Location); ok {
		f.Places[0].Ways = waysTo(setting.Catalog, here)
	}
	for _, staff := range setting.Catalog.Staff {
		onLane, touched := rows[StaffLane(staff.ID)]
		overflow, squeezed := rows[OverflowLane(staff.ID)]
		if !touched && !squeezed {
			continue
		}
		f.Staff = append(f.Staff, availability.Person{
			Staff: staff, Open: openOf(setting, f.Places, staff.ID, window), Overflow: overflow,
			Rows: availability.Rested(staff, onLane, home), Breaks: breaksOf(staff, window, home), Zone: home,
		})
	}
	for _, r := range setting.Catalog.Resources {
		f.Units = append(f.Units, touchedUnits(r, rows)...)
	}
	for lane, r := range rows {
		if lane.Kind == availability.ClientLane {
			f.Client = r
		}
	}
	return f, nil
}

func touchedUnits(r *catalog.Resource, rows map[availability.Lane][]availability.Row) []availability.Unit {
	var out []availability.Unit
	for n := 1; n <= r.Units; n++ {
		if onLane, ok := rows[UnitLane(r.ID, n)]; ok {
			out = append(out, availability.Unit{Resource: r, N: n, Rows: onLane})
		}
	}
	return out
}

// vacate deletes every row of a source whose lanes were touched. Where rules have
// changed since they were laid, some lie on other lanes: these are touched too,
// so that everybody sees them free.
func (d *Desk) vacate(ctx context.Context, business id.Business, source string, touched []availability.Lane) error {
	left, err := d.Lanes.Vacate(ctx, business, source)
	if err != nil {
		return err
	}
	left = slices.DeleteFunc(left, func(l availability.Lane) bool {
		return l.Kind == availability.SessionLane || slices.Contains(touched, l) // a seat's session is touched
	})
	if len(left) == 0 {
		return nil
	}
	return d.touch(ctx, business, left)
}

// live leaves out the holds on a touched lane that have ended, and removes them.
func (d *Desk) live(
	ctx context.Context, business id.Business, rows []availability.Row, now span.Instant,
) ([]availability.Row, error) {
	live := rows[:0]
	for _, r := range rows {
		if r.Expires == 0 || r.Expires > now {
			live = append(live, r)
			continue
		}
		if _, err := d.Lanes.Vacate(ctx, business, r.Source); err != nil {
			return nil, err
		}
	}
	return live, nil
}

// withOverflow adds the overflow lanes to facts, for a squeeze-in.
func (d *Desk) withOverflow(
	ctx context.Context, business id.Business, g *ground,
) (*ground, error) {
	f := g.Facts
	out := *f
	out.Staff = make([]availability.Person, len(f.Staff))
	for i, p := range f.Staff {
		rows, err := d.rowsOn(ctx, business, OverflowLane(p.Staff.ID), f.Window)
		if err != nil {
			return nil, err
		}
		p.Overflow = rows
		out.Staff[i] = p
	}
	return &ground{Facts: &out, laid: g.laid}, nil // nothing gives way to a squeeze-in
}

// refusal tells why a visit can't start in any of some ways: taken when
// somebody else's time is all that stands in the way of one of them, else
// closed by the rule that is most telling.
func refusal(f *availability.Facts, start span.Instant, ways ...availability.Question) error {
	closing := make([]availability.Reason, 0, len(ways))
	for _, q := range ways {
		r, shut := verdict(q, f, start)
		if !shut {
			return fault.SlotTaken()
		}
		closing = append(closing, r)
	}
	return closed(mostTelling(closing))
}

// verdict gives the rule that shuts one way to run the visit; false when it is
// but taken.
func verdict(q availability.Question, f *availability.Facts, start span.Instant) (availability.Reason, bool) {
	reasons := availability.Explain(q, f, start)
	if len(reasons) == 0 {
		return availability.Reason{}, false
	}
	byStaff := map[id.Staff]availability.Reason{}
	for _, r := range reasons {
		if shuts(r) {
			if r.Staff == "" { // shut for everybody
				return r, true
			}
			if _, seen := byStaff[r.Staff]; !seen {
				byStaff[r.Staff] = r
			}
		}
	}
	for _, r := range reasons {
		if _, shut := byStaff[r.Staff]; !shut {
			return availability.Reason{}, false
		}
	}
	return mostTelling(reasons), true
}

// shuts tells a rule from a visit of somebody else.
func shuts(r availability.Reason) bool {
	if r.Rule == availability.RuleResource {
		return r.Source == ""
	}
	return r.Rule != availability.RuleBusy
}

// mostTelling picks the reason to name when staff differ: nearer to a start
// that would work first.
func mostTelling(reasons []availability.Reason) availability.Reason {
	order := []string{
		availability.RuleSeason, availability.RuleLink, availability.RuleOffer, availability.RuleLimit,
		availability.RuleGrid, availability.RuleBreak, availability.RuleTravel, availability.RuleRest, availability.RuleTimeOff, availability.RuleHours, availability.RuleClient,
		availability.RuleResource, availability.RuleSkill, availability.RuleStaff,
	}
	for _, rule := range order {
		for _, r := range reasons {
			if r.Rule == rule {
				return r
			}
		}
	}
	return reasons[0]
}

func closed(r availability.Reason) error {
	detail := map[string]string{
		availability.RulePast:     "this time has passed",
		availability.RuleNotice:   "this is too soon to be booked",
		availability.RuleHorizon:  "this is too far ahead to be booked",
		availability.RuleHours:    "nobody works at this time",
		availability.RuleGrid:     "visits do not start at this time",
		availability.RuleTimeOff:  "this time is blocked",
		availability.RuleStaff:    "nobody here performs this",
		availability.RuleSkill:    "nobody here has the skill for this",
		availability.RuleResource: "what this visit needs is not there",
		availability.RuleClient:   "the client has another visit at this time",
		availability.RuleLocation: "this is not done at this place",
		availability.RuleBreak:    "a break would find no room",
		RuleLength:                "for this client the visit takes longer than the time that was kept",
		availability.RuleRest:     "the rest between two days would be too short",
		availability.RuleTravel:   "the way from or to another place takes too long",
		availability.RuleLimit:    "no more is booked in this period",
		availability.RuleSeason:   "this is not to be had on this date",
		availability.RuleLink:     "another service must come first, or is too near",
		availability.RuleOffer:    "a rule of the business does not offer this time",
	}[r.Rule]
	f := fault.SlotClosed(r.Rule, detail)
	f.Ref = string(r.Owner)
	return f
}

package setup

import (
	"context"
	"slices"
	"strconv"

	"kept/account"
	"kept/availability"
	"kept/catalog"
	"kept/event"
	"kept/id"
	"kept/schedule"
	"kept/span"
)

// Bounds of a time off.
const (
	longestOff = 1100 * span.Day // three years of parental leave
	mostRows   = 40_000          // that one time off may put on lanes
	pieceOff   = span.Day        // into which it is cut there
)

// Reasons are why somebody or something can be away.
func Reasons() []string {
	return []string{"vacation", "sick", "training", "closed", "maintenance", "other"}
}

// TimeOffFilter narrows a list of time off; zero fields do not.
type TimeOffFilter struct {
	Span     span.Span // what meets it
	Staff    id.Staff  // at most one of the three
	Resource id.Resource
	Location id.Location
	AfterEnd span.Instant // keyset: after this end and id
	AfterID  id.TimeOff
	Limit    int // 1 to 200; 0 means 50
}

// TimeOffList is a part of a list of time off, by end.
type TimeOffList struct {
	Items []schedule.TimeOff
	More  bool // there are more after the last one
}

// AddTimeOff closes time for a staff member, a resource or a location.
// Bookings that lie there stay; nothing new gets in. Faults Invalid,
// Forbidden.
func (o *Office) AddTimeOff(ctx context.Context, who account.Principal, t schedule.TimeOff) (schedule.TimeOff, error) {
	var out schedule.TimeOff
	err := o.write(ctx, who, account.WriteTimeOff, func(ctx context.Context, c *change) (string, string, error) {
		out = t
		if out.ID == "" {
			out.ID = id.New[id.TimeOff](o.Clock.Now().UTC())
		}
		return "", "", o.addTimeOff(ctx, c, out)
	})
	return out, err
}

func (o *Office) addTimeOff(ctx context.Context, c *change, t schedule.TimeOff) error {
	lanes, err := c.checkTimeOff(t)
	if err != nil {
		return err
	}
	if err := o.Rules.InsertTimeOff(ctx, c.who.Business, t, o.Clock.Now()); err != nil {
		return err
	}
	if err := o.relay(ctx, c, t, lanes); err != nil {
		return err
	}
	return o.Journal.Append(ctx, timeOffEvent(event.TimeOffAdded, c.who, t))
}

// UpdateTimeOff changes a time off. Faults NotFound, Invalid, Forbidden.
func (o *Office) UpdateTimeOff(
	ctx context.Context, who account.Principal, id id.TimeOff, edit func(*schedule.TimeOff) error,
) (schedule.TimeOff, error) {
	var t schedule.TimeOff
	err := o.write(ctx, who, account.WriteTimeOff, func(ctx context.Context, c *change) (string, string, error) {
		old, err := o.Rules.FindTimeOff(ctx, who.Business, id)
		if err != nil {
			return "", "", err
		}
		t = old
		if err := edit(&t); err != nil {
			return "", "", err
		}
		t.ID = id
		lanes, err := c.checkTimeOff(t)
		if err != nil {
			return "", "", err
		}
		if err := o.Rules.UpdateTimeOff(ctx, who.Business, t); err != nil {
			return "", "", err
		}
		if err := o.relay(ctx, c, t, lanes); err != nil {
			return "", "", err
		}
		return "", "", o.Journal.Append(ctx, timeOffEvent(event.TimeOffRemoved, who, old), timeOffEvent(event.TimeOffAdded, who, t))
	})
	return t, err
}

// RemoveTimeOff opens the time again. Faults NotFound, Forbidden.
func (o *Office) RemoveTimeOff(ctx context.Context, who account.Principal, id id.TimeOff) error {
	return o.write(ctx, who, account.WriteTimeOff, func(ctx context.Context, c *change) (string, string, error) {
		t, err := o.Rules.FindTimeOff(ctx, who.Business, id)
		if err != nil {
			return "", "", err
		}
		if err := o.Rules.DeleteTimeOff(ctx, who.Business, id); err != nil {
			return "", "", err
		}
		if err := o.relay(ctx, c, t, nil); err != nil {
			return "", "", err
		}
		return "", "", o.Journal.Append(ctx, timeOffEvent(event.TimeOffRemoved, who, t))
	})
}

// FindTimeOff shows one time off. Faults NotFound, Forbidden.
func (o *Office) FindTimeOff(ctx context.Context, who account.Principal, id id.TimeOff) (schedule.TimeOff, error) {
	if err := may(who, account.ReadSettings); err != nil {
		return schedule.TimeOff{}, err
	}
	return o.Rules.FindTimeOff(ctx, who.Business, id)
}

// ListTimeOff shows time off by its end. Fault Forbidden.
func (o *Office) ListTimeOff(ctx context.Context, who account.Principal, f TimeOffFilter) (TimeOffList, error) {
	if err := may(who, account.ReadSettings); err != nil {
		return TimeOffList{}, err
	}
	limit := pageSize(f.Limit)
	f.Limit = limit + 1
	items, err := o.Rules.ListTimeOff(ctx, who.Business, f)
	if err != nil {
		return TimeOffList{}, err
	}
	return TimeOffList{Items: items[:min(limit, len(items))], More: len(items) > limit}, nil
}

// relay lays a time off on lanes, or on other lanes than before. All of them
// are touched first, so that whoever decides about one meanwhile waits and
// then sees.
func (o *Office) relay(ctx context.Context, c *change, t schedule.TimeOff, lanes []availability.Lane) error {
	before, err := o.Lanes.Vacate(ctx, c.who.Business, string(t.ID))
	if err != nil {
		return err
	}
	if err := o.Lanes.Touch(ctx, c.who.Business, sorted(append(before, lanes...))); err != nil {
		return err
	}
	if len(lanes) == 0 {
		return nil
	}
	return o.Lanes.Block(ctx, c.who.Business, string(t.ID), lanes, t.Span)
}

// relayUnits lays a resource's time off that is not over on the units that it now has.
func (o *Office) relayUnits(ctx context.Context, c *change, old, r *catalog.Resource) error {
	if r.Units == old.Units {
		return nil
	}
	filter := TimeOffFilter{Resource: r.ID, Span: span.Span{Start: o.Clock.Now()}, Limit: mostPage}
	for {
		off, err := o.Rules.ListTimeOff(ctx, c.who.Business, filter)
		if err != nil {
			return err
		}
		for _, t := range off {
			if err := o.relay(ctx, c, t, unitLanes(r)); err != nil {
				return err
			}
			filter.AfterEnd, filter.AfterID = t.Span.End, t.ID
		}
		if len(off) < filter.Limit {
			return nil
		}
	}
}

// checkTimeOff tells on which lanes a time off lies; fault Invalid.
func (c *change) checkTimeOff(t schedule.TimeOff) ([]availability.Lane, error) {
	k, all := &c.checker, c.setting.Catalog
	var lanes []availability.Lane
	named := 0
	if t.Staff != "" {
		named++
		s, ok := all.StaffMember(t.Staff)
		k.Require(ok && !s.Archived, "staff", "unknown", "there is no such staff member")
		lanes = append(lanes, availability.Lane{Kind: availability.StaffLane, ID: string(t.Staff)})
	}
	if t.Resource != "" {
		named++
		r, ok := all.Resource(t.Resource)
		k.Require(ok && !r.Archived, "resource", "unknown", "there is no such resource")
		if ok {
			lanes = append(lanes, unitLanes(r)...)
		}
	}
	if t.Location != "" {
		named++
		l, ok := all.Location(t.Location)
		k.Require(ok && !l.Archived, "location", "unknown", "there is no such location")
		lanes = append(lanes, availability.Lane{Kind: availability.PlaceLane, ID: string(t.Location)})
	}
	k.Require(named == 1, "staff", "one_of", "name one staff member, resource or location")
	from, to := t.Span.Start.UTC().Year(), t.Span.End.UTC().Year()
	k.Require(from >= firstYear && from <= lastYear, "from", "range", "must be between 2000 and 2200")
	k.Require(to >= firstYear && to <= lastYear, "to", "range", "must be between 2000 and 2200")
	k.Require(t.Span.End > t.Span.Start, "to", "range", "must be later than from")
	length := t.Span.End - t.Span.Start
	k.Require(length <= longestOff && int64(length/pieceOff+1)*int64(len(lanes)) <= mostRows, "to", "range", "is too far away")
	k.Require(slices.Contains(Reasons(), t.Reason), "reason", "unknown", "is no reason that Kept knows")
	return sorted(lanes), k.Err()
}

// unitLanes are the lanes of all units of a resource.
func unitLanes(r *catalog.Resource) []availability.Lane {
	var out []availability.Lane
	for n := 1; n <= r.Units; n++ {
		out = append(out, availability.Lane{Kind: availability.UnitLane, ID: string(r.ID) + ":" + strconv.Itoa(n)})
	}
	return sorted(out)
}

func sorted(lanes []availability.Lane) []availability.Lane {
	slices.SortFunc(lanes, func(a, b availability.Lane) int {
		switch {
		case a.Less(b):
			return -1
		case b.Less(a):
			return 1
		default:
			return 0
		}
	})
	return slices.Compact(lanes)
}

func timeOffEvent(t event.Type, who account.Principal, off schedule.TimeOff) event.Event {
	kind, ref := "staff", string(off.Staff)
	switch {
	case off.Resource != "":
		kind, ref = "resource", string(off.Resource)
	case off.Location != "":
		kind, ref = "location", string(off.Location)
	}
	return event.Event{
		Business: who.Business, Type: t, Actor: who.Actor(),
		Data: event.Data{Kind: kind, Ref: ref, Start: off.Span.Start, End: off.Span.End, Reason: off.Reason},
	}
}

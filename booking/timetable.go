package booking

import (
	"context"
	"errors"
	"slices"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/recur"
	"kept/span"
)

// Timetable says when a session is held again.
type Timetable struct {
	Rule   recur.Rule
	Except []span.Date // local days on which it is not held
}

// Timetabled is what came of a timetable.
type Timetabled struct {
	Sessions []*Session
	Clashes  []Clash // the dates for which nothing was planned
}

// Clash is a date of a timetable that could not be planned, and why.
type Clash struct {
	Start span.Instant
	Fault *fault.Error
}

// MostDates is how many dates a timetable can have.
const MostDates = 104

// PlanTimetable announces a session for each date of a timetable, the draft's
// own start first. The wall clock of the place is kept when the clocks change.
// Each date is judged by itself: one that is shut or taken is told of among the
// clashes and keeps no other from being planned. Faults as PlanSession, and
// invalid for a start that the rule does not give (field "start") and for a
// timetable of more than MostDates dates ("repeat.rule" and "repeat.except").
func (d *Desk) PlanTimetable(ctx context.Context, who account.Principal, draft SessionDraft, table Timetable) (Timetabled, error) {
	setting, err := d.setting(ctx, who.Business)
	if err != nil {
		return Timetabled{}, err
	}
	_, zone, err := d.zoneOf(setting.Catalog, draft.Location)
	if err != nil {
		return Timetabled{}, err
	}
	first := recur.LocalAt(draft.Start, zone)
	if err := startsBy(table.Rule, first, "repeat.rule"); err != nil {
		return Timetabled{}, err
	}
	set := recur.Set{Start: first, Rules: []recur.Rule{table.Rule}}
	dates, err := recur.Expand(set, zone, span.Span{Start: draft.Start, End: latest}, MostDates)
	if err != nil {
		if recur.LimitOf(err) != "" {
			return Timetabled{}, fault.BadField("repeat.rule", "range", "at most 104 dates: say how often (COUNT) or until when (UNTIL)")
		}
		return Timetabled{}, err
	}
	dates = slices.DeleteFunc(dates, func(o recur.Occurrence) bool { return slices.Contains(table.Except, o.Local.Date()) })
	if len(dates) == 0 {
		return Timetabled{}, fault.BadField("repeat.except", "range", "leaves no date")
	}
	var out Timetabled
	for _, o := range dates {
		draft.Start = o.At
		s, err := d.PlanSession(ctx, who, draft)
		var refused *fault.Error
		switch {
		case err == nil:
			out.Sessions = append(out.Sessions, s)
		case errors.As(err, &refused) && (refused.Kind == fault.Conflict || refused.Code == fault.CodePolicyRefused):
			out.Clashes = append(out.Clashes, Clash{o.At, refused})
		default:
			return Timetabled{}, err
		}
	}
	return out, nil
}

// SessionsIn lists the planned sessions of which a part lies in the filter's
// span, by start; with staff only those that they take part in. The filter's
// status, place in the list and limit do not count: the span is the bound.
func (d *Desk) SessionsIn(ctx context.Context, who account.Principal, filter SessionFilter, staff id.Staff) ([]*Session, error) {
	const chunk, longest = 200, 2 * span.Day
	window := filter.Span
	filter.Status, filter.Limit, filter.AfterAt, filter.AfterID = SessionPlanned, chunk, 0, ""
	filter.Span.Start -= longest
	var out []*Session
	for {
		list, err := d.Sessions(ctx, who, filter)
		if err != nil {
			return nil, err
		}
		for _, s := range list {
			if s.Placement.End > window.Start && (staff == "" || slices.Contains(s.Staff(), staff)) {
				out = append(out, s)
			}
		}
		if len(list) < chunk {
			return out, nil
		}
		last := list[len(list)-1]
		filter.AfterAt, filter.AfterID = last.Placement.Start, last.ID
	}
}

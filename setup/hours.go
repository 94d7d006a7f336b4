package setup

import (
	"context"
	"fmt"
	"slices"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/schedule"
	"kept/span"
)

// LocationHours shows when a location is open; unset means whenever its staff
// are. Faults NotFound, Forbidden.
func (o *Office) LocationHours(ctx context.Context, who account.Principal, of id.Location) (schedule.Hours, error) {
	setting, err := o.read(ctx, who)
	if err != nil {
		return schedule.Hours{}, err
	}
	_, err = o.locations().find(setting.Catalog, of)
	return setting.Hours.Locations[of], err
}

// StaffHours shows when a staff member works; unset means whenever the
// location is open. Faults NotFound, Forbidden.
func (o *Office) StaffHours(ctx context.Context, who account.Principal, of id.Staff) (schedule.Hours, error) {
	setting, err := o.read(ctx, who)
	if err != nil {
		return schedule.Hours{}, err
	}
	_, err = o.staff().find(setting.Catalog, of)
	return setting.Hours.Staff[of], err
}

// PutLocationHours replaces the hours of a location. Faults NotFound, Invalid, Forbidden.
func (o *Office) PutLocationHours(ctx context.Context, who account.Principal, of id.Location, h schedule.Hours) error {
	_, err := o.ChangeLocationHours(ctx, who, of, func(was *schedule.Hours) error {
		*was = h
		return nil
	})
	return err
}

// PutStaffHours replaces the hours of a staff member. Faults NotFound, Invalid, Forbidden.
func (o *Office) PutStaffHours(ctx context.Context, who account.Principal, of id.Staff, h schedule.Hours) error {
	_, err := o.ChangeStaffHours(ctx, who, of, func(was *schedule.Hours) error {
		*was = h
		return nil
	})
	return err
}

// ChangeLocationHours edits the hours of a location as they are at that moment
// and gives them as they became. Faults NotFound, Invalid, Forbidden.
func (o *Office) ChangeLocationHours(
	ctx context.Context, who account.Principal, of id.Location, edit func(*schedule.Hours) error,
) (schedule.Hours, error) {
	var h schedule.Hours
	err := o.write(ctx, who, account.WriteSettings, func(ctx context.Context, c *change) (string, string, error) {
		if _, err := o.locations().find(c.setting.Catalog, of); err != nil {
			return "", "", err
		}
		h = c.setting.Hours.Locations[of]
		if err := edit(&h); err != nil {
			return "", "", err
		}
		c.checkHours(h, false)
		if err := c.checker.Err(); err != nil {
			return "", "", err
		}
		return "location_hours", string(of), o.Rules.PutLocationHours(ctx, who.Business, of, h)
	})
	return h, err
}

// ChangeStaffHours edits the hours of a staff member as they are at that
// moment and gives them as they became. Faults NotFound, Invalid, Forbidden.
func (o *Office) ChangeStaffHours(
	ctx context.Context, who account.Principal, of id.Staff, edit func(*schedule.Hours) error,
) (schedule.Hours, error) {
	var h schedule.Hours
	err := o.write(ctx, who, account.WriteSettings, func(ctx context.Context, c *change) (string, string, error) {
		if _, err := o.staff().find(c.setting.Catalog, of); err != nil {
			return "", "", err
		}
		h = c.setting.Hours.Staff[of]
		if err := edit(&h); err != nil {
			return "", "", err
		}
		c.checkHours(h, true)
		if err := c.checker.Err(); err != nil {
			return "", "", err
		}
		return "staff_hours", string(of), o.Rules.PutStaffHours(ctx, who.Business, of, h)
	})
	return h, err
}

// PublishRoster lets clients book a staff member's roster up to a date, which
// may be earlier than before to take it back; no date unpublishes all of it.
// Faults NotFound, Invalid (no roster, no such date), Forbidden.
func (o *Office) PublishRoster(ctx context.Context, who account.Principal, of id.Staff, until span.Date) (schedule.Hours, error) {
	return o.ChangeStaffHours(ctx, who, of, func(h *schedule.Hours) error {
		if h.Roster == nil {
			return fault.BadField("until", "roster", "there is no roster to publish")
		}
		if until != (span.Date{}) && !validDate(until) {
			return fault.BadField("until", "range", "is no date between 2000 and 2200")
		}
		roster := *h.Roster
		roster.Published = until
		h.Roster = &roster
		return nil
	})
}

// The years in which exceptions and time off may lie.
const (
	firstYear = 2000
	lastYear  = 2200
)

// Bounds of hours.
const (
	maxSeasons = 100
	maxCycle   = 366 // days
	maxShorten = 480 // minutes
)

// checkHours notes what is wrong with hours; only a staff member's name
// locations and have a roster, only a location keeps public holidays.
func (c *change) checkHours(h schedule.Hours, ofStaff bool) {
	k := &c.checker
	c.checkWeekly("", h.Weekly, ofStaff)
	c.checkSeasons(h.Seasons, ofStaff)
	if h.Roster != nil {
		k.Require(ofStaff, "roster", "unknown", "only staff have rosters")
		c.checkRoster(h.Roster)
	}
	if h.Holidays != nil {
		k.Require(!ofStaff, "holidays", "unknown", "staff keep the holidays of the location")
		checkHolidays(k, h.Holidays.Rule())
	}
	k.Require(len(h.Exceptions) <= maxException, "exceptions", "too_long", fmt.Sprintf("must be at most %d", maxException))
	if len(h.Exceptions) > maxException {
		return
	}
	seen := make(map[span.Date]bool, len(h.Exceptions))
	for i, e := range h.Exceptions {
		name := fmt.Sprintf("exceptions[%d].", i)
		k.Require(validDate(e.Date), name+"date", "range", "is no date between 2000 and 2200")
		k.Require(!seen[e.Date], name+"date", "unique", "is named twice")
		seen[e.Date] = true
		k.Require(len(e.Open) <= maxWindows, name+"open", "too_long", fmt.Sprintf("must be at most %d", maxWindows))
		for j, w := range e.Open[:min(len(e.Open), maxWindows)] {
			checkWindow(k, fmt.Sprintf("%sopen[%d].", name, j), w)
		}
	}
}

// checkWeekly notes what is wrong with weekly rows of a list named after at.
func (c *change) checkWeekly(at string, rows []schedule.Weekly, ofStaff bool) {
	k := &c.checker
	k.Require(len(rows) <= maxWeekly, at+"weekly", "too_long", fmt.Sprintf("must be at most %d", maxWeekly))
	if len(rows) > maxWeekly {
		return
	}
	for i, w := range rows {
		name := fmt.Sprintf("%sweekly[%d].", at, i)
		k.Range(name+"weekday", int64(w.Weekday), 1, 7)
		checkWindow(k, name, w.Window)
		if w.Location != "" {
			k.Require(ofStaff && c.knowsLocation(w.Location), name+"location", "unknown", "there is no such location")
		}
	}
}

// checkSeasons notes seasons that are no ranges of dates, or share a date.
func (c *change) checkSeasons(seasons []schedule.Season, ofStaff bool) {
	k := &c.checker
	k.Require(len(seasons) <= maxSeasons, "seasons", "too_long", fmt.Sprintf("must be at most %d", maxSeasons))
	if len(seasons) > maxSeasons {
		return
	}
	for i, s := range seasons {
		name := fmt.Sprintf("seasons[%d].", i)
		k.Line(name+"name", s.Name, 0, maxName)
		k.Require(validDate(s.From), name+"from", "range", "is no date between 2000 and 2200")
		k.Require(validDate(s.To), name+"to", "range", "is no date between 2000 and 2200")
		k.Require(!s.To.Before(s.From), name+"to", "range", "ends before it begins")
		c.checkWeekly(name, s.Weekly, ofStaff)
		for _, other := range seasons[:i] {
			k.Require(s.To.Before(other.From) || other.To.Before(s.From), name+"from", "overlap", "another season has this date too")
		}
	}
}

func (c *change) checkRoster(r *schedule.Roster) {
	k := &c.checker
	var zero span.Date
	k.Require(validDate(r.Anchor), "roster.anchor", "range", "is no date between 2000 and 2200")
	k.Require(r.From == zero || validDate(r.From), "roster.from", "range", "is no date between 2000 and 2200")
	k.Require(r.To == zero || validDate(r.To), "roster.to", "range", "is no date between 2000 and 2200")
	k.Require(r.From == zero || r.To == zero || !r.To.Before(r.From), "roster.to", "range", "ends before it begins")
	k.Require(r.Published == zero || validDate(r.Published), "roster.published", "range", "is no date between 2000 and 2200")
	k.Range("roster.cycle", int64(len(r.Cycle)), 1, maxCycle)
	if len(r.Cycle) > maxCycle {
		return
	}
	for i, day := range r.Cycle {
		name := fmt.Sprintf("roster.cycle[%d]", i)
		k.Require(len(day) <= maxWindows, name, "too_long", fmt.Sprintf("must be at most %d", maxWindows))
		if len(day) > maxWindows {
			return
		}
		for j, s := range day {
			at := fmt.Sprintf("%s[%d].", name, j)
			checkWindow(k, at, s.Window)
			k.Require(s.Location == "" || c.knowsLocation(s.Location), at+"location", "unknown", "there is no such location")
		}
	}
}

func checkHolidays(k *fault.Checker, r schedule.HolidayRule) {
	known := []string{"", schedule.HolidayClosed, schedule.HolidaySunday}
	k.Require(slices.Contains(known, r.OnHoliday), "holidays.on_holiday", "unknown", "must be closed, sunday or nothing")
	k.Range("holidays.shorten_min", int64(r.ShortenMin), 0, maxShorten)
}

func checkWindow(k *fault.Checker, at string, w schedule.Window) {
	k.Require(w.FromMin >= 0 && w.FromMin < maxMinutes, at+"from", "range", "must be between 00:00 and 23:59")
	k.Require(w.ToMin >= 0 && w.ToMin <= maxMinutes, at+"to", "range", "must be between 00:00 and 24:00")
}

// validDate tells whether the date is one of the calendar.
func validDate(d span.Date) bool {
	return d.Year >= firstYear && d.Year <= lastYear && d.AddDays(0) == d
}

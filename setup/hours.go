package setup

import (
	"context"
	"fmt"

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
	return o.write(ctx, who, account.WriteSettings, func(ctx context.Context, c *change) (string, string, error) {
		if _, err := o.locations().find(c.setting.Catalog, of); err != nil {
			return "", "", err
		}
		c.checkHours(h, false)
		if err := c.checker.Err(); err != nil {
			return "", "", err
		}
		return "location_hours", string(of), o.Rules.PutLocationHours(ctx, who.Business, of, h)
	})
}

// PutStaffHours replaces the hours of a staff member. Faults NotFound, Invalid, Forbidden.
func (o *Office) PutStaffHours(ctx context.Context, who account.Principal, of id.Staff, h schedule.Hours) error {
	return o.write(ctx, who, account.WriteSettings, func(ctx context.Context, c *change) (string, string, error) {
		if _, err := o.staff().find(c.setting.Catalog, of); err != nil {
			return "", "", err
		}
		c.checkHours(h, true)
		if err := c.checker.Err(); err != nil {
			return "", "", err
		}
		return "staff_hours", string(of), o.Rules.PutStaffHours(ctx, who.Business, of, h)
	})
}

// The years in which exceptions and time off may lie.
const (
	firstYear = 2000
	lastYear  = 2200
)

// checkHours notes what is wrong with hours; only a staff member's name locations.
func (c *change) checkHours(h schedule.Hours, ofStaff bool) {
	k := &c.checker
	k.Require(len(h.Weekly) <= maxWeekly, "weekly", "too_long", fmt.Sprintf("must be at most %d", maxWeekly))
	k.Require(len(h.Exceptions) <= maxException, "exceptions", "too_long", fmt.Sprintf("must be at most %d", maxException))
	if len(h.Weekly) > maxWeekly || len(h.Exceptions) > maxException {
		return
	}
	for i, w := range h.Weekly {
		name := fmt.Sprintf("weekly[%d].", i)
		k.Range(name+"weekday", int64(w.Weekday), 1, 7)
		checkWindow(k, name, w.Window)
		if w.Location != "" {
			k.Require(ofStaff && c.knowsLocation(w.Location), name+"location", "unknown", "there is no such location")
		}
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

func checkWindow(k *fault.Checker, at string, w schedule.Window) {
	k.Require(w.FromMin >= 0 && w.FromMin < maxMinutes, at+"from", "range", "must be between 00:00 and 23:59")
	k.Require(w.ToMin >= 0 && w.ToMin <= maxMinutes, at+"to", "range", "must be between 00:00 and 24:00")
}

// validDate tells whether the date is one of the calendar.
func validDate(d span.Date) bool {
	return d.Year >= firstYear && d.Year <= lastYear && d.AddDays(0) == d
}

package catalog

import (
	"time"

	"kept/id"
	"kept/span"
)

// RecallKind says by what a service becomes due for a client.
type RecallKind string

// The kinds. A service has at most one recall of each, but of RecallAfter one
// for each service before it.
const (
	RecallInterval RecallKind = "interval" // so long after the last visit
	RecallUsage    RecallKind = "usage"    // after so much use since the last visit or so long, whichever is first
	RecallAge      RecallKind = "age"      // again and again from a birthday on
	RecallAfter    RecallKind = "after"    // once, so long after a visit for another service
	RecallCourse   RecallKind = "course"   // the next of so many visits
)

// RecallKinds lists every kind.
func RecallKinds() []RecallKind {
	return []RecallKind{RecallInterval, RecallUsage, RecallAge, RecallAfter, RecallCourse}
}

// The units of a recall's length.
const (
	UnitDay   = "day"
	UnitWeek  = "week"
	UnitMonth = "month"
	UnitYear  = "year"
)

// Units lists every unit.
func Units() []string { return []string{UnitDay, UnitWeek, UnitMonth, UnitYear} }

// Recall is an owner's rule of when a service is due for a client who is known.
type Recall struct {
	Kind      RecallKind `json:"kind"`
	Every     int        `json:"every,omitempty"`      // so many units after the visit; of a course the least distance of two steps
	Unit      string     `json:"unit,omitempty"`       // day, week, month, year
	Most      int        `json:"most,omitempty"`       // of a course: the greatest distance of two steps, in the same unit
	Steps     int        `json:"steps,omitempty"`      // of a course: how many visits it has
	Reading   string     `json:"reading,omitempty"`    // of RecallUsage: the kind of reading that counts
	Amount    int        `json:"amount,omitempty"`     // of RecallUsage: how much use, in the unit of the reading
	FromAge   int        `json:"from_age,omitempty"`   // of RecallAge: years of age
	After     id.Service `json:"after,omitempty"`      // of RecallAfter: the service whose visit begins it
	LeadDays  int        `json:"lead_days,omitempty"`  // the client is told so many days before it is due
	GraceDays int        `json:"grace_days,omitempty"` // so many days after it is due nothing is expected any more; 0 is DefaultGrace
	Silent    bool       `json:"silent,omitempty"`     // the client is not told: only the desk sees it
}

// DefaultGrace is after how many days an item that nobody took up expires.
const DefaultGrace = 90

// Key names the recall within its service, for as long as its sort stays.
func (r *Recall) Key() string {
	if r.Kind == RecallAfter {
		return string(r.Kind) + ":" + string(r.After)
	}
	return string(r.Kind)
}

// Grace is how many days after the due date the item expires.
func (r *Recall) Grace() int {
	if r.GraceDays > 0 {
		return r.GraceDays
	}
	return DefaultGrace
}

// AddUnits moves a date on by whole units. The 31st of a month that has none
// is its last day; February 29th is the 28th in other years.
func AddUnits(d span.Date, n int, unit string) span.Date {
	switch unit {
	case UnitDay:
		return d.AddDays(n)
	case UnitWeek:
		return d.AddDays(7 * n)
	case UnitYear:
		n *= monthsOfYear
	}
	months := d.Year*monthsOfYear + int(d.Month) - 1 + n
	first := span.Date{Year: months / monthsOfYear, Month: time.Month(months%monthsOfYear + 1), Day: 1}
	last := first.AddDays(longestMonth - 1) // in this month or the next
	if last.Month != first.Month {
		last = last.AddDays(-last.Day)
	}
	first.Day = min(d.Day, last.Day)
	return first
}

const (
	monthsOfYear = 12
	longestMonth = 31
)

// Recall finds a recall of the service by its key.
func (s *Service) Recall(key string) (*Recall, bool) {
	for i := range s.Recalls {
		if s.Recalls[i].Key() == key {
			return &s.Recalls[i], true
		}
	}
	return nil, false
}

package privacy

import (
	"time"

	"kept/span"
)

// Regime is the law that a business follows; the words are stored.
type Regime string

// The regimes.
const (
	GDPR  Regime = "gdpr"  // Regulation (EU) 2016/679
	FZ152 Regime = "fz152" // Federal Law 152-FZ of the Russian Federation
	PDPA  Regime = "pdpa"  // Personal Data Protection Act of Taiwan
)

// Regimes lists them.
func Regimes() []Regime { return []Regime{GDPR, FZ152, PDPA} }

// Valid tells whether a word names a regime.
func (r Regime) Valid() bool { return r == GDPR || r == FZ152 || r == PDPA }

// Term is how long an answer may take.
type Term struct {
	Months  int // of the calendar
	Working int // days, Saturdays and Sundays not counted
	Days    int
}

// Term is by when a request is to be answered, as the law has it: GDPR article
// 12(3), one month; 152-FZ article 20(1), ten working days; PDPA article 13,
// fifteen days, for access, and thirty for rectifying and erasing.
func (r Regime) Term(kind string) Term {
	switch r {
	case FZ152:
		return Term{Working: 10}
	case PDPA:
		if kind == AskAccess || kind == AskExport {
			return Term{Days: 15}
		}
		return Term{Days: 30}
	default:
		return Term{Months: 1}
	}
}

// Longer is by how much that may be extended, once, when the person is told why.
func (r Regime) Longer(kind string) Term {
	switch r {
	case FZ152:
		return Term{Working: 5}
	case PDPA:
		return r.Term(kind)
	default:
		return Term{Months: 2}
	}
}

// After is the last instant of a term that begins at an instant: the end of
// its last day in a zone. The day of the beginning is not counted.
func (t Term) After(from span.Instant, zone *time.Location) span.Instant {
	date := span.DateOf(from.In(zone))
	if t.Months > 0 {
		date = addMonths(date, t.Months)
	}
	date = date.AddDays(t.Days)
	for left := t.Working; left > 0; {
		date = date.AddDays(1)
		if w := date.Weekday(); w != saturday && w != sunday {
			left--
		}
	}
	return date.AddDays(1).Start(zone) - 1
}

// Weekdays as span.Date counts them.
const saturday, sunday = 6, 7

// addMonths gives the same day of a later month, or its last one when that is
// shorter (Regulation 1182/71, article 3).
func addMonths(d span.Date, months int) span.Date {
	first := span.DateOf(time.Date(d.Year, d.Month+time.Month(months), 1, 0, 0, 0, 0, time.UTC))
	last := span.DateOf(time.Date(d.Year, d.Month+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC))
	return span.Date{Year: first.Year, Month: first.Month, Day: min(d.Day, last.Day)}
}

// Deadlines are the countdowns of a breach, from when it was noticed; 0 where a law has none.
type Deadlines struct {
	Notice span.Instant // first notice to the authority
	Report span.Instant // the result of the investigation
}

// Deadlines of a breach that was noticed at an instant: GDPR article 33, 72
// hours; 152-FZ article 21(3.1), 24 hours and 72 hours; PDPA article 12 and the
// rules made under it, 72 hours.
func (r Regime) Deadlines(noticed span.Instant) Deadlines {
	const hour = span.Hour
	switch r {
	case FZ152:
		return Deadlines{Notice: noticed + 24*hour, Report: noticed + 72*hour}
	default:
		return Deadlines{Notice: noticed + 72*hour}
	}
}

package busy

import (
	"strconv"
	"strings"
	"time"

	"kept/recur"
	"kept/span"
)

// moment is a date or a time as a file writes it.
type moment struct {
	local recur.Local
	zone  *time.Location // of a date, the asker's
	date  bool
}

// instant is when that is.
func (m moment) instant() span.Instant { return m.local.Instant(m.zone) }

// in reads the moment off another zone's clock; a date stays the date that it is.
func (m moment) in(zone *time.Location) recur.Local {
	if m.date || m.zone == zone {
		return m.local
	}
	return recur.LocalAt(m.instant(), zone)
}

// moment reads one value of a property.
func (e *expander) moment(l line, value string, zones map[string]*vtimezone) (moment, bool) {
	value = strings.TrimSpace(value)
	value, utc := strings.CutSuffix(value, "Z")
	local, err := recur.ParseLocal(value)
	if err != nil {
		return moment{}, false
	}
	m := moment{local: local, zone: e.q.Zone, date: len(value) == len("20060102")}
	if utc {
		m.zone = time.UTC
	} else if name := l.param("TZID"); name != "" && !m.date {
		m.zone = e.zone(name, zones)
	}
	return m, true
}

// length is a DURATION: days that a clock counts, and seconds that pass.
type length struct {
	days    int
	seconds int64
}

// farEnd bounds lengths: nothing lasts longer than what anybody looks at.
const farEnd = 4000 // days

func parseLength(s string) (length, bool) {
	var out length
	s, ok := strings.CutPrefix(strings.TrimPrefix(s, "+"), "P")
	if !ok || s == "" {
		return out, false
	}
	days, clock, timed := strings.Cut(s, "T")
	for _, part := range []struct {
		text  string
		units string
	}{{days, "WD"}, {clock, "HMS"}} {
		rest := part.text
		for rest != "" {
			end := strings.IndexAny(rest, "WDHMS")
			if end < 0 || !strings.ContainsRune(part.units, rune(rest[end])) {
				return out, false
			}
			n, err := strconv.ParseUint(rest[:end], 10, 31)
			if err != nil {
				return out, false
			}
			out = out.add(int64(n), rest[end])
			rest = rest[end+1:]
		}
	}
	out.days = min(out.days, farEnd)
	out.seconds = min(out.seconds, farEnd*86_400)
	return out, !timed || clock != ""
}

func (d length) add(n int64, unit byte) length {
	switch unit {
	case 'W':
		d.days += int(min(n, farEnd)) * 7
	case 'D':
		d.days += int(min(n, farEnd))
	case 'H':
		d.seconds += n * 3600
	case 'M':
		d.seconds += n * 60
	case 'S':
		d.seconds += n
	}
	return d
}

// after gives the end of something of this length that starts at the reading.
func (d length) after(start recur.Local, zone *time.Location) span.Instant {
	if d.days == 0 {
		return start.Instant(zone) + span.Instant(d.seconds)*span.Second
	}
	return (start + recur.Local(d.days)*86_400).Instant(zone) + span.Instant(d.seconds)*span.Second
}

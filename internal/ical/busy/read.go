package busy

import (
	"errors"
	"io"
	"strings"

	"kept/recur"
)

// vevent is an event, or an override of one date of one.
type vevent struct {
	uid        string
	start, end line
	duration   string
	rules      []string
	exrules    []string // EXRULE of RFC 2445: what these give is left out
	rdates     []line
	exdates    []line
	override   line // RECURRENCE-ID; of one date
	free       bool // transparent, cancelled or marked as free
	zones      map[string]*vtimezone
}

// freebusy is one FREEBUSY property.
type freebusy struct{ value string }

// file reads one file.
func (r *reader) file(in io.Reader) error {
	s := newScanner(in)
	r.zones = map[string]*vtimezone{}
	f := filing{reader: r}
	calendars := 0
	for {
		l, err := s.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		switch l.name {
		case "BEGIN":
			if strings.EqualFold(l.value, "VCALENDAR") {
				calendars++
			}
			f.begin(strings.ToUpper(l.value))
		case "END":
			f.end(strings.ToUpper(l.value))
		default:
			f.property(l)
		}
	}
	if s.cut {
		r.limit(LimitLine)
	}
	if calendars == 0 {
		return ErrFormat
	}
	return nil
}

// filing knows in which component the reading is.
type filing struct {
	*reader
	path   []string // components around, the outermost first
	deeper int      // components past maxDepth, passed over
	event  *vevent
	zone   *vtimezone
	onset  *onset
}

func (f *filing) begin(name string) {
	if len(f.path) >= maxDepth {
		f.deeper++
		return
	}
	f.path = append(f.path, name)
	switch {
	case name == "VEVENT" && f.event == nil && f.zone == nil:
		f.event = &vevent{zones: f.zones}
	case name == "VTIMEZONE" && f.event == nil && f.zone == nil:
		f.zone = &vtimezone{}
	case (name == "STANDARD" || name == "DAYLIGHT") && f.zone != nil && f.onset == nil:
		f.onset = &onset{}
	}
}

func (f *filing) end(name string) {
	if f.deeper > 0 {
		f.deeper--
		return
	}
	if len(f.path) == 0 || f.path[len(f.path)-1] != name {
		return // an end without a beginning
	}
	f.path = f.path[:len(f.path)-1]
	switch {
	case f.onset != nil && (name == "STANDARD" || name == "DAYLIGHT"):
		f.zone.onsets = append(f.zone.onsets, *f.onset)
		f.onset = nil
	case f.zone != nil && name == "VTIMEZONE":
		if len(f.zones) < maxZones {
			f.zones[f.zone.name] = f.zone
		} else {
			f.limit(LimitZones)
		}
		f.zone = nil
	case f.event != nil && name == "VEVENT":
		if len(f.events) < maxEvents {
			f.events = append(f.events, f.event)
		} else {
			f.limit(LimitEvents)
		}
		f.event = nil
	}
}

// property files a property where it belongs; those of alarms and the like
// inside an event are passed over.
func (f *filing) property(l line) {
	if f.deeper > 0 || len(f.path) == 0 {
		return
	}
	switch inside := f.path[len(f.path)-1]; {
	case f.onset != nil && (inside == "STANDARD" || inside == "DAYLIGHT"):
		f.onset.take(f.reader, l)
	case f.zone != nil && inside == "VTIMEZONE":
		if l.name == "TZID" {
			f.zone.name = l.value
		}
	case f.event != nil && inside == "VEVENT":
		f.event.take(f.reader, l)
	case inside == "VFREEBUSY" && l.name == "FREEBUSY" && !strings.EqualFold(l.param("FBTYPE"), "FREE"):
		if n := strings.Count(l.value, ",") + 1; f.room(n) {
			f.free = append(f.free, freebusy{l.value})
		}
	}
}

// room counts dates and tells whether there is room for n more.
func (r *reader) room(n int) bool {
	if r.dates+n > maxDates {
		r.limit(LimitDates)
		return false
	}
	r.dates += n
	return true
}

func (e *vevent) take(r *reader, l line) {
	switch l.name {
	case "UID":
		e.uid = l.value
	case "DTSTART":
		e.start = l
	case "DTEND":
		e.end = l
	case "DURATION":
		e.duration = l.value
	case "RRULE", "EXRULE":
		switch {
		case len(e.rules)+len(e.exrules) >= 8 || len(l.value) > recur.MaxText:
			r.limit(LimitSteps)
		case l.name == "RRULE":
			e.rules = append(e.rules, l.value)
		default:
			e.exrules = append(e.exrules, l.value)
		}
	case "RDATE", "EXDATE":
		if !r.room(strings.Count(l.value, ",") + 1) {
			return
		}
		if l.name == "RDATE" {
			e.rdates = append(e.rdates, l)
		} else {
			e.exdates = append(e.exdates, l)
		}
	case "RECURRENCE-ID":
		e.override = l
	case "TRANSP":
		e.free = e.free || strings.EqualFold(l.value, "TRANSPARENT")
	case "STATUS":
		e.free = e.free || strings.EqualFold(l.value, "CANCELLED")
	case "X-MICROSOFT-CDO-BUSYSTATUS":
		e.free = e.free || strings.EqualFold(l.value, "FREE")
	}
}

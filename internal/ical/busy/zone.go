package busy

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"time"

	"kept/recur"
	"kept/span"
)

// Bounds of one VTIMEZONE.
const (
	maxOnsets  = 200  // STANDARD and DAYLIGHT parts
	maxChanges = 4000 // of the clock; a yearly rule since 1601 makes 430
)

// vtimezone is a file's own time zone.
type vtimezone struct {
	name   string
	onsets []onset
	asked  bool
	zone   *time.Location // nil while not asked, and when it makes no sense
}

// onset is a STANDARD or DAYLIGHT part: from when on the clock is how far ahead.
type onset struct {
	start    string
	from, to string
	rules    []string
	rdates   []string
}

func (o *onset) take(r *reader, l line) {
	switch l.name {
	case "DTSTART":
		o.start = l.value
	case "TZOFFSETFROM":
		o.from = l.value
	case "TZOFFSETTO":
		o.to = l.value
	case "RRULE":
		if len(o.rules) < 4 {
			o.rules = append(o.rules, l.value)
		}
	case "RDATE":
		if r.room(strings.Count(l.value, ",") + 1) {
			o.rdates = append(o.rdates, l.value)
		}
	}
}

// zone finds what a TZID means: the file's own zone, else the IANA zone of
// that name or of its end ("/citadel.org/20211217_1/Europe/Berlin"), else the
// asker's.
func (e *expander) zone(name string, own map[string]*vtimezone) *time.Location {
	if z := own[name]; z != nil {
		if !z.asked {
			z.asked = true
			z.zone = e.build(z)
		}
		if z.zone != nil {
			return z.zone
		}
	}
	for rest, more := name, true; more; _, rest, more = strings.Cut(rest, "/") {
		if zone, err := e.q.Zones.Load(rest); err == nil {
			return zone
		}
	}
	return e.q.Zone
}

// change is a moment from which on a clock is so many seconds ahead.
type change struct {
	at     int64 // seconds since 1970
	before int
	ahead  int
}

// build makes a zone of what a file says of it; nil when that is nonsense.
func (e *expander) build(z *vtimezone) *time.Location {
	if len(z.onsets) == 0 || len(z.onsets) > maxOnsets {
		return nil
	}
	var changes []change
	for _, o := range z.onsets {
		some, ok := e.changes(o)
		if !ok || len(changes)+len(some) > maxChanges {
			return nil
		}
		changes = append(changes, some...)
	}
	slices.SortStableFunc(changes, func(a, b change) int { return cmp.Compare(a.at, b.at) })
	zone, err := time.LoadLocationFromTZData("own", tzif(changes))
	if err != nil {
		return nil
	}
	return zone
}

// changes lists when an onset happens, up to a year past the window.
func (e *expander) changes(o onset) (out []change, ok bool) {
	start, err := recur.ParseLocal(o.start)
	from, ok1 := offset(o.from)
	to, ok2 := offset(o.to)
	if err != nil || !ok1 || !ok2 {
		return nil, false
	}
	set := recur.Set{Start: start}
	for _, text := range o.rules {
		rule, err := recur.Parse(text)
		if err != nil {
			return nil, false
		}
		set.Rules = append(set.Rules, rule)
	}
	for _, list := range o.rdates {
		for value := range strings.SplitSeq(list, ",") {
			at, err := recur.ParseLocal(value)
			if err != nil {
				return nil, false
			}
			set.RDates = append(set.RDates, at)
		}
	}
	// Onsets are given on the clock as it was before them.
	clock := time.FixedZone("", from)
	window := span.Span{Start: span.At(time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC)), End: e.q.Window.End + 366*span.Day}
	found, err := e.budget.Expand(set, clock, window, maxChanges)
	if err != nil || len(found) == 0 {
		return nil, false
	}
	for _, f := range found {
		out = append(out, change{at: f.At.UTC().Unix(), before: from, ahead: to})
	}
	return out, true
}

// offset reads "+0100" or "-033000" as seconds.
func offset(s string) (int, bool) {
	if (len(s) != 5 && len(s) != 7) || (s[0] != '+' && s[0] != '-') {
		return 0, false
	}
	if len(s) == 5 {
		s += "00"
	}
	n, err := strconv.ParseUint(s[1:], 10, 32)
	h, m, sec := int(n/10_000), int(n/100%100), int(n%100)
	if err != nil || h > 23 || m > 59 || sec > 59 {
		return 0, false
	}
	out := h*3600 + m*60 + sec
	if s[0] == '-' {
		out = -out
	}
	return out, true
}

// tzif writes a zone as RFC 8536 has it, version 2, for package time to read:
// one type an offset, the first that of the time before all changes.
func tzif(changes []change) []byte {
	types := []int{changes[0].before}
	for _, c := range changes {
		if !slices.Contains(types[1:], c.ahead) && len(types) < 255 {
			types = append(types, c.ahead)
		}
	}
	header := func(b []byte, counts ...uint32) []byte {
		b = append(b, "TZif2"...)
		b = append(b, make([]byte, 15)...)
		for _, n := range counts {
			b = binary.BigEndian.AppendUint32(b, n)
		}
		return b
	}
	b := header(nil, 0, 0, 0, 0, 0, 0)
	b = header(b, 0, 0, 0, uint32(len(changes)), uint32(len(types)), 2)
	for _, c := range changes {
		b = binary.BigEndian.AppendUint64(b, uint64(c.at))
	}
	for _, c := range changes {
		b = append(b, byte(1+max(0, slices.Index(types[1:], c.ahead))))
	}
	for _, ahead := range types {
		b = binary.BigEndian.AppendUint32(b, uint32(ahead))
		b = append(b, 0, 0)
	}
	return append(b, "X\x00\n\n"...)
}

package policy

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"kept/catalog"
	"kept/id"
	"kept/span"
)

// Counters lists what is to be locked before Bars is asked inside the booking's
// transaction, what the tallies are to be read from, and on what the booking is
// to be laid, each item that Counts as one span of its body: for a visit of the
// case's items at its location by any of its staff and its client. By ID, each
// once.
func (b *Book) Counters(c *Case) []Counter {
	if b == nil || len(b.limits) == 0 && !b.picky {
		return nil
	}
	var out []Counter
	for _, r := range b.limits {
		for _, p := range r.parties(c) {
			if p.kind == catalog.LimitClient && !c.traits().Known() {
				continue
			}
			one := Counter{ID: p.counter, Kind: p.kind, Own: p.own}
			if !p.own {
				one.Services, one.Locations, one.Staff = r.Services, r.Locations, r.Staff
				switch {
				case p.service != "":
					one.Services = []id.Service{p.service}
				case p.staff != "":
					one.Staff = []id.Staff{p.staff}
				case p.kind == catalog.LimitLocation:
					one.Locations = []id.Location{c.Location}
				}
			}
			out = append(out, one)
		}
	}
	for _, s := range c.Staff {
		if m, ok := b.catalog.StaffMember(s); ok && (m.Preferences.MaxVisits > 0 || m.Preferences.MaxMin > 0) {
			out = append(out, Counter{ID: staffCounter(s), Kind: catalog.LimitStaff, Own: true})
		}
	}
	slices.SortStableFunc(out, func(x, y Counter) int { return cmp.Compare(x.ID, y.ID) })
	return slices.CompactFunc(out, func(x, y Counter) bool { return x.ID == y.ID })
}

// Counts tells whether an item of a booking is counted.
func (c *Counter) Counts(service id.Service, lead id.Staff, location id.Location) bool {
	return (len(c.Services) == 0 || slices.Contains(c.Services, service)) &&
		(len(c.Staff) == 0 || slices.Contains(c.Staff, lead)) &&
		(len(c.Locations) == 0 || slices.Contains(c.Locations, location))
}

// TallyWindow widens a window of starts so that what meets it is all that Bars
// of the window needs to count: to whole days, weeks or months of the limits
// that are about the case, and a day more on both sides.
func (b *Book) TallyWindow(c *Case, window span.Span) span.Span {
	if b == nil || window.Empty() {
		return window
	}
	zone := c.zone()
	first, last := span.DateOf(window.Start.In(zone)), span.DateOf((window.End - 1).In(zone))
	from, to, any := first, last, b.picky
	for _, r := range b.limits {
		if !slices.ContainsFunc(c.Items, func(i Item) bool { return r.about(i.Service.ID, c.Location) }) {
			continue
		}
		any = true
		switch r.Limit.Per {
		case catalog.PerWeek:
			from, to = earlier(from, periodOf(catalog.PerWeek, first)), later(to, periodOf(catalog.PerWeek, last).AddDays(6))
		case catalog.PerMonth:
			end := span.Date{Year: last.Year, Month: last.Month + 1, Day: 1}.AddDays(-1)
			from, to = earlier(from, periodOf(catalog.PerMonth, first)), later(to, end)
		}
	}
	if !any {
		return window
	}
	return span.Span{Start: from.AddDays(-1).Start(zone), End: to.AddDays(2).Start(zone)}
}

func earlier(a, b span.Date) span.Date {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b span.Date) span.Date {
	if a.Before(b) {
		return b
	}
	return a
}

// party is one who is counted by a limit.
type party struct {
	kind    string
	counter string
	own     bool
	service id.Service
	staff   id.Staff
}

// parties lists who is counted by a limit when the case is booked, whatever
// its expression and dates say: what is laid on a counter must be complete.
func (r *rule) parties(c *Case) []party {
	var out []party
	put := func(p party, part string) {
		p.kind = r.Limit.Of
		if hash := r.part(); hash != "" && !p.own {
			part += "/" + hash
		}
		p.counter = part
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	for i := range c.Items {
		item := &c.Items[i]
		if !r.about(item.Service.ID, c.Location) {
			continue
		}
		if len(r.Staff) > 0 && !slices.ContainsFunc(c.Staff, func(s id.Staff) bool { return r.by(s) && (item.Staff == "" || item.Staff == s) }) {
			continue
		}
		switch r.Limit.Of {
		case catalog.LimitBusiness:
			put(party{}, "business")
		case catalog.LimitLocation:
			put(party{}, "location:"+string(c.Location))
		case catalog.LimitService:
			put(party{service: item.Service.ID}, "service:"+string(item.Service.ID))
		case catalog.LimitClient:
			put(party{own: true}, "client:"+string(c.traits().Client))
		case catalog.LimitStaff:
			for _, s := range c.Staff {
				if r.by(s) {
					put(party{staff: s, own: r.part() == ""}, staffCounter(s))
				}
			}
		}
	}
	return out
}

func staffCounter(s id.Staff) string { return "staff:" + string(s) }

// part names what of a party a limit counts; empty when all of it.
func (r *rule) part() string {
	var b strings.Builder
	if r.Limit.Of != catalog.LimitService {
		write(&b, 's', r.Services)
	}
	if r.Limit.Of != catalog.LimitLocation {
		write(&b, 'l', r.Locations)
	}
	if r.Limit.Of != catalog.LimitStaff {
		write(&b, 'p', r.Staff)
	}
	if b.Len() == 0 {
		return ""
	}
	h := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(h[:8])
}

func write[T ~string](b *strings.Builder, kind byte, ids []T) {
	for _, one := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		b.WriteByte(kind)
		b.WriteString(string(one))
	}
}

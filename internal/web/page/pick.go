package page

import (
	"net/http"
	"slices"
	"time"

	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/span"
)

// pick asks for the choice of staff, day and time, for booking and for moving.
type pick struct {
	lines     []booking.Line
	location  id.Location
	staff     id.Staff
	day       string
	start     string
	except    id.Booking
	public    bool
	gone      span.Instant   // a time that was wanted and is taken; 0 for none
	withStaff bool           // the staff can be chosen
	party     int            // how many come; 0 is 1
	answers   map[string]any // to what shapes the visit
	anyOrder  bool           // the services may follow each other in any order
	client    id.Client      // whose visit it is, where that is known
	link      func(staff id.Staff, day, start string) string
	partyLink func(party int) string // nil where the party can't be chosen
}

// picked is a choice as it can be shown, in the zone of the place.
type picked struct {
	view.Picker
	zone  *time.Location
	until span.Instant // when the chosen time ends; 0 for none, and for work that is dropped off
	price string       // of the chosen time; of the first one, where what was answered changes it
	takes int          // minutes of that first one
}

// daysAhead bounds how far the search for the next free day looks.
const daysAhead = 60

// picker fills the choice and gives the chosen start, 0 for none. When no day
// was asked for, it opens on the first one that has something free.
func (p *Pages) picker(r *http.Request, s *availability.Setting, k pick) (picked, span.Instant, error) {
	c := s.Catalog
	zone, err := p.zone(c, k.location)
	if err != nil {
		return picked{}, 0, fault.BadField("location", "unknown", "there is no such location")
	}
	today := span.DateOf(p.Clock.Now().In(zone))
	day, asked := shell.ReadDay(k.day, today), k.day != ""
	if day.Before(today) {
		day = today
	}
	if !asked {
		if first, ok, err := p.firstFree(r, s, k, zone, today); err != nil {
			return picked{}, 0, err
		} else if ok {
			day = first
		}
	}
	monday := day.AddDays(1 - day.Weekday())
	reader, err := p.reader(r, c.Business.ID, k.client)
	if err != nil {
		return picked{}, 0, err
	}
	offer, err := p.Desk.Offer(r.Context(), c.Business.ID, booking.Search{
		Lines: k.lines, Location: k.location, From: later(monday, today), To: monday.AddDays(6), Except: k.except, Public: k.public,
		Party: k.party, Reader: reader, Answers: k.answers, AnyOrder: k.anyOrder,
	})
	if err != nil {
		return picked{}, 0, err
	}
	out := picked{zone: zone}
	p.parties(r, &out, c, k)
	p.days(r, &out, k, offer, day, today)
	at := p.dayTimes(r, &out, k, offer, day)
	p.others(r, &out, k, offer)
	explain(r, &out, c.Business.Slug, reader)
	if k.withStaff {
		p.crew(r, &out, c, k)
	}
	if len(out.Times) == 0 {
		if next, ok, err := p.firstFree(r, s, k, zone, day.AddDays(1)); err != nil {
			return out, 0, err
		} else if ok {
			out.NextFree = view.Link{
				Text: shell.Printer(r).Date(next.Start(zone).In(zone)), Href: k.link(k.staff, next.String(), ""),
			}
		}
	}
	out.ZoneNote = p.zoneNote(r, zone, max(at, day.Start(zone)))
	return out, at, nil
}

// reader is who looks at the times, where that is a client who is signed in: by
// the first of their cards, or for a visit of somebody's by that card alone.
func (p *Pages) reader(r *http.Request, business id.Business, of id.Client) (id.Client, error) {
	cards, err := p.signed(r, business)
	if err != nil {
		return "", err
	}
	for _, c := range cards {
		if of == "" || c.ID == of {
			return c.ID, nil
		}
	}
	return "", nil
}

// explain says what the marks at the times mean, where there are any.
func explain(r *http.Request, out *picked, slug string, reader id.Client) {
	marked := slices.ContainsFunc(out.Others, func(t view.TimeChoice) bool { return t.Busy })
	for _, g := range out.Times {
		marked = marked || slices.ContainsFunc(g.Times, func(t view.TimeChoice) bool { return t.Busy })
	}
	if marked {
		out.BusyNote = view.Link{Text: shell.Printer(r).T("watch.note"), Href: "/me/" + slug + "/calendar?who=" + string(reader)}
	}
}

func later(a, b span.Date) span.Date {
	if a.Before(b) {
		return b
	}
	return a
}

// firstFree finds the first day from one on that has something free.
func (p *Pages) firstFree(
	r *http.Request, s *availability.Setting, k pick, zone *time.Location, from span.Date,
) (span.Date, bool, error) {
	const stretch = 15
	for begin := 0; begin < daysAhead; begin += stretch {
		offer, err := p.Desk.Offer(r.Context(), s.Catalog.Business.ID, booking.Search{
			Lines: k.lines, Location: k.location, From: from.AddDays(begin), To: from.AddDays(begin + stretch - 1),
			Except: k.except, Public: k.public, Party: k.party, Answers: k.answers, AnyOrder: k.anyOrder,
		})
		if err != nil {
			return from, false, err
		}
		if len(offer.Slots) > 0 {
			return span.DateOf(offer.Slots[0].Start.In(zone)), true, nil
		}
	}
	return from, false, nil
}

// days fills the strip of the week with the share of free time of each day:
// the day's slots against the fullest day of the week.
func (p *Pages) days(r *http.Request, out *picked, k pick, offer *booking.Offer, chosen, today span.Date) {
	pr := shell.Printer(r)
	monday := chosen.AddDays(1 - chosen.Weekday())
	free := map[span.Date]int{}
	for _, s := range offer.Slots {
		free[span.DateOf(s.Start.In(out.zone))] += max(1, len(s.Leads))
	}
	most := 1
	for _, n := range free {
		most = max(most, n)
	}
	out.Month = pr.MonthYear(monday.AddDays(3).Start(out.zone).In(out.zone))
	for i := range 7 {
		d := monday.AddDays(i)
		noon := (d.Start(out.zone) + 12*span.Hour).In(out.zone)
		one := view.Day{
			Weekday: pr.WeekdayShort(noon), Number: noon.Format("2"), Label: pr.DateLong(noon), Chosen: d == chosen, Today: d == today,
			Free: free[d] * 100 / most,
		}
		if !d.Before(today) {
			one.Href = k.link(k.staff, d.String(), "")
		}
		out.Days = append(out.Days, one)
	}
	if today.Before(monday) {
		out.Prev = k.link(k.staff, later(monday.AddDays(-7), today).String(), "")
	}
	out.Next = k.link(k.staff, monday.AddDays(7).String(), "")
}

// The parts of the day begin at these hours.
const (
	morning   = 5
	afternoon = 12
	evening   = 17
	night     = 22
)

// dayTimes fills the times of the chosen day and gives the chosen start, if it is among them.
func (p *Pages) dayTimes(r *http.Request, out *picked, k pick, offer *booking.Offer, day span.Date) span.Instant {
	pr := shell.Printer(r)
	out.DayTitle = pr.DateLong((day.Start(out.zone) + 12*span.Hour).In(out.zone))
	wanted, err := readStart(k.start)
	if err != nil {
		wanted = 0
	}
	var at span.Instant
	part := ""
	for i, s := range offer.Slots {
		local := s.Start.In(out.zone)
		if span.DateOf(local) != day || i > 0 && offer.Slots[i-1].Start == s.Start {
			continue // another day; or with others it takes another time or price, shown once it is chosen
		}
		if now := partOf(local.Hour()); now != part {
			part = now
			out.Times = append(out.Times, view.TimeGroup{Name: pr.T(now)})
		}
		choice := view.TimeChoice{
			Time: pr.Time(local), Price: pr.PriceShort(offer.Quote(s).Total), Chosen: s.Start == wanted,
			Href: k.link(k.staff, day.String(), local.Format(time.RFC3339)), Busy: offer.Busy(i),
		}
		if n := placesLeft(offer, i); n > 0 {
			choice.Note = pr.N("session.left", n)
		}
		if i < len(offer.Until) {
			choice.Time = pr.Time(local) + "–" + pr.Time(offer.Until[i].In(out.zone))
			choice.Note = pr.T("slot.ready", "when", pr.RelativeTime(s.End.In(out.zone), offer.Now.In(out.zone)))
		}
		if label := offer.Label(i); label != "" {
			choice.Tag, choice.TagFit = pr.T("slot."+label), label == availability.LabelBestFit
		}
		if len(k.answers) > 0 && out.price == "" && len(offer.Until) == 0 {
			out.takes, out.price = int((s.End-s.Start)/span.Minute), pr.Price(offer.Quote(s).Total)
		}
		if choice.Chosen {
			at = s.Start
			if offer.Until == nil && offer.Free == nil {
				out.until, out.price = s.End, pr.Price(offer.Quote(s).Total)
			}
		}
		group := &out.Times[len(out.Times)-1]
		group.Times = append(group.Times, choice)
	}
	return at
}

func partOf(hour int) string {
	switch {
	case hour < morning || hour >= night:
		return "part.night"
	case hour < afternoon:
		return "part.morning"
	case hour < evening:
		return "part.afternoon"
	default:
		return "part.evening"
	}
}

// crew fills the choice of staff: anyone, and those who perform one of the services.
func (p *Pages) crew(r *http.Request, out *picked, c *catalog.Catalog, k pick) {
	var who []view.StaffChoice
	for _, m := range c.Staff {
		if leadsAny(c, m, servicesOf(k.lines)) {
			who = append(who, view.StaffChoice{
				Name: shell.Named(r, c, m.Names), Href: k.link(m.ID, k.day, ""), Chosen: m.ID == k.staff,
			})
		}
	}
	if len(who) > 1 {
		out.Staff = append([]view.StaffChoice{{Href: k.link("", k.day, ""), Chosen: k.staff == ""}}, who...)
	}
}

// zoneOfReader is the zone that the reader's browser told, nil when it did not
// or has none of its own.
func (p *Pages) zoneOfReader(r *http.Request) *time.Location {
	name := p.Jar.Get(r, shell.ZoneCookie)
	if name == "" {
		return nil
	}
	zone, err := p.Zone(name)
	if err != nil {
		return nil
	}
	return zone
}

// zoneNote tells a reader whose clock differs from the place's.
func (p *Pages) zoneNote(r *http.Request, place *time.Location, at span.Instant) string {
	mine := p.zoneOfReader(r)
	if mine == nil {
		return ""
	}
	_, there := at.In(place).Zone()
	_, here := at.In(mine).Zone()
	pr := shell.Printer(r)
	switch minutes := (here - there) / 60; {
	case minutes > 0:
		return pr.T("zone.ahead", "by", pr.Duration(minutes))
	case minutes < 0:
		return pr.T("zone.behind", "by", pr.Duration(-minutes))
	default:
		return ""
	}
}

// whenText fills day and time of a visit, and the reader's own time where it differs.
func (p *Pages) whenText(r *http.Request, v *view.Visit, start, end span.Instant, zone *time.Location) {
	pr := shell.Printer(r)
	from, to := start.In(zone), end.In(zone)
	v.Day, v.Time, v.Until = pr.Date(from), pr.Time(from), pr.Time(to)
	if mine := p.zoneOfReader(r); mine != nil {
		if other := start.In(mine); other.Format("2006-01-02 15:04") != from.Format("2006-01-02 15:04") {
			v.OtherZone = pr.T("visit.yours", "time", pr.DateTime(other))
		}
	}
}

func readStart(text string) (span.Instant, error) {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || t.Year() < 1990 || t.Year() > 2100 {
		return 0, fault.BadField("start", "time", "this is no time")
	}
	return span.At(t), nil
}

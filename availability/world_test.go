package availability_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/span"
)

// world is a small business on Monday 2026-03-02 in UTC: staff a and b, both
// 09:00 to 12:00 and 13:00 to 17:00, one service of 30 minutes every 30.
type world struct {
	q       availability.Question
	f       *availability.Facts
	service *catalog.Service
}

var monday = span.At(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))

// at reads "09:30" on the world's Monday; hours beyond 24 are later days.
func at(clock string) span.Instant {
	var h, m int
	if _, err := fmt.Sscanf(clock, "%d:%d", &h, &m); err != nil {
		panic(err)
	}
	return monday + span.Minutes(60*h+m)
}

// between reads "09:00-12:00".
func between(clocks string) span.Span {
	i := strings.LastIndexByte(clocks, '-') // the first may be a sign: the day before
	return span.Span{Start: at(clocks[:i]), End: at(clocks[i+1:])}
}

// times reads "09:00-12:00 13:00-17:00".
func times(list string) span.Set {
	var out []span.Span
	for s := range strings.FieldsSeq(list) {
		out = append(out, between(s))
	}
	return span.SetOf(out...)
}

func setup(_ *testing.T) *world {
	w := &world{service: &catalog.Service{ID: "cut", IntervalMin: 30, Segments: []catalog.Segment{staffed(30)}}}
	open := times("09:00-12:00 13:00-17:00")
	w.q = availability.Question{
		Visit: []availability.Want{{Service: w.service}}, Location: "here", Window: between("00:00-24:00"), Now: at("00:00"),
	}
	w.f = &availability.Facts{
		Window: between("-24:00-48:00"),
		Places: []availability.Place{{ID: "here", Zone: time.UTC, Open: times("09:00-17:00")}},
		Staff: []availability.Person{
			{Staff: &catalog.Staff{ID: "a", AllServices: true}, Open: []availability.Open{{Spans: open}}},
			{Staff: &catalog.Staff{ID: "b", AllServices: true}, Open: []availability.Open{{Spans: open}}},
		},
	}
	return w
}

// alone leaves a as the only one, open at the given times.
func (w *world) alone(open string) {
	w.f.Staff = w.f.Staff[:1]
	w.f.Staff[0].Open[0].Spans = times(open)
}

// unit adds units of a kind.
func (w *world) unit(kind string, n int) *catalog.Resource {
	r := &catalog.Resource{ID: id.Resource(kind), Kind: kind, Units: n}
	for i := range n {
		w.f.Units = append(w.f.Units, availability.Unit{Resource: r, N: i + 1})
	}
	return r
}

// slots writes the slots as "09:00ab 09:30b".
func (w *world) slots() string {
	var out []string
	for _, s := range availability.Slots(w.q, w.f) {
		line := s.Start.UTC().Format("15:04")
		for _, l := range w.f.Who(s.Leads) {
			line += string(l)
		}
		out = append(out, line)
	}
	return strings.Join(out, " ")
}

func staffed(minutes int) catalog.Segment {
	return catalog.Segment{DurationMin: minutes, Staff: &catalog.StaffNeed{Count: 1}}
}

func taken(clocks string) availability.Row {
	return availability.Row{Span: between(clocks), Exclusive: true, Source: "booked", Kind: availability.RowBooking}
}

func off(clocks string) availability.Row {
	return availability.Row{Span: between(clocks), Source: "away", Kind: availability.RowTimeOff}
}

func needs(kind string, n int) []catalog.ResourceNeed {
	return []catalog.ResourceNeed{{Kind: kind, Count: n}}
}

package sample

import (
	"math"
	"math/rand/v2"

	"kept/booking"
	"kept/client"
	"kept/id"
	"kept/money"
	"kept/span"
)

// lot is what chance has in store for a visit, each from 0 to 1. It is drawn
// when the visit is thought of, whatever the hour, so that what became of it
// follows from the lot and the clock.
type lot struct {
	fate   float64 // kept, missed, cancelled
	lead   float64 // how long before it was booked
	answer float64 // whether and when the reminder was answered
	late   float64 // how late they come and go
	pay    float64
	desk   float64 // whether a regular booked it at the last visit
}

func newLot(rng *rand.Rand) lot {
	return lot{rng.Float64(), rng.Float64(), rng.Float64(), rng.Float64(), rng.Float64(), rng.Float64()}
}

// The shares of what becomes of visits.
const (
	cancelledPast  = 0.08
	cancelledAhead = 0.04 // as yet
	missed         = 0.05
	requested      = 0.04
)

// tell sets what has become of a visit by now; false when it was cancelled.
func (s *season) tell(in *booking.Imported, v visit, l lot, day int) bool {
	end := in.Placement.End
	in.CreatedAt = s.created(v, l)
	if reminded := in.Start - span.Day + span.Instant(l.late*3*float64(span.Hour)); l.answer < 0.7 &&
		reminded <= s.now && reminded > in.CreatedAt {
		in.Attendance = whole(reminded)
	}
	cancelled := cancelledPast
	if day > 0 {
		cancelled = cancelledAhead
	}
	miss := l.fate > 1-missed
	gap := span.Minutes(int(l.late * 12))
	switch {
	case l.fate < cancelled:
		in.Status, in.Attendance = booking.Cancelled, 0
	case in.Start > s.now+gap && day > 0 && l.fate < cancelled+requested && in.Attendance == 0:
		in.Status = booking.Requested
	case in.Start > s.now+gap, in.Start+gap > s.now && l.answer > 0.5:
		in.Status = booking.Confirmed
	case miss && in.Start+span.Minutes(20) < s.now:
		in.Status, in.Attendance = booking.NoShow, 0
	case miss, end+gap > s.now:
		in.Status = booking.CheckedIn
	default:
		in.Status = booking.Completed
		s.pay(in, v.service.Price, l)
	}
	return in.Status != booking.Cancelled
}

// pay notes what was paid and how; nothing for what is free.
func (s *season) pay(in *booking.Imported, price money.Amount, l lot) {
	if price.Amount == 0 {
		return
	}
	in.Paid, in.Method = &price, "cash"
	if l.pay < float64(s.people.Methods["card"])/100 {
		in.Method = "card"
	}
}

// created is when a visit was booked: at the desk as the last one ended, or
// some days before, by day or in the evening, and never shorter before than
// the service asks for.
func (s *season) created(v visit, l lot) span.Instant {
	const usual, longest = 6 * span.Day, 35 * span.Day
	if v.of != nil {
		return v.of.made
	}
	earliest := v.start - span.Instant(v.service.HorizonDays-1)*span.Day
	latest := min(v.start-span.Minutes(v.service.NoticeMin+15), s.now-span.Minutes(5))
	if was, ok := s.last[v.client]; ok && v.regular && l.desk < 0.6 && was.end < latest && v.start-was.end < longest {
		return whole(was.end)
	}
	ahead := span.Instant(-math.Log(1-l.lead) * float64(usual))
	at := latest - min(ahead, longest-span.Day*5)
	if hour := at.In(s.zone).Hour(); hour < 7 {
		at -= 9 * span.Hour
	}
	return whole(max(at, earliest))
}

// whole cuts an instant to the second.
func whole(i span.Instant) span.Instant { return i - i%span.Second }

// settle keeps the clients who ever booked. Each card is as old as its first
// booking, and so is its identifier, by which lists are ordered.
func (s *season) settle() {
	first := map[id.Client]span.Instant{}
	for _, v := range s.w.Visits {
		if at, ok := first[v.Client]; !ok || v.CreatedAt < at {
			first[v.Client] = v.CreatedAt
		}
	}
	var known []client.Client
	renamed := map[id.Client]id.Client{}
	for _, c := range s.w.Clients {
		if at, ok := first[c.ID]; ok {
			renamed[c.ID] = id.Derive[id.Client](at.UTC(), string(c.ID))
			c.ID, c.CreatedAt, c.UpdatedAt = renamed[c.ID], at, at
			known = append(known, c)
		}
	}
	for i := range s.w.Visits {
		s.w.Visits[i].Client = renamed[s.w.Visits[i].Client]
	}
	s.w.Clients = known
}

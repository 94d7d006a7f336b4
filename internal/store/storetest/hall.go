package storetest

import (
	"fmt"
	"slices"

	"github.com/anishathalye/porcupine"

	"kept/fault"
)

// The hall of the mixed race: so many days, people, rows of half hours, and on
// each day one session. Small, so that everybody gets in everybody's way.
const (
	hallDays    = 3
	hallStaff   = 2
	hallRows    = 4
	hallClients = 8
	hallSeats   = 4 // of each day's session
	dayLimit    = 6 // visits a day, held ones too
	activeLimit = 4 // visits of one client to come
)

// The ids of the two limits, by which a refusal names them.
const (
	ruleDay    = "by-day"
	ruleActive = "by-client"
	ruleBusy   = "client" // a client is in one place at a time
)

// spot is a half hour of somebody's.
type spot struct{ day, staff, row int }

// held marks the number of a client whose hold, not visit, takes a spot.
const held = 100

// hall is the whole state: who has which spot (0: nobody), and how many seats
// each client has in each day's session.
type hall struct {
	spots [hallDays][hallStaff][hallRows]uint8
	seats [hallDays][hallClients + 1]uint8
}

func (h *hall) at(s spot) *uint8 { return &h.spots[s.day][s.staff][s.row] }

// visits counts what the day's limit counts.
func (h *hall) visits(day int) (n int) {
	for _, rows := range h.spots[day] {
		for _, who := range rows {
			if who != 0 {
				n++
			}
		}
	}
	for _, seats := range h.seats[day] {
		if seats > 0 {
			n++
		}
	}
	return n
}

// taken counts the seats of a day's session.
func (h *hall) taken(day int) (n int) {
	for _, seats := range h.seats[day] {
		n += int(seats)
	}
	return n
}

// of counts the visits of a client.
func (h *hall) of(who int) (n int) {
	for day := range hallDays {
		for staff := range hallStaff {
			for _, x := range h.spots[day][staff] {
				if int(x) == who {
					n++
				}
			}
		}
		if h.seats[day][who] > 0 {
			n++
		}
	}
	return n
}

// with tells whether a client is with anybody in the half hour of a spot.
func (h *hall) with(who int, s spot) bool {
	for staff := range hallStaff {
		if int(h.spots[s.day][staff][s.row]) == who {
			return true
		}
	}
	return false
}

// deed is what somebody does: gives up and takes at one instant. A deed that
// only reads has a verb.
type deed struct {
	verb  string
	who   int    // client, from 1; of holds whose they are
	give  []spot // what was theirs
	take  []spot
	hold  bool // takes by a hold
	held  bool // what is given was held
	leave int  // from 1: the day of the seats given up
	enter int  // from 1: the day of the seats taken
	party int
	day   int // of a look
	of    int // of a look: whose time, or theLimit
}

// theLimit is what a look sees of the day's limit.
const theLimit = hallStaff

// spotsOf are the half hours of a day.
type spotsOf = [hallStaff][hallRows]bool

const (
	verbLook = "look"
	verbPeek = "peek"
)

// told is what came of it: the code or rule of a refusal, or what was read.
type told struct {
	no   string
	open spotsOf // of a look
	hall hall    // of a peek
	rows []laid  // of a peek, before the hall is made of them
}

// step plays a deed on the hall and tells whether it can have been answered so.
// A look tells of one person or of the limit: an offer is no promise, and it may
// have read each of them at an instant of its own.
func step(h hall, d deed, got told) (bool, hall) {
	switch d.verb {
	case verbLook:
		if got.open == (spotsOf{}) {
			return h.visits(d.day) >= dayLimit || h.free(d.day, 0) == [hallRows]bool{}, h
		}
		if d.of == theLimit {
			return h.visits(d.day) < dayLimit, h
		}
		return h.free(d.day, d.of) == got.open[d.of], h
	case verbPeek:
		return h == got.hall, h
	}
	next, refusals := play(h, d)
	if got.no != "" {
		return slices.Contains(refusals, got.no), h
	}
	return len(refusals) == 0, next
}

// free lists the half hours of a person's day.
func (h *hall) free(day, staff int) (out [hallRows]bool) {
	for row, who := range h.spots[day][staff] {
		out[row] = who == 0
	}
	return out
}

// play gives the hall after a deed, or all reasons for which it may be refused.
func play(h hall, d deed) (next hall, no []string) {
	mine := uint8(d.who)
	was := mine
	if d.held {
		was = held + mine
	}
	for _, s := range d.give {
		if *h.at(s) != was {
			return h, []string{"not theirs"}
		}
		*h.at(s) = 0
	}
	if d.leave > 0 {
		if h.seats[d.leave-1][d.who] == 0 {
			return h, []string{"not theirs"}
		}
		h.seats[d.leave-1][d.who] = 0
	}
	refuse := func(when bool, why string) {
		if when {
			no = append(no, why)
		}
	}
	takes := len(d.take)
	for _, s := range d.take {
		refuse(*h.at(s) != 0, fault.CodeSlotTaken)
		refuse(h.visits(s.day) >= dayLimit, ruleDay)
		refuse(!d.hold && h.with(d.who, s), ruleBusy)
	}
	if d.enter > 0 {
		takes++
		refuse(h.taken(d.enter-1)+d.party > hallSeats, fault.CodeSlotTaken)
		refuse(h.visits(d.enter-1) >= dayLimit, ruleDay)
		refuse(h.seats[d.enter-1][d.who] > 0, ruleBusy)
	}
	refuse(!d.hold && takes > 0 && h.of(d.who)+takes > activeLimit, ruleActive)
	for _, s := range d.take {
		*h.at(s) = mine
		if d.hold {
			*h.at(s) += held
		}
	}
	if d.enter > 0 {
		h.seats[d.enter-1][d.who] = uint8(d.party)
	}
	return h, no
}

// hallModel is the hall for porcupine: one whole, for limits bind all of it.
func hallModel() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return hall{} },
		Step: func(state, input, output any) (bool, any) {
			return step(state.(hall), input.(deed), output.(told)) //nolint:forcetypeassert // nothing else is recorded
		},
		Equal: func(a, b any) bool { return a.(hall) == b.(hall) }, //nolint:forcetypeassert // as above
		DescribeOperation: func(input, output any) string {
			return fmt.Sprintf("%+v: %q", input, output.(told).no) //nolint:forcetypeassert // as above
		},
	}
}

package bench

import (
	"fmt"
	"slices"
	"time"
)

// What the fixture is made of. Minutes are minutes of the local day.
const (
	zoneName   = "Europe/Berlin"
	clockStart = "2026-11-22T00:00:00+01:00"
	seed       = 20261122
	slug       = "bench"
	visitMin   = 30
	gridMin    = 15
	perDay     = 8  // bookings of each staff member on a working day
	fewStaff   = 10 // perform the service of W2
	priceMinor = 4500
)

// openHours are the hours of everybody, Monday to Friday.
func openHours() [2][2]int { return [2][2]int{{9 * 60, 12 * 60}, {13 * 60, 17 * 60}} }

// splitmix is Steele's, Lea's and Flood's splitmix64.
type splitmix uint64

func (s *splitmix) next() uint64 {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// day is a day of the month of the fixture, 0 being the first.
type day int

// world is the fixture, and the oracle: it knows what every answer must be.
type world struct {
	staff, days int
	zone        *time.Location
	legal       []int          // starts of a day on which nothing is taken
	taken       [][][]int      // by staff and day: the starts of the bookings, in order
	names       []string       // of the staff
	index       map[string]int // of the staff, by the id that the program gave
	ids         []string
}

// newWorld draws the fixture: staff by staff, day by day, booking by booking, drawn again on overlap.
func newWorld(staff, days int) (*world, error) {
	zone, err := time.LoadLocation(zoneName)
	if err != nil {
		return nil, fmt.Errorf("the fixture's zone: %w", err)
	}
	w := &world{staff: staff, days: days, zone: zone, index: map[string]int{}, ids: make([]string, staff)}
	for _, span := range openHours() {
		for m := span[0]; m+visitMin <= span[1]; m += gridMin {
			w.legal = append(w.legal, m)
		}
	}
	random := splitmix(seed)
	for s := range staff {
		w.names = append(w.names, fmt.Sprintf("Staff %03d", s+1))
		diary := make([][]int, days)
		for d := range diary {
			if !w.working(day(d)) {
				continue
			}
			for len(diary[d]) < perDay {
				m := w.legal[random.next()%uint64(len(w.legal))]
				if !slices.ContainsFunc(diary[d], func(o int) bool { return overlap(m, o) }) {
					diary[d] = append(diary[d], m)
				}
			}
			slices.Sort(diary[d])
		}
		w.taken = append(w.taken, diary)
	}
	return w, nil
}

// overlap tells whether two visits of one day overlap.
func overlap(a, b int) bool { return a < b+visitMin && b < a+visitMin }

func (w *world) midnight(d day) time.Time {
	return time.Date(2026, time.November, 30+int(d), 0, 0, 0, 0, w.zone)
}

// at is a minute of a local day. The clocks do not change in the fixture's month.
func (w *world) at(d day, minute int) time.Time {
	return time.Date(2026, time.November, 30+int(d), minute/60, minute%60, 0, 0, w.zone)
}

func (w *world) date(d day) string { return w.midnight(d).Format(time.DateOnly) }

func (w *world) last() day { return day(w.days - 1) }

func (w *world) working(d day) bool {
	weekday := w.midnight(d).Weekday()
	return weekday != time.Saturday && weekday != time.Sunday
}

// free are the starts on which a staff member can be booked.
func (w *world) free(staff int, d day) []int {
	if !w.working(d) {
		return nil
	}
	var free []int
	for _, m := range w.legal {
		if !slices.ContainsFunc(w.taken[staff][d], func(o int) bool { return overlap(m, o) }) {
			free = append(free, m)
		}
	}
	return free
}

// want is one slot that an answer must contain: who of the staff can be booked then, in order.
type want struct {
	start time.Time
	staff []int
}

// expect is the whole answer to "when is one of the first n staff free", first and last day included.
func (w *world) expect(n int, first, last day) []want {
	var all []want
	for d := first; d <= last; d++ {
		who := map[int][]int{}
		for s := range n {
			for _, m := range w.free(s, d) {
				who[m] = append(who[m], s)
			}
		}
		for _, m := range w.legal {
			if len(who[m]) > 0 {
				all = append(all, want{w.at(d, m), who[m]})
			}
		}
	}
	return all
}

// visit is something to book.
type visit struct {
	staff int
	start time.Time
}

func (v visit) end() time.Time { return v.start.Add(visitMin * time.Minute) }

// booked are the bookings of the fixture, in the order in which they were drawn.
func (w *world) booked() []visit {
	var all []visit
	for s := range w.staff {
		for d := range w.taken[s] {
			for _, m := range w.taken[s][d] {
				all = append(all, visit{s, w.at(day(d), m)})
			}
		}
	}
	return all
}

// take notes a visit that was booked beside the fixture's.
func (w *world) take(v visit) {
	d := int(v.start.Sub(w.midnight(0)) / (24 * time.Hour))
	local := v.start.In(w.zone)
	w.taken[v.staff][d] = append(w.taken[v.staff][d], 60*local.Hour()+local.Minute())
}

// gaps are free visits that do not overlap each other, shuffled, always alike.
func (w *world) gaps() []visit {
	var all []visit
	for s := range w.staff {
		for d := range w.days {
			until := 0
			for _, m := range w.free(s, day(d)) {
				if m >= until {
					all = append(all, visit{s, w.at(day(d), m)})
					until = m + visitMin
				}
			}
		}
	}
	random := splitmix(seed + 1)
	for i := len(all) - 1; i > 0; i-- {
		j := int(random.next() % uint64(i+1))
		all[i], all[j] = all[j], all[i]
	}
	return all
}

// named notes the id that the program gave a staff member.
func (w *world) named(staff int, id string) {
	w.ids[staff], w.index[id] = id, staff
}

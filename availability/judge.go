package availability

import (
	"cmp"
	"slices"
	"sync"

	"kept/id"
	"kept/span"
)

// far is later than every instant and -far earlier; both are small enough to
// be added to.
const far = span.Instant(1) << 61

// judge is one question put to the facts: the plan, what is busy on each lane,
// and the scratch of the search. Slots, Place, Choose, Check and Explain all
// ask one; what they find depends on nothing else.
//
// Its methods about a start must be asked in the order of time: lanes keep a
// cursor.
type judge struct {
	q      Question
	f      *Facts
	plan   plan
	window span.Span   // which starts are of interest
	limits []span.Span // by place: which starts its rules let through; empty where it is out
	always span.Set    // under Override: the window on is one open span
	people []lane
	things []lane
	client lane
	places []lane     // their closed times
	rows   []busy     // backing of the lanes
	pauses []pauses   // by person: their breaks, read when they are first needed
	able   []bool     // by role, then person: performs the service and knows what the role needs
	named  []int      // by item: index of the person named, -1 for anyone, -2 for nobody here
	bars   span.Set   // starts shut for everybody
	barred []span.Set // by item, then person: starts shut for them; nil where there are none
	strict bool       // there is more to a simple visit than its lead's lane: breaks or a gate
	order  []int      // in which units are taken, nil for theirs

	runs   []run
	starts []span.Instant
	each   each

	base   span.Instant // start of the first claim of the start being judged
	turn   uint32       // which start is being judged
	memo   []uint32     // by place, role, person: turn of the last answer, and the answer in bit 0
	pooled uint64       // turn and place for which units holds
	fits   bool         // the answer for pooled
	staff  []int        // who performs each part, as laid out by part.at
	units  []int        // which units each pool has, as laid out by pool.at
	tried  []int        // by the matching: whom it need not ask again
}

// busy is a stretch of a lane on which nothing can be placed.
type busy struct {
	span.Span
	startsTaken, endsTaken bool // an exclusive row begins, ends there: it makes an edge
}

// lane is the busy stretches of one party, sorted, apart from each other.
type lane struct {
	busy  []busy
	next  int // cursor: all before it end before judge.base
	ready bool
}

// run is the candidate starts of one lead at one place.
type run struct {
	lead, place int // lead -1 where nobody is needed
	from, to    int // judge.starts[from:to]
}

func newJudge(q *Question, f *Facts, window span.Span) *judge {
	j := new(judge)
	j.hear(q, f, window)
	return j
}

// judges are those whose answer is given and holds nothing of theirs: who asks
// next finds their room.
var judges = sync.Pool{New: func() any { return new(judge) }} //nolint:gochecknoglobals // holds no state

// release lets go of the question and the facts and keeps the room. Nothing
// may ask the judge any more.
func (j *judge) release() {
	*j = judge{
		plan:   plan{parts: j.plan.parts, roles: j.plan.roles, items: j.plan.items},
		limits: j.limits, places: j.places, able: j.able, named: j.named, runs: j.runs, starts: j.starts, each: j.each,
	}
	judges.Put(j)
}

// room is a slice of n zeros, that given where it is large enough.
func room[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// hear gives a judge that holds nothing its question.
func (j *judge) hear(q *Question, f *Facts, window span.Span) {
	j.q, j.f, j.window = *q, f, window
	j.plan.lay(q.Visit)
	if q.Override {
		j.always = span.Set{{Start: window.Start, End: far}}
	}
	j.places = room(j.places, len(f.Places))
	if len(j.plan.pools) > 0 {
		j.things = make([]lane, len(f.Units))
	}
	j.setAble()
	j.setLimits()
	j.setBars()
}

// setBars sorts the bars by whom they concern.
func (j *judge) setBars() {
	if j.q.Override {
		return
	}
	j.strict = j.q.Gate != nil
	for i := range j.f.Staff {
		j.strict = j.strict || len(j.f.Staff[i].Breaks) > 0
	}
	if len(j.q.Bars) == 0 {
		return
	}
	var all []span.Span
	n := len(j.f.Staff)
	of := make([][]span.Span, len(j.plan.items)*n)
	for _, b := range j.q.Bars {
		if b.Staff == "" {
			all = append(all, b.Span)
			continue
		}
		who := j.f.find(b.Staff)
		for i := range j.plan.items {
			if who >= 0 && j.concerns(&b, i) {
				of[i*n+who] = append(of[i*n+who], b.Span)
			}
		}
	}
	j.bars = span.SetOf(all...)
	j.barred = make([]span.Set, len(of))
	for i := range of {
		j.barred[i] = span.SetOf(of[i]...)
	}
}

// concerns tells whether a bar for one person is about an item.
func (j *judge) concerns(b *Bar, item int) bool {
	return b.Service == "" || b.Service == j.plan.items[item].service.ID
}

// open to a start tells whether no bar shuts it for everybody.
func (j *judge) unbarred(s span.Instant) bool {
	_, shut := j.bars.Around(s)
	return !shut
}

// allows tells whether no bar keeps the person out of an item of a visit that starts then.
func (j *judge) allows(item, who int, s span.Instant) bool {
	if j.barred == nil {
		return true
	}
	_, shut := j.barred[item*len(j.f.Staff)+who].Around(s)
	return !shut
}

// setAble finds out who can do what.
func (j *judge) setAble() {
	n := len(j.f.Staff)
	j.able = room(j.able, len(j.plan.roles)*n)
	j.named = room(j.named, len(j.plan.items))
	for i := range j.plan.items {
		it := &j.plan.items[i]
		j.named[i] = -1
		if it.named != "" {
			j.named[i] = -2
		}
		if it.first < 0 {
			continue
		}
		for w := range j.f.Staff {
			who := j.f.Staff[w].Staff
			if it.named != "" && who.ID == it.named {
				j.named[i] = w
			}
			if !who.Performs(it.service.ID) {
				continue
			}
			for k := it.first; k < it.to; k++ {
				p := &j.plan.parts[k]
				for r := p.role; r < p.role+p.roles; r++ {
					j.able[r*n+w] = who.Knows(j.plan.roles[r].need)
				}
			}
		}
	}
}

// setLimits works the rules about the start alone into one span a place.
func (j *judge) setLimits() {
	j.limits = room(j.limits, len(j.f.Places))
	if j.plan.length <= 0 {
		return
	}
	for i := range j.f.Places {
		if !j.admits(i) {
			continue
		}
		lim := j.window
		if !j.q.Override && !j.q.Standing {
			lim.Start = max(lim.Start, j.q.Now+j.plan.notice)
			lim.End = min(lim.End, j.horizon(i))
		}
		j.limits[i] = lim
	}
}

// admits tells whether the visit may be at the place at all.
func (j *judge) admits(place int) bool {
	at := j.f.Places[place].ID
	if j.q.Location != "" && j.q.Location != at {
		return false
	}
	for i := range j.plan.items {
		if l := j.plan.items[i].service.Locations; len(l) > 0 && !slices.Contains(l, at) {
			return false
		}
	}
	return true
}

// horizon is the first instant past the last bookable local day of the place.
func (j *judge) horizon(place int) span.Instant {
	if j.plan.horizon == 0 {
		return far
	}
	zone := j.f.Places[place].zone()
	return span.DateOf(j.q.Now.In(zone)).AddDays(j.plan.horizon + 1).Start(zone)
}

// open is when the person works at the place.
func (j *judge) open(person, place int) span.Set {
	if j.q.Override {
		return j.always
	}
	if person < 0 {
		return j.f.Places[place].Open
	}
	for _, o := range j.f.Staff[person].Open {
		if o.Place == place {
			return o.Spans
		}
	}
	return nil
}

// counts tells whether a row matters to the question at all.
func (q *Question) counts(r *Row) bool {
	return (r.Expires == 0 || r.Expires > q.Now) && (q.Except == "" || r.Source != q.Except) &&
		(r.Exclusive || !q.Override)
}

// stretches reads the busy stretches that rows make near the window, one
// after the other.
type stretches struct {
	j      *judge
	rows   []Row
	at     int
	lo, hi span.Instant // what ends before or begins after cannot matter
}

func (j *judge) stretches(rows []Row) stretches {
	return stretches{j: j, rows: rows, lo: j.window.Start + j.plan.earliest, hi: j.window.End + j.plan.latest}
}

// next reads one; false when there is none left.
func (x *stretches) next() (b busy, ok bool) {
	for x.at < len(x.rows) {
		r := &x.rows[x.at]
		x.at++
		if r.End < x.lo || !x.j.q.counts(r) || r.Empty() {
			continue
		}
		if r.Start > x.hi {
			break
		}
		b = busy{r.Span, r.Exclusive, r.Exclusive}
		for ; x.at < len(x.rows) && x.rows[x.at].Start <= b.End; x.at++ {
			if r := &x.rows[x.at]; x.j.q.counts(r) && !r.Empty() {
				b.join(r)
			}
		}
		return b, true
	}
	return busy{}, false
}

// join adds a row that begins in or right after the stretch.
func (b *busy) join(r *Row) {
	if r.Start == b.Start {
		b.startsTaken = b.startsTaken || r.Exclusive
	}
	switch {
	case r.End > b.End:
		b.End, b.endsTaken = r.End, r.Exclusive
	case r.End == b.End:
		b.endsTaken = b.endsTaken || r.Exclusive
	}
}

// person gives the lane of a staff member as it is for a visit at a place,
// read when it is first needed.
func (j *judge) person(i, place int) *lane {
	if j.people == nil {
		j.people = make([]lane, len(j.f.Staff)*len(j.f.Places))
	}
	l := &j.people[i*len(j.f.Places)+place]
	if !l.ready {
		j.read(l, j.rowsAt(i, place))
	}
	return l
}

// rowsAt gives what is on a person's lane for a visit at a place. What they do
// elsewhere takes longer by the way there and back.
func (j *judge) rowsAt(i, place int) []Row {
	rows := j.f.Staff[i].rows(j.q.Squeeze)
	ways := j.f.Places[place].Ways
	if len(ways) == 0 || j.q.Override {
		return rows
	}
	var out []Row
	for k := range rows {
		way := ways[rows[k].Place]
		if way <= 0 || !rows[k].Exclusive {
			continue
		}
		if out == nil {
			out = slices.Clone(rows)
		}
		out[k].Span = out[k].Widen(way, way)
		out[k].Exclusive = false // it makes no edge
	}
	if out == nil {
		return rows
	}
	slices.SortStableFunc(out, func(a, b Row) int { return cmp.Compare(a.Start, b.Start) })
	return out
}

// thing gives the lane of a unit.
func (j *judge) thing(i int) *lane {
	l := &j.things[i]
	if !l.ready {
		j.read(l, j.f.Units[i].Rows)
	}
	return l
}

func (j *judge) read(l *lane, rows []Row) {
	from := len(j.rows)
	all := j.stretches(rows)
	for b, ok := all.next(); ok; b, ok = all.next() {
		j.rows = append(j.rows, b)
	}
	l.busy, l.ready = j.rows[from:len(j.rows):len(j.rows)], true
}

// rows gives what is on the person's lane: their own or, for a squeeze-in, the
// overflow lane under what closes their time all the same.
func (p *Person) rows(squeeze bool) []Row {
	if !squeeze {
		return p.Rows
	}
	all := slices.Clone(p.Overflow)
	for _, r := range p.Rows {
		if !r.Exclusive {
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, func(a, b Row) int { return cmp.Compare(a.Start, b.Start) })
	return all
}

// free tells whether nothing is busy in [from, till). Nobody asks about
// anything before base again.
func (l *lane) free(base, from, till span.Instant) bool {
	for l.next < len(l.busy) && l.busy[l.next].End < base {
		l.next++
	}
	for i := l.next; i < len(l.busy) && l.busy[i].Start < till; i++ {
		if l.busy[i].End > from {
			return false
		}
	}
	return true
}

// edge tells whether a claim [from, till) begins where an exclusive row ends
// or ends where one begins.
func (l *lane) edge(from, till span.Instant) bool {
	for i := l.next; i < len(l.busy) && l.busy[i].Start <= till; i++ {
		if b := &l.busy[i]; b.endsTaken && b.End == from || b.startsTaken && b.Start == till {
			return true
		}
	}
	return false
}

// Who names the leads of a slot that is of these facts.
func (f *Facts) Who(leads []int32) []id.Staff {
	out := make([]id.Staff, len(leads))
	for i, who := range leads {
		out[i] = f.Staff[who].Staff.ID
	}
	return out
}

// Lead is one person as the leads of a slot; nothing for who is not in the facts.
func (f *Facts) Lead(staff id.Staff) []int32 {
	if who := f.find(staff); who >= 0 {
		return []int32{int32(who)}
	}
	return nil
}

// find gives the index of a staff member in the facts, -1 when they are not there.
func (f *Facts) find(staff id.Staff) int {
	return slices.IndexFunc(f.Staff, func(p Person) bool { return p.Staff.ID == staff })
}

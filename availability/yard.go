package availability

import (
	"cmp"
	"maps"
	"slices"

	"kept/id"
	"kept/span"
)

// Job is flexible work as it stands on its lanes. It may stand elsewhere, as
// long as what was promised is kept.
type Job struct {
	Source   string       // whose rows they are, of kind RowWork
	Begins   span.Instant // its first claim as it stands: work that has begun stays
	Question Question     // its visit, one flexible service led by whom it was given to; its Now is not read
	Work     Work
}

// Moved is a job at the time that it is to have instead.
type Moved struct {
	Source    string
	Question  Question
	Placement Placement
}

// Given is a placement that is possible once jobs have given way.
type Given struct {
	Question  Question // the one asked or, of flexible work, of the visit as it was fixed
	Placement Placement
	Choice    Choice
	Moved     []Moved // in the order in which they are to be laid anew
}

// Bounds of the search, so that a full yard costs no more than these.
const (
	mostMoved = 2  // jobs that give way to one visit
	mostAsked = 6  // leads, and jobs that are asked one by one
	mostTried = 96 // starts of one list
)

// Yard is facts in which jobs may give way to whoever needs their time. A job
// gives way by being fixed anew within what was promised, under the same lead;
// it moves no other job. What a yard gives, a desk makes true by taking the
// jobs away, placing the visit and laying the jobs in their order: each of these
// steps Check accepts.
//
// It is made for one instant and may be asked by one goroutine at a time.
type Yard struct {
	f, bare *Facts
	jobs    []Job
	at      map[string]int // by source
	spare   []spare        // by job
	now     span.Instant
}

// NewYard gives the yard of some jobs; nil when none of them may move.
func NewYard(f *Facts, jobs []Job, now span.Instant) *Yard {
	y := &Yard{f: f, now: now, at: map[string]int{}}
	for _, job := range jobs {
		if job.Begins > now {
			y.at[job.Source] = len(y.jobs)
			y.jobs, y.spare = append(y.jobs, job), append(y.spare, spare{})
		}
	}
	if len(y.jobs) == 0 {
		return nil
	}
	y.bare = f.without(func(source string) bool { _, ok := y.at[source]; return ok })
	return y
}

// Place finds the visit at a start that is shut as the jobs stand; the lead is
// the first in the aim's order for whom the fewest jobs move.
func (y *Yard) Place(q Question, start span.Instant) (Given, bool) {
	if y == nil || q.Squeeze {
		return Given{}, false
	}
	leads := Choices(q, y.bare, start)
	if len(leads) == 0 {
		leads = []Choice{{}} // nobody need be there, or it is shut
	}
	var best Given
	for _, c := range leads[:min(mostAsked, len(leads))] {
		p, ok := Assign(q, y.bare, start, c.Lead)
		if !ok {
			continue
		}
		moved, ok := y.clear(q, p)
		if ok && (best.Moved == nil || len(moved) < len(best.Moved)) {
			best = Given{Question: q, Placement: p, Choice: c, Moved: moved}
		}
		if len(best.Moved) == 1 {
			break
		}
	}
	return best, best.Moved != nil
}

// Slots lists the starts of the question's window that are open only when jobs
// give way, each with the lead who would be taken; taken are those that are
// open anyway, in the order of time. Of a list so many are tried and no more.
func (y *Yard) Slots(q Question, taken []Slot) []Slot {
	if y == nil || q.Squeeze {
		return nil
	}
	var out []Slot
	tried, next := 0, 0
	for _, s := range Slots(q, y.bare) {
		for next < len(taken) && taken[next].Start < s.Start {
			next++
		}
		if next < len(taken) && taken[next].Start == s.Start {
			continue
		}
		if tried++; tried > mostTried {
			break
		}
		if g, ok := y.Place(q, s.Start); ok {
			s.Leads = y.f.Lead(g.Placement.Lead)
			s.Place = int32(slices.IndexFunc(y.f.Places, func(p Place) bool { return p.ID == g.Placement.Location }))
			out = append(out, s)
		}
	}
	return out
}

// Fix is Fix for work that finds no time as the jobs stand: the job with the
// most time left is asked first, then all of them together.
func (y *Yard) Fix(q Question, w Work) (Given, bool) {
	if y == nil {
		return Given{}, false
	}
	order := slices.Clone(y.jobs)
	slices.SortStableFunc(order, func(a, b Job) int { return cmp.Compare(b.Work.Ready, a.Work.Ready) })
	for i := range order[:min(mostAsked, len(order))] {
		if source := order[i].Source; source != q.Except {
			without := y.f.without(func(s string) bool { return s == source })
			if g, ok := y.fixIn(q, without, w); ok {
				return g, true
			}
		}
	}
	return y.fixIn(q, y.bare, w)
}

func (y *Yard) fixIn(q Question, f *Facts, w Work) (Given, bool) {
	fixed, p, c, ok := Fix(q, f, w)
	if !ok {
		return Given{}, false
	}
	moved, ok := y.clear(fixed, p)
	return Given{Question: fixed, Placement: p, Choice: c, Moved: moved}, ok
}

// clear finds which jobs stand in a placement's way, and other times for them.
func (y *Yard) clear(q Question, p Placement) ([]Moved, bool) {
	way := y.inTheWay(&q, p)
	if len(way) == 0 || len(way) > mostMoved || !y.hopeful(&q, p, way) {
		return nil, false
	}
	gone := func(source string) bool {
		return slices.ContainsFunc(way, func(i int) bool { return y.jobs[i].Source == source })
	}
	f := y.f.without(gone)
	if Check(q, f, p) != nil {
		return nil, false // something else is in the way as well
	}
	if q.Except != "" {
		f = f.without(func(source string) bool { return source == q.Except })
	}
	f = f.with(q, p, "")
	f.Client = nil
	slices.SortFunc(way, func(a, b int) int {
		return cmp.Or(cmp.Compare(y.jobs[a].Work.Ready, y.jobs[b].Work.Ready), cmp.Compare(y.jobs[a].Source, y.jobs[b].Source))
	})
	out := make([]Moved, 0, len(way))
	for _, i := range way {
		job := &y.jobs[i]
		ask := job.Question
		ask.Now, ask.Standing = y.now, true
		fixed, at, _, ok := Fix(ask, f, job.Work.within(f.Window, ask.Visit, y.now))
		if !ok {
			return nil, false
		}
		out = append(out, Moved{Source: job.Source, Question: fixed, Placement: at})
		f = f.with(fixed, at, job.Source)
	}
	return out, true
}

// hopeful tells whether the leads of the jobs have so much free time within
// their promises as a placement takes of it: most of a full yard needs no
// closer look.
func (y *Yard) hopeful(q *Question, p Placement, way []int) bool {
	claims := Claims(*q, p)
	for _, i := range way {
		job := &y.jobs[i]
		lane := Lane{StaffLane, string(job.Question.Visit[0].Staff)}
		window := span.Span{Start: max(job.Work.From, y.now), End: job.Work.Ready}
		rows := y.f.rowsOn(lane)
		mine := y.spareOf(i, rows, window)
		// Its buffers may stick out of the hours: it may need less than its rows take.
		need, others := job.done(), span.Instant(0)
		for _, c := range claims {
			if c.Lane == lane {
				need += lengthOf(mine.open.Intersect(span.SetOf(c.Span)))
			}
		}
		for k := range rows {
			r := &rows[k]
			if at, ok := y.at[r.Source]; r.Meets(window) && ok && slices.Contains(way, at) {
				others += r.Intersect(window).Length()
			}
		}
		if need > others+mine.free {
			return false
		}
	}
	return true
}

// done is how long the job keeps somebody at work, buffers not counted.
func (job *Job) done() span.Instant {
	var sum span.Instant
	for _, g := range job.Question.Visit[0].Service.Segments {
		if g.Staff != nil {
			sum += span.Minutes(g.DurationMin)
		}
	}
	return sum
}

// spare is what the lead of a job has within its promise, wherever.
type spare struct {
	known bool
	open  span.Set     // when they are there
	free  span.Instant // how much of it nothing lies on
}

func (y *Yard) spareOf(i int, rows []Row, window span.Span) *spare {
	out := &y.spare[i]
	if out.known {
		return out
	}
	out.known = true
	var open, busy []span.Span
	if who := y.f.find(y.jobs[i].Question.Visit[0].Staff); who >= 0 {
		for _, o := range y.f.Staff[who].Open {
			open = append(open, o.Spans...)
		}
	}
	for k := range rows {
		if rows[k].Exclusive && rows[k].Meets(window) && (rows[k].Expires == 0 || rows[k].Expires > y.now) {
			busy = append(busy, rows[k].Span)
		}
	}
	out.open = span.SetOf(open...).Intersect(span.SetOf(window))
	out.free = lengthOf(out.open.Subtract(span.SetOf(busy...)))
	return out
}

func lengthOf(s span.Set) span.Instant {
	var sum span.Instant
	for _, one := range s {
		sum += one.Length()
	}
	return sum
}

// inTheWay lists the jobs whose rows a placement meets.
func (y *Yard) inTheWay(q *Question, p Placement) []int {
	var out []int
	for _, c := range Claims(*q, p) {
		rows := y.f.rowsOn(c.Lane)
		for i := range rows {
			if rows[i].Start >= c.End {
				break
			}
			job, ok := y.at[rows[i].Source]
			if ok && rows[i].Source != q.Except && rows[i].Meets(c.Span) && !slices.Contains(out, job) {
				out = append(out, job)
			}
		}
	}
	return out
}

// within narrows when work may be done to what is known and still to come.
func (w Work) within(known span.Span, visit []Want, now span.Instant) Work {
	pl := planOf(visit)
	soonest := max(now, known.Start) - pl.earliest
	if rest := soonest % span.Minute; rest > 0 {
		soonest += span.Minute - rest
	}
	w.From = max(w.From, soonest)
	w.Until = known.End - (pl.latest - pl.length)
	return w
}

// rowsOn gives what lies on a lane of the facts.
func (f *Facts) rowsOn(l Lane) []Row {
	if l.Kind == StaffLane {
		if i := f.find(id.Staff(l.ID)); i >= 0 {
			return f.Staff[i].Rows
		}
	}
	for i := range f.Units {
		if l.Kind == UnitLane && f.Units[i].is(l.ID) {
			return f.Units[i].Rows
		}
	}
	return nil
}

// without gives the facts without the rows of some sources. The others are shared.
func (f *Facts) without(gone func(source string) bool) *Facts {
	out := *f
	out.Staff, out.Units = slices.Clone(f.Staff), slices.Clone(f.Units)
	drop := func(rows []Row) []Row {
		if !slices.ContainsFunc(rows, func(r Row) bool { return gone(r.Source) }) {
			return rows
		}
		return slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return gone(r.Source) })
	}
	for i := range out.Staff {
		out.Staff[i].Rows = drop(out.Staff[i].Rows)
	}
	for i := range out.Units {
		out.Units[i].Rows = drop(out.Units[i].Rows)
	}
	return &out
}

// with gives the facts with a placement on its lanes, and the rest beside it.
func (f *Facts) with(q Question, p Placement, source string) *Facts {
	out := *f
	out.Staff, out.Units = slices.Clone(f.Staff), slices.Clone(f.Units)
	add := map[Lane][]Row{}
	for _, c := range Claims(q, p) {
		row := Row{Span: c.Span, Exclusive: true, Source: source, Kind: RowWork}
		if c.Lane.Kind == StaffLane {
			row.Place = p.Location
		}
		add[c.Lane] = append(add[c.Lane], row)
	}
	byStart := func(a, b Row) int { return cmp.Compare(a.Start, b.Start) }
	for lane := range maps.Keys(add) {
		if who := f.find(id.Staff(lane.ID)); lane.Kind == StaffLane && who >= 0 {
			person := &out.Staff[who]
			rows := slices.Concat(person.Rows, add[lane])
			for _, r := range add[lane] {
				rows = append(rows, restOf(span.Minutes(person.Staff.Preferences.RestMin), r, person.Zone)...)
			}
			slices.SortStableFunc(rows, byStart)
			person.Rows = rows
		}
		for i := range out.Units {
			if lane.Kind == UnitLane && out.Units[i].is(lane.ID) {
				rows := slices.Concat(out.Units[i].Rows, add[lane])
				slices.SortStableFunc(rows, byStart)
				out.Units[i].Rows = rows
			}
		}
	}
	return &out
}

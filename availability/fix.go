package availability

import (
	"slices"

	"kept/catalog"
	"kept/id"
	"kept/span"
)

// Work is what is brought at one instant and promised for another; in between
// the engine fixes when it is done.
type Work struct {
	Drop  span.Instant // the visit's start: from then on it may be brought
	From  span.Instant // the work begins no earlier: by then it has been brought
	Ready span.Instant // the visit's end: by then it is done
	Until span.Instant // by when the work itself is to be done; 0: by Ready
	Piece span.Instant // the shortest piece into which it may be cut at closing time and around other work; 0: never
}

// done is by when the work is to be done.
func (w Work) done() span.Instant {
	if w.Until == 0 {
		return w.Ready
	}
	return min(w.Ready, w.Until)
}

// tries is how many beginnings are tried before work is cut or given up.
const tries = 60

// Fix finds when flexible work can be done, as early as can be, by the person
// whom the aim takes. The question's visit is one flexible service; the answer
// is the question of the visit as it was fixed (waiting, the work or its
// pieces, waiting until it is fetched), its placement from Drop to Ready, and
// the choice. What Fix finds Check accepts, so that nothing is promised that
// cannot be kept.
func Fix(q Question, f *Facts, w Work) (Question, Placement, Choice, bool) {
	service := q.Visit[0].Service
	inner := *service
	inner.Flexible, inner.EdgeStarts, inner.NoticeMin, inner.HorizonDays = nil, false, 0, 0
	ask := q
	ask.Visit = []Want{q.Visit[0]}
	ask.Visit[0].Service = &inner
	ask.Window, ask.Bars, ask.Gate = span.Span{Start: w.From, End: w.done()}, nil, nil
	seen := 0
	for _, s := range Slots(ask, f) {
		if seen++; s.End > w.done() || seen > tries {
			break
		}
		for _, c := range Choices(ask, f, s.Start) {
			fixed := q.fixed(w, []span.Span{{Start: s.Start, End: s.End}})
			if p, ok := Assign(fixed, f, w.Drop, c.Lead); ok {
				p.Items[0].Work = q.promise(w)
				return fixed, p, c, true
			}
		}
	}
	if w.Piece <= 0 || len(service.Segments) != 1 || service.Segments[0].Staff == nil {
		return q, Placement{}, Choice{}, false
	}
	return q.cut(f, w)
}

// promise is what the work was agreed to be.
func (q *Question) promise(w Work) *Promise {
	service := q.Visit[0].Service
	out := &Promise{From: w.From, Piece: w.Piece, Segments: slices.Clone(service.Segments)}
	buffer(out.Segments, service)
	return out
}

// buffer adds a service's own buffers to those of its first and last segment.
func buffer(work []catalog.Segment, s *catalog.Service) {
	work[0].BufferBeforeMin += s.BufferBeforeMin
	work[len(work)-1].BufferAfterMin += s.BufferAfterMin
}

// cut lays the work out in pieces, for each person who could lead it; the one
// who is done first takes it.
func (q *Question) cut(f *Facts, w Work) (Question, Placement, Choice, bool) {
	j := newJudge(q, f, span.Span{Start: w.Drop, End: w.Drop + 1})
	var best Question
	var found Placement
	var who id.Staff
	done, of := far, 0
	for lead := range f.Staff {
		if !j.leads(0, lead) {
			continue
		}
		for _, o := range f.Staff[lead].Open {
			pieces := j.pieces(lead, o.Place, w)
			if len(pieces) == 0 || pieces[len(pieces)-1].End >= done {
				continue
			}
			fixed := q.fixed(w, pieces)
			if p, ok := Assign(fixed, f, w.Drop, f.Staff[lead].Staff.ID); ok {
				best, found, who, done = fixed, p, p.Lead, pieces[len(pieces)-1].End
				of++
			}
		}
	}
	aim := q.Aim
	if aim == "" {
		aim = catalog.AimEven
	}
	if of > 0 {
		found.Items[0].Work = q.promise(w)
	}
	return best, found, Choice{Lead: who, Aim: aim, Of: of}, of > 0
}

// pieces fills a person's free time with the work, from its beginning on; nil
// when there is not enough. No piece is shorter than it may be.
func (j *judge) pieces(lead, place int, w Work) []span.Span {
	seg := &j.q.Visit[0].Service.Segments[0]
	before := span.Minutes(seg.BufferBeforeMin + seg.Staff.BufferBeforeMin)
	after := span.Minutes(seg.BufferAfterMin + seg.Staff.BufferAfterMin)
	left := span.Minutes(seg.DurationMin)
	var out []span.Span
	for _, gap := range j.gapsOf(lead, place, span.Span{Start: w.From, End: w.done()}) {
		gap.Start, gap.End = gap.Start+before, gap.End-after
		take := min(left, gap.Length())
		if rest := left - take; rest > 0 && rest < w.Piece {
			take = left - w.Piece // what is left over must be a piece as well
		}
		if take < min(w.Piece, left) {
			continue
		}
		out = append(out, span.Span{Start: gap.Start, End: gap.Start + take})
		if left -= take; left == 0 {
			return out
		}
	}
	return nil
}

// gapsOf is when a person is there, free and the place not closed, in a window.
func (j *judge) gapsOf(lead, place int, window span.Span) span.Set {
	var busy []span.Span
	for _, rows := range [][]Row{j.rowsAt(lead, place), j.f.Places[place].Rows} {
		for i := range rows {
			if j.q.counts(&rows[i]) && rows[i].Meets(window) {
				busy = append(busy, rows[i].Span)
			}
		}
	}
	return j.open(lead, place).Intersect(span.SetOf(window)).Subtract(span.SetOf(busy...))
}

// fixed is the question of the visit with the work at the given times: one
// stretch for all segments, or a piece of the one segment each.
func (q *Question) fixed(w Work, at []span.Span) Question {
	service := *q.Visit[0].Service
	work := slices.Clone(service.Segments)
	if len(at) > 1 {
		work = work[:0]
		for _, piece := range at {
			seg := service.Segments[0]
			seg.DurationMin = int(piece.Length() / span.Minute)
			work = append(work, seg)
		}
	}
	buffer(work, &service)
	service.BufferBeforeMin, service.BufferAfterMin, service.Segments = 0, 0, nil
	wait := func(from, till span.Instant) {
		if till > from {
			service.Segments = append(service.Segments, catalog.Segment{DurationMin: int((till - from) / span.Minute)})
		}
	}
	wait(w.Drop, at[0].Start)
	if len(at) == 1 {
		service.Segments = append(service.Segments, work...)
	} else {
		last := at[0].Start
		for i, piece := range at {
			wait(last, piece.Start)
			service.Segments = append(service.Segments, work[i])
			last = piece.End
		}
	}
	wait(at[len(at)-1].End, w.Ready)
	out := *q
	out.Visit = []Want{q.Visit[0]}
	out.Visit[0].Service = &service
	return out
}

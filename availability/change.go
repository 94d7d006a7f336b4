package availability

// changes adds what it costs that the client is handed on: from one staff
// member to another, or to another unit of a kind that an earlier service of
// the visit took. Visits of one part have none.
func (r *ranking) changes(q *Question, way int) {
	if r.w.Change == 0 {
		return
	}
	j := newJudge(q, r.f, q.Window)
	if !j.plan.handsOn() {
		return
	}
	for i := range r.out {
		s := &r.out[i]
		if int(s.Way) != way {
			continue
		}
		lead := -1
		if s.Lead != "" {
			lead = r.f.find(s.Lead)
		}
		j.at(s.Start)
		if j.assign(s.Start, int(s.Place), lead) {
			s.Cost.Changes = r.w.Change * float32(j.handed())
		}
	}
}

// handsOn tells whether a visit of this plan could change staff or units at all.
func (pl *plan) handsOn() bool {
	staffed := 0
	for k := range pl.parts {
		if pl.parts[k].count > 0 {
			staffed++
		}
	}
	return staffed > 1 || len(pl.pools) > 1
}

// handed counts the changes of what assign has found.
func (j *judge) handed() int {
	n, before := 0, -1
	for k := range j.plan.parts {
		p := &j.plan.parts[k]
		if p.count == 0 {
			continue
		}
		who := j.staff[p.at]
		if before >= 0 && who != before {
			n++
		}
		before = who
	}
	for i := range j.plan.pools {
		p := &j.plan.pools[i]
		for k := i - 1; k >= 0; k-- {
			if o := &j.plan.pools[k]; o.kind == p.kind {
				if j.units[o.at] != j.units[p.at] {
					n++
				}
				break
			}
		}
	}
	return n
}

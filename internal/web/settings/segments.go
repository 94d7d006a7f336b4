package settings

import (
	"net/url"
	"slices"
	"strconv"

	"kept/catalog"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/view"
)

// The bounds of what a segment can be, as setup checks them.
const (
	mostMinutes  = 1440
	mostBuffer   = 240
	mostTogether = 50
	mostLevel    = 100
)

// fillSegments writes segments as rows.
func fillSegments(v values, rows string, all []catalog.Segment) {
	for i := range all {
		g := &all[i]
		at := v.row(rows)
		v.number(at+".duration_min", g.DurationMin)
		v.counted(at+".buffer_before_min", g.BufferBeforeMin)
		v.counted(at+".buffer_after_min", g.BufferAfterMin)
		v.text(at+".who", "nobody")
		if g.Staff != nil {
			v.text(at+".who", "staff")
			fillNeed(v, at+".staff", g.Staff)
		}
		for j := range g.Team {
			fillNeed(v, v.row(at+".team"), &g.Team[j])
		}
		for _, r := range g.Resources {
			need := v.row(at + ".resources")
			v.text(need+".kind", r.Kind)
			v.number(need+".count", r.Count)
			v.counted(need+".buffer_before_min", r.BufferBeforeMin)
			v.counted(need+".buffer_after_min", r.BufferAfterMin)
			ids(v, need+".any_of", r.AnyOf)
		}
	}
}

func fillNeed(v values, at string, n *catalog.StaffNeed) {
	v.number(at+".count", n.Count)
	v.text(at+".skill", n.Skill)
	v.counted(at+".level", n.Level)
	v.counted(at+".buffer_before_min", n.BufferBeforeMin)
	v.counted(at+".buffer_after_min", n.BufferAfterMin)
}

// freshSegment fills a row that is added to a service.
func freshSegment(v url.Values, _, at string) {
	rows, _ := cutLast(at)
	_, kind := cutLast(rows)
	switch kind {
	case "segments":
		v.Set(at+".duration_min", "30")
		v.Set(at+".who", "staff")
		v.Set(at+".staff.count", "1")
	case "team", "resources":
		v.Set(at+".count", "1")
	}
}

// cutLast cuts a path before its last part.
func cutLast(path string) (before, last string) {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '.' {
			return path[:i], path[i+1:]
		}
	}
	return "", path
}

// segmentRows draws the parts of a service, in their order.
func (t *turn) segmentRows(s *form.Sheet, rows string) view.Rows {
	out := s.Rows(rows, func(at string, n int) view.Group {
		who := s.Choice(at+".who", s.T("segment.who"), []view.Option{
			{Value: "staff", Text: s.T("segment.who_staff")}, {Value: "nobody", Text: s.T("segment.who_nobody")},
		}).In(view.Half)
		g := view.Group{
			Legend: s.T("segment.n", "n", s.P.Number(n+1)),
			Fields: []view.Field{s.Minutes(at+".duration_min", s.T("segment.duration")).In(view.Half).Needed(), who},
		}
		if who.Value != "nobody" {
			g.Fields = append(g.Fields, t.needFields(s, at+".staff")...)
			g.More = []view.Group{s.Fold(view.Group{Legend: s.T("need.buffers"), Hint: s.T("need.buffers_hint"), Fields: buffers(s, at+".staff")})}
			g.Rows = append(g.Rows, t.teamRows(s, at+".team"))
		}
		g.Rows = append(g.Rows, t.resourceRows(s, at+".resources"))
		g.More = append(g.More, s.Fold(view.Group{Legend: s.T("segment.buffers"), Hint: s.T("segment.buffers_hint"), Fields: buffers(s, at)}))
		return g
	})
	out.Sorted, out.Add, out.Remove = true, s.T("segment.add"), s.T("segment.remove")
	return out
}

func (t *turn) needFields(s *form.Sheet, at string) []view.Field {
	skill := s.Text(at+".skill", s.T("need.skill")).In(view.Half).Opt()
	skill.Known = t.skills()
	return []view.Field{
		s.Number(at+".count", s.T("need.count")).In(view.Quarter), skill,
		s.Number(at+".level", s.T("need.level")).In(view.Quarter).Opt(),
	}
}

// buffers are the minutes before and after in which parties are busy too.
func buffers(s *form.Sheet, at string) []view.Field {
	return []view.Field{
		s.Minutes(at+".buffer_before_min", s.T("buffer.before")).In(view.Half).Opt(),
		s.Minutes(at+".buffer_after_min", s.T("buffer.after")).In(view.Half).Opt(),
	}
}

func (t *turn) teamRows(s *form.Sheet, rows string) view.Rows {
	out := s.Rows(rows, func(at string, n int) view.Group {
		return view.Group{
			Legend: s.T("need.team_n", "n", s.P.Number(n+1)), Fields: t.needFields(s, at),
			More: []view.Group{s.Fold(view.Group{Legend: s.T("need.buffers"), Fields: buffers(s, at)})},
		}
	})
	out.Tight, out.Add, out.Remove = true, s.T("need.add"), s.T("need.remove")
	return out
}

func (t *turn) resourceRows(s *form.Sheet, rows string) view.Rows {
	out := s.Rows(rows, func(at string, n int) view.Group {
		kind := s.Text(at+".kind", s.T("resource.kind")).In(view.Half).Needed()
		kind.Known = t.kinds()
		g := view.Group{
			Legend: s.T("need.resource_n", "n", s.P.Number(n+1)),
			Fields: []view.Field{kind, s.Number(at+".count", s.T("need.count")).In(view.Half)},
		}
		more := view.Group{Legend: s.T("need.more"), Fields: buffers(s, at)}
		if those := t.ofKind(kind.Value); len(those) > 1 {
			more.Fields = append(more.Fields, s.Ticks(at+".any_of", s.T("need.any_of"), those).Hinted(s.T("need.any_of_hint")))
		}
		g.More = []view.Group{s.Fold(more)}
		return g
	})
	out.Add, out.Remove = s.T("need.add_resource"), s.T("need.remove_resource")
	return out
}

// ofKind are the resources of a kind as options.
func (t *turn) ofKind(kind string) []view.Option {
	var out []view.Option
	for _, r := range t.Set.Catalog.Resources {
		if r.Kind == kind && !r.Archived {
			out = append(out, view.Option{Value: string(r.ID), Text: t.Name(r.Names)})
		}
	}
	return out
}

// readSegments reads rows of segments.
func readSegments(in *form.Input, rows string) []catalog.Segment {
	var out []catalog.Segment
	for i := range in.Count(rows) {
		at := rows + "." + strconv.Itoa(i)
		g := catalog.Segment{DurationMin: in.Int(at+".duration_min", 1, mostMinutes)}
		g.BufferBeforeMin, g.BufferAfterMin = readBuffers(in, at)
		if in.Values.Get(at+".who") != "nobody" {
			need := readNeed(in, at+".staff")
			g.Staff = &need
			for j := range in.Count(at + ".team") {
				g.Team = append(g.Team, readNeed(in, at+".team."+strconv.Itoa(j)))
			}
		}
		for j := range in.Count(at + ".resources") {
			need := at + ".resources." + strconv.Itoa(j)
			r := catalog.ResourceNeed{
				Kind: in.Text(need + ".kind"), Count: in.Int(need+".count", 1, mostTogether), AnyOf: form.List[id.Resource](in, need+".any_of"),
			}
			r.BufferBeforeMin, r.BufferAfterMin = readBuffers(in, need)
			g.Resources = append(g.Resources, r)
		}
		out = append(out, g)
	}
	return out
}

func readNeed(in *form.Input, at string) catalog.StaffNeed {
	n := catalog.StaffNeed{
		Count: in.Int(at+".count", 1, mostTogether), Skill: in.Text(at + ".skill"), Level: in.Int(at+".level", 0, mostLevel),
	}
	n.BufferBeforeMin, n.BufferAfterMin = readBuffers(in, at)
	return n
}

// readBuffers reads the buffers of a path, or of the whole thing.
func readBuffers(in *form.Input, at string) (before, after int) {
	if at != "" {
		at += "."
	}
	return in.Int(at+"buffer_before_min", 0, mostBuffer), in.Int(at+"buffer_after_min", 0, mostBuffer)
}

// dropForeign leaves out resources that are not of the kind any more, since the kind was changed.
func (t *turn) dropForeign(all []catalog.Segment) {
	for i := range all {
		for j := range all[i].Resources {
			r := &all[i].Resources[j]
			r.AnyOf = slices.DeleteFunc(r.AnyOf, func(of id.Resource) bool {
				u, ok := t.Set.Catalog.Resource(of)
				return ok && u.Kind != r.Kind
			})
		}
	}
}

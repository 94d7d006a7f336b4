package settings

import (
	"net/url"
	"slices"
	"strconv"

	"kept/catalog"
	"kept/client"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/view"
)

// The bounds of what a form of recalls takes; the office has the last word.
const (
	mostEvery  = 1200
	mostSteps  = 100
	mostAmount = 10_000_000
	mostAge    = 120
	mostLead   = 365
	mostGrace  = 3650
)

func fillRecalls(v values, all []catalog.Recall) {
	for i := range all {
		r := &all[i]
		at := v.row("recalls")
		v.text(at+".kind", string(r.Kind))
		v.counted(at+".every", r.Every)
		v.text(at+".unit", r.Unit)
		v.counted(at+".most", r.Most)
		v.counted(at+".steps", r.Steps)
		v.text(at+".reading", r.Reading)
		v.counted(at+".amount", r.Amount)
		v.counted(at+".from_age", r.FromAge)
		v.text(at+".after", string(r.After))
		v.counted(at+".lead_days", r.LeadDays)
		v.counted(at+".grace_days", r.GraceDays)
		v.yes(at+".tell", !r.Silent)
	}
}

// freshService fills a new row of the form of a service.
func freshService(v url.Values, rows, at string) {
	if rows != "recalls" {
		freshSegment(v, rows, at)
		return
	}
	v.Set(at+".kind", string(catalog.RecallInterval))
	v.Set(at+".unit", catalog.UnitMonth)
	v.Set(at+".lead_days", "7")
	v.Set(at+".tell", "yes")
}

// drawRecalls asks when the service is due again. What belongs to one kind
// alone is asked once that kind has been chosen and sent.
func (t *turn) drawRecalls(s *form.Sheet) view.Group {
	units := form.Options(catalog.Units(), func(u string) string { return s.T("recall.unit_" + u) })
	kinds := form.Options(catalog.RecallKinds(), func(k catalog.RecallKind) string { return s.T("recall.kind_" + string(k)) })
	rows := s.Rows("recalls", func(at string, n int) view.Group {
		kind := s.Choice(at+".kind", s.T("recall.kind"), kinds)
		g := view.Group{Legend: s.T("recall.n", "n", s.P.Number(n+1)), Fields: []view.Field{kind}}
		every := "recall.every"
		switch catalog.RecallKind(kind.Value) { //nolint:exhaustive // an interval asks for nothing more
		case catalog.RecallUsage:
			reading := s.Text(at+".reading", s.T("recall.reading")).In(view.Half).Needed()
			reading.Known = []string{client.ReadingMileage, client.ReadingHours, client.ReadingCycles}
			g.Fields = append(g.Fields, s.Number(at+".amount", s.T("recall.amount")).In(view.Half).Needed(), reading)
			every = "recall.or_every"
		case catalog.RecallAge:
			g.Fields = append(g.Fields, s.Number(at+".from_age", s.T("recall.from_age")))
		case catalog.RecallAfter:
			g.Fields = append(g.Fields, s.Choice(at+".after", s.T("recall.after"), t.others()))
			every = "recall.after_so_long"
		case catalog.RecallCourse:
			g.Fields = append(g.Fields, s.Number(at+".steps", s.T("recall.steps")).Needed())
			every = "recall.least"
		}
		g.Fields = append(g.Fields, s.Number(at+".every", s.T(every)).In(view.Half).Needed())
		if catalog.RecallKind(kind.Value) == catalog.RecallCourse {
			g.Fields = append(g.Fields, s.Number(at+".most", s.T("recall.most")).In(view.Half).Needed())
		}
		g.Fields = append(g.Fields,
			s.Choice(at+".unit", s.T("recall.unit"), units).In(view.Half),
			s.Tick(at+".tell", s.T("recall.tell")),
			s.Number(at+".lead_days", s.T("recall.lead")).In(view.Half).Of(s.T("unit.days")).Opt(),
			s.Number(at+".grace_days", s.T("recall.grace")).In(view.Half).Of(s.T("unit.days")).Opt().Hinted(s.T("recall.grace_hint")),
		)
		return g
	})
	rows.Add, rows.Remove = s.T("recall.add"), s.T("recall.remove")
	return s.Fold(view.Group{Legend: s.T("recall.title"), Hint: s.T("recall.hint"), Rows: []view.Rows{rows}})
}

// others are the services but the one whose page this is, as options.
func (t *turn) others() []view.Option {
	return slices.DeleteFunc(t.offers(), func(o view.Option) bool { return o.Value == t.R.PathValue("id") })
}

func readRecalls(in *form.Input) []catalog.Recall {
	var out []catalog.Recall
	for i := range in.Count("recalls") {
		at := "recalls." + strconv.Itoa(i)
		r := catalog.Recall{
			Kind: catalog.RecallKind(in.Text(at + ".kind")), Every: in.Int(at+".every", 1, mostEvery), Unit: in.Text(at + ".unit"),
			LeadDays: in.Int(at+".lead_days", 0, mostLead), GraceDays: in.Int(at+".grace_days", 0, mostGrace), Silent: !in.Yes(at + ".tell"),
		}
		asked := true   // the fields of this kind were there
		switch r.Kind { //nolint:exhaustive // an interval says nothing more
		case catalog.RecallUsage:
			asked = in.Values.Has(at + ".amount")
			if asked {
				r.Reading, r.Amount = in.Text(at+".reading"), in.Int(at+".amount", 1, mostAmount)
			}
		case catalog.RecallAge:
			if asked = in.Values.Has(at + ".from_age"); asked {
				r.FromAge = in.Int(at+".from_age", 0, mostAge)
			}
		case catalog.RecallAfter:
			asked = in.Values.Has(at + ".after")
			r.After = id.Service(in.Text(at + ".after"))
		case catalog.RecallCourse:
			if asked = in.Values.Has(at + ".steps"); asked {
				r.Steps, r.Most = in.Int(at+".steps", 2, mostSteps), in.Int(at+".most", 1, mostEvery)
			}
		}
		if !asked {
			in.Note(at+".kind", "recall.tell_more")
		}
		out = append(out, r)
	}
	return out
}

package desk

import (
	"math"

	"kept/booking"
	"kept/internal/web/view"
)

// ranked says how an open time ranks among those of its day: its place, and by
// what it costs, in the reader's words. What costs nothing is left out.
func (t *turn) ranked(r *booking.Rank) view.RankModel {
	if r == nil {
		return view.RankModel{}
	}
	m := view.RankModel{Place: t.P.T("rank.place", "place", t.P.Number(r.Place), "of", t.P.Number(r.Of))}
	sum := 0
	for _, part := range []struct {
		key  string
		cost float32
	}{{"gaps", r.Cost.Gaps}, {"changes", r.Cost.Changes}, {"taste", r.Cost.Taste}, {"load", r.Cost.Load}, {"wish", r.Cost.Wish}} {
		minutes := int(math.Round(float64(part.cost)))
		if minutes == 0 {
			continue
		}
		sum += minutes
		m.Parts = append(m.Parts, view.Fact{Label: t.P.T("rank." + part.key), Value: t.worth(minutes)})
	}
	if len(m.Parts) == 0 {
		m.Lines = []string{t.P.T("rank.nothing")}
	} else {
		m.Parts = append(m.Parts, view.Fact{Label: t.P.T("rank.total"), Value: t.worth(sum)})
		m.Lines = []string{t.P.T("rank.unit")}
	}
	if r.Hidden {
		m.Lines = append(m.Lines, t.P.T("rank.hidden"))
	}
	return m
}

// worth writes minutes of value: those that are lost, or those that are won.
func (t *turn) worth(minutes int) string {
	if minutes > 0 {
		return t.P.T("rank.lost", "time", t.P.Duration(minutes))
	}
	return t.P.T("rank.won", "time", t.P.Duration(-minutes))
}

package availability_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kept/availability"
	"kept/span"
)

// anyZone draws a realm in any of the zones.
func anyZone(t *rapid.T) *realm {
	z := pick(t, "zone", realmZones...)
	return drawRealm(t, z.name, drawDay(t, z.days))
}

// TestOpenAgainstOracle: hours expand to the spans that reading the clock
// minute by minute gives, each from its true beginning to its true end.
func TestOpenAgainstOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := anyZone(t)
		q := w.drawQuestion(t)
		o := newOracle(w, q)
		for p, l := range w.cat.Locations {
			for n, s := range w.cat.Staff {
				var want span.Set
				for m := o.axis.index(q.Window.Start) - 1; m < o.axis.index(q.Window.End); m++ {
					if !o.open[p][n][m] || o.axis.at(m+1) <= q.Window.Start {
						continue
					}
					one := span.Span{Start: o.axis.at(o.from[p][n][m]), End: o.axis.at(m + 1)}
					if last := len(want) - 1; last >= 0 && want[last].Start == one.Start {
						want[last].End = one.End
					} else {
						want = append(want, one)
					}
				}
				got := w.book.OpenAt(s.ID, l.ID, q.Window, w.zones[p])
				// The oracle stops looking at the window's end, so the last span is only as long there.
				if k := len(got) - 1; k >= 0 && got[k].End > q.Window.End && len(want) > 0 {
					got = append(slices.Clone(got[:k]), span.Span{Start: got[k].Start, End: want[len(want)-1].End})
				}
				if !slices.Equal(got, want) {
					t.Fatalf("%s at %s in %v: %v, the oracle says %v\n%s", s.ID, l.ID, q.Window, got, want, w)
				}
			}
		}
	})
}

// TestOverrideAgainstOracle: an override passes hours, grid, notice, horizon
// and time off, and makes its own grid; it never passes a taken lane.
func TestOverrideAgainstOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := anyZone(t)
		q := w.drawQuestion(t)
		q.Override, q.Squeeze = true, chance(t, "squeeze", 3)
		o := newOracle(w, q)
		o.list = true
		f := w.factsFor(q)
		slots := availability.Slots(q, f)
		for n := range slots { // whoever leads may be at any place then, so it is not compared
			slots[n].Place = int32(o.ask(o.axis.index(slots[n].Start)).place)
		}
		if err := compareSlots(o, f, slots); err != nil {
			t.Fatalf("%s: %v\n%s", describe(q), err, w)
		}
	})
}

// TestClaimsAgainstOracle: what a placement takes of each lane is every minute
// of its parts there with their buffers, and no other.
func TestClaimsAgainstOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := anyZone(t)
		q := w.drawQuestion(t)
		q.Override, q.Squeeze = true, chance(t, "squeeze", 3)
		p, ok := availability.Assign(q, w.factsFor(q), q.Window.Start, "")
		if !ok {
			return
		}
		taken := map[availability.Lane]map[int]bool{} // minutes from the start
		for _, c := range newOracle(w, q).taken(p) {
			if taken[c.Lane] == nil {
				taken[c.Lane] = map[int]bool{}
			}
			for at := c.Start; at < c.End; at += span.Minute {
				taken[c.Lane][int((at-p.Start)/span.Minute)] = true
			}
		}
		claims := availability.Claims(q, p)
		for n, c := range claims {
			if n > 0 && (c.Lane.Less(claims[n-1].Lane) || (c.Lane == claims[n-1].Lane && c.Start <= claims[n-1].End)) {
				t.Fatalf("%v after %v: not in order or not merged", c, claims[n-1])
			}
			for at := c.Start; at < c.End; at += span.Minute {
				m := int((at - p.Start) / span.Minute)
				if !taken[c.Lane][m] {
					t.Fatalf("%v takes minute %d for nothing: %+v", c, m, p)
				}
				delete(taken[c.Lane], m)
			}
		}
		for lane, rest := range taken {
			if len(rest) > 0 {
				t.Fatalf("%v is not claimed for %d minutes: %v of %+v", lane, len(rest), claims, p)
			}
		}
	})
}

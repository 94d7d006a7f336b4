package availability_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"kept/availability"
	"kept/span"
)

// meeting are the rows that meet the window, as a store would load them.
func meeting(rows []availability.Row, window span.Span) []availability.Row {
	var out []availability.Row
	for _, r := range rows {
		if r.Meets(window) {
			out = append(out, r)
		}
	}
	return out
}

// facts are what a store would load for the window.
func (w *realm) facts(window span.Span) *availability.Facts {
	f := &availability.Facts{Window: window, Client: meeting(w.client, window)}
	for n, l := range w.cat.Locations {
		f.Places = append(f.Places, availability.Place{
			ID: l.ID, Zone: w.zones[n],
			Open: w.book.Locations[l.ID].Open(window, w.zones[n], ""),
			Rows: meeting(w.closed(n), window), Ways: w.ways[n],
		})
	}
	for _, s := range w.cat.Staff {
		p := availability.Person{
			Staff:    s,
			Rows:     meeting(w.lanes[string(s.ID)], window),
			Overflow: meeting(w.lanes["overflow "+string(s.ID)], window),
			Breaks:   w.breaks[s.ID],
		}
		for n, l := range w.cat.Locations {
			if spans := w.book.OpenAt(s.ID, l.ID, window, w.zones[n]); len(spans) > 0 {
				p.Open = append(p.Open, availability.Open{Place: n, Spans: spans})
			}
		}
		f.Staff = append(f.Staff, p)
	}
	for _, r := range w.cat.Resources {
		for n := range r.Units {
			lane := fmt.Sprintf("%s:%d", r.ID, n+1)
			f.Units = append(f.Units, availability.Unit{Resource: r, N: n + 1, Rows: meeting(w.lanes[lane], window)})
		}
	}
	return f
}

// factsFor are the facts for a question, no wider than the engine says it needs.
func (w *realm) factsFor(q availability.Question) *availability.Facts {
	return w.facts(w.reach(q, q.Window))
}

// reach is how far facts must go for starts in a window: by the margins and the
// longest way, and over all windows of breaks that the visit may meet.
func (w *realm) reach(q availability.Question, starts span.Span) span.Span {
	before, after := availability.Margins(q.Visit)
	visit := starts.Widen(before, after)
	wide := visit
	for _, breaks := range w.breaks {
		for _, b := range breaks {
			if b.Meets(visit) {
				wide.Start, wide.End = min(wide.Start, b.Start), max(wide.End, b.End)
			}
		}
	}
	longest := span.Instant(0)
	for _, ways := range w.ways {
		for _, way := range ways {
			longest = max(longest, way)
		}
	}
	return wide.Widen(longest, longest)
}

func compareSlots(o *oracle, f *availability.Facts, slots []availability.Slot) error {
	offered := map[span.Instant]availability.Slot{}
	for n, s := range slots {
		if n > 0 && s.Start <= slots[n-1].Start {
			return fmt.Errorf("%v is offered after %v", s.Start, slots[n-1].Start)
		}
		if !o.q.Window.Holds(s.Start) || (s.Start-o.axis.base)%span.Minute != 0 {
			return fmt.Errorf("%v is no start of the window", s.Start)
		}
		if want := s.Start + span.Minutes(o.length()); s.End != want {
			return fmt.Errorf("%v ends at %v, want %v", s.Start, s.End, want)
		}
		offered[s.Start] = s
	}
	for m := o.axis.index(o.q.Window.Start); m < o.axis.index(o.q.Window.End); m++ {
		if o.axis.at(m) < o.q.Window.Start {
			continue
		}
		want := o.ask(m)
		got, ok := offered[o.axis.at(m)]
		if !want.agrees(ok, int(got.Place), f.Who(got.Leads)) {
			return fmt.Errorf("%v: the engine says %v %v at %d, the oracle %+v", o.axis.at(m), ok, f.Who(got.Leads), got.Place, want)
		}
	}
	return nil
}

// TestSlotsAgainstOracle: over many worlds, around days on which clocks
// change, the engine offers exactly what the oracle finds minute by minute.
func TestSlotsAgainstOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := anyZone(t)
		for range 3 {
			q := w.drawQuestion(t)
			q.Squeeze = chance(t, "squeeze", 1)
			f := w.factsFor(q)
			if err := compareSlots(newOracle(w, q), f, availability.Slots(q, f)); err != nil {
				t.Fatalf("%s: %v\n%s", describe(q), err, w)
			}
		}
	})
}

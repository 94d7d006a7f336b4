package availability

import (
	"math"

	"kept/span"
)

// Usual is one of the services that are asked for most.
type Usual struct {
	DurationMin int     // with its buffers: what it takes of a lane
	Weight      float64 // how often it is asked for, in any unit; a share of demand
	Value       float64 // what it brings, in any unit such as minor units of money; 0 for all counts every minute alike
}

// unit is the step of a Mix's tables.
const unit = 5 * span.Minute

// reach is how far the tables go: a day. Beyond it worth grows in proportion.
const reach = int(span.Day / unit)

// usualAskers is how many askers a stretch of free time meets before it has
// passed, where nothing better is known. Measured by the simulation: from 2 to
// 6 the gain differs little.
const usualAskers = 3

// Mix is what a stretch of free time is worth, by the services asked for most.
// It is worked out once for a mix, never changes, and may be shared by every
// goroutine.
//
// All worth is in minutes of value: what an average minute of the mix brings.
// A haircut that earns twice as much per minute as the rest counts two for
// every one of its minutes. Rate turns it into money.
type Mix struct {
	worth []float32 // by units of 5 minutes: what is expected to come of it
	best  []float32 // by units of 5 minutes: what the best packing would bring
	rate  float64
}

// NewMix works the tables out. Usuals of no length or no weight do not count;
// with none left a minute of free time is worth a minute, in one piece or in
// many.
//
// Worth follows those who ask. A stretch of g meets a number of askers, each
// wanting a service of the mix by its weight. The first whose service fits
// takes its beginning and leaves g less that; if none of theirs fits, the
// stretch is lost:
//
//	worth(g) = (1 - (1 - W)^askers) · Σ w·(value + worth(g - duration)) / W
//
// over the services that fit into g, W being the sum of their weights. So two
// hours are worth more in one piece than in four, for the pieces fit fewer of
// those who ask. The best packing, which supposes that whoever is wanted comes,
// knows no such difference between 45 minutes and 90, and steers far worse.
func NewMix(usual []Usual) *Mix {
	m := &Mix{worth: make([]float32, reach+1), best: make([]float32, reach+1)}
	kept, weights := m.normal(usual)
	for g := 1; g <= reach; g++ {
		m.best[g] = m.best[g-1]
		var fit, sum float64
		for _, u := range kept {
			if d := u.DurationMin; d <= g {
				fit += u.Weight
				sum += u.Weight * (u.Value + float64(m.worth[g-d]))
				m.best[g] = max(m.best[g], float32(u.Value)+m.best[g-d])
			}
		}
		if fit > 0 {
			none := math.Pow(max(0, 1-fit/weights), usualAskers)
			m.worth[g] = float32((1 - none) * sum / fit)
		}
	}
	return m
}

// normal gives the usuals with durations in units and values in minutes of
// value, and their weights' sum.
func (m *Mix) normal(usual []Usual) (kept []Usual, weights float64) {
	var minutes, value float64
	for _, u := range usual {
		if u.DurationMin > 0 && u.Weight > 0 && u.DurationMin <= reach*5 {
			kept = append(kept, u)
			weights += u.Weight
			minutes += u.Weight * float64(u.DurationMin)
			value += u.Weight * max(0, u.Value)
		}
	}
	if len(kept) == 0 {
		kept, weights, minutes = []Usual{{DurationMin: 5, Weight: 1}}, 1, 5
	}
	if value > 0 {
		m.rate = value / minutes
	}
	for i := range kept {
		u := &kept[i]
		if m.rate > 0 {
			u.Value = max(0, u.Value) / m.rate
		} else {
			u.Value = float64(u.DurationMin)
		}
		u.DurationMin = (u.DurationMin + 4) / 5
	}
	return kept, weights
}

// Worth is what a stretch of free time is expected to bring, in minutes of value.
func (m *Mix) Worth(free span.Instant) float64 { return float64(look(m.worth, free)) }

// Best is what a stretch of free time brings when it is packed as well as can
// be, in minutes of value.
func (m *Mix) Best(free span.Instant) float64 { return float64(look(m.best, free)) }

// Rate is what a minute of value is in the unit of Usual.Value; 0 when no
// values were given.
func (m *Mix) Rate() float64 { return m.rate }

// look reads a table; time below a whole unit is worth nothing.
func look(table []float32, free span.Instant) float32 {
	if free < unit {
		return 0
	}
	if n := int(uint64(free) / uint64(unit)); n <= reach {
		return table[n]
	}
	return table[reach] / float32(reach) * float32(free/unit)
}

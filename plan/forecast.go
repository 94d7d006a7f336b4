package plan

import (
	"cmp"
	"math"
	"slices"

	"kept/client"
	"kept/span"
)

// Confidence says how far a forecast may be relied upon.
type Confidence string

// The degrees.
const (
	Low    Confidence = "low"
	Medium Confidence = "medium"
	High   Confidence = "high"
)

// Forecast is when a meter will show what makes a service due.
type Forecast struct {
	Date       span.Date
	Confidence Confidence
	PerDay     float64 // in the unit of the reading
}

const (
	mostPoints = 60       // the newest readings decide: slopes are counted in pairs
	farthest   = 50 * 365 // days ahead; what lies beyond is no forecast
	fewPoints  = 3        // for a medium confidence
	manyPoints = 4        // for a high one
	shortSpan  = 45       // days between the first and the last reading
	longSpan   = 120      //
	fresh      = 120      // days since the last reading
	stale      = 365      //
	steady     = 0.35     // how far the usual pace may stray from the trend
)

// Trend is how a meter moves: its readings by day, and its usual pace.
type Trend struct {
	PerDay float64
	points []point
}

type point struct {
	day   int // since the first reading
	value float64
	date  span.Date
}

// TrendOf finds the trend in the readings of one kind, in whatever order they
// come; doubtful ones are left out. The pace is the median of the slopes of
// all pairs (Theil 1950, Sen 1968), which a third of wild readings does not
// move. False when there are not two readings of different days.
func TrendOf(readings []client.Reading, kind string) (Trend, bool) {
	var t Trend
	for _, r := range readings {
		if r.Kind == kind && !r.Doubtful && !math.IsNaN(r.Value) && !math.IsInf(r.Value, 0) {
			t.points = append(t.points, point{value: r.Value, date: r.Day})
		}
	}
	slices.SortFunc(t.points, func(a, b point) int {
		return cmp.Or(b.date.DaysUntil(a.date), cmp.Compare(b.value, a.value))
	})
	// Of several on one day the highest: it was the last.
	t.points = slices.CompactFunc(t.points, func(a, b point) bool { return a.date == b.date })
	if len(t.points) > mostPoints {
		t.points = t.points[len(t.points)-mostPoints:]
	}
	if len(t.points) < 2 {
		return Trend{}, false
	}
	for i := range t.points {
		t.points[i].day = t.points[0].date.DaysUntil(t.points[i].date)
	}
	var slopes []float64
	for i, a := range t.points {
		for _, b := range t.points[i+1:] {
			slopes = append(slopes, slope(a, b))
		}
	}
	t.PerDay = median(slopes)
	return t, true
}

func slope(a, b point) float64 { return (b.value - a.value) / float64(b.day-a.day) }

// median sorts what it is given.
func median(of []float64) float64 {
	slices.Sort(of)
	half := len(of) / 2
	if len(of)%2 == 1 {
		return of[half]
	}
	return of[half-1]/2 + of[half]/2
}

// At is what the meter shows on a day: between two readings on the line
// between them, beyond them by the usual pace.
func (t Trend) At(day span.Date) float64 {
	x := t.points[0].date.DaysUntil(day)
	first, last := t.points[0], t.points[len(t.points)-1]
	switch {
	case x <= first.day:
		return first.value - t.PerDay*float64(first.day-x)
	case x >= last.day:
		return last.value + t.PerDay*float64(x-last.day)
	}
	i := slices.IndexFunc(t.points, func(p point) bool { return p.day >= x })
	a, b := t.points[i-1], t.points[i]
	return a.value + slope(a, b)*float64(x-a.day)
}

// Reaches is the first day from since on, on which the meter shows the amount
// more than it did on that day. today is for how much the forecast is worth.
// False when it never does, or not within half a century.
func (t Trend) Reaches(amount float64, since, today span.Date) (Forecast, bool) {
	target := t.At(since) + amount
	start := t.points[0].date.DaysUntil(since)
	f := Forecast{Confidence: t.confidence(today), PerDay: t.PerDay}
	for i, b := range t.points {
		if b.day < start || b.value < target {
			continue
		}
		day := b.day // it has been reached by this reading, somewhere before
		if i > 0 && b.value > t.points[i-1].value {
			a := t.points[i-1]
			day = min(b.day, a.day+ceil((target-a.value)/slope(a, b)))
		} else if i == 0 && t.PerDay > 0 {
			day -= int((b.value - target) / t.PerDay)
		}
		f.Date = t.points[0].date.AddDays(max(start, day))
		return f, true
	}
	last := t.points[len(t.points)-1]
	if t.PerDay <= 0 {
		return Forecast{}, false
	}
	days := math.Ceil((target - last.value) / t.PerDay)
	if days > farthest {
		return Forecast{}, false
	}
	f.Date = t.points[0].date.AddDays(max(start, last.day+int(days)))
	return f, true
}

// ceil rounds up what is within the readings.
func ceil(x float64) int { return int(math.Ceil(x)) }

// confidence weighs how many readings there are, over how long, how new they
// are and how steadily they grow.
func (t Trend) confidence(today span.Date) Confidence {
	last := t.points[len(t.points)-1]
	age := last.date.DaysUntil(today)
	if len(t.points) < fewPoints || last.day < shortSpan || age > stale {
		return Low
	}
	if len(t.points) < manyPoints || last.day < longSpan || age > fresh || t.strays() > steady {
		return Medium
	}
	return High
}

// strays is how far the pace between neighbours usually is from the trend, as a part of it.
func (t Trend) strays() float64 {
	if t.PerDay <= 0 {
		return math.Inf(1)
	}
	var off []float64
	for i, b := range t.points[1:] {
		off = append(off, math.Abs(slope(t.points[i], b)-t.PerDay)/t.PerDay)
	}
	return median(off)
}

package simulate

import (
	"fmt"
	"io"
	"math"

	"kept/availability"
)

// The seeds by which the weights were chosen, and those that figures are told
// of: never the same.
func trainSeeds() []uint64 { return []uint64{1, 2, 3, 4, 5} }
func testSeeds() []uint64  { return []uint64{20261122, 20261123, 20261124, 20261125, 20261126} }

// Mean runs the year's plan for every seed and gives the mean of each figure;
// of Fewest it is the least.
func Mean(seeds []uint64, demand float64, w *availability.Weights) Figures {
	mean := Figures{Fewest: math.MaxInt}
	n := float64(len(seeds))
	for _, seed := range seeds {
		f := Run(Year(seed, demand, w))
		mean.Utilisation += f.Utilisation / n
		mean.Shift += f.Shift / n
		mean.Remnants += f.Remnants / n
		mean.Offered += f.Offered / n
		mean.Left += f.Left / n
		mean.Fewest = min(mean.Fewest, f.Fewest)
	}
	return mean
}

// Report prints what the ranking is worth as `name value unit` lines: where
// all slots are equal; where they are ranked; where they are ranked for clients
// who do not heed labels, so that the owner's threshold does it alone; where
// the owner hides nothing, so that labels do; and where besides the staff member
// is taken whose day it breaks least, not the least booked.
func Report(out io.Writer) {
	for _, demand := range []float64{1.15, 0.80} {
		for _, name := range []string{"equal", "ranked", "unlabelled", "unhidden", "fitted"} {
			report(out, fmt.Sprintf("fill_%.0f_%s", 100*demand, name), Mean(testSeeds(), demand, weights(name)))
		}
	}
}

// weights are those of a line; nil where all slots are equal.
func weights(name string) *availability.Weights {
	w := availability.Usually(Mix())
	switch name {
	case "equal":
		return nil
	case "unlabelled":
		w.Best = 0
	case "unhidden":
		w.HideAbove = 0
	case "fitted":
		w.Fit = true
	}
	return &w
}

func report(out io.Writer, name string, f Figures) {
	fmt.Fprintf(out, "%s_utilisation %.3f share\n", name, f.Utilisation)
	fmt.Fprintf(out, "%s_shift %.2f h\n", name, f.Shift)
	fmt.Fprintf(out, "%s_remnants %.1f min/day\n", name, f.Remnants)
	fmt.Fprintf(out, "%s_offered %.1f starts\n", name, f.Offered)
	fmt.Fprintf(out, "%s_fewest %d starts\n", name, f.Fewest)
	fmt.Fprintf(out, "%s_left %.3f share\n", name, f.Left)
}

// Tune prints a table of thresholds on the seeds for tuning.
func Tune(out io.Writer) {
	try := func(name string, w *availability.Weights) {
		a, b := Mean(trainSeeds(), 1.15, w), Mean(trainSeeds(), 0.80, w)
		fmt.Fprintf(out, "%-28s 115%%: %.3f %.2f h %4.0f min %4.1f %d   80%%: %.3f %.2f h %4.0f min %4.1f %d\n", name,
			a.Utilisation, a.Shift, a.Remnants, a.Offered, a.Fewest, b.Utilisation, b.Shift, b.Remnants, b.Offered, b.Fewest)
	}
	try("equal", nil)
	for _, fit := range []bool{false, true} {
		for _, hide := range []int{0, 10, 15, 20, 25, 30, 40, 50} {
			for _, best := range []int{0, 3} {
				w := availability.Usually(Mix())
				w.Fit, w.HideAbove, w.Best = fit, hide, best
				try(fmt.Sprintf("fit %t, hide %d %%, %d labels", fit, hide, best), &w)
			}
		}
	}
}

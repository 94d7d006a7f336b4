package bench

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"
	"time"
)

// A report takes the figures, prints each as it comes and compares them with the goals at the end.
type report struct {
	lines io.Writer // `name value unit`
	notes io.Writer // for people
	all   []figure
}

type figure struct {
	work, engine string // the name is work_engine
	value        float64
	unit         string
}

func (f figure) name() string { return f.work + "_" + f.engine }

// add prints a figure.
func (r *report) add(work, engine string, value float64, unit string) {
	f := figure{work, engine, value, unit}
	r.all = append(r.all, f)
	fmt.Fprintf(r.lines, "%s %s %s\n", f.name(), number(value), unit)
}

// notef prints a remark for people.
func (r *report) notef(format string, args ...any) { fmt.Fprintf(r.notes, format+"\n", args...) }

// number writes a value with as many digits as one can believe.
func number(v float64) string {
	switch a := math.Abs(v); {
	case v == math.Trunc(v) || a >= 1000:
		return fmt.Sprintf("%.0f", v)
	case a >= 100:
		return fmt.Sprintf("%.1f", v)
	case a >= 10:
		return fmt.Sprintf("%.2f", v)
	default:
		return fmt.Sprintf("%.3f", v)
	}
}

// A goal bounds a figure.
type goal struct {
	work, engine string // no engine: all
	limit        float64
	least        bool // the figure must be at least that; else at most
}

// goals are those of the table of works that this program runs.
func goals() []goal {
	return []goal{
		{work: "w1_http", limit: 0.6},
		{work: "w2_http", limit: 1.5},
		{work: "w3_http", limit: 5},
		{work: "w4_http", limit: 12_000, least: true},
		{work: "w4_cpu", limit: 0.12},
		{work: "w5", engine: "sqlite", limit: 900, least: true},
		{work: "w5", engine: "postgres", limit: 600, least: true},
		{work: "w5_p95", limit: 25},
		{work: "w5_overlaps", limit: 0},
		{work: "w6", limit: races, least: true},
		{work: "w7_start", limit: 60},
		{work: "w7_rss", limit: 60},
		{work: "w8", limit: 1.3},
		{work: "w10", limit: 50},
		{work: "w10_late", limit: 1000},
		{work: "w11_http", limit: 10},
		{work: "w11_cpu", limit: 10},
		{work: "w12_http", limit: 50},
		{work: "w12_p95", limit: 50},
		{work: "w13", limit: sealRate, least: true},
		{work: "w13_age", limit: 1000},
	}
}

// compare tells how a figure stands to its goal; "" when it has none.
func (f figure) compare() (limit, verdict string) {
	for _, g := range goals() {
		if g.work != f.work || (g.engine != "" && g.engine != f.engine) {
			continue
		}
		sign, ok := "≤", f.value <= g.limit
		if g.least {
			sign, ok = "≥", f.value >= g.limit
		}
		verdict = "short"
		if ok {
			verdict = "ok"
		}
		return sign + " " + number(g.limit), verdict
	}
	return "", ""
}

// close prints the table of goals.
func (r *report) close() {
	table := tabwriter.NewWriter(r.notes, 0, 0, 2, ' ', 0)
	for _, f := range r.all {
		if limit, verdict := f.compare(); verdict != "" {
			fmt.Fprintf(table, "%s\t%s %s\tgoal %s\t%s\n", f.name(), number(f.value), f.unit, limit, verdict)
		}
	}
	if err := table.Flush(); err != nil {
		fmt.Fprintln(r.notes, err)
	}
	fmt.Fprintln(r.notes, "figures of one machine on one day; server processor time per call is the steadiest")
}

// quantile is the value below which a share q of all lies; of no values, 0.
func quantile[T cmp.Ordered](all []T, q float64) T {
	var none T
	if len(all) == 0 {
		return none
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

func median[T cmp.Ordered](all []T) T { return quantile(all, 0.5) }

// ms is a duration in milliseconds.
func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// rates cuts the moments at which things were done, measured from a common beginning, into parts of as many
// things each and gives how many a second were done in each part.
func rates(done []time.Duration, parts int) []float64 {
	sorted := slices.Sorted(slices.Values(done))
	size := max(1, len(sorted)/parts)
	var all []float64
	var before time.Duration
	for end := size; end <= len(sorted); end += size {
		all = append(all, float64(size)/(sorted[end-1]-before).Seconds())
		before = sorted[end-1]
	}
	return all
}

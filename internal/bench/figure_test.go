package bench

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFigures(t *testing.T) {
	t.Parallel()
	var lines, notes strings.Builder
	r := &report{lines: &lines, notes: &notes}
	r.add("w1_http", "sqlite", 0.42, "ms")
	r.add("w4_http", "postgres", 11999.6, "req/s")
	r.add("w5", "postgres", 612.34, "bookings/s")
	r.add("w5", "sqlite", 612.34, "bookings/s")
	r.add("w6", "sqlite", 20, "rounds_exactly_one")
	r.add("w7_anon", "sqlite", 12.345, "MiB")
	r.close()
	want := "w1_http_sqlite 0.420 ms\nw4_http_postgres 12000 req/s\nw5_postgres 612.3 bookings/s\nw5_sqlite 612.3 bookings/s\n" +
		"w6_sqlite 20 rounds_exactly_one\nw7_anon_sqlite 12.35 MiB\n"
	if diff := cmp.Diff(want, lines.String()); diff != "" {
		t.Error(diff)
	}
	var verdicts []string
	for line := range strings.Lines(notes.String()) {
		if fields := strings.Fields(line); strings.HasPrefix(line, "w") {
			verdicts = append(verdicts, fields[0]+" "+fields[len(fields)-1])
		}
	}
	if diff := cmp.Diff([]string{"w1_http_sqlite ok", "w4_http_postgres short", "w5_postgres ok", "w5_sqlite short", "w6_sqlite ok"}, verdicts); diff != "" {
		t.Errorf("%s\n%s", diff, notes.String())
	}
}

func TestQuantiles(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		all  []int
		q    float64
		want int
	}{
		{nil, 0.5, 0},
		{[]int{7}, 0.95, 7},
		{[]int{3, 1, 2}, 0.5, 2},
		{[]int{5, 4, 3, 2, 1}, 1, 5},
		{[]int{5, 4, 3, 2, 1}, 0, 1},
	} {
		if got := quantile(test.all, test.q); got != test.want {
			t.Errorf("quantile(%v, %v) = %d, want %d", test.all, test.q, got, test.want)
		}
	}
	s := time.Second
	if diff := cmp.Diff([]float64{2, 1, 0.5}, rates([]time.Duration{s, s / 2, 2 * s, 3 * s, 5 * s, 7 * s}, 3)); diff != "" {
		t.Error(diff)
	}
}

func TestProcessorTimeIsReadPastAnyName(t *testing.T) {
	t.Parallel()
	fields, err := statFields(1, []byte("1 (a) b (c)) S 77 3 4 5 6 7 8 9 10 11 120 30 4 5 20 0"))
	if err != nil || fields[1] != "77" || fields[11] != "120" || fields[14] != "5" {
		t.Errorf("fields = %q, %v", fields, err)
	}
	if _, err := statFields(1, []byte("1 (cut) S 77")); err == nil {
		t.Error("took a line that is cut")
	}
	before := ownCPU()
	for ownCPU()-before < 3*tick { // work
	}
	if ownCPU() <= before {
		t.Error("no processor time is used by using it")
	}
}

package span_test

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata" // the same rules on every machine that has none of its own

	"kept/span"
)

// The names of every zone of the tz database as Go ships it.
//
//go:embed testdata/zones.txt
var zoneNames string

// shift is one change of a zone's offset, in seconds of Unix time and seconds
// east of UTC.
type shift struct {
	at            int64
	before, after int
}

func offset(z *time.Location, unix int64) int {
	_, o := time.Unix(unix, 0).In(z).Zone()
	return o
}

// shifts finds a zone's changes of offset in [from, to) by trying every day
// and halving; it asks nothing of span or of time.ZoneBounds.
func shifts(z *time.Location, from, to int64) []shift {
	const day = 86_400
	var out []shift
	for a := from; a < to; a += day {
		lo, hi := a, a+day
		before, after := offset(z, lo), offset(z, hi)
		if before == after {
			continue
		}
		for hi-lo > 1 {
			if mid := (lo + hi) / 2; offset(z, mid) == before {
				lo = mid
			} else {
				hi = mid
			}
		}
		out = append(out, shift{at: hi, before: before, after: after})
	}
	return out
}

// TestEveryZone holds the wall clock of every zone around every change of
// 2024 to 2040 against brute force: walk through the instants, note what the
// clock shows, and see which instants show a reading.
func TestEveryZone(t *testing.T) {
	t.Parallel()
	from := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	to := time.Date(2041, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	names := strings.Fields(zoneNames)
	if len(names) < 590 {
		t.Fatalf("only %d zones", len(names))
	}
	// Many names share their rules: one of each group is enough.
	seen := map[string]bool{}
	changes := 0
	for _, name := range names {
		z := zone(t, name)
		list := shifts(z, from, to)
		key := fmt.Sprint(offset(z, from), list)
		if seen[key] {
			continue
		}
		seen[key] = true
		changes += len(list)
		t.Run(strings.ReplaceAll(name, "/", "_"), func(t *testing.T) {
			t.Parallel()
			if len(list) == 0 { // never changes: any day stands for all
				list = []shift{{at: from + 180*86_400, before: offset(z, from), after: offset(z, from)}}
			}
			for _, s := range list {
				checkAround(t, z, s)
				checkDays(t, z, s)
			}
		})
	}
	if len(seen) < 60 || changes < 1000 {
		t.Errorf("only %d groups of zones with %d changes: is the database whole?", len(seen), changes)
	}
}

// checkAround compares every reading near the change with the instants that
// show it: each minute near the change, each quarter of an hour to ±26 h.
func checkAround(t *testing.T, z *time.Location, s shift) {
	t.Helper()
	const reach = 26 * 60
	delta := s.after - s.before
	near := max(delta, -delta)/60 + 3
	shown := map[int64][]span.Instant{} // minutes of the wall clock since 1970 → instants
	for m := int64(-reach - 180); m <= reach+180; m++ {
		unix := s.at + m*60
		reading := (unix + int64(offset(z, unix))) / 60
		shown[reading] = append(shown[reading], span.Instant(unix)*span.Second)
	}
	for m := -reach; m <= reach; m++ {
		if (m < -near || m > near) && m%15 != 0 {
			continue
		}
		for _, o := range []int{s.before, s.after} {
			checkReading(t, z, s, shown, (s.at+int64(o))/60+int64(m))
		}
	}
}

func checkReading(t *testing.T, z *time.Location, s shift, shown map[int64][]span.Instant, reading int64) {
	t.Helper()
	utc := time.Unix(reading*60, 0).UTC()
	first := span.Wall{Date: span.DateOf(utc), Minute: utc.Hour()*60 + utc.Minute()}
	second := first
	second.Fold = 1
	instants := shown[reading]
	if got := first.Exists(z); got != (len(instants) > 0) {
		t.Errorf("%v exists = %v, shown at %v", first, got, instants)
	}
	want := instants
	if len(want) == 0 { // RFC 5545: a time in a gap is read with the offset before it
		want = []span.Instant{span.Instant(reading*60-int64(s.before)) * span.Second}
	}
	if len(want) > 2 {
		t.Fatalf("%v is shown %d times", first, len(want))
	}
	if got := first.Instant(z); got != want[0] {
		t.Errorf("%v = %v, want %v", first, got, want[0])
	}
	if got := second.Instant(z); got != want[len(want)-1] {
		t.Errorf("%v second = %v, want %v", first, got, want[len(want)-1])
	}
	for n, i := range instants {
		w := span.WallAt(i+59*span.Second+999_999, z) // any instant of the minute reads the same
		if w.Date != first.Date || w.Minute != first.Minute || w.Fold != n {
			t.Errorf("the wall at %v = %v fold %d, want %v fold %d", i, w, w.Fold, first, n)
		}
		if got := w.Instant(z); got != i {
			t.Errorf("%v → %v → %v", i, w, got)
		}
	}
}

// checkDays compares the days around the change with a count of the minutes
// that bear their date.
func checkDays(t *testing.T, z *time.Location, s shift) {
	t.Helper()
	count := map[span.Date]int{}
	firstOf := map[span.Date]span.Instant{}
	for m := int64(-72 * 4); m < 72*4; m++ { // every offset since 2024 is of whole quarters
		unix := s.at + m*900
		utc := time.Unix(unix+int64(offset(z, unix)), 0).UTC()
		d := span.DateOf(utc)
		if count[d]++; count[d] == 1 {
			firstOf[d] = span.Instant(unix) * span.Second
		}
	}
	middle := span.DateOf(time.Unix(s.at+int64(s.after), 0).UTC())
	for n := -1; n <= 1; n++ {
		d := middle.AddDays(n)
		got := d.Span(z)
		if got.Length() != span.Minutes(15*count[d]) || got.Start != firstOf[d] {
			t.Errorf("%v = %v .. %v, want %d min from %v", d, got.Start, got.End, 15*count[d], firstOf[d])
		}
	}
}

func TestZonesRemember(t *testing.T) {
	t.Parallel()
	var zones span.Zones
	first, err := zones.Load("Asia/Taipei")
	if err != nil || first.String() != "Asia/Taipei" {
		t.Fatalf("%v, %v", first, err)
	}
	for _, bad := range []string{"", "Local", "Mars/Olympus", "../etc/passwd", "/etc/localtime", "Asia/Taipei\x00"} {
		if z, err := zones.Load(bad); err == nil {
			t.Errorf("%q = %v", bad, z)
		}
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for _, name := range []string{"Asia/Taipei", "Europe/Berlin", "Europe/Moscow"} {
				if z, err := zones.Load(name); err != nil || z.String() != name {
					t.Errorf("%s = %v, %v", name, z, err)
				}
			}
		})
	}
	all.Wait()
	if again, err := zones.Load("Asia/Taipei"); err != nil || again != first {
		t.Errorf("loaded again: %p, %p, %v", first, again, err)
	}
}

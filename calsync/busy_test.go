package calsync

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/span"
)

func TestBusyIsWrittenAsFreeBusyIs(t *testing.T) {
	t.Parallel()
	noon := span.Instant(1_795_348_800) * span.Second
	busy := span.Set{{Start: noon, End: noon + span.Hour}, {Start: noon + 2*span.Hour + 30*span.Second, End: noon + 3*span.Hour + 1}}
	if got, want := WriteBusy(busy), "20261122T120000Z/20261122T130000Z,20261122T140000Z/20261122T150100Z"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := WriteBusy(nil); got != "" {
		t.Error(got)
	}
	for _, bad := range []string{"x", "20261122T120000Z", "20261122T120000Z/20261122T110000Z", "20261122T120000Z/PT1H", ",", "20261122T120000Z/20261122T130000Z,"} {
		if got, err := ReadBusy(bad); err == nil {
			t.Errorf("%q is read as %v", bad, got)
		}
	}
}

// TestBusyThereAndBack keeps every minute, and adds none but those that were begun.
func TestBusyThereAndBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var spans []span.Span
		for range rapid.IntRange(0, 20).Draw(t, "spans") {
			from := span.Instant(rapid.Int64Range(-int64(span.Day), 30_000*int64(span.Day)).Draw(t, "from"))
			spans = append(spans, span.Span{Start: from, End: from + span.Instant(rapid.Int64Range(1, int64(3*span.Day)).Draw(t, "length"))})
		}
		busy := span.SetOf(spans...)
		got, err := ReadBusy(WriteBusy(busy))
		if err != nil {
			t.Fatal(err)
		}
		if left := busy.Subtract(got); len(left) > 0 {
			t.Fatalf("%v is lost", left)
		}
		for _, s := range got.Subtract(busy) {
			if s.Length() >= 2*span.Minute { // the end of one and the beginning of the next
				t.Fatalf("%v is added", s)
			}
		}
		again, err := ReadBusy(WriteBusy(got))
		if diff := cmp.Diff(got, again); diff != "" || err != nil {
			t.Fatal(diff, err)
		}
	})
}

func FuzzReadBusy(f *testing.F) {
	f.Add("20261122T120000Z/20261122T130000Z,20261122T140000Z/20261122T150100Z")
	f.Fuzz(func(t *testing.T, text string) {
		busy, err := ReadBusy(text)
		if err != nil {
			return
		}
		for i, s := range busy {
			if s.Empty() || i > 0 && s.Start <= busy[i-1].End {
				t.Fatalf("%q is %v", text, busy)
			}
		}
	})
}

package span_test

import (
	"math/bits"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/span"
)

// The oracle of sets is a bitmap: instant n of 0..63 is bit n. A set of spans
// is right when it is the bitmap of the same instants and is written in the
// one normal form.

func bitmap(spans ...span.Span) uint64 {
	var m uint64
	for _, s := range spans {
		for i := s.Start; i < s.End; i++ {
			m |= 1 << uint(i)
		}
	}
	return m
}

// runs writes a bitmap as a set, in normal form.
func runs(m uint64) span.Set {
	var out span.Set
	for i := 0; i < 64; {
		if m>>uint(i)&1 == 0 {
			i++
			continue
		}
		j := i
		for j < 64 && m>>uint(j)&1 == 1 {
			j++
		}
		out = append(out, span.Span{Start: span.Instant(i), End: span.Instant(j)})
		i = j
	}
	return out
}

func anySpan(t *rapid.T, label string) span.Span {
	// Ends before starts are drawn too: they are empty, and empty ones must not matter.
	return span.Span{
		Start: span.Instant(rapid.IntRange(0, 63).Draw(t, label+".start")),
		End:   span.Instant(rapid.IntRange(0, 64).Draw(t, label+".end")),
	}
}

func anySpans(t *rapid.T, label string) []span.Span {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) span.Span { return anySpan(t, "s") }), 0, 6).Draw(t, label)
}

func wantSet(t *rapid.T, what string, got span.Set, want uint64) {
	t.Helper()
	if len(got) == 0 && want == 0 {
		return
	}
	if diff := cmp.Diff(runs(want), got); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

func TestSetAgainstBitmap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		as, bs := anySpans(t, "a"), anySpans(t, "b")
		a, b := span.SetOf(as...), span.SetOf(bs...)
		ma, mb := bitmap(as...), bitmap(bs...)
		beforeA, beforeB := slices.Clone(a), slices.Clone(b)
		clip := anySpan(t, "clip")

		wantSet(t, "SetOf", a, ma)
		wantSet(t, "Union", a.Union(b), ma|mb)
		wantSet(t, "Intersect", a.Intersect(b), ma&mb)
		wantSet(t, "Subtract", a.Subtract(b), ma&^mb)
		wantSet(t, "Clip", a.Clip(clip), ma&bitmap(clip))
		if got, want := a.Length(), span.Instant(bits.OnesCount64(ma)); got != want {
			t.Fatalf("Length = %d, want %d", got, want)
		}
		if !slices.Equal(a, beforeA) || !slices.Equal(b, beforeB) {
			t.Fatal("an operation wrote into its operands")
		}
	})
}

func TestSetQuestionsAgainstBitmap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		spans := anySpans(t, "a")
		a, m := span.SetOf(spans...), bitmap(spans...)
		s := anySpan(t, "s")
		i := span.Instant(rapid.IntRange(0, 63).Draw(t, "i"))

		if got, want := a.Holds(i), m>>uint(i)&1 == 1; got != want {
			t.Fatalf("Holds(%d) = %v", i, got)
		}
		if got, want := a.Covers(s), bitmap(s)&^m == 0; got != want {
			t.Fatalf("Covers(%v) = %v", s, got)
		}
		var around span.Span
		for _, r := range runs(m) {
			if r.Start <= i && i < r.End {
				around = r
			}
		}
		if got, ok := a.Around(i); got != around || ok != a.Holds(i) {
			t.Fatalf("Around(%d) = %v, %v, want %v", i, got, ok, around)
		}
	})
}

func TestSpanAgainstBitmap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anySpan(t, "a"), anySpan(t, "b")
		i := span.Instant(rapid.IntRange(0, 63).Draw(t, "i"))
		ma, mb := bitmap(a), bitmap(b)
		for what, ok := range map[string]bool{
			"Empty":     a.Empty() == (ma == 0),
			"Length":    a.Length() == span.Instant(bits.OnesCount64(ma)),
			"Holds":     a.Holds(i) == (ma>>uint(i)&1 == 1),
			"Covers":    a.Covers(b) == (mb&^ma == 0),
			"Meets":     a.Meets(b) == (ma&mb != 0),
			"symmetric": a.Meets(b) == b.Meets(a),
			"Intersect": bitmap(a.Intersect(b)) == ma&mb,
			"Widen":     a.Widen(0, 0) == a,
		} {
			if !ok {
				t.Fatalf("%s is wrong for %v and %v at %d", what, a, b, i)
			}
		}
	})
}

func TestBackToBackSpansDoNotMeet(t *testing.T) {
	t.Parallel()
	first, second := span.Span{Start: 10, End: 20}, span.Span{Start: 20, End: 30}
	if first.Meets(second) || second.Meets(first) {
		t.Fatal("the end of a span belongs to it")
	}
	if got := span.SetOf(second, first); !cmp.Equal(got, span.Set{{Start: 10, End: 30}}) {
		t.Fatalf("touching spans give %v, want one", got)
	}
	if got := first.Widen(2, 3); got != (span.Span{Start: 8, End: 23}) {
		t.Fatalf("Widen = %v", got)
	}
}

func TestZeroSetIsEmpty(t *testing.T) {
	t.Parallel()
	var none span.Set
	if none.Holds(0) || none.Length() != 0 || none.Covers(span.Span{Start: 0, End: 1}) {
		t.Fatal("the zero set holds something")
	}
	if !none.Covers(span.Span{Start: 5, End: 5}) {
		t.Fatal("an empty span is covered by anything")
	}
	if _, ok := none.Around(0); ok {
		t.Fatal("the zero set has a span around 0")
	}
	some := span.SetOf(span.Span{Start: 1, End: 3})
	if got := some.Subtract(none); !cmp.Equal(got, some) {
		t.Fatalf("minus nothing = %v", got)
	}
	if got := none.Subtract(some); len(got) != 0 {
		t.Fatalf("nothing minus = %v", got)
	}
}

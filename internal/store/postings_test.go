package store

import (
	"bytes"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kept/internal/secret"
)

func TestNumbersOfABlock(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		block := rapid.Int64Range(0, 1<<20).Draw(t, "block")
		var want []int64
		for _, n := range rapid.SliceOfDistinct(rapid.Int64Range(0, 1<<blockBits-1), func(n int64) int64 { return n }).Draw(t, "numbers") {
			want = append(want, block<<blockBits+n)
		}
		slices.Sort(want)
		got, err := decodeNumbers(nil, block, encodeNumbers(want))
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%v, want %v: %v", got, want, err)
		}
	})
}

func TestDamagedNumbers(t *testing.T) {
	t.Parallel()
	for _, b := range [][]byte{{0x80}, {0xff, 0xff, 0xff, 0x7f}, bytes.Repeat([]byte{0xff}, 12)} {
		if got, err := decodeNumbers(nil, 0, b); err == nil {
			t.Errorf("%x is read as %v", b, got)
		}
	}
}

func TestPack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOf(rapid.Int64Range(0, 1<<48-1)).Draw(t, "grams")
		if got := unpack(pack(want)); !slices.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

func TestHashed(t *testing.T) {
	t.Parallel()
	m, err := secret.NewMaster(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	keys := func(business string) *secret.Business {
		wrapped, b, err := m.NewBusiness(business)
		if err != nil || len(wrapped) == 0 {
			t.Fatal(err)
		}
		return b
	}
	a, b := keys("a"), keys("b")
	got := hashed(a, []string{"niva", "nvan", "niva"})
	if len(got) != 2 || !slices.IsSorted(got) || !slices.Equal(got, hashed(a, []string{"nvan", "niva"})) {
		t.Errorf("hashed are %v", got)
	}
	if other := hashed(b, []string{"niva", "nvan"}); slices.Contains(other, got[0]) || slices.Contains(other, got[1]) {
		t.Error("another business hashes alike")
	}
}

func TestBest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		scores := rapid.SliceOfN(rapid.Uint16Range(0, 12), 1, 200).Draw(t, "scores")
		most := rapid.IntRange(1, 60).Draw(t, "most")
		type one struct {
			n int64
			s uint16
		}
		var all []one
		for n, s := range scores {
			if s > 0 {
				all = append(all, one{int64(n), s})
			}
		}
		slices.SortFunc(all, func(a, b one) int {
			if a.s != b.s {
				return int(b.s) - int(a.s)
			}
			return int(b.n - a.n)
		})
		var want []int64
		for _, o := range all[:min(most, len(all))] {
			want = append(want, o.n)
		}
		if got := best(scores, most); !slices.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

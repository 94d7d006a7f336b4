package wire_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kept/client"
	"kept/id"
	"kept/internal/web/wire"
)

// TestTwinCursor: a cursor leads back to where its pair stands.
func TestTwinCursor(t *testing.T) {
	t.Parallel()
	for _, one := range []client.Twin{
		{Why: client.TwinPhone, A: client.Client{ID: "a"}, B: client.Client{ID: "b"}},
		{Why: client.TwinName, A: client.Client{ID: "a"}, B: client.Client{ID: "b"}, Likely: 1},
		{Why: client.TwinName, Near: true, A: client.Client{ID: "a"}, B: client.Client{ID: "b"}, Likely: 0.1 + 0.2},
	} {
		read, err := wire.ReadCursor(wire.TwinCursor(one).String())
		if err != nil {
			t.Fatal(err)
		}
		got, want := wire.TwinSpot(read), one.Spot()
		if want.Near {
			want.A = "" // which is the card that was asked of
		} else {
			want.Likely = 0 // by which they do not stand
		}
		if got != want {
			t.Errorf("%+v leads to %+v", want, got)
		}
	}
	if got := wire.TwinSpot(wire.Cursor{}); got != (client.TwinSpot{}) {
		t.Errorf("the beginning is %+v", got)
	}
}

// TestOrdered: pages cut from a list in order give what stands all along once,
// whatever comes and goes meanwhile.
func TestOrdered(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := func(s id.Fact) string { return string(s) }
		draw := func(label string) []id.Fact {
			var out []id.Fact
			for _, n := range rapid.SliceOfDistinct(rapid.IntRange(0, 30), rapid.ID[int]).Draw(t, label) {
				out = append(out, id.Fact(fmt.Sprintf("%02d", n)))
			}
			slices.Sort(out)
			return out
		}
		stays, in := draw("stays"), wire.Paging{Limit: rapid.IntRange(1, 9).Draw(t, "limit")}
		var got []id.Fact
		for {
			list := slices.Concat(stays, draw("meanwhile"))
			slices.Sort(list)
			page, err := wire.Ordered(slices.Compact(list), in, name)
			if err != nil || len(page.Items) > in.Limit {
				t.Fatalf("%+v, %v", page, err)
			}
			got = append(got, page.Items...)
			if page.Next == nil {
				break
			}
			in.Cursor = *page.Next
		}
		if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Fatalf("in pages %v", got)
		}
		for _, one := range stays {
			if !slices.Contains(got, one) {
				t.Fatalf("%s is missing of %v", one, got)
			}
		}
	})
	if _, err := wire.Ordered([]string{"a"}, wire.Paging{Limit: 2, Cursor: "!"}, func(s string) string { return s }); err == nil {
		t.Error("a cursor that is none is taken")
	}
}

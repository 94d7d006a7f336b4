package wire_test

import (
	"slices"
	"testing"

	"kept/fault"
	"kept/internal/web/wire"
	"kept/span"
)

// Everything is on one page, once, also while things go and come.
func TestCut(t *testing.T) {
	t.Parallel()
	list := []string{"e", "b", "a", "d", "c"}
	var got []string
	in := wire.Paging{Limit: 2}
	for {
		page, next, err := wire.Cut(list, in, func(s string) string { return s })
		if err != nil || len(page) > 2 {
			t.Fatalf("%v, %v", page, err)
		}
		got = append(got, page...)
		if next == nil {
			break
		}
		in.Cursor = *next
		list = slices.DeleteFunc(list, func(s string) bool { return s == "b" }) // where the cursor stands
	}
	if want := []string{"a", "b", "c", "d", "e"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if _, _, err := wire.Cut(list, wire.Paging{Limit: 2, Cursor: "!"}, func(s string) string { return s }); !fault.Is(err, fault.CodeInvalid) {
		t.Errorf("a cursor that is none: %v", err)
	}
	if page, next, err := wire.Cut(nil, in, func(s string) string { return s }); len(page) != 0 || next != nil || err != nil {
		t.Errorf("of nothing: %v, %v, %v", page, next, err)
	}
}

func TestSlice(t *testing.T) {
	t.Parallel()
	key := func(s string) string { return s }
	for _, gone := range []string{"", "b", "a"} {
		list := []string{"e", "b", "a", "d", "c"}
		var got []string
		in := wire.Paging{Limit: 2}
		for {
			page, err := wire.Slice(list, in, key)
			if err != nil || len(page.Items) > 2 {
				t.Fatalf("%v, %v", page, err)
			}
			got = append(got, page.Items...)
			if page.Next == nil {
				break
			}
			in.Cursor = *page.Next
			list = slices.DeleteFunc(list, func(s string) bool { return s == gone })
		}
		want := []string{"e", "b", "a", "d", "c"}
		if gone == "a" { // gone before it came
			want = []string{"e", "b", "d", "c"}
		}
		if !slices.Equal(got, want) {
			t.Errorf("without %q %v, want %v", gone, got, want)
		}
	}
	if _, err := wire.Slice([]string{"a"}, wire.Paging{Limit: 2, Cursor: "!"}, key); !fault.Is(err, fault.CodeInvalid) {
		t.Errorf("a cursor that is none: %v", err)
	}
	for _, at := range []int64{-5, 99} {
		c := wire.Cursor{At: at, ID: "none"}.String()
		if page, err := wire.Slice([]string{"a"}, wire.Paging{Limit: 2, Cursor: c}, key); err != nil || len(page.Items) != map[int64]int{-5: 1}[at] {
			t.Errorf("from %d on: %v, %v", at, page, err)
		}
	}
	told := wire.Told(wire.Page[string]{Items: nil}, key)
	if told.Items == nil || told.Next != nil {
		t.Errorf("an empty page is told as %+v", told)
	}
}

func TestDayNumber(t *testing.T) {
	t.Parallel()
	for _, day := range []span.Date{{Year: 1990, Month: 1, Day: 1}, {Year: 2026, Month: 12, Day: 31}} {
		if got := wire.DayOf(wire.DayNumber(day)); got != day {
			t.Errorf("%v became %v", day, got)
		}
	}
	for _, n := range []int64{-1, 0, 1 << 60} {
		if got := wire.DayOf(n); got != (span.Date{}) {
			t.Errorf("%d is %v", n, got)
		}
	}
}

package wire_test

import (
	"slices"
	"testing"

	"kept/fault"
	"kept/internal/web/wire"
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

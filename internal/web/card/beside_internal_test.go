package card

import (
	"errors"
	"testing"
)

func TestBeside(t *testing.T) {
	t.Parallel()
	first, second := errors.New("first"), errors.New("second")
	good := func() error { return nil }
	for name, c := range map[string]struct {
		reads []func() error
		want  error
	}{
		"none":           {nil, nil},
		"all are well":   {[]func() error{good, good}, nil},
		"one fails":      {[]func() error{good, func() error { return second }}, second},
		"in their order": {[]func() error{func() error { return first }, func() error { return second }}, first},
	} {
		if got := beside(c.reads...); !errors.Is(got, c.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
	defer func() {
		if got := recover(); got != "no" {
			t.Errorf("the caller sees %v", got)
		}
	}()
	_ = beside(good, func() error { panic("no") })
	t.Error("a panic was kept from the caller")
}

// The reads are under way at the same time: each waits for the other.
func TestBesideIsBeside(t *testing.T) {
	t.Parallel()
	one, other := make(chan struct{}), make(chan struct{})
	err := beside(
		func() error { close(one); <-other; return nil },
		func() error { <-one; close(other); return nil },
	)
	if err != nil {
		t.Error(err)
	}
}

package fault_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/fault"
)

func TestMakers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err              *fault.Error
		kind             fault.Kind
		code, rule, text string
	}{
		{fault.New(fault.Gone, fault.CodeHoldExpired, "it has ended"), fault.Gone, "hold_expired", "", "hold_expired: it has ended"},
		{fault.Newf(fault.Exhausted, fault.CodeRateLimited, "%d a minute", 60), fault.Exhausted, "rate_limited", "", "rate_limited: 60 a minute"},
		{fault.Missing("booking"), fault.NotFound, "not_found", "", "not_found: booking not found"},
		{fault.SlotTaken(), fault.Conflict, "slot_taken", "", "slot_taken: this time has just been taken"},
		{fault.SlotClosed("grid", "off the grid"), fault.Conflict, "slot_closed", "grid", "slot_closed(grid): off the grid"},
		{fault.BadField("start", "format", "no time"), fault.Invalid, "invalid", "", "invalid: some fields are not right; start: no time"},
	} {
		if c.err.Kind != c.kind || c.err.Code != c.code || c.err.Rule != c.rule || c.err.Error() != c.text {
			t.Errorf("%+v, want %s", c.err, c.text)
		}
		wrapped := fmt.Errorf("booking: %w", c.err)
		if fault.KindOf(wrapped) != c.kind || fault.CodeOf(wrapped) != c.code || !fault.Is(wrapped, c.code) {
			t.Errorf("%v is not seen through a wrap", c.err)
		}
	}
}

func TestWrapKeepsTheCauseForLogsOnly(t *testing.T) {
	t.Parallel()
	err := fault.Wrap(fault.Unavailable, fault.CodeUnavailable, "try again", io.ErrUnexpectedEOF)
	if !errors.Is(err, io.ErrUnexpectedEOF) || !errors.Is(errors.Unwrap(err), io.ErrUnexpectedEOF) {
		t.Error("the cause is lost")
	}
	if !strings.Contains(err.Error(), "unexpected EOF") {
		t.Errorf("the log line %q hides the cause", err.Error())
	}
	if strings.Contains(err.Detail, "EOF") {
		t.Errorf("the text that may be shown tells the cause: %q", err.Detail)
	}
}

func TestWhatIsNoFault(t *testing.T) {
	t.Parallel()
	if fault.KindOf(io.EOF) != fault.Internal || fault.CodeOf(io.EOF) != fault.CodeInternal {
		t.Error("an unknown error is not internal")
	}
	if fault.Is(nil, fault.CodeInternal) || fault.Is(io.EOF, fault.CodeConflict) {
		t.Error("Is takes what is not")
	}
	if !fault.Is(io.EOF, fault.CodeInternal) {
		t.Error("an unknown error is internal")
	}
	if errors.Unwrap(fault.SlotTaken()) != nil {
		t.Error("a cause out of nowhere")
	}
}

// TestKindsAreDistinct: the edge's table from kinds to statuses has a row for
// each, and the zero kind is the one that shows nothing.
func TestKindsAreDistinct(t *testing.T) {
	t.Parallel()
	seen := map[fault.Kind]bool{}
	for _, k := range []fault.Kind{
		fault.Internal, fault.Invalid, fault.Unauthenticated, fault.Forbidden, fault.NotFound,
		fault.Conflict, fault.Gone, fault.Exhausted, fault.Unavailable,
	} {
		if seen[k] {
			t.Errorf("kind %d stands twice", k)
		}
		seen[k] = true
	}
	var zero fault.Error
	if zero.Kind != fault.Internal {
		t.Error("the zero fault is not internal")
	}
}

func TestCheckerGathersInOrder(t *testing.T) {
	t.Parallel()
	var c fault.Checker
	if err := c.Err(); err != nil {
		t.Fatalf("nothing checked, yet %v", err)
	}
	c.Require(true, "name", "required", "a name is needed")
	if err := c.Err(); err != nil {
		t.Fatalf("nothing wrong, yet %v", err)
	}
	c.Require(false, "price.amount", "range", "not below zero")
	c.Require(false, "segments[1].duration_min", "range", "at least 1")
	err := c.Err()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid || f.Code != fault.CodeInvalid {
		t.Fatalf("%v is not Invalid", err)
	}
	want := []fault.Field{
		{Name: "price.amount", Rule: "range", Detail: "not below zero"},
		{Name: "segments[1].duration_min", Rule: "range", Detail: "at least 1"},
	}
	if diff := cmp.Diff(want, f.Fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

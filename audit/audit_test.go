package audit_test

import (
	"context"
	"strings"
	"testing"

	"kept/audit"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// shelf keeps entries in memory.
type shelf struct{ entries []audit.Entry }

func (s *shelf) Insert(_ context.Context, _ id.Business, entries ...audit.Entry) error {
	s.entries = append(s.entries, entries...)
	return nil
}

func (s *shelf) Entries(_ context.Context, _ id.Business, f audit.Filter) ([]audit.Line, error) {
	var out []audit.Line
	for i := len(s.entries) - 1; i >= 0 && len(out) < f.Limit; i-- {
		e := s.entries[i]
		if f.Before != "" && string(e.ID) >= f.Before || f.Client != "" && e.Client != f.Client || f.Actor != "" && e.Actor.ID != f.Actor ||
			f.Action != "" && string(e.Action) != f.Action || e.At < f.From {
			continue
		}
		out = append(out, audit.Line{ID: string(e.ID), At: e.At, Actor: e.Actor, Action: string(e.Action), Client: e.Client})
	}
	return out, nil
}

func (s *shelf) Events(context.Context, id.Business, audit.Filter) ([]audit.Line, error) {
	return nil, nil
}

func (s *shelf) Do(ctx context.Context, fn func(ctx context.Context) error) error { return fn(ctx) }

type clock span.Instant

func (c *clock) Now() span.Instant { *c += 1_000_000; return span.Instant(*c) }

func newTrail() (*audit.Trail, *shelf) {
	s, c := &shelf{}, clock(1_795_348_800_000_000)
	return audit.NewTrail(s, s, &c), s
}

func TestRecordNeedsAReasonWhereItSaysSo(t *testing.T) {
	t.Parallel()
	trail, s := newTrail()
	staff := event.Actor{Kind: "user", ID: "u"}
	for _, c := range []struct {
		action audit.Action
		reason string
		ok     bool
	}{
		{audit.CardRead, "", true},
		{audit.CardForced, "", false},
		{audit.CardForced, "  ", false},
		{audit.CardForced, "next of kin", true},
		{audit.HeldRead, "", false},
		{audit.HeldRead, "tax inspection", true},
		{audit.CardRead, strings.Repeat("x", 501), false},
		{audit.CardRead, "two\x00", false},
	} {
		before := len(s.entries)
		// One that is refused takes its neighbours with it: nothing is shown that was not recorded.
		err := trail.Record(t.Context(), "b", audit.Entry{Actor: staff, Action: audit.CardRead},
			audit.Entry{Actor: staff, Action: c.action, Client: "c", Reason: c.reason})
		if (err == nil) != c.ok || !c.ok && !fault.Is(err, fault.CodeInvalid) {
			t.Errorf("%s because %q: %v", c.action, c.reason, err)
		}
		if got := len(s.entries) - before; c.ok && got != 2 || !c.ok && got != 0 {
			t.Errorf("%s because %q: %d entries", c.action, c.reason, got)
		}
	}
	if err := trail.Record(t.Context(), "b"); err != nil {
		t.Error(err)
	}
}

func TestRecordNamesTimeAndClient(t *testing.T) {
	t.Parallel()
	trail, s := newTrail()
	who := event.Actor{Kind: "client", ID: "c1", From: "203.0.113.7"}
	if err := trail.Record(t.Context(), "b", audit.Entry{Actor: who, Action: audit.ClientSignedIn}, audit.Entry{Action: audit.AuditRead, At: 7}); err != nil {
		t.Fatal(err)
	}
	first, second := s.entries[0], s.entries[1]
	if first.Client != "c1" || first.At == 0 || first.ID == "" || first.Actor != who || second.At != 7 || second.ID == first.ID {
		t.Errorf("entries are %+v", s.entries)
	}
}

func TestActionsAreNounDotVerb(t *testing.T) {
	t.Parallel()
	seen := map[audit.Action]bool{}
	for _, a := range audit.Actions() {
		noun, verb, ok := strings.Cut(string(a), ".")
		if !ok || noun == "" || verb == "" || seen[a] || strings.ToLower(string(a)) != string(a) {
			t.Errorf("%q", a)
		}
		seen[a] = true
	}
}

func TestPagesNeverRepeatOrSkip(t *testing.T) {
	t.Parallel()
	trail, s := newTrail()
	for range 23 {
		if err := trail.Record(t.Context(), "b", audit.Entry{Action: audit.CardRead, Client: "c"}); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for f := (audit.Filter{Limit: 5}); ; {
		page, err := trail.List(t.Context(), "b", f)
		if err != nil || len(page.Lines) > 5 {
			t.Fatal(page, err)
		}
		for _, l := range page.Lines {
			got = append(got, l.ID)
		}
		if f.Before = page.Next; f.Before == "" {
			break
		}
	}
	if len(got) != len(s.entries) {
		t.Fatalf("%d lines of %d", len(got), len(s.entries))
	}
	for i, e := range s.entries {
		if got[len(got)-1-i] != string(e.ID) {
			t.Fatalf("line %d is not in its place", i)
		}
	}
}

package audit_test

import (
	"fmt"
	"slices"
	"testing"

	"kept/audit"
	"kept/event"
	"kept/span"
)

func TestRefusalsAreBounded(t *testing.T) {
	t.Parallel()
	trail, s := newTrail() // each look at the clock is a second
	refusals := audit.NewRefusals(trail)
	refuse := func(who, what string) {
		t.Helper()
		err := refusals.Record(t.Context(), audit.Refusal{Business: "b", Actor: event.Actor{Kind: "user", ID: who, From: "192.0.2.1"}, What: what, Client: "c"})
		if err != nil {
			t.Fatal(err)
		}
	}
	details := func(who string) []string {
		var out []string
		for _, e := range s.entries {
			if e.Actor.ID == who {
				out = append(out, e.Detail)
			}
		}
		return out
	}
	for range 25 {
		refuse("eva", "GET /audit")
	}
	if got, want := details("eva"), []string{"GET /audit", "GET /audit ×10"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if e := s.entries[0]; e.Action != audit.Refused || e.Client != "c" || e.Actor.From != "192.0.2.1" {
		t.Errorf("%+v", e)
	}
	for range 60 { // the minute passes
		refuse("ben", "GET /keys")
	}
	refuse("eva", "GET /audit")
	if got := len(details("eva")); got != 3 {
		t.Errorf("after a minute there are %d", got)
	}
	for i := range 20_000 { // many actors are forgotten, not kept
		refuse(fmt.Sprint("many", i), "GET /audit")
	}
	if got := details("many19999"); len(got) != 1 {
		t.Errorf("%q", got)
	}
}

// still is a clock that stands.
type still span.Instant

func (c still) Now() span.Instant { return span.Instant(c) }

// Addresses made up to be many fill neither the record nor the memory.
func TestRefusalsOfMadeUpAddresses(t *testing.T) {
	t.Parallel()
	s := &shelf{}
	refusals := audit.NewRefusals(audit.NewTrail(s, s, still(1_795_348_800_000_000)))
	for i := range 50_000 {
		if err := refusals.Record(t.Context(), audit.Refusal{Business: "b", Actor: event.Actor{Kind: "key", ID: "k"}, What: fmt.Sprint("GET /", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.entries) != 30 {
		t.Errorf("%d entries in a minute", len(s.entries))
	}
}

// Whoever is refused has not read anything: the client is not told of it as of a reader.
func TestRefusedDidNotRead(t *testing.T) {
	t.Parallel()
	trail, _ := newTrail()
	actor := event.Actor{Kind: "user", ID: "eva"}
	if err := trail.Record(t.Context(), "b",
		audit.Entry{Actor: actor, Action: audit.Refused, Client: "c"},
		audit.Entry{Actor: actor, Action: audit.AuditRead, Client: "c"},
		audit.Entry{Actor: actor, Action: audit.CardRead, Client: "c"}); err != nil {
		t.Fatal(err)
	}
	got, err := trail.Readers(t.Context(), "b", "c")
	if err != nil || len(got) != 1 || got[0].Action != audit.CardRead {
		t.Errorf("%+v, %v", got, err)
	}
}

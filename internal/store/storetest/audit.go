package storetest

import (
	"context"
	"slices"
	"testing"

	"kept/audit"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/store"
	"kept/span"
)

func testAudit(t *testing.T, open Opener) {
	for _, part := range []struct {
		name string
		test func(t *testing.T, w *World)
	}{
		{"Entries", auditEntries},
		{"Merged", auditMerged},
		{"Readers", auditReaders},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.test(t, NewWorld(t, open))
		})
	}
}

func (w *World) trail() *audit.Trail {
	return audit.NewTrail(store.NewAudit(w.DB, w.Vault), w.DB, w.Clock)
}

func auditEntries(t *testing.T, w *World) {
	b, other := w.Business(t, "mine"), w.Business(t, "other")
	trail := w.trail()
	who := event.Actor{Kind: "user", ID: "u1", From: "203.0.113.7"}
	WantCode(t, trail.Record(t.Context(), b, audit.Entry{Actor: who, Action: audit.CardForced, Client: "c"}), fault.CodeInvalid)
	Must(t, trail.Record(t.Context(), b,
		audit.Entry{Actor: who, Action: audit.CardForced, Client: "c", Reason: "unconscious, next of kin"},
		audit.Entry{Actor: event.Actor{Kind: "client", ID: "c"}, Action: audit.ClientSignedIn}))
	w.Clock.Advance(2_000_000)
	Must(t, trail.Record(t.Context(), b, audit.Entry{Actor: event.Actor{Kind: "key", ID: "k"}, Action: audit.DocumentRead, Client: "d", Ref: "paper", Detail: "pdf"}))
	for _, c := range []struct {
		f    audit.Filter
		want []audit.Action
	}{
		{audit.Filter{Client: "c"}, []audit.Action{audit.CardForced, audit.ClientSignedIn}},
		{audit.Filter{Actor: "k"}, []audit.Action{audit.DocumentRead}},
		{audit.Filter{Action: string(audit.CardForced)}, []audit.Action{audit.CardForced}},
		{audit.Filter{From: Noon + 1_000_000}, []audit.Action{audit.DocumentRead}},
		{audit.Filter{Until: Noon + 1_000_000}, []audit.Action{audit.CardForced, audit.ClientSignedIn}},
		{audit.Filter{Client: "e"}, nil},
	} {
		page, err := trail.List(t.Context(), b, c.f)
		Must(t, err)
		var got []audit.Action
		for _, l := range page.Lines {
			got = append(got, audit.Action(l.Action))
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v finds %v, want %v", c.f, got, c.want)
		}
	}
	page, err := trail.List(t.Context(), b, audit.Filter{Action: string(audit.CardForced)})
	Must(t, err)
	if l := page.Lines[0]; l.Actor != who || l.Reason != "unconscious, next of kin" || l.Written || l.Damaged {
		t.Errorf("the line is %+v", l)
	}
	if page, err := trail.List(t.Context(), other, audit.Filter{}); err != nil || len(page.Lines) != 0 {
		t.Errorf("another business sees %+v, %v", page, err)
	}
}

// auditMerged pages through events and entries that alternate.
func auditMerged(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	trail, events := w.trail(), store.NewEvents(w.DB, w.Vault)
	who := event.Actor{Kind: "user", ID: "u1", From: "2001:db8::1"}
	const n = 30
	for i := range n {
		w.Clock.Advance(1_000_000)
		if i%3 == 0 {
			w.Do(t, func(ctx context.Context) error {
				return events.Insert(ctx, event.Event{
					ID: eventAt(w.Clock.Now()), Business: b, Type: event.ClientUpdated, At: w.Clock.Now(), Actor: who, Client: "c",
					Data: event.Data{Kind: "head"},
				})
			})
			continue
		}
		Must(t, trail.Record(t.Context(), b, audit.Entry{Actor: who, Action: audit.CardRead, Client: "c"}))
	}
	var all []audit.Line
	for f := (audit.Filter{Limit: 7, Client: "c"}); ; {
		page, err := trail.List(t.Context(), b, f)
		Must(t, err)
		all = append(all, page.Lines...)
		if f.Before = page.Next; f.Before == "" {
			break
		}
	}
	if len(all) != n {
		t.Fatalf("%d lines, want %d", len(all), n)
	}
	for i, l := range all {
		if written := (n-1-i)%3 == 0; l.Written != written || l.Actor != who || written && (l.Detail != "head" || l.Action != "client.updated") {
			t.Errorf("line %d is %+v", i, l)
		}
	}
	listed, err := events.List(t.Context(), b, 0, 10)
	Must(t, err)
	for _, e := range listed {
		if e.Actor.From != "" {
			t.Error("an event tells its readers where the actor was")
		}
	}
}

func auditReaders(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	c, err := w.Registry.Create(t.Context(), b, client.Draft{Name: "Mia"}, "", desk)
	Must(t, err)
	for range 3 {
		w.Clock.Advance(1_000_000)
		_, err = w.Registry.Open(t.Context(), b, c.ID, desk, client.ReadCard)
		Must(t, err)
	}
	_, err = w.Registry.List(t.Context(), b, client.Filter{}, event.Actor{Kind: "user", ID: "two"})
	Must(t, err)
	Must(t, w.trail().Record(t.Context(), b, audit.Entry{Actor: event.Actor{Kind: "client", ID: string(c.ID)}, Action: audit.CardRead, Client: c.ID}))
	got, err := w.trail().Readers(t.Context(), b, c.ID)
	Must(t, err)
	byWhom := map[string]audit.Reader{}
	for _, r := range got {
		byWhom[r.Actor.ID] = r
	}
	if len(got) != 2 || byWhom[desk.ID].Times != 3 || byWhom[desk.ID].At != w.Clock.Now() || byWhom["two"].Action != audit.CardListed {
		t.Errorf("readers are %+v", got)
	}
}

// eventAt makes an identifier of an event at an instant.
func eventAt(at span.Instant) id.Event { return id.New[id.Event](at.UTC()) }

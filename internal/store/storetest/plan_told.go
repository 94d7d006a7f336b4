package storetest

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"kept/client"
	"kept/event"
	"kept/id"
	"kept/internal/mailtext"
	"kept/internal/store"
	"kept/message"
	"kept/plan"
	"kept/span"
)

// site writes the addresses of a test's messages.
type site struct{}

func (site) Manage(message.Visit) string { return "https://kept.example/m/x" }
func (site) Book(v message.Visit) string { return "https://kept.example/b/" + v.Slug }
func (site) At(path string) string       { return "https://kept.example" + path }
func (site) Host() string                { return "kept.example" }

// pillar is a channel that keeps what it is given.
type pillar struct{ got []message.Envelope }

func (*pillar) Name() string                                      { return "pillar" }
func (*pillar) Ready(context.Context, id.Business) (bool, string) { return true, "" }
func (*pillar) Address(to message.Contact) string                 { return to.Email }

func (p *pillar) Send(_ context.Context, e message.Envelope) (message.Ack, bool, error) {
	p.got = append(p.got, e)
	return message.Ack{}, false, nil
}

// ticking is the shop's clock, as the dispatcher asks for it.
type ticking struct{ *Clock }

func (c ticking) Real() span.Instant { return c.Now() }

func (ticking) Wait(ctx context.Context, _ span.Instant, wake <-chan struct{}) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-wake:
		return nil
	}
}

// dispatcher sends the shop's messages of what is due over a channel.
func (s *Shop) dispatcher(to message.Channel) *message.Dispatcher {
	return message.NewDispatcher(message.Parts{
		Store: s.Messages, Facts: store.NewVisits(s.Bookings, s.Clients, s.Settings), Renderer: mailtext.New(site{}),
		Causes: map[message.Step]message.Cause{
			message.PlanDue: store.NewDuePlans(store.NewPlans(s.DB, s.World.Vault), s.Clients, s.Settings),
		},
		Channels: []message.Channel{to}, Atomic: s.DB, Journal: s.World.Journal, Clock: ticking{s.World.Clock}, Log: slog.New(slog.DiscardHandler),
	})
}

// planTold follows what is due to the client's inbox.
func planTold(t *testing.T, open Opener) {
	t.Helper()
	s := recalls(t, open)
	inbox := &pillar{}
	d := s.dispatcher(inbox)
	b := s.visit(t, Tomorrow(10, 0), "cut", "mia")
	send := func() []message.Envelope {
		t.Helper()
		inbox.got = nil
		Must(t, d.RunDue(t.Context()))
		var out []message.Envelope
		for _, e := range inbox.got {
			if e.Booking == "" {
				out = append(out, e)
			}
		}
		return out
	}
	due := span.Date{Year: 2026, Month: 12, Day: 24}
	plans := func(service id.Service) plan.Item {
		t.Helper()
		i, err := s.Plans.Create(t.Context(), s.ID, plan.Draft{Client: b.Client, Service: service, Due: due}, event.System())
		Must(t, err)
		i, err = s.Plans.Offer(t.Context(), s.ID, i.ID, 0, event.System())
		Must(t, err)
		return i
	}
	plans("cut")
	got := send()
	if len(got) != 1 || got[0].Address != "mia@example.com" || got[0].Subject != "It is time again: Cut" {
		t.Fatalf("%+v", got)
	}
	for _, text := range []string{"Cut is due on Thu 24 December.", "https://kept.example/b/lumen?service=cut\n"} {
		if !strings.Contains(got[0].Text, text) {
			t.Errorf("no %q in %s", text, got[0].Text)
		}
	}
	if again := send(); len(again) != 0 {
		t.Errorf("told twice: %+v", again)
	}
	// What was skipped meanwhile is told nobody, nor what the client does not want.
	i := plans("colour")
	_, err := s.Plans.Skip(t.Context(), s.ID, i.ID, 0, event.System())
	Must(t, err)
	if got := send(); len(got) != 0 {
		t.Errorf("skipped, and told: %+v", got)
	}
	_, err = s.Cards.UpdateProfile(t.Context(), s.ID, b.Client, 0, event.System(), func(p *client.Profile) error {
		p.Preferences.Muted = []string{string(message.PlanDue)}
		return nil
	})
	Must(t, err)
	plans("colour")
	if got := send(); len(got) != 0 {
		t.Errorf("not wanted, and told: %+v", got)
	}
	if n := s.Count(t, "SELECT COUNT(*) FROM message WHERE step = 'plan_due' AND reason = $1", message.ReasonNotWanted); n != 1 {
		t.Errorf("%d are not wanted", n)
	}
}

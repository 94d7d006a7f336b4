package message_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/message"
	"kept/span"
)

// thing is what a message hangs on instead of a booking.
type thing struct {
	*office
	standing bool
	touched  []string
	err      error
	gone     bool
	unwanted bool
}

func (c *thing) Still(_ context.Context, r message.Ref) (bool, error) {
	c.touched = append(c.touched, r.Anchor)
	return c.standing, c.err
}

func (c *thing) Visit(context.Context, message.Message) (message.Visit, error) {
	if c.gone {
		return message.Visit{}, fault.Missing("thing")
	}
	v := c.plainVisit()
	if c.unwanted {
		v.Recipient.Likes.Muted = []string{string(message.PlanDue)}
	}
	v.Status = "" // there is no booking to have one
	return v, nil
}

// planBare puts a message without a booking into the store.
func (o *office) planBare(step message.Step) id.Message {
	k := o.plan(step, noon)
	m := *o.rows[k]
	delete(o.rows, k)
	m.Booking, m.Anchor = "", "item"
	m.ID = message.ID("", message.Plan{Recipient: m.Recipient, Step: step, Anchor: m.Anchor})
	o.rows[m.ID] = &m
	return m.ID
}

// TestWithoutABooking: the cause of the step decides in the booking's place.
func TestWithoutABooking(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		step   message.Step
		cause  thing
		status message.Status
		reason string
		fails  bool

		refuses refusal
	}{
		{name: "still so", step: message.PlanDue, cause: thing{standing: true}, status: message.Sent},
		{name: "no longer so", step: message.PlanDue, status: message.Skipped, reason: message.ReasonOutdated},
		{name: "gone after the claim", step: message.PlanDue, cause: thing{standing: true, gone: true}, status: message.Skipped, reason: message.ReasonOutdated},
		{name: "unwanted", step: message.PlanDue, cause: thing{standing: true, unwanted: true}, status: message.Skipped, reason: message.ReasonNotWanted},
		{name: "objected to", step: message.PlanDue, cause: thing{standing: true}, refuses: "recall", status: message.Skipped, reason: message.ReasonNoConsent},
		{name: "objected to something else", step: message.PlanDue, cause: thing{standing: true}, refuses: "marketing", status: message.Sent},
		{name: "a step without cause", step: message.Receipt, cause: thing{standing: true}, status: message.Skipped, reason: message.ReasonOutdated},
		{name: "the database is away", step: message.PlanDue, cause: thing{err: errors.New("away")}, status: message.Planned, fails: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice()
			m := o.planBare(test.step)
			cause := test.cause
			cause.office = o
			d := message.NewDispatcher(message.Parts{
				Store: o, Facts: o, Causes: map[message.Step]message.Cause{message.PlanDue: &cause}, Consents: test.refuses, Renderer: o,
				Channels: []message.Channel{o}, Atomic: o, Journal: o, Clock: (*watch)(o), Log: slog.New(slog.DiscardHandler),
			})
			if err := d.RunDue(t.Context()); (err != nil) != test.fails {
				t.Fatal(err)
			}
			got := o.rows[m]
			if got.Status != test.status || got.Reason != test.reason {
				t.Errorf("%s, %s", got.Status, got.Reason)
			}
			if want := test.step == message.PlanDue; want != (len(cause.touched) > 0 && cause.touched[0] == "item") {
				t.Errorf("touched %v", cause.touched)
			}
			if sent := len(o.events) == 1 && o.events[0].Type == event.MessageSent; sent != (test.status == message.Sent) {
				t.Errorf("events %+v", o.events)
			}
		})
	}
}

// TestACauseIsNotAskedForBookings: what hangs on a booking follows it alone.
func TestACauseIsNotAskedForBookings(t *testing.T) {
	t.Parallel()
	o := newOffice()
	o.start = noon + span.Day
	m := o.plan(message.PlanDue, noon) // with a booking: no state of a booking goes with this step
	cause := &thing{office: o, standing: true}
	d := message.NewDispatcher(message.Parts{
		Store: o, Facts: o, Causes: map[message.Step]message.Cause{message.PlanDue: cause}, Renderer: o,
		Channels: []message.Channel{o}, Atomic: o, Journal: o, Clock: (*watch)(o), Log: slog.New(slog.DiscardHandler),
	})
	if err := d.RunDue(t.Context()); err != nil || o.rows[m].Status != message.Skipped || len(cause.touched) != 0 {
		t.Errorf("%s, touched %v: %v", o.rows[m].Status, cause.touched, err)
	}
}

// refusal is a client who refuses one purpose.
type refusal string

// Allows implements message.Consents.
func (r refusal) Allows(_ context.Context, _ id.Business, _ id.Client, purpose string) (bool, error) {
	return purpose != string(r), nil
}

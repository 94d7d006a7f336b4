package message

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kept/fault"
	"kept/id"
	"kept/span"
)

// Delivery is a claimed message on its way through the pipeline.
type Delivery struct {
	Claim
	visit   Visit
	channel Channel
	content Content
	ack     Ack
	tried   bool // the channel was asked
	retry   bool
	err     error // of the channel, the renderer or the database
	done    bool  // its new state is known
}

// end decides what becomes of the message.
func (d *Delivery) end(status Status, reason string) {
	d.Status, d.Reason, d.done = status, reason, true
}

// Stage is one step of the pipeline.
type Stage interface {
	Do(ctx context.Context, d *Delivery)
}

// Pipeline runs its stages in order.
type Pipeline []Stage

// Do implements Stage.
func (p Pipeline) Do(ctx context.Context, d *Delivery) {
	for _, s := range p {
		s.Do(ctx, d)
	}
}

// undecided runs its stages until one of them decides.
type undecided []Stage

// Do implements Stage.
func (p undecided) Do(ctx context.Context, d *Delivery) {
	for _, s := range p {
		if d.done || d.err != nil {
			return
		}
		s.Do(ctx, d)
	}
}

// pipeline is the way of every message. That nobody is told twice is not a
// stage: it is the primary key of the table, and the claim.
func (d *Dispatcher) pipeline(results *[]Result) Pipeline {
	return Pipeline{
		undecided{
			current{d.facts, d.causes, d.clock}, // is it still so, and of use?
			consent{d.consents},                 // may they be told?
			wish{d.clock, &d.zones},             // do they want it, now?
			route{d.channels, d.breaker, d.clock},
			render{d.renderer},
			send{d.breaker, d.clock},
		},
		retry{d.clock},
		record{results},
	}
}

// current looks at the booking, or the cause, once more. The claim has, too, but messages of
// one claim wait for each other.
type current struct {
	facts  Facts
	causes map[Step]Cause
	clock  Clock
}

func (s current) Do(ctx context.Context, d *Delivery) {
	if s.clock.Now() >= d.UselessAfter {
		d.end(Skipped, ReasonTooLate)
		return
	}
	v, err := s.visit(ctx, d.Message)
	switch {
	case fault.KindOf(err) == fault.NotFound && err != nil:
		d.end(Skipped, ReasonOutdated)
	case err != nil:
		d.err, d.retry = err, true
	case d.Booking != "" && (!d.Still(v.Status, v.Start) || !d.concerns(v)):
		d.end(Skipped, ReasonOutdated)
	default:
		d.visit = v
	}
}

func (s current) visit(ctx context.Context, m Message) (Visit, error) {
	if m.Booking != "" {
		return s.facts.Visit(ctx, m)
	}
	if cause := s.causes[m.Step]; cause != nil {
		return cause.Visit(ctx, m)
	}
	return Visit{}, fault.Missing("cause")
}

// consent asks whether the recipient may be told. What stands with their own
// visit needs no consent; but somebody who was erased has taken it back for
// everything, and what has a purpose of its own asks for that now, at the
// moment of sending.
type consent struct{ consents Consents }

func (s consent) Do(ctx context.Context, d *Delivery) {
	purpose := d.Step.Purpose()
	switch {
	case d.visit.Gone:
		d.end(Skipped, ReasonErased)
	case purpose != "" && d.Recipient.Kind == ToClient && s.consents != nil:
		allowed, err := s.consents.Allows(ctx, d.Business, id.Client(d.Recipient.ID), purpose)
		switch {
		case err != nil:
			d.err, d.retry = err, true
		case !allowed:
			d.end(Skipped, ReasonNoConsent)
		}
	}
}

// route picks the first channel that is set up and reaches the recipient, in
// the order that they prefer.
type route struct {
	channels []Channel
	breaker  *breaker
	clock    Clock
}

func (s route) Do(ctx context.Context, d *Delivery) {
	ready := false
	for _, c := range inOrder(s.channels, d.visit.Recipient.Likes.Channels) {
		if ok, _ := c.Ready(ctx, d.Business); !ok {
			continue
		}
		ready = true
		address := c.Address(d.visit.Recipient)
		if address == "" {
			continue
		}
		if again, ok := s.breaker.allow(c.Name(), s.clock.Now()); !ok {
			d.release(ReasonChannelDown)
			d.Next = again
			return
		}
		d.channel, d.Channel, d.Address = c, c.Name(), address
		return
	}
	if ready {
		d.end(Skipped, ReasonNoAddress)
		return
	}
	d.release(ReasonNoChannel)
	d.Next = d.UselessAfter // callBack lets it go
}

// release gives the message back as if it had not been tried.
func (d *Delivery) release(reason string) {
	d.Attempts--
	d.end(Planned, reason)
}

type render struct{ renderer Renderer }

func (s render) Do(_ context.Context, d *Delivery) {
	defer func() {
		if p := recover(); p != nil {
			d.err = fmt.Errorf("message: rendering panicked: %v", p)
		}
	}()
	d.content, d.err = s.renderer.Render(d.Message, d.visit)
}

// sendLimit is how long a channel may take for one message.
const sendLimit = 30 * time.Second

type send struct {
	breaker *breaker
	clock   Clock
}

func (s send) Do(ctx context.Context, d *Delivery) {
	ctx, cancel := context.WithTimeout(ctx, sendLimit)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			d.err = fmt.Errorf("message: channel %s panicked: %v", d.Channel, p)
		}
	}()
	d.tried = true
	d.ack, d.retry, d.err = d.channel.Send(ctx, Envelope{
		ID: d.ID, Business: d.Business, Booking: d.Booking, At: s.clock.Now(),
		From: d.visit.House.Pick(d.content.Language, d.visit.Language),
		Name: d.visit.Recipient.Name, Address: d.Address, Content: d.content,
	})
	if errors.Is(d.err, ErrDown) {
		s.breaker.fell(d.Channel, s.clock.Now())
		return
	}
	s.breaker.works(d.Channel)
}

// retry turns what happened into a state: sent, another try, or the end.
type retry struct{ clock Clock }

func (s retry) Do(_ context.Context, d *Delivery) {
	now := s.clock.Now()
	switch {
	case d.done:
	case d.err == nil:
		d.end(Sent, "")
		if d.ack.Delivered {
			d.Status = Delivered
		}
		d.SentAt, d.Subject, d.Text = now, d.content.Subject, d.content.Text
	case errors.Is(d.err, ErrDown):
		d.release(ReasonChannelDown)
		d.Next = now + rest + 1 // behind all that wait: one that brings the channel down must not try it for them each time
	case d.retry:
		s.again(d, now)
	case d.tried:
		d.end(Failed, ReasonRefused)
	default:
		d.end(Failed, ReasonBroken)
	}
	if d.Status != Sent && d.Status != Delivered {
		d.Address = "" // it went nowhere
	}
}

func (s retry) again(d *Delivery, now span.Instant) {
	next := now.Add(backoff(d.Attempts))
	if next >= d.UselessAfter {
		d.end(Skipped, ReasonTooLate)
		return
	}
	d.end(Planned, ReasonTryAgain)
	d.Next = next
}

// record hands the new state to whoever writes the batch.
type record struct{ results *[]Result }

func (s record) Do(_ context.Context, d *Delivery) {
	*s.results = append(*s.results, Result{Message: d.Message, Until: d.Until})
}

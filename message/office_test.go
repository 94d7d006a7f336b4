package message_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"kept/catalog"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/message"
	"kept/span"
)

// office is everything around a dispatcher, in memory: store, transactions,
// journal, facts, text, clock and one channel.
type office struct {
	mu      sync.Mutex
	rows    map[id.Message]*message.Message
	claims  map[id.Message]span.Instant
	status  string // of every booking
	start   span.Instant
	now     span.Instant
	still   bool // the clock stands
	events  []event.Event
	after   []func()
	broken  int // so many transactions fail
	channel bool
	visit   func(message.Message) (message.Visit, error)
	render  func(message.Message) (message.Content, error)
	send    func(message.Envelope) (message.Ack, bool, error)
	sent    []message.Envelope
	jumped  chan struct{}
	looks   int // how often somebody asked what is due
}

func newOffice() *office {
	return &office{
		rows: map[id.Message]*message.Message{}, claims: map[id.Message]span.Instant{}, status: "confirmed", start: noon + span.Day,
		now: noon, still: true, channel: true, jumped: make(chan struct{}),
	}
}

func (o *office) dispatcher() *message.Dispatcher {
	return message.NewDispatcher(message.Parts{
		Store: o, Facts: o, Renderer: o, Channels: []message.Channel{o}, Atomic: o, Journal: o, Clock: (*watch)(o),
		Log: slog.New(slog.DiscardHandler),
	})
}

// plan puts a message into the store.
func (o *office) plan(step message.Step, due span.Instant) id.Message {
	anchor := message.Anchor(o.start)
	if !step.Timed() {
		anchor = "0193515e-3c00-7000-8000-000000000001"
	}
	p := message.Plan{
		Recipient: message.Recipient{Kind: message.ToClient, ID: fmt.Sprint("client ", len(o.rows))}, Step: step, Anchor: anchor, Due: due,
		UselessAfter: o.start,
	}
	m := message.ID("booking", p)
	o.rows[m] = &message.Message{
		ID: m, Business: "business", Booking: "booking", Client: "client", Recipient: p.Recipient, Step: step, Anchor: anchor,
		Status: message.Planned, Due: due, Next: due, UselessAfter: p.UselessAfter,
	}
	return m
}

func (o *office) Due(_ context.Context, now, real span.Instant, limit int) ([]message.Ref, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.looks++
	var out []message.Ref
	oldest := slices.SortedFunc(maps.Keys(o.rows), func(a, b id.Message) int {
		return cmp.Or(cmp.Compare(o.rows[a].Next, o.rows[b].Next), cmp.Compare(a, b))
	})
	for _, k := range oldest {
		m := o.rows[k]
		if (m.Status == message.Planned || m.Status == message.Sending) && m.Next <= now && o.claims[k] <= real && len(out) < limit {
			out = append(out, message.Ref{
				Business: m.Business, ID: k, Booking: m.Booking, Client: m.Client, Step: m.Step, Anchor: m.Anchor,
			})
		}
	}
	return out, nil
}

func (o *office) Claim(_ context.Context, r message.Ref, now, real, until span.Instant) (message.Claim, bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	m := o.rows[r.ID]
	if m == nil || m.Next > now || o.claims[r.ID] > real {
		return message.Claim{}, false, nil
	}
	m.Status = message.Sending
	m.Attempts++
	o.claims[r.ID] = until
	return message.Claim{Message: *m, Until: until, Visit: o.status, Start: o.start}, true, nil
}

func (o *office) Record(_ context.Context, results []message.Result) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range results {
		if o.claims[r.ID] == r.Until {
			m := r.Message
			o.rows[r.ID] = &m
			delete(o.claims, r.ID)
		}
	}
	return nil
}

func (o *office) Postpone(_ context.Context, _ id.Business, now, real, until span.Instant) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for k, m := range o.rows {
		switch waits := m.Status == message.Planned || m.Status == message.Sending; {
		case !waits || m.Next > now || o.claims[k] > real || m.UselessAfter <= now:
		case until == 0:
			m.Status, m.Next, m.Reason = message.Planned, m.UselessAfter, message.ReasonNoChannel
		default:
			m.Status, m.Next, m.Reason = message.Planned, until, message.ReasonChannelDown
		}
	}
	return nil
}

func (o *office) Requeue(_ context.Context, ready func(id.Business) bool) error {
	open := ready("business") // it asks the office
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range o.rows {
		if m.Status == message.Planned && m.Reason == message.ReasonNoChannel && open {
			m.Next, m.Reason = m.Due, ""
		}
	}
	return nil
}

func (o *office) Expire(_ context.Context, now, _ span.Instant) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range o.rows {
		if m.Status == message.Planned && m.Next <= now && m.UselessAfter <= now {
			m.Status, m.Reason = message.Skipped, message.ReasonTooLate
		}
	}
	return nil
}

func (o *office) Next(_ context.Context, real span.Instant) (first span.Instant, ok bool, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for k, m := range o.rows {
		if (m.Status == message.Planned || m.Status == message.Sending) && o.claims[k] <= real && (!ok || m.Next < first) {
			first, ok = m.Next, true
		}
	}
	return first, ok, nil
}

func (o *office) Sending(_ context.Context, _ id.Business, _ id.Booking, real span.Instant) (bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for k, m := range o.rows {
		if m.Status == message.Sending && o.claims[k] > real {
			return true, nil
		}
	}
	return false, nil
}

func (o *office) Do(ctx context.Context, fn func(context.Context) error) error {
	o.mu.Lock()
	if o.broken > 0 {
		o.broken--
		o.mu.Unlock()
		return fault.New(fault.Unavailable, fault.CodeUnavailable, "down")
	}
	o.mu.Unlock()
	return fn(ctx)
}

func (o *office) AfterCommit(_ context.Context, fn func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.after = append(o.after, fn)
}

// commit runs what waits for the commit.
func (o *office) commit() {
	o.mu.Lock()
	after := o.after
	o.after = nil
	o.mu.Unlock()
	for _, fn := range after {
		fn()
	}
}

func (o *office) Append(_ context.Context, events ...event.Event) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.events = append(o.events, events...)
	return nil
}

func (o *office) Visit(_ context.Context, m message.Message) (message.Visit, error) {
	if o.visit != nil {
		return o.visit(m)
	}
	return o.plainVisit(), nil
}

func (o *office) plainVisit() message.Visit {
	o.mu.Lock()
	defer o.mu.Unlock()
	return message.Visit{
		Status: o.status, Start: o.start, House: catalog.Texts{"en": "Lumen"},
		Recipient: message.Contact{Name: "Mia", Email: "mia@example.com"},
	}
}

func (o *office) Render(m message.Message, _ message.Visit) (message.Content, error) {
	if o.render != nil {
		return o.render(m)
	}
	return message.Content{Language: "en", Subject: string(m.Step), Text: "text"}, nil
}

func (o *office) Name() string { return "pigeon" }

func (o *office) Ready(context.Context, id.Business) (bool, string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.channel, "no pigeon"
}

func (o *office) Address(to message.Contact) string { return to.Email }

func (o *office) Send(_ context.Context, e message.Envelope) (message.Ack, bool, error) {
	if o.send != nil {
		if ack, retry, err := o.send(e); err != nil {
			return ack, retry, err
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sent = append(o.sent, e)
	return message.Ack{ProviderID: "p"}, false, nil
}

// mails gives what was sent.
func (o *office) mails() []message.Envelope {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.sent)
}

// watch is the clock: it stands at o.now, or runs with the machine's from there.
type watch office

func (w *watch) Now() span.Instant {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.still {
		return w.now
	}
	return w.now + w.Real()
}

func (w *watch) Real() span.Instant { return span.At(time.Now()) }

func (w *watch) Wait(ctx context.Context, until span.Instant, wake <-chan struct{}) error {
	left := until.Sub(w.Now())
	if w.still {
		left = time.Hour
	}
	ctx, cancel := context.WithTimeout(ctx, left)
	defer cancel()
	select {
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.Canceled) {
			return ctx.Err()
		}
	case <-wake:
	}
	return nil
}

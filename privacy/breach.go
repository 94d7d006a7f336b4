package privacy

import (
	"context"
	"slices"

	"kept/account"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Breach is a leak of data, with what has been done about it.
type Breach struct {
	ID         id.Breach
	Regime     Regime
	Title      string
	Report     string       // what happened, its consequences, what is done
	Categories []string     // of data, of Categories
	Noticed    span.Instant // from which the countdowns run
	Happened   span.Instant // 0: not known
	Notified   span.Instant // first notice to the authority; 0: not yet
	Reported   span.Instant // the result of the investigation
	Told       span.Instant // the persons
	Closed     span.Instant
	Actor      event.Actor
	Version    int64
}

// Categories lists of which sorts leaked data may be.
func Categories() []string {
	return []string{"names", "contacts", "visits", "notes", "health", "documents", "messages", "payments", "logins"}
}

// Countdown is one thing that a breach still asks for.
type Countdown struct {
	What string // notice, report
	Due  span.Instant
	Done span.Instant // 0: not yet
}

// Late tells whether its time is over and it was not done, or too late.
func (c Countdown) Late(now span.Instant) bool {
	if c.Done != 0 {
		return c.Done > c.Due
	}
	return now > c.Due
}

// Countdowns are those of the breach's law.
func (b Breach) Countdowns() []Countdown {
	d := b.Regime.Deadlines(b.Noticed)
	out := []Countdown{{"notice", d.Notice, b.Notified}}
	if d.Report != 0 {
		out = append(out, Countdown{"report", d.Report, b.Reported})
	}
	return out
}

// Steps of a breach, in their order.
const (
	StepNotified = "notified"
	StepReported = "reported"
	StepTold     = "told"
	StepClosed   = "closed"
)

func step(b *Breach, name string) *span.Instant {
	return map[string]*span.Instant{
		StepNotified: &b.Notified, StepReported: &b.Reported, StepTold: &b.Told, StepClosed: &b.Closed,
	}[name]
}

// check notes what is wrong with a breach.
func (b Breach) check(now span.Instant) error {
	var c fault.Checker
	c.Line("title", b.Title, 1, 200)
	c.Text("report", b.Report, 0, 20_000)
	c.Require(b.Regime.Valid(), "regime", "unknown", "gdpr, fz152 or pdpa")
	c.Require(b.Noticed > 0 && b.Noticed <= now, "noticed_at", "range", "must not be ahead")
	c.Require(b.Happened <= now, "happened_at", "range", "must not be ahead")
	for _, word := range b.Categories {
		c.Require(slices.Contains(Categories(), word), "categories", "unknown", "is no category of data")
	}
	return c.Err()
}

// OpenBreach enters a leak, from whose noticing the countdowns run; Noticed 0
// is now, an empty regime the business's. Faults forbidden, invalid.
func (o *Office) OpenBreach(ctx context.Context, who account.Principal, b Breach) (Breach, error) {
	if err := needs(who, account.ManagePrivacy); err != nil {
		return Breach{}, err
	}
	now := o.Clock.Now()
	if b.Noticed == 0 {
		b.Noticed = now
	}
	err := o.Atomic.Do(ctx, func(ctx context.Context) error {
		p, err := o.Policies.Policy(ctx, who.Business)
		if err != nil {
			return err
		}
		if b.Regime == "" {
			b.Regime = p.Law()
		}
		if err := b.check(now); err != nil {
			return err
		}
		b = Breach{
			ID: id.New[id.Breach](now.UTC()), Regime: b.Regime, Title: b.Title, Report: b.Report, Categories: b.Categories,
			Noticed: b.Noticed, Happened: b.Happened, Actor: bare(who.Actor()), Version: 1,
		}
		return o.Breaches.InsertBreach(ctx, who.Business, b)
	})
	return b, err
}

// ReviseBreach changes what is said of a leak: title, report, categories,
// law, when it happened. version is the one that the caller saw, 0 for
// whichever there is. Faults forbidden, invalid, not_found, conflict.
func (o *Office) ReviseBreach(ctx context.Context, who account.Principal, want id.Breach, version int64, change func(*Breach)) (Breach, error) {
	return o.breach(ctx, who, want, version, func(b *Breach) error {
		old := *b
		change(b)
		b.ID, b.Noticed, b.Notified, b.Reported, b.Told, b.Closed = old.ID, old.Noticed, old.Notified, old.Reported, old.Told, old.Closed
		b.Actor, b.Version = old.Actor, old.Version
		return b.check(o.Clock.Now())
	})
}

// Step notes that a step was taken now: notified, reported, told, closed. One
// that was taken before stays as it was. Faults as ReviseBreach's.
func (o *Office) Step(ctx context.Context, who account.Principal, want id.Breach, name string) (Breach, error) {
	return o.breach(ctx, who, want, 0, func(b *Breach) error {
		at := step(b, name)
		if at == nil {
			return fault.BadField("step", "unknown", "notified, reported, told or closed")
		}
		if *at == 0 {
			*at = o.Clock.Now()
		}
		return nil
	})
}

func (o *Office) breach(ctx context.Context, who account.Principal, want id.Breach, version int64, change func(*Breach) error) (Breach, error) {
	var b Breach
	if err := needs(who, account.ManagePrivacy); err != nil {
		return b, err
	}
	err := o.Atomic.Do(ctx, func(ctx context.Context) error {
		var err error
		if b, err = o.Breaches.FindBreach(ctx, who.Business, want); err != nil {
			return err
		}
		if version != 0 && b.Version != version {
			return conflict("it has been changed meanwhile")
		}
		if err := change(&b); err != nil {
			return err
		}
		if err := o.Breaches.UpdateBreach(ctx, who.Business, b); err != nil {
			return err
		}
		b.Version++
		return nil
	})
	return b, err
}

// Breach gives a leak; faults forbidden, not_found.
func (o *Office) Breach(ctx context.Context, who account.Principal, want id.Breach) (Breach, error) {
	if err := needs(who, account.ManagePrivacy); err != nil {
		return Breach{}, err
	}
	return o.Breaches.FindBreach(ctx, who.Business, want)
}

// ListBreaches lists leaks, the newest first; fault forbidden.
func (o *Office) ListBreaches(ctx context.Context, who account.Principal, before id.Breach, limit int) ([]Breach, error) {
	if err := needs(who, account.ManagePrivacy); err != nil {
		return nil, err
	}
	return o.Breaches.ListBreaches(ctx, who.Business, before, bounded(limit))
}

// mostPersons bounds what is entered at once.
const mostPersons = 10_000

// Concern enters whom a leak concerns: those clients, or with all everybody
// who has a card. Faults forbidden, not_found, invalid.
func (o *Office) Concern(ctx context.Context, who account.Principal, want id.Breach, all bool, clients ...id.Client) error {
	if err := needs(who, account.ManagePrivacy); err != nil {
		return err
	}
	if len(clients) > mostPersons {
		return fault.BadField("clients", "too_many", "at most 10,000 at once")
	}
	return o.Atomic.Do(ctx, func(ctx context.Context) error {
		if _, err := o.Breaches.FindBreach(ctx, who.Business, want); err != nil {
			return err
		}
		if all {
			return o.Breaches.AddAll(ctx, who.Business, want)
		}
		for _, c := range clients {
			standing, err := o.Cards.Standing(ctx, who.Business, c)
			if err != nil {
				return err
			}
			if !standing {
				return fault.BadField("clients", "unknown", "there is no such client")
			}
		}
		return o.Breaches.AddPersons(ctx, who.Business, want, clients...)
	})
}

// Concerned lists whom a leak concerns, after one; faults forbidden, not_found.
func (o *Office) Concerned(ctx context.Context, who account.Principal, want id.Breach, after id.Client, limit int) ([]id.Client, error) {
	if _, err := o.Breach(ctx, who, want); err != nil {
		return nil, err
	}
	return o.Breaches.Persons(ctx, who.Business, want, after, limit)
}

package app

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"kept/booking"
	"kept/internal/channel/demo"
	"kept/internal/channel/email"
	"kept/internal/clock"
	"kept/internal/config"
	"kept/internal/leaked"
	"kept/internal/mailtext"
	"kept/internal/passkey"
	"kept/internal/secret"
	"kept/internal/store"
	"kept/message"
	"kept/reminder"
	"kept/span"
)

// listen registers who follows from which events, and builds what runs by
// itself: the dispatcher of messages, the end of holds, the sweeping.
func (k *kernel) listen(c config.Serve) (*loops, error) {
	k.abroad.home = c.HomeHost
	channels, err := k.channels(c)
	if err != nil {
		return nil, err
	}
	k.dispatcher = message.NewDispatcher(message.Parts{
		Consents: k.intake,
		Store:    k.messages, Facts: store.NewVisits(k.bookings, k.cards, k.settings),
		Causes: map[message.Step]message.Cause{
			message.PlanDue: store.NewDuePlans(k.due, k.cards, k.settings), message.CallMissed: k.callbacks,
		},
		Renderer: mailtext.New(links{k.master, c.Base()}), Channels: channels,
		Atomic: k.db, Journal: k.journal, Clock: k.clock, Log: k.log,
	})
	k.journal.Derive("reminder", reminder.New(k.messages, k.dispatcher).Derive)
	k.journal.Derive("plan", k.plans.Derive)
	if k.archive, err = newArchive(k, c); err != nil {
		return nil, err
	}
	k.journal.Derive("tally", k.counter.Derive)
	k.journal.React("search", k.search.React)
	k.journal.React("scribe", (&booking.Scribe{Bookings: k.bookings, Cards: k.clients}).React)
	if err := k.outside(c); err != nil {
		return nil, err
	}
	holds := due{k.holds.NextExpiry, k.desk.ExpireHolds}
	sessions := due{k.desk.Groups.NextDecision, k.desk.DecideSessions}
	plans := due{k.plans.NextRipe, k.plans.RunRipe}
	if c.Breached != "" {
		if k.leaked, err = leaked.Open(c.Breached); err != nil {
			return nil, fmt.Errorf("--breached-passwords: %w", err)
		}
		k.gate.Breached = k.leaked.Has
	}
	k.visitors.door.Caps = capsOf(c)
	k.visitors.door.Courier = courier{k, channels, c.Base(), hostOf(c.SMSURL)}
	k.clock.Watch(holds, sessions, plans, k.dispatcher, k.journal, due{k.visitors.door.NextDue, k.visitors.door.RunDue})
	letters := postman{k, channels, mailtext.New(links{k.master, c.Base()}), c.Base()}
	k.clock.Watch(letters)
	if keys, err := passkey.New(c.Base()); err == nil { // else the address can have none
		k.gate.Site, k.passkeys = site{keys}, keys
		k.visitors.door.Site = visitorSite{keys}
	}
	return &loops{kernel: k, letters: letters, holds: holds, sessions: sessions, plans: plans}, nil
}

// channels lists the ways of reaching people, the preferred first: real ones
// where they are set up, and the demo's inbox for all that they do not reach.
func (k *kernel) channels(c config.Serve) ([]message.Channel, error) {
	var out []message.Channel
	if c.SMTPHost != "" || !c.Demo {
		mail, err := email.New(email.Config{
			Host: c.SMTPHost, Port: c.SMTPPort, User: c.SMTPUser, Password: c.SMTPPassword, TLS: c.SMTPTLS, From: c.MailFrom,
		})
		if err != nil {
			return nil, err
		}
		out = append(out, k.abroad.guard(mail, c.SMTPHost))
	}
	phones, err := k.newSMS(c)
	if err != nil {
		return nil, err
	}
	if k.visitors.sms = phones; c.SMSURL != "" {
		out = append(out, k.abroad.guard(phones, hostOf(c.SMSURL)))
	}
	if c.Demo {
		out = append(out, demo.New(k.inbox))
	}
	return out, nil
}

// links writes the addresses that stand in messages.
type links struct {
	master *secret.Master
	base   string
}

// Manage implements mailtext.Links.
func (l links) Manage(v message.Visit) string {
	return l.base + "/m/" + l.master.Sign(secret.Token{
		Business: string(v.Business), Kind: secret.KindManage, ID: string(v.Booking), Epoch: v.Epoch,
	})
}

// Book implements mailtext.Links.
func (l links) Book(v message.Visit) string { return l.base + "/b/" + v.Slug }

// At implements mailtext.Links.
func (l links) At(path string) string { return l.base + path }

// Host implements mailtext.Links.
func (l links) Host() string { return hostOf(l.base) }

// due is work whose times stand in the database, done in batches.
type due struct {
	next func(context.Context) (span.Instant, bool, error)
	run  func(ctx context.Context, limit int) (done int, err error)
}

// NextDue implements clock.Due.
func (d due) NextDue(ctx context.Context) (span.Instant, bool, error) { return d.next(ctx) }

// RunDue implements clock.Due.
func (d due) RunDue(ctx context.Context) error {
	const batch = 100
	for {
		n, err := d.run(ctx, batch)
		if err != nil || n < batch {
			return err
		}
	}
}

// loops are what runs by itself.
type loops struct {
	*kernel
	holds    due // holds whose minutes are over
	sessions due // sessions that too few have joined
	letters  postman
	plans    due // what becomes due for clients, or expires
	once     sync.Once
	cancel   context.CancelFunc
	running  sync.WaitGroup
}

func (l *loops) start() {
	ctx, cancel := context.WithCancel(context.Background())
	l.cancel = cancel
	l.clock.Start()
	l.journal.Start()
	l.dispatcher.Start()
	l.running.Go(func() { repeat(ctx, l.clock, l.log, 2*time.Second, "holds", l.holds.RunDue) })
	l.running.Go(func() { repeat(ctx, l.clock, l.log, 30*time.Second, "sessions", l.sessions.RunDue) })
	l.running.Go(func() { repeat(ctx, l.clock, l.log, 30*time.Second, "plans", l.plans.RunDue) })
	l.running.Go(func() { repeat(ctx, l.clock, l.log, 10*time.Minute, "sweep", l.sweep) })
	l.running.Go(func() { repeat(ctx, l.clock, l.log, 2*time.Second, "letters", l.letters.RunDue) })
	l.running.Go(func() { repeat(ctx, l.clock, l.log, 30*time.Second, "uses of keys", l.gate.WriteUses) })
	l.running.Go(func() { l.followRoot(ctx) })
	l.running.Go(func() { l.readCalendars(ctx) })
	l.running.Go(func() { l.sendCodes(ctx) })
	l.running.Go(func() { l.fillSearch(ctx) })
	l.running.Go(func() { l.seal(ctx) })
	l.running.Go(func() { l.scrub(ctx) })
}

func (l *loops) stop() {
	l.once.Do(func() {
		if l.cancel == nil {
			return
		}
		l.cancel()
		l.running.Wait()
		l.dispatcher.Stop()
		l.journal.Stop()
		l.clock.Stop()
	})
}

// sweep removes what has lived its time: sessions, answers kept for retries.
func (l *loops) sweep(ctx context.Context) error {
	now := l.clock.Now()
	if err := l.visitors.door.Sweep(ctx, now); err != nil {
		return err
	}
	if err := l.db.Do(ctx, func(ctx context.Context) error { return l.gate.Sweep(ctx, now) }); err != nil {
		return err
	}
	if err := l.privacy.Settle(ctx); err != nil {
		return err
	}
	if err := l.archive.Sweep(ctx); err != nil {
		return err
	}
	after := ""
	for {
		ids, slugs, err := l.setup.Businesses(ctx, after, 500)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, b := range ids {
			err := l.db.Do(ctx, func(ctx context.Context) error { return l.answers.Sweep(ctx, b, now) })
			if err != nil {
				return err
			}
			if err := l.privacy.Sweep(ctx, b); err != nil {
				return err
			}
			if err := l.db.Do(ctx, func(ctx context.Context) error { return l.entries.Sweep(ctx, b, now) }); err != nil {
				return err
			}
		}
		after = slugs[len(slugs)-1]
	}
}

// repeat does something at once and then again and again, in our own time.
func repeat(
	ctx context.Context, c *clock.Clock, log *slog.Logger, every time.Duration, what string, do func(context.Context) error,
) {
	for ctx.Err() == nil {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "a task failed and is tried again", "task", what, "error", err)
		}
		if c.Wait(ctx, c.Now().Add(every), nil) != nil {
			return
		}
	}
}

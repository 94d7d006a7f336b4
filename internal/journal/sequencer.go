package journal

import (
	"context"
	"strings"
	"time"

	"kept/id"
	"kept/span"
)

const (
	leaseName  = "sequencer"
	leaseTTL   = 3 * time.Second
	leaseRenew = time.Second
	poll       = 200 * time.Millisecond // events of nodes whose notification was lost
	gather     = 25 * time.Millisecond  // under load, numbering waits so long for company
	nudge      = 20 * time.Millisecond  // the least time between two notifications of one node

	channelAppended = "kept_appended" // somebody appended; for the sequencer
	channelNumbered = "kept_numbered" // payload: the businesses, or nothing when they are too many
	longestPayload  = 7000
)

// sequence numbers events while this node holds the lease, and while it does
// not, tells the node that does of what was committed here.
func (j *Journal) sequence(ctx context.Context) {
	var renewed time.Time
	defer func() {
		if j.holds.Swap(false) {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			_ = j.leases.Release(ctx, leaseName, j.holder)
		}
	}()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		if time.Since(renewed) >= leaseRenew {
			renewed = time.Now()
			j.campaign(ctx, renewed)
		}
		pause := nudge
		if j.holds.Load() {
			j.number(ctx)
			pause = gather
		}
		// Gather first: whoever commits meanwhile shares the next round.
		timer.Reset(pause)
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		timer.Reset(poll)
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-j.wake:
			if !j.holds.Load() {
				j.note(ctx, "notify the sequencer", j.db.Notify(ctx, channelAppended, ""))
			}
		}
	}
}

// campaign takes or renews the lease.
func (j *Journal) campaign(ctx context.Context, now time.Time) {
	held, err := j.leases.Acquire(ctx, leaseName, j.holder, now, leaseTTL)
	j.note(ctx, "take the lease", err)
	if held && !j.holds.Swap(true) {
		j.log.Info("this node sequences events now")
		for _, r := range j.reactors {
			r.everything()
		}
	}
	if !held && err == nil {
		j.holds.Store(false)
	}
}

// number numbers everything there is and tells those who wait for it.
func (j *Journal) number(ctx context.Context) {
	for ctx.Err() == nil {
		fresh, more, err := j.store.Number(ctx)
		j.note(ctx, "number events", err)
		if len(fresh) > 0 {
			// This node listens too: reactors and screens everywhere are woken alike.
			j.note(ctx, "notify of events", j.db.Notify(ctx, channelNumbered, payload(fresh)))
		}
		if !more {
			return
		}
	}
}

// listen hears what other nodes, and this one, notify.
func (j *Journal) listen(ctx context.Context) {
	j.running.Go(func() {
		_ = j.db.Listen(ctx, channelAppended, func(string) {
			if j.holds.Load() {
				j.signal()
			}
		})
	})
	_ = j.db.Listen(ctx, channelNumbered, j.hear)
}

// hear wakes whoever waits for events of these businesses.
func (j *Journal) hear(payload string) {
	var businesses []id.Business
	for b := range strings.FieldsSeq(payload) {
		businesses = append(businesses, id.Business(b))
	}
	if businesses == nil {
		j.hub.wakeAll()
	}
	for _, b := range businesses {
		j.hub.wake(b)
	}
	for _, r := range j.reactors {
		if businesses == nil {
			r.everything()
		} else if j.holds.Load() {
			r.some(businesses)
		}
	}
}

func payload(fresh []id.Business) string {
	if len(fresh)*37 > longestPayload {
		return ""
	}
	var b strings.Builder
	for i, business := range fresh {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(business))
	}
	return b.String()
}

// note logs an error that only costs time: whatever failed is done again.
func (j *Journal) note(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		j.log.Warn("journal: "+what, "err", err)
	}
}

// Settle numbers everything that is committed and waits until every reactor
// has seen it, on whichever node it runs, or until ctx ends. A clock that
// steps calls it before it goes on.
func (j *Journal) Settle(ctx context.Context) error {
	for {
		j.number(ctx)
		if done, err := j.settled(ctx); done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// settleMost is how long a walk of the clock waits for reactors at one instant.
const settleMost = 5 * time.Second

// NextDue implements clock.Due: nothing here has a time of its own.
func (j *Journal) NextDue(context.Context) (span.Instant, bool, error) { return 0, false, nil }

// RunDue implements clock.Due: what happened at an instant is numbered, and
// reactors have seen it, before the clock goes on. One that is stuck, perhaps
// on another node, does not hold the clock for ever.
func (j *Journal) RunDue(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, settleMost)
	defer cancel()
	err := j.Settle(limited)
	if limited.Err() != nil && ctx.Err() == nil {
		j.log.Warn("journal: the clock goes on before every reactor has seen everything")
		return nil
	}
	return err
}

func (j *Journal) settled(ctx context.Context) (bool, error) {
	if waiting, err := j.store.Unnumbered(ctx); waiting || err != nil {
		return false, err
	}
	for _, r := range j.reactors {
		r.soon()
		lagging, err := j.store.Lagging(ctx, r.name)
		if err != nil {
			return false, err
		}
		for _, b := range lagging {
			if !r.failing(b) {
				return false, nil
			}
		}
	}
	return true, nil
}

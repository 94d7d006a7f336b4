package calsync

import (
	"context"
	"errors"
	"hash/fnv"
	"log/slog"
	"sync"
	"time"

	"kept/availability"
	"kept/span"
)

const (
	every      = 15 * span.Minute // between two looks at a calendar that answers
	fullEvery  = span.Day         // between two readings in full, for the horizon moves on
	firstRetry = span.Minute      // after one failure; doubled with each
	lastRetry  = 6 * span.Hour
	lasting    = span.Hour         // at least, where somebody has to do something
	claimLasts = 3 * span.Minute   // of real time; a source takes less
	sourceTime = 100 * time.Second // that a source may take
	batch      = 32
	workers    = 4
	strikes    = 3               // failures of a host in a row, after which
	rest       = 5 * span.Minute // its other calendars are left alone
)

// Reader reads the calendars that are due. Any number of nodes may run one on
// the same database: a link is claimed by one at a time. It is safe for
// concurrent use.
type Reader struct {
	Parts
	shelves []shelf
	sources map[Kind]Source
	log     *slog.Logger
	wake    chan struct{}

	mu    sync.Mutex
	hosts map[string]*host
}

// shelf is one sort of connected calendars, to the reader.
type shelf struct {
	Queue
	every span.Instant // between two looks at one that answers
	ahead span.Instant // how far it is read
	// cut makes of an answer what is kept of it, and gives what writes that in
	// the transaction that records the reading.
	cut func(r Ref, lanes []availability.Lane, a *Answer) (keep func(ctx context.Context, now span.Instant) error)
}

// host is what is known of a server that fails: the circuit breaker.
type host struct {
	strikes int
	until   span.Instant // left alone
}

// NewReader makes a reader of links.
func NewReader(p Parts, sources map[Kind]Source, log *slog.Logger) *Reader {
	r := &Reader{Parts: p, sources: sources, log: log, wake: make(chan struct{}, 1), hosts: map[string]*host{}}
	r.shelves = []shelf{{Queue: p.Store, every: every, ahead: horizon, cut: r.rows}}
	return r
}

// rows is how what a link says is kept: as rows on lanes.
func (r *Reader) rows(ref Ref, lanes []availability.Lane, a *Answer) func(context.Context, span.Instant) error {
	rows, all := rowsOf(lanes, a.Busy)
	if !all {
		a.Limits = append(a.Limits, "rows")
	}
	return func(ctx context.Context, now span.Instant) error { return relay(ctx, r.Lanes, ref, rows, now) }
}

// Wake has due calendars looked for at once.
func (r *Reader) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Woken is signalled when there is something to look for.
func (r *Reader) Woken() <-chan struct{} { return r.wake }

// job is a calendar that is due.
type job struct {
	on *shelf
	Ref
}

// due lists what is due by now, some of each sort.
func (r *Reader) due(ctx context.Context) ([]job, error) {
	var out []job
	for i := range r.shelves {
		on := &r.shelves[i]
		refs, err := on.Due(ctx, r.Clock.Now(), r.Clock.Real(), batch)
		if err != nil {
			return nil, err
		}
		for _, ref := range refs {
			out = append(out, job{on, ref})
		}
	}
	return out, nil
}

// RunDue reads everything that is due by now.
func (r *Reader) RunDue(ctx context.Context) error {
	for {
		due, err := r.due(ctx)
		if err != nil || len(due) == 0 {
			return err
		}
		work := make(chan job)
		var running sync.WaitGroup
		var mu sync.Mutex
		var failed []error
		for range min(workers, len(due)) {
			running.Go(func() {
				for one := range work {
					if err := r.one(ctx, one); err != nil {
						mu.Lock()
						failed = append(failed, err)
						mu.Unlock()
					}
				}
			})
		}
		for _, one := range due {
			work <- one
		}
		close(work)
		running.Wait()
		if len(failed) > 0 || ctx.Err() != nil {
			return errors.Join(failed...) // what failed in the database stays due; the next round has it
		}
	}
}

// one claims a calendar, asks its source, and records what came of it.
func (r *Reader) one(ctx context.Context, j job) error {
	until := r.Clock.Real() + claimLasts
	var link Link
	var mine bool
	err := r.Atomic.Do(ctx, func(ctx context.Context) (err error) {
		link, mine, err = j.on.Claim(ctx, j.Ref, r.Clock.Now(), r.Clock.Real(), until)
		return err
	})
	if err != nil || !mine {
		return err
	}
	setting, err := r.Settings.Load(ctx, j.Business, 0)
	if err != nil {
		return err
	}
	now := r.Clock.Now()
	at := hostOf(link.Address.URL)
	if open := r.resting(at, now); open != 0 {
		link.NextAt = open + jitter(j.Ref, link.Attempts, every/10)
		return r.record(ctx, j, until, &link.State)
	}
	var lanes []availability.Lane
	if j.Client == "" {
		lanes = lanesOf(setting.Catalog, link.Owner)
	}
	zone := setting.Catalog.ZoneOf(link.Owner.Location)
	where := fingerprint(lanes, zone)
	q := Question{Since: link.Mark, Zone: zone, Window: window(now, j.on.ahead)}
	if where != link.Lanes || link.Read == 0 || now-link.Read >= fullEvery {
		q.Since = Mark{}
	}
	answer, err := r.ask(ctx, &link, q)
	r.mark(at, now, err)
	if ctx.Err() != nil {
		return nil //nolint:nilerr // the program stops; the claim runs out
	}
	now = r.Clock.Now()
	if err != nil {
		return r.failed(ctx, j, until, &link, now, err)
	}
	link.LastOK, link.Failing, link.Trouble, link.Attempts = now, 0, "", 0
	link.NextAt = now + j.on.every + jitter(j.Ref, 0, j.on.every/5)
	if answer.Unchanged && q.Since != (Mark{}) {
		return r.record(ctx, j, until, &link.State)
	}
	keep := j.on.cut(j.Ref, lanes, &answer)
	link.Mark, link.Read, link.Lanes = answer.Mark, q.Window.Start+span.Day, where
	link.Events, link.Skipped, link.Limits, link.BusySpans = answer.Events, answer.Skipped, answer.Limits, len(answer.Busy)
	return r.Atomic.Do(ctx, func(ctx context.Context) error {
		held, err := j.on.Record(ctx, j.Ref, until, &link.State)
		if err != nil || !held {
			return err // changed or removed meanwhile: what was read is not what is wanted
		}
		return keep(ctx, now)
	})
}

// ask reads a calendar in the time that a source may take.
func (r *Reader) ask(ctx context.Context, link *Link, q Question) (Answer, error) {
	source, ok := r.sources[link.Kind]
	if !ok {
		return Answer{}, &Trouble{Code: Internal, Cause: errors.New("no source for " + string(link.Kind))}
	}
	ctx, cancel := context.WithTimeout(ctx, sourceTime)
	defer cancel()
	return source.Read(ctx, link.Address, q) //nolint:wrapcheck // it is a Trouble
}

func (r *Reader) failed(ctx context.Context, j job, until span.Instant, link *Link, now span.Instant, why error) error {
	trouble, ok := errors.AsType[*Trouble](why)
	if !ok {
		trouble = &Trouble{Code: Internal, Cause: why}
	}
	link.Attempts++
	link.Trouble = trouble.Code
	if link.Failing == 0 {
		link.Failing = now
	}
	wait := min(firstRetry<<min(link.Attempts-1, 10), lastRetry)
	if trouble.Code.lasting() {
		wait = max(wait, lasting)
	}
	wait = max(wait, min(span.Instant(trouble.RetryAfter.Microseconds()), span.Day))
	link.NextAt = now + wait + jitter(j.Ref, link.Attempts, wait/5)
	r.log.InfoContext(ctx, "an outside calendar could not be read", "business", j.Business, "calendar", j.ID,
		"trouble", string(trouble.Code), "attempts", link.Attempts)
	return r.record(ctx, j, until, &link.State)
}

func (r *Reader) record(ctx context.Context, j job, until span.Instant, s *State) error {
	return r.Atomic.Do(ctx, func(ctx context.Context) error {
		_, err := j.on.Record(ctx, j.Ref, until, s)
		return err
	})
}

// resting tells until when a host is left alone; 0 when it is not.
func (r *Reader) resting(at string, now span.Instant) span.Instant {
	r.mu.Lock()
	defer r.mu.Unlock()
	if h := r.hosts[at]; h != nil && h.until > now {
		return h.until
	}
	return 0
}

// mark remembers how a host took it.
func (r *Reader) mark(at string, now span.Instant, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	trouble, _ := errors.AsType[*Trouble](err)
	if trouble == nil || !trouble.Code.Down() {
		delete(r.hosts, at)
		return
	}
	h := r.hosts[at]
	if h == nil {
		if len(r.hosts) >= 10_000 {
			clear(r.hosts) // bounded; a breaker that forgets only costs tries
		}
		h = &host{}
		r.hosts[at] = h
	}
	if h.strikes++; h.strikes >= strikes {
		h.until = now + rest
		h.strikes = strikes - 1 // after the rest one calendar tries it
	}
}

// jitter spreads what would fall together: up to most, by the link and the try.
func jitter(ref Ref, try int, most span.Instant) span.Instant {
	h := fnv.New64a()
	_, _ = h.Write([]byte(ref.ID))
	_, _ = h.Write([]byte{byte(try)})
	return span.Instant(h.Sum64()%1000) * most / 1000
}

package db

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"kept/fault"
)

// How much one commit gathers.
const (
	groupMost    = 64
	groupLongest = 10 * time.Millisecond
)

// line is the queue before SQLite's one writer. Whoever is at its head may
// write. He who has written leaves his work uncommitted to the next in line,
// as long as there is one and the group is small and young; the last one
// commits for all, and while the disk takes that commit the next group is
// written already. So many bookings wait for the disk once: eight at a time of
// fifteen statements each, on a disk that takes half a millisecond to sync,
// make 9,200 a second, and 2,000 when each commits alone.
//
// Each stands in a savepoint, so one that fails takes back its own work and
// nobody else's. Everybody is answered after the commit, he who was refused
// as well, for what he saw may have been another one's uncommitted work.
type line struct {
	db        *DB
	most      int
	longest   time.Duration
	committed func(done func(error)) // called after each commit; calls done when it lasts

	mu      sync.Mutex
	busy    bool // somebody is at the head
	waiting []*place

	group *group // the open transaction; only the head touches it
}

type place struct {
	turn  chan struct{}
	given bool // under line.mu
}

// group is one shared transaction.
type group struct {
	tx      transaction
	end     func()
	since   time.Time
	members int
	kept    int           // members with work to commit
	done    chan struct{} // closed when the outcome is known
	err     error         // why it wasn't committed
}

// brokenError says that a transaction was rolled back with the group it
// shared, by no fault of its own.
type brokenError struct{ cause error }

func (e *brokenError) Error() string { return "the shared transaction was rolled back" }

// run runs fn at the head of the line and waits for the commit.
func (l *line) run(ctx context.Context, w *work, fn func(ctx context.Context) error) error {
	g, err := l.member(ctx, w, fn)
	if g == nil || err != nil && ctx.Err() != nil { // the end of ctx says nothing about the data, so needn't wait
		return err
	}
	<-g.done
	if g.err == nil || err != nil && w.doomed != nil { // he who broke it knows better why
		return err
	}
	return g.err
}

// member does the part at the head of the line.
func (l *line) member(ctx context.Context, w *work, fn func(ctx context.Context) error) (g *group, err error) {
	if err := l.enter(ctx); err != nil {
		return nil, err
	}
	defer l.leave()
	if err := l.open(ctx); err != nil {
		return nil, err
	}
	g = l.group
	g.members++
	w.tx = g.tx
	if _, err := g.tx.ExecContext(context.WithoutCancel(ctx), "SAVEPOINT member"); err != nil {
		l.abandon(err)
		return nil, err
	}
	kept := false
	defer func() { // runs on a panic, too
		w.over.Store(true)
		if broken := l.part(w, kept); broken != nil && err == nil {
			err = broken
		}
	}()
	err = w.run(ctx, fn)
	kept = err == nil
	return g, err
}

// part ends a member's savepoint and tells why that was not possible: SQLite
// has rolled the whole transaction back, as it does when the disk is full.
func (l *line) part(w *work, kept bool) error {
	ctx, g := context.Background(), l.group
	if !kept {
		if _, err := g.tx.ExecContext(ctx, "ROLLBACK TO member"); err != nil {
			return l.lose(w, err)
		}
	}
	if _, err := g.tx.ExecContext(ctx, "RELEASE member"); err != nil {
		return l.lose(w, err)
	}
	if kept {
		g.kept++
	}
	return nil
}

func (l *line) lose(w *work, err error) error {
	if w.failed != nil {
		err = w.failed
	}
	if w.doomed == nil {
		w.doomed = err
	}
	l.abandon(err)
	return unavailable("the database gave the transaction up", err)
}

// enter waits for the head of the line.
func (l *line) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	if !l.busy {
		l.busy = true
		l.mu.Unlock()
		return nil
	}
	p := &place{turn: make(chan struct{})}
	l.waiting = append(l.waiting, p)
	l.mu.Unlock()

	patience := time.NewTimer(l.db.wait)
	defer patience.Stop()
	var err error
	select {
	case <-p.turn:
		return nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-patience.C:
		err = unavailable("the database is too busy", nil)
	}
	l.mu.Lock()
	given := p.given
	if !given {
		l.waiting = slices.DeleteFunc(l.waiting, func(other *place) bool { return other == p })
	}
	l.mu.Unlock()
	if given {
		l.leave() // it came too late, so pass it on
	}
	return err
}

// leave passes the head on, with the transaction open if somebody waits to
// join it, and commits it otherwise.
func (l *line) leave() {
	for {
		if g := l.group; g != nil && (g.members >= l.most || time.Since(g.since) > l.longest) {
			l.settle()
		}
		l.mu.Lock()
		if len(l.waiting) > 0 {
			next := l.waiting[0]
			l.waiting = l.waiting[1:]
			next.given = true
			close(next.turn)
			l.mu.Unlock()
			return
		}
		if l.group == nil {
			l.busy = false
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		l.settle() // meanwhile somebody may come
	}
}

// open begins the shared transaction unless there is one.
func (l *line) open(ctx context.Context) error {
	if l.group != nil {
		return nil
	}
	tx, end, err := l.db.begin(ctx)
	if err != nil {
		return err
	}
	l.group = &group{tx: tx, end: end, since: time.Now(), done: make(chan struct{})}
	return nil
}

// settle commits the group; its members are told when the commit lasts.
func (l *line) settle() {
	g := l.group
	l.group = nil
	if g.kept == 0 {
		_ = g.tx.Rollback()
	} else {
		g.err = g.tx.Commit()
	}
	g.end()
	if g.kept == 0 || g.err != nil {
		close(g.done)
		return
	}
	l.committed(func(err error) {
		g.err = err
		close(g.done)
	})
}

// abandon rolls the group back. Its members run again, unless the database
// itself is in trouble.
func (l *line) abandon(cause error) {
	g := l.group
	l.group = nil
	_ = g.tx.Rollback()
	g.err = &brokenError{cause}
	if f := l.db.dialect.Fault(cause); f != nil && f.Kind == fault.Unavailable && !l.db.dialect.Retryable(cause) {
		g.err = fmt.Errorf("the shared transaction was rolled back: %w", cause)
	}
	g.end()
	close(g.done)
}

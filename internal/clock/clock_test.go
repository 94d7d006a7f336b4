package clock_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"kept/fault"
	"kept/internal/clock"
	"kept/span"
)

// shelf keeps the offset and carries the news, for any number of clocks.
type shelf struct {
	mu     sync.Mutex
	offset time.Duration
	stored bool
	mute   bool // notifications are lost
	ears   []func(string)
}

func (s *shelf) Offset(context.Context) (time.Duration, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.offset, s.stored, nil
}

func (s *shelf) Begin(_ context.Context, offset time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.stored {
		s.offset, s.stored = offset, true
	}
	return nil
}

func (s *shelf) Raise(_ context.Context, offset time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.stored || offset > s.offset {
		s.offset, s.stored = offset, true
	}
	return nil
}

func (s *shelf) Notify(context.Context, string, string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.ears {
		if !s.mute {
			e("")
		}
	}
	return nil
}

func (s *shelf) Listen(ctx context.Context, _ string, fn func(string)) error {
	s.mu.Lock()
	s.ears = append(s.ears, fn)
	s.mu.Unlock()
	<-ctx.Done()
	return nil
}

func open(t testing.TB, s *shelf, start time.Time) *clock.Clock {
	t.Helper()
	c := clock.New(s, s, slog.New(slog.DiscardHandler))
	if err := c.Open(t.Context(), start); err != nil {
		t.Fatal(err)
	}
	return c
}

// alarms are instants at which something is to be done; each may set off another.
type alarms struct {
	clock *clock.Clock
	at    []span.Instant
	rung  []span.Instant // what the clock showed
	then  map[span.Instant]span.Instant
	err   error
}

func (a *alarms) NextDue(context.Context) (span.Instant, bool, error) {
	if len(a.at) == 0 {
		return 0, false, nil
	}
	return slices.Min(a.at), true, nil
}

func (a *alarms) RunDue(context.Context) error {
	now := a.clock.Now()
	slices.Sort(a.at)
	for len(a.at) > 0 && a.at[0] <= now {
		due := a.at[0]
		a.at = a.at[1:]
		a.rung = append(a.rung, now)
		if next := a.then[due]; next != 0 {
			a.at = append(a.at, next)
			slices.Sort(a.at)
		}
	}
	return a.err
}

var start = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		c := open(t, s, start)
		if got := c.Now(); got != span.At(start) {
			t.Errorf("starts at %s", got)
		}
		time.Sleep(time.Hour)
		if got := c.Now(); got != span.At(start.Add(time.Hour)) {
			t.Errorf("runs to %s", got)
		}
		again := open(t, s, start.Add(-24*time.Hour)) // the stored clock wins
		if again.Now() != c.Now() || c.Real() != span.At(time.Now()) {
			t.Errorf("goes on at %s", again.Now())
		}
		if plain := open(t, &shelf{}, time.Time{}); plain.Now() != plain.Real() {
			t.Errorf("without a start it is %s", plain.Now())
		}
	})
}

func TestWalkStandsAtEveryDueInstant(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := open(t, &shelf{}, start)
		now := c.Now()
		a := &alarms{clock: c, at: []span.Instant{now + 3*span.Hour, now - span.Hour, now + span.Hour, now + 30*span.Hour}, then: map[span.Instant]span.Instant{
			now + span.Hour: now + span.Hour + 7, now + 3*span.Hour: now + 3*span.Hour, // at once
		}}
		a.then[now+3*span.Hour] = 0
		b := &alarms{clock: c, at: []span.Instant{now + 2*span.Hour}}
		c.Watch(a, b)
		if err := c.Advance(t.Context(), 26*time.Hour); err != nil {
			t.Fatal(err)
		}
		want := []span.Instant{now, now + span.Hour, now + span.Hour + 7, now + 3*span.Hour}
		if !slices.Equal(a.rung, want) || !slices.Equal(b.rung, []span.Instant{now + 2*span.Hour}) {
			t.Errorf("rung at %v and %v", a.rung, b.rung)
		}
		if c.Now() != now+26*span.Hour {
			t.Errorf("came to %s", c.Now())
		}
		time.Sleep(time.Minute)
		if c.Now() != now+26*span.Hour+span.Minute {
			t.Errorf("does not run on: %s", c.Now())
		}
	})
}

func TestTimeGoesForwardOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := open(t, &shelf{}, start)
		now := c.Now()
		for _, err := range []error{c.Set(t.Context(), now-1), c.Advance(t.Context(), -1)} {
			if !fault.Is(err, fault.CodeInvalid) {
				t.Errorf("error is %v", err)
			}
		}
		if err := c.Set(t.Context(), now+span.Day); err != nil || c.Now() != now+span.Day {
			t.Errorf("set to %s: %v", c.Now(), err)
		}
	})
}

func TestBrokenWalkRunsOnFromWhereItCame(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		c := open(t, s, start)
		oops := errors.New("oops")
		now := c.Now()
		a := &alarms{clock: c, at: []span.Instant{now + span.Hour}, err: oops}
		c.Watch(a)
		if err := c.Advance(t.Context(), 2*time.Hour); !errors.Is(err, oops) || c.Now() != now+span.Hour {
			t.Errorf("came to %s with %v", c.Now(), err)
		}
		if again := open(t, s, time.Time{}); again.Now() != c.Now() {
			t.Errorf("the next start is at %s", again.Now())
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := c.Advance(ctx, time.Hour); !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v", err)
		}
		c.Watch(endless{c})
		a.err = nil
		if err := c.Advance(t.Context(), time.Hour); err == nil {
			t.Error("a source without an end is not noticed")
		}
	})
}

type endless struct{ c *clock.Clock }

func (e endless) NextDue(context.Context) (span.Instant, bool, error) { return e.c.Now(), true, nil }
func (e endless) RunDue(context.Context) error                        { return nil }

func TestWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := open(t, &shelf{}, start)
		ctx, cancel := context.WithCancel(t.Context())
		wake := make(chan struct{}, 1)
		took := func(until span.Instant, act func()) time.Duration {
			begun := time.Now()
			if act != nil {
				go func() { time.Sleep(time.Second); act() }()
			}
			_ = c.Wait(ctx, until, wake)
			return time.Since(begun)
		}
		if d := took(c.Now()+2*span.Minute, nil); d != 2*time.Minute {
			t.Errorf("waited %s for two minutes", d)
		}
		if d := took(c.Now()-1, nil); d != 0 {
			t.Errorf("waited %s for the past", d)
		}
		if d := took(c.Now()+span.Hour, func() { wake <- struct{}{} }); d != time.Second {
			t.Errorf("woken after %s", d)
		}
		if d := took(c.Now()+span.Day, func() { _ = c.Advance(ctx, time.Hour) }); d != time.Second {
			t.Errorf("a jump was seen after %s", d)
		}
		if d := took(c.Now()+span.Day, cancel); d != time.Second {
			t.Errorf("ended after %s", d)
		}
		if err := c.Wait(ctx, c.Now(), nil); !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v", err)
		}
	})
}

func TestNodesFollow(t *testing.T) {
	t.Parallel()
	for _, mute := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := &shelf{mute: mute}
			one, two := open(t, s, start), open(t, s, start)
			two.Start()
			two.Start()
			synctest.Wait()
			woken := make(chan struct{})
			go func() {
				_ = two.Wait(t.Context(), two.Now()+span.Day, nil)
				close(woken)
			}()
			synctest.Wait()
			if err := one.Advance(t.Context(), 5*time.Hour); err != nil {
				t.Fatal(err)
			}
			<-woken
			if one.Now() != two.Now() {
				t.Errorf("%s here, %s there", one.Now(), two.Now())
			}
			two.Stop()
			two.Stop()
		})
	}
}

func TestWalkMissesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		c := open(t, &shelf{}, start)
		now := c.Now()
		var at []span.Instant
		for range rapid.IntRange(0, 20).Draw(r, "count") {
			at = append(at, now+span.Minutes(rapid.IntRange(1, 3000).Draw(r, "due")))
		}
		a := &alarms{clock: c, at: slices.Clone(at)}
		c.Watch(a)
		for range rapid.IntRange(1, 4).Draw(r, "walks") {
			if err := c.Advance(t.Context(), time.Duration(rapid.IntRange(0, 1500).Draw(r, "by"))*time.Minute); err != nil {
				r.Fatal(err)
			}
		}
		slices.Sort(at)
		end := c.Now()
		at = slices.DeleteFunc(at, func(i span.Instant) bool { return i > end })
		if !slices.Equal(a.rung, at) {
			r.Fatalf("rung at %v, due at %v", a.rung, at)
		}
	})
}

func TestManual(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := clock.NewManual(span.At(start))
		done := make(chan error, 1)
		go func() { done <- m.Wait(t.Context(), m.Now()+span.Hour, nil) }()
		synctest.Wait()
		m.Advance(time.Minute)
		if err := <-done; err != nil || m.Now() != span.At(start)+span.Minute {
			t.Errorf("%v at %s", err, m.Now())
		}
		if err := m.Wait(t.Context(), m.Now(), nil); err != nil {
			t.Error(err)
		}
		if m.Real() != span.At(time.Now()) {
			t.Error("real time is not real")
		}
	})
}

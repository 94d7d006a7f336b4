package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"kept/fault"
	"kept/internal/db"
	"kept/internal/testkit/pgtest"
)

func TestDoRunsAgainWhatLostARace(t *testing.T) {
	t.Parallel()
	each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		lost := lostRace(t, d)
		if !d.Dialect().Retryable(lost) {
			t.Fatalf("%v isn't taken for a lost race", lost)
		}
		tries, called := 0, 0
		err := d.Do(t.Context(), func(ctx context.Context) error {
			tries++
			d.AfterCommit(ctx, func() { called++ })
			if err := add(ctx, d, "a"); err != nil {
				return err
			}
			if tries < 3 {
				return d.Fault(lost)
			}
			return nil
		})
		if err != nil || tries != 3 || called != 1 {
			t.Errorf("%d tries, called %d times, %v", tries, called, err)
		}
		tries = 0
		err = d.Do(t.Context(), func(context.Context) error { tries++; return d.Fault(lost) })
		if !fault.Is(err, fault.CodeUnavailable) || tries < 5 {
			t.Errorf("%d tries, %v", tries, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		err = d.Do(ctx, func(context.Context) error { cancel(); return d.Fault(lost) })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("with an ended context: %v", err)
		}
	})
}

// lostRace makes an error as the engine gives it to the loser of a race.
func lostRace(t *testing.T, d *db.DB) error {
	t.Helper()
	if d.Dialect().Name() == "postgres" {
		_, err := d.SQL().ExecContext(t.Context(), `DO $$ BEGIN RAISE SQLSTATE '40001'; END $$`)
		return err
	}
	var path string
	if err := d.SQL().QueryRowContext(t.Context(), "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&path); err != nil {
		t.Fatal(err)
	}
	other := open(t, path, db.Options{})
	for _, pool := range []*sql.DB{d.SQL(), other.SQL()} {
		if _, err := pool.ExecContext(t.Context(), "PRAGMA busy_timeout = 0"); err != nil {
			t.Fatal(err)
		}
	}
	tx, err := other.SQL().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	_, err = d.SQL().BeginTx(t.Context(), nil)
	return err
}

// Many transactions count the same things up; nothing may be lost.
func TestRacesLoseNothing(t *testing.T) {
	t.Parallel()
	each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		if err := d.Do(t.Context(), func(ctx context.Context) error { return errors.Join(add(ctx, d, "a"), add(ctx, d, "b")) }); err != nil {
			t.Fatal(err)
		}
		const racers, rounds = 8, 15
		errs := make(chan error, racers)
		for r := range racers {
			go func() {
				for i := range rounds {
					err := d.Do(t.Context(), func(ctx context.Context) error {
						if err := errors.Join(bump(ctx, d, "a"), bump(ctx, d, "b")); err != nil {
							return err
						}
						if rand.IntN(4) == 0 {
							return errOops
						}
						return add(ctx, d, fmt.Sprintf("%d/%d", r, i))
					})
					if err != nil && !errors.Is(err, errOops) {
						errs <- err
						return
					}
				}
				errs <- nil
			}()
		}
		for range racers {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		var a, b, committed int
		row := d.From(t.Context()).QueryRowContext(t.Context(), `SELECT (SELECT n FROM word WHERE text = 'a'),
			(SELECT n FROM word WHERE text = 'b'), (SELECT COUNT(*) - 2 FROM word)`)
		if err := row.Scan(&a, &b, &committed); err != nil {
			t.Fatal(err)
		}
		if a != committed || b != committed || committed == 0 {
			t.Errorf("a = %d, b = %d after %d commits", a, b, committed)
		}
	})
}

// Two that touch the same rows in opposite order lock each other out; the
// server ends one, which is run again.
func TestDeadlockIsResolved(t *testing.T) {
	t.Parallel()
	d := open(t, pgtest.Empty(t), db.Options{})
	if err := d.Do(t.Context(), func(ctx context.Context) error { return errors.Join(add(ctx, d, "a"), add(ctx, d, "b")) }); err != nil {
		t.Fatal(err)
	}
	var tries atomic.Int32
	var both sync.WaitGroup
	both.Add(2)
	errs := make(chan error, 2)
	for _, order := range [][]string{{"a", "b"}, {"b", "a"}} {
		go func() {
			var once sync.Once
			errs <- d.Do(t.Context(), func(ctx context.Context) error {
				tries.Add(1)
				if err := bump(ctx, d, order[0]); err != nil {
					return err
				}
				once.Do(func() { both.Done(); both.Wait() })
				return bump(ctx, d, order[1])
			})
		}()
	}
	for range 2 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if n := tries.Load(); n < 3 { // more where he who was run again is back before the other has woken up
		t.Errorf("%d tries, want 3", n)
	}
}

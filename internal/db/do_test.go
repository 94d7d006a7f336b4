package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kept/fault"
	"kept/internal/db"
)

func TestDoCommits(t *testing.T) {
	t.Parallel()
	each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		called := 0
		err := d.Do(ctx, func(tx context.Context) error {
			d.AfterCommit(tx, func() { called++; wantWords(tx, t, d, "a") })
			if err := add(tx, d, "a"); err != nil {
				return err
			}
			wantWords(tx, t, d, "a") // its own work
			wantWords(ctx, t, d)     // past the transaction: what is committed
			if called != 0 {
				t.Error("called before the commit")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		wantWords(ctx, t, d, "a")
		if called != 1 {
			t.Errorf("called %d times after the commit", called)
		}
		d.AfterCommit(ctx, func() { called++ })
		if called != 2 {
			t.Error("outside Do it must be called at once")
		}
	})
}

func TestDoRollsBack(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		do   func(ctx context.Context, cancel func(), d *db.DB) error
		want func(err error) bool
	}{
		"error": {
			func(context.Context, func(), *db.DB) error { return errOops },
			func(err error) bool { return errors.Is(err, errOops) },
		},
		"panic": {
			func(context.Context, func(), *db.DB) error { panic("oops") },
			func(err error) bool { return strings.Contains(fmt.Sprint(err), "panic oops") },
		},
		"exit": {
			func(context.Context, func(), *db.DB) error { runtime.Goexit(); return nil },
			func(err error) bool { return err == nil },
		},
		"cancel": {
			func(_ context.Context, cancel func(), _ *db.DB) error { cancel(); return nil },
			func(err error) bool { return errors.Is(err, context.Canceled) },
		},
		"cancel before a statement": {
			func(ctx context.Context, cancel func(), d *db.DB) error { cancel(); return add(ctx, d, "b") },
			func(err error) bool { return errors.Is(err, context.Canceled) },
		},
		"swallowed error of a statement": {
			func(ctx context.Context, _ func(), d *db.DB) error {
				_ = add(ctx, d, "a")
				if err := d.From(ctx).QueryRowContext(ctx, "SELECT 1").Scan(new(int)); err == nil {
					return errors.New("a statement ran after one had failed")
				}
				return nil
			},
			func(err error) bool { return fault.Is(err, fault.CodeConflict) },
		},
		"broken SQL": {
			func(ctx context.Context, _ func(), d *db.DB) error {
				_, err := d.From(ctx).QueryContext(ctx, "SELECT nothing FROM nowhere") //nolint:rowserrcheck // fails
				return err
			},
			func(err error) bool { return err != nil && fault.KindOf(err) == fault.Internal },
		},
	}
	each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		for name, c := range cases {
			ctx, cancel := context.WithCancel(t.Context())
			result := make(chan error, 1)
			go func() {
				var err error
				defer func() {
					if p := recover(); p != nil {
						err = fmt.Errorf("panic %v", p)
					}
					result <- err
				}()
				err = d.Do(ctx, func(ctx context.Context) error {
					d.AfterCommit(ctx, func() { t.Errorf("%s: called though rolled back", name) })
					if err := add(ctx, d, "a"); err != nil {
						return err
					}
					return c.do(ctx, cancel, d)
				})
			}()
			if err := <-result; !c.want(err) {
				t.Errorf("%s: %v", name, err)
			}
			cancel()
			wantWords(t.Context(), t, d)
		}
		if err := d.Do(t.Context(), func(ctx context.Context) error { return add(ctx, d, "a") }); err != nil {
			t.Errorf("after all that: %v", err)
		}
	})
}

func TestDoKnowsItsOwnDatabase(t *testing.T) {
	t.Parallel()
	each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		other := open(t, engines()[0].dsn(t), db.Options{})
		var kept context.Context
		err := d.Do(t.Context(), func(ctx context.Context) error {
			kept = ctx
			if other.Inside(ctx) || !d.Inside(ctx) {
				t.Error("transactions of two databases are mixed up")
			}
			return other.Do(ctx, func(ctx context.Context) error { return add(ctx, other, "x") })
		})
		if err != nil {
			t.Fatal(err)
		}
		wantWords(t.Context(), t, other, "x")
		// A context kept after Do is as good as one without a transaction.
		wantWords(kept, t, d)
		if d.Inside(kept) || d.Inside(t.Context()) {
			t.Error("a transaction outside Do")
		}
		if err := d.Do(kept, func(ctx context.Context) error { return add(ctx, d, "late") }); err != nil {
			t.Error(err)
		}
	})
}

func TestKeptHandleIsRefused(t *testing.T) {
	t.Parallel()
	each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		var tx db.DBTX
		if err := d.Do(t.Context(), func(ctx context.Context) error { tx = d.From(ctx); return nil }); err != nil {
			t.Fatal(err)
		}
		if _, err := tx.ExecContext(t.Context(), "DELETE FROM word"); !errors.Is(err, sql.ErrTxDone) {
			t.Error(err)
		}
		if err := tx.QueryRowContext(t.Context(), "SELECT 1").Scan(new(int)); !errors.Is(err, sql.ErrTxDone) {
			t.Error(err)
		}
		if _, err := tx.PrepareContext(t.Context(), "SELECT 1"); !errors.Is(err, sql.ErrTxDone) {
			t.Error(err)
		}
		if _, err := tx.QueryContext(t.Context(), "SELECT 1"); !errors.Is(err, sql.ErrTxDone) { //nolint:rowserrcheck // fails
			t.Error(err)
		}
	})
}

// op is a step of a random program: a word to add, or a Do inside the Do.
type op struct {
	word  string
	inner []op
	fails bool
}

func drawOps(t *rapid.T, depth int) []op {
	ops := make([]op, rapid.IntRange(0, 4).Draw(t, "ops"))
	for i := range ops {
		if depth > 0 && rapid.Bool().Draw(t, "nest") {
			ops[i] = op{inner: drawOps(t, depth-1), fails: rapid.Bool().Draw(t, "fails")}
		} else {
			ops[i].word = rapid.StringMatching("[a-f]").Draw(t, "word")
		}
	}
	return ops
}

// play runs a program and plays the same on a set; both refuse a word twice.
func play(ctx context.Context, d *db.DB, ops []op, set *[]string, after *[]string) error {
	for _, o := range ops {
		if o.word != "" {
			if slices.Contains(*set, o.word) {
				if err := add(ctx, d, o.word); !fault.Is(err, fault.CodeConflict) {
					return fmt.Errorf("a second %s: %w", o.word, err)
				}
				return errOops
			}
			if err := add(ctx, d, o.word); err != nil {
				return err
			}
			*set = append(*set, o.word)
			d.AfterCommit(ctx, func() { *after = append(*after, o.word) })
			continue
		}
		before := slices.Clone(*set)
		err := d.Do(ctx, func(ctx context.Context) error {
			if err := play(ctx, d, o.inner, set, after); err != nil {
				return err
			}
			if o.fails {
				return errOops
			}
			return nil
		})
		if err != nil && !errors.Is(err, errOops) {
			return err
		}
		if err != nil {
			*set = before
		}
	}
	return nil
}

func TestInnerDoIsTakenBackAlone(t *testing.T) {
	t.Parallel()
	each(t, db.Options{Synchronous: "NORMAL"}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		rapid.Check(t, func(rt *rapid.T) {
			ops := drawOps(rt, 3)
			fails := rapid.Bool().Draw(rt, "fails")
			if err := d.Do(ctx, func(ctx context.Context) error {
				_, err := d.From(ctx).ExecContext(ctx, "DELETE FROM word")
				return err
			}); err != nil {
				rt.Fatal(err)
			}
			var set, after []string
			err := d.Do(ctx, func(ctx context.Context) error {
				set, after = nil, nil
				if err := play(ctx, d, ops, &set, &after); err != nil {
					return err
				}
				if fails {
					return errOops
				}
				return nil
			})
			if err != nil && !errors.Is(err, errOops) {
				rt.Fatal(err)
			}
			if err != nil {
				set = nil
			}
			slices.Sort(set)
			slices.Sort(after)
			if got := words(ctx, t, d); fmt.Sprint(got) != fmt.Sprint(set) {
				rt.Errorf("words = %q, want %q", got, set)
			}
			if fmt.Sprint(after) != fmt.Sprint(set) {
				rt.Errorf("after the commit = %q, want %q", after, set)
			}
		})
	})
}

func TestDoHasALimit(t *testing.T) {
	t.Parallel()
	each(t, db.Options{Limit: 50 * time.Millisecond}, func(t *testing.T, d *db.DB) {
		err := d.Do(t.Context(), func(ctx context.Context) error {
			<-ctx.Done()
			return add(ctx, d, "a")
		})
		if !fault.Is(err, fault.CodeUnavailable) {
			t.Error(err)
		}
		wantWords(t.Context(), t, d)
	})
}

// A Do that goes past the context of the one around it would wait for itself
// for ever.
func TestWaitingIsBounded(t *testing.T) {
	t.Parallel()
	each(t, db.Options{Wait: 50 * time.Millisecond, MaxConns: 1}, func(t *testing.T, d *db.DB) {
		past := t.Context()
		err := d.Do(t.Context(), func(context.Context) error {
			return d.Do(past, func(context.Context) error { return nil })
		})
		if !fault.Is(err, fault.CodeUnavailable) {
			t.Error(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		err = d.Do(t.Context(), func(context.Context) error {
			wg.Go(func() {
				if err := d.Do(ctx, func(context.Context) error { return nil }); !errors.Is(err, context.Canceled) {
					t.Errorf("cancelled while waiting: %v", err)
				}
			})
			cancel()
			wg.Wait()
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestWhatIsKeptGoesWithTheTransaction: it is seen inside alone, and not once a part was taken back.
func TestWhatIsKeptGoesWithTheTransaction(t *testing.T) {
	t.Parallel()
	each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		kept := func(ctx context.Context) bool { v, ok := d.Kept(ctx, "k"); return ok && v == 1 }
		d.Keep(ctx, "k", 1)
		if kept(ctx) {
			t.Error("it is kept outside of a transaction")
		}
		err := d.Do(ctx, func(ctx context.Context) error {
			d.Keep(ctx, "k", 1)
			if !kept(ctx) {
				t.Error("it is not kept")
			}
			if err := d.Do(ctx, func(ctx context.Context) error {
				if !kept(ctx) {
					t.Error("a part does not see it")
				}
				return nil
			}); err != nil {
				return err
			}
			_ = d.Do(ctx, func(context.Context) error { return errors.New("no") })
			if kept(ctx) {
				t.Error("it outlives what was taken back")
			}
			return nil
		})
		if err != nil || kept(ctx) {
			t.Errorf("afterwards: %v", err)
		}
		if err := d.Do(ctx, func(ctx context.Context) error {
			if kept(ctx) {
				t.Error("another transaction sees it")
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
}

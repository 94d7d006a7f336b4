package db_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"kept/fault"
	"kept/internal/db"
)

// member is one transaction of a group under test.
type member struct {
	do   func(ctx context.Context, d *db.DB) error
	want func(err error) bool
}

func fine(err error) bool { return err == nil }

// gathered runs the members as one group of a fresh database, in their order.
func gathered(t *testing.T, members ...member) *db.DB {
	t.Helper()
	d := open(t, filepath.Join(t.TempDir(), "kept.db"), db.Options{})
	d.Gather(time.Hour)
	begun, begin := make(chan struct{}), make(chan struct{})
	head := make(chan error, 1)
	go func() {
		once := false
		head <- d.Do(t.Context(), func(ctx context.Context) error {
			if !once {
				once = true
				close(begun)
				<-begin
			}
			return add(ctx, d, "head")
		})
	}()
	<-begun
	results := make([]chan error, len(members))
	for i, m := range members {
		results[i] = make(chan error, 1)
		go func() {
			var err error
			defer func() {
				if p := recover(); p != nil {
					err = fmt.Errorf("panic %v", p)
				}
				results[i] <- err
			}()
			err = d.Do(t.Context(), func(ctx context.Context) error { return m.do(ctx, d) })
		}()
		for d.Waiting() <= i {
			runtime.Gosched()
		}
	}
	close(begin)
	for i, m := range members {
		if err := <-results[i]; !m.want(err) {
			t.Errorf("member %d: %v", i, err)
		}
	}
	if err := <-head; err != nil {
		t.Errorf("head: %v", err)
	}
	return d
}

func adds(word string) member {
	return member{func(ctx context.Context, d *db.DB) error { return add(ctx, d, word) }, fine}
}

func TestGroupKeepsMembersApart(t *testing.T) {
	t.Parallel()
	fails := member{
		func(ctx context.Context, d *db.DB) error { return errors.Join(add(ctx, d, "x"), errOops) },
		func(err error) bool { return errors.Is(err, errOops) },
	}
	panics := member{
		func(ctx context.Context, d *db.DB) error { panic(add(ctx, d, "y")) },
		func(err error) bool { return err != nil },
	}
	refused := member{
		func(ctx context.Context, d *db.DB) error { return add(ctx, d, "a") },
		func(err error) bool { return fault.Is(err, fault.CodeConflict) },
	}
	sees := member{
		func(ctx context.Context, d *db.DB) error {
			wantWords(ctx, t, d, "a", "head") // the group's work so far
			wantWords(t.Context(), t, d)      // nothing of it is committed
			return nil
		}, fine,
	}
	d := gathered(t, adds("a"), fails, sees, panics, refused, adds("b"))
	wantWords(t.Context(), t, d, "a", "b", "head")
}

// A cancelled write would make SQLite roll back the work of all.
func TestGroupSurvivesACancelledMember(t *testing.T) {
	t.Parallel()
	cancelled := member{
		func(outer context.Context, d *db.DB) error {
			ctx, cancel := context.WithCancel(outer)
			defer cancel()
			if err := add(ctx, d, "x"); err != nil {
				return err
			}
			begun := make(chan struct{})
			go func() { <-begun; cancel() }()
			close(begun)
			// Long enough for the cancellation to come in the middle of it.
			_, err := d.From(ctx).ExecContext(ctx, `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
				INSERT INTO child SELECT i, 'x' FROM n`)
			<-ctx.Done()
			return errors.Join(err, ctx.Err())
		},
		func(err error) bool { return errors.Is(err, context.Canceled) },
	}
	d := gathered(t, adds("a"), cancelled, adds("b"))
	wantWords(t.Context(), t, d, "a", "b", "head")
}

// What SQLite rolls back as a whole is run again by those who didn't do it.
func TestGroupRunsAgainAfterALoss(t *testing.T) {
	t.Parallel()
	breaks := member{
		func(ctx context.Context, d *db.DB) error {
			_, err := d.From(ctx).ExecContext(ctx, "ROLLBACK")
			return err
		},
		func(err error) bool { return fault.Is(err, fault.CodeUnavailable) },
	}
	d := gathered(t, adds("a"), breaks, adds("b"))
	wantWords(t.Context(), t, d, "a", "b", "head")
}

func TestGroupGivesUpItsPlaces(t *testing.T) {
	t.Parallel()
	d := open(t, filepath.Join(t.TempDir(), "kept.db"), db.Options{})
	d.Gather(time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	waiting := make(chan error, 1)
	err := d.Do(t.Context(), func(tx context.Context) error {
		go func() { waiting <- d.Do(ctx, func(ctx context.Context) error { return add(ctx, d, "never") }) }()
		for d.Waiting() == 0 {
			runtime.Gosched()
		}
		// Now the head expects to leave its work to somebody, who goes away.
		cancel()
		return add(tx, d, "a")
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-waiting; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	wantWords(t.Context(), t, d, "a")
}

func TestFullDiskAndBack(t *testing.T) {
	t.Parallel()
	d := open(t, filepath.Join(t.TempDir(), "kept.db"), db.Options{})
	pragma := func(text string) {
		if _, err := d.SQL().ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	fill := func(ctx context.Context) error {
		_, err := d.From(ctx).ExecContext(ctx, "INSERT INTO word (text) VALUES (hex(randomblob(200000)))")
		return err
	}
	pragma("PRAGMA max_page_count = 20")
	const racers = 6
	errs := make(chan error, racers)
	for range racers {
		go func() { errs <- d.Do(t.Context(), fill) }()
	}
	for range racers {
		if err := <-errs; !fault.Is(err, fault.CodeUnavailable) {
			t.Errorf("on a full disk: %v", err)
		}
	}
	if err := d.Do(t.Context(), func(ctx context.Context) error {
		_ = fill(ctx) // swallowed
		return add(ctx, d, "a")
	}); !fault.Is(err, fault.CodeUnavailable) {
		t.Errorf("on a full disk: %v", err)
	}
	wantWords(t.Context(), t, d)
	if err := d.Ping(t.Context()); err != nil {
		t.Errorf("reading must go on: %v", err)
	}
	pragma("PRAGMA max_page_count = 1000000")
	if err := d.Do(t.Context(), func(ctx context.Context) error { return errors.Join(fill(ctx), fill(ctx)) }); err != nil {
		t.Errorf("after space returned: %v", err)
	}
	var ok string
	if err := d.From(t.Context()).QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&ok); err != nil || ok != "ok" {
		t.Errorf("integrity: %s, %v", ok, err)
	}
}

func BenchmarkTransaction(b *testing.B) {
	for _, e := range engines() {
		for _, alone := range []bool{false, true} {
			if e.name == "postgres" && alone {
				continue
			}
			b.Run(fmt.Sprintf("%s/alone=%t", e.name, alone), func(b *testing.B) {
				d := open(b, e.dsn(b), db.Options{Alone: alone})
				b.ResetTimer()
				b.SetParallelism(max(8/runtime.GOMAXPROCS(0), 1))
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						if err := d.Do(b.Context(), func(ctx context.Context) error { return fifteen(ctx, d) }); err != nil {
							b.Error(err)
						}
					}
				})
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tx/s")
			})
		}
	}
}

// fifteen is a transaction as a booking makes one: fifteen short statements.
func fifteen(ctx context.Context, d *db.DB) error {
	tx := d.From(ctx)
	word := fmt.Sprintf("%p%d", ctx, time.Now().UnixNano())
	if _, err := tx.ExecContext(ctx, "INSERT INTO word (text) VALUES ($1)", word); err != nil {
		return err
	}
	for i := range 7 {
		if _, err := tx.ExecContext(ctx, "UPDATE word SET n = n + 1 WHERE text = $1", word); err != nil {
			return err
		}
		var n int
		if err := tx.QueryRowContext(ctx, "SELECT n FROM word WHERE text = $1", word).Scan(&n); err != nil || n != i+1 {
			return errors.Join(err, fmt.Errorf("n = %d at %d", n, i))
		}
	}
	return nil
}

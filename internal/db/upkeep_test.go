package db_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"kept/fault"
	"kept/internal/db"
	"kept/internal/testkit/pgtest"
)

func TestMigrate(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			ctx, dsn := t.Context(), e.dsn(t)
			first, err := db.Open(ctx, dsn, db.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = first.Close() }()
			if v, err := first.Version(ctx); v != 0 || err != nil {
				t.Errorf("version of nothing = %d, %v", v, err)
			}
			nodes := []*db.DB{first}
			if e.name == "postgres" { // nodes that start at once
				second, err := db.Open(ctx, dsn, db.Options{})
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = second.Close() }()
				nodes = append(nodes, second)
			}
			all := folders(e.name)
			var wg sync.WaitGroup
			for _, d := range nodes {
				wg.Go(func() {
					if err := d.Migrate(ctx, all[0], all[1]); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if v, err := first.Version(ctx); v != 3 || err != nil {
				t.Errorf("version = %d, %v", v, err)
			}
			if err := first.Migrate(ctx, all[0], all[1]); err != nil {
				t.Errorf("a second time: %v", err)
			}
			broken := fstest.MapFS{"00004_broken.sql": {Data: []byte("-- +goose Up\nCREATE TABLE half (n BIGINT);\nOOPS;")}}
			if err := first.Migrate(ctx, all[0], all[1], broken); err == nil {
				t.Error("a broken migration went through")
			}
			if v, err := first.Version(ctx); v != 3 || err != nil {
				t.Errorf("after a broken one the version = %d, %v", v, err)
			}
			if err := first.Migrate(ctx, all[0], all[0]); err == nil || !strings.Contains(err.Error(), "two folders") {
				t.Errorf("a file in two folders: %v", err)
			}
			broken["00004_broken.sql"].Data = []byte("-- +goose Up\nCREATE TABLE half (n BIGINT);")
			if err := first.Migrate(ctx, all[0], all[1], broken); err != nil {
				t.Errorf("after mending it: %v", err)
			}
			skipping := fstest.MapFS{"00006_six.sql": {Data: []byte("-- +goose Up\nCREATE TABLE six (n BIGINT);")}}
			if err := first.Migrate(ctx, all[0], all[1], broken, skipping); err != nil {
				t.Errorf("with a gap: %v", err)
			}
			skipping["00005_late.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE five (n BIGINT);")}
			if err := first.Migrate(ctx, all[0], all[1], broken, skipping); err == nil {
				t.Error("one that came late was passed over, for the newest is there")
			}
		})
	}
}

func TestBackup(t *testing.T) {
	t.Parallel()
	each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		if err := d.Do(ctx, func(ctx context.Context) error { return add(ctx, d, "a") }); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "it's a backup.db")
		err := d.Backup(ctx, path)
		if d.Dialect().Name() == "postgres" {
			if fault.KindOf(err) != fault.Invalid {
				t.Error(err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		wantWords(ctx, t, open(t, path, db.Options{}), "a")
		if err := d.Backup(ctx, path); fault.KindOf(err) != fault.Conflict {
			t.Errorf("over a file: %v", err)
		}
		if err := d.Backup(ctx, filepath.Join(t.TempDir(), "none", "b.db")); err == nil {
			t.Error("into a missing folder")
		}
	})
}

func TestNotify(t *testing.T) {
	t.Parallel()
	each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		heard, ended := make(chan string, 16), make(chan error, 2)
		for range 2 {
			go func() { ended <- d.Listen(ctx, "some Channel", func(payload string) { heard <- payload }) }()
		}
		hear := func(want string) {
			for range 2 {
				if got := <-heard; got != want {
					t.Errorf("heard %q, want %q", got, want)
				}
			}
		}
		hear("")
		err := d.Do(ctx, func(ctx context.Context) error {
			if err := d.Notify(ctx, "some Channel", "never"); err != nil {
				return err
			}
			return errOops
		})
		if err == nil {
			t.Error("rolled back without an error")
		}
		if err := d.Notify(ctx, "other", "elsewhere"); err != nil {
			t.Error(err)
		}
		if err := d.Do(ctx, func(ctx context.Context) error { return d.Notify(ctx, "some Channel", "one") }); err != nil {
			t.Error(err)
		}
		hear("one")
		if err := d.Notify(ctx, "some Channel", "two"); err != nil {
			t.Error(err)
		}
		hear("two")
		cancel()
		for range 2 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	})
}

// wire is the way to a server, which can be cut.
type wire struct {
	addr, to string
	mu       sync.Mutex
	listener net.Listener
	open     []net.Conn
}

func (w *wire) mend(t *testing.T) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", w.addr)
	if err != nil {
		t.Fatal(err)
	}
	w.mu.Lock()
	w.listener, w.addr = l, l.Addr().String()
	w.mu.Unlock()
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("tcp", w.to)
			if err != nil {
				_ = from.Close()
				continue
			}
			w.mu.Lock()
			w.open = append(w.open, from, to)
			w.mu.Unlock()
			for _, pair := range [][2]net.Conn{{from, to}, {to, from}} {
				go func() {
					_, _ = io.Copy(pair[0], pair[1])
					_ = pair[0].Close()
				}()
			}
		}
	}()
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.listener.Close()
	for _, c := range w.open {
		_ = c.Close()
	}
	w.open = nil
}

func TestServerGoesAndComesBack(t *testing.T) {
	t.Parallel()
	addr, err := url.Parse(pgtest.Empty(t))
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{addr: "127.0.0.1:0", to: addr.Host}
	w.mend(t)
	defer w.cut()
	addr.Host = w.addr
	d := open(t, addr.String(), db.Options{MaxConns: 4})
	ctx, cancel := context.WithCancel(t.Context())
	heard, ended := make(chan string, 16), make(chan error, 1)
	go func() { ended <- d.Listen(ctx, "c", func(payload string) { heard <- payload }) }()
	if got := <-heard; got != "" {
		t.Errorf("heard %q first", got)
	}
	var four sync.WaitGroup // fill the pool with connections that will be dead
	for i := range 4 {
		four.Go(func() {
			if err := d.Do(ctx, func(ctx context.Context) error { return add(ctx, d, fmt.Sprint(i)) }); err != nil {
				t.Error(err)
			}
		})
	}
	four.Wait()

	err = d.Do(ctx, func(ctx context.Context) error {
		w.cut() // in the middle of a transaction
		return add(ctx, d, "x")
	})
	if !fault.Is(err, fault.CodeUnavailable) {
		t.Errorf("cut off: %v", err)
	}
	if err := d.Do(ctx, func(ctx context.Context) error { return add(ctx, d, "y") }); !fault.Is(err, fault.CodeUnavailable) {
		t.Errorf("while it is away: %v", err)
	}
	_, err = d.From(ctx).ExecContext(ctx, "SELECT 1")
	if !fault.Is(d.Fault(err), fault.CodeUnavailable) {
		t.Errorf("while it is away: %v", err)
	}
	if err := d.Ping(ctx); !fault.Is(err, fault.CodeUnavailable) {
		t.Errorf("while it is away: %v", err)
	}

	w.mend(t)
	begun := time.Now()
	if err := d.Do(ctx, func(ctx context.Context) error { return add(ctx, d, "back") }); err != nil {
		t.Errorf("back again: %v", err)
	}
	if err := d.Ping(ctx); err != nil {
		t.Errorf("back again: %v", err)
	}
	wantWords(ctx, t, d, "0", "1", "2", "3", "back")
	if got := <-heard; got != "" {
		t.Errorf("heard %q, not that something may have been missed", got)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("coming back took %v", took)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// A statement whose caller goes away while it waits for a lock is given up,
// and the connection is kept.
func TestCancelWhileWaitingForALock(t *testing.T) {
	t.Parallel()
	d := open(t, pgtest.Empty(t), db.Options{MaxConns: 2})
	if err := d.Do(t.Context(), func(ctx context.Context) error { return add(ctx, d, "a") }); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	inner := make(chan error, 1)
	err := d.Do(t.Context(), func(holder context.Context) error {
		if err := bump(holder, d, "a"); err != nil {
			return err
		}
		begun := make(chan struct{})
		go func() {
			inner <- d.Do(ctx, func(ctx context.Context) error {
				close(begun)
				return bump(ctx, d, "a")
			})
		}()
		<-begun
		cancel()
		if err := <-inner; err == nil || ctx.Err() == nil {
			t.Errorf("the waiter: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if err := d.Do(t.Context(), func(ctx context.Context) error { return bump(ctx, d, "a") }); err != nil {
		t.Error(err)
	}
}

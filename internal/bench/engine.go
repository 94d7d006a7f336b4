package bench

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"kept/internal/testkit/pgtest"
)

// An engine is a database for the program, and the way to look into it past the program.
type engine interface {
	name() string
	// address is what --db takes.
	address() string
	// cpu is the processor time of the database's own processes; 0 when it lives inside the program.
	cpu() (time.Duration, error)
	// open opens the database for the queries of the audit.
	open() (*sql.DB, error)
	// save copies the database into a folder, load copies it back into an empty database. The program is down.
	save(ctx context.Context, dir string) error
	load(ctx context.Context, dir string) error
	// close ends the database and removes it.
	close() error
}

// sqlite is a file in the program's data folder.
type sqlite struct{ file string }

func newSQLite(dir string) *sqlite { return &sqlite{filepath.Join(dir, "data", "bench.db")} }

func (s *sqlite) name() string                { return "sqlite" }
func (s *sqlite) address() string             { return s.file }
func (s *sqlite) cpu() (time.Duration, error) { return 0, nil }
func (s *sqlite) close() error                { return nil }

func (s *sqlite) open() (*sql.DB, error) {
	return sql.Open("sqlite", "file:"+(&url.URL{Path: s.file}).EscapedPath()+"?_pragma=busy_timeout(4000)")
}

// save has nothing to do: the file is in the data folder, which is copied whole.
func (s *sqlite) save(context.Context, string) error { return nil }
func (s *sqlite) load(context.Context, string) error { return nil }

// postgres is a database on a server of its own, with the settings of production.
type postgres struct {
	dir    string
	server *pgtest.Server
	pid    int
}

const pgDatabase = "bench"

func newPostgres(ctx context.Context) (*postgres, error) {
	dir, err := os.MkdirTemp("", "kept-bench-pg-")
	if err != nil {
		return nil, err
	}
	p := &postgres{dir: dir}
	p.server, err = pgtest.Start(ctx, dir, "shared_buffers=256MB", "max_wal_size=1GB")
	if err == nil {
		err = p.server.Create(ctx, pgDatabase, "")
	}
	if err == nil {
		p.pid, err = firstNumber(filepath.Join(dir, "cluster", "postmaster.pid"))
	}
	if err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

func firstNumber(file string) (int, error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Scan()
	return strconv.Atoi(lines.Text())
}

func (p *postgres) name() string                { return "postgres" }
func (p *postgres) address() string             { return p.server.DSN(pgDatabase) }
func (p *postgres) cpu() (time.Duration, error) { return familyCPU(p.pid) }
func (p *postgres) open() (*sql.DB, error)      { return sql.Open("pgx", p.address()) }

func (p *postgres) save(ctx context.Context, dir string) error {
	return client(ctx, "pg_dump", "--format=custom", "--compress=0", "--file="+filepath.Join(dir, "dump"), "--dbname="+p.address())
}

func (p *postgres) load(ctx context.Context, dir string) error {
	if err := client(ctx, "pg_restore", "--no-owner", "--exit-on-error", "--dbname="+p.address(), filepath.Join(dir, "dump")); err != nil {
		return err
	}
	db, err := p.open()
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "ANALYZE")
	return err
}

// client runs one of PostgreSQL's own tools.
func client(ctx context.Context, name string, args ...string) error {
	if out, err := exec.CommandContext(ctx, name, args...).CombinedOutput(); err != nil { //nolint:gosec // words of ours
		return fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return nil
}

func (p *postgres) close() error {
	var err error
	if p.server != nil {
		err = p.server.Stop()
	}
	return errors.Join(err, os.RemoveAll(p.dir))
}

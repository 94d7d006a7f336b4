// Package pgtest gives tests a real PostgreSQL.
//
// Each test process that asks for a database starts a server of its own: a fresh cluster in a temporary
// folder, on a free port of the loopback, run as an unprivileged user because PostgreSQL refuses root. The
// first test to ask pays about a second for it. The caller's prepare function then fills one template
// database, once, and every test receives its own copy of that, which costs some tens of milliseconds; so
// tests run in parallel and never see each other's rows. Copies are not dropped: dropping one costs a
// checkpoint, and the folder goes anyway when the process ends, however it ends (see package leash).
//
// Nothing is made faster than it is in production: fsync is on, commits wait for the disk. A test of what
// happens to two racers would otherwise test another database than the one that is sold.
//
// The benchmark program uses [Start] by itself, without package testing.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"

	"kept/internal/testkit/leash"
)

// installHint is the one command that a machine without PostgreSQL needs.
const installHint = "PostgreSQL is not installed; type: sudo apt-get install -y postgresql"

// A Server is a running PostgreSQL cluster. Its methods may be called from any goroutine.
type Server struct {
	port string
	held *leash.Leash
}

// Start makes a new cluster and starts a server on it. The cluster goes into dir, which must be empty or
// not exist yet and is left as it is after Stop; with an empty dir a temporary folder is used, which goes
// when the server stops. Settings are lines of postgresql.conf, such as "shared_buffers=256MB", and win over
// the defaults chosen here (64 MB of buffers, 200 connections). The server also goes down when this process
// dies. The error names the command to type when PostgreSQL is not installed.
func Start(ctx context.Context, dir string, settings ...string) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	temporary := dir == ""
	if temporary {
		if dir, err = os.MkdirTemp("", "kept-pg-"); err != nil {
			return nil, fmt.Errorf("pgtest: %w", err)
		}
	}
	owner, err := hand(dir)
	if err != nil {
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	s, err := bring(ctx, bin, dir, temporary, owner, settings)
	if err != nil {
		if temporary {
			os.RemoveAll(dir)
		}
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	return s, nil
}

// up starts the server on the first port that is still free: one found free may be taken by another test
// process before the server gets to it.
const up = `for port in $5; do
	if "$1" start -D "$2" -l "$3" -o "$4 -c port=$port" -w -t 60 -s </dev/null; then up=$port; break; fi
done
if [ -z "$up" ]; then cat "$3" >&2; exit 1; fi`

// bring makes the cluster and starts the server.
func bring(ctx context.Context, bin, dir string, temporary bool, owner *syscall.Credential, settings []string) (*Server, error) {
	cluster := filepath.Join(dir, "cluster")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "--pgdata="+cluster, "--username=postgres",
		"--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")
	initdb.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
	initdb.Dir = dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	ports, err := freePorts(ctx, 3)
	if err != nil {
		return nil, err
	}
	down := `"$1" stop -D "$2" -m fast -s`
	if temporary {
		down = `"$1" stop -D "$2" -m immediate -s 2>/dev/null; rm -rf -- "$6"`
	}
	held, err := leash.Start(ctx, leash.Spec{
		Up: up, Down: down, User: owner,
		Args: []string{filepath.Join(bin, "pg_ctl"), cluster, filepath.Join(dir, "log"), options(settings), ports, dir},
	})
	if err != nil {
		return nil, err
	}
	port, err := listening(cluster)
	if err != nil {
		return nil, errors.Join(err, held.Release())
	}
	return &Server{port: port, held: held}, nil
}

// listening reads which port the server took: the fourth line of its own note.
func listening(cluster string) (string, error) {
	note, err := os.ReadFile(filepath.Join(cluster, "postmaster.pid"))
	if err != nil {
		return "", err
	}
	lines := strings.Split(string(note), "\n")
	if len(lines) < 4 {
		return "", fmt.Errorf("no port in postmaster.pid: %q", note)
	}
	return strings.TrimSpace(lines[3]), nil
}

// options is the server's command line: pg_ctl hands it to a shell, so values stay free of quotes.
func options(settings []string) string {
	all := append([]string{
		"listen_addresses=127.0.0.1", "unix_socket_directories=",
		"shared_buffers=64MB", "max_connections=200", "max_wal_size=256MB", "logging_collector=off",
		"log_min_messages=fatal", "log_min_error_statement=panic",
	}, settings...)
	var line strings.Builder
	for _, one := range all {
		line.WriteString("-c " + one + " ")
	}
	return line.String()
}

// DSN is the address of one database of the server, as --db of the program takes it.
func (s *Server) DSN(database string) string {
	return (&url.URL{
		Scheme: "postgres", User: url.User("postgres"),
		Host: net.JoinHostPort("127.0.0.1", s.port), Path: "/" + database, RawQuery: "sslmode=disable",
	}).String()
}

// Create makes a database, as a copy of template or, with an empty one, an empty database.
func (s *Server) Create(ctx context.Context, database, template string) error {
	if template == "" {
		template = "template1"
	}
	conn, err := pgx.Connect(ctx, s.DSN("postgres"))
	if err != nil {
		return fmt.Errorf("pgtest: %w", err)
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{database}.Sanitize()+
		" TEMPLATE "+pgx.Identifier{template}.Sanitize())
	if err != nil {
		return fmt.Errorf("pgtest: create %s: %w", database, err)
	}
	return nil
}

// Stop takes the server down and waits until it is gone. It may be called more than once.
func (s *Server) Stop() error {
	return s.held.Release()
}

// binaries finds the folder with initdb and pg_ctl: the newest of Debian's, else what the PATH knows.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", fmt.Errorf("pgtest: %w", err)
	}
	if len(found) > 0 {
		version := func(initdb string) int {
			n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb))))
			return n
		}
		return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })), nil
	}
	if initdb, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(initdb), nil
	}
	return "", errors.New("pgtest: " + installHint)
}

// hand makes the empty folder dir and gives it to the user whom PostgreSQL shall run as: ourselves, unless
// we are root, which PostgreSQL refuses.
func hand(dir string) (*syscall.Credential, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if left, err := os.ReadDir(dir); err != nil {
		return nil, err
	} else if len(left) > 0 {
		return nil, fmt.Errorf("%s is not empty", dir)
	}
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // nil is an answer here: nobody else
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(who.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(who.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	if err := os.Chown(dir, int(uid), int(gid)); err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// freePorts asks the kernel for n ports that nobody listens on, as words of one line.
func freePorts(ctx context.Context, n int) (string, error) {
	var ports []string
	for range n {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return "", err
		}
		defer listener.Close() // only now, so that no port comes twice
		_, port, err := net.SplitHostPort(listener.Addr().String())
		if err != nil {
			return "", err
		}
		ports = append(ports, port)
	}
	return strings.Join(ports, " "), nil
}

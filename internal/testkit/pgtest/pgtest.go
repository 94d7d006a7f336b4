package pgtest

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"
)

// template is the database that prepare fills and every test copies.
const template = "kept_template"

// patience is how long a server may take to come up, and prepare to fill the template.
const patience = 2 * time.Minute

// home is what the tests of one process share.
type home struct {
	prepare func(ctx context.Context, dsn string) error

	once    sync.Once
	err     error
	server  *Server
	copies  sync.Mutex
	counter int
}

// shared is process-wide because the server is: package testing runs all tests of a package in one process
// and gives them no common value to hang it on.
var shared = &home{}

// Run runs a package's tests with databases that prepare has filled, and stops the server at the end:
//
//	func TestMain(m *testing.M) { pgtest.Run(m, migrate) }
//
// The server is started, and prepare called, when the first test asks for a database; a run that asks for
// none pays nothing. Prepare must have closed its connections when it returns. It may be nil.
func Run(m *testing.M, prepare func(ctx context.Context, dsn string) error) {
	shared.prepare = prepare
	m.Run()
	if shared.server != nil {
		if err := shared.server.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "pgtest:", err)
		}
	}
}

// DSN makes a database for this test alone, a copy of the prepared one, and returns its address
// (postgres://...). The test fails when there is no PostgreSQL on the machine, with the command that installs it.
func DSN(t testing.TB) string {
	t.Helper()
	return shared.database(t, template)
}

// Empty is DSN for a test that fills its database itself.
func Empty(t testing.TB) string {
	t.Helper()
	return shared.database(t, "")
}

func (h *home) database(t testing.TB, from string) string {
	t.Helper()
	h.once.Do(h.open)
	if h.err != nil {
		t.Fatal(h.err)
	}
	h.copies.Lock()
	h.counter++
	name := "test_" + strconv.Itoa(h.counter)
	h.copies.Unlock()
	if err := h.server.Create(t.Context(), name, from); err != nil {
		t.Fatal(err)
	}
	return h.server.DSN(name)
}

func (h *home) open() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if h.server, h.err = Start(ctx, ""); h.err != nil {
		return
	}
	if h.err = h.server.Create(ctx, template, ""); h.err != nil || h.prepare == nil {
		return
	}
	if err := h.prepare(ctx, h.server.DSN(template)); err != nil {
		h.err = fmt.Errorf("pgtest: prepare: %w", err)
	}
}

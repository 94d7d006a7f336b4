package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"runtime/debug"
	"time"

	"kept/internal/config"
	"kept/internal/db"
	"kept/internal/demo"
)

// How long a stop waits for what is under way.
const drain = 8 * time.Second

// Run serves until the context ends, then lets what is under way finish.
func (c *serveCommand) Run(s *stage) error {
	if err := c.Check(); err != nil {
		return err
	}
	if os.Getenv("GOGC") == "" {
		// What lives for long is some ten MiB; collecting when it has doubled costs a
		// third of the time of a long list of slots, and spares nothing anybody misses.
		debug.SetGCPercent(200)
	}
	log := slog.New(slog.NewTextHandler(s.err, nil))
	slog.SetDefault(log)
	listener, err := (&net.ListenConfig{}).Listen(s.ctx, "tcp", c.Addr)
	if err != nil {
		return err
	}
	node, err := makeNode(s.ctx, c.Serve, s.version, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	fmt.Fprintf(s.err, "kept is ready: %s\n", c.Base())
	return node.Serve(s.ctx, listener)
}

// Node is one running program.
type Node struct {
	*kernel
	config config.Serve
	edges  *edges
	loops  *loops
	server *http.Server
}

// NewNode opens the database, fills the demo where that is asked for, and
// starts everything but the listening.
func NewNode(ctx context.Context, c config.Serve, version string, log *slog.Logger) (*Node, error) {
	n, err := makeNode(ctx, c, version, log)
	if err == nil {
		n.loops.start()
	}
	return n, err
}

// makeNode makes a node whose loops are not started yet.
func makeNode(ctx context.Context, c config.Serve, version string, log *slog.Logger) (*Node, error) {
	k, err := open(ctx, c.Store, db.Options{Synchronous: c.Synchronous}, c.Clock, c.Demo, log)
	if err != nil {
		return nil, err
	}
	n := &Node{kernel: k, config: c}
	if n.loops, err = k.listen(c); err != nil {
		return nil, errors.Join(err, k.close())
	}
	if err := k.stayErased(ctx); err != nil {
		return nil, errors.Join(err, k.close())
	}
	if c.Demo {
		if err := k.fill(ctx); err != nil {
			return nil, errors.Join(err, k.close())
		}
	}
	if n.edges, err = newEdges(k, c, version); err != nil {
		return nil, errors.Join(err, k.close())
	}
	n.server = &http.Server{
		Handler: n.edges.handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	return n, nil
}

// fill puts the sample businesses into an empty database.
func (k *kernel) fill(ctx context.Context) error {
	const patience = 10 * time.Minute // a business is filled in one transaction, and the machine may be busy
	begun := time.Now()
	err := demo.Fill(db.WithLimit(ctx, patience), demo.Deps{
		Atomic: k.db, Businesses: k.setup, Office: k.office, Gate: k.gate, Cards: k.cards, Desk: k.desk,
		Due:   demo.Due{Cards: k.clients, Plans: k.plans},
		Lives: demo.Lives{Cards: k.clients, Talks: k.talks, Intake: k.intake, Family: k.visitors.door},
	}, k.clock.Now())
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	k.log.InfoContext(ctx, "demo is filled", "took", time.Since(begun).Round(time.Millisecond))
	return nil
}

// Handler answers requests; for tests that need no listener.
func (n *Node) Handler() http.Handler { return n.edges.handler }

// Mux holds every address; for tests that go through all of them.
func (n *Node) Mux() *http.ServeMux {
	n.edges.api.OpenAPI() // waits until every address is there
	return n.edges.mux
}

// headStart is how long requests have the database to themselves: whoever comes
// first is answered before a dozen loops open their connections.
const headStart = 50 * time.Millisecond

// startSoon starts the loops after the head start, unless the context ends
// first. What it gives is closed when either has happened.
func (n *Node) startSoon(ctx context.Context) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case <-time.After(headStart):
			n.loops.start()
		case <-ctx.Done():
		}
	}()
	return done
}

// Serve starts the loops, and answers on the listener until the context ends.
func (n *Node) Serve(ctx context.Context, listener net.Listener) error {
	if n.config.Pprof != "" {
		go n.profiles(ctx)
	}
	started := n.startSoon(ctx)
	done := make(chan error, 1)
	go func() { done <- n.server.Serve(listener) }()
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		n.edges.stop() // live streams have no end of their own
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
		defer cancel()
		err = n.server.Shutdown(end)
		<-done //nolint:errcheck // it says that the server was shut down
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	<-started
	return errors.Join(err, n.Close())
}

// Close stops what NewNode started.
func (n *Node) Close() error {
	n.edges.stop()
	n.loops.stop()
	return n.kernel.close()
}

// profiles serves the runtime's profiles, on loopback.
func (n *Node) profiles(ctx context.Context) {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	server := &http.Server{Addr: n.config.Pprof, Handler: mux, ReadHeaderTimeout: time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		n.log.WarnContext(ctx, "no profiles", "error", err)
	}
}

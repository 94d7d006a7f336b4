package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Options say what to run. The zero value runs everything, as `make bench` does.
type Options struct {
	Engines []string // sqlite, postgres; none means both
	Works   []string // w1 to w8 and w10 to w13; none means all
	Short   bool     // a small fixture and short rounds: proves the benchmark, its figures mean nothing
	Bin     string   // the program; empty means to build it
	Flags   []string // more flags for `kept serve`
	Cache   string   // folder that keeps the filled databases for a day; empty means to fill each time
	Town    int      // businesses of W8; 0 means 10,000, or a few in a short run
	People  int      // clients of W12; 0 means 200,000, or a few in a short run
	Watch   string   // shell command to run beside each work, with PID, WORK and ENGINE in its environment
}

// Engines and works that there are, in their order.
func engines() []string { return []string{"sqlite", "postgres"} }
func works() []string   { return slices.Concat(fixtureWorks(), afterWorks(), deskWorks()) }

// fixtureWorks are done on the fixture alone, and what they booked is then audited; afterWorks bring businesses
// of their own; deskWorks have a database of their own.
func fixtureWorks() []string { return []string{"w7", "w1", "w2", "w3", "w4", "w6", "w5"} }
func afterWorks() []string   { return []string{"w10", "w8"} }
func deskWorks() []string    { return []string{"w11", "w13", "w12"} }

// A plan is how much is done.
type plan struct {
	staff, days         int
	listTime, crowdTime time.Duration // of W1 to W3 each; of each round of W4
	street              int           // bookings of W5, at most
	businesses          int           // of W8
	screens, patients   int           // of W10
	clinicTime, pause   time.Duration // of W10: how long, and each patient's mean pause
	visits              int           // of the client of W11
	people              int           // of W12
	sealTime            time.Duration // of W13
}

func (o Options) plan() plan {
	if o.Short {
		return plan{
			staff: 12, days: 10, listTime: 50 * time.Millisecond, crowdTime: 40 * time.Millisecond, street: 100,
			businesses: cmp.Or(o.Town, 20), screens: 4, patients: 20, clinicTime: time.Second, pause: 50 * time.Millisecond,
			visits: 40, people: cmp.Or(o.People, 300), sealTime: 200 * time.Millisecond,
		}
	}
	return plan{
		staff: 100, days: 30, listTime: 2 * time.Second, crowdTime: 2 * time.Second, street: 4000,
		businesses: cmp.Or(o.Town, townBusinesses), screens: clinicScreens, patients: clinicPatients, clinicTime: 20 * time.Second, pause: time.Second,
		visits: cardVisits, people: cmp.Or(o.People, townPeople), sealTime: 5 * time.Second,
	}
}

// A bed is the program on one engine, filled.
type bed struct {
	plan plan
	w    *world
	e    engine
	p    *program
	f    *filled
	r    *report
	gaps []visit        // for W6, then W5
	made []acknowledged // by W6 and W5
}

func (b *bed) figure(work string, value float64, unit string) { b.r.add(work, b.e.name(), value, unit) }

// Run runs the works on the engines, prints the figures to lines and all else to notes. The error tells of a
// wrong answer or of what kept it from measuring; goals that are missed are no error.
func Run(ctx context.Context, o Options, lines, notes io.Writer) error {
	if err := known("engine", o.Engines, engines()); err != nil {
		return err
	}
	if err := known("work", o.Works, works()); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "kept-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r := &report{lines: lines, notes: notes}
	r.notef("%s", machine())
	if o.Short {
		r.notef("a short run: it proves the benchmark, its figures mean nothing")
	}
	if o.Bin == "" {
		if o.Bin, err = Build(ctx, dir); err != nil {
			return err
		}
	}
	for _, name := range engines() {
		if len(o.Engines) > 0 && !slices.Contains(o.Engines, name) {
			continue
		}
		if err := o.on(ctx, name, filepath.Join(dir, name), r); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	r.close()
	return nil
}

func known(what string, given, all []string) error {
	for _, one := range given {
		if !slices.Contains(all, one) {
			return fmt.Errorf("there is no %s %q, only %s", what, one, strings.Join(slices.Sorted(slices.Values(all)), ", "))
		}
	}
	return nil
}

// on runs the works on one engine: those of the fixture and then those of the desk, each on a database of its own.
func (o Options) on(ctx context.Context, name, dir string, r *report) error {
	if o.wants(slices.Concat(fixtureWorks(), afterWorks())...) {
		if err := with(ctx, name, filepath.Join(dir, "fixture"), r, o.fixture); err != nil {
			return err
		}
	}
	if !o.wants(deskWorks()...) {
		return nil
	}
	return with(ctx, name, filepath.Join(dir, "desk"), r, o.cards)
}

// with makes an empty database of an engine for some work and removes it afterwards.
func with(ctx context.Context, name, dir string, r *report, do func(context.Context, engine, string, *report) error) (err error) {
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
		return err
	}
	var e engine = newSQLite(dir)
	if name == "postgres" {
		if e, err = newPostgres(ctx); err != nil {
			return err
		}
	}
	defer func() { err = errors.Join(err, e.close()) }()
	return do(ctx, e, dir, r)
}

// wants tells whether one of some works is asked for.
func (o Options) wants(works ...string) bool {
	return len(o.Works) == 0 || slices.ContainsFunc(works, func(w string) bool { return slices.Contains(o.Works, w) })
}

// fixture runs W1 to W10 on one engine.
func (o Options) fixture(ctx context.Context, e engine, dir string, r *report) (err error) {
	b := &bed{plan: o.plan(), e: e, r: r}
	if b.w, err = newWorld(b.plan.staff, b.plan.days); err != nil {
		return err
	}
	b.gaps = b.w.gaps()
	if b.p, err = newProgram(ctx, o.Bin, dir, e.address()); err != nil {
		return err
	}
	b.p.flags = o.Flags
	defer b.p.kill()
	if err := b.prepare(ctx, o.Cache); err != nil {
		return err
	}
	if err := o.each(fixtureWorks(), func(work string) error { return b.measure(ctx, work, o.Watch) }); err != nil {
		return err
	}
	b.p.kill()
	if len(b.made) > 0 {
		if err := b.audit(ctx); err != nil {
			return err
		}
		for _, one := range b.made {
			b.w.take(one.visit)
		}
	}
	return o.each(afterWorks(), func(work string) error {
		if err := b.serve(ctx); err != nil {
			return err
		}
		defer b.p.kill()
		if err := b.p.rest(ctx); err != nil {
			return err
		}
		return b.measure(ctx, work, o.Watch)
	})
}

// each does those works of a list that are asked for.
func (o Options) each(list []string, do func(work string) error) error {
	for _, work := range list {
		if !o.wants(work) {
			continue
		}
		if err := do(work); err != nil {
			return fmt.Errorf("%s: %w", work, err)
		}
	}
	return nil
}

// serve starts the program and waits for its first answer.
func (b *bed) serve(ctx context.Context) error {
	if err := b.p.start(); err != nil {
		return err
	}
	_, err := b.p.await(ctx, get(b.p.address, b.w4().path))
	return err
}

// prepare fills the database, or takes a filled one from the cache; the server is running then.
func (b *bed) prepare(ctx context.Context, cache string) error {
	kept, err := newStock(ctx, cache, b.e, fmt.Sprintf("%dx%d", b.plan.staff, b.plan.days))
	if err != nil {
		return err
	}
	b.f = &filled{}
	found, err := kept.take(ctx, b.p, b.e, b.f)
	if err != nil {
		return err
	}
	if !found {
		var took time.Duration
		if b.f, took, err = fill(ctx, b.p, b.w); err != nil {
			return err
		}
		b.r.notef("%s: filled %d bookings in %.1f s", b.e.name(), len(b.w.booked()), took.Seconds())
		if err := b.p.stop(); err != nil {
			return err
		}
		if err := kept.put(ctx, b.p, b.e, b.f); err != nil {
			return err
		}
	}
	for i, id := range b.f.Staff {
		b.w.named(i, id)
	}
	if err := b.serve(ctx); err != nil {
		return err
	}
	return b.p.rest(ctx)
}

// measure runs one work, with the watcher beside it.
func (b *bed) measure(ctx context.Context, work, command string) error {
	w, err := watch(command, work, b.e.name(), b.p.pid())
	if err != nil {
		return err
	}
	defer w.stop()
	last := b.w.last()
	switch work {
	case "w1":
		return b.list(ctx, work, b.question(1, 0, last))
	case "w2":
		return b.list(ctx, work, b.question(fewStaff, 0, last))
	case "w3":
		return b.list(ctx, work, b.question(b.w.staff, 0, last))
	case "w4":
		return b.crowd(ctx)
	case "w5":
		return b.street(ctx)
	case "w6":
		return b.race(ctx)
	case "w10":
		return b.clinicAtWork(ctx)
	case "w8":
		return b.neighbours(ctx)
	default:
		return b.startup(ctx)
	}
}

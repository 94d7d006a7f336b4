package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"kept/account"
	"kept/booking"
	"kept/calsync"
	"kept/client"
	"kept/insight"
	"kept/intake"
	"kept/internal/clock"
	"kept/internal/config"
	"kept/internal/db"
	"kept/internal/journal"
	"kept/internal/leaked"
	"kept/internal/passkey"
	"kept/internal/secret"
	"kept/internal/store"
	"kept/message"
	"kept/plan"
	"kept/privacy"
	"kept/setup"
)

// kernel is the program without its edges: what the commands beside a running
// server need too.
type kernel struct {
	db         *db.DB
	log        *slog.Logger
	master     *secret.Master
	leaked     *leaked.List // passwords known from breaches; nil where the operator has none
	vault      *store.Vault
	settings   *store.Settings
	setup      *store.Setup
	lanes      *store.Lanes
	bookings   *store.Bookings
	holds      *store.Holds
	cards      *store.Clients
	events     *store.Events
	messages   *store.Messages
	inbox      *store.DemoMail
	answers    *store.Idempotency
	dispatcher *message.Dispatcher
	clock      *clock.Clock
	journal    *journal.Journal
	gate       *account.Gate
	accounts   *store.Accounts
	passkeys   *passkey.Site // nil where the site's address can have none
	clients    *client.Registry
	office     *setup.Office
	desk       *booking.Desk
	insight    *insight.Analyst
	intake     *intake.Desk
	due        *store.Plans
	plans      *plan.Planner
	search     *store.Search
	counter    *client.Counter
	talks      *client.Talks
	entries    *store.Entries
	callbacks  *store.Callbacks
	merger     *client.Merger
	archive    *client.Archive  // of a running server
	links      *calsync.Links   // of a running server
	reader     *calsync.Reader  // of a running server
	watches    *calsync.Watches // of a running server
	record     record
	privacy    *privacy.Office
	abroad     *abroad
	visitors   visitors
	chains     chains
}

// open opens the database, brings its schema up to date and builds the graph.
func open(ctx context.Context, where config.Store, opts db.Options, start time.Time, demo bool, log *slog.Logger) (*kernel, error) {
	if err := where.Prepare(); err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, where.DSN(), opts)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	k := &kernel{db: d, log: log}
	if err := k.build(ctx, where, start, demo); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return k, nil
}

func (k *kernel) build(ctx context.Context, where config.Store, start time.Time, demo bool) error {
	if err := k.db.Migrate(ctx, store.Migrations(k.db.Dialect().Name())...); err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	var err error
	if k.master, err = root(ctx, where); err != nil {
		return fmt.Errorf("master key: %w", err)
	}
	if err := k.checkMaster(ctx); err != nil {
		return err
	}
	k.vault = store.NewVault(k.db, k.master)
	k.settings = store.NewSettings(k.db, k.vault)
	k.setup = store.NewSetup(k.db, k.vault)
	k.lanes = store.NewLanes(k.db)
	k.bookings = store.NewBookings(k.db, k.vault)
	k.holds = store.NewHolds(k.db)
	k.cards = store.NewClients(k.db, k.vault)
	k.events = store.NewEvents(k.db, k.vault)
	k.messages = store.NewMessages(k.db, k.vault)
	k.inbox = store.NewDemoMail(k.db, k.vault)
	k.answers = store.NewIdempotency(k.db, k.vault)
	k.clock = clock.New(store.NewClock(k.db), k.db, k.log)
	if err := k.clock.Open(ctx, start); err != nil {
		return fmt.Errorf("clock: %w", err)
	}
	k.journal = journal.New(k.db, k.events, store.NewLeases(k.db), k.clock, k.log)
	accounts := store.NewAccounts(k.db, k.vault)
	gate := accounts.Parts(k.clock, secret.NewPasswords(parallelHashes))
	gate.Demo = demo
	k.record = k.newRecord(where)
	gate.Audit = acts{k.record.trail}
	k.gate, k.accounts = account.NewGate(gate), accounts
	k.clients = client.NewRegistry(k.cards, k.db, k.journal, k.clock).With(k.cards.Details())
	k.visitors = k.newVisitors()
	k.search = store.NewSearch(k.db, k.vault, k.cards)
	k.counter = client.NewCounter(store.NewTallies(k.db))
	k.callbacks = store.NewCallbacks(k.messages, k.cards, k.settings, func(ctx context.Context) {
		if k.dispatcher != nil { // of a running server
			k.dispatcher.Wake(ctx)
		}
	})
	k.entries = store.NewEntries(k.db, k.vault, k.cards)
	k.talks = client.NewTalks(k.entries, k.clients, k.callbacks)
	k.merger = client.NewMerger(store.NewMerges(k.db, k.vault, k.cards, k.lanes), k.clients)
	k.desk = booking.NewDesk(booking.Parts{
		Atomic: k.db, Clock: k.clock, Settings: k.settings, Registry: k.clients, Journal: k.journal, Lanes: k.lanes,
		Bookings: k.bookings, Holds: k.holds, Groups: store.NewGroups(k.db, k.bookings),
		Courses: store.NewSeries(k.db, k.bookings),
	})
	k.due = store.NewPlans(k.db, k.vault)
	k.plans = plan.NewPlanner(plan.Parts{
		Atomic: k.db, Clock: k.clock, Journal: k.journal, Settings: k.settings, Store: k.due, Visits: k.due, Cards: k.clients,
	})
	answers := store.NewIntake(k.db, k.vault)
	k.intake = intake.NewDesk(intake.Parts{
		Atomic: k.db, Journal: k.journal, Clock: k.clock, Store: answers, Consents: answers, Learner: learner{k.clients},
	})
	k.desk.Intake, k.desk.Proofs = asked{k.intake}, proofs{k.visitors.door}
	k.office = setup.NewOffice(setup.Parts{
		Atomic: k.db, Journal: k.journal, Clock: k.clock, Settings: k.settings, Businesses: k.setup, Things: k.setup,
		Rules: k.setup, House: k.setup, Lanes: k.lanes, Marks: k.desk,
	})
	k.privacy = k.newPrivacy(where)
	k.chains = k.newChains()
	k.insight = insight.NewAnalyst(insight.Parts{Clock: k.clock, Settings: k.settings, Ledger: store.NewLedger(k.db), Lanes: k.lanes})
	return nil
}

// parallelHashes bounds how many passwords are hashed at once, at 19 MiB each.
const parallelHashes = 2

// checkMaster refuses to work with another master key than the one under which
// the database was filled: nothing could be read, and worse, new data would be
// sealed under a key that the old ones don't have.
func (k *kernel) checkMaster(ctx context.Context) error {
	return store.CheckMaster(ctx, k.db, k.master)
}

// close ends what open began.
func (k *kernel) close() error {
	if k.leaked == nil {
		return k.db.Close()
	}
	return errors.Join(k.db.Close(), k.leaked.Close())
}

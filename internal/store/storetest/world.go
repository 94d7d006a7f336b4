// Package storetest is the conformance suite of the stores: what every
// database engine must do alike. Package store's own test runs it (Run) on
// SQLite and on PostgreSQL, each test with a fresh database.
//
// One file holds the tests of one aggregate; suite.go lists them. World is
// what they start from.
package storetest

import (
	"bytes"
	"context"
	"sync"
	"testing"

	"kept/account"
	"kept/catalog"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/internal/secret"
	"kept/internal/store"
	"kept/setup"
	"kept/span"
)

// Opener opens a fresh, migrated database for one test, closed with it.
type Opener func(t testing.TB) *db.DB

// World is a database with the stores on it.
type World struct {
	DB        *db.DB
	Master    *secret.Master
	Vault     *store.Vault
	Settings  *store.Settings
	Setup     *store.Setup
	Clients   *store.Clients
	Search    *store.Search
	Accounts  *store.Accounts
	Lanes     *store.Lanes
	Calendars *store.Calendars
	Watches   *store.Watches
	Answers   *store.Idempotency
	Registry  *client.Registry
	Office    *setup.Office
	Gate      *account.Gate
	Clock     *Clock
	Journal   *Journal
}

// NewWorld opens a fresh database and makes the stores.
func NewWorld(t testing.TB, open Opener) *World {
	t.Helper()
	return worldOn(t, open(t))
}

// worldOn makes stores that remember nothing yet on a database, as another node would.
func worldOn(t testing.TB, d *db.DB) *World {
	t.Helper()
	master, err := secret.NewMaster(bytes.Repeat([]byte{7}, 32))
	Must(t, err)
	w := &World{DB: d, Master: master, Clock: &Clock{now: Noon}, Journal: &Journal{}}
	w.Vault = store.NewVault(d, master)
	w.Settings = store.NewSettings(d, w.Vault)
	w.Setup = store.NewSetup(d, w.Vault)
	w.Clients = store.NewClients(d, w.Vault)
	w.Search = store.NewSearch(d, w.Vault, w.Clients)
	w.Accounts = store.NewAccounts(d, w.Vault)
	w.Lanes = store.NewLanes(d)
	w.Calendars = store.NewCalendars(d, w.Vault)
	w.Watches = store.NewWatches(d, w.Vault)
	w.Answers = store.NewIdempotency(d, w.Vault)
	w.Registry = client.NewRegistry(w.Clients, d, w.Journal, w.Clock).With(w.Clients.Details())
	w.Office = setup.NewOffice(setup.Parts{
		Atomic: d, Journal: w.Journal, Clock: w.Clock, Settings: w.Settings, Businesses: w.Setup, Things: w.Setup,
		Rules: w.Setup, House: w.Setup, Lanes: w.Lanes,
	})
	w.Gate = account.NewGate(w.Accounts.Parts(w.Clock, secret.NewPasswords(2)))
	return w
}

// Noon is when tests begin: 2026-11-22T12:00:00Z.
const Noon = span.Instant(1_795_348_800_000_000)

// Business makes a business with default terms in Europe/Berlin.
func (w *World) Business(t testing.TB, slug string) id.Business {
	t.Helper()
	b := catalog.Business{
		ID: id.New[id.Business](w.Clock.Now().UTC()), Slug: slug, Names: catalog.Texts{"en": "Lumen " + slug},
		Zone: "Europe/Berlin", Currency: "EUR", Language: "en", Preset: "salon", Terms: catalog.DefaultTerms(),
	}
	w.Do(t, func(ctx context.Context) error { return w.Setup.InsertBusiness(ctx, b, w.Clock.Now()) })
	return b.ID
}

// Do runs fn in a transaction that must succeed.
func (w *World) Do(t testing.TB, fn func(ctx context.Context) error) {
	t.Helper()
	Must(t, w.DB.Do(t.Context(), fn))
}

// Clock stands still until it is moved.
type Clock struct {
	mu  sync.Mutex
	now span.Instant
}

// Now tells the time.
func (c *Clock) Now() span.Instant {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock on by a length.
func (c *Clock) Advance(by span.Instant) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now += by
}

// Journal keeps events in memory, also those of transactions that were rolled back.
type Journal struct {
	mu     sync.Mutex
	events []event.Event
}

// Append records events.
func (j *Journal) Append(_ context.Context, events ...event.Event) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.events = append(j.events, events...)
	return nil
}

// Take gives what was recorded since it was last called.
func (j *Journal) Take() []event.Event {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := j.events
	j.events = nil
	return out
}

// Must ends the test on an error.
func Must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// WantCode ends the test unless err carries the code.
func WantCode(t testing.TB, err error, code string) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Fatalf("error is %v, want %s", err, code)
	}
}

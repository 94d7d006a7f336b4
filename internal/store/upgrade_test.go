package store_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"kept/account"
	"kept/booking"
	"kept/client"
	"kept/event"
	"kept/id"
	"kept/internal/db"
	"kept/internal/store"
	"kept/internal/store/storetest"
	"kept/internal/testkit/pgtest"
	"kept/message"
	"kept/setup"
)

// The schema's versions when Kept was given away.
const (
	firstLanding  = 2
	secondLanding = 7
	thirdLanding  = 27
)

// fixture unpacks a database of an older program, as that left it.
func fixture(t testing.TB, name string) []byte {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	storetest.Must(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	storetest.Must(t, err)
	raw, err := io.ReadAll(z)
	storetest.Must(t, err)
	return raw
}

// landed gives how to come by the databases that an older program left: the
// file of SQLite, and PostgreSQL's old schema filled with its rows.
func landed(name string, version int) map[string]storetest.Opener {
	return map[string]storetest.Opener{
		"sqlite": func(t testing.TB) *db.DB {
			t.Helper()
			path := filepath.Join(t.TempDir(), "kept.db")
			storetest.Must(t, os.WriteFile(path, fixture(t, name+".db.gz"), 0o600))
			return open(t, path)
		},
		"postgres": func(t testing.TB) *db.DB {
			t.Helper()
			d := open(t, pgtest.Empty(t))
			storetest.Must(t, d.Migrate(t.Context(), upTo(t, version, store.Migrations("postgres"))...))
			_, err := d.SQL().ExecContext(t.Context(), string(fixture(t, name+".sql.gz")))
			storetest.Must(t, err)
			return d
		},
	}
}

// upgrade brings an older database up to date and opens its one business.
func upgrade(t *testing.T, d *db.DB, from int) *storetest.Shop {
	t.Helper()
	before, err := d.Version(t.Context())
	storetest.Must(t, err)
	if want := newest(t, upTo(t, from, store.Migrations(d.Dialect().Name()))); int(before) != want {
		t.Fatalf("the fixture is of version %d, not %d", before, want)
	}
	storetest.Must(t, d.Migrate(t.Context(), store.Migrations(d.Dialect().Name())...))
	var business string
	storetest.Must(t, d.From(t.Context()).QueryRowContext(t.Context(), "SELECT id FROM business").Scan(&business))
	s := storetest.Reopen(t, d, id.Business(business))
	storetest.Must(t, store.CheckMaster(t.Context(), d, s.Master))
	return s
}

// upTo leaves newer migrations out.
func upTo(t testing.TB, version int, folders []fs.FS) []fs.FS {
	t.Helper()
	var out []fs.FS
	for _, folder := range folders {
		files, err := fs.Glob(folder, "*.sql")
		storetest.Must(t, err)
		old := fstest.MapFS{}
		for _, name := range files {
			if numberOf(t, name) > version {
				continue
			}
			raw, err := fs.ReadFile(folder, name)
			storetest.Must(t, err)
			old[name] = &fstest.MapFile{Data: raw}
		}
		out = append(out, old)
	}
	return out
}

// newest gives the version that a database has after these migrations: an
// engine may have none of the last number.
func newest(t testing.TB, folders []fs.FS) (last int) {
	t.Helper()
	for _, folder := range folders {
		files, err := fs.Glob(folder, "*.sql")
		storetest.Must(t, err)
		for _, name := range files {
			last = max(last, numberOf(t, name))
		}
	}
	return last
}

// numberOf reads the version off a migration's name.
func numberOf(t testing.TB, name string) (n int) {
	t.Helper()
	_, err := fmt.Sscanf(name, "%d_", &n)
	storetest.Must(t, err)
	return n
}

// TestUpgradeFromTheFirstLanding reads a database that an older program has
// written, with five bookings of four people (one erased since), a hold and
// messages, and works on with it.
func TestUpgradeFromTheFirstLanding(t *testing.T) {
	t.Parallel()
	for name, opener := range landed("first_landing", firstLanding) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := upgrade(t, opener(t), firstLanding)
			upgradedBookings(t, s)
			upgradedCards(t, s)
			upgradedMessages(t, s)
			upgradedHouse(t, s)
			upgradedWork(t, s)
		})
	}
}

func upgradedBookings(t *testing.T, s *storetest.Shop) {
	t.Helper()
	all, err := s.Bookings.List(t.Context(), s.ID, booking.Filter{Limit: 100})
	storetest.Must(t, err)
	var got []string
	for _, b := range all {
		got = append(got, strings.TrimSpace(fmt.Sprintln(b.Local, b.Service(), b.Lead, b.Status, b.ClientName, b.Note, b.Reason, b.Quote.Total.Amount)))
	}
	want := []string{
		"2026-11-23T09:00 cut ada completed Mia Wang short at the sides  3000",
		"2026-11-23T09:30 cut ada cancelled Ян Петров  болею 3000",
		"2026-11-23T10:00 massage ben confirmed Mia Wang   7000",
		"2026-11-23T15:00 cut ada confirmed    3000",
		"2026-11-24T10:00 cut ada confirmed 林美玲   3000",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("bookings (-want +got):", diff)
	}
	if b := all[0]; b.Paid == nil || b.Paid.Amount != 3000 || b.Method != "cash" || b.Version < 3 || b.Zone != "Europe/Berlin" {
		t.Errorf("the first booking is %+v", b)
	}
	s.Audit(t)
}

func upgradedCards(t *testing.T, s *storetest.Shop) {
	t.Helper()
	cards, err := s.Clients.List(t.Context(), s.ID, client.Filter{Limit: 100})
	storetest.Must(t, err)
	var got []string
	for _, c := range cards {
		got = append(got, strings.Join([]string{c.Name, c.Email, c.Phone, c.Language, c.Note}, "|"))
	}
	slices.Sort(got)
	want := []string{
		"Mia Wang|mia@example.com|+4930123456|en|likes tea", "Ян Петров||+79161234567|ru|", "林美玲|lin@example.com||zh-Hant|",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("cards (-want +got):", diff)
	}
}

func upgradedMessages(t *testing.T, s *storetest.Shop) {
	t.Helper()
	all, err := s.Messages.List(t.Context(), s.ID, message.Filter{Limit: 100}, storetest.Noon)
	storetest.Must(t, err)
	count := map[message.Status]int{}
	to := map[string]int{}
	for _, m := range all {
		count[m.Status]++
		if m.Status == message.Sent {
			to[m.Address]++
			if m.Address != "" && m.Text == "" {
				t.Errorf("nothing is left of %s to %s", m.Step, m.Address)
			}
		}
	}
	if len(all) < 20 || count[message.Sent] != 11 || to["mia@example.com"] == 0 || to["lin@example.com"] == 0 || to["ada@example.com"] == 0 {
		t.Errorf("%d messages are %v, sent to %v", len(all), count, to)
	}
	events := map[event.Type]int{}
	for _, e := range s.Events(t, "") {
		events[e.Type]++
	}
	if events[event.BookingConfirmed] != 5 || events[event.BookingMoved] != 1 || events[event.HoldPlaced] != 1 {
		t.Errorf("events are %v", events)
	}
}

// upgradedHouse looks at the configuration, at time off, at who may sign in and at stored answers.
func upgradedHouse(t *testing.T, s *storetest.Shop) {
	t.Helper()
	setting, err := s.Settings.Load(t.Context(), s.ID, 0)
	storetest.Must(t, err)
	c := setting.Catalog
	if massage, ok := c.Service("massage"); !ok || massage.Names["zh-Hant"] != "按摩" || massage.BufferAfterMin != 10 || massage.Price.Amount != 7000 {
		t.Errorf("the massage is %+v", massage)
	}
	if ada, ok := c.StaffMember("ada"); !ok || ada.Email != "ada@example.com" || len(c.Staff) != 2 || len(c.Resources) != 1 || len(c.Locations) != 1 {
		t.Errorf("the catalog is %+v", c)
	}
	off, err := s.Office.ListTimeOff(t.Context(), s.Owner, setup.TimeOffFilter{})
	storetest.Must(t, err)
	if len(off.Items) != 1 || off.Items[0].Staff != "ben" || off.Items[0].Reason != "training" {
		t.Errorf("time off is %+v", off.Items)
	}
	in, err := s.Gate.SignIn(t.Context(), account.Try{Email: "eva@example.com", Password: "correct horse"})
	storetest.Must(t, err)
	eva := in.User
	if p, err := s.Gate.Enter(t.Context(), account.Session{User: eva.ID}, s.ID, ""); err != nil || p.Role != account.Owner || eva.Name != "Eva" || eva.Language != "ru" {
		t.Errorf("Eva is %+v, %+v, %v", eva, p, err)
	}
	if keys, err := s.Gate.ListKeys(t.Context(), s.Owner, "", 10); err != nil || len(keys) != 1 || keys[0].Name != "till" {
		t.Errorf("the keys are %+v, %v", keys, err)
	}
	s.Do(t, func(ctx context.Context) error {
		scope := store.Scope{Business: s.ID, Caller: "public", Route: "POST", Key: "k"}
		a, fresh, err := s.Answers.Begin(ctx, scope, []byte("h"), storetest.Noon, storetest.Noon+1)
		if err != nil || fresh || a == nil || string(a.Body) != "done" || a.Status != 201 {
			t.Errorf("the answer is %+v, fresh %v, %v", a, fresh, err)
		}
		return err
	})
}

// upgradedWork takes the hold over, books for somebody known and cancels what was booked before.
func upgradedWork(t *testing.T, s *storetest.Shop) {
	t.Helper()
	var hold string
	storetest.Must(t, s.DB.From(t.Context()).QueryRowContext(t.Context(), "SELECT id FROM hold").Scan(&hold))
	b, err := s.Desk.Book(t.Context(), s.Public, booking.Request{
		Hold: id.Hold(hold), Client: client.Draft{Name: "Mia Wang", Email: "mia@example.com"},
	})
	storetest.Must(t, err)
	if b.ClientName != "Mia Wang" || b.Start != storetest.Tomorrow(16, 0) || b.Lead != "ada" {
		t.Errorf("the hold became %+v", b)
	}
	lin, err := s.Desk.Book(t.Context(), s.Public, s.Cut(storetest.Tomorrow(11, 0), "ada", "new"))
	storetest.Must(t, err)
	storetest.WantCode(t, second(s.Desk.Book(t.Context(), s.Public, s.Cut(storetest.Tomorrow(9, 0), "ada", "new"))), "slot_taken")
	_, err = s.Desk.Cancel(t.Context(), s.Client(lin), lin.ID, "")
	storetest.Must(t, err)
	var planned int
	for _, n := range s.Steps(t, b.ID) {
		planned += n
	}
	if planned < 4 {
		t.Errorf("%d messages are planned for the new booking", planned)
	}
	s.Audit(t)
}

func second(_ *booking.Booking, err error) error { return err }

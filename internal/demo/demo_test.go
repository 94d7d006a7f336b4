package demo_test

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/account"
	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/internal/demo"
	"kept/internal/demo/sample"
	"kept/internal/journal"
	"kept/internal/secret"
	"kept/internal/store"
	"kept/internal/testkit/pgtest"
	"kept/reminder"
	"kept/setup"
	"kept/span"
)

func TestMain(m *testing.M) { pgtest.Run(m, migrate) }

func migrate(ctx context.Context, dsn string) error {
	d, err := db.Open(ctx, dsn, db.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Migrate(ctx, store.Migrations(d.Dialect().Name())...)
}

// clock stands still.
type clock span.Instant

func (c clock) Now() span.Instant { return span.Instant(c) }

// house is the program, as far as the demo needs it.
type house struct {
	demo.Deps
	db       *db.DB
	settings *store.Settings
	bookings *store.Bookings
	now      span.Instant
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newHouse(t testing.TB, dsn string, at string) *house {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, at)
	must(t, err)
	now := clock(span.At(moment))
	d, err := db.Open(t.Context(), dsn, db.Options{MaxConns: 4})
	must(t, err)
	t.Cleanup(func() { _ = d.Close() })
	master, err := secret.NewMaster(bytes.Repeat([]byte{7}, 32))
	must(t, err)
	vault := store.NewVault(d, master)
	settings, rules, cards, accounts := store.NewSettings(d, vault), store.NewSetup(d, vault), store.NewClients(d, vault), store.NewAccounts(d, vault)
	lanes, bookings := store.NewLanes(d), store.NewBookings(d, vault)
	events := journal.New(d, store.NewEvents(d, vault), store.NewLeases(d), now, slog.New(slog.DiscardHandler))
	events.Derive("reminder", reminder.New(store.NewMessages(d, vault), idle{}).Derive)
	gate := accounts.Parts(now, secret.NewPasswords(2))
	gate.Demo = true
	return &house{
		db: d, settings: settings, bookings: bookings, now: span.Instant(now),
		Deps: demo.Deps{
			Atomic: d, Businesses: rules, Cards: cards,
			Office: setup.NewOffice(setup.Parts{
				Atomic: d, Journal: events, Clock: now, Settings: settings, Businesses: rules, Things: rules, Rules: rules, House: rules, Lanes: lanes,
			}),
			Gate: account.NewGate(gate),
			Desk: booking.NewDesk(booking.Parts{
				Atomic: d, Clock: now, Settings: settings, Registry: client.NewRegistry(cards, d, events, now).With(cards.Details()), Journal: events,
				Lanes: lanes, Bookings: bookings, Holds: store.NewHolds(d), Groups: store.NewGroups(d, bookings),
				Courses: store.NewSeries(d, bookings),
			}),
		},
	}
}

// idle is a dispatcher that sends nothing.
type idle struct{}

func (idle) Wake(context.Context)                            {}
func (idle) Settle(context.Context, id.Business, id.Booking) {}

func sqlite(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kept.db")
	must(t, migrate(t.Context(), path))
	return path
}

func (h *house) count(t testing.TB, query string, args ...any) (n int) {
	t.Helper()
	must(t, h.db.SQL().QueryRowContext(t.Context(), query, args...).Scan(&n))
	return n
}

const morning = "2026-11-25T09:30:00Z"

func TestFillOnSQLite(t *testing.T) {
	t.Parallel()
	checkFill(t, newHouse(t, sqlite(t), morning))
}

func TestFillOnASunday(t *testing.T) {
	t.Parallel()
	checkFill(t, newHouse(t, sqlite(t), "2026-11-22T08:00:00Z"))
}

func TestFillOnPostgres(t *testing.T) {
	t.Parallel()
	checkFill(t, newHouse(t, pgtest.DSN(t), morning))
}

func checkFill(t *testing.T, h *house) {
	start := time.Now()
	must(t, demo.Fill(t.Context(), h.Deps, h.now))
	t.Logf("filled in %v", time.Since(start).Round(time.Millisecond))
	if overlaps := h.count(t, `SELECT count(*) FROM occupancy a JOIN occupancy b
		ON b.business_id = a.business_id AND b.lane_kind = a.lane_kind AND b.lane_id = a.lane_id AND b.source_id > a.source_id
		AND b.start_at < a.end_at AND a.start_at < b.end_at WHERE a.exclusive AND b.exclusive`); overlaps != 0 {
		t.Errorf("%d rows overlap", overlaps)
	}
	for _, slug := range sample.Slugs() {
		h.check(t, slug)
	}
	h.checkLogins(t)
	if n := h.count(t, `SELECT count(*) FROM booking WHERE cancelled_at > $1 OR checked_in_at > $1 OR created_at > $1`, int64(h.now)); n != 0 {
		t.Errorf("%d bookings tell of the future", n)
	}
	before := h.count(t, `SELECT count(*) FROM event`)
	must(t, demo.Fill(t.Context(), h.Deps, h.now+span.Day))
	if after := h.count(t, `SELECT count(*) FROM event`); after != before {
		t.Errorf("a filled database got %d more events", after-before)
	}
}

// check compares what is in the database with what was imagined.
func (h *house) check(t *testing.T, slug string) {
	t.Helper()
	ctx := t.Context()
	w, err := sample.Of(slug, h.now)
	must(t, err)
	who, err := h.Gate.Authenticate(ctx, demo.Key(slug, account.Owner))
	must(t, err)
	if !who.May(account.ManageAccounts) {
		t.Errorf("%s: the owner's key may not manage accounts", slug)
	}
	setting, err := h.settings.Load(ctx, who.Business, 0)
	must(t, err)
	w.Business.ID, w.Business.Version = who.Business, setting.Catalog.Business.Version
	if diff := cmp.Diff(w.Business, setting.Catalog.Business); diff != "" {
		t.Errorf("%s: %s", slug, diff)
	}
	for _, s := range w.Layout.Services {
		stored, ok := setting.Catalog.Service(s.ID)
		if diff := cmp.Diff(s, stored, cmp.Transformer("len", func(l []id.Location) int { return len(l) })); !ok || diff != "" {
			t.Errorf("%s: %s", slug, diff)
		}
	}
	staff, err := h.Gate.Authenticate(ctx, demo.Key(slug, account.Staff))
	must(t, err)
	if staff.Staff != w.Layout.Staff[0].ID || staff.Business != who.Business {
		t.Errorf("%s: the staff key is %+v", slug, staff)
	}
	if _, err := h.Gate.Authenticate(ctx, demo.Key(slug, account.Integration)); err != nil {
		t.Errorf("%s: the integration key: %v", slug, err)
	}
	if n := h.count(t, `SELECT count(*) FROM client WHERE business_id = $1`, string(who.Business)); n != len(w.Clients) {
		t.Errorf("%s: %d clients, want %d", slug, n, len(w.Clients))
	}
	if n := h.count(t, `SELECT count(*) FROM time_off WHERE business_id = $1`, string(who.Business)); n != len(w.Layout.TimeOff) {
		t.Errorf("%s: %d times off, want %d", slug, n, len(w.Layout.TimeOff))
	}
	h.checkVisits(t, w, who.Business)
	h.checkRoom(t, w, who.Business)
}

func (h *house) checkVisits(t *testing.T, w *sample.World, business id.Business) {
	t.Helper()
	seated := h.checkClasses(t, w, business)
	if n := h.count(t, `SELECT count(*) FROM booking WHERE business_id = $1`, string(business)); n != len(w.Visits)+seated+len(w.DropOffs) {
		t.Errorf("%s: %d bookings, want %d, %d in sessions and %d dropped off", w.Business.Slug, n, len(w.Visits), seated, len(w.DropOffs))
	}
	if n := h.count(t, `SELECT count(*) FROM message WHERE business_id = $1 AND status = 'planned' AND due_at > $2`, string(business), int64(h.now)); n < 300 {
		t.Errorf("%s: %d messages are planned", w.Business.Slug, n)
	}
	if n := h.count(t, `SELECT count(*) FROM message WHERE business_id = $1 AND due_at < $2`, string(business), int64(h.now)); n != 0 {
		t.Errorf("%s: %d messages were due before the demo began", w.Business.Slug, n)
	}
	for _, work := range w.DropOffs {
		got, err := h.bookings.Find(t.Context(), business, work.Visit.ID)
		must(t, err)
		if pieces := got.Items[0].Segments; len(pieces) < 3 || got.Start <= h.now || len(pieces[0].Staff) != 0 || len(pieces[1].Staff) == 0 {
			t.Errorf("%s: dropped off at %s, done %+v", w.Business.Slug, got.Local, pieces)
		}
		h.checkShift(t, w, got)
	}
	h.checkSeries(t, w, business)
	for i := 0; i < len(w.Visits); i += 50 {
		want := w.Visits[i]
		got, err := h.bookings.Find(t.Context(), business, want.ID)
		must(t, err)
		stored := booking.Imported{
			ID: got.ID, Client: got.Client, Lines: want.Lines, Location: got.Location, Start: got.Start, Placement: &got.Placement,
			Status: got.Status, CreatedAt: got.CreatedAt, Paid: got.Paid, Method: got.Method, Attendance: got.Attendance,
			Series: got.Series, SeriesAt: got.SeriesAt, SeriesRule: want.SeriesRule,
		}
		if diff := cmp.Diff(want, stored); diff != "" {
			t.Errorf("%s: %s", w.Business.Slug, diff)
		}
	}
}

// checkShift tells whether the work is done in the hours of whoever does it.
func (h *house) checkShift(t *testing.T, w *sample.World, b *booking.Booking) {
	t.Helper()
	zone, err := time.LoadLocation(w.Business.Zone)
	must(t, err)
	for _, part := range b.Items[0].Segments {
		stretch := span.Span{Start: part.Start, End: part.End}
		for _, who := range part.Staff {
			if !w.Layout.Hours.OpenAt(who, b.Location, stretch.Widen(span.Day, span.Day), zone).Covers(stretch) {
				t.Errorf("%s: %s is worked on %v by somebody who is not there", w.Business.Slug, b.ID, stretch)
			}
		}
	}
}

// checkRoom asks for each public service in the fortnight to come.
func (h *house) checkRoom(t *testing.T, w *sample.World, business id.Business) {
	t.Helper()
	zone, err := time.LoadLocation(w.Business.Zone)
	must(t, err)
	today := span.DateOf(h.now.In(zone))
	for _, s := range w.Layout.Services {
		offer, err := h.Desk.Offer(t.Context(), business, booking.Search{
			Lines: []booking.Line{{Service: s.ID}}, From: today, To: today.AddDays(14), Public: true,
		})
		must(t, err)
		if len(offer.Slots) == 0 {
			t.Errorf("%s: %s is not to be had", w.Business.Slug, s.Names["en"])
		}
	}
}

// checkSeries looks for the bookings of each series under it.
func (h *house) checkSeries(t *testing.T, w *sample.World, business id.Business) {
	t.Helper()
	want := map[id.Series]int{}
	for _, v := range w.Visits {
		if v.Series != "" {
			want[v.Series]++
		}
	}
	for series, n := range want {
		got, err := h.Desk.OfSeries(t.Context(), account.System(business), series)
		must(t, err)
		if len(got) != n || n < 2 {
			t.Errorf("%s: a series has %d bookings, want %d", w.Business.Slug, len(got), n)
		}
	}
}

// checkClasses tells how many bookings have seats in sessions.
func (h *house) checkClasses(t *testing.T, w *sample.World, business id.Business) (seated int) {
	t.Helper()
	planned := 0
	for _, c := range w.Classes {
		s, err := h.Desk.Session(t.Context(), account.System(business), c.Draft.ID)
		if fault.KindOf(err) == fault.NotFound && err != nil {
			continue // its leader is away
		}
		must(t, err)
		want := 0
		for _, v := range c.Visits {
			want += v.Party
		}
		if planned++; s.Taken != want || s.Placement.Start != c.Draft.Start || s.Placement.Lead != c.Draft.Staff || want == 0 {
			t.Errorf("%s: the session at %s has %d of %d taken", w.Business.Slug, s.Local, s.Taken, want)
		}
		seated += len(c.Visits)
	}
	if planned < 2 {
		t.Errorf("%s: %d sessions are planned", w.Business.Slug, planned)
	}
	return seated
}

func (h *house) checkLogins(t *testing.T) {
	t.Helper()
	for _, l := range demo.Logins() {
		in, err := h.Gate.SignIn(t.Context(), account.Try{Email: l.Email, Password: l.Password})
		must(t, err)
		places, err := h.Gate.ListMemberships(t.Context(), in.User.ID)
		must(t, err)
		if len(places) != 1 || places[0].Slug != l.Slug || places[0].Role != account.Owner {
			t.Errorf("%s works at %+v", l.Email, places)
		}
	}
}

func TestSomebodysOwnDatabaseIsLeftAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t, sqlite(t), morning)
	_, err := h.Office.CreateBusiness(t.Context(), setup.Draft{
		Slug: "bakery", Names: catalog.Texts{"en": "Bakery"}, Zone: "Europe/Berlin", Language: "en", Preset: "blank",
	})
	must(t, err)
	must(t, demo.Fill(t.Context(), h.Deps, h.now))
	if n := h.count(t, `SELECT count(*) FROM business`); n != 1 {
		t.Errorf("%d businesses", n)
	}
	if _, err := h.Gate.Authenticate(t.Context(), demo.Key("lumen-salon", account.Owner)); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("the demo's key opens: %v", err)
	}
}

// stop ends the work in the middle of a business, as a crash would.
type stop struct {
	*store.Clients
	after int
}

func (s *stop) Insert(ctx context.Context, business id.Business, c client.Client) error {
	if s.after--; s.after < 0 {
		return context.Canceled
	}
	return s.Clients.Insert(ctx, business, c)
}

func TestAFillThatBrokeOffIsFinishedLater(t *testing.T) {
	t.Parallel()
	h := newHouse(t, sqlite(t), morning)
	w, err := sample.Of("lumen-salon", h.now)
	must(t, err)
	broken := h.Deps
	broken.Cards = &stop{h.Cards.(*store.Clients), len(w.Clients) + 10} //nolint:forcetypeassert // as newHouse made it
	if err := demo.Fill(t.Context(), broken, h.now); err == nil {
		t.Fatal("the fill went on")
	}
	if n := h.count(t, `SELECT count(*) FROM business`); n != 1 {
		t.Fatalf("%d businesses are there, want the whole first one", n)
	}
	must(t, demo.Fill(t.Context(), h.Deps, h.now))
	for _, slug := range sample.Slugs() {
		h.check(t, slug)
	}
}

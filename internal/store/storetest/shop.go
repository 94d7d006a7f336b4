package storetest

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"

	"kept/account"
	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/event"
	"kept/id"
	"kept/internal/db"
	"kept/internal/journal"
	"kept/internal/store"
	"kept/internal/testkit/pgtest"
	"kept/message"
	"kept/money"
	"kept/plan"
	"kept/reminder"
	"kept/schedule"
	"kept/setup"
	"kept/span"
)

// Migrate fills the database that the tests' PostgreSQL copies; give it to pgtest.Run.
func Migrate(ctx context.Context, dsn string) error {
	d, err := db.Open(ctx, dsn, db.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Migrate(ctx, store.Migrations(d.Dialect().Name())...)
}

// SQLite opens a fresh database in a file.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kept.db")
	Must(t, Migrate(t.Context(), path))
	return opened(t, path)
}

// Postgres opens a fresh database on the tests' server.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return opened(t, pgtest.DSN(t))
}

func opened(t testing.TB, dsn string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), dsn, db.Options{MaxConns: 12})
	Must(t, err)
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// Plan says what a shop is made of. What is left out is as in NewShop.
type Plan struct {
	Terms     *catalog.Terms
	Services  []*catalog.Service
	Staff     []id.Staff // who performs everything
	People    []*catalog.Staff
	Resources []*catalog.Resource
	Rules     []*catalog.Rule
	Hours     *schedule.Book
}

// Shop is a business with a desk, a true journal and reminders.
type Shop struct {
	*World
	Desk     *booking.Desk
	Bookings *store.Bookings
	Holds    *store.Holds
	Messages *store.Messages
	Plans    *plan.Planner
	Cards    *client.Registry // on the shop's journal
	ID       id.Business
	Owner    account.Principal
	Public   account.Principal
}

// Cut is the service that a shop has when the plan names none: 30 minutes, starting each half hour.
func Cut() *catalog.Service {
	return &catalog.Service{
		ID: "cut", Names: catalog.Texts{"en": "Cut"}, IntervalMin: 30, Price: money.Of(3000, "EUR"), Public: true,
		Segments: []catalog.Segment{{DurationMin: 30, Staff: &catalog.StaffNeed{Count: 1}}},
	}
}

// Main is the one location of a shop.
const Main = id.Location("main")

// NewShop opens a fresh database with one business in Europe/Berlin, open from
// 9 to 17 each day, where Ada and Ben cut.
func NewShop(t testing.TB, open Opener, plan Plan) *Shop {
	t.Helper()
	s := shopOn(t, open(t))
	s.found(t, "lumen", plan)
	return s
}

// Another founds one more business beside the shop's, on the same database, seen by the same desk.
func (s *Shop) Another(t testing.TB, slug string, plan Plan) *Shop {
	t.Helper()
	other := *s
	other.found(t, slug, plan)
	return &other
}

func (s *Shop) found(t testing.TB, slug string, plan Plan) {
	t.Helper()
	if plan.Services == nil {
		plan.Services = []*catalog.Service{Cut()}
	}
	if plan.Staff == nil && plan.People == nil {
		plan.Staff = []id.Staff{"ada", "ben"}
	}
	for i, name := range plan.Staff {
		plan.People = append(plan.People, &catalog.Staff{
			ID: name, Position: i + 1, Names: catalog.Texts{"en": string(name)}, AllServices: true, Email: string(name) + "@example.com",
		})
	}
	if plan.Hours == nil {
		plan.Hours = &schedule.Book{Locations: map[id.Location]schedule.Hours{Main: Daily(9*60, 17*60)}}
	}
	for _, r := range plan.Resources {
		r.Names = catalog.Texts{"en": string(r.ID)}
	}
	b, err := s.Office.CreateBusiness(t.Context(), setup.Draft{
		Slug: slug, Names: catalog.Texts{"en": "Lumen"}, Zone: "Europe/Berlin", Currency: "EUR", Language: "en", Preset: "blank",
		Terms: plan.Terms,
	})
	Must(t, err)
	s.enter(b.ID)
	Must(t, s.Office.Furnish(t.Context(), s.Owner, setup.Furniture{
		Locations: []*catalog.Location{{ID: Main, Names: catalog.Texts{"en": "Main"}, Zone: "Europe/Berlin"}},
		Services:  plan.Services, Staff: plan.People, Resources: plan.Resources, Hours: plan.Hours,
		Rules: plan.Rules,
	}))
}

// shopOn makes a desk on a database, as another node would.
func shopOn(t testing.TB, d *db.DB) *Shop {
	t.Helper()
	w := worldOn(t, d)
	s := &Shop{World: w, Bookings: store.NewBookings(d, w.Vault), Holds: store.NewHolds(d), Messages: store.NewMessages(d, w.Vault)}
	events := journal.New(d, store.NewEvents(d, w.Vault), store.NewLeases(d), w.Clock, slog.New(slog.DiscardHandler))
	events.Derive("reminder", reminder.New(s.Messages, asleep{}).Derive)
	cards := client.NewRegistry(w.Clients, d, events, w.Clock).With(w.Clients.Details())
	due := store.NewPlans(d, w.Vault)
	s.Plans = plan.NewPlanner(plan.Parts{
		Atomic: d, Clock: w.Clock, Journal: events, Settings: w.Settings, Store: due, Visits: due, Cards: cards,
	})
	events.Derive("plan", s.Plans.Derive)
	s.Cards = cards
	s.Desk = booking.NewDesk(booking.Parts{
		Atomic: d, Clock: w.Clock, Settings: w.Settings, Registry: cards,
		Journal: events, Lanes: w.Lanes, Bookings: s.Bookings, Holds: s.Holds, Groups: store.NewGroups(d, s.Bookings),
		Courses: store.NewSeries(d, s.Bookings),
	})
	s.Office.Marks = s.Desk
	return s
}

func (s *Shop) enter(business id.Business) {
	s.ID, s.Public = business, account.Visitor(business, "")
	s.Owner = account.Principal{Kind: account.KindUser, ID: "owner", Business: business, Role: account.Owner}
}

// Node gives a second node on the same database: nothing is shared but it.
func (s *Shop) Node(t testing.TB) *Shop {
	t.Helper()
	other := shopOn(t, s.DB)
	other.Clock = s.Clock
	other.Desk.Clock = s.Clock
	other.enter(s.ID)
	return other
}

// asleep is a dispatcher that sends nothing.
type asleep struct{}

func (asleep) Wake(context.Context)                            {}
func (asleep) Settle(context.Context, id.Business, id.Booking) {}

// Daily are the same hours each day, in minutes after midnight.
func Daily(from, to int) schedule.Hours {
	var h schedule.Hours
	for day := 1; day <= 7; day++ {
		h.Weekly = append(h.Weekly, schedule.Weekly{Weekday: day, Window: schedule.Window{FromMin: from, ToMin: to}})
	}
	return h
}

// Tomorrow gives an instant of the day after Noon, Monday 2026-11-23, by the wall clock in Berlin.
func Tomorrow(hour, minute int) span.Instant {
	midnight := Noon + 11*span.Hour // 23:00 UTC
	return midnight + span.Minutes(60*hour+minute)
}

// Cut asks for a cut at an instant, by a client of that name.
func (s *Shop) Cut(at span.Instant, staff id.Staff, name string) booking.Request {
	return booking.Request{
		Lines: []booking.Line{{Service: "cut", Staff: staff}}, Start: at,
		Client: client.Draft{Name: name, Email: name + "@example.com"},
	}
}

// Book books as the public, and must succeed.
func (s *Shop) Book(t testing.TB, r booking.Request) *booking.Booking {
	t.Helper()
	b, err := s.Desk.Book(t.Context(), s.Public, r)
	Must(t, err)
	return b
}

// Client is the principal of the client of a booking.
func (s *Shop) Client(b *booking.Booking) account.Principal { return account.Visitor(s.ID, b.Client) }

// Starts gives the starts offered tomorrow, each as often as somebody could lead it.
func (s *Shop) Starts(t testing.TB, lines ...booking.Line) map[span.Instant][]id.Staff {
	t.Helper()
	if lines == nil {
		lines = []booking.Line{{Service: "cut"}}
	}
	day := span.Date{Year: 2026, Month: 11, Day: 23}
	offer, err := s.Desk.Offer(t.Context(), s.ID, booking.Search{Lines: lines, From: day, To: day})
	Must(t, err)
	out := map[span.Instant][]id.Staff{}
	for _, slot := range offer.Slots {
		out[slot.Start] = offer.Facts.Who(slot.Leads)
	}
	return out
}

// Events gives what was recorded of a booking, in order; of everything for an empty one.
func (s *Shop) Events(t testing.TB, of id.Booking) []event.Event {
	t.Helper()
	events := store.NewEvents(s.DB, s.World.Vault)
	for more := true; more; {
		s.Do(t, func(ctx context.Context) (err error) {
			_, more, err = events.Number(ctx)
			return err
		})
	}
	all, err := events.List(t.Context(), s.ID, 0, 10_000)
	Must(t, err)
	var out []event.Event
	for _, e := range all {
		if of == "" || e.Booking == of {
			out = append(out, e)
		}
	}
	return out
}

// Steps counts the messages of a booking that are still to be sent, by step.
func (s *Shop) Steps(t testing.TB, of id.Booking) map[message.Step]int {
	t.Helper()
	rows, err := s.DB.From(t.Context()).QueryContext(t.Context(),
		"SELECT step FROM message WHERE business_id = $1 AND booking_id = $2 AND status = 'planned'", string(s.ID), string(of))
	Must(t, err)
	defer rows.Close()
	out := map[message.Step]int{}
	for rows.Next() {
		var step string
		Must(t, rows.Scan(&step))
		out[message.Step(step)]++
	}
	Must(t, rows.Err())
	return out
}

// Audit reads table occupancy by itself: no two exclusive rows of a lane may
// overlap, every row must belong to a booking that keeps its time or to a
// hold, and every such booking must have a row on its lead's lane.
func (s *Shop) Audit(t testing.TB) {
	t.Helper()
	for name, query := range map[string]string{
		"overlaps": `SELECT COUNT(*) FROM occupancy a JOIN occupancy b
			ON b.business_id = a.business_id AND b.lane_kind = a.lane_kind AND b.lane_id = a.lane_id
			AND (a.start_at, a.source_id) < (b.start_at, b.source_id) AND a.end_at > b.start_at
			WHERE a.exclusive AND b.exclusive`,
		"rows of nobody": `SELECT COUNT(*) FROM occupancy o WHERE o.exclusive
			AND NOT EXISTS (SELECT 1 FROM booking b WHERE b.business_id = o.business_id AND b.id = o.source_id
				AND b.status NOT IN ('cancelled', 'declined', 'expired'))
			AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.business_id = o.business_id AND h.id = o.source_id)
			AND NOT EXISTS (SELECT 1 FROM group_session g WHERE g.business_id = o.business_id AND g.id = o.source_id
				AND g.status = 'planned')`,
		"bookings without rows": `SELECT COUNT(*) FROM booking b WHERE b.status NOT IN ('cancelled', 'declined', 'expired')
			AND NOT EXISTS (SELECT 1 FROM occupancy o WHERE o.business_id = b.business_id AND o.source_id = b.id
				AND o.lane_kind = 'staff' AND o.lane_id = b.staff_id AND o.start_at < b.end_at AND o.end_at > b.start_at)
			AND b.staff_id <> '' AND NOT b.squeezed AND b.group_id = ''`,
		"seats that are not the party's": `SELECT COUNT(*) FROM booking b WHERE b.group_id <> ''
			AND b.status NOT IN ('cancelled', 'declined', 'expired')
			AND b.party <> (SELECT COUNT(*) FROM occupancy o WHERE o.business_id = b.business_id AND o.source_id = b.id
				AND o.lane_kind = 'session')`,
		"more in a session than it has seats": `SELECT COUNT(*) FROM group_session g WHERE g.seats <
			(SELECT COALESCE(SUM(b.party), 0) FROM booking b WHERE b.business_id = g.business_id AND b.group_id = g.id
				AND b.status NOT IN ('cancelled', 'declined', 'expired'))`,
	} {
		if n := s.Count(t, query); n != 0 {
			t.Errorf("%s: %d", name, n)
		}
	}
}

// Count gives the one number that a query answers.
func (s *Shop) Count(t testing.TB, query string, args ...any) (n int) {
	t.Helper()
	Must(t, s.DB.From(t.Context()).QueryRowContext(t.Context(), query, args...).Scan(&n))
	return n
}

// Lane names the lane of a staff member.
func Lane(s id.Staff) availability.Lane { return booking.StaffLane(s) }

// Numbered is a name for the n-th of something.
func Numbered(what string, n int) string { return fmt.Sprintf("%s-%03d", what, n) }

// Reopen gives the shop of a business that a database holds already.
func Reopen(t testing.TB, d *db.DB, business id.Business) *Shop {
	t.Helper()
	s := shopOn(t, d)
	s.enter(business)
	return s
}

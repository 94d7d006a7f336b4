package storetest

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/account"
	"kept/calsync"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/privacy"
	"kept/span"
)

func testWatch(t *testing.T, open Opener) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, d *onlooker)
	}{
		{"read and let go", watchRead},
		{"grows old", watchGrowsOld},
		{"rights", watchRights},
		{"bounds", watchBounds},
		{"let go while read", watchMeanwhile},
		{"one node", watchOneNode},
		{"merged", watchMerged},
		{"taken out and erased", watchErased},
		{"beside links", watchBesideLinks},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.test(t, newOnlooker(t, open)) })
	}
}

// onlooker is a business with a client who has a calendar elsewhere.
type onlooker struct {
	*World
	business id.Business
	mia      client.Client
	watches  *calsync.Watches
	reader   *calsync.Reader
	outside  *outside
}

func newOnlooker(t testing.TB, open Opener) *onlooker {
	t.Helper()
	d := &onlooker{World: NewWorld(t, open), outside: &outside{}}
	d.business = d.Business(t, "mine")
	d.mia, _ = d.enroll(t, d.business, client.Draft{Name: "Mia", Email: "mia@example.com"})
	d.watches, d.reader = d.node(d.World)
	return d
}

// node builds what a node has for clients' calendars.
func (d *onlooker) node(w *World) (*calsync.Watches, *calsync.Reader) {
	clock := bothClocks{d.Clock}
	r := calsync.NewReader(calsync.Parts{
		Atomic: w.DB, Journal: w.Journal, Clock: clock, Settings: w.Settings, Store: w.Calendars, Lanes: w.Lanes,
	}, map[calsync.Kind]calsync.Source{calsync.Own: d.outside}, slog.New(slog.DiscardHandler))
	return calsync.NewWatches(calsync.WatchParts{Atomic: w.DB, Journal: w.Journal, Clock: clock, Store: w.Watches}, r), r
}

func (d *onlooker) self(of id.Client) account.Principal { return account.Visitor(d.business, of) }

func (d *onlooker) staff() account.Principal {
	return account.Principal{Kind: account.KindUser, ID: "x", Business: d.business, Role: account.Owner}
}

func (d *onlooker) connect(t testing.TB, of id.Client, at string, forStaff bool) calsync.Watch {
	t.Helper()
	w, err := d.watches.Connect(t.Context(), d.self(of), of, at, forStaff)
	Must(t, err)
	return w
}

func (d *onlooker) sync(t testing.TB) {
	t.Helper()
	Must(t, d.reader.RunDue(t.Context()))
}

func (d *onlooker) busy(t testing.TB, of id.Client, themselves bool) span.Set {
	t.Helper()
	busy, err := d.watches.Busy(t.Context(), d.business, of, themselves)
	Must(t, err)
	return busy
}

func (d *onlooker) one(t testing.TB, of id.Client) calsync.Watch {
	t.Helper()
	list, err := d.watches.List(t.Context(), d.self(of), of)
	Must(t, err)
	if len(list) != 1 {
		t.Fatalf("%d calendars", len(list))
	}
	return list[0]
}

const secretAddress = "https://calendar.example/private-4711/mia.ics"

func watchRead(t *testing.T, d *onlooker) {
	d.outside.says("v1", hours(1, 2), hours(20, 30))
	d.Journal.Take()
	made := d.connect(t, d.mia.ID, "webcal://calendar.example/private-4711/mia.ics", false)
	if made.URL != "calendar.example" || made.Status(d.Clock.Now()) != calsync.New {
		t.Errorf("made is %+v", made)
	}
	if told := d.Journal.Take(); len(told) != 1 || told[0].Type != event.ClientUpdated || told[0].Client != d.mia.ID || told[0].Actor.ID != string(d.mia.ID) {
		t.Errorf("told %+v", told)
	}
	if got := d.busy(t, d.mia.ID, true); got != nil {
		t.Errorf("before it was read: %v", got)
	}
	d.sync(t)
	want := calsync.Question{Zone: "Europe/Berlin", Window: span.Span{Start: Noon - 36*span.Hour, End: Noon - 12*span.Hour + 100*span.Day}}
	if diff := cmp.Diff(want, d.outside.asked[0]); diff != "" || d.outside.at[0] != (calsync.Address{URL: secretAddress}) {
		t.Error(diff, d.outside.at)
	}
	if diff := cmp.Diff(span.Set{hours(1, 2), hours(20, 30)}, d.busy(t, d.mia.ID, true)); diff != "" {
		t.Error(diff)
	}
	if got := d.busy(t, d.mia.ID, false); got != nil {
		t.Errorf("others are told %v", got)
	}
	if w := d.one(t, d.mia.ID); w.Status(d.Clock.Now()) != calsync.Fresh || w.LastOK != Noon || w.NextAt < Noon+span.Hour {
		t.Errorf("after reading it is %+v", w)
	}
	d.outside.questions()
	d.Clock.Advance(90 * span.Minute)
	d.sync(t)
	if len(d.outside.asked) != 1 || d.outside.asked[0].Since.ETag != "v1" || len(d.busy(t, d.mia.ID, true)) != 2 {
		t.Errorf("asked %+v", d.outside.asked)
	}
	d.outside.says("v2", hours(5, 6))
	d.Clock.Advance(90 * span.Minute)
	d.sync(t)
	if diff := cmp.Diff(span.Set{hours(5, 6)}, d.busy(t, d.mia.ID, true)); diff != "" {
		t.Error(diff)
	}
	Must(t, d.watches.Disconnect(t.Context(), d.self(d.mia.ID), d.mia.ID, made.ID))
	if got := d.busy(t, d.mia.ID, true); got != nil || d.kept(t) != 0 {
		t.Errorf("let go, it still says %v", got)
	}
	WantCode(t, d.watches.Disconnect(t.Context(), d.self(d.mia.ID), d.mia.ID, made.ID), fault.CodeNotFound)
}

func watchGrowsOld(t *testing.T, d *onlooker) {
	d.outside.says("v1", hours(1, 2), hours(70, 80))
	d.connect(t, d.mia.ID, secretAddress, false)
	d.sync(t)
	d.outside.fails(&calsync.Trouble{Code: calsync.Missing, Cause: errors.New("404")})
	for _, c := range []struct {
		after  span.Instant
		status calsync.Status
		known  bool
	}{{2 * span.Hour, calsync.Failing, true}, {5 * span.Hour, calsync.Stale, true}, {23 * span.Hour, calsync.Stale, true}, {25 * span.Hour, calsync.Stale, false}} {
		d.Clock.Advance(Noon + c.after - d.Clock.Now())
		d.sync(t)
		w := d.one(t, d.mia.ID)
		if got := d.busy(t, d.mia.ID, true); w.Status(d.Clock.Now()) != c.status || (got != nil) != c.known || w.Forgotten(d.Clock.Now()) == c.known {
			t.Errorf("after %d h it is %s and says %v", c.after/span.Hour, w.Status(d.Clock.Now()), got)
		}
		if w.Trouble != calsync.Missing || w.LastOK != Noon {
			t.Errorf("%+v", w)
		}
	}
	d.outside.says("v2", hours(70, 80))
	d.Clock.Advance(8 * span.Hour)
	d.sync(t)
	if w := d.one(t, d.mia.ID); w.Status(d.Clock.Now()) != calsync.Fresh || d.busy(t, d.mia.ID, true) == nil {
		t.Errorf("it works again, and is %+v", w)
	}
}

func watchRights(t *testing.T, d *onlooker) {
	leo, _ := d.enroll(t, d.business, client.Draft{Name: "Leo", Email: "leo@example.com"})
	d.outside.says("v1", hours(1, 2))
	made := d.connect(t, d.mia.ID, secretAddress, true)
	d.sync(t)
	if diff := cmp.Diff(span.Set{hours(1, 2)}, d.busy(t, d.mia.ID, false)); diff != "" {
		t.Error(diff)
	}
	staff := d.staff()
	list, err := d.watches.List(t.Context(), staff, d.mia.ID)
	Must(t, err)
	want := []calsync.Watch{{ID: made.ID, Client: d.mia.ID, CreatedAt: Noon, State: calsync.State{LastOK: Noon}}}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Errorf("staff see %s", diff)
	}
	_, err = d.watches.Connect(t.Context(), staff, d.mia.ID, secretAddress+"2", true)
	WantCode(t, err, fault.CodeForbidden)
	nobody := account.Principal{Kind: account.KindUser, ID: "x", Business: d.business, Role: account.Accountant}
	for who, p := range map[string]account.Principal{"another client": d.self(leo.ID), "nobody": {}, "somebody without the right": nobody} {
		_, err = d.watches.List(t.Context(), p, d.mia.ID)
		WantCode(t, err, fault.CodeForbidden)
		_, err = d.watches.Connect(t.Context(), p, d.mia.ID, secretAddress, true)
		WantCode(t, err, fault.CodeForbidden)
		err = d.watches.Disconnect(t.Context(), p, d.mia.ID, made.ID)
		WantCode(t, err, fault.CodeForbidden)
		if t.Failed() {
			t.Fatal(who)
		}
	}
	WantCode(t, d.watches.Disconnect(t.Context(), d.self(leo.ID), leo.ID, made.ID), fault.CodeNotFound)
	other := staff
	other.Business = d.Business(t, "other")
	WantCode(t, d.watches.Disconnect(t.Context(), other, d.mia.ID, made.ID), fault.CodeNotFound)
	Must(t, d.watches.Disconnect(t.Context(), staff, d.mia.ID, made.ID))
}

func watchBounds(t *testing.T, d *onlooker) {
	for _, bad := range []string{
		"", "calendar.example", "http://calendar.example/a.ics", "file:///etc/passwd", "https://mia:pw@calendar.example/", "https://calendar.example/#x",
		"https://calendar.example/\x00", "https://" + strings.Repeat("h", 3000),
	} {
		_, err := d.watches.Connect(t.Context(), d.self(d.mia.ID), d.mia.ID, bad, false)
		if err == nil || !strings.Contains(err.Error(), "url:") {
			t.Errorf("%.40q: %v", bad, err)
		}
	}
	for i := range 3 {
		d.connect(t, d.mia.ID, fmt.Sprint("https://calendar.example/", i), false)
	}
	_, err := d.watches.Connect(t.Context(), d.self(d.mia.ID), d.mia.ID, "https://calendar.example/1", false)
	WantCode(t, err, fault.CodeInvalid)
	_, err = d.watches.Connect(t.Context(), d.self(d.mia.ID), d.mia.ID, "https://calendar.example/3", false)
	WantCode(t, err, fault.CodeConflict)
	var busy []span.Span
	for i := range 3000 {
		busy = append(busy, span.Span{Start: Noon + span.Instant(i)*10*span.Minute, End: Noon + span.Instant(i)*10*span.Minute + span.Second})
	}
	d.outside.says("much", busy...)
	d.sync(t)
	if got := d.busy(t, d.mia.ID, true); len(got) != 2000 || got[0] != (span.Span{Start: Noon, End: Noon + span.Minute}) {
		t.Errorf("%d spans are known, the first %v", len(got), got[0])
	}
}

func watchMeanwhile(t *testing.T, d *onlooker) {
	d.outside.says("v1", hours(1, 2))
	made := d.connect(t, d.mia.ID, secretAddress, false)
	d.outside.hook = func() {
		d.outside.hook = nil
		if err := d.watches.Disconnect(t.Context(), d.self(d.mia.ID), d.mia.ID, made.ID); err != nil {
			t.Error(err)
		}
	}
	d.sync(t)
	if n := d.kept(t); n != 0 || d.busy(t, d.mia.ID, true) != nil {
		t.Errorf("%d are left of what was let go while it was read", n)
	}
}

// watchOneNode lets two nodes look at the same moment: one asks.
func watchOneNode(t *testing.T, d *onlooker) {
	_, other := d.node(worldOn(t, d.DB))
	for i := range 3 {
		d.connect(t, d.mia.ID, fmt.Sprint("https://calendar.example/", i), false)
	}
	for round := range 3 {
		d.outside.says(fmt.Sprint("v", round), hours(1, 2+round))
		d.outside.questions()
		var both sync.WaitGroup
		for _, r := range []*calsync.Reader{d.reader, other} {
			both.Go(func() {
				if err := r.RunDue(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		if n := d.outside.questions(); n != 3 {
			t.Errorf("round %d asked %d times", round, n)
		}
		d.Clock.Advance(90 * span.Minute)
	}
}

func watchMerged(t *testing.T, d *onlooker) {
	leo, _ := d.enroll(t, d.business, client.Draft{Name: "Mia W.", Email: "leo@example.com"})
	d.outside.says("v1", hours(1, 2))
	d.connect(t, d.mia.ID, "https://calendar.example/mia", false)
	d.sync(t)
	d.outside.says("v1", hours(5, 6))
	moved := d.connect(t, leo.ID, "https://calendar.example/leo", false)
	// Read while it is merged: what is read for the one card is not written for the other.
	d.outside.hook = func() {
		d.outside.hook = nil
		if _, err := d.Merger().Merge(t.Context(), d.business, leo.ID, d.mia.ID, desk); err != nil {
			t.Error(err)
		}
	}
	d.sync(t)
	list, err := d.watches.List(t.Context(), d.self(d.mia.ID), d.mia.ID)
	Must(t, err)
	if len(list) != 2 || !slices.ContainsFunc(list, func(w calsync.Watch) bool { return w.ID == moved.ID && w.URL == "calendar.example" }) {
		t.Fatalf("%+v", list)
	}
	d.Clock.Advance(span.Hour)
	d.sync(t)
	if diff := cmp.Diff(span.Set{hours(1, 2), hours(5, 6)}, d.busy(t, d.mia.ID, true)); diff != "" {
		t.Error(diff)
	}
}

func watchErased(t *testing.T, d *onlooker) {
	d.outside.says("v1", hours(1, 2))
	d.connect(t, d.mia.ID, secretAddress, false)
	d.sync(t)
	var url, busy []byte
	Must(t, d.DB.SQL().QueryRowContext(t.Context(), "SELECT sealed_url, sealed_busy FROM client_calendar").Scan(&url, &busy))
	if len(url) == 0 || len(busy) == 0 || strings.Contains(string(url), "4711") || strings.Contains(string(busy), "2026") {
		t.Error("it stands open")
	}
	office, _, _ := privacyOffice(d.World)
	for who, want := range map[string]string{"themselves": secretAddress, "staff": ""} {
		p := d.staff()
		if who == "themselves" {
			p = d.self(d.mia.ID)
		}
		out, err := office.Export(t.Context(), p, d.mia.ID)
		Must(t, err)
		sheet := out.Table("client_calendar")
		if len(sheet.Rows) != 1 || sheet.Value(sheet.Rows[0], "url") != want {
			t.Errorf("%s are given %v", who, sheet)
		} else if got := sheet.Value(sheet.Rows[0], "busy"); (got == "20261122T130000Z/20261122T140000Z") != (want != "") {
			t.Errorf("%s are given %v", who, got)
		}
	}
	d.outside.hook = func() { // erased while it is read
		d.outside.hook = nil
		if _, err := office.Erase(t.Context(), d.staff(), privacy.Order{Client: d.mia.ID}); err != nil {
			t.Error(err)
		}
	}
	d.Clock.Advance(2 * span.Hour)
	d.outside.says("v2", hours(3, 4))
	d.sync(t)
	if n := d.kept(t); n != 0 {
		t.Errorf("%d are left of somebody who was erased", n)
	}
	if got := d.busy(t, d.mia.ID, true); got != nil {
		t.Errorf("busy %v", got)
	}
}

// watchBesideLinks lets a host that is down rest, whosever calendar is there.
func watchBesideLinks(t *testing.T, d *onlooker) {
	d.outside.fails(&calsync.Trouble{Code: calsync.Unreachable})
	for i := range 9 {
		c, _ := d.enroll(t, d.business, client.Draft{Name: "Ann", Email: fmt.Sprintf("ann%d@example.com", i)})
		d.connect(t, c.ID, secretAddress, false)
	}
	d.sync(t)
	if n := d.outside.questions(); n < 3 || n > 8 {
		t.Errorf("a host that is down was asked %d times", n)
	}
	d.outside.says("v1", hours(1, 2))
	d.Clock.Advance(30 * span.Minute)
	d.sync(t)
	if n := d.outside.questions(); n != 9 {
		t.Errorf("up again, it was asked %d times", n)
	}
}

// kept counts the calendars that are stored.
func (d *onlooker) kept(t testing.TB) (n int) {
	t.Helper()
	Must(t, d.DB.SQL().QueryRowContext(t.Context(), "SELECT count(*) FROM client_calendar").Scan(&n))
	return n
}

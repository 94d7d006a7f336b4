package storetest

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/account"
	"kept/availability"
	"kept/calsync"
	"kept/catalog"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

func testCalendar(t *testing.T, open Opener) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, h *house)
	}{
		{"closes time", calendarCloses},
		{"whose lanes", calendarOwners},
		{"changed lanes only", calendarTouches},
		{"unchanged", calendarUnchanged},
		{"trouble", calendarTrouble},
		{"breaker", calendarBreaker},
		{"changed while read", calendarChangedMeanwhile},
		{"one node", calendarOneNode},
		{"rights", calendarRights},
		{"sealed", calendarSealed},
		{"bounds", calendarBounds},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.test(t, newHouse(t, open)) })
	}
}

// house is a business with people and rooms that have calendars elsewhere.
type house struct {
	*World
	who          account.Principal
	ada, ben     id.Staff
	room         id.Resource
	main, branch id.Location
	links        *calsync.Links
	reader       *calsync.Reader
	outside      *outside
	woken        int
}

// bothClocks has a real time that runs on with ours, and is told apart from it by a year.
type bothClocks struct{ *Clock }

func (c bothClocks) Real() span.Instant { return c.Now() + 365*span.Day }

// outside is a calendar elsewhere.
type outside struct {
	mu     sync.Mutex
	answer calsync.Answer
	err    error
	asked  []calsync.Question
	at     []calsync.Address
	hook   func() // while it is asked
}

// Read implements calsync.Source.
func (o *outside) Read(_ context.Context, at calsync.Address, q calsync.Question) (calsync.Answer, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked, o.at = append(o.asked, q), append(o.at, at)
	if o.hook != nil {
		o.hook()
	}
	if o.err == nil && o.answer.Mark != (calsync.Mark{}) && q.Since == o.answer.Mark {
		return calsync.Answer{Unchanged: true, Mark: q.Since}, nil
	}
	return o.answer, o.err
}

func (o *outside) says(mark string, busy ...span.Span) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.answer, o.err = calsync.Answer{Mark: calsync.Mark{ETag: mark}, Busy: span.SetOf(busy...), Events: len(busy)}, nil
}

func (o *outside) fails(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.err = err
}

// questions gives how often it was asked since the last time.
func (o *outside) questions() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := len(o.asked)
	o.asked = nil
	return n
}

func newHouse(t testing.TB, open Opener) *house {
	t.Helper()
	h := &house{World: NewWorld(t, open), outside: &outside{}}
	h.who = h.owner(t, "lumen")
	for name, into := range map[string]*id.Location{"Asia/Taipei": &h.main, "Asia/Tokyo": &h.branch} {
		made, err := h.Office.CreateLocation(t.Context(), h.who, catalog.Location{Names: catalog.Texts{"en": name}, Zone: name})
		Must(t, err)
		*into = made.ID
	}
	for name, into := range map[string]*id.Staff{"Ada": &h.ada, "Ben": &h.ben} {
		made, err := h.Office.CreateStaff(t.Context(), h.who, catalog.Staff{Names: catalog.Texts{"en": name}})
		Must(t, err)
		*into = made.ID
	}
	room, err := h.Office.CreateResource(t.Context(), h.who, catalog.Resource{
		Names: catalog.Texts{"en": "Room"}, Kind: "room", Units: 2, Location: h.main,
	})
	Must(t, err)
	h.room = room.ID
	h.links, h.reader = h.syncing(h.World)
	return h
}

// syncing builds what a node has for calendars.
func (h *house) syncing(w *World) (*calsync.Links, *calsync.Reader) {
	p := calsync.Parts{
		Atomic: w.DB, Journal: w.Journal, Clock: bothClocks{h.Clock}, Settings: w.Settings, Store: w.Calendars, Lanes: w.Lanes,
	}
	sources := map[calsync.Kind]calsync.Source{calsync.ICal: h.outside, calsync.CalDAV: h.outside}
	return calsync.NewLinks(p, func() { h.woken++ }), calsync.NewReader(p, sources, slog.New(slog.DiscardHandler))
}

func (h *house) connect(t testing.TB, owner calsync.Owner) calsync.Link {
	t.Helper()
	l, err := h.links.Connect(t.Context(), h.who, calsync.Edit{
		Owner: &owner, Name: new("Anna's own"), URL: new("https://calendar.example/private-4711.ics"), User: new("anna"), Secret: new("hunter2"),
	})
	Must(t, err)
	return l
}

func (h *house) sync(t testing.TB) {
	t.Helper()
	Must(t, h.reader.RunDue(t.Context()))
}

func (h *house) link(t testing.TB, link id.Link) calsync.Link {
	t.Helper()
	l, err := h.links.Find(t.Context(), h.who, link)
	Must(t, err)
	return l
}

// shut gives what a calendar closes on a lane.
func (h *house) shut(t testing.TB, lane availability.Lane) span.Set {
	t.Helper()
	rows, err := h.Lanes.Rows(t.Context(), h.who.Business, lane, span.Span{Start: Noon - 30*span.Day, End: Noon + 500*span.Day})
	Must(t, err)
	var out []span.Span
	for _, r := range rows {
		if r.Exclusive || r.Kind != availability.RowCalendar || r.Length() > span.Day {
			t.Errorf("on %v is %+v", lane, r)
		}
		out = append(out, r.Span)
	}
	if out == nil {
		return nil
	}
	return span.SetOf(out...)
}

func (h *house) versions(t testing.TB) map[availability.Lane]int64 {
	t.Helper()
	v, err := h.Lanes.Versions(t.Context(), h.who.Business, nil)
	Must(t, err)
	return v.Lanes
}

func hours(from, to int) span.Span {
	return span.Span{Start: Noon + span.Instant(from)*span.Hour, End: Noon + span.Instant(to)*span.Hour}
}

func staffLane(s id.Staff) availability.Lane {
	return availability.Lane{Kind: availability.StaffLane, ID: string(s)}
}

func calendarCloses(t *testing.T, h *house) {
	h.outside.says("v1", hours(1, 2), hours(20, 100))
	made := h.connect(t, calsync.Owner{Staff: h.ada})
	if now := h.Clock.Now(); made.Status(now) != calsync.New || h.woken != 1 || made.Address != (calsync.Address{URL: "calendar.example"}) {
		t.Errorf("made is %+v, woken %d", made, h.woken)
	}
	h.sync(t)
	if diff := cmp.Diff(span.Set{hours(1, 2), hours(20, 100)}, h.shut(t, staffLane(h.ada))); diff != "" {
		t.Error(diff)
	}
	if got := h.shut(t, staffLane(h.ben)); got != nil {
		t.Errorf("somebody else is shut at %v", got)
	}
	got := h.link(t, made.ID)
	if got.Status(h.Clock.Now()) != calsync.Fresh || got.LastOK != Noon || got.NextAt < Noon+15*span.Minute || got.Events != 2 || got.BusySpans != 2 {
		t.Errorf("after reading it is %+v", got)
	}
	want := calsync.Question{Zone: "Asia/Taipei", Window: span.Span{Start: Noon - 36*span.Hour, End: Noon - 12*span.Hour + 400*span.Day}}
	if diff := cmp.Diff(want, h.outside.asked[0]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(calsync.Address{URL: "https://calendar.example/private-4711.ics", User: "anna", Secret: "hunter2"}, h.outside.at[0]); diff != "" {
		t.Error(diff)
	}
	Must(t, h.links.Disconnect(t.Context(), h.who, made.ID))
	if got := h.shut(t, staffLane(h.ada)); got != nil {
		t.Errorf("let go, it still shuts %v", got)
	}
	_, err := h.links.Find(t.Context(), h.who, made.ID)
	WantCode(t, err, fault.CodeNotFound)
	for _, e := range h.Journal.Take() {
		if e.Type == event.SettingsChanged && e.Data.Kind == "calendar" && e.Data.Ref != string(made.ID) {
			t.Errorf("told of %+v", e)
		}
	}
}

func calendarOwners(t *testing.T, h *house) {
	unit := func(n string) availability.Lane {
		return availability.Lane{Kind: availability.UnitLane, ID: string(h.room) + ":" + n}
	}
	place := func(l id.Location) availability.Lane {
		return availability.Lane{Kind: availability.PlaceLane, ID: string(l)}
	}
	all := []availability.Lane{staffLane(h.ada), staffLane(h.ben), unit("1"), unit("2"), place(h.main), place(h.branch)}
	for _, c := range []struct {
		name  string
		owner calsync.Owner
		zone  string
		shut  []availability.Lane
	}{
		{"staff", calsync.Owner{Staff: h.ben}, "Asia/Taipei", all[1:2]},
		{"resource", calsync.Owner{Resource: h.room}, "Asia/Taipei", all[2:4]},
		{"location", calsync.Owner{Location: h.branch}, "Asia/Tokyo", all[5:6]},
		{"business", calsync.Owner{}, "Asia/Taipei", all[4:6]},
	} {
		h.outside.says("of "+c.name, hours(1, 2))
		made := h.connect(t, c.owner)
		h.sync(t)
		if got := h.outside.asked[len(h.outside.asked)-1].Zone; got != c.zone {
			t.Errorf("%s: dates are read in %s", c.name, got)
		}
		for _, lane := range all {
			if got := h.shut(t, lane) != nil; got != slices.Contains(c.shut, lane) {
				t.Errorf("%s: %v is shut: %v", c.name, lane, got)
			}
		}
		Must(t, h.links.Disconnect(t.Context(), h.who, made.ID))
	}
	// A room that gets another unit, a business that gets another place: the next look closes it too.
	h.outside.says("same", hours(1, 2))
	made := h.connect(t, calsync.Owner{Resource: h.room})
	h.sync(t)
	_, err := h.Office.UpdateResource(t.Context(), h.who, h.room, func(r *catalog.Resource) error { r.Units = 3; return nil })
	Must(t, err)
	h.Clock.Advance(20 * span.Minute)
	h.sync(t)
	if h.shut(t, unit("3")) == nil {
		t.Error("the new unit is open")
	}
	if got := h.link(t, made.ID); got.Attempts != 0 {
		t.Errorf("it is %+v", got)
	}
}

func calendarTouches(t *testing.T, h *house) {
	link := h.connect(t, calsync.Owner{})
	h.outside.says("v1", hours(1, 2), hours(30, 40))
	h.sync(t)
	before := h.versions(t)
	again := func(mark string, busy ...span.Span) bool {
		t.Helper()
		h.outside.says(mark, busy...)
		h.Clock.Advance(20 * span.Minute)
		h.sync(t)
		now := h.versions(t)
		same := cmp.Equal(before, now)
		before = now
		return same
	}
	if !again("v2", hours(1, 2), hours(30, 40)) {
		t.Error("nothing changed, and lanes were touched")
	}
	if again("v3", hours(1, 2), hours(30, 41)) {
		t.Error("an hour more, and no lane was touched")
	}
	if again("v4", hours(1, 2)) {
		t.Error("an entry less, and no lane was touched")
	}
	h.Clock.Advance(3 * span.Hour) // the entry is over
	if !again("v5") {
		t.Error("what is over is nobody's business, and lanes were touched")
	}
	if got := h.shut(t, availability.Lane{Kind: availability.PlaceLane, ID: string(h.main)}); got != nil {
		t.Errorf("still shut: %v", got)
	}
	if got := h.link(t, link.ID); got.BusySpans != 0 {
		t.Errorf("it is %+v", got)
	}
}

func calendarUnchanged(t *testing.T, h *house) {
	h.outside.says("v1", hours(1, 2))
	link := h.connect(t, calsync.Owner{Staff: h.ada})
	h.sync(t)
	h.sync(t)
	if n := h.outside.questions(); n != 1 {
		t.Fatalf("asked %d times", n)
	}
	h.Clock.Advance(20 * span.Minute)
	h.sync(t)
	if len(h.outside.asked) != 1 || h.outside.asked[0].Since.ETag != "v1" {
		t.Errorf("asked %+v", h.outside.asked)
	}
	if got := h.link(t, link.ID); got.LastOK != h.Clock.Now() || got.BusySpans != 1 || h.shut(t, staffLane(h.ada)) == nil {
		t.Errorf("it is %+v", got)
	}
	h.Clock.Advance(span.Day) // the horizon moved on: in full
	h.outside.questions()
	h.sync(t)
	if len(h.outside.asked) != 1 || h.outside.asked[0].Since != (calsync.Mark{}) {
		t.Errorf("a day later asked %+v", h.outside.asked)
	}
	_, err := h.links.Sync(t.Context(), h.who, link.ID)
	Must(t, err)
	h.outside.questions()
	h.sync(t)
	if len(h.outside.asked) != 1 || h.outside.asked[0].Since != (calsync.Mark{}) {
		t.Errorf("asked for, asked %+v", h.outside.asked)
	}
}

func calendarTrouble(t *testing.T, h *house) {
	h.outside.says("v1", hours(1, 2))
	link := h.connect(t, calsync.Owner{Staff: h.ada})
	h.sync(t)
	h.Clock.Advance(20 * span.Minute)
	since := h.Clock.Now()
	h.outside.fails(&calsync.Trouble{Code: calsync.Unauthorized, Cause: errors.New("401")})
	h.sync(t)
	got := h.link(t, link.ID)
	if got.Status(h.Clock.Now()) != calsync.Failing || got.Failing != since || got.Trouble != calsync.Unauthorized || got.Attempts != 1 {
		t.Errorf("it is %+v", got)
	}
	if got.NextAt < since+span.Hour {
		t.Errorf("what somebody must mend is tried again after %d min", (got.NextAt-since)/span.Minute)
	}
	if h.shut(t, staffLane(h.ada)) == nil {
		t.Error("what was known is forgotten")
	}
	h.outside.fails(errors.New("a bug"))
	last := span.Instant(0)
	for i := range 12 {
		h.Clock.Advance(8 * span.Hour)
		h.sync(t)
		got = h.link(t, link.ID)
		wait := got.NextAt - h.Clock.Now()
		if got.Attempts != i+2 || got.Trouble != calsync.Internal || wait > 8*span.Hour || i > 8 && wait < 6*span.Hour {
			t.Fatalf("after %d tries it waits %d min: %+v", i+2, wait/span.Minute, got)
		}
		last = got.LastOK
	}
	if got.Status(h.Clock.Now()) != calsync.Stale || last != Noon || got.Failing != since {
		t.Errorf("it is %+v", got)
	}
	h.outside.fails(&calsync.Trouble{Code: calsync.RateLimited, RetryAfter: 10 * time.Hour})
	h.Clock.Advance(8 * span.Hour)
	h.sync(t)
	if got = h.link(t, link.ID); got.NextAt-h.Clock.Now() < 10*span.Hour {
		t.Errorf("told to wait 10 h, it waits %d min", (got.NextAt-h.Clock.Now())/span.Minute)
	}
	h.outside.says("v2", hours(1, 2))
	h.Clock.Advance(20 * span.Hour)
	h.sync(t)
	got = h.link(t, link.ID)
	if got.Status(h.Clock.Now()) != calsync.Fresh || got.Failing != 0 || got.Attempts != 0 || got.Trouble != "" {
		t.Errorf("it works again, and is %+v", got)
	}
}

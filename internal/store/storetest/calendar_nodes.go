package storetest

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"kept/account"
	"kept/calsync"
	"kept/fault"
	"kept/span"
)

func calendarBreaker(t *testing.T, h *house) {
	h.outside.fails(&calsync.Trouble{Code: calsync.Unreachable})
	for range 12 {
		h.connect(t, calsync.Owner{Staff: h.ada})
	}
	h.sync(t)
	// Four at once may be on the way when the third strike falls.
	if n := h.outside.questions(); n < 3 || n > 8 {
		t.Errorf("a host that is down was asked %d times", n)
	}
	h.Clock.Advance(2 * span.Minute)
	h.sync(t)
	if n := h.outside.questions(); n != 0 {
		t.Errorf("left alone, it was asked %d times", n)
	}
	h.outside.says("v1")
	h.Clock.Advance(30 * span.Minute)
	h.sync(t)
	if n := h.outside.questions(); n != 12 {
		t.Errorf("up again, it was asked %d times", n)
	}
	all, err := h.links.List(t.Context(), h.who)
	Must(t, err)
	for _, l := range all {
		if l.Status(h.Clock.Now()) != calsync.Fresh {
			t.Errorf("%+v", l)
		}
	}
}

func calendarChangedMeanwhile(t *testing.T, h *house) {
	h.outside.says("v1", hours(1, 2))
	link := h.connect(t, calsync.Owner{Staff: h.ada})
	h.outside.hook = func() {
		h.outside.hook = nil
		_, err := h.links.Change(t.Context(), h.who, link.ID, calsync.Edit{Owner: &calsync.Owner{Staff: h.ben}})
		if err != nil {
			t.Error(err)
		}
	}
	h.sync(t)
	if h.shut(t, staffLane(h.ada)) != nil {
		t.Error("what was read for one was laid for another")
	}
	if h.shut(t, staffLane(h.ben)) == nil {
		t.Error("the change was not read")
	}
	h.outside.hook = func() {
		h.outside.hook = nil
		if err := h.links.Disconnect(t.Context(), h.who, link.ID); err != nil {
			t.Error(err)
		}
	}
	h.Clock.Advance(20 * span.Minute)
	h.outside.says("v2", hours(3, 4))
	h.sync(t)
	if h.shut(t, staffLane(h.ben)) != nil {
		t.Error("a calendar that was let go while it was read shuts time")
	}
}

// calendarOneNode lets two nodes look at the same moment: one asks.
func calendarOneNode(t *testing.T, h *house) {
	const links = 8
	_, other := h.syncing(worldOn(t, h.DB))
	for round := range 5 {
		h.outside.says(fmt.Sprint("v", round), hours(1, 2+round))
		if round == 0 {
			for range links {
				h.connect(t, calsync.Owner{Staff: h.ada})
			}
		}
		h.outside.questions()
		var both sync.WaitGroup
		for _, r := range []*calsync.Reader{h.reader, other} {
			both.Go(func() {
				if err := r.RunDue(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		if n := h.outside.questions(); n != links {
			t.Errorf("round %d: %d links were asked %d times", round, links, n)
		}
		h.Clock.Advance(20 * span.Minute)
	}
	if got := h.shut(t, staffLane(h.ada)); len(got) != 1 || got[0] != hours(1, 6) {
		t.Errorf("shut is %v", got)
	}
}

func calendarRights(t *testing.T, h *house) {
	b := h.who.Business
	desk := account.Principal{Kind: account.KindUser, ID: "u2", Business: b, Role: account.Reception}
	ada := account.Principal{Kind: account.KindUser, ID: "u3", Business: b, Role: account.Staff, Staff: h.ada}
	other := h.World.owner(t, "other")
	name, url := "Mine", "https://calendar.example/a.ics"
	edit := func(o calsync.Owner) calsync.Edit { return calsync.Edit{Owner: &o, Name: &name, URL: &url} }
	for _, c := range []struct {
		what string
		who  account.Principal
		own  calsync.Owner
		ok   bool
	}{
		{"the reception connects somebody's", desk, calsync.Owner{Staff: h.ada}, false},
		{"staff connect their own", ada, calsync.Owner{Staff: h.ada}, true},
		{"staff connect another's", ada, calsync.Owner{Staff: h.ben}, false},
		{"staff connect the house's", ada, calsync.Owner{}, false},
		{"nobody connects", account.Visitor(b, "c"), calsync.Owner{Staff: h.ada}, false},
	} {
		if _, err := h.links.Connect(t.Context(), c.who, edit(c.own)); (err == nil) != c.ok || err != nil && fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	house := h.connect(t, calsync.Owner{})
	_, err := h.links.Change(t.Context(), ada, house.ID, calsync.Edit{Name: &name})
	WantCode(t, err, fault.CodeForbidden)
	_, err = h.links.Change(t.Context(), ada, house.ID, calsync.Edit{Owner: &calsync.Owner{Staff: h.ada}})
	WantCode(t, err, fault.CodeForbidden)
	WantCode(t, h.links.Disconnect(t.Context(), ada, house.ID), fault.CodeForbidden)
	if all, err := h.links.List(t.Context(), desk); err != nil || len(all) != 2 {
		t.Errorf("the reception sees %d, %v", len(all), err)
	}
	_, err = h.links.List(t.Context(), account.Visitor(b, "c"))
	WantCode(t, err, fault.CodeForbidden)
	if _, err := h.links.Find(t.Context(), other, house.ID); !fault.Is(err, fault.CodeNotFound) {
		t.Errorf("another business finds it: %v", err)
	}
	WantCode(t, h.links.Disconnect(t.Context(), other, house.ID), fault.CodeNotFound)
}

// calendarSealed looks for what must not be in the database.
func calendarSealed(t *testing.T, h *house) {
	h.outside.says("tag-0815", hours(1, 2))
	link := h.connect(t, calsync.Owner{Staff: h.ada})
	h.sync(t)
	row := h.DB.From(t.Context()).QueryRowContext(t.Context(),
		`SELECT sealed_name, sealed_url, sealed_user, sealed_secret, sealed_etag FROM calendar_link`)
	var sealed [5][]byte
	Must(t, row.Scan(&sealed[0], &sealed[1], &sealed[2], &sealed[3], &sealed[4]))
	for i, word := range []string{"Anna", "4711", "anna", "hunter2", "0815"} {
		if len(sealed[i]) == 0 || strings.Contains(string(sealed[i]), word) {
			t.Errorf("%q stands open", word)
		}
	}
	// Another host does not get the secret that was meant for this one.
	elsewhere, again := "https://thief.example/a.ics", "https://calendar.example/other.ics"
	_, err := h.links.Change(t.Context(), h.who, link.ID, calsync.Edit{URL: &again})
	Must(t, err)
	h.sync(t)
	if got := h.outside.at[len(h.outside.at)-1]; got.Secret != "hunter2" {
		t.Error("another file of the host lost the secret")
	}
	_, err = h.links.Change(t.Context(), h.who, link.ID, calsync.Edit{URL: &elsewhere})
	Must(t, err)
	h.sync(t)
	if got := h.outside.at[len(h.outside.at)-1]; got.Secret != "" || got.URL != elsewhere {
		t.Errorf("the other host was shown the secret")
	}
}

func calendarBounds(t *testing.T, h *house) {
	good := calsync.Edit{Name: new("A"), URL: new("webcal://calendar.example/a.ics")}
	made, err := h.links.Connect(t.Context(), h.who, good)
	Must(t, err)
	h.sync(t)
	if got := h.outside.at[0].URL; got != "https://calendar.example/a.ics" {
		t.Errorf("asked at %s", got)
	}
	for field, edit := range map[string]calsync.Edit{
		"name":            {Name: new(" ")},
		"url":             {URL: new("https://anna:pw@calendar.example/")},
		"user":            {User: new("a\nb")},
		"secret":          {Secret: new(strings.Repeat("x", 501))},
		"kind":            {Kind: new(calsync.Kind("exchange"))},
		"stale_after_min": {StaleAfter: new(span.Minute)},
		"resource":        {Owner: &calsync.Owner{Resource: "nothing"}},
		"staff":           {Owner: &calsync.Owner{Staff: h.ada, Location: h.main}},
	} {
		_, err := h.links.Change(t.Context(), h.who, made.ID, edit)
		if err == nil || !strings.Contains(err.Error(), field+":") {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, bad := range []string{"", "calendar.example", "file:///etc/passwd", "https://", "https://calendar.example/#x", "https://calendar.example/\x00", strings.Repeat("h", 3000)} {
		if _, err := h.links.Change(t.Context(), h.who, made.ID, calsync.Edit{URL: &bad}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%.40q: %v", bad, err)
		}
	}
	// A calendar that is busy a little every hour of 400 days stays within what lanes take.
	var busy []span.Span
	for i := range 50_000 {
		busy = append(busy, span.Span{Start: Noon + span.Instant(i)*10*span.Minute, End: Noon + span.Instant(i)*10*span.Minute + span.Minute})
	}
	h.outside.says("much", busy...)
	_, err = h.links.Sync(t.Context(), h.who, made.ID)
	Must(t, err)
	h.sync(t)
	if got := h.link(t, made.ID); len(got.Limits) != 1 || got.Limits[0] != "rows" {
		t.Errorf("it is %+v", got.State)
	}
}

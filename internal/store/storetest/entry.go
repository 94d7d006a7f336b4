package storetest

import (
	"context"
	"slices"
	"testing"

	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/store"
	"kept/message"
	"kept/span"
)

func testEntry(t *testing.T, open Opener) {
	t.Run("round trip", func(t *testing.T) { t.Parallel(); entryRoundTrip(t, NewWorld(t, open)) })
	t.Run("calls", func(t *testing.T) { t.Parallel(); entryCalls(t, NewWorld(t, open)) })
	t.Run("swept", func(t *testing.T) { t.Parallel(); entrySwept(t, NewWorld(t, open)) })
	t.Run("missed", func(t *testing.T) { t.Parallel(); entryMissed(t, NewWorld(t, open)) })
}

// Talks makes the book of talks; a message planned there wakes nobody.
func (w *World) Talks() (*client.Talks, *store.Messages) {
	messages := store.NewMessages(w.DB, w.Vault)
	callbacks := store.NewCallbacks(messages, w.Clients, w.Settings, func(context.Context) {})
	return client.NewTalks(store.NewEntries(w.DB, w.Vault, w.Clients), w.Registry, callbacks), messages
}

func entryRoundTrip(t *testing.T, w *World) {
	b, other := w.Business(t, "mine"), w.Business(t, "other")
	talks, _ := w.Talks()
	mia := w.create(t, b, client.Draft{Name: "Mia"})
	var all []id.Entry
	for i, text := range []string{"likes tea", "too loud", "asks for prices"} {
		w.Clock.Advance(1_000_000)
		e := client.Entry{Client: mia.ID, Kind: []string{"note", "complaint", "enquiry"}[i], Direction: "in", Text: text, Due: w.Clock.Now(), Booking: "visit"}
		e, err := talks.Add(t.Context(), b, e, desk)
		Must(t, err)
		stored, err := talks.Find(t.Context(), b, e.ID)
		Must(t, err)
		if stored != e {
			t.Errorf("stored %+v, want %+v", stored, e)
		}
		all = append([]id.Entry{e.ID}, all...)
	}
	done, err := talks.Update(t.Context(), b, all[0], 1, desk, func(e *client.Entry) { e.State, e.Due = client.EntryDone, 0 })
	Must(t, err)
	stored, err := talks.Find(t.Context(), b, all[0])
	Must(t, err)
	if stored != done || stored.Version != 2 || stored.Done == 0 {
		t.Errorf("stored %+v, want %+v", stored, done)
	}
	_, err = talks.Find(t.Context(), other, all[0])
	WantCode(t, err, fault.CodeNotFound)
	page, more, err := talks.List(t.Context(), b, client.EntryFilter{Client: mia.ID, Limit: 2})
	Must(t, err)
	if len(page) != 2 || !more || page[0].ID != all[0] || page[1].ID != all[1] {
		t.Errorf("the first page is %+v, %v", page, more)
	}
	page, more, err = talks.List(t.Context(), b, client.EntryFilter{State: client.EntryOpen, Before: all[1], Limit: 2})
	Must(t, err)
	if len(page) != 1 || more || page[0].ID != all[2] {
		t.Errorf("the second page is %+v, %v", page, more)
	}
	Must(t, w.Registry.Erase(t.Context(), b, mia.ID, desk))
	if page, _, err := talks.List(t.Context(), b, client.EntryFilter{}); err != nil || len(page) != 0 {
		t.Errorf("after erasure: %v %v", page, err)
	}
}

func entryCalls(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	talks, _ := w.Talks()
	mia := w.create(t, b, client.Draft{Name: "Mia", Phone: "8 916 123-45-67"})
	leo := w.create(t, b, client.Draft{Name: "Leo", Phone: "+4930111222333"})
	w.Index(t)
	call := func(from, kind string) client.Entry {
		t.Helper()
		w.Clock.Advance(1_000_000)
		e, err := talks.Call(t.Context(), b, client.Call{From: from, Kind: kind}, event.Actor{Kind: "key", ID: "exchange"})
		Must(t, err)
		return e
	}
	if e := call("+49 30 111222333", "ringing"); e.Client != leo.ID {
		t.Errorf("found %q", e.Client)
	}
	first := call("+7 916 1234567", "ringing") // from abroad it has another form than on the card
	if first.Client != mia.ID {
		t.Errorf("found %q", first.Client)
	}
	answered := call("+7 916 1234567", "answered")
	if answered.ID != first.ID || answered.Outcome != client.CallAnswered {
		t.Errorf("%+v", answered)
	}
	unknown := call("+886 2 2345 6789", "missed")
	stored, err := talks.Find(t.Context(), b, unknown.ID)
	Must(t, err)
	if unknown.Client != "" || stored.Number != "+886223456789" {
		t.Errorf("%+v", stored)
	}
	var told []event.Type
	for _, e := range w.Journal.Take() {
		told = append(told, e.Type)
	}
	if !slices.Equal(told, []event.Type{
		event.ClientUpdated, event.CallReceived, event.ClientUpdated, event.CallReceived, event.ClientUpdated, event.CallReceived, event.CallReceived,
	}) {
		t.Errorf("told %q", told)
	}
}

func entryMissed(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	talks, messages := w.Talks()
	mia := w.create(t, b, client.Draft{Name: "Mia", Phone: "+4930111222333", Email: "mia@example.com", Language: "ru"})
	var last client.Entry
	for range 3 {
		var err error
		last, err = talks.Call(t.Context(), b, client.Call{From: "+4930111222333", Kind: "missed"}, desk)
		Must(t, err)
		w.Clock.Advance(span.Minutes(25))
	}
	list, err := messages.List(t.Context(), b, message.Filter{Client: mia.ID, Limit: 10}, w.Clock.Now())
	Must(t, err)
	if len(list) != 1 || list[0].Step != message.CallMissed || list[0].Recipient.ID != string(mia.ID) {
		t.Fatalf("planned %+v", list)
	}
	cause := store.NewCallbacks(messages, w.Clients, w.Settings, nil)
	v, err := cause.Visit(t.Context(), list[0])
	Must(t, err)
	if v.Path != "/b/mine" || v.Recipient.Email != "mia@example.com" || v.Recipient.Language != "ru" || v.Gone {
		t.Errorf("visit %+v", v)
	}
	still := func() bool {
		var yes bool
		w.Do(t, func(ctx context.Context) (err error) {
			yes, err = cause.Still(ctx, message.Ref{Business: b, Anchor: list[0].Anchor})
			return err
		})
		return yes
	}
	if !still() {
		t.Error("nobody has called back, but it is taken back")
	}
	_, err = talks.Update(t.Context(), b, id.Entry(list[0].Anchor), 0, desk, func(e *client.Entry) { e.State = client.EntryDone })
	Must(t, err)
	if still() {
		t.Error("somebody has called back, but it is still sent")
	}
	w.Clock.Advance(span.Hour)
	again, err := talks.Call(t.Context(), b, client.Call{From: "+4930111222333", Kind: "missed"}, desk)
	Must(t, err)
	list, err = messages.List(t.Context(), b, message.Filter{Client: mia.ID, Limit: 10}, w.Clock.Now())
	Must(t, err)
	if len(list) != 2 || again.ID == last.ID {
		t.Errorf("an hour later: %d messages", len(list))
	}
}

// entrySwept keeps calls of people nobody knows for 90 days.
func entrySwept(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	talks, _ := w.Talks()
	mia := w.create(t, b, client.Draft{Name: "Mia", Phone: "+4930111222333"})
	for _, from := range []string{"+4930111222333", "+4930999888777"} {
		_, err := talks.Call(t.Context(), b, client.Call{From: from, Kind: "missed"}, desk)
		Must(t, err)
	}
	entries := store.NewEntries(w.DB, w.Vault, w.Clients)
	left := func() []client.Entry {
		w.Do(t, func(ctx context.Context) error { return entries.Sweep(ctx, b, w.Clock.Now()) })
		list, _, err := talks.List(t.Context(), b, client.EntryFilter{})
		Must(t, err)
		return list
	}
	w.Clock.Advance(89 * span.Day)
	if n := len(left()); n != 2 || w.rows(t, "call_told") != 0 {
		t.Errorf("%d calls after 89 days", n)
	}
	w.Clock.Advance(2 * span.Day)
	if list := left(); len(list) != 1 || list[0].Client != mia.ID {
		t.Errorf("after 91 days: %+v", list)
	}
}

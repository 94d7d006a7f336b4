package client_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// book keeps entries in memory.
type book struct {
	list   []client.Entry
	told   map[string]span.Instant
	offers []id.Entry
}

func (b *book) InsertEntry(_ context.Context, _ id.Business, e client.Entry) error {
	b.list = append(b.list, e)
	return nil
}

func (b *book) UpdateEntry(_ context.Context, _ id.Business, e client.Entry) error {
	for i := range b.list {
		if b.list[i].ID == e.ID {
			e.Version++
			b.list[i] = e
		}
	}
	return nil
}

func (b *book) FindEntry(_ context.Context, _ id.Business, want id.Entry) (client.Entry, error) {
	for _, e := range b.list {
		if e.ID == want {
			return e, nil
		}
	}
	return client.Entry{}, fault.Missing("entry")
}

func (b *book) ListEntries(_ context.Context, _ id.Business, f client.EntryFilter) ([]client.Entry, error) {
	return b.list[:min(f.Limit, len(b.list))], nil
}

func (b *book) Callers(_ context.Context, _ id.Business, number string) ([]id.Client, error) {
	if number == "+49301234567" {
		return []id.Client{"mia"}, nil
	}
	return nil, nil
}

func (b *book) LastCall(_ context.Context, _ id.Business, number string) (client.Entry, bool, error) {
	for _, e := range slices.Backward(b.list) {
		if e.Number == number {
			return e, true, nil
		}
	}
	return client.Entry{}, false, nil
}

func (b *book) MayTell(_ context.Context, _ id.Business, number string, since, now span.Instant) (bool, error) {
	if at, ok := b.told[number]; ok && at > since {
		return false, nil
	}
	b.told[number] = now
	return true, nil
}

func (b *book) Offer(_ context.Context, _ id.Business, _ id.Client, e id.Entry, _ span.Instant) error {
	b.offers = append(b.offers, e)
	return nil
}

func talks() (*client.Talks, *book, *bundle) {
	registry, parts := setup(&client.Client{ID: "mia", Name: "Mia"})
	b := &book{told: map[string]span.Instant{}}
	return client.NewTalks(b, registry, b), b, parts
}

func TestAddEntry(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		entry client.Entry
		state string
		field string // that is wrong
	}{
		{"a note is done", client.Entry{Kind: "note", Text: "likes tea", Direction: "in"}, "done", ""},
		{"a note with a date is open", client.Entry{Kind: "note", Text: "call her", Due: 5}, "open", ""},
		{"a complaint is open", client.Entry{Kind: "complaint", Direction: "in", Text: "too hot"}, "open", ""},
		{"an enquiry is open", client.Entry{Kind: "enquiry", Direction: "in", Text: "price?"}, "open", ""},
		{"a call needs no words", client.Entry{Kind: "call", Direction: "out"}, "done", ""},
		{"a note does", client.Entry{Kind: "note"}, "", "text"},
		{"unknown kind", client.Entry{Kind: "fax", Direction: "in", Text: "x"}, "", "kind"},
		{"no direction", client.Entry{Kind: "call", Text: "x"}, "", "direction"},
		{"unknown state", client.Entry{Kind: "note", Text: "x", State: "lost"}, "", "state"},
		{"too long", client.Entry{Kind: "note", Text: strings.Repeat("x", 4001)}, "", "text"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			talks, b, parts := talks()
			test.entry.Client = "mia"
			e, err := talks.Add(t.Context(), "b", test.entry, event.System())
			if test.field != "" {
				if !fault.Is(err, fault.CodeInvalid) || len(b.list) != 0 {
					t.Fatalf("%v, %d kept", err, len(b.list))
				}
				return
			}
			if err != nil || e.State != test.state || (e.Done != 0) != (test.state == "done") || len(b.list) != 1 {
				t.Fatalf("%+v, %v", e, err)
			}
			if n := len(parts.events); n != 1 || parts.events[0].Data.Kind != client.PartEntry || parts.events[0].Client != "mia" {
				t.Errorf("events %+v", parts.events)
			}
		})
	}
}

func TestUpdateEntry(t *testing.T) {
	t.Parallel()
	talks, _, _ := talks()
	author := event.Actor{Kind: "user", ID: "ana"}
	e, err := talks.Add(t.Context(), "b", client.Entry{Client: "mia", Kind: "complaint", Direction: "in", Text: "cold"}, author)
	if err != nil {
		t.Fatal(err)
	}
	got, err := talks.Update(t.Context(), "b", e.ID, 1, event.System(), func(e *client.Entry) {
		e.State, e.Kind, e.Client = client.EntryDone, "note", "leo"
	})
	if err != nil || got.State != client.EntryDone || got.Done == 0 || got.Kind != "complaint" || got.Client != "mia" || got.Actor != author || got.Version != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := talks.Update(t.Context(), "b", e.ID, 1, author, func(*client.Entry) {}); !fault.Is(err, fault.CodeConflict) {
		t.Errorf("an old version: %v", err)
	}
	if _, err := talks.Update(t.Context(), "b", e.ID, 0, author, func(e *client.Entry) { e.Text = "" }); !fault.Is(err, fault.CodeInvalid) {
		t.Errorf("no text: %v", err)
	}
	if _, err := talks.Update(t.Context(), "b", "none", 0, author, func(*client.Entry) {}); !fault.Is(err, fault.CodeNotFound) {
		t.Errorf("no such entry: %v", err)
	}
}

// TestCalls plays reports of an exchange, each a number, a kind and the
// minutes since the first.
func TestCalls(t *testing.T) {
	t.Parallel()
	type report struct {
		from, kind string
		minutes    int
	}
	known, other := "+49 30 1234567", "+49 30 7654321"
	for _, test := range []struct {
		name    string
		reports []report
		entries []string // outcomes
		events  int      // call.received
		offers  int
	}{
		{"answered", []report{{known, "ringing", 0}, {known, "answered", 1}}, []string{"answered"}, 2, 0},
		{"the same twice", []report{{known, "missed", 0}, {known, "missed", 0}}, []string{"missed"}, 1, 1},
		{"missed twice within the hour", []report{{known, "missed", 0}, {known, "missed", 20}}, []string{"missed", "missed"}, 2, 1},
		{"a ring, then a new call", []report{{known, "ringing", 0}, {known, "ringing", 30}}, []string{"ringing", "ringing"}, 2, 0},
		{"answered, then missed", []report{{known, "answered", 0}, {known, "missed", 3}}, []string{"answered", "missed"}, 2, 1},
		{"nobody knows them", []report{{other, "ringing", 0}, {other, "missed", 1}}, []string{"missed"}, 2, 0},
		{"withheld", []report{{"", "missed", 0}, {"", "missed", 0}}, []string{"missed", "missed"}, 2, 0},
		{"told too late", []report{{known, "missed", -90}}, []string{"missed"}, 1, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			talks, b, parts := talks()
			for _, r := range test.reports {
				at := parts.Now() + span.Minutes(r.minutes)
				if _, err := talks.Call(t.Context(), "b", client.Call{From: r.from, Kind: r.kind, At: at}, event.Actor{Kind: "key"}); err != nil {
					t.Fatal(err)
				}
			}
			var outcomes []string
			for _, e := range b.list {
				outcomes = append(outcomes, e.Outcome)
				if (e.State == client.EntryOpen) != (e.Outcome == client.CallMissed) {
					t.Errorf("%s is %s", e.Outcome, e.State)
				}
			}
			received := 0
			for _, e := range parts.events {
				if e.Type == event.CallReceived {
					received++
					if want := test.reports[0].from == known; (e.Client == "mia") != want {
						t.Errorf("the call is of %q", e.Client)
					}
				}
			}
			if !slices.Equal(outcomes, test.entries) || received != test.events || len(b.offers) != test.offers {
				t.Errorf("%q, %d events, %d offers", outcomes, received, len(b.offers))
			}
		})
	}
}

func TestBadCalls(t *testing.T) {
	t.Parallel()
	talks, b, _ := talks()
	for _, c := range []client.Call{{From: "call me", Kind: "missed"}, {From: "+4930123456", Kind: "hung up"}, {From: "12", Kind: "ringing"}} {
		if _, err := talks.Call(t.Context(), "b", c, event.System()); !fault.Is(err, fault.CodeInvalid) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if len(b.list) != 0 {
		t.Error("something was written")
	}
}

func TestSameNumber(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"+7 916 123-45-67", "8 916 1234567", true},
		{"+886 912 345 678", "0912345678", true},
		{"+49 30 123456", "030 123456", false}, // eight digits without the trunk say too little
		{"110", "110", true},
		{"110", "112", false},
		{"", "", false},
		{"+4915112345678", "+4915112345679", false},
	} {
		if got := client.SameNumber(test.a, test.b); got != test.want {
			t.Errorf("%s and %s: %v", test.a, test.b, got)
		}
	}
}

package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"kept/client"
	"kept/event"
	"kept/id"
	"kept/internal/store"
)

func testSearch(t *testing.T, open Opener) {
	t.Run("by a piece", func(t *testing.T) { t.Parallel(); searchPieces(t, NewWorld(t, open)) })
	t.Run("follows the card", func(t *testing.T) { t.Parallel(); searchFollows(t, NewWorld(t, open)) })
	t.Run("what was there before", func(t *testing.T) { t.Parallel(); searchFill(t, NewWorld(t, open)) })
	t.Run("pages", func(t *testing.T) { t.Parallel(); searchPages(t, NewWorld(t, open)) })
	t.Run("besides the head", func(t *testing.T) { t.Parallel(); searchBesides(t, NewWorld(t, open)) })
	t.Run("two nodes", func(t *testing.T) { t.Parallel(); searchTwoNodes(t, NewWorld(t, open)) })
	t.Run("many", func(t *testing.T) { t.Parallel(); searchMany(t, NewWorld(t, open)) })
}

// Index brings the index up to date with what the journal has told since.
func (w *World) Index(t testing.TB) {
	t.Helper()
	Must(t, w.Search.React(t.Context(), w.Journal.Take()))
}

// Names gives whom a search finds, in order.
func (w *World) Names(t testing.TB, b id.Business, query string) []string {
	t.Helper()
	page, err := w.Registry.List(t.Context(), b, client.Filter{Query: query}, desk)
	Must(t, err)
	out := make([]string, len(page.Items))
	for i, c := range page.Items {
		out[i] = c.Name
	}
	return out
}

func (w *World) create(t testing.TB, b id.Business, d client.Draft) client.Client {
	t.Helper()
	w.Clock.Advance(1_000_000)
	c, err := w.Registry.Create(t.Context(), b, d, "", desk)
	Must(t, err)
	return c
}

func searchPieces(t *testing.T, w *World) {
	b, other := w.Business(t, "mine"), w.Business(t, "other")
	w.create(t, b, client.Draft{Name: "Иван Иванов", Phone: "+7 916 123-45-67"})
	w.create(t, b, client.Draft{Name: "Jürgen Müller", Email: "jm@example.com"})
	w.create(t, b, client.Draft{Name: "王小明", Phone: "+886912345000"})
	w.create(t, other, client.Draft{Name: "Ivan Ivanov", Phone: "+79161234567"})
	if got := w.Names(t, b, "+79161234567"); len(got) != 1 {
		t.Errorf("before the index knows of it, a whole number finds %q", got)
	}
	w.Index(t)
	for query, want := range map[string][]string{
		"ivanov": {"Иван Иванов"}, "ивано": {"Иван Иванов"}, "ivnaov": {"Иван Иванов"}, "4567": {"Иван Иванов"},
		"mueller": {"Jürgen Müller"}, "小明": {"王小明"}, "jm@exam": {"Jürgen Müller"}, "5000": {"王小明"}, "nobody": {}, "%": {}, "'": {},
	} {
		if got := w.Names(t, b, query); !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", query, got, want)
		}
	}
}

func searchFollows(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	c := w.create(t, b, client.Draft{Name: "Mia Wang"})
	w.Index(t)
	rename := func(name string) {
		_, err := w.Registry.Update(t.Context(), b, c.ID, 0, desk, func(c *client.Client) error { c.Name = name; return nil })
		Must(t, err)
	}
	rename("Mia Lindgren")
	told := w.Journal.Take()
	for range 2 { // at least once may be twice
		Must(t, w.Search.React(t.Context(), told))
	}
	if got := w.Names(t, b, "lindgrne"); len(got) != 1 {
		t.Errorf("the new name finds %q", got)
	}
	if got := w.Names(t, b, "wang"); len(got) != 0 {
		t.Errorf("the old name finds %q", got)
	}
	Must(t, w.Registry.Erase(t.Context(), b, c.ID, desk))
	if n := w.rows(t, "client_mark") + w.rows(t, "client_gram"); n != 0 {
		t.Errorf("%d rows are left of an erased card", n)
	}
}

func last(events []event.Event) event.Event { return events[len(events)-1] }

func (w *World) rows(t testing.TB, table string) (n int) {
	t.Helper()
	Must(t, w.DB.SQL().QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
	return n
}

func searchFill(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	const n = 450
	w.crowd(t, b, n)
	w.Journal.Take() // nobody was told
	rounds := 0
	for more := true; more; rounds++ {
		var err error
		more, err = w.Search.Fill(t.Context(), b)
		Must(t, err)
	}
	if got := w.rows(t, "client_mark"); got != n || rounds != 3 {
		t.Errorf("%d marks after %d rounds, want %d after 3", got, rounds, n)
	}
	if got := w.Names(t, b, "client 449"); len(got) == 0 || got[0] != "Client 449" {
		t.Errorf("found %q", got)
	}
}

func searchPages(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	w.crowd(t, b, 30)
	w.Index(t)
	seen := map[id.Client]bool{}
	for filter := (client.Filter{Query: "client", Limit: 7}); ; {
		page, err := w.Registry.List(t.Context(), b, filter, desk)
		Must(t, err)
		for _, c := range page.Items {
			if seen[c.ID] {
				t.Fatalf("%s was there before", c.Name)
			}
			seen[c.ID] = true
		}
		if filter.Before = page.Next; page.Next == "" {
			break
		}
	}
	if len(seen) != 30 {
		t.Errorf("the pages show %d", len(seen))
	}
	reads, err := w.Clients.Reads(t.Context(), b, "", "", 100)
	Must(t, err)
	if len(reads) != 30 {
		t.Errorf("%d reads were recorded", len(reads))
	}
}

// crowd makes clients in one transaction.
func (w *World) crowd(t testing.TB, b id.Business, n int) {
	t.Helper()
	w.Do(t, func(ctx context.Context) error {
		for i := range n {
			w.Clock.Advance(1000)
			if _, err := w.Registry.Create(ctx, b, client.Draft{Name: fmt.Sprintf("Client %03d", i), Phone: fmt.Sprintf("+4930%06d", i)}, "", desk); err != nil {
				return err
			}
		}
		return nil
	})
}

// searchMany has more cards than are looked through one by one, so that they are turned round.
func searchMany(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	const n = 2100
	w.crowd(t, b, n)
	old := w.create(t, b, client.Draft{Name: "Zaphod Beeblebrox"})
	told := w.Journal.Take()
	Must(t, w.Search.React(t.Context(), append([]event.Event{last(told)}, told...)))
	if w.rows(t, "client_gram") == 0 {
		t.Fatal("nothing was folded")
	}
	for query, want := range map[string]string{"000007": "Client 007", "zafod": "Zaphod Beeblebrox", "bebelbrox": "Zaphod Beeblebrox"} {
		if got := w.Names(t, b, query); len(got) == 0 || got[0] != want {
			t.Errorf("%q finds %q", query, got)
		}
	}
	Must(t, w.Registry.Erase(t.Context(), b, old.ID, desk))
	w.Index(t)
	if got := w.Names(t, b, "zaphod"); len(got) != 0 {
		t.Errorf("found after erasure: %q", got)
	}
	fresh := worldOn(t, w.DB)
	fresh.Search = store.NewSearch(w.DB, fresh.Vault, fresh.Clients)
	if got := fresh.Names(t, b, "client 1234"); len(got) == 0 || got[0] != "Client 1234" {
		t.Errorf("another node finds %q", got)
	}
}

// searchBesides finds cards by what hangs on them: other numbers, children, plates.
func searchBesides(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	mia := w.create(t, b, client.Draft{Name: "Mia Wang", Phone: "+4930111111"})
	_, err := w.Registry.AddContact(t.Context(), b, mia.ID, client.ContactPhone, "+49 171 9998887", "work", desk)
	Must(t, err)
	car, err := w.Registry.AddSubject(t.Context(), b, mia.ID, client.SubjectVehicle, "Ласточка", desk)
	Must(t, err)
	Must(t, w.Registry.Learn(t.Context(), b, mia.ID, []client.Learned{{
		Subject: car.ID, Key: client.KeyPlate, Value: client.Value{Kind: client.ValueText, Text: "А 123 ВС 77"}, Source: client.SourceStaff, Actor: desk,
	}}))
	w.Index(t)
	for _, query := range []string{"8887", "+491719998887", "lastochka", "A123BC77", "а123вс", "a 123 bc"} {
		if got := w.Names(t, b, query); len(got) != 1 {
			t.Errorf("%q finds %q", query, got)
		}
	}
}

// searchTwoNodes has two nodes keep the index at once, as when a lease changes hands.
func searchTwoNodes(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	const n = 120
	w.crowd(t, b, n)
	told := w.Journal.Take()
	other := worldOn(t, w.DB)
	done := make(chan error, 4)
	for i, node := range []*World{w, other, w, other} {
		go func() {
			var err error
			for at := range told {
				if i%2 == 1 { // the other way round
					at = len(told) - 1 - at
				}
				if err == nil {
					err = node.Search.React(context.Background(), told[at:at+1])
				}
			}
			done <- err
		}()
	}
	for range 4 {
		Must(t, <-done)
	}
	if got := w.rows(t, "client_mark"); got != n {
		t.Errorf("%d marks, want %d", got, n)
	}
	if got := w.Names(t, b, "client 077"); len(got) == 0 || got[0] != "Client 077" {
		t.Errorf("found %q", got)
	}
}

package storetest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"kept/booking"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/store"
	"kept/message"
)

func testMerge(t *testing.T, open Opener) {
	t.Run("there and back", func(t *testing.T) { t.Parallel(); mergeThereAndBack(t, NewShop(t, open, Plan{})) })
	t.Run("what clashes", func(t *testing.T) { t.Parallel(); mergeClashes(t, NewShop(t, open, Plan{})) })
	t.Run("refused", func(t *testing.T) { t.Parallel(); mergeRefused(t, NewShop(t, open, Plan{})) })
	t.Run("too much", func(t *testing.T) { t.Parallel(); mergeBounds(t, NewShop(t, open, Plan{})) })
	t.Run("erased", func(t *testing.T) { t.Parallel(); mergeErased(t, NewShop(t, open, Plan{})) })
	t.Run("both ways at once", func(t *testing.T) { t.Parallel(); mergeRace(t, NewShop(t, open, Plan{})) })
	t.Run("twins", func(t *testing.T) { t.Parallel(); mergeTwins(t, NewShop(t, open, Plan{})) })
}

// Merger makes one card out of two in the shop.
func (w *World) Merger() *client.Merger {
	return client.NewMerger(store.NewMerges(w.DB, w.Vault, w.Clients, w.Lanes), w.Registry)
}

// lived makes a client of whom much is kept.
func (s *Shop) lived(t *testing.T, name, phone string, hour int) client.Client {
	t.Helper()
	r := s.Cut(Tomorrow(hour, 0), "ada", name)
	r.Client.Phone, r.Client.Email, r.Note = phone, "", "no music, says "+name
	b := s.Book(t, r)
	talks, _ := s.Talks()
	_, err := talks.Add(t.Context(), s.ID, client.Entry{Client: b.Client, Kind: "note", Text: "said by " + name, Booking: b.ID}, desk)
	Must(t, err)
	_, err = s.Registry.Update(t.Context(), s.ID, b.Client, 0, desk, func(c *client.Client) error { c.Note = "note on " + name; return nil })
	Must(t, err)
	c, err := s.Registry.Find(t.Context(), s.ID, b.Client)
	Must(t, err)
	return c
}

// about reads everything sealed that hangs on a client.
func (s *Shop) about(t *testing.T, c id.Client) string {
	t.Helper()
	var out []string
	visits, err := s.Desk.List(t.Context(), s.Owner, booking.Filter{Client: c, Limit: 50})
	Must(t, err)
	for _, b := range visits {
		out = append(out, b.Note)
	}
	talks, messages := s.Talks()
	entries, _, err := talks.List(t.Context(), s.ID, client.EntryFilter{Client: c})
	Must(t, err)
	for _, e := range entries {
		out = append(out, e.Text)
	}
	list, err := messages.List(t.Context(), s.ID, message.Filter{Client: c, Limit: 50}, s.Clock.Now())
	Must(t, err)
	for _, m := range list {
		if m.Recipient.Kind == "client" && m.Recipient.ID != string(c) {
			t.Errorf("a message of %s is for %s", c, m.Recipient.ID)
		}
		out = append(out, string(m.Step))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func mergeThereAndBack(t *testing.T, s *Shop) {
	mia, leo := s.lived(t, "Mia Wang", "+49301111111", 9), s.lived(t, "Mia Wong", "+49302222222", 11)
	miaAbout, leoAbout := s.about(t, mia.ID), s.about(t, leo.ID)
	merger := s.Merger()
	s.Journal.Take()
	m, err := merger.Merge(t.Context(), s.ID, leo.ID, mia.ID, desk)
	Must(t, err)
	told := s.Journal.Take()
	if len(told) != 2 || told[0].Type != event.ClientMerged || told[0].Client != mia.ID || told[0].Data.Ref != string(leo.ID) {
		t.Errorf("told %+v", told)
	}
	got, err := s.Registry.Find(t.Context(), s.ID, leo.ID)
	Must(t, err)
	if got.ID != mia.ID || got.Name != "Mia Wang" || got.Phone != "+49301111111" || got.Note != "note on Mia Wang\n\nnote on Mia Wong" {
		t.Errorf("the card is %+v", got)
	}
	sheet, err := s.Registry.Sheet(t.Context(), s.ID, leo.ID, desk, client.ReadCard, false)
	Must(t, err)
	contacts := sheet.Contacts
	if !slices.ContainsFunc(contacts, func(c client.Contact) bool { return c.Value == "+49302222222" && !c.Verified() }) {
		t.Errorf("contacts are %+v", contacts)
	}
	both := strings.Split(miaAbout+"\n"+leoAbout, "\n")
	slices.Sort(both)
	if now := s.about(t, mia.ID); now != strings.Join(both, "\n") {
		t.Errorf("one card says\n%s\nwant\n%s", now, strings.Join(both, "\n"))
	}
	if n := s.Count(t, "SELECT count(*) FROM occupancy WHERE lane_kind = 'client' AND lane_id = $1", string(leo.ID)); n != 0 {
		t.Errorf("%d rows are left on the lane", n)
	}
	page, err := s.Registry.List(t.Context(), s.ID, client.Filter{}, desk)
	Must(t, err)
	if len(page.Items) != 1 {
		t.Errorf("%d cards are listed", len(page.Items))
	}

	_, err = merger.Undo(t.Context(), s.ID, m.ID, desk)
	Must(t, err)
	for c, want := range map[client.Client]string{mia: miaAbout, leo: leoAbout} {
		got, err := s.Registry.Find(t.Context(), s.ID, c.ID)
		Must(t, err)
		got.Version, got.UpdatedAt = c.Version, c.UpdatedAt
		if got != c {
			t.Errorf("the card is %+v, was %+v", got, c)
		}
		if now := s.about(t, c.ID); now != want {
			t.Errorf("%s says\n%s\nsaid\n%s", c.Name, now, want)
		}
		if again, ok, err := s.Registry.Match(t.Context(), s.ID, client.Draft{Name: c.Name, Phone: c.Phone}); err != nil || !ok || again.ID != c.ID {
			t.Errorf("%s is not matched: %v", c.Name, err)
		}
	}
	sheet, err = s.Registry.Sheet(t.Context(), s.ID, mia.ID, desk, client.ReadCard, false)
	Must(t, err)
	if contacts := sheet.Contacts; len(contacts) != 1 {
		t.Errorf("contacts are %+v", contacts)
	}
	_, err = merger.Undo(t.Context(), s.ID, m.ID, desk)
	WantCode(t, err, fault.CodeConflict)
	s.Audit(t)
}

// mergeClashes has on both cards what a card can have but once.
func mergeClashes(t *testing.T, s *Shop) {
	mia, leo := s.lived(t, "Mia Wang", "+49301111111", 9), s.lived(t, "Leo Wang", "+49302222222", 11)
	say := func(c id.Client, value string) {
		Must(t, s.Registry.Learn(t.Context(), s.ID, c, []client.Learned{{
			Key: "coffee", Value: client.Value{Kind: client.ValueText, Text: value}, Source: client.SourceStaff, Actor: desk,
		}}))
	}
	say(mia.ID, "black")
	say(leo.ID, "white")
	for _, c := range []id.Client{mia.ID, leo.ID} {
		_, err := s.Registry.AddContact(t.Context(), s.ID, c, client.ContactEmail, "wang@example.com", "", desk)
		Must(t, err)
	}
	merger := s.Merger()
	m, err := merger.Merge(t.Context(), s.ID, leo.ID, mia.ID, desk)
	Must(t, err)
	facts := func(c id.Client) string {
		sheet, err := s.Registry.Sheet(t.Context(), s.ID, c, desk, client.ReadCard, false)
		Must(t, err)
		var out []string
		for _, f := range sheet.Facts.All() {
			out = append(out, f.Value.Text)
		}
		return strings.Join(out, " ")
	}
	if got := facts(mia.ID); got != "black" {
		t.Errorf("the fact is %q", got)
	}
	if n := s.Count(t, "SELECT count(*) FROM fact WHERE client_id = $1", string(mia.ID)); n != 2 {
		t.Errorf("%d facts are kept", n)
	}
	_, err = merger.Undo(t.Context(), s.ID, m.ID, desk)
	Must(t, err)
	if a, b := facts(mia.ID), facts(leo.ID); a != "black" || b != "white" {
		t.Errorf("the facts are %q and %q", a, b)
	}
}

func mergeRefused(t *testing.T, s *Shop) {
	a, b, c := s.lived(t, "Ann", "+49301111111", 9), s.lived(t, "Bob", "+49302222222", 11), s.lived(t, "Cyd", "+49303333333", 13)
	other := s.Another(t, "other", Plan{})
	merger := s.Merger()
	refuse := func(from, into id.Client, code string) {
		t.Helper()
		_, err := merger.Merge(t.Context(), s.ID, from, into, desk)
		WantCode(t, err, code)
	}
	refuse(a.ID, a.ID, fault.CodeInvalid)
	refuse(a.ID, "nobody", fault.CodeNotFound)
	_, err := merger.Merge(t.Context(), other.ID, a.ID, b.ID, desk)
	WantCode(t, err, fault.CodeNotFound)
	first, err := merger.Merge(t.Context(), s.ID, a.ID, b.ID, desk)
	Must(t, err)
	refuse(a.ID, c.ID, fault.CodeConflict)
	refuse(c.ID, a.ID, fault.CodeConflict)
	_, err = s.Registry.AddContact(t.Context(), s.ID, a.ID, client.ContactEmail, "late@example.com", "", desk)
	WantCode(t, err, fault.CodeNotFound) // nothing is written on a card that is part of another
	second, err := merger.Merge(t.Context(), s.ID, b.ID, c.ID, desk)
	Must(t, err)
	if got, err := s.Registry.Find(t.Context(), s.ID, a.ID); err != nil || got.ID != c.ID {
		t.Errorf("the first card leads to %s, %v", got.ID, err)
	}
	_, err = merger.Undo(t.Context(), s.ID, first.ID, desk)
	WantCode(t, err, fault.CodeConflict)
	for _, m := range []id.Merge{second.ID, first.ID} {
		_, err = merger.Undo(t.Context(), s.ID, m, desk)
		Must(t, err)
	}
	for _, card := range []client.Client{a, b, c} {
		if got, err := s.Registry.Find(t.Context(), s.ID, card.ID); err != nil || got.Name != card.Name || got.Note != card.Note {
			t.Errorf("%s is %+v, %v", card.Name, got, err)
		}
	}
	list, err := merger.List(t.Context(), s.ID, client.MergeFilter{Client: b.ID, Limit: 10})
	Must(t, err)
	if len(list) != 1 || list[0].ID != first.ID || list[0].Undone == 0 {
		t.Errorf("merges are %+v", list)
	}
}

// mergeErased erases a card of which another one has become part: nothing of either opens again.
func mergeErased(t *testing.T, s *Shop) {
	a, b := s.lived(t, "Ann", "+49301111111", 9), s.lived(t, "Bob", "+49302222222", 11)
	m, err := s.Merger().Merge(t.Context(), s.ID, a.ID, b.ID, desk)
	Must(t, err)
	Must(t, s.Registry.Erase(t.Context(), s.ID, b.ID, desk))
	for _, c := range []id.Client{a.ID, b.ID} {
		_, err := s.Registry.Find(t.Context(), s.ID, c)
		WantCode(t, err, fault.CodeNotFound)
		_, err = worldOn(t, s.DB).Vault.Client(t.Context(), s.ID, c)
		WantCode(t, err, fault.CodeNotFound)
	}
	if _, err := s.Merger().Undo(t.Context(), s.ID, m.ID, desk); !fault.Is(err, fault.CodeNotFound) {
		t.Errorf("undone: %v", err)
	}
}

func mergeTwins(t *testing.T, s *Shop) {
	make := func(name, email, phone string) client.Client { //nolint:predeclared // reads well
		return s.create(t, s.ID, client.Draft{Name: name, Email: email, Phone: phone})
	}
	mia := make("Мария Иванова", "mia@example.com", "+79161234567")
	make("Maria Ivanova", "", "+79160000000")
	make("Иванова М.", "", "+79161234567")
	make("Leo Wang", "mia@example.com", "")
	make("Otto Normal", "otto@example.com", "")
	s.Index(t)
	show := func(of id.Client) string {
		list, _, err := s.Merger().Twins(t.Context(), s.ID, client.TwinFilter{Of: of, Limit: 10}, desk)
		Must(t, err)
		var out []string
		for _, p := range list {
			out = append(out, p.Why+": "+p.A.Name+" = "+p.B.Name)
		}
		return strings.Join(out, "; ")
	}
	if got, want := show(mia.ID), "phone: Мария Иванова = Иванова М.; email: Мария Иванова = Leo Wang; name: Мария Иванова = Maria Ivanova"; got != want {
		t.Errorf("of one: %s", got)
	}
	if got, want := show(""), "phone: Мария Иванова = Иванова М.; email: Мария Иванова = Leo Wang"; got != want {
		t.Errorf("of all: %s", got)
	}
	_, _, err := s.Merger().Twins(t.Context(), s.ID, client.TwinFilter{Of: "nobody", Limit: 10}, desk)
	WantCode(t, err, fault.CodeNotFound)
}

// mergeRace makes each of two cards part of the other at once: one of the two happens.
func mergeRace(t *testing.T, s *Shop) {
	a, b := s.lived(t, "Ann", "+49301111111", 9), s.lived(t, "Bob", "+49302222222", 11)
	node := s.Node(t)
	done := make(chan error, 2)
	merge := func(w *World, from, into id.Client) {
		_, err := w.Merger().Merge(context.Background(), s.ID, from, into, desk)
		done <- err
	}
	go merge(s.World, a.ID, b.ID)
	go merge(node.World, b.ID, a.ID)
	won := 0
	for range 2 {
		switch err := <-done; {
		case err == nil:
			won++
		case !fault.Is(err, fault.CodeConflict):
			t.Errorf("refused by %v", err)
		}
	}
	if won != 1 {
		t.Fatalf("%d merges went through", won)
	}
	x, err := s.Registry.Find(t.Context(), s.ID, a.ID)
	Must(t, err)
	y, err := s.Registry.Find(t.Context(), s.ID, b.ID)
	Must(t, err)
	if x.ID != y.ID {
		t.Errorf("they lead to %s and %s", x.ID, y.ID)
	}
	if n := strings.Count(s.about(t, x.ID), "said by"); n != 2 {
		t.Errorf("%d notes are on the card", n)
	}
	s.Audit(t)
}

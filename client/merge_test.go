package client_test

import (
	"context"
	"testing"

	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
)

// twoCards is a registry of cards with their contacts, and a store of merges
// that moves nothing.
type twoCards struct {
	*bundle
	client.Contacts // what a test doesn't expect is not there
	client.Merges
	cards    map[id.Client]client.Client
	contacts []client.Contact
	merge    client.Merge
	was      client.Client
	touched  []id.Client
}

func (s *twoCards) Find(_ context.Context, _ id.Business, want id.Client) (client.Client, error) {
	if s.merge.Merged == want && s.merge.Undone == 0 {
		want = s.merge.Survivor
	}
	if c, ok := s.cards[want]; ok {
		return c, nil
	}
	return client.Client{}, fault.Missing("client")
}

func (s *twoCards) Update(_ context.Context, _ id.Business, c client.Client) error {
	c.Version++
	s.cards[c.ID] = c
	return nil
}

func (s *twoCards) InsertContact(_ context.Context, _ id.Business, _ id.Client, c client.Contact) error {
	s.contacts = append(s.contacts, c)
	return nil
}

// nothing is what hangs on a card of which the head alone matters.
type nothing struct {
	subjectStore
	client.Facts
}

type subjectStore = client.Subjects

func (nothing) Subjects(context.Context, id.Business, id.Client) ([]client.Subject, error) {
	return nil, nil
}

func (nothing) Current(context.Context, id.Business, id.Client, bool) ([]client.Fact, error) {
	return nil, nil
}

type noContacts struct{ *twoCards }

func (s noContacts) Contacts(context.Context, id.Business, id.Client) ([]client.Contact, error) {
	return nil, nil
}

func (s noContacts) Holders(context.Context, id.Business, string, string) ([]id.Client, error) {
	return nil, nil
}

func (s noContacts) UpdateContact(context.Context, id.Business, id.Client, client.Contact) error {
	return nil
}

func (s noContacts) DeleteContact(context.Context, id.Business, id.Client, id.Contact) error {
	return nil
}

func (s *twoCards) Touch(_ context.Context, _ id.Business, clients ...id.Client) error {
	s.touched = clients
	return nil
}

func (s *twoCards) Move(_ context.Context, _ id.Business, m client.Merge, was client.Client, _ []id.Contact) error {
	s.merge, s.was = m, was
	return nil
}

func (s *twoCards) Back(_ context.Context, _ id.Business, m client.Merge) (client.Client, error) {
	s.merge = m
	return s.was, nil
}

func (s *twoCards) FindMerge(context.Context, id.Business, id.Merge) (client.Merge, error) {
	return s.merge, nil
}

func merger(cards ...client.Client) (*client.Merger, *twoCards) {
	s := &twoCards{bundle: &bundle{shelf: &shelf{}}, cards: map[id.Client]client.Client{}}
	for _, c := range cards {
		s.cards[c.ID] = c
	}
	registry := client.NewRegistry(s, s.bundle, s.bundle, s.bundle).With(client.Details{Contacts: noContacts{s}, Subjects: nothing{}, Facts: nothing{}})
	return client.NewMerger(s, registry), s
}

// TestTheHeadsOfAMerge: the survivor keeps what it says, takes over what it
// lacks, and gives that back.
func TestTheHeadsOfAMerge(t *testing.T) {
	t.Parallel()
	mia := client.Client{ID: "mia", Name: "Mia", Phone: "+4930111", Note: "tea", Language: "de", Version: 1}
	leo := client.Client{ID: "leo", Name: "Mia W", Phone: "+4930222", Email: "m@example.com", EmailVerified: 7, PhoneVerified: 8, Note: "dog", Zone: "Europe/Berlin", Version: 1}
	m, s := merger(mia, leo)
	done, err := m.Merge(t.Context(), "b", "leo", "mia", event.System())
	if err != nil {
		t.Fatal(err)
	}
	got := s.cards["mia"]
	if got.Name != "Mia" || got.Phone != "+4930111" || got.Email != "m@example.com" || got.EmailVerified != 7 || got.PhoneVerified != 0 ||
		got.Note != "tea\n\ndog" || got.Language != "de" || got.Zone != "Europe/Berlin" {
		t.Errorf("the survivor is %+v", got)
	}
	if len(s.contacts) != 1 || s.contacts[0].Value != "+4930222" || s.contacts[0].VerifiedAt != 8 {
		t.Errorf("contacts are %+v", s.contacts)
	}
	if len(s.touched) != 2 || s.touched[0] != "leo" || s.touched[1] != "mia" {
		t.Errorf("touched %q: two merges could wait for each other", s.touched)
	}
	if n := len(s.events); n != 2 || s.events[0].Type != event.ClientMerged || s.events[0].Data.Ref != "leo" {
		t.Errorf("told %+v", s.events)
	}
	changed := s.cards["mia"]
	changed.Note = "tea, and since then coffee"
	s.cards["mia"] = changed
	if _, err := m.Undo(t.Context(), "b", done.ID, event.System()); err != nil {
		t.Fatal(err)
	}
	got = s.cards["mia"]
	if got.Email != "" || got.EmailVerified != 0 || got.Zone != "" || got.Note != changed.Note || got.Phone != "+4930111" {
		t.Errorf("afterwards it is %+v", got)
	}
}

func TestMergesThatCannotBe(t *testing.T) {
	t.Parallel()
	mia, leo, ann := client.Client{ID: "mia", Name: "Mia"}, client.Client{ID: "leo", Name: "Leo"}, client.Client{ID: "ann", Name: "Ann"}
	m, s := merger(mia, leo, ann)
	ask := func(from, into id.Client, code string) {
		t.Helper()
		if _, err := m.Merge(t.Context(), "b", from, into, event.System()); !fault.Is(err, code) {
			t.Errorf("%s into %s: %v, want %s", from, into, err, code)
		}
	}
	ask("mia", "mia", fault.CodeInvalid)
	ask("mia", "nobody", fault.CodeNotFound)
	ask("nobody", "mia", fault.CodeNotFound)
	done, err := m.Merge(t.Context(), "b", "leo", "mia", event.System())
	if err != nil {
		t.Fatal(err)
	}
	ask("leo", "ann", fault.CodeConflict)
	ask("ann", "leo", fault.CodeConflict)
	if _, err := m.Undo(t.Context(), "b", done.ID, event.System()); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Undo(t.Context(), "b", done.ID, event.System()); !fault.Is(err, fault.CodeConflict) {
		t.Errorf("undone twice: %v", err)
	}
	if s.cards["mia"] != mia {
		t.Errorf("the card is %+v", s.cards["mia"])
	}
}

func TestAlike(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		yes  bool
	}{
		{"Мария Иванова", "Maria Ivanova", true},
		{"Jürgen Müller", "Juergen Mueller", true},
		{"Ivanova Maria", "Maria Ivanova", true},
		{"Anna Schmidt", "Anna Schulz", false},
		{"王小明", "王大明", false},
		{"Leo", "Mia", false},
	} {
		got := client.Alike(client.Client{Name: test.a}, client.Client{Name: test.b})
		if (got >= 0.85) != test.yes {
			t.Errorf("%s and %s: %v", test.a, test.b, got)
		}
	}
}

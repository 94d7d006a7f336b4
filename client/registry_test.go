package client_test

import (
	"context"
	"testing"

	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// shelf is a store with at most one card, which counts what is asked of it.
type shelf struct {
	client.Store // what a test doesn't expect is not there
	card         *client.Client
	matches      int
	inserts      int
	updates      int
	conflict     bool
	reads        []client.Access
}

func (s *shelf) Match(_ context.Context, _ id.Business, name, email, phone string) ([]client.Client, error) {
	s.matches++
	if s.card != nil && s.card.Name == name && (email != "" && s.card.Email == email || phone != "" && s.card.Phone == phone) {
		return []client.Client{*s.card}, nil
	}
	return nil, nil
}

func (s *shelf) Insert(_ context.Context, _ id.Business, c client.Client) error {
	s.inserts++
	s.card = &c
	return nil
}

func (s *shelf) Update(_ context.Context, _ id.Business, c client.Client) error {
	s.updates++
	if s.conflict {
		return fault.New(fault.Conflict, fault.CodeConflict, "meanwhile")
	}
	s.card = &c
	return nil
}

func (s *shelf) Find(context.Context, id.Business, id.Client) (client.Client, error) {
	if s.card == nil {
		return client.Client{}, fault.Missing("client")
	}
	return *s.card, nil
}

func (s *shelf) List(_ context.Context, _ id.Business, f client.Filter) ([]client.Client, error) {
	return make([]client.Client, f.Limit), nil
}

func (s *shelf) RecordAccess(_ context.Context, _ id.Business, reads ...client.Access) error {
	s.reads = append(s.reads, reads...)
	return nil
}

type bundle struct {
	*shelf
	events []event.Event
}

func (b *bundle) Do(ctx context.Context, fn func(ctx context.Context) error) error { return fn(ctx) }

func (b *bundle) Now() span.Instant { return 1_800_000_000 * span.Second }

func (b *bundle) Append(_ context.Context, events ...event.Event) error {
	b.events = append(b.events, events...)
	return nil
}

func setup(card *client.Client) (*client.Registry, *bundle) {
	b := &bundle{shelf: &shelf{card: card}}
	return client.NewRegistry(b, b, b, b), b
}

func TestEnrollCostsTwoStatements(t *testing.T) {
	t.Parallel()
	r, b := setup(nil)
	c, created, err := r.Enroll(t.Context(), "b", client.Draft{Name: "Mia", Email: "mia@example.com"}, client.ContactAny, client.SideClient)
	if err != nil || !created || c.Name != "Mia" || c.Version != 1 || !id.Valid(string(c.ID)) {
		t.Fatalf("enrolled %+v, %v, %v", c, created, err)
	}
	if b.matches != 1 || b.inserts != 1 || b.updates != 0 || len(b.events) != 0 {
		t.Errorf("it cost %d matches, %d inserts, %d updates, %d events", b.matches, b.inserts, b.updates, len(b.events))
	}
	// Whoever gives no contact matches nobody and costs one statement.
	if _, created, err = r.Enroll(t.Context(), "b", client.Draft{Name: "Mia"}, "", client.SideClient); err != nil || !created || b.matches != 1 {
		t.Errorf("without a contact: %v, %v, %d matches", created, err, b.matches)
	}
}

func TestEnrollLeavesAFullCardAlone(t *testing.T) {
	t.Parallel()
	known := client.Client{ID: "c1", Name: "Mia", Email: "mia@example.com", Phone: "+49301", Language: "en", Zone: "UTC", Version: 3}
	r, b := setup(&known)
	c, created, err := r.Enroll(t.Context(), "b", client.Draft{
		Name: "Mia", Email: "mia@example.com", Phone: "+4930555", Language: "ru", Zone: "Asia/Taipei",
	}, client.ContactAny, client.SideClient)
	if err != nil || created || c != known || b.updates != 0 {
		t.Errorf("enrolled %+v, %v, %v with %d updates", c, created, err, b.updates)
	}
}

func TestEnrollGivesWayToAnotherEdit(t *testing.T) {
	t.Parallel()
	known := client.Client{ID: "c1", Name: "Mia", Email: "mia@example.com", Version: 3}
	r, b := setup(&known)
	b.conflict = true
	c, created, err := r.Enroll(t.Context(), "b", client.Draft{Name: "Mia", Email: "mia@example.com", Phone: "+4930555"}, "", client.SideClient)
	if err != nil || created || c != known || b.updates != 1 {
		t.Errorf("enrolled %+v, %v, %v", c, created, err)
	}
}

func TestReadsAreRecorded(t *testing.T) {
	t.Parallel()
	r, b := setup(&client.Client{ID: "c1", Name: "Mia"})
	actor := event.Actor{Kind: "user", ID: "u1"}
	if _, err := r.Open(t.Context(), "b", "c1", actor, client.ReadExport); err != nil {
		t.Fatal(err)
	}
	if len(b.reads) != 1 || b.reads[0].Client != "c1" || b.reads[0].Actor != actor || b.reads[0].What != client.ReadExport {
		t.Errorf("reads are %+v", b.reads)
	}
	b.reads = nil
	for limit, want := range map[int]int{0: 50, 7: 7, 100_000: 200} {
		page, err := r.List(t.Context(), "b", client.Filter{Limit: limit}, actor)
		if err != nil || len(page.Items) != want || len(b.reads) != want {
			t.Errorf("limit %d gives %d with %d reads, %v", limit, len(page.Items), len(b.reads), err)
		}
		b.reads = nil
	}
}

package client_test

import (
	"context"
	"maps"
	"slices"
	"strings"

	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// memory is a store of one card with everything on it.
type memory struct {
	client.Store // what a test doesn't expect is not there
	card         client.Client
	contacts     []client.Contact
	subjects     []client.Subject
	readings     []client.Reading
	facts        []client.Fact
	profile      client.Profile
	reads        []client.Access
	parts        []string // of the card that were told of
	now          span.Instant
}

// newMemory makes a registry over one card.
func newMemory(card client.Client) (*client.Registry, *memory) {
	card.ID, card.Version = "c1", 1
	m := &memory{card: card, now: 1_800_000_000 * span.Second}
	return client.NewRegistry(m, m, m, m).With(client.Details{Contacts: m, Subjects: m, Readings: m, Facts: m, Profiles: m}), m
}

// Do undoes what a failed function wrote.
func (m *memory) Do(ctx context.Context, fn func(ctx context.Context) error) error {
	was := *m
	was.contacts, was.facts, was.subjects = slices.Clone(m.contacts), slices.Clone(m.facts), slices.Clone(m.subjects)
	was.readings = slices.Clone(m.readings)
	err := fn(ctx)
	if err != nil {
		*m = was
	}
	return err
}

func (m *memory) Now() span.Instant { m.now++; return m.now }

func (m *memory) Append(_ context.Context, events ...event.Event) error {
	for _, e := range events {
		m.parts = append(m.parts, e.Data.Kind)
	}
	return nil
}

func (m *memory) Find(_ context.Context, _ id.Business, c id.Client) (client.Client, error) {
	if c != m.card.ID {
		return client.Client{}, fault.Missing("client")
	}
	return m.card, nil
}

func (m *memory) Update(_ context.Context, _ id.Business, c client.Client) error {
	if c.Version != m.card.Version {
		return fault.New(fault.Conflict, fault.CodeConflict, "meanwhile")
	}
	m.card = c
	m.card.Version++
	return nil
}

func (m *memory) RecordAccess(_ context.Context, _ id.Business, reads ...client.Access) error {
	m.reads = append(m.reads, reads...)
	return nil
}

func (m *memory) Touch(_ context.Context, _ id.Business, c id.Client, at span.Instant) error {
	if c != m.card.ID {
		return fault.Missing("client")
	}
	m.card.UpdatedAt = at
	return nil
}

func (m *memory) Head(ctx context.Context, b id.Business, c id.Client) (client.Client, client.Profile, error) {
	p := m.profile
	p.Version = m.card.Version
	card, err := m.Find(ctx, b, c)
	return card, p, err
}

func (m *memory) UpdateProfile(_ context.Context, _ id.Business, _ id.Client, p client.Profile, _ span.Instant) error {
	m.profile = p
	m.card.Version++
	return nil
}

func (m *memory) Contacts(context.Context, id.Business, id.Client) ([]client.Contact, error) {
	out := slices.Clone(m.contacts)
	for i := range out {
		out[i].Preferred = false // no store keeps it
	}
	return out, nil
}

func (m *memory) InsertContact(_ context.Context, _ id.Business, _ id.Client, c client.Contact) error {
	m.contacts = append(m.contacts, c)
	return nil
}

func (m *memory) contact(want id.Contact) int {
	return slices.IndexFunc(m.contacts, func(c client.Contact) bool { return c.ID == want })
}

func (m *memory) UpdateContact(_ context.Context, _ id.Business, _ id.Client, c client.Contact) error {
	i := m.contact(c.ID)
	if i < 0 {
		return fault.Missing("contact")
	}
	m.contacts[i] = c
	return nil
}

func (m *memory) DeleteContact(_ context.Context, _ id.Business, _ id.Client, c id.Contact) error {
	i := m.contact(c)
	if i < 0 {
		return fault.Missing("contact")
	}
	m.contacts = slices.Delete(m.contacts, i, i+1)
	return nil
}

func (m *memory) Holders(_ context.Context, _ id.Business, kind, value string) ([]id.Client, error) {
	for _, c := range m.contacts {
		if c.Kind == kind && c.Verified() && strings.EqualFold(c.Value, value) {
			return []id.Client{m.card.ID}, nil
		}
	}
	return nil, nil
}

func (m *memory) Subjects(context.Context, id.Business, id.Client) ([]client.Subject, error) {
	return slices.Clone(m.subjects), nil
}

func (m *memory) InsertSubject(_ context.Context, _ id.Business, s client.Subject) error {
	m.subjects = append(m.subjects, s)
	return nil
}

func (m *memory) UpdateSubject(_ context.Context, _ id.Business, s client.Subject) error {
	i := slices.IndexFunc(m.subjects, func(o client.Subject) bool { return o.ID == s.ID })
	s.Version++
	m.subjects[i] = s
	return nil
}

func (m *memory) DeleteSubject(_ context.Context, _ id.Business, _ id.Client, s id.Subject) error {
	m.subjects = slices.DeleteFunc(m.subjects, func(o client.Subject) bool { return o.ID == s })
	return nil
}

func (m *memory) Readings(_ context.Context, _ id.Business, _ id.Client, s id.Subject) ([]client.Reading, error) {
	return slices.DeleteFunc(slices.Clone(m.readings), func(r client.Reading) bool { return s != "" && r.Subject != s }), nil
}

func (m *memory) LatestReadings(ctx context.Context, b id.Business, c id.Client, _ int) ([]client.Reading, error) {
	return m.Readings(ctx, b, c, "")
}

func (m *memory) PageReadings(ctx context.Context, b id.Business, c id.Client, f client.ReadingFilter) ([]client.Reading, error) {
	return m.Readings(ctx, b, c, f.Subject)
}

func (m *memory) InsertReading(_ context.Context, _ id.Business, _ id.Client, r client.Reading) error {
	m.readings = append(m.readings, r)
	return nil
}

func (m *memory) DoubtReading(_ context.Context, _ id.Business, _ id.Client, r id.Reading, doubtful bool) error {
	i := slices.IndexFunc(m.readings, func(o client.Reading) bool { return o.ID == r })
	if i < 0 {
		return fault.Missing("reading")
	}
	m.readings[i].Doubtful = doubtful
	return nil
}

func (m *memory) DeleteReading(_ context.Context, _ id.Business, _ id.Client, _ id.Subject, r id.Reading) error {
	m.readings = slices.DeleteFunc(m.readings, func(o client.Reading) bool { return o.ID == r })
	return nil
}

func (m *memory) Current(_ context.Context, _ id.Business, _ id.Client, health bool) ([]client.Fact, error) {
	now := map[string]client.Fact{}
	for _, f := range m.facts {
		if f.ReplacedAt == 0 && (health || f.Class != client.ClassHealth) {
			now[string(f.Subject)+"/"+f.Key+"/"+f.Side] = f
		}
	}
	var out []client.Fact
	for _, k := range slices.Sorted(maps.Keys(now)) {
		out = append(out, now[k])
	}
	return out, nil
}

func (m *memory) InsertFact(_ context.Context, _ id.Business, _ id.Client, f client.Fact, _ string) error {
	for i, o := range m.facts {
		if o.Subject == f.Subject && o.Key == f.Key && o.Side == f.Side && o.ReplacedAt == 0 {
			m.facts[i].ReplacedAt = f.At
		}
	}
	m.facts = append(m.facts, f)
	return nil
}

func (m *memory) OverruleFact(_ context.Context, _ id.Business, _ id.Client, fact id.Fact, at span.Instant) error {
	i := slices.IndexFunc(m.facts, func(o client.Fact) bool { return o.ID == fact })
	if i < 0 {
		return fault.Missing("fact")
	}
	m.facts[i].OverruledAt = at
	return nil
}

func (m *memory) FactHistory(_ context.Context, _ id.Business, _ id.Client, of client.FactFilter) ([]client.Fact, error) {
	out := slices.DeleteFunc(slices.Clone(m.facts), func(f client.Fact) bool { return f.Subject != of.Subject || f.Key != of.Key })
	slices.Reverse(out)
	return out, nil
}

func (m *memory) Marked(context.Context, id.Business, string, string) ([]client.Mark, error) {
	return nil, nil
}

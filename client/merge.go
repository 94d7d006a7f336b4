package client

import (
	"context"
	"slices"
	"strings"

	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Merge is the making of one card out of two: what hung on the merged card
// hangs on the survivor, and the merged card's id leads there.
type Merge struct {
	ID       id.Merge
	Survivor id.Client
	Merged   id.Client
	Actor    event.Actor
	At       span.Instant
	Undone   span.Instant // 0 while it stands
}

// MergeFilter says which merges into a card are listed.
type MergeFilter struct {
	Client   id.Client
	Standing bool     // only those that were not undone
	Before   id.Merge // only those made before this one; empty from the latest on
	Limit    int
}

// Merges moves what hangs on cards. What writes works in the caller's transaction.
type Merges interface {
	// Touch has others who would change these cards' visits wait until the transaction ends.
	Touch(ctx context.Context, business id.Business, clients ...id.Client) error
	// Move hangs on the survivor what hangs on the merged card, notes what moved
	// and lets the merged card's id lead to the survivor. was is the survivor's
	// head before, made are contacts that it was given.
	Move(ctx context.Context, business id.Business, m Merge, was Client, made []id.Contact) error
	// Back puts back what Move moved, and takes away the contacts that were
	// made. It gives the survivor's head as it was.
	Back(ctx context.Context, business id.Business, m Merge) (was Client, err error)
	// FindMerge gives one; fault NotFound.
	FindMerge(ctx context.Context, business id.Business, merge id.Merge) (Merge, error)
	// ListMerges gives merges into a card, the latest first.
	ListMerges(ctx context.Context, business id.Business, f MergeFilter) ([]Merge, error)

	Twins
}

// Merger makes one card out of two and two out of one again. It asks for no
// permission: whoever calls it has.
type Merger struct {
	store    Merges
	registry *Registry
}

// NewMerger makes it beside a registry.
func NewMerger(store Merges, registry *Registry) *Merger { return &Merger{store, registry} }

// Merge moves everything of one card to another. The survivor keeps what its
// head says and takes over what it lacks; other numbers and addresses become
// contacts, notes are put together, facts that differ are both kept, the other
// card's as history. Fault NotFound, Invalid for a card with itself and for two
// that hold more than one card can (MostContacts ...), conflict for a card that
// is part of another one.
func (m *Merger) Merge(ctx context.Context, business id.Business, merged, into id.Client, actor event.Actor) (Merge, error) {
	if merged == into {
		return Merge{}, fault.BadField("into", "self", "is the same card")
	}
	now := m.registry.clock.Now()
	out := Merge{ID: id.New[id.Merge](now.UTC()), Survivor: into, Merged: merged, Actor: actor, At: now}
	return out, m.registry.atomic.Do(ctx, func(ctx context.Context) error {
		lanes := []id.Client{merged, into}
		slices.Sort(lanes)
		if err := m.store.Touch(ctx, business, lanes...); err != nil {
			return err
		}
		from, err := m.standing(ctx, business, merged)
		if err != nil {
			return err
		}
		was, err := m.standing(ctx, business, into)
		if err != nil {
			return err
		}
		if err := m.registry.room(ctx, business, was, from); err != nil {
			return err
		}
		made, err := m.head(ctx, business, was, from)
		if err != nil {
			return err
		}
		if err := m.store.Move(ctx, business, out, was, made); err != nil {
			return err
		}
		return m.tell(ctx, business, event.ClientMerged, out, actor)
	})
}

// standing gives a card that is not part of another.
func (m *Merger) standing(ctx context.Context, business id.Business, card id.Client) (Client, error) {
	c, err := m.registry.store.Find(ctx, business, card)
	if err == nil && c.ID != card {
		err = fault.New(fault.Conflict, fault.CodeConflict, "the card is part of another one by now")
	}
	return c, err
}

func (m *Merger) tell(ctx context.Context, business id.Business, t event.Type, of Merge, actor event.Actor) error {
	return m.registry.journal.Append(ctx,
		event.Event{Business: business, Type: t, Actor: actor, Client: of.Survivor, Data: event.Data{Ref: string(of.Merged)}},
		event.Event{Business: business, Type: event.ClientUpdated, Actor: actor, Client: of.Survivor, Data: event.Data{Kind: PartHead}},
	)
}

// head gives the survivor what its head lacks, and contacts for what it says
// otherwise.
func (m *Merger) head(ctx context.Context, business id.Business, c, from Client) (made []id.Contact, err error) {
	was := c
	known, err := m.registry.details.Contacts.Contacts(ctx, business, c.ID)
	if err != nil {
		return nil, err
	}
	for _, kind := range []string{ContactEmail, ContactPhone} {
		to, verified := c.head(kind)
		value, since := from.head(kind)
		switch {
		case *value == "" || same(kind, *to, *value):
		case *to == "":
			*to, *verified = *value, *since
		case !slices.ContainsFunc(known, func(k Contact) bool { return k.Kind == kind && same(kind, k.Value, *value) }):
			now := m.registry.clock.Now()
			k := Contact{ID: id.New[id.Contact](now.UTC()), Kind: kind, Value: *value, VerifiedAt: *since, CreatedAt: now, UpdatedAt: now}
			if *since != 0 {
				k.VerifiedBy = VerifiedByCode
			}
			if err := m.registry.details.Contacts.InsertContact(ctx, business, c.ID, k); err != nil {
				return nil, err
			}
			made = append(made, k.ID)
		}
	}
	if c.Language == "" {
		c.Language = from.Language
	}
	if c.Zone == "" {
		c.Zone = from.Zone
	}
	if both := strings.TrimSpace(c.Note + "\n\n" + from.Note); len([]rune(both)) <= maxNote {
		c.Note = both
	}
	if c == was {
		return made, nil
	}
	c.UpdatedAt = m.registry.clock.Now()
	return made, m.registry.store.Update(ctx, business, c)
}

// Undo makes two cards again: everything that the merge moved and that is
// still there goes back, and what the survivor's head took over leaves it where
// nobody has changed it since. What came after the merge stays with the
// survivor. Fault NotFound, conflict when it was undone or the survivor has
// become part of another card.
func (m *Merger) Undo(ctx context.Context, business id.Business, merge id.Merge, actor event.Actor) (Merge, error) {
	var out Merge
	err := m.registry.atomic.Do(ctx, func(ctx context.Context) error {
		var err error
		if out, err = m.store.FindMerge(ctx, business, merge); err != nil {
			return err
		}
		lanes := []id.Client{out.Merged, out.Survivor}
		slices.Sort(lanes)
		if err := m.store.Touch(ctx, business, lanes...); err != nil {
			return err
		}
		if out, err = m.store.FindMerge(ctx, business, merge); err != nil { // as it is once the others are done
			return err
		}
		if out.Undone != 0 {
			return fault.New(fault.Conflict, fault.CodeConflict, "the merge was undone already")
		}
		now, err := m.standing(ctx, business, out.Survivor)
		if err != nil {
			return err
		}
		out.Undone = m.registry.clock.Now()
		was, err := m.store.Back(ctx, business, out)
		if err != nil {
			return err
		}
		from, err := m.registry.store.Find(ctx, business, out.Merged)
		if err != nil {
			return err
		}
		if err := m.restore(ctx, business, now, was, from); err != nil {
			return err
		}
		return m.tell(ctx, business, event.ClientParted, out, actor)
	})
	return out, err
}

// restore takes from the survivor's head what it took over.
func (m *Merger) restore(ctx context.Context, business id.Business, c, was, from Client) error {
	now := c
	for _, f := range []struct {
		is      *string
		was, of string
	}{
		{&c.Email, was.Email, from.Email},
		{&c.Phone, was.Phone, from.Phone},
		{&c.Language, was.Language, from.Language},
		{&c.Zone, was.Zone, from.Zone},
		{&c.Note, was.Note, strings.TrimSpace(was.Note + "\n\n" + from.Note)},
	} {
		if *f.is == f.of && f.was != *f.is {
			*f.is = f.was
		}
	}
	if c.Email != now.Email {
		c.EmailVerified = was.EmailVerified
	}
	if c.Phone != now.Phone {
		c.PhoneVerified = was.PhoneVerified
	}
	if c == now {
		return nil
	}
	c.UpdatedAt = m.registry.clock.Now()
	return m.registry.store.Update(ctx, business, c)
}

// List gives merges into a card, the latest first.
func (m *Merger) List(ctx context.Context, business id.Business, f MergeFilter) ([]Merge, error) {
	return m.store.ListMerges(ctx, business, f)
}

// Find gives a merge; fault NotFound.
func (m *Merger) Find(ctx context.Context, business id.Business, merge id.Merge) (Merge, error) {
	return m.store.FindMerge(ctx, business, merge)
}

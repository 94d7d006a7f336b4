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

// Why two cards may be one person's.
const (
	TwinPhone = "phone" // the same number
	TwinEmail = "email" // the same address
	TwinName  = "name"  // the same or nearly the same name
)

// Twin is a pair of cards that may be one person's.
type Twin struct {
	A, B   Client
	Why    string  // TwinPhone, TwinEmail, TwinName
	Likely float64 // how alike the names are, 0 to 1
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
	// MergesOf gives the merges into a card, the latest first.
	MergesOf(ctx context.Context, business id.Business, client id.Client) ([]Merge, error)
	// Twins gives cards that may be the same person's as one.
	Twins(ctx context.Context, business id.Business, of Client) ([]Twin, error)
	// AllTwins gives pairs of a whole business that have a number, an address or
	// a name in common, at most so many.
	AllTwins(ctx context.Context, business id.Business, limit int) ([]Twin, error)
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
// card's as history. Fault NotFound, Invalid for a card with itself, conflict
// for a card that is part of another one.
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

// Of gives the merges into a card, the latest first.
func (m *Merger) Of(ctx context.Context, business id.Business, client id.Client) ([]Merge, error) {
	return m.store.MergesOf(ctx, business, client)
}

// Twins gives pairs of cards that may be one person's, the likeliest first,
// and records that they were seen: those of one card, or of the whole
// business where none is named, at most so many. Fault NotFound.
func (m *Merger) Twins(ctx context.Context, business id.Business, of id.Client, limit int, actor event.Actor) ([]Twin, error) {
	var list []Twin
	err := m.registry.atomic.Do(ctx, func(ctx context.Context) error {
		var err error
		if of == "" {
			list, err = m.store.AllTwins(ctx, business, limit)
		} else {
			var c Client
			if c, err = m.registry.store.Find(ctx, business, of); err == nil {
				list, err = m.store.Twins(ctx, business, c)
			}
		}
		if err != nil {
			return err
		}
		slices.SortStableFunc(list, func(a, b Twin) int {
			switch {
			case a.weight() > b.weight():
				return -1
			case a.weight() < b.weight():
				return 1
			default:
				return 0
			}
		})
		list = list[:min(len(list), limit)]
		var reads []Access
		seen := map[id.Client]bool{}
		for _, t := range list {
			for _, c := range []Client{t.A, t.B} {
				if !seen[c.ID] {
					seen[c.ID] = true
					reads = append(reads, m.registry.access(c.ID, actor, ReadList))
				}
			}
		}
		return m.registry.store.RecordAccess(ctx, business, reads...)
	})
	return list, err
}

// weight puts pairs with a contact in common before those with a name.
func (t Twin) weight() float64 {
	if t.Why == TwinName {
		return t.Likely
	}
	return 1 + t.Likely
}

// Alike tells how alike the names of two cards are, 0 to 1, whichever way round.
func Alike(a, b Client) float64 {
	return max(Seek(a.Name).Score(Findable{Names: []string{b.Name}}), Seek(b.Name).Score(Findable{Names: []string{a.Name}}))
}

package client

import (
	"context"
	"slices"

	"kept/event"
	"kept/fault"
	"kept/id"
)

// Learned is something that somebody said of a client or a subject.
type Learned struct {
	Subject  id.Subject // empty: of the client themselves
	Visit    id.Subject // told for a visit of theirs: it is of them, unless it is a fact of clients alone; empty for no such visit
	Key      string
	Value    Value  // none takes back what the side said
	Class    string // empty: as the key asks for; a more guarded one may be given
	Side     string // empty: the staff's from staff and import, else the client's
	Source   string
	SourceID string
	Actor    event.Actor
	Blind    bool // who says it may not see facts of health, and is refused where it is one
}

// Learn writes down what was said, each as the word of its side: what the
// other side says stays, and where they differ the desk decides. It is the one
// way into the facts of a card, for whoever has heard something, and joins the
// caller's transaction. Saying the same again changes nothing. Fault Invalid
// (fields key, value, kind, class, source), NotFound for the client or a
// subject, Forbidden for the blind.
func (r *Registry) Learn(ctx context.Context, business id.Business, client id.Client, said []Learned) error {
	if len(said) == 0 {
		return nil
	}
	return r.atomic.Do(ctx, func(ctx context.Context) error {
		if err := r.details.Profiles.Touch(ctx, business, client, r.clock.Now()); err != nil {
			return err
		}
		current, err := r.details.Facts.Current(ctx, business, client, true)
		if err != nil {
			return err
		}
		kinds, err := r.kinds(ctx, business, client, said)
		if err != nil {
			return err
		}
		changed := false
		for _, s := range said {
			if kind, here := kinds[s.Visit]; here && s.Visit != "" && theirs(kind, s.Key) { // who is gone since is not spoken of
				s.Subject = s.Visit
			}
			kind, ok := kinds[s.Subject]
			if !ok {
				return fault.Missing("subject")
			}
			f, index, err := r.weigh(s, kind, current)
			if err != nil {
				return err
			}
			if f.ID == "" {
				continue
			}
			if err := r.details.Facts.InsertFact(ctx, business, client, f, index); err != nil {
				return err
			}
			current, changed = replace(current, f), true
		}
		if !changed {
			return nil
		}
		return r.tellPart(ctx, business, client, PartFact, said[0].Actor)
	})
}

// kinds gives the kinds of the subjects that are spoken of; "" is the client.
func (r *Registry) kinds(ctx context.Context, business id.Business, client id.Client, said []Learned) (map[id.Subject]string, error) {
	kinds := map[id.Subject]string{"": ""}
	if !slices.ContainsFunc(said, func(s Learned) bool { return s.Subject != "" || s.Visit != "" }) {
		return kinds, nil
	}
	list, err := r.details.Subjects.Subjects(ctx, business, client)
	for _, s := range list {
		kinds[s.ID] = s.Kind
	}
	return kinds, err
}

// weigh makes a fact of what was said; one without an identifier when its
// side says so already. current is what stands on the card.
func (r *Registry) weigh(s Learned, kind string, current []Fact) (f Fact, index string, err error) {
	var check fault.Checker
	check.Require(validKey(s.Key), "key", "format", "must be a word of small letters, digits and _")
	known, isKnown := KeyOf(kind, s.Key)
	check.Require(!isKnown || s.Value.None() || s.Value.Kind == known.Kind, "kind", "type", "is not the kind of this fact")
	check.Require(slices.Contains(Sources(), s.Source), "source", "unknown", "is no source")
	check.Require(s.Class == "" || slices.Contains(Classes(), s.Class), "class", "unknown", "must be plain, warning or health")
	check.Require(s.Side == "" || s.Side == SideClient || s.Side == SideStaff, "side", "unknown", "must be client or staff")
	value := s.Value.clean(&check, known.Choices)
	if err := check.Err(); err != nil {
		return Fact{}, "", err
	}
	now := r.clock.Now()
	f = Fact{
		Subject: s.Subject, Key: s.Key, Side: s.Side, Class: stricter(s.Class, known.Class), Value: value,
		Source: s.Source, SourceID: s.SourceID, Actor: s.Actor, At: now,
	}
	if f.Side == "" {
		f.Side = sideOf(s.Source)
	}
	says, repeated := false, false
	for _, o := range current {
		if o.Subject != f.Subject || o.Key != f.Key {
			continue
		}
		f.Class = stricter(f.Class, o.Class) // what was guarded once stays guarded
		if o.Side == f.Side {
			says = true
			repeated = o.Value == f.Value && o.Class == f.Class
		}
	}
	if f.Class == ClassHealth && s.Blind {
		return Fact{}, "", fault.New(fault.Forbidden, fault.CodeForbidden, "facts of health are not yours to write")
	}
	if repeated || !says && f.Value.None() {
		return Fact{}, "", nil
	}
	if !says {
		if err := full(len(current), MostFacts, "key"); err != nil {
			return Fact{}, "", err
		}
	}
	f.ID = id.New[id.Fact](now.UTC())
	return f, known.Index, nil
}

// replace puts a fact in the place of what its side said before.
func replace(current []Fact, f Fact) []Fact {
	current = slices.DeleteFunc(slices.Clone(current), func(o Fact) bool {
		return o.Subject == f.Subject && o.Key == f.Key && o.Side == f.Side
	})
	return append(current, f)
}

// Ledger gives what both sides say of a client and their subjects, facts of
// health only where they are asked for. It is for the program's own use: what
// is shown to people goes through Sheet.
func (r *Registry) Ledger(ctx context.Context, business id.Business, client id.Client, health bool) (Ledger, error) {
	current, err := r.details.Facts.Current(ctx, business, client, health)
	return NewLedger(current), err
}

// Settle decides for a fact of which the other side says something else. The
// other is overruled until its side says something new. Facts of health only
// for those with the right. Fault NotFound.
func (r *Registry) Settle(
	ctx context.Context, business id.Business, client id.Client, keep id.Fact, health bool, actor event.Actor,
) error {
	return r.edit(ctx, business, client, PartFact, actor, func(ctx context.Context, _ Client) error {
		ledger, err := r.Ledger(ctx, business, client, health)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(ledger.facts, func(f Fact) bool { return f.ID == keep })
		if i < 0 {
			return fault.Missing("fact")
		}
		if ledger.facts[i].OverruledAt != 0 {
			if err := r.details.Facts.OverruleFact(ctx, business, client, keep, 0); err != nil {
				return err
			}
		}
		if o := ledger.other(i); o >= 0 {
			return r.details.Facts.OverruleFact(ctx, business, client, ledger.facts[o].ID, r.clock.Now())
		}
		return nil
	})
}

// FactHistory lists what was said under a key, the latest first, to
// somebody who wants to see it, and records that they did. What is a matter of
// health now was one before: without that right there is nothing to see. Fault
// NotFound.
func (r *Registry) FactHistory(
	ctx context.Context, business id.Business, client id.Client, f FactFilter, actor event.Actor,
) ([]Fact, error) {
	var out []Fact
	err := r.atomic.Do(ctx, func(ctx context.Context) error {
		c, err := r.store.Find(ctx, business, client)
		if err != nil {
			return err
		}
		hidden := false
		if !f.Health {
			now, err := r.details.Facts.Current(ctx, business, c.ID, true)
			if err != nil {
				return err
			}
			hidden = slices.ContainsFunc(now, func(o Fact) bool {
				return o.Key == f.Key && o.Subject == f.Subject && o.Class == ClassHealth
			})
		}
		if !hidden {
			if out, err = r.details.Facts.FactHistory(ctx, business, c.ID, f); err != nil {
				return err
			}
		}
		return r.store.RecordAccess(ctx, business, r.access(c.ID, actor, ReadCard))
	})
	return out, err
}

// Marked finds the clients and subjects that carry a plate, a VIN or a chip
// now, however it is written; index is one of the Index words.
func (r *Registry) Marked(ctx context.Context, business id.Business, index, value string) ([]Mark, error) {
	if FoldMark(value) == "" {
		return nil, nil
	}
	return r.details.Facts.Marked(ctx, business, index, value)
}

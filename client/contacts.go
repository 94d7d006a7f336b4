package client

import (
	"context"
	"slices"
	"strings"

	"kept/event"
	"kept/fault"
	"kept/id"
)

// AddContact writes a further address or number down, unverified. The first of
// its kind becomes the preferred one, in doubt when the client says it. Fault Invalid (kind, value, label),
// conflict when the card has it already, NotFound.
func (r *Registry) AddContact(
	ctx context.Context, business id.Business, client id.Client, kind, value, label string, actor event.Actor,
) (Contact, error) {
	k, err := cleanContact(kind, value, label)
	if err != nil {
		return Contact{}, err
	}
	err = r.edit(ctx, business, client, PartContact, actor, func(ctx context.Context, c Client) error {
		list, err := r.contactsOf(ctx, business, c)
		if err != nil {
			return err
		}
		if err := full(len(list), MostContacts, "value"); err != nil {
			return err
		}
		if slices.ContainsFunc(list, func(o Contact) bool { return o.Kind == kind && same(kind, o.Value, k.Value) }) {
			return fault.New(fault.Conflict, fault.CodeConflict, "the card has this contact already")
		}
		now := r.clock.Now()
		k.ID, k.CreatedAt, k.UpdatedAt = id.New[id.Contact](now.UTC()), now, now
		if err := r.details.Contacts.InsertContact(ctx, business, client, k); err != nil {
			return err
		}
		head, _ := c.head(kind)
		if *head != "" {
			return nil
		}
		k.Preferred = true
		if err := r.lead(ctx, business, c, k); err != nil || actor.Kind != "client" {
			return err
		}
		return r.unsure(ctx, business, client, k) // anybody can say that it is theirs
	})
	return k, err
}

// LabelContact says whose or where a contact is. Fault Invalid, NotFound.
func (r *Registry) LabelContact(
	ctx context.Context, business id.Business, client id.Client, contact id.Contact, label string, actor event.Actor,
) (Contact, error) {
	label = strings.TrimSpace(label)
	var check fault.Checker
	check.Line("label", label, 0, maxContactLabel)
	if err := check.Err(); err != nil {
		return Contact{}, err
	}
	return r.changeContact(ctx, business, client, contact, actor, func(ctx context.Context, _ Client, _ []Contact, k *Contact) error {
		k.Label = label
		return r.details.Contacts.UpdateContact(ctx, business, client, *k)
	})
}

// PreferContact makes a contact the one of its kind that messages go to; the
// one before stays on the card. Fault NotFound.
func (r *Registry) PreferContact(
	ctx context.Context, business id.Business, client id.Client, contact id.Contact, actor event.Actor,
) (Contact, error) {
	return r.changeContact(ctx, business, client, contact, actor, func(ctx context.Context, c Client, list []Contact, k *Contact) error {
		if k.Preferred {
			return nil
		}
		for i := range list {
			if list[i].Kind == k.Kind && list[i].Preferred {
				list[i].Preferred = false
				if err := r.root(ctx, business, client, &list[i]); err != nil {
					return err
				}
			}
		}
		k.Preferred = true
		return r.lead(ctx, business, c, *k)
	})
}

// VerifyContact notes that a contact is the client's; how is one of the
// VerifiedBy words. The first proof stays. Fault Invalid, NotFound.
func (r *Registry) VerifyContact(
	ctx context.Context, business id.Business, client id.Client, contact id.Contact, how string, actor event.Actor,
) (Contact, error) {
	if !slices.Contains([]string{VerifiedByCode, VerifiedByLink, VerifiedByStaff, VerifiedByImport}, how) {
		return Contact{}, fault.BadField("verified_by", "unknown", "is no way to verify a contact")
	}
	return r.changeContact(ctx, business, client, contact, actor, func(ctx context.Context, c Client, _ []Contact, k *Contact) error {
		if k.Verified() {
			return nil
		}
		k.VerifiedAt, k.VerifiedBy = r.clock.Now(), how
		if err := r.details.Contacts.UpdateContact(ctx, business, client, *k); err != nil || !k.Preferred {
			return err
		}
		return r.lead(ctx, business, c, *k)
	})
}

// DoubtContact takes a verification back: the number has gone to somebody
// else. Fault NotFound.
func (r *Registry) DoubtContact(
	ctx context.Context, business id.Business, client id.Client, contact id.Contact, actor event.Actor,
) (Contact, error) {
	return r.changeContact(ctx, business, client, contact, actor, func(ctx context.Context, c Client, _ []Contact, k *Contact) error {
		k.VerifiedAt, k.VerifiedBy = 0, ""
		if err := r.details.Contacts.UpdateContact(ctx, business, client, *k); err != nil || !k.Preferred {
			return err
		}
		return r.lead(ctx, business, c, *k)
	})
}

// RemoveContact takes a contact off the card. When it was the preferred one,
// another of its kind takes its place: a verified one before one that is not,
// which is then in doubt, the oldest first. Fault NotFound.
func (r *Registry) RemoveContact(
	ctx context.Context, business id.Business, client id.Client, contact id.Contact, actor event.Actor,
) error {
	_, err := r.changeContact(ctx, business, client, contact, actor, func(ctx context.Context, c Client, list []Contact, k *Contact) error {
		if err := r.details.Contacts.DeleteContact(ctx, business, client, k.ID); err != nil || !k.Preferred {
			return err
		}
		next := Contact{Kind: k.Kind}
		for _, o := range list {
			if o.Kind == k.Kind && o.ID != k.ID && (next.Value == "" || o.Verified() && !next.Verified()) {
				next = o
			}
		}
		if err := r.lead(ctx, business, c, next); err != nil {
			return err
		}
		return r.unsure(ctx, business, client, next)
	})
	return err
}

// unsure notes that a contact which has come into the head is in doubt, unless
// it was proven: it may be the client who wrote it down, and be somebody else's.
func (r *Registry) unsure(ctx context.Context, business id.Business, client id.Client, k Contact) error {
	if k.Value == "" || k.Verified() || r.details.Doubts == nil {
		return nil
	}
	if err := r.details.Doubts.Forget(ctx, business, client); err != nil {
		return err
	}
	return r.details.Doubts.Doubt(ctx, business, client, k.Kind, k.Value, r.clock.Now())
}

// lead writes a contact into the head of the card.
func (r *Registry) lead(ctx context.Context, business id.Business, c Client, k Contact) error {
	value, verified := c.head(k.Kind)
	c.Claimed = c.Claimed && k.VerifiedAt == 0 && same(k.Kind, *value, k.Value)
	*value, *verified, c.UpdatedAt = k.Value, k.VerifiedAt, r.clock.Now()
	return r.store.Update(ctx, business, c)
}

// replaced follows an edit of the head: a contact that the desk wrote over was
// wrong and leaves the card, and the new one brings its proof if it has one.
func (r *Registry) replaced(ctx context.Context, business id.Business, old Client, now *Client) error {
	if r.details.Contacts == nil {
		return nil
	}
	var list []Contact
	for _, kind := range []string{ContactEmail, ContactPhone} {
		was, _ := old.head(kind)
		is, verified := now.head(kind)
		if same(kind, *was, *is) {
			continue
		}
		*verified = 0
		if list == nil {
			var err error
			if list, err = r.details.Contacts.Contacts(ctx, business, old.ID); err != nil {
				return err
			}
		}
		for _, k := range list {
			switch {
			case k.Kind != kind:
			case same(kind, k.Value, *is):
				*verified = k.VerifiedAt
			case same(kind, k.Value, *was):
				if err := r.details.Contacts.DeleteContact(ctx, business, old.ID, k.ID); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// cleanContact brings a contact into the form in which it is kept.
func cleanContact(kind, value, label string) (Contact, error) {
	k := Contact{Kind: kind, Value: strings.TrimSpace(value), Label: strings.TrimSpace(label)}
	var check fault.Checker
	switch kind {
	case ContactEmail:
		check.Require(ValidEmail(k.Value), "value", "format", "is no e-mail address")
	case ContactPhone:
		k.Value = CleanPhone(k.Value)
		check.Require(ValidPhone(k.Value), "value", "format", "is no phone number")
	default:
		check.Require(false, "kind", "unknown", "must be email or phone")
	}
	check.Line("label", k.Label, 0, maxContactLabel)
	return k, check.Err()
}

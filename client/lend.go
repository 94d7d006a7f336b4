package client

import (
	"context"
	"slices"
	"strings"

	"kept/event"
	"kept/id"
)

// Proven gives a client and those of their contacts that they have shown to be
// theirs themselves, by a code or a link: what the desk vouches for is not
// among them. It is for the program's own use. Fault NotFound.
func (r *Registry) Proven(ctx context.Context, business id.Business, client id.Client) (Client, []Contact, error) {
	c, err := r.store.Find(ctx, business, client)
	if err != nil {
		return Client{}, nil, err
	}
	list, err := r.contactsOf(ctx, business, c)
	return c, slices.DeleteFunc(list, func(k Contact) bool {
		return !k.Verified() || k.VerifiedBy != VerifiedByCode && k.VerifiedBy != VerifiedByLink
	}), err
}

// SameName tells whether two names can be one person's: the same words, in
// whatever order, or all words of the shorter one where it has two at least,
// as a name has with its patronymic.
func SameName(a, b string) bool {
	short, long := strings.Fields(Fold(a)), strings.Fields(Fold(b))
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(short) == 0 || len(short) != len(long) && len(short) < 2 {
		return false
	}
	for _, word := range short {
		i := slices.Index(long, word)
		if i < 0 {
			return false
		}
		long = slices.Delete(long, i, i+1)
	}
	return true
}

// Lend gives a whole card to somebody of another branch and records on the
// card that they saw it and where they work. Facts of health are in it where
// health is set. What of it is shown is the caller's to choose, and whether at
// all. Fault NotFound.
func (r *Registry) Lend(
	ctx context.Context, business id.Business, client id.Client, branch id.Business, actor event.Actor, health bool,
) (Sheet, error) {
	return r.open(ctx, business, client, health, r.visit(client, actor, ReadLent, branch))
}

// Abroad records on a card that somebody looked at the same person's card of
// another branch. It joins the caller's transaction.
func (r *Registry) Abroad(ctx context.Context, business id.Business, client id.Client, branch id.Business, actor event.Actor) error {
	return r.store.RecordAccess(ctx, business, r.visit(client, actor, ReadAbroad, branch))
}

// visit is a read between branches.
func (r *Registry) visit(client id.Client, actor event.Actor, what string, branch id.Business) Access {
	a := r.access(client, actor, what)
	a.Branch = branch
	return a
}

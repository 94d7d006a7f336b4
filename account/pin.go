package account

import (
	"context"
	"slices"

	"kept/fault"
	"kept/id"
	"kept/span"
)

// A shared desk is one browser at which several people work in turn. Somebody
// signs in there with all they have and shares the session; from then on it
// belongs to one business and changes hands by PIN. Whoever has it acts, and is
// recorded, as themselves. It locks itself when nobody touches it.

// The length of a PIN, and how often one may be tried in a day before the
// password is needed again.
const (
	leastPIN = 4
	mostPIN  = 8
	fewPINs  = 5
)

func deskOnly() error {
	return fault.New(fault.Forbidden, fault.CodeForbidden, "not at a shared desk: sign in with your password elsewhere")
}

// SetPIN gives the user of a session a PIN in a business, none for "". Faults
// Invalid, NotFound, forbidden with rule "proof".
func (g *Gate) SetPIN(ctx context.Context, s Session, business id.Business, pin string) error {
	user, err := g.firm(ctx, s)
	if err != nil {
		return err
	}
	hash := ""
	if pin != "" {
		if !goodPIN(pin) {
			return fault.BadField("pin", "format", "4 to 8 digits, not all alike and not in a row")
		}
		if hash, err = g.Secrets.Hash(ctx, pin); err != nil {
			return err
		}
	}
	return g.Atomic.Do(ctx, func(ctx context.Context) error {
		if err := g.Members.SetPIN(ctx, business, user, hash); err != nil {
			return err
		}
		return g.recordFor(ctx, user, Act{What: DidSetPIN, From: s.Origin.Address})
	})
}

// goodPIN wants digits that are not what everybody tries first.
func goodPIN(pin string) bool {
	if len(pin) < leastPIN || len(pin) > mostPIN {
		return false
	}
	alike, up, down := true, true, true
	for i := range len(pin) {
		if pin[i] < '0' || pin[i] > '9' {
			return false
		}
		if i > 0 {
			alike = alike && pin[i] == pin[i-1]
			up = up && pin[i] == pin[i-1]+1
			down = down && pin[i] == pin[i-1]-1
		}
	}
	return !alike && !up && !down
}

// HasPIN tells whether a user has one in a business.
func (g *Gate) HasPIN(ctx context.Context, business id.Business, user id.User) (bool, error) {
	hash, err := g.Members.PIN(ctx, business, user)
	return hash != "", err
}

// ShareDesk makes a session a shared one of a business that its user works
// for, under a new token. Faults NotFound, forbidden with rule "proof".
func (g *Gate) ShareDesk(ctx context.Context, token string, business id.Business) (renewed string, err error) {
	s, err := g.Resume(ctx, token)
	if err != nil {
		return "", err
	}
	if _, err := g.firm(ctx, s); err != nil {
		return "", err
	}
	who, err := g.Enter(ctx, s, business, s.Origin.Address)
	if err != nil {
		return "", err
	}
	err = g.Atomic.Do(ctx, func(ctx context.Context) error {
		renewed, _, err = g.renew(ctx, token, func(s *Session) error {
			s.Shared = business
			return nil
		})
		if err != nil {
			return err
		}
		return g.record(ctx, who, DidShareDesk, string(s.ID), "")
	})
	return renewed, err
}

// Colleague is somebody who can take over a shared desk.
type Colleague struct {
	User id.User
	Name string
}

// Colleagues gives who has a PIN in the business of a shared session.
func (g *Gate) Colleagues(ctx context.Context, s Session) ([]Colleague, error) {
	if s.Shared == "" {
		return nil, nil
	}
	var out []Colleague
	for after := id.User(""); ; {
		page, err := g.Members.MembersOf(ctx, s.Shared, after, pageSize(1<<20))
		if err != nil || len(page) == 0 {
			return out, err
		}
		for _, m := range page {
			after = m.User
			hash, err := g.Members.PIN(ctx, s.Shared, m.User)
			if err != nil {
				return nil, err
			}
			if hash == "" {
				continue
			}
			u, err := g.Users.FindUser(ctx, m.User)
			if err != nil {
				return nil, err
			}
			out = append(out, Colleague{m.User, u.Name})
		}
	}
}

// LockDesk has a shared session wait for a PIN; another session stays as it is.
func (g *Gate) LockDesk(ctx context.Context, token string) error {
	s, err := g.Resume(ctx, token)
	if err != nil || s.Shared == "" || s.LockedAt != 0 {
		return err
	}
	hash := g.Secrets.HashOpaque(token)
	s.LockedAt = g.Clock.Now()
	return g.Atomic.Do(ctx, func(ctx context.Context) error { return g.Sessions.UpdateSession(ctx, hash, hash, s) })
}

// SwitchDesk hands a shared session to whoever knows their PIN, under a new
// token. Fault unauthenticated for a wrong PIN or who has none; after too many,
// rate_limited until they sign in with their password somewhere; forbidden with
// rule "second_factor" for who should have a second factor and has none.
func (g *Gate) SwitchDesk(ctx context.Context, token string, user id.User, pin string, from Origin) (renewed string, err error) {
	s, err := g.Resume(ctx, token)
	if err != nil {
		return "", err
	}
	if s.Shared == "" {
		return "", unknown()
	}
	forgive, err := g.throttle(ctx,
		tries{kind: kindPIN, who: string(user), most: fewPINs, window: span.Day}, tries{kind: "address", who: from.Address, most: manyTries})
	if err != nil {
		return "", err
	}
	hash, err := g.Members.PIN(ctx, s.Shared, user)
	if err != nil {
		return "", err
	}
	ok, _, err := g.verify(ctx, pin, hash)
	if err != nil {
		return "", err
	}
	was, now := Principal{Kind: KindUser, ID: string(s.User), Business: s.Shared, From: from.Address}, g.Clock.Now()
	if !ok {
		return "", wrong(g.Atomic.Do(ctx, func(ctx context.Context) error { return g.record(ctx, was, DidFailPIN, string(user), "") }))
	}
	stay, err := g.Stays.FindStay(ctx, s.ID, user, s.Shared)
	if err != nil {
		return "", hidden(err)
	}
	if slices.Contains(stay.Demanded, stay.Member.Role) && !stay.HasSecond {
		return "", needsSecond() // they set one up elsewhere, as themselves
	}
	err = g.Atomic.Do(ctx, func(ctx context.Context) error {
		renewed, _, err = g.renew(ctx, token, func(s *Session) error {
			s.User, s.LockedAt, s.SeenAt, s.ProvedAt, s.ProvedBy, s.SecondBy = user, 0, now, 0, ByPIN, ""
			return nil
		})
		if err != nil {
			return err
		}
		who := Principal{Kind: KindUser, ID: string(user), Business: s.Shared, From: from.Address}
		return g.record(ctx, who, DidSwitch, string(s.ID), "")
	})
	if err != nil {
		return "", err
	}
	return renewed, forgive(ctx)
}

// kindPIN counts tries of a person's PIN, at whatever desk.
const kindPIN = "pin"

package account

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"kept/fault"
	"kept/id"
	"kept/span"
)

// NewKey is what an API key is made of.
type NewKey struct {
	Name      string
	Role      Role
	Staff     id.Staff // required with the role of staff
	Scopes    []Action // narrow the role; none for all of it
	Reach     Reach
	Location  id.Location  // with ReachLocation
	ExpiresAt span.Instant // 0 for never
}

func (n NewKey) check() error {
	var c fault.Checker
	checkRole(&c, n.Role, n.Staff)
	checkReach(&c, n.Role, n.Staff, n.Reach, n.Location)
	c.Line("name", n.Name, 0, 200)
	for i, s := range n.Scopes {
		c.Require(slices.Contains(everything, s), fmt.Sprintf("scopes[%d]", i), "unknown", "is no permission")
	}
	return c.Err()
}

// CreateKey makes an API key. Its text is told this once and is not stored.
// Faults Invalid, Forbidden.
func (g *Gate) CreateKey(ctx context.Context, who Principal, n NewKey) (text string, k APIKey, err error) {
	text, hash := g.Secrets.NewOpaque(keyPrefix)
	k, err = g.insertKey(ctx, who, n, hash)
	if err != nil {
		return "", APIKey{}, err
	}
	return text, k, nil
}

// PlantKey makes a key of a known text, as the demo's are ("demo-..."). Such
// keys open in demo mode only, and one that is there stays as it is.
func (g *Gate) PlantKey(ctx context.Context, who Principal, text string, n NewKey) error {
	if !strings.HasPrefix(text, demoPrefix) {
		return fault.BadField("text", "format", "must begin with "+demoPrefix)
	}
	hash := g.Secrets.HashOpaque(text)
	_, err := g.Keys.KeyByHash(ctx, hash)
	if err == nil || fault.KindOf(err) != fault.NotFound {
		return err
	}
	_, err = g.insertKey(ctx, who, n, hash)
	return err
}

func (g *Gate) insertKey(ctx context.Context, who Principal, n NewKey, hash []byte) (APIKey, error) {
	if err := mayManage(who); err != nil {
		return APIKey{}, err
	}
	if err := n.check(); err != nil {
		return APIKey{}, err
	}
	if err := mayGrant(who, n.Role, n.Scopes); err != nil {
		return APIKey{}, err
	}
	var k APIKey
	err := g.Atomic.Do(ctx, func(ctx context.Context) error {
		now := g.Clock.Now()
		k = APIKey{
			ID: id.New[id.Key](now.UTC()), Business: who.Business, Name: n.Name, Role: n.Role, Staff: n.Staff,
			Scopes: n.Scopes, Reach: n.Reach, Location: n.Location, MadeBy: maker(who), CreatedAt: now, ExpiresAt: n.ExpiresAt,
		}
		if err := g.Keys.InsertKey(ctx, hash, k); err != nil {
			return err
		}
		return g.record(ctx, who, DidMakeKey, string(k.ID), place(k.Role, k.Reach))
	})
	return k, err
}

// Authenticate gives the principal of a key's text, with one look-up. Fault
// unauthenticated when there is none, or no more.
func (g *Gate) Authenticate(ctx context.Context, text string) (Principal, error) {
	const longest = 200
	if text == "" || len(text) > longest || (strings.HasPrefix(text, demoPrefix) && !g.Demo) {
		return Principal{}, unknown()
	}
	k, err := g.Keys.KeyByHash(ctx, g.Secrets.HashOpaque(text))
	if err != nil {
		return Principal{}, hidden(err)
	}
	now := g.Clock.Now()
	if k.ExpiresAt != 0 && k.ExpiresAt <= now {
		return Principal{}, unknown()
	}
	if now-k.LastUsedAt >= useSpacer {
		g.used.note(k.Business, k.ID, now)
	}
	return Principal{
		Kind: KindKey, ID: string(k.ID), Business: k.Business, Role: k.Role, Staff: k.Staff, Scopes: k.Scopes,
		Reach: k.Reach, Location: k.Location,
	}, nil
}

// ListKeys gives the keys of a business by id, after one; limit is at most
// 200. Fault Forbidden.
func (g *Gate) ListKeys(ctx context.Context, who Principal, after id.Key, limit int) ([]APIKey, error) {
	if err := mayManage(who); err != nil {
		return nil, err
	}
	return g.Keys.ListKeys(ctx, who.Business, after, pageSize(limit))
}

// RevokeKey ends a key at once. Faults NotFound, Forbidden.
func (g *Gate) RevokeKey(ctx context.Context, who Principal, key id.Key) error {
	if err := mayManage(who); err != nil {
		return err
	}
	return g.Atomic.Do(ctx, func(ctx context.Context) error {
		if err := g.Keys.DeleteKey(ctx, who.Business, key); err != nil {
			return err
		}
		return g.record(ctx, who, DidRevokeKey, string(key), "")
	})
}

// useSpacer is how often the last use of a key is written down at most.
const useSpacer = span.Minute

// uses remembers which keys were used, until somebody writes it down: a
// request costs no write.
type uses struct {
	mu   sync.Mutex
	last map[id.Key]use
}

type use struct {
	business id.Business
	at       span.Instant
}

func (u *uses) note(business id.Business, key id.Key, at span.Instant) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.last == nil {
		u.last = map[id.Key]use{}
	}
	u.last[key] = use{business, at}
}

func (u *uses) take() map[id.Key]use {
	u.mu.Lock()
	defer u.mu.Unlock()
	out := u.last
	u.last = nil
	return out
}

// WriteUses writes down when keys were used last. It is called every now and
// then, by one task; what cannot be written is told again with the next use.
func (g *Gate) WriteUses(ctx context.Context) error {
	used := g.used.take()
	if len(used) == 0 {
		return nil
	}
	return g.Atomic.Do(ctx, func(ctx context.Context) error {
		for key, u := range used {
			if err := g.Keys.UsedKey(ctx, u.business, key, u.at); err != nil {
				return err
			}
		}
		return nil
	})
}

func pageSize(limit int) int {
	const usual, most = 50, 200
	if limit <= 0 {
		return usual
	}
	return min(limit, most)
}

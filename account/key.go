package account

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kept/fault"
	"kept/id"
	"kept/span"
)

// NewKey is what an API key is made of.
type NewKey struct {
	Name      string
	Role      Role
	Staff     id.Staff     // required with the role of staff
	Scopes    []Action     // narrow the role; none for all of it
	ExpiresAt span.Instant // 0 for never
}

func (n NewKey) check() error {
	if err := checkRole(n.Role, n.Staff); err != nil {
		return err
	}
	var c fault.Checker
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
	var k APIKey
	err := g.Atomic.Do(ctx, func(ctx context.Context) error {
		now := g.Clock.Now()
		k = APIKey{
			ID: id.New[id.Key](now.UTC()), Business: who.Business, Name: n.Name, Role: n.Role, Staff: n.Staff,
			Scopes: n.Scopes, CreatedAt: now, ExpiresAt: n.ExpiresAt,
		}
		return g.Keys.InsertKey(ctx, hash, k)
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
	if k.ExpiresAt != 0 && k.ExpiresAt <= g.Clock.Now() {
		return Principal{}, unknown()
	}
	return Principal{
		Kind: KindKey, ID: string(k.ID), Business: k.Business, Role: k.Role, Staff: k.Staff, Scopes: k.Scopes,
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
	return g.Atomic.Do(ctx, func(ctx context.Context) error { return g.Keys.DeleteKey(ctx, who.Business, key) })
}

func pageSize(limit int) int {
	const usual, most = 50, 200
	if limit <= 0 {
		return usual
	}
	return min(limit, most)
}

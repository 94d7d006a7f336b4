// Package trail shows the record of who did and saw what, to those with the
// right audit.read: as operations (GET /audit, its proof, its export) and as a
// page, /app/{slug}/audit.
//
// Lines of the record hold identifiers. Names are looked up for the answer
// and stored nowhere, so an erased client has none. Whoever looks is
// recorded, too: one entry for a page, one for an export.
package trail

import (
	"context"
	"time"

	"kept/account"
	"kept/audit"
	"kept/availability"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/wire"
	"kept/span"
)

// Settings gives the configuration of a business.
type Settings interface {
	Load(ctx context.Context, business id.Business, version int64) (*availability.Setting, error)
}

// Cards names clients.
type Cards interface {
	Find(ctx context.Context, business id.Business, id id.Client) (client.Client, error)
}

// Accounts names users and keys.
type Accounts interface {
	FindUser(ctx context.Context, id id.User) (account.User, error)
	ListKeys(ctx context.Context, who account.Principal, after id.Key, limit int) ([]account.APIKey, error)
}

// Desk shows the record.
type Desk struct {
	Trail    *audit.Trail
	Verifier *audit.Verifier
	Settings Settings
	Cards    Cards
	Accounts Accounts
	Glass    *audit.Glass

	zones span.Zones
}

// line is a line of the record with the names that belong to it.
type line struct {
	audit.Line
	actor  string // empty where nobody is known
	client string
	branch string // that looked at a card, or whose card was looked at
}

// list gives a page of the record, named, and records that it was looked at.
func (d *Desk) list(ctx context.Context, p account.Principal, f audit.Filter) ([]line, string, error) {
	page, err := d.Trail.List(ctx, p.Business, f)
	if err != nil {
		return nil, "", err
	}
	err = d.Trail.Record(ctx, p.Business, audit.Entry{Actor: p.Actor(), Action: audit.AuditRead, Client: f.Client})
	if err != nil {
		return nil, "", err
	}
	n := d.namer(p.Business)
	out := make([]line, len(page.Lines))
	for i, l := range page.Lines {
		if out[i], err = n.named(ctx, l); err != nil {
			return nil, "", err
		}
	}
	return out, page.Next, nil
}

// namer looks names up, each once.
type namer struct {
	d        *Desk
	business id.Business
	known    map[string]string
	keys     map[string]string
}

func (d *Desk) namer(business id.Business) *namer {
	return &namer{d: d, business: business, known: make(map[string]string)}
}

func (n *namer) named(ctx context.Context, l audit.Line) (line, error) {
	out := line{Line: l}
	var err error
	if out.actor, err = n.actor(ctx, l.Actor); err != nil {
		return out, err
	}
	if l.Client != "" {
		out.client, err = n.once("client", string(l.Client), func() (string, error) {
			c, err := n.d.Cards.Find(ctx, n.business, l.Client)
			return c.Name, err
		})
	}
	if err == nil && (l.Action == string(audit.CardShared) || l.Action == string(audit.BranchRead)) {
		out.branch, err = n.once("branch", l.Ref, func() (string, error) {
			s, err := n.d.Settings.Load(ctx, id.Business(l.Ref), 0)
			if err != nil {
				return "", err
			}
			return s.Catalog.Business.Names.Pick(web.Language(ctx), s.Catalog.Business.Language), nil
		})
	}
	return out, err
}

// actor names who did it.
func (n *namer) actor(ctx context.Context, a event.Actor) (string, error) {
	switch a.Kind {
	case string(account.KindUser):
		return n.once(a.Kind, a.ID, func() (string, error) {
			u, err := n.d.Accounts.FindUser(ctx, id.User(a.ID))
			return u.Name, err
		})
	case string(account.KindKey):
		if n.keys == nil {
			if err := n.readKeys(ctx); err != nil {
				return "", err
			}
		}
		return n.keys[a.ID], nil
	case string(account.KindClient):
		return n.once(a.Kind, a.ID, func() (string, error) {
			c, err := n.d.Cards.Find(ctx, n.business, id.Client(a.ID))
			return c.Name, err
		})
	}
	return "", nil
}

// readKeys reads the names of all keys: a business has few.
func (n *namer) readKeys(ctx context.Context) error {
	const atOnce = 200
	n.keys = make(map[string]string)
	for after := id.Key(""); ; {
		some, err := n.d.Accounts.ListKeys(ctx, account.System(n.business), after, atOnce)
		if err != nil {
			return err
		}
		for _, k := range some {
			n.keys[string(k.ID)] = k.Name
			after = k.ID
		}
		if len(some) < atOnce {
			return nil
		}
	}
}

// once remembers what was found; who is not there (any more) has no name.
func (n *namer) once(kind, own string, find func() (string, error)) (string, error) {
	if own == "" {
		return "", nil
	}
	if name, ok := n.known[kind+own]; ok {
		return name, nil
	}
	name, err := find()
	if fault.KindOf(err) == fault.NotFound && err != nil {
		name, err = "", nil
	}
	if err == nil {
		n.known[kind+own] = name
	}
	return name, err
}

// home gives the zone of a business.
func (d *Desk) home(ctx context.Context, business id.Business) (*time.Location, error) {
	return wire.HomeZone(ctx, d.Settings, &d.zones, business)
}

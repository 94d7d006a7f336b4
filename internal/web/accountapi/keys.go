package accountapi

import (
	"context"
	"time"

	"kept/account"
	"kept/id"
	"kept/internal/web/wire"
)

type keyBody struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Grant
	Scopes     []string      `json:"scopes" doc:"Narrow the role; empty: all that the role may"`
	MadeBy     string        `json:"made_by,omitempty" doc:"The user"`
	CreatedAt  wire.Moment   `json:"created_at"`
	ExpiresAt  wire.Optional `json:"expires_at"`
	LastUsedAt wire.Optional `json:"last_used_at" doc:"A minute late at most"`
}

func keyOf(k account.APIKey, zone *time.Location) keyBody {
	b := keyBody{
		ID: string(k.ID), Name: k.Name, Grant: grantOf(k.Role, k.Staff, k.Reach, k.Location), Scopes: make([]string, len(k.Scopes)),
		MadeBy: string(k.MadeBy), CreatedAt: wire.At(k.CreatedAt, zone), ExpiresAt: wire.Maybe(k.ExpiresAt, zone), LastUsedAt: wire.Maybe(k.LastUsedAt, zone),
	}
	for i, s := range k.Scopes {
		b.Scopes[i] = string(s)
	}
	return b
}

func (a *API) listKeys(ctx context.Context, p account.Principal, in *wire.Paging) (*struct{ Body wire.Page[keyBody] }, error) {
	c, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := a.Gate.ListKeys(ctx, p, id.Key(c.ID), size(in.Limit))
	if err != nil {
		return nil, err
	}
	_, zone, err := a.home(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	list, next := wire.PageOf(list, size(in.Limit)-1, func(k account.APIKey) wire.Cursor { return wire.Cursor{ID: string(k.ID)} })
	out := wire.Page[keyBody]{Items: make([]keyBody, len(list)), Next: next}
	for i, k := range list {
		out.Items[i] = keyOf(k, zone)
	}
	return &struct{ Body wire.Page[keyBody] }{out}, nil
}

// madeKey is a key that was made just now.
type madeKey struct {
	keyBody
	Key string `json:"key" doc:"Its text, told this once"`
}

func (a *API) createKey(ctx context.Context, p account.Principal, in *struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"200"`
		Grant
		Scopes    []string `json:"scopes,omitempty" maxItems:"30"`
		ExpiresAt string   `json:"expires_at,omitempty" doc:"Never when missing"`
	}
},
) (*struct{ Body madeKey }, error) {
	if err := wire.Must(p, account.ManageAccounts); err != nil {
		return nil, err
	}
	c, zone, err := a.home(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	m, err := in.Body.read(c)
	if err != nil {
		return nil, err
	}
	n := account.NewKey{Name: in.Body.Name, Role: m.Role, Staff: m.Staff, Reach: m.Reach, Location: m.Location}
	for _, s := range in.Body.Scopes {
		n.Scopes = append(n.Scopes, account.Action(s))
	}
	if in.Body.ExpiresAt != "" {
		if n.ExpiresAt, err = wire.ReadInstant("expires_at", in.Body.ExpiresAt); err != nil {
			return nil, err
		}
	}
	text, k, err := a.Gate.CreateKey(ctx, p, n)
	if err != nil {
		return nil, err
	}
	return &struct{ Body madeKey }{madeKey{keyOf(k, zone), text}}, nil
}

func (a *API) revokeKey(ctx context.Context, p account.Principal, in *wire.NounPath) (*struct{}, error) {
	return nil, a.Gate.RevokeKey(ctx, p, id.Key(in.ID))
}

package setup

import (
	"context"
	"slices"

	"kept/account"
	"kept/catalog"
	"kept/fault"
	"kept/id"
)

// noun is what the four sorts of things have in common, so that they are
// created, changed, archived and listed in one way.
type noun[T any, I ~string] struct {
	kind   string // in events and "not found"
	all    func(*catalog.Catalog) []*T
	head   func(*T) (key *I, position *int, archived *bool)
	check  func(c *change, thing *T)
	insert func(ctx context.Context, business id.Business, thing *T) error
	update func(ctx context.Context, business id.Business, thing *T) error
}

// Page asks for a part of a list.
type Page[I ~string] struct {
	After I   // the last one seen; empty to begin
	Limit int // 1 to 200; 0 means 50
}

// List is a part of a list, in the order in which the owner arranged it.
type List[T any, I ~string] struct {
	Items []*T // shared: not to be changed
	Next  I    // Page.After of the next part; empty when this is the last
}

const (
	usualPage = 50
	mostPage  = 200
)

func pageSize(limit int) int {
	if limit <= 0 {
		return usualPage
	}
	return min(limit, mostPage)
}

// find gives a thing that is there and not archived.
func (n noun[T, I]) find(c *catalog.Catalog, want I) (*T, error) {
	for _, thing := range n.all(c) {
		if key, _, archived := n.head(thing); *key == want && !*archived {
			return thing, nil
		}
	}
	return nil, fault.Missing(n.kind)
}

func create[T any, I ~string](ctx context.Context, o *Office, who account.Principal, n noun[T, I], draft T) (*T, error) {
	thing := new(T)
	err := o.write(ctx, who, account.WriteSettings, func(ctx context.Context, c *change) (string, string, error) {
		*thing = draft
		key, err := place(ctx, o, c, n, thing)
		return n.kind, string(key), err
	})
	if err != nil {
		return nil, err
	}
	return thing, nil
}

// place checks a new thing and writes it, behind the others unless it has a position.
func place[T any, I ~string](ctx context.Context, o *Office, c *change, n noun[T, I], thing *T) (I, error) {
	key, position, archived := n.head(thing)
	*archived = false
	if *key == "" {
		*key = id.New[I](o.Clock.Now().UTC())
	}
	if *position == 0 {
		for _, other := range n.all(c.setting.Catalog) {
			_, p, _ := n.head(other)
			*position = max(*position, *p)
		}
		*position++
	}
	c.checkPosition(*position)
	n.check(c, thing)
	if err := c.checker.Err(); err != nil {
		return "", err
	}
	return *key, n.insert(ctx, c.who.Business, thing)
}

func update[T any, I ~string](
	ctx context.Context, o *Office, who account.Principal, n noun[T, I], want I, edit func(*T) error,
	then func(ctx context.Context, c *change, old, thing *T) error,
) (*T, error) {
	thing := new(T)
	err := o.write(ctx, who, account.WriteSettings, func(ctx context.Context, c *change) (string, string, error) {
		old, err := n.find(c.setting.Catalog, want)
		if err != nil {
			return "", "", err
		}
		*thing = *old
		if err := edit(thing); err != nil {
			return "", "", err
		}
		key, position, archived := n.head(thing)
		*key, *archived = want, false
		c.checkPosition(*position)
		n.check(c, thing)
		if err := c.checker.Err(); err != nil {
			return "", "", err
		}
		if err := n.update(ctx, who.Business, thing); err != nil {
			return "", "", err
		}
		if then != nil {
			if err := then(ctx, c, old, thing); err != nil {
				return "", "", err
			}
		}
		return n.kind, string(want), nil
	})
	if err != nil {
		return nil, err
	}
	return thing, nil
}

func archive[T any, I ~string](ctx context.Context, o *Office, who account.Principal, n noun[T, I], want I) error {
	return o.write(ctx, who, account.WriteSettings, func(ctx context.Context, c *change) (string, string, error) {
		thing, err := n.find(c.setting.Catalog, want)
		if err != nil {
			return "", "", err
		}
		_, _, archived := n.head(thing)
		*archived = true
		return n.kind, string(want), n.update(ctx, who.Business, thing)
	})
}

func show[T any, I ~string](ctx context.Context, o *Office, who account.Principal, n noun[T, I], want I) (*T, error) {
	setting, err := o.read(ctx, who)
	if err != nil {
		return nil, err
	}
	return n.find(setting.Catalog, want)
}

// list pages through what is not archived. The key of a page is the last thing
// seen; its place in the order is looked up, also when it was archived since.
func list[T any, I ~string](ctx context.Context, o *Office, who account.Principal, n noun[T, I], page Page[I]) (List[T, I], error) {
	var out List[T, I]
	setting, err := o.read(ctx, who)
	if err != nil {
		return out, err
	}
	all := n.all(setting.Catalog)
	if page.After != "" {
		at := slices.IndexFunc(all, func(thing *T) bool { key, _, _ := n.head(thing); return *key == page.After })
		if at < 0 {
			return out, fault.BadField("cursor", "unknown", "is no cursor of this list")
		}
		all = all[at+1:]
	}
	limit := pageSize(page.Limit)
	for _, thing := range all {
		if _, _, archived := n.head(thing); *archived {
			continue
		}
		if len(out.Items) == limit {
			key, _, _ := n.head(out.Items[limit-1])
			out.Next = *key
			break
		}
		out.Items = append(out.Items, thing)
	}
	return out, nil
}

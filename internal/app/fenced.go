package app

import (
	"context"

	"kept/account"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/store"
	"kept/message"
	"kept/plan"
	"kept/span"
)

// near lists what is within reach of whoever the context is enclosed by. A list
// that leaves things out is read on until there are as many as were asked for:
// else a page would look like the last one.
func near[T any](
	ctx context.Context, f store.Fence, business id.Business, limit int, card func(T) id.Client, next func(last *T) ([]T, error),
) ([]T, error) {
	list, err := next(nil)
	if _, enclosed := account.Enclosed(ctx); !enclosed || err != nil {
		return list, err
	}
	var out []T
	for {
		own, err := store.Only(ctx, f, business, list, card)
		if err != nil {
			return nil, err
		}
		out = append(out, own...)
		if limit <= 0 || len(list) < limit || len(out) >= limit {
			if limit > 0 {
				out = out[:min(len(out), limit)]
			}
			return out, nil
		}
		if list, err = next(&list[len(list)-1]); err != nil {
			return nil, err
		}
	}
}

// unseen is what is told of a thing whose card is out of reach: as of one that
// is not there.
func unseen(err error, what string) error {
	if account.IsBeyond(err) {
		return account.Beyond(what)
	}
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return fault.Missing(what)
	}
	return err
}

// fencedMessages are the messages within reach.
type fencedMessages struct {
	*store.Messages
	fence store.Fence
}

// List implements shell.Messages.
func (m fencedMessages) List(ctx context.Context, business id.Business, f message.Filter, now span.Instant) ([]message.Message, error) {
	return near(ctx, m.fence, business, f.Limit, func(one message.Message) id.Client { return one.Client },
		func(last *message.Message) ([]message.Message, error) {
			if last != nil {
				f.AfterDue, f.AfterID = last.Due, last.ID
			}
			return m.Messages.List(ctx, business, f, now)
		})
}

// Waiting implements shell.Messages. It stands on every page: who reaches all of the business has it counted.
func (m fencedMessages) Waiting(ctx context.Context, business id.Business, now span.Instant, most int) (int, error) {
	if _, enclosed := account.Enclosed(ctx); !enclosed {
		return m.Messages.Waiting(ctx, business, now, most)
	}
	list, err := m.List(ctx, business, message.Filter{Status: message.ShownDue, Limit: most}, now)
	return len(list), err
}

// Find implements shell.Messages.
func (m fencedMessages) Find(ctx context.Context, business id.Business, want id.Message) (message.Message, error) {
	one, err := m.Messages.Find(ctx, business, want)
	if err != nil {
		return message.Message{}, err
	}
	return one, unseen(m.fence.Card(ctx, business, one.Client), "message")
}

// fencedPlans are the items of plans within reach.
type fencedPlans struct {
	*plan.Planner
	fence store.Fence
}

// List implements planapi.Planner.
func (p fencedPlans) List(ctx context.Context, business id.Business, f plan.Filter) ([]plan.Item, error) {
	return near(ctx, p.fence, business, f.Limit, func(i plan.Item) id.Client { return i.Client },
		func(last *plan.Item) ([]plan.Item, error) {
			if last != nil {
				f.AfterDue, f.AfterID = last.Due, last.ID
			}
			return p.Planner.List(ctx, business, f)
		})
}

// Find implements planapi.Planner.
func (p fencedPlans) Find(ctx context.Context, business id.Business, want id.Plan) (plan.Item, error) {
	i, err := p.Planner.Find(ctx, business, want)
	if err != nil {
		return plan.Item{}, err
	}
	return i, unseen(p.fence.Card(ctx, business, i.Client), "plan")
}

// Create implements planapi.Planner.
func (p fencedPlans) Create(ctx context.Context, business id.Business, d plan.Draft, actor event.Actor) (plan.Item, error) {
	if err := p.fence.Card(ctx, business, d.Client); err != nil {
		return plan.Item{}, err
	}
	return p.Planner.Create(ctx, business, d, actor)
}

// Update implements planapi.Planner.
func (p fencedPlans) Update(
	ctx context.Context, business id.Business, want id.Plan, version int64, actor event.Actor, change func(*plan.Change) error,
) (plan.Item, error) {
	if _, err := p.Find(ctx, business, want); err != nil {
		return plan.Item{}, err
	}
	return p.Planner.Update(ctx, business, want, version, actor, change)
}

// Skip implements planapi.Planner.
func (p fencedPlans) Skip(ctx context.Context, business id.Business, want id.Plan, version int64, actor event.Actor) (plan.Item, error) {
	if _, err := p.Find(ctx, business, want); err != nil {
		return plan.Item{}, err
	}
	return p.Planner.Skip(ctx, business, want, version, actor)
}

// Offer implements planapi.Planner.
func (p fencedPlans) Offer(ctx context.Context, business id.Business, want id.Plan, version int64, actor event.Actor) (plan.Item, error) {
	if _, err := p.Find(ctx, business, want); err != nil {
		return plan.Item{}, err
	}
	return p.Planner.Offer(ctx, business, want, version, actor)
}

// Remove implements planapi.Planner.
func (p fencedPlans) Remove(ctx context.Context, business id.Business, want id.Plan, actor event.Actor) error {
	if _, err := p.Find(ctx, business, want); err != nil {
		return err
	}
	return p.Planner.Remove(ctx, business, want, actor)
}

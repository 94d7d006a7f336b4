package privacy

import (
	"context"
	"slices"

	"kept/account"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Order says whom to erase and why.
type Order struct {
	Client id.Client
	Reason string // one of Reasons; ByRequest when empty
	Ahead  string // what to do with bookings that are ahead: Refuse, Cancel or Keep
}

// Erase destroys everything about a client but what a statute holds, and
// writes the record of it. It needs the right to erase clients; a client may
// have themselves erased. Faults: forbidden, not_found, invalid, and conflict
// while something is booked ahead or held.
func (o *Office) Erase(ctx context.Context, who account.Principal, order Order) (Record, error) {
	if !who.May(account.EraseClients) && !self(who, order.Client) {
		return Record{}, needs(who, account.EraseClients)
	}
	if order.Reason == "" {
		order.Reason = ByRequest
	}
	var check fault.Checker
	check.Require(slices.Contains(Reasons(), order.Reason), "reason", "unknown", "is no reason to erase somebody")
	check.Require(slices.Contains([]string{Refuse, Cancel, Keep}, order.Ahead), "ahead", "unknown", "cancel or keep")
	if err := check.Err(); err != nil {
		return Record{}, err
	}
	return o.erase(ctx, who, order)
}

// self tells whether a client asks about their own card.
func self(who account.Principal, client id.Client) bool {
	return who.Kind == account.KindClient && who.ID == string(client) && client != ""
}

func (o *Office) erase(ctx context.Context, who account.Principal, order Order) (Record, error) {
	var r Record
	var unlisted error
	err := o.Atomic.Do(ctx, func(ctx context.Context) error {
		standing, err := o.Cards.Standing(ctx, who.Business, order.Client)
		if err != nil {
			return err
		}
		if !standing {
			return fault.Missing("client")
		}
		now := o.Clock.Now()
		r = Record{
			ID: id.New[id.Erasure](now.UTC()), Client: order.Client, Reason: order.Reason, Actor: bare(who.Actor()), At: now,
		}
		if r.Kept, err = o.held(ctx, who.Business, order, now); err != nil {
			return err
		}
		if r.Cancelled, err = o.clearDiary(ctx, who.Business, order, now); err != nil {
			return err
		}
		policy, err := o.Policies.Policy(ctx, who.Business)
		if err != nil {
			return err
		}
		r.Regime = policy.Law()
		gone, err := o.Cards.Erase(ctx, who.Business, order.Client, now)
		if err != nil {
			return err
		}
		// Not before it is certain: the list would have them erased at the next start.
		o.Atomic.AfterCommit(ctx, func() { unlisted = o.Graveyard.Bury(ctx, gone.tombs(who.Business, now)...) })
		r.Counts = gone.Counts
		if err := o.Records.InsertRecord(ctx, who.Business, r); err != nil {
			return err
		}
		return o.Journal.Append(ctx, event.Event{
			Business: who.Business, Type: event.ClientErased, Actor: who.Actor(), Client: order.Client,
			Data: event.Data{Reason: order.Reason},
		})
	})
	if err != nil {
		return Record{}, err
	}
	if unlisted != nil {
		return r, fault.Wrap(fault.Unavailable, fault.CodeUnavailable,
			"erased, but the list of erasures could not be written; it is tried again by itself", unlisted)
	}
	return r, nil
}

func (g Gone) tombs(business id.Business, at span.Instant) []Tomb {
	out := make([]Tomb, len(g.Clients))
	for i, c := range g.Clients {
		out[i] = Tomb{business, c, at}
	}
	return out
}

// bare leaves out from where somebody acted: a record outlives what says so.
func bare(a event.Actor) event.Actor { return event.Actor{Kind: a.Kind, ID: a.ID} }

// held gives what a statute keeps, and refuses while anything else is held. A
// restored backup knows holds that ended since, and cannot ask.
func (o *Office) held(ctx context.Context, business id.Business, order Order, now span.Instant) ([]Hold, error) {
	holds, err := o.Cards.Holds(ctx, business, order.Client)
	if err != nil {
		return nil, err
	}
	var kept []Hold
	for _, h := range holds {
		switch {
		case h.Until <= now:
		case h.Class == ClassStatute:
			kept = append(kept, h)
		case order.Reason != ByRestore:
			return nil, conflict("the card is held (" + h.Reason + "); end the hold first")
		}
	}
	return kept, nil
}

// clearDiary does what was ordered with bookings that are ahead.
func (o *Office) clearDiary(ctx context.Context, business id.Business, order Order, now span.Instant) (cancelled int, err error) {
	if order.Ahead == Keep || order.Reason == ByRestore {
		return 0, nil
	}
	ahead, err := o.Diary.Ahead(ctx, business, order.Client, now)
	if err != nil || len(ahead) == 0 {
		return 0, err
	}
	if order.Ahead != Cancel {
		return 0, conflict("visits are booked ahead; say whether to cancel or to keep them")
	}
	for _, b := range ahead {
		if err := o.Diary.Cancel(ctx, account.System(business), b); err != nil {
			return 0, err
		}
	}
	return len(ahead), nil
}

// replayed bounds how many erasures are read at once.
const replayed = 500

// Settle brings the list of erasures up to date with the database: with what
// another node has erased, or what could not be written when it was due.
func (o *Office) Settle(ctx context.Context) error {
	_, err := o.level(ctx)
	return err
}

// Replay erases again whoever a restored backup has brought back, and brings
// the list beside the database up to date. It runs at every start, before
// anybody is served. It gives how many were erased again.
func (o *Office) Replay(ctx context.Context) (int, error) {
	back, err := o.level(ctx)
	if err != nil {
		return 0, err
	}
	again := 0
	for _, t := range back {
		_, err := o.erase(ctx, account.System(t.Business), Order{Client: t.Client, Reason: ByRestore})
		switch {
		case err == nil:
			again++
		case fault.KindOf(err) != fault.NotFound: // erased meanwhile, or of another database
			return again, err
		}
	}
	return again, nil
}

// level enters in the list whoever the database knows as erased and the list
// does not, and gives whom the list knows and the database does not.
func (o *Office) level(ctx context.Context) (back []Tomb, err error) {
	who := func(t Tomb) Tomb { return Tomb{Business: t.Business, Client: t.Client} }
	tombs, err := o.Graveyard.Tombs(ctx)
	if err != nil {
		return nil, err
	}
	listed, gone := make(map[Tomb]bool, len(tombs)), map[Tomb]bool{}
	for _, t := range tombs {
		listed[who(t)] = true
	}
	for after := (Tomb{}); ; {
		list, err := o.Cards.Erased(ctx, after, replayed)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 {
			break
		}
		after = list[len(list)-1]
		for _, t := range list {
			gone[who(t)] = true
		}
		fresh := slices.DeleteFunc(list, func(t Tomb) bool { return listed[who(t)] })
		if len(fresh) == 0 {
			continue
		}
		if err := o.Graveyard.Bury(ctx, fresh...); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(tombs, func(t Tomb) bool { return gone[who(t)] }), nil
}

// Record gives a record of destruction; faults forbidden, not_found.
func (o *Office) Record(ctx context.Context, who account.Principal, want id.Erasure) (Record, error) {
	if err := needs(who, account.ManagePrivacy); err != nil {
		return Record{}, err
	}
	return o.Records.FindRecord(ctx, who.Business, want)
}

// ListRecords gives records of destruction, the newest first; fault forbidden.
func (o *Office) ListRecords(ctx context.Context, who account.Principal, before id.Erasure, limit int) ([]Record, error) {
	if err := needs(who, account.ManagePrivacy); err != nil {
		return nil, err
	}
	return o.Records.ListRecords(ctx, who.Business, before, bounded(limit))
}

// bounded keeps a list's length to what is read at once.
func bounded(limit int) int {
	if limit <= 0 {
		return 50
	}
	return min(limit, 201)
}

package chain

import (
	"context"
	"slices"

	"kept/account"
	"kept/availability"
	"kept/catalog"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Cards are the personal cards of all businesses; client.Registry is.
type Cards interface {
	// Proven gives a client and the contacts that they proved themselves; fault NotFound.
	Proven(ctx context.Context, business id.Business, client id.Client) (client.Client, []client.Contact, error)
	// Find gives a client; fault NotFound.
	Find(ctx context.Context, business id.Business, client id.Client) (client.Client, error)
	// Holders lists the clients of a business who carry a contact verified.
	Holders(ctx context.Context, business id.Business, kind, value string) ([]id.Client, error)
	// Lend gives a card to a branch and records it there; Abroad records it here.
	Lend(ctx context.Context, business id.Business, client id.Client, branch id.Business, actor event.Actor, health bool) (client.Sheet, error)
	Abroad(ctx context.Context, business id.Business, client id.Client, branch id.Business, actor event.Actor) error
	// Ledger gives what is said of a client.
	Ledger(ctx context.Context, business id.Business, client id.Client, health bool) (client.Ledger, error)
	// Learn writes facts down.
	Learn(ctx context.Context, business id.Business, client id.Client, said []client.Learned) error
}

// Consents tells what clients agreed to.
type Consents interface {
	// Since tells when the consent was given that stands for a purpose; 0 for none.
	Since(ctx context.Context, business id.Business, client id.Client, purpose string) (span.Instant, error)
}

// Visits gives the visits of a client, the latest first.
type Visits interface {
	VisitsOf(ctx context.Context, business id.Business, client id.Client, most int) ([]Visit, error)
}

// Tallies gives what is counted of a client.
type Tallies interface {
	Tally(ctx context.Context, business id.Business, client id.Client) (client.Tally, error)
}

// Settings gives the configuration of a business.
type Settings interface {
	Load(ctx context.Context, business id.Business, version int64) (*availability.Setting, error)
}

// Lender lends cards between branches. Its operations need account.ReadClients;
// that the card here is within reach is for the edges to see to.
type Lender struct{ LenderParts }

// LenderParts are what a lender works with.
type LenderParts struct {
	Atomic   Atomic
	Board    *Board
	Cards    Cards
	Consents Consents
	Visits   Visits
	Tallies  Tallies
	Settings Settings
}

// NewLender makes a lender.
func NewLender(p LenderParts) *Lender { return &Lender{p} }

// mostVisits bounds how many visits a lent card tells.
const mostVisits = 100

// Branch is another branch that lends its card of the same person.
type Branch struct {
	Business id.Business
	Since    span.Instant          // when the client agreed to it there
	Health   bool                  // and to facts of health
	Set      *availability.Setting // of the branch: its name, services, staff
	client   id.Client
}

// missing is the one answer where nothing is lent, whatever the reason.
func missing() error { return fault.Missing("branch") }

func mayRead(who account.Principal) error {
	if !who.May(account.ReadClients) {
		return fault.New(fault.Forbidden, fault.CodeForbidden, "this is not yours to do")
	}
	return nil
}

// Branches lists where else a client has a card that they agreed to lend. It
// opens none and records nothing. Fault Forbidden; in a chain, NotFound for the
// client.
func (l *Lender) Branches(ctx context.Context, who account.Principal, of id.Client) ([]Branch, error) {
	return l.lent(ctx, who, of, func(id.Business) bool { return true })
}

// one gives one branch that lends its card; fault NotFound.
func (l *Lender) one(ctx context.Context, who account.Principal, of id.Client, branch id.Business) (Branch, error) {
	list, err := l.lent(ctx, who, of, func(b id.Business) bool { return b == branch })
	if err != nil {
		return Branch{}, err
	}
	if len(list) == 0 {
		return Branch{}, missing()
	}
	return list[0], nil
}

// lent asks the wanted branches anew.
func (l *Lender) lent(ctx context.Context, who account.Principal, of id.Client, wanted func(id.Business) bool) ([]Branch, error) {
	if err := mayRead(who); err != nil {
		return nil, err
	}
	v, err := l.Board.Of(ctx, who.Business)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return nil, nil //nolint:nilerr // there is no other branch; a card is opened without another question
	}
	if err != nil {
		return nil, err
	}
	c, proven, err := l.Cards.Proven(ctx, who.Business, of)
	if err != nil || len(proven) == 0 {
		return nil, err
	}
	own := slices.IndexFunc(v.Members, func(m Member) bool { return m.Business == who.Business })
	if own < 0 {
		return nil, nil // it has left between the two questions
	}
	var out []Branch
	for _, m := range v.Members {
		if m.Business == who.Business || !wanted(m.Business) {
			continue
		}
		b, ok, err := l.agreed(ctx, c, proven, m, max(m.JoinedAt, v.Members[own].JoinedAt))
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		if b.Set, err = l.Settings.Load(ctx, m.Business, 0); err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// agreed finds the person's card at a branch that they agreed to lend since an instant.
func (l *Lender) agreed(
	ctx context.Context, c client.Client, proven []client.Contact, m Member, joined span.Instant,
) (Branch, bool, error) {
	asked := map[id.Client]bool{}
	for _, k := range proven {
		holders, err := l.Cards.Holders(ctx, m.Business, k.Kind, k.Value)
		if err != nil {
			return Branch{}, false, err
		}
		for _, holder := range holders {
			if asked[holder] {
				continue
			}
			asked[holder] = true
			b, ok, err := l.lends(ctx, c, holder, m.Business, joined)
			if err != nil || ok {
				return b, ok, err
			}
		}
	}
	return Branch{}, false, nil
}

// lends tells whether a card is the person's and may be lent.
func (l *Lender) lends(ctx context.Context, c client.Client, holder id.Client, at id.Business, joined span.Instant) (Branch, bool, error) {
	b := Branch{Business: at, client: holder}
	var err error
	if b.Since, err = l.Consents.Since(ctx, at, holder, catalog.PurposeSharing); err != nil || b.Since == 0 || b.Since < joined {
		return Branch{}, false, err
	}
	health, err := l.Consents.Since(ctx, at, holder, catalog.PurposeSharingHealth)
	if err != nil {
		return Branch{}, false, err
	}
	b.Health = health != 0 && health >= joined
	other, err := l.Cards.Find(ctx, at, holder)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return Branch{}, false, nil //nolint:nilerr // erased meanwhile
	}
	return b, err == nil && client.SameName(c.Name, other.Name), err
}

// Sheet gives what a branch lends of its card of the same person, and records
// it on both cards. Faults Forbidden, NotFound: one answer, whatever the
// reason, where nothing is lent.
func (l *Lender) Sheet(ctx context.Context, who account.Principal, of id.Client, branch id.Business) (Shared, error) {
	var s Shared
	err := l.Atomic.Do(ctx, func(ctx context.Context) error {
		b, err := l.one(ctx, who, of, branch)
		if err != nil {
			return err
		}
		health := b.Health && who.May(account.ReadHealth)
		whole, err := l.Cards.Lend(ctx, branch, b.client, who.Business, who.Actor(), health)
		if err != nil {
			return err
		}
		if err := l.Cards.Abroad(ctx, who.Business, of, branch, who.Actor()); err != nil {
			return err
		}
		s = share(whole, health)
		s.Branch = b
		s.Health = health
		return l.history(ctx, who, &s)
	})
	return s, err
}

// history adds visits and counts, for those who may see such things here.
func (l *Lender) history(ctx context.Context, who account.Principal, s *Shared) error {
	t, err := l.Tallies.Tally(ctx, s.Business, s.client)
	if err != nil {
		return err
	}
	s.Counts = Counts{Visits: t.Visits, NoShows: t.NoShows, LateCancels: t.LateCancels}
	if who.May(account.ReadBookings) {
		s.Visits, err = l.Visits.VisitsOf(ctx, s.Business, s.client, mostVisits)
	}
	return err
}

// Fresh gives the facts of the client on a lent card that Bring would write
// down here.
func (l *Lender) Fresh(ctx context.Context, who account.Principal, of id.Client, s Shared) ([]client.Fact, error) {
	here, err := l.Cards.Ledger(ctx, who.Business, of, true)
	return blanks(s.Facts, here), err
}

// Bring writes facts of the lent card down on the card here, as said by who
// said them there. What the same side has said here already stays. It tells
// how many were new. Faults Forbidden, NotFound.
func (l *Lender) Bring(ctx context.Context, who account.Principal, of id.Client, branch id.Business, want []id.Fact) (int, error) {
	if !who.May(account.WriteClients) {
		return 0, fault.New(fault.Forbidden, fault.CodeForbidden, "this is not yours to do")
	}
	brought := 0
	err := l.Atomic.Do(ctx, func(ctx context.Context) error {
		s, err := l.Sheet(ctx, who, of, branch)
		if err != nil {
			return err
		}
		here, err := l.Cards.Ledger(ctx, who.Business, of, true)
		if err != nil {
			return err
		}
		var said []client.Learned
		for _, f := range blanks(s.Facts, here) {
			if slices.Contains(want, f.ID) {
				said = append(said, client.Learned{
					Key: f.Key, Value: f.Value, Class: f.Class, Side: f.Side, Source: client.SourceChain, SourceID: string(branch),
					Actor: who.Actor(), Blind: !who.May(account.ReadHealth),
				})
			}
		}
		brought = len(said)
		return l.Cards.Learn(ctx, who.Business, of, said)
	})
	return brought, err
}

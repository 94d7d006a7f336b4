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

// What a person may ask for.
const (
	AskAccess   = "access"
	AskExport   = "export"
	AskRectify  = "rectify"
	AskErase    = "erase"
	AskRestrict = "restrict"
	AskObject   = "object"
)

// Asks lists what may be asked for.
func Asks() []string {
	return []string{AskAccess, AskExport, AskRectify, AskErase, AskRestrict, AskObject}
}

// How a petition ended.
const (
	Done      = "done"
	Refused   = "refused"
	Withdrawn = "withdrawn"
)

// Petition is what a person asked for, and by when it must be answered.
type Petition struct {
	ID       id.Petition
	Client   id.Client
	Kind     string // one of Asks
	Regime   Regime // by whose term it is due
	Source   string // client, desk
	Note     string // the person's words
	Received span.Instant
	Due      span.Instant
	Extended bool
	Closed   span.Instant // 0: open
	Outcome  string       // Done, Refused, Withdrawn
	Actor    event.Actor
	Version  int64
}

// Late tells whether its time is over without an answer.
func (p Petition) Late(now span.Instant) bool { return p.Closed == 0 && now > p.Due }

// PetitionFilter narrows a list; zero fields do not.
type PetitionFilter struct {
	Client id.Client
	Open   bool
	Before id.Petition
	Limit  int
}

const maxPetition = 4000 // characters of a note

// Ask enters what a person asks for: staff with the right to manage privacy
// for anybody, a client for themselves. received is 0 for now. Faults
// forbidden, invalid, not_found.
func (o *Office) Ask(ctx context.Context, who account.Principal, client id.Client, kind, note string, received span.Instant) (Petition, error) {
	own := self(who, client)
	if !own {
		if err := needs(who, account.ManagePrivacy); err != nil {
			return Petition{}, err
		}
	}
	now := o.Clock.Now()
	if received == 0 || own {
		received = now
	}
	var check fault.Checker
	check.Require(slices.Contains(Asks(), kind), "kind", "unknown", "cannot be asked for")
	check.Text("note", note, 0, maxPetition)
	check.Require(received <= now && received > now-366*span.Day, "received", "range", "must be in the last year")
	if err := check.Err(); err != nil {
		return Petition{}, err
	}
	zone, err := o.Zones.Zone(ctx, who.Business)
	if err != nil {
		return Petition{}, err
	}
	p := Petition{
		ID: id.New[id.Petition](now.UTC()), Client: client, Kind: kind, Source: "desk", Note: note,
		Received: received, Actor: bare(who.Actor()), Version: 1,
	}
	if own {
		p.Source = "client"
	}
	err = o.Atomic.Do(ctx, func(ctx context.Context) error {
		standing, err := o.Cards.Standing(ctx, who.Business, client)
		if err != nil {
			return err
		}
		if !standing {
			return fault.Missing("client")
		}
		policy, err := o.Policies.Policy(ctx, who.Business)
		if err != nil {
			return err
		}
		p.Regime = policy.Law()
		p.Due = policy.term(kind).After(received, zone)
		return o.Petitions.InsertPetition(ctx, who.Business, p)
	})
	return p, err
}

// Extend gives a petition more time, once, as its law allows when the person
// is told why. Faults forbidden, not_found, conflict.
func (o *Office) Extend(ctx context.Context, who account.Principal, want id.Petition) (Petition, error) {
	zone, err := o.Zones.Zone(ctx, who.Business)
	if err != nil {
		return Petition{}, err
	}
	return o.alter(ctx, who, want, func(p *Petition) error {
		if p.Extended {
			return conflict("it was extended before; that can be done once")
		}
		p.Extended = true
		p.Due = p.Regime.Longer(p.Kind).After(p.Due, zone)
		return nil
	})
}

// Close ends a petition with an outcome; a client may withdraw their own.
// Faults forbidden, not_found, invalid, conflict.
func (o *Office) Close(ctx context.Context, who account.Principal, want id.Petition, outcome string) (Petition, error) {
	if !slices.Contains([]string{Done, Refused, Withdrawn}, outcome) {
		return Petition{}, fault.BadField("outcome", "unknown", "done, refused or withdrawn")
	}
	return o.alter(ctx, who, want, func(p *Petition) error {
		if self(who, p.Client) && outcome != Withdrawn {
			return needs(who, account.ManagePrivacy)
		}
		p.Closed, p.Outcome = o.Clock.Now(), outcome
		return nil
	})
}

func (o *Office) alter(ctx context.Context, who account.Principal, want id.Petition, change func(*Petition) error) (Petition, error) {
	var p Petition
	if who.Kind != account.KindClient {
		if err := needs(who, account.ManagePrivacy); err != nil {
			return p, err
		}
	}
	err := o.Atomic.Do(ctx, func(ctx context.Context) error {
		var err error
		if p, err = o.Petitions.FindPetition(ctx, who.Business, want); err != nil {
			return err
		}
		if who.Kind == account.KindClient && !self(who, p.Client) {
			return fault.Missing("request")
		}
		if p.Closed != 0 {
			return conflict("it is closed already")
		}
		if err := change(&p); err != nil {
			return err
		}
		if err := o.Petitions.UpdatePetition(ctx, who.Business, p); err != nil {
			return err
		}
		p.Version++
		return nil
	})
	return p, err
}

// ListPetitions lists what people asked for, the newest first: all to staff
// with the right to manage privacy, their own to a client. Fault forbidden.
func (o *Office) ListPetitions(ctx context.Context, who account.Principal, f PetitionFilter) ([]Petition, error) {
	if !self(who, f.Client) {
		if err := needs(who, account.ManagePrivacy); err != nil {
			return nil, err
		}
	}
	f.Limit = bounded(f.Limit)
	return o.Petitions.ListPetitions(ctx, who.Business, f)
}

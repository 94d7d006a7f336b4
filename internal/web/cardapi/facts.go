package cardapi

import (
	"context"
	"net/http"
	"time"

	"kept/account"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/web/wire"
	"kept/span"
)

func (c *cards) registerFacts() {
	const path = "/clients/{id}/facts"
	wire.Op(c.edge, http.MethodGet, path, "list-facts", "What both sides say of a client and their subjects, conflicts and warnings", c.listFacts)
	o := wire.Operation(http.MethodPost, path, "add-fact", "Write down what is known; what was said before stays as history")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(c.edge, o, c.addFact)
	wire.Op(c.edge, http.MethodGet, path+"/{key}/history", "fact-history", "All that was ever said under a key, the latest first", c.factHistory)
	wire.Op(c.edge, http.MethodPost, path+"/{fact}/settle", "settle-fact", "Decide for a fact of which the other side says something else", c.settleFact)
}

// FactBody is a fact on the wire.
type FactBody struct {
	ID         string        `json:"id"`
	Subject    string        `json:"subject,omitempty" doc:"Missing: of the client themselves"`
	Key        string        `json:"key"`
	Side       string        `json:"side" enum:"client,staff" doc:"Whose word it is"`
	Class      string        `json:"class" enum:"plain,warning,health"`
	Kind       string        `json:"kind" enum:"text,number,date,yes_no,choice," doc:"Empty where the side took its word back"`
	Value      string        `json:"value" doc:"A number with a point, a date as 2006-01-02, yes or no"`
	Doubt      string        `json:"doubt,omitempty" doc:"What speaks against the value as it is written: vin_length, vin_letters, vin_check"`
	Source     string        `json:"source" enum:"client,staff,booking,form,message,import,chain"`
	SourceID   string        `json:"source_id,omitempty"`
	At         wire.Moment   `json:"at"`
	Overruled  bool          `json:"overruled,omitempty" doc:"The desk has decided for what the other side says"`
	ReplacedAt wire.Optional `json:"replaced_at" doc:"The same side has said something else since"`
}

func factOf(f client.Fact, zone *time.Location) FactBody {
	return FactBody{
		string(f.ID), string(f.Subject), f.Key, f.Side, f.Class, f.Value.Kind, f.Value.Text, f.Doubt(), f.Source, f.SourceID,
		wire.At(f.At, zone), f.OverruledAt != 0, wire.Maybe(f.ReplacedAt, zone),
	}
}

// ConflictBody is what the sides do not agree on.
type ConflictBody struct {
	Client FactBody `json:"client"`
	Staff  FactBody `json:"staff"`
}

// FactsBody is what both sides say.
type FactsBody struct {
	Items     []FactBody     `json:"items" doc:"What each side says now, by subject, key and side"`
	Conflicts []ConflictBody `json:"conflicts" doc:"Of which the sides say different values and nobody has decided yet"`
	Warnings  []FactBody     `json:"warnings" doc:"What must be seen at a visit"`
	Next      *string        `json:"next"`
}

func factsOf(l client.Ledger, zone *time.Location) FactsBody {
	body := func(f client.Fact) FactBody { return factOf(f, zone) }
	out := FactsBody{Items: list(l.All(), body).Items, Conflicts: []ConflictBody{}, Warnings: list(l.Warnings(), body).Items}
	for _, c := range l.Conflicts() {
		out.Conflicts = append(out.Conflicts, ConflictBody{body(c.Client), body(c.Staff)})
	}
	return out
}

func (c *cards) listFacts(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	wire.Paging
},
) (*struct{ Body FactsBody }, error) {
	s, zone, err := c.seen(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	out := factsOf(s.Facts, zone)
	page, err := wire.Ordered(out.Items, in.Paging, func(f FactBody) string { return f.Subject + " " + f.Key + " " + f.Side })
	out.Items, out.Next = page.Items, page.Next
	return &struct{ Body FactsBody }{out}, err
}

func (c *cards) addFact(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	Body struct {
		Subject  string `json:"subject,omitempty" maxLength:"36" doc:"Missing: of the client themselves"`
		Key      string `json:"key" maxLength:"40" doc:"A known word (birth_date, allergies, vin, plate ...) or one of yours: small letters, digits, _"`
		Kind     string `json:"kind,omitempty" enum:"text,number,date,yes_no,choice" doc:"Missing takes back what this side said"`
		Value    string `json:"value,omitempty" maxLength:"4000"`
		Class    string `json:"class,omitempty" enum:"plain,warning,health" doc:"Never less guarded than the key asks for, or than it was"`
		Source   string `json:"source,omitempty" enum:"client,staff,form,message,import" default:"staff" doc:"Whose word it is: staff and import are the staff's"`
		SourceID string `json:"source_id,omitempty" maxLength:"64"`
	}
},
) (*struct{ Body FactsBody }, error) {
	who, zone, err := c.editor(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	b, health := in.Body, p.May(account.ReadHealth)
	subject, err := wire.OptionalID[id.Subject]("subject", b.Subject)
	if err != nil {
		return nil, err
	}
	err = c.Clients.Learn(ctx, p.Business, who, []client.Learned{{
		Subject: subject, Key: b.Key, Value: client.Value{Kind: b.Kind, Text: b.Value}, Class: b.Class,
		Source: b.Source, SourceID: b.SourceID, Actor: p.Actor(), Blind: !health,
	}})
	if err != nil {
		return nil, err
	}
	l, err := c.Clients.Ledger(ctx, p.Business, who, health)
	return &struct{ Body FactsBody }{factsOf(about(l, subject, b.Key), zone)}, err
}

// about narrows a ledger to one thing.
func about(l client.Ledger, subject id.Subject, key string) client.Ledger {
	var of []client.Fact
	for _, f := range l.All() {
		if f.Subject == subject && f.Key == key {
			of = append(of, f)
		}
	}
	return client.NewLedger(of)
}

func (c *cards) factHistory(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	Key     string `path:"key" maxLength:"40"`
	Subject string `query:"subject" maxLength:"36" doc:"Missing: of the client themselves"`
	wire.Paging
},
) (*struct{ Body wire.Page[FactBody] }, error) {
	cursor, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	who, zone, err := c.reader(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	all, err := c.Clients.FactHistory(ctx, p.Business, who, client.FactFilter{
		Subject: id.Subject(in.Subject), Key: in.Key, Health: p.May(account.ReadHealth),
		BeforeAt: span.Instant(cursor.At), BeforeID: id.Fact(cursor.ID), Limit: in.Limit + 1,
	}, p.Actor())
	if err != nil {
		return nil, err
	}
	all, next := wire.PageOf(all, in.Limit, func(f client.Fact) wire.Cursor { return wire.Cursor{At: int64(f.At), ID: string(f.ID)} })
	out := list(all, func(f client.Fact) FactBody { return factOf(f, zone) })
	out.Next = next
	return &struct{ Body wire.Page[FactBody] }{out}, nil
}

func (c *cards) settleFact(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	Fact string `path:"fact" maxLength:"36"`
},
) (*struct{ Body FactsBody }, error) {
	who, zone, err := c.editor(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	keep, err := wire.ReadID[id.Fact]("fact", in.Fact)
	if err != nil {
		return nil, err
	}
	health := p.May(account.ReadHealth)
	if err := c.Clients.Settle(ctx, p.Business, who, keep, health, p.Actor()); err != nil {
		return nil, err
	}
	l, err := c.Clients.Ledger(ctx, p.Business, who, health)
	if err != nil {
		return nil, err
	}
	for _, f := range l.All() {
		if f.ID == keep {
			return &struct{ Body FactsBody }{factsOf(about(l, f.Subject, f.Key), zone)}, nil
		}
	}
	return nil, fault.Missing("fact")
}

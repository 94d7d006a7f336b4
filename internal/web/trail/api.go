package trail

import (
	"context"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"kept/account"
	"kept/audit"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/wire"
)

// Operations registers GET /audit and its neighbours.
func (d *Desk) Operations(e *wire.Edge) {
	wire.Op(e, http.MethodGet, "/audit", "list-audit", "Who did and saw what, the newest first", d.listAudit)
	d.glassOperation(e)
	d.beyondOperation(e)
	wire.Op(e, http.MethodGet, "/audit/verify", "verify-audit", "Prove that the record is as it was written", d.verify)
	o := wire.Operation(http.MethodGet, "/audit/export", "export-audit", "The record as a file, the newest first")
	o.Security = []map[string][]string{{"key": {}}}
	o.Errors = append(o.Errors, http.StatusForbidden)
	o.Responses = map[string]*huma.Response{"200": {
		Description: "One line an event or entry; cells that a table program would take for a formula begin with an apostrophe",
		Content: map[string]*huma.MediaType{
			"text/csv": {Schema: &huma.Schema{Type: "string", Format: "binary"}}, "application/jsonl": {Schema: &huma.Schema{Type: "string", Format: "binary"}},
		},
	}}
	huma.Register(e.Huma, o, func(ctx context.Context, in *exportIn) (*huma.StreamResponse, error) {
		p, f, err := d.asked(ctx, in.Query)
		if err != nil {
			return nil, e.Fail(ctx, err)
		}
		zone, err := d.home(ctx, p.Business)
		if err != nil {
			return nil, e.Fail(ctx, err)
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			r, w := humago.Unwrap(hc)
			d.export(w, r, p, f, in.Format, zone)
		}}, nil
	})
}

// Query narrows the record.
type Query struct {
	Client string `query:"client" maxLength:"36" doc:"Only what concerns this client"`
	Actor  string `query:"actor" maxLength:"36" doc:"Only what this user, key or client did"`
	Action string `query:"action" maxLength:"60" doc:"Only this: an action as card.read, or the type of an event"`
	From   string `query:"from" maxLength:"40" doc:"Not before"`
	To     string `query:"to" maxLength:"40" doc:"Before"`
}

func (q Query) filter() (audit.Filter, error) {
	f := audit.Filter{Action: q.Action}
	var err error
	if f.Client, err = wire.OptionalID[id.Client]("client", q.Client); err != nil {
		return f, err
	}
	if f.Actor, err = wire.OptionalID[string]("actor", q.Actor); err != nil {
		return f, err
	}
	if q.From != "" {
		if f.From, err = wire.ReadInstant("from", q.From); err != nil {
			return f, err
		}
	}
	if q.To != "" {
		if f.Until, err = wire.ReadInstant("to", q.To); err != nil {
			return f, err
		}
	}
	return f, nil
}

type exportIn struct {
	Query
	Format string `query:"format" enum:"csv,jsonl" default:"csv" doc:"CSV, or a JSON object a line"`
}

// asked checks who asks, and for what.
func (d *Desk) asked(ctx context.Context, q Query) (account.Principal, audit.Filter, error) {
	p, err := web.Required(ctx)
	if err == nil {
		err = wire.Must(p, account.ReadAudit)
	}
	if err != nil {
		return p, audit.Filter{}, err
	}
	f, err := q.filter()
	return p, f, err
}

// auditActor is who did it.
type auditActor struct {
	Kind string `json:"kind" doc:"user, key, client or system"`
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty" doc:"As it is now; none for who is gone"`
}

type auditLine struct {
	ID      string        `json:"id"`
	At      wire.Moment   `json:"at"`
	Kind    string        `json:"kind" enum:"write,read" doc:"write: an event; read: what was read, exported or tried"`
	Action  string        `json:"action"`
	Actor   auditActor    `json:"actor"`
	From    string        `json:"from,omitempty" doc:"Network address"`
	Client  wire.Somebody `json:"client"`
	Booking string        `json:"booking,omitempty"`
	Ref     string        `json:"ref,omitempty"`
	Detail  string        `json:"detail,omitempty"`
	Reason  string        `json:"reason,omitempty"`
	Seq     int64         `json:"seq,omitempty" doc:"Of an event"`
	Damaged bool          `json:"damaged,omitempty" doc:"Somebody has changed what was sealed"`
}

func bodyOf(l line, zone *time.Location) auditLine {
	b := auditLine{
		ID: l.ID, At: wire.At(l.At, zone), Kind: "read", Action: l.Action, From: l.Actor.From,
		Actor: auditActor{l.Actor.Kind, l.Actor.ID, l.actor}, Booking: string(l.Booking), Ref: l.Ref, Detail: l.Detail,
		Reason: l.Reason, Seq: l.Seq, Damaged: l.Damaged,
	}
	if l.Client != "" {
		b.Client = wire.Somebody{Ref: wire.Ref{ID: string(l.Client), Name: l.client}}
	}
	if l.Written {
		b.Kind = "write"
	}
	return b
}

type listOut struct{ Body wire.Page[auditLine] }

func (d *Desk) listAudit(ctx context.Context, p account.Principal, in *struct {
	Query
	wire.Paging
},
) (*listOut, error) {
	p, f, err := d.asked(ctx, in.Query)
	if err != nil {
		return nil, err
	}
	c, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	if c.ID != "" && !id.Valid(c.ID) {
		return nil, fault.BadField("cursor", "format", "take it from next of the page before")
	}
	zone, err := d.home(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	f.Before, f.Limit = c.ID, in.Limit
	lines, next, err := d.list(ctx, p, f)
	if err != nil {
		return nil, err
	}
	out := wire.Page[auditLine]{Items: make([]auditLine, len(lines))}
	for i, l := range lines {
		out.Items[i] = bodyOf(l, zone)
	}
	if next != "" {
		text := wire.Cursor{ID: next}.String()
		out.Next = &text
	}
	return &listOut{out}, nil
}

type auditFinding struct {
	Code  string `json:"code" doc:"block_missing, rows, signature, sealed, blanked, strays, cut"`
	Block int64  `json:"block"`
	Row   string `json:"row,omitempty"`
}

type auditReport struct {
	OK       bool           `json:"ok"`
	At       wire.Moment    `json:"at"`
	Blocks   int64          `json:"blocks"`
	Events   int64          `json:"events"`
	Entries  int64          `json:"entries"`
	Open     int64          `json:"open" doc:"Not sealed yet: what happened just now"`
	Blanked  int64          `json:"blanked" doc:"Lines whose address and reason went with an erased client"`
	Late     int64          `json:"late" doc:"Lines sealed more than an hour after they were made"`
	Head     auditHead      `json:"head" doc:"The last block: note it elsewhere, and a cut end is seen"`
	Findings []auditFinding `json:"findings" doc:"What is not as it was sealed; 100 at most"`
}

type auditHead struct {
	Number int64  `json:"number"`
	Hash   string `json:"hash"`
}

type reportOut struct{ Body auditReport }

func (d *Desk) verify(ctx context.Context, p account.Principal, _ *struct{}) (*reportOut, error) {
	if err := wire.Must(p, account.ReadAudit); err != nil {
		return nil, err
	}
	zone, err := d.home(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	r, err := d.Verifier.Verify(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	body := auditReport{
		OK: r.OK(), At: wire.At(r.At, zone), Blocks: r.Blocks, Events: r.Events, Entries: r.Entries, Open: r.Open,
		Blanked: r.Blanked, Late: r.Late, Head: auditHead{r.Head.Number, hex.EncodeToString(r.Head.Hash)}, Findings: []auditFinding{},
	}
	for _, f := range r.Findings {
		body.Findings = append(body.Findings, auditFinding(f))
	}
	return &reportOut{body}, nil
}

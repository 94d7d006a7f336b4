package visitorapi

import (
	"context"
	"net/http"
	"net/netip"

	"kept/account"
	"kept/booking"
	"kept/fault"
	"kept/id"
	"kept/internal/dial"
	"kept/internal/secret"
	"kept/internal/web"
	"kept/internal/web/wire"
	"kept/span"
	"kept/visitor"
)

// Prover sends codes and takes them; visitor.Door does.
type Prover interface {
	AskProof(ctx context.Context, r visitor.Request, to visitor.Purpose) (ticket string, c visitor.Contact, err error)
	Prove(ctx context.Context, business id.Business, to visitor.Purpose, ticket, typed string) (visitor.Proof, error)
	Remember(business id.Business, c visitor.Contact) string
}

// Holds keeps a slot longer for somebody who waits for a code.
type Holds interface {
	Prolong(ctx context.Context, who account.Principal, hold id.Hold) (*booking.Hold, error)
}

// Tokens reads the tokens of holds.
type Tokens interface {
	Verify(text string, kind byte) (secret.Token, error)
}

// Proofs answers those who are to show that a contact is theirs before they
// book: a code is sent, typed, and becomes a proof that is sent along with the
// booking. Idempotency keys mean nothing here: every try of a code counts.
type Proofs struct {
	API    *API
	Door   Prover
	Holds  Holds
	Tokens Tokens
	Slugs  interface {
		BySlug(ctx context.Context, slug string) (id.Business, error)
	}
	Clock interface{ Now() span.Instant }
}

// Register adds the operations to an edge.
func (a *Proofs) Register(e *wire.Edge) {
	o := wire.Operation(http.MethodPost, "/b/{slug}/codes", "create-code", "Have a code sent to one's own e-mail address or phone, to book with")
	o.DefaultStatus = http.StatusAccepted
	o.Errors = append(o.Errors, http.StatusForbidden, http.StatusGone, http.StatusTooManyRequests)
	wire.Public(e, o, a.ask)
	o = wire.Operation(http.MethodPost, "/b/{slug}/proofs", "create-proof", "Turn the code into a proof, which is sent along with one booking")
	o.DefaultStatus = http.StatusCreated
	o.Errors = append(o.Errors, http.StatusGone)
	wire.Public(e, o, a.prove)
}

type codeOut struct {
	Body struct {
		Ticket    string       `json:"ticket" doc:"Goes with the code"`
		SentTo    string       `json:"sent_to" doc:"The contact, mostly hidden"`
		ExpiresAt wire.Moment  `json:"expires_at"`
		HoldUntil *wire.Moment `json:"hold_until,omitempty" doc:"Until when the hold now keeps its slot"`
	}
}

func (a *Proofs) ask(ctx context.Context, in *struct {
	Slug string `path:"slug" maxLength:"100"`
	wire.Origin
	Body struct {
		Contact  string `json:"contact" maxLength:"254" doc:"An e-mail address, or a phone number with its country"`
		Language string `json:"language,omitempty" enum:"en,zh-Hant,ru" doc:"Of the message; that of the request if missing"`
		Hold     string `json:"hold,omitempty" maxLength:"200" doc:"The token of a hold, which is kept longer meanwhile"`
	}
},
) (*codeOut, error) {
	business, err := a.Slugs.BySlug(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	zone, err := a.API.zone(ctx, business)
	if err != nil {
		return nil, err
	}
	out := &codeOut{}
	if in.Body.Hold != "" {
		t, err := a.Tokens.Verify(in.Body.Hold, secret.KindHold)
		if err != nil || t.Business != string(business) {
			return nil, fault.BadField("hold", "unknown", "this is no token of a hold")
		}
		h, err := a.Holds.Prolong(ctx, account.Visitor(business, ""), id.Hold(t.ID))
		if err != nil {
			return nil, err
		}
		until := wire.At(h.ExpiresAt, zone)
		out.Body.HoldUntil = &until
	}
	language := in.Body.Language
	if language == "" {
		language = web.Language(ctx)
	}
	from, err := netip.ParseAddr(in.Address)
	ticket, c, err := a.Door.AskProof(ctx, visitor.Request{
		Contact: in.Body.Contact, Address: in.Address, Shared: err == nil && !dial.Public(from), Business: business, Language: language,
	}, visitor.ToBook)
	if err != nil {
		return nil, err
	}
	out.Body.Ticket, out.Body.SentTo = ticket, c.Masked()
	out.Body.ExpiresAt = wire.At(a.Clock.Now()+visitor.CodeLife, zone)
	return out, nil
}

type proofOut struct {
	Body struct {
		Proof     string      `json:"proof" doc:"Send it as proof with one booking"`
		ExpiresAt wire.Moment `json:"expires_at"`
		Known     string      `json:"known" doc:"A proof that lasts, of the same contact, where only new clients are asked (terms proof new)"`
	}
}

func (a *Proofs) prove(ctx context.Context, in *struct {
	Slug string `path:"slug" maxLength:"100"`
	Body struct {
		Ticket string `json:"ticket" maxLength:"200"`
		Code   string `json:"code" maxLength:"40"`
	}
},
) (*proofOut, error) {
	business, err := a.Slugs.BySlug(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	zone, err := a.API.zone(ctx, business)
	if err != nil {
		return nil, err
	}
	p, err := a.Door.Prove(ctx, business, visitor.ToBook, in.Body.Ticket, in.Body.Code)
	if err != nil {
		return nil, err
	}
	out := &proofOut{}
	out.Body.Proof, out.Body.ExpiresAt, out.Body.Known = p.Secret, wire.At(p.Until, zone), a.Door.Remember(business, p.Contact)
	return out, nil
}

package cardapi

import (
	"context"
	"net/http"
	"slices"

	"kept/account"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/wire"
	"kept/visitor"
)

// Prover sends codes to contacts and takes them; visitor.Door does.
type Prover interface {
	AskProof(ctx context.Context, r visitor.Request, to visitor.Purpose) (ticket string, c visitor.Contact, err error)
	Prove(ctx context.Context, business id.Business, to visitor.Purpose, ticket, typed string) (visitor.Proof, error)
	Settle(ctx context.Context, business id.Business, secret string, of visitor.Contact, verify func(ctx context.Context) error) error
}

// proofs answers those who have a client show that a further contact is
// theirs: a code goes there, and what the client reads of it comes back.
type proofs struct {
	*cards
	door Prover
}

// RegisterProofs adds the operations by which contacts are proven. Idempotency
// keys mean nothing to them: every try of a code counts.
func RegisterProofs(e *wire.Edge, d Deps, door Prover) {
	p := &proofs{&cards{Deps: d, edge: e}, door}
	const path = "/clients/{id}/contacts/{contact}"
	o := wire.Operation(http.MethodPost, path+"/codes", "send-contact-code", "Have a code sent to a contact, to verify it")
	o.DefaultStatus = http.StatusAccepted
	o.Errors = append(o.Errors, http.StatusTooManyRequests)
	wire.Secured(e, o, p.send)
	o = wire.Operation(http.MethodPost, path+"/proofs", "verify-contact", "Verify a contact by the code that was sent there")
	o.Errors = append(o.Errors, http.StatusGone)
	wire.Secured(e, o, p.verify)
}

// ContactPath names a contact of a client in an address.
type ContactPath struct {
	ClientPath
	Contact string `path:"contact" maxLength:"36"`
}

// find gives a contact of a card that the principal may write.
func (p *proofs) find(ctx context.Context, who account.Principal, in ContactPath) (client.Contact, visitor.Contact, error) {
	if err := wire.Must(who, account.WriteClients); err != nil {
		return client.Contact{}, visitor.Contact{}, err
	}
	s, _, err := p.seen(ctx, who, in.ClientPath)
	if err != nil {
		return client.Contact{}, visitor.Contact{}, err
	}
	at := slices.IndexFunc(s.Contacts, func(k client.Contact) bool {
		return string(k.ID) == in.Contact || k.Preferred && k.Kind == in.Contact
	})
	if at < 0 {
		return client.Contact{}, visitor.Contact{}, fault.Missing("contact")
	}
	c, err := visitor.ReadContact(s.Contacts[at].Value)
	return s.Contacts[at], c, err
}

type ticketOut struct {
	Body struct {
		Ticket string `json:"ticket" doc:"Goes with the code"`
		SentTo string `json:"sent_to" doc:"The contact, mostly hidden"`
	}
}

func (p *proofs) send(ctx context.Context, who account.Principal, in *ContactPath) (*ticketOut, error) {
	_, c, err := p.find(ctx, who, *in)
	if err != nil {
		return nil, err
	}
	out := &ticketOut{}
	out.Body.SentTo = c.Masked()
	out.Body.Ticket, _, err = p.door.AskProof(ctx, visitor.Request{
		Contact: c.Value, Address: "key " + who.ID, Shared: true, Business: who.Business, Language: web.Language(ctx),
	}, visitor.ToAdd)
	return out, err
}

func (p *proofs) verify(ctx context.Context, who account.Principal, in *struct {
	ContactPath
	Body struct {
		Ticket string `json:"ticket" maxLength:"200"`
		Code   string `json:"code" maxLength:"40"`
	}
},
) (*contactOut, error) {
	k, c, err := p.find(ctx, who, in.ContactPath)
	if err != nil {
		return nil, err
	}
	want, zone, err := p.editor(ctx, who, in.ClientPath)
	if err != nil {
		return nil, err
	}
	got, err := p.door.Prove(ctx, who.Business, visitor.ToAdd, in.Body.Ticket, in.Body.Code)
	if err != nil {
		return nil, err
	}
	err = p.door.Settle(ctx, who.Business, got.Secret, c, func(ctx context.Context) error {
		k, err = p.Clients.VerifyContact(ctx, who.Business, want, k.ID, client.VerifiedByCode, who.Actor())
		return err
	})
	if err != nil {
		return nil, err
	}
	return &contactOut{contactOf(k, zone)}, nil
}

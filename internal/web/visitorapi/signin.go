package visitorapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/own"
	"kept/internal/web/wire"
	"kept/span"
	"kept/visitor"
)

// SignIns lets clients' programs in by the same door as the page does: a code
// is sent, typed, and becomes a session, whose token a program shows as
// Authorization: Bearer. The answers to a known contact and to an unknown one
// are the same. Keys of idempotency mean nothing here: every try of a code
// counts, and a token is told once and kept nowhere.
type SignIns struct {
	API      *API
	Guests   *Guests
	Entrance *own.Entrance
	Door     *visitor.Door
	Slugs    Slugs
	Clock    interface{ Now() span.Instant }
}

// Register adds the operations to an edge.
func (a *SignIns) Register(e *wire.Edge) {
	o := wire.Operation(http.MethodPost, "/me/codes", "create-sign-in-code",
		"Have a code sent to one's own e-mail address or phone, to sign in as a client. The answer is the same whether anybody knows the contact or not")
	o.DefaultStatus = http.StatusAccepted
	met(e, a.Guests, o, a.ask)
	o = wire.Operation(http.MethodPost, "/me/sessions", "create-own-session",
		"Turn the code, or the secret of the link beside it, into a session. Five tries a code; no key of idempotency counts here")
	o.DefaultStatus = http.StatusCreated
	o.Errors = append(o.Errors, http.StatusForbidden, http.StatusGone)
	met(e, a.Guests, o, a.signIn)
	mine := func(method, path, name, summary string) huma.Operation {
		o := wire.Operation(method, "/me"+path, name, summary)
		o.Security = clients()
		o.Errors = append(o.Errors, http.StatusForbidden)
		return o
	}
	signed(e, a.Guests, mine(http.MethodGet, "", "get-own-login", "By which contact one is signed in, and the cards that open, of every business apart"), a.login)
	signed(e, a.Guests, mine(http.MethodGet, "/sessions", "list-own-sessions", "The browsers and programs in which one is signed in, the newest first"), a.sessions)
	signed(e, a.Guests, mine(http.MethodDelete, "/sessions", "delete-other-sessions", "Sign out everywhere but here"), a.endOthers)
	signed(e, a.Guests, mine(http.MethodDelete, "/sessions/{session}", "delete-own-session", "End a session; current signs out"), a.end)
	signed(e, a.Guests, mine(http.MethodPost, "/sessions/renew", "renew-own-session",
		"Have a new token and 90 days more; for a bearer's token, not for the cookie. The token before is good until a minute after the new one was first used. No key of idempotency counts here"), a.renew)
}

type signInCodeOut struct {
	Body struct {
		Ticket    string      `json:"ticket" doc:"Goes with the code"`
		SentTo    string      `json:"sent_to" doc:"The contact, mostly hidden"`
		ExpiresAt wire.Moment `json:"expires_at"`
		Crowded   bool        `json:"crowded" doc:"So many asked for codes by SMS today that this one may not come, whatever the number; an e-mail address is better"`
	}
}

func (a *SignIns) ask(ctx context.Context, in *struct {
	Body struct {
		Contact  string `json:"contact" maxLength:"254" doc:"An e-mail address, or a phone number with its country"`
		Business string `json:"business,omitempty" maxLength:"100" doc:"The word in addresses of the business in whose name the code goes out, where that knows the contact"`
		Language string `json:"language,omitempty" enum:"en,zh-Hant,ru" doc:"Of the message; that of the request if missing"`
	}
},
) (*signInCodeOut, error) {
	var business id.Business
	if in.Body.Business != "" {
		var err error
		if business, err = a.Slugs.BySlug(ctx, in.Body.Business); err != nil {
			if fault.KindOf(err) == fault.NotFound {
				err = fault.BadField("business", "unknown", "there is no such business")
			}
			return nil, err
		}
	}
	language := in.Body.Language
	if language == "" {
		language = web.Language(ctx)
	}
	got, err := a.Entrance.Ask(request(ctx), visitor.Request{Contact: in.Body.Contact, Business: business, Language: language})
	if err != nil {
		return nil, err
	}
	out := &signInCodeOut{}
	out.Body.Ticket, out.Body.SentTo, out.Body.Crowded = got.Ticket, got.Contact.Masked(), got.Crowded
	out.Body.ExpiresAt = wire.At(a.Clock.Now()+visitor.CodeLife, nil)
	return out, nil
}

type tokenOut struct {
	Body struct {
		Token     string      `json:"token" doc:"Authorization: Bearer; told this once. Keep it as you keep a password"`
		Session   string      `json:"session" doc:"The session's id"`
		ExpiresAt wire.Moment `json:"expires_at" doc:"When it ends, unless it is renewed"`
	}
}

func told(token string, s visitor.Session) *tokenOut {
	out := &tokenOut{}
	out.Body.Token, out.Body.Session, out.Body.ExpiresAt = token, string(s.ID), wire.At(s.ExpiresAt, nil)
	return out
}

func (a *SignIns) signIn(ctx context.Context, in *struct {
	Body struct {
		Ticket string `json:"ticket,omitempty" maxLength:"200"`
		Code   string `json:"code,omitempty" maxLength:"40"`
		Link   string `json:"link,omitempty" maxLength:"200" doc:"Instead of ticket and code: what stands at the end of the link's address"`
	}
},
) (*tokenOut, error) {
	b := in.Body
	var e visitor.Entry
	var err error
	switch {
	case b.Link != "" && b.Ticket+b.Code == "":
		e, err = a.Entrance.Confirm(request(ctx), b.Link)
	case b.Link != "":
		err = fault.BadField("link", "exclusive", "a link needs no code")
	case b.Ticket == "":
		err = fault.BadField("ticket", "required", "is required with the code")
	case b.Code == "":
		err = fault.BadField("code", "required", "is required with the ticket")
	default:
		e, err = a.Entrance.Verify(request(ctx), b.Ticket, b.Code)
	}
	if err != nil {
		return nil, err
	}
	return told(e.Token, e.Session), nil
}

func (a *SignIns) renew(ctx context.Context, _ *struct{}) (*tokenOut, error) {
	r := request(ctx)
	if web.Bearer(r) == "" { // the cookie's token is told to no script, and the page changes it by itself
		return nil, fault.New(fault.Forbidden, fault.CodeForbidden, "a browser's session is renewed by its page")
	}
	token, s, err := a.Door.Renew(ctx, a.Guests.token(r))
	if err != nil {
		return nil, err
	}
	return told(token, s), nil
}

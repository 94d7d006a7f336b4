package api

import (
	"context"
	"strings"

	"kept/account"
	"kept/availability"
	"kept/booking"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/secret"
	"kept/internal/web"
	"kept/internal/web/wire"
)

type holdBody struct {
	ID        string      `json:"id"`
	Token     string      `json:"token" doc:"Send it as hold with the booking"`
	ExpiresAt wire.Moment `json:"expires_at"`
}

type holdOut struct{ Body holdBody }

func (a *API) createHold(ctx context.Context, in *struct {
	SlugPath
	Body struct {
		Wanted
		Answers answers `json:"answers,omitzero" doc:"Those that shape the visit: it is held as long as it will take. Send them with the booking, too"`
	}
},
) (*holdOut, error) {
	s, err := a.setting(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	req, err := in.Body.request()
	if err != nil {
		return nil, err
	}
	req.Given.Answers = in.Body.Answers
	h, err := a.Desk.Hold(ctx, account.Visitor(s.Catalog.Business.ID, ""), req)
	if err != nil {
		return nil, err
	}
	zone, err := a.zone("zone", s.Catalog.ZoneOf(h.Placement.Location))
	if err != nil {
		return nil, err
	}
	token := a.Tokens.Sign(secret.Token{Business: string(h.Business), Kind: secret.KindHold, ID: string(h.ID), Epoch: 1})
	return &holdOut{holdBody{string(h.ID), token, wire.At(h.ExpiresAt, zone)}}, nil
}

// holdOf reads a hold's token for a business.
func (a *API) holdOf(text string, business id.Business) (id.Hold, error) {
	t, err := a.Tokens.Verify(text, secret.KindHold)
	if err != nil || t.Business != string(business) {
		return "", fault.BadField("hold", "unknown", "this is no token of a hold")
	}
	return id.Hold(t.ID), nil
}

func (a *API) deleteHold(ctx context.Context, in *struct {
	ID    string `path:"id" maxLength:"36"`
	Token string `query:"token" maxLength:"200" doc:"The hold's token"`
},
) (*struct{}, error) {
	t, err := a.Tokens.Verify(in.Token, secret.KindHold)
	if err != nil || t.ID != in.ID {
		return nil, fault.Missing("hold")
	}
	return nil, a.Desk.Release(ctx, account.Visitor(id.Business(t.Business), ""), id.Hold(t.ID))
}

// Draft is what somebody gives of themselves.
type Draft struct {
	Name     string `json:"name" minLength:"1" maxLength:"200"`
	Email    string `json:"email,omitempty" maxLength:"254"`
	Phone    string `json:"phone,omitempty" maxLength:"40"`
	Language string `json:"language,omitempty" maxLength:"35" doc:"Of messages: en, zh-Hant or ru"`
	Zone     string `json:"zone,omitempty" maxLength:"64" doc:"IANA zone where the client lives"`
}

func (d Draft) client() client.Draft {
	return client.Draft{Name: d.Name, Email: d.Email, Phone: d.Phone, Language: d.Language, Zone: d.Zone}
}

// Proven says that a contact is the client's own.
type Proven struct {
	Proof string `json:"proof,omitempty" maxLength:"300" doc:"That the contact is the client's, where the answer was proof_required: POST /b/{slug}/codes has a code sent, POST /b/{slug}/proofs turns it into this"`
}

type madeBody struct {
	BookingBody
	ManageToken string `json:"manage_token" doc:"Whoever has it may see, confirm, move and cancel the booking"`
	ManageURL   string `json:"manage_url"`
	ICSURL      string `json:"ics_url"`
}

type madeOut struct{ Body madeBody }

func (a *API) createPublicBooking(ctx context.Context, in *struct {
	SlugPath
	wire.Origin
	Body struct {
		Wanted
		Later
		Hold   string `json:"hold,omitempty" maxLength:"200" doc:"The token of a hold"`
		Client Draft  `json:"client"`
		Note   string `json:"note,omitempty" maxLength:"2000"`
		Proven
		Bringing
	}
},
) (*madeOut, error) {
	s, err := a.known(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	business := s.Catalog.Business.ID
	req, err := in.Body.request()
	if err != nil {
		return nil, err
	}
	if req.Given, err = in.Body.given(s.Catalog); err != nil {
		return nil, err
	}
	if in.Body.Hold != "" {
		if req.Hold, err = a.holdOf(in.Body.Hold, business); err != nil {
			return nil, err
		}
	}
	req.Client, req.Note, req.Language, req.Proof = in.Body.Client.client(), in.Body.Note, in.Body.Client.Language, in.Body.Proof
	if req.About, err = in.Body.brought(s.Catalog, req.Lines); err != nil {
		return nil, err
	}
	who := account.Visitor(business, "")
	who.From = in.Address
	b, err := a.Desk.Book(ctx, who, req)
	if err != nil {
		return nil, err
	}
	b.ClientName = strings.TrimSpace(in.Body.Client.Name) // as typed: the card may hold more
	return a.made(ctx, b)
}

// known finds the configuration behind a slug without asking the database for
// a newer one; the desk does that itself.
func (a *API) known(ctx context.Context, slug string) (*availability.Setting, error) {
	business, err := a.Settings.BySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	return a.Settings.Load(ctx, business, 1)
}

// made answers with a new booking and the token that opens it.
func (a *API) made(ctx context.Context, b *booking.Booking) (*madeOut, error) {
	s, err := a.Settings.Load(ctx, b.Business, 1)
	if err != nil {
		return nil, err
	}
	token := a.ManageToken(b)
	base := a.BaseURL()
	return &madeOut{madeBody{
		BookingBody: a.bookingOf(b, s.Catalog, web.Language(ctx)),
		ManageToken: token, ManageURL: manageURL(base, token), ICSURL: icsURL(base, token),
	}}, nil
}

// ManageToken signs the token that opens a booking.
func (a *API) ManageToken(b *booking.Booking) string {
	return a.Tokens.Sign(secret.Token{
		Business: string(b.Business), Kind: secret.KindManage, ID: string(b.ID), Epoch: b.Epoch,
	})
}

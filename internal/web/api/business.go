package api

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"kept/account"
	"kept/catalog"
	"kept/internal/web"
	"kept/internal/web/wire"
)

func (a *API) registerBusiness() {
	wire.Op(a.edge, http.MethodGet, "/business", "get-own-business", "The business itself: its names, zone, currency and terms", a.getOwn)
	wire.Op(a.edge, http.MethodPatch, "/business", "update-own-business", "Change the business; what is missing stays", a.updateOwn)
}

type ownWrite struct {
	Name     *string           `json:"name,omitempty" maxLength:"200" doc:"In the business's language"`
	Names    map[string]string `json:"names,omitempty" doc:"By language: en, zh-Hant, ru"`
	About    *string           `json:"about,omitempty" maxLength:"4000"`
	Abouts   map[string]string `json:"abouts,omitempty"`
	Phone    *string           `json:"phone,omitempty" maxLength:"40" doc:"To call, with its country; empty for none"`
	Zone     *string           `json:"zone,omitempty" maxLength:"64" doc:"IANA"`
	Currency *string           `json:"currency,omitempty" maxLength:"3" doc:"ISO 4217; fixed while services are priced in it"`
	Language *string           `json:"language,omitempty" enum:"en,zh-Hant,ru"`
	Terms    merge[terms]      `json:"terms,omitzero"`
}

func (w ownWrite) apply(b *catalog.Business) error {
	texts(&b.Names, w.Name, w.Names, b.Language)
	texts(&b.About, w.About, w.Abouts, b.Language)
	wire.Set(&b.Phone, w.Phone)
	wire.Set(&b.Zone, w.Zone)
	wire.Set(&b.Currency, w.Currency)
	wire.Set(&b.Language, w.Language)
	next, err := w.Terms.over(termsOf(b.Terms))
	b.Terms = next.terms()
	return err
}

// terms are a business's settings that bind booking, read and written.
type terms struct {
	HoldMin         int    `json:"hold_min" required:"false" minimum:"1" maximum:"1440" doc:"How long a hold keeps a slot"`
	CancelCutoffMin int    `json:"cancel_cutoff_min" required:"false" minimum:"0" maximum:"525600" doc:"Clients may cancel until so long before the start"`
	MoveCutoffMin   int    `json:"move_cutoff_min" required:"false" minimum:"0" maximum:"525600"`
	Contact         string `json:"contact" required:"false" enum:"any,email,phone,both" doc:"Which contact a client must give"`
	ClientOverlap   bool   `json:"client_overlap" required:"false" doc:"One client may have two visits at once"`
	Approval        bool   `json:"approval" required:"false" doc:"Public bookings are requests until staff confirm"`
	Overflow        int    `json:"overflow" required:"false" minimum:"0" maximum:"1" doc:"Squeeze-ins that a staff member may have at once"`
	WaitMin         int    `json:"wait_min" required:"false" minimum:"0" maximum:"240" doc:"The longest wait between two services of one visit"`
	Aim             string `json:"aim" required:"false" enum:"even,concentrate,priority,least_skill,same,fit" doc:"Who is taken where several could"`
	HideAbove       int    `json:"hide_above" required:"false" minimum:"0" maximum:"1000" doc:"Percent of a slot's own value that a public slot may waste; 0 hides nothing"`
	Proof           string `json:"proof" required:"false" enum:"never,new,always" doc:"Who types a code that is sent to their contact when they book in public: new means whoever has not proven this contact before in their browser, or with a known mark"`
	CodesADay       int    `json:"codes_a_day" required:"false" minimum:"0" maximum:"100000" doc:"Codes by SMS a day at most; 0 is as many as the operator allows"`
	BreakGlass      bool   `json:"break_glass" required:"false" doc:"People of own or local reach may open a card past it, for a reason on record"`

	SecondFactor []string `json:"second_factor" required:"false" maxItems:"5" enum:"owner,manager,reception,staff,accountant" doc:"Roles of which a second factor (TOTP or a passkey) is asked when they sign in; said by who may manage accounts. API keys are not touched"`
}

func termsOf(t catalog.Terms) terms {
	out := terms{
		t.HoldMin, t.CancelCutoffMin, t.MoveCutoffMin, t.Contact, t.ClientOverlap, t.Approval, t.Overflow, t.WaitMin, string(t.Aim),
		t.HideAbove, cmp.Or(t.Proof, proofNever), t.CodesADay, t.BreakGlass,
		append([]string{}, t.SecondFactor...),
	}
	if t.Aim == "" {
		out.Aim = string(catalog.AimEven)
	}
	return out
}

func (t terms) terms() catalog.Terms {
	return catalog.Terms{
		HoldMin: t.HoldMin, CancelCutoffMin: t.CancelCutoffMin, MoveCutoffMin: t.MoveCutoffMin, Contact: t.Contact,
		ClientOverlap: t.ClientOverlap, Approval: t.Approval, Overflow: t.Overflow, WaitMin: t.WaitMin, Aim: catalog.Aim(t.Aim),
		HideAbove: t.HideAbove, Proof: strings.Replace(t.Proof, proofNever, "", 1), CodesADay: t.CodesADay, BreakGlass: t.BreakGlass,
		SecondFactor: t.SecondFactor,
	}
}

// proofNever is on the wire what is empty inside.
const proofNever = "never"

type ownBody struct {
	ID       string            `json:"id"`
	Slug     string            `json:"slug" doc:"In addresses, for good"`
	Name     string            `json:"name"`
	Names    map[string]string `json:"names"`
	About    string            `json:"about"`
	Abouts   map[string]string `json:"abouts"`
	Phone    string            `json:"phone" doc:"E.164; empty for none"`
	Zone     string            `json:"zone"`
	Currency string            `json:"currency"`
	Language string            `json:"language"`
	Preset   string            `json:"preset"`
	Terms    terms             `json:"terms"`
}

type ownOut struct{ Body ownBody }

func ownOf(b catalog.Business, language string) *ownOut {
	return &ownOut{ownBody{
		ID: string(b.ID), Slug: b.Slug, Name: b.Names.Pick(language, b.Language), Names: dict(b.Names),
		About: b.About.Pick(language, b.Language), Abouts: dict(b.About), Phone: b.Phone, Zone: b.Zone, Currency: b.Currency,
		Language: b.Language, Preset: b.Preset, Terms: termsOf(b.Terms),
	}}
}

func (a *API) getOwn(ctx context.Context, p account.Principal, _ *struct{}) (*ownOut, error) {
	b, err := a.Office.Business(ctx, p)
	if err != nil {
		return nil, err
	}
	return ownOf(b, web.Language(ctx)), nil
}

func (a *API) updateOwn(ctx context.Context, p account.Principal, in *struct{ Body ownWrite }) (*ownOut, error) {
	b, err := a.Office.UpdateBusiness(ctx, p, in.Body.apply)
	if err != nil {
		return nil, err
	}
	return ownOf(b, web.Language(ctx)), nil
}

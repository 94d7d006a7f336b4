package me

import (
	"context"
	"net/http"
	"net/url"

	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/view"
	"kept/visitor"
)

// sendCode has a code sent to a contact of the card, and gives the address of
// the page that takes it.
func (p *Pages) sendCode(ctx context.Context, t *turn, k client.Contact) (string, error) {
	ticket, _, err := p.self.Ask(ctx, t.guest(), k)
	if err != nil {
		return "", err
	}
	return t.with("/contacts", "contact", string(k.ID)) + "&ticket=" + url.QueryEscape(ticket), nil
}

// askContact sends a code to a contact that is not proven yet.
func (p *Pages) askContact(t *turn) error {
	return p.postTo(t, func(ctx context.Context) (string, error) {
		k, err := p.self.Contact(ctx, t.guest(), id.Contact(t.R.PathValue("id")))
		if err != nil || k.Verified() {
			return t.at("/contacts"), err
		}
		return p.sendCode(ctx, t, k)
	}, func(wrong error) error { return p.contactsPage(t, url.Values{}, wrong) })
}

// proveContact takes the code: the contact is the client's own.
func (p *Pages) proveContact(t *turn) error {
	if err := t.R.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	if to, ok, err := p.Done(t.Ctx(), t.business(), t.route(), t.R.PostFormValue("key"), t.typed()); ok || err != nil {
		return t.lead(to, err)
	}
	want := id.Contact(t.R.PathValue("id"))
	again := func(wrong error) error { return p.contactsPage(t, url.Values{}, wrong) }
	// A try counts whatever becomes of it: it is no part of the transaction below.
	got, err := p.self.Take(t.Ctx(), t.guest(), t.R.PostFormValue("ticket"), t.R.PostFormValue("code"))
	if err != nil {
		if k := fault.KindOf(err); k == fault.Invalid || k == fault.Gone {
			return again(err)
		}
		return err
	}
	return p.post(t, "/contacts", "proven", func(ctx context.Context) error {
		_, err := p.self.Verify(ctx, t.guest(), want, got)
		return err
	}, again)
}

// labelContact says whose or where a contact is.
func (p *Pages) labelContact(t *turn) error {
	if err := t.R.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	return p.post(t, "/contacts", "contact", func(ctx context.Context) error {
		_, err := p.self.Label(ctx, t.guest(), id.Contact(t.R.PathValue("id")), t.R.PostFormValue("label"))
		return err
	}, func(wrong error) error { return p.contactsPage(t, url.Values{}, wrong) })
}

// contactForms are what can be done with the contact that is opened: type the
// code that went there, and say whose it is.
func (p *Pages) contactForms(t *turn, k client.Contact, wrong error) []view.MeForm {
	at := t.root() + "/contacts/" + url.PathEscape(string(k.ID))
	var out []view.MeForm
	if ticket := t.R.FormValue("ticket"); ticket != "" && !k.Verified() {
		s := form.NewSheet(&t.P, url.Values{}, t.P.Lang(), p.codeWrong(t, wrong))
		to := k.Value
		if c, err := visitor.ReadContact(k.Value); err == nil {
			to = c.Masked()
		}
		out = append(out, view.MeForm{
			Heading: k.Value, Line: t.P.T("proof.sent_add", "to", to), Action: at + "/code", Save: t.P.T("me.code_do"),
			Hidden: t.hidden(view.Pair{Name: "ticket", Value: ticket}, view.Pair{Name: "contact", Value: string(k.ID)}),
			Groups: []view.Group{{Fields: []view.Field{s.Text("code", t.P.T("proof.code")).Needed()}}}, Errors: s.Faults(),
		})
	}
	if !k.Verified() {
		out = append(out, view.MeForm{Action: at + "/ask", Hidden: t.fresh(), Save: t.P.T("me.contact_prove"), Line: t.P.T("me.contact_prove_line")})
	}
	s := form.NewSheet(&t.P, url.Values{"label": {k.Label}}, t.P.Lang(), nil)
	return append(out, view.MeForm{
		Action: at + "/label", Hidden: t.fresh(), Save: t.P.T("me.contact_relabel"),
		Groups: []view.Group{{Fields: []view.Field{s.Text("label", t.P.T("me.contact_label")).Opt()}}},
	})
}

// codeWrong says what is not right with a code.
func (p *Pages) codeWrong(t *turn, err error) view.Errors {
	switch {
	case err == nil:
		return nil
	case fault.Is(err, fault.CodeCodeEnded):
		return view.Errors{{Field: "code", Text: t.P.T("proof.ended")}}
	case fault.KindOf(err) == fault.Invalid:
		return view.Errors{{Field: "code", Text: t.P.T("proof.wrong")}}
	default:
		return p.wrong(t, err)
	}
}

// lead goes on to where a form led before.
func (t *turn) lead(to string, err error) error {
	if err == nil {
		http.Redirect(t.W, t.R, to, http.StatusSeeOther)
	}
	return err
}

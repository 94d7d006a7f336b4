package page

import (
	"context"
	"net/http"
	"strings"

	"kept/account"
	"kept/availability"
	"kept/booking"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/secret"
	"kept/internal/web"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// details is the third step: who. The time is held meanwhile.
func (p *Pages) details(w http.ResponseWriter, r *http.Request) error {
	s, err := p.Setting(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	chosen := basketOf(r, q.Get, q["service"])
	h, err := p.held(r.Context(), s, q.Get("hold"))
	if err != nil {
		return p.expired(w, r, s, chosen, err)
	}
	m := p.detailsForm(r, s, chosen, h, q.Get("hold"))
	return shell.Draw(w, r, http.StatusOK, view.DetailsPage(m))
}

// held gives the hold that a token names; fault hold_expired.
func (p *Pages) held(ctx context.Context, s *availability.Setting, token string) (*booking.Hold, error) {
	t, err := p.Tokens.Verify(token, secret.KindHold)
	if err != nil || t.Business != string(s.Catalog.Business.ID) {
		return nil, fault.Missing("hold")
	}
	return p.Desk.Held(ctx, s.Catalog.Business.ID, id.Hold(t.ID))
}

// expired shows the times again to whoever's hold has ended.
func (p *Pages) expired(w http.ResponseWriter, r *http.Request, s *availability.Setting, chosen basket, err error) error {
	if !fault.Is(err, fault.CodeHoldExpired) || len(chosen.services) == 0 {
		return err
	}
	chosen.start = ""
	return p.times(w, r, s, chosen, shell.Frame(r, "").ExpiredNotice(), http.StatusGone)
}

func (p *Pages) detailsForm(
	r *http.Request, s *availability.Setting, chosen basket, h *booking.Hold, token string,
) view.DetailsModel {
	c := s.Catalog
	lead := h.Placement.Lead
	v := p.visitText(r, c, h.Visit, lead, h.Placement.Location, 0)
	m := view.DetailsModel{
		Page: shell.Frame(r, ""), Brand: p.brand(r, c, h.Placement.Location), Back: chosen.href(), Visit: v,
		Action: "/b/" + chosen.slug + "/book", Hidden: append(chosen.hidden(), view.Pair{Name: "hold", Value: token}),
		Form: view.ContactForm{
			NeedEmail: c.Business.Terms.Contact == "email" || c.Business.Terms.Contact == "both",
			NeedPhone: c.Business.Terms.Contact == "phone" || c.Business.Terms.Contact == "both",
		},
	}
	if zone, err := p.zone(c, h.Placement.Location); err == nil {
		p.whenText(r, &m.Visit, h.Placement.Start, h.Placement.End, zone)
		m.HeldUntil = m.P.Time(h.ExpiresAt.In(zone))
		m.HeldSeconds = int(h.ExpiresAt.Sub(p.Clock.Now()).Seconds())
		m.Policy = p.policyText(r, c, h.Placement.Start, zone.String())
	}
	m.Visit.Price = m.P.Price(h.Quote.Total)
	return m
}

// take books the held time. The hold's token is the form's key: sent twice, it
// leads to the one booking it has made.
func (p *Pages) take(w http.ResponseWriter, r *http.Request) error {
	s, err := p.Setting(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	chosen := basketOf(r, r.PostForm.Get, r.PostForm["service"])
	token := r.PostForm.Get("hold")
	to, err := p.takeOnce(r, s, token)
	switch {
	case err == nil:
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	case fault.KindOf(err) == fault.Invalid || fault.KindOf(err) == fault.Conflict && fault.Is(err, fault.CodeSlotClosed):
		h, heldErr := p.held(r.Context(), s, token)
		if heldErr != nil {
			return p.expired(w, r, s, chosen, heldErr)
		}
		m := p.detailsForm(r, s, chosen, h, token)
		m.Path = chosen.href()
		m.Form.Name, m.Form.Email = r.PostForm.Get("name"), r.PostForm.Get("email")
		m.Form.Phone, m.Form.Note = r.PostForm.Get("phone"), r.PostForm.Get("note")
		m.Errors = p.detailFaults(m, err)
		return shell.Draw(w, r, http.StatusUnprocessableEntity, view.DetailsPage(m))
	default:
		return p.expired(w, r, s, chosen, err)
	}
}

// detailFaults says at each field what is not right about it. A fault of no
// field, such as another visit at that time, stands at the first one.
func (p *Pages) detailFaults(m view.DetailsModel, err error) view.Errors {
	out := p.FormFaults(m.Page, err, func(name string) string { return strings.TrimPrefix(name, "client.") })
	if len(out) == 0 {
		return view.Errors{{Field: "name", Text: web.NewProblem(p.Words, m.P.Lang(), err).Detail}}
	}
	for i, f := range out {
		if f.Field == "email" && f.Text == m.P.T("form.email_needed") && !m.Form.NeedEmail {
			out[i].Text = m.P.T("form.contact_needed")
		}
	}
	return out
}

// takeOnce books and gives the address of the booking.
func (p *Pages) takeOnce(r *http.Request, s *availability.Setting, token string) (string, error) {
	t, err := p.Tokens.Verify(token, secret.KindHold)
	if err != nil || t.Business != string(s.Catalog.Business.ID) {
		return "", fault.Missing("hold")
	}
	form := r.PostForm
	return p.Once(r.Context(), s.Catalog.Business.ID, "POST /b/book", t.ID, nil, func(ctx context.Context) (string, error) {
		language := web.Language(ctx)
		zone := ""
		if z := p.zoneOfReader(r); z != nil {
			zone = z.String()
		}
		b, err := p.Desk.Book(ctx, account.Visitor(s.Catalog.Business.ID, ""), booking.Request{
			Hold: id.Hold(t.ID), Note: form.Get("note"), Language: language,
			Client: client.Draft{
				Name: form.Get("name"), Email: form.Get("email"), Phone: form.Get("phone"), Language: language, Zone: zone,
			},
		})
		if err != nil {
			return "", err
		}
		return "/m/" + p.manageToken(b) + "?done=1", nil
	})
}

// manageToken signs the token that opens a booking.
func (p *Pages) manageToken(b *booking.Booking) string {
	return p.Tokens.Sign(secret.Token{
		Business: string(b.Business), Kind: secret.KindManage, ID: string(b.ID), Epoch: b.Epoch,
	})
}

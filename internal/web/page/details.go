package page

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"kept/account"
	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/secret"
	"kept/internal/web"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/span"
)

// details is the third step: who. The time is held meanwhile. Whoever comes
// back here after booking is led to the booking.
func (p *Pages) details(w http.ResponseWriter, r *http.Request) error {
	s, err := p.Setting(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	chosen, token := p.basketOf(r, s.Catalog, q), q.Get("hold")
	h, err := p.held(r.Context(), s, token)
	if err == nil {
		return shell.Draw(w, r, http.StatusOK, view.DetailsPage(p.detailsForm(r, s, chosen, h, token)))
	}
	if to, ok, doneErr := p.alreadyTaken(r, s, token); doneErr != nil {
		return doneErr
	} else if ok {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	return p.expired(w, r, s, chosen, err)
}

// alreadyTaken tells where the booking is that was made of a hold.
func (p *Pages) alreadyTaken(r *http.Request, s *availability.Setting, token string) (string, bool, error) {
	t, err := p.Tokens.Verify(token, secret.KindHold)
	if err != nil {
		return "", false, nil //nolint:nilerr // a token that is none made nothing
	}
	return p.Done(r.Context(), s.Catalog.Business.ID, routeTake, t.ID, nil)
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
	lead, place := h.Placement.Lead, h.Placement.Location
	m := p.detailsOf(r, s, chosen, place, token)
	asked(r, &m, s, servicesOf(h.Visit), chosen.typed(r))
	if err := p.whom(r, s.Catalog, servicesOf(h.Visit), &m); err != nil {
		m.Whom = view.Whom{} // the form books without it
	}
	m.Visit = p.visitText(r, s.Catalog, linesOf(h.Placement), lead, place, 0)
	m.Visit.Party = partyText(m.P, h.Party)
	if zone, err := p.zone(s.Catalog, place); err == nil {
		p.whenText(r, &m.Visit, h.Placement.Start, h.Placement.End, zone)
		p.teamText(r, s.Catalog, &m.Visit, h.Placement, zone)
		m.HeldUntil = m.P.Time(h.ExpiresAt.In(zone))
		m.HeldSeconds = int(h.ExpiresAt.Sub(p.Clock.Now()).Seconds())
		m.Policy = p.policyText(r, s.Catalog, h.Placement.Start, zone.String())
	}
	if h.Placement.Items[0].Work == nil { // as long as it is for this client, with waits in between
		m.Visit.Duration = m.P.Duration(int((h.Placement.End - h.Placement.Start) / span.Minute))
	}
	m.Visit.Price = m.P.Price(h.Quote.Total)
	repeatable(r, &m, s, h)
	return m
}

// detailsOf is the form of the details, without the visit.
func (p *Pages) detailsOf(r *http.Request, s *availability.Setting, chosen basket, place id.Location, token string) view.DetailsModel {
	contact := s.Catalog.Business.Terms.Contact
	m := view.DetailsModel{
		Page: shell.Frame(r, ""), Brand: p.brand(r, s.Catalog, place), Back: chosen.href(),
		Action: "/b/" + chosen.slug + "/book", Hidden: append(chosen.unanswered().hidden(), view.Pair{Name: "hold", Value: token}),
		Form: view.ContactForm{
			NeedEmail: contact == "email" || contact == "both",
			NeedPhone: contact == "phone" || contact == "both",
		},
	}
	p.mine(r, s, &m)
	return m
}

// mine offers the cards of whoever is signed in, unless they book for somebody else.
func (p *Pages) mine(r *http.Request, s *availability.Setting, m *view.DetailsModel) {
	if r.FormValue("else") != "" {
		m.Hidden = append(m.Hidden, view.Pair{Name: "else", Value: "1"})
		return
	}
	cards, err := p.signed(r, s.Catalog.Business.ID)
	if err != nil || len(cards) == 0 {
		return // the form asks who it is for, as of anybody
	}
	for _, c := range cards {
		m.People = append(m.People, option(string(c.ID), c.Name, or(r.PostFormValue("who"), string(cards[0].ID))))
	}
	q := url.Values{"else": {"1"}}
	for _, h := range m.Hidden {
		q.Add(h.Name, h.Value)
	}
	m.Else = "/b/" + s.Catalog.Business.Slug + "/details?" + q.Encode()
}

// signed gives the cards of whoever is signed in as a client.
func (p *Pages) signed(r *http.Request, business id.Business) ([]client.Client, error) {
	if p.Signed == nil {
		return nil, nil
	}
	return p.Signed(r, business)
}

// booker is who books: one of the reader's own cards, or whoever the form describes.
func (p *Pages) booker(r *http.Request, business id.Business, req *booking.Request) (account.Principal, error) {
	who := r.PostForm.Get("who")
	if who == "" {
		return comer(r, business, ""), nil
	}
	cards, err := p.signed(r, business)
	if err != nil {
		return account.Principal{}, err
	}
	if !slices.ContainsFunc(cards, func(c client.Client) bool { return string(c.ID) == who }) {
		return account.Principal{}, fault.BadField("who", "unknown", "sign in again, or book for somebody else")
	}
	req.ClientID, req.Client = id.Client(who), client.Draft{}
	return comer(r, business, id.Client(who)), nil
}

// comer is somebody of the public, with where they come from: what they agree to is on record with it.
func comer(r *http.Request, business id.Business, of id.Client) account.Principal {
	who := account.Visitor(business, of)
	who.From = web.Address(r)
	return who
}

// take books the held time. The hold's token is the form's key: sent twice, it
// leads to the one booking it has made. Whoever filled in for longer than the
// time was kept gets it all the same while it is free, and else chooses another
// one in the same form.
func (p *Pages) take(w http.ResponseWriter, r *http.Request) error {
	s, err := p.Setting(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	chosen, token := p.basketOf(r, s.Catalog, r.PostForm), r.PostForm.Get("hold")
	t, err := p.Tokens.Verify(token, secret.KindHold)
	if err != nil || t.Business != string(s.Catalog.Business.ID) {
		return fault.Missing("hold")
	}
	if done, err := p.codeFirst(w, r, s, chosen, token); done || err != nil {
		return err
	}
	if r.PostForm.Get("repeat") != "" {
		return p.takeSeries(w, r, s, chosen, token)
	}
	to, err := p.takeOnce(r, s, t.ID, booking.Request{Hold: id.Hold(t.ID)})
	if fault.Is(err, fault.CodeHoldExpired) && len(chosen.services) > 0 {
		start, badStart := readStart(chosen.start)
		if badStart != nil {
			return p.detailsAgain(w, r, s, chosen, token, fault.BadField("start", "required", "choose a time"))
		}
		to, err = p.takeOnce(r, s, t.ID, booking.Request{
			Lines: chosen.lines(s.Catalog), Location: chosen.location, Start: start, Party: chosen.party, AnyOrder: chosen.anyOrder,
		})
	}
	switch k := fault.KindOf(err); {
	case err == nil:
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	case fault.Is(err, fault.CodeProofRequired):
		return p.askCode(w, r, s, chosen, token)
	case k == fault.Invalid || fault.Is(err, fault.CodeSlotClosed) || fault.Is(err, fault.CodeSlotTaken):
		return p.detailsAgain(w, r, s, chosen, token, err)
	default:
		return p.expired(w, r, s, chosen, err)
	}
}

// detailsAgain shows the form with what was typed and what is not right. While
// the time is held it stays; else it is only wished for, and where it is gone
// the nearest others are offered in its place.
func (p *Pages) detailsAgain(
	w http.ResponseWriter, r *http.Request, s *availability.Setting, chosen basket, token string, wrong error,
) error {
	var m view.DetailsModel
	h, err := p.held(r.Context(), s, token)
	status := http.StatusUnprocessableEntity
	switch {
	case err == nil:
		m = p.detailsForm(r, s, chosen, h, token)
	case !fault.Is(err, fault.CodeHoldExpired) || len(chosen.services) == 0:
		return err
	default:
		gone := fault.KindOf(wrong) == fault.Conflict
		if chosen.start == "" {
			chosen.start, gone = r.PostForm.Get("gone"), true
		}
		if m, err = p.detailsUnheld(r, s, chosen, token, gone); err != nil {
			return err
		}
	}
	if text := p.ruleSays(r, s, wrong); text != "" {
		m.Notice = view.Notice{Text: text, Tone: view.Look}
	}
	m.Path = chosen.href()
	m.Form.Name, m.Form.Email = r.PostForm.Get("name"), r.PostForm.Get("email")
	m.Form.Phone, m.Form.Note = r.PostForm.Get("phone"), r.PostForm.Get("note")
	p.codeStep(r, s, &m)
	codeSays, ofCode := codeFault(m, wrong)
	switch {
	case wrong == nil:
		status = http.StatusOK
	case ofCode:
		m.Errors, m.Notice = codeSays, view.Notice{}
	case fault.KindOf(wrong) == fault.Invalid || m.Notice.Text == "":
		m.Errors = p.detailFaults(m, wrong)
	default:
		status = http.StatusConflict
	}
	return shell.Draw(w, r, status, view.DetailsPage(m))
}

// detailsUnheld is the form for a time that is not kept any more; gone says
// that somebody else has it.
func (p *Pages) detailsUnheld(r *http.Request, s *availability.Setting, chosen basket, token string, gone bool) (view.DetailsModel, error) {
	m := p.detailsOf(r, s, chosen, chosen.location, token)
	asked(r, &m, s, chosen.services, chosen.typed(r))
	if err := p.whom(r, s.Catalog, chosen.services, &m); err != nil {
		return m, err
	}
	start, err := readStart(chosen.start)
	if err != nil {
		return m, err
	}
	m.Visit = p.visitText(r, s.Catalog, chosen.lines(s.Catalog), chosen.staff, chosen.location, start)
	m.Visit.Party = partyText(m.P, chosen.party)
	if !gone {
		return m, nil
	}
	found, _, err := p.picker(r, s, pick{
		lines: chosen.lines(s.Catalog), location: chosen.location, staff: chosen.staff, gone: start, public: true, party: chosen.party, answers: shell.Answers(chosen.answers),
		anyOrder: chosen.anyOrder,
		day:      p.dayOf(s.Catalog, chosen.location, start),
		link:     func(_ id.Staff, _, start string) string { return start },
	})
	if err != nil {
		return m, err
	}
	wanted := view.Pair{Name: "gone", Value: chosen.start}
	chosen.start = ""
	m.Back, m.Hidden = chosen.href(), append(chosen.unanswered().hidden(), view.Pair{Name: "hold", Value: token}, wanted)
	m.Visit.Day, m.Visit.Time, m.Visit.Until, m.Visit.OtherZone = "", "", "", ""
	m.Notice, m.Times = m.TakenNotice(), found.Others
	if len(m.Times) == 0 {
		m.Notice = view.Notice{Text: m.P.T("details.full"), Tone: view.Look}
	}
	return m, nil
}

// dayOf is the local day of an instant at a place.
func (p *Pages) dayOf(c *catalog.Catalog, place id.Location, at span.Instant) string {
	zone, err := p.zone(c, place)
	if err != nil {
		return ""
	}
	return span.DateOf(at.In(zone)).String()
}

// detailFaults says at each field what is not right about it. A fault of no
// field, such as another visit at that time, stands at the first one.
func (p *Pages) detailFaults(m view.DetailsModel, err error) view.Errors {
	out := p.FormFaults(m.Page, err, fieldOf)
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

// routeTake names the form of the details among those that work once.
const routeTake = "POST /b/book"

// takeOnce books and gives the address of the booking. key is the hold's.
func (p *Pages) takeOnce(r *http.Request, s *availability.Setting, key string, req booking.Request) (string, error) {
	form := r.PostForm
	return p.Once(r.Context(), s.Catalog.Business.ID, routeTake, key, nil, func(ctx context.Context) (string, error) {
		language := web.Language(ctx)
		zone := ""
		if z := p.zoneOfReader(r); z != nil {
			zone = z.String()
		}
		req.Note, req.Language, req.Given, req.Proof = form.Get("note"), language, given(form), p.proof(r, s)
		req.Client = client.Draft{
			Name: form.Get("name"), Email: form.Get("email"), Phone: form.Get("phone"), Language: language, Zone: zone,
		}
		who, err := p.who(r, s.Catalog, p.basketOf(r, s.Catalog, form).services, &req)
		if err != nil {
			return "", err
		}
		b, err := p.Desk.Book(ctx, who, req)
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

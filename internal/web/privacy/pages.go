// Package privacy has the owner's pages about privacy, /app/{slug}/privacy: who
// was erased and why, what people ask for and by when, how long things are kept
// and who would go (a dry run), what is held, who outside gets what, and leaks
// with their countdowns; and a page a client, where they are erased or taken out.
//
// What may be done and what it does is package privacy's at the root; here it
// is shown and asked for, with forms that need no script. Every page but those
// of one client needs the right to manage privacy.
package privacy

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"kept/account"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/privacy"
	"kept/span"
)

// Cards opens cards, for their names, and records that it did.
type Cards interface {
	Open(ctx context.Context, business id.Business, want id.Client, actor event.Actor, what string) (client.Client, error)
}

// Pages are the pages.
type Pages struct {
	*shell.Staff

	Office *privacy.Office
	Cards  Cards
	Host   string // of the site
}

// turn is one request of somebody who is signed in.
type turn struct{ *shell.Turn }

func (t *turn) at(path string) string { return t.Root() + "/privacy" + path }

// Register mounts the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	at := func(need account.Action, pattern string, fn func(*turn) error) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.Handle(method+" /app/{slug}/privacy"+path, p.Page(need, func(t *shell.Turn) error { return fn(&turn{t}) }))
	}
	manage := func(pattern string, fn func(*turn) error) { at(account.ManagePrivacy, pattern, fn) }
	manage("GET ", p.index)
	manage("GET /erasures", p.records)
	manage("GET /erasures/{id}", p.record)
	manage("GET /requests", p.petitions)
	manage("POST /requests/{id}/extend", p.extend)
	manage("POST /requests/{id}/close", p.closePetition)
	manage("GET /retention", p.retention)
	manage("POST /retention", p.setRetention)
	manage("GET /register", p.register)
	manage("POST /register", p.addLine)
	manage("POST /register/{n}/remove", p.removeLine)
	manage("POST /register/{n}/hide", p.hideLine)
	manage("GET /holds", p.holds)
	manage("GET /breaches", p.breaches)
	manage("POST /breaches", p.openBreach)
	manage("GET /breaches/{id}", p.breach)
	manage("POST /breaches/{id}", p.reviseBreach)
	manage("POST /breaches/{id}/step", p.step)
	manage("POST /breaches/{id}/persons", p.concern)
	manage("GET /breaches/{id}/persons.csv", p.persons)
	at(account.ReadClients, "GET /clients/{id}", p.person)
	at(account.EraseClients, "POST /clients/{id}/erase", p.erase)
	at(account.ExportClients, "POST /clients/{id}/export", p.export)
	manage("POST /clients/{id}/ask", p.ask)
	manage("POST /clients/{id}/hold", p.hold)
}

// show draws a page of the desk.
func (p *Pages) show(t *turn, m view.Leaf, status int) error {
	f, err := p.Frame(t.Turn, "settings", m.Heading)
	if err != nil {
		return err
	}
	if t.R.Method != http.MethodGet {
		f.Path = t.R.URL.Path
	}
	f.Stream = "" // what somebody fills in is left alone
	m.Page, m.Desk = f.Page, &f
	return t.Show(view.LeafPage(m), status)
}

// home is the link back to the index.
func (t *turn) home() view.Link { return view.Link{Text: t.P.T("privacy.title"), Href: t.at("")} }

// when writes an instant; 0 is a dash.
func (t *turn) when(i span.Instant) string {
	if i == 0 {
		return "—"
	}
	return t.P.DateTimeIn(i.In(t.Home), t.Now.In(t.Home))
}

// who names a client; an erased one has a number only.
func (p *Pages) who(t *turn, c id.Client) string {
	card, err := p.Cards.Open(t.Ctx(), t.Who.Business, c, t.Who.Actor(), client.ReadList)
	if err != nil {
		return t.P.T("privacy.erased_client", "id", short(string(c)))
	}
	return card.Name
}

// short is the end of an id, enough to tell cards apart.
func short(text string) string { return text[max(0, len(text)-8):] }

// choices are options of a field, the words of a list.
func (t *turn) choices(prefix string, words []string, chosen string) []view.Option {
	out := make([]view.Option, len(words))
	for i, w := range words {
		out[i] = view.Option{Value: w, Text: t.P.T(prefix + w), Chosen: w == chosen}
	}
	return out
}

// form reads what was sent.
func (t *turn) form() (url.Values, error) {
	if err := t.R.ParseForm(); err != nil {
		return nil, fault.BadField("form", "format", "this is no form")
	}
	return t.typed(), nil
}

// typed is what was sent; nothing before form has read it.
func (t *turn) typed() url.Values {
	r := t.R
	return r.PostForm
}

// after goes on when a form was done; what was refused is shown on the page it came from.
func (p *Pages) after(t *turn, to, done string, err error, again func(said string, wrong view.Errors) error) error {
	switch {
	case err == nil:
		return t.Back(to, done)
	case shell.Expected(err):
		wrong := p.Wrong(t.Turn, err, "")
		if len(wrong) > 0 {
			return again("", wrong)
		}
		return again(p.Refusal(t.Turn, err), nil)
	default:
		return err
	}
}

// index is what there is to look after.
func (p *Pages) index(t *turn) error {
	open, err := p.Office.ListPetitions(t.Ctx(), t.Who, privacy.PetitionFilter{Open: true, Limit: 200})
	if err != nil {
		return err
	}
	late := 0
	for _, x := range open {
		if x.Late(t.Now) {
			late++
		}
	}
	leaks, err := p.Office.ListBreaches(t.Ctx(), t.Who, "", 50)
	if err != nil {
		return err
	}
	var due view.LeafSection
	due.Heading, due.None = t.P.T("privacy.now"), t.P.T("privacy.now_none")
	if len(open) > 0 {
		chip := view.Chip{}
		if late > 0 {
			chip = view.Chip{Text: t.P.T("privacy.late"), Tone: view.Bad}
		}
		due.Rows = append(due.Rows, view.LeafRow{Name: t.P.T("privacy.requests_open", "n", len(open)), Chip: chip, Href: t.at("/requests")})
	}
	for _, b := range leaks {
		if b.Closed == 0 {
			due.Rows = append(due.Rows, p.breachRow(t, b))
		}
	}
	all := view.LeafSection{Heading: t.P.T("privacy.all")}
	for _, path := range []string{"requests", "erasures", "holds", "retention", "register", "breaches"} {
		all.Rows = append(all.Rows, view.LeafRow{Name: t.P.T("privacy." + path), Line: t.P.T("privacy." + path + "_line"), Href: t.at("/" + path)})
	}
	return p.show(t, view.Leaf{
		Heading: t.P.T("privacy.title"), Line: t.P.T("privacy.line"), Sections: []view.LeafSection{due, all},
		Back: view.Link{Text: t.P.T("nav.settings"), Href: t.Root() + "/settings"},
	}, http.StatusOK)
}

package card

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"kept/account"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/internal/web/wire"
	"kept/visitor"
)

// Family keeps which card answers for which other; visitor.Door does.
type Family interface {
	Relate(ctx context.Context, business id.Business, guardian, of id.Client, by event.Actor) error
	Part(ctx context.Context, business id.Business, guardian, of id.Client, by event.Actor) error
	Relations(ctx context.Context, business id.Business, of id.Client, after visitor.RelationSpot, limit int) ([]visitor.Relation, error)
}

// loadFamily reads whom the card answers for and who answers for it, and what
// those within reach are called.
func (d *drawing) loadFamily() error {
	name := func(r visitor.Relation) wire.Cursor { return wire.RelationCursor(r, d.client) }
	list, err := turned(d, "family", mostTies, name, func(from wire.Cursor, limit int) ([]visitor.Relation, error) {
		return d.Family.Relations(d.Ctx(), d.Who.Business, d.client, wire.RelationSpot(from), limit)
	})
	if err != nil {
		return err
	}
	others := make([]id.Client, len(list))
	for i, r := range list {
		d.ties = append(d.ties, r.Spot(d.client))
		others[i] = d.ties[i].Other
	}
	d.kin, err = d.Clients.Some(d.Ctx(), d.Who.Business, others, d.Who.Actor())
	return err
}

// family lists them. Somebody out of the reader's reach stays without a name.
func (d *drawing) family() view.SheetSection {
	s := view.SheetSection{ID: "family", Ahead: true, Heading: d.P.T("family.title"), Teach: d.P.T("family.none")}
	for _, one := range d.ties {
		row := view.SheetRow{Title: d.P.T("family.hidden"), Line: d.P.T("family.is_"+one.Role(), "when", d.P.DateYear(one.CreatedAt.In(d.Home)))}
		if at := slices.IndexFunc(d.kin, func(c client.Client) bool { return c.ID == one.Other }); at >= 0 {
			row.Title, row.Href = d.kin[at].Name, d.Root()+"/clients/"+string(one.Other)
		}
		if d.may() {
			row.Acts = []view.SheetAct{{Text: d.P.T("family.part"), About: row.Title, Action: d.at("/part"), Hidden: d.tie("part", one.Other, one.Role())}}
		}
		s.Rows = append(s.Rows, row)
	}
	if d.may() {
		s.Links = []view.Link{{Text: d.P.T("family.add"), Href: d.at("/family")}}
	}
	return d.turns(s)
}

// tie are the hidden fields of a form about another card and what it is to this one.
func (d *drawing) tie(form string, other id.Client, role string) []view.Pair {
	return d.hidden(form+string(other)+role, view.Pair{Name: "client", Value: string(other)}, view.Pair{Name: "role", Value: role})
}

// pair reads from such a form which card answers for which. The other one is
// there, and within reach, where it is to be found.
func (t *turn) pair() (guardian, of id.Client, err error) {
	other := id.Client(t.typed("client"))
	switch {
	case !id.Valid(string(other)):
		return "", "", fault.Missing("client")
	case t.typed("role") == visitor.Ward:
		return t.client, other, nil
	case t.typed("role") == visitor.Guardian:
		return other, t.client, nil
	}
	return "", "", fault.BadField("role", "unknown", "is ward or guardian")
}

func relate(ctx context.Context, p *Pages, t *turn) (string, error) {
	guardian, of, err := t.pair()
	if err != nil {
		return "", err
	}
	for _, one := range []id.Client{guardian, of} { // both are there, and the reader's to join
		if _, err := p.Clients.Find(ctx, t.Who.Business, one); err != nil {
			return "", err
		}
	}
	return "#family", p.Family.Relate(ctx, t.Who.Business, guardian, of, t.Who.Actor())
}

func part(ctx context.Context, p *Pages, t *turn) (string, error) {
	guardian, of, err := t.pair()
	if err != nil {
		return "", err
	}
	if _, err := p.Clients.Find(ctx, t.Who.Business, t.client); err != nil {
		return "", err
	}
	return "#family", p.Family.Part(ctx, t.Who.Business, guardian, of, t.Who.Actor())
}

// mostFound bounds how many cards a search for a relative gives.
const mostFound = 10

// relatives looks for the card that answers for this one, or for which it is to answer.
func (p *Pages) relatives(t *turn) error {
	d := &drawing{Pages: p, turn: t}
	f, err := p.Frame(t.Turn, "clients", t.P.T("family.title"))
	if err != nil {
		return err
	}
	f.Stream = "" // looking is recorded: the page must not look again by itself
	c, err := p.Clients.Open(t.Ctx(), t.Who.Business, t.client, t.Who.Actor(), client.ReadCard)
	if err != nil {
		return err
	}
	query := strings.TrimSpace(t.R.URL.Query().Get("q"))
	m := view.FamilyModel{Staff: f, Name: c.Name, Back: t.at("#family"), Search: t.at("/family"), Query: query}
	if query == "" {
		return t.Show(view.FamilyPage(m), http.StatusOK)
	}
	list, err := p.Clients.List(t.Ctx(), t.Who.Business, client.Filter{Query: query, Limit: mostFound}, t.Who.Actor())
	if err != nil && !shell.Expected(err) {
		return err
	}
	for _, one := range list.Items {
		if one.ID == t.client {
			continue
		}
		row := view.SheetRow{Title: one.Name, Href: t.Root() + "/clients/" + string(one.ID), Line: view.Joined(one.Phone, one.Email)}
		for _, role := range []string{visitor.Ward, visitor.Guardian} {
			guardian, of := c.Name, one.Name
			if role == visitor.Guardian {
				guardian, of = of, guardian
			}
			row.Acts = append(row.Acts, view.SheetAct{
				Text: t.P.T("family.let", "guardian", guardian, "of", of), Action: t.at("/relate"), Hidden: d.tie("relate", one.ID, role),
			})
		}
		m.Rows = append(m.Rows, row)
	}
	m.More = list.Next != ""
	return t.Show(view.FamilyPage(m), http.StatusOK)
}

// registerFamily mounts the page on which a relative is looked for.
func (p *Pages) registerFamily(handle func(method, path string, need account.Action, fn func(*turn) error)) {
	handle("GET", "/family", account.WriteClients, p.relatives)
}

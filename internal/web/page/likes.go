package page

import (
	"net/http"
	"slices"

	"kept/catalog"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// favourites puts what the reader likes first, where they are signed in: their
// services, each with whom they usually come to, who can be changed at the next step.
func (p *Pages) favourites(r *http.Request, c *catalog.Catalog, chosen basket, m *view.ServicesModel) {
	cards, err := p.signed(r, c.Business.ID)
	if err != nil || len(cards) == 0 || p.Likes == nil {
		return // the list is whole without
	}
	likes, err := p.Likes(r.Context(), c.Business.ID, cards[0].ID)
	if err != nil {
		return
	}
	g := view.ServiceGroup{Name: m.P.T("services.favourites")}
	for _, want := range likes.Preferences.Services {
		v, ok := c.Service(want)
		if !ok || v.Archived || !v.Public || !offeredAt(v, chosen.location) {
			continue
		}
		next := chosen
		next.services, next.staff = []id.Service{v.ID}, usual(c, v, likes.Preferences.Staff)
		one := choice(r, c, v, next, nil)
		if s, ok := c.StaffMember(next.staff); ok {
			one.Description = m.P.T("services.with", "name", shell.Named(r, c, s.Names))
		}
		g.Services = append(g.Services, one)
	}
	if len(g.Services) > 0 {
		m.Groups = slices.Insert(m.Groups, 0, g)
	}
}

// usual is the first of those whom a client likes who performs a service; empty for nobody.
func usual(c *catalog.Catalog, v *catalog.Service, liked []id.Staff) id.Staff {
	for _, one := range liked {
		if s, ok := c.StaffMember(one); ok && !s.Archived && s.Leads(v) {
			return one
		}
	}
	return ""
}

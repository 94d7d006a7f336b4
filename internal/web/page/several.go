package page

import (
	"net/http"
	"slices"

	"kept/booking"
	"kept/catalog"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// mostServices is how many services can be chosen for one visit.
const mostServices = 8

// ordered tells whether the order of the services is a question.
func (w basket) ordered() bool { return len(w.services) > 1 && len(w.services) <= booking.MostOrder }

// with is the basket with other services: the time must be chosen anew, and who
// leads none of them is not asked for any longer.
func (w basket) with(c *catalog.Catalog, services []id.Service) basket {
	w.services, w.start = services, ""
	w.anyOrder = w.anyOrder && w.ordered()
	if m, ok := c.StaffMember(w.staff); ok && !leadsAny(c, m, services) {
		w.staff = ""
	}
	return w
}

// adding is the address at which a further service is chosen.
func (w basket) adding() string { return w.href() + "&add=1" }

func (w basket) lines(c *catalog.Catalog) []booking.Line {
	return booking.LinesFor(c, w.services, w.staff)
}

// leadsAny tells whether somebody can lead one of some services.
func leadsAny(c *catalog.Catalog, who *catalog.Staff, services []id.Service) bool {
	return slices.ContainsFunc(services, func(one id.Service) bool {
		s, ok := c.Service(one)
		return ok && who.Leads(s)
	})
}

// further lists what clients can add to what is chosen.
func further(c *catalog.Catalog, chosen basket) []*catalog.Service {
	if len(chosen.services) >= mostServices {
		return nil
	}
	return slices.DeleteFunc(c.Further(chosen.services, chosen.location), func(s *catalog.Service) bool { return !s.Public })
}

// addService is the first step again, for a further service.
func (p *Pages) addService(w http.ResponseWriter, r *http.Request, c *catalog.Catalog, chosen basket, more []*catalog.Service) error {
	m := view.ServicesModel{Page: shell.Frame(r, ""), Brand: p.brand(r, c, chosen.location), Times: chosen.href()}
	m.Chosen = chosenText(r, c, chosen, p.visitText(r, c, chosen.lines(c), "", "", 0))
	m.Chosen.Add, m.Chosen.Orders = "", nil
	m.Groups = p.menu(r, c, chosen, more)
	return shell.Draw(w, r, http.StatusOK, view.ServicesPage(m))
}

// chosenText lists the services that are chosen; what all of them take and cost
// together is that of the visit.
func chosenText(r *http.Request, c *catalog.Catalog, chosen basket, v view.Visit) view.Chosen {
	pr := shell.Printer(r)
	var out view.Chosen
	if len(further(c, chosen)) > 0 {
		out.Add = chosen.adding()
	}
	for i, one := range chosen.services {
		s, ok := c.Service(one)
		if !ok {
			continue
		}
		row := view.ChosenService{Name: shell.Named(r, c, s.Names), Line: view.Joined(pr.Duration(s.DurationMin()), pr.Price(s.Price))}
		if len(chosen.services) > 1 {
			row.Remove = chosen.with(c, slices.Delete(slices.Clone(chosen.services), i, i+1)).href()
		}
		out.Services = append(out.Services, row)
	}
	if len(out.Services) > 1 {
		out.Total = view.Joined(v.Duration, v.Price)
	}
	if chosen.ordered() {
		for _, any := range []bool{false, true} {
			next := chosen
			next.anyOrder, next.start = any, ""
			out.Orders = append(out.Orders, view.OrderChoice{Any: any, Href: next.href(), Chosen: any == chosen.anyOrder})
		}
	}
	return out
}

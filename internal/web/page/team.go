package page

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// teamText fills in who will be there, in the order in which they come, and of
// several services when each is done and by whom. Rooms and machines are the
// house's own affair.
func (p *Pages) teamText(r *http.Request, c *catalog.Catalog, v *view.Visit, of availability.Placement, zone *time.Location) {
	if all := teamOf(r, c, of.Items...); all != "" {
		v.Staff = all
	}
	if len(of.Items) < 2 {
		return
	}
	pr := shell.Printer(r)
	for _, item := range of.Items {
		s, ok := c.Service(item.Service)
		if !ok || len(item.Segments) == 0 {
			continue
		}
		from, till := item.Segments[0].Start, item.Segments[len(item.Segments)-1].End
		v.Parts = append(v.Parts, view.Part{
			Time: pr.Time(from.In(zone)) + "–" + pr.Time(till.In(zone)), What: shell.Named(r, c, s.Names), Who: teamOf(r, c, item),
		})
	}
}

// teamOf names everybody who takes part in services, each once.
func teamOf(r *http.Request, c *catalog.Catalog, items ...availability.Item) string {
	var seen []id.Staff
	var names []string
	for _, item := range items {
		for _, part := range item.Segments {
			for _, who := range part.Staff {
				if m, ok := c.StaffMember(who); ok && !slices.Contains(seen, who) {
					seen, names = append(seen, who), append(names, shell.Named(r, c, m.Names))
				}
			}
		}
	}
	return strings.Join(names, shell.Printer(r).T("list.comma"))
}

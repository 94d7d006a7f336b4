package page

import (
	"net/http"

	"kept/booking"
	"kept/catalog"
	"kept/internal/i18n"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// parties fills the choice of how many come, for a service with seats.
func (p *Pages) parties(r *http.Request, out *picked, c *catalog.Catalog, k pick) {
	s, ok := c.Service(k.lines[0].Service)
	if !ok || s.Seats < 2 || k.partyLink == nil {
		return
	}
	pr := shell.Printer(r)
	for n := 1; n <= min(s.Seats, mostParty); n++ {
		out.Parties = append(out.Parties, view.PartyChoice{
			Number: pr.Number(n), Label: pr.N("session.people", n), Href: k.partyLink(n), Chosen: n == max(1, k.party),
		})
	}
}

// placesLeft tells how many seats the sessions have that begin with a slot, the
// one with most of them; 0 where it is no session.
func placesLeft(offer *booking.Offer, i int) int {
	most := 0
	for at := i; at < len(offer.Free) && offer.Slots[at].Start == offer.Slots[i].Start; at++ {
		most = max(most, offer.Free[at])
	}
	return most
}

// partyText says how many come, where they are several.
func partyText(pr i18n.Printer, party int) string {
	if party < 2 {
		return ""
	}
	return pr.N("session.people", party)
}

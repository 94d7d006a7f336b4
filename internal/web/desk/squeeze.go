package desk

import (
	"net/http"

	"kept/account"
	"kept/booking"
	"kept/fault"
	"kept/internal/web/view"
)

// maySqueeze tells whether the reader may put a visit beside another one.
func (t *turn) maySqueeze() bool {
	return t.Set.Catalog.Business.Terms.Overflow > 0 && t.Who.May(account.Squeeze)
}

// squeezeSeen settles who leads a squeeze-in. Until the reader has seen what it
// lies beside, as it is now, the form is shown again with that, and done is true.
func (d *Desk) squeezeSeen(t *turn, w wish, req *booking.Request) (done bool, err error) {
	found, err := d.Bookings.TrySqueeze(t.Ctx(), t.Who, *req)
	if err != nil {
		return true, d.notBooked(t, w, err)
	}
	lead := found.Placement.Lead
	req.Lines = booking.LinesFor(t.Set.Catalog, w.services, lead)
	m := &view.Beside{Seen: req.Start.String() + "/" + string(lead), Others: found.Others}
	for _, b := range found.Beside {
		m.Seen += "/" + string(b.ID)
		r := d.row(t, b, false)
		m.Visits = append(m.Visits, view.Link{
			Text: view.Joined(r.Time+"–"+r.Until, r.Service, r.Client), Href: r.Href,
		})
	}
	if t.R.PostFormValue("beside") == m.Seen {
		return false, nil
	}
	m.Title = t.P.T("squeeze.ask", "who", t.StaffName(lead), "when", t.P.DateTimeIn(req.Start.In(w.zone), t.Now.In(w.zone)))
	w.beside = m
	return true, d.newShown(t, w, nil, view.Notice{}, http.StatusOK)
}

// squeezeRefused says why a squeeze-in cannot be had where its own lane, or a
// room, is taken: nobody's ordinary visit is in its way.
func (d *Desk) squeezeRefused(t *turn, err error) string {
	if fault.Is(err, fault.CodeSlotTaken) {
		return t.P.T("squeeze.taken")
	}
	return d.Refusal(t.Turn, err)
}

package card

import (
	"context"

	"kept/id"
	"kept/internal/web/view"
)

// calendars tells that the client has connected calendars of their own, and no
// more; they can be let go.
func (d *drawing) calendars() []view.SheetRow {
	var out []view.SheetRow
	for _, w := range d.watches {
		row := view.SheetRow{Title: d.P.T("watch.connected", "when", d.P.DateYear(w.CreatedAt.In(d.Home))), Line: d.P.T("outside.is_" + string(w.Status(d.Now)))}
		if d.may() {
			row.Acts = []view.SheetAct{{
				Text: d.P.T("watch.drop"), About: row.Title, Action: d.at("/uncalendar"),
				Hidden: d.hidden("uncalendar"+string(w.ID), view.Pair{Name: "calendar", Value: string(w.ID)}),
			}}
		}
		out = append(out, row)
	}
	return out
}

// uncalendar lets a calendar of the client's go.
func uncalendar(ctx context.Context, p *Pages, t *turn) (string, error) {
	return "#wishes", p.Watches.Disconnect(ctx, t.Who, t.client, id.Link(t.typed("calendar")))
}

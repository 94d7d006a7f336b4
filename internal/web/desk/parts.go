package desk

import (
	"strings"
	"time"

	"kept/availability"
	"kept/booking"
	"kept/internal/web/view"
	"kept/span"
)

// parts lists the segments of a visit, each with who and what is there; none
// where one person alone does all of it at once.
func (t *turn) parts(b *booking.Booking, zone *time.Location) []view.Part {
	var out []view.Part
	plain := true
	for _, item := range b.Items {
		what := ""
		if s, ok := t.Set.Catalog.Service(item.Service); ok {
			what = t.Name(s.Names)
		}
		for _, part := range item.Segments {
			plain = plain && len(part.Staff) < 2 && len(part.Units) == 0
			out = append(out, view.Part{Time: t.partTime(part, b, zone), What: what, Who: t.there(part)})
		}
	}
	if plain && len(out) < 2 {
		return nil
	}
	return out
}

// partTime is when a part is done, with its day where that is another than the visit's.
func (t *turn) partTime(part availability.Part, b *booking.Booking, zone *time.Location) string {
	from := part.Start.In(zone)
	text := t.P.Time(from) + "–" + t.P.Time(part.End.In(zone))
	if span.DateOf(from) != span.DateOf(b.Start.In(zone)) {
		text = t.P.Date(from) + " " + text
	}
	return text
}

// there names the people and the units of a part.
func (t *turn) there(part availability.Part) string {
	var people, units []string
	for _, who := range part.Staff {
		people = append(people, t.StaffName(who))
	}
	for _, u := range part.Units {
		units = append(units, t.unit(availability.Lane{Kind: availability.UnitLane, ID: u}))
	}
	if len(people) == 0 {
		people = []string{t.P.T("calendar.processing")}
	}
	comma := t.P.T("list.comma")
	return view.Joined(strings.Join(people, comma), strings.Join(units, comma))
}

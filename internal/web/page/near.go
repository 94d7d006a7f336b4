package page

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"kept/availability"
	"kept/booking"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/span"
)

// nearby is how many other times are offered for one that is gone.
const nearby = 4

// others fills the times nearest to one that cannot be had any more, in order
// of time, each with its day where that is another.
func (p *Pages) others(r *http.Request, out *picked, k pick, offer *booking.Offer) {
	if k.gone == 0 {
		return
	}
	pr, day := shell.Printer(r), span.DateOf(k.gone.In(out.zone))
	busy := map[span.Instant]bool{}
	for i, s := range offer.Slots {
		busy[s.Start] = busy[s.Start] || offer.Busy(i)
	}
	slots := slices.DeleteFunc(slices.Clone(offer.Slots), func(s availability.Slot) bool { return s.Start == k.gone })
	away := func(s availability.Slot) span.Instant { return max(s.Start-k.gone, k.gone-s.Start) }
	slices.SortStableFunc(slots, func(a, b availability.Slot) int { return cmp.Compare(away(a), away(b)) })
	slots = slots[:min(nearby, len(slots))]
	slices.SortFunc(slots, func(a, b availability.Slot) int { return cmp.Compare(a.Start, b.Start) })
	for i, s := range slots {
		if i > 0 && slots[i-1].Start == s.Start {
			continue // with others it takes another time or price: shown once it is chosen
		}
		local := s.Start.In(out.zone)
		choice := view.TimeChoice{
			Time: pr.Time(local), Price: pr.MoneyShort(offer.Quote(s).Total),
			Href: k.link(k.staff, span.DateOf(local).String(), local.Format(time.RFC3339)), Busy: busy[s.Start],
		}
		if span.DateOf(local) != day {
			choice.Note = pr.Date(local)
		}
		out.Others = append(out.Others, choice)
	}
}

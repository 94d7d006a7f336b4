package page

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/availability"
	"kept/booking"
	"kept/id"
	"kept/money"
	"kept/pricing"
	"kept/span"
)

// TestOthers wants the four times nearest to one that is gone, the gone one
// not among them, each told with its day where that is another.
func TestOthers(t *testing.T) {
	t.Parallel()
	at := func(day, hour, minute int) span.Instant {
		return span.At(time.Date(2026, 3, day, hour, minute, 0, 0, time.UTC))
	}
	offer := &booking.Offer{Quotes: []pricing.Quote{{Total: money.Of(6200, "EUR")}}}
	for _, start := range []span.Instant{at(3, 17, 0), at(4, 8, 0), at(4, 10, 0), at(4, 10, 30), at(4, 19, 45), at(5, 9, 0), at(6, 9, 0)} {
		offer.Slots = append(offer.Slots, availability.Slot{Start: start})
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	told := func(gone span.Instant) []string {
		out := picked{zone: time.UTC}
		new(Pages).others(r, &out, pick{gone: gone, link: func(_ id.Staff, day, _ string) string { return day }}, offer)
		var all []string
		for _, o := range out.Others {
			all = append(all, o.Href+" "+o.Time+" "+o.Note)
		}
		return all
	}
	want := []string{"2026-03-03 17:00 Tue 3 March", "2026-03-04 08:00 ", "2026-03-04 10:00 ", "2026-03-04 19:45 "}
	if diff := cmp.Diff(want, told(at(4, 10, 30))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := told(0); got != nil {
		t.Errorf("nothing is gone, and %v is offered instead", got)
	}
}

package page

import (
	"testing"

	"kept/availability"
	"kept/booking"
	"kept/internal/i18n"
)

func TestPlacesLeft(t *testing.T) {
	t.Parallel()
	offer := &booking.Offer{Slots: []availability.Slot{{Start: 1}, {Start: 1}, {Start: 2}}, Free: []int{2, 5, 1}}
	for i, want := range []int{5, 5, 1} {
		if got := placesLeft(offer, i); got != want {
			t.Errorf("slot %d has %d places left, want %d", i, got, want)
		}
	}
	offer.Free = nil
	if got := placesLeft(offer, 0); got != 0 {
		t.Errorf("of no group %d places are left", got)
	}
	for lang, want := range map[string]string{"en": "2 people", "zh-Hant": "2 人", "ru": "2 человека"} {
		if got := partyText(*i18n.For(lang), 2); got != want {
			t.Errorf("%s: %q", lang, got)
		}
	}
	if partyText(*i18n.For("en"), 1) != "" {
		t.Error("one who comes alone is told so")
	}
}

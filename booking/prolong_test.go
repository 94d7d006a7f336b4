package booking_test

import (
	"context"
	"testing"

	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/span"
)

// TestProlong keeps a hold for whoever waits for a code: longer, but not without end.
func TestProlong(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Staff: []id.Staff{"ada"}})
	d, ctx := s.Desk, t.Context()
	h, err := d.Hold(ctx, s.Public, s.Cut(ten, "", "clara"))
	must(t, err)
	made := h.CreatedAt
	for i, c := range []struct{ wait, until span.Instant }{{0, 10}, {4, 14}, {9, 20}, {6, 20}} {
		s.Clock.Advance(c.wait * span.Minute)
		got, err := d.Prolong(ctx, s.Public, h.ID)
		must(t, err)
		if got.ExpiresAt != made+c.until*span.Minute || got.CreatedAt != made {
			t.Errorf("step %d: it is kept until %v, want %d min after %v", i, got.ExpiresAt, c.until, made)
		}
		if _, offered := s.Starts(t)[ten]; offered {
			t.Errorf("step %d: what is held is offered", i)
		}
		_, err = d.Hold(ctx, s.Public, s.Cut(ten, "", "dora"))
		wantCode(t, err, fault.CodeSlotTaken)
	}
	_, err = d.Book(ctx, s.Public, held(s, h, "clara"))
	must(t, err)
	_, err = d.Prolong(ctx, s.Public, h.ID)
	wantCode(t, err, fault.CodeHoldExpired)
	other, err := d.Hold(ctx, s.Public, s.Cut(ten+span.Day, "", "dora"))
	must(t, err)
	s.Clock.Advance(11 * span.Minute)
	_, err = d.Prolong(ctx, s.Public, other.ID)
	wantCode(t, err, fault.CodeHoldExpired)
	if _, offered := s.Starts(t)[ten]; offered {
		t.Error("what was booked is offered")
	}
}

// asking wants a word, and notes whose contact it was shown for.
type asking struct{ asked []string }

func (a *asking) Spend(_ context.Context, terms catalog.Terms, _ id.Business, proof string, given client.Draft, _ id.Client) error {
	if a.asked = append(a.asked, terms.Proof+" "+given.Name); proof != "shown" {
		return fault.New(fault.Forbidden, fault.CodeProofRequired, "show it")
	}
	return nil
}

// TestWhoProves asks the public alone, last of all, and once for a series.
func TestWhoProves(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Staff: []id.Staff{"ada"}})
	d, ctx, door := s.Desk, t.Context(), &asking{}
	d.Proofs = door
	_, err := d.Book(ctx, s.Public, s.Cut(ten, "", "anna"))
	must(t, err) // nobody is asked before the owner says so
	_, err = s.Office.UpdateBusiness(ctx, s.Owner, func(b *catalog.Business) error { b.Terms.Proof = catalog.ProofAlways; return nil })
	must(t, err)
	_, err = d.Book(ctx, s.Owner, s.Cut(ten+span.Hour, "", "berta"))
	must(t, err)
	_, err = d.Book(ctx, s.Public, s.Cut(ten, "", "clara")) // taken: no code is sent for what cannot be had
	wantCode(t, err, fault.CodeSlotTaken)
	if len(door.asked) != 0 {
		t.Fatalf("asked were %q", door.asked)
	}
	r := s.Cut(ten+2*span.Hour, "", "clara")
	_, err = d.Book(ctx, s.Public, r)
	wantCode(t, err, fault.CodeProofRequired)
	r.Proof = "shown"
	b, err := d.Book(ctx, s.Public, r)
	must(t, err)
	if len(door.asked) != 2 || door.asked[1] != "always "+r.Client.Name {
		t.Errorf("asked were %q", door.asked)
	}
	own := s.Public
	own.ID = string(b.Client)
	_, err = d.Book(ctx, own, booking.Request{Lines: r.Lines, Start: ten + 3*span.Hour, ClientID: b.Client})
	must(t, err) // who is signed in has shown it
	series := s.Cut(ten+span.Day, "", "dora")
	series.Proof = "shown"
	door.asked = nil
	_, all, err := d.BookSeries(ctx, s.Public, booking.Repeat{Request: series, Dates: []span.Instant{ten + span.Day, ten + 2*span.Day}})
	must(t, err)
	if len(all) != 2 || len(door.asked) != 1 {
		t.Errorf("of %d dates %d were asked", len(all), len(door.asked))
	}
}

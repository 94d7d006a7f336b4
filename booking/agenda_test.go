package booking_test

import (
	"context"
	"slices"
	"testing"

	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/event"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/span"
)

// agendas has a calendar of one client's, which is open to others or not.
type agendas struct {
	of     id.Client
	busy   span.Set
	others bool
	asked  int
}

func (a *agendas) Busy(_ context.Context, _ id.Business, of id.Client, themselves bool) (span.Set, error) {
	a.asked++
	if of != a.of || !themselves && !a.others {
		return nil, nil
	}
	return slices.Clone(a.busy), nil
}

// looked is what somebody sees of a list: the starts, and which are marked.
func looked(t *testing.T, s *storetest.Shop, service id.Service, change func(*booking.Search)) (all, marked []span.Instant, o *booking.Offer) {
	t.Helper()
	day := span.Date{Year: 2026, Month: 11, Day: 23}
	search := booking.Search{Lines: []booking.Line{{Service: service}}, From: day, To: day, Public: true}
	if change != nil {
		change(&search)
	}
	o, err := s.Desk.Offer(t.Context(), s.ID, search)
	must(t, err)
	for i, slot := range o.Slots {
		all = append(all, slot.Start)
		if o.Busy(i) {
			marked = append(marked, slot.Start)
		}
	}
	return all, marked, o
}

// TestTheClientsOwnCalendar orders and marks the list that its client looks at,
// closes nothing, and tells others nothing.
func TestTheClientsOwnCalendar(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{})
	mia := s.Book(t, s.Cut(ten, "ada", "mia")).Client
	leo := s.Book(t, s.Cut(ten, "ben", "leo")).Client
	diary := &agendas{of: mia, busy: span.SetOf(span.Span{Start: ten - 3*span.Hour, End: ten + 150*span.Minute})}
	s.Desk.Agendas = diary
	all, marked, _ := looked(t, s, "cut", nil)
	if len(marked) > 0 || diary.asked != 0 {
		t.Errorf("a stranger sees %v", marked)
	}
	mine, marked, offer := looked(t, s, "cut", func(q *booking.Search) { q.Reader = mia })
	if !slices.Equal(all, mine) {
		t.Errorf("%d starts, with a calendar %d", len(all), len(mine))
	}
	if len(marked) == 0 || len(marked) == len(mine) {
		t.Fatalf("%d of %d are marked", len(marked), len(mine))
	}
	for i, start := range mine {
		if want := start < ten+150*span.Minute; slices.Contains(marked, start) != want || offer.Ranks[i].Busy != want {
			t.Errorf("%v is marked: %v", start, !want)
		}
	}
	offer.BestFirst()
	for i, slot := range offer.Slots {
		if want := i >= len(mine)-len(marked); offer.Busy(i) != want || slices.Contains(marked, slot.Start) != want {
			t.Errorf("%d: %v is at the wrong place", i, slot.Start)
		}
	}
	for name, change := range map[string]func(*booking.Search){
		"another client":        func(q *booking.Search) { q.Reader = leo },
		"staff, closed to them": func(q *booking.Search) { q.Client = mia },
	} {
		if _, marked, offer := looked(t, s, "cut", change); len(marked) > 0 || offer.Ranks[0].Cost.Clash != 0 {
			t.Errorf("%s: %v, %+v", name, marked, offer.Ranks[0])
		}
	}
	diary.others = true
	_, marked, offer = looked(t, s, "cut", func(q *booking.Search) { q.Client, q.Public = mia, false })
	offer.BestFirst()
	if first := offer.Slots[0].Start; len(marked) > 0 || first < ten+150*span.Minute {
		t.Errorf("open to others: the first is %v, marked %v", first, marked)
	}
}

// TestAVisitIsNotInItsOwnWay moves a visit that stands in the client's calendar.
func TestAVisitIsNotInItsOwnWay(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{})
	b := s.Book(t, s.Cut(ten, "ada", "mia"))
	s.Desk.Agendas = &agendas{of: b.Client, busy: span.SetOf(span.Span{Start: b.Start, End: b.End}, span.Span{Start: ten + span.Hour, End: ten + 90*span.Minute})}
	_, marked, _ := looked(t, s, "cut", func(q *booking.Search) { q.Reader = b.Client })
	_, moving, _ := looked(t, s, "cut", func(q *booking.Search) { q.Reader, q.Except = b.Client, b.ID })
	if !slices.Contains(marked, ten) || slices.Contains(moving, ten) || !slices.Contains(moving, ten+span.Hour) {
		t.Errorf("marked are %v, moving it %v", marked, moving)
	}
}

// TestListsOfOtherKindsAreMarkedToo looks at sessions, and at work that is dropped off.
func TestListsOfOtherKindsAreMarkedToo(t *testing.T) {
	t.Parallel()
	s, class := studio(t, 3, 0)
	b := s.Book(t, join("mia", 1))
	s.Desk.Agendas = &agendas{of: b.Client, busy: span.SetOf(span.Span{Start: class.Placement.End - span.Minute, End: class.Placement.End + span.Hour})}
	if all, marked, _ := looked(t, s, "yoga", func(q *booking.Search) { q.Reader = b.Client }); len(all) != 1 || len(marked) != 1 {
		t.Errorf("of %v are marked %v", all, marked)
	}
	g := garage(t, brakes(120, catalog.Flexible{}))
	job := g.Book(t, bring(eight, "mia"))
	for name, c := range map[string]struct {
		busy span.Span
		want int
	}{
		"some of the time to bring it": {span.Span{Start: eight, End: eight + 50*span.Minute}, 0},
		"all of it":                    {span.Span{Start: eight - span.Hour, End: eight + span.Hour}, 1},
		"while it is done":             {span.Span{Start: eight + span.Hour, End: eight + 8*span.Hour}, 0},
	} {
		g.Desk.Agendas = &agendas{of: job.Client, busy: span.SetOf(c.busy)}
		if all, marked, _ := looked(t, g, "brakes", func(q *booking.Search) { q.Reader = job.Client }); len(all) != 1 || len(marked) != c.want {
			t.Errorf("%s: of %v are marked %v", name, all, marked)
		}
	}
}

// TestAReaderIsKnownByWhatTheyLike orders the list that a client looks at by
// their card, and lets no rule look at them.
func TestAReaderIsKnownByWhatTheyLike(t *testing.T) {
	t.Parallel()
	s, mother, _ := carded(t)
	_, err := s.Cards.UpdateProfile(t.Context(), s.ID, mother, 0, event.System(), func(p *client.Profile) error {
		p.Preferences.Windows = []client.Window{{From: 15 * 60, To: 16 * 60}}
		return nil
	})
	must(t, err)
	all, _, _ := looked(t, s, "cut", nil)
	mine, _, offer := looked(t, s, "cut", func(q *booking.Search) { q.Reader = mother })
	if !slices.Equal(all, mine) {
		t.Errorf("offered are %v, and to them %v", all, mine)
	}
	offer.BestFirst()
	if got := offer.Slots[0].Start; got < ten+5*span.Hour || got >= ten+6*span.Hour {
		t.Errorf("who likes the afternoon is first offered %v", got)
	}
	gone, _, _ := looked(t, s, "cut", func(q *booking.Search) { q.Reader = "nobody" })
	if !slices.Equal(all, gone) {
		t.Error("a client who is no more is offered something else")
	}
}

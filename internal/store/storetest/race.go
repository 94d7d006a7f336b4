package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/store"
	"kept/money"
	"kept/span"
)

// Crowd says how hard the races are run.
type Crowd struct {
	Clients int // at once
	Rounds  int // of each race
}

// Race lets clients fight for the same time, on two nodes that share nothing
// but the database, and counts who got it. On SQLite, where writers queue,
// it proves little; PostgreSQL is where a check that comes before its lock
// sells a slot twice.
func Race(t *testing.T, open Opener, c Crowd) {
	t.Helper()
	for _, race := range []struct {
		name string
		run  func(t *testing.T, open Opener, c Crowd)
	}{
		{"one slot", OneSlot},
		{"holds and bookings", raceHolds},
		{"one hold", raceOneHold},
		{"holds that end", raceExpiry},
		{"moves onto one slot", raceMoves},
		{"cancel and move", raceCancelMove},
		{"confirm and decline", raceConfirm},
		{"one room", raceRoom},
		{"anyone", raceAnyone},
		{"one client", raceClient},
		{"one newcomer", raceNewcomer},
		{"bookings and a merge", raceMerge},
		{"many lanes", raceLanes},
		{"twins", raceTwins},
		{"seats", raceSeats},
		{"limit", raceLimit},
		{"limit of a client", raceClientLimit},
		{"work that gives way", raceWork},
		{"a new rule", raceNewRule},
	} {
		t.Run(race.name, func(t *testing.T) {
			t.Parallel()
			race.run(t, open, c)
		})
	}
}

// crowd runs do for everybody at once, every second one on the other node,
// and counts the outcomes by their codes; what went well has the code "".
func (s *Shop) crowd(t testing.TB, n int, do func(ctx context.Context, i int, s *Shop) error) map[string]int {
	t.Helper()
	nodes := [2]*Shop{s, s.Node(t)}
	codes := make([]string, n)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			if err := do(t.Context(), i, nodes[i%2]); err != nil {
				codes[i] = fault.CodeOf(err)
				if fault.KindOf(err) == fault.Internal || fault.KindOf(err) == fault.Unavailable {
					t.Errorf("number %d failed: %v", i, err)
				}
			}
		})
	}
	close(start)
	all.Wait()
	out := map[string]int{}
	for _, code := range codes {
		out[code]++
	}
	return out
}

// wantOutcomes compares outcomes given as code, number, code, number ...
func wantOutcomes(t testing.TB, got map[string]int, want ...any) {
	t.Helper()
	expected := map[string]int{}
	for i := 0; i < len(want); i += 2 {
		if n := want[i+1].(int); n > 0 { //nolint:forcetypeassert // as it is written in this file
			expected[want[i].(string)] = n //nolint:forcetypeassert // as above
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(expected) {
		t.Errorf("outcomes are %v, want %v", got, expected)
	}
}

// free is the start of the n-th round's slot: half past nine and so on, tomorrow and the days after.
func free(round int) span.Instant {
	const daily = 14
	return Tomorrow(9, 30) + span.Instant(round/daily)*span.Day + span.Instant(round%daily)*30*span.Minute
}

func raceHolds(t *testing.T, open Opener, c Crowd) {
	s := NewShop(t, open, Plan{})
	for round := range c.Rounds {
		got := s.crowd(t, c.Clients, func(ctx context.Context, i int, s *Shop) error {
			r := s.Cut(free(round), "ada", Numbered("client", i))
			if i%3 == 0 {
				_, err := s.Desk.Book(ctx, s.Public, r)
				return err
			}
			h, err := s.Desk.Hold(ctx, s.Public, r)
			if err != nil {
				return err
			}
			// Whoever holds the slot gets it, whatever the others do meanwhile.
			if _, err := s.Desk.Book(ctx, s.Public, booking.Request{Hold: h.ID, Client: r.Client}); err != nil {
				t.Errorf("a hold did not hold: %v", err)
			}
			return nil
		})
		wantOutcomes(t, got, "", 1, fault.CodeSlotTaken, c.Clients-1)
	}
	s.Audit(t)
}

func raceOneHold(t *testing.T, open Opener, c Crowd) {
	s := NewShop(t, open, Plan{})
	for round := range c.Rounds {
		h, err := s.Desk.Hold(t.Context(), s.Public, s.Cut(free(round), "ada", ""))
		Must(t, err)
		got := s.crowd(t, c.Clients, func(ctx context.Context, i int, s *Shop) error {
			r := s.Cut(0, "", Numbered("client", i))
			_, err := s.Desk.Book(ctx, s.Public, booking.Request{Hold: h.ID, Client: r.Client})
			return err
		})
		wantOutcomes(t, got, "", 1, fault.CodeHoldExpired, c.Clients-1)
	}
	s.Audit(t)
}

// raceExpiry lets bookings, the sweeper and a late owner meet at the instant when holds end.
func raceExpiry(t *testing.T, open Opener, c Crowd) {
	s := NewShop(t, open, Plan{})
	for round := range c.Rounds {
		for _, staff := range []id.Staff{"ada", "ben"} {
			_, err := s.Desk.Hold(t.Context(), s.Public, s.Cut(free(round), staff, ""))
			Must(t, err)
		}
		s.Clock.Advance(10 * span.Minute)
		got := s.crowd(t, c.Clients, func(ctx context.Context, i int, s *Shop) error {
			if i%8 == 0 {
				_, err := s.Desk.ExpireHolds(ctx, 10)
				if err != nil {
					return err
				}
			}
			_, err := s.Desk.Book(ctx, s.Public, s.Cut(free(round), "", Numbered("client", i)))
			return err
		})
		wantOutcomes(t, got, "", 2, fault.CodeSlotTaken, c.Clients-2)
	}
	_, err := s.Desk.ExpireHolds(t.Context(), 100)
	Must(t, err)
	if n := s.Count(t, "SELECT COUNT(*) FROM occupancy WHERE source_kind = 'hold'") + s.Count(t, "SELECT COUNT(*) FROM hold"); n != 0 {
		t.Errorf("%d traces of holds are left", n)
	}
	s.Audit(t)
}

func raceMoves(t *testing.T, open Opener, c Crowd) {
	s := NewShop(t, open, Plan{})
	const movers = 12
	for round := range c.Rounds {
		day := span.Instant(round) * span.Day
		var booked []*booking.Booking
		for i := range movers {
			booked = append(booked, s.Book(t, s.Cut(Tomorrow(10, 30*i)+day, "ada", Numbered("client", i))))
		}
		got := s.crowd(t, movers, func(ctx context.Context, i int, s *Shop) error {
			_, err := s.Desk.Reschedule(ctx, s.Client(booked[i]), booked[i].ID, booking.Move{Start: Tomorrow(9, 0) + day})
			return err
		})
		wantOutcomes(t, got, "", 1, fault.CodeSlotTaken, movers-1)
	}
	s.Audit(t)
}

// raceCancelMove moves a booking to and fro while it is cancelled. The
// cancellation always gets through, and nothing is left on the lanes.
func raceCancelMove(t *testing.T, open Opener, c Crowd) {
	s := NewShop(t, open, Plan{})
	for round := range 3 * c.Rounds {
		day := span.Instant(round) * span.Day
		b := s.Book(t, s.Cut(Tomorrow(10, 0)+day, "ada", "clara"))
		s.crowd(t, 4, func(ctx context.Context, i int, s *Shop) error {
			if i == 0 {
				_, err := s.Desk.Cancel(ctx, s.Client(b), b.ID, "")
				if err != nil {
					t.Errorf("not cancelled: %v", err)
				}
				return nil
			}
			_, err := s.Desk.Reschedule(ctx, s.Client(b), b.ID, booking.Move{Start: Tomorrow(10+i, 0) + day})
			return err
		})
		if n := s.Count(t, "SELECT COUNT(*) FROM occupancy"); n != 0 {
			t.Fatalf("%d rows are left of a cancelled booking", n)
		}
		if steps := s.Steps(t, b.ID); steps["reminder_3h"]+steps["reminder_24h"] != 0 {
			t.Errorf("a cancelled booking is reminded of: %v", steps)
		}
	}
}

func raceConfirm(t *testing.T, open Opener, c Crowd) {
	terms := catalog.DefaultTerms()
	terms.Approval = true
	s := NewShop(t, open, Plan{Terms: &terms})
	for round := range c.Rounds {
		b := s.Book(t, s.Cut(free(round), "ada", "clara"))
		s.crowd(t, 8, func(ctx context.Context, i int, s *Shop) error {
			verb := s.Desk.Confirm
			if i%2 == 1 {
				verb = s.Desk.Decline
			}
			_, err := verb(ctx, s.Owner, b.ID)
			return err
		})
		told := map[event.Type]int{}
		for _, e := range s.Events(t, b.ID) {
			told[e.Type]++
		}
		if told[event.BookingConfirmed]+told[event.BookingDeclined] != 1 {
			t.Errorf("one request was answered so: %v", told)
		}
	}
	s.Audit(t)
}

// inRoom is a service that needs the room of a kind.
func inRoom(name id.Service, kind string, units, staff int) *catalog.Service {
	return &catalog.Service{
		ID: name, Names: catalog.Texts{"en": string(name)}, IntervalMin: 30, Price: money.Of(1, "EUR"), Public: true,
		Segments: []catalog.Segment{{
			DurationMin: 30, Staff: &catalog.StaffNeed{Count: staff}, Resources: []catalog.ResourceNeed{{Kind: kind, Count: units}},
		}},
	}
}

func raceRoom(t *testing.T, open Opener, c Crowd) {
	s := NewShop(t, open, Plan{
		Services:  []*catalog.Service{inRoom("cut", "room", 1, 1), inRoom("massage", "room", 1, 1)},
		Resources: []*catalog.Resource{{ID: "room", Kind: "room", Units: 1}},
	})
	for round := range c.Rounds {
		got := s.crowd(t, c.Clients, func(ctx context.Context, i int, s *Shop) error {
			r := s.Cut(free(round), "ada", Numbered("client", i))
			if i%2 == 1 {
				r.Lines = []booking.Line{{Service: "massage", Staff: "ben"}}
			}
			_, err := s.Desk.Book(ctx, s.Public, r)
			return err
		})
		wantOutcomes(t, got, "", 1, fault.CodeSlotTaken, c.Clients-1)
	}
	s.Audit(t)
}

func raceAnyone(t *testing.T, open Opener, c Crowd) {
	s := NewShop(t, open, Plan{Staff: []id.Staff{"ada", "ben", "cem"}})
	for round := range c.Rounds {
		got := s.crowd(t, c.Clients, func(ctx context.Context, i int, s *Shop) error {
			_, err := s.Desk.Book(ctx, s.Public, s.Cut(free(round), "", Numbered("client", i)))
			return err
		})
		wantOutcomes(t, got, "", 3, fault.CodeSlotTaken, c.Clients-3)
	}
	s.Audit(t)
}

// raceClient has one known client book with two people at once.
func raceClient(t *testing.T, open Opener, c Crowd) {
	s := NewShop(t, open, Plan{})
	card, err := s.Registry.Create(t.Context(), s.ID, client.Draft{Name: "Clara", Email: "clara@example.com"}, "", s.Owner.Actor())
	Must(t, err)
	for round := range c.Rounds {
		got := s.crowd(t, 2, func(ctx context.Context, i int, s *Shop) error {
			r := s.Cut(free(round), []id.Staff{"ada", "ben"}[i], "")
			r.ClientID = card.ID
			_, err := s.Desk.Book(ctx, s.Owner, r)
			return err
		})
		wantOutcomes(t, got, "", 1, fault.CodeSlotClosed, 1)
	}
	s.Audit(t)
}

// raceLanes books visits that need several people and units, in any order of
// services, so that everybody locks many lanes: nobody may wait in a circle.
func raceLanes(t *testing.T, open Opener, c Crowd) {
	s := NewShop(t, open, Plan{
		Staff:     []id.Staff{"ada", "ben", "cem", "dan"},
		Services:  []*catalog.Service{inRoom("cut", "chair", 2, 2), inRoom("wash", "basin", 1, 1), inRoom("paint", "chair", 1, 2)},
		Resources: []*catalog.Resource{{ID: "x", Kind: "chair", Units: 4}, {ID: "a", Kind: "basin", Units: 2}},
	})
	for range c.Rounds {
		got := s.crowd(t, c.Clients, func(ctx context.Context, i int, s *Shop) error {
			lines := []booking.Line{{Service: "cut"}, {Service: "wash"}, {Service: "paint"}}
			rand.Shuffle(len(lines), func(a, b int) { lines[a], lines[b] = lines[b], lines[a] })
			r := s.Cut(Tomorrow(9, 0)+span.Minutes(30*rand.IntN(12)), "", Numbered("client", i))
			r.Lines = lines[:1+rand.IntN(len(lines))]
			b, err := s.Desk.Book(ctx, s.Public, r)
			if err != nil || i%3 > 0 {
				return err
			}
			_, err = s.Desk.Cancel(ctx, s.Owner, b.ID, "")
			return err
		})
		for code := range got {
			if code != "" && code != fault.CodeSlotTaken && code != fault.CodeSlotClosed {
				t.Errorf("outcomes are %v", got)
			}
		}
	}
	if s.DB.Dialect().Name() == "postgres" {
		if n := s.Count(t, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"); n != 0 {
			t.Errorf("%d deadlocks", n)
		}
	}
	s.Audit(t)
}

// raceTwins sends the same request many times at once, with one idempotency key.
func raceTwins(t *testing.T, open Opener, c Crowd) {
	s := NewShop(t, open, Plan{})
	for round := range c.Rounds {
		scope := store.Scope{Business: s.ID, Caller: "public", Route: "POST", Key: Numbered("key", round)}
		bodies := make([]string, c.Clients/2)
		got := s.crowd(t, len(bodies), func(ctx context.Context, i int, s *Shop) error {
			return s.DB.Do(ctx, func(ctx context.Context) error {
				now := s.Clock.Now()
				stored, fresh, err := s.Answers.Begin(ctx, scope, []byte("hash"), now, now+span.Day)
				if err != nil {
					return err
				}
				if !fresh {
					bodies[i] = string(stored.Body)
					return nil
				}
				b, err := s.Desk.Book(ctx, s.Public, s.Cut(free(round), "", "clara"))
				if err != nil {
					return err
				}
				body, err := json.Marshal(b)
				if err != nil {
					return err
				}
				bodies[i] = string(body)
				return s.Answers.Finish(ctx, scope, store.Answer{Status: 201, Body: body})
			})
		})
		wantOutcomes(t, got, "", len(bodies))
		for _, body := range bodies {
			if body == "" || body != bodies[0] {
				t.Errorf("one twin was told %q, another %q", bodies[0], body)
			}
		}
		if n := s.Count(t, "SELECT COUNT(*) FROM booking"); n != round+1 {
			t.Errorf("%d bookings after %d requests", n, round+1)
		}
	}
	s.Audit(t)
}

package storetest

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// mixedSteps is how many things each of a round's walkers does.
const mixedSteps = 12

// Mixed lets walkers do everything at once for a while, on two nodes: single
// visits, series, holds, seats, moves and cancellations, under a limit of a day
// and one of a client. Between them the tables are read in single statements,
// and at the end of a round once more: porcupine must find an order of one
// thing after the other that explains all answers and leads to these rows. Each
// round has a business of its own.
func Mixed(t *testing.T, open Opener, walkers int, lasting time.Duration) {
	t.Helper()
	base := NewShop(t, open, Plan{})
	nodes := [2]*Shop{base, base.Node(t)}
	begun, judged, rounds, done := time.Now(), time.Duration(0), 0, map[string]int{}
	for rounds == 0 || time.Since(begun) < lasting && !t.Failed() {
		rounds++
		f := newFloor(t, nodes, Numbered("round", rounds))
		var all sync.WaitGroup
		for i := range walkers {
			dice := rand.New(rand.NewPCG(uint64(rounds), uint64(i)))
			w := &mixer{floor: f, Shop: f.nodes[i%2], me: i, who: i%hallClients + 1, dice: dice}
			all.Go(func() {
				for range mixedSteps {
					w.step(t.Context())
				}
			})
		}
		all.Wait()
		ended := time.Now()
		f.close(t, done)
		judged += time.Since(ended)
	}
	answers := 0
	for _, n := range done {
		answers += n
	}
	t.Logf("%d answers in %d rounds in %.0f s, of which %.0f to judge them: %v", answers, rounds, time.Since(begun).Seconds(), judged.Seconds(), done)
	if base.DB.Dialect().Name() == "postgres" {
		t.Logf("%d deadlocks", base.Count(t, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
	}
}

// floor is one round.
type floor struct {
	history
	nodes    [2]*Shop
	t        *testing.T
	sessions [hallDays]id.Group

	known  sync.Mutex // what names in the tables mean
	guests map[id.Client]int
	holds  map[id.Hold]int
}

// newFloor founds the round's business.
func newFloor(t *testing.T, nodes [2]*Shop, slug string) *floor {
	t.Helper()
	class := Cut()
	class.ID, class.Seats = "class", hallSeats
	limit := func(name id.Rule, l catalog.Limit) *catalog.Rule {
		return &catalog.Rule{ID: name, Kind: catalog.RuleLimit, Names: catalog.Texts{"en": string(name)}, RuleBody: catalog.RuleBody{Limit: &l}}
	}
	s := nodes[0].Another(t, slug, Plan{
		Staff: []id.Staff{"ada", "ben", "cem"}, Services: []*catalog.Service{Cut(), class},
		Rules: []*catalog.Rule{
			limit(ruleDay, catalog.Limit{Of: catalog.LimitBusiness, Per: catalog.PerDay, Max: dayLimit}),
			limit(ruleActive, catalog.Limit{Of: catalog.LimitClient, Per: catalog.PerActive, Max: activeLimit}),
		},
	})
	other := *nodes[1]
	other.enter(s.ID)
	f := &floor{nodes: [2]*Shop{s, &other}, t: t, guests: map[id.Client]int{}, holds: map[id.Hold]int{}}
	for day := range f.sessions {
		one, err := s.Desk.PlanSession(t.Context(), s.Owner, booking.SessionDraft{Service: "class", Staff: "cem", Start: sessionAt(day)})
		Must(t, err)
		f.sessions[day] = one.ID
	}
	f.begun = time.Now()
	return f
}

// staffOf names the people of spots.
func staffOf(n int) id.Staff { return []id.Staff{"ada", "ben"}[n] }

func (s spot) start() span.Instant { return sessionAt(s.day) - span.Minutes(5*60-30*s.row) }

func sessionAt(day int) span.Instant { return Tomorrow(14, 0) + span.Instant(day)*span.Day }

// close looks into the tables, and asks for an order that explains all.
func (f *floor) close(t *testing.T, done map[string]int) {
	t.Helper()
	for _, read := range []func(context.Context) ([]laid, error){f.laid, f.booked} {
		call := f.now()
		rows, err := read(t.Context())
		Must(t, err)
		f.add(0, deed{verb: verbPeek}, call, told{rows: rows})
	}
	for i := range f.ops {
		got := f.ops[i].Output.(told) //nolint:forcetypeassert // nothing else is recorded
		d := f.ops[i].Input.(deed)    //nolint:forcetypeassert // as above
		if d.verb == verbPeek {
			got.hall = f.hall(t, got.rows)
			got.rows = nil
			f.ops[i].Output = got
		}
		done[kind(f.ops[i])]++
	}
	f.nodes[0].Audit(t)
	f.marks(t)
	f.explain(t)
}

// explain asks porcupine for the order, and where there is none, tells without
// which kind of answers there would be one.
func (f *floor) explain(t *testing.T) {
	t.Helper()
	verdict, info := porcupine.CheckOperationsVerbose(hallModel(), f.ops, time.Minute)
	if verdict == porcupine.Ok {
		return
	}
	t.Errorf("no order explains the %d answers of a round: %s", len(f.ops), verdict)
	path := t.ArtifactDir() + "/mixed.html"
	if err := porcupine.VisualizePath(hallModel(), info, path); err == nil {
		t.Log("drawn in", path)
	}
	kinds := map[string]bool{}
	for _, o := range f.ops {
		kinds[kind(o)] = true
	}
	for one := range kinds {
		rest := slices.DeleteFunc(slices.Clone(f.ops), func(o porcupine.Operation) bool { return kind(o) == one })
		if porcupine.CheckOperationsTimeout(hallModel(), rest, 2*time.Second) == porcupine.Ok {
			t.Logf("without %q there is an order", one)
		}
	}
}

// kind is what was done, and why not.
func kind(o porcupine.Operation) string {
	d, got := o.Input.(deed), o.Output.(told) //nolint:forcetypeassert // nothing else is recorded
	return strings.TrimSpace(d.verb + " " + got.no)
}

// mixer is a walker: one of two devices of a client. It gives up only what it
// took itself; the limits bind both.
type mixer struct {
	*floor
	*Shop
	me, who int
	dice    *rand.Rand
	mine    []thing
}

// thing is what a mixer has: visits, seats or a hold.
type thing struct {
	visits []*booking.Booking // of a series all
	spots  []spot
	day    int // from 1: of a session
	party  int
	hold   id.Hold
}

func (w *mixer) step(ctx context.Context) {
	deeds := []func(context.Context){
		w.look, w.look, w.peek, w.peek, w.book, w.book, w.book, w.series, w.series, w.keep, w.keep, w.enter, w.enter,
	}
	if n := len(w.mine); n > 0 {
		own := w.dice.IntN(n)
		one := func(do func(context.Context, *thing)) func(context.Context) {
			return func(ctx context.Context) { do(ctx, &w.mine[own]) }
		}
		if w.mine[own].hold != "" {
			deeds = append(deeds[:5], one(w.redeem), one(w.redeem), one(w.redeem), one(w.release))
		} else {
			deeds = append(deeds, one(w.move), one(w.move), one(w.move), one(w.cancel), one(w.cancel), one(w.cancel), one(w.cancel))
		}
	}
	deeds[w.dice.IntN(len(deeds))](ctx)
}

func (w *mixer) spot() spot {
	return spot{w.dice.IntN(hallDays), w.dice.IntN(hallStaff), w.dice.IntN(hallRows)}
}

func (w *mixer) draft() client.Draft {
	name := Numbered("client", w.who)
	return client.Draft{Name: name, Email: name + "@example.com"}
}

// tell records a deed that may be refused; true when it was not.
func (w *mixer) tell(d deed, call int64, err error, of ...*booking.Booking) bool {
	d.who = w.who
	var got told
	if err != nil {
		if got.no = refusal(err); got.no == "" {
			w.t.Errorf("%+v: %v", d, err)
			return false
		}
	}
	w.add(w.me, d, call, got)
	w.known.Lock()
	defer w.known.Unlock()
	for _, b := range of {
		if b != nil && err == nil {
			w.guests[b.Client] = w.who
		}
	}
	return err == nil
}

// refusal is the word for why not: of a limit its rule; empty for what nobody expects.
func refusal(err error) string {
	var f *fault.Error
	switch {
	case !errors.As(err, &f):
	case f.Code == fault.CodeSlotTaken:
		return f.Code
	case f.Code == fault.CodeSlotClosed && f.Ref != "":
		return f.Ref
	case f.Code == fault.CodeSlotClosed && f.Rule == availability.RuleClient:
		return ruleBusy
	}
	return ""
}

func (w *mixer) forget(one *thing) {
	for i := range w.mine {
		if &w.mine[i] == one {
			w.mine[i] = w.mine[len(w.mine)-1]
			w.mine = w.mine[:len(w.mine)-1]
			return
		}
	}
}

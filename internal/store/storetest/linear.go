package storetest

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"kept/booking"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// slotOp is what somebody did to one slot. A move is two of them, one that
// gives a slot up and one that takes the other, at the same time.
type slotOp struct {
	slot int
	kind slotVerb
	who  int // from 1
}

type slotVerb int

const (
	take slotVerb = iota // ok: it was free and is who's now; else it was taken
	give                 // ok: it was who's and is free now
	look                 // ok: it is offered
)

// slotModel says what a slot is: nobody's, or one holder's. The state is the holder.
func slotModel() porcupine.Model {
	return porcupine.Model{
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			bySlot := map[int][]porcupine.Operation{}
			for _, o := range history {
				slot := o.Input.(slotOp).slot //nolint:forcetypeassert // nothing else is recorded
				bySlot[slot] = append(bySlot[slot], o)
			}
			var out [][]porcupine.Operation
			for _, ops := range bySlot {
				slices.SortFunc(ops, func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
				out = append(out, ops)
			}
			return out
		},
		Init: func() any { return 0 },
		Step: func(state, input, output any) (bool, any) {
			holder, op, ok := state.(int), input.(slotOp), output.(bool) //nolint:forcetypeassert // as above
			switch {
			case op.kind == look:
				return ok == (holder == 0), holder
			case op.kind == give:
				return ok && holder == op.who, 0
			case ok:
				return holder == 0, op.who
			default:
				return holder != 0, holder
			}
		},
		DescribeOperation: func(input, output any) string {
			op := input.(slotOp) //nolint:forcetypeassert // as above
			return Numbered([]string{"take", "give", "look"}[op.kind], op.who) + map[bool]string{true: " ok", false: " no"}[output.(bool)]
		},
	}
}

// history records what everybody did and when, on one monotonic clock.
type history struct {
	mu    sync.Mutex
	begun time.Time
	ops   []porcupine.Operation
}

func (h *history) now() int64 { return int64(time.Since(h.begun)) }

func (h *history) add(client int, input any, call int64, output any) {
	back := h.now()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ops = append(h.ops, porcupine.Operation{ClientId: client, Input: input, Call: call, Output: output, Return: back})
}

// Linear lets clients book, move, cancel and look at slots for a while, on two
// nodes, and asks porcupine for an order of one thing after the other that
// explains all answers, offers from the cache included. Then the rows are
// counted.
func Linear(t *testing.T, open Opener, clients int, lasting time.Duration) {
	t.Helper()
	s := NewShop(t, open, Plan{})
	nodes := [2]*Shop{s, s.Node(t)}
	h := &history{begun: time.Now()}
	var all sync.WaitGroup
	for i := range clients {
		w := &walker{Shop: nodes[i%2], h: h, me: i + 1, t: t}
		all.Go(func() {
			for time.Since(h.begun) < lasting && !t.Failed() {
				w.step(t.Context())
			}
		})
	}
	all.Wait()
	s.Audit(t)
	verdict, info := porcupine.CheckOperationsVerbose(slotModel(), h.ops, 30*time.Second)
	if verdict != porcupine.Ok {
		t.Errorf("no order explains the %d answers: %s", len(h.ops), verdict)
		path := t.ArtifactDir() + "/linear.html"
		if err := porcupine.VisualizePath(slotModel(), info, path); err == nil {
			t.Log("drawn in", path)
		}
	}
	t.Logf("%d answers", len(h.ops))
}

// walker is a client with at most one booking.
type walker struct {
	*Shop
	h    *history
	me   int
	mine *booking.Booking
	slot int
	t    *testing.T
}

const walkerSlots = 12

// where gives a slot's staff and start.
func where(slot int) (id.Staff, span.Instant) {
	return []id.Staff{"ada", "ben"}[slot%2], Tomorrow(9, 0) + span.Minutes(30*(slot/2))
}

func (w *walker) step(ctx context.Context) {
	slot := rand.IntN(walkerSlots)
	staff, at := where(slot)
	switch dice := rand.IntN(10); {
	case dice < 3:
		w.look(ctx, slot)
	case w.mine == nil:
		call := w.h.now()
		b, err := w.Desk.Book(ctx, w.Public, w.Cut(at, staff, Numbered("client", w.me)))
		w.h.add(w.me, slotOp{slot, take, w.me}, call, err == nil)
		if w.accept(err) {
			w.mine, w.slot = b, slot
		}
	case dice < 6:
		call := w.h.now()
		_, err := w.Desk.Cancel(ctx, w.Client(w.mine), w.mine.ID, "")
		w.h.add(w.me, slotOp{w.slot, give, w.me}, call, err == nil)
		if err != nil {
			w.t.Errorf("cancel: %v", err)
		}
		w.mine = nil
	case slot != w.slot:
		call := w.h.now()
		b, err := w.Desk.Reschedule(ctx, w.Client(w.mine), w.mine.ID, booking.Move{Start: at, Staff: staff})
		w.h.add(w.me, slotOp{slot, take, w.me}, call, err == nil)
		if w.accept(err) {
			w.h.add(w.me, slotOp{w.slot, give, w.me}, call, true)
			w.mine, w.slot = b, slot
		}
	}
}

// accept tells success from a slot that is taken; anything else fails the test.
func (w *walker) accept(err error) bool {
	if err != nil && !fault.Is(err, fault.CodeSlotTaken) {
		w.t.Errorf("client %d: %v", w.me, err)
	}
	return err == nil
}

func (w *walker) look(ctx context.Context, slot int) {
	staff, at := where(slot)
	day := span.Date{Year: 2026, Month: 11, Day: 23}
	call := w.h.now()
	offer, err := w.Desk.Offer(ctx, w.ID, booking.Search{Lines: []booking.Line{{Service: "cut"}}, From: day, To: day})
	if err != nil {
		w.t.Errorf("offer: %v", err)
		return
	}
	free := false
	for _, o := range offer.Slots {
		free = free || o.Start == at && slices.Contains(offer.Facts.Who(o.Leads), staff)
	}
	w.h.add(w.me, slotOp{slot, look, w.me}, call, free)
}

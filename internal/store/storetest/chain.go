package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"kept/audit"
	"kept/client"
	"kept/event"
	"kept/id"
	"kept/internal/store"
)

// memory keeps heads as a file would.
type memory struct {
	mu   sync.Mutex
	last map[id.Business]audit.Head
}

// Keep implements audit.Outside.
func (m *memory) Keep(_ context.Context, heads ...audit.Head) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, h := range heads {
		m.last[h.Business] = h
	}
	return nil
}

// Heads implements audit.Outside.
func (m *memory) Heads(_ context.Context, business id.Business) ([]audit.Head, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if h, ok := m.last[business]; ok {
		return []audit.Head{h}, nil
	}
	return nil, nil
}

// ledger is a world whose record is sealed.
type ledger struct {
	*World
	book     *store.Audit
	events   *store.Events
	sealer   *audit.Sealer
	verifier *audit.Verifier
	b        id.Business
}

func newLedger(t testing.TB, w *World) *ledger {
	t.Helper()
	l := &ledger{World: w, book: store.NewAudit(w.DB, w.Vault), events: store.NewEvents(w.DB, w.Vault), b: w.Business(t, "mine")}
	outside := &memory{last: map[id.Business]audit.Head{}}
	l.sealer = audit.NewSealer(l.book, w.DB, w.Clock, outside)
	l.verifier = audit.NewVerifier(l.book, w.Clock, outside)
	return l
}

var nurse = event.Actor{Kind: "user", ID: "nurse", From: "203.0.113.7"}

// happen writes events and entries about a client.
func (l *ledger) happen(t testing.TB, of id.Client, n int) {
	t.Helper()
	for range n {
		l.Clock.Advance(1_000)
		l.Do(t, func(ctx context.Context) error {
			return l.events.Insert(ctx, event.Event{
				ID: eventAt(l.Clock.Now()), Business: l.b, Type: event.ClientUpdated, At: l.Clock.Now(), Actor: nurse, Client: of,
				Data: event.Data{Kind: "head", Ref: "part"},
			})
		})
		Must(t, l.trail().Record(t.Context(), l.b,
			audit.Entry{Actor: nurse, Action: audit.CardForced, Client: of, Ref: "paper", Reason: "next of kin"},
			audit.Entry{Actor: desk, Action: audit.CardRead, Client: of}))
	}
}

// seal numbers what was written and closes blocks until nothing is left.
func (l *ledger) seal(t testing.TB) {
	t.Helper()
	for more := true; more; {
		var err error
		_, more, err = l.events.Number(t.Context())
		Must(t, err)
	}
	for more := true; more; {
		var err error
		_, more, err = l.sealer.Round(t.Context())
		Must(t, err)
	}
}

func (l *ledger) verify(t testing.TB, ctx context.Context) audit.Report {
	t.Helper()
	r, err := l.verifier.Verify(ctx, l.b)
	Must(t, err)
	return r
}

var errUndo = errors.New("take it back")

// tamper changes the database, verifies, and takes the change back. refused
// tells that the database itself did not let it happen.
func (l *ledger) tamper(t testing.TB, change func(ctx context.Context) error) (r audit.Report, refused bool) {
	t.Helper()
	err := l.DB.Do(t.Context(), func(ctx context.Context) error {
		if err := change(ctx); err != nil {
			return err
		}
		r = l.verify(t, ctx)
		return errUndo
	})
	return r, !errors.Is(err, errUndo)
}

func testChain(t *testing.T, open Opener) {
	for _, part := range []struct {
		name string
		test func(t *testing.T, w *World)
	}{
		{"AnyByte", chainAnyByte},
		{"Rows", chainRows},
		{"Erasure", chainErasure},
		{"TwoSealers", chainTwoSealers},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.test(t, NewWorld(t, open))
		})
	}
}

// filled is a ledger with a few blocks, the last of which is small.
func filled(t testing.TB, w *World) *ledger {
	t.Helper()
	l := newLedger(t, w)
	for i := range 4 {
		l.happen(t, id.Client(fmt.Sprint("client-", i)), 5-i)
		l.seal(t)
	}
	if r := l.verify(t, t.Context()); !r.OK() || r.Blocks != 4 || r.Events != 14 || r.Entries != 28 || r.Open != 0 || r.Blanked != 0 || r.Late != 0 {
		t.Fatalf("untouched: %+v", r)
	}
	return l
}

// columns that stand in the chain, and in what they are found.
var chained = map[string][]string{
	"event": {
		"id", "seq", "type", "at", "actor_kind", "actor_id", "booking_id", "client_id", "data", "sealed_from", "digest",
	},
	"audit_entry": {
		"id", "client_id", "actor_kind", "actor_id", "action", "ref", "detail", "sealed_from", "sealed_reason", "digest", "at", "block",
	},
	"audit_block": {"number", "last_seq", "events", "entries", "at", "hash", "mac"},
}

// chainAnyByte flips a random bit of a random column of a random row.
func chainAnyByte(t *testing.T, w *World) {
	l := filled(t, w)
	tables := []string{"event", "audit_entry", "audit_block"}
	rapid.Check(t, func(r *rapid.T) {
		table := rapid.SampledFrom(tables).Draw(r, "table")
		column := rapid.SampledFrom(chained[table]).Draw(r, "column")
		row, at := rapid.IntRange(0, 27).Draw(r, "row"), rapid.IntRange(0, 400).Draw(r, "at")
		report, refused := l.tamper(t, func(ctx context.Context) error { return l.flip(ctx, table, column, row, at) })
		if !refused && report.OK() {
			r.Errorf("%s.%s of row %d: a changed bit is not found: %+v", table, column, row, report)
		}
	})
	if r := l.verify(t, t.Context()); !r.OK() {
		t.Fatalf("the test left something: %+v", r)
	}
}

// flip changes one bit of one value.
func (l *ledger) flip(ctx context.Context, table, column string, row, at int) error {
	key := map[string]string{"event": "id", "audit_entry": "id", "audit_block": "number"}[table]
	q := l.DB.From(ctx)
	var count int
	if err := q.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+table).Scan(&count); err != nil {
		return err
	}
	var own, old any
	find := fmt.Sprintf("SELECT %s, %s FROM %s ORDER BY %s LIMIT 1 OFFSET %d", key, column, table, key, row%count)
	if err := q.QueryRowContext(ctx, find).Scan(&own, &old); err != nil {
		return err
	}
	_, err := q.ExecContext(ctx, fmt.Sprintf("UPDATE %s SET %s = $1 WHERE %s = $2", table, column, key), flipped(old, at), own)
	return err
}

func flipped(old any, at int) any {
	switch v := old.(type) {
	case int64:
		return v ^ 1<<(at%40)
	case string:
		if v == "" {
			return "x"
		}
		b := []byte(v)
		b[at%len(b)] ^= 1 // stays ASCII
		return string(b)
	case []byte:
		b := slices.Clone(v)
		if len(b) == 0 {
			return []byte{1}
		}
		b[at%len(b)] ^= 1 << (at % 8)
		return b
	default: // NULL, which only sealed columns and digests are
		return []byte{1, 2, 3}
	}
}

// chainRows takes rows away, puts rows in, and exchanges rows.
func chainRows(t *testing.T, w *World) {
	l := filled(t, w)
	exec := func(texts ...string) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			for _, text := range texts {
				if _, err := l.DB.From(ctx).ExecContext(ctx, text); err != nil {
					return err
				}
			}
			return nil
		}
	}
	const first = "(SELECT MIN(id) FROM audit_entry)"
	entry := "INSERT INTO audit_entry (business_id, id, client_id, actor_kind, actor_id, action, ref, at, block) " +
		"SELECT business_id, '00000000-0000-7000-8000-000000000000', client_id, actor_kind, actor_id, action, ref, at, "
	for name, change := range map[string]func(ctx context.Context) error{
		"an entry is taken away":        exec("DELETE FROM audit_entry WHERE id = " + first),
		"an event is taken away":        exec("DELETE FROM event WHERE seq = 3"),
		"the last event is taken away":  exec("DELETE FROM event WHERE seq = 14"),
		"a block is taken away":         exec("DELETE FROM audit_block WHERE number = 2"),
		"the first block is taken away": exec("DELETE FROM audit_block WHERE number = 1"),
		"the tail is cut": exec("DELETE FROM audit_block WHERE number = 4", "DELETE FROM audit_entry WHERE block = 4",
			"DELETE FROM event WHERE seq = (SELECT last_seq FROM audit_block WHERE number = 3) + 1"),
		"all is cut":                          exec("DELETE FROM audit_block", "DELETE FROM audit_entry", "DELETE FROM event"),
		"an entry is put in":                  exec(entry + "1 FROM audit_entry WHERE id = " + first),
		"an entry is put in a block to come":  exec(entry + "99 FROM audit_entry WHERE id = " + first),
		"an entry is put in a block at large": exec(entry + "-1 FROM audit_entry WHERE id = " + first),
		"two events change places": exec("UPDATE event SET seq = 1000 WHERE seq = 2", "UPDATE event SET seq = 2 WHERE seq = 3",
			"UPDATE event SET seq = 3 WHERE seq = 1000"),
		"an entry moves to another block": exec("UPDATE audit_entry SET block = 2 WHERE id = " + first),
		"what was sealed is emptied":      exec("UPDATE audit_entry SET sealed_reason = NULL, sealed_from = NULL WHERE action = 'card.break_glass'"),
		"what was sealed is exchanged": exec("UPDATE audit_entry SET sealed_reason = (SELECT x.sealed_reason FROM audit_entry x WHERE x.sealed_reason IS NOT NULL ORDER BY x.id LIMIT 1) " +
			"WHERE action = 'card.break_glass'"),
		"the signing key is another": exec("DELETE FROM audit_key"),
	} {
		if r, refused := l.tamper(t, change); refused || r.OK() {
			t.Errorf("%s: refused %v, %+v", name, refused, r)
		}
	}
	// Somebody who knows how blocks are made, but has no key, makes the last one anew.
	r, refused := l.tamper(t, exec("UPDATE event SET actor_id = 'somebody else' WHERE seq = 14",
		"UPDATE audit_block SET mac = hash WHERE number = 4"))
	if refused || r.OK() {
		t.Errorf("a forged block: %+v", r)
	}
	head := audit.Head{Business: l.b, Number: 4, Hash: []byte("another one")}
	if report, err := l.verifier.Verify(t.Context(), l.b, head); err != nil || report.OK() {
		t.Errorf("a head that was noted elsewhere: %+v, %v", report, err)
	}
}

// chainErasure: blanking the sealed columns of an erased client leaves the chain whole.
func chainErasure(t *testing.T, w *World) {
	l := newLedger(t, w)
	c, err := w.Registry.Create(t.Context(), l.b, client.Draft{Name: "Mia"}, "", desk)
	Must(t, err)
	l.happen(t, c.ID, 3)
	l.seal(t)
	blank := func(ctx context.Context) error {
		for _, text := range []string{
			"UPDATE audit_entry SET sealed_from = NULL, sealed_reason = NULL WHERE client_id = $1",
			"UPDATE event SET sealed_from = NULL WHERE client_id = $1",
		} {
			if _, err := w.DB.From(ctx).ExecContext(ctx, text, string(c.ID)); err != nil {
				return err
			}
		}
		return nil
	}
	if r, refused := l.tamper(t, blank); refused || r.OK() || r.Findings[0].Code != audit.FoundBlanked {
		t.Errorf("blanked without an erasure: %+v", r)
	}
	Must(t, w.Registry.Erase(t.Context(), l.b, c.ID, desk))
	w.Do(t, blank)
	if r := l.verify(t, t.Context()); !r.OK() || r.Blanked != 6 {
		t.Errorf("after the erasure: %+v", r)
	}
	page, err := l.trail().List(t.Context(), l.b, audit.Filter{Client: c.ID})
	Must(t, err)
	for _, line := range page.Lines {
		if line.Reason != "" || line.Actor.From != "" || line.Damaged || !line.Sealed && !line.Written {
			t.Errorf("the line is %+v", line)
		}
	}
}

// chainTwoSealers: nodes that seal at once make one chain.
func chainTwoSealers(t *testing.T, w *World) {
	l := newLedger(t, w)
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		other := audit.NewSealer(store.NewAudit(w.DB, w.Vault), w.DB, w.Clock, &memory{last: map[id.Business]audit.Head{}})
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, _, err := other.Round(t.Context()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 20 {
		l.happen(t, "c", 1)
		_, _, err := l.events.Number(t.Context())
		Must(t, err)
	}
	close(stop)
	wg.Wait()
	l.seal(t)
	if r := l.verify(t, t.Context()); !r.OK() || r.Events != 20 || r.Entries != 40 || r.Open != 0 {
		t.Errorf("three sealers made %+v", r)
	}
}

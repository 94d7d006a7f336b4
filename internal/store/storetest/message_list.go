package storetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kept/id"
	"kept/internal/store"
	"kept/message"
	"kept/span"
)

func testMessageList(t *testing.T, open Opener) {
	t.Run("as one list", func(t *testing.T) { t.Parallel(); messagesAsOne(t, NewWorld(t, open)) })
}

// messagesAsOne lists messages in every state, page by page, and holds the pages
// against all of them sorted and sifted by hand.
func messagesAsOne(t *testing.T, w *World) {
	messages := store.NewMessages(w.DB, w.Vault)
	now := w.Clock.Now()
	for round := range 4 {
		b := w.Business(t, fmt.Sprintf("house-%d", round))
		w.Business(t, fmt.Sprintf("other-%d", round))
		all := rapid.SliceOfN(rapid.Custom(anyMessage(now)), 1, 40).Example(round)
		for i := range all {
			m := &all[i]
			m.ID, m.Business = id.Message(fmt.Sprintf("%d-%03d", i%7, i)), b
			w.Do(t, func(ctx context.Context) error { return put(ctx, w, *m) })
		}
		slices.SortFunc(all, func(a, b message.Message) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.ID, b.ID)) })
		for _, status := range []string{"", "planned", message.ShownDue, "sent", "failed", "skipped"} {
			var want, got []id.Message
			for _, m := range all {
				if status == "" || m.Shown(now) == status {
					want = append(want, m.ID)
				}
			}
			for f := (message.Filter{Status: status, Limit: 3}); ; {
				page, err := messages.List(t.Context(), b, f, now)
				Must(t, err)
				for _, m := range page {
					got = append(got, m.ID)
					f.AfterDue, f.AfterID = m.Due, m.ID
				}
				if len(page) < f.Limit || len(got) > len(all) {
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("round %d, status %q: %v, want %v", round, status, got, want)
			}
		}
		n, err := messages.Waiting(t.Context(), b, now, 100)
		Must(t, err)
		waiting := 0
		for _, m := range all {
			if m.Shown(now) == message.ShownDue {
				waiting++
			}
		}
		if n != waiting {
			t.Errorf("%d wait, want %d", n, waiting)
		}
	}
	next, some, err := messages.Next(t.Context(), now)
	Must(t, err)
	var first int64
	Must(t, w.DB.From(t.Context()).QueryRowContext(t.Context(),
		"SELECT COALESCE(MIN(next_at), 0) FROM message WHERE status IN ('planned', 'sending')").Scan(&first))
	if some != (first != 0) || int64(next) != first {
		t.Errorf("the next is due at %d, want %d", next, first)
	}
}

// anyMessage makes one in any state that there can be.
func anyMessage(now span.Instant) func(t *rapid.T) message.Message {
	return func(t *rapid.T) message.Message {
		m := message.Message{
			Status: rapid.SampledFrom([]message.Status{message.Planned, message.Planned, message.Planned, message.Sending, "sent", "failed", "skipped"}).Draw(t, "status"),
			Due:    now + span.Instant(rapid.Int64Range(-5, 5).Draw(t, "due"))*span.Hour,
		}
		if m.Status == message.Sending {
			m.Due = min(m.Due, now)
		}
		m.Next = m.Due
		if m.Status == message.Planned && m.Due <= now && rapid.Bool().Draw(t, "held") {
			m.Reason, m.Next = message.ReasonNoChannel, now+span.Day
		}
		return m
	}
}

func put(ctx context.Context, w *World, m message.Message) error {
	_, err := w.DB.From(ctx).ExecContext(ctx, `INSERT INTO message (business_id, id, booking_id, client_id, recipient_kind, recipient_id, step,
			anchor, channel, status, due_at, useless_after, next_at, reason, created_at)
		VALUES ($1, $2, '', '', 'client', '', 'receipt', '', '', $3, $4, $4, $5, $6, 0)`,
		string(m.Business), string(m.ID), string(m.Status), int64(m.Due), int64(m.Next), m.Reason)
	return err
}

package audit

import (
	"cmp"
	"context"
	"slices"

	"kept/event"
	"kept/id"
	"kept/span"
)

// Filter narrows the record; zero fields do not.
type Filter struct {
	Client id.Client
	Actor  string // the actor's identifier
	Action string // an Action, or the type of an event
	From   span.Instant
	Until  span.Instant // exclusive
	Before string       // keyset: the identifier of the last line seen
	Limit  int          // 1 to 1000; 0 means 50
}

// Line is one line of the record: an entry or an event.
type Line struct {
	ID      string
	Written bool // an event; else an entry
	At      span.Instant
	Actor   event.Actor // with From, where it is known and not blanked
	Action  string      // an Action, or the type of the event
	Client  id.Client
	Booking id.Booking
	Ref     string // of an entry; of an event its Data.Ref
	Detail  string // of an entry its detail, of an event Data.Kind
	Reason  string
	Seq     int64 // of an event
	Sealed  bool  // it stands in a block
	Damaged bool  // what is sealed in it does not open: somebody has changed it
}

// Page is a part of the record.
type Page struct {
	Lines []Line
	Next  string // Filter.Before of the next part; empty when this is the last
}

const (
	usualLines = 50
	mostLines  = 1000
)

// List gives lines of the record, the newest first, events and entries in one
// order.
func (t *Trail) List(ctx context.Context, business id.Business, f Filter) (Page, error) {
	if f.Limit <= 0 {
		f.Limit = usualLines
	}
	limit := min(f.Limit, mostLines)
	f.Limit = limit + 1 // one more tells whether there are more
	entries, err := t.book.Entries(ctx, business, f)
	if err != nil {
		return Page{}, err
	}
	events, err := t.book.Events(ctx, business, f)
	if err != nil {
		return Page{}, err
	}
	all := slices.Concat(entries, events)
	slices.SortFunc(all, func(a, b Line) int { return cmp.Compare(b.ID, a.ID) })
	page := Page{Lines: all}
	if len(all) > limit {
		page.Lines = all[:limit]
		page.Next = all[limit-1].ID
	}
	return page, nil
}

// shows tells whether who did it has seen something of the card.
func (a Action) shows() bool {
	return a != Refused && a != AuditRead && a != AuditExported && a != ClientSignedIn
}

// Reader is somebody who opened a card, as the client is told.
type Reader struct {
	Actor  event.Actor // without From
	Action Action
	Branch id.Business  // to which the card was shown, with CardShared
	At     span.Instant // the last time
	Times  int
}

// mostReaders bounds how far back Readers looks, in reads.
const mostReaders = 1000

// Readers tells the client who opened their card, the latest first: each
// person and way of reading once, with the last time and how often, among the
// last thousand reads. The client's own visits are left out.
func (t *Trail) Readers(ctx context.Context, business id.Business, client id.Client) ([]Reader, error) {
	lines, err := t.book.Entries(ctx, business, Filter{Client: client, Limit: mostReaders})
	if err != nil {
		return nil, err
	}
	type way struct {
		kind, id, action string
		branch           id.Business
	}
	at := make(map[way]int)
	var out []Reader
	for _, l := range lines {
		w := way{kind: l.Actor.Kind, id: l.Actor.ID, action: l.Action}
		if Action(l.Action) == CardShared {
			w.branch = id.Business(l.Ref)
		}
		if w.kind == "client" || !Action(w.action).shows() {
			continue
		}
		i, known := at[w]
		if !known {
			i = len(out)
			at[w] = i
			out = append(out, Reader{Actor: event.Actor{Kind: w.kind, ID: w.id}, Action: Action(w.action), Branch: w.branch, At: l.At})
		}
		out[i].Times++
	}
	return out, nil
}

// Package audit answers who saw and who changed what, and proves that nobody
// has changed the answer.
//
// Two sorts of rows make the record. What was written is told by events, as
// they are; nothing is written twice. What was only read, exported or tried
// is told by entries (Entry), recorded by Trail in the transaction of the read.
//
// Both are sealed afterwards: a Sealer, on one node at a time, closes them a
// few times a second into blocks, one chain for each business. A block's hash covers its rows
// and the hash of the block before; its signature is made with a key that
// is not in the database. So one changed byte, a row that was taken away, put in or
// exchanged is found (Verify), and whoever can write the database but has not
// the key cannot make the chain anew. What was cut off at the end shows by the
// number and hash of the last block, which are also kept outside (Head).
//
//	event ──number──┐
//	                ├──▶ block n = H(block n-1, rows) + signature
//	entry ──────────┘
//
// Personal data is in two columns only, network address and reason. They are
// sealed with the business's key, and the chain covers a digest of them that
// is stored beside: an erasure blanks them and the chain still holds. Verify
// tells what was blanked, and calls it wrong where the client was not erased.
//
// States of a row: written → sealed (→ blanked). A block that cannot be
// written is made again; two sealers at once meet at the block's number, and
// the second begins anew.
package audit

import (
	"context"

	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Action is the stable name of what was done.
type Action string

// The actions. Writes are not among them: those are events. What is done
// about accounts has the words of package account.
const (
	CardRead       Action = "card.read"           // a card was opened
	CardListed     Action = "card.list"           // a card stood in a list that somebody saw
	CardExported   Action = "card.export"         // a card was given away as a file
	CardForced     Action = "card.break_glass"    // a card outside one's reach, for a reason
	SearchForced   Action = "clients.break_glass" // a search beyond one's reach, for a reason
	CardShared     Action = "card.shared"         // a card was shown to another branch of a chain; Ref: the branch
	BranchRead     Action = "chain.read"          // the same, where somebody looked; Ref: the branch that showed it
	HeldRead       Action = "held.read"           // what statute keeps after an erasure, for a reason
	HealthRead     Action = "health.read"         // health notes
	DocumentRead   Action = "document.read"       // Ref: the document
	ListExported   Action = "list.export"
	ClientSignedIn Action = "client.sign_in"
	AuditRead      Action = "audit.read"
	AuditExported  Action = "audit.export"
)

// Actions lists the actions that are known besides those about accounts, for choices.
func Actions() []Action {
	return []Action{
		CardRead, CardListed, CardExported, CardForced, SearchForced, CardShared, BranchRead, HeldRead, HealthRead, DocumentRead, ListExported,
		ClientSignedIn, AuditRead, AuditExported, Refused,
	}
}

// NeedsReason tells whether the action is refused without a reason.
func (a Action) NeedsReason() bool { return a == CardForced || a == SearchForced || a == HeldRead }

// Entry is one thing that was read, exported or tried.
type Entry struct {
	ID     id.Access   // made by Record
	Actor  event.Actor // with From, their network address
	Action Action
	Client id.Client    // empty where none is concerned
	Ref    string       // identifier of the thing besides the client; never a text
	Detail string       // stable words about it: "reception → manager"; never a text
	Reason string       // as typed, sealed; needed where Action.NeedsReason
	At     span.Instant // set by Record where it is 0
}

// longestReason bounds a reason, in runes.
const longestReason = 500

// Check tells what is wrong with an entry: fault Invalid, field "reason".
func (e Entry) Check() error {
	var c fault.Checker
	least := 0
	if e.Action.NeedsReason() {
		least = 3
	}
	c.Text("reason", e.Reason, least, longestReason)
	return c.Err()
}

// Clock tells the time that Kept lives in.
type Clock interface{ Now() span.Instant }

// Atomic runs a function in one transaction, which travels in the context.
type Atomic interface {
	Do(ctx context.Context, fn func(ctx context.Context) error) error
}

// Book keeps entries, and finds them and events again.
type Book interface {
	// Insert writes entries in the transaction of ctx.
	Insert(ctx context.Context, business id.Business, entries ...Entry) error
	// Entries gives entries, the newest first, as the filter says.
	Entries(ctx context.Context, business id.Business, f Filter) ([]Line, error)
	// Events gives events as lines, the newest first, as the filter says.
	Events(ctx context.Context, business id.Business, f Filter) ([]Line, error)
}

// Trail records and tells who did what.
type Trail struct {
	book   Book
	atomic Atomic
	clock  Clock
}

// NewTrail makes the trail.
func NewTrail(book Book, atomic Atomic, clock Clock) *Trail {
	return &Trail{book: book, atomic: atomic, clock: clock}
}

// Record writes entries in the transaction of ctx, or in one of its own. It
// gives them identifiers, and the time where they have none. Fault Invalid
// when a reason is missing or too long: then nothing is recorded, and
// whatever was to be shown must not be.
func (t *Trail) Record(ctx context.Context, business id.Business, entries ...Entry) error {
	now := t.clock.Now()
	own := make([]Entry, len(entries))
	for i, e := range entries {
		if err := e.Check(); err != nil {
			return err
		}
		if e.Client == "" && e.Actor.Kind == "client" {
			e.Client = id.Client(e.Actor.ID) // so that their erasure finds it
		}
		e.ID = id.New[id.Access](now.UTC())
		if e.At == 0 {
			e.At = now
		}
		own[i] = e
	}
	if len(own) == 0 {
		return nil
	}
	return t.atomic.Do(ctx, func(ctx context.Context) error { return t.book.Insert(ctx, business, own...) })
}

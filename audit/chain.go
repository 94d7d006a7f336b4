package audit

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"hash"

	"kept/id"
	"kept/span"
)

// Row is an event or an entry as the chain covers it: what stands in its
// columns, byte for byte.
type Row struct {
	Event     bool // else an entry
	ID        string
	Seq       int64 // of an event
	Action    string
	At        span.Instant
	ActorKind string
	ActorID   string
	Booking   string // of an event; of an entry its detail
	Client    string
	Data      string // of an event its data, of an entry its ref
	Digest    []byte // of the sealed columns as they were written

	// What was found in the sealed columns, where Rows opened them.
	Sealed  State
	Excused bool // the client was erased: it may be blank
}

// State says how sealed columns compare with their digest.
type State int

// The states.
const (
	Matching State = iota // they say what was written, or there was nothing to seal
	Blanked               // they are empty now
	Altered               // they do not open, or say something else
)

// appendTo writes the row in the one way that the chain knows: every field
// behind its length, so that nothing can be shifted from one into the next.
func (r Row) appendTo(out []byte) []byte {
	kind := byte('r')
	if r.Event {
		kind = 'e'
	}
	out = append(out, kind)
	for _, text := range [...]string{r.ID, r.Action, r.ActorKind, r.ActorID, r.Booking, r.Client, r.Data} {
		out = binary.AppendUvarint(out, uint64(len(text)))
		out = append(out, text...)
	}
	out = binary.AppendVarint(out, r.Seq)
	out = binary.AppendVarint(out, int64(r.At))
	out = binary.AppendUvarint(out, uint64(len(r.Digest)))
	return append(out, r.Digest...)
}

// Block closes a part of the record.
type Block struct {
	Number  int64 // from 1; 0 is the beginning, before the first
	LastSeq int64 // the newest event that is covered
	Events  int64
	Entries int64
	At      span.Instant
	Hash    []byte // 32 bytes
	MAC     []byte // signs Hash
}

// sum is the hash of a block: of what it says, the block before, and its rows.
func (b Block) sum(business id.Business, previous []byte, rows *digest) []byte {
	var head []byte
	head = append(head, "kept/audit/1"...)
	head = binary.AppendUvarint(head, uint64(len(business)))
	head = append(head, business...)
	for _, n := range [...]int64{b.Number, b.LastSeq, b.Events, b.Entries, int64(b.At), int64(len(previous))} {
		head = binary.AppendVarint(head, n)
	}
	head = append(head, previous...)
	head = rows.h.Sum(head)
	sum := sha256.Sum256(head)
	return sum[:]
}

// digest takes in rows.
type digest struct {
	h       hash.Hash
	buffer  []byte
	events  int64
	entries int64
	lastSeq int64
}

func newDigest() *digest { return &digest{h: sha256.New()} }

func (d *digest) add(r Row) {
	d.buffer = r.appendTo(d.buffer[:0])
	_, _ = d.h.Write(d.buffer) // a hash never fails
	if r.Event {
		d.events++
		d.lastSeq = r.Seq
	} else {
		d.entries++
	}
}

// Chain keeps the blocks.
type Chain interface {
	// Pending lists the businesses with events or entries in no block.
	Pending(ctx context.Context) ([]id.Business, error)
	// Head gives the last block, the zero one where there is none.
	Head(ctx context.Context, business id.Business) (Block, error)
	// Gather gives, in the transaction of ctx, at most so many events after a number, in their order, and
	// about so many entries without a block, by identifier, and gives these the block's number.
	Gather(ctx context.Context, business id.Business, after, block int64, most int) ([]Row, error)
	// Append writes a block; fault conflict when there is one of that number.
	Append(ctx context.Context, business id.Business, b Block) error
	// Blocks gives the blocks after a number, in order.
	Blocks(ctx context.Context, business id.Business, after int64, limit int) ([]Block, error)
	// Rows gives the rows of a block in the order of Gather, with what is sealed in them compared, at most so many:
	// the events after one number and up to another, and the entries that name the block.
	Rows(ctx context.Context, business id.Business, after, until, block int64, most int) ([]Row, error)
	// Strays counts the entries that name a block which there is not, and what is in no block yet.
	Strays(ctx context.Context, business id.Business) (strays, open int64, err error)
	// Sign signs a message with the business's key for this, made when it is missing.
	Sign(ctx context.Context, business id.Business, message []byte) ([]byte, error)
}

// Head names the last block, to be kept outside of the database.
type Head struct {
	Business id.Business
	Number   int64
	Hash     []byte
}

// Outside keeps heads where whoever writes the database does not.
type Outside interface {
	// Keep remembers the newest heads.
	Keep(ctx context.Context, heads ...Head) error
	// Heads gives what is known of a business: the newest head, and those that were newer once and that
	// Keep has found replaced by other ones.
	Heads(ctx context.Context, business id.Business) ([]Head, error)
}

package audit

import (
	"bytes"
	"context"
	"crypto/hmac"
	"strconv"

	"kept/id"
	"kept/span"
)

// What Verify may find.
const (
	FoundMissing   = "block_missing" // a block is not there
	FoundRows      = "rows"          // a row of the block was changed, taken away, put in or exchanged
	FoundSignature = "signature"     // the block was not made by us
	FoundAltered   = "sealed"        // a sealed column of the row says something else
	FoundBlanked   = "blanked"       // a sealed column was emptied, and nobody was erased
	FoundStrays    = "strays"        // entries name a block that is not there
	FoundCut       = "cut"           // the end of the chain is not what was noted outside
)

// Finding is one thing that is not as it was sealed.
type Finding struct {
	Code  string
	Block int64
	Row   string // identifier of the event or entry, where it is known
}

// Report is the outcome of a verification.
type Report struct {
	Blocks  int64
	Events  int64 // covered by blocks
	Entries int64
	Open    int64 // not sealed yet
	Blanked int64 // rows whose sealed columns an erasure has emptied
	Late    int64 // rows sealed more than an hour after the time in their identifier; a clock that was set, or somebody
	Head    Head  // the last block; to be noted elsewhere
	At      span.Instant
	// Findings are empty when all is as it was; at most a hundred are listed.
	Findings []Finding
}

// OK tells whether all is as it was sealed.
func (r Report) OK() bool { return len(r.Findings) == 0 }

const (
	mostFindings = 100
	blocksAtOnce = 100
	mostInBlock  = 10 * mostRows // entries that commit while a block is made may come on top
	lateAfter    = span.Hour
)

// Verifier looks whether the record still is what was sealed.
type Verifier struct {
	chain   Chain
	clock   Clock
	outside Outside
}

// NewVerifier makes a verifier.
func NewVerifier(chain Chain, clock Clock, outside Outside) *Verifier {
	return &Verifier{chain: chain, clock: clock, outside: outside}
}

// Verify goes through the whole chain of a business. known are heads that
// somebody noted elsewhere, besides those that Outside keeps; each must be in
// the chain.
func (v *Verifier) Verify(ctx context.Context, business id.Business, known ...Head) (Report, error) {
	w := walk{chain: v.chain, business: business, report: Report{At: v.clock.Now()}, want: make(map[int64][][]byte)}
	kept, err := v.outside.Heads(ctx, business)
	if err != nil {
		return w.report, err
	}
	for _, h := range append(kept, known...) {
		w.want[h.Number] = append(w.want[h.Number], h.Hash)
	}
	if err := w.run(ctx); err != nil {
		return w.report, err
	}
	for number, hashes := range w.want {
		if number > w.last.Number {
			for range hashes {
				w.find(FoundCut, number, "")
			}
		}
	}
	strays, open, err := v.chain.Strays(ctx, business)
	if strays > 0 {
		w.find(FoundStrays, 0, "")
	}
	w.report.Open = open
	w.report.Head = Head{business, w.last.Number, w.last.Hash}
	return w.report, err
}

// walk is one pass along a chain.
type walk struct {
	chain    Chain
	business id.Business
	report   Report
	last     Block
	want     map[int64][][]byte // hashes that the block of a number must have
}

func (w *walk) find(code string, block int64, row string) {
	if len(w.report.Findings) < mostFindings {
		w.report.Findings = append(w.report.Findings, Finding{code, block, row})
	}
}

func (w *walk) run(ctx context.Context) error {
	for {
		blocks, err := w.chain.Blocks(ctx, w.business, w.last.Number, blocksAtOnce)
		if err != nil {
			return err
		}
		for _, b := range blocks {
			if err := w.block(ctx, b); err != nil {
				return err
			}
		}
		if len(blocks) < blocksAtOnce {
			return nil
		}
	}
}

// block checks one block and goes on from it as it stands, so that one fault
// is told once and what comes after it is judged by itself.
func (w *walk) block(ctx context.Context, b Block) error {
	if b.Number != w.last.Number+1 {
		w.find(FoundMissing, w.last.Number+1, "")
	}
	// A count or number that was changed must not make us read the whole table.
	most := int(min(max(b.Events, b.Entries, 0), mostInBlock)) + 1
	rows, err := w.chain.Rows(ctx, w.business, w.last.LastSeq, b.LastSeq, b.Number, most)
	if err != nil {
		return err
	}
	d := newDigest()
	d.lastSeq = w.last.LastSeq
	for _, r := range rows {
		d.add(r)
		w.row(b, r)
	}
	if d.events != b.Events || d.entries != b.Entries || d.lastSeq != b.LastSeq {
		w.find(FoundRows, b.Number, "")
	} else if !bytes.Equal(b.sum(w.business, w.last.Hash, d), b.Hash) {
		w.find(FoundRows, b.Number, "")
	}
	mac, err := w.chain.Sign(ctx, w.business, b.Hash)
	if err != nil {
		return err
	}
	if !hmac.Equal(mac, b.MAC) {
		w.find(FoundSignature, b.Number, "")
	}
	for _, hash := range w.want[b.Number] {
		if !bytes.Equal(hash, b.Hash) {
			w.find(FoundCut, b.Number, "")
		}
	}
	w.report.Blocks++
	w.report.Events += d.events
	w.report.Entries += d.entries
	w.last = b
	return nil
}

// row looks at what is sealed in a row, and at its age.
func (w *walk) row(b Block, r Row) {
	switch {
	case r.Sealed == Altered:
		w.find(FoundAltered, b.Number, r.ID)
	case r.Sealed == Blanked && !r.Excused:
		w.find(FoundBlanked, b.Number, r.ID)
	case r.Sealed == Blanked:
		w.report.Blanked++
	}
	if made, ok := madeAt(r.ID); ok && w.last.Number > 0 && made < w.last.At-lateAfter {
		w.report.Late++
	}
}

// madeAt reads the time out of an identifier.
func madeAt(text string) (span.Instant, bool) {
	if len(text) < 13 {
		return 0, false
	}
	ms, err := strconv.ParseInt(text[:8]+text[9:13], 16, 64)
	return span.Instant(ms * 1000), err == nil
}

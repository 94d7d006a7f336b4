package audit

import (
	"context"
	"errors"

	"kept/fault"
	"kept/id"
)

// mostRows is about how many events and how many entries a block has at most.
const mostRows = 2000

// Sealer makes blocks. It runs on one node at a time, for economy: two at
// once are right, too.
type Sealer struct {
	chain   Chain
	atomic  Atomic
	clock   Clock
	outside Outside
}

// NewSealer makes a sealer.
func NewSealer(chain Chain, atomic Atomic, clock Clock, outside Outside) *Sealer {
	return &Sealer{chain: chain, atomic: atomic, clock: clock, outside: outside}
}

// Round closes a block for each business that has something to seal, and
// tells how many rows it sealed and whether there may be more. A business
// that fails does not keep the others waiting.
func (s *Sealer) Round(ctx context.Context) (rows int64, more bool, err error) {
	businesses, err := s.chain.Pending(ctx)
	if err != nil {
		return 0, false, err
	}
	var heads []Head
	var failed []error
	for _, business := range businesses {
		if ctx.Err() != nil {
			break
		}
		b, err := s.seal(ctx, business)
		switch {
		case fault.Is(err, fault.CodeConflict): // another node was faster
		case err != nil:
			failed = append(failed, err)
		case b.Number > 0:
			heads = append(heads, Head{business, b.Number, b.Hash})
			rows += b.Events + b.Entries
			more = more || b.Events >= mostRows || b.Entries >= mostRows
		}
	}
	if len(heads) > 0 {
		failed = append(failed, s.outside.Keep(ctx, heads...))
	}
	return rows, more, errors.Join(failed...)
}

// seal closes one block; the zero one when there was nothing to seal.
func (s *Sealer) seal(ctx context.Context, business id.Business) (Block, error) {
	// The key is made before, in a transaction of its own, when there is none yet.
	if _, err := s.chain.Sign(ctx, business, nil); err != nil {
		return Block{}, err
	}
	var b Block
	err := s.atomic.Do(ctx, func(ctx context.Context) error {
		b = Block{}
		last, err := s.chain.Head(ctx, business)
		if err != nil {
			return err
		}
		rows, err := s.chain.Gather(ctx, business, last.LastSeq, last.Number+1, mostRows)
		if err != nil || len(rows) == 0 {
			return err
		}
		d := newDigest()
		d.lastSeq = last.LastSeq
		for _, r := range rows {
			d.add(r)
		}
		b = Block{Number: last.Number + 1, LastSeq: d.lastSeq, Events: d.events, Entries: d.entries, At: s.clock.Now()}
		b.Hash = b.sum(business, last.Hash, d)
		if b.MAC, err = s.chain.Sign(ctx, business, b.Hash); err != nil {
			return err
		}
		return s.chain.Append(ctx, business, b)
	})
	return b, err
}

package secret

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
)

// What a generation of a key still does.
const (
	useSeal  byte = 1 << iota // new things are sealed with it: one generation of a ring
	useOpen                   // what it has sealed opens
	useIndex                  // it indexes: always the first generation, for an index cannot be turned
	useAll   = useSeal | useOpen | useIndex
)

// generation is one of the keys that a key has been.
type generation struct {
	raw []byte
	use byte
}

// ring is the generations of one key, the first one first. A ring of one is
// written as its 32 bytes, as keys were before they could be turned; any
// other as ringV1 and then, for each generation, its use and its bytes.
type ring []generation

const ringV1 = 2

// ErrRing says that a key cannot be turned that way now.
var ErrRing = errors.New("secret: the key cannot be turned so now")

// newRing makes a ring of one random key.
func newRing() ring {
	return ring{{randomKey(), useAll}}
}

func randomKey() []byte {
	raw := make([]byte, keySize)
	_, _ = rand.Read(raw) // never fails: it ends the program instead
	return raw
}

// readRing reads what encode wrote.
func readRing(plain []byte) (ring, error) {
	if len(plain) == keySize {
		return ring{{slices.Clone(plain), useAll}}, nil
	}
	if len(plain) < 1+1+keySize || plain[0] != ringV1 || (len(plain)-1)%(1+keySize) != 0 {
		return nil, fmt.Errorf("secret: a key must have %d bytes or be a ring of such, not %d", keySize, len(plain))
	}
	var r ring
	seals, indexes := 0, 0
	for rest := plain[1:]; len(rest) > 0; rest = rest[1+keySize:] {
		g := generation{slices.Clone(rest[1 : 1+keySize]), rest[0]}
		if g.use&useSeal != 0 {
			seals++
		}
		if g.use&useIndex != 0 {
			indexes++
		}
		r = append(r, g)
	}
	if seals != 1 || indexes != 1 {
		return nil, errors.New("secret: a ring must have one key that seals and one that indexes")
	}
	return r, nil
}

func (r ring) encode() []byte {
	if len(r) == 1 && r[0].use == useAll {
		return slices.Clone(r[0].raw)
	}
	out := []byte{ringV1}
	for _, g := range r {
		out = append(append(out, g.use), g.raw...)
	}
	return out
}

// with gives the generations that do something, the one that seals in front,
// then the newest.
func (r ring) with(use byte) [][]byte {
	var out [][]byte
	for _, g := range slices.Backward(r) {
		switch {
		case g.use&use == 0:
		case g.use&useSeal != 0:
			out = slices.Insert(out, 0, g.raw)
		default:
			out = append(out, g.raw)
		}
	}
	return out
}

// Turn is a step of a rotation. The steps come one after the other, each when
// every node has learned of the one before: so that at no moment one node
// seals what another cannot open.
type Turn int

// The turns.
const (
	Announce Turn = iota // the next key opens, but does not seal yet
	Switch               // it seals; the one before still opens
	Retire               // the one before opens nothing any more
)

// String names the turn.
func (t Turn) String() string { return [...]string{"announce", "switch", "retire"}[t] }

// Next is the turn that a ring waits for: Announce when no rotation is under way.
func (r ring) next() Turn {
	last := r[len(r)-1]
	switch {
	case last.use&useSeal == 0:
		return Switch
	case len(r.with(useOpen)) > 1:
		return Retire
	default:
		return Announce
	}
}

// turn gives the ring after a step. It fails with ErrRing out of turn.
func (r ring) turn(t Turn) (ring, error) {
	if r.next() != t {
		return nil, fmt.Errorf("%w: it waits for %s, not %s", ErrRing, r.next(), t)
	}
	out := slices.Clone(r)
	last := len(out) - 1
	switch t {
	case Announce:
		return append(out, generation{randomKey(), useOpen}), nil
	case Switch:
		for i := range out {
			out[i].use &^= useSeal
		}
		out[last].use |= useSeal
	case Retire:
		for i := range out[:last] {
			out[i].use &^= useOpen
		}
	}
	return slices.DeleteFunc(out, func(g generation) bool { return g.use == 0 }), nil
}

// keys derives a sealing key of every generation: the one that seals, with the others behind it to open.
func (r ring) keys(purpose string, l level, business string) (*Key, error) {
	var first *Key
	for _, raw := range r.with(useSeal | useOpen) {
		k, err := deriveOrTake(raw, purpose, l, business)
		if err != nil {
			return nil, err
		}
		if first == nil {
			first = k
			continue
		}
		first.older = append(first.older, k)
	}
	return first, nil
}

// deriveOrTake derives a key for a purpose; without one the raw key is the key.
func deriveOrTake(raw []byte, purpose string, l level, business string) (*Key, error) {
	if purpose == "" {
		return newKey(raw, l, business)
	}
	return deriveKey(raw, purpose, l, business)
}

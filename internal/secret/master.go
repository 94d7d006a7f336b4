package secret

import (
	"bytes"
	"encoding/hex"
	"slices"
	"sync"
	"sync/atomic"
)

// maxKnown bounds the businesses whose keys are kept unwrapped: about 2 KiB each.
const maxKnown = 4096

const fieldBusinessKey = "business.key"

// Master is the root of all keys. It is safe for concurrent use, also while it
// is turned (see [Master.Reload]).
type Master struct {
	hidden
	roots  atomic.Pointer[roots]
	source source // where it came from; nil for nowhere

	mu         sync.RWMutex
	businesses map[string]known // by id
}

// roots is what is derived of a master's generations.
type roots struct {
	ring         ring
	wrap, system *Key
	indexes      *mac
	tokens       *mac   // signs
	older        []*mac // verify
	fingerprints []string
}

// known is a business whose key was unwrapped, with the bytes it came from: another wrapping is another business.
type known struct {
	wrapped  []byte
	business *Business
}

// NewMaster makes the root from 32 random bytes, or from what Rotate made of such.
func NewMaster(key []byte) (*Master, error) {
	m := &Master{businesses: make(map[string]known)}
	err := m.adopt(key)
	return m, err
}

// adopt takes a root in the place of the one there is.
func (m *Master) adopt(key []byte) error {
	r, err := readRing(key)
	if err != nil {
		return err
	}
	out := &roots{ring: r}
	if out.wrap, err = r.keys("wrap", levelWrap, ""); err != nil {
		return err
	}
	if out.system, err = r.keys("seal", levelSystem, ""); err != nil {
		return err
	}
	if out.indexes, err = deriveMAC(r.with(useIndex)[0], "index"); err != nil {
		return err
	}
	for _, raw := range r.with(useSeal | useOpen) {
		tokens, err := deriveMAC(raw, "token")
		if err != nil {
			return err
		}
		name, err := derive(raw, "fingerprint")
		if err != nil {
			return err
		}
		out.fingerprints = append(out.fingerprints, hex.EncodeToString(name[:8]))
		if out.tokens == nil {
			out.tokens = tokens
			continue
		}
		out.older = append(out.older, tokens)
	}
	m.roots.Store(out)
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.businesses)
	return nil
}

// Fingerprint names the root without telling anything about it: 16 hex digits, safe to
// store and show. A program that finds another one in its database was
// started with the wrong key file and should stop before it writes.
func (m *Master) Fingerprint() string { return m.roots.Load().fingerprints[0] }

// Answers tells whether a fingerprint is of this root, or of one that a
// rotation which is under way has not retired yet.
func (m *Master) Answers(fingerprint string) bool {
	return slices.Contains(m.roots.Load().fingerprints, fingerprint)
}

// System returns the key for personal data in global tables (user, session). Ask for it at every use: it is turned.
func (m *Master) System() *Key { return m.roots.Load().system }

// Index returns the blind index, 16 bytes, of a normalized value in global tables; nil for an empty one.
func (m *Master) Index(kind, normalized string) []byte {
	return m.roots.Load().indexes.index(kind, normalized)
}

// NewBusiness makes the keys of a new business. The caller stores wrapped in its row; it cannot be made again.
func (m *Master) NewBusiness(businessID string) (wrapped []byte, b *Business, err error) {
	r, wrapped := m.roots.Load().wrap.wrapNew(fieldBusinessKey, businessID)
	if b, err = newBusiness(businessID, r); err != nil {
		return nil, nil, err
	}
	return wrapped, b, nil
}

// Business returns the keys of a business from its wrapped key; the last few
// thousand asked for are remembered. It fails with ErrErased if wrapped is
// empty and ErrSealed if it is not this business's key under this root.
func (m *Master) Business(businessID string, wrapped []byte) (*Business, error) {
	m.mu.RLock()
	k, ok := m.businesses[businessID]
	m.mu.RUnlock()
	if ok && bytes.Equal(k.wrapped, wrapped) {
		return k.business, nil
	}
	r, err := m.roots.Load().wrap.unwrap(fieldBusinessKey, businessID, wrapped)
	if err != nil {
		return nil, err
	}
	b, err := newBusiness(businessID, r)
	if err != nil {
		return nil, err
	}
	m.remember(businessID, known{wrapped: bytes.Clone(wrapped), business: b})
	return b, nil
}

// Rewrap gives a business's wrapped key as the newest root wraps it.
func (m *Master) Rewrap(businessID string, wrapped []byte) (anew []byte, changed bool, err error) {
	return m.roots.Load().wrap.Reseal(fieldBusinessKey, businessID, wrapped)
}

// TurnBusiness takes a step of the rotation of a business's key. It fails with ErrRing out of turn.
func (m *Master) TurnBusiness(businessID string, wrapped []byte, t Turn) ([]byte, error) {
	return m.roots.Load().wrap.turn(fieldBusinessKey, businessID, wrapped, t)
}

// NextBusiness is the turn that a business's key waits for.
func (m *Master) NextBusiness(businessID string, wrapped []byte) (Turn, error) {
	r, err := m.roots.Load().wrap.unwrap(fieldBusinessKey, businessID, wrapped)
	if err != nil {
		return 0, err
	}
	return r.next(), nil
}

// Forget drops the remembered keys of a business that was erased.
func (m *Master) Forget(businessID string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.businesses, businessID)
}

func (m *Master) remember(businessID string, k known) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.businesses[businessID]; !ok && len(m.businesses) >= maxKnown {
		for other := range m.businesses { // any one will do: unwrapping it again takes microseconds
			delete(m.businesses, other)
			break
		}
	}
	m.businesses[businessID] = k
}

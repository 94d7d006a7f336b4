package secret

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"sync"
)

// maxKnown bounds the businesses whose keys are kept unwrapped: about 2 KiB each.
const maxKnown = 4096

const fieldBusinessKey = "business.key"

// Master is the root of all keys. It is safe for concurrent use.
type Master struct {
	hidden
	wrap, system *Key
	indexes      *mac
	tokens       *mac
	fingerprint  string

	mu         sync.RWMutex
	businesses map[string]known // by id
}

// known is a business whose key was unwrapped, with the bytes it came from: another wrapping is another business.
type known struct {
	wrapped  []byte
	business *Business
}

// NewMaster makes the root from 32 random bytes, which it does not keep.
func NewMaster(key []byte) (*Master, error) {
	if len(key) != keySize {
		return nil, fmt.Errorf("secret: the master key must have %d bytes, not %d", keySize, len(key))
	}
	m := &Master{businesses: make(map[string]known)}
	var err error
	if m.wrap, err = deriveKey(key, "wrap", levelWrap, ""); err != nil {
		return nil, err
	}
	if m.system, err = deriveKey(key, "seal", levelSystem, ""); err != nil {
		return nil, err
	}
	if m.indexes, err = deriveMAC(key, "index"); err != nil {
		return nil, err
	}
	if m.tokens, err = deriveMAC(key, "token"); err != nil {
		return nil, err
	}
	name, err := derive(key, "fingerprint")
	if err != nil {
		return nil, err
	}
	m.fingerprint = hex.EncodeToString(name[:8])
	return m, nil
}

// Fingerprint names the root without telling anything about it: 16 hex digits, safe to
// store and show. A program that finds another one in its database was
// started with the wrong key file and should stop before it writes.
func (m *Master) Fingerprint() string { return m.fingerprint }

// System returns the key for personal data in global tables (user, session).
func (m *Master) System() *Key { return m.system }

// Index returns the blind index, 16 bytes, of a normalized value in global tables; nil for an empty one.
func (m *Master) Index(kind, normalized string) []byte { return m.indexes.index(kind, normalized) }

// NewBusiness makes the keys of a new business. The caller stores wrapped in its row; it cannot be made again.
func (m *Master) NewBusiness(businessID string) (wrapped []byte, b *Business, err error) {
	raw, wrapped := m.wrap.wrapNew(fieldBusinessKey, businessID)
	if b, err = newBusiness(businessID, raw); err != nil {
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
	raw, err := m.wrap.unwrap(fieldBusinessKey, businessID, wrapped)
	if err != nil {
		return nil, err
	}
	b, err := newBusiness(businessID, raw)
	if err != nil {
		return nil, err
	}
	m.remember(businessID, known{wrapped: bytes.Clone(wrapped), business: b})
	return b, nil
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

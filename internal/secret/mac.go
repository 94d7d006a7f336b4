package secret

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"hash"
	"sync"
)

// macSize is the length of blind indexes and token signatures: 128 bits.
const macSize = 16

// mac computes truncated HMAC-SHA256 under one key. It pools the keyed state, for keying costs as much as the sum.
type mac struct {
	key  []byte
	pool sync.Pool // of hash.Hash
}

// appendSum appends the first macSize bytes of the HMAC of msg to dst.
func (m *mac) appendSum(dst, msg []byte) []byte {
	h, ok := m.pool.Get().(hash.Hash)
	if !ok {
		h = hmac.New(sha256.New, m.key)
	}
	defer m.pool.Put(h)
	h.Reset()
	_, _ = h.Write(msg) // a hash never fails
	return h.Sum(dst)[:len(dst)+macSize]
}

// index is the blind index of a normalized value. Empty gives nil, so that
// people without a phone are not all found under the same one.
func (m *mac) index(kind, normalized string) []byte {
	if normalized == "" {
		return nil
	}
	msg := make([]byte, 0, 2+len(kind)+len(normalized))
	msg = append(appendText(msg, kind), normalized...)
	return m.appendSum(make([]byte, 0, sha256.Size), msg)[:macSize:macSize]
}

// derive makes a key for one purpose of a root key (HKDF-SHA256, RFC 5869).
func derive(root []byte, purpose string) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, root, nil, "kept/1 "+purpose, keySize)
	if err != nil {
		return nil, fmt.Errorf("secret: derive %s: %w", purpose, err)
	}
	return key, nil
}

// deriveKey derives a sealing key.
func deriveKey(root []byte, purpose string, l level, business string) (*Key, error) {
	raw, err := derive(root, purpose)
	if err != nil {
		return nil, err
	}
	return newKey(raw, l, business)
}

// deriveMAC derives a key for indexes or tokens.
func deriveMAC(root []byte, purpose string) (*mac, error) {
	raw, err := derive(root, purpose)
	if err != nil {
		return nil, err
	}
	return &mac{key: raw}, nil
}

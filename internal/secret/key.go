package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"fmt"
)

const (
	keySize   = 32
	nonceSize = 12
	tagSize   = 16
	padSize   = 16 // sealed lengths tell a text's length to this many bytes
	headSize  = 1 + nonceSize
	sealedV1  = 1
	padMark   = 0x80 // ends the plaintext; zeros follow (ISO/IEC 7816-4)
)

// level says what a key is for; it stands in the associated data.
type level byte

const (
	levelSystem   level = 's'
	levelBusiness level = 'b'
	levelClient   level = 'c'
	levelWrap     level = 'w'
)

// Key seals and opens values: one person's, one business's or the system's. It is
// made by Master and Business and is safe for concurrent use.
type Key struct {
	hidden
	aead     cipher.AEAD
	level    level
	business string
	older    []*Key // earlier generations, and one that is announced: they open and do not seal
}

func newKey(raw []byte, l level, business string) (*Key, error) {
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, fmt.Errorf("secret: cipher: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("secret: cipher: %w", err)
	}
	return &Key{aead: aead, level: l, business: business}, nil
}

// Seal encrypts plaintext for one cell: field is the column's lasting name
// ("client.email"), ownerID the id of the row it stands in. Empty gives nil.
func (k *Key) Seal(field, ownerID string, plaintext []byte) []byte {
	return seal(k, field, ownerID, plaintext)
}

// Reseal gives a value sealed by whichever generation as the newest seals it.
// changed is false, and the value as it was, where the newest has sealed it.
func (k *Key) Reseal(field, ownerID string, sealed []byte) (anew []byte, changed bool, err error) {
	if len(sealed) == 0 || len(k.older) == 0 {
		return sealed, false, nil
	}
	if _, err := k.open(field, ownerID, sealed); err == nil {
		return sealed, false, nil
	}
	plain, err := k.Open(field, ownerID, sealed)
	if err != nil {
		return nil, false, err
	}
	return k.Seal(field, ownerID, plain), true, nil
}

// SealString is Seal for a string.
func (k *Key) SealString(field, ownerID, plaintext string) []byte {
	return seal(k, field, ownerID, plaintext)
}

// Open returns what Seal was given, in new memory; empty stays empty (nil). It fails with
// ErrSealed if the value is damaged or was sealed for another cell or by another key.
func (k *Key) Open(field, ownerID string, sealed []byte) ([]byte, error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	plain, err := k.open(field, ownerID, sealed)
	for i := 0; err != nil && i < len(k.older); i++ {
		if again, bad := k.older[i].open(field, ownerID, sealed); bad == nil {
			return again, nil
		}
	}
	return plain, err
}

// open is Open with this generation alone, of a value that is not empty.
func (k *Key) open(field, ownerID string, sealed []byte) ([]byte, error) {
	body := len(sealed) - headSize - tagSize
	if body <= 0 || body%padSize != 0 || sealed[0] != sealedV1 {
		return nil, fmt.Errorf("%w: %s", ErrSealed, field)
	}
	plain, err := k.aead.Open(nil, sealed[1:headSize], sealed[headSize:], k.associated(field, ownerID))
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrSealed, field)
	}
	end := len(plain) - 1
	for end >= 0 && plain[end] == 0 {
		end--
	}
	if end < 0 || plain[end] != padMark {
		return nil, fmt.Errorf("%w: %s", ErrSealed, field)
	}
	return plain[:end], nil
}

// OpenString is Open for a string.
func (k *Key) OpenString(field, ownerID string, sealed []byte) (string, error) {
	plain, err := k.Open(field, ownerID, sealed)
	return string(plain), err
}

// seal pads the text where the ciphertext will stand and encrypts it in place:
// one allocation for the value and one for the associated data.
func seal[T string | []byte](k *Key, field, ownerID string, plaintext T) []byte {
	if len(plaintext) == 0 {
		return nil
	}
	body := (len(plaintext)/padSize + 1) * padSize
	out := make([]byte, headSize+body, headSize+body+tagSize)
	out[0] = sealedV1
	nonce, padded := out[1:headSize], out[headSize:]
	_, _ = rand.Read(nonce) // never fails: it ends the program instead
	n := copy(padded, plaintext)
	padded[n] = padMark
	return k.aead.Seal(out[:headSize], nonce, padded, k.associated(field, ownerID))
}

// associated lists what a sealed value is bound to. The client's id is not in it:
// a client's key is random and its wrapping is bound to the client.
func (k *Key) associated(field, ownerID string) []byte {
	out := make([]byte, 0, 4+len(k.business)+len(ownerID)+len(field)+2*binary.MaxVarintLen16)
	out = append(out, sealedV1, byte(k.level))
	out = appendText(out, k.business)
	out = appendText(out, ownerID)
	return append(out, field...)
}

// wrapNew makes a random key and wraps it with k for its owner.
func (k *Key) wrapNew(field, ownerID string) (r ring, wrapped []byte) {
	r = newRing()
	return r, k.Seal(field, ownerID, r.encode())
}

// turn unwraps a key, takes a step of its rotation and wraps it again.
func (k *Key) turn(field, ownerID string, wrapped []byte, t Turn) ([]byte, error) {
	r, err := k.unwrap(field, ownerID, wrapped)
	if err != nil {
		return nil, err
	}
	if r, err = r.turn(t); err != nil {
		return nil, err
	}
	return k.Seal(field, ownerID, r.encode()), nil
}

// unwrap opens what wrapNew wrapped: ErrErased if there is nothing, ErrSealed if it's not a key of the owner.
func (k *Key) unwrap(field, ownerID string, wrapped []byte) (ring, error) {
	if len(wrapped) == 0 {
		return nil, ErrErased
	}
	raw, err := k.Open(field, ownerID, wrapped)
	if err != nil {
		return nil, err
	}
	r, err := readRing(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrSealed, field)
	}
	return r, nil
}

// appendText appends s behind its length, so that two texts in a row cannot be cut differently.
func appendText(out []byte, s string) []byte {
	out = binary.AppendUvarint(out, uint64(len(s)))
	return append(out, s...)
}

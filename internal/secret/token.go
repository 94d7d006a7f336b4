package secret

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"math"
)

// Kinds of tokens, listed in one place so that no two uses share one.
const (
	KindManage      byte = 'm' // a booking, in its client's hands
	KindHold        byte = 'h' // a hold
	KindFeed        byte = 'f' // an iCalendar feed
	KindCard        byte = 'c' // a client's own card
	KindWaitlist    byte = 'w' // a waitlist entry
	KindOffer       byte = 'o' // an offered slot
	KindUnsubscribe byte = 'u' // a consent's withdrawal
)

const (
	tokenV1 = 1 << 4 // the low bits of the first byte say which names are packed UUIDs
	// maxToken bounds what Verify reads: names of about 350 bytes together.
	maxToken = 512
)

const (
	packedBusiness byte = 1 << iota
	packedID
)

// Token is a right put into an address: to do with one thing of one business what its kind allows. Nothing of
// it is stored. It is revoked by raising the row's epoch, which the caller compares after Verify.
//
// Its text is base64url, without padding, of
//
//	version and forms 1 | kind 1 | epoch uvarint | business | id | HMAC-SHA256 cut to 16
//
// where a name that is a UUID takes 16 bytes and another its length and text:
// with two UUIDs, 68 to 74 characters. It hides nothing; whoever holds it can read the ids.
type Token struct {
	Business string // id or slug
	Kind     byte   // one of the Kind constants
	ID       string // the thing's id
	Epoch    uint32 // the row's epoch when the token was made
}

// Sign returns the text of a token. Names longer than a few hundred bytes give a text that Verify refuses.
func (m *Master) Sign(t Token) string {
	out := make([]byte, 2, 96)
	out[0], out[1] = tokenV1, t.Kind
	out = binary.AppendUvarint(out, uint64(t.Epoch))
	out = appendName(out, t.Business, packedBusiness)
	out = appendName(out, t.ID, packedID)
	out = m.roots.Load().tokens.appendSum(out, out)
	return base64.RawURLEncoding.EncodeToString(out)
}

// Verify returns the token behind a text made by Sign with this kind; ErrToken
// otherwise. It reads no database and compares in constant time.
func (m *Master) Verify(s string, kind byte) (Token, error) {
	if len(s) > maxToken {
		return Token{}, ErrToken
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(s)
	// The decoder skips line breaks, so that one token had many texts.
	if err != nil || base64.RawURLEncoding.EncodedLen(len(raw)) != len(s) || len(raw) < macSize {
		return Token{}, ErrToken
	}
	body, sum := raw[:len(raw)-macSize], raw[len(raw)-macSize:]
	if !m.roots.Load().signed(body, sum) {
		return Token{}, ErrToken
	}
	t, ok := parseToken(body)
	if !ok || t.Kind != kind {
		return Token{}, ErrToken
	}
	return t, nil
}

// signed tells whether a root has signed a token: also one that a rotation has not retired yet.
func (r *roots) signed(body, sum []byte) bool {
	ok := hmac.Equal(sum, r.tokens.appendSum(nil, body))
	for _, older := range r.older {
		ok = hmac.Equal(sum, older.appendSum(nil, body)) || ok
	}
	return ok
}

// parseToken reads what Sign wrote in front of the signature.
func parseToken(body []byte) (t Token, ok bool) {
	if len(body) < 3 || body[0]&^(packedBusiness|packedID) != tokenV1 {
		return t, false
	}
	forms, rest := body[0], body[2:]
	epoch, n := binary.Uvarint(rest)
	if n <= 0 || epoch > math.MaxUint32 {
		return t, false
	}
	t.Kind, t.Epoch, rest = body[1], uint32(epoch), rest[n:]
	if t.Business, rest, ok = cutName(rest, forms&packedBusiness != 0); !ok {
		return t, false
	}
	if t.ID, rest, ok = cutName(rest, forms&packedID != 0); !ok {
		return t, false
	}
	return t, len(rest) == 0
}

// appendName appends a name, packed if it is a UUID, which it notes in the first byte.
func appendName(out []byte, name string, packed byte) []byte {
	if uuid, ok := packUUID(name); ok {
		out[0] |= packed
		return append(out, uuid[:]...)
	}
	return appendText(out, name)
}

func cutName(in []byte, packed bool) (name string, rest []byte, ok bool) {
	if packed {
		if len(in) < 16 {
			return "", nil, false
		}
		return unpackUUID(in[:16]), in[16:], true
	}
	size, n := binary.Uvarint(in)
	if n <= 0 || size > uint64(len(in)-n) {
		return "", nil, false
	}
	end := n + int(size)
	return string(in[n:end]), in[end:], true
}

// packUUID packs a UUID in its canonical text: 36 characters, lower case. Any
// other text, also an upper-case UUID, stays text, so that it comes back as it was.
func packUUID(s string) (out [16]byte, ok bool) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return out, false
	}
	var digits [32]byte
	n := 0
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
		case '0' <= c && c <= '9' || 'a' <= c && c <= 'f':
			digits[n] = c
			n++
		default:
			return out, false
		}
	}
	_, err := hex.Decode(out[:], digits[:])
	return out, err == nil
}

func unpackUUID(raw []byte) string {
	var out [36]byte
	at := 0
	for i, b := range raw {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			out[at] = '-'
			at++
		}
		hex.Encode(out[at:at+2], []byte{b})
		at += 2
	}
	return string(out[:])
}

package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// opaqueSize is the entropy, in bytes, of session and API keys.
const opaqueSize = 32

// NewOpaque makes a random secret for a session or an API key: the text for its
// holder (prefix and 43 URL-safe characters) and the hash to store and look it up by.
// The prefix lets people and scanners of leaked secrets recognize what they see.
func NewOpaque(prefix string) (text string, hash []byte) {
	raw := make([]byte, opaqueSize)
	_, _ = rand.Read(raw)
	text = prefix + base64.RawURLEncoding.EncodeToString(raw)
	return text, HashOpaque(text)
}

// HashOpaque is the SHA-256, 32 bytes, of a secret as its holder showed it. It needs no salt and
// no slowness, for nobody guesses 256 random bits.
func HashOpaque(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

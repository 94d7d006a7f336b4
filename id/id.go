// Package id holds the typed identifiers by which packages refer to each
// other's things without importing each other.
//
// Every identifier is a UUID in its canonical text form. New ones are
// version 7 (RFC 9562): the time of making, from the caller's clock, then
// randomness, so that rows made together lie together in an index. Derived
// ones are version 8: the same parts give the same identifier, which makes
// the identifier itself the guard against doing something twice.
package id

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"
)

type (
	// Business names a tenant.
	Business string
	// User names a person who signs in.
	User string
	// Key names an API key.
	Key string
	// Location names a place.
	Location string
	// Service names what is sold.
	Service string
	// Staff names who performs it.
	Staff string
	// Resource names a room, a chair, a machine.
	Resource string
	// Client names the person served.
	Client string
	// Contact names one address or number of a client.
	Contact string
	// Subject names whom or what a service is done to: a child, a car.
	Subject string
	// Reading names one number read off a subject.
	Reading string
	// Fact names one thing known of a client or a subject.
	Fact string
	// Plan names a service that is due for a client.
	Plan string
	// Booking names an agreed visit.
	Booking string
	// Hold names a slot kept for minutes.
	Hold string
	// TimeOff names an absence.
	TimeOff string
	// Message names one thing told to one person.
	Message string
	// Event names a fact that happened.
	Event string
	// Access names a read of a card.
	Access string
	// Session names a signed-in browser.
	Session string
	// Invitation names an asking of somebody to join a business.
	Invitation string
	// Passkey names a key by which somebody signs in.
	Passkey string
	// Letter names a mail to somebody who signs in.
	Letter string
	// Series names bookings that recur together.
	Series string
	// Group names one planned session of a group.
	Group string
	// Rule names one rule of the owner's.
	Rule string
	// Link names a connected outside calendar.
	Link string
	// Visitor names a client's login, of whatever business.
	Visitor string
	// Ask names one request for a sign-in code.
	Ask string
	// Block names a contact that an owner has no codes sent to.
	Block string
	// Form names a list of questions.
	Form string
	// Notice names a text to which clients are asked to agree.
	Notice string
	// Answer names a form filled in.
	Answer string
	// Consent names one agreement of one client.
	Consent string
	// Chain names businesses that agreed to lend each other cards.
	Chain string
	// Erasure names a record of destruction.
	Erasure string
	// Petition names what a person asks for under a law of privacy.
	Petition string
	// Entry names a call, an enquiry, a complaint or a note on a card.
	Entry string
	// Document names a file that belongs to a card.
	Document string
	// Merge names the making of one card out of two.
	Merge string
	// Breach names a leak of data.
	Breach string
)

// New makes a version 7 identifier for the given instant.
func New[T ~string](at time.Time) T {
	var b [16]byte
	// crypto/rand never fails on the systems we run on; it ends the program rather than give weak bytes.
	_, _ = rand.Read(b[6:])
	return T(stamp(b, at, 7))
}

// Derive makes a version 8 identifier from its parts: the instant gives it
// its place among its neighbours, the parts their hash.
func Derive[T ~string](at time.Time, parts ...string) T {
	h := sha256.New()
	var n [4]byte
	for _, p := range parts {
		binary.BigEndian.PutUint32(n[:], uint32(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	var b [16]byte
	copy(b[6:], h.Sum(nil))
	return T(stamp(b, at, 8))
}

func stamp(b [16]byte, at time.Time, version byte) string {
	ms := uint64(at.UnixMilli())
	b[0], b[1], b[2] = byte(ms>>40), byte(ms>>32), byte(ms>>24)
	b[3], b[4], b[5] = byte(ms>>16), byte(ms>>8), byte(ms)
	b[6] = b[6]&0x0f | version<<4
	b[8] = b[8]&0x3f | 0x80
	return format(b)
}

func format(b [16]byte) string {
	var t [36]byte
	hex.Encode(t[0:8], b[0:4])
	hex.Encode(t[9:13], b[4:6])
	hex.Encode(t[14:18], b[6:8])
	hex.Encode(t[19:23], b[8:10])
	hex.Encode(t[24:36], b[10:16])
	t[8], t[13], t[18], t[23] = '-', '-', '-', '-'
	return string(t[:])
}

// Valid tells whether s is a UUID in canonical lower-case form.
func Valid(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'f':
		default:
			return false
		}
	}
	return true
}

// Time reads the instant, to the millisecond, out of an identifier of this
// package; false when s is none.
func Time(s string) (time.Time, bool) {
	if !Valid(s) || (s[14] != '7' && s[14] != '8') || s[19] < '8' || s[19] > 'b' {
		return time.Time{}, false
	}
	raw, err := hex.DecodeString(s[0:8] + s[9:13])
	if err != nil {
		return time.Time{}, false
	}
	ms := binary.BigEndian.Uint64(append([]byte{0, 0}, raw...))
	return time.UnixMilli(int64(ms)), true
}

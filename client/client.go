// Package client is the personal card: one per person and business, kept by
// both sides, sealed at rest with the person's own key.
package client

import (
	"strings"
	"unicode"

	"kept/id"
	"kept/span"
)

// Client is the card's head: who the person is and how to reach them.
type Client struct {
	ID       id.Client
	Name     string
	Email    string // as typed, trimmed; empty for none
	Phone    string // digits with a leading +, where the person gave one; empty for none
	Language string // of messages; empty for the business's
	Zone     string // IANA, where the person lives; empty for the business's
	Note     string // by staff, for staff
	// EmailVerified and PhoneVerified tell since when the preferred contacts are
	// known to be the person's; 0 for not.
	EmailVerified span.Instant
	PhoneVerified span.Instant
	// Claimed tells that the card was made by a booking of the public which named
	// both contacts, and that nobody who could know has said since that the two
	// belong to one person.
	Claimed   bool
	CreatedAt span.Instant
	UpdatedAt span.Instant
	Version   int64
}

// Draft is what somebody gives of themselves at booking.
type Draft struct {
	Name     string
	Email    string
	Phone    string
	Language string
	Zone     string
}

// Fold makes a name comparable: lower case, single spaces.
func Fold(name string) string {
	return strings.Join(strings.Fields(strings.Map(unicode.ToLower, name)), " ")
}

// FoldEmail makes an e-mail address comparable.
func FoldEmail(address string) string {
	return strings.Map(unicode.ToLower, strings.TrimSpace(address))
}

// CleanPhone drops what people write between digits: spaces, dashes, dots,
// brackets. A leading 00 becomes +.
func CleanPhone(number string) string {
	cleaned := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r == '+':
			return r
		case r >= '０' && r <= '９': // full-width digits, as Chinese keyboards type them
			return r - '０' + '0'
		case r == '＋':
			return '+'
		case strings.ContainsRune(".()/（）．", r), unicode.IsSpace(r), unicode.In(r, unicode.Pd, unicode.Cf):
			// Dashes of every width, and the invisible direction marks that a number copied from a contact list brings along.
			return -1
		default:
			return r
		}
	}, number)
	if rest, ok := strings.CutPrefix(cleaned, "00"); ok {
		return "+" + rest
	}
	return cleaned
}

// ValidPhone tells whether a cleaned number can be one: 5 to 15 digits
// (ITU-T E.164), a plus only in front.
func ValidPhone(cleaned string) bool {
	digits := strings.TrimPrefix(cleaned, "+")
	if len(digits) < 5 || len(digits) > 15 {
		return false
	}
	return strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

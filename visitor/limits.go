package visitor

import (
	"context"
	"strings"

	"kept/id"
	"kept/span"
)

// Count is how often something was done within a window.
type Count struct {
	Scope  string
	Key    string       // hashed under a key before it is stored
	Window span.Instant // where the window begins
}

// The scopes.
const (
	scopeContact  = "contact"  // asks for a contact
	scopeAddress  = "address"  // asks from a network address
	scopeBusiness = "business" // SMS on account of a business
	scopePrefix   = "prefix"   // SMS into a country, of all businesses

	scopeProofs       = "proofs" // the same two, of codes that anybody may ask for
	scopeProofsPrefix = "proofs_prefix"
	scopeAsked        = "asked" // who asks for a code by SMS to sign in, known or not: by country, by business
)

// How often is too often. A day is one of UTC, an hour one of the clock.
const (
	asksPerContact   = 10 // a day: with five tries each, a code is guessed once in 55 years of trying
	asksPerAddress   = 20 // an hour: a family, or a waiting room, behind one address
	asksPerProxy     = 2000
	firstPause       = 30 * span.Second // after the first code; each further one doubles it
	longestPause     = span.Hour
	sentWithoutPause = 1
)

// Caps bound how many SMS a day go out, beside what each contact and address
// may ask for. A day is one of UTC.
type Caps struct {
	Codes          int // codes of a business's own clients who sign in, and again as many of those who book
	CodesCountry   int // codes into one country, of all businesses, likewise
	Notices        int // of what bookings make a business write
	NoticesCountry int // likewise into one country
}

// DefaultCaps are those of a program whose operator has set none.
func DefaultCaps() Caps {
	return Caps{Codes: 100, CodesCountry: 300, Notices: 1000, NoticesCountry: 2000}
}

// codesOf is how many codes a day a business has sent by SMS: what the operator
// allows, or less where the owner wants so.
func (d *Door) codesOf(ctx context.Context, business id.Business) (int, error) {
	if d.Lower == nil {
		return d.Caps.Codes, nil
	}
	own, err := d.Lower(ctx, business)
	if err != nil || own <= 0 {
		return d.Caps.Codes, err
	}
	return min(own, d.Caps.Codes), nil
}

// admit counts an ask, or refuses it: fault rate_limited.
func (d *Door) admit(ctx context.Context, c Contact, r Request, now span.Instant) error {
	most := asksPerAddress
	if r.Shared {
		most = asksPerProxy
	}
	hour := Count{scopeAddress, r.Address, now - now%span.Hour}
	n, _, err := d.Counts.Touch(ctx, hour)
	if err != nil {
		return err
	}
	if n >= most {
		return slow(hour.Window+span.Hour, now)
	}
	day := Count{scopeContact, string(c.Kind) + ":" + c.Value, now - now%span.Day}
	m, last, err := d.Counts.Touch(ctx, day)
	if err != nil {
		return err
	}
	if m >= asksPerContact {
		return slow(day.Window+span.Day, now)
	}
	if m >= sentWithoutPause && now < last+pause(m) {
		return slow(last+pause(m), now)
	}
	if err := d.Counts.Raise(ctx, hour, now); err != nil {
		return err
	}
	return d.Counts.Raise(ctx, day, now)
}

// pause is how long to wait after the nth code of a day.
func pause(n int) span.Instant {
	out := firstPause
	for range n - 1 {
		if out *= 2; out >= longestPause {
			return longestPause
		}
	}
	return out
}

// charge counts an SMS on account of the first of the businesses that may pay
// for it; false when none may, with the reason.
func (d *Door) charge(ctx context.Context, a Ask, businesses []id.Business, now span.Instant) (ok bool, reason string, err error) {
	day := now - now%span.Day
	country, account := Count{scopePrefix, Prefix(a.Contact.Value), day}, scopeBusiness
	if a.Purpose != ToEnter { // anybody may cause these: what they use up is not missing to whoever signs in
		country.Scope, account = scopeProofsPrefix, scopeProofs
	}
	n, _, err := d.Counts.Touch(ctx, country)
	if err != nil {
		return false, "", err
	}
	if n >= d.Caps.CodesCountry {
		return false, ReasonCap, nil
	}
	for _, b := range businesses {
		own := Count{account, string(b), day}
		m, _, err := d.Counts.Touch(ctx, own)
		if err != nil {
			return false, "", err
		}
		most, err := d.codesOf(ctx, b)
		if err != nil {
			return false, "", err
		}
		if m >= most {
			continue
		}
		if err := d.Counts.Raise(ctx, own, now); err != nil {
			return false, "", err
		}
		return true, "", d.Counts.Raise(ctx, country, now)
	}
	return false, ReasonCap, nil
}

// Prefix is the country of an international number: its calling code (ITU-T
// E.164), and where several countries share one (+1, +7), its area too, for
// fraud with premium numbers likes the small among them.
func Prefix(number string) string {
	rest := strings.TrimPrefix(number, "+")
	size := 3
	switch {
	case rest == "":
		return ""
	case rest[0] == '1' || rest[0] == '7':
		size = 4
	case len(rest) >= 2 && strings.Contains(twoDigits, " "+rest[:2]+" "):
		size = 2
	}
	return "+" + rest[:min(size, len(rest))]
}

// twoDigits are the calling codes of two digits; all others but 1 and 7 have three.
const twoDigits = " 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58" +
	" 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 "

// scopes of notices, apart from those of codes.
const (
	scopeNotices       = "notices"
	scopeNoticesPrefix = "notices_prefix"
)

// AllowNotice tells whether a business may send an SMS that is no code to a
// number now, and counts it: anybody can make a business write to a number by
// booking with it.
func (d *Door) AllowNotice(ctx context.Context, business id.Business, number string) (bool, error) {
	blocked, err := d.Blocks.Blocked(ctx, business, Contact{Phone, number})
	if err != nil || blocked {
		return false, err
	}
	allowed := false
	err = d.Atomic.Do(ctx, func(ctx context.Context) error {
		now := d.Clock.Now()
		day := now - now%span.Day
		country, own := Count{scopeNoticesPrefix, Prefix(number), day}, Count{scopeNotices, string(business), day}
		n, _, err := d.Counts.Touch(ctx, country)
		if err != nil {
			return err
		}
		m, _, err := d.Counts.Touch(ctx, own)
		if allowed = n < d.Caps.NoticesCountry && m < d.Caps.Notices; err != nil || !allowed {
			return err
		}
		if err := d.Counts.Raise(ctx, own, now); err != nil {
			return err
		}
		return d.Counts.Raise(ctx, country, now)
	})
	return allowed, err
}

package account

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238's hash: what every authenticator app speaks
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"

	"kept/span"
)

// A code of the second factor is six digits, another every half minute (RFC
// 6238, HMAC-SHA-1). A clock that is one step off is borne.
const (
	totpStep   = 30 * span.Second
	totpDigits = 6
	totpDrift  = 1
	totpSecret = 20 // bytes, as RFC 4226 asks
)

// totpAt is the code of a step.
func totpAt(secret []byte, step int64) string {
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step))
	mac := hmac.New(sha1.New, secret)
	_, _ = mac.Write(counter[:]) // a hash never fails
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	n := binary.BigEndian.Uint32(sum[at:at+4]) & 0x7fffffff
	return fmt.Sprintf("%0*d", totpDigits, n%1_000_000)
}

// matchTOTP finds the step whose code was typed, with or without spaces.
func matchTOTP(secret []byte, code string, now span.Instant) (step int64, ok bool) {
	code = strings.Join(strings.Fields(code), "")
	if len(secret) == 0 || len(code) != totpDigits {
		return 0, false
	}
	middle := int64(now / totpStep)
	for s := middle - totpDrift; s <= middle+totpDrift; s++ {
		if subtle.ConstantTimeCompare([]byte(totpAt(secret, s)), []byte(code)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}

func secretText(secret []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
}

// totpAddress is what a QR code of the secret says, in the form that
// authenticator apps read.
func totpAddress(email string, secret []byte) string {
	q := url.Values{"secret": {secretText(secret)}, "issuer": {"Kept"}}
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/Kept:" + email, RawQuery: q.Encode()}
	return u.String()
}

// CodeAt is the code that a device with a secret shows at a time; for tests
// and for whoever has to help somebody set up a device.
func CodeAt(secret []byte, now span.Instant) string { return totpAt(secret, int64(now/totpStep)) }

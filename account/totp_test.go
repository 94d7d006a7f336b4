package account

import (
	"encoding/base32"
	"net/url"
	"testing"

	"pgregory.net/rapid"

	"kept/span"
)

// TestTOTPVectors are those of RFC 6238, appendix B, for SHA-1, cut to six digits.
func TestTOTPVectors(t *testing.T) {
	t.Parallel()
	secret := []byte("12345678901234567890")
	for second, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		now := span.Instant(second) * span.Second
		if got := totpAt(secret, second/30); got != want {
			t.Errorf("at %d: %s, want %s", second, got, want)
		}
		for _, typed := range []string{want, " " + want[:3] + " " + want[3:] + "\t"} {
			if step, ok := matchTOTP(secret, typed, now); !ok || step != second/30 {
				t.Errorf("%q at %d: step %d, %v", typed, second, step, ok)
			}
		}
	}
}

func TestTOTPWindow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.SliceOfN(rapid.Byte(), 20, 20).Draw(t, "secret")
		now := span.Instant(rapid.Int64Range(0, 4_000_000_000).Draw(t, "now")) * span.Second
		off := rapid.Int64Range(-5, 5).Draw(t, "off")
		step := int64(now/totpStep) + off
		if step < 0 {
			return
		}
		got, ok := matchTOTP(secret, totpAt(secret, step), now)
		if near := off >= -1 && off <= 1; near && !ok {
			t.Fatalf("a code %d steps off is refused", off)
		} else if ok && (got < step-2 || got > step+2) && near {
			t.Fatalf("step %d for %d", got, step)
		}
	})
	for _, bad := range []string{"", "12345", "1234567", "abcdef", "１２３４５６"} {
		if _, ok := matchTOTP([]byte("12345678901234567890"), bad, 59*span.Second); ok {
			t.Errorf("%q is right", bad)
		}
	}
	if _, ok := matchTOTP(nil, totpAt(nil, 1), 59*span.Second); ok {
		t.Error("nobody's code is right")
	}
}

func TestTOTPAddress(t *testing.T) {
	t.Parallel()
	secret := []byte("12345678901234567890")
	u, err := url.Parse(totpAddress("eva+x@example.com", secret))
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/Kept:eva+x@example.com" || u.Query().Get("issuer") != "Kept" {
		t.Fatalf("%v, %v", u, err)
	}
	if got, err := base32.StdEncoding.DecodeString(u.Query().Get("secret")); err != nil || string(got) != string(secret) {
		t.Errorf("the secret is %q, %v", got, err)
	}
}

func TestGoodPIN(t *testing.T) {
	t.Parallel()
	for pin, want := range map[string]bool{
		"4071": true, "13579": true, "90210417": true, "": false, "123": false, "1234": false, "9876": false, "0000": false,
		"12a4": false, "123456789": false, "٤٠٧١": false, "1235": true, "11112": true,
	} {
		if got := goodPIN(pin); got != want {
			t.Errorf("%q: %v", pin, got)
		}
	}
}

package account

import (
	"strings"
	"testing"

	"kept/fault"
)

func TestWhichPasswordsAreTaken(t *testing.T) {
	t.Parallel()
	for password, rule := range map[string]string{
		"correct horse": "", strings.Repeat("long ", 40): "", "все мои слова": "", "ONLYCAPITALS": "",
		"password": "common", "PassWord": "common", "12345678": "common", "qwertyuiop": "common", "zzzzzzzzzz": "common",
		"mia.li@example.com": "own", "short": "too_short",
		"Password2026!": "common", "baseball1": "common", "Trustno1": "common", "пароль12": "common", "princess99": "common",
		"MiaLi2026": "own", "lumensalon": "own", "Lumen-Salon-24": "own", "Mia Wang!": "own", "salon lumen": "own",
		"my dog Lumen eats socks": "", "wangled twelve": "", "mia and the whale": "",
	} {
		var c fault.Checker
		checkPassword(&c, password, "Mia.Li@example.com", "Mia Wang", "lumen-salon")
		got := ""
		if err := c.Err(); err != nil {
			got = "refused"
		}
		if (rule == "") != (got == "") {
			t.Errorf("%q: %v, want %q", password, c.Err(), rule)
		}
	}
}

// The list is as long as ASVS 5.0 wants it, of passwords that the length does
// not refuse already.
func TestCommonPasswords(t *testing.T) {
	t.Parallel()
	long := 0
	for p := range commonSet() {
		if len([]rune(p)) >= 8 {
			long++
		}
		if p != strings.ToLower(strings.TrimSpace(p)) || p == "" {
			t.Errorf("%q is not folded", p)
		}
	}
	if long < 3000 {
		t.Errorf("%d common passwords", long)
	}
}

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
	} {
		var c fault.Checker
		checkPassword(&c, password, "Mia.Li@example.com")
		got := ""
		if err := c.Err(); err != nil {
			got = "refused"
		}
		if (rule == "") != (got == "") {
			t.Errorf("%q: %v, want %q", password, c.Err(), rule)
		}
	}
}

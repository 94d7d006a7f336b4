package secret

import (
	"strings"
	"unicode"
)

// Email is the form of an e-mail address that blind indexes compare: trimmed and
// folded. The part before the @ is folded too, for people type it either way. A few
// foreign letters fold into ASCII (the Kelvin sign is a k): so write to the address that
// was stored, never to the one that was typed and found it.
func Email(s string) string { return strings.TrimSpace(fold(s)) }

// Name is the form of a person's name that blind indexes compare: folded, with single spaces.
func Name(s string) string { return strings.Join(strings.Fields(fold(s)), " ") }

// Phone is the form of a phone number that blind indexes compare: digits, with a leading
// plus if one was typed. Spaces, dashes, dots, slashes and brackets are dropped and digits of
// other scripts, such as full-width ones, made plain. Anything else in it (letters, an
// extension), or no digit at all, gives "". It knows no country: callers bring numbers
// into their international form first.
func Phone(s string) string {
	var out strings.Builder
	digits := false
	for _, r := range s {
		switch {
		case '0' <= r && r <= '9':
			out.WriteRune(r)
			digits = true
		case unicode.Is(unicode.Nd, r):
			out.WriteByte(digit(r))
			digits = true
		case (r == '+' || r == '＋') && out.Len() == 0:
			out.WriteByte('+')
		case !separator(r):
			return ""
		}
	}
	if !digits {
		return ""
	}
	return out.String()
}

// separator tells what may stand between the digits of a phone number.
func separator(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("()[]./−（）．／", r)
}

// digit gives the ASCII digit of a decimal digit of any script: they come in runs of ten that begin with zero.
func digit(r rune) byte {
	for _, run := range unicode.Nd.R16 {
		if lo, hi := rune(run.Lo), rune(run.Hi); lo <= r && r <= hi {
			return '0' + byte((r-lo)%10)
		}
	}
	for _, run := range unicode.Nd.R32 {
		if lo, hi := rune(run.Lo), rune(run.Hi); lo <= r && r <= hi {
			return '0' + byte((r-lo)%10)
		}
	}
	return '0'
}

// fold makes texts equal that differ in case only (Unicode simple folding) or in
// invisible characters, which come along when a text is copied from a page.
func fold(s string) string { return strings.Map(foldRune, s) }

func foldRune(r rune) rune {
	if r < unicode.MaxASCII {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	if unicode.Is(unicode.Cf, r) {
		return -1
	}
	// The runes that fold together form a ring; its least one stands for all (ſ and S, ς and Σ). The
	// iota that stands below another letter is in the ring of iota, but cannot stand for it.
	const iotaBelow, capitalIota = '\u0345', '\u0399'
	if r == iotaBelow {
		r = capitalIota
	}
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		if next != iotaBelow {
			least = min(least, next)
		}
	}
	return unicode.ToLower(least)
}

package client

import (
	"strings"

	"kept/fault"
	"kept/span"
)

// Bounds of what a person may give of themselves, in characters.
const (
	maxName     = 200
	maxEmail    = 254 // RFC 5321 section 4.5.3.1.3, less the brackets
	maxLocal    = 64
	maxLabel    = 63
	maxLanguage = 35 // the longest tag that software must carry (RFC 5646 section 4.4.1)
	maxNote     = 4000
)

// Which contact a client must give; the words of a business's terms.
const (
	ContactAny   = "any"
	ContactEmail = "email"
	ContactPhone = "phone"
	ContactBoth  = "both"
)

// clean brings a draft into the form in which it is kept.
func (d Draft) clean() Draft {
	return Draft{
		Name: strings.Join(strings.Fields(d.Name), " "), Email: strings.TrimSpace(d.Email), Phone: CleanPhone(d.Phone),
		Language: strings.TrimSpace(d.Language), Zone: strings.TrimSpace(d.Zone),
	}
}

// check notes every wrong field of a cleaned draft; prefix stands before the names.
func (d Draft) check(c *fault.Checker, z *span.Zones, prefix, rule string) {
	c.Line(prefix+"name", d.Name, 1, maxName)
	needsEmail := rule == ContactEmail || rule == ContactBoth
	needsPhone := rule == ContactPhone || rule == ContactBoth
	switch {
	case d.Email == "":
		c.Require(!needsEmail, prefix+"email", "required", "an e-mail address is required")
	default:
		c.Require(len(d.Email) <= maxEmail, prefix+"email", "too_long", "must be at most 254 characters")
		c.Require(len(d.Email) > maxEmail || ValidEmail(d.Email), prefix+"email", "format", "is no e-mail address")
	}
	switch {
	case d.Phone == "":
		c.Require(!needsPhone, prefix+"phone", "required", "a phone number is required")
	default:
		c.Require(ValidPhone(d.Phone), prefix+"phone", "format", "is no phone number")
	}
	if rule == ContactAny {
		c.Require(d.Email != "" || d.Phone != "", prefix+"email", "required", "an e-mail address or a phone number is required")
	}
	c.Require(d.Language == "" || ValidLanguage(d.Language), prefix+"language", "format", "is no language tag")
	c.Require(d.Zone == "" || z.Has(d.Zone), prefix+"zone", "unknown", "is no time zone")
}

// ValidEmail tells whether a trimmed address can be delivered to: the plain
// form of RFC 5321 (a dot-atom, an @, a domain name with a dot), in ASCII. No
// quoted names, comments or address literals, which people only write to
// break something.
func ValidEmail(address string) bool {
	local, domain, ok := strings.Cut(address, "@")
	if !ok || len(address) > maxEmail || local == "" || len(local) > maxLocal {
		return false
	}
	for part := range strings.SplitSeq(local, ".") {
		if part == "" || strings.IndexFunc(part, func(r rune) bool { return !alphanumeric(r) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r) }) >= 0 {
			return false
		}
	}
	if !strings.Contains(domain, ".") {
		return false
	}
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.IndexFunc(label, func(r rune) bool { return !alphanumeric(r) && r != '-' }) >= 0 {
			return false
		}
	}
	return true
}

func alphanumeric(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// ValidLanguage tells whether a language tag has the form of one (RFC 5646).
func ValidLanguage(tag string) bool {
	if len(tag) > maxLanguage {
		return false
	}
	for part := range strings.SplitSeq(tag, "-") {
		if part == "" || len(part) > 8 || strings.IndexFunc(part, func(r rune) bool { return !alphanumeric(r) }) >= 0 {
			return false
		}
	}
	return true
}

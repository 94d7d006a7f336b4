// Package view draws the pages of Kept: the booking page a client sees, the
// page behind the link in a message, and the desk of the staff.
//
// Every page is one templ component that takes one Model, a plain value with
// nothing to look up: texts that are data (names, dates, amounts) come in
// written for the reader, texts that belong to the page are taken from the
// Printer that comes with it. Addresses are absolute paths, chosen by whoever
// fills the Model; forms carry what they were given in Hidden. All pages work
// without scripts, which only spare a reload; nothing is inline, so that the
// content security policy can forbid what is.
//
// Forms of many fields are not drawn one by one but of parts (parts.go): a Field
// says what it asks for, a Group puts fields under a legend, Rows are groups of
// one sort that can be added, removed and moved, and SettingsFormPage draws all
// of it with the summary of faults above and the button below. Package web/form
// makes these parts of a form's values and reads them back; a new page of the
// owner's settings needs no template of its own.
//
// The .templ files are the sources, the _templ.go files beside them are made
// from them.
package view

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"kept/internal/i18n"
)

// Page is what every page needs.
type Page struct {
	P     i18n.Printer
	Title string // of the document, without the name that follows it
	Path  string // path and query under which a GET shows this page; the language links are made of it
}

// Pair is a hidden field of a form.
type Pair struct{ Name, Value string }

// Link is a text that leads somewhere.
type Link struct{ Text, Href string }

// Fact is a labelled value, both written for the reader.
type Fact struct {
	Label, Value string
	Href         string // where more stands about it; empty for nowhere
}

// FieldError says what is wrong with a field of a form, by the field's name.
type FieldError struct{ Field, Text string }

// Option is one entry of a select.
type Option struct {
	Value, Text string
	Chosen      bool
}

// Errors are the faults of a form in the order of its fields.
type Errors []FieldError

// Of returns the text for a field, empty when it is right.
func (e Errors) Of(field string) string {
	for _, one := range e {
		if one.Field == field {
			return one.Text
		}
	}
	return ""
}

// A Tone is how much a word of state asks for a second look. Status is never
// told by colour alone: the word stands in it.
type Tone string

// The tones, from calm to loud.
const (
	Quiet  Tone = "quiet"  // done with
	Good   Tone = "good"   // as agreed
	Active Tone = "active" // under way
	Look   Tone = "look"   // deserves a second look: held, due, asked for
	Bad    Tone = "bad"    // went wrong
)

// Chip is a short word of state.
type Chip struct {
	Text string
	Tone Tone
}

// StatusChip is the chip of a booking's status, by the status word of the API.
func StatusChip(p i18n.Printer, status string) Chip {
	return Chip{Text: p.T("status." + status), Tone: statusTone(status)}
}

func statusTone(status string) Tone {
	switch status {
	case "confirmed":
		return Good
	case "checked_in":
		return Active
	case "requested", "awaiting_payment":
		return Look
	case "no_show", "declined":
		return Bad
	}
	return Quiet
}

// MessageChip is the chip of a message's status, by the status word of the API.
func MessageChip(p i18n.Printer, status string) Chip {
	tone := Quiet
	switch status {
	case "due":
		tone = Look
	case "planned":
		tone = Active
	case "sent", "delivered":
		tone = Good
	case "failed":
		tone = Bad
	}
	return Chip{Text: p.T("message." + status), Tone: tone}
}

// initials are at most two letters that stand for a name: AK, 陳, L.
func initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '-' || r == '&' })
	out := ""
	for _, word := range words {
		r, _ := utf8.DecodeRuneInString(word)
		if unicode.Is(unicode.Han, r) {
			return string(r)
		}
		if unicode.IsLetter(r) && utf8.RuneCountInString(out) < 2 {
			out += string(unicode.ToUpper(r))
		}
	}
	if out == "" {
		return "·"
	}
	return out
}

// inLanguage is the address of this page in another language.
func (p Page) inLanguage(lang string) string {
	u, err := url.Parse(p.Path)
	if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/") {
		return "?lang=" + lang
	}
	q := u.Query()
	q.Set("lang", lang)
	u.RawQuery = q.Encode()
	return u.RequestURI()
}

// title is the document's title: the page's, then whose it is.
func title(page, owner string) string {
	if page == "" || page == owner {
		return owner
	}
	return page + " · " + owner
}

// share is the class that draws a share of 0 to 100 in steps of five; a free
// minute is never drawn as none.
func share(percent int) string {
	percent = min(max(percent, 0), 100)
	step := (percent + 2) / 5 * 5
	if percent > 0 {
		step = max(step, 5)
	}
	const digits = "0123456789"
	switch {
	case step == 100:
		return "v-100"
	case step >= 10:
		return "v-" + digits[step/10:step/10+1] + digits[step%10:step%10+1]
	}
	return "v-" + digits[step:step+1]
}

// A piece is a run of text, or an address in it.
type piece struct {
	text string
	link bool
}

// linkify cuts a text so that web addresses in it can be followed.
func linkify(text string) []piece {
	var out []piece
	for text != "" {
		at := firstURL(text)
		if at < 0 {
			return append(out, piece{text: text})
		}
		if at > 0 {
			out = append(out, piece{text: text[:at]})
		}
		rest := text[at:]
		end := strings.IndexFunc(rest, func(r rune) bool {
			return unicode.IsSpace(r) || r == '<' || r == '>' || r == '"' || r > unicode.MaxASCII
		})
		if end < 0 {
			end = len(rest)
		}
		address := strings.TrimRight(rest[:end], ".,;:!?)")
		out = append(out, piece{text: address, link: true})
		text = rest[len(address):]
	}
	return out
}

func firstURL(text string) int {
	secure, plain := strings.Index(text, "https://"), strings.Index(text, "http://")
	switch {
	case secure < 0:
		return plain
	case plain < 0:
		return secure
	}
	return min(secure, plain)
}

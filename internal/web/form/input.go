package form

import (
	"math"
	"net/url"
	"strconv"
	"strings"

	"kept/catalog"
	"kept/internal/i18n"
	"kept/internal/web/view"
	"kept/money"
	"kept/span"
)

// Input reads the values of a form. What cannot be read is noted, in the
// reader's language, under the name of its field.
type Input struct {
	P      *i18n.Printer
	Values url.Values
	Wrong  view.Errors
}

// Note notes what is wrong with a field, by a key of the catalogue.
func (in *Input) Note(name, key string, pairs ...any) {
	in.Wrong = append(in.Wrong, view.FieldError{Field: name, Text: in.P.T(key, pairs...)})
}

// Text reads a text without the space around it.
func (in *Input) Text(name string) string {
	return strings.TrimSpace(strings.ReplaceAll(in.Values.Get(name), "\r\n", "\n"))
}

// Yes reads a tick.
func (in *Input) Yes(name string) bool { return in.Values.Get(name) == "yes" }

// Texts reads a text in each language; empty ones are left out.
func (in *Input) Texts(name string) catalog.Texts {
	out := catalog.Texts{}
	for _, language := range i18n.Languages() {
		if text := in.Text(name + "." + language); text != "" {
			out[language] = text
		}
	}
	return out
}

// Int reads a whole number between two others; nothing typed is 0.
func (in *Input) Int(name string, least, most int) int {
	text := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "−", "-").Replace(in.Text(name))
	n := 0
	if text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			in.Note(name, "form.number", "least", in.P.Number(least), "most", in.P.Number(most))
			return 0
		}
	}
	if n < least || n > most {
		in.Note(name, "form.number", "least", in.P.Number(least), "most", in.P.Number(most))
	}
	return n
}

// Date reads a day; nothing typed is the zero one.
func (in *Input) Date(name string) span.Date {
	text := in.Text(name)
	if text == "" {
		return span.Date{}
	}
	d, err := span.ParseDate(text)
	if err != nil {
		in.Note(name, "form.date_wrong")
	}
	return d
}

// Clock reads a time of day as minutes after midnight; "24:00" ends a day.
func (in *Input) Clock(name string) int {
	hours, minutes, ok := strings.Cut(in.Text(name), ":")
	h, errH := strconv.Atoi(hours)
	m, errM := strconv.Atoi(minutes)
	if !ok || errH != nil || errM != nil || h < 0 || m < 0 || m > 59 || h*60+m > 24*60 {
		in.Note(name, "form.clock_wrong")
		return 0
	}
	return h*60 + m
}

// Money reads an amount; nothing typed is none.
func (in *Input) Money(name, currency string) money.Amount {
	a, ok := ParseAmount(in.Text(name), currency)
	if !ok {
		in.Note(name, "form.amount_wrong")
	}
	return a
}

// Count tells how many rows a path has.
func (in *Input) Count(name string) int { return Count(in.Values, name) }

// List reads all values of a name as identifiers or words.
func List[T ~string](in *Input, name string) []T {
	var out []T
	for _, v := range in.Values[name] {
		if v != "" {
			out = append(out, T(v))
		}
	}
	return out
}

// WriteAmount writes an amount as a number to be corrected: "68", "68.50".
func WriteAmount(a money.Amount) string {
	sign, v := "", a.Amount
	if v < 0 {
		sign, v = "-", -v
	}
	if v%100 == 0 {
		return sign + strconv.FormatInt(v/100, 10)
	}
	return sign + strconv.FormatInt(v/100, 10) + "." + strconv.FormatInt(100+v%100, 10)[1:]
}

// ParseAmount reads a number as people type it: "68", "68,50", "-1 200.00".
// Nothing is 0.
func ParseAmount(text, currency string) (money.Amount, bool) {
	none := money.Amount{Currency: currency}
	text = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "−", "-").Replace(text)
	rest, negative := strings.CutPrefix(text, "-")
	if rest == "" {
		return none, text == ""
	}
	// The last mark is the decimal one when one or two digits follow it; others separate thousands.
	at := strings.LastIndexAny(rest, ".,")
	whole, cents := rest, ""
	if at >= 0 && len(rest)-at <= 3 {
		whole, cents = rest[:at], rest[at+1:]
	}
	whole = strings.NewReplacer(",", "", ".", "").Replace(whole)
	for len(cents) < 2 {
		cents += "0"
	}
	w, err := strconv.ParseUint(whole, 10, 63)
	if err != nil || w > math.MaxInt32 {
		return none, false
	}
	c, err := strconv.ParseUint(cents, 10, 8)
	if err != nil {
		return none, false
	}
	none.Amount = int64(w)*100 + int64(c)
	if negative {
		none.Amount = -none.Amount
	}
	return none, true
}

// WriteClock writes minutes after midnight as a time of day.
func WriteClock(minutes int) string {
	return strconv.Itoa(100 + minutes/60)[1:] + ":" + strconv.Itoa(100 + minutes%60)[1:]
}

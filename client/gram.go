package client

import (
	"slices"
	"strings"
	"sync"
	"unicode"
)

// mostGrams bounds what is kept of one card, however much stands on it.
const mostGrams = 256

// Findable is by what a client is found: what stands on the card's head and
// beside it.
type Findable struct {
	Names  []string // the person's, and those of children, pets ... that belong to the card
	Emails []string
	Phones []string
	Plates []string // of vehicles; numbers of vehicles and devices too
}

// Of gives what the head of a card alone is found by.
func Of(c Client) Findable {
	return Findable{Names: []string{c.Name}, Emails: []string{c.Email}, Phones: []string{c.Phone}}
}

// Grams gives the pieces by which a card is found, sorted, each once. They are
// personal data: outside of this package only their keyed hashes are kept.
func Grams(f Findable) []string {
	var g grams
	for _, name := range f.Names {
		g.text(name)
	}
	for _, address := range f.Emails {
		local, _, _ := strings.Cut(address, "@")
		g.text(local)
	}
	for _, number := range f.Phones {
		g.digits(digits(number))
	}
	for _, plate := range f.Plates {
		g.plate(Plate(plate))
	}
	return g.done()
}

// grams collects pieces. A piece begins with a letter for its sort: n for
// names, k for short words with a letter left out, p for phones, e for their
// ends, v for vehicles.
type grams []string

func (g *grams) add(sort, piece string) { *g = append(*g, sort+piece) }

func (g *grams) done() []string {
	slices.Sort(*g)
	out := slices.Compact(*g)
	return out[:min(len(out), mostGrams)]
}

// text adds the pieces of every word of a text.
func (g *grams) text(text string) {
	for word := range strings.FieldsSeq(Romanize(text)) {
		for _, part := range scripts(word) {
			if part.ideographs {
				g.ideographs(part.text)
			} else {
				g.word([]rune(sound(string(part.text))))
			}
		}
	}
}

// triples adds the triples of letters of a word, the beginning and the end
// counting as letters.
func (g *grams) triples(w []rune) {
	if len(w) == 0 {
		return
	}
	padded := slices.Concat([]rune{'^'}, w, []rune{'$'})
	for i := 0; i+3 <= len(padded); i++ {
		g.add("n", string(padded[i:i+3]))
	}
}

// word adds the triples of a word and for a short one, of which a slip of the
// finger leaves no triple whole, the word with each letter left out in turn.
func (g *grams) word(w []rune) {
	const shortest, longest = 3, 6
	g.triples(w)
	if len(w) < shortest || len(w) > longest {
		return
	}
	g.add("k", string(w))
	for i := range w {
		g.add("k", string(w[:i])+string(w[i+1:]))
	}
}

// ideographs adds each sign and each pair of neighbours.
func (g *grams) ideographs(w []rune) {
	for i, r := range w {
		g.add("n", string(r))
		if i > 0 {
			g.add("n", string(w[i-1:i+1]))
		}
	}
}

// digits adds the triples of a number's digits, and its last four, by which
// people look for somebody.
func (g *grams) digits(number string) {
	const tail = 4
	for i := 0; i+3 <= len(number); i++ {
		g.add("p", number[i:i+3])
	}
	if len(number) >= tail {
		g.add("e", number[len(number)-tail:])
	}
}

// plate adds the triples of a plate's characters.
func (g *grams) plate(plate string) {
	signs := []rune(plate)
	for i := 0; i+3 <= len(signs); i++ {
		g.add("v", string(signs[i:i+3]))
	}
}

// run is a part of a word in one manner of writing.
type run struct {
	text       []rune
	ideographs bool
}

// scripts cuts a word where ideographs and letters meet.
func scripts(word string) []run {
	var out []run
	for _, r := range word {
		is := ideograph(r)
		if n := len(out); n > 0 && out[n-1].ideographs == is {
			out[n-1].text = append(out[n-1].text, r)
			continue
		}
		out = append(out, run{[]rune{r}, is})
	}
	return out
}

// ideograph tells whether a sign alone says as much as a syllable or a word.
func ideograph(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// spellings replaces the ways of writing one sound by one of them. It is made
// when first needed and never changes.
var spellings = sync.OnceValue(func() *strings.Replacer { //nolint:gochecknoglobals // made once, then only read
	return strings.NewReplacer(
		"shch", "S", "sch", "S", "sh", "S", "dzh", "J", "zh", "J", "ch", "C", "ck", "k", "kh", "h", "ph", "f", "th", "t",
		"ts", "z", "tz", "z", "ae", "a", "oe", "o", "ue", "u", "x", "ks", "c", "k", "q", "k", "w", "v", "j", "i", "y", "i",
	)
})

// sound brings a romanized word into a form in which the usual ways of writing
// one name in Latin letters come out alike: Alexey, Aleksei and Алексей;
// Mueller and Müller; Wagner and Вагнер.
func sound(word string) string {
	word = spellings().Replace(word)
	if rest, ok := strings.CutPrefix(word, "ie"); ok {
		word = "e" + rest // Yelena, Elena
	}
	return string(slices.Compact([]rune(strings.ToLower(word))))
}

// digits gives the digits of a phone number.
func digits(number string) string {
	var out strings.Builder
	for _, r := range CleanPhone(number) {
		if r = narrow(r); r >= '0' && r <= '9' {
			out.WriteRune(r)
		}
	}
	return out.String()
}

// Plate brings the plate of a vehicle, or another number that mixes letters
// and digits, into the form in which such are compared: capitals and digits
// alone, Cyrillic and Greek letters as the Latin ones that look alike, and the
// letter O as a nought.
func Plate(text string) string {
	const foreign, alike = "АВЕЁКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEEKMHOPCTYXIJSABEZHIKMNOPTYX"
	var out strings.Builder
	for _, r := range text {
		r = unicode.ToUpper(narrow(r))
		if i := strings.IndexRune(foreign, r); i >= 0 {
			r = rune(alike[i/2]) // each of them takes two bytes
		}
		switch {
		case r == 'O':
			out.WriteByte('0')
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			out.WriteRune(r)
		}
	}
	return out.String()
}

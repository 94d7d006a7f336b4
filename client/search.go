package client

import (
	"slices"
	"strings"
	"unicode"

	"kept/id"
)

// Sought is what somebody typed to find a client, taken apart.
type Sought struct {
	words  [][]rune // sounds of the words, or ideographs
	typed  [][]rune // the words as they are romanized
	number string   // the digits, where there are enough of them for a phone
	plate  string   // the whole as a plate, where it has a digit
	mail   string   // the whole as an address, where it has an @
}

// How much of what was typed must be met for a client to be shown, 1 being
// all. A word of four letters with a slip in it is met by three quarters.
const leastMet = 0.6

// Seek takes a query apart. It may be a name or a part of one in any script, a
// phone number or its end, an e-mail address, a plate, and end in the middle
// of a word.
func Seek(query string) Sought {
	var s Sought
	names, _, _ := strings.Cut(query, "@") // a domain would find all who have it
	for word := range strings.FieldsSeq(Romanize(names)) {
		for _, part := range scripts(word) {
			s.typed = append(s.typed, part.text)
			if part.ideographs {
				s.words = append(s.words, part.text)
			} else if w := []rune(sound(string(part.text))); len(w) > 0 {
				s.words = append(s.words, w)
			} else {
				s.words = append(s.words, part.text)
			}
		}
	}
	if strings.IndexFunc(query, unicode.IsLetter) < 0 {
		if n := digits(query); len(n) >= 3 {
			s.number = n
		}
	}
	if strings.IndexFunc(query, unicode.IsDigit) >= 0 {
		s.plate = Plate(query)
	}
	if strings.Contains(query, "@") {
		s.mail = FoldEmail(query)
	}
	return s
}

// Empty tells that nothing can be found by it: no letter and no digit.
func (s Sought) Empty() bool { return len(s.words) == 0 && s.number == "" && s.plate == "" }

// Grams gives the pieces that cards which may be meant have in common with it.
// A number may be a part of a name or an address, but is the end of a phone's
// far more often: those must not be outweighed by names with a slip in them.
func (s Sought) Grams() []string {
	var g grams
	for i, w := range s.words {
		switch part := scripts(string(s.typed[i])); {
		case len(part) > 0 && part[0].ideographs:
			g.ideographs(w)
		case s.number != "":
			g.triples(w)
		default:
			g.word(w)
		}
	}
	g.digits(s.number)
	g.plate(s.plate)
	return g.done()
}

// Score tells how well a card meets what was typed: 0 not at all, 1 in every
// letter.
func (s Sought) Score(f Findable) float64 {
	best := s.scoreWords(f)
	for _, number := range f.Phones {
		// At home noughts are dialled first, which a number from abroad has not.
		best = max(best, scoreCode(s.number, digits(number)), scoreCode(strings.TrimLeft(s.number, "0"), digits(number)))
	}
	for _, plate := range f.Plates {
		best = max(best, scoreCode(s.plate, Plate(plate)))
	}
	for _, address := range f.Emails {
		if s.mail != "" && strings.HasPrefix(FoldEmail(address), s.mail) {
			best = 1
		}
	}
	return best
}

// scoreWords weighs the words by their lengths.
func (s Sought) scoreWords(f Findable) float64 {
	var of []string
	of = append(of, f.Names...)
	for _, address := range f.Emails {
		local, _, _ := strings.Cut(address, "@")
		of = append(of, local)
	}
	var sounds, plain [][]rune
	for _, text := range of {
		for word := range strings.FieldsSeq(Romanize(text)) {
			for _, part := range scripts(word) {
				plain = append(plain, part.text)
				if !part.ideographs {
					part.text = []rune(sound(string(part.text)))
				}
				sounds = append(sounds, part.text)
			}
		}
	}
	var met, all float64
	for i, w := range s.words {
		weight := float64(len(w))
		all += weight
		const either, eye = 0.95, 0.05
		seen := nearest(s.typed[i], plain)
		met += weight * (either*max(seen, nearest(w, sounds)) + eye*seen)
	}
	if all == 0 {
		return 0
	}
	return met / all
}

// nearest tells how well the nearest of some words meets one: as a whole, or
// a little less, as its beginning.
func nearest(w []rune, of [][]rune) float64 {
	const begun = 0.97
	best := 0.0
	within, most := false, slips(len(w))
	if len(w) > 1 && ideograph(w[0]) {
		within, most = true, 1 // a given name stands at the end, and two signs say as much as six letters
	}
	for _, o := range of {
		whole, start := distance(w, o, false)
		if within {
			_, start = distance(w, o, true)
		}
		if min(whole, start) <= most {
			best = max(best, 1-float64(whole)/float64(max(len(w), len(o))), begun*(1-float64(start)/float64(len(w))))
		}
	}
	return best
}

// slips is how many slips are forgiven in so many letters.
func slips(letters int) int { return (letters + 1) / 4 }

// scoreCode tells how well a number or plate meets what was typed of it: best
// at its end, which is what people know by heart.
func scoreCode(typed, of string) float64 {
	const least, begun, within = 3, 0.98, 0.95
	switch {
	case len(typed) < least || of == "":
		return 0
	case strings.HasSuffix(of, typed):
		return 1
	case strings.HasPrefix(of, typed):
		return begun
	case strings.Contains(of, typed):
		return within
	}
	const national = 10 // digits that are the same from home and from abroad
	if len(typed) > national && strings.HasSuffix(of, typed[len(typed)-national:]) {
		return within
	}
	_, d := distance([]rune(typed), []rune(of), true)
	if len(typed) <= least+1 || d > slips(len(typed)) {
		return 0 // a slip in so short a number leaves every other one
	}
	return within * (1 - float64(d)/float64(len(typed)))
}

// Found is a client with what the card is found by.
type Found struct {
	Client Client
	By     Findable
}

// Rank sorts those whom the index brings together by how well they meet what
// was typed, the newest first among equals, and leaves out those who do not.
func (s Sought) Rank(found []Found) []Client {
	type scored struct {
		Client
		score float64
	}
	list := make([]scored, 0, len(found))
	seen := make(map[id.Client]bool, len(found))
	for _, f := range found {
		if score := s.Score(f.By); score >= leastMet && !seen[f.Client.ID] {
			seen[f.Client.ID] = true
			list = append(list, scored{f.Client, score})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		default:
			return strings.Compare(string(b.ID), string(a.ID))
		}
	})
	out := make([]Client, len(list))
	for i, c := range list {
		out[i] = c.Client
	}
	return out
}

// distance counts the slips between two words (a letter left out, added,
// changed, or two neighbours swapped: the optimal string alignment distance),
// and between the first and the nearest beginning of the second. Where any is
// set, the first may also begin within the second.
func distance(a, b []rune, within bool) (whole, beginning int) {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	before, last, now := rows[0], rows[1], rows[2]
	for j := range last {
		if !within {
			last[j] = j
		}
	}
	for i := range a {
		now[0] = i + 1
		for j := range b {
			change := 1
			if a[i] == b[j] {
				change = 0
			}
			now[j+1] = min(last[j]+change, last[j+1]+1, now[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				now[j+1] = min(now[j+1], before[j-1]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(b)], slices.Min(last)
}

// Meets tells whether a card is to be shown for what was typed.
func (s Sought) Meets(f Findable) bool { return s.Score(f) >= leastMet }

// SameNumber tells whether two phone numbers are one, as far as that shows
// without knowing how each country dials: all digits are the same, or the last
// nine, which is what numbers have besides the codes of countries and trunks.
func SameNumber(a, b string) bool {
	const national = 9
	a, b = digits(a), digits(b)
	if len(a) < national || len(b) < national {
		return a != "" && a == b
	}
	return a[len(a)-national:] == b[len(b)-national:]
}

package bench

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// townPeople are the clients of W12's business.
const townPeople = 200_000

// person is one of them, as they were entered.
type person struct{ name, email, phone string }

// drawPeople makes people whose names repeat as those of a town do: a third have names that many bear, the others
// rare ones. It is the same each time.
func drawPeople(n int) []person {
	first := strings.Fields("Anna Ivan Sergei Lena Jürgen Мария Анна Пётр Ольга Max Sofia Leo Emma Юлия Paul 小明 美玲")
	last := strings.Fields("Иванов Петров Сидорова Кузнецов Müller Schmidt Wang Novak Rossi Jensen Щербаков 王 陳")
	endings := []string{"", "er", "son", "ko", "uk", "ova", "mann", "ski", "ин", "ий"}
	random := splitmix(seed)
	pick := func(from []string) string { return from[random.next()%uint64(len(from))] }
	all := make([]person, n)
	for i := range all {
		given, family := pick(first), rare(&random)
		if random.next()%3 == 0 {
			family = pick(last) + pick(endings)
		}
		all[i].name = given + " " + family
		if signs(given) && signs(family) {
			all[i].name = family + given // as they are written
		}
		all[i].email = fmt.Sprintf("%s.%d@example.com", rare(&random), random.next()%1000)
		all[i].phone = fmt.Sprintf("+4915%09d", random.next()%1_000_000_000)
	}
	return all
}

// rare makes up a word that can be spoken.
func rare(random *splitmix) string {
	const consonants, vowels = "bdfgklmnprstvz", "aeiou"
	var out []byte
	for range 2 + random.next()%3 {
		out = append(out, consonants[random.next()%uint64(len(consonants))], vowels[random.next()%uint64(len(vowels))])
	}
	return string(out)
}

// signs tells whether a name is written in Chinese signs alone.
func signs(name string) bool {
	return strings.IndexFunc(name, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) < 0
}

// words takes a name or the beginning of an address apart, in small Latin letters or in Chinese signs, of which two
// that are alike count as one: Anna and Ana sound the same.
func words(text string) []string {
	var out strings.Builder
	for _, r := range strings.ToLower(text) {
		switch i := strings.IndexRune("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", r); {
		case i >= 0:
			out.WriteString(strings.Split("a,b,v,g,d,e,e,zh,z,i,i,k,l,m,n,o,p,r,s,t,u,f,kh,ts,ch,sh,shch,,y,,e,iu,ia", ",")[i/2])
		case r == 'ü':
			out.WriteByte('u')
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			out.WriteRune(r)
		default:
			out.WriteByte(' ')
		}
	}
	return strings.Fields(string(slices.Compact([]rune(out.String()))))
}

// words are those by which a person is found: of the name, and of the address before its @.
func (p person) words() []string {
	local, _, _ := strings.Cut(p.email, "@")
	return append(words(p.name), words(local)...)
}

// A query is what people type to find somebody, and what it means.
type query struct {
	typed string
	means string // where there is a slip in it, or another spelling: what it stands for
}

// queries are those of W12: first letters, whole names with slips, two words, ends of numbers, other scripts.
func queries() []query {
	return []query{
		{typed: "iv"},
		{typed: "ivan"},
		{typed: "ivanov"},
		{typed: "ivnaov", means: "ivanov"},
		{typed: "ivanov pet"},
		{typed: "Сидорова Анна"},
		{typed: "kuznetzov", means: "kuznetsov"},
		{typed: "mueller", means: "muller"},
		{typed: "王小"},
		{typed: "4711"},
		{typed: "+49 151 2345"},
		{typed: "anna.s"},
		{typed: "bagode"},
		{typed: "petrov sergei"},
		{typed: "schmidt lena"},
		{typed: "nobody at all"},
	}
}

// numeric tells whether it is a number that is typed.
func (q query) numeric() bool { return strings.IndexFunc(q.typed, unicode.IsLetter) < 0 }

// digits are those of a number.
func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
}

// sure tells whether the query can mean nothing but such a person: each word of two letters or more is one of
// theirs, or begins one where it is the last and has no slip in it; or their number ends so. Such people must be
// found, as many as the list holds.
func (q query) sure(p person) bool { return q.sureOf(p, p.words()) }

func (q query) sureOf(p person, theirs []string) bool {
	if q.numeric() {
		return strings.HasSuffix(p.phone, digits(q.typed))
	}
	typed := words(cmp.Or(q.means, q.typed))
	for i, word := range typed {
		begun := i == len(typed)-1 && q.means == ""
		met := func(one string) bool { return one == word || begun && strings.HasPrefix(one, word) }
		if len(word) > 1 && !slices.ContainsFunc(theirs, met) {
			return false
		}
	}
	return true
}

// may tells whether somebody who is found can be meant at all: a word that was typed begins one of theirs but for a
// slip or two, or a number of theirs has the digits but for as many.
func (q query) may(p person) bool {
	if number := digits(q.typed); q.numeric() && slips(number, p.phone, true) <= len(number)/4 {
		return true
	}
	for _, word := range words(q.typed) {
		for _, one := range p.words() {
			if slips(word, one, false) <= (len([]rune(word))+1)/4 {
				return true
			}
		}
	}
	return false
}

// slips is the least number of letters to change, leave out, put in or exchange with the next that makes a word the
// beginning of another, or if it may stand anywhere, a part of it.
func slips(word, of string, anywhere bool) int {
	a, b := []rune(word), []rune(of)
	cost := make([][]int, len(a)+1)
	for i := range cost {
		cost[i] = make([]int, len(b)+1)
		for j := range cost[i] {
			switch {
			case i == 0 && anywhere:
			case i == 0 || j == 0:
				cost[i][j] = i + j
			default:
				least := min(cost[i-1][j], cost[i][j-1]) + 1
				if same := cost[i-1][j-1]; a[i-1] == b[j-1] {
					least = min(least, same)
				} else {
					least = min(least, same+1)
				}
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					least = min(least, cost[i-2][j-2]+1)
				}
				cost[i][j] = least
			}
		}
	}
	best := len(a)
	for _, c := range cost[len(a)] {
		best = min(best, c)
	}
	return best
}

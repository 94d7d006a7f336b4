package sample

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"kept/client"
	"kept/id"
	"kept/span"
)

// crowd is what the people of a place are called and how they live.
type crowd struct {
	Regulars    int            `json:"regulars"` // how many come again and again
	Women       []string       `json:"women"`    // "雅婷|yating": as written and, for addresses, in Latin letters
	Men         []string       `json:"men"`
	Family      []string       `json:"family"`  // "Иванов/Иванова" where men and women differ
	Fathers     []string       `json:"fathers"` // patronymics, in the same form
	Glue        string         `json:"glue"`    // between the parts of a name
	FamilyFirst bool           `json:"family_first"`
	MenShare    int            `json:"men_share"` // of a hundred; 0 is 42
	Phones      []string       `json:"phones"`    // in ranges that are nobody's; # is any digit
	Languages   map[string]int `json:"languages"` // weights
	Zones       []string       `json:"zones"`     // where the few who live elsewhere live
	Methods     map[string]int `json:"methods"`   // of payment, weights
	Notes       []string       `json:"notes"`     // by staff, in the language of the house
}

// people makes clients, each with a name and contacts of their own.
type people struct {
	crowd
	rng    *rand.Rand
	slug   string
	names  map[string]bool
	emails map[string]bool
	made   int
}

func newPeople(slug string, c crowd) *people {
	return &people{crowd: c, rng: chance(slug, 2), slug: slug, names: map[string]bool{}, emails: map[string]bool{}}
}

// next makes a client; when they were first seen is set once it is known.
func (p *people) next(begin span.Instant) client.Client {
	p.made++
	name, latin := p.name()
	c := client.Client{
		ID:       id.Derive[id.Client](begin.UTC(), p.slug, "client", strconv.Itoa(p.made)),
		Name:     name,
		Language: weighted(p.rng, p.Languages),
		Version:  1,
	}
	reach := p.rng.IntN(100)
	if reach < 84 {
		c.Email = p.email(latin)
	}
	if reach >= 84 || p.rng.IntN(100) < 88 {
		c.Phone = p.phone()
	}
	if p.rng.IntN(100) < 4 {
		c.Zone = pick(p.rng, p.Zones)
	}
	if p.rng.IntN(100) < 9 {
		c.Note = pick(p.rng, p.Notes)
	}
	return c
}

// name makes a name that nobody has yet, and its Latin form.
func (p *people) name() (name, latin string) {
	for {
		given, side := p.Women, 1
		if share := p.MenShare; p.rng.IntN(100) < share || share == 0 && p.rng.IntN(100) < 42 {
			given, side = p.Men, 0
		}
		first, firstLatin := spelled(pick(p.rng, given))
		last, lastLatin := spelled(gendered(pick(p.rng, p.Family), side))
		parts := []string{first, last}
		if len(p.Fathers) > 0 && p.rng.IntN(100) < 45 {
			parts = []string{first, gendered(pick(p.rng, p.Fathers), side), last}
		}
		if p.FamilyFirst {
			slices.Reverse(parts)
		}
		if name = strings.Join(parts, p.Glue); !p.names[name] {
			p.names[name] = true
			return name, firstLatin + "." + lastLatin
		}
	}
}

// email makes an address at a domain that is reserved for examples (RFC 2606).
func (p *people) email(latin string) string {
	domain := pick(p.rng, []string{"example.com", "example.org", "example.net"})
	address := latin + "@" + domain
	for n := 2; p.emails[address]; n++ {
		address = fmt.Sprintf("%s%d@%s", latin, n, domain)
	}
	p.emails[address] = true
	return address
}

// phone gives numbers of the fictional ranges, each once.
func (p *people) phone() string {
	const stride = 7919 // a prime, so that neighbours look unlike and none comes twice
	total := 0
	for _, pattern := range p.Phones {
		total += space(pattern)
	}
	n := p.made * stride % total
	for _, pattern := range p.Phones {
		if n < space(pattern) {
			hashes := strings.Count(pattern, "#")
			return strings.TrimRight(pattern, "#") + fmt.Sprintf("%0*d", hashes, n)
		}
		n -= space(pattern)
	}
	return ""
}

// space is how many numbers a pattern stands for.
func space(pattern string) int {
	n := 1
	for range strings.Count(pattern, "#") {
		n *= 10
	}
	return n
}

// gendered picks the man's (0) or the woman's (1) form.
func gendered(forms string, side int) string {
	man, woman, differ := strings.Cut(forms, "/")
	if side == 1 && differ {
		return woman
	}
	return man
}

// spelled gives a name and its Latin form, which is written after a bar or
// follows from the letters.
func spelled(entry string) (name, latin string) {
	name, latin, given := strings.Cut(entry, "|")
	if !given {
		latin = plain(name)
	}
	return name, latin
}

// plain writes a name with the letters a to z alone.
func plain(name string) string {
	fold := strings.NewReplacer(
		"ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "é", "e", "è", "e", "í", "i", "ó", "o", "á", "a",
		"ş", "s", "ı", "i", "ç", "c", "ğ", "g", "ń", "n", "ł", "l", "’", "", "-", "",
		"а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "e", "ё", "e", "ж", "zh", "з", "z", "и", "i", "й", "y",
		"к", "k", "л", "l", "м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f",
		"х", "kh", "ц", "ts", "ч", "ch", "ш", "sh", "щ", "shch", "ъ", "", "ы", "y", "ь", "", "э", "e", "ю", "yu", "я", "ya",
	)
	return fold.Replace(strings.ToLower(name))
}

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// weighted draws a key of a table of weights.
func weighted(rng *rand.Rand, weights map[string]int) string {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := rng.IntN(sum)
	for _, key := range slices.Sorted(maps.Keys(weights)) {
		if n -= weights[key]; n < 0 {
			return key
		}
	}
	return ""
}

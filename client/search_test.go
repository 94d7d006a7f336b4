package client_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/client"
	"kept/id"
)

func TestRomanize(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Иванов":            "ivanov",
		"  Щербакова—Юлия ": "shcherbakova yuliya",
		"ΜÜLLER, Jörg":      "μuller jorg",
		"Ｍｉａ　Ｗａｎｇ":          "mia wang",
		"王小明":               "王小明",
		"O’Brien":           "obrien",
		"Nguyễn Thị":        "nguyen thi",
		"e\u0301clair":      "eclair",
		"Łódź ßÆ":           "lodz ssae",
		"٠١٢":               "012",
		"Київ Ґалаґан":      "kiiv galagan",
		"...":               "",
	} {
		if got := client.Romanize(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestPlate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"А 123 ВС 77": "A123BC77", "a123bc77": "A123BC77", "О777ОО": "077700", "B-KE 2026": "BKE2026",
		"京A·12345": "京A12345", "": "", "－": "",
	} {
		if got := client.Plate(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// town is a few people who are told apart with some care.
func town() []client.Found {
	var out []client.Found
	for i, p := range []client.Findable{
		{Names: []string{"Иванов Иван"}, Phones: []string{"+79161234567"}},
		{Names: []string{"Ivana Novak"}, Emails: []string{"ivana@example.org"}},
		{Names: []string{"Алексей Щербаков"}, Emails: []string{"a.sherbakov@example.org"}},
		{Names: []string{"Jürgen Müller"}, Phones: []string{"030 5551234"}},
		{Names: []string{"王小明"}, Phones: []string{"0922555888"}},
		{Names: []string{"王大明"}},
		{Names: []string{"Lena Wang"}, Plates: []string{"А123ВС77"}},
		{Names: []string{"Евгения Цой", "Барсик"}},
	} {
		c := client.Client{ID: id.Client(rune('a' + i)), Name: p.Names[0]}
		out = append(out, client.Found{Client: c, By: p})
	}
	return out
}

// find does what the index does: those that have a piece in common.
func find(query string) []string {
	s := client.Seek(query)
	pieces := s.Grams()
	var near []client.Found
	for _, f := range town() {
		if slices.ContainsFunc(client.Grams(f.By), func(g string) bool { return slices.Contains(pieces, g) }) {
			near = append(near, f)
		}
	}
	var names []string
	for _, c := range s.Rank(near) {
		names = append(names, c.Name)
	}
	return names
}

func TestFind(t *testing.T) {
	t.Parallel()
	for query, want := range map[string][]string{
		"ivanov":          {"Иванов Иван"},
		"иванов":          {"Иванов Иван"},
		"Иваноф":          {"Иванов Иван"},
		"ivnaov":          {"Иванов Иван"}, // two letters swapped
		"ivan ivanov":     {"Иванов Иван"},
		"ivano":           {"Иванов Иван", "Ivana Novak"}, // ivana is one letter away
		"aleksey":         {"Алексей Щербаков"},
		"Alexei Scherb":   {"Алексей Щербаков"},
		"mueller":         {"Jürgen Müller"},
		"muller jurgen":   {"Jürgen Müller"},
		"мюллер":          {"Jürgen Müller"},
		"小明":              {"王小明"},
		"王":               {"王大明", "王小明"},
		"王明":              {"王大明", "王小明"},
		"lean":            {"Lena Wang"},
		"lena":            {"Lena Wang"},
		"yevgenia tsoi":   {"Евгения Цой"},
		"evgeniya coy":    {"Евгения Цой"},
		"barsik":          {"Евгения Цой"},
		"4567":            {"Иванов Иван"},
		"8 916 123-45-67": {"Иванов Иван"},
		"+7916123":        {"Иванов Иван"},
		"8916 1234576":    {"Иванов Иван"}, // two digits swapped
		"a123bc":          {"Lena Wang"},
		"а123вс":          {"Lena Wang"},
		"ivana@example":   {"Ivana Novak", "Иванов Иван"},
		"a.sherbakov":     {"Алексей Щербаков"},
		"zzz":             nil,
		"":                nil,
		"%":               nil,
		"1":               nil,
	} {
		if diff := cmp.Diff(want, find(query)); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
	}
}

func TestASlipIsForgiven(t *testing.T) {
	t.Parallel()
	names := []string{"Anna", "Виктор", "Катерина", "Bartholomew", "Мария", "Oliver", "Sofia"}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names).Draw(t, "name")
		letters := []rune(name)
		i := rapid.IntRange(1, len(letters)-2).Draw(t, "at")
		switch rapid.IntRange(0, 2).Draw(t, "slip") {
		case 0:
			letters[i], letters[i+1] = letters[i+1], letters[i]
		case 1:
			letters = slices.Delete(letters, i, i+1)
		default:
			letters = slices.Insert(letters, i, letters[i])
		}
		s := client.Seek(string(letters))
		by := client.Findable{Names: []string{name}}
		pieces := client.Grams(by)
		if !slices.ContainsFunc(s.Grams(), func(g string) bool { return slices.Contains(pieces, g) }) || s.Score(by) < 0.6 {
			t.Fatalf("%q does not find %q: %v", string(letters), name, s.Score(by))
		}
	})
}

func TestWhateverBeginsANameFindsIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[A-Za-zА-Яа-я]{3,12}`).Draw(t, "name")
		word := []rune(client.Romanize(name))
		if len(word) < 3 {
			return
		}
		by := client.Findable{Names: []string{name}}
		begun := string(word[:rapid.IntRange(3, len(word)).Draw(t, "letters")])
		if got := client.Seek(begun).Score(by); got < 0.6 {
			t.Fatalf("%q meets %q by %v only", begun, name, got)
		}
		if whole := client.Seek(name).Score(by); whole < 0.999 {
			t.Fatalf("%q meets itself by %v only", name, whole)
		}
	})
}

func FuzzSeek(f *testing.F) {
	for _, seed := range []string{"Иванов", "王小明 123", "a@b.c", "\xff\xfe", "A123BC77", strings.Repeat("ж", 300), "İ", "ǅ"} {
		f.Add(seed, "Иван")
	}
	f.Fuzz(func(t *testing.T, query, name string) {
		s := client.Seek(query)
		by := client.Findable{Names: []string{name}, Phones: []string{name}, Plates: []string{name}, Emails: []string{name}}
		if got := s.Score(by); got < 0 || got > 1.0001 {
			t.Errorf("score %v", got)
		}
		if n := len(client.Grams(by)); n > 256 {
			t.Errorf("%d pieces", n)
		}
		folded := client.Romanize(name)
		if again := client.Romanize(folded); again != folded {
			t.Errorf("%q folds to %q and then to %q", name, folded, again)
		}
		if strings.IndexFunc(folded, unicode.IsUpper) >= 0 {
			t.Errorf("%q has capitals", folded)
		}
	})
}

// Who types the end of a phone's number means that: a name or an address with
// digits in it counts by its triples alone, and not by every slip there may be.
func TestANumberIsAPhonesFirst(t *testing.T) {
	t.Parallel()
	for query, slips := range map[string]bool{"4711": false, "+49 151 2345": false, "471": false, "ivan": true, "anna 471": true, "42": false} {
		got := slices.ContainsFunc(client.Seek(query).Grams(), func(g string) bool { return strings.HasPrefix(g, "k") })
		if got != slips {
			t.Errorf("%q is looked for with slips: %t", query, got)
		}
	}
	pieces := client.Seek("4711").Grams()
	for _, want := range []string{"e4711", "p471", "p711", "n471"} {
		if !slices.Contains(pieces, want) {
			t.Errorf("4711 is not looked for by %s, only by %q", want, pieces)
		}
	}
}

package client

import (
	"slices"
	"strings"
	"unicode"
)

// The classes of facts.
const (
	ClassPlain   = "plain"
	ClassWarning = "warning" // shown before and at every visit
	ClassHealth  = "health"  // only for those with the right, under a key of its own
)

// Classes lists every class, the least guarded first.
func Classes() []string { return []string{ClassPlain, ClassWarning, ClassHealth} }

// Key is a fact that Kept knows the meaning of. An owner's own keys may stand
// beside them.
type Key struct {
	Name    string
	Kind    string   // of its values
	Choices []string // of kind choice
	Class   string   // at least
	Index   string   // facts that a card is looked up by say the kind of blind index; empty for the others
}

// The kinds of blind indexes of facts.
const (
	IndexPlate = "plate"
	IndexVIN   = "vin"
	IndexChip  = "chip"
)

// The keys that the program itself reads.
const (
	KeyBirthDate = "birth_date"
	KeyVIN       = "vin"
	KeyPlate     = "plate"
	KeyAllergies = "allergies"
)

// Keys lists the known facts of a kind of subject; of the client themselves for an empty one.
func Keys(subject string) []Key {
	text := func(name string) Key { return Key{Name: name, Kind: ValueText, Class: ClassPlain} }
	number := func(name string) Key { return Key{Name: name, Kind: ValueNumber, Class: ClassPlain} }
	date := func(name string) Key { return Key{Name: name, Kind: ValueDate, Class: ClassPlain} }
	choice := func(name string, of ...string) Key {
		return Key{Name: name, Kind: ValueChoice, Choices: of, Class: ClassPlain}
	}
	as := func(class string, k Key) Key { k.Class = class; return k }
	by := func(index string, k Key) Key { k.Index = index; return k }
	human := []Key{
		date(KeyBirthDate),
		as(ClassWarning, text(KeyAllergies)),
		as(ClassWarning, text("warning")),
		as(ClassHealth, text("conditions")),
		as(ClassHealth, text("medication")),
		as(ClassHealth, text("health_note")),
		choice("hair_length", "short", "medium", "long", "very_long"),
		text("hair_colour"), text("skin_type"), text("size"),
	}
	switch subject {
	case "":
		return append(human, text("source"), text("occupation"), text("likes"))
	case SubjectPerson, SubjectChild:
		return append(human, text("relation"))
	case SubjectPet:
		return []Key{
			choice("species", "dog", "cat", "rabbit", "bird", "horse", "reptile", "other"),
			text("breed"), date(KeyBirthDate), number("weight_kg"), choice("sex", "female", "male"),
			{Name: "neutered", Kind: ValueYesNo, Class: ClassPlain},
			text("coat"), by(IndexChip, text("chip")),
			as(ClassWarning, text(KeyAllergies)), as(ClassWarning, text("temper")), as(ClassWarning, text("warning")),
		}
	case SubjectVehicle:
		return []Key{
			by(IndexVIN, text(KeyVIN)), by(IndexPlate, text(KeyPlate)), text("make"), text("model"), number("year"),
			choice("fuel", "petrol", "diesel", "hybrid", "plug_in_hybrid", "electric", "lpg", "cng", "hydrogen"),
			choice("gearbox", "manual", "automatic"), text("engine"), text("colour"), text("tyres"), text("oil"),
			date("registered"), as(ClassWarning, text("warning")),
		}
	case SubjectDevice:
		return []Key{
			text("make"), text("model"), text("serial"), date("bought"), date("warranty_until"), as(ClassWarning, text("warning")),
		}
	default:
		return nil
	}
}

// KeyOf gives a known fact of a kind of subject.
func KeyOf(subject, name string) (Key, bool) {
	keys := Keys(subject)
	i := slices.IndexFunc(keys, func(k Key) bool { return k.Name == name })
	if i < 0 {
		return Key{}, false
	}
	return keys[i], true
}

// AllKeys lists the known facts of clients and of every kind of subject, each
// once, the clients' first; a name means the same wherever it stands.
func AllKeys() []Key {
	all := Keys("")
	for _, subject := range SubjectKinds() {
		for _, k := range Keys(subject) {
			if !slices.ContainsFunc(all, func(o Key) bool { return o.Name == k.Name }) {
				all = append(all, k)
			}
		}
	}
	return all
}

// FactNames lists what rules can read of cards by name without anybody's own
// word: the known facts and the readings.
func FactNames() []string {
	out := []string{ReadingMileage, mileage, ReadingHours, ReadingCycles}
	for _, k := range AllKeys() {
		out = append(out, k.Name)
	}
	return out
}

// theirs tells whether a fact told for a visit of a subject is the subject's:
// everything is but what is known of clients alone, as where they heard of us.
func theirs(subject, name string) bool {
	_, ofClients := KeyOf("", name)
	_, ofSubjects := KeyOf(subject, name)
	return ofSubjects || !ofClients
}

const maxKey = 40

// validKey tells whether an owner's word can name a fact or a reading: small
// letters, digits and _, a letter first. Expressions use it as it is.
func validKey(s string) bool {
	if s == "" || len(s) > maxKey || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' }) < 0
}

// stricter gives the more guarded of two classes.
func stricter(a, b string) string {
	return Classes()[max(slices.Index(Classes(), a), slices.Index(Classes(), b), 0)]
}

// FoldMark makes a plate, a VIN or a chip's number comparable: capital letters
// and digits alone, the Cyrillic and Greek letters that plates share with
// Latin ones in their Latin form.
func FoldMark(s string) string {
	const foreign, latin = "АВЕКМНОРСТУХІЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXIJABEZHIKMNOPTYX"
	return strings.Map(func(r rune) rune {
		r = unicode.ToUpper(r)
		if i := slices.Index([]rune(foreign), r); i >= 0 {
			return rune(latin[i])
		}
		if r >= '０' && r <= '９' || r >= 'Ａ' && r <= 'Ｚ' {
			r -= '０' - '0'
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// What may be wrong with a vehicle identification number (ISO 3779).
const (
	DoubtVINLength  = "vin_length"  // it has no 17 characters, as those before 1981
	DoubtVINLetters = "vin_letters" // it has one that none may have: I, O, Q
	DoubtVINCheck   = "vin_check"   // the check digit is not right
)

// DoubtVIN tells what speaks against a VIN, empty for nothing. It is a hint
// and never refuses one: old and rare vehicles have what they have. The check
// digit is only looked at where the maker must set it, which is North America
// (world manufacturer identifiers from 1 to 5) and China (L).
func DoubtVIN(vin string) string {
	vin = FoldMark(vin)
	if len(vin) != 17 {
		return DoubtVINLength
	}
	const digits, letters, values = "0123456789", "ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789"
	weights := [17]int{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2}
	sum := 0
	for i := range len(vin) {
		value := strings.IndexByte(digits, vin[i])
		if at := strings.IndexByte(letters, vin[i]); at >= 0 {
			value = int(values[at] - '0')
		}
		if value < 0 {
			return DoubtVINLetters
		}
		sum += value * weights[i]
	}
	if !strings.ContainsRune("12345L", rune(vin[0])) {
		return ""
	}
	if "0123456789X"[sum%11] != vin[8] {
		return DoubtVINCheck
	}
	return ""
}

package client

import (
	"strings"
	"unicode"
)

// Romanize brings a text into the form in which texts of any script are
// compared: lower case, letters of the Latin and Cyrillic alphabets as plain
// Latin ones without marks, full-width forms made plain, and every run of what
// is neither a letter nor a digit as one space. Scripts it does not know stay
// as they are.
func Romanize(text string) string {
	var out strings.Builder
	gap := false
	for _, r := range text {
		r = unicode.ToLower(narrow(r))
		switch {
		case unicode.In(r, unicode.Mn, unicode.Cf) || strings.ContainsRune("'’ʼ`´", r):
			continue // a mark of the letter before, or nothing at all
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			gap = true
			continue
		}
		if gap && out.Len() > 0 {
			out.WriteByte(' ')
		}
		gap = false
		out.WriteString(latin(r))
	}
	return out.String()
}

// narrow makes the full-width forms of East Asian keyboards plain.
func narrow(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r == '\u3000':
		return ' '
	case unicode.IsDigit(r) && r > unicode.MaxASCII:
		return digit(r)
	default:
		return r
	}
}

// digit gives the ASCII form of a decimal digit of any script: they come in
// runs of ten that begin with zero.
func digit(r rune) rune {
	for _, run := range unicode.Nd.R16 {
		if lo, hi := rune(run.Lo), rune(run.Hi); lo <= r && r <= hi {
			return '0' + (r-lo)%10
		}
	}
	for _, run := range unicode.Nd.R32 {
		if lo, hi := rune(run.Lo), rune(run.Hi); lo <= r && r <= hi {
			return '0' + (r-lo)%10
		}
	}
	return r
}

// latin gives a lower-case letter in plain Latin letters.
func latin(r rune) string {
	switch {
	case r < unicode.MaxASCII:
		return string(r)
	case r >= 'а' && r <= 'я' || r >= 'ѐ' && r <= 'ґ':
		return cyrillic(r)
	case r >= 'ß' && r <= 'ɏ' || r >= 'ḁ' && r <= 'ỹ':
		return marked(r)
	default:
		return string(r)
	}
}

// cyrillic romanizes as passports of today do, but for the soft and the hard
// sign, which nobody types.
func cyrillic(r rune) string {
	const first = 'а'
	letters := [...]string{
		"a", "b", "v", "g", "d", "e", "zh", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f",
		"kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya",
	}
	if i := int(r - first); i >= 0 && i < len(letters) {
		return letters[i]
	}
	switch r {
	case 'ё', 'ѐ', 'є':
		return "e"
	case 'і', 'ї', 'ѝ':
		return "i"
	case 'ґ', 'ѓ':
		return "g"
	case 'ў':
		return "u"
	case 'ј':
		return "y"
	case 'ђ':
		return "dj"
	case 'ѕ':
		return "z"
	case 'љ':
		return "l"
	case 'њ':
		return "n"
	case 'ћ':
		return "c"
	case 'ќ':
		return "k"
	case 'џ':
		return "dzh"
	default:
		return string(r)
	}
}

// marked takes the marks off a Latin letter.
func marked(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ', 'ǽ', 'ǣ':
		return "ae"
	case 'œ':
		return "oe"
	case 'þ':
		return "th"
	case 'ĳ':
		return "ij"
	}
	for _, f := range [...]struct{ plain, marked string }{
		{"a", "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ"},
		{"b", "ḃḅḇƀ"},
		{"c", "çćĉċčḉ"},
		{"d", "ďḋḍḏḑḓđð"},
		{"e", "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ"},
		{"f", "ḟƒ"},
		{"g", "ĝğġģǧǵḡǥ"},
		{"h", "ĥȟḣḥḧḩḫẖħ"},
		{"i", "ìíîïĩīĭįǐȉȋḭḯỉịı"},
		{"j", "ĵǰ"},
		{"k", "ķǩḱḳḵ"},
		{"l", "ĺļľḷḹḻḽłŀ"},
		{"m", "ḿṁṃ"},
		{"n", "ñńņňǹṅṇṉṋŉŋ"},
		{"o", "òóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợøǿ"},
		{"p", "ṕṗ"},
		{"r", "ŕŗřȑȓṙṛṝṟ"},
		{"s", "śŝşšſșṡṣṥṧṩẛ"},
		{"t", "ţťțṫṭṯṱẗŧ"},
		{"u", "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"},
		{"v", "ṽṿ"},
		{"w", "ŵẁẃẅẇẉẘ"},
		{"x", "ẋẍ"},
		{"y", "ýÿŷȳẏẙỳỵỷỹ"},
		{"z", "źżžẑẓẕ"},
	} {
		if strings.ContainsRune(f.marked, r) {
			return f.plain
		}
	}
	return string(r)
}

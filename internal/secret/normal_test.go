package secret

import (
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func TestNormal(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		normal   func(string) string
		in, want string
	}{
		"email":                      {Email, "  Ann.Lee@Example.COM\n", "ann.lee@example.com"},
		"email, Cyrillic":            {Email, "Почта@Пример.РФ", "почта@пример.рф"},
		"email, Greek final sigma":   {Email, "ΝΙΚΟΣ@x.gr", "νικοσ@x.gr"},
		"email, the same":            {Email, "νικος@x.gr", "νικοσ@x.gr"},
		"email, no-width mark":       {Email, "\ufeffann@\u200bexample.com", "ann@example.com"},
		"email, empty":               {Email, " ", ""},
		"name":                       {Name, "  Ann \t LEE ", "ann lee"},
		"name, no-break space":       {Name, "Ann\u00a0Lee", "ann lee"},
		"name, ideographic space":    {Name, "王\u3000小明", "王 小明"},
		"name, Cyrillic":             {Name, "Ёлкина  АННА", "ёлкина анна"},
		"name, German":               {Name, "STRAẞE", "straße"},
		"name, Kelvin sign":          {Name, "\u212aim", "kim"},
		"phone":                      {Phone, " +49 (30) 123-45.67/8 ", "+493012345678"},
		"phone, no plus":             {Phone, "0912 345 678", "0912345678"},
		"phone, full width":          {Phone, "＋８８６－９１２（３４５）６７８", "+886912345678"},
		"phone, Arabic-Indic":        {Phone, "٠١٢٣٤٥٦٧٨٩", "0123456789"},
		"phone, beyond 16 bits":      {Phone, "𝟎𝟗", "09"},
		"phone, copied from a page":  {Phone, "\u202a+49\u00a030\u2011123\u202c", "+4930123"},
		"phone, plus in the middle":  {Phone, "49+30", ""},
		"phone, letters":             {Phone, "1-800-FLOWERS", ""},
		"phone, extension":           {Phone, "030 123 ext 4", ""},
		"phone, no digit":            {Phone, "+ ()", ""},
		"phone, empty":               {Phone, "", ""},
		"phone, an address by fault": {Phone, "ann@example.com", ""},
	}
	for name, tt := range tests {
		if got := tt.normal(tt.in); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

func TestNormalTwiceIsNormal(t *testing.T) {
	t.Parallel()
	for name, normal := range map[string]func(string) string{"email": Email, "phone": Phone, "name": Name} {
		rapid.Check(t, func(t *rapid.T) {
			once := normal(rapid.String().Draw(t, "s"))
			if twice := normal(once); twice != once {
				t.Fatalf("%s: %q, then %q", name, once, twice)
			}
		})
	}
}

// TestFoldWholeUnicode proves for every rune what the package promises: upper and lower case fold together, and folding is final.
func TestFoldWholeUnicode(t *testing.T) {
	t.Parallel()
	for r := range rune(unicode.MaxRune) {
		f := foldRune(r)
		if f >= 0 && foldRune(f) != f {
			t.Errorf("%U folds to %U, then to %U", r, f, foldRune(f))
		}
		if next := unicode.SimpleFold(r); f != foldRune(next) {
			t.Errorf("%U and %U fold apart", r, next)
		}
	}
}

// TestDigits guards the assumption of digit: the standard library's table of decimal digits is made of whole tens.
func TestDigits(t *testing.T) {
	t.Parallel()
	for _, run := range unicode.Nd.R16 {
		if run.Stride != 1 || (run.Hi-run.Lo+1)%10 != 0 {
			t.Errorf("%U to %U by %d", run.Lo, run.Hi, run.Stride)
		}
	}
	for _, run := range unicode.Nd.R32 {
		if run.Stride != 1 || (run.Hi-run.Lo+1)%10 != 0 {
			t.Errorf("%U to %U by %d", run.Lo, run.Hi, run.Stride)
		}
	}
}

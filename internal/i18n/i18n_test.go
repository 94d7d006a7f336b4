package i18n

import (
	"encoding/json"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kept/money"
)

// all reads every catalogue: language → key → forms.
func all(t *testing.T) map[string]map[string]map[string]string {
	t.Helper()
	out := map[string]map[string]map[string]string{}
	files, err := fs.Glob(catalog, "catalog/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no catalogues", err)
	}
	for _, f := range files {
		raw, err := catalog.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		parts := strings.Split(f, ".")
		lang := parts[len(parts)-2]
		var texts map[string]json.RawMessage
		if err := json.Unmarshal(raw, &texts); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		if out[lang] == nil {
			out[lang] = map[string]map[string]string{}
		}
		for k, v := range texts {
			forms := map[string]string{}
			if json.Unmarshal(v, &forms) != nil {
				var one string
				if err := json.Unmarshal(v, &one); err != nil {
					t.Fatalf("%s: %s: %v", f, k, err)
				}
				forms = map[string]string{"": one}
			}
			if out[lang][k] != nil {
				t.Errorf("%s: %s is there twice", f, k)
			}
			out[lang][k] = forms
		}
	}
	return out
}

func TestEveryKeyInEveryLanguageWithItsForms(t *testing.T) {
	t.Parallel()
	want := map[string][]string{English: {"one", "other"}, Chinese: {"other"}, Russian: {"one", "few", "many", "other"}}
	texts := all(t)
	for _, lang := range Languages() {
		for key, forms := range texts[English] {
			got := texts[lang][key]
			if got == nil {
				t.Errorf("%s: %s is missing", lang, key)
				continue
			}
			_, plain := forms[""]
			if _, mine := got[""]; mine != plain {
				t.Errorf("%s: %s has forms in one language and none in the other", lang, key)
			}
			if !plain {
				for _, f := range want[lang] {
					if got[f] == "" {
						t.Errorf("%s: %s lacks the form %s", lang, key, f)
					}
				}
			}
		}
		for key := range texts[lang] {
			if texts[English][key] == nil {
				t.Errorf("%s: %s is not in English", lang, key)
			}
		}
	}
}

// Words that are the same everywhere.
var international = regexp.MustCompile(`\{\{[^}]*\}\}|Kept|kept|SMS|SMTP|iCal|CalDAV|\.ics|API|Google|Apple|Outlook|VIN|e-?mail|ID|URL|https?://\S+|[a-z0-9.-]+@[a-z0-9.-]+|PIN|QR|PDF|KB|MB|\bUTC\b`)

func TestNoEnglishElsewhere(t *testing.T) {
	t.Parallel()
	latin := regexp.MustCompile(`[A-Za-z]{2,}`)
	for lang, texts := range all(t) {
		if lang == English {
			continue
		}
		for key, forms := range texts {
			for _, text := range forms {
				if w := latin.FindString(international.ReplaceAllString(text, "")); w != "" {
					t.Errorf("%s: %s holds %q", lang, key, w)
				}
			}
		}
	}
}

func TestPlacesAgree(t *testing.T) {
	t.Parallel()
	place := regexp.MustCompile(`\{\{\.(\w+)\}\}`)
	names := func(forms map[string]string) string {
		seen := map[string]bool{}
		for _, f := range forms {
			for _, m := range place.FindAllStringSubmatch(f, -1) {
				seen[m[1]] = true
			}
		}
		delete(seen, "n")
		return strings.Join(slices.Sorted(maps.Keys(seen)), ",")
	}
	texts := all(t)
	for key, forms := range texts[English] {
		for _, lang := range Languages() {
			if a, b := names(forms), names(texts[lang][key]); a != b {
				t.Errorf("%s: %s has places %q, English %q", lang, key, b, a)
			}
		}
	}
}

func TestNegotiate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ accept, query, cookie, want string }{
		{"", "", "", English},
		{"ru-RU,ru;q=0.9,en;q=0.8", "", "", Russian},
		{"zh-TW,zh;q=0.9", "", "", Chinese},
		{"zh-Hant-HK", "", "", Chinese},
		{"de-DE,ru;q=0.5", "", "", Russian},
		{"de", "", "", English},
		{"ru", "zh-Hant", "en", Chinese},
		{"ru", "", "en", English},
		{"ru", "xx", "yy", Russian},
		{"\x00;;;", "", "", English},
	} {
		if got := Negotiate(c.accept, c.query, c.cookie); got != c.want {
			t.Errorf("Negotiate(%q, %q, %q) = %s, want %s", c.accept, c.query, c.cookie, got, c.want)
		}
	}
}

func TestPrint(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 10, 30, 0, 0, time.UTC)
	for _, c := range []struct{ lang, date, full, both, month, short, long string }{
		{English, "Wed 4 March", "Wed 4 March 2026", "Wed 4 March, 10:30", "March 2026", "45 min", "2 h 05"},
		{Chinese, "3月4日 週三", "2026年3月4日 週三", "3月4日 週三 10:30", "2026年3月", "45 分鐘", "2 小時 5 分"},
		{Russian, "ср, 4 марта", "ср, 4 марта 2026 г.", "ср, 4 марта, 10:30", "Март 2026", "45 мин", "2 ч 5 мин"},
	} {
		p := For(c.lang)
		for _, g := range []struct{ got, want string }{
			{p.Date(at), c.date},
			{p.DateFull(at), c.full},
			{p.DateTime(at), c.both},
			{p.MonthYear(at), c.month},
			{p.Duration(45), c.short},
			{p.Duration(125), c.long},
		} {
			if g.got != g.want {
				t.Errorf("%s: %q, want %q", c.lang, g.got, g.want)
			}
		}
	}
	for _, c := range []struct {
		lang string
		m    money.Amount
		want string
	}{
		{English, money.Of(6800, "EUR"), "€68.00"},
		{Chinese, money.Of(80000, "TWD"), "NT$800"},
		{Russian, money.Of(250000, "RUB"), "2\u00a0500,00\u00a0₽"},
	} {
		if got := For(c.lang).Money(c.m); got != c.want {
			t.Errorf("%s: %q, want %q", c.lang, got, c.want)
		}
	}
}

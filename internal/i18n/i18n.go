// Package i18n is how Kept speaks: the texts of its pages and messages in
// English, Traditional Chinese (Taiwan) and Russian, and dates, amounts and
// durations as each of them writes them.
//
// Texts stand in catalog/<area>.<language>.json, flat: a key and its text,
// with {{.name}} where a value goes, or a key and its plural forms (one, few,
// many, other, as CLDR names them). A text that is missing shows its key,
// which a test finds before anybody else does.
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed catalog
var catalog embed.FS

// The languages.
const (
	English = "en"
	Chinese = "zh-Hant"
	Russian = "ru"
)

// Languages lists the languages, the default first.
func Languages() []string { return []string{English, Chinese, Russian} }

// NameOf is a language's name in itself.
func NameOf(lang string) string {
	switch lang {
	case Chinese:
		return "繁體中文"
	case Russian:
		return "Русский"
	default:
		return "English"
	}
}

// bundle loads the catalogues once; they are built in, so a fault in them is
// one of the program and a test's to find.
var bundle = sync.OnceValue(func() *goi18n.Bundle { //nolint:gochecknoglobals // made once, then only read
	b := goi18n.NewBundle(language.English)
	b.RegisterUnmarshalFunc("json", json.Unmarshal)
	files, err := fs.Glob(catalog, "catalog/*.json")
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		if _, err := b.LoadMessageFileFS(catalog, f); err != nil {
			panic(fmt.Errorf("i18n: %s: %w", f, err))
		}
	}
	return b
})

var printers = sync.OnceValue(func() map[string]*Printer { //nolint:gochecknoglobals // made once, then only read
	out := map[string]*Printer{}
	for _, l := range Languages() {
		out[l] = &Printer{lang: l, texts: goi18n.NewLocalizer(bundle(), l), money: moneyFormatter(l), whole: wholeFormatter(l)}
	}
	return out
})

// For gives the printer of a language, the English one for an unknown tag.
func For(lang string) *Printer {
	if p, ok := printers()[lang]; ok {
		return p
	}
	return printers()[English]
}

// T gives the text of a key. pairs are names and values for its places: "time", "10:42".
func (p Printer) T(key string, pairs ...any) string {
	return p.text(&goi18n.LocalizeConfig{MessageID: key, TemplateData: values(pairs)}, key)
}

// N gives the form of a text that fits a number, which it may show as {{.n}}.
func (p Printer) N(key string, n int, pairs ...any) string {
	data := values(pairs)
	data["n"] = n
	return p.text(&goi18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: n}, key)
}

// text shows the key where there is no text in exactly this language: English
// on a Chinese page would pass unseen.
func (p Printer) text(c *goi18n.LocalizeConfig, key string) string {
	s, tag, err := p.texts.LocalizeWithTag(c)
	if err != nil || tag.String() != p.lang {
		return key
	}
	return s
}

// Has tells whether there is a text for the key in this language.
func (p Printer) Has(key string) bool { return p.T(key) != key || p.N(key, 1) != key }

func values(pairs []any) map[string]any {
	out := make(map[string]any, len(pairs)/2+1)
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			out[name] = pairs[i+1]
		}
	}
	return out
}

// Negotiate chooses a language: the one asked for in the address, else the one
// in the cookie, else the best of the Accept-Language header, else English.
// Any Chinese is served in Traditional Chinese.
func Negotiate(accept, query, cookie string) string {
	for _, want := range []string{query, cookie} {
		if slices.Contains(Languages(), want) {
			return want
		}
	}
	if accept == "" {
		return English
	}
	if l, ok := simple(accept); ok {
		return l
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return English
	}
	for _, t := range tags {
		base, _ := t.Base()
		if l, ok := simple(base.String()); ok {
			return l
		}
	}
	return English
}

// simple knows the headers that need no parsing.
func simple(tag string) (string, bool) {
	switch strings.ToLower(tag) {
	case "en", "en-us", "en-gb":
		return English, true
	case "zh", "zh-tw", "zh-hant":
		return Chinese, true
	case "ru", "ru-ru":
		return Russian, true
	default:
		return "", false
	}
}

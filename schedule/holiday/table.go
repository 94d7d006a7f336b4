package holiday

import (
	_ "embed"
	"strconv"
	"strings"

	"kept/span"
)

//go:embed data/tw.txt
var taiwan string

//go:embed data/ru.txt
var russia string

//go:embed data/names.txt
var words string

// parse reads a table:
//
//	official 2025 2026                    years whose calendar is published
//	2025-01-01 holiday new_year           a day and its name
//	2025-02-08 makeup 1 lunar_eve_bridge  worked as on a Monday
//
// Empty lines and those that begin with # are for people. The tables are part
// of the program and tested; a broken line is left out.
func parse(text string, names map[string]map[string]string) []Day {
	official := map[string]bool{}
	var out []Day
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		switch {
		case len(f) < 2 || f[0] == "#":
		case f[0] == "official":
			for _, year := range f[1:] {
				official[year] = true
			}
		default:
			date, err := span.ParseDate(f[0])
			if err != nil {
				continue
			}
			d := Day{Date: date, Kind: Kind(f[1]), Names: names[f[len(f)-1]], Official: official[f[0][:4]]}
			if d.Kind == MakeUp {
				d.As, _ = strconv.Atoi(f[2])
			}
			out = append(out, d)
		}
	}
	return out
}

// texts reads the names: "key = English | 中文 | Русский | Deutsch".
func texts() map[string]map[string]string {
	out := map[string]map[string]string{}
	for line := range strings.Lines(words) {
		key, rest, ok := strings.Cut(line, "=")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(rest, "|")
		names := map[string]string{}
		for i, language := range []string{"en", "zh-Hant", "ru", "de"} {
			if i < len(parts) {
				names[language] = strings.TrimSpace(parts[i])
			}
		}
		out[strings.TrimSpace(key)] = names
	}
	return out
}

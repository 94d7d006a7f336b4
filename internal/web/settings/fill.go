package settings

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kept/catalog"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/view"
)

// values collects what stands, field by field.
type values struct{ url.Values }

func filling() values { return values{url.Values{}} }

func (v values) text(name, text string) { v.Set(name, text) }

func (v values) number(name string, n int) { v.Set(name, strconv.Itoa(n)) }

// counted is a number of which 0 means none.
func (v values) counted(name string, n int) {
	v.Set(name, "")
	if n != 0 {
		v.number(name, n)
	}
}

func (v values) yes(name string, is bool) {
	if is {
		v.Set(name, "yes")
	}
}

func (v values) texts(name string, texts catalog.Texts) {
	for language, text := range texts {
		v.Set(name+"."+language, text)
	}
}

// row begins another row and gives its path.
func (v values) row(rows string) string { return form.Add(v.Values, rows) }

// ids puts all under one name.
func ids[T ~string](v values, name string, all []T) {
	for _, one := range all {
		v.Add(name, string(one))
	}
}

// The units in which a length of time is asked for, in minutes.
func unitsOfTime() []struct {
	name    string
	minutes int
} {
	return []struct {
		name    string
		minutes int
	}{{"days", 24 * 60}, {"hours", 60}, {"min", 1}}
}

// span writes a length of time in the largest unit that comes out even.
func (v values) span(name string, minutes int) {
	for _, u := range unitsOfTime() {
		if minutes != 0 && minutes%u.minutes == 0 || u.minutes == 1 {
			v.number(name, minutes/u.minutes)
			v.Set(name+"_unit", u.name)
			return
		}
	}
}

// spanFields ask for a length of time: a number, and of what.
func spanFields(s *form.Sheet, name, label string) []view.Field {
	var units []view.Option
	for _, u := range slices.Backward(unitsOfTime()) {
		units = append(units, view.Option{Value: u.name, Text: s.T("unit.long_" + u.name)})
	}
	return []view.Field{
		s.Number(name, label).In(view.Paired),
		s.Choice(name+"_unit", s.T("unit.of", "what", label), units).In(view.Quarter).Silent(),
	}
}

// readSpan reads a length of time in minutes, at most so many.
func readSpan(in *form.Input, name string, most int) int {
	for _, u := range unitsOfTime() {
		if in.Values.Get(name+"_unit") == u.name {
			return in.Int(name, 0, most/u.minutes) * u.minutes
		}
	}
	return in.Int(name, 0, most)
}

// places are the locations as options.
func (t *turn) places() []view.Option {
	var out []view.Option
	for _, l := range active(t.Set.Catalog.Locations, func(l *catalog.Location) bool { return l.Archived }) {
		out = append(out, view.Option{Value: string(l.ID), Text: t.Name(l.Names)})
	}
	return out
}

// offers are the services as options.
func (t *turn) offers() []view.Option {
	var out []view.Option
	for _, s := range active(t.Set.Catalog.Services, func(s *catalog.Service) bool { return s.Archived }) {
		out = append(out, view.Option{Value: string(s.ID), Text: t.Name(s.Names)})
	}
	return out
}

// crew are the staff as options.
func (t *turn) crew() []view.Option {
	var out []view.Option
	for _, s := range active(t.Set.Catalog.Staff, func(s *catalog.Staff) bool { return s.Archived }) {
		out = append(out, view.Option{Value: string(s.ID), Text: t.Name(s.Names)})
	}
	return out
}

// skills are the words for what staff know that were used before.
func (t *turn) skills() []string {
	var out []string
	for _, s := range t.Set.Catalog.Staff {
		for _, k := range s.Skills {
			out = append(out, k.Skill)
		}
	}
	for _, s := range t.Set.Catalog.Services {
		for _, g := range s.Segments {
			if g.Staff != nil {
				out = append(out, g.Staff.Skill)
			}
		}
	}
	return words(out)
}

// wordsOf reads words with commas between them, each once.
func wordsOf(text string) []string {
	all := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;、，", r) })
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return words(all)
}

// kinds are the words for sorts of resources that were used before.
func (t *turn) kinds() []string {
	var out []string
	for _, r := range t.Set.Catalog.Resources {
		if !r.Archived {
			out = append(out, r.Kind)
		}
	}
	return words(out)
}

// words sorts words and drops empty and double ones.
func words(all []string) []string {
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(w string) bool { return strings.TrimSpace(w) == "" })
}

// kept is a list of identifiers with those that the form did not show left as they were.
func kept[T ~string](chosen, before []T, shown []view.Option) []T {
	for _, one := range before {
		if !slices.ContainsFunc(shown, func(o view.Option) bool { return o.Value == string(one) }) && !slices.Contains(chosen, one) {
			chosen = append(chosen, one)
		}
	}
	return chosen
}

// joined names things, at most three of them.
func joined[T ~string](t *turn, all []T, name func(T) string) string {
	const most = 3
	var out []string
	for _, one := range all[:min(most, len(all))] {
		out = append(out, name(one))
	}
	text := strings.Join(out, t.P.T("list.comma"))
	if len(all) > most {
		text += " + " + t.P.Number(len(all)-most)
	}
	return text
}

func (t *turn) serviceName(want id.Service) string {
	if s, ok := t.Set.Catalog.Service(want); ok {
		return t.Name(s.Names)
	}
	return ""
}

// needTexts notes a text that was given in no language.
func needTexts(t *turn, in *form.Input, name string) {
	if len(in.Texts(name)) == 0 {
		in.Note(name+"."+t.Set.Catalog.Business.Language, "form.needed")
	}
}

// needText notes a text that was not given.
func needText(in *form.Input, name string) {
	if in.Text(name) == "" {
		in.Note(name, "form.needed")
	}
}

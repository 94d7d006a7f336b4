// Package form is the way of a form from what stands, over what somebody types,
// to what shall stand: pages with many fields and rows are written with it in a
// few lines, all alike.
//
// A form's state is always the same thing, url.Values by the paths of its
// fields ("segments.0.duration_min"): made of what stands when the form is
// opened, and sent by the reader afterwards. From it a Sheet draws the fields
// (package view's Field, Group, Rows), with what is not right at each; and an
// Input reads them back, telling in the reader's language what it cannot read.
// Nothing that was typed is ever lost: the form is drawn anew from the very
// values that came.
//
// Rows are added, removed and moved on the server (Apply): their buttons send
// the whole form with a field "do". So forms of any depth work without scripts.
package form

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kept/internal/i18n"
	"kept/internal/web/view"
)

// Do is the name of the field that says what to do with rows.
const Do = "do"

// Sheet draws the fields of a form from its values.
type Sheet struct {
	P      *i18n.Printer
	Values url.Values
	Tongue string // the business's language: the first one in which texts are asked for

	faults view.Errors
	drawn  view.Errors // faults in the order of the fields, with their labels
}

// NewSheet begins a drawing. What is wrong is given by the names that the use
// case knows: "segments[0].duration_min" is the field segments.0.duration_min.
func NewSheet(p *i18n.Printer, values url.Values, tongue string, wrong view.Errors) *Sheet {
	s := &Sheet{P: p, Values: values, Tongue: tongue}
	for _, w := range wrong {
		s.faults = append(s.faults, view.FieldError{Field: Path(w.Field), Text: w.Text})
	}
	return s
}

// Path writes the name of a field with dots alone.
func Path(name string) string {
	return strings.NewReplacer("[", ".", "]", "").Replace(name)
}

// T is a text in the reader's language.
func (s *Sheet) T(key string, pairs ...any) string { return s.P.T(key, pairs...) }

// Get is the value of a field.
func (s *Sheet) Get(name string) string { return s.Values.Get(name) }

// field begins a field: its value, and what is wrong with it.
func (s *Sheet) field(kind view.FieldKind, name, label string) view.Field {
	f := view.Field{Name: name, Label: label, Kind: kind, Value: s.Values.Get(name)}
	for _, w := range s.faults {
		if w.Field == name {
			f.Fault = w.Text
			s.drawn = append(s.drawn, view.FieldError{Field: name, Text: s.T("form.at", "field", label, "fault", w.Text)})
			break
		}
	}
	return f
}

// Text is a line of text.
func (s *Sheet) Text(name, label string) view.Field { return s.field(view.FieldText, name, label) }

// Area is a text of several lines.
func (s *Sheet) Area(name, label string) view.Field { return s.field(view.FieldArea, name, label) }

// Code is an expression.
func (s *Sheet) Code(name, label string) view.Field { return s.field(view.FieldCode, name, label) }

// Email is an e-mail address.
func (s *Sheet) Email(name, label string) view.Field { return s.field(view.FieldEmail, name, label) }

// Secret is a password.
func (s *Sheet) Secret(name, label string) view.Field {
	f := s.field(view.FieldSecret, name, label)
	f.Value = "" // never sent back, not even to who typed it
	return f
}

// Date is a day of the calendar.
func (s *Sheet) Date(name, label string) view.Field { return s.field(view.FieldDate, name, label) }

// Clock is a time of day.
func (s *Sheet) Clock(name, label string) view.Field { return s.field(view.FieldClock, name, label) }

// Number is a whole number.
func (s *Sheet) Number(name, label string) view.Field { return s.field(view.FieldNumber, name, label) }

// Minutes is a number of minutes.
func (s *Sheet) Minutes(name, label string) view.Field {
	return s.Number(name, label).Of(s.T("unit.min"))
}

// Money is an amount in a currency.
func (s *Sheet) Money(name, label, currency string) view.Field {
	return s.field(view.FieldMoney, name, label).Of(currency)
}

// Tick is a question of yes or no.
func (s *Sheet) Tick(name, label string) view.Field { return s.field(view.FieldTick, name, label) }

// Choice is one of some options; the one that is chosen is marked.
func (s *Sheet) Choice(name, label string, options []view.Option) view.Field {
	f := s.field(view.FieldChoice, name, label)
	f.Options = slices.Clone(options)
	for i := range f.Options {
		f.Options[i].Chosen = f.Options[i].Value == f.Value
	}
	return f
}

// Ticks are any of some options.
func (s *Sheet) Ticks(name, label string, options []view.Option) view.Field {
	f := s.field(view.FieldTicks, name, label)
	f.Options = slices.Clone(options)
	for i := range f.Options {
		f.Options[i].Chosen = slices.Contains(s.Values[name], f.Options[i].Value)
	}
	return f
}

// Texts is a text in each language, the business's own first; the others may
// stay empty. long asks for several lines.
func (s *Sheet) Texts(name, label string, long, needed bool) []view.Field {
	var out []view.Field
	kind := view.FieldText
	if long {
		kind = view.FieldArea
	}
	for i, language := range view.Languages(s.Tongue) {
		f := s.field(kind, name+"."+language, s.T("form.in_language", "what", label, "language", i18n.NameOf(language)))
		f.Lang, f.Size = language, view.Tongue
		f.Required, f.Optional = needed && i == 0, !needed || i > 0
		out = append(out, f)
	}
	return out
}

// Rows are the rows of a path, each drawn by one.
func (s *Sheet) Rows(name string, one func(at string, n int) view.Group) view.Rows {
	out := view.Rows{Name: name}
	for i := range Count(s.Values, name) {
		at := name + "." + strconv.Itoa(i)
		out.Items = append(out.Items, one(at, i))
	}
	return out
}

// Fold closes a group that nothing is set in. A number of 0, a choice of
// nothing and an empty row count as nothing.
func (s *Sheet) Fold(g view.Group) view.Group {
	g.Folded = true
	for _, f := range g.Fields {
		switch f.Kind {
		case view.FieldTicks:
			g.Open = g.Open || len(s.Values[f.Name]) > 0
		case view.FieldChoice:
			g.Open = g.Open || len(f.Options) > 0 && !f.Options[0].Chosen && f.Value != "" && !f.Quiet
		default:
			g.Open = g.Open || f.Value != "" && f.Value != "0"
		}
	}
	for _, r := range g.Rows {
		g.Open = g.Open || len(r.Items) > 0
	}
	return g
}

// Faults are what is wrong, each with the label of its field and in their
// order. Those of no field that was drawn stand first and lead to the form.
func (s *Sheet) Faults() view.Errors {
	var out view.Errors
	for _, w := range s.faults {
		known := func(d view.FieldError) bool { return d.Field == w.Field }
		if !slices.ContainsFunc(s.drawn, known) {
			out = append(out, view.FieldError{Field: "form", Text: w.Text})
		}
	}
	return append(out, s.drawn...)
}

// Options makes options of values with their texts.
func Options[T ~string](values []T, text func(T) string) []view.Option {
	out := make([]view.Option, len(values))
	for i, v := range values {
		out[i] = view.Option{Value: string(v), Text: text(v)}
	}
	return out
}

package card

import (
	"net/url"
	"slices"
	"time"

	"kept/account"
	"kept/booking"
	"kept/client"
	"kept/id"
	"kept/internal/i18n"
	"kept/internal/web/rota"
	"kept/internal/web/view"
	"kept/span"
)

// may tells whether the reader may change the card.
func (d *drawing) may() bool { return !d.lent && d.Who.May(account.WriteClients) }

// hidden are the fields of a form that nobody sees: its key, by which it does
// its work once, and more.
func (d *drawing) hidden(form string, more ...view.Pair) []view.Pair {
	return append([]view.Pair{{Name: "key", Value: id.New[string](d.Now.UTC())}, {Name: "form", Value: form}}, more...)
}

// open tells whether a form was just sent and refused.
func (d *drawing) open(form string) bool { return url.Values(d.typed).Get("form") == form }

func (d *drawing) field(kind view.FieldKind, name, label string) view.Field {
	return view.Field{Kind: kind, Name: name, Label: label, Value: url.Values(d.typed).Get(name)}
}

func (d *drawing) choice(name, label string, options []view.Option) view.Field {
	f := d.field(view.FieldChoice, name, label)
	f.Options = slices.Clone(options)
	for i := range f.Options {
		f.Options[i].Chosen = f.Options[i].Value == f.Value || f.Value == "" && i == 0
	}
	return f
}

// words are options whose texts stand in the catalogue under a prefix.
func (d *drawing) words(values []string, prefix string) []view.Option {
	out := make([]view.Option, len(values))
	for i, v := range values {
		out[i] = view.Option{Value: v, Text: d.Word(prefix, v)}
	}
	return out
}

func (d *drawing) readingName(kind string) string { return d.Word("reading.", kind) }

// source tells who said it, and when.
func (d *drawing) source(f client.Fact) string {
	return view.Joined(d.P.T("sheet.from_"+f.Source), d.P.DateYear(f.At.In(d.Home)))
}

// subject names one of the client's own; empty for the client.
func (d *drawing) subject(of id.Subject) string {
	for _, s := range d.sheet.Subjects {
		if s.ID == of && of != "" {
			return d.subjectName(s)
		}
	}
	return ""
}

// subjectName is how a subject is called: a car without a name by its plate.
func (d *drawing) subjectName(s client.Subject) string {
	name := s.Name
	if plate, ok := d.sheet.Facts.Get(s.ID, client.KeyPlate); ok && name == "" {
		name = plate.Value.Text
	}
	if name == "" {
		return d.P.T("subject." + s.Kind)
	}
	return name
}

func (d *drawing) language() string {
	tag := d.sheet.Client.Language
	if tag == "" {
		tag = d.Set.Catalog.Business.Language
	}
	return i18n.NameOf(tag)
}

func (d *drawing) zone(b *booking.Booking) *time.Location { return d.ZoneOf(d.Turn, b) }

// weekday names a day of the week, 1 for Monday.
func (d *drawing) weekday(n int) string {
	monday := span.Date{Year: 2026, Month: 11, Day: 23}
	return d.P.Weekday(noon(monday.AddDays(n - 1)))
}

// clock writes minutes of the day.
func (d *drawing) clock(minutes int) string {
	return d.P.Time(time.Date(2026, 1, 1, minutes/60, minutes%60, 0, 0, time.UTC))
}

func noon(day span.Date) time.Time { return rota.Noon(day) }

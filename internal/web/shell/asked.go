package shell

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"kept/catalog"
	"kept/id"
	"kept/intake"
	"kept/internal/i18n"
	"kept/internal/web/view"
)

// AnswerField is what the names of answers' fields begin with; the keys of the questions follow.
const AnswerField = "q."

// Questions draws the questions of a form. text gives an owner's text in the
// reader's language; typed holds what was typed before, under names that
// begin with AnswerField.
func Questions(p i18n.Printer, f *catalog.Form, text func(catalog.Texts) string, typed url.Values) []view.Question {
	out := make([]view.Question, 0, len(f.Fields))
	for i, q := range f.Fields {
		v := view.Question{
			Name: AnswerField + q.Key, Label: text(q.Labels), Hint: text(q.Helps), Value: typed.Get(AnswerField + q.Key), Required: q.Required,
		}
		if i == 0 {
			v.Head, v.About = text(f.Names), text(f.About)
		}
		switch q.Kind {
		case catalog.FieldLong:
			v.Kind = view.QuestionLong
		case catalog.FieldNumber:
			v.Kind = view.QuestionNumber
		case catalog.FieldDate:
			v.Kind = view.QuestionDate
		case catalog.FieldMany:
			v.Kind = view.QuestionMany
		case catalog.FieldYes:
			v.Options = []view.Option{{}, {Value: "yes", Text: p.T("form.yes")}, {Value: "no", Text: p.T("form.no")}}
		case catalog.FieldChoice:
			v.Options = []view.Option{{}}
		}
		for _, o := range q.Options {
			v.Options = append(v.Options, view.Option{Value: o.Value, Text: text(o.Labels)})
		}
		for j := range v.Options {
			v.Options[j].Chosen = v.Options[j].Value != "" && slices.Contains(typed[v.Name], v.Options[j].Value)
		}
		out = append(out, v)
	}
	return out
}

// Answers reads what was filled in.
func Answers(form url.Values) map[string]any {
	out := map[string]any{}
	for name, values := range form {
		key, ok := strings.CutPrefix(name, AnswerField)
		switch {
		case !ok || len(values) == 0:
		case len(values) == 1:
			out[key] = strings.ReplaceAll(values[0], "\r\n", "\n")
		default:
			out[key] = values
		}
	}
	return out
}

// Shaping asks what shapes a visit of some services, by the keys of the
// questions (booking.Desk.Shaping), before its times are shown. Nobody has to
// answer before they look.
func Shaping(
	p i18n.Printer, c *catalog.Catalog, services []id.Service, keys []string, text func(catalog.Texts) string, typed url.Values,
) []view.Question {
	var out []view.Question
	for _, f := range c.Forms {
		if len(keys) == 0 || !f.Asks(catalog.AskBooking, services) {
			continue
		}
		for _, q := range Questions(p, f, text, typed) {
			if slices.Contains(keys, strings.TrimPrefix(q.Name, AnswerField)) {
				q.Head, q.About, q.Required = "", "", false
				out = append(out, q)
			}
		}
	}
	return out
}

// Answered keeps, of what was filled in, the answers to some questions.
func Answered(typed url.Values, keys []string) url.Values {
	var out url.Values
	for _, key := range keys {
		if said := typed[AnswerField+key]; len(said) > 0 && said[0] != "" {
			if out == nil {
				out = url.Values{}
			}
			out[AnswerField+key] = said
		}
	}
	return out
}

// Purpose names a purpose of a consent: the ready ones in the reader's language.
func (t *Turn) Purpose(word string) string {
	return t.Word("purpose.", word)
}

// Said writes an answer as the reader's language does; house is the language
// of the business, in which a choice is named where it is in no other.
func Said(p i18n.Printer, a intake.Answer, house string) string {
	switch v := a.Value.(type) {
	case bool:
		return p.T(map[bool]string{true: "form.yes", false: "form.no"}[v])
	case string:
		if day, err := time.Parse(time.DateOnly, v); err == nil && a.Kind == catalog.FieldDate {
			return p.DateYear(day)
		}
	case float64:
		if whole := int(v); float64(whole) == v {
			return p.Number(whole)
		}
	}
	return a.Text(p.Lang(), house)
}

package intake

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Bounds of answers.
const (
	maxAnswer = 2000 // characters, as many as a fact of the card holds
	maxLine   = 500
	maxNumber = 1e12
)

// Check reads what was given for a visit of some services. Where all is set,
// questions that must be answered and agreements without which nothing is
// booked have to be there. Faults Invalid, naming answers.KEY or consents; conflict
// when a text has changed since it was read.
func Check(c *catalog.Catalog, services []id.Service, asks []string, given Given, all bool) (Taken, error) {
	var check fault.Checker
	var out Taken
	known := map[string]bool{}
	for _, f := range c.Forms {
		if !slices.ContainsFunc(asks, func(when string) bool { return f.Asks(when, services) }) {
			continue
		}
		answers := fill(&check, f, given.Answers, all, known)
		if len(answers) > 0 {
			out.Forms = append(out.Forms, Sheet{Form: f.ID, Answers: answers})
		}
	}
	for key := range given.Answers {
		check.Require(known[key], "answers."+key, "unexpected", "nothing of this name is asked")
	}
	if err := agree(&check, c, services, given.Consents, all, &out); err != nil {
		return Taken{}, err
	}
	return out, check.Err()
}

// Taken is what was given, read and found right.
type Taken struct {
	Forms    []Sheet
	Consents []Consented
}

// Empty tells whether there is nothing to record.
func (t Taken) Empty() bool { return len(t.Forms) == 0 && len(t.Consents) == 0 }

// Sheet is a form with its answers.
type Sheet struct {
	Form    id.Form
	Answers []Answer
}

// Consented is a notice agreed to, in the version that stands.
type Consented struct {
	Notice  id.Notice
	Version int
	Purpose string
}

func fill(check *fault.Checker, f *catalog.Form, given map[string]any, all bool, known map[string]bool) []Answer {
	var out []Answer
	for i := range f.Fields {
		q := &f.Fields[i]
		known[q.Key] = true
		raw, there := given[q.Key]
		if !there || blank(raw) {
			check.Require(!q.Required || !all, "answers."+q.Key, "required", "please answer this")
			continue
		}
		value, shown, wrong := read(q, raw)
		if wrong.rule != "" {
			check.Require(false, "answers."+q.Key, wrong.rule, wrong.text)
			continue
		}
		out = append(out, Answer{
			Key: q.Key, Label: q.Labels, Kind: q.Kind, Class: q.Class, Value: value, Shown: shown, Fact: q.Fact,
		})
	}
	return out
}

// blank tells whether a value says nothing.
func blank(raw any) bool {
	switch v := raw.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(v) == ""
	case []any:
		return len(v) == 0
	default:
		return false
	}
}

// wrong is why a value is no answer; an empty rule is nothing wrong.
type wrong struct{ rule, text string }

// read turns what was sent into an answer. Forms of pages send text for
// everything, programs what JSON has.
func read(q *catalog.Field, raw any) (any, catalog.Texts, wrong) {
	switch q.Kind {
	case catalog.FieldNumber:
		return readNumber(raw)
	case catalog.FieldYes:
		return readYes(raw)
	case catalog.FieldMany:
		return readMany(q, raw)
	default:
	}
	text, ok := raw.(string)
	if !ok {
		return nil, nil, wrong{"format", "must be a text"}
	}
	text = strings.TrimSpace(text)
	switch q.Kind {
	case catalog.FieldDate:
		d, err := span.ParseDate(text)
		if err != nil || d.Year < 1880 || d.Year > 2200 {
			return nil, nil, wrong{"date", "write it as 2026-12-01"}
		}
		return d.String(), nil, wrong{}
	case catalog.FieldChoice:
		if o, ok := option(q, text); ok {
			return o.Value, o.Labels, wrong{}
		}
		return nil, nil, wrong{"unknown", "is none of the answers"}
	}
	var check fault.Checker
	if q.Kind == catalog.FieldLong {
		check.Text("", text, 0, maxAnswer)
	} else {
		check.Line("", text, 0, maxLine)
	}
	if check.Err() != nil {
		return nil, nil, wrong{"too_long", fmt.Sprintf("must be plain text of at most %d characters", maxAnswer)}
	}
	return text, nil, wrong{}
}

func readNumber(raw any) (any, catalog.Texts, wrong) {
	n, ok := raw.(float64)
	if text, is := raw.(string); is {
		text = strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(text), ",", "."), "\u00a0", "")
		var err error
		n, err = strconv.ParseFloat(text, 64)
		ok = err == nil
	}
	if !ok || !(n > -maxNumber && n < maxNumber) { // the other way round it would let NaN in
		return nil, nil, wrong{"format", "must be a number"}
	}
	return n, nil, wrong{}
}

func readYes(raw any) (any, catalog.Texts, wrong) {
	switch v := raw.(type) {
	case bool:
		return v, nil, wrong{}
	case string:
		switch v {
		case "yes", "true", "on", "1":
			return true, nil, wrong{}
		case "no", "false", "0":
			return false, nil, wrong{}
		}
	}
	return nil, nil, wrong{"format", "must be yes or no"}
}

func readMany(q *catalog.Field, raw any) (any, catalog.Texts, wrong) {
	var chosen []string
	switch v := raw.(type) {
	case string:
		chosen = []string{v}
	case []string:
		chosen = v
	case []any:
		for _, one := range v {
			text, ok := one.(string)
			if !ok {
				return nil, nil, wrong{"format", "must be a list of texts"}
			}
			chosen = append(chosen, text)
		}
	default:
		return nil, nil, wrong{"format", "must be a list of texts"}
	}
	shown := catalog.Texts{}
	out := []string{}
	for _, o := range q.Options { // in the order in which they stand, each once
		if !slices.Contains(chosen, o.Value) {
			continue
		}
		out = append(out, o.Value)
		for l, t := range o.Labels {
			if shown[l] != "" {
				t = shown[l] + ", " + t
			}
			shown[l] = t
		}
	}
	for _, one := range chosen {
		if _, ok := option(q, one); !ok {
			return nil, nil, wrong{"unknown", "is none of the answers"}
		}
	}
	return out, shown, wrong{}
}

func option(q *catalog.Field, value string) (catalog.Option, bool) {
	i := slices.IndexFunc(q.Options, func(o catalog.Option) bool { return o.Value == value })
	if i < 0 {
		return catalog.Option{}, false
	}
	return q.Options[i], true
}

// agree reads the agreements. A text that changed since it was shown was not
// read: that is fault conflict, and the newest one has to be shown.
func agree(
	check *fault.Checker, c *catalog.Catalog, services []id.Service, given []Agreement, all bool, out *Taken,
) error {
	ticked := map[id.Notice]bool{}
	for i, g := range given {
		at := fmt.Sprintf("consents[%d]", i)
		n, ok := c.Notice(g.Notice)
		if !ok || !n.Asks(services) {
			check.Require(false, at, "unknown", "this is not asked")
			continue
		}
		if g.Version != 0 && g.Version != n.Version {
			return fault.New(fault.Conflict, fault.CodeConflict, "the text you agreed to has been changed meanwhile; please read it again")
		}
		if !ticked[n.ID] {
			ticked[n.ID] = true
			out.Consents = append(out.Consents, Consented{n.ID, n.Version, n.Purpose})
		}
	}
	for _, n := range c.Notices {
		if n.Required && all && n.Asks(services) {
			check.Require(ticked[n.ID], "consents."+string(n.ID), "required", "nothing can be booked without it")
		}
	}
	return nil
}

// Text is what was answered, in words of one of the languages; a yes and a no
// are "true" and "false", for the page to word.
func (a Answer) Text(languages ...string) string {
	if len(a.Shown) > 0 {
		return a.Shown.Pick(languages...)
	}
	switch v := a.Value.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []string:
		return strings.Join(v, ",")
	default:
		return fmt.Sprint(v)
	}
}

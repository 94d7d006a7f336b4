package privacy

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kept/fault"
	"kept/internal/web/view"
	"kept/privacy"
)

// register is the register of processing, and who outside gets what.
func (p *Pages) register(t *turn) error { return p.registerSaying(t, "", nil, http.StatusOK) }

func (p *Pages) registerSaying(t *turn, text string, wrong view.Errors, status int) error {
	lines, err := p.Office.Register(t.Ctx(), t.Who)
	if err != nil {
		return err
	}
	outside, err := p.Office.Processors(t.Ctx(), t.Who)
	if err != nil {
		return err
	}
	var sections []view.LeafSection
	own := 0
	for _, l := range lines {
		sections = append(sections, p.line(t, l, &own))
	}
	fields := []view.LeafField{
		{Name: "name", Label: t.P.T("privacy.line_name"), Required: true},
		{Name: "basis", Label: t.P.T("privacy.line_basis"), Options: t.choices("privacy.basis_", privacy.Bases(), "")},
	}
	for _, name := range []string{"persons", "categories", "recipients", "retention"} {
		fields = append(fields, view.LeafField{Name: name, Label: t.P.T("privacy.line_" + name), Optional: true})
	}
	for i := range fields {
		if t.R.Method == http.MethodPost && len(fields[i].Options) == 0 {
			fields[i].Value = t.typed().Get(fields[i].Name)
		}
	}
	sections = append(sections, view.LeafSection{Heading: t.P.T("privacy.line_add"), Forms: []view.LeafForm{{
		Action: t.at("/register"), Button: t.P.T("privacy.line_add_do"), Fields: fields, Said: text, Errors: wrong,
	}}})
	out := view.LeafSection{Heading: t.P.T("privacy.outside"), Line: t.P.T("privacy.outside_line"), None: t.P.T("privacy.outside_none")}
	for _, x := range outside {
		row := view.LeafRow{Name: x.Name, Line: t.P.T("privacy.outside_" + x.Kind), Side: x.Host}
		switch {
		case x.Blocked:
			row.Chip = view.Chip{Text: t.P.T("privacy.blocked"), Tone: view.Good}
		case x.Abroad:
			row.Chip = view.Chip{Text: t.P.T("privacy.abroad"), Tone: view.Look}
		}
		out.Rows = append(out.Rows, row)
	}
	sections = append(sections, out)
	return p.show(t, view.Leaf{Heading: t.P.T("privacy.register"), Line: t.P.T("privacy.register_line"), Back: t.home(), Sections: sections}, status)
}

// line is one purpose of the register. A generated one can be taken out, one
// of the owner's removed; own counts these.
func (p *Pages) line(t *turn, l privacy.Line, own *int) view.LeafSection {
	s := view.LeafSection{Heading: l.Name}
	add := func(key, text string) {
		if text != "" {
			s.Facts = append(s.Facts, view.Pair{Name: t.P.T("privacy.line_" + key), Value: text})
		}
	}
	add("basis", t.P.T("privacy.basis_"+l.Basis))
	if l.Code == "" {
		add("persons", l.Persons)
		add("categories", l.Categories)
		add("recipients", l.Purpose.Recipients)
		add("retention", l.Retention)
		s.Forms = []view.LeafForm{{Action: t.at("/register/" + strconv.Itoa(*own) + "/remove"), Button: t.P.T("privacy.line_remove"), Quiet: true}}
		*own++
		return s
	}
	s.Heading = t.P.T("privacy.l_" + l.Code)
	hide := "privacy.line_hide"
	if l.Hidden {
		s.Heading += " · " + t.P.T("privacy.line_hidden")
		hide = "privacy.line_unhide"
	}
	add("persons", t.P.T("privacy.l_"+l.Code+"_persons"))
	add("categories", t.P.T("privacy.l_"+l.Code+"_categories"))
	add("recipients", strings.Join(l.Recipients, ", "))
	var keep []string
	for _, r := range l.Rules {
		keep = append(keep, p.keeping(t, r))
	}
	if len(keep) == 0 {
		keep = []string{t.P.T("privacy.keep_open")}
	}
	add("retention", strings.Join(keep, "; "))
	s.Forms = []view.LeafForm{{Action: t.at("/register/" + l.Code + "/hide"), Button: t.P.T(hide), Quiet: true}}
	return s
}

// keeping says a rule in words.
func (p *Pages) keeping(t *turn, r privacy.Rule) string {
	if r.Days > 0 {
		return t.P.T("privacy.keep_days", "n", r.Days)
	}
	return t.P.T("privacy.keep_months", "n", r.Months)
}

// change alters the policy's lines.
func (p *Pages) change(t *turn, done string, alter func(*privacy.Policy) error) error {
	have, err := p.Office.Policy(t.Ctx(), t.Who.Business)
	if err != nil {
		return err
	}
	if err := alter(&have); err != nil {
		return err
	}
	_, err = p.Office.SavePolicy(t.Ctx(), t.Who, have)
	return p.after(t, t.at("/register"), done, err, func(text string, wrong view.Errors) error {
		for i := range wrong {
			wrong[i].Field = wrong[i].Field[strings.LastIndex(wrong[i].Field, ".")+1:]
		}
		return p.registerSaying(t, text, wrong, http.StatusUnprocessableEntity)
	})
}

func (p *Pages) addLine(t *turn) error {
	v, err := t.form()
	if err != nil {
		return err
	}
	return p.change(t, "saved", func(have *privacy.Policy) error {
		have.Purposes = append(have.Purposes, privacy.Purpose{
			Name: strings.TrimSpace(v.Get("name")), Basis: v.Get("basis"), Persons: v.Get("persons"), Categories: v.Get("categories"),
			Recipients: v.Get("recipients"), Retention: v.Get("retention"),
		})
		return nil
	})
}

func (p *Pages) removeLine(t *turn) error {
	n, err := strconv.Atoi(t.R.PathValue("n"))
	return p.change(t, "saved", func(have *privacy.Policy) error {
		if err != nil || n < 0 || n >= len(have.Purposes) {
			return fault.Missing("line")
		}
		have.Purposes = slices.Delete(have.Purposes, n, n+1)
		return nil
	})
}

func (p *Pages) hideLine(t *turn) error {
	code := t.R.PathValue("n")
	return p.change(t, "saved", func(have *privacy.Policy) error {
		if !slices.Contains(privacy.Codes(), code) {
			return fault.Missing("line")
		}
		if at := slices.Index(have.Hidden, code); at >= 0 {
			have.Hidden = slices.Delete(have.Hidden, at, at+1)
			return nil
		}
		have.Hidden = append(have.Hidden, code)
		return nil
	})
}

package privacy

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/privacy"
)

// petitionRow is what somebody asks for, with what can be done about it.
func (p *Pages) petitionRow(t *turn, x privacy.Petition, named bool) view.LeafRow {
	row := view.LeafRow{Name: t.P.T("privacy.ask_" + x.Kind), Line: x.Note, Side: t.P.T("privacy.due", "when", t.when(x.Due))}
	if named {
		row.Name, row.Line = p.who(t, x.Client), t.P.T("privacy.ask_"+x.Kind)
		row.Href = t.at("/clients/" + string(x.Client))
	}
	at := t.at("/requests/" + string(x.ID))
	switch {
	case x.Closed != 0:
		row.Side = t.when(x.Closed)
		row.Chip = view.Chip{Text: t.P.T("privacy.outcome_" + x.Outcome), Tone: view.Quiet}
		return row
	case x.Late(t.Now):
		row.Chip = view.Chip{Text: t.P.T("privacy.late"), Tone: view.Bad}
	}
	if !x.Extended {
		row.Acts = append(row.Acts, view.LeafForm{Action: at + "/extend", Button: t.P.T("privacy.extend"), Spoken: t.P.T("privacy.extend") + ": " + row.Name})
	}
	for _, outcome := range []string{privacy.Done, privacy.Refused} {
		row.Acts = append(row.Acts, view.LeafForm{
			Action: at + "/close", Button: t.P.T("privacy.close_" + outcome), Spoken: t.P.T("privacy.close_"+outcome) + ": " + row.Name,
			Hidden: []view.Pair{{Name: "outcome", Value: outcome}},
		})
	}
	return row
}

// petitions lists what people ask for, what is open first.
func (p *Pages) petitions(t *turn) error {
	open, err := p.Office.ListPetitions(t.Ctx(), t.Who, privacy.PetitionFilter{Open: true, Limit: 200})
	if err != nil {
		return err
	}
	all, err := p.Office.ListPetitions(t.Ctx(), t.Who, privacy.PetitionFilter{Limit: 200})
	if err != nil {
		return err
	}
	slices.SortFunc(open, func(a, b privacy.Petition) int { return int(a.Due - b.Due) })
	waiting := view.LeafSection{Heading: t.P.T("privacy.open"), None: t.P.T("privacy.now_none")}
	for _, x := range open {
		waiting.Rows = append(waiting.Rows, p.petitionRow(t, x, true))
	}
	closed := view.LeafSection{Heading: t.P.T("privacy.closed"), None: t.P.T("privacy.closed_none")}
	for _, x := range all {
		if x.Closed != 0 {
			closed.Rows = append(closed.Rows, p.petitionRow(t, x, true))
		}
	}
	return p.show(t, view.Leaf{
		Heading: t.P.T("privacy.requests"), Line: t.P.T("privacy.requests_line"), Back: t.home(), Sections: []view.LeafSection{waiting, closed},
	}, http.StatusOK)
}

func (p *Pages) extend(t *turn) error {
	want, err := shell.ID[id.Petition](t.Turn, "request")
	if err != nil {
		return err
	}
	_, err = p.Office.Extend(t.Ctx(), t.Who, want)
	return p.back(t, "/requests", "privacy_extended", err)
}

func (p *Pages) closePetition(t *turn) error {
	want, err := shell.ID[id.Petition](t.Turn, "request")
	if err != nil {
		return err
	}
	v, err := t.form()
	if err != nil {
		return err
	}
	_, err = p.Office.Close(t.Ctx(), t.Who, want, v.Get("outcome"))
	return p.back(t, "/requests", "privacy_closed", err)
}

// back leads to a page; what was done before by somebody else needs no words.
func (p *Pages) back(t *turn, to, done string, err error) error {
	if fault.KindOf(err) == fault.Conflict && err != nil {
		err, done = nil, ""
	}
	if err != nil {
		return err
	}
	return t.Back(t.at(to), done)
}

// ruleRows is how many rules of retention the form has room for beyond those there are.
const ruleRows = 2

// retention is how long things are kept.
func (p *Pages) retention(t *turn) error {
	have, err := p.Office.Policy(t.Ctx(), t.Who.Business)
	if err != nil {
		return err
	}
	return p.retentionPage(t, have, nil, "", nil, http.StatusOK)
}

func (p *Pages) retentionPage(t *turn, have privacy.Policy, effects []privacy.Effect, text string, wrong view.Errors, status int) error {
	days := ""
	if have.DueDays > 0 {
		days = strconv.Itoa(have.DueDays)
	}
	regimes := make([]string, 0, 3)
	for _, r := range privacy.Regimes() {
		regimes = append(regimes, string(r))
	}
	fields := []view.LeafField{
		{Name: "regime", Label: t.P.T("privacy.regime"), Hint: t.P.T("privacy.regime_hint"), Options: t.choices("privacy.regime_", regimes, string(have.Law()))},
		{Name: "due_days", Label: t.P.T("privacy.due_days"), Hint: t.P.T("privacy.due_days_hint"), Value: days, Kind: "number", Optional: true},
		{Name: "contact", Label: t.P.T("privacy.contact"), Hint: t.P.T("privacy.contact_hint"), Value: have.Contact, Optional: true},
		{Name: "home", Label: t.P.T("privacy.home"), Hint: t.P.T("privacy.home_hint"), Ticks: []view.Option{{Value: "yes", Text: t.P.T("privacy.home_yes"), Chosen: have.Home}}},
	}
	for i := range len(have.Rules) + ruleRows {
		n := strconv.Itoa(i)
		r := privacy.Rule{}
		if i < len(have.Rules) {
			r = have.Rules[i]
		}
		length, unit := "", "months"
		if r.Months > 0 {
			length = strconv.Itoa(r.Months)
		}
		if r.Days > 0 {
			length, unit = strconv.Itoa(r.Days), "days"
		}
		what := r.What
		if r.Kind != "" {
			what += "_" + r.Kind
		}
		fields = append(fields,
			view.LeafField{Name: "what" + n, Label: t.P.T("privacy.rule", "n", i+1), Options: t.choices("privacy.rule_", ruleKinds(), what)},
			view.LeafField{Name: "length" + n, Label: t.P.T("privacy.rule_after"), Value: length, Kind: "number", Optional: true},
			view.LeafField{Name: "unit" + n, Label: t.P.T("privacy.rule_unit"), Options: t.choices("privacy.unit_", []string{"months", "days"}, unit)},
		)
	}
	form := view.LeafForm{
		Action: t.at("/retention"), Button: t.P.T("settings.save"), Fields: fields, Said: text, Errors: wrong,
		Hidden: []view.Pair{{Name: "version", Value: strconv.FormatInt(have.Version, 10)}, {Name: "rules", Value: strconv.Itoa(len(have.Rules) + ruleRows)}},
	}
	sections := []view.LeafSection{{Forms: []view.LeafForm{form}}}
	try := view.LeafSection{Heading: t.P.T("privacy.dry"), Line: t.P.T("privacy.dry_line"), Forms: []view.LeafForm{{
		Action: t.at("/retention"), Button: t.P.T("privacy.dry_do"), Quiet: true, Hidden: append(ruleFields(have), view.Pair{Name: "dry", Value: "1"}),
	}}}
	sections = append(sections, try)
	for _, e := range effects {
		sections = append(sections, p.effect(t, e))
	}
	return p.show(t, view.Leaf{Heading: t.P.T("privacy.retention"), Line: t.P.T("privacy.retention_line"), Back: t.home(), Sections: sections}, status)
}

// ruleKinds are what a rule may be about, as the form says it.
func ruleKinds() []string {
	return []string{"", "cards", "texts", "files", "files_personal", "files_health", "files_statute"}
}

// ruleFields are the rules as hidden fields.
func ruleFields(have privacy.Policy) []view.Pair {
	out := []view.Pair{{Name: "rules", Value: strconv.Itoa(len(have.Rules))}}
	for i, r := range have.Rules {
		n, what, length, unit := strconv.Itoa(i), r.What, strconv.Itoa(r.Months), "months"
		if r.Kind != "" {
			what += "_" + r.Kind
		}
		if r.Days > 0 {
			length, unit = strconv.Itoa(r.Days), "days"
		}
		out = append(out, view.Pair{Name: "what" + n, Value: what}, view.Pair{Name: "length" + n, Value: length}, view.Pair{Name: "unit" + n, Value: unit})
	}
	return out
}

// effect is what one rule would do now.
func (p *Pages) effect(t *turn, e privacy.Effect) view.LeafSection {
	what := e.Rule.What
	if e.Rule.Kind != "" {
		what += "_" + e.Rule.Kind
	}
	s := view.LeafSection{
		Heading: t.P.T("privacy.rule_" + what),
		Line:    t.P.T("privacy.effect_"+e.Rule.What, "n", int(e.Count), "when", t.when(e.Before)),
	}
	if e.More {
		s.Line += " " + t.P.T("privacy.effect_more")
	}
	for _, c := range e.Cards {
		last := t.P.T("privacy.never_came")
		if c.Last != 0 {
			last = t.P.T("privacy.last_visit", "when", t.when(c.Last))
		}
		s.Rows = append(s.Rows, view.LeafRow{Name: p.who(t, c.Client), Line: last, Href: t.Root() + "/clients/" + string(c.Client)})
	}
	return s
}

// readPolicy lays what was sent over a policy.
func readPolicy(v url.Values, have privacy.Policy) privacy.Policy {
	number := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSpace(v.Get(name)))
		if err != nil && strings.TrimSpace(v.Get(name)) != "" {
			return -1
		}
		return n
	}
	have.Rules = nil
	for i := range min(number("rules"), 50) {
		n := strconv.Itoa(i)
		what, kind, _ := strings.Cut(v.Get("what"+n), "_")
		if what == "" {
			continue
		}
		r := privacy.Rule{What: what, Kind: kind, Months: number("length" + n)}
		if v.Get("unit"+n) == "days" {
			r.Months, r.Days = 0, r.Months
		}
		have.Rules = append(have.Rules, r)
	}
	if v.Get("dry") == "" {
		have.Regime, have.DueDays, have.Contact = privacy.Regime(v.Get("regime")), number("due_days"), strings.TrimSpace(v.Get("contact"))
		have.Home = v.Get("home") == "yes"
		have.Version, _ = strconv.ParseInt(v.Get("version"), 10, 64)
	}
	return have
}

func (p *Pages) setRetention(t *turn) error {
	v, err := t.form()
	if err != nil {
		return err
	}
	have, err := p.Office.Policy(t.Ctx(), t.Who.Business)
	if err != nil {
		return err
	}
	next := readPolicy(v, have)
	if v.Get("dry") != "" {
		effects, err := p.Office.Preview(t.Ctx(), t.Who, next)
		if err != nil {
			return err
		}
		return p.retentionPage(t, have, effects, "", nil, http.StatusOK)
	}
	_, err = p.Office.SavePolicy(t.Ctx(), t.Who, next)
	return p.after(t, t.at("/retention"), "saved", err, func(text string, wrong view.Errors) error {
		for i := range wrong { // the form's own names
			name := strings.NewReplacer("rules[", "length", "].months", "", "].what", "", "].kind", "").Replace(wrong[i].Field)
			wrong[i].Field = name
		}
		return p.retentionPage(t, next, nil, text, wrong, http.StatusUnprocessableEntity)
	})
}

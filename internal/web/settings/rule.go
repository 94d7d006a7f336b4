package settings

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/money"
	"kept/policy"
	"kept/span"
)

// rules lists the owner's rules by their kinds, in the order in which they apply.
func (p *Pages) rules(t *turn) error {
	f, err := p.Frame(t.Turn, "settings", t.P.T("settings.rules"))
	if err != nil {
		return err
	}
	m := view.SettingsList{
		Staff: f, Heading: t.P.T("settings.rules"), Line: t.P.T("rule.line"), Back: t.home(),
		Add:  view.Link{Text: t.P.T("rule.add"), Href: t.at("/rules/new")},
		None: t.P.T("rule.none"), NoneLn: t.P.T("rule.none_line"),
	}
	for _, kind := range catalog.RuleKinds() {
		g := view.SettingsRows{Heading: t.P.T("rule.kind_" + string(kind))}
		for _, r := range t.Set.Catalog.Rules {
			if r.Kind != kind || r.Archived {
				continue
			}
			row := view.SettingsRow{Name: t.Name(r.Names), Line: view.Joined(t.scope(&r.RuleBody), t.does(r)), Href: t.at("/rules/" + string(r.ID))}
			if r.Off {
				row.Chip = view.Chip{Text: t.P.T("rule.off"), Tone: view.Quiet}
			}
			g.Rows = append(g.Rows, row)
		}
		if len(g.Rows) > 0 {
			m.Groups = append(m.Groups, g)
		}
	}
	return t.Show(view.SettingsListPage(m), http.StatusOK)
}

// scope says to what a rule applies, where that is not everything.
func (t *turn) scope(b *catalog.RuleBody) string {
	staff := joined(t, b.Staff, func(s id.Staff) string {
		if m, ok := t.Set.Catalog.StaffMember(s); ok {
			return t.Name(m.Names)
		}
		return ""
	})
	return view.Joined(joined(t, b.Services, t.serviceName), strings.Join(b.Skills, ", "), staff, joined(t, b.Locations, t.placeName), t.dates(b))
}

// dates says in which days a rule applies.
func (t *turn) dates(b *catalog.RuleBody) string {
	from, to := "", ""
	if none := (span.Date{}); b.From != none {
		from = t.P.DateIn(b.From.Start(t.Home).In(t.Home), t.Now.In(t.Home))
	}
	if none := (span.Date{}); b.To != none {
		to = t.P.DateIn(b.To.Start(t.Home).In(t.Home), t.Now.In(t.Home))
	}
	switch {
	case from != "" && to != "":
		return t.P.T("off.span", "from", from, "to", to)
	case from != "":
		return t.P.T("rule.since", "from", from)
	case to != "":
		return t.P.T("rule.until", "to", to)
	}
	return ""
}

// does says in a few words what a rule does; its expression is for the form.
func (t *turn) does(r *catalog.Rule) string {
	switch {
	case r.Limit != nil:
		count := ""
		switch {
		case r.Limit.MaxExpr != "":
		case r.Limit.Minutes:
			count = t.P.Duration(r.Limit.Max)
		default:
			count = t.P.N("rule.visits", r.Limit.Max)
		}
		return view.Joined(count, t.P.T("rule.of_"+r.Limit.Of), t.P.T("rule.per_"+r.Limit.Per))
	case r.Season != nil && r.Season.Closed:
		return t.P.T("rule.season_closed")
	case r.Season != nil && r.Season.Only:
		return t.P.T("rule.season_only")
	case r.Season != nil:
		return t.dearer(r.Season.PricePercent, r.Season.PriceAdd)
	case r.Link != nil:
		return t.P.T("rule.line_"+r.Link.Kind, "other", t.serviceName(r.Link.Other))
	case r.Vary != nil:
		length := ""
		if r.Vary.Percent != 0 {
			length = t.P.T("rule.line_length", "percent", r.Vary.Percent)
		}
		if r.Vary.AddMin != 0 {
			length = view.Joined(length, signed(r.Vary.AddMin)+" "+t.P.T("unit.min"))
		}
		return view.Joined(length, t.dearer(r.Vary.PricePercent, r.Vary.PriceAdd))
	case r.Cutoff != nil:
		return t.P.T("rule.line_cutoff", "cancel", t.P.Duration(r.Cutoff.CancelMin), "move", t.P.Duration(r.Cutoff.MoveMin))
	}
	return ""
}

// dearer says how a price changes.
func (t *turn) dearer(percent int, add *money.Amount) string {
	out := ""
	if percent != 0 {
		out = t.P.T("rule.line_price", "percent", signed(percent))
	}
	if add != nil && add.Amount != 0 {
		out = view.Joined(out, t.P.Money(*add))
	}
	return out
}

func signed(n int) string {
	if n > 0 {
		return "+" + strconv.Itoa(n)
	}
	return strings.Replace(strconv.Itoa(n), "-", "−", 1)
}

// newRule asks which kind of rule it shall be, and offers ready ones.
func (p *Pages) newRule(t *turn) error {
	if t.R.URL.Query().Has("kind") {
		return p.newRuleOf(t)
	}
	f, err := p.Frame(t.Turn, "settings", t.P.T("rule.new"))
	if err != nil {
		return err
	}
	m := view.SettingsList{
		Staff: f, Heading: t.P.T("rule.new"), Line: t.P.T("rule.choose"), Back: view.Link{Text: t.P.T("settings.rules"), Href: t.at("/rules")},
	}
	scratch, ready := view.SettingsRows{Heading: t.P.T("rule.scratch")}, view.SettingsRows{Heading: t.P.T("rule.ready")}
	for _, kind := range catalog.RuleKinds() {
		k := string(kind)
		scratch.Rows = append(scratch.Rows, view.SettingsRow{
			Name: t.P.T("rule.kind_" + k), Line: t.P.T("rule.kind_" + k + "_line"), Href: t.at("/rules/new?kind=" + k),
		})
	}
	for _, e := range policy.Examples() {
		trade := t.Set.Catalog.Business.Preset
		if len(e.Trades) > 0 && trade != "blank" && !slices.Contains(e.Trades, trade) {
			continue
		}
		ready.Rows = append(ready.Rows, view.SettingsRow{
			Name: t.Name(e.Names), Line: t.P.T("rule.kind_" + string(e.Kind)), Href: t.at("/rules/new?kind=" + string(e.Kind) + "&example=" + e.Key),
		})
	}
	m.Groups = []view.SettingsRows{scratch, ready}
	return t.Show(view.SettingsListPage(m), http.StatusOK)
}

func (p *Pages) newRuleOf(t *turn) error {
	kind := catalog.RuleKind(t.R.URL.Query().Get("kind"))
	if !slices.Contains(catalog.RuleKinds(), kind) {
		return fault.Missing("kind of rule")
	}
	r := &catalog.Rule{Kind: kind}
	for _, e := range policy.Examples() {
		if e.Kind == kind && e.Key == t.R.URL.Query().Get("example") {
			r.Names, r.RuleBody = e.Names, e.RuleBody
		}
	}
	e := p.ruleEditor(t, r)
	e.heading, e.at, e.save, e.said = t.P.T("rule.kind_"+string(kind)), "/rules/new?kind="+string(kind), t.P.T("rule.create"), "rule_new"
	e.line = t.P.T("rule.kind_" + string(kind) + "_line")
	e.back = view.Link{Text: t.P.T("rule.new"), Href: t.at("/rules/new")}
	e.anew = true // whatever it began with
	e.read = func(in *form.Input) func(context.Context) error {
		apply := p.readRule(t, in, kind)
		return func(ctx context.Context) error {
			made := catalog.Rule{Kind: kind}
			apply(&made)
			_, err := p.Office.CreateRule(ctx, t.Who, made)
			return err
		}
	}
	return p.edit(t, e)
}

func (p *Pages) rule(t *turn) error {
	want, err := shell.ID[id.Rule](t.Turn, "rule")
	if err != nil {
		return err
	}
	r, err := p.Office.FindRule(t.Ctx(), t.Who, want)
	if err != nil {
		return err
	}
	e := p.ruleEditor(t, r)
	e.heading, e.at, e.said = t.Name(r.Names), "/rules/"+string(want), "saved"
	e.line = t.P.T("rule.kind_" + string(r.Kind) + "_line")
	e.end = &view.Ending{
		Summary: t.P.T("rule.end"), Line: t.P.T("rule.end_line"), Button: t.P.T("rule.end_yes"), Action: t.at(e.at + "/archive"),
	}
	e.read = func(in *form.Input) func(context.Context) error {
		apply := p.readRule(t, in, r.Kind)
		return func(ctx context.Context) error {
			_, err := p.Office.UpdateRule(ctx, t.Who, want, func(r *catalog.Rule) error { apply(r); return nil })
			return err
		}
	}
	return p.edit(t, e)
}

func (p *Pages) archiveRule(t *turn) error {
	want, err := shell.ID[id.Rule](t.Turn, "rule")
	if err != nil {
		return err
	}
	return t.end("/rules", "rule_end", p.Office.ArchiveRule(t.Ctx(), t.Who, want))
}

// unfilled warns of the facts that a rule reads and that nothing fills.
func (t *turn) unfilled(r *catalog.Rule) view.Lacks {
	out := view.Lacks{Text: t.P.T("rule.unfilled")}
	for _, u := range policy.UnfilledIn(t.Set.Catalog, r) {
		step := view.WhyStep{Text: t.P.T("rule.unfilled_one", "fact", u.Fact)}
		if u.Near != "" {
			step.Text = t.P.T("rule.unfilled_near", "fact", u.Fact, "near", u.Near)
		}
		step.Link = view.Link{Text: t.P.T("settings.forms"), Href: t.at("/forms")}
		out.List = append(out.List, step)
	}
	return out
}

func (p *Pages) ruleEditor(t *turn, r *catalog.Rule) editor {
	return editor{
		lacks: t.unfilled(r),
		back:  view.Link{Text: t.P.T("settings.rules"), Href: t.at("/rules")}, done: "/rules", texts: []string{"name", "about"},
		stands: fillRule(r).Values, draw: func(s *form.Sheet) []view.Group { return t.drawRule(s, r.Kind) }, fresh: freshSegment,
		below: view.RuleWords(*t.P, t.ruleWords(r.Kind)),
		path: func(name string) string {
			switch name {
			case "season.price_add.amount", "vary.price_add.amount":
				return name[:len(name)-len(".amount")]
			case "season":
				return "season.sale"
			}
			return name
		},
	}
}

// ruleWords are what expressions of a kind of rule can read.
func (t *turn) ruleWords(kind catalog.RuleKind) []view.RuleWord {
	var out []view.RuleWord
	for _, n := range policy.Names(kind) {
		out = append(out, view.RuleWord{Name: n.Name, Type: t.P.T("rule.type_" + n.Type)})
	}
	return out
}

// priceOf is an amount of a form, none where nothing was typed.
func priceOf(in *form.Input, name, currency string) *money.Amount {
	if in.Text(name) == "" {
		return nil
	}
	a := in.Money(name, currency)
	return &a
}

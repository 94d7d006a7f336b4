package settings

import (
	"errors"
	"strings"

	"kept/catalog"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/view"
	"kept/policy"
	"kept/span"
)

// The bounds of rules, as setup checks them.
const (
	mostCount    = 100_000
	mostDistance = 5 * 525_600 // minutes
	mostPercent  = 1000
	mostCutoff   = 525_600 // minutes
)

func fillRule(r *catalog.Rule) values {
	v := filling()
	v.texts("name", r.Names)
	v.texts("about", r.About)
	v.yes("on", !r.Off)
	v.counted("position", r.Position)
	v.text("when", r.When)
	ids(v, "services", r.Services)
	v.text("skills", strings.Join(r.Skills, ", "))
	ids(v, "staff", r.Staff)
	ids(v, "locations", r.Locations)
	if none := (span.Date{}); r.From != none {
		v.text("from", r.From.String())
	}
	if none := (span.Date{}); r.To != none {
		v.text("to", r.To.String())
	}
	if l := r.Limit; l != nil {
		v.text("limit.of", l.Of)
		v.text("limit.per", l.Per)
		if l.MaxExpr == "" {
			v.number("limit.max", l.Max)
		}
		v.text("limit.max_expr", l.MaxExpr)
		v.yes("limit.minutes", l.Minutes)
	}
	if s := r.Season; s != nil {
		switch {
		case s.Closed:
			v.text("season.sale", "closed")
		case s.Only:
			v.text("season.sale", "only")
		}
		v.price("season.", s.PricePercent, s)
	}
	if l := r.Link; l != nil {
		v.text("link.kind", l.Kind)
		v.text("link.other", string(l.Other))
		v.span("link.least_min", l.LeastMin)
		v.span("link.most_min", l.MostMin)
	}
	if y := r.Vary; y != nil {
		fillSegments(v, "vary.segments", y.Segments)
		v.counted("vary.segment", y.Segment)
		v.counted("vary.add_min", y.AddMin)
		v.counted("vary.percent", y.Percent)
		v.price("vary.", y.PricePercent, y)
	}
	if c := r.Cutoff; c != nil {
		v.span("cutoff.cancel_min", c.CancelMin)
		v.span("cutoff.move_min", c.MoveMin)
	}
	return v
}

// price writes how a season or a variation changes the price.
func (v values) price(at string, percent int, of any) {
	v.counted(at+"price_percent", percent)
	switch of := of.(type) {
	case *catalog.Season:
		if of.PriceAdd != nil {
			v.text(at+"price_add", form.WriteAmount(*of.PriceAdd))
		}
	case *catalog.Vary:
		if of.PriceAdd != nil {
			v.text(at+"price_add", form.WriteAmount(*of.PriceAdd))
		}
	}
}

func (t *turn) drawRule(s *form.Sheet, kind catalog.RuleKind) []view.Group {
	when := s.Code("when", s.T("rule.when")).Hinted(s.T("rule.when_hint", "example", "client.visits >= 3 && slot.hour < 15"))
	if kind == catalog.RuleOffer {
		when = when.Needed()
	} else {
		when = when.Opt()
	}
	scope := view.Group{Legend: s.T("rule.scope"), Hint: s.T("rule.scope_hint"), Fields: []view.Field{
		s.Date("from", s.T("rule.from")).In(view.Half).Opt(), s.Date("to", s.T("rule.to")).In(view.Half).Opt(),
		s.Ticks("services", s.T("settings.services"), t.offers()),
	}}
	if known := t.skills(); len(known) > 0 {
		skills := s.Text("skills", s.T("rule.skills")).Hinted(s.T("rule.skills_hint")).Opt()
		skills.Known = known
		scope.Fields = append(scope.Fields, skills)
	}
	scope.Fields = append(scope.Fields, s.Ticks("staff", s.T("settings.staff"), t.crew()))
	if places := t.places(); len(places) > 1 {
		scope.Fields = append(scope.Fields, s.Ticks("locations", s.T("settings.locations"), places))
	}
	names := s.Texts("name", s.T("rule.name"), false, true)
	for i := range names {
		names[i].Size = view.Whole // they are sentences
	}
	out := []view.Group{{Legend: s.T("rule.names"), Fields: append(names,
		s.Tick("on", s.T("rule.on")).In(view.Half),
		s.Number("position", s.T("rule.position")).In(view.Half).Opt().Hinted(s.T("rule.position_hint")),
	)}, s.Fold(view.Group{Legend: s.T("rule.about"), Fields: s.Texts("about", s.T("rule.about_text"), true, false)})}
	switch kind {
	case catalog.RuleLimit:
		out = append(out, t.drawLimit(s))
	case catalog.RuleSeason:
		out = append(out, t.drawSeason(s))
	case catalog.RuleLink:
		out = append(out, t.drawLink(s))
	case catalog.RuleVary:
		out = append(out, t.drawVary(s)...)
	case catalog.RuleCutoff:
		g := view.Group{Legend: s.T("rule.what"), Fields: spanFields(s, "cutoff.cancel_min", s.T("terms.cancel"))}
		g.Fields = append(g.Fields, spanFields(s, "cutoff.move_min", s.T("terms.move"))...)
		out = append(out, g)
	default: // offer and approve say all with their expression
	}
	condition := view.Group{Legend: s.T("rule.if"), Fields: []view.Field{when}}
	if kind != catalog.RuleOffer && kind != catalog.RuleApprove {
		condition = s.Fold(condition)
	}
	return append(out, condition, scope)
}

func (t *turn) drawLimit(s *form.Sheet) view.Group {
	of := []string{catalog.LimitStaff, catalog.LimitClient, catalog.LimitService, catalog.LimitLocation, catalog.LimitBusiness}
	per := []string{catalog.PerDay, catalog.PerWeek, catalog.PerMonth, catalog.PerActive}
	return view.Group{Legend: s.T("rule.what"), Fields: []view.Field{
		s.Number("limit.max", s.T("rule.max")).In(view.Third),
		s.Choice("limit.of", s.T("rule.of"), form.Options(of, func(o string) string { return s.T("rule.of_" + o) })).In(view.Third),
		s.Choice("limit.per", s.T("rule.per"), form.Options(per, func(o string) string { return s.T("rule.per_" + o) })).In(view.Third),
		s.Tick("limit.minutes", s.T("rule.minutes")),
		s.Code("limit.max_expr", s.T("rule.max_expr")).Opt().Hinted(s.T("rule.max_expr_hint", "example", "client.new ? 1 : 3")),
	}}
}

func (t *turn) drawSeason(s *form.Sheet) view.Group {
	return view.Group{Legend: s.T("rule.what"), Fields: append([]view.Field{s.Choice("season.sale", s.T("rule.sale"), []view.Option{
		{Text: s.T("rule.sale_usual")}, {Value: "closed", Text: s.T("rule.sale_closed")}, {Value: "only", Text: s.T("rule.sale_only")},
	})}, t.priceFields(s, "season.")...)}
}

// priceFields ask how the price differs.
func (t *turn) priceFields(s *form.Sheet, at string) []view.Field {
	return []view.Field{
		s.Number(at+"price_percent", s.T("rule.percent")).In(view.Half).Of("%").Opt().Hinted(s.T("rule.percent_hint")),
		s.Money(at+"price_add", s.T("rule.price_add"), t.Set.Catalog.Business.Currency).In(view.Half).Opt(),
	}
}

func (t *turn) drawLink(s *form.Sheet) view.Group {
	kinds := []string{catalog.LinkRequires, catalog.LinkExcludes}
	g := view.Group{Legend: s.T("rule.what"), Hint: s.T("rule.link_hint"), Fields: []view.Field{
		s.Choice("link.kind", s.T("rule.link"), form.Options(kinds, func(k string) string { return s.T("rule.link_" + k) })).In(view.Half),
		s.Choice("link.other", s.T("rule.other"), t.offers()).In(view.Half),
	}}
	g.Fields = append(g.Fields, spanFields(s, "link.least_min", s.T("rule.least"))...)
	g.Fields = append(g.Fields, spanFields(s, "link.most_min", s.T("rule.most"))...)
	return g
}

func (t *turn) drawVary(s *form.Sheet) []view.Group {
	own := view.Group{Legend: s.T("rule.own"), Hint: s.T("rule.own_hint"), Rows: []view.Rows{t.segmentRows(s, "vary.segments")}}
	return []view.Group{{Legend: s.T("rule.what"), Fields: append([]view.Field{
		s.Number("vary.percent", s.T("rule.longer")).In(view.Third).Of("%").Opt().Hinted(s.T("rule.longer_hint")),
		s.Minutes("vary.add_min", s.T("rule.add_min")).In(view.Third).Opt(),
		s.Number("vary.segment", s.T("rule.segment")).In(view.Third).Opt().Hinted(s.T("rule.segment_hint")),
	}, t.priceFields(s, "vary.")...)}, s.Fold(own)}
}

// readRule reads the form and gives what changes a rule of the kind.
func (p *Pages) readRule(t *turn, in *form.Input, kind catalog.RuleKind) func(*catalog.Rule) {
	next := catalog.Rule{Names: in.Texts("name"), About: in.Texts("about"), Off: !in.Yes("on"), Position: in.Int("position", 0, 1_000_000)}
	needTexts(t, in, "name")
	b := &next.RuleBody
	b.When = in.Text("when")
	b.Services, b.Staff, b.Locations = form.List[id.Service](in, "services"), form.List[id.Staff](in, "staff"), form.List[id.Location](in, "locations")
	b.Skills = wordsOf(in.Text("skills"))
	b.From, b.To = in.Date("from"), in.Date("to")
	noteExpression(in, "when", policy.CheckWhen(kind, b.When))
	if kind == catalog.RuleOffer {
		needText(in, "when")
	}
	currency := t.Set.Catalog.Business.Currency
	switch kind {
	case catalog.RuleLimit:
		b.Limit = &catalog.Limit{
			Of: in.Text("limit.of"), Per: in.Text("limit.per"), Max: in.Int("limit.max", 0, mostCount), MaxExpr: in.Text("limit.max_expr"),
			Minutes: in.Yes("limit.minutes"),
		}
		noteExpression(in, "limit.max_expr", policy.CheckMax(b.Limit.MaxExpr))
	case catalog.RuleSeason:
		b.Season = &catalog.Season{
			Closed: in.Text("season.sale") == "closed", Only: in.Text("season.sale") == "only",
			PricePercent: in.Int("season.price_percent", -100, mostPercent), PriceAdd: priceOf(in, "season.price_add", currency),
		}
	case catalog.RuleLink:
		b.Link = &catalog.Link{
			Kind: in.Text("link.kind"), Other: id.Service(in.Text("link.other")),
			LeastMin: readSpan(in, "link.least_min", mostDistance), MostMin: readSpan(in, "link.most_min", mostDistance),
		}
	case catalog.RuleVary:
		b.Vary = &catalog.Vary{
			Segments: readSegments(in, "vary.segments"), Segment: in.Int("vary.segment", 0, 100),
			AddMin: in.Int("vary.add_min", -mostMinutes, mostMinutes), Percent: in.Int("vary.percent", 0, mostPercent),
			PricePercent: in.Int("vary.price_percent", -100, mostPercent), PriceAdd: priceOf(in, "vary.price_add", currency),
		}
		t.dropForeign(b.Vary.Segments)
	case catalog.RuleCutoff:
		b.Cutoff = &catalog.Cutoff{
			CancelMin: readSpan(in, "cutoff.cancel_min", mostCutoff), MoveMin: readSpan(in, "cutoff.move_min", mostCutoff),
		}
	default: // offer and approve say all with their expression
	}
	return func(r *catalog.Rule) {
		b.Services, b.Staff = kept(b.Services, r.Services, t.offers()), kept(b.Staff, r.Staff, t.crew())
		if len(t.skills()) == 0 {
			b.Skills = r.Skills // it was not asked
		}
		if places := t.places(); len(places) > 1 {
			b.Locations = kept(b.Locations, r.Locations, places)
		} else {
			b.Locations = r.Locations // it was not asked
		}
		if next.Position == 0 {
			next.Position = r.Position
		}
		r.Names, r.About, r.Off, r.Position, r.RuleBody = next.Names, next.About, next.Off, next.Position, next.RuleBody
	}
}

// noteExpression notes what is wrong with an expression: where, and in the
// reader's language why, as far as that can be said without CEL's own words.
func noteExpression(in *form.Input, name string, err error) {
	var bad *policy.BadExpression
	if !errors.As(err, &bad) {
		return
	}
	why := reason(in, bad.Why)
	if bad.Line < 1 {
		in.Wrong = append(in.Wrong, view.FieldError{Field: name, Text: why})
		return
	}
	key := "rule.bad_at"
	if bad.Near != "" {
		key = "rule.bad_near"
	}
	in.Note(name, key, "line", bad.Line, "column", bad.Column, "near", bad.Near, "why", why)
}

// reason says a reason of package policy in the reader's language.
func reason(in *form.Input, why string) string {
	what, meant, asked := strings.Cut(why, " — did you mean ")
	unknown := strings.TrimPrefix(what, "there is no function ")
	name, _, missing := strings.Cut(unknown, " is not known")
	switch {
	case asked:
		return in.P.T("rule.bad_meant", "name", name, "meant", strings.TrimSuffix(meant, "?"))
	case strings.HasSuffix(why, " to rules of this kind"):
		return in.P.T("rule.bad_kind", "name", name)
	case missing, unknown != what:
		return in.P.T("rule.bad_unknown", "name", name)
	}
	if name, which, ok := strings.Cut(why, " does not stand alone; say which: "); ok {
		return in.P.T("rule.bad_alone", "name", name, "which", which)
	}
	switch {
	case strings.HasSuffix(why, "true or false is asked for"):
		return in.P.T("rule.bad_yes_no")
	case strings.HasSuffix(why, "a whole number is asked for"):
		return in.P.T("rule.bad_whole")
	case strings.HasPrefix(why, "may take "):
		return in.P.T("rule.bad_steps")
	case in.P.Lang() == "en":
		return why
	}
	return in.P.T("rule.bad")
}

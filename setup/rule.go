package setup

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"kept/account"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/money"
	"kept/policy"
	"kept/span"
)

// Bounds of rules.
const (
	maxExpression = 1000 // characters
	maxLimit      = 100_000
	maxDistance   = 5 * 525_600 // minutes: five years
	maxPercent    = 1000
)

func (o *Office) rules() noun[catalog.Rule, id.Rule] {
	return noun[catalog.Rule, id.Rule]{
		kind:   "rule",
		all:    func(c *catalog.Catalog) []*catalog.Rule { return c.Rules },
		head:   func(r *catalog.Rule) (*id.Rule, *int, *bool) { return &r.ID, &r.Position, &r.Archived },
		check:  (*change).checkRule,
		insert: recounting(o, o.House.InsertRule, isLimit), update: recounting(o, o.House.UpdateRule, isLimit),
	}
}

// CreateRule makes a rule. Faults Invalid, Forbidden.
func (o *Office) CreateRule(ctx context.Context, who account.Principal, r catalog.Rule) (*catalog.Rule, error) {
	return create(ctx, o, who, o.rules(), r)
}

// recounting lets limits count anew once something was written that says what
// they count.
func recounting[T any](
	o *Office, write func(context.Context, id.Business, *T) error, matters func(*catalog.Catalog, *T) bool,
) func(context.Context, id.Business, *T) error {
	return func(ctx context.Context, business id.Business, v *T) error {
		if err := write(ctx, business, v); err != nil || o.Marks == nil {
			return err
		}
		setting, err := o.Settings.Current(ctx, business)
		if err != nil || !matters(setting.Catalog, v) {
			return err
		}
		return o.Marks.Recount(ctx, business, setting)
	}
}

func isLimit(_ *catalog.Catalog, r *catalog.Rule) bool { return r.Kind == catalog.RuleLimit }

// scoped tells whether a limit counts services by what they need.
func scoped(c *catalog.Catalog, _ *catalog.Service) bool {
	return slices.ContainsFunc(c.Rules, func(r *catalog.Rule) bool {
		return r.Kind == catalog.RuleLimit && !r.Archived && len(r.Skills) > 0
	})
}

// UpdateRule changes a rule; its kind stays. Faults NotFound, Invalid, Forbidden.
func (o *Office) UpdateRule(
	ctx context.Context, who account.Principal, id id.Rule, edit func(*catalog.Rule) error,
) (*catalog.Rule, error) {
	return update(ctx, o, who, o.rules(), id, func(r *catalog.Rule) error {
		kind := r.Kind
		if err := edit(r); err != nil {
			return err
		}
		if r.Kind != kind {
			return fault.BadField("kind", "fixed", "a rule keeps its kind; make another one")
		}
		return nil
	}, nil)
}

// ArchiveRule ends a rule for good. Faults NotFound, Forbidden.
func (o *Office) ArchiveRule(ctx context.Context, who account.Principal, id id.Rule) error {
	return archive(ctx, o, who, o.rules(), id)
}

// FindRule shows a rule. Faults NotFound, Forbidden.
func (o *Office) FindRule(ctx context.Context, who account.Principal, id id.Rule) (*catalog.Rule, error) {
	return show(ctx, o, who, o.rules(), id)
}

// ListRules pages through the rules. Faults Invalid, Forbidden.
func (o *Office) ListRules(ctx context.Context, who account.Principal, page Page[id.Rule]) (List[catalog.Rule, id.Rule], error) {
	return list(ctx, o, who, o.rules(), page)
}

// checkRule notes what is wrong with a rule: its frame, the part of its kind,
// and parts of other kinds.
func (c *change) checkRule(r *catalog.Rule) {
	k := &c.checker
	checkTexts(k, "name", r.Names, true, maxName, false)
	checkTexts(k, "about", r.About, false, maxAbout, true)
	k.Require(slices.Contains(catalog.RuleKinds(), r.Kind), "kind", "unknown", "is no kind of rule")
	k.Text("when", r.When, 0, maxExpression)
	c.expression("when", r.When, policy.CheckWhen(r.Kind, r.When))
	checkReferences(k, "services", r.Services, c.knowsService)
	k.Require(len(r.Skills) <= maxSkills, "skills", "too_long", fmt.Sprintf("must be at most %d", maxSkills))
	for i, skill := range r.Skills[:min(len(r.Skills), maxSkills)] {
		k.Line(fmt.Sprintf("skills[%d]", i), skill, 1, maxWord)
	}
	checkReferences(k, "staff", r.Staff, c.knowsStaff)
	checkReferences(k, "locations", r.Locations, c.knowsLocation)
	zero := span.Date{}
	k.Require(r.From == zero || validDate(r.From), "from", "range", "is no date between 2000 and 2200")
	k.Require(r.To == zero || validDate(r.To), "to", "range", "is no date between 2000 and 2200")
	k.Require(r.From == zero || r.To == zero || !r.To.Before(r.From), "to", "range", "ends before it begins")
	c.part("limit", r.Kind == catalog.RuleLimit, r.Limit != nil)
	c.part("season", r.Kind == catalog.RuleSeason, r.Season != nil)
	c.part("link", r.Kind == catalog.RuleLink, r.Link != nil)
	c.part("vary", r.Kind == catalog.RuleVary, r.Vary != nil)
	c.part("cutoff", r.Kind == catalog.RuleCutoff, r.Cutoff != nil)
	if r.Kind == catalog.RuleOffer || r.Kind == catalog.RuleApprove {
		k.Require(r.Kind == catalog.RuleApprove || r.When != "", "when", "required", "say when times are offered")
	}
	if r.Limit != nil {
		c.checkLimit(r.Limit)
	}
	if r.Season != nil {
		c.checkSeason(r)
	}
	if r.Link != nil {
		c.checkLink(r)
	}
	if r.Vary != nil {
		c.checkVary(r.Vary)
	}
	if r.Cutoff != nil {
		k.Range("cutoff.cancel_min", int64(r.Cutoff.CancelMin), 0, maxNotice)
		k.Range("cutoff.move_min", int64(r.Cutoff.MoveMin), 0, maxNotice)
	}
}

// part notes a part that the kind needs and that is missing, or the other way round.
func (c *change) part(name string, needed, there bool) {
	c.checker.Require(there || !needed, name, "required", "is required for this kind of rule")
	c.checker.Require(needed || !there, name, "unknown", "does not belong to this kind of rule")
}

func (c *change) checkLimit(l *catalog.Limit) {
	k := &c.checker
	of := []string{catalog.LimitBusiness, catalog.LimitLocation, catalog.LimitStaff, catalog.LimitService, catalog.LimitClient}
	per := []string{catalog.PerDay, catalog.PerWeek, catalog.PerMonth, catalog.PerActive}
	k.Require(slices.Contains(of, l.Of), "limit.of", "unknown", "is nothing to count by")
	k.Require(slices.Contains(per, l.Per), "limit.per", "unknown", "is no period")
	k.Require(l.Per != catalog.PerActive || l.Of == catalog.LimitClient, "limit.per", "unknown", "only a client's visits are counted so")
	k.Range("limit.max", int64(l.Max), 0, maxLimit)
	k.Text("limit.max_expr", l.MaxExpr, 0, maxExpression)
	c.expression("limit.max_expr", l.MaxExpr, policy.CheckMax(l.MaxExpr))
}

// expression notes what is wrong with an expression and where: line, column,
// what stands there, the name that was meant.
func (c *change) expression(field, text string, err error) {
	if err != nil && utf8.RuneCountInString(text) <= maxExpression {
		c.checker.Require(false, field, "expression", err.Error())
	}
}

func (c *change) checkSeason(r *catalog.Rule) {
	k, s := &c.checker, r.Season
	k.Require(r.From != span.Date{} || r.To != span.Date{}, "from", "required", "say when the season is")
	k.Require(!s.Closed || !s.Only, "season.only", "exclusive", "is either closed or open only then")
	k.Require(s.Closed || s.Only || s.PricePercent != 0 || s.PriceAdd != nil, "season", "required", "say what differs")
	c.checkPriceChange("season.", s.PricePercent, s.PriceAdd)
}

func (c *change) checkPriceChange(at string, percent int, add *money.Amount) {
	c.checker.Range(at+"price_percent", int64(percent), -100, maxPercent)
	if add != nil {
		if add.Currency == "" {
			add.Currency = c.setting.Catalog.Business.Currency
		}
		c.checker.Range(at+"price_add.amount", add.Amount, -maxPrice, maxPrice)
		c.checker.Require(add.Currency == c.setting.Catalog.Business.Currency, at+"price_add.currency", "currency",
			"must be the business's currency, "+c.setting.Catalog.Business.Currency)
	}
}

func (c *change) checkLink(r *catalog.Rule) {
	k, l := &c.checker, r.Link
	k.Require(l.Kind == catalog.LinkRequires || l.Kind == catalog.LinkExcludes, "link.kind", "unknown", "must be requires or excludes")
	k.Require(c.knowsService(l.Other), "link.other", "unknown", "there is no such service")
	k.Require(len(r.Services)+len(r.Skills) > 0, "services", "required", "say which services")
	k.Range("link.least_min", int64(l.LeastMin), 0, maxDistance)
	k.Range("link.most_min", int64(l.MostMin), 0, maxDistance)
	k.Require(l.MostMin == 0 || l.MostMin >= l.LeastMin, "link.most_min", "range", "is less than the least distance")
}

func (c *change) checkVary(v *catalog.Vary) {
	k := &c.checker
	k.Require(len(v.Segments) <= maxSegments, "vary.segments", "too_long", fmt.Sprintf("must be at most %d", maxSegments))
	for i := range v.Segments[:min(len(v.Segments), maxSegments)] {
		c.checkSegment(fmt.Sprintf("vary.segments[%d].", i), &v.Segments[i])
	}
	k.Range("vary.segment", int64(v.Segment), 0, maxSegments)
	k.Range("vary.add_min", int64(v.AddMin), -maxMinutes, maxMinutes)
	k.Range("vary.percent", int64(v.Percent), 0, maxPercent)
	c.checkPriceChange("vary.", v.PricePercent, v.PriceAdd)
}

func (c *change) knowsService(v id.Service) bool {
	_, ok := c.setting.Catalog.Service(v)
	return ok
}

func (c *change) knowsStaff(v id.Staff) bool {
	_, ok := c.setting.Catalog.StaffMember(v)
	return ok
}

package policy

import (
	"errors"
	"fmt"
	"slices"

	"kept/catalog"
	"kept/id"
)

// Book is a configuration's rules, compiled. It is immutable, safe for
// concurrent use, and all its methods but Cutoff work on a nil Book, which has
// no rules.
type Book struct {
	catalog  *catalog.Catalog
	prices   []*rule // variation and seasons with a price, in the owner's order
	limits   []*rule
	seasons  []*rule // those that close
	links    []*rule
	offers   []*rule
	approves []*rule
	cutoffs  []*rule
	picky    bool // some staff member's preferences bar times
}

// rule is one of the owner's with its expressions compiled.
type rule struct {
	*catalog.Rule
	when   *expression // nil: always holds
	max    *expression // nil: the limit's Max
	broken error       // an expression that does not compile any more
}

// Compile makes the book of a configuration. It always gives a book that can
// be used: an error names the rules whose expression does not compile any
// more, and such a rule "cannot tell" wherever it is asked.
func Compile(c *catalog.Catalog) (*Book, error) {
	b := &Book{catalog: c}
	b.picky = slices.ContainsFunc(c.Staff, func(s *catalog.Staff) bool { return !s.Archived && picky(&s.Preferences) })
	compiler := compiler{languages: map[catalog.RuleKind]*language{}}
	var broken []error
	for _, r := range c.Rules {
		if r.Off || r.Archived {
			continue
		}
		body, concerns := c.Scope(r.RuleBody)
		if !concerns {
			continue
		}
		one := &rule{Rule: r}
		if len(r.Skills) > 0 {
			scoped := *r
			scoped.RuleBody = body
			one.Rule = &scoped
		}
		if one.broken = compiler.rule(one); one.broken != nil {
			broken = append(broken, fmt.Errorf("policy: rule %s: %w", r.ID, one.broken))
		}
		b.file(one)
	}
	return b, errors.Join(broken...)
}

// file puts a rule where it will be looked for; one without its part says nothing.
func (b *Book) file(r *rule) {
	switch {
	case r.Kind == catalog.RuleOffer && (r.when != nil || r.broken != nil):
		b.offers = append(b.offers, r)
	case r.Kind == catalog.RuleApprove:
		b.approves = append(b.approves, r)
	case r.Kind == catalog.RuleLimit && r.Limit != nil:
		b.limits = append(b.limits, r)
	case r.Kind == catalog.RuleLink && r.Link != nil:
		b.links = append(b.links, r)
	case r.Kind == catalog.RuleCutoff && r.Cutoff != nil:
		b.cutoffs = append(b.cutoffs, r)
	case r.Kind == catalog.RuleVary && r.Vary != nil:
		b.prices = append(b.prices, r)
	case r.Kind == catalog.RuleSeason && r.Season != nil:
		if r.Season.Closed || r.Season.Only {
			b.seasons = append(b.seasons, r)
		}
		if r.Season.PricePercent != 0 || r.Season.PriceAdd != nil {
			b.prices = append(b.prices, r)
		}
	}
}

// compiler makes each kind's language once.
type compiler struct {
	languages map[catalog.RuleKind]*language
}

func (c *compiler) rule(r *rule) error {
	var err error
	if r.when, err = c.expression(r.Kind, r.When); err != nil {
		return err
	}
	if r.Limit != nil {
		r.max, err = c.expression(kindMax, r.Limit.MaxExpr)
	}
	return err
}

func (c *compiler) expression(kind catalog.RuleKind, text string) (*expression, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no expression is a value: it always holds
	}
	l := c.languages[kind]
	if l == nil {
		var err error
		if l, err = newLanguage(kind); err != nil {
			return nil, err
		}
		c.languages[kind] = l
	}
	e, bad := l.compile(text)
	if bad != nil {
		return nil, bad
	}
	return e, nil
}

// None tells that nothing in the book ever shuts, changes or asks anything.
func (b *Book) None() bool {
	return b == nil || len(b.prices) == 0 && len(b.limits) == 0 && len(b.seasons) == 0 && len(b.links) == 0 &&
		len(b.offers) == 0 && len(b.approves) == 0 && len(b.cutoffs) == 0 && !b.picky
}

// about tells whether the rule's scope holds the service and the location.
// Unlike the catalog's Covers, a rule about places says nothing where the
// place is not known.
func (r *rule) about(service id.Service, location id.Location) bool {
	return (len(r.Services) == 0 || slices.Contains(r.Services, service)) &&
		(len(r.Locations) == 0 || slices.Contains(r.Locations, location))
}

// by tells whether the rule's scope holds the staff member.
func (r *rule) by(staff id.Staff) bool {
	return len(r.Staff) == 0 || slices.Contains(r.Staff, staff)
}

// uses says on what the rule's expression depends.
func (r *rule) uses() uses {
	if r.when == nil {
		return 0
	}
	return r.when.uses
}

// holds asks the rule's expression. The error tells why it cannot tell.
func (r *rule) holds(s *scene) (bool, error) {
	switch {
	case r.broken != nil:
		return false, r.broken
	case r.when == nil:
		return true, nil
	}
	out, _, err := r.when.program.Eval(s)
	if err != nil {
		return false, err
	}
	if truth, ok := out.Value().(bool); ok {
		return truth, nil
	}
	return false, errors.New("gives " + out.Type().TypeName() + " where true or false is asked for")
}

package policy

import (
	"slices"
	"strings"

	"kept/catalog"
	"kept/client"
)

// Unfilled is a fact that an expression reads by name and that nothing fills.
type Unfilled struct {
	Fact string
	Near string // the name that may have been meant; empty for none
}

// UnfilledIn lists the facts that a rule reads while neither the cards know them
// nor any question fills them, by name: a slip of the pen, or what staff have to
// write on the cards by hand. It warns; the rule is right all the same.
func UnfilledIn(c *catalog.Catalog, r *catalog.Rule) []Unfilled {
	read := factsIn(r.Kind, r.When)
	if r.Limit != nil {
		read = append(read, factsIn(kindMax, r.Limit.MaxExpr)...)
	}
	if len(read) == 0 {
		return nil
	}
	filled := client.FactNames()
	for _, f := range c.Forms {
		for _, q := range f.Fields {
			if q.Fact != "" && !f.Archived {
				filled = append(filled, q.Fact)
			}
		}
	}
	slices.Sort(read)
	var out []Unfilled
	for _, fact := range slices.Compact(read) {
		if !slices.Contains(filled, fact) {
			out = append(out, Unfilled{Fact: fact, Near: nearest(fact, filled)})
		}
	}
	return out
}

// factsIn lists the facts that an expression reads by name; none where it is no
// expression.
func factsIn(kind catalog.RuleKind, text string) []string {
	if !strings.Contains(text, "facts") { // most read none, and need no compiler to say so
		return nil
	}
	l, err := newLanguage(kind)
	if err != nil {
		return nil
	}
	e, bad := l.compile(text)
	if bad != nil {
		return nil
	}
	return e.facts
}

package policy

import (
	"fmt"
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"

	"kept/catalog"
)

// kindMax stands for a limit's MaxExpr where the kind of a rule is asked for.
const kindMax catalog.RuleKind = "max"

// reads lists the names that expressions of rules of a kind may read. What is
// judged for whole days knows no hour; what a whole visit is judged by knows no
// staff member; the number of a limit depends on the client alone.
func reads(kind catalog.RuleKind) []name {
	var not uses
	switch kind {
	case catalog.RuleOffer, catalog.RuleApprove, catalog.RuleCutoff:
	case catalog.RuleVary:
		not = usesHour | usesMinute | usesMinuteOfDay | usesMinutesAhead | usesLoad | usesNow // a price does not change while one hesitates
	case kindMax:
		not = usesAll &^ (usesClient | usesDate | usesNow)
	case catalog.RuleSeason: // it closes and it prices
		not = usesHour | usesMinute | usesMinuteOfDay | usesMinutesAhead | usesLoad | usesStaff | usesNow
	default:
		not = usesHour | usesMinute | usesMinuteOfDay | usesMinutesAhead | usesLoad | usesStaff
	}
	return slices.DeleteFunc(names(), func(n name) bool {
		return n.uses&not != 0 ||
			kind == kindMax && n.of != ofClient && n.of != ofSubject && n.of != ofHistory
	})
}

// language is what an expression of one kind of rule may say.
type language struct {
	kind  catalog.RuleKind
	env   *cel.Env
	names map[string]map[string]name // by variable and field
}

// newLanguage makes the language of a kind; it takes a fraction of a millisecond.
func newLanguage(kind catalog.RuleKind) (*language, error) {
	l := &language{kind: kind, names: map[string]map[string]name{}}
	var vars []cel.EnvOption
	for _, n := range reads(kind) {
		if l.names[n.of] == nil {
			l.names[n.of] = map[string]name{}
			vars = append(vars, cel.Variable(n.of, cel.ObjectType(typePrefix+n.of)))
		}
		l.names[n.of][n.field] = n
	}
	env, err := cel.NewEnv(append(vars,
		cel.CustomTypeProvider(&provider{Provider: types.NewEmptyRegistry(), names: l.names}),
		cel.CustomTypeAdapter(types.DefaultTypeAdapter),
		cel.CrossTypeNumericComparisons(true),
		cel.DefaultUTCTimeZone(true),
		cel.ParserExpressionSizeLimit(maxLength),
		cel.ParserRecursionLimit(maxDepth),
		cel.ExpressionNodeLimit(maxLength),
		cel.RegexProgramSizeLimit(100),
	)...)
	if err != nil {
		return nil, fmt.Errorf("policy: cannot make the language of %s rules: %w", kind, err)
	}
	l.env = env
	return l, nil
}

const typePrefix = "kept."

// provider gives CEL the types of our variables with getters on the scene.
type provider struct {
	types.Provider
	names map[string]map[string]name
}

func (p *provider) fields(typeName string) map[string]name {
	if len(typeName) <= len(typePrefix) || typeName[:len(typePrefix)] != typePrefix {
		return nil
	}
	return p.names[typeName[len(typePrefix):]]
}

// FindStructType implements types.Provider.
func (p *provider) FindStructType(typeName string) (*types.Type, bool) {
	if p.fields(typeName) == nil {
		return p.Provider.FindStructType(typeName)
	}
	return types.NewTypeTypeWithParam(types.NewObjectType(typeName)), true
}

// FindStructFieldNames implements types.Provider.
func (p *provider) FindStructFieldNames(typeName string) ([]string, bool) {
	fields := p.fields(typeName)
	out := make([]string, 0, len(fields))
	for f := range fields {
		out = append(out, f)
	}
	slices.Sort(out)
	return out, fields != nil
}

// FindStructFieldType implements types.Provider.
func (p *provider) FindStructFieldType(typeName, field string) (*types.FieldType, bool) {
	n, ok := p.fields(typeName)[field]
	if !ok {
		return nil, false
	}
	return &types.FieldType{
		Type:  n.typ,
		IsSet: func(target any) bool { return n.get(target.(*scene)) != nil },
		GetFrom: func(target any) (any, error) {
			if v := n.get(target.(*scene)); v != nil {
				return v, nil
			}
			return nil, errUnknown{n.of + "." + n.field}
		},
	}, true
}

// errUnknown tells that an expression reads what is not known of this client.
type errUnknown struct{ name string } //nolint:errname // as BadExpression

// Error implements error.
func (e errUnknown) Error() string { return e.name + " is not known" }

// sizes tells the cost estimator how large what we hand in may be.
type sizes struct{}

// Sizes of what is handed in: characters of a text, entries of a list or map.
const (
	maxText    = 100
	maxEntries = 50
)

// EstimateSize implements cost.Estimator.
func (sizes) EstimateSize(n cost.AstNode) *cost.SizeEstimate {
	if n.ComputedSize() != nil || len(n.Path()) == 0 {
		return nil
	}
	switch n.Type().Kind() {
	case types.ListKind, types.MapKind:
		return &cost.SizeEstimate{Min: 0, Max: maxEntries}
	case types.StringKind, types.DynKind:
		return &cost.SizeEstimate{Min: 0, Max: maxText}
	default:
		return nil
	}
}

// EstimateCallCost implements cost.Estimator.
func (sizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate { //nolint:gocritic // the interface's
	return nil
}

// boundless knows no sizes: what is cheap all the same is cheap whatever is handed in.
type boundless struct{ sizes }

// EstimateSize implements cost.Estimator.
func (boundless) EstimateSize(cost.AstNode) *cost.SizeEstimate { return nil }

// expression is one that was compiled.
type expression struct {
	program cel.Program
	uses    uses
	facts   []string // of the subject, that it reads by name
}

// compile compiles a text to the type that the kind asks for.
func (l *language) compile(text string) (*expression, *BadExpression) {
	if n := len([]rune(text)); n > maxLength {
		return nil, &BadExpression{Why: fmt.Sprintf("is %d characters long, %d are allowed", n, maxLength)}
	}
	parsed, issues := l.env.Parse(text)
	if issues.Err() != nil {
		return nil, l.unreadable(text, issues)
	}
	w, bad := l.walk(parsed.NativeRep())
	if bad != nil {
		return nil, bad.place(text)
	}
	checked, issues := l.env.Check(parsed)
	if issues.Err() != nil {
		return nil, l.mistyped(text, issues)
	}
	if bad := l.result(checked); bad != nil {
		return nil, bad
	}
	estimate, err := l.env.EstimateCost(checked, sizes{})
	switch {
	case err != nil:
		return nil, &BadExpression{Why: "cannot be judged: " + err.Error()}
	case estimate.Max > maxCost:
		return nil, &BadExpression{Why: fmt.Sprintf("may take %d steps, %d are allowed: use fewer lists and texts in each other", estimate.Max, maxCost)}
	}
	options := []cel.ProgramOption{cel.EvalOptions(cel.OptOptimize)}
	if worst, err := l.env.EstimateCost(checked, boundless{}); err != nil || worst.Max > maxCost {
		options = append(options, cel.CostLimit(maxCost)) // counting takes as long as the rest, so only where it can matter
	}
	program, err := l.env.Program(checked, options...)
	if err != nil {
		return nil, &BadExpression{Why: err.Error()}
	}
	return &expression{program: program, uses: w.read, facts: w.facts}, nil
}

// result checks the type of what comes out.
func (l *language) result(checked *cel.Ast) *BadExpression {
	got := checked.OutputType()
	want, called := types.BoolType, "true or false"
	if l.kind == kindMax {
		want, called = types.IntType, "a whole number"
	}
	if got.IsExactType(want) || got.Kind() == types.DynKind {
		return nil
	}
	return &BadExpression{Line: 1, Column: 1, Why: "gives " + typeName(got) + " where " + called + " is asked for"}
}

// typeName says a type in plain words.
func typeName(t *types.Type) string {
	switch t.Kind() {
	case types.IntKind, types.UintKind:
		return "a whole number"
	case types.DoubleKind:
		return "a number"
	case types.StringKind:
		return "a text"
	case types.BoolKind:
		return "true or false"
	case types.ListKind:
		return "a list"
	case types.MapKind:
		return "a map"
	default:
		return t.String()
	}
}

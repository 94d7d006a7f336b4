package policy

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// walker reads a parsed expression: which names it uses, and the first of them
// that is wrong. CEL's own checker would find the wrong ones too, but it says
// "undeclared reference" where a person needs the name that they meant.
type walker struct {
	l     *language
	info  *ast.SourceInfo
	bound []string // variables of comprehensions around the place
	read  uses
	facts []string // of the subject, by name
	wrong *BadExpression
}

// walk tells what an expression depends on, and what cannot be right in it.
func (l *language) walk(a *ast.AST) (*walker, *BadExpression) {
	w := &walker{l: l, info: a.SourceInfo()}
	w.expr(a.Expr())
	return w, w.wrong
}

func (w *walker) expr(e ast.Expr) {
	if w.wrong != nil {
		return
	}
	switch e.Kind() {
	case ast.IdentKind:
		w.ident(e)
	case ast.SelectKind:
		s := e.AsSelect()
		if readsFacts(s.Operand()) {
			w.facts = append(w.facts, s.FieldName())
		}
		if s.Operand().Kind() != ast.IdentKind || !w.field(s.Operand(), s.FieldName()) {
			w.expr(s.Operand())
		}
	case ast.CallKind:
		w.call(e)
	case ast.ListKind:
		w.each(e.AsList().Elements())
	case ast.MapKind:
		for _, entry := range e.AsMap().Entries() {
			m := entry.AsMapEntry()
			w.each([]ast.Expr{m.Key(), m.Value()})
		}
	case ast.StructKind:
		w.fail(e, "things are not made here; only read")
	case ast.ComprehensionKind:
		w.comprehension(e.AsComprehension())
	default:
	}
}

// readsFacts tells whether an expression is subject.facts.
func readsFacts(e ast.Expr) bool {
	if e.Kind() != ast.SelectKind || e.AsSelect().FieldName() != "facts" {
		return false
	}
	of := e.AsSelect().Operand()
	return of.Kind() == ast.IdentKind && of.AsIdent() == ofSubject
}

func (w *walker) each(list []ast.Expr) {
	for _, e := range list {
		w.expr(e)
	}
}

func (w *walker) comprehension(c ast.ComprehensionExpr) {
	w.each([]ast.Expr{c.IterRange(), c.AccuInit()})
	n := len(w.bound)
	w.bound = append(w.bound, c.IterVar(), c.IterVar2(), c.AccuVar())
	w.each([]ast.Expr{c.LoopCondition(), c.LoopStep(), c.Result()})
	w.bound = w.bound[:n]
}

func (w *walker) call(e ast.Expr) {
	c := e.AsCall()
	if args := c.Args(); c.FunctionName() == operators.Index && readsFacts(args[0]) && args[1].Kind() == ast.LiteralKind {
		if key, ok := args[1].AsLiteral().Value().(string); ok {
			w.facts = append(w.facts, key)
		}
	}
	if !w.l.env.HasFunction(c.FunctionName()) {
		why := "there is no function " + c.FunctionName() + "()"
		if near := nearest(c.FunctionName(), w.functions()); near != "" {
			why += " — did you mean " + near + "()?"
		}
		w.fail(e, why)
		return
	}
	if c.IsMemberFunction() {
		w.expr(c.Target())
	}
	w.each(c.Args())
}

// functions lists those that a person can write by name.
func (w *walker) functions() []string {
	var out []string
	for name := range w.l.env.Functions() {
		if !strings.ContainsAny(name, "_@!-") {
			out = append(out, name)
		}
	}
	for _, m := range w.l.env.Macros() {
		out = append(out, m.Function())
	}
	slices.Sort(out)
	return out
}

// ident looks at a name that stands alone.
func (w *walker) ident(e ast.Expr) {
	n := e.AsIdent()
	switch {
	case slices.Contains(w.bound, n):
	case w.l.names[n] != nil:
		w.fail(e, n+" does not stand alone; say which: "+strings.Join(w.l.of(n), ", "))
	default:
		w.fail(e, w.l.unknown("", n))
	}
}

// field looks at "variable.field" and tells whether it was one.
func (w *walker) field(operand ast.Expr, field string) bool {
	n := operand.AsIdent()
	if slices.Contains(w.bound, n) {
		return false
	}
	if found, ok := w.l.names[n][field]; ok {
		w.read |= found.uses
		return true
	}
	w.fail(operand, w.l.unknown(n, field))
	return true
}

func (w *walker) fail(e ast.Expr, why string) {
	if w.wrong == nil {
		at := w.info.GetStartLocation(e.ID())
		w.wrong = &BadExpression{Line: max(at.Line(), 1), Column: max(at.Column(), 0) + 1, Why: why}
	}
}

// of lists the full names of a variable's fields.
func (l *language) of(variable string) []string {
	var out []string
	for f := range l.names[variable] {
		out = append(out, variable+"."+f)
	}
	slices.Sort(out)
	return out
}

// unknown says that a name is not known and which one may have been meant.
// With an empty variable, field stood alone.
func (l *language) unknown(variable, field string) string {
	full := strings.TrimPrefix(variable+"."+field, ".")
	for _, n := range names() {
		if n.of == variable && (n.field == field || l.names[variable] == nil) {
			return full + " is not known to rules of this kind"
		}
	}
	if fields := l.names[variable]; fields != nil {
		if near := nearest(field, slices.Sorted(maps.Keys(fields))); near != "" {
			return full + " is not known — did you mean " + variable + "." + near + "?"
		}
		return full + " is not known; there are " + strings.Join(l.of(variable), ", ")
	}
	variables := slices.Sorted(maps.Keys(l.names))
	if variable != "" {
		if near := nearest(variable, variables); near != "" {
			if exact := nearest(field, slices.Sorted(maps.Keys(l.names[near]))); exact != "" {
				near += "." + exact
			}
			return full + " is not known — did you mean " + near + "?"
		}
	}
	for _, v := range variables {
		if near := nearest(field, slices.Sorted(maps.Keys(l.names[v]))); variable == "" && near != "" {
			return full + " is not known — did you mean " + v + "." + near + "?"
		}
	}
	return full + " is not known; there are " + strings.Join(variables, ", ") + "; texts stand in quotation marks"
}

// nearest gives the name that differs least, empty when none is near.
func nearest(word string, from []string) string {
	best, least := "", len(word)/3+1 // "age" is not "name"
	for _, f := range from {
		if d := distance(word, f); d < least {
			best, least = f, d
		}
	}
	return best
}

// distance is the restricted one of Damerau and Levenshtein: letters to put
// in, take out, replace, or change with their neighbour.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}

// place adds what stands at the place.
func (e *BadExpression) place(text string) *BadExpression {
	lines := strings.Split(text, "\n")
	if e.Line < 1 || e.Line > len(lines) {
		return e
	}
	line := []rune(strings.TrimSuffix(lines[e.Line-1], "\r"))
	from := min(max(e.Column-1, 0), len(line))
	to := min(from+maxNear, len(line))
	e.Near = strings.TrimSpace(string(line[from:to]))
	if to < len(line) {
		e.Near += "…"
	}
	return e
}

// at gives the character at a location, 0 when there is none.
func at(text string, l common.Location) rune {
	lines := strings.Split(text, "\n")
	if l.Line() < 1 || l.Line() > len(lines) {
		return 0
	}
	if line := []rune(lines[l.Line()-1]); l.Column() >= 0 && l.Column() < len(line) {
		return line[l.Column()]
	}
	return 0
}

const maxNear = 30 // characters of the snippet

// first makes an error of the first of CEL's.
func first(text string, issues *cel.Issues, say func(*common.Error) string) *BadExpression {
	list := issues.Errors()
	if len(list) == 0 {
		return &BadExpression{Why: "is no expression"}
	}
	e := list[0]
	bad := &BadExpression{Line: max(e.Location.Line(), 1), Column: max(e.Location.Column(), 0) + 1, Why: say(e)}
	return bad.place(text)
}

// unreadable says where a text stops being an expression.
func (l *language) unreadable(text string, issues *cel.Issues) *BadExpression {
	return first(text, issues, func(e *common.Error) string {
		m := strings.TrimPrefix(e.Message, "Syntax error: ")
		switch {
		case strings.Contains(m, "'<EOF>'"):
			return "ends too early"
		case strings.Contains(m, "limit") || strings.Contains(m, "recursion") || strings.Contains(m, "nest"):
			return m
		case at(text, e.Location) == '=':
			return "this does not belong here: equal is written =="
		default:
			return "this does not belong here"
		}
	})
}

// mistyped says what does not go together.
func (l *language) mistyped(text string, issues *cel.Issues) *BadExpression {
	overload := regexp.MustCompile(`^found no matching overload for '([^']*)' applied to '(.*)'$`)
	return first(text, issues, func(e *common.Error) string {
		m := overload.FindStringSubmatch(e.Message)
		if m == nil {
			return e.Message
		}
		called := m[1]
		if shown, ok := operators.FindReverse(m[1]); ok && shown != "" {
			called = shown
		}
		why := called + " does not go with " + plain(m[2])
		if m[2] == "(double, int)" || m[2] == "(int, double)" {
			why += "; write the whole number with a point: 45.0"
		}
		return why
	})
}

// plain turns CEL's list of types "(int, string)" into words.
func plain(list string) string {
	target, args, method := strings.Cut(list, ".(")
	if method {
		list = target + ", " + args
	}
	parts := strings.Split(strings.Trim(list, "()"), ", ")
	known := map[string]*types.Type{
		"int": types.IntType, "uint": types.UintType, "double": types.DoubleType, "string": types.StringType, "bool": types.BoolType,
	}
	for i, p := range parts {
		switch t := known[p]; {
		case t != nil:
			parts[i] = typeName(t)
		case strings.HasPrefix(p, "list("):
			parts[i] = "a list"
		case strings.HasPrefix(p, "map("):
			parts[i] = "a map"
		}
	}
	return strings.Join(parts, " and ")
}

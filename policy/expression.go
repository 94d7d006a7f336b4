package policy

import (
	"strconv"

	"kept/catalog"
)

// Bounds of an expression.
const (
	maxLength = 1000  // characters
	maxDepth  = 40    // of brackets and operators in each other
	maxCost   = 2_000 // as estimated when it is saved, and as counted when it runs; a comparison costs about 1 to 3
)

// BadExpression says what is wrong with an expression, and where.
type BadExpression struct { //nolint:errname // reads as money.ErrCurrency does
	Line   int    // from 1
	Column int    // from 1, in characters
	Near   string // what stands there
	Why    string // English, safe to show
}

// Error implements error.
func (e *BadExpression) Error() string {
	s := e.Why
	if e.Line > 0 {
		at := strconv.Itoa(e.Line) + ":" + strconv.Itoa(e.Column)
		if e.Near != "" {
			at += " near “" + e.Near + "”"
		}
		s = at + ": " + s
	}
	return s
}

// CheckWhen compiles and type-checks the When of a rule of a kind; empty is
// right. The error is a *BadExpression.
func CheckWhen(kind catalog.RuleKind, text string) error { return check(kind, text) }

// CheckMax compiles and type-checks a limit's MaxExpr; empty is right. The
// error is a *BadExpression.
func CheckMax(text string) error { return check(kindMax, text) }

func check(kind catalog.RuleKind, text string) error {
	if text == "" {
		return nil
	}
	l, err := newLanguage(kind)
	if err != nil {
		return err
	}
	if _, bad := l.compile(text); bad != nil {
		return bad
	}
	return nil
}

package arch

import (
	"go/ast"
	"path"
	"slices"
)

// A Rule is one thing that holds everywhere in the tree.
type Rule struct {
	Name   string
	Reason string
	// Except names what the rule does not hold for, as the rule reports it, with the reason.
	Except map[string]string

	check func(t *Tree) []string
}

// Rules are all rules, in the order of the house.
func Rules() []Rule {
	return slices.Concat(domainRules(), machineryRules(), codeRules(), testRules())
}

// Broken returns what breaks the rule, each with its place, without the exceptions.
func (r Rule) Broken(t *Tree) []string {
	found := r.check(t)
	slices.Sort(found)
	return slices.DeleteFunc(slices.Compact(found), func(one string) bool {
		_, excepted := r.Except[one]
		return excepted
	})
}

// Stale returns the exceptions that except nothing any more.
func (r Rule) Stale(t *Tree) []string {
	found := r.check(t)
	var stale []string
	for one := range r.Except {
		if !slices.Contains(found, one) {
			stale = append(stale, one)
		}
	}
	slices.Sort(stale)
	return stale
}

// each makes a check of one for a single hand-written file.
func each(look func(t *Tree, f *File) []string) func(t *Tree) []string {
	return func(t *Tree) []string {
		var found []string
		for _, f := range t.Files {
			if !f.Generated {
				found = append(found, look(t, f)...)
			}
		}
		return found
	}
}

// imports makes a check of one for a single import, which returns what is wrong with it or "". Generated files
// are looked at too: an import weighs the same whoever wrote it.
func imports(look func(f *File, imported string) string) func(t *Tree) []string {
	return func(t *Tree) []string {
		var found []string
		for _, f := range t.Files {
			for _, imported := range f.Imports() {
				if wrong := look(f, imported); wrong != "" {
					found = append(found, f.Path+" imports "+wrong)
				}
			}
		}
		return found
	}
}

// forbid makes a check that no file of the rings lowest to highest, tests aside, imports one of the packages.
func forbid(lowest, highest int, packages ...string) func(t *Tree) []string {
	return imports(func(f *File, imported string) string {
		ring, domain := inDomain(f.Dir())
		return when(domain && ring >= lowest && ring <= highest && !f.Test && slices.Contains(packages, imported), imported)
	})
}

// calls visits every call of a function pkg.name through its import, under whatever name it is imported.
func calls(f *File, pkg string, visit func(call ast.Node, name string)) {
	local := ""
	for _, spec := range f.Syntax.Imports {
		if spec.Path.Value == `"`+pkg+`"` {
			if local = path.Base(pkg); spec.Name != nil {
				local = spec.Name.Name
			}
		}
	}
	if local == "" {
		return
	}
	ast.Inspect(f.Syntax, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			if base, ok := selector.X.(*ast.Ident); ok && base.Name == local {
				visit(selector, selector.Sel.Name)
			}
		}
		return true
	})
}

func only(so bool, what string) []string {
	if so {
		return []string{what}
	}
	return nil
}

func when(so bool, what string) string {
	if so {
		return what
	}
	return ""
}

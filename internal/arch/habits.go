package arch

import (
	"go/ast"
	"slices"
	"strings"
)

// codeRules are those about what stands inside a file.
func codeRules() []Rule {
	return []Rule{
		{
			Name:   "the domain does not read the clock",
			Reason: "`now` is an argument or comes from the injected clock: else tests sleep, demos cannot jump and a replay lies",
			check: each(func(t *Tree, f *File) []string {
				var found []string
				if _, domain := inDomain(f.Dir()); domain && !f.Test {
					calls(f, "time", func(call ast.Node, name string) {
						if slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "Tick", "NewTimer", "NewTicker", "AfterFunc"}, name) {
							found = append(found, t.line(f, call)+" time."+name)
						}
					})
				}
				return found
			}),
		},
		{
			Name:   "one place hands out cookies",
			Reason: "internal/web.Jar names them, so that none goes without __Host- where the site is https",
			check: each(func(t *Tree, f *File) []string {
				var found []string
				if f.Path != "internal/web/jar.go" && !f.Test {
					calls(f, "net/http", func(call ast.Node, name string) {
						if name == "SetCookie" {
							found = append(found, t.line(f, call))
						}
					})
				}
				return found
			}),
		},
		{
			Name:   "no init functions",
			Reason: "what happens at start is written in internal/app, in an order one can read",
			check: each(func(t *Tree, f *File) []string {
				var found []string
				for _, decl := range f.Syntax.Decls {
					if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
						found = append(found, t.line(f, fn))
					}
				}
				return found
			}),
		},
		{
			Name:   "every package tells its story",
			Reason: "the package comment is where a reader starts; one that cannot be written means a package that should not be",
			check:  stories,
		},
		{
			Name:   "no package called util",
			Reason: "a package named for nothing collects everything; name what it is about",
			check: each(func(_ *Tree, f *File) []string {
				name := strings.TrimSuffix(f.Syntax.Name.Name, "_test")
				return only(slices.Contains([]string{"util", "utils", "common", "helper", "helpers", "types", "models", "manager", "service", "misc"}, name), f.Path)
			}),
		},
	}
}

// testRules are those about tests.
func testRules() []Rule {
	return []Rule{
		{
			Name:   "no skipped tests",
			Reason: "a skipped test looks like a passed one; what it needs is installed by `make test`, or it fails and says what to type",
			check: each(func(t *Tree, f *File) []string {
				return methods(t, f, "Skip", "Skipf", "SkipNow")
			}),
		},
		{
			Name: "tests do not sleep",
			Reason: "a sleep is too short on a slow machine and too long on a fast one: wait for a signal, step the injected clock, " +
				"or run in a synctest bubble, where sleeping costs nothing",
			check: each(func(t *Tree, f *File) []string {
				var found []string
				if f.Test && !slices.Contains(f.Imports(), "testing/synctest") {
					calls(f, "time", func(call ast.Node, name string) {
						if name == "Sleep" {
							found = append(found, t.line(f, call))
						}
					})
				}
				return found
			}),
		},
	}
}

// methods finds calls of a method of one of the names on a test's handle.
func methods(t *Tree, f *File, names ...string) []string {
	var found []string
	if !f.Test {
		return nil
	}
	ast.Inspect(f.Syntax, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok {
			return true
		}
		selector, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || !slices.Contains(names, selector.Sel.Name) {
			return true
		}
		if on, ok := selector.X.(*ast.Ident); ok && slices.Contains([]string{"t", "b", "f", "tb", "rt"}, on.Name) {
			found = append(found, t.line(f, call))
		}
		return true
	})
	return found
}

// stories finds packages, generated ones aside, without a package comment of at least one whole sentence.
func stories(t *Tree) []string {
	var found []string
	for _, dir := range t.Dirs() {
		written, told := false, false
		for _, f := range t.In(dir) {
			if f.Test || f.Generated {
				continue
			}
			written = true
			if doc := f.Syntax.Doc.Text(); strings.Contains(doc, ".") && strings.Contains(doc, " ") {
				told = true
			}
		}
		if written && !told {
			found = append(found, dir)
		}
	}
	return found
}

// Command budget measures the sizes that keep the house readable and fails past the hard stops.
//
// A budget is what good code bases of this kind stay within; going over it is reported, so that it is a choice
// and not an accident. A hard stop is where reading ends: the command prints FAIL and leaves with status 1.
// Generated code counts for nothing; tests are measured for the report alone, since a long table is no burden.
//
//	go run ./internal/arch/budget        measures the module in the working directory
package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"kept/internal/arch"
)

// The budgets, and the hard stop behind the first two.
const (
	fileLines, fileStop = 400, 600
	funcLines, funcStop = 60, 100
	packageLines        = 2500
	manyLines           = 30_000 // from here on a package may be a tenth of the code
	ownImports          = 6      // packages of ours that one package imports, ring 0 not counted
)

func main() {
	stops, err := report(os.Stdout, os.DirFS("."), time.Now())
	if err != nil {
		fmt.Fprintln(os.Stderr, "budget:", err)
		os.Exit(2)
	}
	if stops > 0 {
		os.Exit(1)
	}
}

// A finding is something over its budget.
type finding struct {
	stop bool // past the hard stop
	text string
}

// report prints what is over its budget, then the sums, and returns how many hard stops are passed.
func report(out io.Writer, root fs.FS, now time.Time) (stops int, err error) {
	tree, err := arch.Load(root)
	if err != nil {
		return 0, err
	}
	undefended, err := dependencies(root, now)
	if err != nil {
		return 0, err
	}
	code, tests := sums(tree)
	found := slices.Concat(files(tree), functions(tree), packages(tree, code), imports(tree), undefended)
	slices.SortStableFunc(found, func(a, b finding) int { return cmp.Compare(weight(a), weight(b)) })
	for _, one := range found {
		word := "over"
		if one.stop {
			word = "FAIL"
			stops++
		}
		fmt.Fprintf(out, "%s  %s\n", word, one.text)
	}
	fmt.Fprintf(out, "budget: %d lines of code, %d of tests (%.2f to 1, at least 1 is wanted); %d over budget, %d past a hard stop\n",
		code, tests, float64(tests)/float64(max(code, 1)), len(found)-stops, stops)
	return stops, nil
}

// weight puts what fails last, where a reader of the output looks first.
func weight(f finding) int {
	if f.stop {
		return 1
	}
	return 0
}

// sums are the hand-written lines of the program and of its tests; helpers that only tests use are tests.
func sums(tree *arch.Tree) (code, tests int) {
	for _, f := range tree.Files {
		switch {
		case f.Generated:
		case f.Test || strings.HasPrefix(f.Path, "internal/testkit/") || strings.HasSuffix(f.Dir(), "test"):
			tests += f.Lines
		default:
			code += f.Lines
		}
	}
	return code, tests
}

func files(tree *arch.Tree) []finding {
	var found []finding
	for _, f := range tree.Files {
		if limit := fileLines; !f.Generated && f.Lines > limit {
			if f.Test && f.Lines <= fileStop {
				continue
			}
			found = append(found, finding{!f.Test && f.Lines > fileStop, fmt.Sprintf("%s: %d lines, %d wanted", f.Path, f.Lines, limit)})
		}
	}
	return found
}

func functions(tree *arch.Tree) []finding {
	var found []finding
	for _, f := range tree.Files {
		if f.Generated || f.Test {
			continue
		}
		for _, decl := range f.Syntax.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			first := tree.Fset.Position(fn.Pos()).Line
			if n := tree.Fset.Position(fn.End()).Line - first + 1; n > funcLines {
				found = append(found, finding{n > funcStop, fmt.Sprintf("%s:%d: %s: %d lines, %d wanted", f.Path, first, fn.Name.Name, n, funcLines)})
			}
		}
	}
	return found
}

// packages finds those that are too large. The store is one package by design, a file per aggregate.
func packages(tree *arch.Tree, code int) []finding {
	limit := packageLines
	if code >= manyLines {
		limit = code / 10
	}
	var found []finding
	for _, dir := range tree.Dirs() {
		lines := 0
		for _, f := range tree.In(dir) {
			if !f.Generated && !f.Test {
				lines += f.Lines
			}
		}
		if lines > limit && dir != "internal/store" {
			found = append(found, finding{false, fmt.Sprintf("package %s: %d lines, %d wanted", dir, lines, limit)})
		}
	}
	return found
}

// imports finds packages that know too many others of ours.
func imports(tree *arch.Tree) []finding {
	var found []finding
	for _, dir := range tree.Dirs() {
		limit := ownImports
		switch dir {
		case "internal/app", "internal/store":
			continue // the graph, and the one implementation of every Store, know everybody by trade
		case "booking":
			limit = 10
		}
		var known []string
		for _, f := range tree.In(dir) {
			for _, imported := range f.Imports() {
				other, mine := strings.CutPrefix(imported, arch.Module+"/")
				ring, _ := arch.Ring(strings.Split(other, "/")[0])
				if mine && !f.Test && ring > 0 && other != dir && !slices.Contains(known, other) {
					known = append(known, other)
				}
			}
		}
		if len(known) > limit {
			slices.Sort(known)
			found = append(found, finding{false, fmt.Sprintf("package %s: imports %d of ours, %d wanted: %s", dir, len(known), limit, strings.Join(known, " "))})
		}
	}
	return found
}

// looked is the line of docs/dependencies.md that says when all were last gone through.
var looked = regexp.MustCompile(`(?m)^Looked through last: (\d{4}-\d{2}-\d{2})\b`)

// quarter is how often they are to be gone through.
const quarter = 92 * 24 * time.Hour

// overdue finds that the dependencies were not gone through for a quarter. It is
// told and stops nothing: a tree that nobody touches must not fail by growing old.
func overdue(text string, now time.Time) []finding {
	line := looked.FindStringSubmatch(text)
	if line == nil {
		return []finding{{false, "docs/dependencies.md: does not say when the dependencies were looked through last"}}
	}
	day, err := time.Parse(time.DateOnly, line[1])
	if err != nil || now.Sub(day) > quarter {
		return []finding{{false, "docs/dependencies.md: the dependencies were looked through last on " + line[1] + "; once a quarter is promised"}}
	}
	return nil
}

// dependencies finds direct dependencies that docs/dependencies.md does not
// name, and that all were not gone through for long.
func dependencies(root fs.FS, now time.Time) ([]finding, error) {
	module, err := fs.ReadFile(root, "go.mod")
	if err != nil {
		return nil, err
	}
	defence, err := fs.ReadFile(root, "docs/dependencies.md")
	if err != nil {
		return []finding{{true, "docs/dependencies.md: missing: every direct dependency is defended there in one line"}}, nil //nolint:nilerr // that is the finding
	}
	found := overdue(string(defence), now)
	for _, required := range regexp.MustCompile(`(?m)^(?:require)?\s+(\S+) v\S+$`).FindAllStringSubmatch(string(module), -1) {
		// The path may be written without its first part (the host) and its last (the major version).
		name := regexp.MustCompile(`/v\d+$`).ReplaceAllString(required[1], "")
		_, short, _ := strings.Cut(name, "/")
		if !strings.Contains(string(defence), name) && !strings.Contains(string(defence), short) {
			found = append(found, finding{true, "docs/dependencies.md: " + required[1] + " is not defended"})
		}
	}
	return found, nil
}

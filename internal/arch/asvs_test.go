package arch_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// levels are the levels of the standard's requirements, section by section: the
// third of V1.1 is V1.1.3. It has 70 of level 1 and 183 of level 2.
const levels = `
V1.1 22 V1.2 1111122223 V1.3 112222222223 V1.4 222 V1.5 123
V2.1 122 V2.2 112 V2.3 12223 V2.4 23
V3.1 3 V3.2 113 V3.3 12223 V3.4 11222233 V3.5 11122333 V3.6 3 V3.7 22333
V4.1 12233 V4.2 23333 V4.3 22 V4.4 1222
V5.1 2 V5.2 112333 V5.3 113 V5.4 222
V6.1 122 V6.2 111111112222 V6.3 11223333 V6.4 112233 V6.5 22222333 V6.6 2223 V6.7 33 V6.8 2222
V7.1 222 V7.2 1111 V7.3 22 V7.4 11222 V7.5 223 V7.6 22
V8.1 1233 V8.2 1123 V8.3 133 V8.4 23
V9.1 111 V9.2 1222
V10.1 22 V10.2 223 V10.3 22223 V10.4 1111122222233333 V10.5 22222 V10.6 22 V10.7 222
V11.1 2233 V11.2 22233 V11.3 11233 V11.4 1222 V11.5 23 V11.6 23 V11.7 33
V12.1 12233 V12.2 11 V12.3 22223
V13.1 2333 V13.2 222223 V13.3 2233 V13.4 1222233
V14.1 22 V14.2 12223333 V14.3 122
V15.1 12233 V15.2 12233 V15.3 1222222 V15.4 3333
V16.1 2 V16.2 22222 V16.3 2222 V16.4 222 V16.5 2223
V17.1 23 V17.2 22223333 V17.3 22`

// TestSecurityTable holds docs/security/asvs.md to the standard and to the
// tests that it names.
func TestSecurityTable(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "security", "asvs.md"))
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`^\| (V\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([a-z ]+) \| ([^|]+) \|$`)
	named := regexp.MustCompile("`([a-z/0-9]+)\\.([A-Za-z0-9]+)`")
	want, seen := required(), map[string]bool{}
	functions := map[string]map[string]bool{}
	for i, line := range strings.Split(string(raw), "\n") {
		if !strings.HasPrefix(line, "| V") {
			continue
		}
		m := row.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("line %d is no row: %s", i+1, line)
			continue
		}
		id, level, state, by := m[1], m[2], m[4], m[5]
		if seen[id] || strconv.Itoa(want[id]) != level {
			t.Errorf("%s: listed twice, or of another level than %d", id, want[id])
		}
		seen[id] = true
		tests := named.FindAllStringSubmatch(by, -1)
		switch state {
		case "met", "by design", "operator", "not here", "open":
		default:
			t.Errorf("%s: what is %q?", id, state)
		}
		if len(strings.TrimSpace(by)) < 5 {
			t.Errorf("%s: why?", id)
		}
		if state == "met" && len(tests) == 0 && !strings.Contains(by, ".md") && !strings.Contains(by, "go.mod") {
			t.Errorf("%s: by which test?", id)
		}
		for _, test := range tests {
			if functions[test[1]] == nil {
				functions[test[1]] = functionsOf(t, test[1])
			}
			if !functions[test[1]][test[2]] {
				t.Errorf("%s: there is no test %s in %s", id, test[2], test[1])
			}
		}
	}
	for id, level := range want {
		if level < 3 && !seen[id] {
			t.Errorf("%s is not in the table", id)
		}
	}
}

// required gives the level of every requirement of the standard.
func required() map[string]int {
	out := map[string]int{}
	words := strings.Fields(levels)
	for i := 0; i < len(words); i += 2 {
		for n, level := range words[i+1] {
			out[fmt.Sprintf("%s.%d", words[i], n+1)] = int(level - '0')
		}
	}
	return out
}

func TestTheStandardHasSoManyRequirements(t *testing.T) {
	t.Parallel()
	count := map[int]int{}
	for _, level := range required() {
		count[level]++
	}
	if count[1] != 70 || count[2] != 183 || count[3] != 92 {
		t.Errorf("requirements by level: %v", count)
	}
}

// functionsOf lists the tests of a folder; of a folder of conformance suites, what its files hold.
func functionsOf(t *testing.T, dir string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(dir), "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if !strings.HasSuffix(name, "_test.go") && !strings.HasSuffix(dir, "test") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				out[fn.Name.Name] = true
			}
		}
	}
	return out
}

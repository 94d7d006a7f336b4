package arch_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"kept/internal/arch"
)

// The tree this test stands in keeps every rule.
func TestHouseRules(t *testing.T) {
	t.Parallel()
	tree, err := arch.Load(os.DirFS(filepath.Join("..", "..")))
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range arch.Rules() {
		t.Run(rule.Name, func(t *testing.T) {
			t.Parallel()
			if broken := rule.Broken(tree); len(broken) > 0 {
				t.Errorf("%s, because: %s\nbroken by:\n  %s", rule.Name, rule.Reason, strings.Join(broken, "\n  "))
			}
			for _, stale := range rule.Stale(tree) {
				t.Errorf("%s excepts %q, which is not there any more", rule.Name, stale)
			}
		})
	}
}

func TestEveryRuleAndExceptionHasAReason(t *testing.T) {
	t.Parallel()
	for _, rule := range arch.Rules() {
		if len(rule.Reason) < 20 {
			t.Errorf("%s: no reason", rule.Name)
		}
		for what, why := range rule.Except {
			if len(why) < 20 {
				t.Errorf("%s: no reason for %s", rule.Name, what)
			}
		}
	}
}

// Each rule is shown a tree that breaks it and the nearest one that does not.
func TestRulesSeeWhatTheyForbid(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rule  string
		files map[string]string
		want  []string
	}{
		"root": {"no Go file in the root", map[string]string{"main.go": ""}, []string{"main.go"}},
		"ring": {"every package has a ring", map[string]string{
			"gadget/a.go": "", "span/a.go": "", "internal/x/a.go": "", "tools/go.mod": "", "tools/a.go": "",
		}, []string{"gadget"}},
		"outwards": {"imports point inwards", map[string]string{
			"span/a.go": `import "kept/booking"`, "booking/a.go": `import ("kept/span"; "kept/availability"; "kept/internal/db")`,
		}, []string{"span/a.go imports kept/booking (ring 0 → ring 3)"}},
		"sideways": {"imports point inwards", map[string]string{
			"policy/a.go": `import "kept/availability"`, "policy/a_test.go": `import "kept/availability"`,
			"reminder/a.go": `import "kept/message"`, "message/a.go": `import "kept/reminder"`,
			"message/deep/a.go": `import "kept/message"`, "span/a_test.go": `import "kept/catalog"`,
		}, []string{
			"message/a.go imports kept/reminder (ring 3 → ring 3)",
			"policy/a.go imports kept/availability (ring 2 → ring 2)",
			"span/a_test.go imports kept/catalog (ring 0 → ring 1)",
		}},
		"internal": {"the domain does not import internal/", map[string]string{
			"booking/a.go": `import "kept/internal/store"`, "booking/a_test.go": `import ("kept/internal/store"; "kept/internal/web")`,
			"cmd/kept/a.go": `import "kept/internal/app"`, "internal/web/a.go": `import "kept/internal/db"`,
		}, []string{"booking/a.go imports kept/internal/store", "booking/a_test.go imports kept/internal/web"}},
		"foreign words": {"ring 0 imports the standard library only", map[string]string{
			"money/a.go": `import ("math/big"; "github.com/cockroachdb/apd/v3")`, "money/a_test.go": `import "pgregory.net/rapid"`,
			"catalog/a.go": `import "github.com/google/go-cmp/cmp"`, "event/a.go": `import "kept/id"`,
		}, []string{"money/a.go imports github.com/cockroachdb/apd/v3"}},
		"input": {"the domain does no input or output", map[string]string{
			"booking/a.go": `import "database/sql"`, "span/a.go": `import "os"`, "span/a_test.go": `import "os"`,
			"internal/db/a.go": `import "database/sql"`,
		}, []string{"booking/a.go imports database/sql", "span/a.go imports os"}},
		"pure": {"ring 2 is pure", map[string]string{
			"policy/a.go": `import ("context"; "time")`, "booking/a.go": `import "context"`, "pricing/a.go": `import "log/slog"`,
		}, []string{"policy/a.go imports context", "pricing/a.go imports log/slog"}},
		"adapters": {"adapters stand alone", map[string]string{
			"internal/channel/sms/a.go":   `import ("kept/internal/channel/email"; "kept/message"; "kept/id")`,
			"internal/channel/email/a.go": `import ("kept/message"; "kept/booking")`,
			"internal/calendar/ical/a.go": `import ("kept/calsync"; "kept/span")`,
		}, []string{
			"internal/channel/email imports message and booking",
			"internal/channel/sms/a.go imports the adapter internal/channel/email",
		}},
		"app": {"only programs know the app", map[string]string{
			"internal/web/a.go": `import "kept/internal/app"`, "cmd/kept/a.go": `import "kept/internal/app"`,
			"internal/web/a_test.go": `import "kept/internal/app"`,
		}, []string{"internal/web/a.go imports kept/internal/app"}},
		"testkit": {"testkit and package testing stay out of the program", map[string]string{
			"internal/app/a.go": `import ("testing"; "kept/internal/testkit/pgtest")`, "internal/app/a_test.go": `import "testing"`,
			"internal/store/storetest/a.go": `import ("testing"; "kept/internal/testkit/pgtest")`,
		}, []string{"internal/app/a.go imports kept/internal/testkit/pgtest", "internal/app/a.go imports testing"}},
		"clock": {"the domain does not read the clock", map[string]string{
			"booking/a.go":      "import when \"time\"\nvar x = when.Now()\nvar y when.Time",
			"booking/a_test.go": "import \"time\"\nvar x = time.Now()", "internal/app/a.go": "import \"time\"\nvar x = time.Now()",
		}, []string{"booking/a.go:4 time.Now"}},
		"cookies": {"one place hands out cookies", map[string]string{
			"internal/web/jar.go": "import \"net/http\"\nfunc f() { http.SetCookie(nil, nil) }",
			"internal/web/a.go":   "import \"net/http\"\nfunc f() { http.SetCookie(nil, nil) }",
		}, []string{"internal/web/a.go:4"}},
		"init": {"no init functions", map[string]string{
			"internal/app/a.go": "func init() {}\ntype t int\nfunc (t) init() {}",
		}, []string{"internal/app/a.go:3"}},
		"skip": {"no skipped tests", map[string]string{
			"span/a_test.go": "func f(t T) { t.Skip() }\nfunc g(r R) { r.Skip() }",
		}, []string{"span/a_test.go:3"}},
		"sleep": {"tests do not sleep", map[string]string{
			"span/a_test.go": "import \"time\"\nfunc f() { time.Sleep(1) }",
			"span/b_test.go": "import (\"time\"; \"testing/synctest\")\nfunc f() { time.Sleep(1) }",
		}, []string{"span/a_test.go:4"}},
		"story": {"every package tells its story", map[string]string{
			"span/a_test.go": "", "id/a.go": "", "id/generated.go": "// Code generated by x. DO NOT EDIT.\n", "internal/gen/a.go": "// Code generated by x. DO NOT EDIT.\n",
		}, []string{"id"}},
		"util": {"no package called util", map[string]string{"internal/util/a.go": "package:util", "span/a.go": ""}, []string{"internal/util/a.go"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := fstest.MapFS{}
			for path, body := range test.files {
				root[path] = &fstest.MapFile{Data: []byte(source(body))}
			}
			tree, err := arch.Load(root)
			if err != nil {
				t.Fatal(err)
			}
			rules := arch.Rules()
			at := slices.IndexFunc(rules, func(r arch.Rule) bool { return r.Name == test.rule })
			if at < 0 {
				t.Fatalf("no rule %q", test.rule)
			}
			if diff := cmp.Diff(test.want, rules[at].Broken(tree)); diff != "" {
				t.Errorf("broken (-want +got):\n%s", diff)
			}
		})
	}
}

// source makes a whole file of a body: a blank line, the package clause, then the body from the third line on;
// a body that starts with a comment keeps it on top.
func source(body string) string {
	if name, ok := strings.CutPrefix(body, "package:"); ok {
		return "package " + name + "\n"
	}
	if strings.HasPrefix(body, "//") {
		return body + "\npackage p\n"
	}
	return "\npackage p\n" + body + "\n"
}

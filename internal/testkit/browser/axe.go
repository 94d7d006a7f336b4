package browser

import (
	_ "embed"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/proto"
)

// axeSource is axe-core 4.10.3, unchanged, under the Mozilla Public License 2.0 that stands beside it.
//
//go:embed axe/axe.min.js
var axeSource string

// Axe fails the test for every rule of WCAG 2.2, levels A and AA, that the page breaks as far as a machine can
// tell, and lists the elements. What only a person can judge (does the order make sense? is the text true?)
// remains to be looked at.
func Axe(t testing.TB, tab *Tab) {
	t.Helper()
	if tab.viewer.NoScript {
		// Where scripts are off no promise is ever kept, axe's neither. The page's own have missed their turn.
		allowScripts(t, tab, true)
		defer allowScripts(t, tab, false)
	}
	// Over the debugger and not as a <script>: the page's content security policy would rightly refuse that.
	if _, err := (proto.RuntimeEvaluate{Expression: axeSource}).Call(tab.Page); err != nil {
		t.Fatal(err)
	}
	result, err := tab.Eval(`async () => {
		const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
		const found = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
		return found.violations.map(v => v.id + " (" + v.impact + "): " + v.help + v.nodes.slice(0, 8).map(n =>
			"\n    " + n.target.join(" ") + "  " + n.html.slice(0, 160) + "\n      " +
			[...n.any, ...n.all, ...n.none].map(c => c.message).join("; ")).join(""));
	}`)
	if err != nil {
		t.Fatal(err)
	}
	var broken []string
	for _, one := range result.Value.Arr() {
		broken = append(broken, one.Str())
	}
	if len(broken) > 0 {
		t.Errorf("browser: %d accessibility rules broken:\n%s", len(broken), strings.Join(broken, "\n"))
	}
}

func allowScripts(t testing.TB, tab *Tab, allowed bool) {
	t.Helper()
	if err := (proto.EmulationSetScriptExecutionDisabled{Value: !allowed}).Call(tab.Page); err != nil {
		t.Fatal(err)
	}
}

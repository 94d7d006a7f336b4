package settings_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"kept/internal/i18n"
)

// kinds are the fields that a rule of each kind needs beside its name.
func kinds() map[string][]string {
	return map[string][]string{
		"offer":   {"when", "slot.hour < 15"},
		"approve": {"when", "client.no_shows >= 2"},
		"limit":   {"limit.max", "3", "limit.of", "client", "limit.per", "active"},
		"season":  {"season.sale", "closed", "from", "2026-12-24", "to", "2026-12-26"},
		"vary":    {"vary.percent", "150", "vary.price_add", "-12,50", "when", "client.new"},
		"cutoff":  {"cutoff.cancel_min", "2", "cutoff.cancel_min_unit", "days"},
	}
}

// testRules makes a rule of each kind in each language, opens it, changes it,
// pauses it and removes it.
func testRules(t *testing.T, h *house) {
	o := &owner{t: t, h: h, c: h.boss}
	for kind, fields := range kinds() {
		at := salon + "/rules/new?kind=" + kind
		o.get(at).send("name.en", "").fault("name.en")
		o.send(append([]string{"name.en", "Rule of " + kind, "on", "yes"}, fields...)...).saved("rule_new").says("Rule of " + kind)
		one := o.link("Rule of " + kind)
		o.get(one)
		_, stands := o.form()
		for i := 0; i+1 < len(fields); i += 2 {
			if want := strings.ReplaceAll(fields[i+1], ",", "."); stands.Get(fields[i]) != want {
				t.Errorf("%s: %s is %q, want %q", kind, fields[i], stands.Get(fields[i]), want)
			}
		}
		action, values := o.form("about.en", "Because")
		values.Del("on")
		o.last = h.Post(t, o.c, action, values)
		o.saved("saved").says(">off<")
		o.last = h.Post(t, o.c, one+"/archive", nil)
		o.saved("rule_end")
		if strings.Contains(o.last.Body, "Rule of "+kind) {
			t.Errorf("%s: it is still there", kind)
		}
	}
	o.get(salon+"/rules/new?kind=link").send("name.en", "Test first").want(http.StatusUnprocessableEntity)
	o.get(salon + "/rules/new?kind=nothing").want(http.StatusNotFound)
	// A ready rule comes filled in and can be taken as it is.
	o.get(salon + "/rules/new").get(o.link("Weekends are for regulars")).says("&#34;regular&#34; in client.tags")
	o.send().saved("rule_new").says("Weekends are for regulars")
	// What a rule reads and nothing fills is said, with the name that was meant.
	o.get(salon+"/rules/new?kind=vary").send("name.en", "Slip", "when", "has(subject.facts.hair_lengh)", "vary.add_min", "10").saved("rule_new")
	o.get(o.link("Slip")).says("do you mean “hair_length”?")
	o.get(salon + "/rules/new?kind=offer&example=trucks_early").says("“body”.")
}

// testExpressions tells in every language where an expression is wrong, and
// the name that was meant, and loses nothing of it.
func testExpressions(t *testing.T, h *house) {
	english := regexp.MustCompile(`did you mean|is not known|where|character`)
	for _, language := range i18n.Languages() {
		o := &owner{t: t, h: h, c: h.boss}
		for text, want := range map[string]string{
			"client.visit >= 2": "client.visits", "slot.hour <": "1", "clients": "client", "slot.hour": "1", "clint.new": "client.new",
			"client": "client.visits", `client.name == "x"`: "1", "size(client.tags": "1", "sizes(client.tags) > 1": "1",
			"client.tags.all(a, client.tags.all(b, client.tags.all(c, a == b && b == c)))": "",
		} {
			o.get(salon+"/rules/new?kind=offer&lang="+language).send("name.en", "x", "when", text).fault("when").says(want)
			fault := regexp.MustCompile(`(?s)id="f-when-fault">(.*?)<`).FindStringSubmatch(o.last.Body)
			if fault == nil || strings.Contains(fault[1], "rule.bad") || language != i18n.English && english.MatchString(fault[1]) {
				t.Errorf("%s: %s is %q", language, text, fault)
			}
			if _, values := o.form(); values.Get("when") != text {
				t.Errorf("%s: %q comes back as %q", language, text, values.Get("when"))
			}
		}
	}
	(&owner{t: t, h: h, c: h.boss}).get(salon + "?lang=en")
}

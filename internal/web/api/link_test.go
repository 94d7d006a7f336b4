package api_test

import (
	"testing"

	"kept/internal/app/apptest"
)

// A visit that another service must come before is refused with which, how far
// before, and the owner's name and words for it.
func TestALinkSaysWhatMustComeFirst(t *testing.T) {
	t.Parallel()
	s := newStory(t, apptest.SQLite(t))
	s.offer(0, "2026-11-25", "2026-12-02", 3)
	services := s.ask(apptest.Request{Path: "/services?limit=50", Key: owner})
	s.words["first"] = services.Text("items.0.id")
	if s.words["first"] == s.words["service"] {
		s.words["first"] = services.Text("items.1.id")
	}
	const dates = `"dates": ["{start_a}", "{start_b}"]`
	refused := []string{
		`"rule":"link"`, `"rule_name":"Patch test"`, `"rule_text":"Skin first."`,
		`"link":{"kind":"requires","service":{"id":"{first}","name":"`, `"least_min":2880`,
	}
	s.play([]scenario{
		{
			name: "a link", do: "POST /rules", key: owner, status: 201, events: []string{"settings.changed"},
			body: `{"kind": "link", "names": {"en": "Patch test", "ru": "Проба"}, "abouts": {"en": "Skin first.", "ru": "Сначала кожа."}, "services": ["{service}"], "link": {"kind": "requires", "other": "{first}", "least_min": 2880}}`,
		},
		{name: "refused", do: "POST /b/lumen-salon/bookings", body: `{"service": "{service}", "start": "{start_a}", ` + person + `}`, status: 409, holds: refused},
		{
			name: "in Russian", do: "POST /b/lumen-salon/bookings", body: `{"service": "{service}", "start": "{start_a}", ` + person + `}`, status: 409,
			header: map[string]string{"Accept-Language": "ru"}, holds: []string{`"rule_name":"Проба"`, `"rule_text":"Сначала кожа."`},
		},
		{name: "every date", do: "POST /b/lumen-salon/series", body: `{"service": "{service}", ` + dates + `, ` + person + `}`, status: 409, holds: refused},
	})
}

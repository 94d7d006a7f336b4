package api_test

import "testing"

// TestIntake asks clients things: the owner's questions and consents, at
// booking and afterwards, on both engines.
func TestIntake(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		t.Helper()
		changed := []string{"settings.changed"}
		s.classroom(9, 0)
		s.play([]scenario{
			{name: "a session", do: "POST /sessions", key: owner, body: `{"service": "{class}", "start": "2026-11-25T10:00:00+01:00"}`, status: 201, events: []string{"session.planned"}},
			{name: "a form that says nothing", do: "POST /forms", key: owner, body: `{"name": "Skin"}`, status: 422, holds: []string{`"fields"`}},
			{
				name: "a form", do: "POST /forms", key: owner, status: 201, learn: map[string]string{"form": "id"}, events: changed,
				body: `{"name": "Skin", "services": ["{class}"], "fields": [
					{"key": "allergies", "label": "Allergies?", "kind": "long", "class": "warning", "fact": "allergies", "required": true},
					{"key": "pills", "label": "Medicine?", "kind": "text", "class": "health", "fact": "medication"},
					{"key": "ways", "label": "How did you find us?", "kind": "many", "options": [{"value": "friend", "label": "A friend"}, {"value": "web", "label": "The web"}]}]}`,
			},
			{
				name: "a question against its fact", do: "PATCH /forms/{form}", key: owner, status: 422, holds: []string{"fields[0].kind"},
				body: `{"fields": [{"key": "born", "label": "Born", "kind": "text", "fact": "birth_date"}]}`,
			},
			{name: "no marketing as a condition", do: "POST /notices", key: owner, body: `{"purpose": "news", "name": "News"}`, status: 201, learn: map[string]string{"news": "id"}, holds: []string{`"version":1`}, events: changed},
			{name: "its text changes", do: "PATCH /notices/{news}", key: owner, body: `{"text": "Once a month."}`, holds: []string{`"version":2`}, events: changed},
			{name: "what is asked", do: "GET /b/lumen-salon/questions?service={class}", holds: []string{`"key":"allergies"`, `"required":true`, `"id":"{news}"`, `"version":2`}, not: []string{`"labels"`}},
			{name: "the service tells", do: "GET /b/lumen-salon/services?limit=200", holds: []string{`"{form}"`}},
			{
				name: "nothing is answered", do: "POST /b/lumen-salon/bookings", status: 422, holds: []string{`"answers.allergies"`},
				body: `{"service": "{class}", "start": "2026-11-25T10:00:00+01:00", "client": {"name": "Ida", "email": "ida@example.com"}}`,
			},
			{
				name: "something is answered that nobody asks", do: "POST /b/lumen-salon/bookings", status: 422, holds: []string{`"answers.shoe"`},
				body: `{"service": "{class}", "start": "2026-11-25T10:00:00+01:00", "answers": {"allergies": "none", "shoe": 39}, "client": {"name": "Ida", "email": "ida@example.com"}}`,
			},
			{
				name: "an older text", do: "POST /b/lumen-salon/bookings", status: 409, holds: []string{`"conflict"`},
				body: `{"service": "{class}", "start": "2026-11-25T10:00:00+01:00", "answers": {"allergies": "PPD"}, "consents": [{"id": "{news}", "version": 1}], "client": {"name": "Ida", "email": "ida@example.com"}}`,
			},
			{
				name: "booked", do: "POST /b/lumen-salon/bookings", status: 201, learn: map[string]string{"b": "id", "client": "client.id"},
				body: `{"service": "{class}", "start": "2026-11-25T10:00:00+01:00", "answers": {"allergies": "PPD", "pills": "warfarin", "ways": ["web", "friend"]},
					"consents": ["news"], "client": {"name": "Ida", "email": "ida@example.com"}}`,
				events: []string{"client.created", "booking.confirmed", "client.updated", "client.updated", "client.updated"},
			},
			{name: "the staff may leave it open", do: "POST /bookings", key: staff, status: 201, body: `{"service": "{class}", "start": "2026-11-25T10:00:00+01:00", "client": {"name": "Jon", "email": "jon@example.com"}}`, events: []string{"client.created", "booking.confirmed"}},
			{
				name: "what was said", do: "GET /clients/{client}/forms", key: owner,
				holds: []string{`"form":"{form}"`, `"booking":"{b}"`, `"source":"client"`, `"label":"Allergies?"`, `"value":"PPD"`, `"text":"A friend, The web"`, "warfarin"},
			},
			{name: "not to who may not read health", do: "GET /clients/{client}/forms", key: integration, holds: []string{"PPD"}, not: []string{"warfarin"}},
			{name: "it fills the card", do: "GET /clients/{client}/card", key: staff, holds: []string{`"key":"allergies"`, `"source":"form"`, `"warnings":[{`}},
			{name: "agreed", do: "GET /clients/{client}/consents", key: owner, holds: []string{`"purpose":"news"`, `"version":2`, `"channel":"booking"`, `"withdrawn_at":null`, `"objections":[]`}},
			{name: "taken back", do: "POST /clients/{client}/consents/withdraw", key: owner, body: `{"purpose": "news"}`, status: 204, events: []string{"client.updated"}},
			{name: "objected", do: "GET /clients/{client}/consents", key: owner, holds: []string{`"withdrawn_by":"desk"`, `"objections":[{"purpose":"news"`}},
			{name: "agreed at the desk", do: "POST /clients/{client}/consents", key: staff, body: `{"notice": "{news}", "version": 2}`, status: 204, events: []string{"client.updated"}},
			{name: "two agreements", do: "GET /clients/{client}/consents?limit=1", key: owner, holds: []string{`"channel":"desk"`, `"objections":[]`}, not: []string{`"next":null`}},
			{name: "filled in at the desk", do: "POST /clients/{client}/forms", key: staff, body: `{"form": "{form}", "answers": {"ways": "web"}}`, status: 204, events: []string{"client.updated"}},
			{name: "asked no more", do: "DELETE /forms/{form}", key: owner, status: 204, events: changed},
			{name: "nor taken", do: "POST /clients/{client}/forms", key: staff, body: `{"form": "{form}", "answers": {"ways": "web"}}`, status: 404},
			{name: "strangers see nothing", do: "GET /clients/{client}/consents", key: stranger, status: 404},
		})
	})
}

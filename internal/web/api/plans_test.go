package api_test

import "testing"

// TestPlans tells what is due from the rule of a service to the visit that
// answers it. The story begins on Sunday, 22 November 2026, in Berlin.
func TestPlans(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		t.Helper()
		s.classroom(0, 0)
		planned := []string{"plan.planned", "client.updated"}
		booked := []string{"plan.booked", "client.updated"}
		const visit = `"service": "{class}", "client": {"name": "ana", "email": "ana@example.com"}`
		s.play([]scenario{
			{name: "no such unit", do: "PATCH /services/{class}", key: owner, status: 422, body: `{"recalls": [{"kind": "interval", "every": 6, "unit": "moon"}]}`},
			{name: "no such amount", do: "PATCH /services/{class}", key: owner, status: 422, holds: []string{`recalls[0].amount`}, body: `{"recalls": [{"kind": "usage", "every": 6, "unit": "week", "reading": "mileage_km"}]}`},
			{
				name: "a rule", do: "PATCH /services/{class}", key: owner, events: []string{"settings.changed"},
				body:  `{"recalls": [{"kind": "interval", "every": 6, "unit": "week", "lead_days": 7}]}`,
				holds: []string{`"recalls":[{"kind":"interval","every":6,"unit":"week","lead_days":7}]`},
			},
			{name: "what is missing stays", do: "PATCH /services/{class}", key: owner, body: `{"notice_min": 0}`, holds: []string{`"every":6`}, events: []string{"settings.changed"}},
			{name: "a visit", do: "POST /bookings", key: staff, status: 201, body: `{` + visit + `, "start": "2026-11-25T10:00:00+01:00"}`, learn: map[string]string{"first": "id", "client": "client.id"}, events: []string{"client.created", "booking.confirmed"}},
			{name: "nothing is due yet", do: "GET /plans?client={client}", key: staff, holds: []string{`"items":[]`, `"next":null`}},
			{name: "it took place", do: "POST /bookings/{first}/complete", key: owner, events: append([]string{"booking.completed"}, planned...)},
			{
				name: "it is due again", do: "GET /plans?client={client}&open=true&from=2027-01-06&to=2027-01-06", key: staff,
				holds: []string{`"due":"2027-01-06"`, `"status":"planned"`, `"origin":"visit"`, `"kind":"interval"`, `"rule":"interval"`, `"from":"2026-12-30"`, `"name":"Make-up class"`, `"offered_at":null`},
				learn: map[string]string{"plan": "items.0.id"},
			},
			{name: "not on other days", do: "GET /plans?client={client}&to=2027-01-05", key: staff, holds: []string{`"items":[]`}},
			{name: "no such day", do: "GET /plans?from=tomorrow", key: staff, status: 422, holds: []string{`from`}},
			{name: "by nobody", do: "GET /plans/{plan}", status: 401},
			{name: "by another house", do: "GET /plans/{plan}", key: stranger, status: 404},
			{name: "nor changed", do: "POST /plans/{plan}/skip", key: stranger, status: 404},
			{name: "another day", do: "PATCH /plans/{plan}", key: staff, body: `{"due": "2027-01-20", "note": "before the wedding", "version": 1}`, holds: []string{`"due":"2027-01-20"`, `"note":"before the wedding"`, `"version":2`}, events: []string{"client.updated"}},
			{name: "seen too long ago", do: "PATCH /plans/{plan}", key: staff, body: `{"due": "2027-01-21", "version": 1}`, status: 409, holds: []string{"conflict"}},
			{name: "no day", do: "PATCH /plans/{plan}", key: staff, body: `{"due": "soon"}`, status: 422},
			{name: "offered", do: "POST /plans/{plan}/offer", key: staff, holds: []string{`"status":"offered"`}, not: []string{`"offered_at":null`}, events: []string{"plan.offered", "client.updated"}},
			{name: "once", do: "POST /plans/{plan}/offer", key: staff, status: 409, holds: []string{"plan_offered"}},
			{name: "the client is told", do: "GET /messages?client={client}&limit=200", key: owner, holds: []string{`"step":"plan_due"`}},
			{name: "they book", do: "POST /bookings", key: staff, status: 201, body: `{` + visit + `, "start": "2026-12-02T10:00:00+01:00"}`, learn: map[string]string{"second": "id"}, events: append([]string{"booking.confirmed"}, booked...)},
			{name: "it is booked", do: "GET /plans/{plan}", key: integration, holds: []string{`"status":"booked"`, `"booking":"{second}"`}},
			{name: "and cannot be skipped", do: "POST /plans/{plan}/skip", key: staff, status: 409, holds: []string{"plan_state"}},
			{name: "nor taken away", do: "DELETE /plans/{plan}", key: staff, status: 409},
			{name: "the line of the card", do: "GET /clients/{client}/timeline", key: staff, holds: []string{`"state":"done"`, `"state":"booked"`, `"booking":"{second}"`, `"start":"2026-12-02T10:00:00+01:00"`}, not: []string{`"state":"due"`}},
			{name: "of nobody", do: "GET /clients/{plan}/timeline", key: staff, status: 404},
			{name: "cancelled", do: "POST /bookings/{second}/cancel", key: owner, events: []string{"booking.cancelled", "plan.planned", "client.updated"}},
			{name: "due again", do: "GET /clients/{client}/timeline", key: staff, holds: []string{`"state":"due"`}},
			{name: "skipped", do: "POST /plans/{plan}/skip", key: staff, holds: []string{`"status":"skipped"`}, events: []string{"plan.skipped", "client.updated"}},
			{name: "by hand", do: "POST /plans", key: staff, status: 201, body: `{"client": "{client}", "service": "{class}", "due": "2027-02-01", "tell": true, "lead_days": 3}`, holds: []string{`"origin":"staff"`, `"kind":"date"`}, learn: map[string]string{"plan": "id"}, events: planned},
			{name: "not twice", do: "POST /plans", key: staff, status: 409, body: `{"client": "{client}", "service": "{class}", "due": "2027-03-01"}`, holds: []string{"plan_open"}},
			{name: "for nobody", do: "POST /plans", key: staff, status: 422, body: `{"client": "{second}", "service": "{second}", "due": "2027-03-01"}`, holds: []string{`client`, `service`}},
			{name: "the first page", do: "GET /plans?client={client}&limit=1", key: staff, holds: []string{`"status":"skipped"`}, not: []string{`"next":null`}, learn: map[string]string{"next": "next"}},
			{name: "the second", do: "GET /plans?client={client}&limit=1&cursor={next}", key: staff, holds: []string{`"id":"{plan}"`, `"next":null`}},
			{name: "taken away", do: "DELETE /plans/{plan}", key: staff, status: 204, events: []string{"client.updated"}},
			{name: "it is gone", do: "GET /plans/{plan}", key: staff, status: 404},
		})
	})
}

package api_test

import "testing"

// TestWhatAVisitIsFor says in words for what one books.
func TestWhatAVisitIsFor(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		s.offer(0, "2026-11-25", "2026-12-02", 2)
		book := `{"service": "{service}", "start": "{start_a}", "staff": "{staff_a}", ` + person
		changed := "client.updated"
		s.play([]scenario{
			{name: "a dog's salon", do: "PATCH /services/{service}", key: owner, body: `{"subject": "ship"}`, status: 422},
			{name: "a dog's salon", do: "PATCH /services/{service}", key: owner, body: `{"subject": "pet"}`, holds: []string{`"subject":"pet"`}, events: []string{"settings.changed"}},
			{name: "all see", do: "GET /b/lumen-salon/services", holds: []string{`"subject":"pet"`}},
			{name: "nothing", do: "POST /b/lumen-salon/bookings", body: book + `, "about": {}}`, status: 422, holds: []string{`"field":"about"`}},
			{name: "a plate", do: "POST /b/lumen-salon/bookings", body: book + `, "about": {"plate": "B-KT 1"}}`, status: 422, holds: []string{`"field":"about.plate"`}},
			{
				name: "a dog", do: "POST /b/lumen-salon/bookings", body: book + `, "about": {"name": "Rex"}}`, status: 201,
				learn: map[string]string{"dog": "subject", "c": "client.id"}, events: []string{"client.created", changed, "booking.confirmed"},
			},
			{name: "on the card", do: "GET /clients/{c}/subjects", key: staff, holds: []string{`"id":"{dog}"`, `"kind":"pet"`, `"name":"Rex"`}},
			{
				name: "again, at the desk", do: "POST /bookings", key: staff, status: 201, holds: []string{`"subject":"{dog}"`}, events: []string{"booking.confirmed"},
				body: `{"service": "{service}", "start": "{start_b}", "staff": "{staff_b}", "client_id": "{c}", "about": {"name": "rex"}}`,
			},
		})
	})
}

package api_test

import "testing"

// A course of four weeks: tried, booked, moved from the second on, its rest cancelled.
func TestACourseFromOutside(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		s.offer(0, "2026-11-25", "2026-12-02", 4)
		course := `"service": "{service}", "start": "{start_a}", "staff": "{staff_a}", "rule": "FREQ=DAILY;INTERVAL=7;COUNT=4"`
		s.play([]scenario{
			{name: "try", do: "POST /b/lumen-salon/series-checks", body: `{` + course + `}`, holds: []string{`"dates":[{"start":"{start_a}","ok":true`, `"alternatives":[]`}},
			{name: "no rule", do: "POST /b/lumen-salon/series-checks", body: `{"service": "{service}", "start": "{start_a}"}`, status: 422, holds: []string{`"field":"rule"`}},
			{name: "a broken rule", do: "POST /b/lumen-salon/series-checks", body: `{"service": "{service}", "start": "{start_a}", "rule": "FREQ=NEVER"}`, status: 422, holds: []string{`"field":"rule"`}, not: []string{"rrule"}},
			{name: "a bomb", do: "POST /b/lumen-salon/series-checks", body: `{"service": "{service}", "start": "{start_a}", "rule": "FREQ=SECONDLY;COUNT=1000000000"}`, status: 422, holds: []string{`"field":"rule"`}},
			{name: "a start that the rule does not give", do: "POST /b/lumen-salon/series", body: `{"service": "{service}", "start": "{start_a}", "rule": "FREQ=DAILY;BYHOUR=3;COUNT=2", ` + person + `}`, status: 422, holds: []string{`"field":"start"`}},
			{name: "a date that is none", do: "POST /b/lumen-salon/series-checks", body: `{` + course + `, "except": ["2026-02-30"]}`, status: 422, holds: []string{`"field":"except"`}},
			{
				name: "book what was chosen", do: "POST /b/lumen-salon/series", status: 201,
				body:   `{"service": "{service}", "dates": ["{start_a}", "{start_b}", "{start_c}"], ` + person + `}`,
				holds:  []string{`"manage_urls":["http`, `"series_position":3`, `"chosen":{"aim":"even"`},
				learn:  map[string]string{"series": "id", "b": "bookings.0.id", "c": "bookings.2.id", "taken_by": "bookings.1.staff.id"},
				events: []string{"client.created", "booking.confirmed", "booking.confirmed", "booking.confirmed"},
			},
			{name: "a date is taken", do: "POST /b/lumen-salon/series", body: `{"service": "{service}", "staff": "{staff_a}", "dates": ["{start_d}", "{start_d}", "2026-11-20T10:00:00+01:00"], ` + person + `}`, status: 409, holds: []string{`"rule":"past"`, `"dates":[{"start":"2026-11-20T10:00:00+01:00","ok":false,"code":"slot_closed","rule":"past"`}, not: []string{"dates["}},
			{name: "taken ones, with others", do: "POST /series", key: owner, body: `{"service": "{service}", "dates": ["{start_b}", "{start_c}"], "staff": "{taken_by}", ` + person + `}`, status: 409, holds: []string{`"dates":[{"start":"{start_b}"`, `"alternatives":[{"start":"`, `"location":"`, `"currency":"EUR"`}, not: []string{`"currency":""`}},
			{name: "see it", do: "GET /series/{series}", key: owner, holds: []string{`"id":"{series}"`, `"series_position":1`}},
			{name: "see it as a stranger", do: "GET /series/{series}", key: stranger, status: 404},
			{name: "an unknown scope", do: "POST /bookings/{b}/cancel", key: owner, body: `{"scope": "some"}`, status: 422},
			{name: "cancel this and following", do: "POST /bookings/{b}/cancel", key: owner, body: `{"scope": "following"}`, holds: []string{`"status":"cancelled"`, `"with":["`, `{c}`}, events: []string{"booking.cancelled", "booking.cancelled", "booking.cancelled"}},
			{name: "by staff", do: "POST /series", key: owner, body: `{"service": "{service}", "dates": ["{start_b}", "{start_c}"], ` + person + `}`, status: 201, holds: []string{`"series_position":2`}, learn: map[string]string{"b": "bookings.0.id", "c": "bookings.1.id"}, events: []string{"booking.confirmed", "booking.confirmed"}},
			{name: "move all by nothing", do: "POST /bookings/{b}/reschedule", key: owner, body: `{"start": "{start_b}", "scope": "all"}`, holds: []string{`"start":"{start_b}"`, `"with":["{c}"]`}},
		})
	})
}

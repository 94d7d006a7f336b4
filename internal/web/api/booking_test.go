package api_test

import (
	"maps"
	"net/http"
	"net/url"
	"testing"
)

// want is a set of words for a booking.
func (s *story) offer(service int, from, to string, n int) {
	s.t.Helper()
	slots := s.node.Slots(s.t, service, from, to)
	if len(slots) < n {
		s.t.Fatalf("%d slots offered, want %d", len(slots), n)
	}
	step := len(slots) / n
	for i := range n {
		one := slots[i*step]
		word := string(rune('a' + i))
		maps.Copy(s.words, map[string]string{"service": one.Service, "start_" + word: one.Start, "staff_" + word: one.Staff})
	}
}

const person = `"client": {"name": "Ada Example", "email": "ada@client.example", "phone": "+49 30 23125 001", "language": "en"}`

func TestAVisitFromOutside(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		s.offer(0, "2026-11-25", "2026-12-02", 4)
		s.play([]scenario{
			{name: "business", do: "GET /b/lumen-salon", holds: []string{`"zone":"Europe/Berlin"`, `"currency":"EUR"`, `"locations":[{`, `"policy":{`}},
			{name: "services", do: "GET /b/lumen-salon/services", holds: []string{`"duration_min":60`, `"segments":[{`, `"forms":[]`}, not: []string{"@"}},
			{name: "staff of a service", do: "GET /b/lumen-salon/staff?service={service}", holds: []string{"Anna"}, not: []string{"@", "Sofia"}},
			{name: "slots in another zone", do: "GET /b/lumen-salon/slots?service={service}&from=2026-11-25&to=2026-11-25&zone=Asia/Taipei", holds: []string{`"zone":"Asia/Taipei"`, "+08:00"}},
			{name: "slots of one", do: "GET /b/lumen-salon/slots?service={service}&staff={staff_a}&from=2026-11-25&to=2026-11-25", holds: []string{"{staff_a}"}},
			{name: "too many days", do: "GET /b/lumen-salon/slots?service={service}&from=2026-11-25&to=2027-02-26", status: 422},
			{
				name: "a hold", do: "POST /b/lumen-salon/holds", body: `{"service": "{service}", "start": "{start_a}", "staff": "{staff_a}"}`, status: 201,
				holds: []string{`"expires_at"`}, learn: map[string]string{"hold": "token", "hold_id": "id"}, events: []string{"hold.placed"},
			},
			{name: "held is taken", do: "POST /b/lumen-salon/bookings", body: `{"service": "{service}", "start": "{start_a}", "staff": "{staff_a}", ` + person + `}`, status: 409, holds: []string{`"slot_taken"`}},
			{name: "hold with another start", do: "POST /b/lumen-salon/bookings", body: `{"hold": "{hold}", "start": "{start_b}", ` + person + `}`, status: 422},
			{
				name: "book what is held", do: "POST /b/lumen-salon/bookings", body: `{"hold": "{hold}", ` + person + `, "answers": {}, "consents": [], "code": ""}`, status: 201,
				holds: []string{`"confirmed"`, `"manage_url":"http://127.0.0.1:8080/m/`, `"ics_url"`, `"items":[{"service":"{service}","segments":[{"start":"{start_a}"`, `"staff":["{staff_a}"]`, `"units":["`, `"attendance_confirmed_at":null`, `"zone":"Europe/Berlin"`, "Ada Example"},
				learn: map[string]string{"b": "id", "token": "manage_token", "client": "client.id"}, events: []string{"hold.released", "client.created", "booking.confirmed"},
			},
			{name: "a hold books once", do: "POST /b/lumen-salon/bookings", body: `{"hold": "{hold}", ` + person + `}`, status: 410, holds: []string{"hold_expired"}},
			{name: "see", do: "GET /bookings/{b}?token={token}", holds: []string{`"Ada Example"`}},
			{name: "see without anything", do: "GET /bookings/{b}", status: 401, not: []string{"Ada"}},
			{name: "see with a broken token", do: "GET /bookings/{b}?token={token}x", status: 404, not: []string{"Ada"}},
			{name: "see as a stranger", do: "GET /bookings/{b}", key: stranger, status: 404, not: []string{"Ada"}},
			{name: "come", do: "POST /bookings/{b}/confirm?token={token}", holds: []string{`"status":"confirmed"`, `"attendance_confirmed_at":"2026-11-22T`}, events: []string{"booking.attendance_confirmed"}},
			{name: "come twice", do: "POST /bookings/{b}/confirm?token={token}", holds: []string{`"attendance_confirmed_at":"2026-11-22T`}},
			{name: "other slots", do: "GET /bookings/{b}/alternatives?token={token}", holds: []string{`"slots":[{`}, learn: map[string]string{"other": "slots.0.start"}},
			{name: "move", do: "POST /bookings/{b}/reschedule?token={token}", body: `{"start": "{other}"}`, holds: []string{`"start":"{other}"`, `"attendance_confirmed_at":null`}, events: []string{"booking.moved"}},
			{name: "move into the past", do: "POST /bookings/{b}/reschedule?token={token}", body: `{"start": "2026-11-20T10:00:00+01:00"}`, status: 409, holds: []string{`"slot_closed"`, `"rule":"past"`}},
			{name: "a client passes no rules", do: "POST /bookings/{b}/reschedule?token={token}", body: `{"start": "{start_c}", "override": true}`, status: 403},
			{name: "a client does not check in", do: "POST /bookings/{b}/check-in?token={token}", status: 401},
			{name: "cancel", do: "POST /bookings/{b}/cancel?token={token}", body: `{"reason": "ill"}`, holds: []string{`"cancelled"`, `"reason":"ill"`}, events: []string{"booking.cancelled"}},
			{name: "cancel twice", do: "POST /bookings/{b}/cancel?token={token}", holds: []string{`"cancelled"`}},
			{name: "confirm what is cancelled", do: "POST /bookings/{b}/confirm?token={token}", status: 409},
			{name: "forms are not asked", do: "POST /b/lumen-salon/bookings", body: `{"service": "{service}", "start": "{start_b}", "answers": {"a": 1}, ` + person + `}`, status: 422, holds: []string{`"answers.a"`}},
			{name: "nor codes", do: "POST /b/lumen-salon/bookings", body: `{"service": "{service}", "start": "{start_b}", "code": "X", ` + person + `}`, status: 422, holds: []string{`"code"`}},
			{
				name: "a hold to let go", do: "POST /b/lumen-salon/holds", body: `{"services": ["{service}"], "start": "{start_b}"}`, status: 201,
				learn: map[string]string{"hold": "token", "hold_id": "id"}, events: []string{"hold.placed"},
			},
			{name: "not by another token", do: "DELETE /holds/{hold_id}?token={token}", status: 404},
			{name: "let go", do: "DELETE /holds/{hold_id}?token={hold}", status: 204, events: []string{"hold.released"}},
		})
	})
}

func TestAVisitAtTheDesk(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		s.offer(0, "2026-11-25", "2026-12-02", 4)
		s.words["open_d"] = url.QueryEscape(s.words["start_d"])
		s.play([]scenario{
			{name: "a client", do: "POST /clients", key: owner, body: `{"name": "Vera Desk", "phone": "+49 30 23125 009"}`, status: 201, learn: map[string]string{"client": "id"}, events: []string{"client.created"}},
			{name: "neither client", do: "POST /bookings", key: owner, body: `{"service": "{service}", "start": "{start_a}"}`, status: 422},
			{name: "both", do: "POST /bookings", key: owner, body: `{"service": "{service}", "start": "{start_a}", "client_id": "{client}", ` + person + `}`, status: 422},
			{
				name: "book", do: "POST /bookings", key: owner, body: `{"service": "{service}", "start": "{start_a}", "staff": "{staff_a}", "client_id": "{client}", "note": "quiet"}`, status: 201,
				holds: []string{`"Vera Desk"`, `"note":"quiet"`}, learn: map[string]string{"b": "id", "token": "manage_token"}, events: []string{"booking.confirmed"},
			},
			{name: "override never passes a taken lane", do: "POST /bookings", key: owner, body: `{"service": "{service}", "start": "{start_a}", "staff": "{staff_a}", "override": true, ` + person + `}`, status: 409, holds: []string{"slot_taken"}},
			{name: "off the grid", do: "POST /bookings", key: owner, body: `{"service": "{service}", "start": "2026-12-05T03:07:00+01:00", "staff": "{staff_a}", ` + person + `}`, status: 409, holds: []string{"slot_closed", `"rule"`}},
			{name: "staff override nothing", do: "POST /bookings", key: staff, body: `{"service": "{service}", "start": "{start_b}", "override": true, ` + person + `}`, status: 403},
			{name: "staff squeeze nothing", do: "POST /bookings", key: staff, body: `{"service": "{service}", "start": "{start_a}", "squeeze": true, ` + person + `}`, status: 403},
			{name: "approve what is confirmed", do: "POST /bookings/{b}/confirm", key: owner, holds: []string{`"confirmed"`, `"attendance_confirmed_at":null`}},
			{name: "decline what is confirmed", do: "POST /bookings/{b}/decline", key: owner, status: 409},
			{name: "check in", do: "POST /bookings/{b}/check-in", key: staff, holds: []string{`"checked_in"`, `"checked_in_at":"2026`}, events: []string{"booking.checked_in"}},
			{name: "complete", do: "POST /bookings/{b}/complete", key: owner, body: `{"amount": 4200, "method": "cash"}`, holds: []string{`"completed"`, `"paid":{"amount":4200,"currency":"EUR"}`, `"cash"`}, events: []string{"booking.completed"}},
			{name: "cancel what is done", do: "POST /bookings/{b}/cancel", key: owner, status: 409, holds: []string{`"conflict"`}},
			{name: "another", do: "POST /bookings", key: integration, body: `{"service": "{service}", "start": "{start_c}", "client_id": "{client}"}`, status: 201, learn: map[string]string{"c": "id"}, events: []string{"booking.confirmed"}},
			{name: "complete with money", do: "POST /bookings/{c}/complete", key: owner, body: `{"amount": {"amount": 1, "currency": "USD"}}`, status: 422},
			{name: "a negative amount", do: "POST /bookings/{c}/complete", key: owner, body: `{"amount": -1}`, status: 422},
			{name: "no show", do: "POST /bookings/{c}/no-show", key: owner, holds: []string{`"no_show"`}, events: []string{"booking.no_show"}},
			{name: "the client's", do: "GET /bookings?client={client}&limit=1", key: owner, holds: []string{`"next":"`}},
			{name: "by status", do: "GET /bookings?client={client}&status=no_show", key: owner, holds: []string{"{c}", `"next":null`}, not: []string{"{b}"}},
			{name: "empty filters", do: "GET /bookings?client={client}&status=&staff=&location=&from=&to=", key: owner, holds: []string{"{c}", "{b}"}},
			{name: "calendar", do: "GET /calendar?from=2026-11-25&to=2026-12-02", key: staff, holds: []string{"{b}", `"open":[{`}},
			{name: "card", do: "GET /clients/{client}/card", key: owner, holds: []string{"{b}", "{c}", `"messages":[{`}},
			{name: "messages", do: "GET /messages?booking={b}&client={client}&status=", key: owner, holds: []string{`"receipt"`, `"due_at"`}, learn: map[string]string{"m": "items.0.id"}},
			{name: "message", do: "GET /messages/{m}", key: owner, holds: []string{`"recipient":{"kind":`, `"subject"`, `"text"`}},
			{name: "a stranger's message", do: "GET /messages/{m}", key: stranger, status: http.StatusNotFound},
			{name: "labelled", do: "GET /b/lumen-salon/slots?service={service}&from=2026-11-25&to=2026-12-04", holds: []string{`"label":"best_fit"`, `"location":"`}, not: []string{"score", "taste"}},
			{name: "scored for staff", do: "GET /slots?service={service}&from=2026-11-25&to=2026-12-04&order=best", key: integration, holds: []string{`"score":{"gaps":`, `"total":`, `"location":"`}, not: []string{"clash"}},
			{name: "none for a client's key", do: "GET /b/lumen-salon/slots?service={service}&from=2026-11-25&to=2026-12-04", key: owner, not: []string{"score"}},
			{name: "how it ranks", do: "GET /explain?service={service}&at={open_d}", key: owner, holds: []string{`"open":true`, `"score":{"gaps":`}},
			{name: "why", do: "GET /explain?service={service}&at=2026-11-29T03:00:00%2B01:00", key: owner, holds: []string{`"open":false`, `"rule":`}},
			{name: "rename", do: "PATCH /clients/{client}", key: owner, body: `{"note": "tea", "version": 1}`, holds: []string{`"tea"`}, events: []string{"client.updated"}},
			{name: "rename what changed", do: "PATCH /clients/{client}", key: owner, body: `{"note": "milk", "version": 1}`, status: 409},
			{name: "erase", do: "DELETE /clients/{client}", key: owner, status: 204, events: []string{"client.erased"}},
			{name: "erased", do: "GET /clients/{client}/card", key: owner, status: 404},
			{name: "the visit stays, without the name", do: "GET /bookings/{b}", key: owner, not: []string{"Vera"}},
		})
	})
}

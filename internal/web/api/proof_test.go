package api_test

import (
	"strings"
	"testing"

	"kept/internal/web/pagetest"
)

// letter waits for a code in the demo's inbox that went to a contact.
func (s *story) letter(to string) string {
	s.t.Helper()
	inbox := pagetest.House{Base: s.node.Listen(s.t)}
	return inbox.Letter(s.t, to, pagetest.Code, 1)[1]
}

// TestAProofIsAskedFor books over the API where contacts must be proven.
func TestAProofIsAskedFor(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		s.offer(0, "2026-11-25", "2026-12-02", 2)
		book := `{"service": "{service}", "start": "{start_b}", "staff": "{staff_b}", "client": {"name": "Ada", "email": "ada@proof.example"}`
		s.play([]scenario{
			{name: "ask", do: "PATCH /business", key: owner, body: `{"terms": {"proof": "sometimes"}}`, status: 422, holds: []string{"proof"}},
			{name: "ask", do: "PATCH /business", key: owner, body: `{"terms": {"proof": "always"}}`, holds: []string{`"proof":"always"`}, events: []string{"settings.changed"}},
			{name: "all see", do: "GET /b/lumen-salon", holds: []string{`"proof":"always"`}},
			{name: "without", do: "POST /b/lumen-salon/bookings", body: book + "}", status: 403, holds: []string{`"code":"proof_required"`, "ask for a code"}},
			{name: "with something", do: "POST /b/lumen-salon/bookings", body: book + `, "proof": "kept_proof_00"}`, status: 403, holds: []string{"proof_required"}},
			{name: "no contact", do: "POST /b/lumen-salon/codes", body: `{"contact": "030 1"}`, status: 422, holds: []string{`"field":"contact"`}},
			{name: "no hold", do: "POST /b/lumen-salon/codes", body: `{"contact": "ada@proof.example", "hold": "x"}`, status: 422, holds: []string{`"field":"hold"`}},
			{name: "nowhere", do: "POST /b/no-such-place/codes", body: `{"contact": "ada@proof.example"}`, status: 404},
			{
				name: "hold", do: "POST /b/lumen-salon/holds", body: `{"service": "{service}", "start": "{start_b}", "staff": "{staff_b}"}`, status: 201,
				learn: map[string]string{"hold": "token"}, events: []string{"hold.placed"},
			},
			{
				name: "a code", do: "POST /b/lumen-salon/codes", body: `{"contact": "Ada@proof.example", "hold": "{hold}"}`, status: 202,
				learn: map[string]string{"ticket": "ticket"}, holds: []string{`"sent_to":"a···@proof.example"`, `"hold_until":`},
			},
			{name: "too soon again", do: "POST /b/lumen-salon/codes", body: `{"contact": "ada@proof.example"}`, status: 429},
		})
		s.words["code"] = s.letter("ada@proof.example")
		wrong := strings.Map(func(r rune) rune { return '0' + ('9' - r) }, s.words["code"])
		for i := range 2 { // a key makes no difference: both tries count
			s.play([]scenario{{
				name: "wrong", do: "POST /b/lumen-salon/proofs", body: `{"ticket": "{ticket}", "code": "` + wrong + `"}`, status: 422,
				header: map[string]string{"Idempotency-Key": string(rune('a' + i))}, holds: []string{`"field":"code"`},
			}})
		}
		s.play([]scenario{
			{name: "another's", do: "POST /b/anhe-clinic/proofs", body: `{"ticket": "{ticket}", "code": "{code}"}`, status: 422},
			{name: "right", do: "POST /b/lumen-salon/proofs", body: `{"ticket": "{ticket}", "code": "{code}"}`, status: 201, learn: map[string]string{"proof": "proof", "known": "known"}},
			{
				name: "of another contact", do: "POST /b/lumen-salon/bookings", status: 403, holds: []string{"proof_required"},
				body: strings.Replace(book, "ada@", "leo@", 1) + `, "hold": "{hold}", "proof": "{proof}"}`,
			},
			{name: "the known mark", do: "POST /b/lumen-salon/bookings", body: book + `, "hold": "{hold}", "proof": "{known}"}`, status: 403},
			{
				name: "book", do: "POST /b/lumen-salon/bookings", body: book + `, "hold": "{hold}", "proof": "{proof}"}`, status: 201,
				learn: map[string]string{"c": "client.id"}, events: []string{"hold.released", "client.created", "booking.confirmed", "client.updated"},
			},
			{name: "proven", do: "GET /clients/{c}/contacts", key: owner, holds: []string{`"verified_by":"code"`}},
			{name: "once", do: "POST /b/lumen-salon/bookings", body: strings.Replace(book, "start_b", "start_a", 1) + `, "proof": "{proof}"}`, status: 403},
			{name: "the desk", do: "PATCH /business", key: owner, body: `{"terms": {"proof": "new"}}`, events: []string{"settings.changed"}},
			{
				name: "known", do: "POST /b/lumen-salon/bookings", status: 201, events: []string{"booking.confirmed"},
				body: strings.NewReplacer("start_b", "start_a", "staff_b", "staff_a").Replace(book) + `, "proof": "{known}"}`,
			},
		})
	})
}

// TestAFurtherContactIsProven has a client read out a code that went to a contact of theirs.
func TestAFurtherContactIsProven(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		s.play([]scenario{
			{
				name: "client", do: "POST /clients", key: owner, body: `{"name": "Ada Proof", "email": "ada@further.example"}`, status: 201,
				learn: map[string]string{"c": "id"}, events: []string{"client.created"},
			},
			{
				name: "another mail", do: "POST /clients/{c}/contacts", key: owner, body: `{"kind": "email", "value": "work@further.example"}`, status: 201,
				learn: map[string]string{"k": "id"}, events: []string{"client.updated"},
			},
			{name: "nobody's", do: "POST /clients/{c}/contacts/phone/codes", key: owner, status: 404},
			{
				name: "a code", do: "POST /clients/{c}/contacts/{k}/codes", key: staff, status: 202, learn: map[string]string{"ticket": "ticket"},
				holds: []string{`"sent_to":"w···@further.example"`},
			},
			{name: "too soon", do: "POST /clients/{c}/contacts/{k}/codes", key: staff, status: 429},
		})
		s.words["code"] = s.letter("work@further.example")
		body := `{"ticket": "{ticket}", "code": "{code}"}`
		s.play([]scenario{
			{name: "wrong", do: "POST /clients/{c}/contacts/{k}/proofs", key: staff, body: `{"ticket": "{ticket}", "code": "12345"}`, status: 422, holds: []string{`"field":"code"`}},
			{name: "of no booking", do: "POST /b/lumen-salon/proofs", body: body, status: 422},
			{name: "of another", do: "POST /clients/{c}/contacts/email/proofs", key: staff, body: body, status: 403, holds: []string{"proof_required"}},
			{name: "right", do: "POST /clients/{c}/contacts/{k}/proofs", key: staff, body: body, holds: []string{`"verified_by":"code"`}, events: []string{"client.updated"}},
			{name: "once", do: "POST /clients/{c}/contacts/{k}/proofs", key: staff, body: body, status: 410, holds: []string{"code_ended"}},
		})
	})
}

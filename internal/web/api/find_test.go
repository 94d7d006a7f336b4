package api_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"kept/internal/app/apptest"
)

func TestFindingClients(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		s.play([]scenario{
			{
				name: "Ivan", do: "POST /clients", key: owner, status: 201, learn: map[string]string{"ivan": "id"}, events: []string{"client.created"},
				body: `{"name": "Иван Калашников", "phone": "+7 916 555-47-11", "email": "kalashnikov@find.example"}`,
			},
			{
				name: "the same again", do: "POST /clients", key: owner, status: 201, learn: map[string]string{"twin": "id"}, events: []string{"client.created"},
				body: `{"name": "Ivan Kalashnikov", "phone": "+7 916 555-47-11", "note": "comes with a dog"}`,
			},
		})
		for _, query := range []string{"kalashnikov", "калашн", "kalahsnikov", "4711", "+79165554711", "kalashnikov@find"} {
			s.until(t, "/clients?q="+url.QueryEscape(query), `Иван Калашников`)
		}
		s.play([]scenario{
			{name: "by a stranger", do: "GET /clients?q=kalashnikov", key: stranger, not: []string{"Калашников"}},
			{name: "twins", do: "GET /clients/duplicates?client={ivan}", key: staff, holds: []string{`"why":"phone"`, "{twin}"}},
			{name: "twins of all", do: "GET /clients/duplicates", key: staff, holds: []string{"{twin}"}},
			{
				name: "merge", do: "POST /clients/{twin}/merge", key: staff, body: `{"into": "{ivan}"}`, status: 201,
				holds: []string{`"survivor":"{ivan}"`, `"undone_at":null`}, learn: map[string]string{"m": "id"}, events: []string{"client.merged", "client.updated"},
			},
			{name: "once is enough", do: "POST /clients/{twin}/merge", key: staff, body: `{"into": "{ivan}"}`, status: 409},
			{name: "the old id leads on", do: "GET /clients/{twin}", key: staff, holds: []string{`"id":"{ivan}"`, "comes with a dog"}},
			{name: "merges", do: "GET /clients/{ivan}/merges", key: staff, holds: []string{`"merged":"{twin}"`}},
			{name: "undo", do: "POST /merges/{m}/undo", key: staff, not: []string{`"undone_at":null`}, events: []string{"client.parted", "client.updated"}},
			{name: "undo again", do: "POST /merges/{m}/undo", key: staff, status: 409},
			{name: "two cards", do: "GET /clients/{ivan}", key: staff, not: []string{"comes with a dog"}},
			{name: "undo a stranger's", do: "POST /merges/{m}/undo", key: stranger, status: 404},
		})
	})
}

// until asks again until the answer has a text in it: the index follows the cards.
func (s *story) until(t *testing.T, path, want string) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var a apptest.Answer
	for range 1500 { // half a minute at most: the index is kept beside other work
		if a = s.ask(apptest.Request{Path: path, Key: staff}); strings.Contains(string(a.Body), want) {
			return
		}
		<-tick.C
	}
	t.Errorf("%s: %.300s", path, a.Body)
}

func TestTalksAndFiles(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		s.things()
		changed := []string{"client.updated"}
		s.play([]scenario{
			{
				name: "client", do: "POST /clients", key: owner, status: 201, learn: map[string]string{"c": "id"}, events: []string{"client.created"},
				body: `{"name": "Ada Talk", "phone": "+49 30 5550 4242"}`,
			},
			{
				name: "complaint", do: "POST /clients/{c}/entries", key: staff, status: 201, body: `{"kind": "complaint", "direction": "in", "text": "too loud"}`,
				holds: []string{`"state":"open"`, `"done_at":null`}, learn: map[string]string{"e": "id"}, events: changed,
			},
			{name: "note", do: "POST /clients/{c}/entries", key: staff, status: 201, body: `{"kind": "note", "text": "likes tea"}`, holds: []string{`"state":"done"`}, events: changed},
			{name: "fax", do: "POST /clients/{c}/entries", key: staff, status: 422, body: `{"kind": "fax", "text": "x"}`},
			{name: "dealt with", do: "PATCH /clients/{c}/entries/{e}", key: staff, body: `{"state": "done", "version": 1}`, holds: []string{`"version":2`}, events: changed},
			{name: "too late", do: "PATCH /clients/{c}/entries/{e}", key: staff, status: 409, body: `{"state": "open", "version": 1}`},
			{name: "talks", do: "GET /clients/{c}/entries?limit=1", key: staff, holds: []string{"likes tea", `"next":"`}},
			{name: "open ones", do: "GET /entries?state=open", key: staff, not: []string{"too loud"}},
			{name: "of a stranger", do: "GET /clients/{c}/entries", key: stranger, status: 404},
		})
		s.until(t, "/clients?q=55504242", "Ada Talk")
		s.play([]scenario{
			{
				name: "it rings", do: "POST /calls", key: integration, body: `{"from": "+49 (30) 5550-4242", "kind": "ringing"}`,
				holds: []string{`"client":"{c}"`, `"outcome":"ringing"`}, learn: map[string]string{"call": "id"}, events: []string{"client.updated", "call.received"},
			},
			{
				name: "and nobody answers", do: "POST /calls", key: integration, body: `{"from": "+49 30 55504242", "kind": "missed"}`,
				holds: []string{`"id":"{call}"`, `"state":"open"`}, events: []string{"client.updated", "call.received"},
			},
			{name: "told twice", do: "POST /calls", key: integration, body: `{"from": "+49 30 55504242", "kind": "missed"}`, holds: []string{`"id":"{call}"`}},
			{name: "withheld", do: "POST /calls", key: integration, body: `{"from": "", "kind": "missed"}`, holds: []string{`"client":null`}, events: []string{"call.received"}},
			{name: "no number", do: "POST /calls", key: integration, body: `{"from": "me", "kind": "missed"}`, status: 422},
			{name: "tally", do: "GET /clients/{c}/tally", key: staff, holds: []string{`"visits":0`, `"usual_hour":null`, `"spent":[]`}},
		})
		s.files(t)
	})
}

func (s *story) files(t *testing.T) {
	t.Helper()
	changed, pdf := []string{"client.updated"}, map[string]string{"Content-Type": "application/pdf"}
	s.play([]scenario{
		{
			name: "file", do: "POST /clients/{c}/documents?name=Befund%20%C3%A4.pdf", key: staff, status: 201, header: pdf, body: "%PDF-1.7 and so on",
			holds: []string{`"media":"application/pdf"`, `"size":18`, `"scanned":false`}, learn: map[string]string{"d": "id"}, events: changed,
		},
		{name: "a program", do: "POST /clients/{c}/documents?name=a.exe", key: staff, status: 422, body: "MZ\x90\x00", holds: []string{`"field":"file"`}},
		{name: "a page", do: "POST /clients/{c}/documents?name=a.pdf", key: staff, status: 422, header: pdf, body: "<html>"},
		{name: "no name", do: "POST /clients/{c}/documents", key: staff, status: 422, header: pdf, body: "%PDF-1.7"},
		{name: "too large", do: "POST /clients/{c}/documents?name=a.txt", key: staff, status: 413, body: strings.Repeat("0123456789", 1<<20+1)},
		{name: "files", do: "GET /clients/{c}/documents", key: staff, holds: []string{"Befund ä.pdf"}},
		{name: "one", do: "GET /clients/{c}/documents/{d}", key: staff, holds: []string{"Befund ä.pdf"}},
		{name: "content of a stranger", do: "GET /clients/{c}/documents/{d}/content", key: stranger, status: 404},
	})
	a := s.ask(apptest.Request{Path: s.fill("/clients/{c}/documents/{d}/content"), Key: staff})
	if string(a.Body) != "%PDF-1.7 and so on" {
		t.Errorf("the content is %q", a.Body)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment; filename*=utf-8''Befund%20%C3%A4.pdf",
		"Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
	} {
		if got := a.Header.Values(name); len(got) != 1 || got[0] != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	s.play([]scenario{
		{name: "remove", do: "DELETE /clients/{c}/documents/{d}", key: staff, status: 204, events: changed},
		{name: "gone", do: "GET /clients/{c}/documents/{d}/content", key: staff, status: 404},
	})
}

package api_test

import (
	"bytes"
	"net/http"
	"sync"
	"testing"

	"kept/internal/app/apptest"
)

func TestIdempotency(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		s.offer(0, "2026-11-27", "2026-12-02", 3)
		book := func(key, word string) apptest.Request {
			return apptest.Request{
				Method: http.MethodPost, Path: "/b/lumen-salon/bookings", Header: map[string]string{"Idempotency-Key": key},
				Body: s.fill(`{"service": "{service}", "start": "{start_` + word + `}", "staff": "{staff_` + word + `}", ` + person + `}`),
			}
		}
		const twins = 12
		answers := make([]apptest.Answer, twins)
		var all sync.WaitGroup
		for i := range twins {
			all.Go(func() { answers[i] = s.node.Do(t, book("one", "a")) })
		}
		all.Wait()
		for _, a := range answers {
			if a.Status != http.StatusCreated || !bytes.Equal(a.Body, answers[0].Body) {
				t.Fatalf("twins differ: %d %s\n%d %s", a.Status, a.Body, answers[0].Status, answers[0].Body)
			}
		}
		if a := s.ask(book("one", "b")).Want(t, http.StatusUnprocessableEntity); a.Text("code") != "idempotency_mismatch" {
			t.Errorf("another body: %s", a.Body)
		}
		taken := s.ask(book("two", "a")).Want(t, http.StatusConflict)
		s.words["b"], s.words["token"] = answers[0].Text("id"), answers[0].Text("manage_token")
		cancel := apptest.Request{
			Method: http.MethodPost, Path: s.fill("/bookings/{b}/cancel?token={token}"), Header: map[string]string{"Idempotency-Key": "three"},
		}
		first := s.ask(cancel).Want(t, http.StatusOK)
		if again := s.ask(cancel).Want(t, http.StatusOK); !bytes.Equal(first.Body, again.Body) {
			t.Errorf("a POST with a token is not replayed:\n%s\n%s", first.Body, again.Body)
		}
		if again := s.ask(book("two", "a")).Want(t, http.StatusConflict); !bytes.Equal(again.Body, taken.Body) {
			t.Errorf("a refusal is not replayed: %s", again.Body)
		}
		byKey := book("two", "a")
		byKey.Path, byKey.Key = "/bookings", owner
		s.ask(byKey).Want(t, http.StatusCreated)
		if a := s.ask(apptest.Request{
			Method: http.MethodPost, Path: "/clients", Key: owner, Body: `{}`, Header: map[string]string{"Idempotency-Key": string(bytes.Repeat([]byte("x"), 256))},
		}); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("a long key: %d", a.Status)
		}
		s.ask(apptest.Request{Method: http.MethodPost, Path: "/demo/clock", Body: `{"advance": "24h"}`}).Want(t, http.StatusOK)
		if later := s.ask(book("one", "b")).Want(t, http.StatusCreated); later.Text("id") == answers[0].Text("id") {
			t.Error("a key lives longer than a day")
		}
	})
}

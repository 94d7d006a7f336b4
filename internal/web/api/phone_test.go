package api_test

import (
	"net/http"
	"strings"
	"testing"

	"kept/internal/app/apptest"
)

// A business says where it can be called: its settings take the number in any
// form and keep one, and whoever books sees it.
func TestPhone(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		s.offer(0, "2026-11-25", "2026-12-02", 2)
		patch := func(body string) apptest.Answer {
			return s.ask(apptest.Request{Method: http.MethodPatch, Path: "/business", Key: owner, Body: body})
		}
		seen := func() string { return s.ask(apptest.Request{Path: "/b/lumen-salon"}).Text("phone") }
		if got := seen(); got != "+493023125042" {
			t.Errorf("the demo's number is %q", got)
		}
		for _, bad := range []string{"030 23125042", "+0 30 23125042", "call me", "+49", "+4930231250421234567", "javascript:alert(1)"} {
			if a := patch(`{"phone": "` + bad + `"}`); a.Status != http.StatusUnprocessableEntity || a.Text("errors.0.field") != "phone" {
				t.Errorf("%q is answered %d: %s", bad, a.Status, a.Body)
			}
		}
		for typed, want := range map[string]string{"+49 (30) 2312-5077": "+493023125077", "0049 30 23125078": "+493023125078"} {
			if a := patch(`{"phone": "`+typed+`"}`).Want(t, http.StatusOK); a.Text("phone") != want || seen() != want {
				t.Errorf("%q is kept as %s", typed, a.Text("phone"))
			}
		}
		patch(`{"phone": "+886 2 5550 0199", "terms": {"wait_min": 15}}`).Want(t, http.StatusOK)
		a := s.ask(apptest.Request{Method: http.MethodPost, Path: "/b/lumen-salon/bookings", Body: s.fill(
			`{"service": "{service}", "start": "{start_a}", "staff": "{staff_a}", ` + person + `}`)}).Want(t, http.StatusCreated)
		told := ""
		apptest.Eventually(t, "the receipt is written", func() bool {
			for _, m := range s.ask(apptest.Request{Path: "/messages?booking=" + a.Text("id"), Key: owner}).List("items") {
				if m := object(m); m["step"] == "receipt" {
					told, _ = m["text"].(string)
				}
			}
			return told != ""
		})
		if !strings.Contains(told, "+886255500199") {
			t.Errorf("the receipt says %s", told)
		}
		patch(`{"phone": ""}`).Want(t, http.StatusOK)
		if got := seen(); got != "" {
			t.Errorf("what was taken away is %q", got)
		}
		s.ask(apptest.Request{Method: http.MethodPatch, Path: "/business", Key: staff, Body: `{"phone": "+493023125042"}`}).Want(t, http.StatusForbidden)
	})
}

package desk_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kept/internal/web/pagetest"
)

// program asks as a program with the owner's key, and gives the id in the answer.
func program(t *testing.T, h *house, path, body string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.Base+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer demo-lumen-salon-owner")
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var made struct {
		ID string `json:"id"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&made); err != nil || answer.StatusCode != http.StatusCreated {
		t.Fatalf("%s answers %d, %v", path, answer.StatusCode, err)
	}
	return made.ID
}

// testForWhom books for a client's child: the form asks, keeps the choice, and
// the visit says so.
func testForWhom(t *testing.T, h *house) {
	c := h.SignIn(t, "lumen-salon")
	mother := program(t, h, "/clients", `{"name": "Ada Mother", "phone": "+49 30 7654 321"}`)
	kim := program(t, h, "/clients/"+mother+"/subjects", `{"kind": "child", "name": "Kim the Small"}`)
	service := pagetest.First(t, `<option value="([^"]+)"`, h.Get(t, c, salon+"/new").Body)
	q := url.Values{"service": {service}, "date": {"2026-03-12"}, "client": {mother}, "subject": {kim}}
	form := h.Get(t, c, salon+"/new?"+q.Encode())
	for _, want := range []string{"For whom or what", "Kim the Small", `value="` + kim + `" selected`, `name="subject" value="` + kim + `"`} {
		if !strings.Contains(form.Body, want) {
			t.Errorf("the form has no %s", want)
		}
	}
	q.Set("start", pagetest.First(t, `name="start" value="([^"]+)"`, form.Body))
	made := h.Post(t, c, salon+"/new", q)
	if made.Status != http.StatusSeeOther {
		t.Fatalf("book answers %d %.300s", made.Status, made.Body)
	}
	if visit := h.Get(t, c, made.Location); !strings.Contains(visit.Body, "Kim the Small") {
		t.Error("the visit does not say for whom it is")
	}
	q.Set("client", program(t, h, "/clients", `{"name": "Nobody's Mother"}`))
	q.Del("key")
	if other := h.Post(t, c, salon+"/new", q); other.Status < http.StatusBadRequest || other.Status >= http.StatusInternalServerError {
		t.Errorf("somebody else's child answers %d", other.Status)
	}
}

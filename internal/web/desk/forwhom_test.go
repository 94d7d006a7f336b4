package desk_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

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

// testShaping asks at the desk what the length of a visit depends on: what is
// answered counts in the times, in why one is shut, and in what is booked.
func testShaping(t *testing.T, h *house) {
	c := h.SignIn(t, "lumen-salon")
	q := url.Values{"date": {"2026-03-18"}}
	for _, m := range regexp.MustCompile(`<option value="([0-9a-f-]{36})"`).FindAllStringSubmatch(h.Get(t, c, salon+"/new").Body, -1) {
		if q.Set("service", m[1]); strings.Contains(h.Get(t, c, salon+"/new?"+q.Encode()).Body, `name="q.hair_length"`) {
			break
		}
	}
	length := func(hair string) time.Duration {
		t.Helper()
		q.Set("q.hair_length", hair)
		form := h.Get(t, c, salon+"/new?"+q.Encode())
		if !strings.Contains(form.Body, `<input type="hidden" name="q.hair_length" value="`+hair+`"`) {
			t.Fatal("the form has lost the answer")
		}
		typed := maps.Clone(q)
		typed.Set("name", "Ida "+hair)
		typed.Set("email", hair+"@hair.example")
		typed.Set("start", pagetest.First(t, `name="start" value="([^"]+)"`, form.Body))
		made := h.Post(t, c, salon+"/new", typed)
		if made.Status != http.StatusSeeOther {
			t.Fatalf("booking answers %d: %.300s", made.Status, pagetest.Text(pagetest.Parse(t, made.Body)))
		}
		hours := regexp.MustCompile(`(\d\d:\d\d)–(\d\d:\d\d)`).FindStringSubmatch(h.Get(t, c, made.Location).Body)
		if hours == nil {
			t.Fatal("the visit does not say its hours")
		}
		from, wrong := time.Parse("15:04", hours[1])
		until, bad := time.Parse("15:04", hours[2])
		if wrong != nil || bad != nil {
			t.Fatal(wrong, bad)
		}
		return until.Sub(from)
	}
	if short, long := length("short"), length("very_long"); long <= short {
		t.Errorf("very long hair takes %v, short hair %v", long, short)
	}
	q.Set("time", "03:00")
	why := h.Get(t, c, salon+"/explain?"+q.Encode())
	if !strings.Contains(why.Body, `value="very_long" selected`) {
		t.Error("the question why has forgotten the answer")
	}
	q.Set("q.hair_length", "green")
	for _, page := range []string{"/new?", "/explain?"} {
		if got := h.Get(t, c, salon+page+q.Encode()); !strings.Contains(got.Body, `href="#f-q.hair_length"`) {
			t.Errorf("%s says nothing of an answer that is none: %d", page, got.Status)
		}
	}
}

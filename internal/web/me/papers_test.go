package me_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"kept/internal/web/pagetest"
)

// png is the smallest picture that is one.
const png = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"

// bring sends a file to an address.
func (h *house) bring(t testing.TB, c *http.Client, to, key, name, content string) pagetest.Answer {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if err := form.WriteField("key", key); err != nil {
		t.Fatal(err)
	}
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.Base+to, &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return pagetest.Answer{Status: res.StatusCode, Location: res.Header.Get("Location"), Body: string(answer)}
}

func testPapers(t *testing.T, h *house) {
	card := h.enroll(t, salon, "Petra Paper", "petra@example.com", "")
	c := h.in(t, "petra@example.com")
	at := "/me/" + salon + "/papers"
	fresh := func() (string, string) {
		action, form := pagetest.Form(t, pagetest.Parse(t, h.Get(t, c, at).Body), "/papers?who="+card)
		return action, form.Get("key")
	}
	to, key := fresh()
	for range 2 { // sent twice it is one
		if got := h.bring(t, c, to, key, "skin.png", png); got.Status != http.StatusSeeOther || !strings.Contains(got.Location, "done=paper") {
			t.Fatalf("a picture answers %d: %.300s", got.Status, pagetest.Text(pagetest.Parse(t, got.Body)))
		}
	}
	text, body := h.page(t, c, at)
	says(t, text, "skin.png", "from you")
	if n := strings.Count(text, "skin.png"); n != 1 {
		t.Errorf("the picture stands there %d times", n)
	}
	list := h.api(t, salon, http.MethodGet, "/clients/"+card+"/documents", nil, http.StatusOK)
	items, _ := list["items"].([]any)
	if len(items) != 1 {
		t.Fatalf("the desk sees %v", list)
	}
	if one, _ := items[0].(map[string]any); one["from"] != "client" || one["class"] != "personal" || one["media"] != "image/png" {
		t.Errorf("the desk sees %v", one)
	}
	for name, content := range map[string]string{"run.exe": "MZ\x00\x01", "page.html": "<script>alert(1)</script>", "photo.png": "none", "empty.txt": ""} {
		to, key := fresh()
		if got := h.bring(t, c, to, key, name, content); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s answers %d", name, got.Status)
		}
	}
	other := h.in(t, h.someone(t, "Otto Other", "otto@example.com"))
	if got := h.bring(t, other, to, key, "x.png", png); got.Status != http.StatusNotFound {
		t.Errorf("another's card answers %d", got.Status)
	}
	h.send(t, c, at, "/remove")
	if text, _ = h.page(t, c, at); strings.Contains(text, "skin.png") {
		t.Error("what was removed still stands there")
	}
	if got := h.Post(t, c, pagetest.First(t, `action="([^"]+/remove)"`, body), nil); got.Status == http.StatusSeeOther {
		t.Error("a file is removed twice")
	}
	for i := range 11 {
		to, key := fresh()
		want := http.StatusSeeOther
		if i == 10 {
			want = http.StatusUnprocessableEntity
		}
		if got := h.bring(t, c, to, key, "note.txt", "a note"); got.Status != want {
			t.Fatalf("file %d of a day answers %d", i+1, got.Status)
		}
	}
}

// someone makes a card and gives its address.
func (h *house) someone(t testing.TB, name, email string) string {
	t.Helper()
	h.enroll(t, salon, name, email, "")
	return email
}

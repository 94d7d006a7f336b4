package card_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kept/internal/app/apptest"
	"kept/internal/web/pagetest"
)

func TestMain(m *testing.M) { apptest.Run(m) }

const salon = "/app/lumen-salon"

// house is a node with the owner signed in and a client of their own.
type house struct {
	*pagetest.House
	node *apptest.Node
	c    *http.Client
	at   string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	n := apptest.SQLite(t)
	h := &house{House: &pagetest.House{Base: n.Listen(t)}, node: n}
	h.c = h.SignIn(t, "lumen-salon")
	a := n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/clients", Key: "demo-lumen-salon-owner", Body: `{"name": "Nia Sommer", "email": "nia@example.com"}`})
	h.at = salon + "/clients/" + a.Text("id")
	return h
}

// send fills in the short form that posts to an address of the card.
func (h *house) send(t *testing.T, path string, typed ...string) pagetest.Answer {
	t.Helper()
	doc := pagetest.Parse(t, h.Get(t, h.c, h.at).Body)
	action, values := pagetest.Form(t, doc, path, typed...)
	return h.Post(t, h.c, action, values)
}

// TestCard walks over a card as somebody at the desk does, forms without scripts.
func TestCard(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	page := func() string { return h.Get(t, h.c, h.at+"?lang=en").Body }
	says := func(texts ...string) {
		t.Helper()
		body := page()
		for _, text := range texts {
			if !strings.Contains(body, text) {
				t.Errorf("the card does not say %q", text)
			}
		}
	}
	done := func(a pagetest.Answer) {
		t.Helper()
		if a.Status != http.StatusSeeOther {
			t.Fatalf("%d %.300s", a.Status, a.Body)
		}
	}
	says("Nia Sommer", "nia@example.com", "Nothing is due")
	done(h.send(t, "/talk", "talk.kind", "complaint", "talk.text", "Waited <b>long</b>\nand said so"))
	says("Complaint", "Waited &lt;b&gt;long&lt;/b&gt;", "Mark as done")
	done(h.send(t, "/done"))
	if strings.Contains(page(), "Mark as done") {
		t.Error("it is still open")
	}
	done(h.send(t, "/fact", "fact.key", "allergies", "fact.value", "Nickel"))
	says("Allergies: Nickel", "Good to know")
	done(h.send(t, "/contact", "contact.kind", "phone", "contact.value", "030 901820", "contact.label", "work"))
	says("030901820", "work", "Confirm")
	done(h.send(t, "/confirm"))
	says("verified")
	done(h.send(t, "/subject", "subject.kind", "vehicle", "subject.name", "Golf"))
	says("Golf", "Add a reading")
	done(h.send(t, "/plan", "plan.due", "2027-02-01", "plan.note", "Bring the photo"))
	says("1 February 2027", "Bring the photo")
	done(h.send(t, "/skip"))
	if strings.Contains(page(), "Bring the photo") {
		t.Error("it is still due")
	}

	// What is wrong is said where it was typed, and nothing typed is lost.
	a := h.send(t, "/fact", "fact.key", "birth_date", "fact.value", "yesterday")
	if a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, `value="yesterday"`) || !strings.Contains(a.Body, `id="errors"`) {
		t.Errorf("a date that is none: %d", a.Status)
	}
	if a = h.Post(t, h.c, h.at+"/fact", url.Values{"form": {"fact"}, "key": {"k"}, "fact.key": {"nonsense"}, "fact.value": {"x"}}); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("a fact that is none: %d", a.Status)
	}
	// The same form twice does its work once.
	doc := pagetest.Parse(t, page())
	action, values := pagetest.Form(t, doc, "/talk", "talk.kind", "note", "talk.text", "Only once")
	for range 2 {
		done(h.Post(t, h.c, action, values))
	}
	if n := strings.Count(page(), "Only once"); n != 1 {
		t.Errorf("it stands there %d times", n)
	}
}

// TestCardKeepsApart: what belongs to another card cannot be reached through this one.
func TestCardKeepsApart(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var other struct {
		Items []struct{ ID string }
	}
	raw := h.node.Do(t, apptest.Request{Path: "/clients?limit=5", Key: "demo-lumen-salon-owner"})
	if err := json.Unmarshal(raw.Body, &other); err != nil {
		t.Fatal(err)
	}
	theirs := ""
	for _, c := range other.Items {
		if !strings.HasSuffix(h.at, c.ID) {
			theirs = c.ID
		}
	}
	entry := h.node.Do(t, apptest.Request{
		Method: http.MethodPost, Path: "/clients/" + theirs + "/entries", Key: "demo-lumen-salon-owner", Body: `{"kind": "enquiry", "direction": "in", "text": "theirs"}`,
	}).Text("id")
	if a := h.Post(t, h.c, h.at+"/done", url.Values{"key": {"k1"}, "form": {"done"}, "entry": {entry}}); a.Status != http.StatusNotFound {
		t.Errorf("another card's entry: %d", a.Status)
	}
	for _, path := range []string{"/files/" + entry, "/forms/" + entry} {
		if a := h.Get(t, h.c, h.at+path); a.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.Status)
		}
	}
	if a := h.Get(t, h.c, strings.Replace(h.at, "lumen-salon", "anhe-clinic", 1)); a.Status != http.StatusNotFound {
		t.Errorf("in another business: %d", a.Status)
	}
}

// TestPreferencesOnPaper: the form of preferences adds and takes away rows on the server and keeps what was typed.
func TestPreferencesOnPaper(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	body := h.Get(t, h.c, h.at+"/preferences?lang=en").Body
	action, values := pagetest.Form(t, pagetest.Parse(t, body), "/preferences")
	values.Set("do", "add:windows")
	a := h.Post(t, h.c, action, values)
	action, values = pagetest.Form(t, pagetest.Parse(t, a.Body), "/preferences",
		"windows.0.weekday", "4", "windows.0.from", "17:00", "windows.0.to", "25:00", "remind", "fewer", "quiet.from", "21:00", "quiet.to", "08:00")
	if a = h.Post(t, h.c, action, values); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, `value="25:00"`) {
		t.Fatalf("a time that is none: %d", a.Status)
	}
	action, values = pagetest.Form(t, pagetest.Parse(t, a.Body), "/preferences", "windows.0.to", "20:00")
	if a = h.Post(t, h.c, action, values); a.Status != http.StatusSeeOther {
		t.Fatalf("%d %.300s", a.Status, a.Body)
	}
	card := h.Get(t, h.c, h.at+"?lang=en").Body
	for _, text := range []string{"Thursday 17:00–20:00", "One for each visit", "21:00–08:00"} {
		if !strings.Contains(card, text) {
			t.Errorf("the card does not say %q", text)
		}
	}
	// An older form does not undo what was said since.
	if a = h.Post(t, h.c, action, func() url.Values {
		values.Set("key", "01a20244-fddc-763e-b226-813fe221fd70")
		values.Set("remind", "none")
		return values
	}()); a.Status != http.StatusConflict {
		t.Errorf("an older version: %d", a.Status)
	}
}

// TestEveryFactHasAName: no key of the program's stands on a page as it is.
func TestEveryFactHasAName(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, lang := range []string{"en", "zh-Hant", "ru"} {
		body := h.Get(t, h.c, h.at+"?lang="+lang).Body
		if bad := regexp.MustCompile(`>(sheet|fact|subject|choice|reading)\.[a-z_]+<`).FindString(body); bad != "" {
			t.Errorf("%s: %s", lang, bad)
		}
	}
}

// TestFiles puts a file to a card, twice with one key, and takes it away.
func TestFiles(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, values := pagetest.Form(t, pagetest.Parse(t, h.Get(t, h.c, h.at).Body), "/files")
	send := func(key, name, content string) int {
		t.Helper()
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		for _, field := range [][2]string{{"key", key}, {"form", "file"}, {"class", "personal"}} {
			if err := form.WriteField(field[0], field[1]); err != nil {
				t.Fatal(err)
			}
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
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.Base+h.at+"/files", &body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", form.FormDataContentType())
		res, err := h.c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return res.StatusCode
	}
	for range 2 {
		if got := send(values.Get("key"), "note.txt", "Patch test: nothing to see."); got != http.StatusSeeOther {
			t.Fatalf("upload answers %d", got)
		}
	}
	page := h.Get(t, h.c, h.at).Body
	if n := strings.Count(page, "/files/"); n != 1 {
		t.Errorf("the file stands there %d times", n)
	}
	if a := h.Get(t, h.c, pagetest.First(t, `href="([^"]+/files/[^"]+)"`, page)); a.Body != "Patch test: nothing to see." {
		t.Errorf("it reads %q", a.Body)
	}
	for name, content := range map[string]string{"page.html": "<script>alert(1)</script>", "run.txt": "MZ\x00\x01", "photo.png": "no picture"} {
		if got := send("01a20244-fddc-763e-b226-813fe221fd71", name, content); got != http.StatusUnprocessableEntity {
			t.Errorf("%s answers %d", name, got)
		}
	}
	if a := h.send(t, "/unfile"); a.Status != http.StatusSeeOther || strings.Contains(h.Get(t, h.c, h.at).Body, ">note.txt<") {
		t.Errorf("taken away: %d", a.Status)
	}
}

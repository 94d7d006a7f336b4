package privacy_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kept/internal/app/apptest"
	"kept/internal/web/pagetest"
)

const root = "/app/lumen-salon/privacy"

// owner is the owner of the salon at the pages, in a whole program.
type owner struct {
	*pagetest.House

	t    *testing.T
	c    *http.Client
	last pagetest.Answer
	data string
}

func TestMain(m *testing.M) { apptest.Run(m) }

func newOwner(t *testing.T) *owner {
	t.Helper()
	dir := apptest.Folder(t)
	h := &pagetest.House{Base: apptest.Boot(t, dir, "").Listen(t)}
	return &owner{House: h, t: t, c: h.SignIn(t, "lumen-salon"), data: dir}
}

func (o *owner) get(path string) *owner {
	o.t.Helper()
	o.last = o.Get(o.t, o.c, path)
	if o.last.Status != http.StatusOK {
		o.t.Fatalf("%s: %d", path, o.last.Status)
	}
	return o
}

func (o *owner) says(words ...string) *owner {
	o.t.Helper()
	for _, w := range words {
		if !strings.Contains(o.last.Body, w) {
			o.t.Errorf("the page does not say %q", w)
		}
	}
	return o
}

// send posts a form and goes where it leads.
func (o *owner) send(path string, pairs ...string) *owner {
	o.t.Helper()
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	o.last = o.Post(o.t, o.c, path, v)
	if o.last.Status != http.StatusSeeOther {
		o.t.Fatalf("%s: %d\n%s", path, o.last.Status, o.last.Body)
	}
	return o.get(o.last.Location)
}

// client is the first client of the list.
func (o *owner) client() string {
	o.t.Helper()
	o.get("/app/lumen-salon/clients")
	return pagetest.First(o.t, `href="/app/lumen-salon/clients/([0-9a-f-]{36})"`, o.last.Body)
}

// TestEverythingIsReadInThreeLanguages opens each page in each language.
func TestEverythingIsReadInThreeLanguages(t *testing.T) {
	t.Parallel()
	o := newOwner(t)
	who := o.client()
	o.send(root+"/breaches", "title", "A lost laptop", "regime", "fz152", "categories", "names", "categories", "health", "report", "It was <b>stolen</b>.")
	breach := strings.SplitN(o.last.Body, "/breaches/", 2)[1][:36]
	for _, path := range []string{"", "/requests", "/erasures", "/holds", "/retention", "/register", "/breaches", "/breaches/" + breach, "/clients/" + who} {
		for _, lang := range []string{"en", "ru", "zh-Hant"} {
			o.get(root + path + "?lang=" + lang)
			if strings.Contains(o.last.Body, "privacy.") {
				t.Errorf("%s in %s: a text is missing: %.80s", path, lang, o.last.Body[strings.Index(o.last.Body, "privacy."):])
			}
			if strings.Contains(o.last.Body, "<b>stolen") {
				t.Errorf("%s: markup comes through", path)
			}
		}
	}
	o.get("/app/lumen-salon/settings?lang=en").says(root)
}

// TestAPersonAsksAndGoes takes down a request, takes the card out, and erases it.
func TestAPersonAsksAndGoes(t *testing.T) {
	t.Parallel()
	o := newOwner(t)
	who := o.client()
	page := root + "/clients/" + who
	o.get(page).says("Everything that is kept", "Erase this person")
	o.send(page+"/ask", "kind", "erase", "note", "Please forget me").says("The request is taken down.", "Please forget me", "due ")
	o.get(root).says("Open requests: 1")

	answer := o.Post(t, o.c, page+"/export", url.Values{})
	z, err := zip.NewReader(strings.NewReader(answer.Body), int64(len(answer.Body)))
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := io.ReadAll(r)
		found = found || f.Name == "data.json" && bytes.Contains(raw, []byte("Please forget me"))
	}
	if !found {
		t.Error("what was asked is not in the file")
	}

	o.send(page+"/hold", "class", "personal", "until", "2026-12-31", "reason", "dispute").says("Holds are changed.", "A dispute")
	got := o.Post(t, o.c, page+"/erase", url.Values{"reason": {"request"}, "ahead": {"cancel"}})
	if got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "Tick this") {
		t.Errorf("without being sure: %d", got.Status)
	}
	got = o.Post(t, o.c, page+"/erase", url.Values{"reason": {"request"}, "ahead": {"cancel"}, "sure": {"yes"}})
	if got.Status != http.StatusConflict {
		t.Errorf("a held card was erased: %d", got.Status)
	}
	o.send(page+"/hold", "class", "personal", "end", "1")
	o.send(page+"/erase", "reason", "request", "ahead", "cancel", "sure", "yes").says("Record of destruction", who, "keys were destroyed", "The person asked for it")
	o.get(root + "/erasures").says("Erased client …" + who[len(who)-8:])
	if got := o.Get(t, o.c, page); got.Status != http.StatusNotFound {
		t.Errorf("the erased card answers %d", got.Status)
	}
	list, err := os.ReadFile(filepath.Join(o.data, "erased.list"))
	if err != nil || !bytes.Contains(list, []byte(who)) {
		t.Errorf("the list of erasures is %q, %v", list, err)
	}
}

// TestRulesAreTriedFirst saves rules, sees who would go, and nobody goes.
func TestRulesAreTriedFirst(t *testing.T) {
	t.Parallel()
	o := newOwner(t)
	o.get(root + "/retention")
	o.send(root+"/retention", "version", "0", "rules", "2", "regime", "fz152", "contact", "Ada, privacy@lumen.example", "home", "yes",
		"what0", "cards", "length0", "1", "unit0", "months", "what1", "texts", "length1", "30", "unit1", "days")
	o.says("Ada, privacy@lumen.example")
	answer := o.Post(t, o.c, root+"/retention", url.Values{
		"dry": {"1"}, "rules": {"1"}, "what0": {"cards"}, "length0": {"1"}, "unit0": {"months"},
	})
	if answer.Status != http.StatusOK || !strings.Contains(answer.Body, "Cards that would be erased") {
		t.Errorf("the dry run answers %d", answer.Status)
	}
	wrong := o.Post(t, o.c, root+"/retention", url.Values{"version": {"1"}, "rules": {"1"}, "what0": {"texts"}, "length0": {"soon"}, "unit0": {"months"}})
	if wrong.Status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong length answers %d", wrong.Status)
	}
	stale := o.Post(t, o.c, root+"/retention", url.Values{"version": {"0"}, "rules": {"0"}, "regime": {"gdpr"}})
	if stale.Status != http.StatusUnprocessableEntity {
		t.Errorf("an old form answers %d", stale.Status)
	}
	o.send(root+"/register", "name", "Newsletter", "basis", "consent", "persons", "Subscribers").says("Newsletter", "Subscribers", "Days: 30")
	o.send(root + "/register/health/hide").says("taken out")
	o.send(root + "/register/0/remove")
	if strings.Contains(o.last.Body, "Subscribers") {
		t.Error("a removed line is still there")
	}
}

// TestALeakCountsDown enters one and takes its steps.
func TestALeakCountsDown(t *testing.T) {
	t.Parallel()
	o := newOwner(t)
	o.send(root+"/breaches", "title", "A lost laptop", "regime", "fz152", "categories", "names")
	o.says("hours left: 2", "First notice to the authority", "Result of the investigation", "reports a breach of personal data: A lost laptop. Noticed", "likely consequences and measures: —. Contact: —.")
	page := root + "/breaches/" + strings.SplitN(o.last.Body, "/breaches/", 2)[1][:36]
	o.send(page+"/step", "step", "notified").says("done ")
	o.send(page + "/persons").says("List with contacts")
	list := o.Get(t, o.c, page+"/persons.csv")
	if !strings.HasPrefix(list.Body, "client,name,email,phone,categories") || strings.Count(list.Body, "\n") < 3 || strings.Contains(list.Body, ",+") {
		t.Errorf("the list is %.200s", list.Body)
	}
	o.send(page, "title", "A stolen laptop", "regime", "gdpr", "categories", "contacts").says("A stolen laptop")
	o.send(page+"/step", "step", "closed")
	o.get(root+"/breaches").says("A stolen laptop", "Closed")
}

package card_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kept/internal/app/apptest"
	"kept/internal/web/pagetest"
)

// create makes a card over the API.
func (h *house) create(t *testing.T, name string) string {
	t.Helper()
	r := apptest.Request{Method: http.MethodPost, Path: "/clients", Key: "demo-lumen-salon-owner", Body: map[string]any{"name": name}}
	return h.node.Do(t, r).Want(t, http.StatusCreated).Text("id")
}

// found waits until names can be searched for: the index comes a moment after the card.
func (h *house) found(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		apptest.Eventually(t, name+" can be found", func() bool {
			r := apptest.Request{Path: "/clients?q=" + url.QueryEscape(name), Key: "demo-lumen-salon-owner"}
			return len(h.node.Do(t, r).List("items")) > 0
		})
	}
}

// section is the text of one part of the card.
func (h *house) section(t *testing.T, name string) string {
	t.Helper()
	body := h.Get(t, h.c, h.at+"?lang=en").Body
	return pagetest.First(t, `(?s)<section[^>]* id="`+name+`"(.*?)</section>`, body)
}

// TestFamily finds relatives by search, joins them both ways and parts them, and
// is refused what makes no sense.
func TestFamily(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if s := h.section(t, "family"); !strings.Contains(s, "Nobody else looks after this card") || !strings.Contains(s, h.at+"/family") {
		t.Errorf("without anybody: %s", s)
	}
	kid, gran := h.create(t, "Kim Sommer"), h.create(t, "Gerda Sommer")
	h.found(t, "Kim Sommer", "Gerda Sommer", "Nia Sommer")
	find := func(query string) pagetest.Answer {
		return h.Get(t, h.c, h.at+"/family?lang=en&q="+url.QueryEscape(query))
	}
	if got := find(""); got.Status != http.StatusOK || strings.Contains(got.Body, "Who looks after whom") {
		t.Errorf("the page answers %d", got.Status)
	}
	if got := find("nobody of this name").Body; !strings.Contains(got, "or add a card for them first") {
		t.Error("it does not say that nobody was found")
	}
	join := func(query, other, role string) pagetest.Answer {
		t.Helper()
		doc := pagetest.Parse(t, find(query).Body)
		action, form := pagetest.Form(t, doc, "/relate")
		form.Set("client", other)
		form.Set("role", role)
		return h.Post(t, h.c, action, form)
	}
	found := find("Kim Sommer").Body
	for _, want := range []string{"Nia Sommer looks after Kim Sommer", "Kim Sommer looks after Nia Sommer"} {
		if !strings.Contains(found, want) {
			t.Errorf("it does not offer %q", want)
		}
	}
	if own := find("Nia Sommer").Body; strings.Contains(own, "Nia Sommer looks after Nia") {
		t.Error("it offers the card itself")
	}
	for query, pair := range map[string][2]string{"Kim Sommer": {kid, "ward"}, "Gerda Sommer": {gran, "guardian"}} {
		if got := join(query, pair[0], pair[1]); got.Status != http.StatusSeeOther || !strings.HasSuffix(got.Location, h.at+"#family") {
			t.Fatalf("%s: %d to %s", query, got.Status, got.Location)
		}
	}
	s := h.section(t, "family")
	for _, want := range []string{"Kim Sommer", "this client looks after them", "Gerda Sommer", "looks after this client, since", "/clients/" + kid, "/clients/" + gran} {
		if !strings.Contains(s, want) {
			t.Errorf("the card does not say %q: %s", want, s)
		}
	}
	list := h.node.Do(t, apptest.Request{Path: "/clients/" + h.id() + "/relations", Key: "demo-lumen-salon-owner"}).Want(t, http.StatusOK).List("items")
	if len(list) != 2 {
		t.Errorf("programs see %v", list)
	}
	for name, change := range map[string][3]string{
		"itself": {h.id(), "ward", "answers for itself already"}, "no role": {kid, "friend", "is ward or guardian"},
	} {
		if got := join("Kim Sommer", change[0], change[1]); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, change[2]) {
			t.Errorf("%s: %d", name, got.Status)
		}
	}
	for _, other := range []string{"nonsense", strings.Repeat("0", 26), ""} {
		if got := join("Kim Sommer", other, "ward"); got.Status != http.StatusNotFound {
			t.Errorf("%q: %d", other, got.Status)
		}
	}
	doc := pagetest.Parse(t, h.Get(t, h.c, h.at).Body)
	action, form := pagetest.Form(t, doc, "/part")
	for range 2 { // pressed twice is pressed once
		if got := h.Post(t, h.c, action, form); got.Status != http.StatusSeeOther {
			t.Fatalf("parting answers %d", got.Status)
		}
	}
	if s := h.section(t, "family"); strings.Contains(s, "Kim Sommer") || !strings.Contains(s, "Gerda Sommer") {
		t.Errorf("after parting: %s", s)
	}
}

// TestFamilyPages turns the pages of many relatives, and knows its bound.
func TestFamilyPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for i := range 20 {
		h.write(t, "/relations", map[string]any{"client": h.create(t, fmt.Sprintf("Ward %02d", i))})
	}
	name := regexp.MustCompile(`>Ward (\d\d)</a>`)
	var got []string
	for at, pages := h.at+"?lang=en", 0; at != "" && pages < 5; pages++ {
		body := h.Get(t, h.c, at).Body
		part := pagetest.First(t, `(?s)<section[^>]* id="family"(.*?)</section>`, body)
		for _, m := range name.FindAllStringSubmatch(part, -1) {
			got = append(got, m[1])
		}
		at = ""
		if m := older.FindStringSubmatch(part); m != nil {
			at, _, _ = strings.Cut(strings.ReplaceAll(m[1], "&amp;", "&"), "#")
		}
	}
	want := make([]string, 20)
	for i := range want {
		want[i] = fmt.Sprintf("%02d", i)
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("the pages have %v", got)
	}
	more := h.create(t, "One Too Many")
	h.found(t, "One Too Many")
	body := h.Get(t, h.c, h.at+"/family?q=One+Too+Many").Body
	action, form := pagetest.Form(t, pagetest.Parse(t, body), "/relate")
	form.Set("client", more)
	form.Set("role", "ward")
	if got := h.Post(t, h.c, action, form); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "at most 20 others") {
		t.Errorf("one more answers %d", got.Status)
	}
}

// TestFamilyReach tells who sees only their own clients that somebody is there,
// and no name; nor does it join what is out of their reach.
func TestFamilyReach(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	owner := "demo-lumen-salon-owner"
	far := h.create(t, "Farah Distantova")
	who := h.node.Do(t, apptest.Request{Path: "/staff?limit=1", Key: owner}).Text("items.0.id")
	visits := h.node.Do(t, apptest.Request{Path: "/bookings?limit=1&staff=" + who, Key: owner}).Want(t, http.StatusOK)
	h.at = salon + "/clients/" + visits.Text("items.0.client.id")
	h.write(t, "/relations", map[string]any{"client": far})
	if s := h.section(t, "family"); !strings.Contains(s, "Farah Distantova") {
		t.Fatalf("the owner sees %s", s)
	}
	_, err := h.node.SQL.ExecContext(t.Context(), fmt.Sprintf(`UPDATE member SET role = 'staff', reach = 'own', staff_id = '%s'
		WHERE business_id = (SELECT id FROM business WHERE slug = 'lumen-salon')`, who))
	if err != nil {
		t.Fatal(err)
	}
	if s := h.section(t, "family"); strings.Contains(s, "Farah") || strings.Contains(s, far+`"`) && strings.Contains(s, "href=\"/app/lumen-salon/clients/"+far) ||
		!strings.Contains(s, "A card out of your reach") {
		t.Errorf("who reaches their own clients sees %s", s)
	}
	near := h.at
	h.at = salon + "/clients/" + far
	if got := h.Get(t, h.c, h.at+"/family"); got.Status != http.StatusNotFound {
		t.Errorf("the page of a far card answers %d", got.Status)
	}
	for _, at := range []string{near, h.at} {
		form := url.Values{"key": {"k-" + at}, "client": {far}, "role": {"guardian"}}
		if got := h.Post(t, h.c, at+"/relate", form); got.Status != http.StatusNotFound && got.Status != http.StatusForbidden {
			t.Errorf("joining %s with a far card answers %d", at, got.Status)
		}
	}
}

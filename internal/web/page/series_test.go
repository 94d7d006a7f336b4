package page_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"kept/internal/i18n"
	"kept/internal/web/pagetest"
)

// TestSeriesAndRules shares one program among what recurs and what is refused
// by a rule of the owner's.
func TestSeriesAndRules(t *testing.T) {
	t.Parallel()
	w := newTown(t, true)
	for lang, slug := range shops() {
		t.Run("series "+lang, func(t *testing.T) { testSeries(t, w, lang, slug) })
	}
	for lang, slug := range shops() {
		t.Run("several "+lang, func(t *testing.T) { testSeveral(t, w, lang, slug) })
	}
	t.Run("recurring", func(t *testing.T) { testRecurring(t, w) })
	t.Run("needs", func(t *testing.T) { testNeeds(t, w) }) // the rule that it writes stays
}

// course books three visits of a service over the API, and gives their links.
func (v *visitor) course(slug string) []string {
	v.t.Helper()
	v.open("/b/"+slug, http.StatusOK).follow("service=")
	v.open(v.week(), http.StatusOK)
	var starts []string
	service := ""
	for _, day := range v.days() {
		v.open(day, http.StatusOK)
		if times := v.links("start="); len(times) > 0 && len(starts) < 3 {
			u, err := url.Parse(times[len(times)/2])
			if err != nil {
				v.t.Fatal(err)
			}
			starts, service = append(starts, u.Query().Get("start")), u.Query().Get("service")
		}
	}
	body, err := json.Marshal(map[string]any{
		"service": service, "start": starts[0], "dates": starts, "client": map[string]string{"name": "Ida Again", "email": "ida@example.com"},
	})
	if err != nil {
		v.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.h.Base+"/api/v1/b/"+slug+"/series", strings.NewReader(string(body)))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	var made struct {
		URLs []string `json:"manage_urls"`
	}
	if err := json.NewDecoder(res.Body).Decode(&made); err != nil || res.StatusCode != http.StatusCreated || len(made.URLs) != 3 {
		v.t.Fatalf("three dates answer %d %v %v", res.StatusCode, err, made)
	}
	for i, link := range made.URLs {
		made.URLs[i] = link[strings.Index(link, "/m/"):]
	}
	return made.URLs
}

// testSeries reads a course, moves what follows, and cancels all of it.
func testSeries(t *testing.T, w *town, lang, slug string) {
	p := i18n.For(lang)
	v := w.visitor(t, lang)
	links := v.course(slug)
	v.open(links[1], http.StatusOK).says(p.N("series.title", 3))
	pagetest.Inspect(t, v.at, v.last.Body)
	if got := v.links("/m/"); strings.Count(strings.Join(got, " "), links[0]) != 1 || strings.Count(strings.Join(got, " "), links[2]) != 1 {
		t.Errorf("the second leads to %v", got)
	}
	v.follow("/move")
	v.open(v.week(), http.StatusOK).dayWith(1)
	v.open(v.links("start=")[0], http.StatusOK)
	if _, values := v.form("/move"); values.Get("scope") != "one" {
		t.Errorf("moving asks %v", values)
	}
	v.send("/move", "scope", "one").expect(http.StatusOK).says(p.T("manage.moved"))
	v.follow("ask=cancel").says(p.T("series.which"), p.T("series.following"))
	pagetest.Inspect(t, v.at, v.last.Body)
	v.send("/cancel", "scope", "some").expect(http.StatusUnprocessableEntity)
	v.open(links[1]+"?ask=cancel", http.StatusOK).send("/cancel", "scope", "all").expect(http.StatusOK).says(p.T("manage.others_cancelled"))
	for _, link := range links {
		v.open(link, http.StatusOK).says(p.T("manage.is_cancelled"))
	}
}

// testNeeds has a service that wants a test first: said on the list, and again
// to whoever has not had it.
func testNeeds(t *testing.T, w *town) {
	owner := w.SignIn(t, "lumen-salon")
	at := "/app/lumen-salon/settings/rules/new?kind=link"
	doc := pagetest.Parse(t, w.Get(t, owner, at).Body)
	services := map[string]string{}
	for _, o := range pagetest.Elements(doc, "option", "input") {
		if pagetest.Attribute(o, "name") == "services" || o.Data == "option" {
			services[pagetest.Attribute(o, "value")] = strings.TrimSpace(pagetest.Text(o))
		}
	}
	v := w.visitor(t, "en")
	v.open("/b/lumen-salon", http.StatusOK)
	first, err := url.Parse(v.links("service=")[0])
	if err != nil {
		t.Fatal(err)
	}
	second, err := url.Parse(v.links("service=")[1])
	if err != nil {
		t.Fatal(err)
	}
	wanted, other := first.Query().Get("service"), second.Query().Get("service")
	_, form := pagetest.Form(t, doc, "?kind=link", "name.en", "Patch test first", "about.en", "Colour can harm; we test your skin.",
		"link.kind", "requires", "link.other", other, "link.least_min", "48", "link.least_min_unit", "hours")
	form.Set("services", wanted)
	form.Set("on", "yes")
	if got := w.Post(t, owner, at, form); got.Status != http.StatusSeeOther {
		t.Fatalf("the rule answers %d %.2000s", got.Status, got.Body)
	}
	v.open("/b/lumen-salon", http.StatusOK).says("Needs first: "+services[other], "at least 48 h before")
	v.open("/b/lumen-salon?service="+wanted, http.StatusOK).says("Needs first: "+services[other], "at least 48 h before", "Book "+services[other])
	if len(v.links("service="+other)) == 0 {
		t.Error("the times do not lead to what must come first")
	}
	v = w.visitor(t, "en").choose("lumen-salon", 0)
	v.send("/book", "name", "Nora New", "email", "nora@example.com").expect(http.StatusConflict)
	v.says("Patch test first: Colour can harm; we test your skin.")
	pagetest.Inspect(t, v.at, v.last.Body)
}

// testRecurring fills in the form for a visit every week: the dates are shown,
// what is wrong is said, one is left out, and the others are booked at once.
func testRecurring(t *testing.T, w *town) {
	p := i18n.For(english)
	v := w.visitor(t, english).choose(salonSlug, 0)
	before := w.count(t, "booking", "hold")
	v.send("/book", "name", "Wendy Weekly", "phone", "+49 30 5550199", "repeat", "1", "times", "40")
	v.expect(http.StatusUnprocessableEntity).says(p.T("form.times_wrong"))
	v.send("/book", "times", "3").expect(http.StatusOK).says(p.T("series.check"), p.T("series.book"))
	pagetest.Inspect(t, v.at, v.last.Body)
	if after := w.count(t, "booking", "hold"); after[0] != before[0] || after[1] != before[1] {
		t.Errorf("bookings and holds: %v, then %v", before, after)
	}
	action, form := v.form("/book")
	dates := form["on"]
	for i := range 12 { // the diary decides which dates are taken, and others stand in for them
		if other := form.Get("on." + strconv.Itoa(i)); other != "" {
			dates = append(dates, other)
		}
	}
	if len(dates) < 2 || form.Get("name") != "Wendy Weekly" {
		t.Fatalf("the dates are %v, the form %v", dates, form)
	}
	none := url.Values{}
	for name, values := range form {
		if !strings.HasPrefix(name, "on") {
			none[name] = values
		}
	}
	if got := w.Post(t, v.client, action, none); got.Status != http.StatusOK || !strings.Contains(got.Body, p.T("series.none")) {
		t.Errorf("no date at all answers %d", got.Status)
	}
	form["on"] = dates[:2]
	for i := range 12 {
		form.Del("on." + strconv.Itoa(i))
	}
	one, two := w.Post(t, v.client, action, form), w.Post(t, v.client, action, form)
	if one.Status != http.StatusSeeOther || one != two {
		t.Fatalf("first %d %s, then %d %s", one.Status, one.Location, two.Status, two.Location)
	}
	if after := w.count(t, "booking", "hold"); after[0] != before[0]+2 || after[1] != before[1]-1 {
		t.Errorf("bookings and holds: %v, then %v", before, after)
	}
	v.open(one.Location, http.StatusOK)
}

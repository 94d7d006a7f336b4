package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kept/internal/web/pagetest"
)

// testSqueeze puts a visit beside another one: it must be allowed, seen and
// then booked; a second one beside it finds no room.
func testSqueeze(t *testing.T, h *house) {
	c := h.SignIn(t, "lumen-salon")
	service := pagetest.First(t, `<option value="([^"]+)"`, h.Get(t, c, salon+"/new").Body)
	allow := func(yes ...string) {
		t.Helper()
		action, terms := pagetest.Form(t, pagetest.Parse(t, h.Get(t, c, salon+"/settings/business").Body), "/settings/business")
		terms["overflow"] = yes
		if got := h.Post(t, c, action, terms); got.Status != http.StatusSeeOther {
			t.Fatalf("the settings answer %d", got.Status)
		}
	}
	allow()
	form := h.Get(t, c, salon+"/new?service="+service+"&date=2026-03-18")
	if strings.Contains(form.Body, `name="squeeze"`) {
		t.Error("a business that takes no squeeze-ins offers one")
	}
	allow("yes")
	form = h.Get(t, c, salon+"/new?service="+service+"&date=2026-03-18")
	pagetest.Inspect(t, "new", form.Body)
	start, staff := "", ""
	for _, o := range pagetest.Elements(pagetest.Parse(t, form.Body), "option") {
		who := pagetest.Attribute(o, "value")
		if pagetest.Attribute(o.Parent, "name") != "staff" || who == "" {
			continue
		}
		one := h.Get(t, c, salon+"/new?service="+service+"&date=2026-03-18&staff="+who)
		if _, rest, ok := strings.Cut(one.Body, `name="start" value="`); ok {
			start, staff = rest[:len("2026-03-18T10:30")], who
			break
		}
	}
	if start == "" {
		t.Fatal("nobody has any time")
	}
	book := func(name string) url.Values {
		return url.Values{
			"service": {service}, "staff": {staff}, "date": {"2026-03-18"}, "other": {start[len(start)-5:]}, "override": {"yes"}, "name": {name}, "email": {name[:5] + "@example.com"},
		}
	}
	first := h.Post(t, c, salon+"/new", book("Fiona First"))
	if first.Status != http.StatusSeeOther {
		t.Fatalf("the first visit answers %d %.300s", first.Status, first.Body)
	}
	second := book("Sally Second")
	if got := h.Post(t, c, salon+"/new", second); got.Status != http.StatusConflict {
		t.Errorf("a visit on top of another answers %d", got.Status)
	}
	second.Set("squeeze", "yes")
	asked := h.Post(t, c, salon+"/new", second)
	pagetest.Inspect(t, "squeeze", asked.Body)
	if asked.Status != http.StatusOK || !strings.Contains(asked.Body, "It lies beside:") || !strings.Contains(asked.Body, "Fiona First") {
		t.Fatalf("before it is squeezed in: %d", asked.Status)
	}
	second.Set("beside", "something else")
	if got := h.Post(t, c, salon+"/new", second); got.Status != http.StatusOK {
		t.Errorf("having seen something else answers %d", got.Status)
	}
	second.Set("beside", pagetest.First(t, `name="beside" value="([^"]+)"`, asked.Body))
	second.Set("repeat", "1")
	second.Set("times", "3")
	if got := h.Post(t, c, salon+"/new", second); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "#f-repeat") {
		t.Errorf("every week it answers %d", got.Status)
	}
	second.Del("repeat")
	made := h.Post(t, c, salon+"/new", second)
	if made.Status != http.StatusSeeOther {
		t.Fatalf("squeezed in it answers %d %.300s", made.Status, made.Body)
	}
	if visit := h.Get(t, c, made.Location); !strings.Contains(visit.Body, "Squeezed in") {
		t.Error("the visit does not say that it was squeezed in")
	}
	third := book("Tilda Third")
	third.Set("squeeze", "yes")
	if got := h.Post(t, c, salon+"/new", third); got.Status != http.StatusConflict || !strings.Contains(got.Body, "No room to squeeze in") {
		t.Errorf("a third answers %d", got.Status)
	}
}

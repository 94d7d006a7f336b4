package settings_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kept/internal/web/pagetest"
)

// link gives the address on the page that holds a text.
func (o *owner) link(text string) string {
	o.t.Helper()
	page := pagetest.Elements(pagetest.Parse(o.t, o.last.Body), "main")
	if len(page) != 1 {
		o.t.Fatalf("%d main parts", len(page))
	}
	for _, a := range pagetest.Elements(page[0], "a") { // the menu names who is signed in
		if strings.Contains(pagetest.Text(a), text) {
			return pagetest.Attribute(a, "href")
		}
	}
	o.t.Fatalf("no link says %q", text)
	return ""
}

// testService makes a service of three parts without scripts, and sells it.
func testService(t *testing.T, h *house) {
	o := &owner{t: t, h: h, c: h.boss}
	o.get(salon+"/services/new").send("segments.0.duration_min", "soon", "price", "lots").
		fault("name.en", "segments.0.duration_min", "price").says("Lasts: Enter a whole number from 1 to 1,440", `value="soon"`, `value="lots"`)
	o.send("name.en", "Henna", "segments.0.duration_min", "30", "price", "68,50", "interval_min", "0").fault("interval_min")

	o.press("add:segments", "interval_min", "15").press("add:segments", "segments.1.who", "nobody").
		press("add:segments.1.resources", "segments.1.duration_min", "40", "segments.2.duration_min", "20")
	o.send("segments.1.resources.0.kind", "", "segments.1.resources.0.count", "1").fault("segments.1.resources.0.kind")
	o.press("up:segments.2", "segments.1.resources.0.kind", "colour_station")
	action, values := o.form()
	if values.Get("segments.2.resources.0.kind") != "colour_station" || values.Get("segments.1.duration_min") != "20" {
		t.Fatalf("moved up: %v", values)
	}
	one := h.Post(t, o.c, action, values)
	two := h.Post(t, o.c, action, values)
	if one.Status != http.StatusSeeOther || one != two {
		t.Errorf("sent twice it answers %d %s, then %d %s", one.Status, one.Location, two.Status, two.Location)
	}
	o.last = one
	o.saved("service_new").says("Henna", "The service is on sale now.", "3 parts", "€68.50")
	if n := strings.Count(o.last.Body, "<b>Henna</b>"); n != 1 {
		t.Errorf("it is on sale %d times", n)
	}
	if public := h.Get(t, http.DefaultClient, "/b/lumen-salon"); !strings.Contains(public.Body, "Henna") {
		t.Error("clients do not see it")
	}

	// What nobody can do is told where it stands, with where to mend it.
	o.get(o.link("Henna")).send("segments.0.staff.skill", "henna", "segments.0.staff.level", "3").saved("saved").says("cannot be booked")
	o.get(o.link("Henna")).says("nobody who does it has the skill “henna” at level 3.", `href="`+salon+`/staff"`)
	o.send("segments.0.staff.skill", "", "segments.0.staff.level", "").saved("saved")
	if strings.Contains(o.last.Body, "cannot be booked") {
		t.Error("it is still said that nobody can do it")
	}

	// Changed by two at once: the second is told, loses nothing, and may insist.
	at := o.link("Henna")
	other := (&owner{t: t, h: h, c: o.c}).get(at)
	o.get(at).send("name.ru", "Хна").saved("saved")
	other.send("about.en", "With lemon").want(http.StatusConflict).says("Somebody else changed this meanwhile.", "With lemon")
	other.send().saved("saved")
	o.get(at)
	if _, stands := o.form(); stands.Get("name.ru") != "" || stands.Get("about.en") != "With lemon" {
		t.Errorf("what was insisted on: %v", stands)
	}
	for range 2 {
		o.last = h.Post(t, o.c, at+"/archive", nil)
		if o.last.Status != http.StatusSeeOther && o.last.Status != http.StatusNotFound {
			t.Errorf("archive answers %d", o.last.Status)
		}
	}
	if o.get(salon + "/services"); strings.Contains(o.last.Body, "Henna") {
		t.Error("it is still on sale")
	}
}

func testStaff(t *testing.T, h *house) {
	o := &owner{t: t, h: h, c: h.boss}
	o.get(salon+"/staff/new").send("name.en", "Ida", "email", "ida").fault("email")
	o.press("add:skills", "email", "ida@lumen.example").press("add:breaks", "skills.0.skill", "henna", "skills.0.level", "200")
	o.send().fault("skills.0.level")
	o.send("skills.0.level", "2", "breaks.0.to_min", "11:00").fault("breaks.0.to_min")
	o.send("breaks.0.to_min", "15:00").saved("staff_new").says("Ida")
	at := o.link("Ida")
	o.get(at)
	if _, stands := o.form(); stands.Get("skills.0.skill") != "henna" || stands.Get("breaks.0.from_min") != "12:00" || stands.Get("all_services") != "yes" {
		t.Errorf("it stands as %v", stands)
	}
	o.last = h.Post(t, o.c, at+"/archive", nil)
	o.saved("staff_end")
}

func testThings(t *testing.T, h *house) {
	o := &owner{t: t, h: h, c: h.boss}
	o.get(salon+"/resources/new").send("units", "0").fault("name.en", "kind", "units")
	o.send("name.en", "Steamer", "kind", "steamer", "units", "2").saved("resource_new").says("Steamer", "2 units")
	o.get(o.link("Steamer")).send("units", "3").saved("saved").says("3 units")
	o.last = h.Post(t, o.c, o.link("Steamer")+"/archive", nil)
	o.saved("resource_end")

	o.get(salon+"/locations/new").send("name.en", "Lakeside", "zone", "Europe/Atlantis").fault("zone")
	o.send("zone", "Europe/Paris").saved("location_new").says("Lakeside")
	at := o.link("Lakeside")
	o.get(at)
	_, values := o.form()
	for name := range values {
		if strings.HasPrefix(name, "travel.") {
			o.send(name, "25").saved("saved").get(at).says(`value="25"`)
			break
		}
	}
	o.last = h.Post(t, o.c, at+"/archive", nil)
	o.saved("location_end")
}

// testHours gives somebody a week: Monday by hand, the others as Monday.
func testHours(t *testing.T, h *house) {
	o := &owner{t: t, h: h, c: h.boss}
	o.get(salon + "/staff")
	at := o.link("Leyla") + "/hours"
	o.get(at)
	_, before := o.form()
	o.send("mode", "follow").saved("saved").get(at)
	if _, stands := o.form(); stands.Get("mode") != "follow" || stands.Has("day.1.0.row") {
		t.Errorf("following: %v", stands)
	}
	o.send("mode", "own").fault("mode")
	o.press("add:day.1").press("add:day.1", "day.1.0.to", "12:30").press("copy:day.1>day.2", "day.1.1.from", "22:00", "day.1.1.to", "02:00")
	o.press("add:exceptions")
	o.send("day.2.0.from", "").fault("day.2.0.from", "exceptions.0.date")
	o.send("day.2.0.from", "08:15", "exceptions.0.date", "2026-12-24").saved("saved").get(at)
	_, stands := o.form()
	for name, want := range map[string]string{
		"day.1.0.from": "09:00", "day.1.0.to": "12:30", "day.2.0.from": "08:15", "day.2.1.to": "02:00", "exceptions.0.date": "2026-12-24",
		"exceptions.0.from": "", "day.3.0.from": "",
	} {
		if stands.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, stands.Get(name), want)
		}
	}
	action, _ := o.form()
	before.Set("was", stands.Get("was"))
	before.Set("key", stands.Get("key"))
	o.last = h.Post(t, o.c, action, before)
	o.saved("saved")
}

func testTimeOff(t *testing.T, h *house) {
	o := &owner{t: t, h: h, c: h.boss}
	o.get(salon+"/time-off/new").send("from", "", "to", "2026-05-03").fault("who", "from")
	_, values := o.form()
	who := ""
	for _, s := range pagetest.Elements(pagetest.Parse(t, o.last.Body), "option") {
		if strings.Contains(pagetest.Text(s), "Leyla") {
			who = pagetest.Attribute(s, "value")
		}
	}
	if values.Get("to") != "2026-05-03" || who == "" {
		t.Fatalf("typed: %v, Leyla is %q", values, who)
	}
	o.send("who", who, "from", "2026-05-04").fault("to")
	o.send("to", "2026-05-06").saved("off_new").says("Leyla", "4 May – ", "6 May")
	at := o.link("4 May")
	action, values := o.get(at).form("from_time", "14:00", "to_time", "16:30", "to", "2026-05-04")
	values.Del("whole")
	o.last = h.Post(t, o.c, action, values)
	o.saved("saved").says("14:00 – 16:30")
	for range 2 { // sent twice, it is removed once
		o.last = h.Post(t, o.c, at+"/remove", url.Values{})
		o.want(http.StatusSeeOther)
	}
}

func testBusiness(t *testing.T, h *house) {
	o := &owner{t: t, h: h, c: h.boss}
	o.get(salon+"/business").send("phone", "030 23125042").fault("phone")
	o.get(salon+"/business").send("hold_min", "0", "zone", "Nowhere").fault("hold_min")
	o.send("hold_min", "20").fault("zone")
	o.send("zone", "Europe/Berlin", "cancel_cutoff_min", "2", "cancel_cutoff_min_unit", "days", "wait_min", "").saved("saved")
	o.get(salon + "/business")
	if _, stands := o.form(); stands.Get("cancel_cutoff_min") != "2" || stands.Get("cancel_cutoff_min_unit") != "days" || stands.Get("hold_min") != "20" {
		t.Errorf("it stands as %v", stands)
	}
}

package settings_test

import (
	"net/http"
	"testing"

	"kept/internal/web/pagetest"
)

// testRecalls sets when a service is due again, without scripts: what belongs
// to a kind is asked once that kind was chosen and sent.
func testRecalls(t *testing.T, h *house) {
	o := &owner{t: t, h: h, c: h.boss}
	o.get(salon+"/services/new").press("add:recalls", "name.en", "Perming", "segments.0.duration_min", "30", "price", "20").
		send("recalls.0.every", "").fault("recalls.0.every")
	o.send("recalls.0.every", "6", "recalls.0.unit", "week").saved("service_new")
	at := o.link("Perming")
	o.get(at).press("add:recalls").send("recalls.1.kind", "usage", "recalls.1.every", "12").want(http.StatusUnprocessableEntity).
		says("Fill in what belongs to this kind", `name="recalls.1.amount"`)
	o.send("recalls.1.amount", "15000", "recalls.1.reading", "mileage_km", "recalls.1.grace_days", "30").saved("saved")
	o.get(at)
	if _, stands := o.form(); stands.Get("recalls.0.unit") != "week" || stands.Get("recalls.1.amount") != "15000" ||
		stands.Get("recalls.1.tell") != "yes" || stands.Get("recalls.1.lead_days") != "7" {
		t.Errorf("%v", stands)
	}
	o.send("recalls.1.kind", "interval").fault("recalls.1.kind")
	o.get(at).press("remove:recalls.0", "recalls.1.kind", "course").send().want(http.StatusUnprocessableEntity)
	o.send("recalls.0.steps", "6", "recalls.0.every", "2", "recalls.0.most", "1").fault("recalls.0.most")
	o.send("recalls.0.most", "4").saved("saved")
	o.get(at).send("recalls.0.kind", "after").want(http.StatusUnprocessableEntity).says(`name="recalls.0.after"`)
	other := pagetest.First(t, `(?s)name="recalls.0.after".*?<option value="([^"]+)"`, o.last.Body)
	if at == salon+"/services/"+other {
		t.Error("it may come after itself")
	}
	o.send("recalls.0.after", other).saved("saved")
	o.get(at).send("recalls.0.kind", "age").want(http.StatusUnprocessableEntity)
	o.send("recalls.0.from_age", "40", "recalls.0.every", "1", "recalls.0.unit", "year").saved("saved")
	o.get(at).press("remove:recalls.0").send().saved("saved")
	if _, stands := o.get(at).form(); stands.Has("recalls.0.kind") {
		t.Errorf("%v", stands)
	}
	o.last = h.Post(t, o.c, at+"/archive", nil)
}

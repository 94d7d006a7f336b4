package settings_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// lacks wants texts not to stand on the page.
func (o *owner) lacks(texts ...string) *owner {
	o.t.Helper()
	for _, text := range texts {
		if strings.Contains(o.last.Body, text) {
			o.t.Errorf("says %q", text)
		}
	}
	return o
}

// clear takes away the seasons that the demo has set.
func (o *owner) clear() *owner {
	o.t.Helper()
	for n := 9; n >= 0; n-- {
		if button := "remove:seasons." + strconv.Itoa(n); strings.Contains(o.last.Body, `"`+button+`"`) {
			o.press(button)
		}
	}
	return o
}

func TestRotas(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	t.Run("seasons", func(t *testing.T) { testSeasons(t, h) })
	t.Run("holidays", func(t *testing.T) { testHolidays(t, h) })
	t.Run("roster", func(t *testing.T) { testRoster(t, h) })
}

// testSeasons sets seasons without scripts. Other forms of the same hours leave
// them alone.
func testSeasons(t *testing.T, h *house) {
	o := &owner{t: t, h: h, c: h.boss}
	place := o.get(salon+"/locations").want(http.StatusOK).link("Torstraße") + "/hours"
	at := o.get(place).want(http.StatusOK).link("Seasons")
	o.get(at).want(http.StatusOK)
	o.clear().says("No seasons")
	o.press("add:seasons").press("add:seasons.0.week", "seasons.0.name", "Summer", "seasons.0.from", "2026-07-01", "seasons.0.to", "2026-06-30")
	o.send("seasons.0.week.0.from", "soon").fault("seasons.0.week.0.from").says("Summer")
	o.send("seasons.0.week.0.from", "08:00", "seasons.0.week.0.to", "20:00").fault("seasons.0.to")
	o.send("seasons.0.to", "2026-07-31").saved("saved")
	o.get(at).says("Summer", "2026-07-31", `value="08:00"`).lacks("No seasons")
	o.press("add:seasons", "seasons.0.name", "Summer").send("seasons.1.from", "2026-07-31", "seasons.1.to", "2026-08-31").fault("seasons.1.from")
	o.send("seasons.1.from", "2026-08-01").saved("saved")

	action, values := o.get(at).form()
	values.Del("seasons.0.week.0.days")
	o.last = h.Post(t, o.c, action, values)
	o.want(http.StatusUnprocessableEntity).says("Choose at least one day.")

	o.get(place).send().saved("saved")
	o.get(at).says("Summer", "2026-08-31", "closed for the whole season")
	o.press("remove:seasons.1").press("remove:seasons.0").send().saved("saved")
	o.get(at).says("No seasons")
	one := o.get(salon + "/staff").link("Anna")
	o.get(o.get(one + "/hours").link("Seasons")).want(http.StatusOK).clear().press("add:seasons").press("add:seasons.0.week")
	o.send("seasons.0.from", "2026-07-01", "seasons.0.to", "2026-07-31").saved("saved")
	o.get(one + "/seasons").press("remove:seasons.0").send().saved("saved")
}

func testHolidays(t *testing.T, h *house) {
	o := &owner{t: t, h: h, c: h.boss}
	place := o.get(salon + "/locations").link("Torstraße")
	at := o.get(place + "/hours").link("Public holidays")
	o.get(at).want(http.StatusOK).send("calendar", "").saved("saved") // the demo keeps Berlin's
	o.get(at).lacks("In the coming year")
	o.send("calendar", "XX").fault("calendar")
	o.get(at).send("calendar", "DE/BE", "shorten_min", "lots").fault("shorten_min")
	o.send("shorten_min", "60").saved("saved").says("In the coming year", "Good Friday", "Fri 3 April 2026", "Closed").lacks("not published yet", "All Saints")
	o.get(place + "/hours").send().saved("saved") // another form leaves it
	o.get(at).says("Good Friday")
	if slots := h.Get(t, http.DefaultClient, "/b/lumen-salon?lang=en"); slots.Status != http.StatusOK {
		t.Errorf("the public page answers %d", slots.Status)
	}
	o.send("calendar", "TW", "on_holiday", "sunday").saved("saved").says("Dragon Boat", "As on Sundays", "not published yet")
	o.send("calendar", "RU", "on_holiday", "", "shorten_min", "30").saved("saved").says("Closes 30 min earlier", "As usual")
	for language, text := range map[string]string{"zh-Hant": "勝利日", "ru": "День Победы"} {
		o.get(at + "?lang=" + language).want(http.StatusOK).says(text)
	}
	o.get(at+"?lang=en").send("calendar", "").saved("saved").lacks("In the coming year")
}

func testRoster(t *testing.T, h *house) {
	o := &owner{t: t, h: h, c: h.boss}
	one := o.get(salon + "/staff").link("Anna")
	at := o.get(one + "/hours").link("Roster")
	o.get(at).want(http.StatusOK).says("Weeks A and B", "Day 4").lacks("Publish until")
	o.get(at + "?pattern=ab").says("Day 14").lacks("Day 15")
	o.get(at + "?pattern=3x3").press("remove:cycle.5").press("add:cycle.4.shifts").says("Day 5").lacks("Day 6")
	o.send("cycle.4.shifts.0.to", "late").fault("cycle.4.shifts.0.to")
	o.send("cycle.4.shifts.0.to", "18:00", "anchor", "").fault("anchor")
	o.send("anchor", "2026-03-02", "from", "2026-03-02", "to", "2026-03-01").fault("to")
	o.send("to", "").saved("saved").says("A draft so far", "March 2026", "April 2026", "is-draft", "Work by the week again")
	o.press("copy:cycle.2.shifts>cycle.3.shifts").send().saved("saved")

	publish := func(until string) *owner {
		o.last = h.Post(t, o.c, at+"/publish", url.Values{"until": {until}, "key": {"01a0cb22-0700-7634-8074-" + strings.ReplaceAll(until+"00", "-", "")}})
		return o
	}
	publish("soon").want(http.StatusUnprocessableEntity).says("f-until-fault")
	publish("1926-01-01").want(http.StatusUnprocessableEntity)
	publish("2026-03-20").saved("roster").says("Published.", "Clients can book until Fri 20 March 2026")
	o.get(at).send("cycle.0.shifts.0.from", "10:00").saved("saved").says("until Fri 20 March 2026") // stays published
	o.get(one + "/hours").says("A roster is in force").send().saved("saved")
	o.get(at).says("10:00")
	o.last = h.Post(t, o.c, at+"/remove", nil)
	o.saved("saved").lacks("A roster is in force")
}

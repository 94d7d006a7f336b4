package page_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"kept/internal/i18n"
	"kept/internal/web/pagetest"
)

const english, salonSlug = i18n.English, "lumen-salon"

// testTwice sends the details twice: one booking, and both are led to it.
func testTwice(t *testing.T, w *town) {
	v := w.visitor(t, english).choose(salonSlug, 0)
	before := w.count(t, "booking", "client")
	action, form := v.form("/book", "name", "Twice Told", "phone", "+49 30 5550101")
	one, two := w.Post(t, v.client, action, form), w.Post(t, v.client, action, form)
	if one.Status != http.StatusSeeOther || one.Location == "" || two != one {
		t.Errorf("first %d %s, then %d %s", one.Status, one.Location, two.Status, two.Location)
	}
	if after := w.count(t, "booking", "client"); after[0] != before[0]+1 || after[1] != before[1]+1 {
		t.Errorf("bookings and clients: %v, then %v", before, after)
	}
	// Going back to the form afterwards leads to the booking.
	if got := w.Get(t, v.client, v.at); got.Status != http.StatusSeeOther || got.Location != one.Location {
		t.Errorf("the details of a hold that was used answer %d %s", got.Status, got.Location)
	}
}

// testNotRight sends details that cannot be: each fault is said, linked, and stands at its field.
func testNotRight(t *testing.T, w *town) {
	v := w.visitor(t, english).choose(salonSlug, 1)
	before := w.count(t, "booking", "client")
	for name, c := range map[string]struct {
		typed []string
		at    []string
	}{
		"nothing":     {nil, []string{"f-name", "f-email"}},
		"no name":     {[]string{"name", "  ", "phone", "+49 30 5550102"}, []string{"f-name"}},
		"no contact":  {[]string{"name", "Nora"}, []string{"f-email"}},
		"wrong email": {[]string{"name", "Nora", "email", "nora@"}, []string{"f-email"}},
		"wrong phone": {[]string{"name", "Nora", "phone", "call me", "note", "by the <b>door</b>"}, []string{"f-phone"}},
		"long name":   {[]string{"name", strings.Repeat("n", 5000), "phone", "+49 30 5550102"}, []string{"f-name"}},
	} {
		v.send("/book", append([]string{"name", "", "email", "", "phone", "", "note", ""}, c.typed...)...)
		v.expect(http.StatusUnprocessableEntity)
		var at []string
		for _, link := range v.links("#f-") {
			at = append(at, link[1:])
		}
		slices.Sort(c.at)
		if slices.Sort(at); !slices.Equal(at, c.at) {
			t.Errorf("%s: the summary leads to %v, want %v", name, at, c.at)
		}
		_, form := v.form("/book")
		for i := 0; i+1 < len(c.typed); i += 2 {
			if got := form.Get(c.typed[i]); got != c.typed[i+1] {
				t.Errorf("%s: %s was typed as %.40q and is now %.40q", name, c.typed[i], c.typed[i+1], got)
			}
		}
		for _, id := range at {
			v.field(id)
		}
	}
	if after := w.count(t, "booking", "client"); !slices.Equal(before, after) {
		t.Errorf("bookings and clients: %v, then %v", before, after)
	}
	v.send("/book", "name", "Nora Right", "email", "nora@example.com", "phone", "").expect(http.StatusOK).says("Your visit is booked")
}

// field wants the control to be there, marked as wrong and to say why.
func (v *visitor) field(id string) {
	v.t.Helper()
	why := ""
	for _, c := range pagetest.Elements(v.doc, "input", "textarea", "p") {
		switch pagetest.Attribute(c, "id") {
		case id:
			if pagetest.Attribute(c, "aria-invalid") != "true" || !strings.Contains(pagetest.Attribute(c, "aria-describedby"), id+"-fault") {
				v.t.Errorf("%s is not marked as wrong", id)
			}
		case id + "-fault":
			why = pagetest.Text(c)
		}
	}
	if why == "" {
		v.t.Errorf("%s does not say what is wrong", id)
	}
}

// testTaken has two choose the same time of the same person.
func testTaken(t *testing.T, w *town) {
	a, b := w.visitor(t, english), w.visitor(t, english)
	a.open("/b/"+salonSlug, http.StatusOK).follow("service=").follow("staff=").dayWith(8)
	at := a.links("start=")[0]
	a.open(at, http.StatusOK)
	b.open(at, http.StatusOK)
	a.send("/hold").expect(http.StatusOK)
	b.send("/hold").expect(http.StatusConflict).says("Somebody has just taken that time.")
	if others := b.links("start="); len(others) == 0 || slices.Contains(others, at) {
		t.Errorf("after the time was taken %d are offered, it among them: %v", len(others), slices.Contains(others, at))
	}
	// To move onto it is refused in the same way, and the visit stays where it is.
	c := w.visitor(t, english).choose(salonSlug, 5)
	c.send("/book", "name", "Mo Ving", "phone", "+49 30 5550103")
	token, _, _ := strings.Cut(c.at, "?")
	c.open(token+"/move", http.StatusOK).dayWith(1)
	free := c.links("start=")
	c.open(free[0], http.StatusOK)
	was := when(c.open(token, http.StatusOK))
	start, _ := url.Parse(free[0])
	got := w.Post(t, c.client, token+"/move", url.Values{"start": {"2026-11-24T03:00:00+01:00"}, "day": {start.Query().Get("day")}})
	if got.Status != http.StatusConflict || !strings.Contains(got.Body, "Somebody has just taken") {
		t.Errorf("a move into the night answers %d", got.Status)
	}
	if now := when(c.open(token, http.StatusOK)); now != was {
		t.Errorf("the visit is now %s, was %s", now, was)
	}
}

// testReading opens everything that can be opened: nothing changes.
func testReading(t *testing.T, w *town) {
	v := w.visitor(t, english).choose(salonSlug, 1)
	details := v.at
	v.send("/book", "name", "Rea Ding", "phone", "+49 30 5550104")
	token, _, _ := strings.Cut(v.at, "?")
	v.open("/b/"+salonSlug, http.StatusOK).follow("service=").dayWith(3)
	times := append(v.links("start="), v.links("day=")...)
	before := w.count(t, unchanged()...)
	for _, path := range append(times[:min(12, len(times))], "/", "/b/"+salonSlug, details, token, token+"?done=1", token+"?ask=cancel",
		token+"?said=cancelled", token+"/move", token+"/visit.ics", token+"/cancel", token+"/confirm", "/sign-out",
		"/demo/inbox", "/demo/advance?advance=3h", "/b/"+salonSlug+"/hold", "/b/"+salonSlug+"/book",
	) {
		w.Get(t, v.client, path)
	}
	if after := w.count(t, unchanged()...); !slices.Equal(before, after) {
		t.Errorf("reading changed %v from %v to %v", unchanged(), before, after)
	}
}

// unchanged is what only a POST changes. Messages go out in the background.
func unchanged() []string {
	return []string{
		"booking", "booking WHERE status = 'confirmed'", "booking WHERE attendance_confirmed_at IS NULL", "hold", "occupancy",
		"client", "session", "idempotency",
	}
}

// testTokens alters every letter of a link in turn, and carries tokens to where they do not belong.
func testTokens(t *testing.T, w *town) {
	v := w.visitor(t, english).choose(salonSlug, 1)
	query := v.at[strings.Index(v.at, "?"):]
	action, form := v.form("/book", "name", "To Ken", "phone", "+49 30 5550105")
	before := w.count(t, "booking")
	for _, c := range []struct{ slug, why string }{{"anhe-clinic", "another's"}, {"nobody", "nobody's"}} {
		if got := w.Get(t, v.client, "/b/"+c.slug+"/details"+query); got.Status != http.StatusNotFound {
			t.Errorf("a hold on %s page answers %d", c.why, got.Status)
		}
		if got := w.Post(t, v.client, "/b/"+c.slug+"/book", form); got.Status != http.StatusNotFound {
			t.Errorf("a hold in %s form answers %d", c.why, got.Status)
		}
	}
	if got := w.Get(t, v.client, "/m/"+form.Get("hold")); got.Status != http.StatusNotFound {
		t.Errorf("a hold's token opens a booking: %d", got.Status)
	}
	if after := w.count(t, "booking"); after[0] != before[0] {
		t.Error("a token where it does not belong has booked")
	}
	v.see(action, w.Post(t, v.client, action, form))
	token := strings.TrimSuffix(strings.TrimPrefix(v.at, "/m/"), "?done=1")
	for i := range token {
		other := byte('A')
		if token[i] == other {
			other = 'B'
		}
		if got := w.Get(t, v.client, "/m/"+token[:i]+string(other)+token[i+1:]); got.Status != http.StatusNotFound {
			t.Errorf("with letter %d of %d altered the link answers %d", i, len(token), got.Status)
		}
	}
	for _, bad := range []string{token[:len(token)-1], token + "A", token + "=", strings.ToUpper(token)} {
		if got := w.Get(t, v.client, "/m/"+bad); got.Status != http.StatusNotFound {
			t.Errorf("the link %s answers %d", bad, got.Status)
		}
	}
}

// testForeign sends every form from another site: refused, and nothing happens.
func testForeign(t *testing.T, w *town) {
	v := w.visitor(t, english).choose(salonSlug, 2)
	v.send("/book", "name", "For Eign", "phone", "+49 30 5550106")
	token, _, _ := strings.Cut(v.at, "?")
	before := w.count(t, unchanged()...)
	for _, path := range []string{
		"/sign-in", "/sign-up", "/sign-out", "/demo/advance", "/b/" + salonSlug + "/hold", "/b/" + salonSlug + "/book",
		token + "/confirm", token + "/cancel", token + "/move",
	} {
		for _, header := range [][]string{
			{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "same-site"},
		} {
			if got := w.Post(t, v.client, path, url.Values{"advance": {"1h"}}, header...); got.Status != http.StatusForbidden {
				t.Errorf("%s from another site (%v) answers %d", path, header, got.Status)
			}
		}
	}
	if after := w.count(t, unchanged()...); !slices.Equal(before, after) {
		t.Errorf("another site changed %v from %v to %v", unchanged(), before, after)
	}
}

// testLanguage chooses a language on the page; it is remembered.
func testLanguage(t *testing.T, w *town) {
	v := w.visitor(t, english).open("/b/"+salonSlug, http.StatusOK)
	lang := func() string { return pagetest.Attribute(pagetest.Elements(v.doc, "html")[0], "lang") }
	v.open("/b/"+salonSlug+"?lang=xx", http.StatusOK)
	if got := lang(); got != english {
		t.Errorf("a language that nobody speaks gives %s", got)
	}
	v.follow("lang=ru")
	v.open("/nowhere", http.StatusNotFound)
	if got := lang(); got != i18n.Russian {
		t.Errorf("having chosen Russian, the next page is in %s", got)
	}
	v.open("/b/"+salonSlug, http.StatusOK).follow("service=").follow("lang=zh-Hant")
	if got := lang(); got != i18n.Chinese || len(v.links("start=")) == 0 {
		t.Errorf("on the times page: %s, %d times", got, len(v.links("start=")))
	}
}

// testMarkup books with a name and a note that would be scripts.
func testMarkup(t *testing.T, w *town) {
	const evil = `"><script>alert(1)</script>`
	v := w.visitor(t, english).choose(salonSlug, 1)
	v.send("/book", "name", "Eve "+evil, "email", "eve@example.com", "note", evil).expect(http.StatusOK)
	token, _, _ := strings.Cut(v.at, "?")
	var booking, client string
	if err := w.rows.QueryRowContext(t.Context(), "SELECT id, client_id FROM booking ORDER BY id DESC LIMIT 1").Scan(&booking, &client); err != nil {
		t.Fatal(err)
	}
	v.harmless()
	v.open(token, http.StatusOK).harmless()
	v.open(token+"?ask=cancel", http.StatusOK).harmless()
	v.open("/demo/inbox", http.StatusOK).harmless()
	desk := &visitor{t: t, h: w.House, client: w.SignIn(t, salonSlug)}
	root := "/app/" + salonSlug
	for _, path := range []string{root + "/bookings/" + booking, root + "/bookings/" + booking + "/panel", root + "/clients/" + client} {
		desk.open(path, http.StatusOK).says("Eve " + evil).harmless()
	}
	desk.open(root+"/bookings/"+booking, http.StatusOK).says(evil)
	desk.open(root+"/clients?q=eve", http.StatusOK).harmless()
	desk.open(root+"/messages", http.StatusOK).harmless()
}

// harmless wants every script on the page to be a file of ours.
func (v *visitor) harmless() {
	v.t.Helper()
	for _, s := range pagetest.Elements(v.doc, "script") {
		if !strings.HasPrefix(pagetest.Attribute(s, "src"), "/") || s.FirstChild != nil {
			v.t.Errorf("%s holds a script: %s", v.at, rendered(s))
		}
	}
}

func rendered(n *html.Node) string {
	var b strings.Builder
	if err := html.Render(&b, n); err != nil {
		return err.Error()
	}
	return b.String()
}

// testExpired lets a hold run out: its page and its form show the times again.
// It moves the clock of the whole program, so it comes last.
func testExpired(t *testing.T, w *town) {
	v := w.visitor(t, english).choose(salonSlug, 1)
	details := v.at
	action, form := v.form("/book", "name", "Slow Poke", "phone", "+49 30 5550107")
	before := w.count(t, "booking")
	clock := w.visitor(t, english).open("/demo/inbox", http.StatusOK)
	if got := w.Post(t, clock.client, "/demo/advance", url.Values{"advance": {"11m"}}); got.Status != http.StatusSeeOther {
		t.Fatalf("the clock answers %d", got.Status)
	}
	v.open(details, http.StatusGone).says("We could keep the time only for a while.")
	if len(v.links("start=")) == 0 {
		t.Error("no other times are offered")
	}
	v.judge(english, nil)
	// With a name missing nothing is lost; then the time, still free, is booked all the same.
	form.Set("name", "")
	v.see(action, w.Post(t, v.client, action, form))
	v.expect(http.StatusUnprocessableEntity)
	if action, form = v.form("/book"); form.Get("phone") != "+49 30 5550107" {
		t.Errorf("what was typed comes back as %v", form)
	}
	if after := w.count(t, "booking"); after[0] != before[0] {
		t.Error("a hold that has ended was booked without a name")
	}
	form.Set("name", "Slow Poke")
	v.see(action, w.Post(t, v.client, action, form))
	v.expect(http.StatusOK).says("Your visit is booked")
	testGoneMeanwhile(t, w, clock)
	for _, by := range []string{"", "-3h", "0s", "9999h", "soon"} {
		if got := w.Post(t, clock.client, "/demo/advance", url.Values{"advance": {by}}); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("the clock moved by %q answers %d", by, got.Status)
		}
	}
}

// testGoneMeanwhile fills in for too long, and somebody else books the time:
// another one is chosen in the same form, where nothing that was typed is lost.
func testGoneMeanwhile(t *testing.T, w *town, clock *visitor) {
	t.Helper()
	slow := w.visitor(t, english).open("/b/"+salonSlug, http.StatusOK).follow("service=")
	who := slow.links("staff=")[0]
	slow.open(who, http.StatusOK).dayWith(3)
	time := slow.links("start=")[1]
	slow.open(time, http.StatusOK).send("/hold").expect(http.StatusOK)
	if got := w.Post(t, clock.client, "/demo/advance", url.Values{"advance": {"11m"}}); got.Status != http.StatusSeeOther {
		t.Fatalf("the clock answers %d", got.Status)
	}
	w.visitor(t, english).open(time, http.StatusOK).send("/hold").send("/book", "name", "Quick Fox", "phone", "+49 30 5550108").expect(http.StatusOK)
	slow.send("/book", "name", "Slow Poke", "phone", "+49 30 5550107", "note", "by <b>bus</b>").expect(http.StatusConflict)
	slow.judge(english, nil)
	slow.send("/book").expect(http.StatusUnprocessableEntity).says("Choose a time", "Free near the time you wanted")
	action, form := slow.form("/book")
	if form.Get("name") != "Slow Poke" || form.Get("note") != "by <b>bus</b>" || form.Has("start") {
		t.Errorf("the form comes back as %v", form)
	}
	for _, c := range pagetest.Elements(slow.doc, "input") {
		if pagetest.Attribute(c, "type") == "radio" {
			form.Set("start", pagetest.Attribute(c, "value"))
		}
	}
	slow.see(action, w.Post(t, slow.client, action, form))
	slow.expect(http.StatusOK).says("Your visit is booked")
}

// testFarAway reads from another zone: the place's times, and beside them one's own.
func testFarAway(t *testing.T, w *town) {
	for _, lang := range i18n.Languages() {
		v, want := w.visitor(t, lang), i18n.For(lang).T("visit.yours", "time", "")
		v.header = append(v.header, "Cookie", "tz=Asia/Kathmandu")
		v.choose(salonSlug, 1).says(want)
		near := w.visitor(t, lang)
		near.header = append(near.header, "Cookie", "tz=Europe/Vienna")
		if near.choose(salonSlug, 1); strings.Contains(pagetest.Text(near.doc), want) {
			t.Errorf("%s: a reader with the place's time is told of another", lang)
		}
		near.header[len(near.header)-1] = "tz=../../etc/passwd"
		near.open(near.at, http.StatusOK)
	}
}

package visitorapi_test

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"kept/internal/app/apptest"
	"kept/internal/config"
	"kept/internal/web/pagetest"
)

// TestCapIsTold: past the day's codes a program is told at once, the same for
// every number; who signs in on the page is told by how many asked.
func TestCapIsTold(t *testing.T) {
	t.Parallel()
	few := func(c *config.Serve) { c.SMSCodes, c.SMSCodesCountry = 2, 3 }
	for name, open := range map[string]func(testing.TB, ...func(*config.Serve)) *apptest.Node{"SQLite": apptest.SQLite, "PostgreSQL": apptest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := open(t, few)
			known := n.Do(t, apptest.Request{Path: "/clients?limit=1", Key: "demo-lumen-salon-owner"}).Text("items.0.phone")
			code := func(slug, contact string) apptest.Answer {
				return n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/b/" + slug + "/codes", Body: map[string]string{"contact": contact}})
			}
			for i := range 2 {
				code("lumen-salon", fmt.Sprintf("+4930555030%d", i)).Want(t, http.StatusAccepted)
			}
			var seen []string
			for _, number := range []string{known, "+49305550399"} {
				a := code("lumen-salon", number).Want(t, http.StatusTooManyRequests)
				if a.Text("code") != "rate_limited" || a.Text("rule") != "sms_cap" || a.Header.Get("Retry-After") == "" {
					t.Errorf("%s is told %s", number, a.Body)
				}
				if a.Text("phone") != "+493023125042" || !strings.Contains(a.Text("detail"), "call: +493023125042") {
					t.Errorf("%s is told to call %q: %s", number, a.Text("phone"), a.Text("detail"))
				}
				seen = append(seen, a.Text("detail"))
			}
			if seen[0] != seen[1] || !strings.Contains(seen[0], "e-mail") {
				t.Errorf("what is told is %q", seen)
			}
			code("lumen-salon", "ada@cap.example").Want(t, http.StatusAccepted)
			code("anhe-clinic", "+49305550301").Want(t, http.StatusTooManyRequests) // one who waits after the first code
			code("anhe-clinic", "+49305550302").Want(t, http.StatusAccepted)
			code("anhe-clinic", "+49305550303").Want(t, http.StatusTooManyRequests) // the country's

			base := n.Listen(t)
			for i, number := range []string{"+49305550304", "+49305550305", known, "+49305550306", "leo@cap.example"} {
				told := crowded(t, base, number)
				if want := i == 2 || i == 3; told != want {
					t.Errorf("who asks as number %d is told %v, want %v", i+1, told, want)
				}
			}
		})
	}
}

// crowded asks on the page for a code to sign in, and tells whether the page
// says that it may not come.
func crowded(t *testing.T, base, contact string) bool {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	h := pagetest.House{Base: base}
	got := h.Post(t, c, "/me/-/ask", url.Values{"contact": {contact}, "business": {"lumen-salon"}})
	if got.Status != http.StatusSeeOther {
		t.Fatalf("asking for %s answers %d", contact, got.Status)
	}
	page := h.Get(t, c, got.Location)
	pagetest.Inspect(t, got.Location, page.Body)
	told := strings.Contains(page.Body, "yours may not come")
	if told && !strings.Contains(page.Body, `href="tel:+493023125042"`) {
		t.Error("the page has no link to call the number")
	}
	if told && !strings.Contains(page.Body, `href="/b/lumen-salon"`) {
		t.Error("the page does not lead to the business")
	}
	return told
}

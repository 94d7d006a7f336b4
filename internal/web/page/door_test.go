package page_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kept/internal/i18n"
)

// TestDoor lets the first owner in, and then nobody who has no key.
func TestDoor(t *testing.T) {
	t.Parallel()
	w := newTown(t, false)
	testFirstPage(t, w)
	testFirstOwner(t, w)
	testWrongKey(t, w)
	testNext(t, w)
	testTries(t, w)
}

// testFirstPage sees the sign-up in every language, also with what is not right.
func testFirstPage(t *testing.T, w *town) {
	for _, lang := range i18n.Languages() {
		v, english := w.visitor(t, lang), onlyEnglish(t, lang)
		v.open("/", http.StatusOK).judge(lang, english)
		v.send("/sign-up", "business", "", "name", "Ann", "email", "not an address", "password", "short").expect(http.StatusUnprocessableEntity)
		v.judge(lang, english)
		if lang != i18n.English {
			for _, text := range words(v.doc) {
				if strings.Contains(text, "must") || strings.Contains(text, "required") {
					t.Errorf("%s: %q is English", lang, text)
				}
			}
		}
		_, form := v.form("/sign-up")
		if form.Get("name") != "Ann" || form.Get("email") != "not an address" || form.Get("password") != "" {
			t.Errorf("what was typed comes back as %v", form)
		}
		for _, link := range v.links("#f-") {
			v.field(link[1:])
		}
		if len(v.links("#f-")) == 0 {
			t.Error("the summary leads nowhere")
		}
	}
	if got := w.Get(t, http.DefaultClient, "/demo/inbox"); got.Status != http.StatusNotFound {
		t.Errorf("outside a demo its inbox answers %d", got.Status)
	}
	if got := w.count(t, "business", "app_user", "member"); !slices.Equal(got, []int{0, 0, 0}) {
		t.Errorf("a sign-up that was refused left %v", got)
	}
}

// testFirstOwner signs up; after that nobody else can.
func testFirstOwner(t *testing.T, w *town) {
	v := w.visitor(t, i18n.English).open("/", http.StatusOK)
	action, form := v.form("/sign-up", "business", "Ann's Corner", "name", "Ann", "email", "ann@example.com", "password", "a quiet sentence")
	got := w.Post(t, v.client, action, form)
	if got.Status != http.StatusSeeOther || got.Location != "/app/ann-s-corner" {
		t.Fatalf("the first sign-up answers %d %s", got.Status, got.Location)
	}
	v.open(got.Location, http.StatusOK)
	if other := w.visitor(t, i18n.English).open("/b/ann-s-corner", http.StatusOK); len(other.links("service=")) == 0 {
		t.Error("the trade's services are not there")
	}
	before := w.count(t, "business", "app_user", "member")
	stranger := w.visitor(t, i18n.English)
	form.Set("email", "eve@example.com")
	form.Set("slug", "eves-corner")
	second := w.Post(t, stranger.client, action, form)
	if second.Status < 400 || second.Status >= 500 {
		t.Errorf("a second sign-up answers %d", second.Status)
	}
	if after := w.count(t, "business", "app_user", "member"); !slices.Equal(before, after) {
		t.Errorf("a second sign-up changed %v to %v", before, after)
	}
	stranger.open("/", http.StatusOK)
	stranger.form("/sign-in")
}

// testWrongKey tries to sign in with the wrong password and as nobody: the answer is the same.
func testWrongKey(t *testing.T, w *town) {
	v := w.visitor(t, i18n.English)
	v.open("/", http.StatusOK).send("/sign-in", "email", "ann@example.com", "password", "not the sentence").expect(http.StatusUnprocessableEntity)
	wrong := strings.ReplaceAll(v.last.Body, "ann@example.com", "?")
	v.open("/", http.StatusOK).send("/sign-in", "email", "nobody@example.com", "password", "not the sentence").expect(http.StatusUnprocessableEntity)
	if nobody := strings.ReplaceAll(v.last.Body, "nobody@example.com", "?"); nobody != wrong {
		t.Error("the answer tells whether there is such a user")
	}
	if strings.Contains(v.last.Body, "not the sentence") {
		t.Error("the password comes back")
	}
	v.judge(i18n.English, nil)
	if got := w.Get(t, v.client, "/app/ann-s-corner"); got.Status != http.StatusSeeOther {
		t.Errorf("the desk answers %d", got.Status)
	}
}

// testNext signs in with somewhere to go: only to a desk of this program.
func testNext(t *testing.T, w *town) {
	for next, want := range map[string]string{
		"/app/ann-s-corner/clients": "/app/ann-s-corner/clients", "//evil.example": "", "https://evil.example/app/": "", `/app/\evil.example`: "",
		"/\\evil.example": "", "javascript:alert(1)": "", "//evil.example/app/": "", "/sign-out": "", "app/x": "", "": "",
	} {
		v := w.visitor(t, i18n.English).open("/?next="+url.QueryEscape(next), http.StatusOK)
		if _, form := v.form("/sign-in"); form.Get("next") != want {
			t.Errorf("next=%q becomes %q, want %q", next, form.Get("next"), want)
		}
	}
	v := w.visitor(t, i18n.English)
	key := url.Values{"email": {"ann@example.com"}, "password": {"a quiet sentence"}, "next": {"//evil.example/app/"}}
	if got := w.Post(t, v.client, "/sign-in", key); got.Status != http.StatusSeeOther || got.Location != "/" {
		t.Errorf("signing in to leave answers %d %s", got.Status, got.Location)
	}
	if v.open("/", http.StatusOK); v.at != "/app/ann-s-corner" {
		t.Errorf("being signed in, home leads to %s", v.at)
	}
	if got := w.Post(t, v.client, "/sign-out", nil); got.Status != http.StatusSeeOther {
		t.Errorf("sign-out answers %d", got.Status)
	}
	if got := w.Get(t, v.client, "/app/ann-s-corner"); got.Status != http.StatusSeeOther {
		t.Errorf("after signing out the desk answers %d", got.Status)
	}
}

// testTries tries until it is told to wait, with the right key too.
func testTries(t *testing.T, w *town) {
	v := w.visitor(t, i18n.Russian)
	key := url.Values{"email": {"ann@example.com"}, "password": {"wrong"}}
	for range 11 {
		if got := w.Post(t, v.client, "/sign-in", key); got.Status == http.StatusTooManyRequests {
			break
		}
	}
	key.Set("password", "a quiet sentence")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.Base+"/sign-in", strings.NewReader(key.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept-Language", i18n.Russian)
	r.Header.Set("X-Forwarded-For", "192.0.2.7")
	res, err := v.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusTooManyRequests {
		t.Fatalf("after many tries sign-in answers %d", res.StatusCode)
	}
	if wait, err := strconv.Atoi(res.Header.Get("Retry-After")); err != nil || wait < 1 || wait > 60 {
		t.Errorf("Retry-After: %q", res.Header.Get("Retry-After"))
	}
	if len(v.client.Jar.Cookies(r.URL)) > 0 {
		t.Error("somebody who must wait is let in")
	}
	v.see("/sign-in", w.Post(t, v.client, "/sign-in", key, v.header...))
	v.judge(i18n.Russian, onlyEnglish(t, i18n.Russian))
}

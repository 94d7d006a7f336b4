package cardapi_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"kept/internal/app/apptest"
)

func TestMain(m *testing.M) { apptest.Run(m) }

const owner = "demo-lumen-salon-owner"

// onBoth runs a test on both engines.
func onBoth(t *testing.T, test func(t *testing.T, n *apptest.Node)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { t.Parallel(); test(t, apptest.SQLite(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { t.Parallel(); test(t, apptest.Postgres(t)) })
}

// TestPaged reads the lists of a card page by page, as a program does: nothing
// twice, nothing missing, and a cursor that is none is refused.
func TestPaged(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, n *apptest.Node) {
		post := func(path string, body any) apptest.Answer {
			return n.Do(t, apptest.Request{Method: http.MethodPost, Path: path, Key: owner, Body: body}).Want(t, http.StatusCreated)
		}
		at := "/clients/" + post("/clients", map[string]any{"name": "Paula Paged", "email": "paula@example.com"}).Text("id")
		service := ""
		if list := n.Do(t, apptest.Request{Path: "/services", Key: owner}).List("items"); len(list) > 0 {
			service, _ = list[0].(map[string]any)["id"].(string)
		}
		car := post(at+"/subjects", map[string]any{"kind": "vehicle", "name": "Golf"}).Text("id")
		for i := range 7 {
			n.Do(t, apptest.Request{
				Method: http.MethodPost, Path: fmt.Sprintf("%s/documents?name=%d.txt", at, i), Key: owner, Body: "x", Header: map[string]string{"Content-Type": "text/plain"},
			}).Want(t, http.StatusCreated)
			post(at+"/subjects/"+car+"/readings", map[string]any{"kind": []string{"hours", "mileage_km"}[i%2], "value": 10 * i, "day": fmt.Sprintf("2026-03-%02d", 1+i/3)})
			post(at+"/facts", map[string]any{"key": "likes", "kind": "text", "value": fmt.Sprint(i)})
			post(at+"/facts", map[string]any{"key": fmt.Sprint("key", i), "kind": "text", "value": "x"})
			subject := car
			if i > 0 { // with that of the head there are seven
				post(at+"/contacts", map[string]any{"kind": "email", "value": fmt.Sprintf("paula%d@example.com", i)})
				subject = post(at+"/subjects", map[string]any{"kind": "pet", "name": fmt.Sprint(i)}).Text("id")
			}
			post("/plans", map[string]any{
				"client": at[len("/clients/"):], "subject": subject, "service": service, "due": fmt.Sprintf("2027-01-%02d", 1+i),
			})
		}
		tie(t, n, at, post)
		for _, list := range []struct {
			path, key string
			all       int
		}{
			{"/documents", "id", 7},
			{"/subjects/" + car + "/readings", "id", 7},
			{"/subjects/" + car + "/readings?kind=hours", "id", 4},
			{"/facts/likes/history", "id", 7},
			{"/facts", "id", 8},
			{"/contacts", "value", 7},
			{"/subjects", "id", 7},
			{"/timeline", "day", 7},
			{"/relations", "client", 7},
			{"/merges", "id", 4},
			{"/consents", "id", 0},
			{"/forms", "id", 0},
			{"/calendars", "id", 0},
			{"/branches", "id", 0},
		} {
			whole := n.Do(t, apptest.Request{Path: at + list.path, Key: owner}).Want(t, http.StatusOK)
			var got []any
			cursor, pages := "", 0
			for {
				a := n.Do(t, apptest.Request{Path: with(at+list.path, "limit", "3", "cursor", cursor), Key: owner}).Want(t, http.StatusOK)
				items := a.List("items")
				got = append(got, items...)
				if pages++; len(items) > 3 || pages > 9 {
					t.Fatalf("%s: page %d has %d", list.path, pages, len(items))
				}
				if cursor = a.Text("next"); cursor == "" {
					break
				}
			}
			if names, want := each(got, list.key), each(whole.List("items"), list.key); !slices.Equal(names, want) || len(names) != list.all {
				t.Errorf("%s: in pages %v, at once %v, want %d", list.path, names, want, list.all)
			}
			n.Do(t, apptest.Request{Path: with(at+list.path, "cursor", "!"), Key: owner}).Want(t, http.StatusUnprocessableEntity)
			n.Do(t, apptest.Request{Path: with(at+list.path, "limit", "0"), Key: owner}).Want(t, http.StatusUnprocessableEntity)
		}
	})
}

// tie gives a card wards, guardians, others that became part of it, and others
// that may be the same person's.
func tie(t *testing.T, n *apptest.Node, at string, post func(path string, body any) apptest.Answer) {
	t.Helper()
	of := at[len("/clients/"):]
	for i := range 7 {
		other := post("/clients", map[string]any{"name": fmt.Sprint("Ward ", i)}).Text("id")
		ward, guardian, role := other, of, "ward"
		if i > 3 {
			ward, guardian, role = of, other, "guardian"
		}
		made := post("/clients/"+guardian+"/relations", map[string]any{"client": ward})
		if made.Text("client") != ward || made.Text("role") != "ward" {
			t.Errorf("%s of %s is told as %s", role, of, made.Body)
		}
		if i < 4 {
			part := post("/clients", map[string]any{"name": fmt.Sprint("Part ", i)}).Text("id")
			post("/clients/"+part+"/merge", map[string]any{"into": of})
		}
		post("/clients", map[string]any{"name": "Paula Paged", "phone": fmt.Sprintf("+4930888%d", 100+i/2)})
	}
	for _, path := range []string{"/clients/duplicates", "/clients/duplicates?client=" + of} {
		var got, whole []string
		pair := func(list []any) (out []string) {
			for _, one := range list {
				out = append(out, fmt.Sprint(one))
			}
			return out
		}
		whole = pair(n.Do(t, apptest.Request{Path: with(path, "limit", "200"), Key: owner}).Want(t, http.StatusOK).List("items"))
		for cursor := ""; len(got) <= len(whole); {
			a := n.Do(t, apptest.Request{Path: with(path, "limit", "3", "cursor", cursor), Key: owner}).Want(t, http.StatusOK)
			got = append(got, pair(a.List("items"))...)
			if cursor = a.Text("next"); cursor == "" {
				break
			}
		}
		if !slices.Equal(got, whole) || len(got) < 7 {
			t.Errorf("%s: in pages %v, at once %v", path, got, whole)
		}
		n.Do(t, apptest.Request{Path: with(path, "cursor", "!"), Key: owner}).Want(t, http.StatusUnprocessableEntity)
	}
}

// with adds words to the query of an address.
func with(at string, words ...string) string {
	u, err := url.Parse(at)
	if err != nil {
		return at
	}
	q := u.Query()
	for i := 0; i+1 < len(words); i += 2 {
		q.Set(words[i], words[i+1])
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// each is what stands under a key in every thing of a list.
func each(list []any, key string) []string {
	var out []string
	for _, one := range list {
		thing, _ := one.(map[string]any)
		text, _ := thing[key].(string)
		out = append(out, text)
	}
	return out
}

package me_test

import (
	"net/http"
	"strings"
	"testing"
)

// testFavourites sees one's own favourites first on the public page, each with
// whom one usually comes to; nobody else does.
func testFavourites(t *testing.T, h *house) {
	card := h.enroll(t, salon, "Fay Favour", "fay@example.com", "")
	item := func(path string) string {
		list, _ := h.api(t, salon, http.MethodGet, path, nil, http.StatusOK)["items"].([]any)
		if len(list) == 0 {
			t.Fatalf("%s lists nothing", path)
		}
		one, _ := list[len(list)-1].(map[string]any)
		id, _ := one["id"].(string)
		return id
	}
	service, staff := item("/services"), item("/staff")
	h.api(t, salon, http.MethodPatch, "/clients/"+card+"/preferences", map[string]any{"services": []string{service}, "staff": []string{staff}}, http.StatusOK)
	c := h.in(t, "fay@example.com")
	text, body := h.page(t, c, "/b/"+salon)
	says(t, text, "Your favourites")
	first := body[strings.Index(body, "Your favourites"):]
	if at := strings.Index(first, "service="+service); at < 0 || at > strings.Index(first, "</section>") || !strings.Contains(first[:at+200], "staff="+staff) {
		t.Errorf("the favourites are not what they are: %.600s", first)
	}
	if body := h.Get(t, browserOf(t), "/b/"+salon).Body; strings.Contains(body, "Your favourites") {
		t.Error("a stranger has favourites")
	}
}

package me_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	fileName = regexp.MustCompile(`file-\d+\.txt`)
	nextPage = regexp.MustCompile(`href="([^"]+)" rel="next"`)
)

// testPages turns the pages of the client's own files.
func testPages(t *testing.T, h *house) {
	card := h.enroll(t, salon, "Nora Next", "nora@example.com", "")
	const files = 33
	for i := range files {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.Base+"/api/v1/clients/"+card+fmt.Sprintf("/documents?name=file-%d.txt", 100+i), strings.NewReader("x"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+h.keys[salon])
		r.Header.Set("Content-Type", "text/plain")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusCreated {
			t.Fatalf("a file answers %d, %v", res.StatusCode, err)
		}
	}
	c := h.in(t, "nora@example.com")
	var got []string
	at, pages := "/me/"+salon+"/papers", 0
	for at != "" && pages < 9 {
		_, body := h.page(t, c, at)
		seen := fileName.FindAllString(body, -1)
		slices.Sort(seen)
		got, pages = append(got, slices.Compact(seen)...), pages+1
		if at = ""; nextPage.MatchString(body) {
			at = strings.ReplaceAll(nextPage.FindStringSubmatch(body)[1], "&amp;", "&")
		}
	}
	slices.Sort(got)
	if len(slices.Compact(slices.Clone(got))) != files || len(got) != files || pages != 2 {
		t.Errorf("%d files on %d pages", len(got), pages)
	}
	if _, body := h.page(t, c, "/me/"+salon+"/papers?cursor=nonsense"); !strings.Contains(body, "file-132.txt") {
		t.Error("what is no cursor does not begin at the beginning")
	}
}

package visitorapi_test

import (
	"fmt"
	"net/http"
	"testing"

	"kept/internal/app/apptest"
)

func TestMain(m *testing.M) { apptest.Run(m) }

const (
	owner    = "demo-lumen-salon-owner"
	staff    = "demo-lumen-salon-staff"
	stranger = "demo-anhe-clinic-owner"
)

// onBoth runs a test on both engines.
func onBoth(t *testing.T, test func(t *testing.T, n *apptest.Node)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { t.Parallel(); test(t, apptest.SQLite(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { t.Parallel(); test(t, apptest.Postgres(t)) })
}

// TestBlocks blocks numbers and addresses, reads the list page by page and
// takes one off again; another business has none of it.
func TestBlocks(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, n *apptest.Node) {
		made := map[string]bool{}
		for i := range 7 {
			contact := fmt.Sprintf("spam%d@example.com", i)
			if i%2 == 1 {
				contact = fmt.Sprintf("+8825%d*", i)
			}
			a := n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/sign-in-blocks", Key: owner, Body: map[string]any{"contact": contact}}).Want(t, http.StatusCreated)
			made[a.Text("id")] = true
		}
		seen, cursor, pages := map[string]bool{}, "", 0
		for {
			a := n.Do(t, apptest.Request{Path: "/sign-in-blocks?limit=3&cursor=" + cursor, Key: owner}).Want(t, http.StatusOK)
			pages++
			for _, one := range a.List("items") {
				id, _ := one.(map[string]any)["id"].(string)
				if seen[id] || !made[id] {
					t.Errorf("%s is listed again, or was never made", id)
				}
				seen[id] = true
			}
			if cursor = a.Text("next"); cursor == "" {
				break
			}
		}
		if len(seen) != 7 || pages != 3 {
			t.Errorf("%d blocks on %d pages", len(seen), pages)
		}
		for id := range made {
			n.Do(t, apptest.Request{Method: http.MethodDelete, Path: "/sign-in-blocks/" + id, Key: stranger}).Want(t, http.StatusNotFound)
			n.Do(t, apptest.Request{Method: http.MethodDelete, Path: "/sign-in-blocks/" + id, Key: owner}).Want(t, http.StatusNoContent)
			n.Do(t, apptest.Request{Method: http.MethodDelete, Path: "/sign-in-blocks/" + id, Key: owner}).Want(t, http.StatusNotFound)
			break
		}
		if a := n.Do(t, apptest.Request{Path: "/sign-in-blocks", Key: owner}); len(a.List("items")) != 6 || a.Value("next") != nil {
			t.Errorf("after one was taken off: %s", a.Body)
		}
		if a := n.Do(t, apptest.Request{Path: "/sign-in-blocks", Key: stranger}); len(a.List("items")) != 0 {
			t.Errorf("another business has them: %s", a.Body)
		}
		n.Do(t, apptest.Request{Path: "/sign-in-blocks", Key: staff}).Want(t, http.StatusForbidden)
		n.Do(t, apptest.Request{Path: "/sign-in-blocks?cursor=!", Key: owner}).Want(t, http.StatusUnprocessableEntity)
		n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/sign-in-blocks", Key: owner, Body: map[string]any{"contact": "nobody"}}).Want(t, http.StatusUnprocessableEntity)
	})
}

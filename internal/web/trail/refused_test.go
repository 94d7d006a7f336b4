package trail_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kept/internal/app/apptest"
	"kept/internal/web/pagetest"
)

// demote makes the owner's login one of the staff who reaches their own
// clients alone; keys stay what they are.
func demote(t *testing.T, n *apptest.Node) {
	t.Helper()
	who := n.Do(t, apptest.Request{Path: "/staff?limit=1", Key: owner}).Text("items.0.id")
	if _, err := n.SQL.ExecContext(t.Context(), fmt.Sprintf(`UPDATE member SET role = 'staff', reach = 'own', staff_id = '%s'
		WHERE business_id = (SELECT id FROM business WHERE slug = 'lumen-salon')`, who)); err != nil {
		t.Fatal(err)
	}
}

// What somebody known may not do is in the record: who, what, about whom, from
// where; a rule that says no, and a stranger who is nobody, are not.
func TestRefusedIsRecorded(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, n *apptest.Node) {
		made := n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/clients", Key: owner, Body: map[string]any{"name": "Far Away"}}).Want(t, 201)
		far := made.Text("id")
		demote(t, n)
		for range 12 {
			n.Do(t, apptest.Request{Path: "/audit", Key: staff}).Want(t, http.StatusForbidden)
		}
		n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/keys", Key: staff, Header: map[string]string{"Idempotency-Key": "k"}, Body: `{"name": "mine", "role": "owner"}`}).Want(t, http.StatusForbidden)
		n.Do(t, apptest.Request{Path: "/audit"}).Want(t, http.StatusUnauthorized)
		n.Do(t, apptest.Request{Path: "/clients/01a20244-fddc-763e-b226-813fe221fd70", Key: staff}).Want(t, http.StatusNotFound)
		h := pagetest.House{Base: n.Listen(t)}
		c := h.SignIn(t, "lumen-salon")
		if a := h.Get(t, c, "/app/lumen-salon/clients/"+far); a.Status != http.StatusNotFound {
			t.Errorf("a card out of reach: %d", a.Status)
		}
		if a := h.Get(t, c, "/app/lumen-salon/audit"); a.Status != http.StatusForbidden {
			t.Errorf("the record: %d", a.Status)
		}

		list := n.Do(t, apptest.Request{Path: "/audit?action=request.refused", Key: owner}).Want(t, http.StatusOK)
		var got []string
		for i := range list.List("items") {
			at := fmt.Sprintf("items.%d.", i)
			about := ""
			if list.Text(at+"client.id") == far {
				about = " about " + list.Text(at+"client.name")
			}
			got = append(got, list.Text(at+"actor.kind")+" "+list.Text(at+"detail")+about)
			if list.Text(at+"actor.id") == "" || list.Text(at+"from") == "" {
				t.Errorf("nobody from nowhere: %s", list.Body)
			}
		}
		want := []string{
			"user GET /app/{slug}/audit", "user GET /app/{slug}/clients/{id} about Far Away", "key POST /keys", "key GET /audit ×10", "key GET /audit",
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("recorded %q, want %q", got, want)
		}
	})
}

package app_test

import (
	"net/http"
	"testing"

	"kept/internal/app/apptest"
)

// TestErasedKeysLeaveThePages: a client is erased, and soon after nothing in the
// pages of PostgreSQL holds their keys, not even rows that nobody sees any more.
// The erasure itself waits for none of it.
func TestErasedKeysLeaveThePages(t *testing.T) {
	t.Parallel()
	n := apptest.Postgres(t)
	const owner = "demo-lumen-salon-owner"
	if _, err := n.SQL.ExecContext(t.Context(), "CREATE EXTENSION pageinspect"); err != nil {
		t.Fatal(err)
	}
	card := n.Do(t, apptest.Request{
		Method: http.MethodPost, Path: "/clients", Key: owner, Body: map[string]any{"name": "Gerda Gone", "email": "gerda@example.com"},
	}).Want(t, http.StatusCreated).Text("id")
	n.Do(t, apptest.Request{
		Method: http.MethodPost, Path: "/clients/" + card + "/facts", Key: owner, Body: map[string]any{"key": "medication", "kind": "text", "value": "lithium"},
	}).Want(t, http.StatusCreated)
	n.Do(t, apptest.Request{ // others come after, as they do
		Method: http.MethodPost, Path: "/clients", Key: owner, Body: map[string]any{"name": "Stella Stays", "email": "stella@example.com"},
	}).Want(t, http.StatusCreated)
	keys := map[string][]byte{}
	for table, text := range map[string]string{
		"client": "SELECT sealed_key FROM client WHERE id = $1", "client_key": "SELECT sealed_key FROM client_key WHERE client_id = $1 LIMIT 1",
	} {
		var key []byte
		if err := n.SQL.QueryRowContext(t.Context(), text, card).Scan(&key); err != nil || len(key) == 0 {
			t.Fatalf("%s: %v", table, err)
		}
		keys[table] = key
	}
	lies := func(table string) (rows int) {
		const text = `SELECT count(*) FROM generate_series(0, pg_relation_size($2::text::regclass) / 8192 - 1) n,
			heap_page_items(get_raw_page($2::text, n::int)) WHERE position($1::bytea IN t_data) > 0`
		if err := n.SQL.QueryRowContext(t.Context(), text, keys[table], table).Scan(&rows); err != nil {
			t.Fatal(err)
		}
		return rows
	}
	for table := range keys {
		if lies(table) == 0 {
			t.Fatalf("%s: what is there is not seen: the test looks in the wrong place", table)
		}
	}
	n.Do(t, apptest.Request{Method: http.MethodDelete, Path: "/clients/" + card, Key: owner}).Want(t, http.StatusNoContent)
	for table := range keys {
		apptest.Eventually(t, "the keys are gone from the pages of "+table, func() bool { return lies(table) == 0 })
	}
	n.Do(t, apptest.Request{Path: "/clients?q=Stella", Key: owner}).Want(t, http.StatusOK)
}

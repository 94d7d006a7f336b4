package store_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"kept/client"
	"kept/internal/db"
	"kept/internal/secret"
	"kept/internal/store"
	"kept/internal/store/storetest"
	"kept/internal/tomb"
	"kept/privacy"
)

// TestNothingOfTheErasedIsInTheFile looks in the bytes of the database for
// the keys of somebody who was erased, and for what they had sealed: not only
// rows, but what lies in freed pages. Without the keys nothing else matters.
func TestNothingOfTheErasedIsInTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "kept.db")
	storetest.Must(t, migrate(t.Context(), path))
	d, err := db.Open(t.Context(), path, db.Options{})
	storetest.Must(t, err)
	w := storetest.NewWorld(t, func(testing.TB) *db.DB { return d })
	b := w.Business(t, "mine")
	who := storetest.OwnerOf(b)
	var traces [][]byte
	keep := func(text string, args ...any) {
		t.Helper()
		rows, err := d.SQL().QueryContext(t.Context(), text, args...)
		storetest.Must(t, err)
		defer rows.Close()
		for rows.Next() {
			var raw []byte
			storetest.Must(t, rows.Scan(&raw))
			if len(raw) > 0 {
				traces = append(traces, raw)
			}
		}
		storetest.Must(t, rows.Err())
	}
	var erased []client.Client
	for i := range 20 { // among others who stay
		c, err := w.Registry.Create(t.Context(), b, client.Draft{Name: "Mia", Phone: "+493010000" + string(rune('0'+i%10)) + "0"}, "note", who.Actor())
		storetest.Must(t, err)
		if i%4 == 0 {
			erased = append(erased, c)
		}
	}
	for _, c := range erased {
		_, err := w.Vault.Class(t.Context(), b, c.ID, secret.Health)
		storetest.Must(t, err)
		keep("SELECT sealed_key FROM client WHERE id = $1", string(c.ID))
		keep("SELECT sealed_key FROM client_key WHERE client_id = $1", string(c.ID))
		keep("SELECT sealed_name FROM client WHERE id = $1", string(c.ID))
		keep("SELECT phone_index FROM client WHERE id = $1", string(c.ID))
	}
	if len(traces) != 4*len(erased) {
		t.Fatalf("%d traces", len(traces))
	}
	office := storetest.PrivacyOffice(w, tomb.Open(filepath.Join(t.TempDir(), "erased.list")))
	for _, c := range erased {
		_, err := office.Erase(context.WithoutCancel(t.Context()), who, privacy.Order{Client: c.ID})
		storetest.Must(t, err)
	}
	// Those whose marks are shared by others who stay are found by their keys alone.
	storetest.Must(t, d.Close())
	files, err := filepath.Glob(path + "*")
	storetest.Must(t, err)
	for _, f := range files {
		raw, err := os.ReadFile(f)
		storetest.Must(t, err)
		for i, trace := range traces {
			if i%4 != 3 && bytes.Contains(raw, trace) {
				t.Errorf("trace %d is still in %s", i, filepath.Base(f))
			}
		}
	}
}

// TestExportGivesEveryTable walks the schema: an export has every table and
// column about a client but those that are said to be left out.
func TestExportGivesEveryTable(t *testing.T) {
	t.Parallel()
	w := storetest.NewWorld(t, openSQLite)
	b := w.Business(t, "mine")
	c, err := w.Registry.Create(t.Context(), b, client.Draft{Name: "Mia Canary", Email: "mia@example.com"}, "likes tea", storetest.OwnerOf(b).Actor())
	storetest.Must(t, err)
	dossier, err := storetest.PrivacyOffice(w, tomb.Open(filepath.Join(t.TempDir(), "l"))).Export(t.Context(), storetest.OwnerOf(b), c.ID)
	storetest.Must(t, err)
	tables, err := store.Tables(t.Context(), w.DB)
	storetest.Must(t, err)
	listed := map[string]store.Personal{}
	for _, p := range store.Personals() {
		listed[p.Table] = p
	}
	for _, table := range tables {
		p, ok := listed[table.Name]
		if !ok || p.Hidden != "" {
			continue
		}
		sheet := dossier.Table(table.Name)
		for _, column := range table.Columns {
			shown, sealed := column.Name, false
			for _, cell := range p.Cells {
				if cell.Column == column.Name {
					shown, sealed = column.Name[len("sealed_"):], true
				}
			}
			if column.Name == "business_id" || column.Kind == "bytes" && !sealed {
				continue
			}
			found := false
			for _, have := range sheet.Columns {
				found = found || have == shown
			}
			if !found {
				t.Errorf("%s.%s is not in an export", table.Name, column.Name)
			}
		}
	}
	row := dossier.Table("client")
	if len(row.Rows) != 1 || row.Value(row.Rows[0], "name") != "Mia Canary" || row.Value(row.Rows[0], "note") != "likes tea" {
		t.Errorf("the card is %v", row.Rows)
	}
}

package store_test

import (
	"slices"
	"strings"
	"testing"

	"kept/internal/db"
	"kept/internal/store"
	"kept/internal/store/storetest"
)

// TestEveryTableAboutClientsIsListed walks the schema. A table that names a
// client, or keeps anything sealed, must say what erasing, exporting and
// merging do with it: in Personals, or in Impersonal when it is not about clients.
func TestEveryTableAboutClientsIsListed(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": openSQLite, "postgres": openPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tables, err := store.Tables(t.Context(), open(t))
			storetest.Must(t, err)
			listed := map[string]store.Personal{}
			for _, p := range store.Personals() {
				listed[p.Table] = p
			}
			for _, table := range tables {
				p, ok := listed[table.Name]
				if ok {
					checkPersonal(t, table, p)
				} else if _, known := store.Impersonal()[table.Name]; !known && personal(table) {
					t.Errorf("table %s is about clients: enter it in Personals (personal.go)", table.Name)
				}
				delete(listed, table.Name)
			}
			for missing := range listed {
				t.Errorf("Personals lists %s, which is no table", missing)
			}
		})
	}
}

// personal tells whether a table may hold something about a client.
func personal(t store.Table) bool {
	return slices.ContainsFunc(t.Columns, func(c store.Column) bool {
		return c.Name == "client_id" || c.Name == "subject_id" || strings.HasPrefix(c.Name, "sealed_")
	})
}

func checkPersonal(t *testing.T, table store.Table, p store.Personal) {
	t.Helper()
	if (p.Client == "") == (p.Where == "") || p.Client != "" && !table.Has(p.Client) {
		t.Errorf("%s: how are its rows found?", p.Table)
	}
	if !slices.Contains([]store.Fate{store.Delete, store.Blank, store.Keep}, p.Erase) || (p.Erase == store.Blank) != (len(p.Blank) > 0) {
		t.Errorf("%s: what becomes of it?", p.Table)
	}
	for _, c := range table.Columns {
		secret := strings.HasPrefix(c.Name, "sealed_")
		if !secret && !strings.HasSuffix(c.Name, "_index") {
			continue
		}
		blanked := slices.ContainsFunc(p.Blank, func(set string) bool { return strings.HasPrefix(set, c.Name+" = ") })
		if p.Erase != store.Delete && !blanked {
			t.Errorf("%s: %s outlives an erasure", p.Table, c.Name)
		}
		cell := slices.ContainsFunc(p.Cells, func(cell store.Cell) bool { return cell.Column == c.Name })
		if secret && !cell && c.Name != "sealed_key" {
			t.Errorf("%s: %s is no cell, so no export gives it and no rotation seals it anew", p.Table, c.Name)
		}
	}
	for _, cell := range p.Cells {
		if !table.Has(cell.Column) || cell.Field == "" {
			t.Errorf("%s: no column %s", p.Table, cell.Column)
		}
	}
}

// TestEverySealedCellIsTurned sees that no sealed column is forgotten when a key is turned.
func TestEverySealedCellIsTurned(t *testing.T) {
	t.Parallel()
	tables, err := store.Tables(t.Context(), openSQLite(t))
	storetest.Must(t, err)
	known := map[string]bool{}
	for _, p := range store.Personals() {
		for _, c := range p.Cells {
			known[p.Table+"."+c.Column] = true
		}
	}
	for _, s := range append(store.Houses(), store.Systems()...) {
		for _, c := range s.Cells {
			known[s.Table+"."+c.Column] = true
		}
	}
	for _, table := range tables {
		for _, c := range table.Columns {
			_, passing := store.Passing()[table.Name]
			keys := table.Name == "client" || table.Name == "client_key"
			if strings.HasPrefix(c.Name, "sealed_") && !known[table.Name+"."+c.Name] && !passing && !(keys && c.Name == "sealed_key") {
				t.Errorf("%s.%s: enter it in Personals, Houses or Systems", table.Name, c.Name)
			}
		}
	}
}

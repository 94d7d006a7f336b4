package dump_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/client"
	"kept/fault"
	"kept/internal/db"
	"kept/internal/dump"
	"kept/internal/store"
	"kept/internal/store/storetest"
	"kept/internal/testkit/pgtest"
	"kept/internal/tomb"
	"kept/privacy"
)

func TestMain(m *testing.M) { pgtest.Run(m, migrate) }

func migrate(ctx context.Context, dsn string) error {
	d, err := db.Open(ctx, dsn, db.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Migrate(ctx, store.Migrations(d.Dialect().Name())...)
}

func open(t testing.TB, dsn string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), dsn, db.Options{MaxConns: 8})
	storetest.Must(t, err)
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// engines open databases: filled ones have a schema, empty ones nothing.
var engines = map[string]struct{ filled, empty func(t testing.TB) *db.DB }{
	"sqlite": {
		filled: func(t testing.TB) *db.DB {
			t.Helper()
			path := filepath.Join(t.TempDir(), "kept.db")
			storetest.Must(t, migrate(t.Context(), path))
			return open(t, path)
		},
		empty: func(t testing.TB) *db.DB { t.Helper(); return open(t, filepath.Join(t.TempDir(), "new.db")) },
	},
	"postgres": {
		filled: func(t testing.TB) *db.DB { t.Helper(); return open(t, pgtest.DSN(t)) },
		empty:  func(t testing.TB) *db.DB { t.Helper(); return open(t, pgtest.Empty(t)) },
	},
}

// TestThereAndBack carries a house with bookings from each engine to each, and
// sees that what comes out is what went in, row by row.
func TestThereAndBack(t *testing.T) {
	t.Parallel()
	for from, source := range engines {
		for to, target := range engines {
			t.Run(from+" to "+to, func(t *testing.T) {
				t.Parallel()
				shop := storetest.NewShop(t, func(t testing.TB) *db.DB { t.Helper(); return source.filled(t) }, storetest.Plan{})
				shop.Book(t, shop.Cut(storetest.Tomorrow(10, 0), "ada", "mia"))
				var file bytes.Buffer
				wrote, err := dump.Write(t.Context(), shop.DB, &file)
				storetest.Must(t, err)
				d := target.empty(t)
				read, err := dump.Read(t.Context(), d, bytes.NewReader(file.Bytes()))
				storetest.Must(t, err)
				if diff := cmp.Diff(wrote, read); diff != "" {
					t.Errorf("what was read is not what was written:\n%s", diff)
				}
				var second bytes.Buffer
				again, err := dump.Write(t.Context(), d, &second)
				storetest.Must(t, err)
				sums(t, wrote, again)
				if _, err := dump.Read(t.Context(), d, bytes.NewReader(file.Bytes())); err == nil {
					t.Error("a database that is not empty was filled")
				}
			})
		}
	}
}

// sums compares counts; the order of rows in a table is the engine's own.
func sums(t *testing.T, want, got []dump.Count) {
	t.Helper()
	rows, total := map[string]int64{}, int64(0)
	for _, c := range want {
		rows[c.Table], total = c.Rows, total+c.Rows
	}
	for _, c := range got {
		if rows[c.Table] != c.Rows {
			t.Errorf("%s: %d rows, want %d", c.Table, c.Rows, rows[c.Table])
		}
	}
	if total < 20 {
		t.Errorf("only %d rows were carried", total)
	}
}

// TestDamagedFiles sees that what is not whole fills nothing.
func TestDamagedFiles(t *testing.T) {
	t.Parallel()
	shop := storetest.NewShop(t, func(t testing.TB) *db.DB { t.Helper(); return engines["sqlite"].filled(t) }, storetest.Plan{})
	var file bytes.Buffer
	_, err := dump.Write(t.Context(), shop.DB, &file)
	storetest.Must(t, err)
	zip, err := gzip.NewReader(bytes.NewReader(file.Bytes()))
	storetest.Must(t, err)
	raw, err := io.ReadAll(zip)
	storetest.Must(t, err)
	text := string(raw)
	for name, spoiled := range map[string]string{
		"nothing":       "",
		"another thing": "{\"hello\":1}\n",
		"cut off":       text[:len(text)/2],
		"no end":        text[:strings.LastIndex(text[:len(text)-1], "\n")+1],
		"changed":       strings.Replace(text, "Europe/Berlin", "Europe/Moscow", 1),
		"a row less":    without(text, "[\""),
		"a statement":   strings.Replace(text, `{"table":"business"`, `{"table":"business; DROP TABLE x"`, 1),
	} {
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		_, _ = io.WriteString(w, spoiled)
		storetest.Must(t, w.Close())
		d := engines["sqlite"].empty(t)
		if _, err := dump.Read(t.Context(), d, &packed); !errors.Is(err, dump.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		if v, err := d.Version(t.Context()); err == nil && v > 0 {
			var n int
			storetest.Must(t, d.SQL().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM business").Scan(&n))
			if n != 0 {
				t.Errorf("%s: something was filled", name)
			}
		}
	}
	if _, err := dump.Read(t.Context(), engines["sqlite"].empty(t), strings.NewReader("SQLite format 3")); !errors.Is(err, dump.ErrDamaged) {
		t.Errorf("a file of another kind: %v", err)
	}
}

// without leaves out the first line that begins so.
func without(text, begin string) string {
	at := strings.Index(text, "\n"+begin) + 1
	end := at + strings.Index(text[at:], "\n") + 1
	return text[:at] + text[end:]
}

// TestTheErasedStayErased is the drill: a backup, then an erasure, then the
// backup on an empty machine with the list of erasures beside it.
func TestTheErasedStayErased(t *testing.T) {
	t.Parallel()
	for name, engine := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := filepath.Join(t.TempDir(), "erased.list")
			w := storetest.NewWorld(t, func(t testing.TB) *db.DB { t.Helper(); return engine.filled(t) })
			b := w.Business(t, "mine")
			mia, err := w.Registry.Create(t.Context(), b, client.Draft{Name: "Mia"}, "", storetest.OwnerOf(b).Actor())
			storetest.Must(t, err)
			leo, err := w.Registry.Create(t.Context(), b, client.Draft{Name: "Leo"}, "", storetest.OwnerOf(b).Actor())
			storetest.Must(t, err)
			var file bytes.Buffer
			_, err = dump.Write(t.Context(), w.DB, &file)
			storetest.Must(t, err)
			office := storetest.PrivacyOffice(w, tomb.Open(list))
			_, err = office.Erase(t.Context(), storetest.OwnerOf(b), privacy.Order{Client: mia.ID})
			storetest.Must(t, err)

			d := engine.empty(t)
			_, err = dump.Read(t.Context(), d, &file)
			storetest.Must(t, err)
			after := storetest.NewWorld(t, func(testing.TB) *db.DB { return d })
			if _, err := after.Registry.Find(t.Context(), b, mia.ID); err != nil {
				t.Fatalf("the backup does not hold the card: %v", err)
			}
			again, err := storetest.PrivacyOffice(after, tomb.Open(list)).Replay(t.Context())
			storetest.Must(t, err)
			if again != 1 {
				t.Errorf("%d were erased again", again)
			}
			_, err = after.Registry.Find(t.Context(), b, mia.ID)
			storetest.WantCode(t, err, fault.CodeNotFound)
			if _, err := after.Registry.Find(t.Context(), b, leo.ID); err != nil {
				t.Errorf("somebody else is gone: %v", err)
			}
		})
	}
}

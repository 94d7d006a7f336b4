// Package store keeps Kept's things in the database: every domain package's
// store interface is implemented here once, for both engines.
//
// One file holds one aggregate, one type each, made by its New function. The
// SQL stands in queries/ and is turned into package sqlgen; this package maps
// between the domain's types and rows and does nothing else: no rule of the
// business is decided here. What the mapping does do, the same way
// everywhere:
//
//   - It asks the database handle at every call where to run (From), so that a
//     store takes part in whatever transaction the context carries, and turns
//     the driver's errors to faults.
//   - It seals personal columns (sealed_*) and computes the blind indexes by
//     which they are found again. The keys come from the Vault.
//   - It writes lists and small structures as JSON, texts of the owner to the
//     table of texts, instants as microseconds, empty identifiers as ”.
//
// Lists are paged by key, never by offset: a cursor is the key of the last row
// seen (Cursor). Package storetest holds the conformance suite that runs on
// both engines.
package store

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"

	"kept/fault"
	"kept/internal/db"
	"kept/internal/store/sqlgen"
	"kept/span"
)

//go:embed migrations
var migrations embed.FS

// Migrations gives the folders that make the schema of an engine: the common
// one and the engine's own ("sqlite" or "postgres").
func Migrations(dialect string) []fs.FS {
	out := make([]fs.FS, 0, 2)
	for _, name := range []string{"common", dialect} {
		// Sub fails on malformed paths only, and these are constants of ours.
		if folder, err := fs.Sub(migrations, "migrations/"+name); err == nil {
			out = append(out, folder)
		}
	}
	return out
}

// queries gives the statements on whatever ctx carries.
func queries(ctx context.Context, d *db.DB) *sqlgen.Queries { return sqlgen.New(d.From(ctx)) }

// changes gives the statements for changes that need not be made at once; see db.Later.
func changes(ctx context.Context, d *db.DB) *sqlgen.Queries { return sqlgen.New(d.Later(ctx)) }

// encode writes a value of ours as JSON. Such values hold nothing that JSON
// cannot, so a failure is a mistake in the program.
func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("store: encode %T: %w", v, err)
	}
	return string(b), nil
}

// encodeMap writes a map as a JSON object, an empty one for none.
func encodeMap[K comparable, V any](m map[K]V) (string, error) {
	if m == nil {
		return "{}", nil
	}
	return encode(m)
}

// decode reads what encode wrote; empty text leaves the value as it is.
func decode(text string, into any) error {
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("store: decode %T: %w", into, err)
	}
	return nil
}

// found translates the error of a look-up, naming the thing where it is missing.
func found(d *db.DB, err error, what string) error {
	if err == nil {
		return nil
	}
	err = d.Fault(err)
	if fault.KindOf(err) == fault.NotFound {
		return fault.Missing(what)
	}
	return err
}

// changed translates the outcome of a statement that must have met one row.
func changed(d *db.DB, rows int64, err error, what string) error {
	if err != nil {
		return d.Fault(err)
	}
	if rows == 0 {
		return fault.Missing(what)
	}
	return nil
}

// encodeList is encode for a list, where none is an empty one.
func encodeList[T any](list []T) (string, error) {
	if len(list) == 0 {
		return "[]", nil
	}
	return encode(list)
}

// nullable is NULL for "none".
func nullable(i span.Instant) sql.NullInt64 { return sql.NullInt64{Int64: int64(i), Valid: i != 0} }

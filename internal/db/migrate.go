package db

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// Migrate brings the schema to the newest version that the folders hold
// together: the common one and the engine's own. Files are named
// 00012_words.sql; a number may be used once in all of them. There is no way
// back. Nodes that start at once are safe: one does it, the others wait.
func (d *DB) Migrate(ctx context.Context, folders ...fs.FS) error {
	all, err := merge(folders)
	if err != nil {
		return err
	}
	if d.newest(ctx, all) {
		return nil
	}
	if err := d.dialect.Migrate(ctx, all); err != nil {
		return fmt.Errorf("migrate: %w", d.Fault(err))
	}
	return nil
}

// newest tells whether every migration has been applied, without the locks and
// connections of its own that applying one takes: so it is at nearly each
// start. When in doubt it says no.
func (d *DB) newest(ctx context.Context, all *merged) bool {
	var last int64
	for _, e := range all.entries {
		number, _, _ := strings.Cut(e.Name(), "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return false
		}
		last = max(last, n)
	}
	if at, err := d.dialect.Version(ctx); err != nil || at != last {
		return false
	}
	applied := 0
	row := d.readers.QueryRowContext(ctx, "SELECT COUNT(DISTINCT version_id) FROM goose_db_version WHERE version_id > 0 AND is_applied")
	return row.Scan(&applied) == nil && applied == len(all.entries)
}

// merged shows the files of several folders as those of one.
type merged struct {
	entries []fs.DirEntry
	in      map[string]fs.FS
}

func merge(folders []fs.FS) (*merged, error) {
	m := &merged{in: make(map[string]fs.FS)}
	for _, folder := range folders {
		entries, err := fs.ReadDir(folder, ".")
		if err != nil {
			return nil, fmt.Errorf("read migrations: %w", err)
		}
		for _, e := range entries {
			if e.IsDir() || !strings.HasSuffix(e.Name(), ".sql") {
				continue
			}
			if m.in[e.Name()] != nil {
				return nil, fmt.Errorf("migration %s is in two folders", e.Name())
			}
			m.in[e.Name()] = folder
			m.entries = append(m.entries, e)
		}
	}
	slices.SortFunc(m.entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return m, nil
}

func (m *merged) Open(name string) (fs.File, error) {
	folder := m.in[name]
	if folder == nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return folder.Open(name)
}

func (m *merged) ReadDir(name string) ([]fs.DirEntry, error) {
	if name != "." {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	return m.entries, nil
}

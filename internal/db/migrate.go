package db

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
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
	if err := d.dialect.Migrate(ctx, all); err != nil {
		return fmt.Errorf("migrate: %w", d.Fault(err))
	}
	return nil
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

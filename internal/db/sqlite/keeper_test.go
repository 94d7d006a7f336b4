package sqlite_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kept/internal/db/sqlite"
)

// What was committed comes into the file while it is open, without a commit having to do it.
func TestCommitsAreMovedIntoTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "kept.db")
	e, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Writer.ExecContext(t.Context(), `CREATE TABLE word (text TEXT); INSERT INTO word VALUES (hex(zeroblob(100000)))`); err != nil {
		t.Fatal(err)
	}
	if n := size(t, path); n > 50_000 {
		t.Fatalf("the file has %d bytes at once: this proves nothing", n)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for look := time.NewTicker(5 * time.Millisecond); size(t, path) < 200_000; {
		e.Committed(func(error) {})
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("the file has only %d bytes", size(t, path))
		}
	}
	// Closing waits for the keeper, be it about to move something.
	e.Committed(func(error) {})
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	e.Committed(func(error) {})
	if _, err := os.Stat(path + "-wal"); !os.IsNotExist(err) {
		t.Errorf("the log is still there: %v", err)
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

package bench

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A stock keeps filled databases from run to run, for those who run the benchmark again and again. It is
// sorted by the schema and the size of the fixture, and its goods spoil: the program's clock goes on while
// they lie there, and the fixture's days begin eight days after the clock's first.
type stock struct{ dir string }

const freshFor = 24 * time.Hour

// newStock finds the place for what is filled on one engine; with an empty cache it is a stock that keeps nothing.
func newStock(ctx context.Context, cache string, e engine, what string) (*stock, error) {
	if cache == "" {
		return &stock{}, nil
	}
	schema, err := schemaSum(ctx)
	if err != nil {
		return nil, err
	}
	return &stock{filepath.Join(cache, e.name()+"-"+what+"-"+schema)}, nil
}

// schemaSum is a short sum over the migrations in the working copy.
func schemaSum(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env: %w", err)
	}
	root := filepath.Join(filepath.Dir(strings.TrimSpace(string(out))), "internal", "store", "migrations")
	sum := sha256.New()
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path) //nolint:gosec // of the working copy
		if err == nil {
			fmt.Fprintf(sum, "%s %d\n%s", entry.Name(), len(text), text)
		}
		return err
	})
	return hex.EncodeToString(sum.Sum(nil))[:12], err
}

func (s *stock) note() string { return filepath.Join(s.dir, "filled.json") }
func (s *stock) data() string { return filepath.Join(s.dir, "data") }

// take loads a fresh filled database under the program, which is down, and what its things are called; false
// when there is none.
func (s *stock) take(ctx context.Context, p *program, e engine, f any) (bool, error) {
	if s.dir == "" {
		return false, nil
	}
	text, err := os.ReadFile(s.note())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var made struct{ At time.Time }
	if err := errors.Join(json.Unmarshal(text, &made), json.Unmarshal(text, f)); err != nil {
		return false, fmt.Errorf("%s: %w", s.note(), err)
	}
	if time.Since(made.At) > freshFor {
		return false, nil
	}
	if err := copyFolder(p.data, s.data()); err != nil {
		return false, err
	}
	return true, e.load(ctx, s.dir)
}

// put keeps a filled database; the program is down. The note comes last: without it the rest counts for nothing.
func (s *stock) put(ctx context.Context, p *program, e engine, f any) error {
	if s.dir == "" {
		return nil
	}
	if err := os.RemoveAll(s.dir); err != nil {
		return err
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	if err := copyFolder(s.data(), p.data); err != nil {
		return err
	}
	if err := e.save(ctx, s.dir); err != nil {
		return err
	}
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return os.WriteFile(s.note(), text, 0o600)
}

// copyFolder makes to what from is, readable to its owner alone, as the program asks of its keys.
func copyFolder(to, from string) error {
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return err
	}
	return filepath.WalkDir(to, func(path string, entry fs.DirEntry, err error) error {
		mode := fs.FileMode(0o600)
		if entry.IsDir() {
			mode = 0o700
		}
		return errors.Join(err, os.Chmod(path, mode)) //nolint:gosec // a folder of ours
	})
}

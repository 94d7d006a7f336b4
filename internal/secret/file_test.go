package secret

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestLoadMasterMakesOneKey(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "master.key")
	var wait sync.WaitGroup
	prints := make([]string, 8)
	for i := range prints {
		wait.Go(func() {
			m, err := LoadMaster(path)
			if err != nil {
				t.Error(err)
				return
			}
			prints[i] = m.Fingerprint()
		})
	}
	wait.Wait()
	for _, p := range prints {
		if p != prints[0] || p == "" {
			t.Fatalf("fingerprints %q", prints)
		}
	}
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode() != 0o600 || info.Size() != keySize {
		t.Errorf("mode %v, %d bytes", info.Mode(), info.Size())
	}
	left, err := os.ReadDir(folder)
	must(t, err)
	if len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func TestLoadMasterRefuses(t *testing.T) {
	t.Parallel()
	write := func(size int, mode os.FileMode) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			t.Helper()
			must(t, os.WriteFile(path, make([]byte, size), mode))
			must(t, os.Chmod(path, mode))
		}
	}
	tests := map[string]struct {
		make func(*testing.T, string)
		want string
	}{
		"empty":             {write(0, 0o600), "0 bytes"},
		"short":             {write(31, 0o600), "31 bytes"},
		"long":              {write(33, 0o600), "33 bytes"},
		"read by the group": {write(32, 0o640), "chmod 600"},
		"read by all":       {write(32, 0o604), "chmod 600"},
		"folder":            {func(t *testing.T, path string) { t.Helper(); must(t, os.Mkdir(path, 0o700)) }, "regular"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "master.key")
			tt.make(t, path)
			if _, err := LoadMaster(path); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := LoadMaster(filepath.Join(t.TempDir(), "none", "master.key")); err == nil {
		t.Error("made a key in a folder that is not there")
	}
}

func TestLoadMasterTakesAGivenFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "given")
	must(t, os.WriteFile(path, []byte(strings.Repeat("k", keySize)), 0o400))
	got, err := LoadMaster(path)
	must(t, err)
	want, err := NewMaster([]byte(strings.Repeat("k", keySize)))
	must(t, err)
	if got.Fingerprint() != want.Fingerprint() {
		t.Error("another key")
	}
}

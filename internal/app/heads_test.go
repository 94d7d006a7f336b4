package app

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/audit"
)

func TestHeadsRememberWhatWasCutOff(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	h := newHeads(folder)
	head := func(n int64, hash string) audit.Head { return audit.Head{Business: "b", Number: n, Hash: []byte(hash)} }
	keep := func(heads ...audit.Head) {
		t.Helper()
		if err := h.Keep(t.Context(), heads...); err != nil {
			t.Fatal(err)
		}
	}
	want := func(heads ...audit.Head) {
		t.Helper()
		got, err := newHeads(folder).Heads(t.Context(), "b") // as another process reads them
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(heads, got); diff != "" {
			t.Error(diff)
		}
	}
	keep(head(1, "one"), audit.Head{Business: "c", Number: 7, Hash: []byte("c")})
	keep(head(2, "two"))
	keep(head(3, "three"))
	want(head(3, "three"))
	// Somebody cuts two blocks; the next block takes the number of one that was.
	keep(head(2, "another two"))
	keep(head(3, "another three"))
	want(head(3, "three"), head(3, "another three"))
	if err := h.accept(head(3, "another three")); err != nil {
		t.Fatal(err)
	}
	want(head(3, "another three"))
	info, err := os.Stat(filepath.Join(folder, headsFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
	if err := os.WriteFile(filepath.Join(folder, headsFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Heads(t.Context(), "b"); err == nil {
		t.Error("a damaged file is taken for none")
	}
}

package tomb_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/id"
	"kept/internal/tomb"
	"kept/privacy"
)

var when = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func grave(n int) privacy.Tomb {
	at := when.Add(time.Duration(n) * time.Second)
	return privacy.Tomb{Business: id.New[id.Business](at), Client: id.New[id.Client](at), At: 1_700_000_000_000_000}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsBuriedIsThere(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "erased.list")
	l := tomb.Open(path)
	if got, err := l.Tombs(t.Context()); err != nil || got != nil {
		t.Fatalf("without a file: %v, %v", got, err)
	}
	must(t, l.Bury(t.Context()))
	if _, err := os.Stat(path); err == nil {
		t.Error("nothing to bury made a file")
	}
	want := []privacy.Tomb{grave(1), grave(2), grave(3)}
	must(t, l.Bury(t.Context(), want[:2]...))
	must(t, tomb.Open(path).Bury(t.Context(), want[2]))
	got, err := l.Tombs(t.Context())
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
}

func TestDamageSpoilsItsOwnLineOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "erased.list")
	l := tomb.Open(path)
	one, two, three := grave(1), grave(2), grave(3)
	must(t, l.Bury(t.Context(), one, two))
	raw, err := os.ReadFile(path)
	must(t, err)
	// Half a line at the end, as a crash leaves it, and one changed letter in the middle.
	spoiled := strings.Replace(string(raw), string(two.Client), "0"+string(two.Client)[1:len(two.Client)-1]+"x", 1) + string(raw[:40])
	must(t, os.WriteFile(path, []byte(spoiled), 0o600))
	must(t, l.Bury(t.Context(), three))
	got, err := l.Tombs(t.Context())
	must(t, err)
	if diff := cmp.Diff([]privacy.Tomb{one, three}, got); diff != "" {
		t.Error(diff)
	}
}

func TestManyBuryAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "erased.list")
	var wait sync.WaitGroup
	const n = 16
	for i := range n {
		wait.Go(func() {
			if err := tomb.Open(path).Bury(t.Context(), grave(i)); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	got, err := tomb.Open(path).Tombs(t.Context())
	must(t, err)
	if len(got) != n {
		t.Errorf("%d of %d are there", len(got), n)
	}
}

func TestFolderThatIsNotThere(t *testing.T) {
	t.Parallel()
	if err := tomb.Open(filepath.Join(t.TempDir(), "none", "erased.list")).Bury(t.Context(), grave(1)); err == nil {
		t.Error("buried nowhere")
	}
}

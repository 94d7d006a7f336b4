package sqlite

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func wait(s *syncer) error {
	done := make(chan error, 1)
	s.after(func(err error) { done <- err })
	return <-done
}

func TestSyncerAnswersEverybodyOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &syncer{path: path}
	var mu sync.Mutex
	told := map[int]int{}
	var all sync.WaitGroup
	for i := range 200 {
		all.Add(1)
		go s.after(func(err error) {
			defer all.Done()
			mu.Lock()
			defer mu.Unlock()
			told[i]++
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if err := s.close(); err != nil {
		t.Error(err)
	}
	if len(told) != 200 {
		t.Errorf("%d were told", len(told))
	}
	for i, n := range told {
		if n != 1 {
			t.Errorf("%d was told %d times", i, n)
		}
	}
}

// TestSyncerFollowsTheFile: a log that was replaced is the one to sync.
func TestSyncerFollowsTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log")
	s := &syncer{path: path}
	for range 2 {
		if err := os.WriteFile(path+".new", []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			t.Fatal(err)
		}
		if err := wait(s); err != nil {
			t.Fatal(err)
		}
		open, err := s.log.Stat()
		if err != nil {
			t.Fatal(err)
		}
		now, err := os.Stat(path)
		if err != nil || !os.SameFile(open, now) {
			t.Errorf("another file is open: %v", err)
		}
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
}

// TestSyncerNeverTakesBackAFailure: what a disk once refused may be lost though it says yes afterwards.
func TestSyncerNeverTakesBackAFailure(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log")
	s := &syncer{path: path}
	if err := wait(s); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("no log: %v", err)
	}
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := wait(s); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after a failure: %v", err)
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
}

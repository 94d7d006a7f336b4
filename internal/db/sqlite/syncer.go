package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
)

// syncer brings the log (WAL) to the disk beside the writer.
//
// With synchronous=FULL SQLite waits for the disk inside COMMIT, holding the
// write lock, and everybody behind waits along. So the writer commits with
// NORMAL, which writes the log and does not wait, and whoever is to be
// answered waits here until the log has been synced after their commit, while
// the next transaction already runs. What was committed meanwhile shares the
// sync that follows. SQLite itself syncs the log before it moves anything
// from it into the file, so after a power cut the file is whole and holds
// every commit that was answered for.
//
// A disk that once failed to sync may have dropped what it was given and say
// yes the next time; so after one failure nothing is acknowledged until the
// program starts again and reads what is really there.
type syncer struct {
	path string // of the log

	mu      sync.Mutex
	waiting []func(error)
	busy    bool
	over    sync.WaitGroup

	log    *os.File // these two are the running round's
	broken error
}

// after calls done when everything committed by now is on the disk, or cannot be brought there.
func (s *syncer) after(done func(error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = append(s.waiting, done)
	if !s.busy {
		s.busy = true
		s.over.Go(s.rounds)
	}
}

// rounds syncs as long as somebody waits.
func (s *syncer) rounds() {
	for {
		s.mu.Lock()
		round := s.waiting
		s.waiting = nil
		s.busy = len(round) > 0
		s.mu.Unlock()
		if len(round) == 0 {
			return
		}
		if s.broken == nil {
			s.broken = s.sync()
		}
		for _, done := range round {
			done(s.broken)
		}
	}
}

func (s *syncer) sync() error {
	if err := s.open(); err != nil {
		return fmt.Errorf("open the log: %w", err)
	}
	if err := datasync(s.log); err != nil {
		return fmt.Errorf("sync the log: %w", err)
	}
	return nil
}

// open opens the log, again when another file has taken its place.
func (s *syncer) open() error {
	now, err := os.Stat(s.path)
	if err != nil {
		return err
	}
	if s.log != nil {
		if was, err := s.log.Stat(); err == nil && os.SameFile(was, now) {
			return nil
		}
		_ = s.log.Close()
	}
	s.log, err = os.Open(s.path)
	return err
}

// close waits for those who wait.
func (s *syncer) close() error {
	s.over.Wait()
	if s.log == nil {
		return nil
	}
	if err := s.log.Close(); err != nil && !errors.Is(err, fs.ErrClosed) {
		return err
	}
	return nil
}

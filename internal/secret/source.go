package secret

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Keeper keeps the root's wrapping key where the program cannot take it: a
// KMS, a vault. The file beside the database then holds the root wrapped by it.
type Keeper interface {
	// Wrap encrypts what Unwrap will be asked for.
	Wrap(ctx context.Context, plain []byte) ([]byte, error)
	// Unwrap decrypts what Wrap gave.
	Unwrap(ctx context.Context, wrapped []byte) ([]byte, error)
}

// source is where a root comes from and where it is written when it is turned.
type source interface {
	read(ctx context.Context) ([]byte, error)
	write(ctx context.Context, key []byte) error
}

// ErrFixed says that a root given in the environment can only be changed there.
var ErrFixed = errors.New("secret: the master key is in the environment: change it there")

// ParseMaster reads a root given as text, as the environment does: hex digits.
func ParseMaster(text string) (*Master, error) {
	key, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return nil, errors.New("secret: the master key must be written in hex digits")
	}
	m, err := NewMaster(key)
	if err == nil {
		m.source = given(key)
	}
	return m, err
}

// given is a root that stands in the environment.
type given []byte

func (g given) read(context.Context) ([]byte, error) { return g, nil }
func (given) write(context.Context, []byte) error    { return ErrFixed }

// OpenMaster reads the root from a file that a Keeper has wrapped, and makes
// the file, in a folder that exists, if there is none.
func OpenMaster(ctx context.Context, k Keeper, path string) (*Master, error) {
	s := kept{k, path}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := s.write(ctx, newRing().encode()); err != nil {
			return nil, fmt.Errorf("secret: create master key: %w", err)
		}
	}
	key, err := s.read(ctx)
	if err != nil {
		return nil, fmt.Errorf("secret: read master key: %w", err)
	}
	m, err := NewMaster(key)
	if err == nil {
		m.source = s
	}
	return m, err
}

// kept is a root in a file that a Keeper wraps.
type kept struct {
	keeper Keeper
	path   string
}

func (s kept) read(ctx context.Context) ([]byte, error) {
	wrapped, err := os.ReadFile(filepath.Clean(s.path))
	if err != nil {
		return nil, err
	}
	return s.keeper.Unwrap(ctx, wrapped)
}

func (s kept) write(ctx context.Context, key []byte) error {
	wrapped, err := s.keeper.Wrap(ctx, key)
	if err != nil {
		return err
	}
	return replace(s.path, wrapped)
}

// inFile is a root in a file as it is.
type inFile string

func (f inFile) read(context.Context) ([]byte, error)      { return readKey(string(f)) }
func (f inFile) write(_ context.Context, key []byte) error { return replace(string(f), key) }

// replace puts a whole file in the place of another: after a crash one of them is there.
func replace(path string, text []byte) (err error) {
	folder := filepath.Dir(path)
	file, err := os.CreateTemp(folder, ".master-*") // mode 0600, O_EXCL
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	_, err = file.Write(text)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err = os.Rename(file.Name(), path); err != nil {
		return err
	}
	return syncFolder(folder)
}

// Reload reads the root again where it came from, and tells whether it is
// another one. A running program does so every few seconds: that is how it learns of a rotation.
func (m *Master) Reload(ctx context.Context) (changed bool, err error) {
	if m.source == nil {
		return false, nil
	}
	key, err := m.source.read(ctx)
	if err != nil || bytes.Equal(key, m.roots.Load().ring.encode()) {
		return false, err
	}
	return true, m.adopt(key)
}

// Rotate takes a step of the root's own rotation, writes it where the root came
// from, and takes it over. It fails with ErrRing out of turn, with ErrFixed where it cannot be written.
func (m *Master) Rotate(ctx context.Context, t Turn) error {
	if _, err := m.Reload(ctx); err != nil {
		return err
	}
	next, err := m.roots.Load().ring.turn(t)
	if err != nil {
		return err
	}
	if m.source != nil {
		if err := m.source.write(ctx, next.encode()); err != nil {
			return err
		}
	}
	return m.adopt(next.encode())
}

// Next is the turn that the root waits for.
func (m *Master) Next() Turn { return m.roots.Load().ring.next() }

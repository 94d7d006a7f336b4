package secret

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// LoadMaster reads the root key from a file of 32 bytes (more once it was turned) that nobody but
// its owner can touch, and makes the file, in a folder that exists, if there is
// none. Programs that start at once on the same path get the same key.
func LoadMaster(path string) (*Master, error) {
	key, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = createKey(path); err != nil {
			return nil, fmt.Errorf("secret: create master key: %w", err)
		}
		key, err = readKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("secret: read master key: %w", err)
	}
	m, err := NewMaster(key)
	if err == nil {
		m.source = inFile(path)
	}
	return m, err
}

func readKey(path string) ([]byte, error) {
	info, err := os.Stat(path) // before opening, which would wait on a pipe
	if err != nil {
		return nil, err
	}
	switch {
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file", path)
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("%s is open to others (mode %04o): run chmod 600 on it", path, info.Mode().Perm())
	case info.Size() != keySize && (info.Size()-1)%(1+keySize) != 0:
		return nil, fmt.Errorf("%s has %d bytes, not %d", path, info.Size(), keySize)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	key := make([]byte, info.Size())
	if _, err := io.ReadFull(file, key); err != nil {
		return nil, err
	}
	return key, nil
}

// createKey writes and syncs a whole key under another name and then links it to its own, which fails if one
// is there: so a crash leaves no half key, and of several makers the first wins.
func createKey(path string) (err error) {
	folder := filepath.Dir(path)
	file, err := os.CreateTemp(folder, ".master-*") // mode 0600, O_EXCL
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(file.Name())) }()
	key := make([]byte, keySize)
	_, _ = rand.Read(key)
	_, err = file.Write(key)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err = os.Link(file.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(folder)
}

// syncFolder makes the new name last, before anything is sealed with the key behind it.
func syncFolder(folder string) error {
	dir, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

//go:build !linux

package sqlite

import "os"

// datasync waits until a file's content, and its length, are on the disk.
func datasync(f *os.File) error { return f.Sync() }

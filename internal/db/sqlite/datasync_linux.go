package sqlite

import (
	"errors"
	"os"
	"syscall"
)

// datasync waits until a file's content, and its length, are on the disk.
func datasync(f *os.File) error {
	for {
		err := syscall.Fdatasync(int(f.Fd()))
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

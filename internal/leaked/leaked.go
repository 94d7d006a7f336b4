// Package leaked tells whether a password is known from a data breach, by a
// file that the operator keeps beside the program.
//
// The file is what Have I Been Pwned gives away ("ordered by hash") and what
// its downloader writes: a line for every password, with its SHA-1 in 40
// hexadecimal digits and, behind a colon, how often it was met; sorted. It may
// be of tens of gigabytes, so nothing of it is held in memory: a look-up halves
// the file some forty times, at places of which the system keeps the first ones
// at hand. Nobody outside is asked, and nothing is told to anybody.
//
// Open refuses what is no such file, as far as its first lines, its last one and
// a few between show. A file that is cut or changed while it is open makes a look-up fail with an
// error, and then no password is taken: whoever replaces it moves the new one
// over the old and starts the program again.
package leaked

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // the hash that the lists of breaches are of
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// digits is how long a hash is as text.
const digits = 2 * sha1.Size

// longest is the longest line that is read: a hash, a colon, a number, an end.
const longest = digits + 24

// ErrList says that a file is no list of breached passwords.
var ErrList = errors.New("leaked: no sorted list of SHA-1 hashes")

// List is an open file. It is safe for concurrent use.
type List struct {
	file io.ReaderAt
	size int64
	end  func() error
}

// Open opens a list. Fails with ErrList for another sort of file.
func Open(path string) (*List, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("leaked: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("leaked: %w", err), f.Close())
	}
	l := &List{file: f, size: info.Size(), end: f.Close}
	if err := l.check(); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %s", err, path), f.Close())
	}
	return l, nil
}

// Close closes the file.
func (l *List) Close() error { return l.end() }

// check looks at lines from the first to the last: all are hashes, and sorted.
func (l *List) check() error {
	if l.size == 0 {
		return ErrList
	}
	const looks = 64
	var before []byte
	for i := range int64(looks) {
		_, hash, err := l.line(l.size * i / looks)
		if err != nil {
			return err
		}
		if hash == nil { // behind the beginning of the last line
			break
		}
		if bytes.Compare(before, hash) > 0 {
			return ErrList
		}
		before = hash
	}
	return nil
}

// line gives the first line that begins at or behind a place, its hash in
// capitals and where it begins; nil where there is none.
func (l *List) line(at int64) (start int64, hash []byte, err error) {
	from := max(at-1, 0) // with the end of the line before, which tells where one begins
	buffer := make([]byte, 2*longest)
	n, err := l.file.ReadAt(buffer, from)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, nil, fmt.Errorf("leaked: %w", err)
	}
	buffer, start = buffer[:n], from
	if at > 0 {
		end := bytes.IndexByte(buffer, '\n')
		if end < 0 && from+int64(n) < l.size {
			return 0, nil, ErrList // no line is so long
		}
		if end < 0 || from+int64(end)+1 >= l.size {
			return l.size, nil, nil
		}
		buffer, start = buffer[end+1:], from+int64(end)+1
	}
	if len(buffer) < digits {
		return 0, nil, ErrList
	}
	hash = bytes.ToUpper(buffer[:digits])
	if _, err := hex.Decode(make([]byte, sha1.Size), hash); err != nil {
		return 0, nil, ErrList
	}
	if len(buffer) > digits && strings.IndexByte(":\r\n", buffer[digits]) < 0 {
		return 0, nil, ErrList
	}
	return start, hash, nil
}

// Has tells whether a password is in the list, exactly as it is typed.
func (l *List) Has(password string) (bool, error) {
	sum := sha1.Sum([]byte(password)) //nolint:gosec // as above
	want := []byte(fmt.Sprintf("%X", sum))
	low, high := int64(0), l.size // the line begins in [low, high)
	for low < high {
		middle := low + (high-low)/2
		start, hash, err := l.line(middle)
		if err != nil {
			return false, err
		}
		if hash == nil || start >= high { // no line begins between the middle and the end
			high = middle
			continue
		}
		switch bytes.Compare(hash, want) {
		case 0:
			return true, nil
		case 1:
			high = middle
		default:
			low = start + 1
		}
	}
	return false, nil
}

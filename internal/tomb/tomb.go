// Package tomb keeps the list of erasures that lies beside the database: a
// text file, a line an erasure, to which is only ever added.
//
//	business client microseconds check
//
// The list holds no word about anybody: numbers of cards that are no more. It
// is what tells a restored backup whom it must not bring back, so it lies in
// the data folder and is not part of a backup; keep it when the folder moves.
//
// A line is written at once and waited for until it is on the disk. Several
// programs may add to it at the same time. A line that a crash left half
// written does not check and is passed over, like any other that is damaged.
package tomb

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"kept/id"
	"kept/privacy"
	"kept/span"
)

// List is the file. It is safe for concurrent use.
type List struct {
	path string
	mu   sync.Mutex
}

// Open names the file; it is made with the first erasure.
func Open(path string) *List { return &List{path: path} }

// Path is where the file lies.
func (l *List) Path() string { return l.path }

// Bury implements privacy.Graveyard.
func (l *List) Bury(_ context.Context, tombs ...privacy.Tomb) (err error) {
	if len(tombs) == 0 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, missing := os.Stat(l.path)
	file, err := os.OpenFile(l.path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("tomb: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	var text strings.Builder
	if !whole(file) {
		text.WriteByte('\n') // a crash has left half a line: it must not spoil the next one
	}
	for _, t := range tombs {
		text.WriteString(line(t))
	}
	if _, err := file.WriteString(text.String()); err != nil {
		return fmt.Errorf("tomb: %w", err)
	}
	if err := file.Sync(); err != nil {
		return fmt.Errorf("tomb: %w", err)
	}
	if missing != nil {
		return syncFolder(filepath.Dir(l.path))
	}
	return nil
}

// whole tells whether a file is empty or ends with a line's end.
func whole(file *os.File) bool {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return err == nil
	}
	var last [1]byte
	_, err = file.ReadAt(last[:], info.Size()-1)
	return err == nil && last[0] == '\n'
}

func syncFolder(folder string) error {
	dir, err := os.Open(folder)
	if err != nil {
		return fmt.Errorf("tomb: %w", err)
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Tombs implements privacy.Graveyard; no file is an empty list.
func (l *List) Tombs(_ context.Context) ([]privacy.Tomb, error) {
	file, err := os.Open(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("tomb: %w", err)
	}
	defer file.Close()
	return read(file)
}

// read gives the lines that check.
func read(from io.Reader) ([]privacy.Tomb, error) {
	var out []privacy.Tomb
	lines := bufio.NewReader(from)
	for {
		text, err := lines.ReadString('\n')
		if t, ok := parse(strings.TrimSuffix(text, "\n")); ok && err == nil {
			out = append(out, t)
		}
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("tomb: %w", err)
		}
	}
}

func line(t privacy.Tomb) string {
	body := string(t.Business) + " " + string(t.Client) + " " + strconv.FormatInt(int64(t.At), 10)
	return body + " " + check(body) + "\n"
}

func check(body string) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(body))) }

func parse(text string) (t privacy.Tomb, ok bool) {
	words := strings.Split(text, " ")
	if len(words) != 4 || check(strings.Join(words[:3], " ")) != words[3] || !id.Valid(words[0]) || !id.Valid(words[1]) {
		return t, false
	}
	at, err := strconv.ParseInt(words[2], 10, 64)
	return privacy.Tomb{Business: id.Business(words[0]), Client: id.Client(words[1]), At: span.Instant(at)}, err == nil
}

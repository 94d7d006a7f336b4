package leaked_test

import (
	"crypto/sha1"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kept/internal/leaked"
)

// write makes a list; style 0 is that of the downloader, 1 with the ends of
// lines of another system, 2 hashes alone, in small letters, the last one open.
func write(t testing.TB, dir string, style int, passwords []string) string {
	t.Helper()
	lines := make([]string, 0, len(passwords))
	for i, p := range passwords {
		line := fmt.Sprintf("%X", sha1.Sum([]byte(p)))
		switch style {
		case 0:
			line += fmt.Sprintf(":%d\n", 1+i*i*i)
		case 1:
			line += fmt.Sprintf(":%d\r\n", 1+i)
		default:
			line = strings.ToLower(line) + "\n"
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	text := strings.Join(lines, "")
	if style == 2 {
		text = strings.TrimSuffix(text, "\n")
	}
	path := filepath.Join(dir, fmt.Sprint("list", style, len(passwords)))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What is in a list is found, and nothing else.
func TestHas(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		in := rapid.SliceOfNDistinct(rapid.StringN(1, 12, -1), 1, 200, rapid.ID[string]).Draw(rt, "in")
		out := rapid.SliceOfN(rapid.StringN(1, 12, -1), 1, 20).Draw(rt, "out")
		l, err := leaked.Open(write(t, dir, rapid.IntRange(0, 2).Draw(rt, "style"), in))
		if err != nil {
			rt.Fatal(err)
		}
		defer l.Close()
		for _, p := range append(slices.Clone(in), out...) {
			got, err := l.Has(p)
			if err != nil || got != slices.Contains(in, p) {
				rt.Fatalf("%q is there: %v, %v", p, got, err)
			}
		}
	})
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	hash := func(p string) string { return fmt.Sprintf("%X", sha1.Sum([]byte(p))) }
	sorted := []string{hash("a"), hash("b"), hash("c"), hash("d")}
	slices.Sort(sorted)
	for name, text := range map[string]string{
		"empty":       "",
		"passwords":   "123456\npassword\nqwertyui\n",
		"a short one": sorted[0][:30] + ":1\n",
		"other words": strings.Repeat("Z", 40) + ":1\n",
		"longer ones": sorted[0] + "AA:1\n",
		"unsorted":    sorted[3] + ":1\n" + sorted[2] + ":1\n" + sorted[1] + ":1\n" + sorted[0] + ":1\n",
		"one line":    sorted[0] + ":" + strings.Repeat("1", 5000),
		"a picture":   "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00", 4000),
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := leaked.Open(path); !errors.Is(err, leaked.ErrList) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := leaked.Open(filepath.Join(dir, "nothing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

// A file that is cut while it is open is no answer.
func TestHasOfACutFile(t *testing.T) {
	t.Parallel()
	var in []string
	for i := range 500 {
		in = append(in, fmt.Sprint("password", i))
	}
	path := write(t, t.TempDir(), 0, in)
	l, err := leaked.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := os.Truncate(path, 100); err != nil {
		t.Fatal(err)
	}
	failed := false
	for _, p := range in {
		_, err := l.Has(p)
		failed = failed || err != nil
	}
	if !failed {
		t.Error("a cut file answers as a whole one")
	}
}

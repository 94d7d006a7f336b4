package busy

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// line is an unfolded content line: NAME;PARAM=value:VALUE.
type line struct {
	name   string // in capitals, without a group
	params string // raw, with its first semicolon
	value  string
}

// param gives the first value of a parameter, without quotes.
func (l line) param(name string) string {
	rest := l.params
	for rest != "" {
		rest = strings.TrimPrefix(rest, ";")
		eq := strings.IndexByte(rest, '=')
		if eq < 0 {
			return ""
		}
		key := rest[:eq]
		rest = rest[eq+1:]
		end := paramEnd(rest)
		if strings.EqualFold(key, name) {
			return strings.Trim(rest[:end], `"`)
		}
		rest = rest[end:]
	}
	return ""
}

// paramEnd finds where a parameter's value ends: at a semicolon or colon that
// is not in quotes.
func paramEnd(s string) int {
	quoted := false
	for i := range len(s) {
		switch s[i] {
		case '"':
			quoted = !quoted
		case ';', ':':
			if !quoted {
				return i
			}
		}
	}
	return len(s)
}

// wanted are the properties that times depend on; all others are passed over.
func wanted(name string) bool {
	switch name {
	case "BEGIN", "END", "UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "TRANSP", "STATUS",
		"TZID", "TZOFFSETFROM", "TZOFFSETTO", "FREEBUSY", "X-MICROSOFT-CDO-BUSYSTATUS":
		return true
	default:
		return false
	}
}

// scanner unfolds the lines of a file.
type scanner struct {
	in  *bufio.Reader
	cut bool // a wanted line was longer than maxLine
}

func newScanner(r io.Reader) *scanner {
	s := &scanner{in: bufio.NewReaderSize(r, 32<<10)}
	if mark, _ := s.in.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = s.in.Discard(3)
	}
	return s
}

// next gives the next wanted line; io.EOF after the last.
func (s *scanner) next() (line, error) {
	for {
		l, ok, err := s.one()
		if err != nil || ok {
			return l, err
		}
	}
}

// one reads one unfolded line and tells whether it is wanted.
func (s *scanner) one() (line, bool, error) {
	var whole []byte
	named, keep, tooLong := false, true, false
	for {
		piece, err := s.in.ReadSlice('\n')
		if errors.Is(err, io.EOF) && len(piece) == 0 {
			if len(whole) == 0 {
				return line{}, false, io.EOF
			}
			break
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) && !errors.Is(err, io.EOF) {
			return line{}, false, err //nolint:wrapcheck // the reader's own
		}
		ended := err == nil || errors.Is(err, io.EOF)
		if ended {
			piece = bytes.TrimRight(piece, "\r\n")
		}
		if keep {
			if len(whole)+len(piece) > maxLine {
				tooLong, keep = true, false
			} else {
				whole = append(whole, piece...)
			}
		}
		done := ended && !s.folded()
		if !named && (done || len(whole) > 256 || bytes.ContainsAny(whole, ";:")) {
			named = true
			keep = keep && wanted(nameOf(whole))
		}
		if done {
			break
		}
	}
	s.cut = s.cut || tooLong
	if !keep || len(whole) == 0 {
		return line{}, false, nil
	}
	return split(whole)
}

// folded tells whether the next line goes on with this one, and takes its mark away.
func (s *scanner) folded() bool {
	b, err := s.in.Peek(1)
	if err != nil || (b[0] != ' ' && b[0] != '\t') {
		return false
	}
	_, _ = s.in.Discard(1)
	return true
}

func nameOf(b []byte) string {
	end := bytes.IndexAny(b, ";:")
	if end < 0 {
		return ""
	}
	name := strings.ToUpper(string(b[:end]))
	return name[strings.LastIndexByte(name, '.')+1:]
}

func split(b []byte) (line, bool, error) {
	s := string(b)
	head := strings.IndexAny(s, ";:")
	if head < 0 {
		return line{}, false, nil
	}
	end := head
	for end < len(s) && s[end] == ';' {
		end += 1 + paramEnd(s[end+1:])
	}
	if end >= len(s) {
		return line{}, false, nil
	}
	return line{name: nameOf(b), params: s[head:end], value: strings.TrimSpace(s[end+1:])}, true, nil
}

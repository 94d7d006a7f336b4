// Package clamd has a ClamAV daemon look at the content of files.
//
// It speaks the INSTREAM command of the daemon (clamd(8)) over TCP or a Unix
// socket: the word zINSTREAM and a zero byte; the content in chunks, each
// behind its length as four bytes, the highest first; a chunk of no length.
// The daemon answers one line that ends with a zero byte:
//
//	stream: OK
//	stream: Eicar-Test-Signature FOUND
//	INSTREAM size limit exceeded. ERROR
//
// A connection serves one file. Anything that is neither of the first two is
// an error: what could not be looked at is never taken for harmless.
package clamd

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"
)

const (
	patience  = 30 * time.Second // for one file
	chunkSize = 64 << 10
	maxAnswer = 4 << 10
)

// Scanner is a daemon that is asked.
type Scanner struct {
	network, address string
}

// New makes a scanner of an address: tcp://host:3310 or unix:///run/clamav/clamd.ctl.
func New(address string) (*Scanner, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return nil, fmt.Errorf("clamd: address: %w", err)
	case u.Scheme == "tcp" && u.Port() != "" && u.Path == "":
		return &Scanner{"tcp", u.Host}, nil
	case u.Scheme == "unix" && u.Host == "" && u.Path != "":
		return &Scanner{"unix", u.Path}, nil
	default:
		return nil, fmt.Errorf("clamd: %q is neither tcp://host:port nor unix:///path", address)
	}
}

// Scan gives the name of what the daemon found in a file, empty for nothing.
func (s *Scanner) Scan(ctx context.Context, content io.Reader) (found string, err error) {
	conn, err := (&net.Dialer{Timeout: patience}).DialContext(ctx, s.network, s.address)
	if err != nil {
		return "", fmt.Errorf("clamd: %w", err)
	}
	defer func() { _ = conn.Close() }()
	unhook := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer unhook()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return "", fmt.Errorf("clamd: %w", err)
	}
	sent := send(conn, content)
	// A daemon that will have no more of it says why and closes, so its answer counts even where sending broke off.
	answer, err := bufio.NewReader(io.LimitReader(conn, maxAnswer)).ReadString(0)
	if err != nil {
		return "", fmt.Errorf("clamd: no answer: %w", errors.Join(sent, err))
	}
	return read(strings.TrimSuffix(answer, "\x00"))
}

func send(conn io.Writer, content io.Reader) error {
	w := bufio.NewWriter(conn)
	if _, err := w.WriteString("zINSTREAM\x00"); err != nil {
		return err
	}
	chunk := make([]byte, 4+chunkSize)
	for {
		n, err := io.ReadFull(content, chunk[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(chunk, uint32(n))
			if _, err := w.Write(chunk[:4+n]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	if _, err := w.Write([]byte{0, 0, 0, 0}); err != nil {
		return err
	}
	return w.Flush()
}

// read tells what an answer says.
func read(answer string) (found string, err error) {
	verdict, ok := strings.CutPrefix(strings.TrimSpace(answer), "stream: ")
	if !ok {
		return "", fmt.Errorf("clamd: it says %q", answer)
	}
	if verdict == "OK" {
		return "", nil
	}
	if name, ok := strings.CutSuffix(verdict, " FOUND"); ok && name != "" {
		return name, nil
	}
	return "", fmt.Errorf("clamd: it says %q", answer)
}

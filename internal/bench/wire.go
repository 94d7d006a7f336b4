package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A conn is one keep-alive connection of HTTP/1.1, with no more around it than the benchmark needs: the client
// shares its processor with the server, and what net/http does for its users would be taken from the server.
// It is for one goroutine.
type conn struct {
	net  net.Conn
	in   *bufio.Reader
	body []byte
}

// patience bounds a connection's whole life, so that a server that hangs ends the run.
const patience = 10 * time.Minute

// dial opens a connection.
func dial(ctx context.Context, address string) (*conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return &conn{net: c, in: bufio.NewReaderSize(c, 64<<10)}, nil
}

// dialAll opens n connections.
func dialAll(ctx context.Context, address string, n int) ([]*conn, error) {
	all := make([]*conn, 0, n)
	for range n {
		c, err := dial(ctx, address)
		if err != nil {
			closeAll(all)
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

func closeAll(all []*conn) {
	for _, c := range all {
		c.close()
	}
}

// together runs a piece of work on every connection at once. The first error ends the others' context and is returned.
func together(ctx context.Context, conns []*conn, work func(ctx context.Context, i int, c *conn) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	for i, c := range conns {
		wg.Go(func() {
			if err := work(ctx, i, c); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

func (c *conn) close() { c.net.Close() }

// get is the text of a GET request.
func get(address, path string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: " + address + "\r\nAccept: application/json\r\n\r\n")
}

// send is the text of a request with a JSON body; the key may be empty.
func send(method, address, path, key string, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\nContent-Type: application/json\r\n", method, path, address)
	if key != "" {
		fmt.Fprintf(&b, "Authorization: Bearer %s\r\n", key)
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n", len(body))
	b.Write(body)
	return b.Bytes()
}

// do sends a request and reads the answer. The body is good until the next call.
func (c *conn) do(request []byte) (status int, body []byte, err error) {
	if _, err := c.net.Write(request); err != nil {
		return 0, nil, err
	}
	status, length, err := c.head()
	if err != nil {
		return status, nil, err
	}
	c.body = c.body[:0]
	if length >= 0 {
		err = c.take(length)
	} else {
		err = c.chunks()
	}
	return status, c.body, err
}

// head reads the status line and the header; a length of -1 means chunks.
func (c *conn) head() (status, length int, err error) {
	first, err := c.line()
	if err != nil {
		return 0, 0, err
	}
	if len(first) < 12 || !bytes.HasPrefix(first, []byte("HTTP/1.1 ")) {
		return 0, 0, fmt.Errorf("not a status line: %q", first)
	}
	if status, err = strconv.Atoi(string(first[9:12])); err != nil {
		return 0, 0, fmt.Errorf("not a status: %q", first)
	}
	for {
		line, err := c.line()
		if err != nil {
			return status, 0, err
		}
		if len(line) == 0 {
			return status, length, nil
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return status, 0, fmt.Errorf("not a length: %q", line)
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			length = -1
		case bytes.EqualFold(name, []byte("Connection")) && bytes.Contains(value, []byte("close")):
			return status, 0, fmt.Errorf("the server closes the connection with status %d", status)
		}
	}
}

func (c *conn) line() ([]byte, error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	return bytes.TrimRight(line, "\r\n"), nil
}

func (c *conn) take(n int) error {
	at := len(c.body)
	if need := at + n; need > cap(c.body) {
		c.body = append(make([]byte, 0, 2*need), c.body...)
	}
	c.body = c.body[:at+n]
	_, err := io.ReadFull(c.in, c.body[at:])
	return err
}

func (c *conn) chunks() error {
	for {
		line, err := c.line()
		if err != nil {
			return err
		}
		size, _, _ := strings.Cut(string(line), ";")
		n, err := strconv.ParseUint(strings.TrimSpace(size), 16, 31)
		if err != nil {
			return fmt.Errorf("not a chunk's size: %q", line)
		}
		if err := c.take(int(n)); err != nil {
			return err
		}
		if line, err = c.line(); err != nil {
			return err
		}
		if len(line) != 0 {
			return fmt.Errorf("after a chunk or the last: %q", line)
		}
		if n == 0 {
			return nil
		}
	}
}

package clamd_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"kept/internal/clamd"
)

// eicar is the file that every scanner knows and that harms nobody.
const eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// daemon answers as clamd 1.4 does: it reads the command and chunks, refuses
// what is beyond its limit at once, and looks for the test file.
func daemon(t *testing.T, network string, limit int, answers func(content []byte) string) string {
	t.Helper()
	address := "127.0.0.1:0"
	if network == "unix" {
		address = filepath.Join(t.TempDir(), "clamd.ctl")
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go serve(conn, limit, answers)
		}
	}()
	if network == "unix" {
		return "unix://" + address
	}
	return "tcp://" + l.Addr().String()
}

func serve(conn net.Conn, limit int, answers func(content []byte) string) {
	defer conn.Close()
	command := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(conn, command); err != nil || string(command) != "zINSTREAM\x00" {
		_, _ = io.WriteString(conn, "UNKNOWN COMMAND\x00")
		return
	}
	var content bytes.Buffer
	for {
		var length uint32
		if binary.Read(conn, binary.BigEndian, &length) != nil {
			return
		}
		if length == 0 {
			break
		}
		if content.Len()+int(length) > limit {
			_, _ = io.WriteString(conn, "INSTREAM size limit exceeded. ERROR\x00")
			return
		}
		if _, err := io.CopyN(&content, conn, int64(length)); err != nil {
			return
		}
	}
	_, _ = io.WriteString(conn, answers(content.Bytes()))
}

func look(content []byte) string {
	if bytes.Contains(content, []byte(eicar)) {
		return "stream: Eicar-Test-Signature FOUND\x00"
	}
	return fmt.Sprintf("stream: %s\x00", "OK")
}

func TestScan(t *testing.T) {
	t.Parallel()
	large := bytes.Repeat([]byte("0123456789"), 100_000)
	for _, network := range []string{"tcp", "unix"} {
		t.Run(network, func(t *testing.T) {
			t.Parallel()
			s, err := clamd.New(daemon(t, network, 2<<20, look))
			if err != nil {
				t.Fatal(err)
			}
			for _, test := range []struct {
				content []byte
				found   string
				fails   bool
			}{
				{[]byte("hello"), "", false},
				{nil, "", false},
				{large, "", false},
				{append(large[:999_990:999_990], eicar...), "Eicar-Test-Signature", false},
				{bytes.Repeat(large, 3), "", true}, // beyond its limit
			} {
				found, err := s.Scan(t.Context(), bytes.NewReader(test.content))
				if found != test.found || (err != nil) != test.fails {
					t.Errorf("%d bytes: %q, %v", len(test.content), found, err)
				}
			}
		})
	}
}

func TestOddAnswers(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"", "\x00", "OK\x00", "stream: \x00", "stream: FOUND\x00", "stream: x ERROR\x00", "stream: OK", strings.Repeat("x", 10_000)} {
		s, err := clamd.New(daemon(t, "tcp", 1<<20, func([]byte) string { return answer }))
		if err != nil {
			t.Fatal(err)
		}
		if found, err := s.Scan(t.Context(), strings.NewReader("hello")); err == nil {
			t.Errorf("%.20q is taken for %q", answer, found)
		}
	}
}

func TestNobodyThere(t *testing.T) {
	t.Parallel()
	s, err := clamd.New("unix://" + filepath.Join(t.TempDir(), "none"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Scan(t.Context(), strings.NewReader("x")); err == nil {
		t.Error("nobody has looked, and that is no error")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s, err = clamd.New(daemon(t, "tcp", 1<<20, look))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Scan(ctx, strings.NewReader("x")); err == nil {
		t.Error("scanned for nobody")
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for address, right := range map[string]bool{
		"tcp://127.0.0.1:3310": true, "unix:///run/clamav/clamd.ctl": true,
		"": false, "127.0.0.1:3310": false, "tcp://host": false, "http://host:1": false, "unix://host": false, "tcp://h:1/x": false, "::": false,
	} {
		if _, err := clamd.New(address); (err == nil) != right {
			t.Errorf("%q: %v", address, err)
		}
	}
}

package bench

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The small client reads what Go's server writes: bodies of a known length, of an unknown one, and none.
func TestConnReadsEveryForm(t *testing.T) {
	t.Parallel()
	address := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/long":
			for i := range 2000 {
				fmt.Fprintf(w, "line %d\n", i)
			}
		case "/pieces":
			for i := range 3 {
				fmt.Fprintf(w, "piece %d ", i)
				w.(http.Flusher).Flush()
			}
		case "/none":
			w.WriteHeader(http.StatusNoContent)
		case "/echo":
			w.WriteHeader(http.StatusCreated)
			body, _ := io.ReadAll(r.Body)
			fmt.Fprintf(w, "%s %s %s", r.Method, r.Header.Get("Authorization"), body)
		default:
			fmt.Fprint(w, "short")
		}
	}))
	c := connect(t, address)
	for range 2 { // again over the same connection
		for _, test := range []struct {
			request []byte
			status  int
			prefix  string
			length  int
		}{
			{get(address, "/"), 200, "short", 5},
			{get(address, "/long"), 200, "line 0\nline 1\n", 18890},
			{get(address, "/pieces"), 200, "piece 0 piece 1 piece 2 ", 24},
			{get(address, "/none"), 204, "", 0},
			{send("PUT", address, "/echo", "secret", []byte("body")), 201, "PUT Bearer secret body", 22},
			{send("POST", address, "/echo", "", nil), 201, "POST  ", 6},
		} {
			status, body, err := c.do(test.request)
			if err != nil || status != test.status || !strings.HasPrefix(string(body), test.prefix) || len(body) != test.length {
				t.Errorf("%.20q: %d, %d bytes %.20q, %v", test.request, status, len(body), body, err)
			}
		}
	}
}

func TestConnRefusesWhatIsNotHTTP(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"greeting": "220 mail.example ESMTP\r\n\r\n",
		"status":   "HTTP/1.1 abc OK\r\n\r\n",
		"length":   "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
		"chunk":    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
		"after":    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n",
		"closing":  "HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\n",
		"cut":      "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive.",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { listener.Close() })
			go func() {
				c, err := listener.Accept()
				if err != nil {
					return
				}
				defer c.Close()
				_, _ = c.Read(make([]byte, 1000))
				_, _ = io.WriteString(c, answer)
			}()
			c := connect(t, listener.Addr().String())
			if status, body, err := c.do(get("h", "/")); err == nil {
				t.Errorf("took %q for %d %q", answer, status, body)
			}
		})
	}
}

func serve(t *testing.T, h http.Handler) (address string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

func connect(t *testing.T, address string) *conn {
	t.Helper()
	c, err := dial(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.close)
	return c
}

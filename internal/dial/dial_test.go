package dial_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kept/internal/dial"
)

// TestPublic knows what of the address space is nobody's business.
func TestPublic(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
		"192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1",
		"255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1",
		"64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:53aa:64c:0:1:2:3", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "3fff::1",
		"fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "4000::1", "5f00::1",
	} {
		if dial.Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is taken for public", s)
		}
	}
	for _, s := range []string{"1.1.1.1", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.167.1.1", "223.255.255.1", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8"} {
		if !dial.Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is not taken for public", s)
		}
	}
}

// house is a server in the operator's own network that counts who connects.
func house(t *testing.T, answer http.HandlerFunc) (*httptest.Server, *atomic.Int64) {
	t.Helper()
	var visits atomic.Int64
	s := httptest.NewUnstartedServer(answer)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			visits.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s, &visits
}

func get(t *testing.T, c *http.Client, at string) (string, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at, nil)
	if err != nil {
		return "", err
	}
	answer, err := c.Do(r)
	if err != nil {
		return "", err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	return string(body), err
}

// TestNoWayIn writes the same house in every way that there is.
func TestNoWayIn(t *testing.T) {
	t.Parallel()
	server, visits := house(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "secret") })
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(server.URL, "http://"))
	c := dial.Client(dial.Options{Timeout: 5 * time.Second, Resolver: names(t, netip.MustParseAddr("127.0.0.1"))})
	for _, host := range []string{
		"127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "[::1]", "[::ffff:127.0.0.1]",
		"[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "0.0.0.0", "[::]", "calendar.example", "127.0.0.1.nip.example", "LOCALHOST", "localhost.",
		"10.0.0.1", "169.254.169.254", "192.168.1.1", "[fe80::1]", "[fd00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
	} {
		if body, err := get(t, c, "http://"+host+":"+port+"/"); err == nil {
			t.Errorf("%s answers %q", host, body)
		}
	}
	for _, at := range []string{"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "http:127.0.0.1", "//127.0.0.1/", "http:///x"} {
		if _, err := get(t, c, at); err == nil {
			t.Errorf("%s is asked", at)
		}
	}
	if n := visits.Load(); n != 0 {
		t.Errorf("%d connections were made", n)
	}
}

// TestRefusalIsNamed tells a forbidden address from one that does not answer.
func TestRefusalIsNamed(t *testing.T) {
	t.Parallel()
	c := dial.Client(dial.Options{Timeout: 5 * time.Second, Resolver: names(t, netip.MustParseAddr("10.1.2.3"), netip.MustParseAddr("127.0.0.1"))})
	for _, at := range []string{"http://127.0.0.1:8080/", "http://calendar.example/", "https://[::1]/", "gopher://x/"} {
		if _, err := get(t, c, at); !errors.Is(err, dial.ErrForbidden) {
			t.Errorf("%s: %v", at, err)
		}
	}
}

// TestWellKnownPorts keeps mail servers and the like out of it.
func TestWellKnownPorts(t *testing.T) {
	t.Parallel()
	for port, ok := range map[string]bool{"25": false, "22": false, "0": false, "80": true, "443": true, "8443": true, "5232": true} {
		if err := dial.Control("8.8.8.8:"+port, nil); (err == nil) != ok {
			t.Errorf("port %s: %v", port, err)
		}
	}
}

func TestAllowedHouse(t *testing.T) {
	t.Parallel()
	server, visits := house(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.UserAgent()) })
	allow, err := dial.ParseNets([]string{"127.0.0.1", "fd00::/8"})
	if err != nil {
		t.Fatal(err)
	}
	body, err := get(t, dial.Client(dial.Options{Allow: allow, Agent: "Kept/7"}), server.URL)
	if err != nil || body != "Kept/7" || visits.Load() != 1 {
		t.Errorf("%q, %v, %d connections", body, err, visits.Load())
	}
	for _, bad := range []string{"", "home", "10.0.0.0/33", "10.0.0"} {
		if _, err := dial.ParseNets([]string{bad}); err == nil {
			t.Errorf("%q is read as a network", bad)
		}
	}
}

// TestRedirects does not let a far side send us where we would not go by ourselves.
func TestRedirects(t *testing.T) {
	t.Parallel()
	inside, visits := house(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "secret") })
	target := strings.Replace(inside.URL, "127.0.0.1", "127.0.0.2", 1)
	outside, _ := house(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/in":
			http.Redirect(w, r, target, http.StatusFound)
		case "/file":
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusTemporaryRedirect)
		case "/on":
			http.Redirect(w, r, "/there", http.StatusMovedPermanently)
		default:
			_, _ = io.WriteString(w, "here")
		}
	})
	c := dial.Client(dial.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Timeout: 5 * time.Second})
	for path, want := range map[string]error{"/in": dial.ErrForbidden, "/file": dial.ErrForbidden, "/loop": dial.ErrRedirect} {
		if body, err := get(t, c, outside.URL+path); !errors.Is(err, want) {
			t.Errorf("%s: %q, %v", path, body, err)
		}
	}
	if body, err := get(t, c, outside.URL+"/on"); err != nil || body != "here" {
		t.Errorf("a harmless redirect: %q, %v", body, err)
	}
	if visits.Load() != 0 {
		t.Error("the redirect was followed inside")
	}
	down, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://a.example/", nil)
	up, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://a.example/", nil)
	if err := c.CheckRedirect(down, []*http.Request{up}); !errors.Is(err, dial.ErrRedirect) {
		t.Errorf("from https to http: %v", err)
	}
}

// TestLargeAnswers stops at the bound, packed or not, announced or not.
func TestLargeAnswers(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(make([]byte, 10<<20))
	_ = z.Close()
	server, _ := house(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed.Bytes())
		case "/long":
			for range 3000 {
				_, _ = w.Write(make([]byte, 1000))
			}
		case "/announced":
			w.Header().Set("Content-Length", "99999999")
			w.WriteHeader(http.StatusOK)
		default:
			_, _ = w.Write(make([]byte, 1<<20))
		}
	})
	c := dial.Client(dial.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, MaxBody: 1 << 20})
	for _, path := range []string{"/bomb", "/long", "/announced"} {
		if body, err := get(t, c, server.URL+path); !errors.Is(err, dial.ErrTooLarge) || len(body) > 1<<20 {
			t.Errorf("%s: %d bytes, %v", path, len(body), err)
		}
	}
	if body, err := get(t, c, server.URL+"/right"); err != nil || len(body) != 1<<20 {
		t.Errorf("at the bound: %d bytes, %v", len(body), err)
	}
}

// TestSlowFarSide is left alone after a while.
func TestSlowFarSide(t *testing.T) {
	t.Parallel()
	server, _ := house(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	c := dial.Client(dial.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Timeout: 50 * time.Millisecond})
	if _, err := get(t, c, server.URL); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestCheckURL(t *testing.T) {
	t.Parallel()
	for s, ok := range map[string]bool{
		"https://calendar.example/a.ics": true, "http://calendar.example:5232/": true, "webcal://calendar.example/a.ics": false,
		"https:calendar.example": false, "calendar.example": false, "https://:80/": false, "javascript:alert(1)": false,
	} {
		u, err := url.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := dial.CheckURL(u); (err == nil) != ok {
			t.Errorf("%s: %v", s, err)
		}
	}
	if dial.CheckURL(nil) == nil {
		t.Error("nothing is an address")
	}
}

// Package dial reaches addresses that somebody typed in: outside calendars,
// and whatever else a business may name. Such an address must not become a
// door into the operator's own network (server-side request forgery).
//
// A name is not judged: what it means may change between two look-ups, and an
// address can be written in a dozen ways. Judged is each address that is about
// to be connected to, after all names are resolved, at the last moment, by the
// dialer's Control hook: first answers, redirects and retries alike. Only the
// public internet is let through, and of the well-known ports only those of
// the web. An operator may open more (--allow-net), for a calendar server in
// the house.
//
// A client made here also bounds what the far side can do: time, headers, the
// unpacked size of a body, the number of redirects; it never goes from https
// back to http, and knows no proxy.
package dial

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// What can be told about a request that was not made or not finished.
var (
	// ErrForbidden says that the address is not one that may be reached.
	ErrForbidden = errors.New("dial: this address may not be reached")
	// ErrTooLarge says that the answer has more bytes than wanted.
	ErrTooLarge = errors.New("dial: the answer is too large")
	// ErrRedirect says that the far side sends us on too often, or from https to http.
	ErrRedirect = errors.New("dial: the redirect is not followed")
)

// Options bound what a client does; zero fields take the values written beside them.
type Options struct {
	Allow     []netip.Prefix // networks that may be reached although they are not public, on any port
	Timeout   time.Duration  // of a request with its body: 60 s
	MaxBody   int64          // bytes of a body, unpacked: 16 MiB
	Redirects int            // followed at most: 5; negative: none
	Resolver  *net.Resolver  // the system's
	Agent     string         // User-Agent: "Kept"
}

// Client makes a client that reaches only what it may.
func Client(o Options) *http.Client {
	o.Timeout = orElse(o.Timeout, 60*time.Second)
	o.MaxBody = orElse(o.MaxBody, 16<<20)
	o.Redirects = orElse(o.Redirects, 5)
	o.Agent = orElse(o.Agent, "Kept")
	dialer := &net.Dialer{
		Timeout: 10 * time.Second, KeepAlive: -1, Resolver: o.Resolver,
		ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error { return control(address, o.Allow) },
	}
	transport := &http.Transport{
		Proxy: nil, DialContext: dialer.DialContext, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 30 * time.Second, IdleConnTimeout: 10 * time.Second,
		MaxResponseHeaderBytes: 64 << 10, MaxIdleConnsPerHost: 1, MaxIdleConns: 16,
	}
	return &http.Client{
		Transport: &bounded{next: transport, most: o.MaxBody, agent: o.Agent}, Timeout: o.Timeout,
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > o.Redirects || via[len(via)-1].URL.Scheme == "https" && r.URL.Scheme != "https" {
				return ErrRedirect
			}
			return CheckURL(r.URL)
		},
	}
}

func orElse[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// CheckURL tells whether an address has the form of one that may be asked. It
// looks nothing up: whether it may be reached shows when it is.
func CheckURL(u *url.URL) error {
	if u == nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.Opaque != "" {
		return fmt.Errorf("%w: only http and https", ErrForbidden)
	}
	return nil
}

// control judges an address, as host and port, that is about to be connected to.
func control(address string, allow []netip.Prefix) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %q", ErrForbidden, address)
	}
	ip := at.Addr().Unmap().WithZone("")
	for _, p := range allow {
		if p.Contains(ip) {
			return nil
		}
	}
	if !Public(ip) {
		return fmt.Errorf("%w: %s is not public", ErrForbidden, ip)
	}
	if port := at.Port(); port < 1024 && port != 80 && port != 443 {
		return fmt.Errorf("%w: port %d is not the web's", ErrForbidden, port)
	}
	return nil
}

// Public tells whether an address is one of the public internet: by the
// special-purpose registries of IANA, with everything left out that is local,
// reserved or carries another address inside (6to4, Teredo, NAT64).
func Public(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	for _, p := range special() {
		if p.Contains(ip) {
			return false
		}
	}
	return ip.Is4() || netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20}), 3).Contains(ip)
}

// special lists what is not public in IPv4 and inside IPv6's 2000::/3; all
// else of IPv6 is not public either: ::/8 with loopback, mapped addresses and
// NAT64 (64:ff9b::/96), fc00::/7, fe80::/10, ff00::/8.
func special() []netip.Prefix {
	v4 := func(a, b, c, d byte, bits int) netip.Prefix {
		return netip.PrefixFrom(netip.AddrFrom4([4]byte{a, b, c, d}), bits)
	}
	v6 := func(a, b, c, d byte, bits int) netip.Prefix {
		return netip.PrefixFrom(netip.AddrFrom16([16]byte{a, b, c, d}), bits)
	}
	return []netip.Prefix{
		v4(0, 0, 0, 0, 8), v4(10, 0, 0, 0, 8), v4(100, 64, 0, 0, 10), v4(127, 0, 0, 0, 8), v4(169, 254, 0, 0, 16),
		v4(172, 16, 0, 0, 12), v4(192, 0, 0, 0, 24), v4(192, 0, 2, 0, 24), v4(192, 31, 196, 0, 24), v4(192, 52, 193, 0, 24),
		v4(192, 88, 99, 0, 24), v4(192, 168, 0, 0, 16), v4(192, 175, 48, 0, 24), v4(198, 18, 0, 0, 15),
		v4(198, 51, 100, 0, 24), v4(203, 0, 113, 0, 24), v4(224, 0, 0, 0, 3),
		v6(0x20, 0x01, 0, 0, 23), v6(0x20, 0x01, 0x0d, 0xb8, 32), v6(0x20, 0x02, 0, 0, 16), v6(0x26, 0x20, 0, 0x4f, 32),
		v6(0x3f, 0xff, 0, 0, 20),
	}
}

// ParseNets reads an operator's list: "192.168.1.0/24", "127.0.0.1", "fd00::/8".
func ParseNets(list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range list {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			ip, notIP := netip.ParseAddr(s)
			if notIP != nil {
				return nil, fmt.Errorf("%q is no network: write it as 192.168.1.0/24", s)
			}
			p = netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen())
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// bounded adds the sender's name and bounds the bodies of answers.
type bounded struct {
	next  http.RoundTripper
	most  int64
	agent string
}

// RoundTrip implements http.RoundTripper.
func (b *bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := CheckURL(r.URL); err != nil {
		return nil, err
	}
	if r.Header.Get("User-Agent") == "" {
		r = r.Clone(r.Context())
		r.Header.Set("User-Agent", b.agent)
	}
	answer, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err //nolint:wrapcheck // the client wraps it
	}
	if answer.ContentLength > b.most {
		_ = answer.Body.Close()
		return nil, ErrTooLarge
	}
	answer.Body = &boundedBody{ReadCloser: answer.Body, left: b.most}
	return answer, nil
}

// boundedBody fails when it has given more than it may. What it counts is
// unpacked already, so a small packed bomb is one too.
type boundedBody struct {
	io.ReadCloser
	left int64
}

// Read implements io.Reader.
func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, ErrTooLarge
	}
	return n, err //nolint:wrapcheck // a reader gives io.EOF as it is
}

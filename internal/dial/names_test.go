package dial_test

import (
	"context"
	"net"
	"net/netip"
	"testing"
)

// names is a resolver for which every name has these addresses: what an
// attacker's own name server would answer.
func names(t *testing.T, addrs ...netip.Addr) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		for {
			b := make([]byte, 1500)
			n, from, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			_, _ = conn.WriteTo(reply(b[:n], addrs), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// reply answers a DNS question for IPv4 addresses, and others with nothing.
func reply(question []byte, addrs []netip.Addr) []byte {
	end := 12
	for end < len(question) && question[end] != 0 {
		end += int(question[end]) + 1
	}
	end += 5
	if end > len(question) {
		return nil
	}
	out := append([]byte{}, question[:end]...)
	out[2], out[3] = 0x84, 0
	copy(out[6:12], make([]byte, 6))
	if question[end-3] != 1 {
		return out
	}
	out[7] = byte(len(addrs))
	for _, a := range addrs {
		ip := a.As4()
		out = append(out, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
		out = append(out, ip[:]...)
	}
	return out
}

package web

import (
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"kept/fault"
)

// Limiter bounds how often one address may try something. It counts in real
// time, by the address of the connection: headers that a client writes itself
// are not believed.
type Limiter struct {
	every rate.Limit
	burst int
	mu    sync.Mutex
	seen  map[string]*visitor
	swept time.Time
}

type visitor struct {
	bucket *rate.Limiter
	last   time.Time
}

// NewLimiter allows perMinute tries a minute and as many at once; 0 or less allows all.
func NewLimiter(perMinute int) *Limiter {
	return &Limiter{every: rate.Limit(float64(perMinute) / 60), burst: perMinute, seen: map[string]*visitor{}}
}

// Allow takes one try of whoever sent the request; fault rate_limited with
// the time to wait when there is none left.
func (l *Limiter) Allow(r *http.Request) error {
	if l == nil || l.burst <= 0 {
		return nil
	}
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.swept) > time.Minute {
		for k, v := range l.seen {
			if now.Sub(v.last) > 2*time.Minute {
				delete(l.seen, k)
			}
		}
		l.swept = now
	}
	key := Address(r)
	v := l.seen[key]
	if v == nil {
		v = &visitor{bucket: rate.NewLimiter(l.every, l.burst)}
		l.seen[key] = v
	}
	v.last = now
	res := v.bucket.ReserveN(now, 1)
	if wait := res.DelayFrom(now); wait > 0 {
		res.CancelAt(now)
		f := fault.New(fault.Exhausted, fault.CodeRateLimited, "too many tries; please wait a little")
		f.RetryAfter = wait + time.Second
		return f
	}
	return nil
}

// Address is the network address of whoever is connected; for IPv6 the /64,
// which is what one household or server has.
func Address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	if ip := net.ParseIP(host); ip != nil && ip.To4() == nil {
		return ip.Mask(net.CIDRMask(64, 128)).String()
	}
	return host
}

package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"os"
	"sync"
	"time"
)

// A screen is an open page of the desk: it hears live of every booking, and notes when.
type screen struct {
	c     *conn
	in    *bufio.Reader // the stream, without the seams of its chunks
	mu    sync.Mutex
	heard map[news][]time.Time // the same may happen to a booking again
	err   error
	done  chan struct{}
}

// news is what a screen hears: an event and its booking.
type news struct{ event, booking string }

// watchers opens so many screens of the business that a key belongs to.
func watchers(ctx context.Context, address, key string, n int) ([]*screen, error) {
	conns, err := dialAll(ctx, address, n)
	if err != nil {
		return nil, err
	}
	all := make([]*screen, 0, n)
	for _, c := range conns {
		s := &screen{c: c, heard: map[news][]time.Time{}, done: make(chan struct{})}
		if err := s.begin(address, key); err != nil {
			closeAll(conns)
			return nil, err
		}
		all = append(all, s)
	}
	for _, s := range all {
		go s.listen()
	}
	return all, nil
}

// begin asks for the stream and waits for its first words: from then on nothing is missed.
func (s *screen) begin(address, key string) error {
	request := fmt.Sprintf("GET /api/v1/stream HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", address, key)
	if _, err := s.c.net.Write([]byte(request)); err != nil {
		return err
	}
	status, _, err := s.c.head()
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("GET /stream: status %d", status)
	}
	if err != nil {
		return err
	}
	s.in = bufio.NewReaderSize(httputil.NewChunkedReader(s.c.in), 16<<10)
	_, err = s.in.ReadSlice('\n')
	return err
}

// listen reads until the connection ends.
func (s *screen) listen() {
	defer close(s.done)
	var what string
	for {
		line, err := s.in.ReadSlice('\n')
		if err != nil {
			if !errors.Is(err, net.ErrClosed) && !errors.Is(err, os.ErrDeadlineExceeded) {
				s.err = err
			}
			return
		}
		if text, ok := bytes.CutPrefix(line, []byte("event: ")); ok {
			what = string(bytes.TrimSpace(text))
		}
		text, ok := bytes.CutPrefix(line, []byte("data: "))
		if _, text, found := bytes.Cut(text, []byte(`"booking":"`)); ok && found {
			booking, _, _ := bytes.Cut(text, []byte(`"`))
			s.mu.Lock()
			one := news{what, string(booking)}
			s.heard[one] = append(s.heard[one], time.Now())
			s.mu.Unlock()
		}
	}
}

// close ends a screen and tells what went wrong.
func (s *screen) close() error {
	s.c.close()
	<-s.done
	return s.err
}

// count tells how often a screen has heard of something.
func (s *screen) count(one news) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.heard[one])
}

// happening is what every screen must hear of, from when it was asked for.
type happening struct {
	news

	asked time.Time
}

// screenPatience is how long a screen is waited for before it counts as deaf.
const screenPatience = 10 * time.Second

// shown waits until all screens have heard of everything. A screen that never does is a wrong answer.
func shown(ctx context.Context, screens []*screen, all []happening) error {
	often := counted(all)
	for i, s := range screens {
		for until := time.Now().Add(screenPatience); ; {
			missing := 0
			for one, n := range often {
				if s.count(one) < n {
					missing++
				}
			}
			if missing == 0 {
				break
			}
			if time.Now().After(until) || ctx.Err() != nil {
				return wrong("screen %d never heard of %d of %d happenings", i+1, missing, len(all))
			}
			time.Sleep(time.Millisecond)
		}
	}
	return nil
}

// counted tells how often each thing happened.
func counted(all []happening) map[news]int {
	often := map[news]int{}
	for _, h := range all {
		often[h.news]++
	}
	return often
}

// latest closes the screens when all have heard of everything, and gives the greatest delay. A screen that hears
// of something never, or too often, is a wrong answer.
func latest(ctx context.Context, screens []*screen, all []happening) (time.Duration, error) {
	if err := shown(ctx, screens, all); err != nil {
		return 0, err
	}
	often := counted(all)
	var most time.Duration
	for i, s := range screens {
		if err := s.close(); err != nil {
			return 0, fmt.Errorf("screen %d: %w", i+1, err)
		}
		next := map[news]int{}
		for _, h := range all {
			n := next[h.news]
			next[h.news]++
			if len(s.heard[h.news]) != often[h.news] {
				return 0, wrong("screen %d heard %d times that %v, it was %d times", i+1, len(s.heard[h.news]), h.news, often[h.news])
			}
			most = max(most, s.heard[h.news][n].Sub(h.asked))
		}
	}
	return most, nil
}

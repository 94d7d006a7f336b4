package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// races is how often W6 has everybody run for one slot; racers is how many run.
const races, racers = 20, 50

// acknowledged is a booking that the program said it had made.
type acknowledged struct {
	id    string
	visit visit
}

// publicly is the request of a client from the street for a visit.
func (b *bed) publicly(v visit, name, email string) ([]byte, error) {
	body, err := json.Marshal(b.f.wish(v, name, email))
	if err != nil {
		return nil, err
	}
	return send("POST", b.p.address, "/api/v1/b/"+slug+"/bookings", "", body), nil
}

// race lets 50 clients run for one slot, round after round (W6): one wins, the others hear that it is taken.
func (b *bed) race(ctx context.Context) error {
	conns, err := dialAll(ctx, b.p.address, racers)
	if err != nil {
		return err
	}
	defer closeAll(conns)
	exactly := 0
	for round := range races {
		v := b.gaps[round]
		requests := make([][]byte, racers)
		for i := range requests {
			if requests[i], err = b.publicly(v, fmt.Sprintf("Racer %02d of %02d", i+1, round+1), fmt.Sprintf("racer%02d.%02d@example.com", i+1, round+1)); err != nil {
				return err
			}
		}
		won, err := b.run(ctx, conns, requests, v)
		if err != nil {
			return err
		}
		b.made = append(b.made, won...)
		if len(won) == 1 {
			exactly++
		}
	}
	b.figure("w6", float64(exactly), "rounds_exactly_one")
	if exactly != races {
		return wrong("of %d rounds only %d had exactly one winner", races, exactly)
	}
	return nil
}

// run is one round of a race.
func (b *bed) run(ctx context.Context, conns []*conn, requests [][]byte, v visit) (won []acknowledged, err error) {
	start := make(chan struct{})
	ids := make([]string, len(conns))
	time.AfterFunc(10*time.Millisecond, func() { close(start) })
	err = together(ctx, conns, func(_ context.Context, i int, c *conn) error {
		<-start
		status, body, err := c.do(requests[i])
		if err != nil {
			return err
		}
		if status == http.StatusConflict {
			var problem struct {
				Code string `json:"code"`
			}
			if err := json.Unmarshal(body, &problem); err != nil || problem.Code != "slot_taken" {
				return wrong("a loser hears %s", body)
			}
			return nil
		}
		ids[i], err = b.f.made(status, body, v)
		return err
	})
	for _, id := range ids {
		if id != "" {
			won = append(won, acknowledged{id, v})
		}
	}
	return won, err
}

// street has 8 clients book distinct free slots, each for somebody new (W5).
func (b *bed) street(ctx context.Context) error {
	visits := b.gaps[races:]
	visits = visits[:min(len(visits), b.plan.street)]
	requests := make([][]byte, len(visits))
	for i, v := range visits {
		var err error
		if requests[i], err = b.publicly(v, fmt.Sprintf("Walker %05d", i+1), fmt.Sprintf("walker%05d@example.com", i+1)); err != nil {
			return err
		}
	}
	conns, err := dialAll(ctx, b.p.address, clients)
	if err != nil {
		return err
	}
	defer closeAll(conns)
	m, err := b.meter()
	if err != nil {
		return err
	}
	took, answers, ends := make([]time.Duration, len(visits)), make([]answer, len(visits)), make([]time.Duration, len(visits))
	var next atomic.Int64
	begin := time.Now()
	err = together(ctx, conns, func(ctx context.Context, _ int, c *conn) error {
		for ctx.Err() == nil {
			i := int(next.Add(1)) - 1
			if i >= len(visits) {
				return nil
			}
			asked := time.Now()
			status, body, err := c.do(requests[i])
			if err != nil {
				return err
			}
			took[i], ends[i] = time.Since(asked), time.Since(begin)
			answers[i] = answer{status, append([]byte(nil), body...)}
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	for i, a := range answers {
		id, err := b.f.made(a.status, a.body, visits[i])
		if err != nil {
			return err
		}
		b.made = append(b.made, acknowledged{id, visits[i]})
	}
	b.figure("w5", median(rates(ends, 8)), "bookings/s")
	b.figure("w5_p95", ms(quantile(took, 0.95)), "ms")
	return m.add("w5", len(visits))
}

type answer struct {
	status int
	body   []byte
}

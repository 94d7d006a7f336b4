package bench

import (
	"context"
	"fmt"
	"time"
)

// question is a list of slots to ask for, and what it must be.
type question struct {
	path   string
	expect []want
}

// question asks when one of the first n staff is free: n is one, few or all.
func (b *bed) question(n int, first, last day) question {
	path := fmt.Sprintf("/api/v1/b/%s/slots?from=%s&to=%s&service=", slug, b.w.date(first), b.w.date(last))
	switch n {
	case 1:
		path += b.f.Every + "&staff=" + b.f.Staff[0]
	case b.w.staff:
		path += b.f.Every
	default:
		path += b.f.Few
	}
	return question{path, b.w.expect(n, first, last)}
}

// w4 is the question of W4 and W7: one staff member, one day.
func (b *bed) w4() question { return b.question(1, 1, 1) }

func (b *bed) checker(q question) *checker {
	return &checker{w: b.w, money: b.f.Money, expect: q.expect}
}

// A meter reads the processor time used between two moments.
type meter struct {
	b                        *bed
	server, database, client time.Duration
}

func (b *bed) meter() (*meter, error) {
	m := &meter{b: b}
	err := m.read()
	return m, err
}

func (m *meter) read() (err error) {
	if m.server, err = cpuOf(m.b.p.pid(), false); err != nil {
		return err
	}
	m.client = ownCPU()
	m.database, err = m.b.e.cpu()
	return err
}

// add reports the time used since the meter was made, by the call.
func (m *meter) add(work string, calls int) error {
	before := *m
	if err := m.read(); err != nil {
		return err
	}
	per := func(used time.Duration) float64 { return ms(used) / float64(calls) }
	m.b.figure(work+"_cpu", per(m.server-before.server), "ms")
	if m.database > 0 {
		m.b.figure(work+"_database_cpu", per(m.database-before.database), "ms")
	}
	m.b.figure(work+"_client_cpu", per(m.client-before.client), "ms")
	return nil
}

// used tells the time that the server and the database used since the meter was made, in ms by the call.
func (m *meter) used(calls int) (float64, error) {
	before := *m
	err := m.read()
	return ms(m.server-before.server+m.database-before.database) / float64(max(1, calls)), err
}

// list measures how long one client waits for a list (W1 to W3).
func (b *bed) list(ctx context.Context, work string, q question) error {
	c, err := dial(ctx, b.p.address)
	if err != nil {
		return err
	}
	defer c.close()
	k, request := b.checker(q), get(b.p.address, q.path)
	ask := func() (time.Duration, error) {
		begin := time.Now()
		status, body, err := c.do(request)
		took := time.Since(begin)
		if err != nil {
			return 0, err
		}
		return took, k.check(status, body)
	}
	for range 20 {
		if _, err := ask(); err != nil {
			return err
		}
	}
	m, err := b.meter()
	if err != nil {
		return err
	}
	var all []time.Duration
	for begin := time.Now(); time.Since(begin) < b.plan.listTime && ctx.Err() == nil; {
		took, err := ask()
		if err != nil {
			return err
		}
		all = append(all, took)
	}
	b.figure(work+"_http", ms(median(all)), "ms")
	return m.add(work, len(all))
}

// crowd measures how many lists a second several clients get (W4).
func (b *bed) crowd(ctx context.Context) error {
	rate, calls, m, err := b.pace(ctx)
	if err != nil {
		return err
	}
	b.figure("w4_http", rate, "req/s")
	return m.add("w4", calls)
}

// pace has several clients ask for W4's list at once: after some warming, the median of five rounds, how often
// they asked in these, and a meter from their beginning.
func (b *bed) pace(ctx context.Context) (rate float64, calls int, m *meter, err error) {
	conns, err := dialAll(ctx, b.p.address, clients)
	if err != nil {
		return 0, 0, nil, err
	}
	defer closeAll(conns)
	q := b.w4()
	checkers := make([]*checker, clients)
	for i := range checkers {
		checkers[i] = b.checker(q)
	}
	request := get(b.p.address, q.path)
	round := func(length time.Duration) (calls int, err error) {
		counts := make([]int, clients)
		until := time.Now().Add(length)
		err = together(ctx, conns, func(ctx context.Context, i int, c *conn) error {
			for time.Now().Before(until) {
				status, body, err := c.do(request)
				if err != nil {
					return err
				}
				if err := checkers[i].check(status, body); err != nil {
					return err
				}
				counts[i]++
			}
			return ctx.Err()
		})
		for _, n := range counts {
			calls += n
		}
		return calls, err
	}
	if _, err := round(b.plan.crowdTime / 2); err != nil {
		return 0, 0, nil, err
	}
	if m, err = b.meter(); err != nil {
		return 0, 0, nil, err
	}
	var rates []float64
	for range 5 {
		begin := time.Now()
		n, err := round(b.plan.crowdTime)
		if err != nil {
			return 0, 0, nil, err
		}
		rates = append(rates, float64(n)/time.Since(begin).Seconds())
		calls += n
	}
	return median(rates), calls, m, nil
}

package bench

import (
	"context"
	"time"
)

// restarts is how often W7 starts the server.
const restarts = 5

// idle is how long the server is left alone before its memory is read.
const idle = 2 * time.Second

// startup measures from the start of the process to its first right answer (W7), and the memory it then
// holds. The server is left running.
func (b *bed) startup(ctx context.Context) error {
	q := b.w4()
	request := get(b.p.address, q.path)
	var all []time.Duration
	for range restarts {
		if err := b.p.stop(); err != nil {
			return err
		}
		begin := time.Now()
		if err := b.p.start(); err != nil {
			return err
		}
		body, err := b.p.await(ctx, request)
		if err != nil {
			return err
		}
		all = append(all, time.Since(begin))
		if err := b.checker(q).check(200, body); err != nil {
			return err
		}
	}
	select {
	case <-time.After(idle):
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	resident, anonymous, err := memoryOf(b.p.pid())
	if err != nil {
		return err
	}
	b.figure("w7_start", ms(median(all)), "ms")
	b.figure("w7_rss", resident, "MiB")
	b.figure("w7_anon", anonymous, "MiB")
	return nil
}

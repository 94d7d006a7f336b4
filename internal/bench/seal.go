package bench

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// What W13 has the desk do: sealRate operations a second are wanted, and somewhat more are asked for, since the first
// come late. An operation is what the record keeps: that a card was read, that it stood in a list, that it was
// changed. In a round of requests one is for a list of many cards, as desks ask for; of the others, one in two rounds
// changes a card and the rest read one. Each alone as a request is more than two cores serve on PostgreSQL.
const (
	sealRate  = 2000
	sealPace  = 2150
	sealRound = 13                    // requests
	sealList  = 20                    // cards of a list
	sealLook  = 25 * time.Millisecond // how often one looks for what is not sealed
	sealEnd   = 15 * time.Second      // how long the last may take
)

// deed is what a request of W13 is for.
type deed int

const (
	toRead deed = iota
	toList
	toWrite
	deeds
)

// deedOf tells what the i-th request is for, and how many operations the requests before it are.
func deedOf(i int) (what deed, before int) {
	round, at := i/sealRound, i%sealRound
	before = round * (sealList + sealRound - 1)
	switch {
	case at == 0:
		return toList, before
	case at == sealRound/2 && round%2 == 0:
		what = toWrite
	}
	return what, before + sealList + at - 1
}

// A ledger looks at the record of the desk's business by queries of its own, beside the program.
type ledger struct {
	db       *sql.DB
	business string
	ahead    time.Duration // how far the program's clock is ahead of ours
}

// oldest is the moment of the oldest row that is in no block, in microseconds; 0 when all are.
func (l *ledger) oldest(ctx context.Context) (at int64, err error) {
	err = l.db.QueryRowContext(ctx, `SELECT COALESCE(MIN(x.at), 0) FROM (
		SELECT MIN(at) AS at FROM audit_entry WHERE business_id = $1 AND block IS NULL
		UNION ALL
		SELECT MIN(at) AS at FROM event WHERE business_id = $1 AND seq > COALESCE((
			SELECT last_seq FROM audit_block WHERE business_id = $1 ORDER BY number DESC LIMIT 1), 0)
		UNION ALL
		SELECT MIN(at) AS at FROM event WHERE business_id = $1 AND seq IS NULL) AS x`, l.business).Scan(&at)
	return at, err
}

// age is how long the oldest unsealed row has waited.
func (l *ledger) age(ctx context.Context) (time.Duration, error) {
	at, err := l.oldest(ctx)
	if err != nil || at == 0 {
		return 0, err
	}
	return time.Now().Add(l.ahead).Sub(time.UnixMicro(at)), nil
}

// sealed waits until everything is in a block.
func (l *ledger) sealed(ctx context.Context) error {
	for end := time.Now().Add(sealEnd); ; {
		at, err := l.oldest(ctx)
		if err != nil || at == 0 {
			return err
		}
		if time.Now().After(end) {
			return wrong("what was recorded is in no block after %v", sealEnd)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(sealLook):
		}
	}
}

// watch looks at the age until the context ends, and gives the highest.
func (l *ledger) watch(ctx context.Context) (highest time.Duration, err error) {
	for {
		select {
		case <-ctx.Done():
			return highest, nil
		case <-time.After(sealLook):
		}
		age, err := l.age(ctx)
		if err != nil && ctx.Err() == nil {
			return highest, err
		}
		highest = max(highest, age) // which is 0 where the looking was broken off
	}
}

// count counts rows of the record by deed.
func (l *ledger) count(ctx context.Context) (n [deeds]int, err error) {
	err = l.db.QueryRowContext(ctx, `SELECT
		(SELECT COUNT(*) FROM audit_entry WHERE business_id = $1 AND action = 'card.read'),
		(SELECT COUNT(*) FROM audit_entry WHERE business_id = $1 AND action = 'card.list'),
		(SELECT COUNT(*) FROM event WHERE business_id = $1 AND type = 'client.updated')`, l.business).Scan(&n[toRead], &n[toList], &n[toWrite])
	return n, err
}

// ledger opens the record, and learns what o'clock it is in the program from one reading.
func (d *desk) ledger(ctx context.Context, c *conn) (*ledger, error) {
	db, err := d.e.open()
	if err != nil {
		return nil, err
	}
	l := &ledger{db: db}
	if err = db.QueryRowContext(ctx, "SELECT id FROM business WHERE slug = $1", deskSlug).Scan(&l.business); err == nil {
		asked := time.Now()
		var status int
		if status, _, err = c.do(d.reading()); err == nil && status != http.StatusOK {
			err = fmt.Errorf("reading a card: status %d", status)
		}
		var at int64
		if err == nil {
			err = db.QueryRowContext(ctx, "SELECT COALESCE(MAX(at), 0) FROM audit_entry WHERE business_id = $1", l.business).Scan(&at)
		}
		l.ahead = time.UnixMicro(at).Sub(asked)
	}
	if err == nil {
		err = l.sealed(ctx)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return l, nil
}

func (d *desk) reading() []byte {
	return asked(d.p.address, "/clients/"+d.k.Client, d.k.Desk.Key)
}

// seal measures whether the record is sealed as fast as it grows (W13).
func (d *desk) seal(ctx context.Context) error {
	conns, err := dialAll(ctx, d.p.address, clients)
	if err != nil {
		return err
	}
	defer closeAll(conns)
	l, err := d.ledger(ctx, conns[0])
	if err != nil {
		return err
	}
	defer l.db.Close()
	before, err := l.count(ctx)
	if err != nil {
		return err
	}
	highest, operations, err := d.sealing(ctx, l, conns)
	if err != nil {
		return err
	}
	d.figure("w13_age", ms(highest), "ms")
	after, err := l.count(ctx)
	if err != nil {
		return err
	}
	for deed, n := range operations {
		if after[deed]-before[deed] != n {
			return wrong("%v cards were read, listed and changed, the record had %v before and has %v now", operations, before, after)
		}
	}
	d.r.notef("%s: w13: %d cards were read, %d stood in lists, %d were changed; all of it stands in the record",
		d.e.name(), operations[toRead], operations[toList], operations[toWrite])
	return d.verified(ctx)
}

// sealing lets the desk bustle and looks meanwhile, and until all is sealed, how old the oldest unsealed row is.
func (d *desk) sealing(ctx context.Context, l *ledger, conns []*conn) (highest time.Duration, operations [deeds]int, err error) {
	looking, stop := context.WithCancel(ctx)
	defer stop()
	var watched error
	var watching sync.WaitGroup
	watching.Go(func() { highest, watched = l.watch(looking) })
	m, err := d.meter()
	var took time.Duration
	if err == nil {
		operations, took, err = d.bustle(ctx, conns)
	}
	if err == nil {
		sum := operations[toRead] + operations[toList] + operations[toWrite]
		d.figure("w13", float64(sum)/took.Seconds(), "operations/s")
		err = m.add("w13", sum)
	}
	if err == nil {
		err = l.sealed(ctx)
	}
	stop()
	watching.Wait()
	return highest, operations, errors.Join(err, watched)
}

// bustle has the desk's people read, list and change cards at a pace, and tells how many operations of each kind
// were answered.
func (d *desk) bustle(ctx context.Context, conns []*conn) (operations [deeds]int, took time.Duration, err error) {
	total := int(d.plan.sealTime.Seconds() * sealPace)
	var next atomic.Int64
	var done [deeds]atomic.Int64
	begin := time.Now()
	err = together(ctx, conns, func(ctx context.Context, _ int, c *conn) error {
		for ctx.Err() == nil {
			i := int(next.Add(1)) - 1
			what, before := deedOf(i)
			if before >= total {
				return nil
			}
			time.Sleep(time.Until(begin.Add(time.Duration(before) * time.Second / sealPace)))
			request, err := d.deed(what, i)
			if err != nil {
				return err
			}
			status, body, err := c.do(request)
			if err != nil {
				return err
			}
			n := bytes.Count(body, []byte(`"email":`))
			if want := map[deed]int{toRead: 1, toList: sealList, toWrite: 1}[what]; status != http.StatusOK || n != want {
				return wrong("of %d cards %d stand in the answer: %d %.300s", want, n, status, body)
			}
			done[what].Add(int64(n))
		}
		return ctx.Err()
	})
	for i := range done {
		operations[i] = int(done[i].Load())
	}
	return operations, time.Since(begin), err
}

// deed is the text of a request.
func (d *desk) deed(what deed, i int) ([]byte, error) {
	switch what {
	case toList:
		return asked(d.p.address, fmt.Sprintf("/clients?limit=%d", sealList), d.k.Desk.Key), nil
	case toWrite:
		body, err := json.Marshal(map[string]any{"note": fmt.Sprintf("Comes by the back door, for the %d. time", i)})
		of := d.k.Others[i/sealRound%len(d.k.Others)] // two changes of one card at once may be a conflict
		return send("PATCH", d.p.address, "/api/v1/clients/"+of, d.k.Desk.Key, body), err
	default:
		return d.reading(), nil
	}
}

// verified has the program prove its record, which must find nothing wrong and nothing left out.
func (d *desk) verified(ctx context.Context) error {
	text, err := d.p.run(ctx, "audit", "verify", "--business", deskSlug)
	if err != nil {
		return wrong("%v", err)
	}
	fields := strings.Fields(text)
	if len(fields) < 2 || fields[0] != "ok" || fields[1] != deskSlug || !strings.Contains(text+" ", " open 0 ") {
		return wrong("audit verify says %q", text)
	}
	d.r.notef("%s: w13: audit verify: %s", d.e.name(), text)
	return nil
}

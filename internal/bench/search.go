package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"time"
)

// listed is how many clients an answer of W12 shows.
const listed = 20

// gather enters the crowd as programs do, one by one, many at once.
func (d *desk) gather(ctx context.Context) error {
	f, err := found(ctx, d.p, crowdSlug)
	if err != nil {
		return err
	}
	d.k.Crowd = *f
	const some = 20_000 // a connection lives for so many, however slow the machine
	for list := range slices.Chunk(drawPeople(d.plan.people), some) {
		if err := d.enter(ctx, list); err != nil {
			return err
		}
	}
	return nil
}

// enter enters some people.
func (d *desk) enter(ctx context.Context, all []person) error {
	const atOnce = 64
	conns, err := dialAll(ctx, d.p.address, atOnce)
	if err != nil {
		return err
	}
	defer closeAll(conns)
	var next atomic.Int64
	return together(ctx, conns, func(ctx context.Context, _ int, c *conn) error {
		for ctx.Err() == nil {
			i := int(next.Add(1)) - 1
			if i >= len(all) {
				return nil
			}
			thing := map[string]any{"name": all[i].name, "email": all[i].email, "phone": all[i].phone}
			if _, err := create(c, d.p.address, d.k.Crowd.Key, "/clients", thing); err != nil {
				return err
			}
		}
		return ctx.Err()
	})
}

// A seeker asks one query and knows what must be found.
type seeker struct {
	query

	request []byte
	people  map[person]bool
	sure    int    // how many of whom must be found there are
	good    []byte // an answer that was found right
}

// seekers prepares the queries.
func (d *desk) seekers() []*seeker {
	all := drawPeople(d.plan.people)
	people := make(map[person]bool, len(all))
	var out []*seeker
	for _, q := range queries() {
		path := fmt.Sprintf("/clients?limit=%d&q=%s", listed, url.QueryEscape(q.typed))
		out = append(out, &seeker{query: q, request: asked(d.p.address, path, d.k.Crowd.Key), people: people})
	}
	for _, p := range all {
		people[p] = true
		theirs := p.words()
		for _, s := range out {
			if s.sureOf(p, theirs) {
				s.sure++
			}
		}
	}
	return out
}

// check reads an answer: everybody in it is there, once, and may be meant; and whoever must be found is, as far as
// the list goes.
func (s *seeker) check(status int, body []byte) error {
	if s.good != nil && status == http.StatusOK && bytes.Equal(body, s.good) {
		return nil
	}
	var answer struct {
		Items []struct{ ID, Name, Email, Phone string }
	}
	if err := json.Unmarshal(body, &answer); err != nil || status != http.StatusOK {
		return wrong("the search for %q is answered with %d %.300s", s.typed, status, body)
	}
	seen, sure := map[string]bool{}, 0
	for _, one := range answer.Items {
		p := person{one.Name, one.Email, one.Phone}
		switch {
		case !s.people[p]:
			return wrong("the search for %q finds %v, whom nobody entered", s.typed, p)
		case seen[one.ID]:
			return wrong("the search for %q finds %v twice", s.typed, p)
		case !s.may(p):
			return wrong("the search for %q finds %v", s.typed, p)
		}
		seen[one.ID] = true
		if s.query.sure(p) {
			sure++
		}
	}
	if len(answer.Items) > listed || sure < min(listed, s.sure) {
		return wrong("the search for %q finds %d clients, %d of %d who are meant", s.typed, len(answer.Items), sure, s.sure)
	}
	s.good = bytes.Clone(body)
	return nil
}

// search measures how long the staff wait for the clients whom they look for (W12).
func (d *desk) search(ctx context.Context) error {
	seekers := d.seekers() // which takes longer than the server waits for a first request
	c, err := dial(ctx, d.p.address)
	if err != nil {
		return err
	}
	defer c.close()
	var all []time.Duration
	each := map[string][]time.Duration{}
	ask := func(s *seeker) error {
		begin := time.Now()
		status, body, err := c.do(s.request)
		if err != nil {
			return err
		}
		took := time.Since(begin)
		all, each[s.typed] = append(all, took), append(each[s.typed], took)
		return s.check(status, body)
	}
	for _, s := range seekers {
		if err := ask(s); err != nil {
			return err
		}
	}
	clear(each)
	all = nil
	m, err := d.meter()
	if err != nil {
		return err
	}
	for begin := time.Now(); time.Since(begin) < 3*d.plan.listTime && ctx.Err() == nil; {
		for _, s := range seekers {
			if err := ask(s); err != nil {
				return err
			}
		}
	}
	d.figure("w12_http", ms(median(all)), "ms")
	d.figure("w12_p95", ms(quantile(all, 0.95)), "ms")
	if err := m.add("w12", len(all)); err != nil {
		return err
	}
	for _, s := range seekers {
		d.r.notef("%s: w12: %8.2f ms  %s", d.e.name(), ms(median(each[s.typed])), s.typed)
	}
	return nil
}

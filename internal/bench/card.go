package bench

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"
)

// The client of W11 comes twice on every working day, as nobody does; the desk sees the newest visits.
const (
	cardVisits = 500
	cardShown  = 40 // of the visits, at least
	cardName   = "Regina Regular"
	cardAhead  = 10 // visits that are still to come
)

// card measures how long the staff wait for the page of a card (W11), and looks whether every reading of it was
// recorded.
func (d *desk) card(ctx context.Context) error {
	cookies, err := d.signIn(ctx, deskMail, deskSecret)
	if err != nil {
		return err
	}
	c, err := dial(ctx, d.p.address)
	if err != nil {
		return err
	}
	defer c.close()
	request := page(d.p.address, "/app/"+deskSlug+"/clients/"+d.k.Client, cookies)
	reads := 0
	size := 0
	ask := func() (time.Duration, error) {
		begin := time.Now()
		status, body, err := c.do(request)
		took := time.Since(begin)
		if err != nil {
			return 0, err
		}
		reads++
		size = len(body)
		return took, d.k.readCard(status, body)
	}
	before, err := d.recorded(ctx, "card.read")
	if err != nil {
		return err
	}
	for range 20 {
		if _, err := ask(); err != nil {
			return err
		}
	}
	m, err := d.meter()
	if err != nil {
		return err
	}
	var all []time.Duration
	for begin := time.Now(); time.Since(begin) < d.plan.listTime && ctx.Err() == nil; {
		took, err := ask()
		if err != nil {
			return err
		}
		all = append(all, took)
	}
	d.figure("w11_http", ms(median(all)), "ms")
	if err := m.add("w11", len(all)); err != nil {
		return err
	}
	d.figure("w11_size", float64(size)/1024, "KiB")
	after, err := d.recorded(ctx, "card.read")
	if err == nil && after-before != reads {
		err = wrong("a card was read %d times, the record says %d", reads, after-before)
	}
	return err
}

// readCard checks the page of the card: who it is, what is known of them, and the newest visits.
func (k *drawer) readCard(status int, body []byte) error {
	if status != http.StatusOK {
		return wrong("the card is answered with %d %.300s", status, body)
	}
	for _, text := range k.Seen {
		if !bytes.Contains(body, []byte(text)) {
			return wrong("%q does not stand on the card", text)
		}
	}
	for _, visit := range k.Visits[:min(cardShown, len(k.Visits))] {
		if !bytes.Contains(body, []byte("/app/"+deskSlug+"/bookings/"+visit)) {
			return wrong("visit %s does not stand on the card", visit)
		}
	}
	return nil
}

// recorded counts what the record of the desk's business says was done, by a query of our own.
func (d *desk) recorded(ctx context.Context, action string) (int, error) {
	db, err := d.e.open()
	if err != nil {
		return 0, err
	}
	defer db.Close()
	var n int
	err = db.QueryRowContext(ctx, `SELECT COUNT(*) FROM audit_entry e JOIN business b ON b.id = e.business_id
		WHERE b.slug = $1 AND e.action = $2`, deskSlug, action).Scan(&n)
	return n, err
}

// regular founds the desk's business and gives it the client of a year; the program's clock stands at the year's
// beginning, and in the end at the fixture's.
func (d *desk) regular(ctx context.Context) error {
	f, err := found(ctx, d.p, deskSlug)
	if err != nil {
		return err
	}
	d.k.Desk = *f
	if _, err := d.p.run(ctx, "user", "create", "--business", deskSlug, "--email", deskMail, "--name", "Olivia Owner", "--role", "owner", "--password", deskSecret); err != nil {
		return err
	}
	w, err := newWorld(1, 0)
	if err != nil {
		return err
	}
	if err := d.k.Desk.furnish(ctx, d.p, w); err != nil {
		return err
	}
	c, err := dial(ctx, d.p.address)
	if err != nil {
		return err
	}
	defer c.close()
	if err := d.introduce(c); err != nil {
		return err
	}
	if err := d.visits(c); err != nil {
		return err
	}
	if err := d.p.rest(ctx); err != nil {
		return err
	}
	if err := d.p.stop(); err != nil {
		return err
	}
	if err := d.up(ctx, clockStart); err != nil {
		return err
	}
	if c, err = dial(ctx, d.p.address); err != nil {
		return err
	}
	defer c.close()
	if err := d.k.happened(c, d.p.address); err != nil {
		return err
	}
	return d.p.rest(ctx)
}

// visits books the visits of a year, the last of them after the fixture's clock has begun.
func (d *desk) visits(c *conn) error {
	clock, err := time.Parse(time.RFC3339, clockStart)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(zoneName)
	if err != nil {
		return err
	}
	ahead := min(cardAhead, d.plan.visits/2)
	var times []time.Time // from the last to the first
	for at := clock.In(zone).AddDate(0, 0, 7); len(times) < d.plan.visits; at = at.AddDate(0, 0, -1) {
		if at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			continue
		}
		for _, hour := range []int{15, 9} {
			if start := time.Date(at.Year(), at.Month(), at.Day(), hour, 0, 0, 0, zone); start.Before(clock) || len(times) < ahead {
				times = append(times, start)
			}
		}
	}
	d.k.Visits = make([]string, len(times))
	for i, start := range times {
		v := visit{0, start}
		wish := d.k.Desk.wish(v, "", "")
		delete(wish, "client")
		wish["client_id"] = d.k.Client
		made := map[string]any{}
		if err := call(c, "POST", d.p.address, d.k.Desk.Key, "/bookings", wish, &made); err != nil {
			return err
		}
		d.k.Visits[i] = fmt.Sprint(made["id"])
	}
	return nil
}

// happened closes the visits that lie behind: nearly all took place.
func (k *drawer) happened(c *conn, address string) error {
	ahead := min(cardAhead, len(k.Visits)/2)
	for i, one := range k.Visits[ahead:] {
		act, with := "complete", map[string]any{}
		switch i % 50 {
		case 7:
			act, with = "no-show", nil
		case 9:
			act, with = "cancel", map[string]any{"reason": "ill"}
		}
		if err := call(c, "POST", address, k.Desk.Key, "/bookings/"+one+"/"+act, with, &struct{}{}); err != nil {
			return err
		}
	}
	return nil
}

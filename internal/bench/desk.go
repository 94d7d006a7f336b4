package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// The businesses of W11 to W13, in a database of their own: one with a client who has come for a year, and one
// with a town's worth of clients.
const (
	deskSlug   = "desk"
	crowdSlug  = "crowd"
	deskStart  = "2025-12-01T08:00:00+01:00" // a Monday, a year before the fixture's clock
	deskMail   = "owner@desk.example"
	deskSecret = "a desk with a window" //nolint:gosec // of the owner's account, in a database that is thrown away
)

// A desk is the program with the cards of W11 to W13.
type desk struct {
	*bed

	k *drawer
}

// A drawer holds what the program calls the things on the desk.
type drawer struct {
	Desk   filled    `json:"desk"`
	Crowd  filled    `json:"crowd"` // its key; empty without W12
	Client string    `json:"client"`
	Others []string  `json:"others"` // clients of the desk
	Visits []string  `json:"visits"` // of the client, the newest first
	Seen   []string  `json:"seen"`   // texts that must stand on the card
	At     time.Time `json:"at"`
}

// cards runs W11 to W13 on one engine, as far as they are asked for.
func (o Options) cards(ctx context.Context, e engine, dir string, r *report) error {
	b := &bed{plan: o.plan(), e: e, r: r}
	if !o.wants("w12") {
		b.plan.people = 0
	}
	var err error
	if b.p, err = newProgram(ctx, o.Bin, dir, e.address()); err != nil {
		return err
	}
	b.p.flags = o.Flags
	defer b.p.kill()
	d := &desk{bed: b}
	if err := d.prepare(ctx, o.Cache); err != nil {
		return err
	}
	return o.each(deskWorks(), func(work string) error {
		w, err := watch(o.Watch, work, e.name(), b.p.pid())
		if err != nil {
			return err
		}
		defer w.stop()
		switch work {
		case "w11":
			return d.card(ctx)
		case "w12":
			return d.search(ctx)
		default:
			return d.seal(ctx)
		}
	})
}

// prepare fills the database, or takes a filled one from the cache; the server is running then.
func (d *desk) prepare(ctx context.Context, cache string) error {
	kept, err := newStock(ctx, cache, d.e, fmt.Sprintf("desk-%d-%d", d.plan.visits, d.plan.people))
	if err != nil {
		return err
	}
	d.k = &drawer{}
	found, err := kept.take(ctx, d.p, d.e, d.k)
	if err != nil {
		return err
	}
	if !found {
		if err := errors.Join(d.fill(ctx), d.night(ctx)); err != nil {
			return err
		}
		if err := d.p.stop(); err != nil {
			return err
		}
		d.k.At = time.Now()
		if err := kept.put(ctx, d.p, d.e, d.k); err != nil {
			return err
		}
	}
	if err := d.up(ctx, clockStart); err != nil {
		return err
	}
	return d.indexed(ctx)
}

// night leaves PostgreSQL as a night does: knowing what its tables look like.
func (d *desk) night(ctx context.Context) error {
	if d.e.name() != "postgres" {
		return nil
	}
	db, err := d.e.open()
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "ANALYZE")
	return err
}

// indexed waits until everybody can be found and the program has nothing to do.
func (d *desk) indexed(ctx context.Context) error {
	const look, patience = time.Second, 20 * time.Minute
	db, err := d.e.open()
	if err != nil {
		return err
	}
	defer db.Close()
	for end := time.Now().Add(patience); ; {
		missing, err := count(ctx, db, "SELECT (SELECT COUNT(*) FROM client) - (SELECT COUNT(*) FROM client_mark)")
		if err != nil {
			return err
		}
		if missing == 0 {
			return d.p.rest(ctx)
		}
		if time.Now().After(end) {
			return wrong("%d clients are in no index after %v", missing, patience)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(look):
		}
	}
}

// up starts the program with its clock not before a moment, and waits until it is ready.
func (d *desk) up(ctx context.Context, clock string) error {
	if err := d.p.start("--clock", clock); err != nil {
		return err
	}
	_, err := d.p.await(ctx, get(d.p.address, "/readyz"))
	return err
}

// fill puts the client of a year and the crowd into an empty database.
func (d *desk) fill(ctx context.Context) error {
	begin := time.Now()
	if err := d.up(ctx, deskStart); err != nil {
		return err
	}
	if err := d.regular(ctx); err != nil {
		return fmt.Errorf("the client of a year: %w", err)
	}
	d.r.notef("%s: a client with %d visits in %.1f s", d.e.name(), len(d.k.Visits), time.Since(begin).Seconds())
	if d.plan.people == 0 {
		return d.p.rest(ctx)
	}
	begin = time.Now()
	if err := d.gather(ctx); err != nil {
		return fmt.Errorf("the crowd: %w", err)
	}
	took := time.Since(begin)
	if err := d.indexed(ctx); err != nil {
		return err
	}
	d.r.notef("%s: %d clients in %.1f s, all to be found after %.1f s", d.e.name(), d.plan.people, took.Seconds(), time.Since(begin).Seconds())
	return nil
}

// signIn gives the cookies of somebody who signed in on the page for that.
func (d *desk) signIn(ctx context.Context, email, password string) (string, error) {
	form := url.Values{"email": {email}, "password": {password}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+d.p.address+"/sign-in", strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	t := &http.Transport{DisableKeepAlives: true}
	answer, err := t.RoundTrip(r) // what it answers with is a redirection
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return "", err
	}
	var all []string
	for _, c := range answer.Cookies() {
		all = append(all, c.Name+"="+c.Value)
	}
	if answer.StatusCode != http.StatusSeeOther || len(all) == 0 {
		return "", fmt.Errorf("signing in: status %d, %d cookies", answer.StatusCode, len(all))
	}
	return strings.Join(all, "; "), nil
}

// page is the text of a GET request of a browser.
func page(address, path, cookies string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: " + address + "\r\nAccept: text/html\r\nAccept-Language: en\r\nCookie: " + cookies + "\r\n\r\n")
}

// asked is the text of a GET request with a key.
func asked(address, path, key string) []byte {
	return []byte("GET /api/v1" + path + " HTTP/1.1\r\nHost: " + address + "\r\nAccept: application/json\r\nAuthorization: Bearer " + key + "\r\n\r\n")
}

// upload is the text of a request that brings a file.
func upload(address, path, key, media string, content []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST /api/v1%s HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\nContent-Type: %s\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n",
		path, address, media, key, len(content))
	b.Write(content)
	return b.Bytes()
}

package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// clients is how many fill, ask (W4) and book (W5) at once.
const clients = 8

// filled is what the fixture is called in the program's own words.
type filled struct {
	Key   string    `json:"key"`   // of the owner
	Every string    `json:"every"` // the service that everybody performs
	Few   string    `json:"few"`   // the one that the first fewStaff perform, else the same
	Staff []string  `json:"staff"` // ids, in the order of the world
	Money string    `json:"money"` // the business's currency, which the program chose
	At    time.Time `json:"at"`
}

// fill starts the program on an empty database and puts the fixture into it, as an owner would. The server
// is left running.
func fill(ctx context.Context, p *program, w *world) (*filled, time.Duration, error) {
	if err := p.start("--clock", clockStart); err != nil {
		return nil, 0, err
	}
	if _, err := p.await(ctx, get(p.address, "/readyz")); err != nil {
		return nil, 0, err
	}
	f, err := found(ctx, p, slug)
	if err != nil {
		return nil, 0, err
	}
	if err := f.furnish(ctx, p, w); err != nil {
		return nil, 0, err
	}
	begin := time.Now()
	err = f.book(ctx, p, w)
	took := time.Since(begin)
	if err == nil {
		err = p.rest(ctx)
	}
	return f, took, err
}

// found makes a business with nothing in it, and a key for its owner.
func found(ctx context.Context, p *program, slug string) (*filled, error) {
	if _, err := p.run(ctx, "business", "create", slug, "--name", "Bench", "--zone", zoneName, "--preset", "blank", "--language", "en"); err != nil {
		return nil, err
	}
	key, err := p.run(ctx, "key", "create", "--business", slug, "--role", "owner")
	if err != nil {
		return nil, err
	}
	f := &filled{Key: key, At: time.Now()}
	var business struct{ Currency string }
	body, err := p.await(ctx, get(p.address, "/api/v1/b/"+slug))
	if err == nil {
		err = json.Unmarshal(body, &business)
	}
	f.Money = business.Currency
	return f, err
}

// furnish creates the services and the staff with their hours.
func (f *filled) furnish(ctx context.Context, p *program, w *world) error {
	c, err := dial(ctx, p.address)
	if err != nil {
		return err
	}
	defer c.close()
	for name, to := range map[string]*string{"Visit": &f.Every, "Visit to few": &f.Few} {
		service := map[string]any{
			"name": name, "duration_min": visitMin, "interval_min": gridMin, "edge_starts": false,
			"buffer_before_min": 0, "buffer_after_min": 0, "notice_min": 0, "horizon_days": 365,
			"price": map[string]any{"amount": priceMinor, "currency": f.Money},
		}
		if *to, err = create(c, p.address, f.Key, "/services", service); err != nil {
			return err
		}
	}
	var weekly []map[string]any
	for weekday := 1; weekday <= 5; weekday++ {
		for _, span := range openHours() {
			weekly = append(weekly, map[string]any{"weekday": weekday, "from": clockText(span[0]), "to": clockText(span[1])})
		}
	}
	for i, name := range w.names {
		services := []string{f.Every}
		if i < fewStaff {
			services = append(services, f.Few)
		}
		id, err := create(c, p.address, f.Key, "/staff", map[string]any{"name": name, "services": services})
		if err != nil {
			return err
		}
		f.Staff = append(f.Staff, id)
		hours := map[string]any{"weekly": weekly, "exceptions": []any{}}
		if err := call(c, "PUT", p.address, f.Key, "/staff/"+id+"/hours", hours, &struct{}{}); err != nil {
			return err
		}
	}
	return nil
}

func clockText(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// create posts a thing and returns the id that it was given.
func create(c *conn, address, key, path string, thing any) (id string, err error) {
	var made struct {
		ID string `json:"id"`
	}
	if err := call(c, "POST", address, key, path, thing, &made); err != nil {
		return "", err
	}
	if made.ID == "" {
		return "", fmt.Errorf("POST %s gave no id", path)
	}
	return made.ID, nil
}

// call sends one request with a JSON body to the API and reads the answer, which must be a success.
func call(c *conn, method, address, key, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	status, answer, err := c.do(send(method, address, "/api/v1"+path, key, body))
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if status < 200 || status > 299 {
		return fmt.Errorf("%s %s: status %d: %s", method, path, status, answer)
	}
	if len(answer) == 0 {
		return nil
	}
	return json.Unmarshal(answer, out)
}

// book books the fixture's visits, each for a client of its own.
func (f *filled) book(ctx context.Context, p *program, w *world) error {
	all := w.booked()
	conns, err := dialAll(ctx, p.address, clients)
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
			body, err := json.Marshal(f.wish(all[i], fmt.Sprintf("Client %05d", i+1), fmt.Sprintf("client%05d@example.com", i+1)))
			if err != nil {
				return err
			}
			status, answer, err := c.do(send("POST", p.address, "/api/v1/bookings", f.Key, body))
			if err != nil {
				return err
			}
			if _, err := f.made(status, answer, all[i]); err != nil {
				return fmt.Errorf("filling: %w", err)
			}
		}
		return ctx.Err()
	})
}

// wish is the body that books a visit.
func (f *filled) wish(v visit, name, email string) map[string]any {
	return map[string]any{
		"service": f.Every, "staff": f.Staff[v.staff], "start": v.start.Format(time.RFC3339),
		"client": map[string]any{"name": name, "email": email},
	}
}

// made checks the answer to a booking and returns the booking's id.
func (f *filled) made(status int, answer []byte, v visit) (id string, err error) {
	if status != http.StatusCreated {
		return "", fmt.Errorf("booking %v with staff %d: status %d: %s", v.start, v.staff, status, answer)
	}
	var got struct {
		ID     string    `json:"id"`
		Status string    `json:"status"`
		Start  time.Time `json:"start"`
		End    time.Time `json:"end"`
		Staff  struct {
			ID string `json:"id"`
		} `json:"staff"`
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		return "", fmt.Errorf("booking: %w: %s", err, answer)
	}
	if got.ID == "" || got.Status != "confirmed" || !got.Start.Equal(v.start) || !got.End.Equal(v.end()) || got.Staff.ID != f.Staff[v.staff] {
		return "", wrong("booking %v with staff %s was answered with %s", v.start, f.Staff[v.staff], answer)
	}
	return got.ID, nil
}

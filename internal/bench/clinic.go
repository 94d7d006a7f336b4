package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// The clinic of W10.
const (
	clinicSlug     = "clinic"
	clinicStaff    = 20
	clinicDays     = 26 // days of the fixture's month on which visits are looked for, a week at a time
	clinicPatients = 100
	clinicScreens  = 200
)

// clinic is a business at work: visits of three parts that need rooms and devices beside people.
type clinic struct {
	b       *bed
	w       *world
	f       *filled
	service string
}

// newClinic founds it as an owner would.
func newClinic(ctx context.Context, b *bed) (*clinic, error) {
	w, err := newWorld(clinicStaff, clinicDays)
	if err != nil {
		return nil, err
	}
	k := &clinic{b: b, w: w}
	if k.f, err = found(ctx, b.p, clinicSlug); err != nil {
		return nil, err
	}
	for i := range w.names {
		w.names[i] = fmt.Sprintf("Doctor %02d", i+1)
	}
	if err := k.f.furnish(ctx, b.p, w); err != nil {
		return nil, err
	}
	c, err := dial(ctx, b.p.address)
	if err != nil {
		return nil, err
	}
	defer c.close()
	for kind, units := range map[string]int{"room": 12, "device": 6} {
		if _, err := create(c, b.p.address, k.f.Key, "/resources", map[string]any{"name": kind, "kind": kind, "units": units}); err != nil {
			return nil, err
		}
	}
	need := func(kind string) []any { return []any{map[string]any{"kind": kind}} }
	k.service, err = create(c, b.p.address, k.f.Key, "/services", map[string]any{
		"name": "Examination", "interval_min": gridMin, "notice_min": 0, "horizon_days": 365,
		"price": map[string]any{"amount": priceMinor, "currency": k.f.Money},
		"segments": []any{
			map[string]any{"duration_min": 15, "staff": map[string]any{"count": 1}, "resources": need("room")},
			map[string]any{"duration_min": 10, "staff": nil, "resources": need("device")},
			map[string]any{"duration_min": 20, "staff": map[string]any{"count": 1}, "resources": need("room")},
		},
	})
	if err != nil {
		return nil, err
	}
	for _, id := range k.f.Staff {
		services := map[string]any{"services": []string{k.f.Every, k.service}}
		if err := call(c, "PATCH", b.p.address, k.f.Key, "/staff/"+id, services, &struct{}{}); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// clinicAtWork measures W10: how long patients wait, how late a screen shows what they did.
func (b *bed) clinicAtWork(ctx context.Context) error {
	k, err := newClinic(ctx, b)
	if err != nil {
		return err
	}
	screens, err := watchers(ctx, b.p.address, k.f.Key, b.plan.screens)
	if err != nil {
		return err
	}
	if err := k.open(ctx, screens); err != nil {
		return err
	}
	conns, err := dialAll(ctx, b.p.address, b.plan.patients)
	if err != nil {
		return err
	}
	defer closeAll(conns)
	m, err := b.meter()
	if err != nil {
		return err
	}
	all := make([]*patient, b.plan.patients)
	begin := time.Now()
	err = together(ctx, conns, func(ctx context.Context, i int, c *conn) error {
		all[i] = &patient{clinic: k, number: i, c: c, random: splitmix(seed + i), from: begin.Add(b.plan.clinicTime / 10)}
		return all[i].visit(ctx, begin.Add(b.plan.clinicTime))
	})
	if err != nil {
		return err
	}
	spent := time.Since(begin) * 9 / 10
	return k.report(ctx, all, screens, spent, m)
}

// open books once and waits until it is seen: a program that was killed leaves the lease of who numbers the
// events behind, and the next one takes it some seconds later.
func (k *clinic) open(ctx context.Context, screens []*screen) error {
	c, err := dial(ctx, k.b.p.address)
	if err != nil {
		return err
	}
	defer c.close()
	first := &patient{clinic: k, number: k.b.plan.patients, c: c, took: map[string][]time.Duration{}}
	if err := first.list(); err != nil {
		return err
	}
	if err := first.book(); err != nil {
		return err
	}
	return shown(ctx, screens, first.done)
}

// report prints the figures and looks into the database of the program, which is killed for that.
func (k *clinic) report(ctx context.Context, all []*patient, screens []*screen, spent time.Duration, m *meter) error {
	took := map[string][]time.Duration{}
	var every []time.Duration
	var happened []happening
	for _, p := range all {
		for kind, list := range p.took {
			took[kind] = append(took[kind], list...)
			every = append(every, list...)
		}
		happened = append(happened, p.done...)
	}
	k.b.figure("w10", ms(quantile(every, 0.99)), "ms")
	for _, kind := range []string{"list", "book", "move"} {
		k.b.figure("w10_"+kind+"_p99", ms(quantile(took[kind], 0.99)), "ms")
	}
	k.b.figure("w10_rate", float64(len(every))/spent.Seconds(), "req/s")
	if err := m.add("w10", len(every)); err != nil {
		return err
	}
	slices.SortFunc(happened, func(a, b happening) int { return a.asked.Compare(b.asked) })
	late, err := latest(ctx, screens, happened)
	if err != nil {
		return err
	}
	k.b.figure("w10_late", ms(late), "ms")
	k.b.r.notef("%s: w10: %d lists, %d bookings, %d moves, each shown on %d screens", k.b.e.name(), len(took["list"]), len(took["book"]), len(took["move"]), len(screens))
	k.b.p.kill()
	return k.audit(ctx, all)
}

// audit reads the bookings that were acknowledged, where they stand, and looks for overlaps.
func (k *clinic) audit(ctx context.Context, all []*patient) error {
	db, err := k.b.e.open()
	if err != nil {
		return err
	}
	defer db.Close()
	n, err := count(ctx, db, overlapQuery)
	if err == nil && n > 0 {
		err = wrong("%d rows begin before another on their lane has ended", n)
	}
	if err != nil {
		return err
	}
	rows, err := db.QueryContext(ctx, "SELECT id, status, start_at FROM booking")
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	defer rows.Close()
	stands := map[string]int64{}
	for rows.Next() {
		var id, status string
		var at int64
		if err := rows.Scan(&id, &status, &at); err != nil {
			return fmt.Errorf("audit: %w", err)
		}
		if status == "confirmed" {
			stands[id] = at
		}
	}
	for _, p := range all {
		for _, own := range p.mine {
			if stands[own.id] != own.start.UnixMicro() {
				return wrong("booking %s was acknowledged for %v and stands at %d", own.id, own.start, stands[own.id])
			}
		}
	}
	return rows.Err()
}

// offered is a slot of a list.
type offered struct {
	Start time.Time
	Staff []struct{ ID string }
}

// appointment is what a patient has.
type appointment struct {
	id, staff string
	start     time.Time
}

// patient asks, books and moves, one thing after the other with a pause between.
type patient struct {
	*clinic

	number int
	c      *conn
	random splitmix
	seen   []offered // the last list
	mine   []appointment
	from   time.Time // what is asked before is for warming
	took   map[string][]time.Duration
	done   []happening
}

// visit acts until the end: 80 % lists, 15 % bookings, 5 % moves. Three patients of ten begin with one of each,
// so that even a short run has some of all.
func (p *patient) visit(ctx context.Context, until time.Time) error {
	p.took = map[string][]time.Duration{}
	for n := 0; ; n++ {
		pause := time.Duration(p.random.next() % uint64(2*p.b.plan.pause))
		if time.Now().Add(pause).After(until) || ctx.Err() != nil {
			return ctx.Err()
		}
		time.Sleep(pause)
		dice := p.random.next() % 100
		if p.number%10 < 3 && n < 3 {
			dice = []uint64{99, 0, 19}[n]
		}
		var err error
		switch {
		case dice < 15 && len(p.seen) > 0:
			err = p.book()
		case dice < 20 && len(p.seen) > 0 && len(p.mine) > 0:
			err = p.move()
		default:
			err = p.list()
		}
		if err != nil {
			return err
		}
	}
}

// ask sends a request and notes how long the answer took.
func (p *patient) ask(kind string, request []byte) (status int, body []byte, asked time.Time, err error) {
	asked = time.Now()
	status, body, err = p.c.do(request)
	if asked.After(p.from) {
		p.took[kind] = append(p.took[kind], time.Since(asked))
	}
	return status, body, asked, err
}

func (p *patient) list() error {
	first := day(p.random.next() % (clinicDays - 6))
	path := fmt.Sprintf("/api/v1/b/%s/slots?from=%s&to=%s&service=%s", clinicSlug, p.w.date(first), p.w.date(first+6), p.service)
	status, body, _, err := p.ask("list", get(p.b.p.address, path))
	if err != nil {
		return err
	}
	var answer struct{ Slots []offered }
	if err := json.Unmarshal(body, &answer); err != nil || status != http.StatusOK || len(answer.Slots) == 0 {
		return wrong("a list is answered with %d %.300s", status, body)
	}
	p.seen = answer.Slots
	return nil
}

func (p *patient) book() error {
	at := p.seen[p.random.next()%uint64(len(p.seen))]
	staff := at.Staff[p.random.next()%uint64(len(at.Staff))].ID
	name := fmt.Sprintf("Patient %03d.%03d", p.number, len(p.mine))
	body, err := json.Marshal(map[string]any{
		"service": p.service, "staff": staff, "start": at.Start.Format(time.RFC3339),
		"client": map[string]any{"name": name, "email": fmt.Sprintf("patient%03d.%03d@example.com", p.number, len(p.mine))},
	})
	if err != nil {
		return err
	}
	status, answer, asked, err := p.ask("book", send("POST", p.b.p.address, "/api/v1/b/"+clinicSlug+"/bookings", "", body))
	if err != nil {
		return err
	}
	made, err := p.made(status, answer, http.StatusCreated, at.Start)
	if err == nil && made != "" {
		p.mine = append(p.mine, appointment{made, staff, at.Start})
		p.done = append(p.done, happening{news{"booking.confirmed", made}, asked})
	}
	return err
}

// move moves a visit to another time with the same doctor, if the last list has one.
func (p *patient) move() error {
	own := &p.mine[p.random.next()%uint64(len(p.mine))]
	for range 20 {
		at := p.seen[p.random.next()%uint64(len(p.seen))]
		with := slices.ContainsFunc(at.Staff, func(s struct{ ID string }) bool { return s.ID == own.staff })
		if !with || at.Start.Equal(own.start) {
			continue
		}
		body, err := json.Marshal(map[string]any{"start": at.Start.Format(time.RFC3339)})
		if err != nil {
			return err
		}
		status, answer, asked, err := p.ask("move", send("POST", p.b.p.address, "/api/v1/bookings/"+own.id+"/reschedule", p.f.Key, body))
		if err != nil {
			return err
		}
		made, err := p.made(status, answer, http.StatusOK, at.Start)
		if err == nil && made != "" {
			own.start = at.Start
			p.done = append(p.done, happening{news{"booking.moved", made}, asked})
		}
		return err
	}
	return p.list()
}

// made reads the answer to a booking or a move: its id, or none when somebody else was faster.
func (p *patient) made(status int, body []byte, want int, start time.Time) (string, error) {
	var problem struct{ Code string }
	if status == http.StatusConflict && json.Unmarshal(body, &problem) == nil && problem.Code == "slot_taken" {
		return "", nil
	}
	if status != want {
		return "", wrong("status %d: %.300s", status, body)
	}
	var got struct {
		ID, Status string
		Start      time.Time
	}
	if err := json.Unmarshal(body, &got); err != nil || got.ID == "" || got.Status != "confirmed" || !got.Start.Equal(start) {
		return "", wrong("booking %v was answered with %.300s", start, body)
	}
	return got.ID, nil
}

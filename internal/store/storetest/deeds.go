package storetest

import (
	"context"
	"slices"
	"strconv"

	"kept/booking"
	"kept/span"
)

// look reads what is offered of a day, from the cache of a node.
func (w *mixer) look(ctx context.Context) {
	d := deed{verb: verbLook, day: w.dice.IntN(hallDays), of: w.dice.IntN(hallStaff + 1)}
	date := span.Date{Year: 2026, Month: 11, Day: 23}.AddDays(d.day)
	call := w.now()
	offer, err := w.Desk.Offer(ctx, w.ID, booking.Search{Lines: []booking.Line{{Service: "cut"}}, From: date, To: date})
	if err != nil {
		w.t.Errorf("offer: %v", err)
		return
	}
	var got told
	for _, o := range offer.Slots {
		for staff := range hallStaff {
			for row := range hallRows {
				if (spot{d.day, staff, row}).start() == o.Start && slices.Contains(offer.Facts.Who(o.Leads), staffOf(staff)) {
					got.open[staff][row] = true
				}
			}
		}
	}
	w.add(w.me, d, call, got)
}

// peek reads the table of what is taken, past the program.
func (w *mixer) peek(ctx context.Context) {
	call := w.now()
	rows, err := w.laid(ctx)
	if err != nil {
		w.t.Errorf("peek: %v", err)
		return
	}
	w.add(w.me, deed{verb: verbPeek}, call, told{rows: rows})
}

func (w *mixer) ask(s spot) booking.Request {
	return booking.Request{Lines: []booking.Line{{Service: "cut", Staff: staffOf(s.staff)}}, Start: s.start(), Client: w.draft()}
}

func (w *mixer) book(ctx context.Context) {
	s := w.spot()
	call := w.now()
	b, err := w.Desk.Book(ctx, w.Public, w.ask(s))
	if w.tell(deed{verb: "book", take: []spot{s}}, call, err, b) {
		w.mine = append(w.mine, thing{visits: []*booking.Booking{b}, spots: []spot{s}})
	}
}

// series books the same half hour on two days or three.
func (w *mixer) series(ctx context.Context) {
	s := w.spot()
	s.day = w.dice.IntN(hallDays - 1)
	spots := []spot{s}
	for day := s.day + 1; day < hallDays && len(spots) < 2+w.dice.IntN(2); day++ {
		spots = append(spots, spot{day, s.staff, s.row})
	}
	call := w.now()
	_, all, err := w.Desk.BookSeries(ctx, w.Public, booking.Repeat{Request: w.ask(s), Rule: "FREQ=DAILY;COUNT=" + strconv.Itoa(len(spots))})
	if w.tell(deed{verb: "series", take: spots}, call, err, all...) {
		w.mine = append(w.mine, thing{visits: all, spots: spots})
	}
}

// keep holds a half hour; nobody knows yet for whom.
func (w *mixer) keep(ctx context.Context) {
	s := w.spot()
	r := w.ask(s)
	r.Client.Name, r.Client.Email = "", ""
	call := w.now()
	h, err := w.Desk.Hold(ctx, w.Public, r)
	if !w.tell(deed{verb: "hold", take: []spot{s}, hold: true}, call, err) {
		return
	}
	w.mine = append(w.mine, thing{spots: []spot{s}, hold: h.ID})
	w.known.Lock()
	defer w.known.Unlock()
	w.holds[h.ID] = w.who
}

func (w *mixer) redeem(ctx context.Context, own *thing) {
	call := w.now()
	b, err := w.Desk.Book(ctx, w.Public, booking.Request{Hold: own.hold, Client: w.draft()})
	if w.tell(deed{verb: "redeem", give: own.spots, take: own.spots, held: true}, call, err, b) {
		own.hold, own.visits = "", []*booking.Booking{b}
	}
}

func (w *mixer) release(ctx context.Context, own *thing) {
	call := w.now()
	err := w.Desk.Release(ctx, w.Public, own.hold)
	if w.tell(deed{verb: "release", give: own.spots, held: true}, call, err) {
		w.forget(own)
	}
}

// enter books seats in a day's session.
func (w *mixer) enter(ctx context.Context) {
	day, party := w.dice.IntN(hallDays), 1+w.dice.IntN(2)
	r := booking.Request{Lines: []booking.Line{{Service: "class"}}, Start: sessionAt(day), Party: party, Client: w.draft()}
	call := w.now()
	b, err := w.Desk.Book(ctx, w.Public, r)
	if w.tell(deed{verb: "seats", enter: day + 1, party: party}, call, err, b) {
		w.mine = append(w.mine, thing{visits: []*booking.Booking{b}, day: day + 1, party: party})
	}
}

// move moves a visit anywhere, a series to another half hour, seats to another day.
func (w *mixer) move(ctx context.Context, own *thing) {
	switch first := own.visits[0]; {
	case own.day > 0:
		to := (own.day+w.dice.IntN(hallDays-1))%hallDays + 1
		call := w.now()
		_, err := w.Desk.Reschedule(ctx, w.Client(first), first.ID, booking.Move{Start: sessionAt(to - 1)})
		if w.tell(deed{verb: "move seats", leave: own.day, enter: to, party: own.party}, call, err) {
			own.day = to
		}
	case len(own.visits) > 1:
		row := (own.spots[0].row + 1 + w.dice.IntN(hallRows-1)) % hallRows
		to := slices.Clone(own.spots)
		for i := range to {
			to[i].row = row
		}
		call := w.now()
		_, err := w.Desk.MoveSeries(ctx, w.Client(first), first.ID, booking.ScopeAll, booking.Move{Start: to[0].start()})
		if w.tell(deed{verb: "move series", give: own.spots, take: to}, call, err) {
			own.spots = to
		}
	default:
		to := w.spot()
		if to == own.spots[0] {
			return
		}
		call := w.now()
		_, err := w.Desk.Reschedule(ctx, w.Client(first), first.ID, booking.Move{Start: to.start(), Staff: staffOf(to.staff)})
		if w.tell(deed{verb: "move", give: own.spots, take: []spot{to}}, call, err) {
			own.spots = []spot{to}
		}
	}
}

func (w *mixer) cancel(ctx context.Context, own *thing) {
	first := own.visits[0]
	call := w.now()
	_, err := w.Desk.CancelSeries(ctx, w.Client(first), first.ID, booking.ScopeAll, "")
	if w.tell(deed{verb: "cancel", give: own.spots, leave: own.day}, call, err) {
		w.forget(own)
	}
}

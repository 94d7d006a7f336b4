package booking

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"kept/account"
	"kept/availability"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Where a session stands.
const (
	SessionPlanned   = "planned"
	SessionCancelled = "cancelled"
)

// RowSession is the kind of the rows by which a session takes its staff and units.
const RowSession = "session"

// Session is a planned meeting of a group: a service with seats, performed once
// for everybody who has one. Clients' bookings in it take seats, each a lane of
// its own; the session itself takes the lanes of its staff and units.
type Session struct {
	ID        id.Group
	Business  id.Business
	Service   id.Service
	Status    string
	Placement availability.Placement
	Zone      string    // IANA; with Local, what was announced
	Local     span.Wall // the announced reading of the wall clock at the start
	Seats     int
	MinSeats  int          // with fewer taken at Decide it is called off
	Decide    span.Instant // when that is judged; 0 for never
	Taken     int          // seats taken, where it was read with them
	Version   int64
	CreatedAt span.Instant
	UpdatedAt span.Instant
}

// Free is how many seats can still be taken.
func (s *Session) Free() int { return max(0, s.Seats-s.Taken) }

// Staff are those who perform it, the lead first.
func (s *Session) Staff() []id.Staff { return staffOf(s.Placement) }

// SessionFilter narrows a list of sessions; zero fields do not.
type SessionFilter struct {
	Span     span.Span // of starts
	Service  id.Service
	Location id.Location
	Status   string
	AfterAt  span.Instant // keyset: after this start and id
	AfterID  id.Group
	Limit    int
}

// Seat is a seat that is taken.
type Seat struct {
	Group   id.Group
	Number  int // from 1
	Source  string
	Expires span.Instant // of a hold; 0 for never
}

// Groups keeps the sessions.
type Groups interface {
	InsertSession(ctx context.Context, s *Session) error
	// UpdateSession writes status, seats and the decision; fault conflict when the
	// stored version is not s.Version, which is then raised.
	UpdateSession(ctx context.Context, s *Session) error
	// FindSession gives a session without its seats; fault NotFound.
	FindSession(ctx context.Context, business id.Business, id id.Group) (*Session, error)
	// ListSessions gives sessions by start and id, without their seats.
	ListSessions(ctx context.Context, business id.Business, filter SessionFilter) ([]*Session, error)
	// Seats lists the seats taken of sessions, also by holds that have ended, with one query.
	Seats(ctx context.Context, business id.Business, of ...*Session) ([]Seat, error)
	// Members lists the bookings of a session, in any state.
	Members(ctx context.Context, business id.Business, of id.Group) ([]*Booking, error)
	// Undecided lists planned sessions of any business that are to be judged by now.
	Undecided(ctx context.Context, now span.Instant, limit int) ([]*Session, error)
	// NextDecision tells when the next session of any business is to be judged.
	NextDecision(ctx context.Context) (span.Instant, bool, error)
}

// SessionDraft asks for a session.
type SessionDraft struct {
	ID       id.Group // empty: a new one
	Service  id.Service
	Staff    id.Staff // who leads it; empty: anyone who can
	Location id.Location
	Start    span.Instant
	Seats    int // 0: as many as the service has
	Override bool
}

// SessionLane is the lane by which a session's seats are given out one after
// the other.
func SessionLane(g id.Group) availability.Lane {
	return availability.Lane{Kind: availability.SessionLane, ID: string(g)}
}

// PlanSession announces a session: its staff and units are taken for it, seats
// can be booked from now on. Faults as Book.
func (d *Desk) PlanSession(ctx context.Context, who account.Principal, draft SessionDraft) (*Session, error) {
	if !who.IsStaff() || !who.May(account.WriteBookings) || draft.Override && !who.May(account.Override) {
		return nil, forbidden()
	}
	var check fault.Checker
	check.Require(draft.Start >= earliest && draft.Start < latest && draft.Start != 0, "start", "range", "this is no time to meet")
	check.Require(draft.Seats >= 0 && draft.Seats <= maxSeats, "seats", "range", "from 1 to 1000")
	if err := check.Err(); err != nil {
		return nil, err
	}
	a, err := d.newAsk(ctx, who.Business, []Line{{draft.Service, draft.Staff}}, draft.Location, forDesk)
	if err != nil {
		return nil, err
	}
	service := a.visit[0].Service
	if service.Seats == 0 {
		return nil, fault.BadField("service", "seats", "this service is not for groups: give it seats first")
	}
	var made *Session
	err = d.race(ctx, a, choice{start: draft.Start, override: draft.Override, announce: true}, func(in placing) error {
		return d.Atomic.Do(ctx, func(ctx context.Context) error {
			made, err = d.announce(ctx, who, a.setting, draft, in)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

// maxSeats bounds a session.
const maxSeats = 1000

// announce runs inside the transaction.
func (d *Desk) announce(
	ctx context.Context, who account.Principal, setting *availability.Setting, draft SessionDraft, in placing,
) (*Session, error) {
	if err := d.secure(ctx, who.Business, setting, &in, guest{fresh: true}); err != nil {
		return nil, err
	}
	zone, location, err := d.zoneOf(setting.Catalog, in.placement.Location)
	if err != nil {
		return nil, err
	}
	now := d.Clock.Now()
	service := in.question.Visit[0].Service
	s := &Session{
		ID: cmp.Or(draft.ID, id.New[id.Group](now.UTC())), Business: who.Business, Service: draft.Service, Status: SessionPlanned,
		Placement: in.placement, Zone: zone, Local: span.WallAt(in.placement.Start, location),
		Seats: service.Seats, MinSeats: service.MinSeats, Version: 1, CreatedAt: now, UpdatedAt: now,
	}
	if draft.Seats > 0 {
		s.Seats = draft.Seats
	}
	if s.MinSeats = min(s.MinSeats, s.Seats); s.MinSeats > 0 {
		s.Decide = max(now, s.Placement.Start-max(span.Minutes(service.NoticeMin), span.Hour))
	}
	s.Placement.Group = s.ID
	if err := d.Groups.InsertSession(ctx, s); err != nil {
		return nil, err
	}
	rows := claimRows(in.question, in.placement, availability.Row{Exclusive: true, Source: string(s.ID), Kind: RowSession})
	if err := d.Lanes.Occupy(ctx, who.Business, rows); err != nil {
		return nil, err
	}
	if err := d.layAnew(ctx, who, setting, &in, string(s.ID)); err != nil {
		return nil, err
	}
	return s, d.Journal.Append(ctx, s.fact(event.SessionPlanned, who.Actor()))
}

// fact makes an event of a session as it now is.
func (s *Session) fact(t event.Type, actor event.Actor) event.Event {
	return event.Event{Business: s.Business, Type: t, Actor: actor, Data: event.Data{
		Kind: "session", Ref: string(s.ID), Status: s.Status,
		Visit: &event.Visit{
			Start: s.Placement.Start, End: s.Placement.End, Zone: s.Zone, Service: s.Service,
			Staff: staffOf(s.Placement), Location: s.Placement.Location,
		},
	}}
}

// Session gives a session with its seats; fault not_found.
func (d *Desk) Session(ctx context.Context, who account.Principal, group id.Group) (*Session, error) {
	if !who.May(account.ReadBookings) {
		return nil, forbidden()
	}
	s, err := d.Groups.FindSession(ctx, who.Business, group)
	if err == nil && !sessionWithin(who, s) {
		err = fault.Missing("session")
	}
	if err != nil {
		return nil, err
	}
	return s, d.countSeats(ctx, s)
}

// Sessions lists sessions with their seats; faults forbidden, invalid.
func (d *Desk) Sessions(ctx context.Context, who account.Principal, filter SessionFilter) ([]*Session, error) {
	if !who.May(account.ReadBookings) {
		return nil, forbidden()
	}
	list, err := d.Groups.ListSessions(ctx, who.Business, filter)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(s *Session) bool { return !sessionWithin(who, s) })
	return list, d.countSeats(ctx, list...)
}

// Members lists the bookings of a session that keep their seats.
func (d *Desk) Members(ctx context.Context, who account.Principal, group id.Group) ([]*Booking, error) {
	if !who.May(account.ReadBookings) {
		return nil, forbidden()
	}
	all, err := d.Groups.Members(ctx, who.Business, group)
	return slices.DeleteFunc(all, func(b *Booking) bool { return !b.Status.Occupies() || !withinReach(who, b) }), err
}

// countSeats counts the seats taken of sessions of one business, at one query's cost.
func (d *Desk) countSeats(ctx context.Context, of ...*Session) error {
	if len(of) == 0 {
		return nil
	}
	seats, err := d.Groups.Seats(ctx, of[0].Business, of...)
	if err != nil {
		return err
	}
	now := d.Clock.Now()
	taken := make(map[id.Group]int, len(of))
	for _, seat := range seats {
		if seat.Expires == 0 || seat.Expires > now {
			taken[seat.Group]++
		}
	}
	for _, s := range of {
		s.Taken = taken[s.ID]
	}
	return nil
}

// Resize changes how many seats a session has; fault conflict when more are taken.
func (d *Desk) Resize(ctx context.Context, who account.Principal, group id.Group, seats, least int) (*Session, error) {
	var check fault.Checker
	check.Require(seats >= 1 && seats <= maxSeats, "seats", "range", "from 1 to 1000")
	check.Require(least >= 0 && least <= seats, "min_seats", "range", "at most as many as there are seats")
	if err := check.Err(); err != nil {
		return nil, err
	}
	return d.changeSession(ctx, who, group, func(_ context.Context, s *Session) (event.Type, error) {
		if seats < s.Taken {
			return "", fault.New(fault.Conflict, fault.CodeConflict, "more seats are taken than that")
		}
		s.Seats, s.MinSeats = seats, least
		if least == 0 {
			s.Decide = 0
		} else if s.Decide == 0 {
			s.Decide = max(d.Clock.Now(), s.Placement.Start-span.Hour)
		}
		return event.SessionChanged, nil
	})
}

// CancelSession calls a session off: every booking in it is cancelled, and who
// booked is told. Calling it off again is no fault.
func (d *Desk) CancelSession(ctx context.Context, who account.Principal, group id.Group, reason string) (*Session, error) {
	return d.changeSession(ctx, who, group, func(ctx context.Context, s *Session) (event.Type, error) {
		return event.SessionCancelled, d.callOff(ctx, who, s, reason)
	})
}

// callOff cancels a session's bookings and frees its staff and units, all of
// whose lanes are touched.
func (d *Desk) callOff(ctx context.Context, who account.Principal, s *Session, reason string) error {
	members, err := d.Groups.Members(ctx, s.Business, s.ID)
	if err != nil {
		return err
	}
	for _, b := range members {
		if b.Status.May(Cancelled) {
			if _, err := d.end(ctx, who, b.ID, Cancelled, event.BookingCancelled, reason); err != nil {
				return err
			}
		}
	}
	s.Status, s.Decide = SessionCancelled, 0
	_, err = d.Lanes.Vacate(ctx, s.Business, string(s.ID))
	return err
}

// changeSession loads a planned session under its lanes, lets alter change it,
// and writes it with the event that alter names.
func (d *Desk) changeSession(
	ctx context.Context, who account.Principal, group id.Group,
	alter func(ctx context.Context, s *Session) (event.Type, error),
) (*Session, error) {
	if !who.IsStaff() || !who.May(account.WriteBookings) {
		return nil, forbidden()
	}
	var out *Session
	err := d.Atomic.Do(ctx, func(ctx context.Context) error {
		s, err := d.Groups.FindSession(ctx, who.Business, group)
		if err == nil && !sessionWithin(who, s) {
			err = fault.Missing("session")
		}
		if err != nil {
			return err
		}
		lanes, err := d.sessionLanes(ctx, s)
		if err != nil {
			return err
		}
		if err := d.touch(ctx, s.Business, lanes); err != nil {
			return err
		}
		if s, err = d.Groups.FindSession(ctx, who.Business, group); err != nil { // as it is under its lane
			return err
		}
		out = s
		if err := d.countSeats(ctx, s); err != nil || s.Status != SessionPlanned {
			return err
		}
		t, err := alter(ctx, s)
		if err != nil {
			return err
		}
		s.UpdatedAt = d.Clock.Now()
		if err := d.Groups.UpdateSession(ctx, s); err != nil {
			return err
		}
		return d.Journal.Append(ctx, s.fact(t, who.Actor()))
	})
	return out, err
}

// sessionLanes lists every lane that calling a session off may touch: its own,
// its staff's and units', and those of its bookings.
func (d *Desk) sessionLanes(ctx context.Context, s *Session) ([]availability.Lane, error) {
	own := s.Placement
	own.Group = ""
	lanes := append(placementLanes(own, false), SessionLane(s.ID))
	members, err := d.Groups.Members(ctx, s.Business, s.ID)
	if err != nil {
		return nil, err
	}
	for _, b := range members {
		mine, err := d.bookingLanes(ctx, b)
		if err != nil {
			return nil, err
		}
		lanes = append(lanes, mine...)
	}
	slices.SortFunc(lanes, compareLanes)
	return slices.Compact(lanes), nil
}

// DecideSessions calls off the planned sessions of any business whose time to
// be judged has come with too few seats taken; it tells how many were judged.
// One that fails keeps none of the others, and is tried again next time.
func (d *Desk) DecideSessions(ctx context.Context, limit int) (int, error) {
	list, err := d.Groups.Undecided(ctx, d.Clock.Now(), limit)
	if err != nil {
		return 0, err
	}
	done, faults := 0, []error(nil)
	for _, s := range list {
		who := account.System(s.Business)
		_, err := d.changeSession(ctx, who, s.ID, func(ctx context.Context, s *Session) (event.Type, error) {
			s.Decide = 0
			if s.Taken >= s.MinSeats {
				return event.SessionChanged, nil
			}
			return event.SessionCancelled, d.callOff(ctx, who, s, "")
		})
		if err != nil {
			faults = append(faults, fmt.Errorf("judge session %s: %w", s.ID, err))
			continue
		}
		done++
	}
	return done, errors.Join(faults...)
}

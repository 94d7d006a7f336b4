package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kept/account"
	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/wire"
	"kept/recur"
	"kept/span"
)

func (a *API) registerSessions() {
	o := wire.Operation(http.MethodPost, "/sessions", "plan-session", "Announce a meeting of a group, or with repeat many")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(a.edge, o, a.planSession)
	wire.Op(a.edge, http.MethodGet, "/sessions", "list-sessions", "Meetings of groups by start", a.listSessions)
	wire.Op(a.edge, http.MethodGet, "/sessions/{id}", "get-session", "One of them, and who is in it", a.getSession)
	wire.Op(a.edge, http.MethodPatch, "/sessions/{id}", "update-session", "Change how many seats it has", a.updateSession)
	wire.Op(a.edge, http.MethodPost, "/sessions/{id}/cancel", "cancel-session", "Call it off, and every booking in it", a.cancelSession)
}

// SessionBody is a meeting of a group on the wire.
type SessionBody struct {
	ID       string        `json:"id"`
	Service  wire.Ref      `json:"service"`
	Status   string        `json:"status" enum:"planned,cancelled"`
	Start    wire.Moment   `json:"start"`
	End      wire.Moment   `json:"end"`
	Zone     string        `json:"zone" doc:"IANA zone of the place"`
	Location string        `json:"location"`
	Staff    []wire.Ref    `json:"staff" doc:"The first leads it"`
	Seats    int           `json:"seats"`
	MinSeats int           `json:"min_seats" doc:"With fewer taken at decide_at it is called off"`
	Taken    int           `json:"taken" doc:"Seats taken, by bookings and by holds"`
	Free     int           `json:"free"`
	DecideAt wire.Optional `json:"decide_at"`
}

func (a *API) sessionOf(s *booking.Session, c *catalog.Catalog, language string) SessionBody {
	zone, err := a.zones.Load(s.Zone)
	if err != nil {
		zone = time.UTC
	}
	out := SessionBody{
		ID: string(s.ID), Service: wire.ServiceRef(c, s.Service, language), Status: s.Status, Start: wire.At(s.Placement.Start, zone),
		End: wire.At(s.Placement.End, zone), Zone: s.Zone, Location: string(s.Placement.Location), Staff: []wire.Ref{},
		Seats: s.Seats, MinSeats: s.MinSeats, Taken: s.Taken, Free: s.Free(), DecideAt: wire.Maybe(s.Decide, zone),
	}
	for _, who := range s.Staff() {
		out.Staff = append(out.Staff, wire.StaffRef(c, who, language).Ref)
	}
	return out
}

func (a *API) sessionsOf(ctx context.Context, s *availability.Setting, list []*booking.Session) []SessionBody {
	out := make([]SessionBody, len(list))
	for i, one := range list {
		out[i] = a.sessionOf(one, s.Catalog, web.Language(ctx))
	}
	return out
}

// repeatBody is when a session is held again.
type repeatBody struct {
	Rule   string   `json:"rule" minLength:"1" maxLength:"500" doc:"RFC 5545, such as FREQ=WEEKLY;COUNT=10: at most 104 dates, the start is the first"`
	Except []string `json:"except,omitempty" maxItems:"104" doc:"Local dates on which it is not held"`
}

func (r repeatBody) timetable() (booking.Timetable, error) {
	var out booking.Timetable
	rule, err := recur.Parse(r.Rule)
	if err != nil {
		return out, fault.BadField("repeat.rule", "format", "write it as FREQ=WEEKLY;COUNT=10")
	}
	out.Rule = rule
	for _, text := range r.Except {
		d, err := wire.ReadDate("repeat.except", text)
		if err != nil {
			return out, err
		}
		out.Except = append(out.Except, d)
	}
	return out, nil
}

// plannedBody is a session, or with repeat what came of it.
type plannedBody struct {
	one  *SessionBody
	many *timetableBody
}

// MarshalJSON implements json.Marshaler.
func (b plannedBody) MarshalJSON() ([]byte, error) {
	if b.many != nil {
		return json.Marshal(b.many)
	}
	return json.Marshal(b.one)
}

// Schema implements huma.SchemaProvider.
func (plannedBody) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{
		r.Schema(reflect.TypeFor[SessionBody](), true, "SessionBody"), r.Schema(reflect.TypeFor[timetableBody](), true, "TimetableBody"),
	}}
}

type timetableBody struct {
	Items     []SessionBody `json:"items" doc:"What was planned"`
	Conflicts []clashBody   `json:"conflicts" doc:"The dates for which nothing was"`
}

type clashBody struct {
	Start  wire.Moment `json:"start"`
	Code   string      `json:"code"`
	Rule   string      `json:"rule,omitempty"`
	Detail string      `json:"detail"`
}

type plannedOut struct{ Body plannedBody }

func (a *API) planSession(ctx context.Context, p account.Principal, in *struct {
	Body struct {
		Service  string      `json:"service" maxLength:"36" doc:"One with seats"`
		Staff    string      `json:"staff,omitempty" maxLength:"36" doc:"Who leads it; anyone who can when missing"`
		Location string      `json:"location,omitempty" maxLength:"36"`
		Start    string      `json:"start" maxLength:"40" doc:"RFC 3339"`
		Seats    int         `json:"seats,omitempty" minimum:"0" maximum:"1000" doc:"As many as the service has when missing"`
		Override bool        `json:"override,omitempty" doc:"Pass rules of time; a taken lane stays taken"`
		Repeat   *repeatBody `json:"repeat,omitempty" doc:"Plan it again on further dates, by the clock of the place"`
	}
},
) (*plannedOut, error) {
	lines, err := readLines(in.Body.Service, nil, in.Body.Staff)
	if err != nil {
		return nil, err
	}
	draft := booking.SessionDraft{Service: lines[0].Service, Staff: lines[0].Staff, Seats: in.Body.Seats, Override: in.Body.Override}
	if draft.Location, err = wire.OptionalID[id.Location]("location", in.Body.Location); err != nil {
		return nil, err
	}
	if draft.Start, err = wire.ReadInstant("start", in.Body.Start); err != nil {
		return nil, err
	}
	if in.Body.Repeat != nil {
		return a.planTimetable(ctx, p, draft, *in.Body.Repeat)
	}
	made, err := a.Desk.PlanSession(ctx, p, draft)
	if err != nil {
		return nil, err
	}
	out, err := a.session(ctx, made)
	if err != nil {
		return nil, err
	}
	return &plannedOut{plannedBody{one: &out.Body}}, nil
}

func (a *API) planTimetable(
	ctx context.Context, p account.Principal, draft booking.SessionDraft, repeat repeatBody,
) (*plannedOut, error) {
	table, err := repeat.timetable()
	if err != nil {
		return nil, err
	}
	made, err := a.Desk.PlanTimetable(ctx, p, draft, table)
	if err != nil {
		return nil, err
	}
	s, err := a.Settings.Load(ctx, p.Business, 1)
	if err != nil {
		return nil, err
	}
	zone, err := a.zone("zone", s.Catalog.ZoneOf(draft.Location))
	if err != nil {
		return nil, err
	}
	out := timetableBody{Items: a.sessionsOf(ctx, s, made.Sessions), Conflicts: []clashBody{}}
	for _, c := range made.Clashes {
		told := web.NewProblem(a.Words, web.Language(ctx), c.Fault)
		out.Conflicts = append(out.Conflicts, clashBody{wire.At(c.Start, zone), told.Code, told.Rule, told.Detail})
	}
	return &plannedOut{plannedBody{many: &out}}, nil
}

type sessionOut struct{ Body SessionBody }

func (a *API) session(ctx context.Context, one *booking.Session) (*sessionOut, error) {
	s, err := a.Settings.Load(ctx, one.Business, 1)
	if err != nil {
		return nil, err
	}
	return &sessionOut{a.sessionOf(one, s.Catalog, web.Language(ctx))}, nil
}

type sessionListOut struct{ Body wire.Page[SessionBody] }

func (a *API) listSessions(ctx context.Context, p account.Principal, in *struct {
	RangeQuery
	Paging
	Service  string `query:"service" maxLength:"36"`
	Location string `query:"location" maxLength:"36"`
	Status   string `query:"status" enum:"planned,cancelled"`
},
) (*sessionListOut, error) {
	s, err := a.Settings.Load(ctx, p.Business, 0)
	if err != nil {
		return nil, err
	}
	f := booking.SessionFilter{
		Service: id.Service(in.Service), Location: id.Location(in.Location), Status: in.Status, Limit: in.Limit + 1,
	}
	if f.Span, err = in.span(a, s); err != nil {
		return nil, err
	}
	c, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	f.AfterAt, f.AfterID = span.Instant(c.At), id.Group(c.ID)
	list, err := a.Desk.Sessions(ctx, p, f)
	if err != nil {
		return nil, err
	}
	list, next := wire.PageOf(list, in.Limit, func(g *booking.Session) wire.Cursor {
		return wire.Cursor{At: int64(g.Placement.Start), ID: string(g.ID)}
	})
	return &sessionListOut{wire.Page[SessionBody]{Items: a.sessionsOf(ctx, s, list), Next: next}}, nil
}

type wholeSessionBody struct {
	SessionBody
	Bookings []memberBody `json:"bookings" doc:"Those that keep seats in it"`
}

type memberBody struct {
	ID     string   `json:"id"`
	Client wire.Ref `json:"client"`
	Party  int      `json:"party" doc:"How many seats it takes"`
	Status string   `json:"status"`
}

type wholeSessionOut struct{ Body wholeSessionBody }

func (a *API) getSession(ctx context.Context, p account.Principal, in *wire.NounPath) (*wholeSessionOut, error) {
	one, err := a.Desk.Session(ctx, p, id.Group(in.ID))
	if err != nil {
		return nil, err
	}
	members, err := a.Desk.Members(ctx, p, one.ID)
	if err != nil {
		return nil, err
	}
	head, err := a.session(ctx, one)
	if err != nil {
		return nil, err
	}
	out := wholeSessionBody{SessionBody: head.Body, Bookings: []memberBody{}}
	for _, b := range members {
		if !p.May(account.ReadClients) {
			b.ClientName = ""
		}
		out.Bookings = append(out.Bookings, memberBody{string(b.ID), wire.Ref{ID: string(b.Client), Name: b.ClientName}, b.Party, string(b.Status)})
	}
	return &wholeSessionOut{out}, nil
}

func (a *API) updateSession(ctx context.Context, p account.Principal, in *struct {
	wire.NounPath
	Body struct {
		Seats    *int `json:"seats,omitempty" minimum:"1" maximum:"1000" doc:"Not fewer than are taken"`
		MinSeats *int `json:"min_seats,omitempty" minimum:"0" maximum:"1000" doc:"0: it takes place whoever comes"`
	}
},
) (*sessionOut, error) {
	one, err := a.Desk.Session(ctx, p, id.Group(in.ID))
	if err != nil {
		return nil, err
	}
	wire.Set(&one.Seats, in.Body.Seats)
	wire.Set(&one.MinSeats, in.Body.MinSeats)
	if one, err = a.Desk.Resize(ctx, p, one.ID, one.Seats, one.MinSeats); err != nil {
		return nil, err
	}
	return a.session(ctx, one)
}

func (a *API) cancelSession(ctx context.Context, p account.Principal, in *struct {
	wire.NounPath
	Body *struct {
		Reason string `json:"reason,omitempty" maxLength:"2000"`
	}
},
) (*sessionOut, error) {
	reason := ""
	if in.Body != nil {
		reason = in.Body.Reason
	}
	one, err := a.Desk.CancelSession(ctx, p, id.Group(in.ID), reason)
	if err != nil {
		return nil, err
	}
	if one, err = a.Desk.Session(ctx, p, one.ID); err != nil { // with the seats that it has given back
		return nil, err
	}
	return a.session(ctx, one)
}

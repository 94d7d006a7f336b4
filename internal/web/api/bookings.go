package api

import (
	"context"
	"net/http"

	"kept/account"
	"kept/availability"
	"kept/booking"
	"kept/fault"
	"kept/id"
	"kept/internal/secret"
	"kept/internal/web"
	"kept/internal/web/wire"
	"kept/span"
)

func (a *API) registerBookings() {
	o := wire.Operation(http.MethodPost, "/bookings", "create-booking", "Book for a client, by staff")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(a.edge, o, a.createBooking)
	wire.Op(a.edge, http.MethodGet, "/bookings", "list-bookings", "Bookings by start", a.listBookings)
	wire.Op(a.edge, http.MethodGet, "/calendar", "get-calendar", "Everything on the calendar in a range", a.calendar)
	wire.Open(a.edge, http.MethodGet, "/bookings/{id}", "get-booking", "One booking", a.getBooking)
	openSlots(a, "/bookings/{id}/alternatives", "list-alternatives", "Other slots for a booking, the nearest first", a.alternatives)
	wire.Open(a.edge, http.MethodPost, "/bookings/{id}/confirm", "confirm-booking", "Approve a request, or say that you will come", a.confirm)
	wire.Open(a.edge, http.MethodPost, "/bookings/{id}/cancel", "cancel-booking", "Cancel", a.cancel)
	wire.Public(a.edge, a.tellsDates(
		wire.Operation(http.MethodPost, "/bookings/{id}/reschedule", "reschedule-booking", "Move to another start"),
	), a.reschedule)
	wire.Op(a.edge, http.MethodPost, "/bookings/{id}/decline", "decline-booking", "Decline a request", a.decline)
	wire.Op(a.edge, http.MethodPost, "/bookings/{id}/check-in", "check-in-booking", "The client has come", a.checkIn)
	wire.Op(a.edge, http.MethodPost, "/bookings/{id}/complete", "complete-booking", "The visit is done", a.complete)
	wire.Op(a.edge, http.MethodPost, "/bookings/{id}/no-show", "no-show-booking", "The client did not come", a.noShow)
}

// BookingPath names a booking, and may carry the token that opens it.
type BookingPath struct {
	ID    string `path:"id" maxLength:"36"`
	Token string `query:"token" maxLength:"200" doc:"The booking's manage token, where there is no key"`
}

// opener finds who asks for a booking: the holder of a key, or of its token.
func (a *API) opener(ctx context.Context, in BookingPath) (account.Principal, id.Booking, error) {
	booking, err := wire.ReadID[id.Booking]("booking", in.ID)
	if err != nil {
		return account.Principal{}, "", err
	}
	if p, ok := web.Principal(ctx); ok {
		return p, booking, nil
	}
	if in.Token == "" {
		_, err := web.Required(ctx)
		return account.Principal{}, "", err
	}
	b, err := a.ByToken(ctx, in.Token)
	if err != nil || b.ID != booking {
		return account.Principal{}, "", fault.Missing("booking")
	}
	return account.Visitor(b.Business, b.Client), booking, nil
}

// ByToken finds the booking that a manage token opens; fault not_found.
func (a *API) ByToken(ctx context.Context, token string) (*booking.Booking, error) {
	return OpenToken(ctx, a.Desk, a.Tokens, token)
}

// OpenToken finds the booking that a manage token opens; fault not_found, also
// when the token's epoch has passed.
func OpenToken(ctx context.Context, desk *booking.Desk, tokens *secret.Master, token string) (*booking.Booking, error) {
	t, err := tokens.Verify(token, secret.KindManage)
	if err != nil {
		return nil, fault.Missing("booking")
	}
	b, err := desk.Find(ctx, account.System(id.Business(t.Business)), id.Booking(t.ID))
	if err != nil {
		return nil, err
	}
	if b.Epoch != t.Epoch {
		return nil, fault.Missing("booking")
	}
	return b, nil
}

type bookingOut struct{ Body BookingBody }

// shown answers with a booking.
func (a *API) shown(ctx context.Context, b *booking.Booking) (*bookingOut, error) {
	s, err := a.Settings.Load(ctx, b.Business, 0)
	if err != nil {
		return nil, err
	}
	return &bookingOut{a.bookingOf(b, s.Catalog, web.Language(ctx))}, nil
}

func (a *API) getBooking(ctx context.Context, in *BookingPath) (*bookingOut, error) {
	who, want, err := a.opener(ctx, *in)
	if err != nil {
		return nil, err
	}
	b, err := a.Desk.Find(ctx, who, want)
	if err != nil {
		return nil, err
	}
	return a.shown(ctx, b)
}

func (a *API) createBooking(ctx context.Context, p account.Principal, in *struct {
	Body struct {
		Wanted
		Later
		Hold     string `json:"hold,omitempty" maxLength:"200"`
		ClientID string `json:"client_id,omitempty" maxLength:"36" doc:"A client who is there already ..."`
		Client   *Draft `json:"client,omitempty" doc:"... or whom this describes"`
		Subject  string `json:"subject,omitempty" maxLength:"36" doc:"For whom or what the visit is, of a client who is there already"`
		Bringing
		Note     string `json:"note,omitempty" maxLength:"2000"`
		Override bool   `json:"override,omitempty" doc:"Pass rules of time; a taken lane stays taken"`
		Squeeze  bool   `json:"squeeze,omitempty" doc:"Squeeze in, on the staff member's overflow lane"`
	}
},
) (*madeOut, error) {
	req, err := in.Body.request()
	if err != nil {
		return nil, err
	}
	set, err := a.Settings.Load(ctx, p.Business, 1)
	if err != nil {
		return nil, err
	}
	if req.Given, err = in.Body.given(set.Catalog); err != nil {
		return nil, err
	}
	if in.Body.Hold != "" {
		if req.Hold, err = a.holdOf(in.Body.Hold, p.Business); err != nil {
			return nil, err
		}
	}
	if req.ClientID, err = wire.OptionalID[id.Client]("client_id", in.Body.ClientID); err != nil {
		return nil, err
	}
	if (in.Body.Client == nil) == (req.ClientID == "") {
		return nil, fault.BadField("client", "required", "give client or client_id")
	}
	if in.Body.Client != nil {
		req.Client, req.Language = in.Body.Client.client(), in.Body.Client.Language
	}
	if req.Subject, err = wire.OptionalID[id.Subject]("subject", in.Body.Subject); err != nil {
		return nil, err
	}
	if req.About, err = in.Body.brought(set.Catalog, req.Lines); err != nil {
		return nil, err
	}
	req.Note, req.Override, req.Squeeze = in.Body.Note, in.Body.Override, in.Body.Squeeze
	b, err := a.Desk.Book(ctx, p, req)
	if err != nil {
		return nil, err
	}
	return a.made(ctx, b)
}

func (a *API) confirm(ctx context.Context, in *BookingPath) (*bookingOut, error) {
	return a.verb(ctx, *in, func(who account.Principal, b id.Booking) (*booking.Booking, error) {
		return a.Desk.Confirm(ctx, who, b)
	})
}

// verb does something to a booking for the holder of a key or of its token.
func (a *API) verb(
	ctx context.Context, in BookingPath, do func(account.Principal, id.Booking) (*booking.Booking, error),
) (*bookingOut, error) {
	who, want, err := a.opener(ctx, in)
	if err != nil {
		return nil, err
	}
	b, err := do(who, want)
	if err != nil {
		return nil, err
	}
	return a.shown(ctx, b)
}

func (a *API) cancel(ctx context.Context, in *struct {
	BookingPath
	Body *struct {
		Reason string `json:"reason,omitempty" maxLength:"2000"`
		Scope  string `json:"scope,omitempty" enum:"one,following,all" doc:"Of a series: this, this and those after it, or all still to come"`
	}
},
) (*bookingOut, error) {
	reason := ""
	if in.Body != nil {
		reason = in.Body.Reason
		if in.Body.Scope != "" && in.Body.Scope != string(booking.ScopeOne) {
			return a.scoped(ctx, in.BookingPath, in.Body.Scope, func(who account.Principal, b id.Booking, scope booking.Scope) ([]*booking.Booking, error) {
				return a.Desk.CancelSeries(ctx, who, b, scope, reason)
			})
		}
	}
	return a.verb(ctx, in.BookingPath, func(who account.Principal, b id.Booking) (*booking.Booking, error) {
		return a.Desk.Cancel(ctx, who, b, reason)
	})
}

func (a *API) reschedule(ctx context.Context, in *struct {
	BookingPath
	Body struct {
		Start    string `json:"start" maxLength:"40" doc:"RFC 3339"`
		Staff    string `json:"staff,omitempty" maxLength:"36" doc:"The same as before when missing"`
		Location string `json:"location,omitempty" maxLength:"36"`
		Override bool   `json:"override,omitempty"`
		Scope    string `json:"scope,omitempty" enum:"one,following,all" doc:"Of a series: this, this and those after it, or all still to come, by as much"`
	}
},
) (*bookingOut, error) {
	start, err := wire.ReadInstant("start", in.Body.Start)
	if err != nil {
		return nil, err
	}
	staff, err := wire.OptionalID[id.Staff]("staff", in.Body.Staff)
	if err != nil {
		return nil, err
	}
	location, err := wire.OptionalID[id.Location]("location", in.Body.Location)
	if err != nil {
		return nil, err
	}
	move := booking.Move{Start: start, Staff: staff, Location: location, Override: in.Body.Override}
	if in.Body.Scope != "" && in.Body.Scope != string(booking.ScopeOne) {
		return a.scoped(ctx, in.BookingPath, in.Body.Scope, func(who account.Principal, b id.Booking, scope booking.Scope) ([]*booking.Booking, error) {
			return a.Desk.MoveSeries(ctx, who, b, scope, move)
		})
	}
	return a.verb(ctx, in.BookingPath, func(who account.Principal, b id.Booking) (*booking.Booking, error) {
		return a.Desk.Reschedule(ctx, who, b, move)
	})
}

// KeyBookingPath names a booking for the holder of a key.
type KeyBookingPath struct {
	ID string `path:"id" maxLength:"36"`
}

func (a *API) decline(ctx context.Context, _ account.Principal, in *KeyBookingPath) (*bookingOut, error) {
	return a.verb(ctx, BookingPath{ID: in.ID}, func(who account.Principal, b id.Booking) (*booking.Booking, error) {
		return a.Desk.Decline(ctx, who, b)
	})
}

func (a *API) checkIn(ctx context.Context, _ account.Principal, in *KeyBookingPath) (*bookingOut, error) {
	return a.verb(ctx, BookingPath{ID: in.ID}, func(who account.Principal, b id.Booking) (*booking.Booking, error) {
		return a.Desk.CheckIn(ctx, who, b)
	})
}

func (a *API) noShow(ctx context.Context, _ account.Principal, in *KeyBookingPath) (*bookingOut, error) {
	return a.verb(ctx, BookingPath{ID: in.ID}, func(who account.Principal, b id.Booking) (*booking.Booking, error) {
		return a.Desk.MarkNoShow(ctx, who, b)
	})
}

type bookingListOut struct{ Body wire.Page[BookingBody] }

// RangeQuery is a stretch of time in an address: dates, read in the business's
// zone, or instants.
type RangeQuery struct {
	From string `query:"from" maxLength:"40" doc:"A date, or RFC 3339"`
	To   string `query:"to" maxLength:"40" doc:"A date (inclusive), or RFC 3339 (exclusive)"`
}

func (r RangeQuery) span(a *API, s *availability.Setting) (span.Span, error) {
	zone, err := a.zone("zone", s.Catalog.Business.Zone)
	if err != nil {
		return span.Span{}, err
	}
	var out span.Span
	end := span.Instant(1 << 60)
	if r.From != "" {
		if d, err := span.ParseDate(r.From); err == nil {
			out.Start = d.Start(zone)
		} else if out.Start, err = wire.ReadInstant("from", r.From); err != nil {
			return out, err
		}
	}
	if r.To != "" {
		if d, err := span.ParseDate(r.To); err == nil {
			end = d.AddDays(1).Start(zone)
		} else if end, err = wire.ReadInstant("to", r.To); err != nil {
			return out, err
		}
	}
	out.End = end
	if r.From != "" && r.To != "" && out.Empty() {
		return out, fault.BadField("to", "range", "ends before it begins")
	}
	return out, nil
}

func (a *API) listBookings(ctx context.Context, p account.Principal, in *struct {
	RangeQuery
	Paging
	Staff    string `query:"staff" maxLength:"36"`
	Client   string `query:"client" maxLength:"36"`
	Location string `query:"location" maxLength:"36"`
	Status   string `query:"status" enum:"awaiting_payment,requested,confirmed,checked_in,completed,cancelled,no_show,declined,expired"`
},
) (*bookingListOut, error) {
	s, err := a.Settings.Load(ctx, p.Business, 0)
	if err != nil {
		return nil, err
	}
	f := booking.Filter{
		Staff: id.Staff(in.Staff), Client: id.Client(in.Client), Location: id.Location(in.Location),
		Status: booking.Status(in.Status), Limit: in.Limit + 1,
	}
	if f.Span, err = in.span(a, s); err != nil {
		return nil, err
	}
	c, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	f.AfterAt, f.AfterID = span.Instant(c.At), id.Booking(c.ID)
	list, err := a.Desk.List(ctx, p, f)
	if err != nil {
		return nil, err
	}
	list, next := wire.PageOf(list, in.Limit, func(b *booking.Booking) wire.Cursor { return wire.Cursor{At: int64(b.Start), ID: string(b.ID)} })
	return &bookingListOut{wire.Page[BookingBody]{Items: a.bodies(ctx, s, p, list), Next: next}}, nil
}

// bodies writes a list of bookings, with the names of their clients where the
// principal may see them.
func (a *API) bodies(
	ctx context.Context, s *availability.Setting, p account.Principal, list []*booking.Booking,
) []BookingBody {
	out := make([]BookingBody, len(list))
	for i, b := range list {
		if !p.May(account.ReadClients) {
			b.ClientName = ""
		}
		out[i] = a.bookingOf(b, s.Catalog, web.Language(ctx))
	}
	return out
}

func (a *API) alternatives(ctx context.Context, in *BookingPath) (*rawOut, error) {
	who, want, err := a.opener(ctx, *in)
	if err != nil {
		return nil, err
	}
	b, err := a.Desk.Find(ctx, who, want)
	if err != nil {
		return nil, err
	}
	const most = 20
	offer, err := a.Desk.Alternatives(ctx, b.Business, b, most)
	if err != nil {
		return nil, err
	}
	zone, err := a.zone("zone", b.Zone)
	if err != nil {
		return nil, err
	}
	return &rawOut{
		ContentType: "application/json", CacheControl: "no-store",
		Body: writeSlots(offer, slotWriting{zone: zone, name: b.Zone, language: web.Language(ctx)}),
	}, nil
}

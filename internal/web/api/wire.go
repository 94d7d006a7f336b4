package api

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/money"
	"kept/span"
)

// moment is an instant on the wire: RFC 3339 with the offset of a zone.
type moment struct {
	at   span.Instant
	zone *time.Location
}

func at(i span.Instant, zone *time.Location) moment { return moment{i, zone} }

// optional is a moment that may be none: null.
type optional struct{ moment }

func maybe(i span.Instant, zone *time.Location) optional { return optional{at(i, zone)} }

// MarshalJSON implements json.Marshaler.
func (o optional) MarshalJSON() ([]byte, error) {
	if o.at == 0 {
		return []byte("null"), nil
	}
	return o.moment.MarshalJSON()
}

// Schema implements huma.SchemaProvider.
func (optional) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "string", Format: "date-time", Nullable: true}
}

// MarshalJSON implements json.Marshaler.
func (m moment) MarshalJSON() ([]byte, error) {
	zone := m.zone
	if zone == nil {
		zone = time.UTC
	}
	return m.at.In(zone).AppendFormat([]byte{'"'}, time.RFC3339Nano+`"`), nil
}

// Schema implements huma.SchemaProvider.
func (moment) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "string", Format: "date-time"}
}

// start reads an instant of a request: RFC 3339 with an offset.
func readInstant(field, text string) (span.Instant, error) {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return 0, fault.BadField(field, "time", "write it as 2026-12-01T10:30:00+01:00")
	}
	if t.Year() < 1990 || t.Year() > 2100 {
		return 0, fault.BadField(field, "range", "this is no time to meet")
	}
	return span.At(t), nil
}

func readDate(field, text string) (span.Date, error) {
	d, err := span.ParseDate(text)
	if err != nil || d.Year < 1990 || d.Year > 2100 {
		return d, fault.BadField(field, "date", "write it as 2026-12-01")
	}
	return d, nil
}

// zone reads a zone's name.
func (a *API) zone(field, name string) (*time.Location, error) {
	zone, err := a.zones.Load(name)
	if err != nil {
		return nil, fault.BadField(field, "zone", "write it as Europe/Berlin")
	}
	return zone, nil
}

// readID checks the form of an identifier; one that can't be known is not found.
func readID[T ~string](what, text string) (T, error) {
	if !id.Valid(text) {
		return "", fault.Missing(what)
	}
	return T(text), nil
}

// optionalID checks the form of an identifier in a field that may be empty.
func optionalID[T ~string](field, text string) (T, error) {
	if text != "" && !id.Valid(text) {
		return "", fault.BadField(field, "unknown", "there is no such thing")
	}
	return T(text), nil
}

// ref is a thing named: its id, and its name in the language of the answer.
type ref struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func serviceRef(c *catalog.Catalog, want id.Service, language string) ref {
	if s, ok := c.Service(want); ok {
		return ref{string(want), s.Names.Pick(language, c.Business.Language)}
	}
	return ref{ID: string(want)}
}

// somebody is a ref that may be nobody: null.
type somebody struct{ ref }

// MarshalJSON implements json.Marshaler.
func (s somebody) MarshalJSON() ([]byte, error) {
	if s.ID == "" {
		return []byte("null"), nil
	}
	return json.Marshal(s.ref)
}

// Schema implements huma.SchemaProvider.
func (somebody) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{r.Schema(reflect.TypeFor[ref](), true, "Ref"), {Type: "null"}}}
}

// paid is an amount that may be none: null.
type paid struct{ *money.Amount }

// MarshalJSON implements json.Marshaler.
func (p paid) MarshalJSON() ([]byte, error) { return json.Marshal(p.Amount) }

// Schema implements huma.SchemaProvider.
func (paid) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{r.Schema(reflect.TypeFor[money.Amount](), true, "Amount"), {Type: "null"}}}
}

func staffRef(c *catalog.Catalog, want id.Staff, language string) somebody {
	if want == "" {
		return somebody{}
	}
	if s, ok := c.StaffMember(want); ok {
		return somebody{ref{string(want), s.Names.Pick(language, c.Business.Language)}}
	}
	return somebody{ref{ID: string(want)}}
}

// item is one service of a booking on the wire.
type item struct {
	Service  string    `json:"service"`
	Segments []segment `json:"segments"`
}

type segment struct {
	Start moment   `json:"start"`
	End   moment   `json:"end"`
	Staff []string `json:"staff"`
	Units []string `json:"units"`
}

func items(list []availability.Item, zone *time.Location) []item {
	out := make([]item, len(list))
	for i, it := range list {
		out[i] = item{Service: string(it.Service), Segments: make([]segment, len(it.Segments))}
		for j, g := range it.Segments {
			staff := make([]string, len(g.Staff))
			for k, s := range g.Staff {
				staff[k] = string(s)
			}
			units := append([]string{}, g.Units...)
			out[i].Segments[j] = segment{at(g.Start, zone), at(g.End, zone), staff, units}
		}
	}
	return out
}

// BookingBody is a booking on the wire.
type BookingBody struct {
	ID                    string       `json:"id"`
	Status                string       `json:"status" enum:"awaiting_payment,requested,confirmed,checked_in,completed,cancelled,no_show,declined,expired"`
	Start                 moment       `json:"start"`
	End                   moment       `json:"end"`
	Zone                  string       `json:"zone" doc:"IANA zone of the place"`
	LocalStart            string       `json:"local_start" doc:"The agreed reading of the wall clock"`
	Location              string       `json:"location,omitempty"`
	Service               ref          `json:"service"`
	Staff                 somebody     `json:"staff"`
	Items                 []item       `json:"items"`
	Client                ref          `json:"client"`
	Price                 money.Amount `json:"price"`
	PriceLines            []priceLine  `json:"price_lines"`
	Party                 int          `json:"party"`
	Group                 string       `json:"group,omitempty" doc:"The session whose seats it takes"`
	Series                string       `json:"series,omitempty" doc:"With which it was booked to recur"`
	SeriesPosition        int          `json:"series_position,omitempty" doc:"From 1"`
	With                  []string     `json:"with,omitempty" doc:"Other bookings of the series that were changed along with it"`
	Chosen                *chosen      `json:"chosen,omitempty" doc:"Why it came to whom it did"`
	Note                  string       `json:"note,omitempty"`
	Source                string       `json:"source"`
	AttendanceConfirmedAt optional     `json:"attendance_confirmed_at"`
	CheckedInAt           optional     `json:"checked_in_at"`
	CompletedAt           optional     `json:"completed_at"`
	CancelledAt           optional     `json:"cancelled_at"`
	Reason                string       `json:"reason,omitempty" doc:"Of the cancellation"`
	Paid                  paid         `json:"paid"`
	Method                string       `json:"method,omitempty"`
	CancelUntil           moment       `json:"cancel_until" doc:"Until when the client may cancel"`
	MoveUntil             moment       `json:"move_until" doc:"Until when the client may move"`
	Sequence              int          `json:"sequence"`
	Version               int64        `json:"version"`
	CreatedAt             moment       `json:"created_at"`
	UpdatedAt             moment       `json:"updated_at"`
}

// chosen is by what somebody was taken of those who could.
type chosen struct {
	Aim     string `json:"aim" enum:"even,concentrate,priority,least_skill,same"`
	Measure int    `json:"measure" doc:"Minutes booked that day (even, concentrate), the priority, the levels to spare (least_skill), 1 for who saw the client last (same)"`
	Of      int    `json:"of" doc:"How many could have"`
}

type priceLine struct {
	Code    string       `json:"code"`
	Rule    string       `json:"rule,omitempty" doc:"The owner's rule that changed the price"`
	Service string       `json:"service,omitempty"`
	Amount  money.Amount `json:"amount"`
}

func (a *API) bookingOf(b *booking.Booking, c *catalog.Catalog, language string) BookingBody {
	zone, err := a.zones.Load(b.Zone)
	if err != nil {
		zone = time.UTC
	}
	out := BookingBody{
		ID: string(b.ID), Status: string(b.Status), Start: at(b.Start, zone), End: at(b.End, zone), Zone: b.Zone,
		LocalStart: b.Local.String(), Location: string(b.Location), Service: serviceRef(c, b.Service(), language),
		Staff: staffRef(c, b.Lead, language), Items: items(b.Items, zone), Client: ref{string(b.Client), b.ClientName},
		Price: b.Quote.Total, Party: b.Party, Group: string(b.Group), Note: b.Note, Source: b.Source,
		AttendanceConfirmedAt: maybe(b.Attendance, zone), CheckedInAt: maybe(b.CheckedIn, zone),
		CompletedAt: maybe(b.Completed, zone), CancelledAt: maybe(b.Cancelled, zone), Reason: b.Reason,
		Paid: paid{b.Paid}, Method: b.Method, CancelUntil: at(b.Policy.CancelUntil(b.Start), zone),
		MoveUntil: at(b.Policy.MoveUntil(b.Start), zone), Sequence: b.Sequence, Version: b.Version,
		CreatedAt: at(b.CreatedAt, zone), UpdatedAt: at(b.UpdatedAt, zone),
	}
	out.PriceLines = make([]priceLine, len(b.Quote.Lines))
	for i, l := range b.Quote.Lines {
		out.PriceLines[i] = priceLine{l.Code, string(l.Rule), string(l.Service), l.Amount}
	}
	out.Series, out.SeriesPosition = string(b.Series), b.SeriesAt
	if c := b.Choice; c.Aim != "" {
		out.Chosen = &chosen{string(c.Aim), c.Measure, c.Of}
	}
	return out
}

// cursors name the last thing of a page: a number and an id.
type cursor struct {
	At int64  `json:"a"`
	ID string `json:"i"`
}

func (c cursor) String() string {
	b, err := json.Marshal(c)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func readCursor(text string) (cursor, error) {
	var c cursor
	if text == "" {
		return c, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil {
		return c, fault.BadField("cursor", "format", "take it from next of the page before")
	}
	return c, nil
}

// pageOf cuts a list that was read one longer than asked.
func pageOf[T any](list []T, limit int, name func(T) cursor) ([]T, *string) {
	if len(list) <= limit {
		return list, nil
	}
	next := name(list[limit-1]).String()
	return list[:limit], &next
}

func manageURL(base, token string) string { return base + "/m/" + url.PathEscape(token) }

func icsURL(base, token string) string { return base + "/m/" + url.PathEscape(token) + "/visit.ics" }

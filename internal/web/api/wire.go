package api

import (
	"net/url"
	"time"

	"kept/internal/web/wire"

	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/fault"
	"kept/money"
)

// zone reads a zone's name.
func (a *API) zone(field, name string) (*time.Location, error) {
	zone, err := a.zones.Load(name)
	if err != nil {
		return nil, fault.BadField(field, "zone", "write it as Europe/Berlin")
	}
	return zone, nil
}

// item is one service of a booking on the wire.
type item struct {
	Service  string    `json:"service"`
	Segments []segment `json:"segments"`
}

type segment struct {
	Start wire.Moment `json:"start"`
	End   wire.Moment `json:"end"`
	Staff []string    `json:"staff"`
	Units []string    `json:"units"`
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
			out[i].Segments[j] = segment{wire.At(g.Start, zone), wire.At(g.End, zone), staff, units}
		}
	}
	return out
}

// BookingBody is a booking on the wire.
type BookingBody struct {
	ID                    string        `json:"id"`
	Status                string        `json:"status" enum:"awaiting_payment,requested,confirmed,checked_in,completed,cancelled,no_show,declined,expired"`
	Start                 wire.Moment   `json:"start"`
	End                   wire.Moment   `json:"end"`
	Zone                  string        `json:"zone" doc:"IANA zone of the place"`
	LocalStart            string        `json:"local_start" doc:"The agreed reading of the wall clock"`
	Location              string        `json:"location,omitempty"`
	Service               wire.Ref      `json:"service"`
	Staff                 wire.Somebody `json:"staff"`
	Items                 []item        `json:"items"`
	Client                wire.Ref      `json:"client"`
	Subject               string        `json:"subject,omitempty" doc:"For whom or what it is, where that is not the client"`
	Price                 money.Amount  `json:"price"`
	PriceLines            []priceLine   `json:"price_lines"`
	Party                 int           `json:"party"`
	Group                 string        `json:"group,omitempty" doc:"The session whose seats it takes"`
	Series                string        `json:"series,omitempty" doc:"With which it was booked to recur"`
	SeriesPosition        int           `json:"series_position,omitempty" doc:"From 1"`
	With                  []string      `json:"with,omitempty" doc:"Other bookings of the series that were changed along with it"`
	Chosen                *chosen       `json:"chosen,omitempty" doc:"Why it came to whom it did"`
	Note                  string        `json:"note,omitempty"`
	Source                string        `json:"source"`
	AttendanceConfirmedAt wire.Optional `json:"attendance_confirmed_at"`
	CheckedInAt           wire.Optional `json:"checked_in_at"`
	CompletedAt           wire.Optional `json:"completed_at"`
	CancelledAt           wire.Optional `json:"cancelled_at"`
	Reason                string        `json:"reason,omitempty" doc:"Of the cancellation"`
	Paid                  wire.Paid     `json:"paid"`
	Method                string        `json:"method,omitempty"`
	CancelUntil           wire.Moment   `json:"cancel_until" doc:"Until when the client may cancel"`
	MoveUntil             wire.Moment   `json:"move_until" doc:"Until when the client may move"`
	Sequence              int           `json:"sequence"`
	Version               int64         `json:"version"`
	CreatedAt             wire.Moment   `json:"created_at"`
	UpdatedAt             wire.Moment   `json:"updated_at"`
}

// chosen is by what somebody was taken of those who could.
type chosen struct {
	Aim     string `json:"aim" enum:"even,concentrate,priority,least_skill,same,fit"`
	Measure int    `json:"measure" doc:"Minutes booked that day (even, concentrate), the priority, the levels to spare (least_skill), 1 for who saw the client last (same), the minutes of value that gaps lose (fit)"`
	Of      int    `json:"of" doc:"How many could have"`
	Liked   bool   `json:"liked,omitempty" doc:"It is one of their favourites, which went for them"`
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
		ID: string(b.ID), Status: string(b.Status), Start: wire.At(b.Start, zone), End: wire.At(b.End, zone), Zone: b.Zone,
		LocalStart: b.Local.String(), Location: string(b.Location), Service: wire.ServiceRef(c, b.Service(), language),
		Staff: wire.StaffRef(c, b.Lead, language), Items: items(b.Items, zone), Client: wire.Ref{ID: string(b.Client), Name: b.ClientName}, Subject: string(b.Subject),
		Price: b.Quote.Total, Party: b.Party, Group: string(b.Group), Note: b.Note, Source: b.Source,
		AttendanceConfirmedAt: wire.Maybe(b.Attendance, zone), CheckedInAt: wire.Maybe(b.CheckedIn, zone),
		CompletedAt: wire.Maybe(b.Completed, zone), CancelledAt: wire.Maybe(b.Cancelled, zone), Reason: b.Reason,
		Paid: wire.Paid{Amount: b.Paid}, Method: b.Method, CancelUntil: wire.At(b.Policy.CancelUntil(b.Start), zone),
		MoveUntil: wire.At(b.Policy.MoveUntil(b.Start), zone), Sequence: b.Sequence, Version: b.Version,
		CreatedAt: wire.At(b.CreatedAt, zone), UpdatedAt: wire.At(b.UpdatedAt, zone),
	}
	out.PriceLines = make([]priceLine, len(b.Quote.Lines))
	for i, l := range b.Quote.Lines {
		out.PriceLines[i] = priceLine{l.Code, string(l.Rule), string(l.Service), l.Amount}
	}
	out.Series, out.SeriesPosition = string(b.Series), b.SeriesAt
	if c := b.Choice; c.Aim != "" {
		out.Chosen = &chosen{string(c.Aim), c.Measure, c.Of, c.Liked}
	}
	return out
}

func manageURL(base, token string) string { return base + "/m/" + url.PathEscape(token) }

func icsURL(base, token string) string { return base + "/m/" + url.PathEscape(token) + "/visit.ics" }

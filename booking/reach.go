package booking

import (
	"context"
	"slices"

	"kept/account"
	"kept/fault"
)

// What is out of a principal's reach (account.Reach) is, to them, not there:
// lists leave it out, and looking for it is told as for what never was.

// withinReach tells whether a booking is.
func withinReach(who account.Principal, b *Booking) bool {
	return who.Reach == account.ReachBusiness || who.Touches(b.Location, append(b.Staff(), b.Lead)...)
}

// sessionWithin tells whether a session is.
func sessionWithin(who account.Principal, s *Session) bool {
	return who.Reach == account.ReachBusiness || who.Touches(s.Placement.Location, s.Staff()...)
}

// narrow has a filter list what is within reach alone; false where it asks
// for what is not.
func narrow(who account.Principal, f Filter) (Filter, bool) {
	switch who.Reach {
	case account.ReachBusiness:
		return f, true
	case account.ReachLocation:
		ok := who.Location != "" && (f.Location == "" || f.Location == who.Location)
		f.Location = who.Location
		return f, ok
	default:
		ok := who.Staff != "" && (f.Staff == "" || f.Staff == who.Staff)
		f.Staff = who.Staff
		return f, ok
	}
}

// near has a request that leaves open who or where come to the principal.
func near(who account.Principal, req Request) Request {
	switch who.Reach {
	case account.ReachBusiness:
	case account.ReachLocation:
		if req.Location == "" {
			req.Location = who.Location
		}
	default:
		named := slices.ContainsFunc(req.Lines, func(l Line) bool { return l.Staff != "" })
		if !named && len(req.Lines) > 0 {
			req.Lines = slices.Clone(req.Lines)
			req.Lines[0].Staff = who.Staff
		}
	}
	return req
}

// ofClient lists a client's bookings within reach, which no index knows: it
// reads on until there are enough.
func (d *Desk) ofClient(ctx context.Context, who account.Principal, f Filter) ([]*Booking, error) {
	var out []*Booking
	for {
		list, err := d.Bookings.List(ctx, who.Business, f)
		if err != nil {
			return nil, err
		}
		more := len(list) == f.Limit && f.Limit > 0
		if more {
			f.AfterAt, f.AfterID = list[len(list)-1].Start, list[len(list)-1].ID
		}
		out = append(out, seen(who, list)...)
		if !more || len(out) >= f.Limit {
			return out[:min(len(out), max(f.Limit, 0))], nil
		}
	}
}

// reached refuses a booking that would be out of reach as soon as it is made.
func reached(who account.Principal, b *Booking) error {
	if withinReach(who, b) {
		return nil
	}
	return fault.New(fault.Forbidden, fault.CodeForbidden, "book with yourself, or at your location")
}

// seen leaves out what is not within reach.
func seen(who account.Principal, list []*Booking) []*Booking {
	return slices.DeleteFunc(list, func(b *Booking) bool { return !withinReach(who, b) })
}

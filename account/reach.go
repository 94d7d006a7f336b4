package account

import (
	"context"
	"errors"
	"fmt"

	"kept/fault"
	"kept/id"
)

type reachKey struct{}

// Enclose lets everything that is done in the context reach no further than
// the principal does; the edges call it once they know who asks. A principal
// who reaches the whole business leaves the context as it is.
func Enclose(ctx context.Context, p Principal) context.Context {
	if p.Reach == ReachBusiness {
		return ctx
	}
	return context.WithValue(ctx, reachKey{}, p)
}

// Enclosed gives whom the context is enclosed by; false where nobody is, as in
// what Kept does by itself.
func Enclosed(ctx context.Context) (Principal, bool) {
	p, ok := ctx.Value(reachKey{}).(Principal)
	return p, ok
}

// Unenclosed lets what is done in the context reach the whole business: whoever
// calls it has made sure that there is a reason, on record, and that no more is
// told than the reason allows.
func Unenclosed(ctx context.Context) context.Context {
	return context.WithValue(ctx, reachKey{}, nil)
}

// errBeyond marks what is there, perhaps, but out of reach.
var errBeyond = errors.New("beyond the reach of who asks")

// Beyond is what is told of a thing out of reach: as of one that is not there.
// The audit tells the two apart by IsBeyond.
func Beyond(what string) error {
	return fault.Wrap(fault.NotFound, fault.CodeNotFound, fault.Missing(what).Detail, errBeyond)
}

// IsBeyond tells whether it was refused because it is out of reach.
func IsBeyond(err error) bool { return errors.Is(err, errBeyond) }

type pastKey struct{}

// Past lets what is done in the context reach one card beyond the principal's
// reach: whoever calls it has made sure that there is a reason, on record.
func Past(ctx context.Context, card id.Client) context.Context {
	return context.WithValue(ctx, pastKey{}, card)
}

// IsPast tells whether a card was opened in the context past the reach.
func IsPast(ctx context.Context, card id.Client) bool {
	open, ok := ctx.Value(pastKey{}).(id.Client)
	return ok && open == card && card != ""
}

// Touches tells whether a visit at a place, with these of the staff, is within
// the principal's reach.
func (p Principal) Touches(at id.Location, staff ...id.Staff) bool {
	switch p.Reach {
	case ReachBusiness:
		return true
	case ReachLocation:
		return p.Location != "" && at == p.Location
	default:
		for _, s := range staff {
			if s != "" && s == p.Staff {
				return true
			}
		}
		return false
	}
}

// Valid tells whether the reach is known.
func (r Reach) Valid() bool { return r == ReachBusiness || r == ReachLocation || r == ReachOwn }

// checkReach checks how far a role reaches. An owner reaches everything: else
// nobody might be left who does.
func checkReach(c *fault.Checker, role Role, staff id.Staff, reach Reach, at id.Location) {
	c.Require(reach.Valid(), "reach", "unknown", "must be empty, location or own")
	c.Require(reach != ReachOwn || staff != "", "staff", "required", "tell whose clients are their own")
	c.Require(reach != ReachLocation || at != "", "location", "required", "tell which location it is")
	c.Require(reach == ReachBusiness || role != Owner, "reach", "range", "an owner reaches the whole business")
}

// Place tells a role with its reach, in stable words, for the audit.
func place(role Role, reach Reach) string {
	if reach == ReachBusiness {
		return string(role)
	}
	return fmt.Sprintf("%s/%s", role, reach)
}

package api

import (
	"context"
	"math"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"kept/account"
	"kept/availability"
	"kept/internal/web/wire"
)

// scoreBody is availability.Cost on the wire, but for what the client's own
// calendar has to say: nobody else is told any of that.
type scoreBody struct {
	Gaps    tenth `json:"gaps" doc:"The free time that the visit breaks up"`
	Changes tenth `json:"changes" doc:"From one staff member or unit to another within the visit, and work that must give way"`
	Taste   tenth `json:"taste" doc:"Below 0 by as much as the client likes the time and the person"`
	Load    tenth `json:"load" doc:"Taking the person away from the load aimed at"`
	Wish    tenth `json:"wish" doc:"Leaving less between two visits than the person likes"`
	Total   tenth `json:"total" doc:"The sum, in minutes of value: what an average minute of the services asked for most brings. Less is better; below 0 is better than nothing lost"`
}

// tenth is a number of tenths, on the wire with a point.
type tenth int

// MarshalJSON implements json.Marshaler.
func (t tenth) MarshalJSON() ([]byte, error) { return t.append(nil), nil }

// Schema implements huma.SchemaProvider.
func (tenth) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "number", Format: "double"}
}

func (t tenth) append(buf []byte) []byte {
	return strconv.AppendFloat(buf, float64(t)/10, 'f', -1, 64)
}

// scoreOf rounds the parts first, so that what is shown adds up.
func scoreOf(c *availability.Cost) scoreBody {
	round := func(part float32) tenth { return tenth(math.Round(float64(part) * 10)) }
	s := scoreBody{Gaps: round(c.Gaps), Changes: round(c.Changes), Taste: round(c.Taste), Load: round(c.Load), Wish: round(c.Wish)}
	s.Total = s.Gaps + s.Changes + s.Taste + s.Load + s.Wish
	return s
}

func (s scoreBody) append(buf []byte) []byte {
	buf = s.Gaps.append(append(buf, `{"gaps":`...))
	buf = s.Changes.append(append(buf, `,"changes":`...))
	buf = s.Taste.append(append(buf, `,"taste":`...))
	buf = s.Load.append(append(buf, `,"load":`...))
	buf = s.Wish.append(append(buf, `,"wish":`...))
	return append(s.Total.append(append(buf, `,"total":`...)), '}')
}

func (a *API) listStaffSlots(ctx context.Context, p account.Principal, in *SlotsQuery) (*rawOut, error) {
	if err := wire.Must(p, account.ReadBookings); err != nil {
		return nil, err
	}
	s, err := a.Settings.Load(ctx, p.Business, 0)
	if err != nil {
		return nil, err
	}
	search, w, err := a.readSlots(ctx, s, in)
	if err != nil {
		return nil, err
	}
	w.scored = true
	return a.slots(ctx, s, search, w)
}

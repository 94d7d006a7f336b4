package api

import (
	"context"
	"net/http"
	"time"

	"kept/internal/web/wire"

	"kept/fault"
	"kept/span"
)

func (a *API) registerDemo() {
	wire.Open(a.edge, http.MethodGet, "/demo/clock", "get-demo-clock", "The demo's time", a.getClock)
	wire.Open(a.edge, http.MethodPost, "/demo/clock", "set-demo-clock", "Move the demo's time on, doing what becomes due", a.setClock)
}

type clockOut struct {
	Body struct {
		Now wire.Moment `json:"now"`
	}
}

func (a *API) getClock(context.Context, *struct{}) (*clockOut, error) {
	out := &clockOut{}
	out.Body.Now = wire.At(a.Clock.Now(), time.UTC)
	return out, nil
}

func (a *API) setClock(ctx context.Context, in *struct {
	Body struct {
		Advance string `json:"advance,omitempty" maxLength:"20" doc:"A duration: 26h, 90m"`
		Now     string `json:"now,omitempty" maxLength:"40" doc:"Or an instant: RFC 3339, later than the clock"`
	}
},
) (*clockOut, error) {
	target, err := a.target(in.Body.Advance, in.Body.Now)
	if err != nil {
		return nil, err
	}
	if err := a.Clock.Set(ctx, target); err != nil {
		return nil, err
	}
	return a.getClock(ctx, nil)
}

// longestJump bounds one move of the clock.
const longestJump = 400 * span.Day

func (a *API) target(advance, now string) (span.Instant, error) {
	from := a.Clock.Now()
	switch {
	case (advance == "") == (now == ""):
		return 0, fault.BadField("advance", "required", "give advance or now")
	case now != "":
		to, err := wire.ReadInstant("now", now)
		if err == nil && (to < from || to > from+longestJump) {
			err = fault.BadField("now", "range", "later than the clock, by 400 days at most")
		}
		return to, err
	default:
		d, err := time.ParseDuration(advance)
		if err != nil || d < 0 || span.Instant(d.Microseconds()) > longestJump {
			return 0, fault.BadField("advance", "range", "a duration up to 400 days, such as 26h or 90m")
		}
		return from.Add(d), nil
	}
}

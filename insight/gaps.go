package insight

import (
	"context"
	"time"

	"kept/account"
	"kept/availability"
	"kept/id"
	"kept/span"
)

// Window is a stretch of a person's free time.
type Window struct {
	span.Span
	Fits bool // a service asked for often fits in
}

// Day is a person's day.
type Day struct {
	Date     span.Date
	Staff    id.Staff
	OpenMin  int
	TakenMin int
	FreeMin  int     // today: from now on
	DustMin  int     // of the free time, minutes into which no service asked for often fits
	Index    float64 // Fragmentation
	Windows  []Window
}

// Gaps is how the free time of some days lies.
type Gaps struct {
	Zone     *time.Location
	From, To span.Date
	Days     []Day // by date, then by the staff's position; those on which somebody works
	Index    float64
	FreeMin  int
	DustMin  int
}

// Gaps tells which windows are empty and how broken up the free time of each
// person's day is. Unless told otherwise it looks at the next two weeks. Of
// today only what is still to come is free.
func (a *Analyst) Gaps(ctx context.Context, who account.Principal, q Query) (*Gaps, error) {
	f, err := a.frame(ctx, who, q, 0, gapDays-1)
	if err != nil {
		return nil, err
	}
	mix, err := a.mix(ctx, who.Business, f)
	if err != nil {
		return nil, err
	}
	out := &Gaps{Zone: f.zone, From: f.from, To: f.to}
	type hours struct{ open, taken span.Set }
	of := make([]hours, len(f.staff))
	for i, s := range f.staff {
		of[i].open, of[i].taken = f.time(s.ID)
	}
	var best, whole float64
	for _, date := range f.dates() {
		day := date.Span(f.zone)
		for i, s := range f.staff {
			open, taken := of[i].open.Clip(day), of[i].taken.Clip(day)
			if len(open) == 0 {
				continue
			}
			free := open.Subtract(taken)
			if day.Holds(f.now) {
				free = free.Clip(span.Span{Start: f.now, End: day.End})
			}
			d := Day{
				Date: date, Staff: s.ID, OpenMin: minutes(open), TakenMin: minutes(taken), FreeMin: minutes(free),
				Index: Fragmentation(free, mix), Windows: Windows(free, mix),
			}
			for _, w := range d.Windows {
				if !w.Fits {
					d.DustMin += int(w.Length() / span.Minute)
				}
			}
			out.Days = append(out.Days, d)
			out.FreeMin += d.FreeMin
			out.DustMin += d.DustMin
			p, w := packed(free, mix)
			best, whole = best+p, whole+w
		}
	}
	out.Index = broken(best, whole)
	return out, nil
}

func minutes(s span.Set) int { return int((s.Length() + span.Minute/2) / span.Minute) }

// Fragmentation tells how broken up free time is, from 0 to 1: 0 when it is as
// good as in one piece, 1 when no piece is long enough for anything.
func Fragmentation(free span.Set, mix *availability.Mix) float64 { return broken(packed(free, mix)) }

// packed gives what the pieces are worth when each is packed as well as can
// be, and what they would be worth as one piece.
func packed(free span.Set, mix *availability.Mix) (pieces, whole float64) {
	for _, s := range free {
		pieces += mix.Best(s.Length())
	}
	return pieces, mix.Best(free.Length())
}

func broken(pieces, whole float64) float64 {
	if whole <= 0 {
		return 0 // not even together would they be worth anything: nothing is lost by their being apart
	}
	return min(1, max(0, 1-pieces/whole))
}

// Windows lists free time, telling where a service of the mix fits in.
func Windows(free span.Set, mix *availability.Mix) []Window {
	out := make([]Window, len(free))
	for i, s := range free {
		out[i] = Window{Span: s, Fits: mix.Best(s.Length()) > 0}
	}
	return out
}

package plan_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/account"
	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/plan"
	"kept/span"
)

// shelf keeps visits and items of one client in memory.
type shelf struct {
	plan.Store // what a timeline does not ask
	visits     []plan.Visit
	items      []*plan.Item
	zone       string
	read       int // the most that was read at once
}

func (s *shelf) Load(context.Context, id.Business, int64) (*availability.Setting, error) {
	return &availability.Setting{Catalog: &catalog.Catalog{Business: catalog.Business{Zone: s.zone}}}, nil
}

func (s *shelf) Now() span.Instant { return 0 }

func (s *shelf) Visit(context.Context, id.Business, id.Booking) (plan.Visit, error) {
	return plan.Visit{}, nil
}

func (s *shelf) VisitsOf(context.Context, id.Business, id.Client, int) ([]plan.Visit, error) {
	return nil, nil
}

func (s *shelf) VisitsAfter(_ context.Context, _ id.Business, _ id.Client, at span.Instant, last id.Booking, limit int) ([]plan.Visit, error) {
	var out []plan.Visit
	for _, v := range s.visits {
		if cmp.Or(cmp.Compare(v.Start, at), cmp.Compare(v.Booking, last)) > 0 {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b plan.Visit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Booking, b.Booking))
	})
	s.read = max(s.read, limit)
	return out[:min(limit, len(out))], nil
}

func (s *shelf) List(_ context.Context, _ id.Business, f plan.Filter) ([]*plan.Item, error) {
	var out []*plan.Item
	for _, i := range s.items {
		booked := slices.ContainsFunc(s.visits, func(v plan.Visit) bool {
			return v.Booking == i.Booking && v.Start >= f.BookedFrom && v.Start <= f.BookedTo
		})
		if f.BookedTo != 0 && booked || f.Waiting && i.Status.Waits() && after(i, f) {
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b *plan.Item) int { return cmp.Or(b.Due.DaysUntil(a.Due), cmp.Compare(a.ID, b.ID)) })
	if f.Limit > 0 {
		out = out[:min(f.Limit, len(out))]
	}
	return out, nil
}

func after(i *plan.Item, f plan.Filter) bool {
	return cmp.Or(f.AfterDue.DaysUntil(i.Due), cmp.Compare(i.ID, f.AfterID)) > 0
}

// drawVisit and drawItem put something on the shelf, days close enough together
// to meet on one.
func (s *shelf) drawVisit(t *rapid.T, base span.Instant) {
	n := len(s.visits)
	v := plan.Visit{
		Booking: id.Booking(fmt.Sprintf("b%03d", rapid.IntRange(0, 9).Draw(t, "b")*100+n)), Services: []id.Service{"cut"}, Location: "main",
		Status: rapid.SampledFrom([]string{"completed", "confirmed", "requested"}).Draw(t, "status"),
		Start:  base + span.Instant(rapid.IntRange(0, 40).Draw(t, "hours"))*6*span.Hour,
		Staff:  []id.Staff{rapid.SampledFrom([]id.Staff{"ada", "ben"}).Draw(t, "staff")},
	}
	s.visits = append(s.visits, v)
	if rapid.Bool().Draw(t, "planned") {
		s.items = append(s.items, &plan.Item{ID: id.Plan(fmt.Sprint("p", n)), Status: plan.Booked, Booking: v.Booking, Subject: "rex", Due: span.DateOf(base.UTC())})
	}
}

func (s *shelf) drawItem(t *rapid.T, base span.Instant) {
	s.items = append(s.items, &plan.Item{
		ID: id.Plan(fmt.Sprintf("i%d%02d", rapid.IntRange(0, 9).Draw(t, "i"), len(s.items))), Service: "cut",
		Status: rapid.SampledFrom([]plan.Status{plan.Planned, plan.Offered, plan.Booked, plan.Skipped}).Draw(t, "state"),
		Due:    span.DateOf(base.UTC()).AddDays(rapid.IntRange(-1, 11).Draw(t, "day")),
	})
}

// whole is the timeline as it is meant: by day, what is due last, by start.
func (s *shelf) whole(zone *time.Location, who *account.Principal) []string {
	type one struct {
		day   span.Date
		due   int
		start span.Instant
		name  string
	}
	var all []one
	for _, v := range s.visits {
		if who == nil || who.Touches(v.Location, v.Staff...) {
			all = append(all, one{span.DateOf(v.Start.In(zone)), 0, v.Start, string(v.Booking)})
		}
	}
	for _, i := range s.items {
		if i.Status.Waits() {
			all = append(all, one{i.Due, 1, 0, string(i.ID)})
		}
	}
	slices.SortFunc(all, func(a, b one) int {
		return cmp.Or(b.day.DaysUntil(a.day), cmp.Compare(a.due, b.due), cmp.Compare(a.start, b.start), cmp.Compare(a.name, b.name))
	})
	var out []string
	for _, o := range all {
		out = append(out, o.name)
	}
	return out
}

func name(e plan.Entry) string {
	if e.Visit != nil {
		return string(e.Visit.Booking)
	}
	return string(e.Item.ID)
}

// TestTimelineInPages: walking page by page, of whatever size, gives every
// entry once and in order, also when things are written behind the reader.
func TestTimelineInPages(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		// The clock is put back at midnight in Asunción, and one day was left out in Apia.
		s := &shelf{zone: rapid.SampledFrom([]string{"Europe/Berlin", "America/Asuncion", "Pacific/Apia", "America/St_Johns"}).Draw(t, "zone")}
		zone, err := time.LoadLocation(s.zone)
		if err != nil {
			t.Fatal(err)
		}
		base := span.At(time.Date(2011, 1, rapid.SampledFrom([]int{95, 200, 359}).Draw(t, "day of the year"), 3, 0, 0, 0, time.UTC))
		for range rapid.IntRange(0, 25).Draw(t, "visits") {
			s.drawVisit(t, base)
		}
		for range rapid.IntRange(0, 15).Draw(t, "items") {
			s.drawItem(t, base)
		}
		ctx, who := t.Context(), (*account.Principal)(nil)
		if rapid.Bool().Draw(t, "enclosed") {
			who = &account.Principal{Kind: account.KindUser, Business: "b", Role: account.Staff, Staff: "ben", Reach: account.ReachOwn}
			ctx = account.Enclose(ctx, *who)
		}
		p := plan.NewPlanner(plan.Parts{Clock: s, Settings: s, Store: s, Visits: s})
		want, limit := s.whole(zone, who), rapid.IntRange(1, 9).Draw(t, "limit")
		var got []string
		for spot, page := (plan.Spot{}), 0; ; page++ {
			list, err := p.Timeline(ctx, "b", "c", spot, limit)
			if err != nil || page > len(want) {
				t.Fatal(page, err)
			}
			for _, e := range list {
				got = append(got, name(e))
				if linked := e.Visit != nil && e.Item != nil; linked && (e.Item.Booking != e.Visit.Booking || e.Subject != "rex") {
					t.Fatalf("%+v was planned as %+v", e.Visit, e.Item)
				}
			}
			if len(list) < limit {
				break
			}
			spot = list[len(list)-1].Spot()
			before := plan.Visit{Booking: id.Booking(fmt.Sprint("new", page)), Status: "completed", Start: base - span.Instant(page)*span.Hour - 48*span.Hour}
			s.visits = append(s.visits, before) // behind the reader
		}
		if d := gocmp.Diff(want, got); d != "" {
			t.Fatalf("in pages of %d (-want +got):\n%s", limit, d)
		}
		if s.read > limit {
			t.Fatalf("%d were read for %d", s.read, limit)
		}
	})
}

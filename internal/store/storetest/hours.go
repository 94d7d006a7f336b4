package storetest

import (
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/catalog"
	"kept/fault"
	"kept/schedule"
	"kept/span"
)

// officeHours takes hours with every kind of rule through the office: written,
// published and read again; what is wrong leaves all as it was.
func officeHours(t *testing.T, w *World) {
	who, ctx := w.owner(t, "anhe"), t.Context()
	place, err := w.Office.CreateLocation(ctx, who, catalog.Location{Names: catalog.Texts{"en": "Main"}})
	Must(t, err)
	person, err := w.Office.CreateStaff(ctx, who, catalog.Staff{Names: catalog.Texts{"en": "Ada"}})
	Must(t, err)
	day := func(d int) span.Date { return span.Date{Year: 2026, Month: 12, Day: d} }
	open := schedule.Window{FromMin: 540, ToMin: 1080}

	its := schedule.Hours{
		Weekly:   []schedule.Weekly{{Weekday: 1, Window: open}},
		Seasons:  []schedule.Season{{Name: "Advent", From: day(1), To: day(24), Weekly: []schedule.Weekly{{Weekday: 7, Window: open}}}},
		Holidays: germanHolidays(t),
	}
	Must(t, w.Office.PutLocationHours(ctx, who, place.ID, its))
	got, err := w.Office.LocationHours(ctx, who, place.ID)
	Must(t, err)
	if diff := cmp.Diff(its, got); diff != "" {
		t.Error("the location's hours (-want +got):", diff)
	}

	mine := schedule.Hours{Roster: &schedule.Roster{
		Anchor: day(1), Cycle: [][]schedule.Shift{{{Window: open, Location: place.ID}}, nil}, From: day(1),
	}}
	Must(t, w.Office.PutStaffHours(ctx, who, person.ID, mine))
	published, err := w.Office.PublishRoster(ctx, who, person.ID, day(20))
	Must(t, err)
	mine.Roster.Published = day(20)
	got, err = w.Office.StaffHours(ctx, who, person.ID)
	Must(t, err)
	for name, h := range map[string]schedule.Hours{"answered": published, "read": got} {
		if diff := cmp.Diff(mine, h); diff != "" {
			t.Errorf("%s after publishing (-want +got): %s", name, diff)
		}
	}

	wrong := mine
	wrong.Seasons = slices.Repeat(its.Seasons, 2)
	WantCode(t, w.Office.PutStaffHours(ctx, who, person.ID, wrong), fault.CodeInvalid)
	WantCode(t, w.Office.PutLocationHours(ctx, who, place.ID, mine), fault.CodeInvalid) // a place has no roster
	_, err = w.Office.PublishRoster(ctx, w.owner(t, "other"), person.ID, day(31))
	WantCode(t, err, fault.CodeNotFound)
	if got, err = w.Office.StaffHours(ctx, who, person.ID); err != nil || !cmp.Equal(mine, got) {
		t.Errorf("a refused change left %+v, %v", got, err)
	}
}

// officeHoursAtOnce edits one person's hours from many sides: nothing is lost.
func officeHoursAtOnce(t *testing.T, w *World) {
	who, ctx := w.owner(t, "anhe"), t.Context()
	person, err := w.Office.CreateStaff(ctx, who, catalog.Staff{Names: catalog.Texts{"en": "Ada"}})
	Must(t, err)
	const editors = 8
	var wg sync.WaitGroup
	for n := range editors {
		wg.Go(func() {
			_, err := w.Office.ChangeStaffHours(ctx, who, person.ID, func(h *schedule.Hours) error {
				h.Exceptions = append(slices.Clone(h.Exceptions), schedule.Exception{Date: span.Date{Year: 2026, Month: 12, Day: 1 + n}})
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got, err := w.Office.StaffHours(ctx, who, person.ID)
	Must(t, err)
	if len(got.Exceptions) != editors {
		t.Errorf("%d of %d edits are there", len(got.Exceptions), editors)
	}
}

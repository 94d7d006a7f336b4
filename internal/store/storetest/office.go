package storetest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/account"
	"kept/availability"
	"kept/catalog"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/schedule"
	"kept/setup"
	"kept/span"
)

func testOffice(t *testing.T, open Opener) {
	t.Run("business", func(t *testing.T) { t.Parallel(); officeBusiness(t, NewWorld(t, open)) })
	t.Run("things", func(t *testing.T) { t.Parallel(); officeThings(t, NewWorld(t, open)) })
	t.Run("pages", func(t *testing.T) { t.Parallel(); officePages(t, NewWorld(t, open)) })
	t.Run("parallel edits", func(t *testing.T) { t.Parallel(); officeParallel(t, NewWorld(t, open)) })
	t.Run("time off", func(t *testing.T) { t.Parallel(); officeTimeOff(t, NewWorld(t, open)) })
	t.Run("time off of units", func(t *testing.T) { t.Parallel(); officeUnits(t, NewWorld(t, open)) })
	t.Run("hours", func(t *testing.T) { t.Parallel(); officeHours(t, NewWorld(t, open)) })
	t.Run("hours at once", func(t *testing.T) { t.Parallel(); officeHoursAtOnce(t, NewWorld(t, open)) })
	t.Run("furnish", func(t *testing.T) { t.Parallel(); officeFurnish(t, NewWorld(t, open)) })
}

// owner makes a business with an owner.
func (w *World) owner(t testing.TB, slug string) account.Principal {
	t.Helper()
	b, err := w.Office.CreateBusiness(t.Context(), setup.Draft{
		Slug: slug, Names: catalog.Texts{"en": slug}, Zone: "Asia/Taipei", Language: "zh-Hant", Preset: "clinic",
	})
	Must(t, err)
	return account.Principal{Kind: account.KindUser, ID: "u1", Business: b.ID, Role: account.Owner}
}

func plainService(name string) catalog.Service {
	return catalog.Service{
		Names: catalog.Texts{"en": name}, IntervalMin: 15, Public: true,
		Segments: []catalog.Segment{{DurationMin: 30, Staff: &catalog.StaffNeed{Count: 1}}},
	}
}

func officeBusiness(t *testing.T, w *World) {
	who := w.owner(t, "anhe")
	b, err := w.Office.Business(t.Context(), who)
	Must(t, err)
	terms := catalog.DefaultTerms()
	terms.BreakGlass = true // a clinic has it
	if b.Currency != "TWD" || !cmp.Equal(b.Terms, terms) || b.Version != 1 {
		t.Errorf("the business is %+v", b)
	}
	_, err = w.Office.CreateBusiness(t.Context(), setup.Draft{
		Slug: "anhe", Names: b.Names, Zone: b.Zone, Language: "en", Preset: "blank",
	})
	WantCode(t, err, fault.CodeConflict)
	w.Journal.Take()
	changed, err := w.Office.UpdateBusiness(t.Context(), who, func(b *catalog.Business) error {
		b.Names, b.Terms.CancelCutoffMin, b.Slug, b.ID = catalog.Texts{"zh-Hant": "安和"}, 120, "other", "other"
		return nil
	})
	Must(t, err)
	got, err := w.Office.Business(t.Context(), who)
	Must(t, err)
	if changed.Version, b.Version = 2, 2; !cmp.Equal(got, changed) || got.Slug != "anhe" || got.Terms.CancelCutoffMin != 120 {
		t.Errorf("the business became %+v", got)
	}
	want := event.Event{
		Business: who.Business, Type: event.SettingsChanged, Actor: who.Actor(),
		Data: event.Data{Kind: "business", Ref: string(b.ID)},
	}
	if diff := cmp.Diff([]event.Event{want}, w.Journal.Take()); diff != "" {
		t.Error("events (-want +got):", diff)
	}
	reception := who
	reception.Role = account.Reception
	_, err = w.Office.UpdateBusiness(t.Context(), reception, func(*catalog.Business) error { return nil })
	WantCode(t, err, fault.CodeForbidden)
	_, err = w.Office.Business(t.Context(), account.Visitor(who.Business, "c1"))
	WantCode(t, err, fault.CodeForbidden)
	_, err = w.Office.CreateService(t.Context(), who, plainService("x"))
	Must(t, err)
	_, err = w.Office.UpdateBusiness(t.Context(), who, func(b *catalog.Business) error { b.Currency = "EUR"; return nil })
	WantCode(t, err, fault.CodeInvalid)
}

func officeThings(t *testing.T, w *World) {
	who, stranger := w.owner(t, "mine"), w.owner(t, "other")
	ctx := t.Context()
	place, err := w.Office.CreateLocation(ctx, who, catalog.Location{Names: catalog.Texts{"en": "Main"}})
	Must(t, err)
	if place.Zone != "Asia/Taipei" || place.Position != 1 {
		t.Errorf("the location is %+v", place)
	}
	draft := plainService("Cut")
	draft.Locations = []id.Location{place.ID}
	service, err := w.Office.CreateService(ctx, who, draft)
	Must(t, err)
	person, err := w.Office.CreateStaff(ctx, who, catalog.Staff{Names: catalog.Texts{"en": "Ada"}, Services: []id.Service{service.ID}})
	Must(t, err)
	_, err = w.Office.CreateResource(ctx, who, catalog.Resource{Names: catalog.Texts{"en": "Chair"}, Kind: "chair", Units: 2, Location: place.ID})
	Must(t, err)
	hours := schedule.Hours{Weekly: []schedule.Weekly{{Weekday: 1, Window: schedule.Window{FromMin: 540, ToMin: 1080}, Location: place.ID}}}
	Must(t, w.Office.PutStaffHours(ctx, who, person.ID, hours))
	got, err := w.Office.StaffHours(ctx, who, person.ID)
	Must(t, err)
	if diff := cmp.Diff(hours, got); diff != "" {
		t.Error("hours (-want +got):", diff)
	}
	WantCode(t, w.Office.PutLocationHours(ctx, who, place.ID, hours), fault.CodeInvalid) // a location's hours name no location
	hours.Weekly[0].Location = ""
	Must(t, w.Office.PutLocationHours(ctx, who, place.ID, hours))
	Must(t, w.Office.PutLocationHours(ctx, who, place.ID, schedule.Hours{}))
	if got, err := w.Office.LocationHours(ctx, who, place.ID); err != nil || !got.Unset() {
		t.Errorf("deleted hours are %+v, %v", got, err)
	}

	renamed, err := w.Office.UpdateService(ctx, who, service.ID, func(s *catalog.Service) error {
		s.Names, s.ID, s.Archived = catalog.Texts{"en": "Trim"}, "stolen", true
		return nil
	})
	Must(t, err)
	if renamed.ID != service.ID || renamed.Archived {
		t.Errorf("the service became %+v", renamed)
	}
	_, err = w.Office.UpdateService(ctx, stranger, service.ID, func(*catalog.Service) error { return nil })
	WantCode(t, err, fault.CodeNotFound)
	_, err = w.Office.FindStaff(ctx, stranger, person.ID)
	WantCode(t, err, fault.CodeNotFound)
	_, err = w.Office.CreateStaff(ctx, stranger, catalog.Staff{Names: catalog.Texts{"en": "Eve"}, Services: []id.Service{service.ID}})
	WantCode(t, err, fault.CodeInvalid)

	Must(t, w.Office.ArchiveService(ctx, who, service.ID))
	WantCode(t, w.Office.ArchiveService(ctx, who, service.ID), fault.CodeNotFound)
	_, err = w.Office.FindService(ctx, who, service.ID)
	WantCode(t, err, fault.CodeNotFound)
	all, err := w.Settings.Load(ctx, who.Business, 0)
	Must(t, err)
	if s, ok := all.Catalog.Service(service.ID); !ok || !s.Archived || s.Names["en"] != "Trim" {
		t.Errorf("the archived service is %+v", s)
	}
	// What refers to something archived can still be changed.
	_, err = w.Office.UpdateStaff(ctx, who, person.ID, func(s *catalog.Staff) error { s.Email = "ada@example.com"; return nil })
	Must(t, err)
}

func officePages(t *testing.T, w *World) {
	who := w.owner(t, "mine")
	const n = 7
	var want []id.Service
	for i := range n {
		s, err := w.Office.CreateService(t.Context(), who, plainService(fmt.Sprint("S", i)))
		Must(t, err)
		want = append(want, s.ID)
	}
	// The last comes first; the third is archived between two pages.
	_, err := w.Office.UpdateService(t.Context(), who, want[n-1], func(s *catalog.Service) error { s.Position = 0; return nil })
	Must(t, err)
	want = append(want[n-1:], want[:n-1]...)
	var seen []id.Service
	page := setup.Page[id.Service]{Limit: 3}
	for {
		got, err := w.Office.ListServices(t.Context(), who, page)
		Must(t, err)
		for _, s := range got.Items {
			seen = append(seen, s.ID)
		}
		if page.After == "" {
			Must(t, w.Office.ArchiveService(t.Context(), who, want[2]))
		}
		if page.After = got.Next; got.Next == "" {
			break
		}
	}
	if !slices.Equal(seen, want) {
		t.Errorf("seen %v, want %v", seen, want)
	}
	_, err = w.Office.ListServices(t.Context(), who, setup.Page[id.Service]{After: "nobody"})
	WantCode(t, err, fault.CodeInvalid)
}

func officeParallel(t *testing.T, w *World) {
	who := w.owner(t, "mine")
	s, err := w.Office.CreateService(t.Context(), who, plainService("Cut"))
	Must(t, err)
	const editors = 8
	var all sync.WaitGroup
	for range editors {
		all.Go(func() {
			_, err := w.Office.UpdateService(t.Context(), who, s.ID, func(s *catalog.Service) error { s.NoticeMin++; return nil })
			if err != nil {
				t.Error(err)
			}
			if _, err := w.Settings.Load(t.Context(), who.Business, 0); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	got, err := w.Office.FindService(t.Context(), who, s.ID)
	Must(t, err)
	if got.NoticeMin != editors {
		t.Errorf("%d of %d edits are left", got.NoticeMin, editors)
	}
}

// closed gives the blocking rows of a lane in the year 2026 as one set.
func (w *World) closed(t testing.TB, b id.Business, lane availability.Lane) span.Set {
	t.Helper()
	rows, err := w.Lanes.Rows(t.Context(), b, lane, span.Span{Start: Noon - 30*span.Day, End: Noon + 60*span.Day})
	Must(t, err)
	var all []span.Span
	for _, r := range rows {
		if r.Exclusive || r.Kind != availability.RowTimeOff {
			t.Errorf("a row of time off is %+v", r)
		}
		all = append(all, r.Span)
	}
	return span.SetOf(all...)
}

func officeTimeOff(t *testing.T, w *World) {
	who, stranger := w.owner(t, "mine"), w.owner(t, "other")
	ctx := t.Context()
	place, err := w.Office.CreateLocation(ctx, who, catalog.Location{Names: catalog.Texts{"en": "Main"}})
	Must(t, err)
	person, err := w.Office.CreateStaff(ctx, who, catalog.Staff{Names: catalog.Texts{"en": "Ada"}, AllServices: true})
	Must(t, err)
	w.Journal.Take()
	off := span.Span{Start: Noon, End: Noon + 10*span.Day + span.Hour}
	added, err := w.Office.AddTimeOff(ctx, who, schedule.TimeOff{Staff: person.ID, Span: off, Reason: "vacation"})
	Must(t, err)
	lane := availability.Lane{Kind: availability.StaffLane, ID: string(person.ID)}
	if diff := cmp.Diff(span.SetOf(off), w.closed(t, who.Business, lane)); diff != "" {
		t.Error("closed (-want +got):", diff)
	}
	before, err := w.Lanes.Versions(ctx, who.Business, &lane)
	Must(t, err)

	shorter := span.Span{Start: Noon + span.Day, End: Noon + 2*span.Day}
	_, err = w.Office.UpdateTimeOff(ctx, who, added.ID, func(t *schedule.TimeOff) error {
		t.Staff, t.Location, t.Span = "", place.ID, shorter
		return nil
	})
	Must(t, err)
	door := availability.Lane{Kind: availability.PlaceLane, ID: string(place.ID)}
	if got := w.closed(t, who.Business, lane); len(got) != 0 {
		t.Errorf("the staff member's lane is still closed: %v", got)
	}
	if diff := cmp.Diff(span.SetOf(shorter), w.closed(t, who.Business, door)); diff != "" {
		t.Error("closed (-want +got):", diff)
	}
	after, err := w.Lanes.Versions(ctx, who.Business, &lane)
	Must(t, err)
	if after.Lanes[lane] <= before.Lanes[lane] {
		t.Error("opening a lane did not raise its version")
	}

	_, err = w.Office.FindTimeOff(ctx, stranger, added.ID)
	WantCode(t, err, fault.CodeNotFound)
	WantCode(t, w.Office.RemoveTimeOff(ctx, stranger, added.ID), fault.CodeNotFound)
	got, err := w.Office.ListTimeOff(ctx, who, setup.TimeOffFilter{Location: place.ID, Span: span.Span{Start: Noon, End: Noon + 30*span.Day}})
	Must(t, err)
	want := schedule.TimeOff{ID: added.ID, Location: place.ID, Span: shorter, Reason: "vacation"}
	if diff := cmp.Diff([]schedule.TimeOff{want}, got.Items); diff != "" || got.More {
		t.Error("listed (-want +got):", diff)
	}
	Must(t, w.Office.RemoveTimeOff(ctx, who, added.ID))
	if left := w.closed(t, who.Business, door); len(left) != 0 {
		t.Errorf("the location is still closed: %v", left)
	}
	var types []event.Type
	for _, e := range w.Journal.Take() {
		types = append(types, e.Type)
	}
	if want := []event.Type{event.TimeOffAdded, event.TimeOffRemoved, event.TimeOffAdded, event.TimeOffRemoved}; !slices.Equal(types, want) {
		t.Errorf("events are %v, want %v", types, want)
	}
}

func officeUnits(t *testing.T, w *World) {
	who := w.owner(t, "mine")
	lift, err := w.Office.CreateResource(t.Context(), who, catalog.Resource{Names: catalog.Texts{"en": "Lift"}, Kind: "lift", Units: 2})
	Must(t, err)
	off := span.Span{Start: Noon + span.Day, End: Noon + 3*span.Day}
	_, err = w.Office.AddTimeOff(t.Context(), who, schedule.TimeOff{Resource: lift.ID, Span: off, Reason: "maintenance"})
	Must(t, err)
	for _, units := range []int{2, 3, 1, 12} {
		_, err = w.Office.UpdateResource(t.Context(), who, lift.ID, func(r *catalog.Resource) error { r.Units = units; return nil })
		Must(t, err)
		for n := 1; n <= 12; n++ {
			var want span.Set
			if n <= units {
				want = span.SetOf(off)
			}
			got := w.closed(t, who.Business, availability.Lane{Kind: availability.UnitLane, ID: fmt.Sprintf("%s:%d", lift.ID, n)})
			if len(got) != len(want) || (len(want) == 1 && got[0] != want[0]) {
				t.Errorf("with %d units, unit %d is closed %v, want %v", units, n, got, want)
			}
		}
	}
}

func officeFurnish(t *testing.T, w *World) {
	who := w.owner(t, "mine")
	at := w.Clock.Now().UTC()
	place := &catalog.Location{ID: id.New[id.Location](at), Names: catalog.Texts{"en": "Main"}}
	branch := &catalog.Location{ID: id.New[id.Location](at), Names: catalog.Texts{"en": "Branch"}, Travel: map[id.Location]int{place.ID: 20}}
	place.Travel = map[id.Location]int{branch.ID: 25}
	chair := &catalog.Resource{ID: id.New[id.Resource](at), Names: catalog.Texts{"en": "Chair"}, Kind: "chair", Units: 1}
	service := plainService("Cut")
	service.ID, service.Locations = id.New[id.Service](at), []id.Location{place.ID}
	service.Segments[0].Resources = []catalog.ResourceNeed{{Kind: "chair", Count: 1, AnyOf: []id.Resource{chair.ID}}}
	person := &catalog.Staff{
		ID: id.New[id.Staff](at), Names: catalog.Texts{"en": "Ada"}, Services: []id.Service{service.ID},
		Preferences: catalog.Preferences{Favourite: []id.Service{service.ID}},
	}
	rule := &catalog.Rule{
		ID: id.New[id.Rule](at), Kind: catalog.RuleApprove, Names: threeTexts("Ask"),
		RuleBody: catalog.RuleBody{Services: []id.Service{service.ID}, Staff: []id.Staff{person.ID}, Locations: []id.Location{branch.ID}},
	}
	all := setup.Furniture{
		Locations: []*catalog.Location{place, branch}, Services: []*catalog.Service{&service}, Staff: []*catalog.Staff{person},
		Resources: []*catalog.Resource{chair}, Rules: []*catalog.Rule{rule},
		Hours: &schedule.Book{Locations: map[id.Location]schedule.Hours{
			place.ID: {Weekly: []schedule.Weekly{{Weekday: 1, Window: schedule.Window{FromMin: 540, ToMin: 1080}}}},
		}},
		TimeOff: []schedule.TimeOff{{Staff: person.ID, Span: span.Span{Start: Noon, End: Noon + span.Day}, Reason: "sick"}},
	}
	Must(t, w.Office.Furnish(t.Context(), who, all))
	got, err := w.Settings.Load(t.Context(), who.Business, 0)
	Must(t, err)
	if c := got.Catalog; len(c.Locations) != 2 || len(c.Services) != 1 || c.Services[0].Price.Currency != "TWD" || len(got.Hours.Locations) != 1 {
		t.Errorf("furnished with %+v", c)
	} else if c.Locations[0].Travel[branch.ID] != 25 || c.Locations[1].Travel[place.ID] != 20 || len(c.Rules) != 1 || c.Rules[0].ID != rule.ID {
		t.Errorf("furnished with the ways %v %v and rules %+v", c.Locations[0].Travel, c.Locations[1].Travel, c.Rules)
	}
	if closed := w.closed(t, who.Business, availability.Lane{Kind: availability.StaffLane, ID: string(person.ID)}); len(closed) != 1 {
		t.Errorf("closed is %v", closed)
	}
	WantCode(t, w.Office.Furnish(t.Context(), who, all), fault.CodeConflict)
	var count int
	row := w.DB.From(t.Context()).QueryRowContext(context.Background(), "SELECT COUNT(*) FROM location")
	if err := row.Scan(&count); err != nil || count != 2 {
		t.Errorf("%d locations, %v", count, err)
	}
}

package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/money"
	"kept/schedule"
	"kept/span"
)

func testSettings(t *testing.T, open Opener) {
	t.Run("round trip", func(t *testing.T) { t.Parallel(); settingsRoundTrip(t, NewWorld(t, open)) })
	t.Run("versions", func(t *testing.T) { t.Parallel(); settingsVersions(t, NewWorld(t, open)) })
	t.Run("tenants", func(t *testing.T) { t.Parallel(); settingsTenants(t, NewWorld(t, open)) })
}

// fill writes one thing of each kind, twice, so that updates run too.
func (w *World) fill(t testing.TB, b id.Business) (catalog.Catalog, schedule.Book) {
	t.Helper()
	at := w.Clock.Now().UTC()
	place := &catalog.Location{
		ID: id.New[id.Location](at), Position: 1, Names: catalog.Texts{"en": "Mitte", "zh-Hant": "中區"},
		Address: catalog.Texts{"en": "Torstr. 1\nBerlin"}, Zone: "Europe/Berlin",
		Travel: map[id.Location]int{"far": 40, "near": 5},
	}
	chair := &catalog.Resource{
		ID: id.New[id.Resource](at), Position: 1, Names: catalog.Texts{"en": "Chair"}, Kind: "chair", Units: 3, Location: place.ID,
	}
	service := &catalog.Service{
		ID: id.New[id.Service](at), Position: 2, Names: catalog.Texts{"ru": "Окраска"}, About: catalog.Texts{"en": "about"},
		Group: catalog.Texts{"en": "Hair"}, IntervalMin: 15, EdgeStarts: true, BufferBeforeMin: 5, BufferAfterMin: 10,
		NoticeMin: 60, HorizonDays: 90, Price: money.Of(4500, "EUR"), Locations: []id.Location{place.ID}, Public: true,
		Segments: []catalog.Segment{
			{
				DurationMin: 30, Staff: &catalog.StaffNeed{Count: 1, Skill: "colour", Level: 2, BufferBeforeMin: 5, BufferAfterMin: 10},
				Team: []catalog.StaffNeed{{Count: 2, Skill: "wash"}, {Count: 1, BufferAfterMin: 5}},
				Resources: []catalog.ResourceNeed{
					{Kind: "chair", Count: 1, AnyOf: []id.Resource{chair.ID}, BufferBeforeMin: 5, BufferAfterMin: 15}, {Kind: "basin", Count: 2},
				},
			},
			{DurationMin: 20, BufferAfterMin: 5},
		},
		ServiceOptions: catalog.ServiceOptions{
			Aim: catalog.AimLeastSkill, Seats: 8, MinSeats: 3,
			Flexible: &catalog.Flexible{DropFromMin: 480, DropToMin: 660, ReadyDays: 1, DayMin: 960, PieceMin: 30},
		},
	}
	person := &catalog.Staff{
		ID: id.New[id.Staff](at), Position: 1, Names: catalog.Texts{"en": "Ada"}, Title: catalog.Texts{"en": "Senior"},
		Services: []id.Service{service.ID}, Skills: []catalog.Skill{{Skill: "colour", Level: 3}}, Color: "plum",
		Email: "ada@example.com", Language: "ru",
		Preferences: catalog.Preferences{
			Priority: 2, Favourite: []id.Service{service.ID}, Breaks: []catalog.Break{{FromMin: 690, ToMin: 840, LengthMin: 30}},
			RestMin: 660, MaxVisits: 9, MaxMin: 420, Days: []catalog.ServiceDays{{Service: service.ID, Weekdays: []int{2, 4}}}, GapMin: 5,
		},
	}
	hours := schedule.Hours{
		Weekly:     []schedule.Weekly{{Weekday: 2, Window: schedule.Window{FromMin: 540, ToMin: 1440}, Location: place.ID}},
		Exceptions: []schedule.Exception{{Date: span.Date{Year: 2026, Month: 12, Day: 24}}},
		Seasons: []schedule.Season{
			{Name: "Summer", From: span.Date{Year: 2026, Month: 7, Day: 1}, To: span.Date{Year: 2026, Month: 7, Day: 31}, Weekly: []schedule.Weekly{
				{Weekday: 7, Window: schedule.Window{FromMin: 600, ToMin: 60}, Location: place.ID},
			}},
			{From: span.Date{Year: 2026, Month: 8, Day: 1}, To: span.Date{Year: 2026, Month: 8, Day: 31}},
		},
		Roster: &schedule.Roster{
			Anchor: span.Date{Year: 2026, Month: 12, Day: 1}, Cycle: [][]schedule.Shift{{{Window: schedule.Window{FromMin: 540, ToMin: 1440}, Location: place.ID}}, nil},
			To: span.Date{Year: 2027, Month: 1, Day: 31}, Published: span.Date{Year: 2026, Month: 12, Day: 31},
		},
	}
	itsHours := schedule.Hours{Holidays: germanHolidays(t)} // alone, they are kept too
	w.Do(t, func(ctx context.Context) error {
		_, err := w.Setup.Bump(ctx, b)
		return errors.Join(err,
			w.Setup.InsertLocation(ctx, b, &catalog.Location{ID: place.ID, Names: catalog.Texts{"en": "old", "ru": "old"}, Zone: "UTC"}),
			w.Setup.UpdateLocation(ctx, b, place),
			w.Setup.InsertService(ctx, b, &catalog.Service{ID: service.ID, IntervalMin: 1}), w.Setup.UpdateService(ctx, b, service),
			w.Setup.InsertStaff(ctx, b, &catalog.Staff{ID: person.ID, Email: "old@example.com"}), w.Setup.UpdateStaff(ctx, b, person),
			w.Setup.InsertResource(ctx, b, &catalog.Resource{ID: chair.ID, Units: 1}), w.Setup.UpdateResource(ctx, b, chair),
			w.Setup.PutStaffHours(ctx, b, person.ID, schedule.Hours{Weekly: hours.Weekly}), w.Setup.PutStaffHours(ctx, b, person.ID, hours),
			w.Setup.PutLocationHours(ctx, b, place.ID, hours), w.Setup.PutLocationHours(ctx, b, place.ID, schedule.Hours{}),
			w.Setup.PutLocationHours(ctx, b, place.ID, itsHours),
		)
	})
	return catalog.Catalog{
		Locations: []*catalog.Location{place}, Services: []*catalog.Service{service},
		Staff: []*catalog.Staff{person}, Resources: []*catalog.Resource{chair},
	}, schedule.Book{
		Locations: map[id.Location]schedule.Hours{place.ID: itsHours}, Staff: map[id.Staff]schedule.Hours{person.ID: hours},
	}
}

func germanHolidays(t testing.TB) *schedule.Holidays {
	t.Helper()
	h, err := schedule.NewHolidays(schedule.HolidayRule{
		Country: "DE", Region: "BE", OnHoliday: schedule.HolidayClosed, ShortenMin: 30, MakeUp: true,
	})
	Must(t, err)
	return h
}

func settingsRoundTrip(t *testing.T, w *World) {
	b := w.Business(t, "lumen")
	want, hours := w.fill(t, b)
	want.Business = catalog.Business{
		ID: b, Slug: "lumen", Names: catalog.Texts{"en": "Lumen lumen"}, Zone: "Europe/Berlin", Currency: "EUR", Language: "en",
		Preset: "salon", Terms: catalog.DefaultTerms(), Version: 2,
	}
	got, err := w.Settings.Load(t.Context(), b, 0)
	Must(t, err)
	if diff := cmp.Diff(&want, got.Catalog); diff != "" {
		t.Error("catalog (-want +got):", diff)
	}
	if diff := cmp.Diff(&hours, got.Hours); diff != "" {
		t.Error("hours (-want +got):", diff)
	}
	found, err := w.Settings.BySlug(t.Context(), "lumen")
	Must(t, err)
	if found != b {
		t.Errorf("found %s, want %s", found, b)
	}
}

func settingsVersions(t *testing.T, w *World) {
	b := w.Business(t, "lumen")
	first, err := w.Settings.Load(t.Context(), b, 0)
	Must(t, err)
	again, err := w.Settings.Load(t.Context(), b, first.Catalog.Business.Version)
	Must(t, err)
	if first != again {
		t.Error("an unchanged configuration was read again")
	}
	rename := func(ctx context.Context, name string) error {
		if _, err := w.Setup.Bump(ctx, b); err != nil {
			return err
		}
		setting, err := w.Settings.Current(ctx, b)
		if err != nil {
			return err
		}
		setting.Catalog.Business.Names = catalog.Texts{"en": name}
		return w.Setup.UpdateBusiness(ctx, setting.Catalog.Business)
	}
	oops := fault.New(fault.Conflict, fault.CodeConflict, "rolled back on purpose")
	WantCode(t, w.DB.Do(t.Context(), func(ctx context.Context) error {
		if err := rename(ctx, "never"); err != nil {
			return err
		}
		if _, err := w.Settings.Load(ctx, b, 0); err != nil {
			return err
		}
		return oops
	}), fault.CodeConflict)
	w.Do(t, func(ctx context.Context) error { return rename(ctx, "second") })
	for _, version := range []int64{0, 2} {
		got, err := w.Settings.Load(t.Context(), b, version)
		Must(t, err)
		if name := got.Catalog.Business.Names["en"]; name != "second" || got.Catalog.Business.Version != 2 {
			t.Errorf("version %d gives %q at %d, want second at 2", version, name, got.Catalog.Business.Version)
		}
	}
	_, err = w.Settings.Load(t.Context(), "nobody", 0)
	WantCode(t, err, fault.CodeNotFound)
	_, err = w.Settings.BySlug(t.Context(), "nobody")
	WantCode(t, err, fault.CodeNotFound)
}

func settingsTenants(t *testing.T, w *World) {
	mine, other := w.Business(t, "mine"), w.Business(t, "other")
	things, _ := w.fill(t, mine)
	err := w.DB.Do(t.Context(), func(ctx context.Context) error {
		return w.Setup.UpdateService(ctx, other, things.Services[0])
	})
	WantCode(t, err, fault.CodeNotFound)
	got, err := w.Settings.Load(t.Context(), other, 0)
	Must(t, err)
	if c := got.Catalog; len(c.Services)+len(c.Staff)+len(c.Locations)+len(c.Resources)+len(got.Hours.Staff) != 0 {
		t.Errorf("another business's things are seen: %+v", c)
	}
	err = w.DB.Do(t.Context(), func(ctx context.Context) error {
		return w.Setup.InsertBusiness(ctx, catalog.Business{ID: "another", Slug: "mine"}, Noon)
	})
	WantCode(t, err, fault.CodeConflict)
	ids, slugs, err := w.Setup.Businesses(t.Context(), "mine", 10)
	Must(t, err)
	if len(ids) != 1 || slugs[0] != "other" {
		t.Errorf("after mine come %v, want other", slugs)
	}
}

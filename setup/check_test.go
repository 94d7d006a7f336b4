package setup_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/money"
	"kept/schedule"
	"kept/setup"
	"kept/span"
)

// service is one that is right in every field.
func service() catalog.Service {
	return catalog.Service{
		Names: catalog.Texts{"en": "Cut", "zh-Hant": "剪髮", "ru": "Стрижка"}, IntervalMin: 15, HorizonDays: 90, NoticeMin: 60,
		Price: money.Of(4500, "EUR"), Locations: []id.Location{"l1"},
		Segments: []catalog.Segment{{
			DurationMin: 30, Staff: &catalog.StaffNeed{Count: 1, Skill: "cut", Level: 1}, Resources: []catalog.ResourceNeed{{Kind: "chair", Count: 1}},
		}},
	}
}

func TestServiceFields(t *testing.T) {
	t.Parallel()
	for want, edit := range map[string]func(*catalog.Service){
		"":                               func(*catalog.Service) {},
		"name required":                  func(s *catalog.Service) { s.Names = nil },
		"names.ru too_long":              func(s *catalog.Service) { s.Names["ru"] = strings.Repeat("я", 201) },
		"name format":                    func(s *catalog.Service) { s.Names = catalog.Texts{"en": "Cut\x00"} },
		"names format":                   func(s *catalog.Service) { s.Names["not a tag"] = "x" },
		"about format":                   func(s *catalog.Service) { s.About = catalog.Texts{"en": "\xff"} },
		"group too_long":                 func(s *catalog.Service) { s.Group = catalog.Texts{"en": strings.Repeat("x", 201)} },
		"position range":                 func(s *catalog.Service) { s.Position = -1 },
		"segments required":              func(s *catalog.Service) { s.Segments = nil },
		"segments too_long":              func(s *catalog.Service) { s.Segments = make([]catalog.Segment, 101) },
		"segments[0].duration_min range": func(s *catalog.Service) { s.Segments[0].DurationMin = 0 },
		"segments[1].duration_min range": func(s *catalog.Service) {
			s.Segments = append(s.Segments, catalog.Segment{DurationMin: -5})
		},
		"duration_min range": func(s *catalog.Service) {
			s.Segments = append(s.Segments, catalog.Segment{DurationMin: 1411})
		},
		"segments[0].buffer_before_min range":    func(s *catalog.Service) { s.Segments[0].BufferBeforeMin = 241 },
		"segments[0].buffer_after_min range":     func(s *catalog.Service) { s.Segments[0].BufferAfterMin = -1 },
		"segments[0].staff.count range":          func(s *catalog.Service) { s.Segments[0].Staff.Count = 0 },
		"segments[0].staff.level range":          func(s *catalog.Service) { s.Segments[0].Staff.Level = 101 },
		"segments[0].staff.skill too_long":       func(s *catalog.Service) { s.Segments[0].Staff.Skill = strings.Repeat("x", 61) },
		"segments[0].resources too_long":         func(s *catalog.Service) { s.Segments[0].Resources = make([]catalog.ResourceNeed, 21) },
		"segments[0].resources[0].kind required": func(s *catalog.Service) { s.Segments[0].Resources[0].Kind = "" },
		"segments[0].resources[0].count range":   func(s *catalog.Service) { s.Segments[0].Resources[0].Count = 51 },
		"segments[0].resources[1].kind unique": func(s *catalog.Service) {
			s.Segments[0].Resources = append(s.Segments[0].Resources, catalog.ResourceNeed{Kind: "chair", Count: 2})
		},
		"flexible.day_min range": func(s *catalog.Service) {
			s.Flexible = &catalog.Flexible{DropToMin: 600, DayMin: s.WorkMin() - 1}
		},
		"flexible.piece_min range": func(s *catalog.Service) {
			s.Flexible = &catalog.Flexible{DropToMin: 600, PieceMin: s.WorkMin() + 1}
		},
		"interval_min range":      func(s *catalog.Service) { s.IntervalMin = 0 },
		"buffer_before_min range": func(s *catalog.Service) { s.BufferBeforeMin = 241 },
		"buffer_after_min range":  func(s *catalog.Service) { s.BufferAfterMin = -1 },
		"notice_min range":        func(s *catalog.Service) { s.NoticeMin = 525_601 },
		"horizon_days range":      func(s *catalog.Service) { s.HorizonDays = 731 },
		"price.amount range":      func(s *catalog.Service) { s.Price.Amount = -1 },
		"price.currency currency": func(s *catalog.Service) { s.Price.Currency = "USD" },
		"locations[1] unknown":    func(s *catalog.Service) { s.Locations = []id.Location{"l1", "l9"} },
		"locations[1] unique":     func(s *catalog.Service) { s.Locations = []id.Location{"l1", "l1"} },
		"locations too_long":      func(s *catalog.Service) { s.Locations = make([]id.Location, 1001) },
	} {
		o, m := office()
		s := service()
		edit(&s)
		_, err := o.CreateService(t.Context(), owner(), s)
		if got := strings.Join(wrong(err), ","); got != want {
			t.Errorf("wrong is %q, want %q (%v)", got, want, err)
		}
		if want != "" && slices.Contains(m.steps, "write") {
			t.Errorf("%s: it was written all the same", want)
		}
	}
}

func TestEveryWrongFieldIsToldAtOnce(t *testing.T) {
	t.Parallel()
	o, _ := office()
	_, err := o.CreateService(t.Context(), owner(), catalog.Service{Segments: make([]catalog.Segment, 2)})
	want := []string{"name required", "segments[0].duration_min range", "segments[1].duration_min range", "interval_min range"}
	if got := wrong(err); !slices.Equal(got, want) {
		t.Errorf("wrong is %v, want %v", got, want)
	}
}

func TestStaffFields(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]catalog.Staff{
		"":                         {Names: catalog.Texts{"en": "Ada"}, Services: []id.Service{"s1"}, Email: "ada@example.com", Language: "ru"},
		"name required":            {Names: catalog.Texts{"en": ""}},
		"title too_long":           {Names: catalog.Texts{"en": "Ada"}, Title: catalog.Texts{"en": strings.Repeat("x", 201)}},
		"services[0] unknown":      {Names: catalog.Texts{"en": "Ada"}, Services: []id.Service{"s9"}},
		"skills[0].skill required": {Names: catalog.Texts{"en": "Ada"}, Skills: []catalog.Skill{{}}},
		"skills[0].level range":    {Names: catalog.Texts{"en": "Ada"}, Skills: []catalog.Skill{{Skill: "cut", Level: -1}}},
		"skills too_long":          {Names: catalog.Texts{"en": "Ada"}, Skills: make([]catalog.Skill, 101)},
		"color format":             {Names: catalog.Texts{"en": "Ada"}, Color: "pine\n"},
		"email format":             {Names: catalog.Texts{"en": "Ada"}, Email: "ada@example.com\nBcc: x@example.com"},
		"language unknown":         {Names: catalog.Texts{"en": "Ada"}, Language: "de"},
	} {
		o, _ := office()
		_, err := o.CreateStaff(t.Context(), owner(), s)
		if got := strings.Join(wrong(err), ","); got != want {
			t.Errorf("wrong is %q, want %q (%v)", got, want, err)
		}
	}
}

func TestResourceAndLocationFields(t *testing.T) {
	t.Parallel()
	o, _ := office()
	name := catalog.Texts{"en": "x"}
	for want, r := range map[string]catalog.Resource{
		"":                 {Names: name, Kind: "chair", Units: 200, Location: "l1"},
		"kind required":    {Names: name, Units: 1},
		"units range":      {Names: name, Kind: "chair"},
		"location unknown": {Names: name, Kind: "chair", Units: 1, Location: "l9"},
	} {
		_, err := o.CreateResource(t.Context(), owner(), r)
		if got := strings.Join(wrong(err), ","); got != want {
			t.Errorf("wrong is %q, want %q (%v)", got, want, err)
		}
	}
	for want, l := range map[string]catalog.Location{
		"":                 {Names: name, Address: catalog.Texts{"en": "Torstr. 1\nBerlin"}, Zone: "Australia/Lord_Howe"},
		"zone unknown":     {Names: name, Zone: "Europe/Atlantis"},
		"address too_long": {Names: name, Address: catalog.Texts{"en": strings.Repeat("x", 501)}},
	} {
		got, err := o.CreateLocation(t.Context(), owner(), l)
		if got := strings.Join(wrong(err), ","); got != want {
			t.Errorf("wrong is %q, want %q (%v)", got, want, err)
		}
		if err == nil && got.Position != 6 {
			t.Errorf("it stands at %d, want 6, behind the others", got.Position)
		}
	}
	if _, err := o.CreateLocation(t.Context(), owner(), catalog.Location{Names: name, Zone: "Local"}); err == nil {
		t.Error("the machine's own zone is taken")
	}
}

func TestBusinessFields(t *testing.T) {
	t.Parallel()
	draft := func(edit func(*setup.Draft)) setup.Draft {
		d := setup.Draft{Slug: "lumen-salon", Names: catalog.Texts{"en": "Lumen"}, Zone: "Europe/Berlin", Language: "en", Preset: "salon"}
		edit(&d)
		return d
	}
	terms := func(edit func(*catalog.Terms)) func(*setup.Draft) {
		return func(d *setup.Draft) {
			v := catalog.DefaultTerms()
			edit(&v)
			d.Terms = &v
		}
	}
	for want, edit := range map[string]func(*setup.Draft){
		"":                              func(*setup.Draft) {},
		"slug format":                   func(d *setup.Draft) { d.Slug = "Lumen" },
		"preset unknown":                func(d *setup.Draft) { d.Preset = "zoo" },
		"name required":                 func(d *setup.Draft) { d.Names = nil },
		"zone unknown":                  func(d *setup.Draft) { d.Zone = "" },
		"currency format":               func(d *setup.Draft) { d.Currency = "eur" },
		"terms.hold_min range":          terms(func(v *catalog.Terms) { v.HoldMin = 0 }),
		"terms.cancel_cutoff_min range": terms(func(v *catalog.Terms) { v.CancelCutoffMin = -1 }),
		"terms.move_cutoff_min range":   terms(func(v *catalog.Terms) { v.MoveCutoffMin = 525_601 }),
		"terms.contact unknown":         terms(func(v *catalog.Terms) { v.Contact = "fax" }),
	} {
		o, _ := office()
		b, err := o.CreateBusiness(t.Context(), draft(edit))
		if got := strings.Join(wrong(err), ","); got != want {
			t.Errorf("wrong is %q, want %q (%v)", got, want, err)
		}
		if err == nil && (b.Currency != "EUR" || !cmp.Equal(b.Terms, catalog.DefaultTerms()) || !id.Valid(string(b.ID))) {
			t.Errorf("founded %+v", b)
		}
	}
	for slug, want := range map[string]bool{
		"ab": true, "a-b-2": true, "": false, "a": false, "-ab": false, "ab-": false, "a b": false, "a/b": false, "é1": false,
		strings.Repeat("a", 63): true, strings.Repeat("a", 64): false,
	} {
		if got := setup.ValidSlug(slug); got != want {
			t.Errorf("%q is valid: %v, want %v", slug, got, want)
		}
	}
}

func TestHoursFields(t *testing.T) {
	t.Parallel()
	week := func(w schedule.Weekly) schedule.Hours { return schedule.Hours{Weekly: []schedule.Weekly{w}} }
	open := schedule.Window{FromMin: 540, ToMin: 1080}
	christmas := schedule.Exception{Date: span.Date{Year: 2026, Month: 12, Day: 24}}
	for want, h := range map[string]schedule.Hours{
		"": {Weekly: []schedule.Weekly{
			{Weekday: 7, Window: schedule.Window{FromMin: 1320, ToMin: 120}, Location: "l1"}, {Weekday: 1, Window: schedule.Window{ToMin: 1440}},
		}, Exceptions: []schedule.Exception{christmas}},
		"weekly[0].weekday range":          week(schedule.Weekly{Weekday: 8, Window: open}),
		"weekly[0].from range":             week(schedule.Weekly{Weekday: 1, Window: schedule.Window{FromMin: 1440, ToMin: 1440}}),
		"weekly[0].to range":               week(schedule.Weekly{Weekday: 1, Window: schedule.Window{ToMin: 1441}}),
		"weekly[0].location unknown":       week(schedule.Weekly{Weekday: 1, Window: open, Location: "l9"}),
		"weekly too_long":                  {Weekly: make([]schedule.Weekly, 201)},
		"exceptions too_long":              {Exceptions: make([]schedule.Exception, 1001)},
		"exceptions[1].date unique":        {Exceptions: []schedule.Exception{christmas, christmas}},
		"exceptions[0].date range":         {Exceptions: []schedule.Exception{{Date: span.Date{Year: 2026, Month: 2, Day: 30}}}},
		"exceptions[0].open[0].from range": {Exceptions: []schedule.Exception{{Date: christmas.Date, Open: []schedule.Window{{FromMin: -1}}}}},
		"exceptions[0].open too_long":      {Exceptions: []schedule.Exception{{Date: christmas.Date, Open: make([]schedule.Window, 21)}}},
	} {
		o, _ := office()
		err := o.PutStaffHours(t.Context(), owner(), "p1", h)
		if got := strings.Join(wrong(err), ","); got != want {
			t.Errorf("wrong is %q, want %q (%v)", got, want, err)
		}
	}
	o, _ := office()
	for _, gone := range []id.Staff{"p0", "p9"} {
		if err := o.PutStaffHours(t.Context(), owner(), gone, schedule.Hours{}); !fault.Is(err, fault.CodeNotFound) {
			t.Errorf("hours of %s give %v", gone, err)
		}
	}
}

func TestSeasonAndRosterFields(t *testing.T) {
	t.Parallel()
	day := func(month, day int) span.Date { return span.Date{Year: 2026, Month: time.Month(month), Day: day} }
	open := schedule.Window{FromMin: 540, ToMin: 1080}
	season := func(s ...schedule.Season) schedule.Hours { return schedule.Hours{Seasons: s} }
	roster := func(edit func(*schedule.Roster)) schedule.Hours {
		r := &schedule.Roster{Anchor: day(12, 1), Cycle: [][]schedule.Shift{{{Window: open, Location: "l1"}}, nil}}
		edit(r)
		return schedule.Hours{Roster: r}
	}
	july := schedule.Season{Name: "Summer", From: day(7, 1), To: day(7, 31), Weekly: []schedule.Weekly{{Weekday: 1, Window: open, Location: "l1"}}}
	for want, h := range map[string]schedule.Hours{
		"":                                      season(july, schedule.Season{From: day(8, 1), To: day(8, 31)}),
		"seasons[1].from overlap":               season(july, schedule.Season{From: day(7, 31), To: day(8, 31)}),
		"seasons[0].to range":                   season(schedule.Season{From: day(7, 2), To: day(7, 1)}),
		"seasons[0].from range":                 season(schedule.Season{From: day(7, 0), To: day(7, 1)}),
		"seasons[0].name format":                season(schedule.Season{Name: "a\nb", From: day(7, 1), To: day(7, 1)}),
		"seasons[0].weekly[0].weekday range":    season(schedule.Season{From: day(7, 1), To: day(7, 1), Weekly: []schedule.Weekly{{Window: open}}}),
		"seasons[0].weekly[0].location unknown": season(schedule.Season{From: day(7, 1), To: day(7, 1), Weekly: []schedule.Weekly{{Weekday: 1, Window: open, Location: "l9"}}}),
		"seasons too_long":                      {Seasons: slices.Repeat([]schedule.Season{july}, 101)},
		"published ":                            roster(func(r *schedule.Roster) { r.From, r.To, r.Published = day(12, 1), day(12, 31), day(12, 5) }),
		"roster.anchor range":                   roster(func(r *schedule.Roster) { r.Anchor = span.Date{} }),
		"roster.to range":                       roster(func(r *schedule.Roster) { r.From, r.To = day(12, 2), day(12, 1) }),
		"roster.from range":                     roster(func(r *schedule.Roster) { r.From = day(2, 30) }),
		"roster.published range":                roster(func(r *schedule.Roster) { r.Published = day(2, 30) }),
		"roster.cycle range":                    roster(func(r *schedule.Roster) { r.Cycle = nil }),
		"long roster.cycle range":               roster(func(r *schedule.Roster) { r.Cycle = make([][]schedule.Shift, 367) }),
		"roster.cycle[1] too_long":              roster(func(r *schedule.Roster) { r.Cycle[1] = slices.Repeat(r.Cycle[0], 21) }),
		"roster.cycle[0][0].to range":           roster(func(r *schedule.Roster) { r.Cycle[0][0].ToMin = 1441 }),
		"roster.cycle[0][0].location unknown":   roster(func(r *schedule.Roster) { r.Cycle[0][0].Location = "l9" }),
		"holidays unknown":                      {Holidays: &schedule.Holidays{}},
	} {
		o, _ := office()
		err := o.PutStaffHours(t.Context(), owner(), "p1", h)
		want = strings.TrimPrefix(strings.TrimPrefix(want, "long "), "published ")
		if got := strings.Join(wrong(err), ","); got != want {
			t.Errorf("wrong is %q, want %q (%v)", got, want, err)
		}
	}
}

func TestHolidayFields(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]schedule.HolidayRule{
		"":                            {Country: "DE", Region: "BE", OnHoliday: schedule.HolidayClosed, ShortenMin: 60, MakeUp: true},
		"holidays.on_holiday unknown": {Country: "DE", OnHoliday: "party"},
		"holidays.shorten_min range":  {Country: "RU", ShortenMin: 481},
	} {
		holidays, err := schedule.NewHolidays(r)
		if err != nil {
			t.Fatal(err)
		}
		o, _ := office()
		err = o.PutLocationHours(t.Context(), owner(), "l1", schedule.Hours{Holidays: holidays})
		if got := strings.Join(wrong(err), ","); got != want {
			t.Errorf("wrong is %q, want %q (%v)", got, want, err)
		}
	}
	o, _ := office()
	err := o.PutLocationHours(t.Context(), owner(), "l1", schedule.Hours{Roster: &schedule.Roster{
		Anchor: span.Date{Year: 2026, Month: 12, Day: 1}, Cycle: [][]schedule.Shift{nil},
	}})
	if got := strings.Join(wrong(err), ","); got != "roster unknown" {
		t.Errorf("a location's roster: %q", got)
	}
}

func TestPublishRoster(t *testing.T) {
	t.Parallel()
	date := func(d int) span.Date { return span.Date{Year: 2026, Month: 12, Day: d} }
	o, m := office()
	if _, err := o.PublishRoster(t.Context(), owner(), "p1", date(24)); strings.Join(wrong(err), ",") != "until roster" {
		t.Errorf("publishing nothing gives %v", err)
	}
	roster := func() schedule.Hours {
		return schedule.Hours{Roster: &schedule.Roster{Anchor: date(1), Cycle: [][]schedule.Shift{nil, {{Window: schedule.Window{ToMin: 60}}}}}}
	}
	m.setting.Hours = &schedule.Book{Staff: map[id.Staff]schedule.Hours{"p1": roster()}}
	h, err := o.PublishRoster(t.Context(), owner(), "p1", date(24))
	if err != nil || h.Roster.Published != date(24) || m.setting.Hours.Staff["p1"].Roster.Published != date(24) {
		t.Errorf("published is %+v, %v", h.Roster, err)
	}
	if _, err := o.PublishRoster(t.Context(), owner(), "p1", span.Date{Year: 2026, Month: 2, Day: 30}); strings.Join(wrong(err), ",") != "until range" {
		t.Errorf("published to no date: %v", err)
	}
	if h, err := o.PublishRoster(t.Context(), owner(), "p1", span.Date{}); err != nil || h.Roster.Published != (span.Date{}) {
		t.Errorf("taken back it is %+v, %v", h.Roster, err)
	}
	if _, err := o.PublishRoster(t.Context(), owner(), "p9", date(24)); !fault.Is(err, fault.CodeNotFound) {
		t.Errorf("of nobody: %v", err)
	}
}

func TestTimeOffFields(t *testing.T) {
	t.Parallel()
	day := span.Span{Start: now, End: now + span.Day}
	for want, off := range map[string]schedule.TimeOff{
		"":                 {Staff: "p1", Span: span.Span{Start: now, End: now + 1100*span.Day}, Reason: "other"},
		"staff one_of":     {Span: day, Reason: "sick"},
		"location one_of":  {},
		"staff unknown":    {Staff: "p0", Span: day, Reason: "sick"},
		"resource unknown": {Resource: "r9", Span: day, Reason: "sick"},
		"location unknown": {Location: "l0", Span: day, Reason: "closed"},
		"reason unknown":   {Location: "l1", Span: day, Reason: "bored"},
		"to range":         {Staff: "p1", Span: span.Span{Start: now, End: now}, Reason: "sick"},
		"long to range":    {Staff: "p1", Span: span.Span{Start: now, End: now + 1100*span.Day + 1}, Reason: "sick"},
	} {
		o, m := office()
		switch want {
		case "location one_of":
			off, want = schedule.TimeOff{Staff: "p1", Location: "l1", Span: day, Reason: "sick"}, "staff one_of"
		case "long to range":
			want = "to range"
		}
		_, err := o.AddTimeOff(t.Context(), owner(), off)
		if got := strings.Join(wrong(err), ","); got != want {
			t.Errorf("wrong is %q, want %q (%v)", got, want, err)
		}
		if (len(m.off) == 1) != (err == nil) {
			t.Errorf("%d were written with %v", len(m.off), err)
		}
	}
}

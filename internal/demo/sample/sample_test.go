package sample_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/id"
	"kept/internal/demo/sample"
	"kept/span"
)

func instant(t testing.TB, text string) span.Instant {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return span.At(at)
}

func world(t testing.TB, slug string, now span.Instant) *sample.World {
	t.Helper()
	w, err := sample.Of(slug, now)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func zoneOf(t testing.TB, w *sample.World) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(w.Business.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// moments are clocks at which a demo may be started: an ordinary day, Sundays,
// the days on which Berlin changes its clocks, the edges of a day and a year.
func moments() []string {
	return []string{
		"2026-11-25T09:30:00Z", "2026-11-22T00:00:00Z", "2026-03-29T00:59:59Z", "2026-10-25T12:00:00Z",
		"2026-12-31T22:30:00Z", "2027-02-28T16:05:00Z", "2026-07-15T04:00:00Z",
	}
}

// TestWorlds holds every world, whenever it begins, to all that must be true of it.
func TestWorlds(t *testing.T) {
	t.Parallel()
	checks := map[string]func(*testing.T, *sample.World, span.Instant){
		"nobody and nothing is taken twice":       nothingIsTakenTwice,
		"who takes part may and is there":         whoTakesPartMay,
		"shares are believable":                   sharesAreBelievable,
		"days are full behind, thin out ahead":    daysThinOut,
		"times of a visit are in order":           timesAreInOrder,
		"regulars come back to the same person":   regularsComeBack,
		"clients are nobody real":                 clientsAreNobodyReal,
		"texts are there in three languages":      textsAreThere,
		"the business has what the demo promises": hasWhatIsPromised,
		"the owner's rules hold":                  rulesHold,
		"breaks are free":                         breaksAreFree,
		"owners see what they may set":            showsWhatOwnersSet,
		"holidays, seasons and rosters hold":      calendarsHold,
		"what recurs is on its days":              seriesRecur,
	}
	for _, slug := range sample.Slugs() {
		for _, at := range moments() {
			t.Run(slug+"/"+at, func(t *testing.T) {
				t.Parallel()
				now := instant(t, at)
				w := world(t, slug, now)
				for name, check := range checks {
					t.Run(name, func(t *testing.T) { check(t, w, now) })
				}
			})
		}
	}
}

func TestTheSameClockGivesTheSameWorld(t *testing.T) {
	t.Parallel()
	for _, slug := range sample.Slugs() {
		now := instant(t, "2026-11-25T09:30:00Z")
		if diff := cmp.Diff(world(t, slug, now), world(t, slug, now)); diff != "" {
			t.Errorf("%s: %s", slug, diff)
		}
	}
}

// outline is what of a visit must not depend on the hour or the week.
type outline struct {
	at              time.Duration // from the first of today's local day
	service, people string
}

func outlines(t *testing.T, w *sample.World, now span.Instant) (out []outline) {
	t.Helper()
	zone := zoneOf(t, w)
	today := span.DateOf(now.In(zone)).Start(zone)
	names := map[id.Client]string{}
	for _, c := range w.Clients {
		names[c.ID] = c.Name
	}
	for _, v := range w.Visits {
		var who []string
		for _, item := range v.Placement.Items {
			for _, part := range item.Segments {
				for _, s := range part.Staff {
					who = append(who, staff(w, s).Color)
				}
			}
		}
		out = append(out, outline{
			v.Start.Sub(today), names[v.Client] + " " + service(w, v).Names["en"], strings.Join(who, " "),
		})
	}
	return out
}

func staff(w *sample.World, want id.Staff) *catalog.Staff {
	return w.Layout.Staff[slices.IndexFunc(w.Layout.Staff, func(s *catalog.Staff) bool { return s.ID == want })]
}

func service(w *sample.World, v booking.Imported) *catalog.Service {
	return w.Layout.Services[slices.IndexFunc(w.Layout.Services, func(s *catalog.Service) bool { return s.ID == v.Lines[0].Service })]
}

func TestALaterHourShowsTheSameCalendar(t *testing.T) {
	t.Parallel()
	for _, slug := range sample.Slugs() {
		early, late := instant(t, "2026-11-25T01:00:00Z"), instant(t, "2026-11-25T15:30:00Z")
		one, two := outlines(t, world(t, slug, early), early), outlines(t, world(t, slug, late), late)
		if diff := cmp.Diff(one, two, cmp.AllowUnexported(outline{})); diff != "" {
			t.Errorf("%s: %s", slug, diff)
		}
	}
}

func TestAnotherDayIsAnotherWorld(t *testing.T) {
	t.Parallel()
	for _, slug := range sample.Slugs() {
		now := instant(t, "2026-07-15T10:00:00Z")
		w := world(t, slug, now)
		ids := map[string]bool{}
		for _, v := range w.Visits {
			ids[string(v.ID)] = true
		}
		for _, days := range []int{1, 7} {
			then := now + span.Instant(days)*span.Day
			other := world(t, slug, then)
			for _, v := range other.Visits {
				if ids[string(v.ID)] {
					t.Fatalf("%s: %s is a visit in both worlds", slug, v.ID)
				}
			}
		}
	}
}

func textsAreThere(t *testing.T, w *sample.World, _ span.Instant) {
	slug := w.Business.Slug
	texts := map[string]catalog.Texts{"name": w.Business.Names, "about": w.Business.About}
	for _, l := range w.Layout.Locations {
		texts["location "+l.Names["en"]], texts["address "+l.Names["en"]] = l.Names, l.Address
	}
	for _, s := range w.Layout.Services {
		texts["service "+s.Names["en"]], texts["about "+s.Names["en"]], texts["group "+s.Names["en"]] = s.Names, s.About, s.Group
	}
	for _, s := range w.Layout.Staff {
		texts["staff "+s.Names["en"]], texts["title "+s.Names["en"]] = s.Names, s.Title
	}
	for _, r := range w.Layout.Resources {
		texts["resource "+r.Names["en"]] = r.Names
	}
	for _, r := range w.Layout.Rules {
		texts["rule "+r.Names["en"]], texts["why "+r.Names["en"]] = r.Names, r.About
	}
	cyrillic, han := regexp.MustCompile(`\p{Cyrillic}`), regexp.MustCompile(`\p{Han}`)
	for what, text := range texts {
		if got := slices.Sorted(maps.Keys(text)); !slices.Equal(got, []string{"en", "ru", "zh-Hant"}) {
			t.Errorf("%s: %s is in %v", slug, what, got)
		}
		if !cyrillic.MatchString(text["ru"]) || !han.MatchString(text["zh-Hant"]) ||
			cyrillic.MatchString(text["en"]+text["zh-Hant"]) || han.MatchString(text["en"]+text["ru"]) {
			t.Errorf("%s: %s is not in its language: %v", slug, what, text)
		}
	}
}

func hasWhatIsPromised(t *testing.T, w *sample.World, _ span.Instant) {
	type face struct {
		Zone, Currency, Preset, Language string
		Locations                        int
	}
	want := map[string]face{
		"lumen-salon":    {"Europe/Berlin", "EUR", "salon", "en", 2},
		"anhe-clinic":    {"Asia/Taipei", "TWD", "clinic", "zh-Hant", 1},
		"motor-workshop": {"Europe/Moscow", "RUB", "workshop", "ru", 1},
	}
	b := w.Business
	if diff := cmp.Diff(want[b.Slug], face{b.Zone, b.Currency, b.Preset, b.Language, len(w.Layout.Locations)}); diff != "" {
		t.Error(diff)
	}
	if n := len(w.Layout.Staff); n < 4 || n > 8 {
		t.Errorf("%d staff", n)
	}
	if n := len(w.Layout.Services); n < 8 || n > 16 {
		t.Errorf("%d services", n)
	}
	processing, together := false, false
	for _, s := range w.Layout.Services {
		for _, g := range s.Segments {
			processing = processing || g.Staff == nil && len(g.Resources) > 0
			together = together || g.Staff != nil && (g.Staff.Count == 2 || len(g.Team) > 0)
		}
	}
	if !processing || !together {
		t.Errorf("processing time %v, two together %v", processing, together)
	}
}

func TestThereIsNoOtherBusiness(t *testing.T) {
	t.Parallel()
	if _, err := sample.Of("bakery", 1); err == nil {
		t.Error("there is a bakery")
	}
}

func clientsAreNobodyReal(t *testing.T, w *sample.World, _ span.Instant) {
	slug := w.Business.Slug
	address := regexp.MustCompile(`^[a-z]+\.[a-z]+[0-9]*@example\.(com|org|net)$`)
	// Drama numbers of the Bundesnetzagentur; subscriber numbers that begin with 0, which no network gives out.
	number := regexp.MustCompile(`^(\+493023125\d{3}|\+4917139200\d{2}|\+49176040690\d{2}|\+88620000\d{4}|\+74950\d{6}|\+74990\d{6})$`)
	names, contacts, local := map[string]bool{}, map[string]bool{}, 0
	for _, c := range w.Clients {
		if names[c.Name] {
			t.Errorf("%s: two are called %s", slug, c.Name)
		}
		names[c.Name] = true
		if c.Email == "" && c.Phone == "" {
			t.Errorf("%s: %s can't be reached", slug, c.Name)
		}
		if c.Email != "" && (!address.MatchString(c.Email) || contacts[c.Email] || !client.ValidEmail(c.Email)) {
			t.Errorf("%s: %s has the address %s", slug, c.Name, c.Email)
		}
		if c.Phone != "" && (!number.MatchString(c.Phone) || contacts[c.Phone] || client.CleanPhone(c.Phone) != c.Phone) {
			t.Errorf("%s: %s has the number %s", slug, c.Name, c.Phone)
		}
		contacts[c.Email], contacts[c.Phone] = true, true
		if c.Language == "" {
			local++
		}
		if !slices.Contains([]string{"", "en", "zh-Hant", "ru"}, c.Language) {
			t.Errorf("%s: %s speaks %q", slug, c.Name, c.Language)
		}
	}
	if n := len(w.Clients); n < 400 || n > 1000 || local < n*4/5 || local == n {
		t.Errorf("%s: %d clients, %d of the place", slug, n, local)
	}
}

func regularsComeBack(t *testing.T, w *sample.World, _ span.Instant) {
	slug := w.Business.Slug
	last := map[string]span.Instant{}
	faithful := 0
	for _, v := range w.Visits {
		if v.Status == booking.Cancelled {
			continue
		}
		key := fmt.Sprint(v.Client, v.Placement.Lead)
		if was, ok := last[key]; ok {
			if weeks := (v.Start - was) / (7 * span.Day); weeks >= 3 && weeks <= 9 {
				faithful++
			}
		}
		last[key] = v.Start
	}
	if faithful < 100 {
		t.Errorf("%s: %d came back to the same person", slug, faithful)
	}
}

func TestAWorldIsMadeInNoTime(t *testing.T) {
	t.Parallel()
	start := time.Now()
	for _, slug := range sample.Slugs() {
		world(t, slug, instant(t, "2026-11-25T09:30:00Z"))
	}
	if took := time.Since(start); took > 5*time.Second { // a fifth of a second alone; tests share the machine
		t.Errorf("three worlds took %v", took)
	}
}

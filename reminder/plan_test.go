package reminder_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/id"
	"kept/message"
	"kept/reminder"
	"kept/span"
)

func at(t testing.TB, s string) span.Instant {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return span.At(v)
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestPlan(t *testing.T) {
	t.Parallel()
	type due map[message.Step]string
	for name, test := range map[string]struct {
		zone, now, start, end string
		told                  bool
		want                  due
	}{
		"all to come": {
			"Europe/Berlin", "2026-11-22T12:00:00Z", "2026-12-01T09:00:00Z", "2026-12-01T09:30:00Z", true,
			due{
				message.Reminder24h: "2026-11-30T09:00:00Z", message.Reminder3h: "2026-12-01T06:00:00Z",
				message.Reminder30m: "2026-12-01T08:30:00Z", message.Thanks: "2026-12-01T11:30:00Z",
			},
		},
		"two hours ahead only the last one": {
			"Europe/Berlin", "2026-12-01T07:00:00Z", "2026-12-01T09:00:00Z", "2026-12-01T09:30:00Z", true,
			due{message.Reminder30m: "2026-12-01T08:30:00Z", message.Thanks: "2026-12-01T11:30:00Z"},
		},
		"not within five minutes of the receipt": {
			"Europe/Berlin", "2026-12-01T08:26:00Z", "2026-12-01T09:00:00Z", "2026-12-01T09:30:00Z", true,
			due{message.Thanks: "2026-12-01T11:30:00Z"},
		},
		"nobody is told now": {
			"Europe/Berlin", "2026-12-01T08:26:00Z", "2026-12-01T09:00:00Z", "2026-12-01T09:30:00Z", false,
			due{message.Reminder30m: "2026-12-01T08:30:00Z", message.Thanks: "2026-12-01T11:30:00Z"},
		},
		"long past": {
			"Europe/Berlin", "2026-12-01T12:00:00Z", "2026-12-01T09:00:00Z", "2026-12-01T09:30:00Z", false, due{},
		},
		"the day before keeps the wall clock when the clock is set forward": {
			"Europe/Berlin", "2026-03-01T12:00:00Z", "2026-03-29T08:00:00Z", "2026-03-29T09:00:00Z", true,
			due{ // 10:00 on both days, 23 hours apart
				message.Reminder24h: "2026-03-28T09:00:00Z", message.Reminder3h: "2026-03-29T05:00:00Z",
				message.Reminder30m: "2026-03-29T07:30:00Z", message.Thanks: "2026-03-29T11:00:00Z",
			},
		},
		"and when it is set back": {
			"Europe/Berlin", "2026-10-01T12:00:00Z", "2026-10-25T09:00:00Z", "2026-10-25T10:00:00Z", true,
			due{
				message.Reminder24h: "2026-10-24T08:00:00Z", message.Reminder3h: "2026-10-25T06:00:00Z",
				message.Reminder30m: "2026-10-25T08:30:00Z", message.Thanks: "2026-10-25T12:00:00Z",
			},
		},
		"a zone of half hours": {
			"Australia/Lord_Howe", "2026-03-01T12:00:00Z", "2026-04-05T00:00:00Z", "2026-04-05T01:00:00Z", true,
			due{
				message.Reminder24h: "2026-04-03T23:30:00Z", message.Reminder3h: "2026-04-04T21:00:00Z",
				message.Reminder30m: "2026-04-04T23:30:00Z", message.Thanks: "2026-04-05T03:00:00Z",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := reminder.Visit{Client: "c", Start: at(t, test.start), End: at(t, test.end), Zone: zone(t, test.zone)}
			got := due{}
			for _, p := range reminder.Plan(v, at(t, test.now), reminder.Steps(), test.told) {
				got[p.Step] = p.Due.String()
				if p.Anchor != message.Anchor(v.Start) || p.UselessAfter <= p.Due {
					t.Errorf("%s: anchor %s, useless after %s", p.Step, p.Anchor, p.UselessAfter)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("due (-want +got):\n%s", diff)
			}
		})
	}
}

func anyVisit(t *rapid.T) (reminder.Visit, span.Instant) {
	names := []string{"Europe/Berlin", "Asia/Taipei", "Europe/Moscow", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Kiritimati", "America/New_York"}
	z, err := time.LoadLocation(rapid.SampledFrom(names).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	base := span.At(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	start := base + span.Minutes(rapid.IntRange(0, 3*365*24*60).Draw(t, "start"))
	v := reminder.Visit{
		Client: "client", Staff: []id.Staff{"anna", "ben"}[:rapid.IntRange(0, 2).Draw(t, "staff")],
		Start: start, End: start + span.Minutes(rapid.IntRange(1, 24*60).Draw(t, "length")), Zone: z,
	}
	now := start + span.Minutes(rapid.IntRange(-3*24*60, 24*60).Draw(t, "now")) + span.Instant(rapid.IntRange(0, 59_999_999).Draw(t, "micros"))
	return v, now
}

func TestPlanNeverLooksBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v, now := anyVisit(t)
		told := rapid.Bool().Draw(t, "told")
		plans := reminder.Plan(v, now, reminder.Steps(), told)
		ids := map[id.Message]bool{}
		for _, p := range plans {
			if p.Due <= now || (told && p.Due < now+reminder.TooSoon) || p.UselessAfter <= p.Due {
				t.Fatalf("%s due %s, useless after %s, at %s", p.Step, p.Due, p.UselessAfter, now)
			}
			ids[message.ID("booking", p)] = true
		}
		if len(ids) != len(plans) {
			t.Fatalf("%d identifiers for %d plans", len(ids), len(plans))
		}
		again := reminder.Plan(v, now, reminder.Steps(), told)
		if !slices.Equal(plans, again) {
			t.Fatal("the same facts give another plan")
		}
		for _, p := range plans {
			if p.Step != message.Reminder24h {
				continue
			}
			day, visit := span.WallAt(p.Due, v.Zone), span.WallAt(v.Start, v.Zone)
			want := visit
			want.Date = want.Date.AddDays(-1)
			if want.Exists(v.Zone) && (day.Minute != visit.Minute || day.Date != want.Date) {
				t.Fatalf("the day before %s is %s", visit, day)
			}
		}
	})
}

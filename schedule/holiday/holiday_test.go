package holiday_test

import (
	"errors"
	"strings"
	"testing"

	"kept/schedule/holiday"
	"kept/span"
)

func of(t *testing.T, country, region string) *holiday.Calendar {
	t.Helper()
	c, err := holiday.Of(country, region)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func year(c *holiday.Calendar, y int) []holiday.Day {
	return c.Days(span.Date{Year: y, Month: 1, Day: 1}, span.Date{Year: y, Month: 12, Day: 31})
}

// dates writes the days of a kind as "01-01 01-06 ...".
func dates(days []holiday.Day, kind holiday.Kind) string {
	var out []string
	for _, d := range days {
		if d.Kind == kind {
			out = append(out, d.Date.String()[5:])
		}
	}
	return strings.Join(out, " ")
}

func TestGermany(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"":     "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26",
		"BW":   "01-01 01-06 04-03 04-06 05-01 05-14 05-25 06-04 10-03 11-01 12-25 12-26",
		"BY":   "01-01 01-06 04-03 04-06 05-01 05-14 05-25 06-04 10-03 11-01 12-25 12-26",
		"BY-C": "01-01 01-06 04-03 04-06 05-01 05-14 05-25 06-04 08-15 10-03 11-01 12-25 12-26",
		"BY-A": "01-01 01-06 04-03 04-06 05-01 05-14 05-25 06-04 08-08 08-15 10-03 11-01 12-25 12-26",
		"BE":   "01-01 03-08 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26",
		"BB":   "01-01 04-03 04-05 04-06 05-01 05-14 05-24 05-25 10-03 10-31 12-25 12-26",
		"HB":   "01-01 04-03 04-06 05-01 05-14 05-25 10-03 10-31 12-25 12-26",
		"HE":   "01-01 04-03 04-06 05-01 05-14 05-25 06-04 10-03 12-25 12-26",
		"MV":   "01-01 03-08 04-03 04-06 05-01 05-14 05-25 10-03 10-31 12-25 12-26",
		"NW":   "01-01 04-03 04-06 05-01 05-14 05-25 06-04 10-03 11-01 12-25 12-26",
		"SL":   "01-01 04-03 04-06 05-01 05-14 05-25 06-04 08-15 10-03 11-01 12-25 12-26",
		"SN":   "01-01 04-03 04-06 05-01 05-14 05-25 10-03 10-31 11-18 12-25 12-26",
		"ST":   "01-01 01-06 04-03 04-06 05-01 05-14 05-25 10-03 10-31 12-25 12-26",
		"TH":   "01-01 04-03 04-06 05-01 05-14 05-25 09-20 10-03 10-31 12-25 12-26",
	} {
		if got := dates(year(of(t, "DE", region), 2026), holiday.Off); got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", region, got, want)
		}
	}
}

// A day of one year only, days of a law that came later, and the Wednesday
// before 23 November when that is a Wednesday itself.
func TestGermanyOverTheYears(t *testing.T) {
	t.Parallel()
	cases := []struct {
		region string
		date   span.Date
		want   bool
	}{
		{"BE", span.Date{Year: 2025, Month: 5, Day: 8}, true},
		{"BE", span.Date{Year: 2026, Month: 5, Day: 8}, false},
		{"MV", span.Date{Year: 2022, Month: 3, Day: 8}, false},
		{"MV", span.Date{Year: 2023, Month: 3, Day: 8}, true},
		{"SN", span.Date{Year: 2022, Month: 11, Day: 16}, true},
		{"SN", span.Date{Year: 2022, Month: 11, Day: 23}, false},
		{"SN", span.Date{Year: 2023, Month: 11, Day: 22}, true},
	}
	for _, c := range cases {
		if got := len(of(t, "DE", c.region).Days(c.date, c.date)) == 1; got != c.want {
			t.Errorf("%s %v: %v", c.region, c.date, got)
		}
	}
	// Easter of years whose date is known, the earliest and the latest among them.
	for y, want := range map[int]string{2024: "04-01", 2025: "04-21", 2027: "03-29", 2035: "03-26", 2038: "04-26", 2049: "04-19"} {
		if got := dates(year(of(t, "DE", ""), y), holiday.Off); !strings.Contains(got, want) {
			t.Errorf("%d: no Easter Monday on %s in %s", y, want, got)
		}
	}
}

// The published calendars say how many days are worked in a year: what is
// listed must come to the same.
func TestWorkingDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		country         string
		year            int
		worked, shorter int
		official        bool
	}{
		{"RU", 2025, 247, 4, true},
		{"RU", 2026, 247, 4, true},
		{"RU", 2027, 247, 4, true},
		{"TW", 2025, 365 - 118 - 1, 0, true}, // Labour Day is none of the agencies' 118 days yet
		{"TW", 2026, 365 - 120, 0, true},
		{"TW", 2027, 365 - 121, 0, false},
	} {
		kinds := map[span.Date]map[holiday.Kind]bool{}
		shorter := 0
		for _, d := range year(of(t, c.country, ""), c.year) {
			if kinds[d.Date] == nil {
				kinds[d.Date] = map[holiday.Kind]bool{}
			}
			kinds[d.Date][d.Kind] = true
			if d.Kind == holiday.Shortened {
				shorter++
			}
			if d.Official != c.official {
				t.Errorf("%s %v: official %v", c.country, d.Date, d.Official)
			}
		}
		worked := 0
		for d := (span.Date{Year: c.year, Month: 1, Day: 1}); d.Year == c.year; d = d.AddDays(1) {
			k := kinds[d]
			if k[holiday.MakeUp] || d.Weekday() <= 5 && !k[holiday.Off] {
				worked++
			}
		}
		if worked != c.worked || shorter != c.shorter {
			t.Errorf("%s %d: %d days worked, %d shortened; want %d, %d", c.country, c.year, worked, shorter, c.worked, c.shorter)
		}
	}
}

func TestMadeUpDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		country, date string
		as            int
	}{{"TW", "2025-02-08", 1}, {"RU", "2025-11-01", 1}, {"RU", "2027-02-20", 1}} {
		d, err := span.ParseDate(c.date)
		if err != nil {
			t.Fatal(err)
		}
		days := of(t, c.country, "").Days(d, d)
		if len(days) == 0 || days[0].Kind != holiday.MakeUp || days[0].As != c.as {
			t.Errorf("%s: %+v", c.date, days)
		}
	}
}

// Every day of every calendar is in order, of a known kind, with a name in
// each language, and on a day that it can be on.
func TestEveryDayIsWhole(t *testing.T) {
	t.Parallel()
	for _, country := range holiday.Countries() {
		whole(t, country.Names, country.Code)
		regions := append([]holiday.Region{{}}, country.Regions...)
		for _, region := range regions {
			if region.Code != "" {
				whole(t, region.Names, region.Code)
			}
			c := of(t, country.Code, region.Code)
			first, last := c.Years()
			if first > 2025 || last < 2027 {
				t.Errorf("%s knows %d to %d", country.Code, first, last)
			}
			before := span.Date{}
			for _, d := range c.Days(span.Date{Year: 1}, span.Date{Year: 9999}) {
				if d.Date.Before(before) {
					t.Errorf("%v after %v", d.Date, before)
				}
				before = d.Date
				whole(t, d.Names, d.Date.String())
				switch d.Kind {
				case holiday.Off:
				case holiday.Shortened, holiday.MakeUp:
					if weekend := d.Date.Weekday() > 5; weekend != (d.As != 0) && d.Kind == holiday.MakeUp {
						t.Errorf("%v is %s as %d", d.Date, d.Kind, d.As)
					}
				default:
					t.Errorf("%v is %q", d.Date, d.Kind)
				}
			}
		}
	}
}

func whole(t *testing.T, names map[string]string, of string) {
	t.Helper()
	for _, language := range []string{"en", "zh-Hant", "ru", "de"} {
		if names[language] == "" {
			t.Errorf("%s has no name in %s", of, language)
		}
	}
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{{"", ""}, {"XX", ""}, {"de", ""}, {"DE", "XX"}, {"TW", "BY"}} {
		if _, err := holiday.Of(c[0], c[1]); !errors.Is(err, holiday.ErrUnknown) {
			t.Errorf("%q: %v", c, err)
		}
	}
}

package preset

import (
	"fmt"
	"strconv"
	"strings"

	"kept/id"
	"kept/schedule"
	"kept/span"
)

// weekly reads rows such as "1-5 09:00-13:00" and "2,4 10:00-18:00 main"; at
// gives the id of a location by its key.
func weekly(rows []string, at map[string]id.Location) ([]schedule.Weekly, error) {
	var out []schedule.Weekly
	for _, row := range rows {
		words := strings.Fields(row)
		if len(words) != 2 && len(words) != 3 {
			return nil, fmt.Errorf("preset: %q is no row of hours", row)
		}
		days, err := weekdays(words[0])
		if err != nil {
			return nil, err
		}
		open, err := window(words[1])
		if err != nil {
			return nil, err
		}
		var where id.Location
		if len(words) == 3 {
			if where = at[words[2]]; where == "" {
				return nil, fmt.Errorf("preset: %q names no location", row)
			}
		}
		for _, d := range days {
			out = append(out, schedule.Weekly{Weekday: d, Window: open, Location: where})
		}
	}
	return out, nil
}

// weekdays reads "1-5", "6" and "2,4".
func weekdays(s string) ([]int, error) {
	var out []int
	for part := range strings.SplitSeq(s, ",") {
		from, to, isRange := strings.Cut(part, "-")
		if !isRange {
			to = from
		}
		first, err1 := strconv.Atoi(from)
		last, err2 := strconv.Atoi(to)
		if err1 != nil || err2 != nil || first < 1 || last < first || last > 7 {
			return nil, fmt.Errorf("preset: %q are no weekdays", s)
		}
		for d := first; d <= last; d++ {
			out = append(out, d)
		}
	}
	return out, nil
}

// window reads "09:00-13:00"; "24:00" ends a day.
func window(s string) (schedule.Window, error) {
	from, to, _ := strings.Cut(s, "-")
	first, err := minutes(from)
	if err != nil {
		return schedule.Window{}, err
	}
	last, err := minutes(to)
	if err != nil {
		return schedule.Window{}, err
	}
	return schedule.Window{FromMin: first, ToMin: last}, nil
}

// Minute reads a time of day ("18:30") as minutes after midnight.
func Minute(s string) (minute int, ok bool) {
	minute, err := minutes(s)
	return minute, err == nil
}

func minutes(s string) (int, error) {
	hour, minute, _ := strings.Cut(s, ":")
	h, err1 := strconv.Atoi(hour)
	m, err2 := strconv.Atoi(minute)
	if err1 != nil || err2 != nil || h < 0 || m < 0 || m > 59 || h*60+m > 1440 {
		return 0, fmt.Errorf("preset: %q is no time of day", s)
	}
	return h*60 + m, nil
}

// exceptions places the exceptions of a blueprint around the first day.
func exceptions(list []Exception, first span.Date) ([]schedule.Exception, error) {
	var out []schedule.Exception
	for _, e := range list {
		day := schedule.Exception{Date: workday(first.AddDays(e.InDays)), Open: []schedule.Window{}}
		for _, o := range e.Open {
			w, err := window(o)
			if err != nil {
				return nil, err
			}
			day.Open = append(day.Open, w)
		}
		out = append(out, day)
	}
	return out, nil
}

// workday is the first day from d on that is not at a weekend.
func workday(d span.Date) span.Date {
	for d.Weekday() > 5 {
		d = d.AddDays(1)
	}
	return d
}

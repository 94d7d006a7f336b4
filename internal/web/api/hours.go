package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/schedule"
)

func (a *API) registerHours() {
	op(a, http.MethodGet, "/staff/{id}/hours", "get-staff-hours", "When a staff member works",
		func(ctx context.Context, p account.Principal, in *NounPath) (*hoursOut, error) {
			h, err := a.Office.StaffHours(ctx, p, id.Staff(in.ID))
			return &hoursOut{hoursOf(h)}, err
		})
	op(a, http.MethodPut, "/staff/{id}/hours", "put-staff-hours", "Set when a staff member works",
		func(ctx context.Context, p account.Principal, in *hoursIn) (*hoursOut, error) {
			h, err := in.Body.hours()
			if err != nil {
				return nil, err
			}
			return &hoursOut{hoursOf(h)}, a.Office.PutStaffHours(ctx, p, id.Staff(in.ID), h)
		})
	op(a, http.MethodGet, "/locations/{id}/hours", "get-location-hours", "When a location is open",
		func(ctx context.Context, p account.Principal, in *NounPath) (*hoursOut, error) {
			h, err := a.Office.LocationHours(ctx, p, id.Location(in.ID))
			return &hoursOut{hoursOf(h)}, err
		})
	op(a, http.MethodPut, "/locations/{id}/hours", "put-location-hours", "Set when a location is open",
		func(ctx context.Context, p account.Principal, in *hoursIn) (*hoursOut, error) {
			h, err := in.Body.hours()
			if err != nil {
				return nil, err
			}
			return &hoursOut{hoursOf(h)}, a.Office.PutLocationHours(ctx, p, id.Location(in.ID), h)
		})
}

type hoursIn struct {
	NounPath
	Body hoursBody
}

type hoursOut struct{ Body hoursBody }

type hoursBody struct {
	Weekly     []weekly    `json:"weekly" required:"false" maxItems:"200"`
	Exceptions []exception `json:"exceptions" required:"false" maxItems:"2000"`
}

type weekly struct {
	Weekday  int    `json:"weekday" minimum:"1" maximum:"7" doc:"ISO: 1 is Monday"`
	From     string `json:"from" maxLength:"5" doc:"09:00"`
	To       string `json:"to" maxLength:"5" doc:"18:00; 24:00 ends the day, at or before from crosses midnight"`
	Location string `json:"location,omitempty" maxLength:"36"`
}

type exception struct {
	Date string   `json:"date" maxLength:"10"`
	Open []window `json:"open" nullable:"false" maxItems:"50" doc:"Empty closes the day"`
}

type window struct {
	From string `json:"from" maxLength:"5"`
	To   string `json:"to" maxLength:"5"`
}

func (h hoursBody) hours() (schedule.Hours, error) {
	var out schedule.Hours
	for i, w := range h.Weekly {
		field := "weekly[" + strconv.Itoa(i) + "]"
		minutes, err := readWindow(field, w.From, w.To)
		if err != nil {
			return out, err
		}
		out.Weekly = append(out.Weekly, schedule.Weekly{Weekday: w.Weekday, Window: minutes, Location: id.Location(w.Location)})
	}
	for i, e := range h.Exceptions {
		field := "exceptions[" + strconv.Itoa(i) + "]"
		date, err := readDate(field+".date", e.Date)
		if err != nil {
			return out, err
		}
		ex := schedule.Exception{Date: date}
		for j, w := range e.Open {
			minutes, err := readWindow(field+".open["+strconv.Itoa(j)+"]", w.From, w.To)
			if err != nil {
				return out, err
			}
			ex.Open = append(ex.Open, minutes)
		}
		out.Exceptions = append(out.Exceptions, ex)
	}
	return out, nil
}

func readWindow(field, from, to string) (schedule.Window, error) {
	f, ok := minuteOf(from)
	if !ok || f >= 1440 {
		return schedule.Window{}, fault.BadField(field+".from", "time", "write it as 09:00")
	}
	t, ok := minuteOf(to)
	if !ok {
		return schedule.Window{}, fault.BadField(field+".to", "time", "write it as 18:00")
	}
	return schedule.Window{FromMin: f, ToMin: t}, nil
}

// minuteOf reads "09:30" as minutes after midnight; "24:00" ends the day.
func minuteOf(text string) (int, bool) {
	if len(text) != 5 || text[2] != ':' {
		return 0, false
	}
	for _, i := range []int{0, 1, 3, 4} {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
	}
	hour, minute := int(text[0]-'0')*10+int(text[1]-'0'), int(text[3]-'0')*10+int(text[4]-'0')
	total := hour*60 + minute
	return total, minute < 60 && total <= 1440
}

func clockText(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

func hoursOf(h schedule.Hours) hoursBody {
	out := hoursBody{Weekly: []weekly{}, Exceptions: []exception{}}
	for _, w := range h.Weekly {
		out.Weekly = append(out.Weekly, weekly{w.Weekday, clockText(w.FromMin), clockText(w.ToMin), string(w.Location)})
	}
	for _, e := range h.Exceptions {
		ex := exception{Date: e.Date.String(), Open: []window{}}
		for _, w := range e.Open {
			ex.Open = append(ex.Open, window{clockText(w.FromMin), clockText(w.ToMin)})
		}
		out.Exceptions = append(out.Exceptions, ex)
	}
	return out
}

package desk

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kept/booking"
	"kept/fault"
	"kept/internal/web/view"
	"kept/span"
)

// everyMonth is the word for a visit on the same date of each month; other
// words are the number of weeks between two visits.
const everyMonth = "month"

// repeatChoices fills in how often a visit can recur.
func (t *turn) repeatChoices(m *view.NewBookingModel, w wish) {
	for _, word := range []string{"0", "1", "2", "3", "4", everyMonth} {
		value := word
		if word == "0" {
			value = ""
		}
		m.Repeats = append(m.Repeats, view.Option{Value: value, Text: t.P.T("series.every_" + word), Chosen: value == w.repeat})
	}
	if m.Repeating, m.Count = w.repeat != "", w.times; m.Count == "" {
		m.Count = "6"
	}
}

// recurrence gives the rule by which a visit recurs; empty for once.
func (t *turn) recurrence(w wish) (string, view.Errors) {
	every := "FREQ=MONTHLY"
	switch w.repeat {
	case "":
		return "", nil
	case "1", "2", "3", "4":
		every = "FREQ=WEEKLY;INTERVAL=" + w.repeat
	case everyMonth:
	default:
		return "", view.Errors{{Field: "repeat", Text: t.P.T("new.need_time")}}
	}
	n, err := strconv.Atoi(strings.TrimSpace(w.times))
	if err != nil || n < 2 || n > booking.MaxDates {
		return "", view.Errors{{Field: "times", Text: t.P.T("series.need_times")}}
	}
	return every + ";COUNT=" + strconv.Itoa(n), nil
}

// checkSeries shows every date of a visit that shall recur, with other times
// for those that cannot be had. Nothing is booked.
func (d *Desk) checkSeries(t *turn, w wish, r booking.Repeat, said view.Notice, status int) error {
	dates, err := d.Bookings.TrySeries(t.Ctx(), t.Who, r)
	if err != nil {
		return d.notBooked(t, w, err)
	}
	f, err := d.Frame(t.Turn, "calendar", "")
	if err != nil {
		return err
	}
	f.Path, f.Stream, f.Notice = t.Root()+"/new", "", said
	m := view.RepeatModel{Staff: f, Book: t.Root() + "/new/series", Back: t.Root() + "/new", Hidden: w.hidden(), Client: w.form.Name}
	var names []string
	for _, one := range w.services {
		if s, ok := t.Set.Catalog.Service(one); ok {
			names = append(names, t.Name(s.Names))
		}
	}
	m.Visit.Service = strings.Join(names, t.P.T("list.comma"))
	m.Visit.Staff = t.StaffName(w.staff)
	free := 0
	when := func(at span.Instant) string { return t.P.DateTimeIn(at.In(w.zone), t.Now.In(w.zone)) }
	for i, one := range dates {
		row := view.RepeatDate{Text: when(one.Start), Name: "on." + strconv.Itoa(i), Value: one.Start.String(), Chosen: true}
		if one.Err == nil {
			free++
		} else {
			row.Why = d.Refusal(t.Turn, one.Err)
		}
		for _, o := range one.Others {
			row.Others = append(row.Others, view.Option{Value: o.Start.String(), Text: when(o.Start)})
		}
		m.Dates = append(m.Dates, row)
	}
	m.Line = t.P.N("series.free", len(dates), "free", free)
	return t.Show(view.RepeatPage(m), status)
}

// hidden is what the form was told, for the next page.
func (w *wish) hidden() []view.Pair {
	all := append(w.asked(), []view.Pair{
		{Name: "start", Value: w.start},
		{Name: "other", Value: w.other},
		{Name: "client", Value: string(w.client)},
		{Name: "subject", Value: string(w.subject)},
		{Name: "name", Value: w.form.Name},
		{Name: "email", Value: w.form.Email},
		{Name: "phone", Value: w.form.Phone},
		{Name: "note", Value: w.form.Note},
		{Name: "repeat", Value: w.repeat},
		{Name: "times", Value: w.times},
		{Name: "key", Value: w.key},
	}...)
	if w.override {
		all = append(all, view.Pair{Name: "override", Value: "yes"})
	}
	return slices.DeleteFunc(all, func(p view.Pair) bool { return p.Value == "" })
}

// newSeries books the dates that were chosen, all or none: where one of them
// was taken meanwhile, they are shown again.
func (d *Desk) newSeries(t *turn) error {
	w, err := d.readWish(t)
	if err != nil {
		return err
	}
	req, wrong := t.request(w)
	rule, badRule := t.recurrence(w)
	if wrong = append(wrong, badRule...); len(wrong) > 0 || rule == "" {
		return d.newShown(t, w, wrong, view.Notice{}, http.StatusUnprocessableEntity)
	}
	r := booking.Repeat{Request: req, Rule: rule}
	if r.Dates, err = chosenDates(t); err != nil {
		return err
	}
	if len(r.Dates) == 0 {
		return d.checkSeries(t, w, r, view.Notice{Text: t.P.T("series.none"), Tone: view.Look}, http.StatusUnprocessableEntity)
	}
	r.Start = r.Dates[0]
	to, err := d.seriesOnce(t, w, r)
	switch {
	case err == nil:
		return t.Back(to, "book_series")
	case fault.KindOf(err) == fault.Conflict:
		return d.checkSeries(t, w, r, view.Notice{Text: d.Refusal(t.Turn, err), Tone: view.Bad}, http.StatusConflict)
	default:
		return d.notBooked(t, w, err)
	}
}

// chosenDates reads the dates that were ticked, and those chosen instead of others.
func chosenDates(t *turn) ([]span.Instant, error) {
	texts := slices.Clone(t.R.Form["on"])
	for i := range booking.MaxDates {
		texts = append(texts, t.R.Form.Get("on."+strconv.Itoa(i)))
	}
	var out []span.Instant
	for _, text := range texts {
		if text == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return nil, fault.BadField("on", "format", "must be a time: 2026-03-04T09:30:00Z")
		}
		out = append(out, span.At(at))
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// seriesOnce books the dates, once for each form, and gives the address of the first.
func (d *Desk) seriesOnce(t *turn, w wish, r booking.Repeat) (string, error) {
	typed := []string{r.Rule}
	for _, p := range w.hidden() {
		typed = append(typed, p.Name, p.Value)
	}
	for _, at := range r.Dates {
		typed = append(typed, at.String())
	}
	return d.Once(t.Ctx(), t.Who.Business, "POST /app/new/series", w.key, typed, func(ctx context.Context) (string, error) {
		_, all, err := d.Bookings.BookSeries(ctx, t.Who, r)
		if err != nil {
			return "", err
		}
		if len(all) == 0 {
			return "", errors.New("desk: a series of no bookings")
		}
		return t.Root() + "/bookings/" + string(all[0].ID), nil
	})
}

// scope reads which visits of a series a change is about.
func (t *turn) scope() booking.Scope {
	if s := booking.Scope(t.R.PostFormValue("scope")); s != "" {
		return s
	}
	return booking.ScopeOne
}

// ofSeries lists the visits that recur with a booking, itself among them.
func (d *Desk) ofSeries(t *turn, b *booking.Booking) ([]view.SeriesDate, error) {
	if b.Series == "" {
		return nil, nil
	}
	all, err := d.Bookings.OfSeries(t.Ctx(), t.Who, b.Series)
	if err != nil {
		return nil, err
	}
	zone := d.ZoneOf(t.Turn, b)
	out := make([]view.SeriesDate, len(all))
	for i, one := range all {
		out[i] = view.SeriesDate{
			Text: t.P.DateTimeIn(one.Start.In(zone), t.Now.In(zone)), Chip: view.StatusChip(*t.P, string(one.Status)),
		}
		if one.ID != b.ID {
			out[i].Href = t.Root() + "/bookings/" + string(one.ID)
		}
	}
	return out, nil
}

package desk

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"kept/account"
	"kept/booking"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/rota"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/recur"
	"kept/span"
)

// planForm is the form for a session, with what was typed and what is wrong.
func (d *Desk) planForm(t *turn, typed url.Values, wrong view.Errors) *view.SessionForm {
	out := &view.SessionForm{Action: t.Root() + "/sessions", Button: t.P.T("session.plan"), Open: typed != nil}
	if typed == nil {
		typed = url.Values{"key": {id.New[string](t.Now.UTC())}, "times": {"1"}}
		if all := t.groupServices(); len(all) > 0 {
			typed.Set("service", string(all[0].ID))
		}
		if all := rota.Places(t.Turn); len(all) > 0 {
			typed.Set("location", string(all[0].ID))
		}
	}
	out.Hidden = []view.Pair{{Name: "key", Value: typed.Get("key")}}
	s := form.NewSheet(t.P, typed, t.Set.Catalog.Business.Language, wrong)
	var services, people, places []view.Option
	for _, one := range t.groupServices() {
		services = append(services, view.Option{
			Value: string(one.ID), Text: view.Joined(t.Name(one.Names), t.P.Duration(one.DurationMin()), t.P.N("session.places", one.Seats)),
		})
	}
	people = append(people, view.Option{Text: t.P.T("picker.anyone")})
	for _, one := range t.Set.Catalog.Staff {
		if !one.Archived {
			people = append(people, view.Option{Value: string(one.ID), Text: t.Name(one.Names)})
		}
	}
	g := view.Group{Fields: []view.Field{
		s.Choice("service", t.P.T("new.service"), services).In(view.Half),
		s.Choice("staff", t.P.T("session.lead"), people).In(view.Half),
	}}
	if t.manyPlaces() {
		for _, l := range rota.Places(t.Turn) {
			places = append(places, view.Option{Value: string(l.ID), Text: t.Name(l.Names)})
		}
		g.Fields = append(g.Fields, s.Choice("location", t.P.T("visit.where"), places).In(view.Half))
	}
	g.Fields = append(g.Fields,
		s.Date("date", t.P.T("session.date")).In(view.Quarter).Needed(),
		s.Clock("start", t.P.T("session.clock")).In(view.Quarter).Needed(),
		s.Number("seats", t.P.T("session.seats")).In(view.Quarter).Hinted(t.P.T("session.seats_hint")).Opt(),
		s.Number("times", t.P.T("session.times")).In(view.Quarter).Hinted(t.P.T("session.times_hint")),
	)
	if t.Who.May(account.Override) {
		g.Fields = append(g.Fields, s.Tick("override", t.P.T("session.override")))
	}
	out.Groups, out.Errors = []view.Group{g}, s.Faults()
	return out
}

// planFaults says what is wrong with the form: at its fields, or of the time.
func (d *Desk) planFaults(t *turn, wrong error) view.Errors {
	out := d.Wrong(t.Turn, wrong, "")
	for i := range out {
		if strings.HasPrefix(out[i].Field, "repeat") {
			out[i].Field = "times"
		}
	}
	if len(out) == 0 {
		out = view.Errors{{Field: "start", Text: d.Refusal(t.Turn, wrong)}}
	}
	return out
}

// planSessions plans one session, or one each week.
func (d *Desk) planSessions(t *turn) error {
	if err := t.R.ParseForm(); err != nil {
		return err
	}
	typed := t.R.Form
	draft, table, wrong := d.readPlan(t, typed)
	if len(wrong) > 0 {
		return d.sessionsShown(t, typed, wrong, http.StatusUnprocessableEntity)
	}
	key := typed.Get("key")
	if !id.Valid(key) {
		key = id.New[string](t.Now.UTC())
	}
	to, err := d.Once(t.Ctx(), t.Who.Business, "POST /app/sessions", key, []string{typed.Encode()}, func(ctx context.Context) (string, error) {
		made, err := d.Bookings.PlanTimetable(ctx, t.Who, draft, table)
		if err != nil {
			return "", err
		}
		if len(made.Sessions) == 0 {
			return "", made.Clashes[0].Fault
		}
		q := url.Values{"from": {made.Sessions[0].Local.Date.String()}, "done": {"session_planned"}}
		for _, c := range made.Clashes {
			q.Set("skipped", strings.TrimPrefix(q.Get("skipped")+","+span.DateOf(c.Start.In(t.Home)).String(), ","))
		}
		return t.Root() + "/sessions?" + q.Encode(), nil
	})
	if err != nil && shell.Expected(err) {
		return d.sessionsShown(t, typed, d.planFaults(t, err), http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return t.Back(to, "")
}

// readPlan reads the form; what it can't read is told at its field.
func (d *Desk) readPlan(t *turn, typed url.Values) (booking.SessionDraft, booking.Timetable, view.Errors) {
	in := form.Input{P: t.P, Values: typed}
	draft := booking.SessionDraft{
		Service: id.Service(typed.Get("service")), Staff: id.Staff(typed.Get("staff")), Location: id.Location(typed.Get("location")),
		Seats: in.Int("seats", 0, 1000), Override: in.Yes("override") && t.Who.May(account.Override),
	}
	zone, err := d.Zone(t.Set.Catalog.ZoneOf(draft.Location))
	if err != nil {
		zone = t.Home
	}
	wall := span.Wall{Date: in.Date("date"), Minute: in.Clock("start")}
	if wall.Date == (span.Date{}) && len(in.Wrong) == 0 || wall.Date.Year > 2100 {
		in.Note("date", "form.date_wrong")
	}
	if !wall.Exists(zone) {
		in.Note("start", "form.clock_wrong") // skipped when the clocks go forward
	}
	draft.Start = wall.Instant(zone)
	rule, err := recur.Parse("FREQ=WEEKLY;COUNT=" + strconv.Itoa(max(1, in.Int("times", 0, booking.MostDates))))
	if err != nil {
		in.Note("times", "form.number", "least", "1", "most", t.P.Number(booking.MostDates))
	}
	return draft, booking.Timetable{Rule: rule}, in.Wrong
}

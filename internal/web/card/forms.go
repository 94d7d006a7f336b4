package card

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/intake"
	"kept/internal/web/form"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/message"
)

// asked finds the form of an address.
func (t *turn) asked() (*catalog.Form, error) {
	f, ok := t.Set.Catalog.Form(id.Form(t.R.PathValue("form")))
	if !ok || f.Archived {
		return nil, fault.Missing("form")
	}
	return f, nil
}

// formPage lets the staff fill a form in for the client.
func (p *Pages) formPage(t *turn) error {
	f, err := t.asked()
	if err != nil {
		return err
	}
	frame, err := p.Frame(t.Turn, "clients", t.Name(f.Names))
	if err != nil {
		return err
	}
	c, err := p.Clients.Find(t.Ctx(), t.Who.Business, t.client)
	if err != nil {
		return err
	}
	return t.Show(view.FillPage(view.FillModel{
		Staff: frame, Name: c.Name, Back: t.at(""), Action: t.at("/forms/" + string(f.ID)),
		Hidden:    []view.Pair{{Name: "key", Value: id.New[string](t.Now.UTC())}, {Name: "form", Value: "fill"}},
		Questions: shell.Questions(*t.P, f, t.Name, url.Values{}),
	}), http.StatusOK)
}

func fill(ctx context.Context, p *Pages, t *turn) (string, error) {
	f, err := t.asked()
	if err != nil {
		return "", err
	}
	err = p.Intake.Fill(ctx, t.Who, t.Set.Catalog, t.client, intake.Whence{Channel: intake.ByDesk, Language: t.P.Lang()}, f.ID,
		shell.Answers(t.form))
	return "#answers", err
}

// preferences changes what the client likes, as they told the staff.
func (p *Pages) preferences(t *turn) error {
	_, profile, err := p.head(t)
	if err != nil {
		return err
	}
	values := fillWishes(profile.Preferences)
	if t.R.Method == http.MethodGet {
		return p.wishesPage(t, values, profile.Version, nil, http.StatusOK)
	}
	if err := t.R.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	t.form = t.R.PostForm //nolint:forbidigo // a field of the request, no call
	values = t.form
	if form.Apply(values, freshWindow) {
		return p.wishesPage(t, values, t.version(), nil, http.StatusOK)
	}
	in := &form.Input{P: t.P, Values: values}
	next := readWishes(in)
	if len(in.Wrong) > 0 {
		return p.wishesPage(t, values, t.version(), in.Wrong, http.StatusUnprocessableEntity)
	}
	to, err := p.Once(t.Ctx(), t.Who.Business, "POST /clients/preferences", values.Get("key"), []string{string(t.client), values.Encode()},
		func(ctx context.Context) (string, error) {
			_, err := p.Clients.UpdateProfile(ctx, t.Who.Business, t.client, t.version(), t.Who.Actor(), func(profile *client.Profile) error {
				next.Channels = profile.Preferences.Channels // not asked here
				profile.Preferences = next
				return nil
			})
			return t.at("#wishes"), err
		})
	switch {
	case err == nil:
		http.Redirect(t.W, t.R, to, http.StatusSeeOther)
		return nil
	case fault.Is(err, fault.CodeConflict):
		return p.wishesPage(t, values, profile.Version, view.Errors{{Field: "form", Text: t.P.T("settings.meanwhile")}}, http.StatusConflict)
	case !shell.Expected(err):
		return err
	}
	return p.wishesPage(t, values, t.version(), p.Wrong(t.Turn, err, ""), http.StatusUnprocessableEntity)
}

func (p *Pages) head(t *turn) (client.Client, client.Profile, error) {
	c, err := p.Clients.Find(t.Ctx(), t.Who.Business, t.client)
	if err != nil {
		return c, client.Profile{}, err
	}
	profile, err := p.Clients.Profile(t.Ctx(), t.Who.Business, t.client)
	return c, profile, err
}

func fillWishes(w client.Preferences) url.Values {
	v := url.Values{}
	for _, s := range w.Services {
		v.Add("services", string(s))
	}
	for _, s := range w.Staff {
		v.Add("staff", string(s))
	}
	for _, one := range w.Windows {
		at := form.Add(v, "windows")
		v.Set(at+".weekday", strconv.Itoa(one.Weekday))
		v.Set(at+".from", form.WriteClock(one.From))
		v.Set(at+".to", form.WriteClock(one.To%wholeDay)) // a field for the time of day knows no 24:00
	}
	v.Set("remind", w.Remind)
	v["muted"] = w.Muted
	if w.Quiet.On() {
		v.Set("quiet.from", form.WriteClock(w.Quiet.From))
		v.Set("quiet.to", form.WriteClock(w.Quiet.To))
	}
	return v
}

// wholeDay is the minutes of a day.
const wholeDay = 24 * 60

func freshWindow(v url.Values, _, at string) {
	v.Set(at+".weekday", "0")
	v.Set(at+".from", "09:00")
	v.Set(at+".to", "12:00")
}

func readWishes(in *form.Input) client.Preferences {
	w := client.Preferences{
		Services: form.List[id.Service](in, "services"), Staff: form.List[id.Staff](in, "staff"), Remind: in.Text("remind"),
		Muted: form.List[string](in, "muted"),
	}
	for i := range in.Count("windows") {
		at := "windows." + strconv.Itoa(i)
		one := client.Window{Weekday: in.Int(at+".weekday", 0, 7), From: in.Clock(at + ".from"), To: in.Clock(at + ".to")}
		if one.To == 0 {
			one.To = wholeDay
		}
		w.Windows = append(w.Windows, one)
	}
	if in.Text("quiet.from") != "" || in.Text("quiet.to") != "" {
		w.Quiet = client.Quiet{From: in.Clock("quiet.from"), To: in.Clock("quiet.to")}
	}
	return w
}

func (p *Pages) wishesPage(t *turn, values url.Values, version int64, wrong view.Errors, status int) error {
	f, err := p.Frame(t.Turn, "clients", t.P.T("card.preferences"))
	if err != nil {
		return err
	}
	f.Path, f.Stream = t.at("/preferences"), ""
	s := form.NewSheet(t.P, values, t.Set.Catalog.Business.Language, wrong)
	m := view.SettingsForm{
		Staff: f, Heading: t.P.T("card.preferences"), Back: view.Link{Text: t.P.T("sheet.back"), Href: t.at("")}, Action: t.at("/preferences"),
		Groups: t.drawWishes(s), Save: t.P.T("settings.save"),
		Hidden: []view.Pair{{Name: "key", Value: id.New[string](t.Now.UTC())}, {Name: "version", Value: strconv.FormatInt(version, 10)}},
	}
	m.Errors = s.Faults()
	return t.Show(view.SettingsFormPage(m), status)
}

func (t *turn) drawWishes(s *form.Sheet) []view.Group {
	d := &drawing{turn: t}
	var staff, days []view.Option
	for _, one := range t.Set.Catalog.Staff {
		if !one.Archived {
			staff = append(staff, view.Option{Value: string(one.ID), Text: t.Name(one.Names)})
		}
	}
	days = append(days, view.Option{Value: "0", Text: s.T("sheet.any_day")})
	for n := 1; n <= 7; n++ {
		days = append(days, view.Option{Value: strconv.Itoa(n), Text: d.weekday(n)})
	}
	windows := s.Rows("windows", func(at string, n int) view.Group {
		return view.Group{Legend: s.T("sheet.window_n", "n", s.P.Number(n+1)), Fields: []view.Field{
			s.Choice(at+".weekday", s.T("sheet.day"), days).In(view.Third), s.Clock(at+".from", s.T("hours.from")).In(view.Third), s.Clock(at+".to", s.T("hours.to")).In(view.Third),
		}}
	})
	windows.Tight, windows.Legend, windows.Add, windows.Remove = true, s.T("sheet.windows"), s.T("sheet.window_add"), s.T("sheet.remove")
	var steps []view.Option
	for _, step := range []message.Step{message.Reminder24h, message.Reminder3h, message.Reminder30m, message.Thanks, message.PlanDue} {
		steps = append(steps, view.Option{Value: string(step), Text: t.Step(step)})
	}
	return []view.Group{
		{Fields: []view.Field{s.Ticks("services", s.T("sheet.fav_services"), d.offers()), s.Ticks("staff", s.T("sheet.fav_staff"), slices.Clone(staff))}},
		{Rows: []view.Rows{windows}},
		{Legend: s.T("sheet.reminders"), Fields: []view.Field{
			s.Choice("remind", s.T("sheet.remind"), []view.Option{
				{Value: client.RemindAll, Text: s.T("sheet.remind_all")},
				{Value: client.RemindFewer, Text: s.T("sheet.remind_fewer")},
				{Value: client.RemindNone, Text: s.T("sheet.remind_none")},
			}),
			s.Ticks("muted", s.T("sheet.muted"), steps),
			s.Clock("quiet.from", s.T("sheet.quiet_after")).In(view.Half).Opt(), s.Clock("quiet.to", s.T("sheet.quiet_until")).In(view.Half).Opt(),
		}},
	}
}

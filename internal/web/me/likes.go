package me

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/i18n"
	"kept/internal/web/form"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// What the form of the preferences offers.
const (
	mostWindows = 5
	anyDay      = 0
)

// steps are the reminders that a client may do without; notices must be known.
func steps() []string { return []string{"reminder_24h", "reminder_3h", "reminder_30m", "thanks"} }

// channels are the ways of being reached.
func channels() []string { return []string{"email", "sms"} }

// likes shows what the client likes, and how they want to be reminded.
func (p *Pages) likes(t *turn) error {
	profile, err := p.Clients.Profile(t.Ctx(), t.business(), t.Card.ID)
	if err != nil {
		return err
	}
	return p.likesForm(t, valuesOf(profile.Preferences, t.Card), nil)
}

func (p *Pages) likesForm(t *turn, v url.Values, wrong error) error {
	f, err := p.frame(t, "/likes")
	if err != nil {
		return err
	}
	sheet := form.NewSheet(&t.P, v, t.P.Lang(), p.wrong(t, wrong))
	word := func(key string) string { return t.P.T("me." + key) }
	own, err := p.ownLine(t)
	if err != nil {
		return err
	}
	m := view.MeListModel{Me: f, Heading: word("part_likes"), Line: word("likes_line"), Rows: []view.MeRow{own}}
	reminders := []view.Field{
		sheet.Choice("remind", word("remind"), []view.Option{
			{Value: client.RemindAll, Text: word("remind_all")},
			{Value: client.RemindFewer, Text: word("remind_fewer")},
			{Value: client.RemindNone, Text: word("remind_none")},
		}),
		sheet.Ticks("wanted", word("steps"), options(steps(), func(s string) string { return t.P.T("step." + s) })),
		sheet.Choice("channel", word("channel"), append([]view.Option{{Text: word("channel_any")}},
			options(channels(), func(c string) string { return t.P.T("channel." + c) })...)),
		sheet.Choice("language", word("language"), append([]view.Option{{Text: word("language_any")}},
			options(i18n.Languages(), i18n.NameOf)...)),
		sheet.Clock("quiet_from", word("quiet_from")).In(view.Half), sheet.Clock("quiet_to", word("quiet_to")).In(view.Half),
	}
	groups := []view.Group{
		{Legend: word("reminders"), Hint: word("reminders_hint"), Fields: reminders},
		{Legend: word("windows"), Hint: word("windows_hint"), More: windowGroups(t, sheet)},
	}
	if liked := p.liked(t, sheet); len(liked) > 0 {
		groups = append(groups, view.Group{Legend: word("favourites"), Fields: liked})
	}
	m.Forms = []view.MeForm{{
		Action: t.root() + "/likes", Hidden: t.hidden(), Groups: groups, Save: word("save"), Errors: sheet.Faults(),
	}}
	if wrong != nil && len(m.Forms[0].Errors) == 0 {
		m.Forms[0].Errors = p.wrong(t, wrong)
	}
	return shell.Draw(t.W, t.R, status(wrong), view.MeListPage(m))
}

func options(words []string, text func(string) string) []view.Option {
	out := make([]view.Option, 0, len(words))
	for _, w := range words {
		out = append(out, view.Option{Value: w, Text: text(w)})
	}
	return out
}

// windowGroups are the convenient times, a line each, one empty line more.
func windowGroups(t *turn, sheet *form.Sheet) []view.Group {
	n := 1
	for n < mostWindows && sheet.Get(window(n-1, "from")) != "" {
		n++
	}
	days := []view.Option{{Value: "0", Text: t.P.T("me.any_day")}}
	for d := 1; d <= 7; d++ {
		days = append(days, view.Option{Value: strconv.Itoa(d), Text: t.P.Weekday(weekday(d))})
	}
	var out []view.Group
	for i := range n {
		out = append(out, view.Group{Fields: []view.Field{
			sheet.Choice(window(i, "day"), t.P.T("me.window_day"), days).In(view.Third),
			sheet.Clock(window(i, "from"), t.P.T("me.window_from")).In(view.Third),
			sheet.Clock(window(i, "to"), t.P.T("me.window_to")).In(view.Third),
		}})
	}
	return out
}

func window(i int, what string) string { return "windows." + strconv.Itoa(i) + "." + what }

// liked are the favourites: services, and who does them.
func (p *Pages) liked(t *turn, sheet *form.Sheet) []view.Field {
	c := t.Set.Catalog
	var services, staff []view.Option
	for _, s := range c.Services {
		if !s.Archived && s.Public {
			services = append(services, view.Option{Value: string(s.ID), Text: name(t, c, s.Names)})
		}
	}
	for _, s := range c.Staff {
		if !s.Archived {
			staff = append(staff, view.Option{Value: string(s.ID), Text: name(t, c, s.Names)})
		}
	}
	var out []view.Field
	if len(services) > 0 {
		out = append(out, sheet.Ticks("services", t.P.T("me.services"), services))
	}
	if len(staff) > 1 {
		out = append(out, sheet.Ticks("staff", t.P.T("me.staff"), staff))
	}
	return out
}

// valuesOf writes what stands into the fields of the form.
func valuesOf(p client.Preferences, c client.Client) url.Values {
	v := url.Values{"remind": {p.Remind}, "language": {c.Language}}
	for _, s := range steps() {
		if !slices.Contains(p.Muted, s) {
			v.Add("wanted", s)
		}
	}
	if len(p.Channels) > 0 {
		v.Set("channel", p.Channels[0])
	}
	if p.Quiet.On() {
		v.Set("quiet_from", form.WriteClock(p.Quiet.From))
		v.Set("quiet_to", form.WriteClock(p.Quiet.To))
	}
	for i, w := range p.Windows {
		v.Set(window(i, "day"), strconv.Itoa(w.Weekday))
		v.Set(window(i, "from"), form.WriteClock(w.From))
		v.Set(window(i, "to"), form.WriteClock(w.To%(24*60)))
	}
	for _, s := range p.Services {
		v.Add("services", string(s))
	}
	for _, s := range p.Staff {
		v.Add("staff", string(s))
	}
	return v
}

// minute reads a time of day; false for what is none.
func minute(text string) (int, bool) {
	h, m, ok := strings.Cut(text, ":")
	hours, err := strconv.Atoi(h)
	minutes, err2 := strconv.Atoi(m)
	if !ok || err != nil || err2 != nil || len(h) > 2 || len(m) != 2 || hours < 0 || hours > 23 || minutes < 0 || minutes > 59 {
		return 0, false
	}
	return hours*60 + minutes, true
}

// saveLikes writes what the client likes.
func (p *Pages) saveLikes(t *turn) error {
	if err := t.R.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	v := t.R.PostForm //nolint:forbidigo // a field of the request, no call
	return p.post(t, "/likes", "likes", func(ctx context.Context) error {
		_, err := p.Clients.UpdateProfile(ctx, t.business(), t.Card.ID, 0, t.Who.Actor(), func(profile *client.Profile) error {
			return p.readLikes(t, v, &profile.Preferences)
		})
		if err != nil || v.Get("language") == t.Card.Language || !v.Has("language") {
			return err
		}
		_, err = p.Clients.Update(ctx, t.business(), t.Card.ID, 0, t.Who.Actor(), func(c *client.Client) error {
			c.Language = v.Get("language")
			return nil
		})
		return err
	}, func(wrong error) error { return p.likesForm(t, v, wrong) })
}

// readLikes reads the form. What the form does not ask, such as a favourite
// that is archived, stays as it is.
func (p *Pages) readLikes(t *turn, v url.Values, out *client.Preferences) error {
	var check fault.Checker
	out.Remind = v.Get("remind")
	out.Muted = slices.DeleteFunc(slices.Clone(out.Muted), func(s string) bool { return slices.Contains(steps(), s) })
	for _, s := range steps() {
		if !slices.Contains(v["wanted"], s) {
			out.Muted = append(out.Muted, s)
		}
	}
	if first := v.Get("channel"); first == "" {
		out.Channels = nil
	} else {
		check.Require(slices.Contains(channels(), first), "channel", "unknown", "is no channel")
		out.Channels = append([]string{first}, slices.DeleteFunc(slices.Clone(out.Channels), func(c string) bool { return c == first })...)
	}
	out.Quiet = client.Quiet{}
	if from, to := v.Get("quiet_from"), v.Get("quiet_to"); from != "" || to != "" {
		a, okA := minute(from)
		b, okB := minute(to)
		check.Require(okA, "quiet_from", "format", "a time of day, such as 21:00")
		check.Require(okB, "quiet_to", "format", "a time of day, such as 08:00")
		out.Quiet = client.Quiet{From: a, To: b}
	}
	out.Windows = readWindows(v, &check)
	c := t.Set.Catalog
	out.Services = choose(v["services"], out.Services, func(s id.Service) bool {
		found, ok := c.Service(s)
		return ok && !found.Archived && found.Public
	})
	out.Staff = choose(v["staff"], out.Staff, func(s id.Staff) bool {
		found, ok := c.StaffMember(s)
		return ok && !found.Archived
	})
	return check.Err()
}

// readWindows reads the convenient times; a line without a beginning is none.
func readWindows(v url.Values, check *fault.Checker) []client.Window {
	var out []client.Window
	for i := range mostWindows {
		from, to := v.Get(window(i, "from")), v.Get(window(i, "to"))
		if from == "" && to == "" {
			continue
		}
		a, okA := minute(from)
		b, okB := minute(to)
		if b == 0 {
			b = 24 * 60 // midnight is the end of the day
		}
		day, err := strconv.Atoi(v.Get(window(i, "day")))
		check.Require(err == nil && day >= anyDay && day <= 7, window(i, "day"), "range", "a day of the week")
		check.Require(okA, window(i, "from"), "format", "a time of day, such as 17:00")
		check.Require(okB && (!okA || b > a), window(i, "to"), "range", "a time of day after the beginning")
		out = append(out, client.Window{Weekday: day, From: a, To: b})
	}
	return out
}

// choose keeps of what stood what the form did not offer, and takes what was
// ticked: those that stood first, in their order.
func choose[T ~string](ticked []string, stood []T, offered func(T) bool) []T {
	var out []T
	for _, s := range stood {
		if !offered(s) || slices.Contains(ticked, string(s)) {
			out = append(out, s)
		}
	}
	for _, s := range ticked {
		if offered(T(s)) && !slices.Contains(out, T(s)) {
			out = append(out, T(s))
		}
	}
	return out
}

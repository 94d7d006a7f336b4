package card

import (
	"slices"
	"strconv"
	"strings"

	"kept/account"
	"kept/booking"
	"kept/client"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/message"
	"kept/plan"
	"kept/span"
)

// since tells how long somebody has been a client, and how often they come.
func (d *drawing) since() string {
	first := d.sheet.Client.CreatedAt
	if d.tally.First != 0 {
		first = min(first, d.tally.First)
	}
	return view.Joined(d.P.T("card.since", "when", d.P.DateYear(first.In(d.Home))), d.P.N("card.visits", d.tally.Visits), d.every())
}

// every is the usual time between two visits, in words.
func (d *drawing) every() string {
	days := d.tally.Interval()
	switch {
	case days == 0:
		return ""
	case days >= 12 && days%7 <= 1 || days >= 28 && days%7 >= 6:
		return d.P.N("sheet.every_weeks", (days+3)/7)
	default:
		return d.P.N("sheet.every_days", days)
	}
}

func (d *drawing) chips() []view.Chip {
	var out []view.Chip
	if d.sheet.Profile.Tier != "" {
		out = append(out, view.Chip{Text: d.sheet.Profile.Tier, Tone: view.Good})
	}
	for _, tag := range d.sheet.Profile.Tags {
		out = append(out, view.Chip{Text: tag})
	}
	return out
}

func (d *drawing) warnings() []view.SheetWarning {
	var out []view.SheetWarning
	if d.sheet.Client.Note != "" {
		out = append(out, view.SheetWarning{Text: d.sheet.Client.Note})
	}
	for _, f := range d.sheet.Facts.Warnings() {
		out = append(out, view.SheetWarning{Text: d.P.T("sheet.fact", "what", d.about(f), "value", d.FactValue(f.Value)), Line: d.source(f)})
	}
	return out
}

// about names a fact, and of whom it is where it is not of the client.
func (d *drawing) about(f client.Fact) string {
	name := d.FactName(f.Key)
	if s := d.subject(f.Subject); s != "" {
		return view.Joined(s, name)
	}
	return name
}

// coming is the visit that comes next.
func (d *drawing) coming() view.NextAction {
	if len(d.upcoming) == 0 {
		return view.NextAction{}
	}
	b := d.upcoming[0]
	zone := d.zone(b)
	return view.NextAction{
		Title: d.Services(b), Line: view.Joined(d.P.RelativeTime(b.Start.In(zone), d.Now.In(zone)), d.StaffName(b.Lead), d.subject(b.Subject)),
		Chip: view.StatusChip(*d.P, string(b.Status)), Href: d.Root() + "/bookings/" + string(b.ID),
	}
}

// conflicts lists what client and staff do not agree on.
func (d *drawing) conflicts() view.SheetSection {
	s := view.SheetSection{ID: "conflicts", Heading: d.P.T("sheet.conflicts")}
	for _, c := range d.sheet.Facts.Conflicts() {
		row := view.SheetRow{Title: d.about(c.Staff), Chip: view.Chip{Text: d.P.T("sheet.conflict"), Tone: view.Look}}
		for _, f := range []client.Fact{c.Client, c.Staff} {
			row.Facts = append(row.Facts, view.Fact{Label: d.source(f), Value: d.FactValue(f.Value)})
			if d.may() {
				row.Acts = append(row.Acts, view.SheetAct{
					Text: d.P.T("sheet.keep", "value", d.FactValue(f.Value)), Action: d.at("/settle"),
					Hidden: d.hidden("settle"+string(f.ID), view.Pair{Name: "fact", Value: string(f.ID)}),
				})
			}
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// due lists what is planned and not booked, and asks for more.
func (d *drawing) due() view.SheetSection {
	s := view.SheetSection{ID: "due", Ahead: true, Heading: d.P.T("sheet.due"), Teach: d.P.T("sheet.due_none")}
	for _, i := range d.planned {
		row := view.SheetRow{
			Title: view.Joined(d.names([]id.Service{i.Service}), d.subject(i.Subject)), Line: view.Joined(d.dueLine(&i), d.forecast(&i)), Text: i.Note,
			Chip: view.Chip{Text: d.P.T("sheet.plan_" + string(i.Status)), Tone: d.tone(i.Due)},
		}
		if d.Who.May(account.WriteBookings) {
			row.Acts = append(row.Acts, view.SheetAct{
				Text: d.P.T("sheet.book"), About: row.Title, Href: d.Root() + "/new?client=" + string(d.client) + "&service=" + string(i.Service),
			})
		}
		if d.may() {
			row.Acts = append(row.Acts, view.SheetAct{
				Text: d.P.T("sheet.skip"), About: row.Title, Action: d.at("/skip"),
				Hidden: d.hidden("skip"+string(i.ID), view.Pair{Name: "plan", Value: string(i.ID)}, view.Pair{Name: "version", Value: strconv.FormatInt(i.Version, 10)}),
			})
		}
		s.Rows = append(s.Rows, row)
	}
	if d.may() {
		s.Forms = append(s.Forms, view.SheetForm{
			Summary: d.P.T("sheet.plan_add"), Action: d.at("/plan"), Hidden: d.hidden("plan"), Button: d.P.T("sheet.plan_do"), Open: d.open("plan"),
			Fields: []view.Field{
				d.choice("plan.service", d.P.T("sheet.service"), d.offers()).In(view.Half),
				d.field(view.FieldDate, "plan.due", d.P.T("sheet.due_on")).In(view.Half).Needed(),
				d.field(view.FieldArea, "plan.note", d.P.T("form.note_short")).Opt(),
			},
		})
	}
	return d.turns(s)
}

func (d *drawing) dueLine(i *plan.Item) string {
	return d.P.T("sheet.due_at", "day", d.P.DateYear(noon(i.Due)))
}

func (d *drawing) forecast(i *plan.Item) string {
	if i.Forecast == nil {
		return ""
	}
	return d.P.T("sheet.forecast", "rate", d.P.Number(int(i.Forecast.PerDay*30+0.5)), "sure", d.P.T("sheet.sure_"+string(i.Forecast.Confidence)))
}

// tone marks what should have been done by now.
func (d *drawing) tone(day span.Date) view.Tone {
	if span.DateOf(d.Now.In(d.Home)).Before(day) {
		return view.Quiet
	}
	return view.Look
}

// talks lists what was said, and takes down more.
func (d *drawing) talks() view.SheetSection {
	s := view.SheetSection{ID: "talks", Heading: d.P.T("sheet.talks"), Teach: d.P.T("sheet.talks_none")}
	for _, e := range d.said {
		row := view.SheetRow{
			Title: d.P.T("sheet.talk_" + e.Kind), Text: e.Text, Line: view.Joined(d.P.RelativeTime(e.At.In(d.Home), d.Now.In(d.Home)), d.outcome(e)),
		}
		if e.State == client.EntryOpen {
			row.Chip = view.Chip{Text: d.P.T("sheet.talk_open"), Tone: view.Look}
			if d.may() {
				row.Acts = []view.SheetAct{{
					Text: d.P.T("sheet.talk_done"), About: row.Title, Action: d.at("/done"),
					Hidden: d.hidden("done"+string(e.ID), view.Pair{Name: "entry", Value: string(e.ID)}, view.Pair{Name: "version", Value: strconv.FormatInt(e.Version, 10)}),
				}}
			}
		}
		s.Rows = append(s.Rows, row)
	}
	if d.may() {
		kinds := []string{client.EntryNote, client.EntryCall, client.EntryEnquiry, client.EntryComplaint}
		s.Forms = append(s.Forms, view.SheetForm{
			Summary: d.P.T("sheet.talk_add"), Action: d.at("/talk"), Hidden: d.hidden("talk"), Button: d.P.T("sheet.talk_do"), Open: d.open("talk"),
			Fields: []view.Field{
				d.choice("talk.kind", d.P.T("sheet.talk_kind"), d.words(kinds, "sheet.talk_")),
				d.field(view.FieldArea, "talk.text", d.P.T("sheet.talk_text")).Needed(),
			},
		})
	}
	return d.turns(s)
}

func (d *drawing) outcome(e client.Entry) string {
	if e.Outcome == "" {
		return ""
	}
	return d.P.T("sheet.call_" + e.Outcome)
}

// history lists the visits, the newest first.
func (d *drawing) history() view.SheetSection {
	s := view.SheetSection{ID: "visits", Heading: d.P.T("card.history"), Teach: d.P.T("card.no_visits")}
	for _, b := range d.older {
		s.Line = append(s.Line, d.visit(b))
	}
	return d.turns(s)
}

func (d *drawing) visit(b *booking.Booking) view.TimelineItem {
	zone, tone := d.zone(b), view.Quiet
	switch {
	case b.Status == booking.Requested:
		tone = view.Look
	case b.Status.Occupies() && b.End > d.Now, b.Status == booking.Completed:
		tone = view.Good
	case b.Status == booking.NoShow:
		tone = view.Bad
	}
	return view.TimelineItem{
		Title: view.Joined(d.Services(b), d.subject(b.Subject)), Tone: tone, Href: d.Root() + "/bookings/" + string(b.ID), Line: view.Joined(
			d.P.RelativeTime(b.Start.In(zone), d.Now.In(zone)), d.StaffName(b.Lead), d.P.T("status."+string(b.Status)), d.P.Money(b.Quote.Total)),
	}
}

// answers lists the forms filled in, and those that can be.
func (d *drawing) answers() view.SheetSection {
	s := view.SheetSection{ID: "answers", Heading: d.P.T("sheet.answers")}
	c := d.Set.Catalog
	for _, f := range d.filled {
		row := view.SheetRow{Title: d.P.T("sheet.form"), Line: view.Joined(d.P.RelativeTime(f.At.In(d.Home), d.Now.In(d.Home)), d.P.T("sheet.by_"+f.Source))}
		if form, ok := c.Form(f.Form); ok {
			row.Title = d.Name(form.Names)
		}
		for _, a := range append(slices.Clone(f.Answers), f.Health...) {
			row.Facts = append(row.Facts, view.Fact{Label: d.Name(a.Label), Value: shell.Said(*d.P, a, c.Business.Language)})
		}
		s.Rows = append(s.Rows, row)
	}
	if d.may() {
		for _, f := range c.Forms {
			if !f.Archived {
				s.Links = append(s.Links, view.Link{Text: d.P.T("sheet.fill", "form", d.Name(f.Names)), Href: d.at("/forms/" + string(f.ID))})
			}
		}
	}
	if len(s.Rows) == 0 && len(s.Links) > 0 {
		s.Teach = d.P.T("sheet.answers_none")
	}
	return d.turns(s)
}

func (d *drawing) mail() view.SheetSection {
	s := view.SheetSection{ID: "messages", Heading: d.P.T("nav.messages"), Teach: d.P.T("card.no_messages")}
	for _, l := range d.messages {
		if l.Recipient.Kind == message.ToClient {
			s.Mail = append(s.Mail, d.MessageRow(l, ""))
		}
	}
	return d.turns(s)
}

// contacts lists numbers and addresses, the preferred ones first.
func (d *drawing) contacts() view.SheetSection {
	s := view.SheetSection{ID: "contacts", Heading: d.P.T("card.contacts"), Teach: d.P.T("card.no_contacts")}
	for _, k := range d.sheet.Contacts {
		row := view.SheetRow{Title: k.Value, Href: "tel:" + k.Value, Line: view.Joined(d.P.T("form."+k.Kind), k.Label)}
		if k.Kind == client.ContactEmail {
			row.Href = "mailto:" + k.Value
		}
		switch {
		case k.Verified():
			row.Chip = view.Chip{Text: d.P.T("sheet.verified"), Tone: view.Good}
		case k.InDoubt:
			row.Chip = view.Chip{Text: d.P.T("sheet.in_doubt"), Tone: view.Look}
			row.Line = view.Joined(row.Line, d.P.T("sheet.in_doubt_why"))
		}
		row.Acts = d.contactActs(k)
		s.Rows = append(s.Rows, row)
	}
	s.Facts = []view.Fact{{Label: d.P.T("card.language"), Value: d.language()}}
	if z := d.sheet.Client.Zone; z != "" && z != d.Home.String() {
		s.Facts = append(s.Facts, view.Fact{Label: d.P.T("card.zone"), Value: z})
	}
	if d.may() {
		s.Forms = []view.SheetForm{{
			Summary: d.P.T("sheet.contact_add"), Action: d.at("/contact"), Hidden: d.hidden("contact"), Button: d.P.T("sheet.add"), Open: d.open("contact"),
			Fields: []view.Field{
				d.choice("contact.kind", d.P.T("sheet.contact_kind"), []view.Option{
					{Value: client.ContactPhone, Text: d.P.T("form.phone")}, {Value: client.ContactEmail, Text: d.P.T("form.email")},
				}).In(view.Half),
				d.field(view.FieldText, "contact.label", d.P.T("sheet.contact_label")).In(view.Half).Opt(),
				d.field(view.FieldText, "contact.value", d.P.T("sheet.contact_value")).Needed(),
			},
		}}
	}
	return s
}

// contactActs are what the desk may do with a contact.
func (d *drawing) contactActs(k client.Contact) (acts []view.SheetAct) {
	if !d.may() || k.ID == "" {
		return nil
	}
	add := func(word, at string) {
		hidden := d.hidden(at+string(k.ID), view.Pair{Name: "contact", Value: string(k.ID)})
		acts = append(acts, view.SheetAct{Text: d.P.T(word), About: k.Value, Action: d.at("/" + at), Hidden: hidden})
	}
	if !k.Verified() {
		add("sheet.confirm", "confirm")
	}
	if !k.Preferred {
		add("sheet.prefer", "prefer")
	}
	if !k.Preferred || k.InDoubt {
		add("sheet.remove", "uncontact")
	}
	return acts
}

// facts lists what is known of the client themselves.
func (d *drawing) facts() view.SheetSection {
	s := view.SheetSection{ID: "facts", Ahead: true, Heading: d.P.T("sheet.facts"), Teach: d.P.T("sheet.facts_none")}
	s.Facts, s.Rows = d.factRows("", s.ID)
	if d.may() {
		s.Forms = []view.SheetForm{d.factForm("", "")}
	}
	return d.turns(s)
}

// factRows lists what holds of the client or a subject: what the desk wrote
// down in short, what came from elsewhere or wants a second look in full.
func (d *drawing) factRows(of id.Subject, section string) (short []view.Fact, rows []view.SheetRow) {
	for _, f := range cut(d, section, mostFacts, d.sheet.Facts.Of(of), func(f client.Fact) string { return f.Key }) {
		row := view.SheetRow{Title: d.FactName(f.Key), Text: d.FactValue(f.Value), Line: d.source(f)}
		if !d.lent {
			row.Href = d.at("/facts/" + f.Key + "?subject=" + string(of))
		}
		switch {
		case f.Doubt() != "":
			row.Chip = view.Chip{Text: d.P.T("sheet.doubt"), Tone: view.Look}
		case f.Class == client.ClassHealth:
			row.Chip = view.Chip{Text: d.P.T("sheet.health")}
		case f.Source == client.SourceStaff:
			short = append(short, view.Fact{Label: row.Title, Value: row.Text, Href: row.Href})
			continue
		}
		rows = append(rows, row)
	}
	return short, rows
}

// factForm asks for a fact of the client or of a subject.
func (d *drawing) factForm(of id.Subject, kind string) view.SheetForm {
	prefix := "fact" + string(of)
	var known []view.Option
	for _, k := range client.Keys(kind) {
		if k.Class != client.ClassHealth || d.Who.May(account.ReadHealth) {
			known = append(known, view.Option{Value: k.Name, Text: d.FactName(k.Name)})
		}
	}
	return view.SheetForm{
		Summary: d.P.T("sheet.fact_add"), Action: d.at("/fact"), Button: d.P.T("sheet.add"), Open: d.open(prefix),
		Hidden: d.hidden(prefix, view.Pair{Name: "subject", Value: string(of)}),
		Fields: []view.Field{
			d.choice(prefix+".key", d.P.T("sheet.fact_what"), known).In(view.Half),
			d.field(view.FieldText, prefix+".value", d.P.T("sheet.fact_value")).In(view.Half).Needed(),
		},
	}
}

// habits is what is counted: how often, when, with whom, for how much.
func (d *drawing) habits() view.SheetSection {
	s := view.SheetSection{ID: "habits", Heading: d.P.T("sheet.habits")}
	add := func(key, value string) {
		if value != "" {
			s.Facts = append(s.Facts, view.Fact{Label: d.P.T("sheet." + key), Value: value})
		}
	}
	count := func(n int) string {
		if n == 0 {
			return ""
		}
		return d.P.Number(n)
	}
	t := d.tally
	add("usual_every", d.every())
	usual := t.Usual()
	if usual.Weekday > 0 {
		add("usual_day", d.weekday(usual.Weekday))
	}
	if usual.Hour >= 0 {
		add("usual_time", d.P.T("sheet.usual_hour", "time", d.clock(usual.Hour*60)))
	}
	add("usual_staff", d.StaffName(usual.Staff))
	add("no_shows", count(t.NoShows))
	add("late_cancels", count(t.LateCancels))
	var sums []string
	for _, a := range t.Sums() {
		sums = append(sums, d.P.Money(a))
	}
	add("spent", strings.Join(sums, " + "))
	return s
}

// wishes are the client's preferences.
func (d *drawing) wishes() view.SheetSection {
	p := d.sheet.Profile.Preferences
	s := view.SheetSection{ID: "wishes", Heading: d.P.T("card.preferences"), Teach: d.P.T("card.no_preferences"), Rows: d.calendars()}
	add := func(key, value string) {
		if value != "" {
			s.Facts = append(s.Facts, view.Fact{Label: d.P.T("sheet." + key), Value: value})
		}
	}
	add("fav_services", d.names(p.Services))
	var staff, windows, channels, muted []string
	for _, who := range p.Staff {
		staff = append(staff, d.StaffName(who))
	}
	for _, w := range p.Windows {
		day := d.P.T("sheet.any_day")
		if w.Weekday > 0 {
			day = d.weekday(w.Weekday)
		}
		windows = append(windows, d.P.T("sheet.window", "day", day, "from", d.clock(w.From), "to", d.clock(w.To)))
	}
	for _, c := range p.Channels {
		channels = append(channels, d.Word("channel.", c))
	}
	for _, step := range p.Muted {
		muted = append(muted, d.Word("step.", step))
	}
	add("fav_staff", strings.Join(staff, ", "))
	add("windows", strings.Join(windows, "; "))
	add("channels", strings.Join(channels, ", "))
	if p.Remind != client.RemindAll {
		add("remind", d.P.T("sheet.remind_"+p.Remind))
	}
	add("muted", strings.Join(muted, ", "))
	if p.Quiet.On() {
		add("quiet", d.P.T("sheet.quiet_from", "from", d.clock(p.Quiet.From), "to", d.clock(p.Quiet.To)))
	}
	if d.may() {
		s.Links = []view.Link{{Text: d.P.T("sheet.wishes_change"), Href: d.at("/preferences")}}
	}
	return s
}

// consents lists what was agreed to and withdrawn.
func (d *drawing) consents() view.SheetSection {
	s := view.SheetSection{ID: "consents", Heading: d.P.T("card.consents"), Teach: d.P.T("card.no_consents")}
	for _, c := range d.consent {
		row := view.SheetRow{
			Title: d.Purpose(c.Purpose), Chip: view.Chip{Text: d.P.T("sheet.agreed"), Tone: view.Good},
			Line: view.Joined(d.P.DateYear(c.GivenAt.In(d.Home)), d.P.T("notices.version", "n", d.P.Number(c.Version)), d.P.T("sheet.over_"+c.Channel)),
		}
		switch {
		case c.WithdrawnAt != 0:
			row.Chip = view.Chip{Text: d.P.T("sheet.withdrawn", "when", d.P.DateYear(c.WithdrawnAt.In(d.Home)))}
		case d.may():
			row.Acts = []view.SheetAct{{
				Text: d.P.T("sheet.withdraw"), About: row.Title, Action: d.at("/withdraw"),
				Hidden: d.hidden("withdraw"+c.Purpose, view.Pair{Name: "purpose", Value: c.Purpose}),
			}}
		}
		s.Rows = append(s.Rows, row)
	}
	for _, o := range d.against {
		s.Rows = append(s.Rows, view.SheetRow{
			Title: d.Purpose(o.Purpose), Chip: view.Chip{Text: d.P.T("sheet.objected"), Tone: view.Look}, Line: d.P.DateYear(o.At.In(d.Home)),
		})
	}
	var asks []view.Option
	for _, n := range d.Set.Catalog.Notices {
		if !n.Archived {
			asks = append(asks, view.Option{Value: string(n.ID), Text: d.Purpose(n.Purpose)})
		}
	}
	if d.may() && len(asks) > 0 {
		s.Forms = []view.SheetForm{{
			Summary: d.P.T("sheet.agree_add"), Action: d.at("/agree"), Hidden: d.hidden("agree"), Button: d.P.T("sheet.agree_do"), Open: d.open("agree"),
			Fields: []view.Field{d.choice("agree.notice", d.P.T("notices.purpose"), asks).Hinted(d.P.T("sheet.agree_hint"))},
		}}
	}
	return d.turns(s)
}

// offers are the services that can be planned.
func (d *drawing) offers() []view.Option {
	var out []view.Option
	for _, s := range d.Set.Catalog.Services {
		if !s.Archived {
			out = append(out, view.Option{Value: string(s.ID), Text: d.Name(s.Names)})
		}
	}
	return out
}

// names are services in words.
func (d *drawing) names(services []id.Service) string {
	var out []string
	for _, one := range services {
		if s, ok := d.Set.Catalog.Service(one); ok {
			out = append(out, d.Name(s.Names))
		}
	}
	return strings.Join(out, ", ")
}

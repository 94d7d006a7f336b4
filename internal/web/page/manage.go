package page

import (
	"net/http"
	"net/url"
	"time"

	"kept/account"
	"kept/availability"
	"kept/booking"
	"kept/fault"
	"kept/id"
	"kept/internal/i18n"
	"kept/internal/ical"
	"kept/internal/secret"
	"kept/internal/web"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/policy"
	"kept/span"
)

// opened is a booking in the hands of whoever has its link.
type opened struct {
	b     *booking.Booking
	s     *availability.Setting
	token string
	who   account.Principal
}

func (o *opened) href() string { return "/m/" + o.token }

// open finds the booking of the link; fault not_found, also for a link that was ended.
func (p *Pages) open(r *http.Request) (*opened, error) {
	token := r.PathValue("token")
	t, err := p.Tokens.Verify(token, secret.KindManage)
	if err != nil {
		return nil, fault.Missing("booking")
	}
	b, err := p.Desk.Find(r.Context(), account.System(id.Business(t.Business)), id.Booking(t.ID))
	if err != nil {
		return nil, err
	}
	if b.Epoch != t.Epoch {
		return nil, fault.Missing("booking")
	}
	s, err := p.Settings.Load(r.Context(), b.Business, 0)
	return &opened{b, s, token, account.Visitor(b.Business, b.Client)}, err
}

// agreed is a booking in the reader's words.
func (p *Pages) agreed(r *http.Request, o *opened) view.Visit {
	c := o.s.Catalog
	v := p.visitText(r, c, linesOf(o.b.Placement), o.b.Lead, o.b.Location, 0)
	v.Duration = shell.Printer(r).Duration(int((o.b.End - o.b.Start) / span.Minute))
	v.Price = shell.Printer(r).Price(o.b.Quote.Total)
	v.Party = partyText(shell.Printer(r), o.b.Party)
	if zone, err := p.Zone(o.b.Zone); err == nil {
		p.whenText(r, &v, o.b.Start, o.b.End, zone)
		p.teamText(r, c, &v, o.b.Placement, zone)
	}
	return v
}

// manage shows a booking; right after booking, as the good news.
func (p *Pages) manage(w http.ResponseWriter, r *http.Request) error {
	o, err := p.open(r)
	if err != nil {
		return err
	}
	if r.URL.Query().Get("done") == "1" && (o.b.Status == booking.Confirmed || o.b.Status == booking.Requested) {
		return p.done(w, r, o)
	}
	m := p.manageModel(r, o)
	if m.Series, err = p.ofSeries(r, o); err != nil {
		return err
	}
	m.Asking = r.URL.Query().Get("ask") == "cancel" && m.Cancel != ""
	switch r.URL.Query().Get("said") {
	case "moved":
		m.Notice = view.Notice{Text: m.P.T("manage.moved"), Tone: view.Good}
	case "cancelled":
		m.Notice = view.Notice{Text: m.P.T("manage.cancelled_now"), Tone: view.Good}
	case "others_moved", "others_cancelled":
		m.Notice = view.Notice{Text: m.P.T("manage." + r.URL.Query().Get("said")), Tone: view.Good}
	case "coming":
		m.Notice = view.Notice{Text: m.P.T("manage.thanks"), Tone: view.Good}
	}
	return shell.Draw(w, r, http.StatusOK, view.ManagePage(m))
}

func (p *Pages) manageModel(r *http.Request, o *opened) view.ManageModel {
	now, b := p.Clock.Now(), o.b
	m := view.ManageModel{
		Page: shell.Frame(r, ""), Brand: p.brand(r, o.s.Catalog, b.Location), Visit: p.agreed(r, o), Status: string(b.Status),
		Past: b.Start <= now, Confirmed: b.Attendance != 0, Keep: o.href(),
	}
	if m.Past || b.Status.Final() {
		m.Again = m.Brand.Href
	}
	if b.Status.Final() || m.Past {
		return m
	}
	if b.Status == booking.Confirmed && b.Attendance == 0 {
		m.Confirm = o.href() + "/confirm"
	}
	if b.Status.Movable() && b.Policy.MayMove(now, b.Start) {
		m.Move = o.href() + "/move"
	}
	if b.Status.May(booking.Cancelled) && b.Policy.MayCancel(now, b.Start) {
		m.Cancel, m.AskCancel = o.href()+"/cancel", o.href()+"?ask=cancel"
	}
	m.ICS = o.href() + "/visit.ics"
	if zone, err := p.Zone(b.Zone); err == nil {
		m.Policy = p.untilText(m.P, b.Policy, b.Start, zone, "policy.late")
	}
	return m
}

// untilText says until when a visit can still be changed, by what is agreed;
// late is the key of what is said once it is too late.
func (p *Pages) untilText(pr i18n.Printer, agreed policy.Snapshot, start span.Instant, zone *time.Location, late string) string {
	now := p.Clock.Now()
	move, cancel := agreed.MoveUntil(start), agreed.CancelUntil(start)
	say := func(key string, until span.Instant) string { return pr.T(key, "time", pr.DateTime(until.In(zone))) }
	switch {
	case now >= move && now >= cancel:
		return pr.T(late)
	case move == cancel:
		return say("policy.free_until", move)
	case now >= move:
		return say("policy.cancel_until", cancel)
	case now >= cancel:
		return say("policy.move_until", move)
	default:
		return say("policy.move_until", move) + " " + say("policy.cancel_until", cancel)
	}
}

func (p *Pages) done(w http.ResponseWriter, r *http.Request, o *opened) error {
	m := view.DoneModel{
		Page: shell.Frame(r, ""), Brand: p.brand(r, o.s.Catalog, o.b.Location), Visit: p.agreed(r, o),
		Requested: o.b.Status == booking.Requested, ICS: o.href() + "/visit.ics", Manage: o.href(),
	}
	m.Again = m.Brand.Href
	m.Google = googleLink(m.Visit, m.Brand.Name, o.b)
	if until := min(o.b.Policy.MoveUntil(o.b.Start), o.b.Policy.CancelUntil(o.b.Start)); until > p.Clock.Now() {
		if zone, err := p.Zone(o.b.Zone); err == nil {
			m.FreeUntil = m.P.DateTime(until.In(zone))
		}
	}
	return shell.Draw(w, r, http.StatusOK, view.DonePage(m))
}

// googleLink is the address that puts a visit into Google's calendar.
func googleLink(v view.Visit, house string, b *booking.Booking) string {
	const form = "20060102T150405Z"
	q := url.Values{
		"action": {"TEMPLATE"}, "text": {v.Service + " · " + house}, "location": {v.Place},
		"dates": {b.Start.UTC().Format(form) + "/" + b.End.UTC().Format(form)},
	}
	return "https://calendar.google.com/calendar/render?" + q.Encode()
}

// calendarFile gives the visit as iCalendar.
func (p *Pages) calendarFile(w http.ResponseWriter, r *http.Request) error {
	o, err := p.open(r)
	if err != nil {
		return err
	}
	v, c := p.agreed(r, o), o.s.Catalog
	host := "kept.invalid"
	if u, err := url.Parse(p.Base); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	method := ical.Publish
	if !o.b.Status.Occupies() {
		method = ical.Cancel
	}
	house := shell.Named(r, c, c.Business.Names)
	body, err := ical.Calendar{Method: method, Name: house, Zone: o.b.Zone, Visits: []ical.Visit{{
		UID: string(o.b.ID) + "@" + host, Sequence: o.b.Sequence, Stamp: o.b.UpdatedAt, Start: o.b.Start, End: o.b.End,
		Summary: v.Service + " · " + house, Description: v.Staff, Location: v.Place, URL: p.Base + o.href(),
		Cancelled: method == ical.Cancel,
	}}}.Encode()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", ical.ContentType(method))
	w.Header().Set("Content-Disposition", `attachment; filename="visit.ics"`)
	_, _ = w.Write(body) // the reader may have gone
	return nil
}

func (p *Pages) confirmVisit(w http.ResponseWriter, r *http.Request) error {
	o, err := p.open(r)
	if err != nil {
		return err
	}
	if _, err := p.Desk.Confirm(r.Context(), o.who, o.b.ID); err != nil {
		return p.refused(w, r, o, err)
	}
	http.Redirect(w, r, o.href()+"?said=coming", http.StatusSeeOther)
	return nil
}

func (p *Pages) cancelVisit(w http.ResponseWriter, r *http.Request) error {
	o, err := p.open(r)
	if err != nil {
		return err
	}
	said, err := p.cancelScoped(r, o)
	if err != nil {
		return p.refused(w, r, o, err)
	}
	http.Redirect(w, r, o.href()+"?said="+said, http.StatusSeeOther)
	return nil
}

// refused shows the booking as it is, with the reason why it stays so.
func (p *Pages) refused(w http.ResponseWriter, r *http.Request, o *opened, err error) error {
	switch fault.KindOf(err) {
	case fault.Conflict, fault.Forbidden, fault.Invalid:
	default:
		return err
	}
	fresh, findErr := p.open(r)
	if findErr != nil {
		return findErr
	}
	m := p.manageModel(r, fresh)
	if m.Series, findErr = p.ofSeries(r, fresh); findErr != nil {
		return findErr
	}
	m.Path = o.href()
	problem := web.NewProblem(p.Words, m.P.Lang(), err)
	text := problem.Title
	if problem.Rule != "" && problem.Code != fault.CodeConflict {
		text = problem.Detail
	}
	if said := p.ruleSays(r, fresh.s, err); said != "" {
		text = said
	}
	m.Notice = view.Notice{Text: text, Tone: view.Look}
	return shell.Draw(w, r, problem.Status, view.ManagePage(m))
}

// moveVisit offers other times for a booking.
func (p *Pages) moveVisit(w http.ResponseWriter, r *http.Request) error {
	o, err := p.open(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	return p.moveTimes(w, r, o, q.Get("day"), q.Get("start"), 0, http.StatusOK)
}

func (p *Pages) moveTimes(
	w http.ResponseWriter, r *http.Request, o *opened, day, start string, gone span.Instant, status int,
) error {
	if !o.b.Status.Movable() || !o.b.Policy.MayMove(p.Clock.Now(), o.b.Start) {
		http.Redirect(w, r, o.href(), http.StatusSeeOther)
		return nil
	}
	lines := linesOf(o.b.Placement)
	for i, item := range o.b.Items {
		lines[i].Staff = leadOf(item)
	}
	if o.b.Group != "" {
		lines[0].Staff = "" // whoever leads the other session
	}
	picker, at, err := p.picker(r, o.s, pick{
		lines: lines, location: o.b.Location, day: day, start: start, gone: gone, except: o.b.ID,
		party: o.b.Party, client: o.b.Client,
		link: func(_ id.Staff, day, start string) string {
			q := url.Values{"day": {day}}
			if start != "" {
				q.Set("start", start)
			}
			return o.href() + "/move?" + q.Encode()
		},
	})
	if err != nil {
		return err
	}
	m := view.MoveModel{
		Page: shell.Frame(r, ""), Brand: p.brand(r, o.s.Catalog, o.b.Location), Visit: p.agreed(r, o), Back: o.href(),
		Picker: picker.Picker,
	}
	if gone != 0 {
		m.Notice = m.TakenNotice()
	}
	if r.Method != http.MethodGet {
		m.Path = o.href() + "/move"
	}
	if at != 0 {
		m.Go = &view.GoBar{
			Line: m.P.DateTime(at.In(picker.zone)), Sub: view.Joined(m.Visit.Service, m.Visit.Staff),
			Action: o.href() + "/move", Scope: o.b.Series != "", Hidden: []view.Pair{{Name: "start", Value: start}, {Name: "day", Value: day}},
		}
	}
	return shell.Draw(w, r, status, view.MovePage(m))
}

func leadOf(item availability.Item) id.Staff {
	for _, part := range item.Segments {
		if len(part.Staff) > 0 {
			return part.Staff[0]
		}
	}
	return ""
}

// moveVisitTo moves a booking.
func (p *Pages) moveVisitTo(w http.ResponseWriter, r *http.Request) error {
	o, err := p.open(r)
	if err != nil {
		return err
	}
	start, err := readStart(r.PostFormValue("start"))
	if err != nil {
		return err
	}
	said, err := p.moveScoped(r, o, booking.Move{Start: start})
	switch {
	case err != nil && scopeOf(r) != booking.ScopeOne:
		return p.refused(w, r, o, err)
	case fault.Is(err, fault.CodeSlotTaken) || fault.Is(err, fault.CodeSlotClosed):
		return p.moveTimes(w, r, o, r.PostFormValue("day"), "", start, http.StatusConflict)
	case err != nil:
		return p.refused(w, r, o, err)
	}
	http.Redirect(w, r, o.href()+"?said="+said, http.StatusSeeOther)
	return nil
}

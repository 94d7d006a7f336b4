package page

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kept/account"
	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/internal/secret"
	"kept/internal/web"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/policy"
	"kept/pricing"
	"kept/span"
)

// basket is what a client has chosen so far; it lives in the address.
type basket struct {
	slug     string
	services []id.Service
	staff    id.Staff
	location id.Location
	day      string
	start    string
	party    int          // how many come, where a service has seats
	anyOrder bool         // several services may follow each other in any order
	answers  url.Values   // to what shapes the visit, by the names of the fields
	gone     span.Instant // a start that somebody else has taken meanwhile; not in the address
}

// mostParty is how many can be booked for at once.
const mostParty = 12

// basketOf reads what is chosen so far from an address or a form.
func (p *Pages) basketOf(r *http.Request, c *catalog.Catalog, from url.Values) basket {
	get := from.Get
	w := basket{
		slug: r.PathValue("slug"), staff: id.Staff(get("staff")), location: id.Location(get("location")),
		day: get("day"), start: get("start"),
	}
	if n, err := strconv.Atoi(get("party")); err == nil && n > 1 && n <= mostParty {
		w.party = n
	}
	for _, s := range from["service"] {
		w.services = append(w.services, id.Service(s))
	}
	w.anyOrder = get("any_order") != "" && w.ordered()
	w.answers = shell.Answered(from, p.shaping(c, w.services))
	return w
}

// href is the address of the times page with what is in it.
func (w basket) href() string { return "/b/" + w.slug + "?" + w.query().Encode() }

func (w basket) query() url.Values {
	q := url.Values{}
	for _, s := range w.services {
		q.Add("service", string(s))
	}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("staff", string(w.staff))
	set("location", string(w.location))
	set("day", w.day)
	set("start", w.start)
	if w.party > 1 {
		q.Set("party", strconv.Itoa(w.party))
	}
	if w.anyOrder {
		q.Set("any_order", "1")
	}
	maps.Copy(q, w.answers)
	return q
}

func (w basket) hidden() []view.Pair {
	var out []view.Pair
	for name, values := range w.query() {
		for _, v := range values {
			out = append(out, view.Pair{Name: name, Value: v})
		}
	}
	return out
}

// book is the booking page: what, and once that is chosen, when.
func (p *Pages) book(w http.ResponseWriter, r *http.Request) error {
	s, err := p.Setting(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	chosen := p.basketOf(r, s.Catalog, q)
	if len(chosen.services) == 0 {
		return p.services(w, r, s.Catalog, chosen)
	}
	if more := further(s.Catalog, chosen); q.Get("add") != "" && len(more) > 0 {
		return p.addService(w, r, s.Catalog, chosen, more)
	}
	return p.times(w, r, s, chosen, view.Notice{}, http.StatusOK)
}

func (p *Pages) services(w http.ResponseWriter, r *http.Request, c *catalog.Catalog, chosen basket) error {
	m := view.ServicesModel{Page: shell.Frame(r, ""), Brand: p.brand(r, c, chosen.location)}
	places := activePlaces(c)
	for _, l := range places {
		next := basket{slug: chosen.slug, location: l.ID}
		m.Locations = append(m.Locations, view.PlaceChoice{
			Name: shell.Named(r, c, l.Names), Address: shell.Named(r, c, l.Address), Href: next.href(), Chosen: l.ID == chosen.location,
		})
	}
	p.favourites(r, c, chosen, &m)
	var all []*catalog.Service
	for _, v := range c.Services {
		if !v.Archived && v.Public && offeredAt(v, chosen.location) {
			all = append(all, v)
		}
	}
	m.Groups = append(m.Groups, p.menu(r, c, chosen, all)...)
	return shell.Draw(w, r, http.StatusOK, view.ServicesPage(m))
}

// menu lists services under their headings, each leading on with what is chosen already.
func (p *Pages) menu(r *http.Request, c *catalog.Catalog, chosen basket, all []*catalog.Service) []view.ServiceGroup {
	var out []view.ServiceGroup
	groups := map[string]int{}
	today := p.today(c, chosen.location)
	for _, v := range all {
		name := shell.Named(r, c, v.Group)
		at, known := groups[name]
		if !known {
			at = len(out)
			groups[name] = at
			out = append(out, view.ServiceGroup{Name: name})
		}
		next := chosen.with(c, append(slices.Clone(chosen.services), v.ID))
		out[at].Services = append(out[at].Services, choice(r, c, v, next, needs(r, c, v, today)))
	}
	return out
}

// choice is a service to choose, with what the choice leads to.
func choice(r *http.Request, c *catalog.Catalog, v *catalog.Service, next basket, needs []need) view.ServiceChoice {
	pr := shell.Printer(r)
	out := view.ServiceChoice{
		Name: shell.Named(r, c, v.Names), Description: shell.Named(r, c, v.About), Duration: pr.Duration(v.DurationMin()),
		Price: pr.PriceShort(v.Price), Href: next.href(),
	}
	for _, n := range needs {
		out.Needs = append(out.Needs, n.text)
	}
	return out
}

func activePlaces(c *catalog.Catalog) []*catalog.Location {
	var out []*catalog.Location
	for _, l := range c.Locations {
		if !l.Archived {
			out = append(out, l)
		}
	}
	return out
}

func offeredAt(s *catalog.Service, at id.Location) bool {
	return at == "" || s.DoneAt(at)
}

// times is the second step: when, and with whom.
func (p *Pages) times(
	w http.ResponseWriter, r *http.Request, s *availability.Setting, chosen basket, notice view.Notice, status int,
) error {
	c := s.Catalog
	picker, at, err := p.picker(r, s, pick{
		lines: chosen.lines(c), location: chosen.location, staff: chosen.staff, day: chosen.day, start: chosen.start, gone: chosen.gone,
		public: true, withStaff: true, party: chosen.party, anyOrder: chosen.anyOrder,
		answers: shell.Answers(chosen.answers),
		partyLink: func(party int) string {
			next := chosen
			next.party, next.start = party, ""
			return next.href()
		},
		link: func(staff id.Staff, day, start string) string {
			next := chosen
			next.staff, next.day, next.start = staff, day, start
			return next.href()
		},
	})
	if err != nil {
		return err
	}
	m := view.TimesModel{Page: shell.Frame(r, ""), Brand: p.brand(r, c, chosen.location), Picker: picker.Picker, Notice: notice}
	m.Path, m.Needs = chosen.href(), p.needed(r, c, chosen)
	back := basket{slug: chosen.slug, location: chosen.location}
	m.Back = back.href()
	m.Visit = p.visitText(r, c, chosen.lines(c), chosen.staff, chosen.location, at)
	m.Visit.Party = partyText(m.P, chosen.party)
	if picker.until != 0 { // what the time really takes, with waits in between, and costs
		p.whenText(r, &m.Visit, at, picker.until, picker.zone)
		m.Visit.Duration, m.Visit.Price = m.P.Duration(int((picker.until-at)/span.Minute)), picker.price
	}
	if picker.until == 0 && picker.takes > 0 {
		m.Visit.Duration, m.Visit.Price = m.P.Duration(picker.takes), picker.price
	}
	m.Chosen = chosenText(r, c, chosen, m.Visit)
	m.First = p.first(r, c, chosen)
	if chosen.staff == "" && len(picker.Staff) > 0 {
		m.Visit.Staff = m.P.T("picker.anyone")
	}
	if at != 0 {
		m.Policy = p.policyText(r, c, at, picker.zone.String())
		zoned := at.In(picker.zone)
		m.Go = &view.GoBar{
			Line: m.P.DateTime(zoned), Sub: view.Joined(m.Visit.Service, m.Visit.Staff), Action: "/b/" + chosen.slug + "/hold",
			Hidden: chosen.hidden(),
		}
	}
	return shell.Draw(w, r, status, view.TimesPage(m))
}

// visitText tells what is chosen so far; at is 0 while no time is.
func (p *Pages) visitText(
	r *http.Request, c *catalog.Catalog, lines []booking.Line, staff id.Staff, location id.Location, at span.Instant,
) view.Visit {
	pr := shell.Printer(r)
	v := view.Visit{Call: c.Business.Phone}
	minutes := 0
	var names []string
	var list []*catalog.Service
	for _, l := range lines {
		if s, ok := c.Service(l.Service); ok {
			names = append(names, shell.Named(r, c, s.Names))
			minutes += s.DurationMin()
			list = append(list, s)
		}
	}
	v.Service, v.Duration = strings.Join(names, " + "), pr.Duration(minutes)
	if q, err := pricing.Of(c.Business.Currency, list...); err == nil {
		v.Price = pr.Price(q.Total)
	}
	if m, ok := c.StaffMember(staff); ok {
		v.Staff = shell.Named(r, c, m.Names)
	}
	if l, ok := c.Location(location); ok {
		v.Place, v.PlaceHref = placeText(r, c, l)
	}
	if at != 0 {
		if zone, err := p.zone(c, location); err == nil {
			p.whenText(r, &v, at, at+span.Minutes(minutes), zone)
		}
	}
	return v
}

// placeText is a place with the address of a map.
func placeText(r *http.Request, c *catalog.Catalog, l *catalog.Location) (text, href string) {
	text = shell.Named(r, c, l.Names)
	if address := shell.Named(r, c, l.Address); address != "" {
		text = address
		href = "https://www.openstreetmap.org/search?query=" + url.QueryEscape(address)
	}
	return text, href
}

// policyText says until when the visit can still be changed, by the business's
// terms as they are now.
func (p *Pages) policyText(r *http.Request, c *catalog.Catalog, at span.Instant, zoneName string) string {
	zone, err := p.Zone(zoneName)
	if err != nil {
		return ""
	}
	return p.untilText(shell.Printer(r), policy.Of(c.Business.Terms), at, zone, "policy.soon")
}

// hold keeps the chosen time and leads on to the details.
func (p *Pages) hold(w http.ResponseWriter, r *http.Request) error {
	s, err := p.Setting(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	chosen := p.basketOf(r, s.Catalog, r.PostForm)
	start, err := readStart(chosen.start)
	if err != nil {
		return err
	}
	h, err := p.Desk.Hold(r.Context(), account.Visitor(s.Catalog.Business.ID, ""), booking.Request{
		Lines: chosen.lines(s.Catalog), Location: chosen.location, Start: start, Party: chosen.party, AnyOrder: chosen.anyOrder,
		Given: booking.Given{Answers: shell.Answers(chosen.answers)},
	})
	if fault.KindOf(err) == fault.Conflict && err != nil {
		chosen.start, chosen.gone = "", start
		said := shell.Frame(r, "").TakenNotice()
		if text := p.ruleSays(r, s, err); text != "" {
			said = view.Notice{Text: text, Tone: view.Look}
		} else if problem := web.NewProblem(p.Words, web.Language(r.Context()), err); problem.Left > 0 {
			said = view.Notice{Text: problem.Title, Tone: view.Look}
		}
		return p.times(w, r, s, chosen, said, http.StatusConflict)
	}
	if err != nil {
		return err
	}
	token := p.Tokens.Sign(secret.Token{Business: string(h.Business), Kind: secret.KindHold, ID: string(h.ID), Epoch: 1})
	q := chosen.query()
	q.Set("hold", token)
	http.Redirect(w, r, "/b/"+chosen.slug+"/details?"+q.Encode(), http.StatusSeeOther)
	return nil
}

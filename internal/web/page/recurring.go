package page

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kept/account"
	"kept/availability"
	"kept/booking"
	"kept/client"
	"kept/fault"
	"kept/internal/web"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/span"
)

// mostVisits is how many visits a client can book at once; staff can book more.
const mostVisits = 12

// everyMonth is the word for a visit on the same date of each month; other
// words are the number of weeks between two visits.
const everyMonth = "month"

// repeatable offers to have a visit recur, where its time is its own and one
// person comes.
func repeatable(r *http.Request, m *view.DetailsModel, s *availability.Setting, h *booking.Hold) {
	if h.Placement.Group != "" || h.Party > 1 {
		return
	}
	for _, l := range h.Visit {
		if v, ok := s.Catalog.Service(l.Service); !ok || v.Flexible != nil {
			return
		}
	}
	chosen := r.PostFormValue("repeat")
	for _, word := range []string{"0", "1", "2", "3", "4", everyMonth} {
		value := strings.TrimSuffix(word, "0")
		m.Repeats = append(m.Repeats, view.Option{Value: value, Text: m.P.T("series.every_" + word), Chosen: value == chosen})
	}
	if m.Count = r.PostFormValue("times"); m.Count == "" {
		m.Count = "6"
	}
}

// recurrence reads how often a visit shall recur; fault Invalid.
func recurrence(r *http.Request) (string, error) {
	every := "FREQ=MONTHLY"
	switch word := r.PostForm.Get("repeat"); word {
	case "1", "2", "3", "4":
		every = "FREQ=WEEKLY;INTERVAL=" + word
	case everyMonth:
	default:
		return "", fault.BadField("repeat", "unknown", "one of those offered")
	}
	n, err := strconv.Atoi(strings.TrimSpace(r.PostForm.Get("times")))
	if err != nil || n < 2 || n > mostVisits {
		return "", fault.BadField("times", "range", "from 2 to 12")
	}
	return every + ";COUNT=" + strconv.Itoa(n), nil
}

// takeSeries books a held time and the dates on which it recurs: first it shows
// every date, judged, then it books those that were chosen, all or none. The
// hold keeps the first date until then.
func (p *Pages) takeSeries(w http.ResponseWriter, r *http.Request, s *availability.Setting, chosen basket, token string) error {
	h, err := p.held(r.Context(), s, token)
	if err != nil {
		to, done, doneErr := p.alreadyTaken(r, s, token)
		if doneErr != nil {
			return doneErr
		}
		if done {
			http.Redirect(w, r, to, http.StatusSeeOther)
			return nil
		}
		return p.expired(w, r, s, chosen, err)
	}
	rule, err := recurrence(r)
	if err != nil {
		return p.detailsAgain(w, r, s, chosen, token, err)
	}
	req := booking.Repeat{Rule: rule, Request: booking.Request{
		Lines: slices.Clone(h.Visit), Location: h.Placement.Location, Start: h.Placement.Start,
		AnyOrder: chosen.anyOrder,
	}}
	if req.Dates, err = chosenDates(r); err != nil {
		return err
	}
	if len(req.Dates) == 0 {
		said := view.Notice{}
		if r.PostForm.Has("dates") {
			said = view.Notice{Text: shell.Printer(r).T("series.none"), Tone: view.Look}
		}
		return p.dates(w, r, s, chosen, h, req, said, http.StatusOK)
	}
	req.Start = req.Dates[0]
	to, err := p.seriesOnce(r, s, h, req)
	switch {
	case err == nil:
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	case fault.Is(err, fault.CodeProofRequired):
		return p.askCode(w, r, s, chosen, token)
	case fault.KindOf(err) == fault.Conflict:
		req.Dates = nil
		req.Start = h.Placement.Start
		said := view.Notice{Text: web.NewProblem(p.Words, web.Language(r.Context()), err).Detail, Tone: view.Look}
		if text := p.ruleSays(r, s, err); text != "" {
			said.Text = text
		}
		return p.dates(w, r, s, chosen, h, req, said, http.StatusConflict)
	case fault.KindOf(err) == fault.Invalid:
		return p.detailsAgain(w, r, s, chosen, token, err)
	default:
		return p.expired(w, r, s, chosen, err)
	}
}

// dates shows the dates of a visit that shall recur, with other times for those
// that cannot be had. The first is held. Nothing is booked.
func (p *Pages) dates(
	w http.ResponseWriter, r *http.Request, s *availability.Setting, chosen basket, h *booking.Hold, req booking.Repeat,
	said view.Notice, status int,
) error {
	found, err := p.Desk.TrySeries(r.Context(), account.Visitor(s.Catalog.Business.ID, ""), req)
	if err != nil {
		return err
	}
	place := h.Placement.Location
	zone, err := p.zone(s.Catalog, place)
	if err != nil {
		return err
	}
	m := view.DatesModel{
		Page: shell.Frame(r, ""), Brand: p.brand(r, s.Catalog, place), Back: chosen.href(), Book: "/b/" + chosen.slug + "/book", Notice: said,
		Visit: p.visitText(r, s.Catalog, linesOf(h.Placement), h.Placement.Lead, place, 0),
	}
	m.Path = chosen.href()
	for name, values := range r.PostForm {
		if name == "on" || name == "dates" || strings.HasPrefix(name, "on.") {
			continue
		}
		for _, v := range values {
			m.Hidden = append(m.Hidden, view.Pair{Name: name, Value: v})
		}
	}
	m.Hidden = append(m.Hidden, view.Pair{Name: "dates", Value: "seen"})
	free, now := 0, p.Clock.Now().In(zone)
	when := func(at span.Instant) string { return m.P.DateTimeIn(at.In(zone), now) }
	for i, one := range found {
		row := view.RepeatDate{Text: when(one.Start), Name: "on." + strconv.Itoa(i), Value: one.Start.String(), Chosen: true}
		if one.Err == nil || one.Start == h.Placement.Start {
			free++
			m.Dates = append(m.Dates, row)
			continue
		}
		if row.Why = p.ruleSays(r, s, one.Err); row.Why == "" {
			row.Why = web.NewProblem(p.Words, web.Language(r.Context()), one.Err).Detail
		}
		for _, o := range one.Others {
			row.Others = append(row.Others, view.Option{Value: o.Start.String(), Text: when(o.Start)})
		}
		m.Dates = append(m.Dates, row)
	}
	m.Line = m.P.N("series.free", len(found), "free", free)
	return shell.Draw(w, r, status, view.DatesPage(m))
}

// chosenDates reads the dates that were ticked, and those chosen instead of others.
func chosenDates(r *http.Request) ([]span.Instant, error) {
	texts := slices.Clone(r.PostForm["on"])
	for i := range mostVisits {
		texts = append(texts, r.PostForm.Get("on."+strconv.Itoa(i)))
	}
	var out []span.Instant
	for _, text := range texts {
		if text == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339, text)
		if err != nil || len(out) == mostVisits {
			return nil, fault.BadField("on", "format", "these are no dates that were offered")
		}
		out = append(out, span.At(at))
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// seriesOnce lets the hold go and books the dates, in one transaction and once
// for each hold; it gives the address of the first.
func (p *Pages) seriesOnce(r *http.Request, s *availability.Setting, h *booking.Hold, req booking.Repeat) (string, error) {
	form := r.PostForm
	return p.Once(r.Context(), s.Catalog.Business.ID, routeTake, string(h.ID), nil, func(ctx context.Context) (string, error) {
		language, zone := web.Language(ctx), ""
		if z := p.zoneOfReader(r); z != nil {
			zone = z.String()
		}
		req.Note, req.Language, req.Given, req.Proof = form.Get("note"), language, given(form), p.proof(r, s)
		req.Client = client.Draft{
			Name: form.Get("name"), Email: form.Get("email"), Phone: form.Get("phone"), Language: language, Zone: zone,
		}
		who, err := p.who(r, s.Catalog, servicesOf(h.Visit), &req.Request)
		if err != nil {
			return "", err
		}
		if err := p.Desk.Release(ctx, who, h.ID); err != nil {
			return "", err
		}
		_, all, err := p.Desk.BookSeries(ctx, who, req)
		if err != nil {
			return "", err
		}
		return "/m/" + p.manageToken(all[0]) + "?done=1", nil
	})
}

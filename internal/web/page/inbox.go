package page

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"kept/fault"
	"kept/id"
	"kept/internal/channel/demo"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/span"
)

// inboxPage is how many messages of each business the inbox shows.
const inboxPage = 40

// inbox shows what the demo's people would have received, and the demo's clock.
func (p *Pages) inbox(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	m := view.InboxModel{Page: shell.Frame(r, ""), Advance: "/demo/advance", Home: "/"}
	only := q.Get("business")
	if only != "" {
		m.Hidden = []view.Pair{{Name: "business", Value: only}}
	}
	zone := time.UTC
	type letter struct {
		demo.Mail
		item view.InboxItem
	}
	var all []letter
	m.Filters = append(m.Filters, view.Filter{Text: m.P.T("inbox.all"), Href: "/demo/inbox", Count: -1, Chosen: only == ""})
	for _, login := range p.Demo.Logins {
		business, err := p.Settings.BySlug(r.Context(), login.Slug)
		if err != nil {
			return err
		}
		s, err := p.Settings.Load(r.Context(), business, 0)
		if err != nil {
			return err
		}
		name := shell.Named(r, s.Catalog, s.Catalog.Business.Names)
		m.Filters = append(m.Filters, view.Filter{
			Text: name, Href: "/demo/inbox?business=" + url.QueryEscape(login.Slug), Count: -1, Chosen: only == login.Slug,
		})
		if only != "" && only != login.Slug {
			continue
		}
		place, err := p.Zone(s.Catalog.Business.Zone)
		if err != nil {
			return err
		}
		if only != "" {
			zone = place
		}
		mails, err := p.Demo.Inbox.List(r.Context(), business, 0, "", inboxPage)
		if err != nil {
			return err
		}
		for _, mail := range mails {
			item, err := p.inboxItem(r, m, business, mail, place)
			if err != nil {
				return err
			}
			item.Business = name
			all = append(all, letter{mail, item})
		}
	}
	slices.SortStableFunc(all, func(a, b letter) int { return int(max(min(b.At-a.At, 1), -1)) })
	for _, l := range all[:min(len(all), inboxPage)] {
		m.Messages = append(m.Messages, l.item)
	}
	m.Now = m.P.DateTime(p.Clock.Now().In(zone)) + " " + p.Clock.Now().In(zone).Format("MST")
	if due, ok, err := p.Demo.NextDue(r.Context()); err != nil {
		return err
	} else if ok {
		m.NextDue = m.P.DateTime(due.In(zone))
	}
	if n, err := strconv.Atoi(q.Get("sent")); err == nil && n >= 0 && n < 1_000_000 {
		m.Moved = m.P.N("inbox.moved", n)
	}
	return shell.Draw(w, r, http.StatusOK, view.InboxPage(m))
}

// inboxItem is a mail as its recipient has it.
func (p *Pages) inboxItem(
	r *http.Request, m view.InboxModel, business id.Business, mail demo.Mail, zone *time.Location,
) (view.InboxItem, error) {
	full, err := p.Demo.Inbox.Find(r.Context(), business, mail.ID)
	if err != nil {
		return view.InboxItem{}, err
	}
	out := view.InboxItem{
		To: full.To, Channel: m.P.T("channel.demo"), When: m.P.DateTime(mail.At.In(zone)), Subject: full.Subject, Body: full.Text,
	}
	if sent, err := p.Messages.Find(r.Context(), business, mail.ID); err == nil {
		out.Step = m.P.T("step." + string(sent.Step))
	}
	return out, nil
}

// advance moves the demo's clock on and tells how many messages that sent.
func (p *Pages) advance(w http.ResponseWriter, r *http.Request) error {
	to, err := p.advanceTo(r)
	if err != nil {
		return err
	}
	before, err := p.delivered(r)
	if err != nil {
		return err
	}
	if err := p.Demo.SetClock(r.Context(), to); err != nil {
		return err
	}
	after, err := p.delivered(r)
	if err != nil {
		return err
	}
	q := url.Values{"sent": {strconv.Itoa(after - before)}}
	if only := r.PostFormValue("business"); only != "" {
		q.Set("business", only)
	}
	http.Redirect(w, r, "/demo/inbox?"+q.Encode(), http.StatusSeeOther)
	return nil
}

func (p *Pages) advanceTo(r *http.Request) (span.Instant, error) {
	now := p.Clock.Now()
	by := r.PostFormValue("advance")
	if by == "next" {
		due, ok, err := p.Demo.NextDue(r.Context())
		if err != nil || !ok {
			return now, err
		}
		return max(due, now), nil
	}
	d, err := time.ParseDuration(by)
	if err != nil || d <= 0 || d > 30*24*time.Hour {
		return 0, fault.BadField("advance", "range", "a duration such as 3h")
	}
	return now.Add(d), nil
}

// delivered counts what lies in the inbox.
func (p *Pages) delivered(r *http.Request) (int, error) {
	sum := 0
	for _, login := range p.Demo.Logins {
		business, err := p.Settings.BySlug(r.Context(), login.Slug)
		if err != nil {
			return 0, err
		}
		n, err := p.Demo.Inbox.Count(r.Context(), business)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

package page

import (
	"net/http"
	"slices"

	"kept/catalog"
	"kept/id"
	"kept/internal/i18n"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/span"
)

// need is a service that must come before another, with what is said of it.
type need struct {
	other *catalog.Service
	text  string
}

// needs says what must come before a service, by the rules of links.
func needs(r *http.Request, c *catalog.Catalog, of *catalog.Service, today span.Date) []need {
	pr := shell.Printer(r)
	var out []need
	for _, rule := range c.Rules {
		if rule.Archived || rule.Off || rule.Link == nil || rule.Link.Kind != catalog.LinkRequires || !rule.On(today) {
			continue
		}
		if len(rule.Services) > 0 && !slices.Contains(rule.Services, of.ID) {
			continue
		}
		other, ok := c.Service(rule.Link.Other)
		if !ok || other.ID == of.ID {
			continue
		}
		key := "needs.first"
		switch least, most := rule.Link.LeastMin > 0, rule.Link.MostMin > 0; {
		case least && most:
			key = "needs.between"
		case least:
			key = "needs.before"
		case most:
			key = "needs.within"
		}
		pairs := []any{"service", shell.Named(r, c, other.Names), "time", far(pr, rule.Link.LeastMin), "most", far(pr, rule.Link.MostMin)}
		if key == "needs.within" {
			pairs[3] = pairs[5]
		}
		text := pr.T(key, pairs...)
		if rule.When != "" {
			text += " (" + pr.T("needs.some") + ")"
		}
		out = append(out, need{other, text})
	}
	return out
}

// needed says at the times of a visit what must come before it and is not a
// part of it, each with the way to book that.
func (p *Pages) needed(r *http.Request, c *catalog.Catalog, chosen basket) []view.Need {
	var out []view.Need
	today := p.today(c, chosen.location)
	for i, chose := range chosen.services {
		of, ok := c.Service(chose)
		if !ok {
			continue
		}
		for _, n := range needs(r, c, of, today) {
			if slices.Contains(chosen.services[:i], n.other.ID) {
				continue
			}
			one := view.Need{Text: n.text}
			if n.other.Public && !n.other.Archived {
				first := basket{slug: chosen.slug, services: []id.Service{n.other.ID}}
				if offeredAt(n.other, chosen.location) {
					first.location = chosen.location
				}
				one.Link = view.Link{Text: shell.Printer(r).T("needs.book", "service", shell.Named(r, c, n.other.Names)), Href: first.href()}
			}
			if !slices.Contains(out, one) {
				out = append(out, one)
			}
		}
	}
	return out
}

// far writes a distance in time; many hours as days.
func far(pr i18n.Printer, minutes int) string {
	const day, readable = 24 * 60, 72 * 60
	if minutes >= readable && minutes%day == 0 {
		return pr.N("needs.days", minutes/day)
	}
	return pr.Duration(minutes)
}

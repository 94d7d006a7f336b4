package page

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// agreeField is what the names of agreements' fields begin with; their notices
// follow. The value is the version that was shown.
const agreeField = "agree."

// asked fills the details with what the business asks for, holding what was typed.
func asked(r *http.Request, m *view.DetailsModel, s *availability.Setting, services []id.Service, typed url.Values) {
	c := s.Catalog
	text := func(t catalog.Texts) string { return shell.Named(r, c, t) }
	for _, f := range c.Forms {
		if f.Asks(catalog.AskBooking, services) {
			m.Questions = append(m.Questions, shell.Questions(m.P, f, text, typed)...)
		}
	}
	for _, n := range c.Notices {
		if !n.Asks(services) {
			continue
		}
		box := view.Consent{
			Name: agreeField + string(n.ID), Text: text(n.Names), Required: n.Required, Value: strconv.Itoa(n.Version),
			Given: typed.Get(agreeField+string(n.ID)) != "",
		}
		if len(n.Texts) > 0 {
			box.Href = "/b/" + c.Business.Slug + "/notices/" + string(n.ID)
		}
		m.Consents = append(m.Consents, box)
	}
}

// shaping lists the keys of the questions that are asked before times are shown.
func (p *Pages) shaping(c *catalog.Catalog, services []id.Service) []string {
	if len(services) == 0 {
		return nil
	}
	return p.Desk.Shaping(c, services)
}

// first asks what shapes the visit, before the times; nil where nothing does.
func (p *Pages) first(r *http.Request, c *catalog.Catalog, chosen basket) *view.First {
	keys := p.shaping(c, chosen.services)
	if len(keys) == 0 {
		return nil
	}
	next := chosen.unanswered()
	next.start = ""
	text := func(t catalog.Texts) string { return shell.Named(r, c, t) }
	return &view.First{
		Action: "/b/" + chosen.slug, Hidden: next.hidden(),
		Questions: shell.Shaping(shell.Printer(r), c, chosen.services, keys, text, chosen.answers),
	}
}

// unanswered is the basket for a form that asks what shapes the visit itself.
func (w basket) unanswered() basket {
	w.answers = nil
	return w
}

// typed is what the fields of the details hold: what was sent, else what was
// answered before the times were shown.
func (w basket) typed(r *http.Request) url.Values {
	if r.Method == http.MethodPost {
		return r.PostForm
	}
	return w.answers
}

// given reads what was answered and ticked.
func given(form url.Values) booking.Given {
	g := booking.Given{Answers: shell.Answers(form)}
	for name, values := range form {
		if notice, ok := strings.CutPrefix(name, agreeField); ok && len(values) > 0 {
			version, err := strconv.Atoi(values[0])
			if err != nil {
				version = -1 // no version that there is: it is refused
			}
			g.Consents = append(g.Consents, booking.Agreement{Notice: id.Notice(notice), Version: version})
		}
	}
	slices.SortFunc(g.Consents, func(a, b booking.Agreement) int { return strings.Compare(string(a.Notice), string(b.Notice)) })
	return g
}

// fieldOf is the field of the details of a fault's name.
func fieldOf(name string) string {
	if strings.HasPrefix(name, "about.") {
		return "about"
	}
	for from, to := range map[string]string{"client.": "", "answers.": shell.AnswerField, "consents.": agreeField} {
		if rest, ok := strings.CutPrefix(name, from); ok {
			return to + rest
		}
	}
	return name
}

// notice shows the whole text that one is asked to agree to, apart from anything else.
func (p *Pages) notice(w http.ResponseWriter, r *http.Request) error {
	s, err := p.Setting(r)
	if err != nil {
		return err
	}
	n, ok := s.Catalog.Notice(id.Notice(r.PathValue("notice")))
	if !ok || n.Archived {
		return fault.Missing("notice")
	}
	m := view.NoticeModel{
		Page: shell.Frame(r, ""), Brand: p.brand(r, s.Catalog, ""), Heading: shell.Named(r, s.Catalog, n.Names),
		Text: shell.Named(r, s.Catalog, n.Texts),
	}
	m.Line = m.P.T("notice.version", "n", m.P.Number(n.Version))
	return shell.Draw(w, r, http.StatusOK, view.NoticePage(m))
}

// linesOf names the services of a placement in the order in which they follow each other.
func linesOf(p availability.Placement) []booking.Line {
	out := make([]booking.Line, len(p.Items))
	for i, item := range p.Items {
		out[i].Service = item.Service
	}
	return out
}

// servicesOf names the services of lines.
func servicesOf(lines []booking.Line) []id.Service {
	out := make([]id.Service, len(lines))
	for i, l := range lines {
		out[i] = l.Service
	}
	return out
}

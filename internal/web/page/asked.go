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

// What the names of fields begin with: answers by the keys of their questions,
// agreements by their notices with the version that was shown.
const (
	answerField = "q."
	agreeField  = "agree."
)

// asked fills the details with what the business asks for, holding what was typed.
func asked(r *http.Request, m *view.DetailsModel, s *availability.Setting, services []id.Service, typed url.Values) {
	c := s.Catalog
	text := func(t catalog.Texts) string { return shell.Named(r, c, t) }
	for _, f := range c.Forms {
		if f.Asks(catalog.AskBooking, services) {
			m.Questions = append(m.Questions, shell.Questions(m.P, f, text, answerField, typed)...)
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

// given reads what was answered and ticked.
func given(form url.Values) booking.Given {
	g := booking.Given{Answers: shell.Answers(form, answerField)}
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
	for from, to := range map[string]string{"client.": "", "answers.": answerField, "consents.": agreeField} {
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

// servicesOf names the services of lines.
func servicesOf(lines []booking.Line) []id.Service {
	out := make([]id.Service, len(lines))
	for i, l := range lines {
		out[i] = l.Service
	}
	return out
}

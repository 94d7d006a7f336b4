package page

import (
	"net/http"

	"kept/account"
	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/web/view"
)

// subjectKind is the kind of subject that services are done to; empty where it
// is the client.
func subjectKind(c *catalog.Catalog, services []id.Service) string {
	for _, one := range services {
		if s, ok := c.Service(one); ok && s.Subject != "" {
			return s.Subject
		}
	}
	return ""
}

// whom asks for whom or what the visit is: those of the reader's own cards that
// are of the kind, or another one in words.
func (p *Pages) whom(r *http.Request, c *catalog.Catalog, services []id.Service, m *view.DetailsModel) error {
	kind := subjectKind(c, services)
	if kind == "" {
		return nil
	}
	m.Whom = view.Whom{Label: m.P.T("whom." + kind), Text: r.PostFormValue("about")}
	if len(m.People) == 0 || p.Called == nil {
		return nil
	}
	chosen := r.PostFormValue("subject")
	for _, one := range m.People {
		called, err := p.Called(r.Context(), c.Business.ID, id.Client(one.Value))
		if err != nil {
			return err
		}
		for _, s := range called {
			if s.Kind != kind {
				continue
			}
			label := or(s.Label, m.P.T("me.subject_"+kind))
			if len(m.People) > 1 {
				label += " (" + one.Text + ")"
			}
			m.Whom.Known = append(m.Whom.Known, option(string(s.ID), label, or(chosen, string(s.ID))))
			chosen = or(chosen, string(s.ID)) // the first is the usual one
		}
	}
	if len(m.Whom.Known) > 0 {
		m.Whom.Known = append(m.Whom.Known, option("other", m.P.T("whom.other"), chosen))
		m.Whom.Hint = m.P.T("whom.other_hint")
	}
	return nil
}

// readWhom reads for whom or what the visit is, after whose it is.
func readWhom(r *http.Request, c *catalog.Catalog, services []id.Service, req *booking.Request) {
	kind := subjectKind(c, services)
	if kind == "" {
		return
	}
	if said := r.PostForm.Get("about"); said != "" {
		req.About = client.Brought{Kind: kind, Name: said}
		if kind == client.SubjectVehicle {
			req.About.Name, req.About.Plate = "", said
		}
		return
	}
	if s := r.PostForm.Get("subject"); req.ClientID != "" && s != "other" {
		req.Subject = id.Subject(s)
	}
}

// who is booker with for whom or what they book.
func (p *Pages) who(r *http.Request, c *catalog.Catalog, services []id.Service, req *booking.Request) (account.Principal, error) {
	who, err := p.booker(r, c.Business.ID, req)
	if err != nil {
		return who, err
	}
	if s := r.PostForm.Get("subject"); s != "" && s != "other" && !id.Valid(s) {
		return who, fault.BadField("subject", "unknown", "choose one of those listed")
	}
	readWhom(r, c, services, req)
	return who, nil
}

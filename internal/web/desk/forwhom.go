package desk

import (
	"net/url"

	"kept/account"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/web/view"
)

// subjectField names the field for whom or what a client's visit is.
func subjectField(of id.Client) string { return "subject." + string(of) }

// forSubject is for whom or what of a client's the visit is; nobody's is nothing.
func (w *wish) forSubject() id.Subject {
	if w.client == "" {
		return ""
	}
	return w.subject
}

// subjects fills in for whom or what the visit can be, where the client is
// chosen already: the client themselves, or one of theirs.
func (d *Desk) subjects(t *turn, m *view.NewBookingModel, w wish) error {
	if w.subject != "" {
		m.Hidden = append(m.Hidden, view.Pair{Name: "subject", Value: string(w.subject)})
	}
	if w.client == "" || !t.Who.May(account.ReadClients) {
		return nil
	}
	var err error
	m.Subjects, err = d.subjectsOf(t, w.client, w)
	return err
}

// subjectsOf lists for whom or what a client's visit can be; nothing where it
// can only be the client.
func (d *Desk) subjectsOf(t *turn, of id.Client, w wish) ([]view.Option, error) {
	known, err := d.Clients.Subjects(t.Ctx(), t.Who.Business, of)
	if err != nil || len(known) == 0 {
		return nil, err
	}
	facts, err := d.Clients.Ledger(t.Ctx(), t.Who.Business, of, false)
	if err != nil {
		return nil, err
	}
	out := []view.Option{{Text: t.P.T("new.themselves"), Chosen: w.subject == ""}}
	for _, s := range known {
		if s.LeftAt == 0 || s.ID == w.subject {
			out = append(out, view.Option{Value: string(s.ID), Text: t.subjectName(s, facts), Chosen: s.ID == w.subject})
		}
	}
	return out, nil
}

// subjectName is how a subject is called: a car without a name by its plate.
func (t *turn) subjectName(s client.Subject, facts client.Ledger) string {
	name := s.Name
	if plate, ok := facts.Get(s.ID, client.KeyPlate); ok {
		name = view.Joined(name, plate.Value.Text)
	}
	if name == "" {
		return t.P.T("subject." + s.Kind)
	}
	return name
}

// visitFor tells of a booking for whom or what it is, where that is not the client.
func (d *Desk) visitFor(t *turn, of id.Client, subject id.Subject, facts client.Ledger) ([]view.Fact, error) {
	if subject == "" {
		return nil, nil
	}
	s, err := d.Clients.FindSubject(t.Ctx(), t.Who.Business, of, subject)
	if fault.Is(err, fault.CodeNotFound) {
		return nil, nil // taken off the card since
	}
	if err != nil {
		return nil, err
	}
	return []view.Fact{{Label: t.P.T("new.for_whom"), Value: t.subjectName(s, facts)}}, nil
}

// keep puts what was chosen of the client into a link.
func (w *wish) keep(q url.Values) {
	for name, value := range map[string]string{"client": string(w.client), "subject": string(w.subject), "q": w.query} {
		if value != "" {
			q.Set(name, value)
		}
	}
}

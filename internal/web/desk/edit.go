package desk

import (
	"net/http"
	"strconv"

	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// editForm shows a client's contacts and note, to be changed.
func (d *Desk) editForm(t *turn) error {
	want, err := shell.ID[id.Client](t.Turn, "client")
	if err != nil {
		return err
	}
	c, err := d.Clients.Open(t.Ctx(), t.Who.Business, want, t.Who.Actor(), client.ReadCard)
	if err != nil {
		return err
	}
	return d.clientForm(t, t.formOf(c), http.StatusOK)
}

func (t *turn) formOf(c client.Client) view.ClientFormModel {
	at := t.Root() + "/clients/" + string(c.ID)
	return view.ClientFormModel{
		Back: at, Action: at + "/edit", Known: true, Language: c.Language,
		Form:   view.ContactForm{Name: c.Name, Email: c.Email, Phone: c.Phone, Note: c.Note},
		Hidden: []view.Pair{{Name: "version", Value: strconv.FormatInt(c.Version, 10)}},
	}
}

// edit changes a card, unless somebody else did meanwhile: then what was typed
// stays in the form, and what now stands on the card is told beside it.
func (d *Desk) edit(t *turn) error {
	want, err := shell.ID[id.Client](t.Turn, "client")
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(t.R.PostFormValue("version"), 10, 64)
	if err != nil || version < 1 {
		return fault.BadField("version", "required", "which one you saw")
	}
	var m view.ClientFormModel
	t.clientFields(&m)
	_, err = d.Clients.Update(t.Ctx(), t.Who.Business, want, version, t.Who.Actor(), func(c *client.Client) error {
		c.Name, c.Email, c.Phone, c.Note, c.Language = m.Form.Name, m.Form.Email, m.Form.Phone, m.Form.Note, m.Language
		return nil
	})
	if err == nil {
		return t.Back(t.Root()+"/clients/"+string(want), "client_saved")
	}
	if !shell.Expected(err) {
		return err
	}
	now, openErr := d.Clients.Open(t.Ctx(), t.Who.Business, want, t.Who.Actor(), client.ReadCard)
	if openErr != nil {
		return openErr
	}
	fresh := t.formOf(now)
	m.Back, m.Action, m.Known, m.Hidden = fresh.Back, fresh.Action, true, fresh.Hidden
	if fault.KindOf(err) == fault.Conflict {
		m.Conflict = t.differences(m.Form, fresh.Form)
		return d.clientForm(t, m, http.StatusConflict)
	}
	m.Hidden = []view.Pair{{Name: "version", Value: strconv.FormatInt(version, 10)}}
	m.Errors = d.Wrong(t.Turn, err, "client.")
	return d.clientForm(t, m, http.StatusUnprocessableEntity)
}

// differences lists what the card now says and the form does not.
func (t *turn) differences(typed, stands view.ContactForm) []view.Fact {
	out := []view.Fact{}
	for _, f := range []struct{ key, typed, stands string }{
		{"form.name", typed.Name, stands.Name},
		{"form.email", typed.Email, stands.Email},
		{"form.phone", typed.Phone, stands.Phone},
		{"client.note", typed.Note, stands.Note},
	} {
		if f.typed != f.stands {
			value := f.stands
			if value == "" {
				value = t.P.T("client.empty")
			}
			out = append(out, view.Fact{Label: t.P.T(f.key), Value: value})
		}
	}
	return out
}

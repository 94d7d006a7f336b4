package trail

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"kept/account"
	"kept/audit"
	"kept/fault"
	"kept/internal/web"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/internal/web/wire"
)

// faintBody is as little of a client as tells them apart.
type faintBody struct {
	ID     string  `json:"id" doc:"break-glass opens the card"`
	Name   string  `json:"name"`
	Born   *int    `json:"born" doc:"The year; null where it is not known"`
	Digits *string `json:"digits" doc:"The last three of the phone, where the year is not known"`
}

type faintIn struct {
	Body struct {
		Query  string `json:"q" maxLength:"254" doc:"A name, the end of a phone number, an e-mail address; at least 3 characters"`
		Reason string `json:"reason" maxLength:"800" doc:"Why you look beyond your own clients, 10 to 200 characters; on record, and shown to the owner"`
	}
}

type faintOut struct{ Body wire.Page[faintBody] }

// beyondOperation lets a key of own or local reach look for somebody past it.
func (d *Desk) beyondOperation(e *wire.Edge) {
	o := wire.Operation(http.MethodPost, "/clients"+web.GlassPath, "search-beyond",
		"Look for a client past your reach, for a reason, where the business allows it: at most ten, and of each only who it is")
	o.Errors = append(o.Errors, http.StatusForbidden)
	wire.Secured(e, o, func(ctx context.Context, p account.Principal, in *faintIn) (*faintOut, error) {
		found, err := d.Glass.Search(ctx, p, strings.TrimSpace(in.Body.Query), strings.TrimSpace(in.Body.Reason))
		if err != nil {
			return nil, err
		}
		return &faintOut{wire.Told(wire.Page[audit.Faint]{Items: found}, func(f audit.Faint) faintBody {
			out := faintBody{ID: string(f.Client), Name: f.Name}
			if f.Born != 0 {
				out.Born = &f.Born
			}
			if f.Digits != "" {
				out.Digits = &f.Digits
			}
			return out
		})}, nil
	})
}

// beyondPages lets who sits at a page look beyond their own clients.
func (d *Desk) beyondPages(mux *http.ServeMux, staff *shell.Staff) {
	at := "/app/{slug}/clients" + web.GlassPath
	mux.Handle("GET "+at, staff.Page(account.ReadClients, func(t *shell.Turn) error {
		if err := d.offered(t); err != nil {
			return err
		}
		return d.beyond(staff, t, view.BeyondModel{Query: t.R.URL.Query().Get("q")}, nil)
	}))
	mux.Handle("POST "+at, staff.Page(account.ReadClients, func(t *shell.Turn) error {
		if err := d.offered(t); err != nil {
			return err
		}
		m := view.BeyondModel{Query: strings.TrimSpace(t.R.PostFormValue("q")), Reason: strings.TrimSpace(t.R.PostFormValue("reason"))}
		found, err := d.Glass.Search(t.Ctx(), t.Who, m.Query, m.Reason)
		if err != nil && fault.KindOf(err) != fault.Invalid && fault.KindOf(err) != fault.Exhausted {
			return err
		}
		m.Asked = err == nil
		for _, f := range found {
			row := view.LeafRow{Name: f.Name, Href: t.Root() + "/clients/" + string(f.Client)}
			switch {
			case f.Born != 0:
				row.Line = t.P.T("beyond.born", "year", strconv.Itoa(f.Born))
			case f.Digits != "":
				row.Line = t.P.T("beyond.digits", "digits", f.Digits)
			}
			m.Rows = append(m.Rows, row)
		}
		return d.beyond(staff, t, m, err)
	}))
}

// offered refuses who may not look beyond their reach, as a page that is not there.
func (d *Desk) offered(t *shell.Turn) error {
	ok, err := d.Glass.Offered(t.Ctx(), t.Who)
	if err == nil && !ok {
		err = fault.Missing("page")
	}
	return err
}

// beyond shows the form, what was found, or why not.
func (d *Desk) beyond(staff *shell.Staff, t *shell.Turn, m view.BeyondModel, wrong error) error {
	f, err := staff.Frame(t, "clients", t.P.T("beyond.title"))
	if err != nil {
		return err
	}
	f.Stream = "" // looking is on record: the page must not look again by itself
	m.Staff, m.Action, m.Back = f, t.Root()+"/clients"+web.GlassPath, t.Root()+"/clients"
	if t.R.Method != http.MethodGet {
		m.Path = m.Action + "?q=" + url.QueryEscape(m.Query)
	}
	status := http.StatusOK
	if wrong != nil {
		m.Errors = staff.Wrong(t, wrong, "")
		status = http.StatusUnprocessableEntity
		if fault.KindOf(wrong) == fault.Exhausted {
			m.Errors = view.Errors{{Field: "q", Text: t.P.T("beyond.often")}}
			status = http.StatusTooManyRequests
		}
	}
	return t.Show(view.BeyondPage(m), status)
}

// Package settings is the owner's side of the desk, /app/{slug}/settings: what
// is sold, who does it, where and with what, when it is open, and on which
// terms. Every setting has a form here, and every form goes the same way:
//
//	what stands   → values, by the paths of the fields (package form)
//	values        → fields, groups and rows (package view), with what is wrong
//	what is sent  → values again: rows are added, moved and taken away on the server
//	values        → the thing, through setup.Office, which checks and writes
//
// An editor says these steps for one kind of thing; edit goes them. A form does
// its work once (a hidden key), refuses to overwrite what somebody else changed
// since it was opened (a hidden fingerprint), and keeps what was typed whatever
// happens. Things are archived, never deleted; time off alone is taken away.
package settings

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"kept/account"
	"kept/calsync"
	"kept/fault"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/setup"
)

// Pages are the pages of the settings.
type Pages struct {
	*shell.Staff

	Office *setup.Office
	Links  *calsync.Links
	Door   Door
}

// turn is one request of somebody who is signed in.
type turn struct{ *shell.Turn }

// at is the address of a page of the settings.
func (t *turn) at(path string) string { return t.Root() + "/settings" + path }

// Register mounts the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	both := func(path string, need account.Action, fn func(*turn) error) {
		for _, method := range []string{"GET", "POST"} {
			mux.Handle(method+" /app/{slug}/settings"+path, p.Page(need, func(t *shell.Turn) error { return fn(&turn{t}) }))
		}
	}
	get := func(path string, need account.Action, fn func(*turn) error) {
		mux.Handle("GET /app/{slug}/settings"+path, p.Page(need, func(t *shell.Turn) error { return fn(&turn{t}) }))
	}
	post := func(path string, need account.Action, fn func(*turn) error) {
		mux.Handle("POST /app/{slug}/settings"+path, p.Page(need, func(t *shell.Turn) error { return fn(&turn{t}) }))
	}
	get("", account.ReadSettings, p.index)
	both("/business", account.WriteSettings, p.business)
	get("/services", account.WriteSettings, p.services)
	both("/services/new", account.WriteSettings, p.newService)
	both("/services/{id}", account.WriteSettings, p.service)
	post("/services/{id}/archive", account.WriteSettings, p.archiveService)
	get("/staff", account.WriteSettings, p.staff)
	both("/staff/new", account.WriteSettings, p.newStaff)
	both("/staff/{id}", account.WriteSettings, p.staffMember)
	both("/staff/{id}/hours", account.WriteSettings, p.staffHours)
	both("/staff/{id}/seasons", account.WriteSettings, p.staffSeasons)
	both("/staff/{id}/roster", account.WriteSettings, p.roster)
	post("/staff/{id}/roster/publish", account.WriteSettings, p.publishRoster)
	post("/staff/{id}/roster/remove", account.WriteSettings, p.removeRoster)
	post("/staff/{id}/archive", account.WriteSettings, p.archiveStaff)
	get("/resources", account.WriteSettings, p.resources)
	both("/resources/new", account.WriteSettings, p.newResource)
	both("/resources/{id}", account.WriteSettings, p.resource)
	post("/resources/{id}/archive", account.WriteSettings, p.archiveResource)
	get("/locations", account.WriteSettings, p.locations)
	both("/locations/new", account.WriteSettings, p.newLocation)
	both("/locations/{id}", account.WriteSettings, p.location)
	both("/locations/{id}/hours", account.WriteSettings, p.locationHours)
	both("/locations/{id}/seasons", account.WriteSettings, p.locationSeasons)
	both("/locations/{id}/holidays", account.WriteSettings, p.holidays)
	post("/locations/{id}/archive", account.WriteSettings, p.archiveLocation)
	get("/rules", account.WriteSettings, p.rules)
	both("/rules/new", account.WriteSettings, p.newRule)
	both("/rules/{id}", account.WriteSettings, p.rule)
	post("/rules/{id}/archive", account.WriteSettings, p.archiveRule)
	get("/forms", account.WriteSettings, p.forms)
	both("/forms/new", account.WriteSettings, p.newForm)
	both("/forms/{id}", account.WriteSettings, p.form)
	post("/forms/{id}/archive", account.WriteSettings, p.archiveForm)
	get("/notices", account.WriteSettings, p.notices)
	both("/notices/new", account.WriteSettings, p.newNotice)
	both("/notices/{id}", account.WriteSettings, p.oneNotice)
	post("/notices/{id}/archive", account.WriteSettings, p.archiveNotice)
	get("/blocks", account.WriteSettings, p.blocks)
	both("/blocks/new", account.WriteSettings, p.newBlock)
	both("/blocks/{id}", account.WriteSettings, p.oneBlock)
	get("/time-off", account.WriteTimeOff, p.timeOff)
	both("/time-off/new", account.WriteTimeOff, p.newTimeOff)
	both("/time-off/{id}", account.WriteTimeOff, p.oneTimeOff)
	post("/time-off/{id}/remove", account.WriteTimeOff, p.removeTimeOff)
	p.registerCalendars(get, post, both)
	mux.HandleFunc("GET /app/{slug}/calendars", calendarsHome)
}

// editor is what makes or changes one kind of thing.
type editor struct {
	heading, line string
	back          view.Link
	links         []view.Link
	at            string // its own address, under /settings
	done          string // the address to go on to when it is saved
	said          string // the word of what was done
	save          string // the words on the button
	texts         []string
	end           *view.Ending
	lacks         view.Lacks
	below         templ.Component // what stands below the form; nil for nothing
	stands        url.Values
	anew          bool // nothing stands yet, whatever the form began with
	draw          func(s *form.Sheet) []view.Group
	fresh         func(values url.Values, rows, at string) // fills a row that is added
	path          func(name string) string                 // the form's path of a field's name, where it differs
	// read reads the values and gives what writes them; what it cannot read it notes.
	read func(in *form.Input) func(ctx context.Context) error
}

// edit shows a form, does what its buttons ask for, and saves it.
func (p *Pages) edit(t *turn, e editor) error {
	if t.R.Method == http.MethodGet {
		return p.sheet(t, e, e.stands, nil, view.Notice{}, http.StatusOK)
	}
	r := t.R
	if err := r.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	values := r.PostForm
	if form.Apply(values, e.fresh) {
		return p.sheet(t, e, values, nil, view.Notice{}, http.StatusOK)
	}
	in := &form.Input{P: t.P, Values: values}
	write := e.read(in)
	if len(in.Wrong) > 0 {
		return p.sheet(t, e, values, in.Wrong, view.Notice{}, http.StatusUnprocessableEntity)
	}
	to, err := p.Once(t.Ctx(), t.Who.Business, "POST /app/settings"+e.at, values.Get("key"), []string{values.Encode()},
		func(ctx context.Context) (string, error) {
			if !e.anew && values.Get("was") != fingerprint(e.stands) {
				return "", fault.New(fault.Conflict, codeMeanwhile, "it was changed meanwhile")
			}
			return t.at(e.done), write(ctx)
		})
	switch {
	case err == nil:
		return t.Back(to, e.said)
	case fault.Is(err, codeMeanwhile):
		said := view.Notice{Text: t.P.T("settings.meanwhile"), Tone: view.Look}
		return p.sheet(t, e, values, nil, said, http.StatusConflict)
	case !shell.Expected(err):
		return err
	}
	wrong := p.Wrong(t.Turn, err, "")
	for i := range wrong {
		wrong[i].Field = p.path(t, e, wrong[i].Field)
	}
	said := view.Notice{}
	if len(wrong) == 0 {
		said = view.Notice{Text: p.Refusal(t.Turn, err), Tone: view.Bad}
	}
	return p.sheet(t, e, values, wrong, said, http.StatusUnprocessableEntity)
}

// codeMeanwhile is the fault of a form that is older than what it changes.
const codeMeanwhile = "changed_meanwhile"

// fingerprint tells whether what stands is what the reader saw.
func fingerprint(values url.Values) string {
	sum := sha256.Sum256([]byte(values.Encode()))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// path gives the form's path of a field as the use case names it.
func (p *Pages) path(t *turn, e editor, name string) string {
	if e.path != nil {
		name = e.path(name)
	}
	for _, text := range e.texts {
		switch {
		case name == text || name == text+"s":
			return text + "." + t.Set.Catalog.Business.Language
		case len(name) > len(text)+2 && name[:len(text)+2] == text+"s.":
			return text + "." + name[len(text)+2:]
		}
	}
	return form.Path(name)
}

// sheet draws a form from values.
func (p *Pages) sheet(t *turn, e editor, values url.Values, wrong view.Errors, said view.Notice, status int) error {
	f, err := p.Frame(t.Turn, "settings", e.heading)
	if err != nil {
		return err
	}
	if said.Text != "" {
		f.Notice = said
	}
	f.Path, f.Stream = t.at(e.at), "" // what somebody fills in is left alone
	key := values.Get("key")
	if !id.Valid(key) || status != http.StatusOK {
		key = id.New[string](t.Now.UTC()) // only has to be new: what was refused is another form
	}
	s := form.NewSheet(t.P, values, t.Set.Catalog.Business.Language, wrong)
	m := view.SettingsForm{
		Staff: f, Heading: e.heading, Line: e.line, Back: e.back, Links: e.links, Action: t.at(e.at), Groups: e.draw(s),
		Save: e.save, Lacks: e.lacks, Below: e.below, End: e.end,
		Hidden: []view.Pair{{Name: "key", Value: key}, {Name: "was", Value: fingerprint(e.stands)}},
	}
	if m.Save == "" {
		m.Save = t.P.T("settings.save")
	}
	m.Errors = s.Faults()
	return t.Show(view.SettingsFormPage(m), status)
}

// end does what ends a thing, then leads on to the list it was in.
func (t *turn) end(to, said string, err error) error {
	if err != nil {
		return err
	}
	return t.Back(t.at(to), said)
}

// active drops what is archived.
func active[T any](all []*T, archived func(*T) bool) []*T {
	return slices.DeleteFunc(slices.Clone(all), archived)
}

package me

import (
	"encoding/json"
	"net/http"

	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/own"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/visitor"
)

// keysAt tells whether a page under this host can use passkeys.
func (p *Pages) keysAt(r *http.Request) bool { return p.Passkeys != nil && p.Passkeys(r.Host) }

// question answers a script that asks for the question of a passkey.
func question(w http.ResponseWriter, r *http.Request, q visitor.Question, err error) error {
	if err != nil {
		web.WriteProblem(w, r, err)
		return nil
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(map[string]any{"options": json.RawMessage(q.Options), "state": q.State})
}

// askKey gives the question by which a passkey signs in.
func (p *Pages) askKey(w http.ResponseWriter, r *http.Request) error {
	if err := p.door.Try(r); err != nil {
		return question(w, r, visitor.Question{}, err)
	}
	q, err := p.Door.AskKey(r.Context())
	return question(w, r, q, err)
}

// signInKey lets in whose passkey answers.
func (p *Pages) signInKey(w http.ResponseWriter, r *http.Request) error {
	if err := p.door.Try(r); err != nil {
		return err
	}
	e, err := p.Door.SignInKey(r.Context(), r.PostFormValue("state"), []byte(r.PostFormValue("answer")), own.By(r))
	if fault.KindOf(err) == fault.Unauthenticated && err != nil {
		m := p.askForm(r, r.PostFormValue)
		m.Notice = view.Notice{Text: m.P.T("me.passkey_no"), Tone: view.Look}
		return shell.Draw(w, r, http.StatusUnprocessableEntity, view.MeAskPage(m))
	}
	if err != nil {
		return err
	}
	e.Next = visitor.LocalPath(r.PostFormValue("next"))
	return p.welcome(w, r, e)
}

// keyOptions gives the question of which a passkey is made.
func (p *Pages) keyOptions(t *turn) error {
	q, err := p.Door.BeginKey(t.Ctx(), t.Login)
	return question(t.W, t.R, q, err)
}

// addKey keeps the passkey that the browser made.
func (p *Pages) addKey(t *turn) error {
	called := browser(t.R.UserAgent())
	if called == "" {
		called = t.P.T("me.session_unknown")
	}
	done := "passkey"
	_, err := p.Door.FinishKey(t.Ctx(), t.Login, t.R.PostFormValue("state"), []byte(t.R.PostFormValue("answer")), called)
	switch k := fault.KindOf(err); {
	case err != nil && (k == fault.Invalid || k == fault.Unauthenticated || k == fault.Conflict):
		done = "passkey_no"
	case err != nil:
		return err
	}
	http.Redirect(t.W, t.R, "/me/-/sessions?done="+done, http.StatusSeeOther)
	return nil
}

// dropKey removes a passkey; one that is not there is as good as removed.
func (p *Pages) dropKey(t *turn) error {
	err := p.Door.DropKey(t.Ctx(), t.Login.ID, id.Passkey(t.R.PathValue("id")))
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	http.Redirect(t.W, t.R, "/me/-/sessions?done=passkey_gone", http.StatusSeeOther)
	return nil
}

// keys are the passkeys of the login, for the page of its browsers.
func (p *Pages) keys(t *turn) (view.MeKeysModel, error) {
	m := view.MeKeysModel{P: t.P, Action: "/me/-/keys", Options: "/me/-/keys/options"}
	all, err := p.Door.ListKeys(t.Ctx(), t.Login.ID)
	if err != nil {
		return m, err
	}
	zone := p.readersZone(t.R)
	for _, k := range all {
		m.Rows = append(m.Rows, view.MeRow{
			Title: k.Name, Line: t.P.T("me.session_since", "when", t.P.DateTime(k.CreatedAt.In(zone))),
			Acts: []view.MeAct{{Text: t.P.T("me.remove"), Action: "/me/-/keys/" + string(k.ID) + "/drop", Danger: true}},
		})
	}
	return m, nil
}

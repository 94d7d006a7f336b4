package me

import (
	"net/http"

	"kept/fault"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/privacy"
)

// data gives a copy of everything, and the way to be erased.
func (p *Pages) data(t *turn) error { return p.dataPage(t, nil) }

func (p *Pages) dataPage(t *turn, wrong error) error {
	f, err := p.frame(t, "/data")
	if err != nil {
		return err
	}
	m := view.MeListModel{Me: f, Heading: t.P.T("me.part_data"), Line: t.P.T("me.data_line")}
	m.Forms = []view.MeForm{
		{Heading: t.P.T("me.export"), Line: t.P.T("me.export_line"), Action: t.root() + "/export", Hidden: t.fresh(), Save: t.P.T("me.export_do"), Plain: true},
		{
			Heading: t.P.T("me.erase"), Line: t.P.T("me.erase_line", "house", f.Brand.Name), Action: t.root() + "/erase", Hidden: t.fresh(),
			Save: t.P.T("me.erase_do"), Danger: true, Folded: true, Errors: p.wrong(t, wrong),
			Groups: []view.Group{{Fields: []view.Field{{Name: "sure", Label: t.P.T("me.erase_sure"), Kind: view.FieldTick, Fault: p.wrong(t, wrong).Of("sure")}}}},
		},
	}
	return shell.Draw(t.W, t.R, status(wrong), view.MeListPage(m))
}

// export hands out a copy of everything.
func (p *Pages) export(t *turn) error {
	body, kind, err := p.Export(t.Ctx(), t.Who, t.Card.ID)
	if err != nil {
		return err
	}
	t.W.Header().Set("Content-Type", kind)
	t.W.Header().Set("Content-Disposition", `attachment; filename="kept-`+t.Set.Catalog.Business.Slug+`.zip"`)
	_, _ = t.W.Write(body) // the reader may have gone
	return nil
}

// erase destroys the card; visits that come are cancelled. It is asked for
// once; the login goes with the last card it opened.
func (p *Pages) erase(t *turn) error {
	if err := t.R.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	if t.R.PostForm.Get("sure") != "yes" { //nolint:forbidigo // a field of the request, no call
		return p.dataPage(t, fault.BadField("sure", "required", "please say that you are sure"))
	}
	_, err := p.Privacy.Erase(t.Ctx(), t.Who, privacy.Order{Client: t.Card.ID, Reason: privacy.ByRequest, Ahead: privacy.Cancel})
	if err != nil && shell.Expected(err) {
		return p.dataPage(t, err)
	}
	if err != nil {
		return err
	}
	left, err := p.Door.ListCards(t.Ctx(), t.Login, "")
	if err != nil {
		return err
	}
	to := "/me?all=1&done=erased"
	if len(left) == 0 {
		if err := p.Door.Forget(t.Ctx(), t.Login.ID); err != nil {
			return err
		}
		p.cookie(t.W, SessionCookie, "", "/", 0)
		to = "/me?done=erased"
	}
	http.Redirect(t.W, t.R, to, http.StatusSeeOther)
	return nil
}

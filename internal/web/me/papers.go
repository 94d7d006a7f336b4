package me

import (
	"mime"
	"net/http"

	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// papers lists the files of the card: what stands on it is the client's to see.
func (p *Pages) papers(t *turn) error {
	f, err := p.frame(t, "/papers")
	if err != nil {
		return err
	}
	m := view.MeListModel{Me: f, Heading: t.P.T("me.part_papers"), Line: t.P.T("me.papers_line"), None: t.P.T("me.papers_none")}
	list, err := p.Archive().List(t.Ctx(), t.business(), t.Card.ID, true)
	if err != nil {
		return err
	}
	for _, d := range list {
		m.Rows = append(m.Rows, view.MeRow{
			Title: d.Name, Href: t.root() + "/papers/" + string(d.ID) + t.query(),
			Line: view.Joined(t.P.DateTimeIn(d.CreatedAt.In(t.Home), t.Now.In(t.Home)), t.P.T("me.paper_size", "n", t.P.Number(int((d.Size+1023)/1024)))),
		})
	}
	return shell.Draw(t.W, t.R, http.StatusOK, view.MeListPage(m))
}

// paper gives one file to keep: it is never shown inside a page of ours.
func (p *Pages) paper(t *turn) error {
	want := id.Document(t.R.PathValue("id"))
	d, err := p.Archive().Find(t.Ctx(), t.business(), want, true)
	if err == nil && d.Client != t.Card.ID {
		err = fault.Missing("document")
	}
	if err != nil {
		return err
	}
	d, content, err := p.Archive().Open(t.Ctx(), t.business(), want, true, t.Who.Actor())
	if err != nil {
		return err
	}
	h := t.W.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.Name}))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	_, _ = t.W.Write(content) //nolint:gosec // to be saved, under a sandbox; the reader may have gone
	return nil
}

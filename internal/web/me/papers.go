package me

import (
	"context"
	"mime"

	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/internal/web/wire"
)

// papers lists the files of the card: what stands on it is the client's to see.
func (p *Pages) papers(t *turn) error { return p.papersPage(t, nil) }

func (p *Pages) papersPage(t *turn, wrong error) error {
	f, err := p.frame(t, "/papers")
	if err != nil {
		return err
	}
	m := view.MeListModel{Me: f, Heading: t.P.T("me.part_papers"), Line: t.P.T("me.papers_line"), None: t.P.T("me.papers_none")}
	name := func(d client.Document) wire.Cursor { return wire.Cursor{ID: string(d.ID)} }
	list, err := turned(t, &m, "/papers", name, func(from wire.Cursor, limit int) ([]client.Document, error) {
		return p.self.Papers(t.Ctx(), t.guest(), id.Document(from.ID), limit)
	})
	if err != nil {
		return err
	}
	for _, d := range list {
		row := view.MeRow{
			Title: d.Name, Href: t.root() + "/papers/" + string(d.ID) + t.query(),
			Line: view.Joined(t.P.DateTimeIn(d.CreatedAt.In(t.Home), t.Now.In(t.Home)), t.P.T("me.paper_size", "n", t.P.Number(int((d.Size+1023)/1024)))),
		}
		if d.OfClient() {
			row.Line = view.Joined(row.Line, t.P.T("me.paper_yours"))
			row.Acts = []view.MeAct{{Text: t.P.T("me.remove"), Action: t.root() + "/papers/" + string(d.ID) + "/remove", Hidden: t.fresh(), Danger: true}}
		}
		m.Rows = append(m.Rows, row)
	}
	errs := p.wrong(t, wrong)
	m.Forms = []view.MeForm{{
		// Whose card it is stands in the address: the body is read only when the file comes.
		Heading: t.P.T("me.paper_add"), Line: t.P.T("me.paper_line"), Action: t.root() + "/papers?who=" + string(t.Card.ID), File: true,
		Hidden: []view.Pair{{Name: "key", Value: id.New[string](t.Now.UTC())}}, Save: t.P.T("me.paper_add"), Errors: errs,
		Groups: []view.Group{{Fields: []view.Field{{
			Kind: view.FieldFile, Name: "file", Label: t.P.T("me.paper_file"), Required: true, Fault: errs.Of("file"),
			Hint: t.P.T("me.paper_hint", "mb", t.P.Number(int(p.Archive().Most()>>20))),
		}}}},
	}}
	return shell.Draw(t.W, t.R, status(wrong), view.MeListPage(m))
}

// addPaper takes a file in, once by its key.
func (p *Pages) addPaper(t *turn) error {
	u, err := form.ReadUpload(t.W, t.R, p.Archive().Most())
	if err != nil {
		return p.papersPage(t, err)
	}
	key := u.Words["key"]
	if !id.Valid(key) {
		return fault.BadField("key", "format", "open the form again")
	}
	to, done, err := p.Done(t.Ctx(), t.business(), t.route(), key, nil)
	if done || err != nil {
		return t.lead(to, err)
	}
	_, err = p.self.Put(t.Ctx(), t.guest(), u.File.FileName(), u.File.Header.Get("Content-Type"), u.File)
	if err = form.TooLarge(err); err != nil {
		if !shell.Expected(err) {
			return err
		}
		return p.papersPage(t, err)
	}
	to, err = p.Once(t.Ctx(), t.business(), t.route(), key, nil, func(context.Context) (string, error) { return t.with("/papers", "done", "paper"), nil })
	return t.lead(to, err)
}

// removePaper takes away a file that the client has put there.
func (p *Pages) removePaper(t *turn) error {
	want := id.Document(t.R.PathValue("id"))
	return p.post(t, "/papers", "paper", func(ctx context.Context) error {
		return p.self.Discard(ctx, t.guest(), want)
	}, p.papersAgain(t))
}

func (p *Pages) papersAgain(t *turn) func(error) error {
	return func(wrong error) error { return p.papersPage(t, wrong) }
}

// paper gives one file to keep: it is never shown inside a page of ours.
func (p *Pages) paper(t *turn) error {
	d, content, err := p.self.Read(t.Ctx(), t.guest(), id.Document(t.R.PathValue("id")))
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

package card

import (
	"cmp"
	"context"
	"net/http"
	"strconv"

	"kept/account"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/form"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/internal/web/wire"
)

// files lists what was put to the card.
func (d *drawing) files() view.SheetSection {
	s := view.SheetSection{ID: "files", Heading: d.P.T("sheet.files"), Teach: d.P.T("sheet.files_none")}
	for _, f := range d.documents {
		row := view.SheetRow{
			Title: f.Name, Href: d.at("/files/" + string(f.ID)), Line: view.Joined(d.P.DateYear(f.CreatedAt.In(d.Home)), d.P.T("sheet.file_kb", "n", d.P.Number(int(f.Size/1024)+1)), d.P.T("sheet.by_"+byWhom(f))),
		}
		if f.Class != client.ClassPersonal {
			row.Chip = view.Chip{Text: d.P.T("sheet.class_" + f.Class)}
		}
		if d.may() {
			row.Acts = []view.SheetAct{{
				Text: d.P.T("sheet.remove"), About: f.Name, Action: d.at("/unfile"),
				Hidden: d.hidden("unfile"+string(f.ID), view.Pair{Name: "document", Value: string(f.ID)}),
			}}
		}
		s.Rows = append(s.Rows, row)
	}
	if d.may() {
		classes := []string{client.ClassPersonal}
		if d.Who.May(account.ReadHealth) {
			classes = append(classes, client.ClassHealth)
		}
		s.Forms = []view.SheetForm{{
			Summary: d.P.T("sheet.file_add"), Action: d.at("/files"), Button: d.P.T("sheet.add"), File: true, Open: d.open("file"), Hidden: d.hidden("file"),
			Fields: []view.Field{ // the key and the class first: they have to be known before the content comes
				d.choice("class", d.P.T("sheet.file_class"), d.words(classes, "sheet.class_")),
				{Kind: view.FieldFile, Name: "file", Label: d.P.T("sheet.file"), Hint: d.P.T("sheet.file_hint", "mb", d.P.Number(int(d.Archive.Most()>>20))), Required: true},
			},
		}}
	}
	return d.turns(s)
}

// byWhom tells from whom a file is: the client, or the staff.
func byWhom(f client.Document) string {
	if f.OfClient() {
		return "client"
	}
	return "staff"
}

// upload takes a file in, once by its key.
func (p *Pages) upload(t *turn) error {
	u, err := form.ReadUpload(t.W, t.R, p.Archive.Most())
	if err != nil {
		return p.show(t, map[string][]string{"form": {"file"}}, err, http.StatusUnprocessableEntity)
	}
	key, class := u.Words["key"], cmp.Or(u.Words["class"], client.ClassPersonal)
	to, done, err := p.Done(t.Ctx(), t.Who.Business, routeUpload, key, nil)
	if err != nil {
		return err
	}
	if done {
		http.Redirect(t.W, t.R, to, http.StatusSeeOther)
		return nil
	}
	if class == client.ClassHealth && !t.Who.May(account.ReadHealth) {
		return fault.New(fault.Forbidden, fault.CodeForbidden, "this is not yours to do")
	}
	_, err = p.Archive.Put(t.Ctx(), t.Who.Business, client.Upload{
		Client: t.client, Class: class, Name: u.File.FileName(), Declared: u.File.Header.Get("Content-Type"), Content: u.File,
	}, t.Who.Actor())
	if err = form.TooLarge(err); err != nil && shell.Expected(err) {
		return p.show(t, map[string][]string{"form": {"file"}}, err, http.StatusUnprocessableEntity)
	}
	if err == nil {
		to, err = p.Once(t.Ctx(), t.Who.Business, routeUpload, key, nil, func(context.Context) (string, error) { return t.at("#files"), nil })
	}
	if err == nil {
		http.Redirect(t.W, t.R, to, http.StatusSeeOther)
	}
	return err
}

// routeUpload names the form of a file among those that work once.
const routeUpload = "POST /clients/files"

// download gives a file to be saved; nothing of it runs in the page's name.
func (p *Pages) download(t *turn) error {
	f, content, err := p.Archive.Open(t.Ctx(), t.Who.Business, id.Document(t.R.PathValue("document")), t.Who.May(account.ReadHealth), t.Who.Actor())
	if err != nil || f.Client != t.client {
		return missing(err, "document")
	}
	h := t.W.Header()
	h.Set("Content-Type", f.Media)
	h.Set("Content-Disposition", web.Attachment(f.Name))
	h.Set("Content-Security-Policy", web.Sandbox)
	h.Set("Content-Length", strconv.Itoa(len(content)))
	_, err = t.W.Write(content)
	return err
}

func unfile(ctx context.Context, p *Pages, t *turn) (string, error) {
	want, health := id.Document(t.typed("document")), t.Who.May(account.ReadHealth)
	f, err := p.Archive.Find(ctx, t.Who.Business, want, health)
	if err != nil || f.Client != t.client {
		return "", missing(err, "document")
	}
	return "#files", p.Archive.Remove(ctx, t.Who.Business, want, health, t.Who.Actor())
}

// twins lists cards that may be of the same person, and takes a merge back.
func (d *drawing) twins() view.SheetSection {
	s := view.SheetSection{ID: "twins", Ahead: true, Heading: d.P.T("sheet.twins")}
	for _, pair := range d.doubles {
		one := pair.A
		if one.ID == d.sheet.Client.ID {
			one = pair.B
		}
		row := view.SheetRow{
			Title: one.Name, Href: d.Root() + "/clients/" + string(one.ID), Line: view.Joined(one.Phone, one.Email),
			Chip: view.Chip{Text: d.P.T("sheet.twin_" + pair.Why), Tone: view.Look},
		}
		if d.may() {
			row.Acts = []view.SheetAct{{
				Text: d.P.T("sheet.merge"), About: one.Name, Action: d.at("/merge"),
				Hidden: d.hidden("merge"+string(one.ID), view.Pair{Name: "client", Value: string(one.ID)}),
			}}
		}
		s.Rows = append(s.Rows, row)
	}
	looked := d.R.URL.Query().Has("twins")
	if looked && len(s.Rows) == 0 {
		s.Teach = d.P.T("sheet.twins_none")
	}
	if !looked {
		s.Links = append(s.Links, view.Link{Text: d.P.T("sheet.twins_look"), Href: d.at("?twins#twins")})
		s.Teach = d.P.T("sheet.twins_teach")
	}
	if d.Who.May(account.ReadAudit) {
		s.Links = append(s.Links, view.Link{Text: d.P.T("sheet.readers"), Href: d.Root() + "/audit?client=" + string(d.client)})
	}
	if d.Who.May(account.ManagePrivacy) {
		s.Links = append(s.Links, view.Link{Text: d.P.T("sheet.privacy"), Href: d.Root() + "/privacy/clients/" + string(d.client)})
	}
	s = d.turns(s)
	if s.Prev != "" { // which looks again
		s.Prev = d.at("?twins#twins")
	}
	return s
}

// loadTwins looks for cards that may be the same person's. Only what is shown
// counts as read.
func (d *drawing) loadTwins() error {
	from, err := wire.ReadCursor(d.R.URL.Query().Get("twins"))
	if err != nil {
		from = wire.Cursor{}
	}
	list, more, err := d.Merger.Twins(d.Ctx(), d.Who.Business, client.TwinFilter{
		Of: d.client, After: wire.TwinSpot(from), Limit: mostTies,
	}, d.Who.Actor())
	if more {
		next := wire.TwinCursor(list[len(list)-1]).String()
		d.goOn("twins", &next)
	}
	d.doubles = list
	return err
}

// joined lists the cards that have become part of this one, and can be parted from it.
func (d *drawing) joined() view.SheetSection {
	s := view.SheetSection{ID: "merges", Heading: d.P.T("sheet.merges")}
	for _, m := range d.merges {
		row := view.SheetRow{Title: d.P.T("sheet.merged"), Line: d.P.DateYear(m.At.In(d.Home))}
		if d.may() {
			row.Acts = []view.SheetAct{{
				Text: d.P.T("sheet.unmerge"), Action: d.at("/unmerge"), Hidden: d.hidden("unmerge"+string(m.ID), view.Pair{Name: "merge", Value: string(m.ID)}),
			}}
		}
		s.Rows = append(s.Rows, row)
	}
	return d.turns(s)
}

func merge(ctx context.Context, p *Pages, t *turn) (string, error) {
	_, err := p.Merger.Merge(ctx, t.Who.Business, id.Client(t.typed("client")), t.client, t.Who.Actor())
	return "#twins", err
}

func unmerge(ctx context.Context, p *Pages, t *turn) (string, error) {
	m, err := p.Merger.Find(ctx, t.Who.Business, id.Merge(t.typed("merge")))
	if err != nil {
		return "", err
	}
	if m.Survivor == t.client {
		_, err := p.Merger.Undo(ctx, t.Who.Business, m.ID, t.Who.Actor())
		return "#merges", err
	}
	return "", fault.Missing("merge")
}

package visitorapi

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kept/client"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/wire"
)

func (a *Own) registerPapers(e *wire.Edge) {
	const path = "/documents"
	let(e, a.Guests, theirs(http.MethodGet, path, "list-own-documents", "The files on one's own card, the newest first"), a.papers)
	o := made(path, "add-own-document", "Put a file to one's own card; the body is its content")
	o.MaxBodyBytes = a.Desk.Archive().Most() + 1
	let(e, a.Guests, o, a.addPaper)
	let(e, a.Guests, theirs(http.MethodGet, path+"/{document}", "get-own-document", "What is known of a file on one's own card"), a.paper)
	o = theirs(http.MethodGet, path+"/{document}/content", "read-own-document", "The content of a file on one's own card")
	o.Responses = map[string]*huma.Response{"200": {Description: "The file, to be saved", Content: map[string]*huma.MediaType{}}}
	for _, media := range client.Medias() {
		o.Responses["200"].Content[media] = &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
	}
	let(e, a.Guests, o, a.readPaper)
	let(e, a.Guests, theirs(http.MethodDelete, path+"/{document}", "delete-own-document", "Take away a file that one has put there"), a.dropPaper)
}

type ownPaper struct {
	ID        string      `json:"id"`
	Name      string      `json:"name"`
	Media     string      `json:"media" doc:"The type that its content has"`
	Size      int64       `json:"size" doc:"Bytes"`
	Mine      bool        `json:"mine" doc:"One has put it there oneself, and may take it away"`
	CreatedAt wire.Moment `json:"created_at"`
}

func ownPaperOf(d client.Document, zone *time.Location) ownPaper {
	return ownPaper{string(d.ID), d.Name, d.Media, d.Size, d.OfClient(), wire.At(d.CreatedAt, zone)}
}

type (
	ownPaperOut  struct{ Body ownPaper }
	ownPapersOut struct{ Body wire.Page[ownPaper] }
)

func (a *Own) papers(ctx context.Context, in *struct {
	Self
	wire.Paging
},
) (*ownPapersOut, error) {
	cursor, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	g := guest(ctx)
	all, err := a.Desk.Papers(ctx, g, id.Document(cursor.ID), in.Limit+1)
	if err != nil {
		return nil, err
	}
	zone, err := a.API.zone(ctx, g.Who.Business)
	all, next := wire.PageOf(all, in.Limit, func(d client.Document) wire.Cursor { return wire.Cursor{ID: string(d.ID)} })
	page := wire.Page[client.Document]{Items: all, Next: next}
	return &ownPapersOut{wire.Told(page, func(d client.Document) ownPaper { return ownPaperOf(d, zone) })}, err
}

// one answers with a file.
func (a *Own) one(ctx context.Context, d client.Document, err error) (*ownPaperOut, error) {
	if err != nil {
		return nil, err
	}
	zone, err := a.API.zone(ctx, guest(ctx).Who.Business)
	return &ownPaperOut{ownPaperOf(d, zone)}, err
}

func (a *Own) addPaper(ctx context.Context, in *struct {
	Self
	Name     string `query:"name" required:"true" minLength:"1" maxLength:"255" doc:"Its name; the ending must go with the content"`
	Declared string `header:"Content-Type"`
	RawBody  []byte `contentType:"application/octet-stream"`
},
) (*ownPaperOut, error) {
	d, err := a.Desk.Put(ctx, guest(ctx), in.Name, in.Declared, bytes.NewReader(in.RawBody))
	return a.one(ctx, d, err)
}

// PaperPath names a file on one's own card.
type PaperPath struct {
	Self
	Document string `path:"document" maxLength:"36"`
}

func (p PaperPath) document() (id.Document, error) {
	return wire.ReadID[id.Document]("document", p.Document)
}

func (a *Own) paper(ctx context.Context, in *PaperPath) (*ownPaperOut, error) {
	want, err := in.document()
	if err != nil {
		return nil, err
	}
	d, err := a.Desk.Paper(ctx, guest(ctx), want)
	return a.one(ctx, d, err)
}

type paperOut struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Policy      string `header:"Content-Security-Policy"`
	Body        []byte
}

func (a *Own) readPaper(ctx context.Context, in *PaperPath) (*paperOut, error) {
	want, err := in.document()
	if err != nil {
		return nil, err
	}
	d, content, err := a.Desk.Read(ctx, guest(ctx), want)
	if err != nil {
		return nil, err
	}
	return &paperOut{d.Media, web.Attachment(d.Name), web.Sandbox, content}, nil
}

func (a *Own) dropPaper(ctx context.Context, in *PaperPath) (*struct{}, error) {
	want, err := in.document()
	if err != nil {
		return nil, err
	}
	return nil, a.Desk.Discard(ctx, guest(ctx), want)
}

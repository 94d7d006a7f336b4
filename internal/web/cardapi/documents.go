package cardapi

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kept/account"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/wire"
)

func (f *finding) registerDocuments() {
	const path = "/clients/{id}/documents"
	wire.Op(f.edge, http.MethodGet, path, "list-documents", "Files of a card, the newest first", f.listDocuments)
	o := wire.Operation(http.MethodPost, path, "add-document", "Put a file to a card; the body is its content")
	o.DefaultStatus = http.StatusCreated
	o.MaxBodyBytes = f.Archive.Most() + 1
	wire.Secured(f.edge, o, f.addDocument)
	wire.Op(f.edge, http.MethodGet, path+"/{document}", "get-document", "What is known of a file", f.getDocument)
	o = wire.Operation(http.MethodGet, path+"/{document}/content", "read-document", "The content of a file")
	o.Responses = map[string]*huma.Response{"200": contents()}
	wire.Secured(f.edge, o, f.readDocument)
	wire.Op(f.edge, http.MethodDelete, path+"/{document}", "remove-document", "Destroy a file", f.removeDocument)
}

// contents describes an answer that is a file of any type that a card takes.
func contents() *huma.Response {
	out := &huma.Response{Description: "The file, to be saved", Content: map[string]*huma.MediaType{}}
	for _, media := range client.Medias() {
		out.Content[media] = &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
	}
	return out
}

// DocumentBody is a file on the wire.
type DocumentBody struct {
	ID        string      `json:"id"`
	Client    string      `json:"client"`
	Booking   *string     `json:"booking"`
	Class     string      `json:"class" enum:"personal,health,statute"`
	Name      string      `json:"name"`
	Media     string      `json:"media" doc:"The type that its content has"`
	Size      int64       `json:"size" doc:"Bytes"`
	Scanned   bool        `json:"scanned" doc:"A scanner has looked at it and found nothing"`
	From      string      `json:"from" enum:"client,staff" doc:"Who put it there"`
	CreatedAt wire.Moment `json:"created_at"`
}

func documentOf(d client.Document, zone *time.Location) DocumentBody {
	from := "staff"
	if d.OfClient() {
		from = "client"
	}
	return DocumentBody{
		string(d.ID), string(d.Client), named(d.Booking), d.Class, d.Name, d.Media, d.Size, d.Scan == client.ScanClean, from, wire.At(d.CreatedAt, zone),
	}
}

type documentOut struct{ Body DocumentBody }

type documentsOut struct{ Body wire.Page[DocumentBody] }

func (f *finding) listDocuments(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	wire.Paging
},
) (*documentsOut, error) {
	cursor, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	c, zone, err := f.standing(ctx, p, in.ClientPath, account.ReadClients)
	if err != nil {
		return nil, err
	}
	all, err := f.Archive.List(ctx, p.Business, client.DocumentFilter{
		Client: c.ID, Before: id.Document(cursor.ID), Health: p.May(account.ReadHealth), Limit: in.Limit + 1,
	})
	if err != nil {
		return nil, err
	}
	all, next := wire.PageOf(all, in.Limit, func(d client.Document) wire.Cursor { return wire.Cursor{ID: string(d.ID)} })
	out := list(all, func(d client.Document) DocumentBody { return documentOf(d, zone) })
	out.Next = next
	return &documentsOut{out}, nil
}

func (f *finding) addDocument(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	Name     string `query:"name" required:"true" minLength:"1" maxLength:"255" doc:"Its name; the ending must go with the content"`
	Class    string `query:"class" enum:"personal,health,statute" default:"personal" doc:"Under which of the person's keys it is sealed"`
	Booking  string `query:"booking" maxLength:"36"`
	Declared string `header:"Content-Type"`
	RawBody  []byte `contentType:"application/octet-stream"`
},
) (*documentOut, error) {
	c, zone, err := f.standing(ctx, p, in.ClientPath, account.WriteClients)
	if err != nil {
		return nil, err
	}
	if in.Class == client.ClassHealth {
		if err := wire.Must(p, account.ReadHealth); err != nil {
			return nil, err
		}
	}
	booking, err := wire.OptionalID[id.Booking]("booking", in.Booking)
	if err != nil {
		return nil, err
	}
	d, err := f.Archive.Put(ctx, p.Business, client.Upload{
		Client: c.ID, Booking: booking, Class: in.Class, Name: in.Name, Declared: in.Declared, Content: bytes.NewReader(in.RawBody),
	}, p.Actor())
	return &documentOut{documentOf(d, zone)}, err
}

// DocumentPath names a file in an address.
type DocumentPath struct {
	ClientPath
	Document string `path:"document" maxLength:"36"`
}

// document finds the file of an address for a principal with a right.
func (f *finding) document(ctx context.Context, p account.Principal, in DocumentPath, right account.Action) (client.Document, *time.Location, error) {
	c, zone, err := f.standing(ctx, p, in.ClientPath, right)
	if err != nil {
		return client.Document{}, nil, err
	}
	want, err := wire.ReadID[id.Document]("document", in.Document)
	if err != nil {
		return client.Document{}, nil, err
	}
	d, err := f.Archive.Find(ctx, p.Business, want, p.May(account.ReadHealth))
	if err == nil && d.Client != c.ID {
		err = fault.Missing("document")
	}
	return d, zone, err
}

func (f *finding) getDocument(ctx context.Context, p account.Principal, in *DocumentPath) (*documentOut, error) {
	d, zone, err := f.document(ctx, p, *in, account.ReadClients)
	if err != nil {
		return nil, err
	}
	return &documentOut{documentOf(d, zone)}, nil
}

type contentOut struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Policy      string `header:"Content-Security-Policy"`
	Body        []byte
}

func (f *finding) readDocument(ctx context.Context, p account.Principal, in *DocumentPath) (*contentOut, error) {
	d, _, err := f.document(ctx, p, *in, account.ReadClients)
	if err != nil {
		return nil, err
	}
	d, content, err := f.Archive.Open(ctx, p.Business, d.ID, p.May(account.ReadHealth), p.Actor())
	if err != nil {
		return nil, err
	}
	return &contentOut{d.Media, web.Attachment(d.Name), web.Sandbox, content}, nil
}

func (f *finding) removeDocument(ctx context.Context, p account.Principal, in *DocumentPath) (*struct{}, error) {
	d, _, err := f.document(ctx, p, *in, account.WriteClients)
	if err != nil {
		return nil, err
	}
	return nil, f.Archive.Remove(ctx, p.Business, d.ID, p.May(account.ReadHealth), p.Actor())
}

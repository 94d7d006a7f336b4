package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"kept/client"
	"kept/event"
	"kept/id"
	"kept/internal/db"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// Documents keeps files, each piece sealed with the client's key of the file's class.
type Documents struct {
	db    *db.DB
	vault *Vault
}

var _ client.Documents = (*Documents)(nil)

// NewDocuments makes the store of files.
func NewDocuments(d *db.DB, v *Vault) *Documents { return &Documents{d, v} }

func (s *Documents) key(ctx context.Context, business id.Business, d client.Document) (*secret.Key, error) {
	return s.vault.Class(ctx, business, d.Client, secret.Class(d.Class))
}

// pieceID names a piece: it is what the piece is bound to, so that none can be put in another's place.
func pieceID(document id.Document, position int) string {
	return string(document) + "." + strconv.Itoa(position)
}

// BeginDocument implements client.Documents.
func (s *Documents) BeginDocument(ctx context.Context, business id.Business, d client.Document) error {
	key, err := s.key(ctx, business, d)
	if err != nil {
		return err
	}
	own := string(d.ID)
	return s.db.Fault(queries(ctx, s.db).InsertDocument(ctx, sqlgen.InsertDocumentParams{
		BusinessID: string(business), ID: own, ClientID: string(d.Client), BookingID: string(d.Booking), Class: d.Class,
		Media: d.Media, Scan: d.Scan, Size: d.Size, SealedName: key.SealString(fieldDocumentName, own, d.Name),
		ActorKind: d.Actor.Kind, ActorID: d.Actor.ID, CreatedAt: int64(d.CreatedAt),
	}))
}

// PutPiece implements client.Documents.
func (s *Documents) PutPiece(ctx context.Context, business id.Business, d client.Document, position int, piece []byte) error {
	key, err := s.key(ctx, business, d)
	if err != nil {
		return err
	}
	own := pieceID(d.ID, position)
	return s.db.Fault(queries(ctx, s.db).InsertDocumentPart(ctx, sqlgen.InsertDocumentPartParams{
		BusinessID: string(business), ID: own, DocumentID: string(d.ID), Position: int64(position),
		SealedData: key.Seal(fieldDocumentData, own, piece),
	}))
}

// KeepDocument implements client.Documents.
func (s *Documents) KeepDocument(ctx context.Context, business id.Business, document id.Document) error {
	rows, err := queries(ctx, s.db).KeepDocument(ctx, sqlgen.KeepDocumentParams{BusinessID: string(business), ID: string(document)})
	return changed(s.db, rows, err, "document")
}

// FindDocument implements client.Documents.
func (s *Documents) FindDocument(ctx context.Context, business id.Business, want id.Document) (client.Document, error) {
	row, err := queries(ctx, s.db).FindDocument(ctx, sqlgen.FindDocumentParams{BusinessID: string(business), ID: string(want)})
	if err != nil {
		return client.Document{}, found(s.db, err, "document")
	}
	return s.open(ctx, row)
}

// ListDocuments implements client.Documents.
func (s *Documents) ListDocuments(ctx context.Context, business id.Business, f client.DocumentFilter) ([]client.Document, error) {
	rows, err := queries(ctx, s.db).ListDocuments(ctx, sqlgen.ListDocumentsParams{
		BusinessID: string(business), ClientID: string(f.Client), Hidden: hidden(f.Health), BeforeID: string(f.Before), Most: int32(f.Limit),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]client.Document, len(rows))
	for i, row := range rows {
		if out[i], err = s.open(ctx, row); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Piece implements client.Documents.
func (s *Documents) Piece(ctx context.Context, business id.Business, d client.Document, position int) ([]byte, bool, error) {
	own := pieceID(d.ID, position)
	sealed, err := queries(ctx, s.db).DocumentPart(ctx, sqlgen.DocumentPartParams{BusinessID: string(business), ID: own})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, s.db.Fault(err)
	}
	key, err := s.key(ctx, business, d)
	if err != nil {
		return nil, false, err
	}
	piece, err := key.Open(fieldDocumentData, own, sealed)
	return piece, err == nil, err
}

// DeleteDocument implements client.Documents.
func (s *Documents) DeleteDocument(ctx context.Context, business id.Business, document id.Document) error {
	q := queries(ctx, s.db)
	err := q.DeleteDocumentParts(ctx, sqlgen.DeleteDocumentPartsParams{BusinessID: string(business), DocumentID: string(document)})
	if err != nil {
		return s.db.Fault(err)
	}
	rows, err := q.DeleteDocument(ctx, sqlgen.DeleteDocumentParams{BusinessID: string(business), ID: string(document)})
	return changed(s.db, rows, err, "document")
}

// SweepDocuments implements client.Documents.
func (s *Documents) SweepDocuments(ctx context.Context, before span.Instant) (int, error) {
	rows, err := queries(ctx, s.db).HalfDocuments(ctx, int64(before))
	if err != nil {
		return 0, s.db.Fault(err)
	}
	for i, r := range rows {
		err := s.db.Do(ctx, func(ctx context.Context) error {
			return s.DeleteDocument(ctx, id.Business(r.BusinessID), id.Document(r.ID))
		})
		if err != nil {
			return i, err
		}
	}
	return len(rows), nil
}

func (s *Documents) open(ctx context.Context, row sqlgen.Document) (client.Document, error) {
	d := client.Document{
		ID: id.Document(row.ID), Client: id.Client(row.ClientID), Booking: id.Booking(row.BookingID), Class: row.Class,
		Media: row.Media, Scan: row.Scan, Size: row.Size,
		Actor: event.Actor{Kind: row.ActorKind, ID: row.ActorID}, CreatedAt: span.Instant(row.CreatedAt),
	}
	key, err := s.key(ctx, id.Business(row.BusinessID), d)
	if err != nil {
		return d, err
	}
	d.Name, err = key.OpenString(fieldDocumentName, row.ID, row.SealedName)
	return d, err
}

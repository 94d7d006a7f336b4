package client

import (
	"bytes"
	"context"
	"errors"
	"io"

	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// PartDocument is how client.updated calls the files of a card.
const PartDocument = "document"

// The classes under whose keys files are sealed, besides ClassHealth.
const (
	ClassPersonal = "personal"
	ClassStatute  = "statute" // what the law says must be kept
)

// MaxDocument is how large a file may be, in bytes, where nobody says otherwise.
const MaxDocument = 10 << 20

// documentPiece is how much of a file is sealed at once, in bytes.
const documentPiece = 256 << 10

// mostDocuments bounds how many files a card can have.
const mostDocuments = 500

// How many files clients may put to their own card: of a day, and at once.
const (
	clientADay = 10
	clientAll  = 50
)

// ScanClean tells that a scanner has looked at a file and found nothing.
const ScanClean = "clean"

// Document is a file that belongs to a card.
type Document struct {
	ID        id.Document
	Client    id.Client
	Booking   id.Booking // empty for none
	Class     string     // ClassPersonal, ClassHealth, ClassStatute
	Name      string
	Media     string // the type that its content has
	Scan      string // ScanClean; empty where nothing looked at it
	Size      int64  // bytes
	Actor     event.Actor
	CreatedAt span.Instant
}

// DocumentFilter says which files of a card are listed.
type DocumentFilter struct {
	Client id.Client
	Before id.Document // only older ones; empty from the newest on
	Health bool        // those of ClassHealth too: the caller has asked for the right
	Limit  int
}

// Documents keeps files, sealed piece by piece. A file that is being written
// is not found by anybody until it is kept.
type Documents interface {
	// BeginDocument notes that a file is being written.
	BeginDocument(ctx context.Context, business id.Business, d Document) error
	// PutPiece writes a piece, from 0.
	PutPiece(ctx context.Context, business id.Business, d Document, position int, piece []byte) error
	// KeepDocument ends the writing; fault NotFound when it was swept.
	KeepDocument(ctx context.Context, business id.Business, document id.Document) error
	// FindDocument gives a kept file without its content; fault NotFound.
	FindDocument(ctx context.Context, business id.Business, document id.Document) (Document, error)
	// ListDocuments gives kept files of a card, the newest first.
	ListDocuments(ctx context.Context, business id.Business, f DocumentFilter) ([]Document, error)
	// Piece gives a piece; false past the last one.
	Piece(ctx context.Context, business id.Business, d Document, position int) (piece []byte, ok bool, err error)
	// DeleteDocument takes a file away, kept or not; fault NotFound.
	DeleteDocument(ctx context.Context, business id.Business, document id.Document) error
	// SweepDocuments takes away what was begun before an instant and never kept.
	SweepDocuments(ctx context.Context, before span.Instant) (int, error)
}

// Scanner looks at the content of files for what harms computers.
type Scanner interface {
	// Scan gives the name of what it found, empty for nothing. An error says
	// that it could not look.
	Scan(ctx context.Context, content io.Reader) (found string, err error)
}

// Archive keeps the files of cards. It asks for no permission: whoever calls
// it has, for ClassHealth the right to health notes.
type Archive struct {
	store    Documents
	registry *Registry
	scanner  Scanner
	most     int64
}

// NewArchive makes the archive beside a registry. scanner may be nil; most is
// how many bytes a file may have, 0 for MaxDocument.
func NewArchive(store Documents, registry *Registry, scanner Scanner, most int64) *Archive {
	if most <= 0 {
		most = MaxDocument
	}
	return &Archive{store: store, registry: registry, scanner: scanner, most: most}
}

// Most is how many bytes a file may have.
func (a *Archive) Most() int64 { return a.most }

// Upload is a file on its way in.
type Upload struct {
	Client   id.Client
	Booking  id.Booking
	Class    string // empty for ClassPersonal
	Name     string
	Declared string // the type that its sender says it has; empty for none
	Content  io.Reader
}

// Put takes a file in. Fault Invalid (fields file, class), NotFound for the
// client, Unavailable where the scanner does not answer.
func (a *Archive) Put(ctx context.Context, business id.Business, u Upload, actor event.Actor) (Document, error) {
	if u.Class == "" {
		u.Class = ClassPersonal
	}
	if u.Class != ClassPersonal && u.Class != ClassHealth && u.Class != ClassStatute {
		return Document{}, fault.BadField("class", "unknown", "is none of personal, health, statute")
	}
	card, err := a.registry.store.Find(ctx, business, u.Client)
	if err != nil {
		return Document{}, err
	}
	content, err := io.ReadAll(io.LimitReader(u.Content, a.most+1))
	switch {
	case err != nil:
		return Document{}, fault.BadField("file", "file_read", "broke off")
	case int64(len(content)) > a.most:
		return Document{}, fault.BadField("file", "file_size", "is too large")
	}
	d := Document{
		ID: id.New[id.Document](a.registry.clock.Now().UTC()), Client: card.ID, Booking: u.Booking, Class: u.Class,
		Name: FileName(u.Name), Size: int64(len(content)), Actor: actor, CreatedAt: a.registry.clock.Now(),
	}
	if d.Media, err = Sniff(d.Name, u.Declared, content); err != nil {
		return Document{}, err
	}
	if d.Scan, err = a.scan(ctx, content); err != nil {
		return Document{}, err
	}
	list, err := a.store.ListDocuments(ctx, business, all(card.ID))
	if err != nil {
		return Document{}, err
	}
	if len(list) >= mostDocuments {
		return Document{}, fault.BadField("file", "file_many", "is one too many: the card has 500 files")
	}
	if err := room(list, d); err != nil {
		return Document{}, err
	}
	return d, a.write(ctx, business, d, content)
}

// all is every file of a card.
func all(of id.Client) DocumentFilter {
	return DocumentFilter{Client: of, Health: true, Limit: mostDocuments}
}

// room refuses a client's file past what clients may put to their card.
func room(list []Document, d Document) error {
	if !d.OfClient() {
		return nil
	}
	own, today := 0, 0
	for _, o := range list {
		if !o.OfClient() {
			continue
		}
		own++
		if o.CreatedAt > d.CreatedAt-span.Day {
			today++
		}
	}
	switch {
	case own >= clientAll:
		return fault.BadField("file", "file_many_own", "is one too many: you have 50 files here")
	case today >= clientADay:
		return fault.BadField("file", "file_many_today", "is one too many for today")
	}
	return nil
}

// OfClient tells whether the client put the file there, and not the business.
func (d Document) OfClient() bool { return d.Actor.Kind == actorClient }

// actorClient is the kind of an actor who is the client.
const actorClient = "client"

// scan has the scanner look, where there is one.
func (a *Archive) scan(ctx context.Context, content []byte) (string, error) {
	if a.scanner == nil {
		return "", nil
	}
	found, err := a.scanner.Scan(ctx, bytes.NewReader(content))
	if err != nil {
		return "", errors.Join(fault.New(fault.Unavailable, fault.CodeUnavailable, "the file cannot be looked at just now"), err)
	}
	if found != "" {
		return "", fault.BadField("file", "file_harmful", "is harmful")
	}
	return ScanClean, nil
}

// write seals the pieces, each in a transaction of its own so that nobody
// waits for a large file, and then keeps the file.
func (a *Archive) write(ctx context.Context, business id.Business, d Document, content []byte) error {
	do := a.registry.atomic.Do
	if err := do(ctx, func(ctx context.Context) error { return a.store.BeginDocument(ctx, business, d) }); err != nil {
		return err
	}
	for position := 0; position*documentPiece < len(content); position++ {
		piece := content[position*documentPiece : min(len(content), (position+1)*documentPiece)]
		err := do(ctx, func(ctx context.Context) error { return a.store.PutPiece(ctx, business, d, position, piece) })
		if err != nil {
			return err
		}
	}
	return do(ctx, func(ctx context.Context) error {
		// The card may have been erased, or have become part of another, meanwhile.
		card, err := a.registry.store.Find(ctx, business, d.Client)
		if err != nil || card.ID != d.Client {
			return errors.Join(err, a.gone(card.ID != d.Client && err == nil))
		}
		if err := a.recount(ctx, business, d); err != nil {
			return err
		}
		if err := a.store.KeepDocument(ctx, business, d.ID); err != nil {
			return err
		}
		return a.registry.tellPart(ctx, business, d.Client, PartDocument, d.Actor)
	})
}

// recount counts once more, with the card locked: a client may have sent several at once.
func (a *Archive) recount(ctx context.Context, business id.Business, d Document) error {
	if !d.OfClient() {
		return nil
	}
	if err := a.registry.details.Profiles.Touch(ctx, business, d.Client, d.CreatedAt); err != nil {
		return err
	}
	list, err := a.store.ListDocuments(ctx, business, all(d.Client))
	if err != nil {
		return err
	}
	return room(list, d)
}

func (a *Archive) gone(merged bool) error {
	if !merged {
		return nil
	}
	return fault.New(fault.Conflict, fault.CodeConflict, "the card has become part of another one meanwhile")
}

// List gives files of a card, the newest first. Fault NotFound.
func (a *Archive) List(ctx context.Context, business id.Business, f DocumentFilter) ([]Document, error) {
	card, err := a.registry.store.Find(ctx, business, f.Client)
	if err != nil {
		return nil, err
	}
	f.Client = card.ID
	return a.store.ListDocuments(ctx, business, f)
}

// Find gives a file without its content; one of health only where health is
// set. Fault NotFound.
func (a *Archive) Find(ctx context.Context, business id.Business, document id.Document, health bool) (Document, error) {
	d, err := a.store.FindDocument(ctx, business, document)
	if err == nil {
		_, err = a.registry.store.Find(ctx, business, d.Client) // within reach
	}
	if err == nil && d.Class == ClassHealth && !health {
		err = fault.Missing("document")
	}
	if err != nil {
		return Document{}, err
	}
	return d, nil
}

// Open gives a file with its content to somebody who wants to see it, and
// records that they did. Fault NotFound.
func (a *Archive) Open(
	ctx context.Context, business id.Business, document id.Document, health bool, actor event.Actor,
) (d Document, content []byte, err error) {
	if d, err = a.Find(ctx, business, document, health); err != nil {
		return d, nil, err
	}
	content = make([]byte, 0, d.Size)
	for position := 0; ; position++ {
		piece, ok, err := a.store.Piece(ctx, business, d, position)
		if err != nil {
			return d, nil, err
		}
		if !ok {
			break
		}
		content = append(content, piece...)
	}
	if int64(len(content)) != d.Size {
		return d, nil, errors.New("client: a piece of a document is missing")
	}
	return d, content, a.registry.atomic.Do(ctx, func(ctx context.Context) error {
		return a.registry.store.RecordAccess(ctx, business, a.registry.access(d.Client, actor, ReadDocument))
	})
}

// Remove takes a file away for good. Fault NotFound.
func (a *Archive) Remove(ctx context.Context, business id.Business, document id.Document, health bool, actor event.Actor) error {
	return a.registry.atomic.Do(ctx, func(ctx context.Context) error {
		d, err := a.Find(ctx, business, document, health)
		if err != nil {
			return err
		}
		if d.Class == ClassStatute {
			return fault.New(fault.Conflict, fault.CodeConflict, "the law says that this is kept")
		}
		if err := a.store.DeleteDocument(ctx, business, document); err != nil {
			return err
		}
		return a.registry.tellPart(ctx, business, d.Client, PartDocument, actor)
	})
}

// Sweep takes away files whose writing broke off an hour ago or earlier.
func (a *Archive) Sweep(ctx context.Context) error {
	_, err := a.store.SweepDocuments(ctx, a.registry.clock.Now()-span.Hour)
	return err
}

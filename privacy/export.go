package privacy

import (
	"context"
	"slices"

	"kept/account"
	"kept/event"
	"kept/id"
)

// Dossier is everything that is kept about a client, opened.
type Dossier struct {
	Business id.Business
	Client   id.Client
	Sheets   []Sheet
	Files    []File
}

// Sheet is what one table holds.
type Sheet struct {
	Table   string
	Columns []string
	Rows    [][]any  // nil, string, int64, bool
	Own     []string // columns that the client themselves alone are given
}

// File is a document, whole.
type File struct {
	Document string // its id, as the sheet "document" names it
	Data     []byte
}

// Table gives a sheet by its name; an empty one when there is none.
func (d Dossier) Table(name string) Sheet {
	for _, s := range d.Sheets {
		if s.Table == name {
			return s
		}
	}
	return Sheet{Table: name}
}

// Value gives a row's value of a column; nil when there is none.
func (s Sheet) Value(row []any, column string) any {
	for i, c := range s.Columns {
		if c == column {
			return row[i]
		}
	}
	return nil
}

// Dossiers gathers everything about a client.
type Dossiers interface {
	// Dossier gives it; fault NotFound when there is no such client or no more.
	Dossier(ctx context.Context, business id.Business, client id.Client) (Dossier, error)
}

// Reads notes who read what of a card.
type Reads interface {
	// NoteExport notes that a whole card was taken out; fault NotFound.
	NoteExport(ctx context.Context, business id.Business, client id.Client, actor event.Actor) error
}

// Export gives everything that is kept about a client to somebody with the
// right to take it out, or to the client, whose request is entered in the log
// as answered. Faults forbidden, not_found.
func (o *Office) Export(ctx context.Context, who account.Principal, client id.Client) (Dossier, error) {
	own := self(who, client)
	if !own {
		if err := needs(who, account.ExportClients); err != nil {
			return Dossier{}, err
		}
	}
	if err := o.Reads.NoteExport(ctx, who.Business, client, who.Actor()); err != nil {
		return Dossier{}, err
	}
	if own {
		p, err := o.Ask(ctx, who, client, AskExport, "", 0)
		if err != nil {
			return Dossier{}, err
		}
		p.Closed, p.Outcome = p.Received, Done
		if err := o.Atomic.Do(ctx, func(ctx context.Context) error {
			return o.Petitions.UpdatePetition(ctx, who.Business, p)
		}); err != nil {
			return Dossier{}, err
		}
	}
	d, err := o.Dossiers.Dossier(ctx, who.Business, client)
	if !own {
		d.veil()
	}
	return d, err
}

// veil blanks what the client alone is given.
func (d Dossier) veil() {
	for _, s := range d.Sheets {
		for i, c := range s.Columns {
			if !slices.Contains(s.Own, c) {
				continue
			}
			for _, row := range s.Rows {
				row[i] = ""
			}
		}
	}
}

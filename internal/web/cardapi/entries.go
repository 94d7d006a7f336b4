package cardapi

import (
	"context"
	"net/http"
	"time"

	"kept/account"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/web/wire"
	"kept/span"
)

func (f *finding) registerEntries() {
	const path = "/clients/{id}/entries"
	wire.Op(f.edge, http.MethodGet, path, "list-client-entries", "Calls, enquiries, complaints and notes of a client, the newest first", f.listClientEntries)
	o := wire.Operation(http.MethodPost, path, "add-entry", "Write down a call, an enquiry, a complaint or a note")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(f.edge, o, f.addEntry)
	wire.Op(f.edge, http.MethodPatch, path+"/{entry}", "update-entry", "Change an entry, or say that it is done", f.updateEntry)
	wire.Op(f.edge, http.MethodGet, "/entries", "list-entries", "Entries of all clients and of callers nobody knows, the newest first", f.listEntries)
	wire.Op(f.edge, http.MethodPost, "/calls", "report-call",
		"A telephone exchange reports a call: open desks show the caller's card, and who was missed is sent the way to book", f.reportCall)
}

// EntryBody is an entry on the wire.
type EntryBody struct {
	ID        string        `json:"id"`
	Client    *string       `json:"client" doc:"null for a caller nobody knows"`
	Kind      string        `json:"kind" enum:"call,enquiry,complaint,note"`
	Direction string        `json:"direction,omitempty" enum:"in,out"`
	State     string        `json:"state" enum:"open,done"`
	Outcome   string        `json:"outcome,omitempty" enum:"ringing,answered,missed" doc:"Of a call that an exchange reported"`
	Booking   *string       `json:"booking"`
	Number    string        `json:"number,omitempty" doc:"Of the caller"`
	Text      string        `json:"text"`
	At        wire.Moment   `json:"at"`
	DueAt     wire.Optional `json:"due_at"`
	DoneAt    wire.Optional `json:"done_at"`
	Version   int64         `json:"version"`
	CreatedAt wire.Moment   `json:"created_at"`
	UpdatedAt wire.Moment   `json:"updated_at"`
}

func entryOf(e client.Entry, zone *time.Location) EntryBody {
	return EntryBody{
		ID: string(e.ID), Client: named(e.Client), Kind: e.Kind, Direction: e.Direction, State: e.State, Outcome: e.Outcome,
		Booking: named(e.Booking), Number: e.Number, Text: e.Text, At: wire.At(e.At, zone), DueAt: wire.Maybe(e.Due, zone),
		DoneAt: wire.Maybe(e.Done, zone), Version: e.Version, CreatedAt: wire.At(e.CreatedAt, zone), UpdatedAt: wire.At(e.UpdatedAt, zone),
	}
}

// named is an identifier that may be none: null.
func named[T ~string](v T) *string {
	if v == "" {
		return nil
	}
	text := string(v)
	return &text
}

type entryOut struct{ Body EntryBody }

type entriesOut struct{ Body wire.Page[EntryBody] }

// EntryFilter is what lists of entries can be asked.
type EntryFilter struct {
	wire.Paging
	State string `query:"state" enum:"open,done" doc:"Only those that stand so"`
}

func (f *finding) listClientEntries(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	EntryFilter
},
) (*entriesOut, error) {
	c, zone, err := f.standing(ctx, p, in.ClientPath, account.ReadClients)
	if err != nil {
		return nil, err
	}
	return f.entries(ctx, p, c.ID, in.EntryFilter, zone)
}

func (f *finding) listEntries(ctx context.Context, p account.Principal, in *EntryFilter) (*entriesOut, error) {
	if err := wire.Must(p, account.ReadClients); err != nil {
		return nil, err
	}
	zone, err := f.home(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	return f.entries(ctx, p, "", *in, zone)
}

func (f *finding) entries(ctx context.Context, p account.Principal, of id.Client, in EntryFilter, zone *time.Location) (*entriesOut, error) {
	cursor, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	entries, more, err := f.Talks.List(ctx, p.Business, client.EntryFilter{
		Client: of, State: in.State, Before: id.Entry(cursor.ID), Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	out := wire.Page[EntryBody]{Items: []EntryBody{}}
	for _, e := range entries {
		if of == "" && e.Client != "" { // it may be out of reach
			if _, err := f.cards.Clients.Find(ctx, p.Business, e.Client); fault.Is(err, fault.CodeNotFound) {
				continue
			} else if err != nil {
				return nil, err
			}
		}
		out.Items = append(out.Items, entryOf(e, zone))
	}
	if more {
		next := wire.Cursor{ID: string(entries[len(entries)-1].ID)}.String()
		out.Next = &next
	}
	return &entriesOut{out}, nil
}

func (f *finding) addEntry(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	Body struct {
		Kind      string `json:"kind" enum:"call,enquiry,complaint,note"`
		Direction string `json:"direction,omitempty" enum:"in,out" doc:"Who began it; of everything but a note"`
		State     string `json:"state,omitempty" enum:"open,done" doc:"open for an enquiry, a complaint and what is due, else done, when missing"`
		Text      string `json:"text" maxLength:"4000"`
		Booking   string `json:"booking,omitempty" maxLength:"36"`
		At        string `json:"at,omitempty" format:"date-time" doc:"When it happened; now when missing"`
		DueAt     string `json:"due_at,omitempty" format:"date-time"`
	}
},
) (*entryOut, error) {
	c, zone, err := f.standing(ctx, p, in.ClientPath, account.WriteClients)
	if err != nil {
		return nil, err
	}
	b := in.Body
	e := client.Entry{Client: c.ID, Kind: b.Kind, Direction: b.Direction, State: b.State, Text: b.Text}
	if e.Booking, err = wire.OptionalID[id.Booking]("booking", b.Booking); err != nil {
		return nil, err
	}
	if e.At, err = optionalInstant("at", b.At); err != nil {
		return nil, err
	}
	if e.Due, err = optionalInstant("due_at", b.DueAt); err != nil {
		return nil, err
	}
	e, err = f.Talks.Add(ctx, p.Business, e, p.Actor())
	return &entryOut{entryOf(e, zone)}, err
}

// optionalInstant reads an instant of a request that may be missing: 0.
func optionalInstant(field, text string) (span.Instant, error) {
	if text == "" {
		return 0, nil
	}
	return wire.ReadInstant(field, text)
}

func (f *finding) updateEntry(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	Entry string `path:"entry" maxLength:"36"`
	Body  struct {
		Text    *string `json:"text,omitempty" maxLength:"4000"`
		State   *string `json:"state,omitempty" enum:"open,done"`
		DueAt   *string `json:"due_at,omitempty" doc:"RFC 3339; empty for no time"`
		Version int64   `json:"version,omitempty" minimum:"0" doc:"The one you saw; a newer one is a conflict"`
	}
},
) (*entryOut, error) {
	c, zone, err := f.standing(ctx, p, in.ClientPath, account.WriteClients)
	if err != nil {
		return nil, err
	}
	want, err := wire.ReadID[id.Entry]("entry", in.Entry)
	if err != nil {
		return nil, err
	}
	var due span.Instant
	if in.Body.DueAt != nil {
		if due, err = optionalInstant("due_at", *in.Body.DueAt); err != nil {
			return nil, err
		}
	}
	if e, err := f.Talks.Find(ctx, p.Business, want); err != nil || e.Client != c.ID {
		return nil, missing("entry", err)
	}
	e, err := f.Talks.Update(ctx, p.Business, want, in.Body.Version, p.Actor(), func(e *client.Entry) {
		wire.Set(&e.Text, in.Body.Text)
		wire.Set(&e.State, in.Body.State)
		if in.Body.DueAt != nil {
			e.Due = due
		}
	})
	return &entryOut{entryOf(e, zone)}, err
}

func (f *finding) reportCall(ctx context.Context, p account.Principal, in *struct {
	Body struct {
		From string `json:"from" maxLength:"40" doc:"The caller's number, best with a plus and the country; empty where it is withheld"`
		To   string `json:"to,omitempty" maxLength:"40" doc:"The number that was called"`
		At   string `json:"at,omitempty" format:"date-time" doc:"Now when missing"`
		Kind string `json:"kind" enum:"ringing,answered,missed"`
	}
},
) (*entryOut, error) {
	if err := wire.Must(p, account.WriteClients); err != nil {
		return nil, err
	}
	at, err := optionalInstant("at", in.Body.At)
	if err != nil {
		return nil, err
	}
	zone, err := f.home(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	e, err := f.Talks.Call(ctx, p.Business, client.Call{From: in.Body.From, At: at, Kind: in.Body.Kind}, p.Actor())
	return &entryOut{entryOf(e, zone)}, err
}

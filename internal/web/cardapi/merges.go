package cardapi

import (
	"context"
	"net/http"
	"time"

	"kept/account"
	"kept/client"
	"kept/id"
	"kept/internal/web/wire"
)

func (f *finding) registerMerges() {
	wire.Op(f.edge, http.MethodGet, "/clients/duplicates", "list-duplicates", "Pairs of cards that may be one person's: with a number in common first, then an address, the same name, and names that are alike", f.listDuplicates)
	o := wire.Operation(http.MethodPost, "/clients/{id}/merge", "merge-client", "Make a card part of another one")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(f.edge, o, f.merge)
	wire.Op(f.edge, http.MethodGet, "/clients/{id}/merges", "list-merges", "Cards that have become part of one, the latest first", f.listMerges)
	wire.Op(f.edge, http.MethodPost, "/merges/{id}/undo", "undo-merge", "Make two cards again", f.undoMerge)
}

// TwinBody is a pair of cards that may be one person's, on the wire.
type TwinBody struct {
	A      wire.Ref `json:"a"`
	B      wire.Ref `json:"b"`
	Why    string   `json:"why" enum:"phone,email,name" doc:"What they have in common"`
	Likely float64  `json:"likely" minimum:"0" maximum:"1" doc:"How alike the names are"`
}

type twinsOut struct{ Body wire.Page[TwinBody] }

func (f *finding) listDuplicates(ctx context.Context, p account.Principal, in *struct {
	Client string `query:"client" maxLength:"36" doc:"Only pairs with this one, by similar names too"`
	wire.Paging
},
) (*twinsOut, error) {
	if err := wire.Must(p, account.ReadClients); err != nil {
		return nil, err
	}
	of, err := wire.OptionalID[id.Client]("client", in.Client)
	if err != nil {
		return nil, err
	}
	cursor, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	pairs, more, err := f.Merger.Twins(ctx, p.Business, client.TwinFilter{Of: of, After: wire.TwinSpot(cursor), Limit: in.Limit}, p.Actor())
	if err != nil {
		return nil, err
	}
	out := list(pairs, func(t client.Twin) TwinBody {
		return TwinBody{wire.Ref{ID: string(t.A.ID), Name: t.A.Name}, wire.Ref{ID: string(t.B.ID), Name: t.B.Name}, t.Why, min(t.Likely, 1)}
	})
	if more {
		next := wire.TwinCursor(pairs[len(pairs)-1]).String()
		out.Next = &next
	}
	return &twinsOut{out}, nil
}

// MergeBody is a merge on the wire.
type MergeBody struct {
	ID       string        `json:"id"`
	Survivor string        `json:"survivor" doc:"The card that it all is now"`
	Merged   string        `json:"merged" doc:"Its id leads to the survivor"`
	At       wire.Moment   `json:"at"`
	UndoneAt wire.Optional `json:"undone_at"`
}

func mergeOf(m client.Merge, zone *time.Location) MergeBody {
	return MergeBody{string(m.ID), string(m.Survivor), string(m.Merged), wire.At(m.At, zone), wire.Maybe(m.Undone, zone)}
}

type mergeOut struct{ Body MergeBody }

type mergesOut struct{ Body wire.Page[MergeBody] }

func (f *finding) merge(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	Body struct {
		Into string `json:"into" maxLength:"36" doc:"The card that is to remain"`
	}
},
) (*mergeOut, error) {
	if err := wire.Must(p, account.WriteClients); err != nil {
		return nil, err
	}
	from, err := in.client()
	if err != nil {
		return nil, err
	}
	zone, err := f.home(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	into, err := wire.ReadID[id.Client]("client", in.Body.Into)
	if err != nil {
		return nil, err
	}
	m, err := f.Merger.Merge(ctx, p.Business, from, into, p.Actor())
	return &mergeOut{mergeOf(m, zone)}, err
}

func (f *finding) listMerges(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	wire.Paging
},
) (*mergesOut, error) {
	c, zone, err := f.standing(ctx, p, in.ClientPath, account.ReadClients)
	if err != nil {
		return nil, err
	}
	cursor, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	all, err := f.Merger.List(ctx, p.Business, client.MergeFilter{Client: c.ID, Before: id.Merge(cursor.ID), Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	all, next := wire.PageOf(all, in.Limit, func(m client.Merge) wire.Cursor { return wire.Cursor{ID: string(m.ID)} })
	out := list(all, func(m client.Merge) MergeBody { return mergeOf(m, zone) })
	out.Next = next
	return &mergesOut{out}, nil
}

func (f *finding) undoMerge(ctx context.Context, p account.Principal, in *wire.NounPath) (*mergeOut, error) {
	if err := wire.Must(p, account.WriteClients); err != nil {
		return nil, err
	}
	want, err := wire.ReadID[id.Merge]("merge", in.ID)
	if err != nil {
		return nil, err
	}
	zone, err := f.home(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	m, err := f.Merger.Undo(ctx, p.Business, want, p.Actor())
	return &mergeOut{mergeOf(m, zone)}, err
}

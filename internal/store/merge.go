package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"kept/availability"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// Merges makes one card out of two: every table that Personals lists says by
// what its rows are found and sealed, and so they move.
type Merges struct {
	db      *db.DB
	vault   *Vault
	clients *Clients
	lanes   *Lanes
}

var _ client.Merges = (*Merges)(nil)

// NewMerges makes the store of merges.
func NewMerges(d *db.DB, v *Vault, c *Clients, l *Lanes) *Merges { return &Merges{d, v, c, l} }

// Touch implements client.Merges.
func (s *Merges) Touch(ctx context.Context, business id.Business, clients ...id.Client) error {
	lanes := make([]availability.Lane, len(clients))
	for i, c := range clients {
		lanes[i] = availability.Lane{Kind: availability.ClientLane, ID: string(c)}
	}
	if err := s.lanes.Touch(ctx, business, lanes); err != nil {
		return err
	}
	for _, c := range clients { // whoever writes something on a card holds its row
		err := queries(ctx, s.db).LockClient(ctx, sqlgen.LockClientParams{BusinessID: string(business), ID: string(c)})
		if err != nil {
			return s.db.Fault(err)
		}
	}
	return nil
}

// What stands in client_merge_row besides tables that Personals lists.
const (
	noteYielded = "yielded "
	noteMade    = "made"
)

// Move implements client.Merges.
func (s *Merges) Move(ctx context.Context, business id.Business, m client.Merge, was client.Client, made []id.Contact) error {
	rows, err := mover{s.db, s.vault, business, m.Merged, m.Survivor}.all(ctx)
	if err != nil {
		return err
	}
	ties, err := s.moveKin(ctx, business, m.Merged, m.Survivor)
	if err != nil {
		return err
	}
	rows = append(rows, ties...)
	q := queries(ctx, s.db)
	if err := s.note(ctx, business, m, was); err != nil {
		return err
	}
	for _, k := range made {
		rows = append(rows, moved{table: "client_contact", key: string(k), note: noteMade})
	}
	for i, r := range rows {
		if r.yielded {
			r.note = noteYielded + r.note
		}
		err := q.InsertClientMergeRow(ctx, sqlgen.InsertClientMergeRowParams{
			BusinessID: string(business), MergeID: string(m.ID), Position: int64(i), InTable: r.table, RowID: r.key, Note: r.note,
		})
		if err != nil {
			return s.db.Fault(err)
		}
	}
	if err := s.shift(ctx, business, m.Merged, m.Survivor, nil); err != nil {
		return err
	}
	n, err := q.MergeClient(ctx, sqlgen.MergeClientParams{
		BusinessID: string(business), ID: string(m.Merged), MergedInto: string(m.Survivor), UpdatedAt: int64(m.At),
	})
	if err = changed(s.db, n, err, "client"); err != nil {
		return err
	}
	return s.recount(ctx, business, m)
}

// note keeps the survivor's head as it was.
func (s *Merges) note(ctx context.Context, business id.Business, m client.Merge, was client.Client) error {
	key, err := s.vault.Client(ctx, business, m.Survivor)
	if err != nil {
		return err
	}
	head, err := json.Marshal(was)
	if err != nil {
		return fmt.Errorf("store: encode a head: %w", err)
	}
	return s.db.Fault(queries(ctx, s.db).InsertClientMerge(ctx, sqlgen.InsertClientMergeParams{
		BusinessID: string(business), ID: string(m.ID), SurvivorID: string(m.Survivor), MergedID: string(m.Merged),
		ActorKind: m.Actor.Kind, ActorID: m.Actor.ID, At: int64(m.At), SealedWas: key.Seal(fieldMergeWas, string(m.ID), head),
	}))
}

// recount has what is counted of both counted anew when it is next asked for.
func (s *Merges) recount(ctx context.Context, business id.Business, m client.Merge) error {
	for _, c := range []id.Client{m.Merged, m.Survivor} {
		err := queries(ctx, s.db).DeleteClientTally(ctx, sqlgen.DeleteClientTallyParams{BusinessID: string(business), ClientID: string(c)})
		if err != nil {
			return s.db.Fault(err)
		}
	}
	return nil
}

// shift moves what takes a client's time to another's lane; only that of some
// bookings, where they are named. What overlaps there stays where it is: it
// was agreed, and a lane never holds two things at once.
func (s *Merges) shift(ctx context.Context, business id.Business, from, to id.Client, only map[string]bool) error {
	q := queries(ctx, s.db)
	rows, err := q.ClientLaneRows(ctx, sqlgen.ClientLaneRowsParams{BusinessID: string(business), LaneID: string(from)})
	if err != nil {
		return s.db.Fault(err)
	}
	taken, err := q.ClientLaneRows(ctx, sqlgen.ClientLaneRowsParams{BusinessID: string(business), LaneID: string(to)})
	if err != nil {
		return s.db.Fault(err)
	}
	for _, r := range rows {
		if only != nil && !only[r.SourceID] || overlaps(taken, r) {
			continue
		}
		err := q.DeleteClientLaneRow(ctx, sqlgen.DeleteClientLaneRowParams{
			BusinessID: string(business), LaneID: string(from), StartAt: r.StartAt, SourceID: r.SourceID,
		})
		if err != nil {
			return s.db.Fault(err)
		}
		err = q.InsertOccupancy(ctx, sqlgen.InsertOccupancyParams{
			BusinessID: string(business), LaneKind: string(availability.ClientLane), LaneID: string(to), StartAt: r.StartAt, EndAt: r.EndAt,
			Exclusive: r.Exclusive, SourceKind: r.SourceKind, SourceID: r.SourceID, ExpiresAt: r.ExpiresAt, LocationID: r.LocationID,
		})
		if err != nil {
			return s.db.Fault(err)
		}
	}
	return nil
}

func overlaps(taken []sqlgen.ClientLaneRowsRow, r sqlgen.ClientLaneRowsRow) bool {
	for _, t := range taken {
		if t.StartAt < r.EndAt && r.StartAt < t.EndAt && t.Exclusive && r.Exclusive || t.StartAt == r.StartAt && t.SourceID == r.SourceID {
			return true
		}
	}
	return false
}

// Back implements client.Merges.
func (s *Merges) Back(ctx context.Context, business id.Business, m client.Merge) (client.Client, error) {
	q := queries(ctx, s.db)
	was, err := s.was(ctx, business, m)
	if err != nil {
		return was, err
	}
	rows, err := q.ClientMergeRows(ctx, sqlgen.ClientMergeRowsParams{BusinessID: string(business), MergeID: string(m.ID)})
	if err != nil {
		return was, s.db.Fault(err)
	}
	bookings := map[string]bool{}
	for _, r := range rows {
		switch {
		case r.InTable == tableKin:
			_, err = s.turnKin(ctx, business, m.Survivor, m.Merged, r.RowID, r.Note)
		case r.Note == noteMade:
			err = s.clients.DeleteContact(ctx, business, m.Survivor, id.Contact(r.RowID))
			if fault.Is(err, fault.CodeNotFound) {
				err = nil
			}
		default:
			note, yielded := strings.CutPrefix(r.Note, noteYielded)
			err = mover{s.db, s.vault, business, m.Survivor, m.Merged}.back(ctx, moved{r.InTable, r.RowID, yielded, note})
		}
		if err != nil {
			return was, fmt.Errorf("store: part %s: %w", r.InTable, err)
		}
		if r.InTable == "booking" {
			bookings[r.RowID] = true
		}
	}
	if err := s.shift(ctx, business, m.Survivor, m.Merged, bookings); err != nil {
		return was, err
	}
	if err := s.part(ctx, business, m); err != nil {
		return was, err
	}
	return was, s.recount(ctx, business, m)
}

// was reads the survivor's head before the merge.
func (s *Merges) was(ctx context.Context, business id.Business, m client.Merge) (was client.Client, err error) {
	row, err := queries(ctx, s.db).FindClientMerge(ctx, sqlgen.FindClientMergeParams{BusinessID: string(business), ID: string(m.ID)})
	if err != nil {
		return was, found(s.db, err, "merge")
	}
	key, err := s.vault.Client(ctx, business, m.Survivor)
	if err != nil {
		return was, err
	}
	head, err := key.Open(fieldMergeWas, row.ID, row.SealedWas)
	if err != nil {
		return was, err
	}
	err = json.Unmarshal(head, &was)
	return was, err
}

// part lets the merged card stand for itself again.
func (s *Merges) part(ctx context.Context, business id.Business, m client.Merge) error {
	q := queries(ctx, s.db)
	n, err := q.PartClient(ctx, sqlgen.PartClientParams{
		BusinessID: string(business), ID: string(m.Merged), MergedInto: string(m.Survivor), UpdatedAt: int64(m.Undone),
	})
	if err = changed(s.db, n, err, "client"); err != nil {
		return err
	}
	c, err := s.clients.Find(ctx, business, m.Merged)
	if err != nil {
		return err
	}
	if err := s.clients.Update(ctx, business, c); err != nil { // makes its blind indexes again
		return err
	}
	if err := q.DeleteClientMergeRows(ctx, sqlgen.DeleteClientMergeRowsParams{BusinessID: string(business), MergeID: string(m.ID)}); err != nil {
		return s.db.Fault(err)
	}
	return s.db.Fault(q.UndoClientMerge(ctx, sqlgen.UndoClientMergeParams{
		BusinessID: string(business), ID: string(m.ID), UndoneAt: nullable(m.Undone),
	}))
}

// FindMerge implements client.Merges.
func (s *Merges) FindMerge(ctx context.Context, business id.Business, want id.Merge) (client.Merge, error) {
	row, err := queries(ctx, s.db).FindClientMerge(ctx, sqlgen.FindClientMergeParams{BusinessID: string(business), ID: string(want)})
	return mergeOf(row), found(s.db, err, "merge")
}

// ListMerges implements client.Merges.
func (s *Merges) ListMerges(ctx context.Context, business id.Business, f client.MergeFilter) ([]client.Merge, error) {
	rows, err := queries(ctx, s.db).ClientMergesOf(ctx, sqlgen.ClientMergesOfParams{
		BusinessID: string(business), SurvivorID: string(f.Client), BeforeID: string(f.Before), Standing: f.Standing, Count: int32(f.Limit),
	})
	out := make([]client.Merge, len(rows))
	for i, r := range rows {
		out[i] = mergeOf(r)
	}
	return out, s.db.Fault(err)
}

func mergeOf(r sqlgen.ClientMerge) client.Merge {
	return client.Merge{
		ID: id.Merge(r.ID), Survivor: id.Client(r.SurvivorID), Merged: id.Client(r.MergedID),
		Actor: event.Actor{Kind: r.ActorKind, ID: r.ActorID}, At: span.Instant(r.At), Undone: span.Instant(r.UndoneAt.Int64),
	}
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"kept/calsync"
	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// The names under which the parts of a client's calendar are sealed.
const (
	fieldWatchURL   = "client_calendar.url"
	fieldWatchETag  = "client_calendar.etag"
	fieldWatchToken = "client_calendar.token"
	fieldWatchBusy  = "client_calendar.busy"
)

// Watches keeps the calendars that clients have elsewhere, sealed with each
// client's own key.
type Watches struct {
	db    *db.DB
	vault *Vault
}

var _ calsync.WatchStore = (*Watches)(nil)

// NewWatches makes the store of clients' calendars.
func NewWatches(d *db.DB, v *Vault) *Watches { return &Watches{d, v} }

// Insert implements calsync.WatchStore.
func (s *Watches) Insert(ctx context.Context, business id.Business, w *calsync.Watch) error {
	key, err := s.vault.Client(ctx, business, w.Client)
	if err != nil {
		return err
	}
	return s.db.Fault(queries(ctx, s.db).InsertClientCalendar(ctx, sqlgen.InsertClientCalendarParams{
		BusinessID: string(business), ID: string(w.ID), ClientID: string(w.Client), SealedUrl: key.SealString(fieldWatchURL, string(w.ID), w.URL),
		ForStaff: w.ForStaff, CreatedAt: int64(w.CreatedAt), NextAt: int64(w.NextAt),
	}))
}

// Delete implements calsync.WatchStore.
func (s *Watches) Delete(ctx context.Context, business id.Business, of id.Client, link id.Link) error {
	rows, err := queries(ctx, s.db).DeleteClientCalendar(ctx, sqlgen.DeleteClientCalendarParams{
		BusinessID: string(business), ClientID: string(of), ID: string(link),
	})
	return changed(s.db, rows, err, "calendar")
}

// List implements calsync.WatchStore.
func (s *Watches) List(ctx context.Context, business id.Business, of id.Client) ([]calsync.Watch, error) {
	rows, err := queries(ctx, s.db).ListClientCalendars(ctx, sqlgen.ListClientCalendarsParams{BusinessID: string(business), ClientID: string(of)})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]calsync.Watch, 0, len(rows))
	for _, row := range rows {
		w, err := s.open(ctx, row)
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, nil
}

// Due implements calsync.Queue.
func (s *Watches) Due(ctx context.Context, now, real span.Instant, limit int) ([]calsync.Ref, error) {
	rows, err := queries(ctx, s.db).DueClientCalendars(ctx, sqlgen.DueClientCalendarsParams{
		Now: int64(now), Real: int64(real), Count: int32(limit),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]calsync.Ref, len(rows))
	for i, r := range rows {
		out[i] = calsync.Ref{Business: id.Business(r.BusinessID), ID: id.Link(r.ID), Client: id.Client(r.ClientID)}
	}
	return out, nil
}

// Claim implements calsync.Queue.
func (s *Watches) Claim(ctx context.Context, r calsync.Ref, now, real, until span.Instant) (calsync.Link, bool, error) {
	row, err := queries(ctx, s.db).ClaimClientCalendar(ctx, sqlgen.ClaimClientCalendarParams{
		Until: int64(until), BusinessID: string(r.Business), ID: string(r.ID), ClientID: string(r.Client), Now: int64(now), Real: int64(real),
	})
	if errors.Is(err, sql.ErrNoRows) {
		return calsync.Link{}, false, nil
	}
	if err != nil {
		return calsync.Link{}, false, s.db.Fault(err)
	}
	w, err := s.open(ctx, row)
	return calsync.Link{
		ID: w.ID, Kind: calsync.Own, Address: calsync.Address{URL: w.URL}, CreatedAt: w.CreatedAt, State: w.State,
	}, err == nil, err
}

// Record implements calsync.Queue.
func (s *Watches) Record(ctx context.Context, r calsync.Ref, until span.Instant, st *calsync.State) (bool, error) {
	key, err := s.vault.Client(ctx, r.Business, r.Client)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return false, nil //nolint:nilerr // erased meanwhile, and the calendar with them
	}
	if err != nil {
		return false, err
	}
	rows, err := queries(ctx, s.db).RecordClientCalendar(ctx, sqlgen.RecordClientCalendarParams{
		BusinessID: string(r.Business), ID: string(r.ID), ClientID: string(r.Client), ClaimedUntil: int64(until),
		SealedEtag:  key.SealString(fieldWatchETag, string(r.ID), st.Mark.ETag),
		SealedToken: key.SealString(fieldWatchToken, string(r.ID), st.Mark.Token),
		ReadAt:      int64(st.Read), LastOk: int64(st.LastOK), FailingSince: int64(st.Failing), Trouble: string(st.Trouble),
		Attempts: int64(st.Attempts), NextAt: int64(st.NextAt), ZoneMark: st.Lanes,
	})
	return rows == 1, s.db.Fault(err)
}

// Keep implements calsync.WatchStore.
func (s *Watches) Keep(ctx context.Context, r calsync.Ref, busy span.Set) error {
	key, err := s.vault.Client(ctx, r.Business, r.Client)
	if err != nil {
		return err
	}
	return s.db.Fault(queries(ctx, s.db).KeepClientCalendar(ctx, sqlgen.KeepClientCalendarParams{
		BusinessID: string(r.Business), ID: string(r.ID), ClientID: string(r.Client),
		SealedBusy: key.SealString(fieldWatchBusy, string(r.ID), calsync.WriteBusy(busy)),
	}))
}

// Glimpse implements calsync.WatchStore.
func (s *Watches) Glimpse(ctx context.Context, business id.Business, of id.Client) ([]calsync.Glimpse, error) {
	rows, err := queries(ctx, s.db).GlimpseClientCalendars(ctx, sqlgen.GlimpseClientCalendarsParams{
		BusinessID: string(business), ClientID: string(of),
	})
	if err != nil || len(rows) == 0 {
		return nil, s.db.Fault(err)
	}
	key, err := s.vault.Client(ctx, business, of)
	if err != nil {
		return nil, err
	}
	out := make([]calsync.Glimpse, 0, len(rows))
	for _, row := range rows {
		text, err := key.OpenString(fieldWatchBusy, row.ID, row.SealedBusy)
		if err != nil {
			return nil, fmt.Errorf("store: %s of %s: %w", fieldWatchBusy, row.ID, err)
		}
		busy, err := calsync.ReadBusy(text)
		if err != nil {
			return nil, fmt.Errorf("store: %s of %s: %w", fieldWatchBusy, row.ID, err)
		}
		out = append(out, calsync.Glimpse{ForStaff: row.ForStaff, LastOK: span.Instant(row.LastOk), Busy: busy})
	}
	return out, nil
}

func (s *Watches) open(ctx context.Context, row sqlgen.ClientCalendar) (calsync.Watch, error) {
	w := calsync.Watch{
		ID: id.Link(row.ID), Client: id.Client(row.ClientID), ForStaff: row.ForStaff, CreatedAt: span.Instant(row.CreatedAt),
		State: calsync.State{
			Read: span.Instant(row.ReadAt), LastOK: span.Instant(row.LastOk), Failing: span.Instant(row.FailingSince),
			Trouble: calsync.Code(row.Trouble), Attempts: int(row.Attempts), NextAt: span.Instant(row.NextAt), Lanes: row.ZoneMark,
		},
	}
	key, err := s.vault.Client(ctx, id.Business(row.BusinessID), w.Client)
	if err != nil {
		return w, err
	}
	for _, f := range []struct {
		name   string
		sealed []byte
		into   *string
	}{
		{fieldWatchURL, row.SealedUrl, &w.URL},
		{fieldWatchETag, row.SealedEtag, &w.Mark.ETag},
		{fieldWatchToken, row.SealedToken, &w.Mark.Token},
	} {
		if *f.into, err = key.OpenString(f.name, row.ID, f.sealed); err != nil {
			return w, fmt.Errorf("store: %s of %s: %w", f.name, row.ID, err)
		}
	}
	return w, nil
}

// personalWatches says what erasing, exporting and merging do with the table.
func personalWatches() Personal {
	return Personal{
		Table: "client_calendar", Client: "client_id", Erase: Delete, Own: true,
		Cells: []Cell{
			{"sealed_url", fieldWatchURL},
			{"sealed_etag", fieldWatchETag},
			{"sealed_token", fieldWatchToken},
			{"sealed_busy", fieldWatchBusy},
		},
	}
}

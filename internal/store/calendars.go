package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"kept/availability"
	"kept/booking"
	"kept/calsync"
	"kept/id"
	"kept/internal/db"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// The names under which the parts of a link are sealed.
const (
	fieldLinkName   = "calendar.name"
	fieldLinkURL    = "calendar.url"
	fieldLinkUser   = "calendar.user"
	fieldLinkSecret = "calendar.secret"
	fieldLinkETag   = "calendar.etag"
	fieldLinkToken  = "calendar.token"
)

// Calendars keeps links to outside calendars. Whatever is personal or secret
// about one is sealed with the key of its business.
type Calendars struct {
	db    *db.DB
	vault *Vault
}

var (
	_ calsync.Store = (*Calendars)(nil)
	_ calsync.Lanes = (*Lanes)(nil)
)

// NewCalendars makes the store of links.
func NewCalendars(d *db.DB, v *Vault) *Calendars { return &Calendars{db: d, vault: v} }

func (s *Calendars) key(ctx context.Context, business id.Business) (*secret.Key, error) {
	b, err := s.vault.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	return b.Key(), nil
}

// Insert implements calsync.Store.
func (s *Calendars) Insert(ctx context.Context, business id.Business, l *calsync.Link) error {
	key, err := s.key(ctx, business)
	if err != nil {
		return err
	}
	kind, owner := ownerOf(l.Owner.Staff, l.Owner.Resource, l.Owner.Location)
	return s.db.Fault(queries(ctx, s.db).InsertCalendarLink(ctx, sqlgen.InsertCalendarLinkParams{
		BusinessID: string(business), ID: string(l.ID), OwnerKind: kind, OwnerID: owner, Kind: string(l.Kind),
		SealedName: key.SealString(fieldLinkName, string(l.ID), l.Name), SealedUrl: key.SealString(fieldLinkURL, string(l.ID), l.Address.URL),
		SealedUser:   key.SealString(fieldLinkUser, string(l.ID), l.Address.User),
		SealedSecret: key.SealString(fieldLinkSecret, string(l.ID), l.Address.Secret),
		StaleAfter:   int64(l.StaleAfter), CreatedAt: int64(l.CreatedAt), NextAt: int64(l.NextAt),
	}))
}

// Update implements calsync.Store.
func (s *Calendars) Update(ctx context.Context, business id.Business, l *calsync.Link) error {
	key, err := s.key(ctx, business)
	if err != nil {
		return err
	}
	kind, owner := ownerOf(l.Owner.Staff, l.Owner.Resource, l.Owner.Location)
	rows, err := queries(ctx, s.db).UpdateCalendarLink(ctx, sqlgen.UpdateCalendarLinkParams{
		BusinessID: string(business), ID: string(l.ID), OwnerKind: kind, OwnerID: owner, Kind: string(l.Kind),
		SealedName: key.SealString(fieldLinkName, string(l.ID), l.Name), SealedUrl: key.SealString(fieldLinkURL, string(l.ID), l.Address.URL),
		SealedUser:   key.SealString(fieldLinkUser, string(l.ID), l.Address.User),
		SealedSecret: key.SealString(fieldLinkSecret, string(l.ID), l.Address.Secret),
		StaleAfter:   int64(l.StaleAfter), NextAt: int64(l.NextAt), Attempts: int64(l.Attempts),
	})
	return changed(s.db, rows, err, "calendar")
}

// Delete implements calsync.Store.
func (s *Calendars) Delete(ctx context.Context, business id.Business, link id.Link) error {
	rows, err := queries(ctx, s.db).DeleteCalendarLink(ctx, sqlgen.DeleteCalendarLinkParams{BusinessID: string(business), ID: string(link)})
	return changed(s.db, rows, err, "calendar")
}

// Find implements calsync.Store.
func (s *Calendars) Find(ctx context.Context, business id.Business, link id.Link) (calsync.Link, error) {
	row, err := queries(ctx, s.db).FindCalendarLink(ctx, sqlgen.FindCalendarLinkParams{BusinessID: string(business), ID: string(link)})
	if err != nil {
		return calsync.Link{}, found(s.db, err, "calendar")
	}
	return s.open(ctx, row)
}

// List implements calsync.Store.
func (s *Calendars) List(ctx context.Context, business id.Business) ([]calsync.Link, error) {
	rows, err := queries(ctx, s.db).ListCalendarLinks(ctx, string(business))
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]calsync.Link, len(rows))
	for i, row := range rows {
		if out[i], err = s.open(ctx, row); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Due implements calsync.Store.
func (s *Calendars) Due(ctx context.Context, now, real span.Instant, limit int) ([]calsync.Ref, error) {
	rows, err := queries(ctx, s.db).DueCalendarLinks(ctx, sqlgen.DueCalendarLinksParams{
		Now: int64(now), Real: int64(real), Count: int32(limit),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]calsync.Ref, len(rows))
	for i, r := range rows {
		out[i] = calsync.Ref{Business: id.Business(r.BusinessID), ID: id.Link(r.ID)}
	}
	return out, nil
}

// Claim implements calsync.Store.
func (s *Calendars) Claim(ctx context.Context, r calsync.Ref, now, real, until span.Instant) (calsync.Link, bool, error) {
	row, err := queries(ctx, s.db).ClaimCalendarLink(ctx, sqlgen.ClaimCalendarLinkParams{
		Until: int64(until), BusinessID: string(r.Business), ID: string(r.ID), Now: int64(now), Real: int64(real),
	})
	if errors.Is(err, sql.ErrNoRows) {
		return calsync.Link{}, false, nil
	}
	if err != nil {
		return calsync.Link{}, false, s.db.Fault(err)
	}
	link, err := s.open(ctx, row)
	return link, err == nil, err
}

// Record implements calsync.Store.
func (s *Calendars) Record(ctx context.Context, r calsync.Ref, until span.Instant, st *calsync.State) (bool, error) {
	key, err := s.key(ctx, r.Business)
	if err != nil {
		return false, err
	}
	rows, err := queries(ctx, s.db).RecordCalendarLink(ctx, sqlgen.RecordCalendarLinkParams{
		BusinessID: string(r.Business), ID: string(r.ID), ClaimedUntil: int64(until),
		SealedEtag: key.SealString(fieldLinkETag, string(r.ID), st.Mark.ETag), SealedToken: key.SealString(fieldLinkToken, string(r.ID), st.Mark.Token),
		ReadAt: int64(st.Read), LastOk: int64(st.LastOK), FailingSince: int64(st.Failing), Trouble: string(st.Trouble),
		Attempts: int64(st.Attempts), NextAt: int64(st.NextAt), Lanes: st.Lanes, Events: int64(st.Events),
		Skipped: int64(st.Skipped), Limits: strings.Join(st.Limits, ","), BusySpans: int64(st.BusySpans),
	})
	return rows == 1, s.db.Fault(err)
}

func (s *Calendars) open(ctx context.Context, row sqlgen.CalendarLink) (calsync.Link, error) {
	key, err := s.key(ctx, id.Business(row.BusinessID))
	if err != nil {
		return calsync.Link{}, err
	}
	l := calsync.Link{
		ID: id.Link(row.ID), Kind: calsync.Kind(row.Kind), StaleAfter: span.Instant(row.StaleAfter), CreatedAt: span.Instant(row.CreatedAt),
		State: calsync.State{
			Read: span.Instant(row.ReadAt), LastOK: span.Instant(row.LastOk), Failing: span.Instant(row.FailingSince),
			Trouble: calsync.Code(row.Trouble), Attempts: int(row.Attempts), NextAt: span.Instant(row.NextAt), Lanes: row.Lanes,
			Events: int(row.Events), Skipped: int(row.Skipped), BusySpans: int(row.BusySpans),
		},
	}
	if row.Limits != "" {
		l.Limits = strings.Split(row.Limits, ",")
	}
	switch row.OwnerKind {
	case kindStaff:
		l.Owner.Staff = id.Staff(row.OwnerID)
	case kindResource:
		l.Owner.Resource = id.Resource(row.OwnerID)
	case kindLocation:
		l.Owner.Location = id.Location(row.OwnerID)
	}
	for _, f := range []struct {
		name   string
		sealed []byte
		into   *string
	}{
		{fieldLinkName, row.SealedName, &l.Name},
		{fieldLinkURL, row.SealedUrl, &l.Address.URL},
		{fieldLinkUser, row.SealedUser, &l.Address.User},
		{fieldLinkSecret, row.SealedSecret, &l.Address.Secret},
		{fieldLinkETag, row.SealedEtag, &l.Mark.ETag},
		{fieldLinkToken, row.SealedToken, &l.Mark.Token},
	} {
		if *f.into, err = key.OpenString(f.name, row.ID, f.sealed); err != nil {
			return l, fmt.Errorf("store: %s of %s: %w", f.name, row.ID, err)
		}
	}
	return l, nil
}

// Laid implements calsync.Lanes.
func (s *Lanes) Laid(ctx context.Context, business id.Business, link id.Link) ([]calsync.Row, error) {
	rows, err := queries(ctx, s.db).CalendarRows(ctx, sqlgen.CalendarRowsParams{BusinessID: string(business), SourceID: string(link)})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]calsync.Row, len(rows))
	for i, r := range rows {
		out[i] = calsync.Row{
			Lane: availability.Lane{Kind: availability.LaneKind(r.LaneKind), ID: r.LaneID},
			Span: span.Span{Start: span.Instant(r.StartAt), End: span.Instant(r.EndAt)},
		}
	}
	return out, nil
}

// Lay implements calsync.Lanes.
func (s *Lanes) Lay(ctx context.Context, business id.Business, link id.Link, rows []calsync.Row) error {
	all := make([]booking.LaneRow, len(rows))
	for i, r := range rows {
		all[i] = booking.LaneRow{Lane: r.Lane, Row: availability.Row{Span: r.Span, Source: string(link), Kind: availability.RowCalendar}}
	}
	return s.Occupy(ctx, business, all)
}

// Lift implements calsync.Lanes.
func (s *Lanes) Lift(ctx context.Context, business id.Business, link id.Link, rows []calsync.Row) error {
	q := queries(ctx, s.db)
	for _, r := range rows {
		err := q.DeleteCalendarRow(ctx, sqlgen.DeleteCalendarRowParams{
			BusinessID: string(business), SourceID: string(link), LaneKind: string(r.Lane.Kind), LaneID: r.Lane.ID, StartAt: int64(r.Start),
		})
		if err != nil {
			return s.db.Fault(err)
		}
	}
	return nil
}

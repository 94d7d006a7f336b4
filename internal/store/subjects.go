package store

import (
	"context"
	"fmt"
	"strconv"

	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// What binds the sealed values of subjects and readings to their columns.
const (
	fieldSubjectName  = "subject.name"
	fieldReadingValue = "reading.value"
)

var (
	_ client.Subjects = (*Clients)(nil)
	_ client.Readings = (*Clients)(nil)
)

// Subjects implements client.Subjects.
func (s *Clients) Subjects(ctx context.Context, business id.Business, of id.Client) ([]client.Subject, error) {
	rows, err := queries(ctx, s.db).ListSubjects(ctx, sqlgen.ListSubjectsParams{BusinessID: string(business), ClientID: string(of)})
	if err != nil || len(rows) == 0 {
		return nil, s.db.Fault(err)
	}
	key, err := s.vault.Client(ctx, business, of)
	if err != nil {
		return nil, err
	}
	out := make([]client.Subject, len(rows))
	for i, row := range rows {
		out[i] = client.Subject{
			ID: id.Subject(row.ID), Client: of, Kind: row.Kind, LeftAt: span.Instant(row.LeftAt.Int64), Version: row.Version,
			CreatedAt: span.Instant(row.CreatedAt), UpdatedAt: span.Instant(row.UpdatedAt),
		}
		if out[i].Name, err = key.OpenString(fieldSubjectName, row.ID, row.SealedName); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// InsertSubject implements client.Subjects.
func (s *Clients) InsertSubject(ctx context.Context, business id.Business, n client.Subject) error {
	key, err := s.vault.Client(ctx, business, n.Client)
	if err != nil {
		return err
	}
	own := string(n.ID)
	return s.db.Fault(queries(ctx, s.db).InsertSubject(ctx, sqlgen.InsertSubjectParams{
		BusinessID: string(business), ID: own, ClientID: string(n.Client), Kind: n.Kind,
		SealedName: key.SealString(fieldSubjectName, own, n.Name), LeftAt: nullable(n.LeftAt),
		CreatedAt: int64(n.CreatedAt), UpdatedAt: int64(n.UpdatedAt),
	}))
}

// UpdateSubject implements client.Subjects.
func (s *Clients) UpdateSubject(ctx context.Context, business id.Business, n client.Subject) error {
	key, err := s.vault.Client(ctx, business, n.Client)
	if err != nil {
		return err
	}
	own := string(n.ID)
	rows, err := queries(ctx, s.db).UpdateSubject(ctx, sqlgen.UpdateSubjectParams{
		BusinessID: string(business), ClientID: string(n.Client), ID: own, Version: n.Version, Kind: n.Kind,
		SealedName: key.SealString(fieldSubjectName, own, n.Name), LeftAt: nullable(n.LeftAt), UpdatedAt: int64(n.UpdatedAt),
	})
	if err != nil {
		return s.db.Fault(err)
	}
	if rows == 0 {
		return fault.New(fault.Conflict, fault.CodeConflict, "the subject has been changed meanwhile")
	}
	return nil
}

// DeleteSubject implements client.Subjects.
func (s *Clients) DeleteSubject(ctx context.Context, business id.Business, of id.Client, subject id.Subject) error {
	q := queries(ctx, s.db)
	rows, err := q.DeleteSubject(ctx, sqlgen.DeleteSubjectParams{BusinessID: string(business), ClientID: string(of), ID: string(subject)})
	if err = changed(s.db, rows, err, "subject"); err != nil {
		return err
	}
	err = q.DeleteReadingsOf(ctx, sqlgen.DeleteReadingsOfParams{BusinessID: string(business), ClientID: string(of), SubjectID: string(subject)})
	if err != nil {
		return s.db.Fault(err)
	}
	return s.db.Fault(q.DeleteFactsOf(ctx, sqlgen.DeleteFactsOfParams{
		BusinessID: string(business), ClientID: string(of), SubjectID: string(subject),
	}))
}

// Readings implements client.Readings.
func (s *Clients) Readings(ctx context.Context, business id.Business, of id.Client, subject id.Subject) ([]client.Reading, error) {
	rows, err := queries(ctx, s.db).ListReadings(ctx, sqlgen.ListReadingsParams{
		BusinessID: string(business), ClientID: string(of), SubjectID: string(subject),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return s.openReadings(ctx, business, of, rows)
}

// LatestReadings implements client.Readings.
func (s *Clients) LatestReadings(ctx context.Context, business id.Business, of id.Client, most int) ([]client.Reading, error) {
	rows, err := queries(ctx, s.db).LatestReadings(ctx, sqlgen.LatestReadingsParams{
		BusinessID: string(business), ClientID: string(of), Most: int64(most),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return s.openReadings(ctx, business, of, rows)
}

// PageReadings implements client.Readings.
func (s *Clients) PageReadings(ctx context.Context, business id.Business, of id.Client, f client.ReadingFilter) ([]client.Reading, error) {
	rows, err := queries(ctx, s.db).PageReadings(ctx, sqlgen.PageReadingsParams{
		BusinessID: string(business), ClientID: string(of), SubjectID: string(f.Subject), Kind: f.Kind,
		AfterKind: f.AfterKind, AfterDay: f.AfterDay.String(), AfterID: string(f.AfterID), Most: int32(f.Limit),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return s.openReadings(ctx, business, of, rows)
}

func (s *Clients) openReadings(ctx context.Context, business id.Business, of id.Client, rows []sqlgen.Reading) ([]client.Reading, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	key, err := s.vault.Client(ctx, business, of)
	if err != nil {
		return nil, err
	}
	out := make([]client.Reading, len(rows))
	for i, row := range rows {
		out[i] = client.Reading{
			ID: id.Reading(row.ID), Subject: id.Subject(row.SubjectID), Kind: row.Kind, Doubtful: row.Doubtful,
			Source: row.Source, SourceID: row.SourceID, CreatedAt: span.Instant(row.CreatedAt),
		}
		out[i].Actor.Kind, out[i].Actor.ID = row.ActorKind, row.ActorID
		text, err := key.OpenString(fieldReadingValue, row.ID, row.SealedValue)
		if err != nil {
			return nil, err
		}
		if out[i].Value, err = strconv.ParseFloat(text, 64); err != nil {
			return nil, fmt.Errorf("store: reading %s: %w", row.ID, err)
		}
		if out[i].Day, err = span.ParseDate(row.Day); err != nil {
			return nil, fmt.Errorf("store: reading %s: %w", row.ID, err)
		}
	}
	return out, nil
}

// InsertReading implements client.Readings.
func (s *Clients) InsertReading(ctx context.Context, business id.Business, of id.Client, r client.Reading) error {
	key, err := s.vault.Client(ctx, business, of)
	if err != nil {
		return err
	}
	own := string(r.ID)
	return s.db.Fault(queries(ctx, s.db).InsertReading(ctx, sqlgen.InsertReadingParams{
		BusinessID: string(business), ID: own, ClientID: string(of), SubjectID: string(r.Subject), Kind: r.Kind,
		SealedValue: key.SealString(fieldReadingValue, own, strconv.FormatFloat(r.Value, 'f', -1, 64)),
		Day:         r.Day.String(), Doubtful: r.Doubtful, Source: r.Source, SourceID: r.SourceID,
		ActorKind: r.Actor.Kind, ActorID: r.Actor.ID, CreatedAt: int64(r.CreatedAt),
	}))
}

// DoubtReading implements client.Readings.
func (s *Clients) DoubtReading(ctx context.Context, business id.Business, of id.Client, reading id.Reading, doubtful bool) error {
	rows, err := queries(ctx, s.db).DoubtReading(ctx, sqlgen.DoubtReadingParams{
		BusinessID: string(business), ClientID: string(of), ID: string(reading), Doubtful: doubtful,
	})
	return changed(s.db, rows, err, "reading")
}

// DeleteReading implements client.Readings.
func (s *Clients) DeleteReading(ctx context.Context, business id.Business, of id.Client, subject id.Subject, reading id.Reading) error {
	rows, err := queries(ctx, s.db).DeleteReading(ctx, sqlgen.DeleteReadingParams{
		BusinessID: string(business), ClientID: string(of), SubjectID: string(subject), ID: string(reading),
	})
	return changed(s.db, rows, err, "reading")
}

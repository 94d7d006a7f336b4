package store

import (
	"context"
	"strings"

	"kept/id"
	"kept/internal/store/sqlgen"
	"kept/privacy"
	"kept/span"
)

// What binds sealed texts of privacy to their columns.
const (
	fieldPetitionNote = "privacy_request.note"
	fieldBreachTitle  = "breach.title"
	fieldBreachReport = "breach.report"
)

// InsertPetition implements privacy.Petitions.
func (s *Privacy) InsertPetition(ctx context.Context, business id.Business, p privacy.Petition) error {
	key, err := s.vault.Client(ctx, business, p.Client)
	if err != nil {
		return err
	}
	return s.db.Fault(queries(ctx, s.db).InsertPrivacyRequest(ctx, sqlgen.InsertPrivacyRequestParams{
		BusinessID: string(business), ID: string(p.ID), ClientID: string(p.Client), Kind: p.Kind, Regime: string(p.Regime),
		Source: p.Source, SealedNote: key.SealString(fieldPetitionNote, string(p.ID), p.Note),
		ReceivedAt: int64(p.Received), DueAt: int64(p.Due), ActorKind: p.Actor.Kind, ActorID: p.Actor.ID,
	}))
}

// UpdatePetition implements privacy.Petitions.
func (s *Privacy) UpdatePetition(ctx context.Context, business id.Business, p privacy.Petition) error {
	return s.written(queries(ctx, s.db).UpdatePrivacyRequest(ctx, sqlgen.UpdatePrivacyRequestParams{
		BusinessID: string(business), ID: string(p.ID), Version: p.Version, DueAt: int64(p.Due), Extended: p.Extended,
		ClosedAt: int64(p.Closed), Outcome: p.Outcome,
	}))
}

// FindPetition implements privacy.Petitions.
func (s *Privacy) FindPetition(ctx context.Context, business id.Business, want id.Petition) (privacy.Petition, error) {
	row, err := queries(ctx, s.db).FindPrivacyRequest(ctx, sqlgen.FindPrivacyRequestParams{BusinessID: string(business), ID: string(want)})
	if err != nil {
		return privacy.Petition{}, found(s.db, err, "request")
	}
	return s.petition(ctx, row)
}

// ListPetitions implements privacy.Petitions.
func (s *Privacy) ListPetitions(ctx context.Context, business id.Business, f privacy.PetitionFilter) ([]privacy.Petition, error) {
	rows, err := queries(ctx, s.db).ListPrivacyRequests(ctx, sqlgen.ListPrivacyRequestsParams{
		BusinessID: string(business), OfClient: string(f.Client), OpenOnly: f.Open, BeforeID: string(f.Before), Most: int32(f.Limit),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return mapped(rows, func(row sqlgen.PrivacyRequest) (privacy.Petition, error) { return s.petition(ctx, row) })
}

// petition reads a row; what an erased person wrote is gone.
func (s *Privacy) petition(ctx context.Context, row sqlgen.PrivacyRequest) (privacy.Petition, error) {
	p := privacy.Petition{
		ID: id.Petition(row.ID), Client: id.Client(row.ClientID), Kind: row.Kind, Regime: privacy.Regime(row.Regime), Source: row.Source,
		Received: span.Instant(row.ReceivedAt), Due: span.Instant(row.DueAt), Extended: row.Extended,
		Closed: span.Instant(row.ClosedAt), Outcome: row.Outcome, Version: row.Version,
	}
	p.Actor.Kind, p.Actor.ID = row.ActorKind, row.ActorID
	if len(row.SealedNote) == 0 {
		return p, nil
	}
	key, err := s.vault.Client(ctx, id.Business(row.BusinessID), p.Client)
	if err != nil {
		return p, err
	}
	p.Note, err = key.OpenString(fieldPetitionNote, row.ID, row.SealedNote)
	return p, err
}

// InsertBreach implements privacy.Breaches.
func (s *Privacy) InsertBreach(ctx context.Context, business id.Business, b privacy.Breach) error {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return err
	}
	key, own := keys.Key(), string(b.ID)
	return s.db.Fault(queries(ctx, s.db).InsertBreach(ctx, sqlgen.InsertBreachParams{
		BusinessID: string(business), ID: own, Regime: string(b.Regime), NoticedAt: int64(b.Noticed), HappenedAt: int64(b.Happened),
		Categories:  strings.Join(b.Categories, ","),
		SealedTitle: key.SealString(fieldBreachTitle, own, b.Title), SealedReport: key.SealString(fieldBreachReport, own, b.Report),
		ActorKind: b.Actor.Kind, ActorID: b.Actor.ID,
	}))
}

// UpdateBreach implements privacy.Breaches.
func (s *Privacy) UpdateBreach(ctx context.Context, business id.Business, b privacy.Breach) error {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return err
	}
	key, own := keys.Key(), string(b.ID)
	return s.written(queries(ctx, s.db).UpdateBreach(ctx, sqlgen.UpdateBreachParams{
		BusinessID: string(business), ID: own, Version: b.Version, Regime: string(b.Regime), HappenedAt: int64(b.Happened),
		Categories:  strings.Join(b.Categories, ","),
		SealedTitle: key.SealString(fieldBreachTitle, own, b.Title), SealedReport: key.SealString(fieldBreachReport, own, b.Report),
		NotifiedAt: int64(b.Notified), ReportedAt: int64(b.Reported), ToldAt: int64(b.Told), ClosedAt: int64(b.Closed),
	}))
}

// FindBreach implements privacy.Breaches.
func (s *Privacy) FindBreach(ctx context.Context, business id.Business, want id.Breach) (privacy.Breach, error) {
	row, err := queries(ctx, s.db).FindBreach(ctx, sqlgen.FindBreachParams{BusinessID: string(business), ID: string(want)})
	if err != nil {
		return privacy.Breach{}, found(s.db, err, "breach")
	}
	return s.breach(ctx, row)
}

// ListBreaches implements privacy.Breaches.
func (s *Privacy) ListBreaches(ctx context.Context, business id.Business, before id.Breach, limit int) ([]privacy.Breach, error) {
	rows, err := queries(ctx, s.db).ListBreaches(ctx, sqlgen.ListBreachesParams{BusinessID: string(business), BeforeID: string(before), Most: int32(limit)})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return mapped(rows, func(row sqlgen.Breach) (privacy.Breach, error) { return s.breach(ctx, row) })
}

func (s *Privacy) breach(ctx context.Context, row sqlgen.Breach) (privacy.Breach, error) {
	b := privacy.Breach{
		ID: id.Breach(row.ID), Regime: privacy.Regime(row.Regime), Noticed: span.Instant(row.NoticedAt), Happened: span.Instant(row.HappenedAt),
		Notified: span.Instant(row.NotifiedAt), Reported: span.Instant(row.ReportedAt), Told: span.Instant(row.ToldAt),
		Closed: span.Instant(row.ClosedAt), Version: row.Version,
	}
	b.Actor.Kind, b.Actor.ID = row.ActorKind, row.ActorID
	if row.Categories != "" {
		b.Categories = strings.Split(row.Categories, ",")
	}
	keys, err := s.vault.Business(ctx, id.Business(row.BusinessID))
	if err != nil {
		return b, err
	}
	if b.Title, err = keys.Key().OpenString(fieldBreachTitle, row.ID, row.SealedTitle); err != nil {
		return b, err
	}
	b.Report, err = keys.Key().OpenString(fieldBreachReport, row.ID, row.SealedReport)
	return b, err
}

// AddPersons implements privacy.Breaches.
func (s *Privacy) AddPersons(ctx context.Context, business id.Business, breach id.Breach, clients ...id.Client) error {
	q := changes(ctx, s.db)
	for _, c := range clients {
		err := q.InsertBreachPerson(ctx, sqlgen.InsertBreachPersonParams{BusinessID: string(business), BreachID: string(breach), ClientID: string(c)})
		if err != nil {
			return s.db.Fault(err)
		}
	}
	return nil
}

// AddAll implements privacy.Breaches.
func (s *Privacy) AddAll(ctx context.Context, business id.Business, breach id.Breach) error {
	return s.db.Fault(queries(ctx, s.db).InsertAllBreachPersons(ctx, sqlgen.InsertAllBreachPersonsParams{
		BusinessID: string(business), BreachID: string(breach),
	}))
}

// Persons implements privacy.Breaches.
func (s *Privacy) Persons(ctx context.Context, business id.Business, breach id.Breach, after id.Client, limit int) ([]id.Client, error) {
	rows, err := queries(ctx, s.db).ListBreachPersons(ctx, sqlgen.ListBreachPersonsParams{
		BusinessID: string(business), BreachID: string(breach), AfterID: string(after), Most: int32(limit),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]id.Client, len(rows))
	for i, c := range rows {
		out[i] = id.Client(c)
	}
	return out, nil
}

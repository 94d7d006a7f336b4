package store

import (
	"context"
	"encoding/json"
	"fmt"

	"kept/id"
	"kept/intake"
	"kept/internal/db"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// What binds sealed values of answers and consents to their columns.
const (
	fieldAnswers     = "form_answer.answers"
	fieldConsentFrom = "consent.from"
)

// Intake keeps what clients answered and agreed to.
type Intake struct {
	db    *db.DB
	vault *Vault
}

// NewIntake makes the store.
func NewIntake(d *db.DB, v *Vault) *Intake { return &Intake{db: d, vault: v} }

var (
	_ intake.Store    = (*Intake)(nil)
	_ intake.Consents = (*Intake)(nil)
)

// InsertAnswer implements intake.Store.
func (s *Intake) InsertAnswer(ctx context.Context, business id.Business, f intake.Filled) error {
	for _, part := range []struct {
		class secret.Class
		list  []intake.Answer
	}{{secret.Personal, f.Answers}, {secret.Health, f.Health}} {
		if len(part.list) == 0 {
			continue
		}
		key, err := s.vault.Class(ctx, business, f.Client, part.class)
		if err != nil {
			return err
		}
		text, err := encode(part.list)
		if err != nil {
			return err
		}
		err = queries(ctx, s.db).InsertFormAnswer(ctx, sqlgen.InsertFormAnswerParams{
			BusinessID: string(business), ID: string(f.ID), Class: string(part.class), ClientID: string(f.Client),
			BookingID: string(f.Booking), FormID: string(f.Form), Source: f.Source, ActorKind: f.Actor.Kind, ActorID: f.Actor.ID,
			SealedAnswers: key.SealString(fieldAnswers, string(f.ID), text), At: int64(f.At),
		})
		if err != nil {
			return s.db.Fault(err)
		}
	}
	return nil
}

// Answers implements intake.Store.
func (s *Intake) Answers(
	ctx context.Context, business id.Business, client id.Client, health bool, before id.Answer, limit int,
) ([]intake.Filled, error) {
	rows, err := queries(ctx, s.db).ListFormAnswers(ctx, sqlgen.ListFormAnswersParams{
		BusinessID: string(business), ClientID: string(client), BeforeID: string(before), Most: int32(2 * limit), // two rows a form at most
	})
	out, err := s.filled(ctx, business, rows, health, err)
	return out[:min(len(out), limit)], err
}

// AnswersOf implements intake.Store.
func (s *Intake) AnswersOf(ctx context.Context, business id.Business, booking id.Booking, health bool) ([]intake.Filled, error) {
	rows, err := queries(ctx, s.db).ListFormAnswersOf(ctx, sqlgen.ListFormAnswersOfParams{
		BusinessID: string(business), BookingID: string(booking),
	})
	return s.filled(ctx, business, rows, health, err)
}

// filled puts the rows of each form together.
func (s *Intake) filled(ctx context.Context, business id.Business, rows []sqlgen.FormAnswer, health bool, err error) ([]intake.Filled, error) {
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]intake.Filled, 0, len(rows))
	for _, row := range rows {
		if n := len(out); n == 0 || string(out[n-1].ID) != row.ID {
			f := intake.Filled{
				ID: id.Answer(row.ID), Client: id.Client(row.ClientID), Booking: id.Booking(row.BookingID), Form: id.Form(row.FormID),
				Source: row.Source, At: span.Instant(row.At),
			}
			f.Actor.Kind, f.Actor.ID = row.ActorKind, row.ActorID
			out = append(out, f)
		}
		f := &out[len(out)-1]
		into := &f.Answers
		if row.Class == string(secret.Health) {
			if !health {
				continue
			}
			into = &f.Health
		}
		key, err := s.vault.Class(ctx, business, f.Client, secret.Class(row.Class))
		if err != nil {
			return nil, err
		}
		text, err := key.Open(fieldAnswers, row.ID, row.SealedAnswers)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, into); err != nil {
			return nil, fmt.Errorf("store: answers %s: %w", row.ID, err)
		}
	}
	return out, nil
}

// InsertConsent implements intake.Consents.
func (s *Intake) InsertConsent(ctx context.Context, business id.Business, c intake.Consent) error {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return err
	}
	return s.db.Fault(queries(ctx, s.db).InsertConsent(ctx, sqlgen.InsertConsentParams{
		BusinessID: string(business), ID: string(c.ID), ClientID: string(c.Client), BookingID: string(c.Booking), NoticeID: string(c.Notice),
		Version: int64(c.Version), Purpose: c.Purpose, Language: c.Language, Channel: c.Channel,
		SealedFrom: keys.Key().SealString(fieldConsentFrom, string(c.ID), c.From),
		ActorKind:  c.Actor.Kind, ActorID: c.Actor.ID, GivenAt: int64(c.GivenAt),
	}))
}

// LiveConsents implements intake.Consents.
func (s *Intake) LiveConsents(ctx context.Context, business id.Business, client id.Client) ([]intake.Consent, error) {
	rows, err := queries(ctx, s.db).LiveConsents(ctx, sqlgen.LiveConsentsParams{BusinessID: string(business), ClientID: string(client)})
	return s.consents(ctx, business, rows, err)
}

// ListConsents implements intake.Consents.
func (s *Intake) ListConsents(
	ctx context.Context, business id.Business, client id.Client, before id.Consent, limit int,
) ([]intake.Consent, error) {
	rows, err := queries(ctx, s.db).ListConsents(ctx, sqlgen.ListConsentsParams{
		BusinessID: string(business), ClientID: string(client), BeforeID: string(before), Most: int32(limit),
	})
	return s.consents(ctx, business, rows, err)
}

func (s *Intake) consents(ctx context.Context, business id.Business, rows []sqlgen.Consent, err error) ([]intake.Consent, error) {
	if err != nil {
		return nil, s.db.Fault(err)
	}
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	out := make([]intake.Consent, 0, len(rows))
	for _, row := range rows {
		c := intake.Consent{
			ID: id.Consent(row.ID), Client: id.Client(row.ClientID), Booking: id.Booking(row.BookingID), Notice: id.Notice(row.NoticeID),
			Version: int(row.Version), Purpose: row.Purpose, Language: row.Language, Channel: row.Channel,
			GivenAt: span.Instant(row.GivenAt), WithdrawnAt: span.Instant(row.WithdrawnAt), WithdrawnBy: row.WithdrawnBy,
		}
		c.Actor.Kind, c.Actor.ID = row.ActorKind, row.ActorID
		if c.From, err = keys.Key().OpenString(fieldConsentFrom, row.ID, row.SealedFrom); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// WithdrawConsent implements intake.Consents.
func (s *Intake) WithdrawConsent(
	ctx context.Context, business id.Business, client id.Client, purpose, channel string, at span.Instant,
) (bool, error) {
	rows, err := queries(ctx, s.db).WithdrawConsent(ctx, sqlgen.WithdrawConsentParams{
		BusinessID: string(business), ClientID: string(client), Purpose: purpose, WithdrawnAt: int64(at), WithdrawnBy: channel,
	})
	return rows > 0, s.db.Fault(err)
}

// PutObjection implements intake.Consents.
func (s *Intake) PutObjection(ctx context.Context, business id.Business, client id.Client, o intake.Objection) error {
	return s.db.Fault(queries(ctx, s.db).PutObjection(ctx, sqlgen.PutObjectionParams{
		BusinessID: string(business), ClientID: string(client), Purpose: o.Purpose, Channel: o.Channel, At: int64(o.At),
	}))
}

// DeleteObjection implements intake.Consents.
func (s *Intake) DeleteObjection(ctx context.Context, business id.Business, client id.Client, purpose string) error {
	_, err := queries(ctx, s.db).DeleteObjection(ctx, sqlgen.DeleteObjectionParams{
		BusinessID: string(business), ClientID: string(client), Purpose: purpose,
	})
	return s.db.Fault(err)
}

// ListObjections implements intake.Consents.
func (s *Intake) ListObjections(ctx context.Context, business id.Business, client id.Client) ([]intake.Objection, error) {
	rows, err := queries(ctx, s.db).ListObjections(ctx, sqlgen.ListObjectionsParams{BusinessID: string(business), ClientID: string(client)})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]intake.Objection, 0, len(rows))
	for _, row := range rows {
		out = append(out, intake.Objection{Purpose: row.Purpose, Channel: row.Channel, At: span.Instant(row.At)})
	}
	return out, nil
}

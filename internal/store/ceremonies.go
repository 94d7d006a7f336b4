package store

import (
	"context"
	"encoding/hex"

	"kept/account"
	"kept/id"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// PutCeremony implements account.Ceremonies.
func (s *Accounts) PutCeremony(ctx context.Context, hash []byte, c account.Ceremony) error {
	return s.db.Fault(queries(ctx, s.db).PutCeremony(ctx, sqlgen.PutCeremonyParams{
		TokenHash: hash, Kind: c.Kind, Holder: string(c.Holder), ExpiresAt: int64(c.ExpiresAt),
		SealedState: filled(s.master.System().Seal(fieldCeremony, hex.EncodeToString(hash), c.State)),
	}))
}

func (s *Accounts) ceremony(r sqlgen.Ceremony, err error) (account.Ceremony, error) {
	if err != nil {
		return account.Ceremony{}, found(s.db, err, "ceremony")
	}
	state, err := s.master.System().Open(fieldCeremony, hex.EncodeToString(r.TokenHash), r.SealedState)
	return account.Ceremony{Kind: r.Kind, Holder: id.User(r.Holder), State: state, ExpiresAt: span.Instant(r.ExpiresAt)}, err
}

// FindCeremony implements account.Ceremonies.
func (s *Accounts) FindCeremony(ctx context.Context, hash []byte) (account.Ceremony, error) {
	return s.ceremony(queries(ctx, s.db).FindCeremony(ctx, hash))
}

// TakeCeremony implements account.Ceremonies.
func (s *Accounts) TakeCeremony(ctx context.Context, hash []byte) (account.Ceremony, error) {
	return s.ceremony(queries(ctx, s.db).TakeCeremony(ctx, hash))
}

// DropCeremonies implements account.Ceremonies.
func (s *Accounts) DropCeremonies(ctx context.Context, user id.User, kind string) error {
	return s.db.Fault(queries(ctx, s.db).DropCeremonies(ctx, sqlgen.DropCeremoniesParams{Holder: string(user), Kind: kind}))
}

// SweepCeremonies implements account.Ceremonies.
func (s *Accounts) SweepCeremonies(ctx context.Context, now span.Instant) error {
	return s.db.Fault(queries(ctx, s.db).SweepCeremonies(ctx, int64(now)))
}

// tryKey is a blind index, so that the table tells nobody who tried what.
func (s *Accounts) tryKey(kind, who string) []byte { return s.master.Index("attempt."+kind, who+" ") }

// Try implements account.Attempts.
func (s *Accounts) Try(ctx context.Context, kind, who string, window, now span.Instant) (tries int, began span.Instant, err error) {
	row, err := queries(ctx, s.db).TryAttempt(ctx, sqlgen.TryAttemptParams{
		TryKey: s.tryKey(kind, who), Now: int64(now), Over: int64(now - window),
	})
	return int(row.Tries), span.Instant(row.BeganAt), s.db.Fault(err)
}

// Forgive implements account.Attempts.
func (s *Accounts) Forgive(ctx context.Context, kind, who string) error {
	return s.db.Fault(queries(ctx, s.db).ForgiveAttempt(ctx, s.tryKey(kind, who)))
}

// Clear implements account.Attempts.
func (s *Accounts) Clear(ctx context.Context, kind, who string) error {
	return s.db.Fault(queries(ctx, s.db).ClearAttempts(ctx, s.tryKey(kind, who)))
}

// SweepAttempts implements account.Attempts.
func (s *Accounts) SweepAttempts(ctx context.Context, before span.Instant) error {
	return s.db.Fault(queries(ctx, s.db).SweepAttempts(ctx, int64(before)))
}

// Post implements account.Letters.
func (s *Accounts) Post(ctx context.Context, l account.Letter) error {
	body, err := encode(l)
	if err != nil {
		return err
	}
	return s.db.Fault(queries(ctx, s.db).InsertLetter(ctx, sqlgen.InsertLetterParams{
		ID: string(l.ID), BusinessID: string(l.Business), SealedBody: s.master.System().SealString(fieldLetter, string(l.ID), body),
		DueAt: 1, ExpiresAt: int64(l.ExpiresAt),
	}))
}

// Posted is a letter that waits to be sent.
type Posted struct {
	account.Letter

	Tries int // so far
}

// DueLetters gives letters that are to be sent by now, at most limit.
func (s *Accounts) DueLetters(ctx context.Context, now span.Instant, limit int) ([]Posted, error) {
	rows, err := queries(ctx, s.db).DueLetters(ctx, sqlgen.DueLettersParams{DueAt: int64(now), Most: int32(limit)})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return each(rows, func(r sqlgen.Letter) (Posted, error) {
		p := Posted{Tries: int(r.Tries)}
		body, err := s.master.System().OpenString(fieldLetter, r.ID, r.SealedBody)
		if err != nil {
			return p, err
		}
		return p, decode(body, &p.Letter)
	})
}

// NextLetter tells when the next letter is to be sent; false where none waits.
func (s *Accounts) NextLetter(ctx context.Context) (span.Instant, bool, error) {
	at, err := queries(ctx, s.db).NextLetter(ctx)
	return span.Instant(at), at != 0, s.db.Fault(err)
}

// ClaimLetter puts a letter's next try off until a time, and tells whether
// nobody else has taken it up meanwhile.
func (s *Accounts) ClaimLetter(ctx context.Context, p Posted, until span.Instant) (bool, error) {
	rows, err := queries(ctx, s.db).DelayLetter(ctx, sqlgen.DelayLetterParams{ID: string(p.ID), Tries: int64(p.Tries), DueAt: int64(until)})
	return rows == 1, s.db.Fault(err)
}

// DropLetter forgets a letter that was sent, or is for nobody.
func (s *Accounts) DropLetter(ctx context.Context, letter id.Letter) error {
	return s.db.Fault(queries(ctx, s.db).DeleteLetter(ctx, string(letter)))
}

package store

import (
	"context"
	"database/sql"
	"errors"

	"kept/id"
	"kept/internal/store/sqlgen"
	"kept/message"
	"kept/span"
)

// Due implements message.Store.
func (s *Messages) Due(ctx context.Context, now, real span.Instant, limit int) ([]message.Ref, error) {
	rows, err := queries(ctx, s.db).DueMessages(ctx, sqlgen.DueMessagesParams{
		Now: int64(now), Real: int64(real), Count: int32(limit),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]message.Ref, len(rows))
	for i, r := range rows {
		out[i] = message.Ref{
			Business: id.Business(r.BusinessID), ID: id.Message(r.ID), Booking: id.Booking(r.BookingID),
			Client: id.Client(r.ClientID), Step: message.Step(r.Step), Anchor: r.Anchor,
		}
	}
	return out, nil
}

// Claim implements message.Store.
func (s *Messages) Claim(ctx context.Context, r message.Ref, now, real, until span.Instant) (message.Claim, bool, error) {
	q := queries(ctx, s.db)
	var b sqlgen.TouchBookingRow
	if r.Booking != "" {
		var err error
		b, err = q.TouchBooking(ctx, sqlgen.TouchBookingParams{BusinessID: string(r.Business), ID: string(r.Booking)})
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return message.Claim{}, false, s.db.Fault(err)
		}
	}
	row, err := q.ClaimMessage(ctx, sqlgen.ClaimMessageParams{
		Until: int64(until), BusinessID: string(r.Business), ID: string(r.ID), Now: int64(now), Real: int64(real),
	})
	if errors.Is(err, sql.ErrNoRows) {
		return message.Claim{}, false, nil // another node has it, or it is gone
	}
	if err != nil {
		return message.Claim{}, false, s.db.Fault(err)
	}
	row.SealedAddress, row.SealedSubject, row.SealedText = nil, nil, nil // of an earlier try; made anew
	m, err := s.open(ctx, row)
	return message.Claim{Message: m, Until: until, Visit: b.Status, Start: span.Instant(b.StartAt)}, true, err
}

// Record implements message.Store.
func (s *Messages) Record(ctx context.Context, results []message.Result) error {
	q := queries(ctx, s.db)
	for _, r := range results {
		p := sqlgen.FinishMessageParams{
			Status: string(r.Status), Channel: r.Channel, NextAt: int64(r.Next), Attempts: int64(r.Attempts), Reason: r.Reason,
			SentAt:     sql.NullInt64{Int64: int64(r.SentAt), Valid: r.SentAt != 0},
			BusinessID: string(r.Business), ID: string(r.ID), ClaimedUntil: int64(r.Until),
		}
		if r.Address != "" {
			key, err := s.key(ctx, r.Business, r.Client)
			if err != nil {
				return err
			}
			if key != nil {
				p.SealedAddress = key.SealString(fieldMessageAddress, p.ID, r.Address)
				p.SealedSubject = key.SealString(fieldMessageSubject, p.ID, r.Subject)
				p.SealedText = key.SealString(fieldMessageText, p.ID, r.Text)
			}
		}
		if _, err := q.FinishMessage(ctx, p); err != nil {
			return s.db.Fault(err)
		}
	}
	return nil
}

// Postpone implements message.Store.
func (s *Messages) Postpone(ctx context.Context, business id.Business, now, real, until span.Instant) error {
	reason := message.ReasonChannelDown
	if until == 0 {
		reason = message.ReasonNoChannel
	}
	return s.db.Do(ctx, func(ctx context.Context) error {
		return queries(ctx, s.db).PostponeMessages(ctx, sqlgen.PostponeMessagesParams{
			BusinessID: string(business), Now: int64(now), Real: int64(real), Until: int64(until), Reason: reason,
		})
	})
}

// Requeue implements message.Store.
func (s *Messages) Requeue(ctx context.Context, ready func(id.Business) bool) error {
	waiting, err := queries(ctx, s.db).PostponedBusinesses(ctx)
	if err != nil {
		return s.db.Fault(err)
	}
	for _, business := range waiting {
		if !ready(id.Business(business)) {
			continue
		}
		err := s.db.Do(ctx, func(ctx context.Context) error { return queries(ctx, s.db).RequeueMessages(ctx, business) })
		if err != nil {
			return err
		}
	}
	return nil
}

// Expire implements message.Store.
func (s *Messages) Expire(ctx context.Context, now, real span.Instant) error {
	return s.db.Do(ctx, func(ctx context.Context) error {
		_, err := queries(ctx, s.db).ExpireMessages(ctx, sqlgen.ExpireMessagesParams{Now: int64(now), Real: int64(real)})
		return err
	})
}

// Next implements message.Store.
func (s *Messages) Next(ctx context.Context, real span.Instant) (span.Instant, bool, error) {
	q := queries(ctx, s.db)
	if s.db.Dialect().Name() == "sqlite" { // which has no index by time alone
		at, err := q.NextMessageOfEach(ctx, int64(real))
		return span.Instant(at), err == nil && at != 0, s.db.Fault(err)
	}
	at, err := q.NextMessage(ctx, int64(real))
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return span.Instant(at), err == nil, s.db.Fault(err)
}

// Sending implements message.Store.
func (s *Messages) Sending(ctx context.Context, business id.Business, booking id.Booking, real span.Instant) (bool, error) {
	yes, err := queries(ctx, s.db).SendingMessage(ctx, sqlgen.SendingMessageParams{
		BusinessID: string(business), BookingID: string(booking), Real: int64(real),
	})
	return yes, s.db.Fault(err)
}

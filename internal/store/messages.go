package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
	"kept/message"
	"kept/reminder"
	"kept/span"
)

// The names under which the personal parts of a message are sealed.
const (
	fieldMessageAddress = "message.address"
	fieldMessageSubject = "message.subject"
	fieldMessageText    = "message.text"
)

// Messages keeps planned and sent messages. What was sent to whom is sealed
// with the key of the client whose visit it is about, notices to staff too.
type Messages struct {
	db    *db.DB
	vault *Vault
}

var (
	_ reminder.Store = (*Messages)(nil)
	_ message.Store  = (*Messages)(nil)
)

// NewMessages makes the store of messages.
func NewMessages(d *db.DB, v *Vault) *Messages { return &Messages{db: d, vault: v} }

// Plan implements reminder.Store.
func (s *Messages) Plan(
	ctx context.Context, business id.Business, booking id.Booking, client id.Client, at span.Instant, plans []message.Plan,
) error {
	q := changes(ctx, s.db)
	for len(plans) > 0 {
		p := sqlgen.InsertMessagesParams{
			BusinessID: string(business), BookingID: string(booking), ClientID: string(client), CreatedAt: int64(at),
		}
		plans = fill(&p, booking, plans)
		if err := q.InsertMessages(ctx, p); err != nil {
			return s.db.Fault(err)
		}
	}
	return nil
}

// fill puts up to six plans into the places of one statement, and gives the rest.
func fill(p *sqlgen.InsertMessagesParams, booking id.Booking, plans []message.Plan) []message.Plan {
	places := [...]struct {
		id, kind, recipient, step, anchor *string
		due, until                        *int64
	}{
		{&p.Id1, &p.RecipientKind1, &p.RecipientId1, &p.Step1, &p.Anchor1, &p.DueAt1, &p.UselessAfter1},
		{&p.Id2, &p.RecipientKind2, &p.RecipientId2, &p.Step2, &p.Anchor2, &p.DueAt2, &p.UselessAfter2},
		{&p.Id3, &p.RecipientKind3, &p.RecipientId3, &p.Step3, &p.Anchor3, &p.DueAt3, &p.UselessAfter3},
		{&p.Id4, &p.RecipientKind4, &p.RecipientId4, &p.Step4, &p.Anchor4, &p.DueAt4, &p.UselessAfter4},
		{&p.Id5, &p.RecipientKind5, &p.RecipientId5, &p.Step5, &p.Anchor5, &p.DueAt5, &p.UselessAfter5},
		{&p.Id6, &p.RecipientKind6, &p.RecipientId6, &p.Step6, &p.Anchor6, &p.DueAt6, &p.UselessAfter6},
	}
	n := min(len(places), len(plans))
	for i, m := range plans[:n] {
		to := places[i]
		*to.id, *to.kind, *to.recipient = string(message.ID(booking, m)), m.Recipient.Kind, m.Recipient.ID
		*to.step, *to.anchor = string(m.Step), m.Anchor
		*to.due, *to.until = int64(m.Due), int64(m.UselessAfter)
	}
	return plans[n:]
}

// Drop implements reminder.Store.
func (s *Messages) Drop(ctx context.Context, business id.Business, booking id.Booking, anchor string, step message.Step) error {
	return s.db.Fault(queries(ctx, s.db).DropMessages(ctx, sqlgen.DropMessagesParams{
		BusinessID: string(business), BookingID: string(booking), Anchor: anchor, Step: string(step),
	}))
}

// Withdraw takes back one message that is not under way, by its key: recipient,
// step and anchor of the plan, and the booking, which may be empty.
func (s *Messages) Withdraw(ctx context.Context, business id.Business, booking id.Booking, p message.Plan) error {
	return s.db.Fault(queries(ctx, s.db).WithdrawMessage(ctx, sqlgen.WithdrawMessageParams{
		BusinessID: string(business), ID: string(message.ID(booking, p)),
	}))
}

// Forget implements reminder.Store.
func (s *Messages) Forget(ctx context.Context, business id.Business, client id.Client) error {
	q := queries(ctx, s.db)
	err := q.DropClientMail(ctx, sqlgen.DropClientMailParams{BusinessID: string(business), ClientID: string(client)})
	if err != nil {
		return s.db.Fault(err)
	}
	return s.db.Fault(q.DropClientMessages(ctx, sqlgen.DropClientMessagesParams{
		BusinessID: string(business), ClientID: string(client),
	}))
}

// Find gives a message with what was sent; fault NotFound.
func (s *Messages) Find(ctx context.Context, business id.Business, want id.Message) (message.Message, error) {
	row, err := queries(ctx, s.db).FindMessage(ctx, sqlgen.FindMessageParams{BusinessID: string(business), ID: string(want)})
	if err != nil {
		return message.Message{}, found(s.db, err, "message")
	}
	return s.open(ctx, row)
}

// List gives the messages that the filter asks for by the time they are due.
func (s *Messages) List(ctx context.Context, business id.Business, f message.Filter, now span.Instant) ([]message.Message, error) {
	rows, err := s.list(ctx, business, f, now)
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]message.Message, len(rows))
	for i, r := range rows {
		if out[i], err = s.open(ctx, r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Waiting counts the messages that should have gone out by now and have not, at most so many.
func (s *Messages) Waiting(ctx context.Context, business id.Business, now span.Instant, most int) (int, error) {
	n, err := queries(ctx, s.db).CountWaitingMessages(ctx, sqlgen.CountWaitingMessagesParams{
		BusinessID: string(business), Now: int64(now), Count: int32(most),
	})
	return int(n), s.db.Fault(err)
}

func (s *Messages) list(ctx context.Context, business id.Business, f message.Filter, now span.Instant) ([]sqlgen.Message, error) {
	w := sqlgen.ListBookingMessagesParams{
		BusinessID: string(business), BookingID: string(f.Booking), ClientID: string(f.Client),
		AfterAt: int64(f.AfterDue), AfterID: string(f.AfterID), DueAfter: math.MinInt64, DueUntil: math.MaxInt64,
		Status: f.Status, OrStatus: f.Status, Count: int32(f.Limit),
	}
	switch f.Status {
	case string(message.Planned):
		w.DueAfter = int64(now)
	case message.ShownDue:
		w.DueUntil = int64(now)
		w.Status, w.OrStatus = string(message.Planned), string(message.Sending)
	}
	q := queries(ctx, s.db)
	switch {
	case f.Booking != "":
		return q.ListBookingMessages(ctx, w)
	case f.Backward:
		before := sqlgen.LatestClientMessagesParams{
			BusinessID: w.BusinessID, ClientID: w.ClientID, BeforeAt: w.AfterAt, BeforeID: w.AfterID, Count: w.Count,
		}
		if f.AfterID == "" {
			before.BeforeAt = math.MaxInt64
		}
		return q.LatestClientMessages(ctx, before)
	case f.Client != "":
		return q.ListClientMessages(ctx, sqlgen.ListClientMessagesParams{
			BusinessID: w.BusinessID, ClientID: w.ClientID, AfterAt: w.AfterAt, AfterID: w.AfterID,
			DueAfter: w.DueAfter, DueUntil: w.DueUntil, Status: w.Status, OrStatus: w.OrStatus, Count: w.Count,
		})
	default:
		return everybody(ctx, q, f.Status, w, now)
	}
}

// everybody lists the messages of all clients: what is to come, what waits and
// what is over have an index each. Where all are asked for one list is made of
// them, read in the order in which a message goes from one to the next, so that
// none is missed; one that is met twice stands there once.
func everybody(
	ctx context.Context, q *sqlgen.Queries, status string, w sqlgen.ListBookingMessagesParams, now span.Instant,
) (all []sqlgen.Message, err error) {
	add := func(some []sqlgen.Message, wrong error) {
		all, err = append(all, some...), cmp.Or(err, wrong)
	}
	whole := status == ""
	if ahead := status == string(message.Planned); ahead || whole {
		add(q.ListMessagesAhead(ctx, sqlgen.ListMessagesAheadParams{
			BusinessID: w.BusinessID, AfterAt: w.AfterAt, AfterID: w.AfterID, Now: int64(now), Count: w.Count,
		}))
	}
	if waits := status == message.ShownDue; waits || whole {
		add(q.WaitingMessages(ctx, sqlgen.WaitingMessagesParams{
			BusinessID: w.BusinessID, AfterAt: w.AfterAt, AfterID: w.AfterID, Now: int64(now), Count: w.Count,
		}))
	}
	if over := status != message.ShownDue && status != string(message.Planned); over {
		add(q.ListMessagesPast(ctx, sqlgen.ListMessagesPastParams{
			BusinessID: w.BusinessID, Status: status, AfterAt: w.AfterAt, AfterID: w.AfterID, Count: w.Count,
		}))
	}
	slices.SortFunc(all, func(a, b sqlgen.Message) int { return cmp.Or(cmp.Compare(a.DueAt, b.DueAt), cmp.Compare(a.ID, b.ID)) })
	all = slices.CompactFunc(all, func(a, b sqlgen.Message) bool { return a.ID == b.ID })
	return all[:min(len(all), int(w.Count))], err
}

// open maps a row. What was sent to a client who is erased cannot be read
// any more and stays empty.
func (s *Messages) open(ctx context.Context, r sqlgen.Message) (message.Message, error) {
	m := message.Message{
		ID: id.Message(r.ID), Business: id.Business(r.BusinessID), Booking: id.Booking(r.BookingID), Client: id.Client(r.ClientID),
		Recipient: message.Recipient{Kind: r.RecipientKind, ID: r.RecipientID},
		Step:      message.Step(r.Step), Anchor: r.Anchor, Channel: r.Channel, Status: message.Status(r.Status),
		Due: span.Instant(r.DueAt), UselessAfter: span.Instant(r.UselessAfter), Next: span.Instant(r.NextAt),
		Attempts: int(r.Attempts), SentAt: span.Instant(r.SentAt.Int64), Reason: r.Reason, CreatedAt: span.Instant(r.CreatedAt),
	}
	if len(r.SealedAddress)+len(r.SealedSubject)+len(r.SealedText) == 0 {
		return m, nil
	}
	key, err := s.vault.Client(ctx, m.Business, m.Client)
	if fault.KindOf(err) == fault.NotFound {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	for _, part := range []struct {
		field  string
		sealed []byte
		into   *string
	}{
		{fieldMessageAddress, r.SealedAddress, &m.Address},
		{fieldMessageSubject, r.SealedSubject, &m.Subject},
		{fieldMessageText, r.SealedText, &m.Text},
	} {
		if *part.into, err = key.OpenString(part.field, r.ID, part.sealed); err != nil {
			return m, fmt.Errorf("store: message %s: %w", r.ID, err)
		}
	}
	return m, nil
}

// key gives the key for what is written about a client's visit, and nil when
// the client is erased: then nothing is written.
func (s *Messages) key(ctx context.Context, business id.Business, client id.Client) (*secret.Key, error) {
	key, err := s.vault.Client(ctx, business, client)
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.NotFound {
		return nil, nil //nolint:nilnil // no key is what erasure means
	}
	return key, err
}

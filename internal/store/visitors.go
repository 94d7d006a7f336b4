package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"kept/id"
	"kept/internal/db"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
	"kept/span"
	"kept/visitor"
)

// What binds sealed values of a login to their columns, and the kinds of the
// blind indexes that know no business.
const (
	fieldVisitorContact = "visitor.contact"
	fieldAskContact     = "visitor_ask.contact"
	fieldVisitorAgent   = "visitor_session.agent"
	fieldBlockValue     = "visitor_block.value"
	indexVisitorCount   = "visitor.count."
)

// Visitors keeps clients' logins: who asked for a code, their sessions, what
// was counted. It belongs to no business, so the system's own key seals it.
type Visitors struct {
	db     *db.DB
	vault  *Vault
	master *secret.Master
}

var (
	_ visitor.Asks     = (*Visitors)(nil)
	_ visitor.Shows    = (*Visitors)(nil)
	_ visitor.Logins   = (*Visitors)(nil)
	_ visitor.Sessions = (*Visitors)(nil)
	_ visitor.Counts   = (*Visitors)(nil)
	_ visitor.Cards    = (*VisitorCards)(nil)
	_ visitor.Kin      = (*VisitorCards)(nil)
	_ visitor.Blocks   = (*Visitors)(nil)
	_ visitor.Secrets  = VisitorSecrets{}
)

// NewVisitors makes the store of logins.
func NewVisitors(d *db.DB, v *Vault) *Visitors { return &Visitors{d, v, v.Master()} }

// VisitorSecrets is package secret as the door asks for it.
type VisitorSecrets struct{ Master *secret.Master }

// NewOpaque implements visitor.Secrets.
func (VisitorSecrets) NewOpaque(prefix string) (text string, hash []byte) {
	return secret.NewOpaque(prefix)
}

// HashOpaque implements visitor.Secrets.
func (VisitorSecrets) HashOpaque(text string) []byte { return secret.HashOpaque(text) }

// Proof implements visitor.Secrets.
func (s VisitorSecrets) Proof(kind, text string) []byte { return s.Master.Index(kind, text) }

// contactIndex is the form of a contact that blind indexes compare, and which one.
func contactIndex(c visitor.Contact) (kind, normal string) {
	if c.Kind == visitor.Phone {
		return indexPhone, secret.Phone(c.Value)
	}
	return indexEmail, secret.Email(c.Value)
}

// InsertAsk implements visitor.Asks.
func (s *Visitors) InsertAsk(ctx context.Context, ticket []byte, a visitor.Ask) error {
	return s.db.Fault(queries(ctx, s.db).InsertAsk(ctx, sqlgen.InsertAskParams{
		ID: string(a.ID), TicketHash: ticket, Kind: string(a.Contact.Kind),
		SealedContact: s.master.System().SealString(fieldAskContact, string(a.ID), a.Contact.Value),
		BusinessID:    string(a.Business), Language: a.Language, NextPath: a.Next, State: string(a.State), Reason: a.Reason,
		CreatedAt: int64(a.CreatedAt), DueAt: int64(a.DueAt), ExpiresAt: int64(a.ExpiresAt), Purpose: string(a.Purpose),
	}))
}

func (s *Visitors) ask(row sqlgen.VisitorAsk) (visitor.Ask, error) {
	a := visitor.Ask{
		ID: id.Ask(row.ID), Purpose: visitor.Purpose(row.Purpose), Business: id.Business(row.BusinessID), Language: row.Language, Next: row.NextPath,
		State: visitor.State(row.State), Reason: row.Reason, Proof: row.Proof, Link: row.LinkHash,
		Attempts: int(row.Attempts), Tries: int(row.Tries), CreatedAt: span.Instant(row.CreatedAt),
		DueAt: span.Instant(row.DueAt), ExpiresAt: span.Instant(row.ExpiresAt),
	}
	value, err := s.master.System().OpenString(fieldAskContact, row.ID, row.SealedContact)
	a.Contact = visitor.Contact{Kind: visitor.Kind(row.Kind), Value: value}
	return a, err
}

// DueAsks implements visitor.Asks.
func (s *Visitors) DueAsks(ctx context.Context, now span.Instant, limit int) ([]visitor.Ask, error) {
	rows, err := queries(ctx, s.db).DueAsks(ctx, sqlgen.DueAsksParams{DueAt: int64(now), Limit: int32(limit)})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]visitor.Ask, 0, len(rows))
	for _, row := range rows {
		a, err := s.ask(row)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// NextAsk implements visitor.Asks.
func (s *Visitors) NextAsk(ctx context.Context) (span.Instant, bool, error) {
	at, err := queries(ctx, s.db).NextAsk(ctx)
	return span.Instant(at), at >= 0 && err == nil, s.db.Fault(err)
}

// ClaimAsk implements visitor.Asks.
func (s *Visitors) ClaimAsk(ctx context.Context, ask id.Ask, now, until span.Instant) (bool, error) {
	n, err := queries(ctx, s.db).ClaimAsk(ctx, sqlgen.ClaimAskParams{ID: string(ask), Now: int64(now), Until: int64(until)})
	return n == 1, s.db.Fault(err)
}

// SettleAsk implements visitor.Asks.
func (s *Visitors) SettleAsk(ctx context.Context, a visitor.Ask) error {
	_, err := queries(ctx, s.db).SettleAsk(ctx, sqlgen.SettleAskParams{
		ID: string(a.ID), State: string(a.State), Reason: a.Reason, Proof: a.Proof, LinkHash: a.Link,
		Attempts: int64(a.Attempts), DueAt: int64(a.DueAt),
	})
	return s.db.Fault(err)
}

// TryAsk implements visitor.Asks.
func (s *Visitors) TryAsk(ctx context.Context, ticket []byte, most int, now span.Instant) (visitor.Ask, error) {
	row, err := changes(ctx, s.db).TryAsk(ctx, sqlgen.TryAskParams{TicketHash: ticket, Most: int64(most), Now: int64(now)})
	if err != nil {
		return visitor.Ask{}, found(s.db, err, "code")
	}
	return s.ask(row)
}

// AskByLink implements visitor.Asks.
func (s *Visitors) AskByLink(ctx context.Context, link []byte) (visitor.Ask, error) {
	row, err := queries(ctx, s.db).AskByLink(ctx, link)
	if err != nil {
		return visitor.Ask{}, found(s.db, err, "link")
	}
	return s.ask(row)
}

// UseAsk implements visitor.Asks.
func (s *Visitors) UseAsk(ctx context.Context, ask id.Ask, from visitor.State, now span.Instant) (bool, error) {
	n, err := changes(ctx, s.db).UseAsk(ctx, sqlgen.UseAskParams{ID: string(ask), State: string(from), Now: int64(now)})
	return n == 1, s.db.Fault(err)
}

// ProveAsk implements visitor.Asks.
func (s *Visitors) ProveAsk(ctx context.Context, ask id.Ask, secret []byte, now, until span.Instant) (bool, error) {
	n, err := changes(ctx, s.db).ProveAsk(ctx, sqlgen.ProveAskParams{
		ID: string(ask), LinkHash: secret, Now: int64(now), Until: int64(until),
	})
	return n == 1, s.db.Fault(err)
}

// PutLogin implements visitor.Logins.
func (s *Visitors) PutLogin(ctx context.Context, fresh visitor.Login) (visitor.Login, error) {
	kind, normal := contactIndex(fresh.Contact)
	row, err := changes(ctx, s.db).PutVisitor(ctx, sqlgen.PutVisitorParams{
		ID: string(fresh.ID), Kind: kind, ContactIndex: s.master.Index(kind, normal),
		SealedContact: s.master.System().SealString(fieldVisitorContact, string(fresh.ID), fresh.Contact.Value),
		CreatedAt:     int64(fresh.CreatedAt),
	})
	if err != nil {
		return visitor.Login{}, s.db.Fault(err)
	}
	return s.login(row)
}

func (s *Visitors) login(row sqlgen.Visitor) (visitor.Login, error) {
	value, err := s.master.System().OpenString(fieldVisitorContact, row.ID, row.SealedContact)
	return visitor.Login{
		ID: id.Visitor(row.ID), Contact: visitor.Contact{Kind: visitor.Kind(row.Kind), Value: value},
		CreatedAt: span.Instant(row.CreatedAt),
	}, err
}

// FindLogin implements visitor.Logins.
func (s *Visitors) FindLogin(ctx context.Context, want id.Visitor) (visitor.Login, error) {
	row, err := queries(ctx, s.db).FindVisitor(ctx, string(want))
	if err != nil {
		return visitor.Login{}, found(s.db, err, "login")
	}
	return s.login(row)
}

// DropLogin implements visitor.Logins.
func (s *Visitors) DropLogin(ctx context.Context, want id.Visitor) error {
	q := changes(ctx, s.db)
	if err := q.DropVisitorSessions(ctx, sqlgen.DropVisitorSessionsParams{VisitorID: string(want)}); err != nil {
		return s.db.Fault(err)
	}
	if err := q.DropVisitorKeys(ctx, string(want)); err != nil {
		return s.db.Fault(err)
	}
	return s.db.Fault(q.DropVisitor(ctx, string(want)))
}

// StaleLogins implements visitor.Logins.
func (s *Visitors) StaleLogins(ctx context.Context, since span.Instant, limit int) ([]visitor.Login, error) {
	rows, err := queries(ctx, s.db).StaleVisitors(ctx, sqlgen.StaleVisitorsParams{CheckedAt: int64(since), Limit: int32(limit)})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]visitor.Login, 0, len(rows))
	for _, row := range rows {
		l, err := s.login(row)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// CheckLogin implements visitor.Logins.
func (s *Visitors) CheckLogin(ctx context.Context, want id.Visitor, now span.Instant) error {
	return s.db.Fault(queries(ctx, s.db).CheckVisitor(ctx, sqlgen.CheckVisitorParams{ID: string(want), CheckedAt: int64(now)}))
}

// Touch implements visitor.Counts.
func (s *Visitors) Touch(ctx context.Context, c visitor.Count) (n int, last span.Instant, err error) {
	row, err := changes(ctx, s.db).TouchVisitorCount(ctx, sqlgen.TouchVisitorCountParams{
		Scope: c.Scope, KeyIndex: s.counted(c), Since: int64(c.Window),
	})
	return int(row.N), span.Instant(row.LastAt), s.db.Fault(err)
}

// Raise implements visitor.Counts.
func (s *Visitors) Raise(ctx context.Context, c visitor.Count, now span.Instant) error {
	return s.db.Fault(changes(ctx, s.db).RaiseVisitorCount(ctx, sqlgen.RaiseVisitorCountParams{
		Scope: c.Scope, KeyIndex: s.counted(c), Since: int64(c.Window), LastAt: int64(now),
	}))
}

// counted hides what is counted: a network address is personal too.
func (s *Visitors) counted(c visitor.Count) []byte {
	return s.master.Index(indexVisitorCount+c.Scope, c.Key+"\n")
}

// Blocked implements visitor.Blocks.
func (s *Visitors) Blocked(ctx context.Context, business id.Business, c visitor.Contact) (bool, error) {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return false, err
	}
	kind, normal := contactIndex(c)
	there, err := queries(ctx, s.db).BlockedContact(ctx, sqlgen.BlockedContactParams{
		BusinessID: string(business), Kind: kind, ValueIndex: keys.Index(kind, normal),
	})
	if err != nil || there || c.Kind != visitor.Phone {
		return there, s.db.Fault(err)
	}
	prefixes, err := queries(ctx, s.db).BlockedPrefixes(ctx, string(business))
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(c.Value, p) }), s.db.Fault(err)
}

// PutBlock implements visitor.Blocks.
func (s *Visitors) PutBlock(ctx context.Context, business id.Business, b visitor.Block) error {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return err
	}
	p := sqlgen.PutBlockParams{
		BusinessID: string(business), ID: string(b.ID), Kind: string(b.Kind), ValueIndex: []byte{}, CreatedAt: int64(b.CreatedAt),
	}
	if b.Prefix {
		p.Prefix = b.Value
	} else {
		kind, normal := contactIndex(visitor.Contact{Kind: b.Kind, Value: b.Value})
		p.ValueIndex = keys.Index(kind, normal)
		p.SealedValue = keys.Key().SealString(fieldBlockValue, string(b.ID), b.Value)
	}
	return s.db.Fault(queries(ctx, s.db).PutBlock(ctx, p))
}

// DropBlock implements visitor.Blocks.
func (s *Visitors) DropBlock(ctx context.Context, business id.Business, block id.Block) error {
	n, err := queries(ctx, s.db).DropBlock(ctx, sqlgen.DropBlockParams{BusinessID: string(business), ID: string(block)})
	return changed(s.db, n, err, "block")
}

// ListBlocks implements visitor.Blocks.
func (s *Visitors) ListBlocks(ctx context.Context, business id.Business) ([]visitor.Block, error) {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	rows, err := queries(ctx, s.db).ListBlocks(ctx, string(business))
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]visitor.Block, 0, len(rows))
	for _, row := range rows {
		b := visitor.Block{
			ID: id.Block(row.ID), Kind: visitor.Kind(row.Kind), Value: row.Prefix, Prefix: row.Prefix != "",
			CreatedAt: span.Instant(row.CreatedAt),
		}
		if !b.Prefix {
			if b.Value, err = keys.Key().OpenString(fieldBlockValue, row.ID, row.SealedValue); err != nil {
				return nil, err
			}
		}
		out = append(out, b)
	}
	return out, nil
}

// InsertSession implements visitor.Sessions.
func (s *Visitors) InsertSession(ctx context.Context, hash []byte, v visitor.Session) error {
	return s.db.Fault(queries(ctx, s.db).InsertVisitorSession(ctx, sqlgen.InsertVisitorSessionParams{
		TokenHash: hash, ID: string(v.ID), VisitorID: string(v.Visitor),
		SealedAgent: s.master.System().SealString(fieldVisitorAgent, string(v.ID), v.Agent),
		CreatedAt:   int64(v.CreatedAt), SeenAt: int64(v.SeenAt), TurnedAt: int64(v.TurnedAt), ExpiresAt: int64(v.ExpiresAt),
	}))
}

// FindSession implements visitor.Sessions.
func (s *Visitors) FindSession(ctx context.Context, hash []byte) (v visitor.Session, current bool, err error) {
	q := queries(ctx, s.db)
	row, err := q.VisitorSession(ctx, hash)
	if current = err == nil; errors.Is(err, sql.ErrNoRows) {
		row, err = q.VisitorSessionBefore(ctx, hash)
	}
	if err != nil {
		return v, false, found(s.db, err, "session")
	}
	v, err = s.session(row)
	return v, current, err
}

func (s *Visitors) session(row sqlgen.VisitorSession) (visitor.Session, error) {
	agent, err := s.master.System().OpenString(fieldVisitorAgent, row.ID, row.SealedAgent)
	return visitor.Session{
		ID: id.Session(row.ID), Visitor: id.Visitor(row.VisitorID), Agent: agent, CreatedAt: span.Instant(row.CreatedAt),
		SeenAt: span.Instant(row.SeenAt), TurnedAt: span.Instant(row.TurnedAt), UsedAt: span.Instant(row.UsedAt),
		ExpiresAt: span.Instant(row.ExpiresAt),
	}, err
}

// TurnSession implements visitor.Sessions.
func (s *Visitors) TurnSession(ctx context.Context, old, fresh []byte, now, expires span.Instant) (bool, error) {
	n, err := queries(ctx, s.db).TurnVisitorSession(ctx, sqlgen.TurnVisitorSessionParams{
		Old: old, Fresh: fresh, Now: int64(now), ExpiresAt: int64(expires),
	})
	return n == 1, s.db.Fault(err)
}

// SeeSession implements visitor.Sessions.
func (s *Visitors) SeeSession(ctx context.Context, session id.Session, now span.Instant) error {
	return s.db.Fault(queries(ctx, s.db).SeeVisitorSession(ctx, sqlgen.SeeVisitorSessionParams{ID: string(session), UsedAt: int64(now)}))
}

// ListSessions implements visitor.Sessions.
func (s *Visitors) ListSessions(ctx context.Context, of id.Visitor) ([]visitor.Session, error) {
	rows, err := queries(ctx, s.db).VisitorSessions(ctx, string(of))
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]visitor.Session, 0, len(rows))
	for _, row := range rows {
		v, err := s.session(row)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// DropSession implements visitor.Sessions.
func (s *Visitors) DropSession(ctx context.Context, of id.Visitor, session id.Session) error {
	n, err := queries(ctx, s.db).DropVisitorSession(ctx, sqlgen.DropVisitorSessionParams{VisitorID: string(of), ID: string(session)})
	return changed(s.db, n, err, "session")
}

// DropSessions implements visitor.Sessions.
func (s *Visitors) DropSessions(ctx context.Context, of id.Visitor, but id.Session) error {
	return s.db.Fault(queries(ctx, s.db).DropVisitorSessions(ctx, sqlgen.DropVisitorSessionsParams{
		VisitorID: string(of), But: string(but),
	}))
}

// Sweep implements visitor.Sessions.
func (s *Visitors) Sweep(ctx context.Context, now span.Instant) error {
	q := queries(ctx, s.db)
	for _, err := range []error{
		q.SweepVisitorSessions(ctx, int64(now)), q.SweepAsks(ctx, int64(now-span.Day)),
		q.SweepVisitorCounts(ctx, int64(now-2*span.Day)), q.SweepVisitorQuestions(ctx, int64(now)),
	} {
		if err != nil {
			return s.db.Fault(err)
		}
	}
	return nil
}

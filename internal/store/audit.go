package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"kept/audit"
	"kept/event"
	"kept/id"
	"kept/internal/db"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// What binds sealed values of the record to their columns.
const (
	fieldAuditFrom   = "audit.from"
	fieldAuditReason = "audit.reason"
	fieldEventFrom   = "event.from"
)

// Audit keeps what was read, exported and tried, and the chain of blocks that
// seals it together with the events.
type Audit struct {
	db    *db.DB
	vault *Vault
}

// NewAudit makes the store of the record.
func NewAudit(d *db.DB, v *Vault) *Audit { return &Audit{db: d, vault: v} }

// salted is a text with random characters behind it, as it is sealed: the
// chain keeps a digest of it, from which nobody can guess a text so short as a
// network address once the text itself was blanked. Sealing it anew under
// another key leaves the digest as it is. Empty stays empty.
func salted(text string) string {
	if text == "" {
		return ""
	}
	return text + "\n" + rand.Text()
}

// unsalted takes off what salted put behind.
func unsalted(text string) string {
	if i := strings.LastIndexByte(text, '\n'); i >= 0 {
		return text[:i]
	}
	return text
}

// openSalted opens a sealed salted text; bad when it does not open.
func openSalted(key *secret.Key, field, owner string, sealed []byte) (text string, bad bool) {
	text, err := key.OpenString(field, owner, sealed)
	return unsalted(text), err != nil
}

// saltedDigest is what the chain knows of sealed columns: so it holds after
// they were blanked. nil where there is nothing in them.
func saltedDigest(texts ...string) []byte {
	h, some := sha256.New(), false
	for _, text := range texts {
		_, _ = h.Write(binary.AppendUvarint(nil, uint64(len(text)))) // a hash never fails
		_, _ = h.Write([]byte(text))
		some = some || text != ""
	}
	if !some {
		return nil
	}
	return h.Sum(nil)
}

// Insert implements audit.Book.
func (s *Audit) Insert(ctx context.Context, business id.Business, entries ...audit.Entry) error {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return err
	}
	q := changes(ctx, s.db)
	for _, e := range entries {
		own := string(e.ID)
		from, reason := salted(e.Actor.From), salted(e.Reason)
		err := q.InsertAuditEntry(ctx, sqlgen.InsertAuditEntryParams{
			BusinessID: string(business), ID: own, ClientID: string(e.Client), ActorKind: e.Actor.Kind, ActorID: e.Actor.ID,
			Action: string(e.Action), Ref: e.Ref, Detail: e.Detail,
			SealedFrom:   keys.Key().SealString(fieldAuditFrom, own, from),
			SealedReason: keys.Key().SealString(fieldAuditReason, own, reason),
			Digest:       saltedDigest(from, reason), At: int64(e.At),
		})
		if err != nil {
			return s.db.Fault(err)
		}
	}
	return nil
}

// idBefore is less than every identifier made at an instant or later, and
// greater than all made before: identifiers begin with the time.
func idBefore(at span.Instant) string { return string(id.New[id.Event](at.UTC())[:13]) }

// bounds gives between which identifiers the lines of a filter lie.
func bounds(f audit.Filter) (from, before string) {
	before = "~" // greater than all
	if f.From > 0 {
		from = idBefore(f.From)
	}
	if f.Until > 0 {
		before = idBefore(f.Until)
	}
	if f.Before != "" {
		before = min(before, f.Before)
	}
	return from, before
}

// Entries implements audit.Book.
func (s *Audit) Entries(ctx context.Context, business id.Business, f audit.Filter) ([]audit.Line, error) {
	from, before := bounds(f)
	var rows []sqlgen.AuditEntry
	var err error
	if q := queries(ctx, s.db); f.Client == "" {
		rows, err = q.ListAuditEntries(ctx, sqlgen.ListAuditEntriesParams{
			BusinessID: string(business), FromID: from, BeforeID: before, ActorID: f.Actor, Action: f.Action, Most: int32(f.Limit),
		})
	} else {
		rows, err = q.ListAuditEntriesOf(ctx, sqlgen.ListAuditEntriesOfParams{
			BusinessID: string(business), ClientID: string(f.Client), FromID: from, BeforeID: before,
			ActorID: f.Actor, Action: f.Action, Most: int32(f.Limit),
		})
	}
	if err != nil {
		return nil, s.db.Fault(err)
	}
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	out := make([]audit.Line, len(rows))
	for i, r := range rows {
		out[i] = audit.Line{
			ID: r.ID, At: span.Instant(r.At), Actor: event.Actor{Kind: r.ActorKind, ID: r.ActorID}, Action: r.Action,
			Client: id.Client(r.ClientID), Ref: r.Ref, Detail: r.Detail, Sealed: r.Block.Valid,
		}
		// What does not open is left out, not refused: the record must be read above all when it was tampered with.
		out[i].Actor.From, out[i].Damaged = openSalted(keys.Key(), fieldAuditFrom, r.ID, r.SealedFrom)
		if reason, bad := openSalted(keys.Key(), fieldAuditReason, r.ID, r.SealedReason); bad {
			out[i].Damaged = true
		} else {
			out[i].Reason = reason
		}
	}
	return out, nil
}

// Events implements audit.Book.
func (s *Audit) Events(ctx context.Context, business id.Business, f audit.Filter) ([]audit.Line, error) {
	from, before := bounds(f)
	rows, err := queries(ctx, s.db).ListAuditEvents(ctx, sqlgen.ListAuditEventsParams{
		BusinessID: string(business), FromID: from, BeforeID: before, ClientID: string(f.Client),
		ActorID: f.Actor, Type: f.Action, Most: int32(f.Limit),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	out := make([]audit.Line, len(rows))
	for i, r := range rows {
		out[i] = audit.Line{
			ID: r.ID, Written: true, At: span.Instant(r.At), Actor: event.Actor{Kind: r.ActorKind, ID: r.ActorID}, Action: r.Type,
			Client: id.Client(r.ClientID), Booking: id.Booking(r.BookingID), Seq: r.Seq.Int64,
		}
		var data event.Data
		if err := decode(r.Data, &data); err != nil {
			return nil, err
		}
		out[i].Ref, out[i].Detail = data.Ref, data.Kind
		out[i].Actor.From, out[i].Damaged = openSalted(keys.Key(), fieldEventFrom, r.ID, r.SealedFrom)
	}
	return out, nil
}

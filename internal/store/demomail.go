package store

import (
	"context"
	"fmt"
	"math"

	"kept/id"
	"kept/internal/channel/demo"
	"kept/internal/db"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// The names under which mail in the demo's inbox is sealed.
const (
	fieldMailTo      = "demo_mail.to"
	fieldMailSubject = "demo_mail.subject"
	fieldMailText    = "demo_mail.text"
	fieldMailHTML    = "demo_mail.html"
)

// DemoMail keeps what the demo's channel delivers, sealed with the key of the
// business; the erasure of a client deletes theirs (Messages.Forget).
type DemoMail struct {
	db    *db.DB
	vault *Vault
}

// NewDemoMail makes the store of the demo's inbox.
func NewDemoMail(d *db.DB, v *Vault) *DemoMail { return &DemoMail{db: d, vault: v} }

// Put stores a mail; one that is there already stays as it is.
func (s *DemoMail) Put(ctx context.Context, m demo.Mail) error {
	keys, err := s.vault.Business(ctx, m.Business)
	if err != nil {
		return err
	}
	key, own := keys.Key(), string(m.ID)
	return s.db.Do(ctx, func(ctx context.Context) error {
		return queries(ctx, s.db).InsertDemoMail(ctx, sqlgen.InsertDemoMailParams{
			BusinessID: string(m.Business), ID: own, At: int64(m.At),
			SealedTo: filled(key.SealString(fieldMailTo, own, m.To)), SealedSubject: filled(key.SealString(fieldMailSubject, own, m.Subject)),
			SealedText: filled(key.SealString(fieldMailText, own, m.Text)), SealedHtml: filled(key.SealString(fieldMailHTML, own, m.HTML)),
		})
	})
}

// filled gives empty bytes for nothing, which the columns ask for.
func filled(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// List gives the inbox of a business, Text and HTML left empty, the newest first, from
// before a mail; zero values begin.
func (s *DemoMail) List(ctx context.Context, business id.Business, before span.Instant, beforeID id.Message, limit int) ([]demo.Mail, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	rows, err := queries(ctx, s.db).ListDemoMail(ctx, sqlgen.ListDemoMailParams{
		BusinessID: string(business), BeforeAt: int64(before), BeforeID: string(beforeID), Count: int32(limit),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]demo.Mail, len(rows))
	for i, r := range rows {
		out[i], err = s.open(ctx, business, r.ID, r.At, [4][]byte{r.SealedTo, r.SealedSubject})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Find gives one mail whole; fault NotFound.
func (s *DemoMail) Find(ctx context.Context, business id.Business, want id.Message) (demo.Mail, error) {
	r, err := queries(ctx, s.db).FindDemoMail(ctx, sqlgen.FindDemoMailParams{BusinessID: string(business), ID: string(want)})
	if err != nil {
		return demo.Mail{}, found(s.db, err, "mail")
	}
	return s.open(ctx, business, r.ID, r.At, [4][]byte{r.SealedTo, r.SealedSubject, r.SealedText, r.SealedHtml})
}

func (s *DemoMail) open(ctx context.Context, business id.Business, own string, at int64, sealed [4][]byte) (demo.Mail, error) {
	m := demo.Mail{Business: business, ID: id.Message(own), At: span.Instant(at)}
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return m, err
	}
	fields := [4]string{fieldMailTo, fieldMailSubject, fieldMailText, fieldMailHTML}
	for i, into := range []*string{&m.To, &m.Subject, &m.Text, &m.HTML} {
		if *into, err = keys.Key().OpenString(fields[i], own, sealed[i]); err != nil {
			return m, fmt.Errorf("store: demo mail %s: %w", own, err)
		}
	}
	return m, nil
}

// Count tells how many mails a business's inbox holds.
func (s *DemoMail) Count(ctx context.Context, business id.Business) (int, error) {
	n, err := queries(ctx, s.db).CountDemoMail(ctx, string(business))
	return int(n), s.db.Fault(err)
}

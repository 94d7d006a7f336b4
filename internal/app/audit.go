package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"kept/account"
	"kept/audit"
	"kept/client"
	"kept/event"
	"kept/id"
	"kept/internal/config"
	"kept/internal/store"
	"kept/internal/web/trail"
	"kept/span"
)

// record is the audit of one node.
type record struct {
	trail    *audit.Trail
	sealer   *audit.Sealer
	verifier *audit.Verifier
	heads    *heads
	leases   *store.Leases
	refusals *audit.Refusals
}

func (k *kernel) newRecord(where config.Store) record {
	book, outside := store.NewAudit(k.db, k.vault), newHeads(where.Data)
	trail := audit.NewTrail(book, k.db, k.clock)
	return record{
		trail:    trail,
		refusals: audit.NewRefusals(trail),
		sealer:   audit.NewSealer(book, k.db, k.clock, outside),
		verifier: audit.NewVerifier(book, k.clock, outside),
		heads:    outside,
		leases:   store.NewLeases(k.db),
	}
}

// How the record is sealed: real time, whatever the clock of the business says.
const (
	sealLease = "audit"
	sealTTL   = 5 * time.Second
	sealRenew = time.Second
	sealEvery = 300 * time.Millisecond
)

// lastSeal seals what was done last, and gives the lease back.
func (l *loops) lastSeal(ctx context.Context, holder string) {
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_, _, _ = l.record.sealer.Round(end) //nolint:dogsled // there is nobody left to tell
	_ = l.record.leases.Release(end, sealLease, holder)
}

// seal closes blocks while this node holds the lease.
func (l *loops) seal(ctx context.Context) {
	holder, held, renewed := rand.Text(), false, time.Time{}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			if held {
				l.lastSeal(ctx, holder)
			}
			return
		case <-timer.C:
		}
		if time.Since(renewed) >= sealRenew {
			renewed = time.Now()
			ok, err := l.record.leases.Acquire(ctx, sealLease, holder, renewed, sealTTL)
			held = ok || err != nil && held
		}
		wait := sealEvery
		if held {
			_, more, err := l.record.sealer.Round(ctx)
			if err != nil && ctx.Err() == nil {
				l.log.WarnContext(ctx, "the record could not be sealed and is tried again", "error", err)
				wait = sealRenew
			} else if more {
				wait = time.Millisecond
			}
		}
		timer.Reset(wait)
	}
}

type auditVerify struct {
	config.Store
	Business string   `help:"The business's word in addresses; all when missing." placeholder:"SLUG"`
	Head     []string `help:"A head that was noted before, as this command prints it: number:hash. With --business."`
	Accept   bool     `help:"Take the end of the chain as it is now, after a restore of an older backup."`
}

// Run verifies the record and says what it finds.
func (c *auditVerify) Run(s *stage) error {
	k, err := s.beside(c.Store, false)
	if err != nil {
		return err
	}
	defer k.close()
	if len(c.Head) > 0 && c.Business == "" {
		return errors.New("--head needs --business")
	}
	bad, after := 0, ""
	for {
		ids, slugs, err := k.setup.Businesses(s.ctx, after, 500)
		if err != nil {
			return err
		}
		for i, b := range ids {
			if c.Business != "" && slugs[i] != c.Business {
				continue
			}
			ok, err := c.one(s, k, b, slugs[i])
			if err != nil {
				return err
			}
			if !ok {
				bad++
			}
		}
		if len(ids) == 0 {
			break
		}
		after = slugs[len(slugs)-1]
	}
	if bad > 0 {
		return fmt.Errorf("the record of %d businesses is not as it was sealed", bad)
	}
	return nil
}

// one verifies the record of one business.
func (c *auditVerify) one(s *stage, k *kernel, b id.Business, slug string) (bool, error) {
	known := make([]audit.Head, len(c.Head))
	for i, text := range c.Head {
		number, hash, _ := strings.Cut(text, ":")
		n, err := strconv.ParseInt(number, 10, 64)
		raw, hexErr := hex.DecodeString(hash)
		if err != nil || hexErr != nil {
			return false, fmt.Errorf("--head %s: write it as number:hash", text)
		}
		known[i] = audit.Head{Business: b, Number: n, Hash: raw}
	}
	r, err := k.record.verifier.Verify(s.ctx, b, known...)
	if err != nil {
		return false, err
	}
	word := "ok "
	if !r.OK() {
		word = "bad"
	}
	fmt.Fprintf(s.out, "%s  %s  blocks %d  events %d  entries %d  open %d  blanked %d  late %d  head %d:%x\n",
		word, slug, r.Blocks, r.Events, r.Entries, r.Open, r.Blanked, r.Late, r.Head.Number, r.Head.Hash)
	for _, f := range r.Findings {
		fmt.Fprintf(s.out, "     %s  block %d  row %s\n", f.Code, f.Block, f.Row)
	}
	if c.Accept {
		return r.OK(), k.record.heads.accept(r.Head)
	}
	return r.OK(), nil
}

// refuse keeps what somebody known was not allowed in the record. A record that
// cannot be written must not turn a refusal into something else.
func (r record) refuse(ctx context.Context, who account.Principal, what string, card id.Client, ref string) {
	err := r.refusals.Record(ctx, audit.Refusal{Business: who.Business, Actor: who.Actor(), What: what, Client: card, Ref: ref})
	if err != nil {
		slog.WarnContext(ctx, "a refusal could not be recorded", "error", err)
	}
}

// acts keeps what is done about accounts in the record; it implements account.Audit.
type acts struct{ trail *audit.Trail }

// Record implements account.Audit.
func (a acts) Record(ctx context.Context, act account.Act) error {
	who := act.Who
	who.From = act.From
	return a.trail.Record(ctx, act.Business, audit.Entry{
		Actor: who, Action: audit.Action(act.What), Ref: act.Subject, Detail: act.Detail, At: act.At,
	})
}

// glass lets people past their reach, where their business allows it.
func (k *kernel) glass() *audit.Glass {
	return audit.NewGlass(audit.GlassParts{
		Trail: k.record.trail,
		Allowed: func(ctx context.Context, business id.Business) (bool, error) {
			s, err := k.settings.Load(ctx, business, 0)
			if err != nil {
				return false, err
			}
			return s.Catalog.Business.Terms.BreakGlass, nil
		},
		Exists: func(ctx context.Context, business id.Business, card id.Client) error {
			_, err := k.clients.Find(account.Past(ctx, card), business, card)
			return err
		},
		Search: k.faintly,
	})
}

// faintly finds clients and tells as little of them as tells them apart.
func (k *kernel) faintly(ctx context.Context, business id.Business, query string, most int, actor event.Actor) ([]audit.Faint, error) {
	page, err := k.clients.List(ctx, business, client.Filter{Query: query, Limit: most}, actor)
	if err != nil {
		return nil, err
	}
	out := make([]audit.Faint, len(page.Items))
	for i, c := range page.Items {
		out[i] = audit.Faint{Client: c.ID, Name: c.Name}
		known, err := k.clients.Ledger(ctx, business, c.ID, false)
		if err != nil {
			return nil, err
		}
		if born, ok := known.Get("", client.KeyBirthDate); ok {
			if day, err := span.ParseDate(born.Value.Text); err == nil {
				out[i].Born = day.Year
			}
		}
		const shown = 3
		if out[i].Born == 0 && len(c.Phone) > 2*shown {
			out[i].Digits = c.Phone[len(c.Phone)-shown:]
		}
	}
	return out, nil
}

// recordDesk shows the record to those who may see it.
func (k *kernel) recordDesk() *trail.Desk {
	return &trail.Desk{
		Trail: k.record.trail, Verifier: k.record.verifier, Settings: k.settings, Cards: k.clients, Accounts: k.gate,
		Glass: k.glass(),
	}
}

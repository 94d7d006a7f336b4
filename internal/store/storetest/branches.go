package storetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"kept/account"
	"kept/audit"
	"kept/catalog"
	"kept/chain"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/intake"
	"kept/internal/store"
	"kept/span"
)

func testBranches(t *testing.T, open Opener) {
	for name, test := range map[string]func(*testing.T, *branches){
		"board": branchBoard, "codes": branchCodes, "race": branchRace, "lent": branchLent, "health": branchHealth,
		"told": branchTold, "leaves": branchLeaves, "who": branchWho, "brought": branchBrought,
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); test(t, newBranches(t, open)) })
	}
}

// branches are two branches that know one person: north lends, south looks.
type branches struct {
	*World
	board        *chain.Board
	lender       *chain.Lender
	intake       *intake.Desk
	north, south id.Business
	there, here  id.Client // the person's cards
}

// recorded keeps acts in the record of their business.
type recorded struct{ trail *audit.Trail }

func (r recorded) Record(ctx context.Context, a account.Act) error {
	return r.trail.Record(ctx, a.Business, audit.Entry{Actor: a.Who, Action: audit.Action(a.What), Ref: a.Subject, At: a.At})
}

type noVisits struct{}

func (noVisits) VisitsOf(context.Context, id.Business, id.Client, int) ([]chain.Visit, error) {
	return []chain.Visit{{ID: "v"}}, nil
}

func newBranches(t *testing.T, open Opener) *branches {
	t.Helper()
	w := NewWorld(t, open)
	s := store.NewChains(w.DB)
	b := &branches{World: w, intake: w.intake(), north: w.Business(t, "north"), south: w.Business(t, "south")}
	b.board = chain.NewBoard(chain.BoardParts{
		Atomic: w.DB, Clock: w.Clock, Store: s, Invitations: s, Secrets: store.Secrets{}, Audit: recorded{w.trail()},
	})
	b.lender = chain.NewLender(chain.LenderParts{
		Atomic: w.DB, Board: b.board, Cards: w.Registry, Consents: b.intake, Visits: noVisits{},
		Tallies: client.NewCounter(store.NewTallies(w.DB)), Settings: w.Settings,
	})
	for _, at := range []struct {
		business id.Business
		card     *id.Client
	}{{b.north, &b.there}, {b.south, &b.here}} {
		c, _ := w.enroll(t, at.business, client.Draft{Name: "Mia Berg", Email: "Mia@example.com"})
		*at.card = c.ID
		b.prove(t, at.business, c.ID, client.VerifiedByCode)
	}
	return b
}

func (b *branches) prove(t testing.TB, at id.Business, of id.Client, how string) {
	t.Helper()
	_, err := b.Registry.VerifyContact(t.Context(), at, of, client.ContactEmail, how, desk)
	Must(t, err)
}

func boss(of id.Business) account.Principal {
	return account.Principal{Kind: account.KindUser, ID: "boss-" + string(of), Business: of, Role: account.Owner, From: "203.0.113.9"}
}

// join has south join north's chain.
func (b *branches) join(t testing.TB) {
	t.Helper()
	_, err := b.board.Found(t.Context(), boss(b.north), " Lumen  houses ")
	Must(t, err)
	b.Clock.Advance(span.Second) // what is recorded at one instant has no order
	code, _, err := b.board.Invite(t.Context(), boss(b.north))
	Must(t, err)
	b.Clock.Advance(span.Second)
	_, err = b.board.Join(t.Context(), boss(b.south), code)
	Must(t, err)
	b.Clock.Advance(span.Second)
}

func (b *branches) agree(t testing.TB, of id.Client, purpose string) {
	t.Helper()
	b.Clock.Advance(span.Second)
	c := &catalog.Catalog{Notices: []*catalog.Notice{{ID: id.Notice("n-" + purpose), Purpose: purpose, Version: 1}}}
	Must(t, b.intake.Agree(t.Context(), account.Visitor(b.north, of), c, of,
		intake.Whence{Channel: intake.ByCard}, intake.Agreement{Notice: c.Notices[0].ID}))
}

// sees tells what the south sees: the sheet of the north, or nothing, and then
// in no way but one.
func (b *branches) sees(t testing.TB, why string, want bool) chain.Shared {
	t.Helper()
	list, err := b.lender.Branches(t.Context(), boss(b.south), b.here)
	if err != nil || (len(list) == 1) != want {
		t.Errorf("%s: branches are %+v, %v", why, list, err)
	}
	s, err := b.lender.Sheet(t.Context(), boss(b.south), b.here, b.north)
	if want {
		if err != nil || s.Name != "Mia Berg" || s.Business != b.north || s.Set == nil {
			t.Errorf("%s: %+v, %v", why, s, err)
		}
		return s
	}
	_, unknown := b.lender.Sheet(t.Context(), boss(b.south), b.here, "nowhere")
	if !fault.Is(err, fault.CodeNotFound) || err.Error() != unknown.Error() {
		t.Errorf("%s: %v; of a branch that is not there: %v", why, err, unknown)
	}
	return s
}

func branchBoard(t *testing.T, b *branches) {
	ctx := t.Context()
	_, err := b.board.Find(ctx, boss(b.north))
	WantCode(t, err, fault.CodeNotFound)
	manager := boss(b.north)
	manager.Role = account.Manager
	_, err = b.board.Found(ctx, manager, "Lumen")
	WantCode(t, err, fault.CodeForbidden)
	_, err = b.board.Found(ctx, boss(b.north), " ")
	WantCode(t, err, fault.CodeInvalid)
	b.join(t)
	_, err = b.board.Found(ctx, boss(b.south), "Another")
	WantCode(t, err, fault.CodeConflict)
	v, err := b.board.Find(ctx, boss(b.south))
	if err != nil || v.Name != "Lumen houses" || len(v.Members) != 2 || v.Members[0].Business != b.north || len(v.Invitations) != 0 {
		t.Fatalf("the chain is %+v, %v", v, err)
	}
	Must(t, b.board.Leave(ctx, boss(b.north)))
	WantCode(t, b.board.Leave(ctx, boss(b.north)), fault.CodeNotFound)
	b.Clock.Advance(span.Second)
	code, _, err := b.board.Invite(ctx, boss(b.south))
	Must(t, err)
	b.Clock.Advance(span.Second)
	Must(t, b.board.Leave(ctx, boss(b.south)))
	_, err = b.board.Look(ctx, boss(b.north), code)
	if fault.KindOf(err) != fault.Gone {
		t.Errorf("the chain has ended, its code says %v", err)
	}
	for business, want := range map[id.Business][]string{
		b.north: {chain.DidFound, chain.DidInvite, chain.DidJoin, chain.DidLeave},
		b.south: {chain.DidJoin, chain.DidLeave, chain.DidInvite, chain.DidLeave},
	} {
		page, err := b.trail().List(ctx, business, audit.Filter{})
		Must(t, err)
		var got []string
		for _, l := range slices.Backward(page.Lines) {
			got = append(got, l.Action)
		}
		if !slices.Equal(got, want) {
			t.Errorf("the record says %v, want %v", got, want)
		}
	}
}

func branchCodes(t *testing.T, b *branches) {
	ctx := t.Context()
	_, _, err := b.board.Invite(ctx, boss(b.north))
	WantCode(t, err, fault.CodeNotFound)
	_, err = b.board.Found(ctx, boss(b.north), "Lumen")
	Must(t, err)
	code, _, err := b.board.Invite(ctx, boss(b.north))
	Must(t, err)
	gone := func(why, code string) {
		t.Helper()
		_, look := b.board.Look(ctx, boss(b.south), code)
		_, join := b.board.Join(ctx, boss(b.south), code)
		if fault.KindOf(look) != fault.Gone || fault.KindOf(join) != fault.Gone {
			t.Errorf("%s: %v, %v", why, look, join)
		}
	}
	gone("nonsense", "nonsense")
	gone("a guess", "kept_chain_x")
	_, err = b.board.Join(ctx, boss(b.north), code)
	WantCode(t, err, fault.CodeConflict) // its own
	v, err := b.board.Look(ctx, boss(b.south), " "+code+"\n")
	if err != nil || v.Name != "Lumen" || len(v.Members) != 1 {
		t.Fatalf("the code is for %+v, %v", v, err)
	}
	b.Clock.Advance(chain.InvitationLife)
	gone("late", code)
	code, i, err := b.board.Invite(ctx, boss(b.north))
	Must(t, err)
	WantCode(t, b.board.Withdraw(ctx, boss(b.south), i.ID), fault.CodeNotFound)
	Must(t, b.board.Withdraw(ctx, boss(b.north), i.ID))
	gone("withdrawn", code)
	code, _, err = b.board.Invite(ctx, boss(b.north))
	Must(t, err)
	_, err = b.board.Join(ctx, boss(b.south), code)
	Must(t, err)
	Must(t, b.board.Leave(ctx, boss(b.south)))
	gone("used", code)
	for range 20 {
		_, _, err = b.board.Invite(ctx, boss(b.north))
		Must(t, err)
	}
	_, _, err = b.board.Invite(ctx, boss(b.north))
	if fault.KindOf(err) != fault.Exhausted {
		t.Errorf("the 21st: %v", err)
	}
}

// branchRace: of many who use one code at once one joins, and of those who
// leave at once the last one ends the chain.
func branchRace(t *testing.T, b *branches) {
	ctx := t.Context()
	_, err := b.board.Found(ctx, boss(b.north), "Lumen")
	Must(t, err)
	code, _, err := b.board.Invite(ctx, boss(b.north))
	Must(t, err)
	racers := []id.Business{b.south, b.Business(t, "east"), b.Business(t, "west")}
	each := func(who []id.Business, do func(account.Principal) error) (errs []error) {
		errs = make([]error, len(who))
		var group sync.WaitGroup
		for i, one := range who {
			group.Go(func() { errs[i] = do(boss(one)) })
		}
		group.Wait()
		return errs
	}
	joined := []id.Business{b.north}
	for i, err := range each(racers, func(p account.Principal) error { _, err := b.board.Join(ctx, p, code); return err }) {
		if err == nil {
			joined = append(joined, racers[i])
		} else if fault.KindOf(err) != fault.Gone {
			t.Errorf("a loser is told %v", err)
		}
	}
	if len(joined) != 2 {
		t.Fatalf("%d are in the chain", len(joined))
	}
	Must(t, errors.Join(each(joined, func(p account.Principal) error { return b.board.Leave(ctx, p) })...))
	left := 0
	Must(t, b.DB.SQL().QueryRowContext(ctx, `SELECT count(*) FROM chain`).Scan(&left))
	if left != 0 {
		t.Errorf("%d chains without anybody", left)
	}
}

// branchLent: nothing without the chain, the consent after it, and the proof.
func branchLent(t *testing.T, b *branches) {
	ctx := t.Context()
	b.sees(t, "no chain", false)
	b.agree(t, b.there, catalog.PurposeSharing)
	b.sees(t, "agreed, no chain", false)
	b.Clock.Advance(span.Second)
	b.join(t)
	b.sees(t, "agreed before the south was in", false)
	Must(t, b.intake.Withdraw(ctx, account.Visitor(b.north, b.there), b.there, intake.ByCard, catalog.PurposeSharing))
	b.agree(t, b.there, catalog.PurposeSharing)
	if s := b.sees(t, "agreed", true); len(s.Visits) != 1 {
		t.Errorf("visits are %+v", s.Visits)
	}
	if _, err := b.lender.Sheet(ctx, boss(b.north), b.there, b.south); !fault.Is(err, fault.CodeNotFound) {
		t.Errorf("the other way they agreed to nothing: %v", err)
	}
	accountant := boss(b.south)
	accountant.Role = account.Accountant
	_, err := b.lender.Branches(ctx, accountant, b.here)
	WantCode(t, err, fault.CodeForbidden)
	_, err = b.lender.Sheet(ctx, accountant, b.here, b.north)
	WantCode(t, err, fault.CodeForbidden)
	_, err = b.lender.Branches(ctx, boss(b.south), b.there)
	WantCode(t, err, fault.CodeNotFound)
	Must(t, b.intake.Withdraw(ctx, account.Visitor(b.north, b.there), b.there, intake.ByCard, catalog.PurposeSharing))
	b.sees(t, "withdrawn", false)
	b.agree(t, b.there, catalog.PurposeSharing)
	b.sees(t, "agreed anew", true)
	Must(t, b.Registry.Erase(ctx, b.north, b.there, desk))
	b.sees(t, "erased", false)
}

// branchWho: a card opens for who proved the contact, under the same name.
func branchWho(t *testing.T, b *branches) {
	ctx := t.Context()
	b.join(t)
	b.agree(t, b.there, catalog.PurposeSharing)
	b.sees(t, "the person", true)
	was := b.here
	for _, c := range []struct {
		why   string
		draft client.Draft
		how   string
		want  bool
	}{
		{"typed, never proven", client.Draft{Name: "Mia Berg", Email: "mia@example.com"}, "", false},
		{"the desk vouches", client.Draft{Name: "Mia Berg", Email: "mia@example.com"}, client.VerifiedByStaff, false},
		{"another of the family", client.Draft{Name: "Leo Berg", Email: "mia@example.com"}, client.VerifiedByCode, false},
		{"another contact", client.Draft{Name: "Mia Berg", Email: "mia@example.org"}, client.VerifiedByCode, false},
		{"by a link", client.Draft{Name: "Berg Mia", Email: "MIA@example.com"}, client.VerifiedByLink, true},
	} {
		made, err := b.Registry.Create(ctx, b.south, c.draft, "", desk)
		Must(t, err)
		b.here = made.ID
		if c.how != "" {
			b.prove(t, b.south, b.here, c.how)
		}
		b.sees(t, c.why, c.want)
	}
	b.here = was
	_, err := b.Registry.DoubtContact(ctx, b.north, b.there, client.ContactEmail, desk)
	Must(t, err)
	b.sees(t, "doubted at the branch that lends", false)
}

// branchTold: every look stands in both records, with who and from where.
func branchTold(t *testing.T, b *branches) {
	b.join(t)
	b.agree(t, b.there, catalog.PurposeSharing)
	for range 2 {
		_, err := b.lender.Sheet(t.Context(), boss(b.south), b.here, b.north)
		Must(t, err)
	}
	_, err := b.lender.Sheet(t.Context(), boss(b.south), b.here, "nowhere")
	WantCode(t, err, fault.CodeNotFound)
	for _, c := range []struct {
		at     id.Business
		card   id.Client
		action string
		ref    id.Business
	}{{b.north, b.there, client.ReadLent, b.south}, {b.south, b.here, client.ReadAbroad, b.north}} {
		page, err := b.trail().List(t.Context(), c.at, audit.Filter{Client: c.card, Action: c.action})
		Must(t, err)
		if len(page.Lines) != 2 || page.Lines[0].Ref != string(c.ref) || page.Lines[0].Actor.ID != boss(b.south).ID {
			t.Errorf("%s: %+v", c.action, page.Lines)
		}
	}
	reads, err := b.Clients.Reads(t.Context(), b.north, b.there, "", 10)
	Must(t, err)
	if len(reads) == 0 || reads[0].What != client.ReadLent || reads[0].Branch != b.south {
		t.Errorf("the client is told %+v", reads)
	}
}

func branchLeaves(t *testing.T, b *branches) {
	b.join(t)
	b.agree(t, b.there, catalog.PurposeSharing)
	b.sees(t, "both are in", true)
	Must(t, b.board.Leave(t.Context(), boss(b.north)))
	b.sees(t, "the north has left", false)
	b.Clock.Advance(span.Second)
	code, _, err := b.board.Invite(t.Context(), boss(b.south))
	Must(t, err)
	_, err = b.board.Join(t.Context(), boss(b.north), code)
	Must(t, err)
	b.sees(t, "it is back, and nobody has agreed since", false)
}

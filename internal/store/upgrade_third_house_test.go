package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/account"
	"kept/audit"
	"kept/catalog"
	"kept/client"
	"kept/id"
	"kept/intake"
	"kept/internal/store"
	"kept/internal/store/storetest"
	"kept/privacy"
	"kept/span"
)

// thirdRecovery is one of the codes that Eva was shown when she set up her second factor.
const thirdRecovery = "jtt8-64q6-g3rc-haf3"

// alone is a place for heads that nobody wrote anything to.
type alone struct{}

func (alone) Keep(context.Context, ...audit.Head) error { return nil }

func (alone) Heads(context.Context, id.Business) ([]audit.Head, error) { return nil, nil }

// sealed verifies the chain of the record: each row is as it was when it was sealed.
func (p *past) sealed(t *testing.T) {
	t.Helper()
	r := p.verify(t)
	if !r.OK() || r.Blocks != 2 || r.Events != 65 || r.Entries != 9 || r.Open != 0 {
		t.Errorf("the record is %+v", r)
	}
	page, err := audit.NewTrail(store.NewAudit(p.DB, p.Vault), p.DB, p.Clock).List(t.Context(), p.ID, audit.Filter{Action: string(audit.CardForced)})
	storetest.Must(t, err)
	if len(page.Lines) != 1 || page.Lines[0].Reason != "unconscious, next of kin" || page.Lines[0].Actor.From != "203.0.113.7" || page.Lines[0].Damaged {
		t.Errorf("the forced opening is %+v", page.Lines)
	}
}

// sealedOn seals what has been added as well, in a block behind the old ones.
func (p *past) sealedOn(t *testing.T) {
	t.Helper()
	p.Events(t, "") // numbers what is new
	sealer := audit.NewSealer(store.NewAudit(p.DB, p.Vault), p.DB, p.Clock, alone{})
	for more := true; more; {
		var err error
		_, more, err = sealer.Round(t.Context())
		storetest.Must(t, err)
	}
	if r := p.verify(t); !r.OK() || r.Blocks != 3 || r.Events <= 65 || r.Entries <= 9 || r.Open != 0 {
		t.Errorf("the record is %+v", r)
	}
}

func (p *past) verify(t *testing.T) audit.Report {
	t.Helper()
	r, err := audit.NewVerifier(store.NewAudit(p.DB, p.Vault), p.Clock, alone{}).Verify(t.Context(), p.ID)
	storetest.Must(t, err)
	return r
}

// intake reads the form and its answers, health apart, and what was agreed to, taken back and objected to.
func (p *past) intake(t *testing.T) {
	t.Helper()
	set, err := p.Settings.Load(t.Context(), p.ID, 0)
	storetest.Must(t, err)
	c := set.Catalog
	if len(c.Forms) != 1 || c.Forms[0].Names["en"] != "Before you come" || len(c.Forms[0].Fields) != 2 || c.Forms[0].Fields[1].Class != catalog.ClassHealth {
		t.Errorf("the forms are %+v", c.Forms)
	}
	if ada, ok := c.StaffMember("ada"); !ok || ada.Email != "ada@example.com" {
		t.Errorf("Ada is %+v", ada)
	}
	if len(c.Notices) != 1 || c.Notices[0].Version != 2 || c.Notices[0].Names["en"] != "News and offers" {
		t.Errorf("the notices are %+v", c.Notices)
	}
	if n := p.Count(t, "SELECT count(*) FROM notice_version WHERE business_id = $1", string(p.ID)); n != 2 {
		t.Errorf("%d texts of it are kept", n)
	}
	papers := store.NewIntake(p.DB, p.Vault)
	for _, health := range []bool{false, true} {
		list, err := papers.Answers(t.Context(), p.ID, p.mia, health, "", 10)
		storetest.Must(t, err)
		if len(list) != 1 || list[0].Booking == "" || len(list[0].Answers) != 1 || list[0].Answers[0].Value != "длинные, 長" ||
			(len(list[0].Health) == 1) != health || health && list[0].Health[0].Value != "warfarin" {
			t.Errorf("with health %v the answers are %+v", health, list)
		}
	}
	consents, err := papers.ListConsents(t.Context(), p.ID, p.mia, "", 10)
	storetest.Must(t, err)
	var got []string
	for _, c := range consents {
		got = append(got, fmt.Sprint(c.Purpose, c.Version, c.Language, c.Channel, c.From, c.WithdrawnAt > 0, c.WithdrawnBy))
	}
	want := []string{"marketing2encard203.0.113.7false", "marketing2rucard203.0.113.7truemessage"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("consents (-want +got):", diff)
	}
	desk := intake.NewDesk(intake.Parts{Atomic: p.DB, Journal: p.Journal, Clock: p.Clock, Store: papers, Consents: papers})
	for purpose, want := range map[string]map[id.Client]bool{
		catalog.PurposeMarketing: {p.mia: true, p.yan: false}, catalog.PurposeRecall: {p.mia: true, p.yan: false},
	} {
		for of, want := range want {
			if ok, err := desk.Allows(t.Context(), p.ID, of, purpose); err != nil || ok != want {
				t.Errorf("%s allows %s: %v, %v", of, purpose, ok, err)
			}
		}
	}
}

// documents opens the files of the card, and the calendar that the client has elsewhere.
func (p *past) documents(t *testing.T) {
	t.Helper()
	files := client.NewArchive(store.NewDocuments(p.DB, p.Vault), p.Registry, nil, 0)
	list, err := files.List(t.Context(), p.ID, client.DocumentFilter{Client: p.mia, Health: true, Limit: 10})
	storetest.Must(t, err)
	var got []string
	for _, d := range list {
		_, content, err := files.Open(t.Context(), p.ID, d.ID, true, p.Owner.Actor())
		storetest.Must(t, err)
		got = append(got, strings.Join([]string{d.Class, d.Name, d.Media, d.Scan, string(content)}, "|"))
	}
	slices.Sort(got)
	want := []string{"health|blood.txt|text/plain|clean|blood type A", "personal|Befund ä.pdf|application/pdf|clean|%PDF-1.7\nabout the hair"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("files (-want +got):", diff)
	}
	elsewhere, err := p.Watches.List(t.Context(), p.ID, p.mia)
	if err != nil || len(elsewhere) != 1 || elsewhere[0].URL != "https://calendar.example/private-4711/mia.ics" || elsewhere[0].LastOK == 0 {
		t.Errorf("the calendar elsewhere is %+v, %v", elsewhere, err)
	}
	seen, err := p.Watches.Glimpse(t.Context(), p.ID, p.mia)
	busy := span.Set{{Start: storetest.Noon + 50*span.Hour, End: storetest.Noon + 52*span.Hour}}
	if err != nil || len(seen) != 1 || !seen[0].ForStaff || cmp.Diff(busy, seen[0].Busy) != "" {
		t.Errorf("it says %+v, %v", seen, err)
	}
}

// house lets Eva in with a code that she kept, and looks at who else may come.
func (p *past) house(t *testing.T) {
	t.Helper()
	from := account.Origin{Address: "192.0.2.7", Device: "Firefox, Linux"}
	in, err := p.Gate.SignIn(t.Context(), account.Try{Email: "eva@example.com", Password: "correct horse eva", From: from})
	storetest.Must(t, err)
	if in.Token != "" || in.Second == "" {
		t.Fatalf("a password alone gives %+v", in)
	}
	in, err = p.Gate.SecondStep(t.Context(), in.Second, thirdRecovery, from)
	storetest.Must(t, err)
	session, err := p.Gate.Resume(t.Context(), in.Token)
	storetest.Must(t, err)
	eva, err := p.Gate.Enter(t.Context(), session, p.ID, "192.0.2.7")
	if err != nil || eva.Role != account.Owner || eva.Staff != "s1" {
		t.Errorf("Eva is %+v, %v", eva, err)
	}
	if has, err := p.Gate.HasPIN(t.Context(), p.ID, in.User.ID); err != nil || !has {
		t.Errorf("the PIN is there: %v, %v", has, err)
	}
	if second, err := p.Gate.FindSecond(t.Context(), in.User.ID); err != nil || second != (account.Second{TOTP: true, Recovery: 9}) {
		t.Errorf("the second factor is %+v, %v", second, err)
	}
	sessions, err := p.Gate.MemberSessions(t.Context(), p.Owner, in.User.ID)
	if err != nil || len(sessions) != 2 || sessions[0].Origin != from || sessions[1].Origin != from {
		t.Errorf("sessions are %+v, %v", sessions, err)
	}
	keys, err := p.Gate.ListKeys(t.Context(), p.Owner, "", 10)
	if err != nil || len(keys) != 1 || keys[0].Name != "till" || keys[0].Reach != account.ReachOwn {
		t.Errorf("the keys are %+v, %v", keys, err)
	}
	asked, err := p.Gate.ListInvitations(t.Context(), p.Owner)
	if err != nil || len(asked) != 1 || asked[0].Email != "zoe@example.com" || asked[0].Reach != account.ReachLocation || asked[0].Location != storetest.Main {
		t.Errorf("the invitations are %+v, %v", asked, err)
	}
	if due, ok, err := p.Accounts.NextLetter(t.Context()); err != nil || !ok || due > p.Clock.Now() {
		t.Errorf("the letter to who is invited is due %v, %v, %v", due, ok, err)
	}
	p.chain(t)
}

// chain looks at the houses that lend each other cards.
func (p *past) chain(t *testing.T) {
	t.Helper()
	chains := store.NewChains(p.DB)
	c, err := chains.ChainOf(t.Context(), p.ID)
	if err != nil || c.Name != "Lumen houses" {
		t.Errorf("the chain is %+v, %v", c, err)
	}
	members, err := chains.Members(t.Context(), c.ID)
	if err != nil || len(members) != 1 || members[0].Business != p.ID {
		t.Errorf("its members are %+v, %v", members, err)
	}
	asked, err := chains.ChainInvitations(t.Context(), c.ID, p.Clock.Now(), 10)
	if err != nil || len(asked) != 1 {
		t.Errorf("its invitations are %+v, %v", asked, err)
	}
}

// privacy reads what was asked, kept and destroyed; of who was erased nothing opens.
func (p *past) privacy(t *testing.T) {
	t.Helper()
	papers := store.NewPrivacy(p.DB, p.Vault)
	policy, err := papers.Policy(t.Context(), p.ID)
	if err != nil || policy.Contact != "privacy@lumen.example" || policy.DueDays != 20 {
		t.Errorf("the policy is %+v, %v", policy, err)
	}
	asked, err := papers.ListPetitions(t.Context(), p.ID, privacy.PetitionFilter{Open: true, Limit: 10})
	if err != nil || len(asked) != 1 || asked[0].Client != p.mia || asked[0].Note != "all that you have" || asked[0].Kind != "access" {
		t.Errorf("petitions are %+v, %v", asked, err)
	}
	holds, err := papers.Holds(t.Context(), p.ID, p.otto)
	if err != nil || len(holds) != 1 || holds[0].Class != client.ClassStatute || holds[0].Until < p.Clock.Now()+300*span.Day {
		t.Errorf("holds are %+v, %v", holds, err)
	}
	leaks, err := papers.ListBreaches(t.Context(), p.ID, "", 10)
	storetest.Must(t, err)
	if len(leaks) != 1 || leaks[0].Title != "A phone was lost" || leaks[0].Report != "it was locked" {
		t.Fatalf("breaches are %+v", leaks)
	}
	persons, err := papers.Persons(t.Context(), p.ID, leaks[0].ID, "", 10)
	if err != nil || !slices.Equal(persons, []id.Client{p.mia}) {
		t.Errorf("it concerns %v, %v", persons, err)
	}
	gone, err := papers.ListRecords(t.Context(), p.ID, "", 10)
	storetest.Must(t, err)
	if len(gone) != 1 || gone[0].Cancelled != 1 || gone[0].Counts["fact"] != 1 || gone[0].Reason != privacy.ByRequest {
		t.Fatalf("records of destruction are %+v", gone)
	}
	if _, err := p.Cards.Find(t.Context(), p.ID, gone[0].Client); err == nil {
		t.Error("who was erased is there")
	}
	if d, err := papers.Dossier(t.Context(), p.ID, p.mia); err != nil || len(d.Sheets) < 15 || len(d.Files) != 2 {
		t.Errorf("Mia's dossier is %+v, %v", d, err)
	}
}

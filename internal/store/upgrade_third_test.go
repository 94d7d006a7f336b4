package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/account"
	"kept/booking"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/store"
	"kept/internal/store/storetest"
	"kept/message"
	"kept/plan"
	"kept/span"
	"kept/visitor"
)

// thirdEnd is when the third landing's fixture was written, the moment its last block was sealed.
const thirdEnd = storetest.Noon + 77_507*span.Second

// past is a database of the third landing in today's program, and who is in it.
type past struct {
	*storetest.Shop

	mia, yan, lena, otto id.Client
	tim, golf            id.Subject
}

// TestUpgradeFromTheThirdLanding reads a database with a card that both sides have filled, a child and a car,
// two cards made one, forms, documents, what is due, a squeeze-in, dropped-off work, a second factor and a sealed
// record, and works on with it.
func TestUpgradeFromTheThirdLanding(t *testing.T) {
	t.Parallel()
	for name, opener := range landed("third_landing", thirdLanding) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &past{Shop: upgrade(t, opener(t), thirdLanding)}
			p.Clock.Advance(thirdEnd - storetest.Noon)
			p.sealed(t) // before anything is added
			p.people(t)
			p.bookings(t)
			p.card(t)
			p.facts(t)
			p.kin(t)
			p.due(t)
			p.messages(t)
			p.intake(t)
			p.documents(t)
			p.house(t)
			p.privacy(t)
			p.Audit(t)
			p.work(t)
			p.parted(t)
			p.sealedOn(t)
			p.Audit(t)
		})
	}
}

// people finds the cards: one was erased, one has become part of another.
func (p *past) people(t *testing.T) {
	t.Helper()
	list, err := p.Clients.List(t.Context(), p.ID, client.Filter{Limit: 100})
	storetest.Must(t, err)
	ids, got := map[string]id.Client{}, []string{}
	for _, c := range list {
		ids[c.Name] = c.ID
		got = append(got, strings.Join([]string{c.Name, c.Email, c.Phone, c.Note, fmt.Sprintf("%t,%t,%t", c.Claimed, c.EmailVerified > 0, c.PhoneVerified > 0)}, "|"))
	}
	slices.Sort(got)
	want := []string{
		"Lena Wang||||false,false,false",
		"Mia Wang|mia@example.com|+4930123456|likes tea|false,true,true",
		"otto|otto@example.com|+4930222222||false,false,false",
		"rosa|rosa@example.com|||false,false,false",
		"Ян Петров|yan@example.com|+79161234567||false,false,false",
		"林美玲|lin@example.com|+886912345678||true,false,false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal("cards (-want +got):", diff)
	}
	p.mia, p.yan, p.lena, p.otto = ids["Mia Wang"], ids["Ян Петров"], ids["Lena Wang"], ids["otto"]
	for query, want := range map[string]string{"петр": "Ян Петров", "lena": "Lena Wang", "886912345678": "林美玲"} {
		page, err := p.Cards.List(t.Context(), p.ID, client.Filter{Query: query}, p.Owner.Actor())
		if err != nil || len(page.Items) != 1 || page.Items[0].Name != want {
			t.Errorf("%q finds %+v, %v", query, page.Items, err)
		}
	}
}

func (p *past) bookings(t *testing.T) {
	t.Helper()
	all, err := p.Bookings.List(t.Context(), p.ID, booking.Filter{Limit: 100})
	storetest.Must(t, err)
	subjects, err := p.Cards.Subjects(t.Context(), p.ID, p.mia)
	storetest.Must(t, err)
	names := map[id.Subject]string{"": "-"}
	for _, s := range subjects {
		names[s.ID] = s.Name
	}
	var got []string
	for _, b := range all {
		got = append(got, strings.Join(strings.Fields(fmt.Sprintln(
			b.Local, b.Service(), b.Lead, b.Status, b.ClientName, names[b.Subject], b.Squeezed, b.Named, b.Source, b.Quote.Total.Amount, b.Note, b.Reason)), " "))
	}
	slices.Sort(got)
	want := []string{
		"2026-11-23T10:00 cut ada completed Mia Wang - false email public 3000 short at the sides",
		"2026-11-24T09:00 brakes ben confirmed Mia Wang Golf false desk 12000",
		"2026-11-24T09:00 cut ben confirmed Ян Петров - false phone public 3000 no music, says Ян Петров",
		"2026-11-24T11:00 cut ada confirmed Mia Wang Tim false public 3000 is shy",
		"2026-11-24T13:00 colour ben confirmed 林美玲 - false both public 9000",
		"2026-11-24T13:00 cut ben confirmed otto - true desk 3000",
		"2026-11-24T14:00 cut ben confirmed otto - false public 3000",
		"2026-11-24T14:30 cut ben confirmed otto - false both public 3000",
		"2026-11-24T15:00 colour ada cancelled Ян Петров - false public 9000 болею",
		"2026-11-25T09:00 cut ben confirmed Ян Петров - false email public 3000 no music, says Yan Petrov",
		"2026-11-26T16:00 cut ada confirmed rosa - false email public 3000",
		"2026-11-27T12:00 cut ada cancelled - false email public 3000",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("bookings (-want +got):", diff)
	}
	if b := all[0]; b.Paid == nil || b.Paid.Amount != 3000 || b.Method != "cash" || b.Completed == 0 {
		t.Errorf("the visit that has been is %+v", b)
	}
	work := all[slices.IndexFunc(all, func(b *booking.Booking) bool { return b.Service() == "brakes" })]
	day := storetest.Tomorrow(0, 0) + span.Day
	if w := work.Items[0].Work; w == nil || w.From != day+10*span.Hour || work.Start != day+9*span.Hour || work.End != day+17*span.Hour {
		t.Errorf("the work is %+v", work)
	}
}

// card reads the head, the contacts, what the client likes, and the child and the car.
func (p *past) card(t *testing.T) {
	t.Helper()
	sheet, err := p.Cards.Sheet(t.Context(), p.ID, p.mia, p.Owner.Actor(), client.ReadCard, false)
	storetest.Must(t, err)
	var got []string
	for _, c := range sheet.Contacts {
		got = append(got, strings.Join([]string{c.Kind, c.Value, c.Label, c.VerifiedBy, fmt.Sprint(c.Preferred, c.InDoubt)}, "|"))
	}
	for _, s := range sheet.Subjects {
		got = append(got, s.Kind+" "+s.Name)
		switch s.Kind {
		case client.SubjectChild:
			p.tim = s.ID
		case client.SubjectVehicle:
			p.golf = s.ID
		}
	}
	for _, r := range sheet.Readings {
		got = append(got, fmt.Sprintf("%s %v %s %t,%t", r.Kind, r.Value, r.Day, r.Doubtful, r.Subject == p.golf))
	}
	want := []string{
		"email|mia@example.com||code|true false", "phone|+4930123456|mobile|code|true false", "email|mia@work.example|work||false false",
		"child Tim", "vehicle Golf",
		"mileage_km 50000 2026-03-01 false,true", "mileage_km 61000.5 2026-03-02 false,true", "mileage_km 6000 2026-03-03 true,true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("the card (-want +got):", diff)
	}
	likes := client.Profile{
		Tags: []string{"vip", "редкий"}, Tier: "gold", Version: sheet.Profile.Version,
		Preferences: client.Preferences{
			Staff: []id.Staff{"ada"}, Windows: []client.Window{{Weekday: 6, From: 600, To: 720}},
			Quiet: client.Quiet{From: 1320, To: 420}, Channels: []string{"email"},
		},
	}
	if diff := cmp.Diff(likes, sheet.Profile); diff != "" {
		t.Error("the profile (-want +got):", diff)
	}
	tally, counted, err := store.NewTallies(p.DB).Get(t.Context(), p.ID, p.mia)
	storetest.Must(t, err)
	if !counted || tally.Visits != 1 || tally.Spent["EUR"] != 3000 || tally.Last != storetest.Tomorrow(10, 0) {
		t.Errorf("the tally is %+v", tally)
	}
}

// facts reads what both sides say, health apart from the rest, and what was said before.
func (p *past) facts(t *testing.T) {
	t.Helper()
	of := map[id.Subject]string{"": "Mia", p.tim: "Tim", p.golf: "Golf"}
	said := func(health bool) (out []string) {
		l, err := p.Cards.Ledger(t.Context(), p.ID, p.mia, health)
		storetest.Must(t, err)
		for _, f := range l.All() {
			out = append(out, strings.Join([]string{of[f.Subject], f.Key, f.Side, f.Class, f.Value.Text}, " "))
		}
		slices.Sort(out)
		if c := l.Conflicts(); len(c) != 1 || c[0].Client.Value.Text != "nuts" || c[0].Staff.Value.Text != "none" {
			t.Errorf("conflicts are %+v", c)
		}
		return out
	}
	plain := []string{
		"Golf plate client plain B-KT 1234", "Mia allergies client warning nuts", "Mia allergies staff warning none", "Mia coffee staff plain white",
		"Tim allergies staff warning milk", "Tim birth_date client plain 2019-05-04",
	}
	all := slices.Concat(plain, []string{"Mia conditions client health asthma", "Mia medication staff health salbutamol"})
	slices.Sort(all)
	for health, want := range map[bool][]string{false: plain, true: all} {
		if diff := cmp.Diff(want, said(health)); diff != "" {
			t.Errorf("with health %v (-want +got): %s", health, diff)
		}
	}
	history, err := p.Cards.FactHistory(t.Context(), p.ID, p.mia, client.FactFilter{Key: "coffee", Limit: 10}, p.Owner.Actor())
	if err != nil || len(history) != 2 || history[1].Value.Text != "black" || history[1].ReplacedAt == 0 {
		t.Errorf("the history is %+v, %v", history, err)
	}
	marked, err := p.Cards.Marked(t.Context(), p.ID, client.IndexPlate, "bkt1234")
	if err != nil || len(marked) != 1 || marked[0] != (client.Mark{Client: p.mia, Subject: p.golf}) {
		t.Errorf("the plate is on %v, %v", marked, err)
	}
}

// kin: Mia answers for Lena, and her login opens both cards; what is part of
// another card is found there; a number that nobody has proven is in doubt.
func (p *past) kin(t *testing.T) {
	t.Helper()
	cards := store.NewVisitorCards(p.DB, p.Vault, p.Registry)
	wards, err := cards.Wards(t.Context(), p.ID, p.mia, visitor.RelationSpot{}, 10)
	if err != nil || len(wards) != 1 || wards[0].Of != p.lena || wards[0].By.ID != "desk" {
		t.Errorf("wards are %+v, %v", wards, err)
	}
	var login string
	storetest.Must(t, p.DB.From(t.Context()).QueryRowContext(t.Context(), "SELECT id FROM visitor").Scan(&login))
	logins := store.NewVisitors(p.DB, p.Vault)
	l, err := logins.FindLogin(t.Context(), id.Visitor(login))
	if err != nil || l.Contact != (visitor.Contact{Kind: visitor.Email, Value: "mia@example.com"}) {
		t.Errorf("the login is %+v, %v", l, err)
	}
	sessions, err := logins.ListSessions(t.Context(), l.ID)
	if err != nil || len(sessions) != 1 || sessions[0].Agent != "Firefox" {
		t.Errorf("the login's sessions are %+v, %v", sessions, err)
	}
	blocks, err := logins.ListBlocks(t.Context(), p.ID)
	if err != nil || len(blocks) != 1 {
		t.Errorf("blocks are %+v, %v", blocks, err)
	}
	merges, err := p.merger().List(t.Context(), p.ID, client.MergeFilter{Client: p.yan, Standing: true, Limit: 10})
	if err != nil || len(merges) != 1 || merges[0].Undone != 0 {
		t.Fatalf("merges are %+v, %v", merges, err)
	}
	if got, err := p.Cards.Find(t.Context(), p.ID, merges[0].Merged); err != nil || got.ID != p.yan {
		t.Errorf("the merged card leads to %s, %v", got.ID, err)
	}
	otto, err := p.Cards.Find(t.Context(), p.ID, p.otto)
	storetest.Must(t, err)
	if d, err := p.Cards.Doubted(t.Context(), p.ID, otto); err != nil || d.Email || !d.Phone {
		t.Errorf("in doubt are %+v, %v", d, err)
	}
}

func (p *past) merger() *client.Merger {
	return client.NewMerger(store.NewMerges(p.DB, p.Vault, p.Clients, p.Lanes), p.Cards)
}

// due: what the visit that has been asks for is booked, by the visit of the child.
func (p *past) due(t *testing.T) {
	t.Helper()
	list, err := p.Plans.List(t.Context(), p.ID, plan.Filter{})
	storetest.Must(t, err)
	var got []string
	for _, i := range list {
		b, err := p.Bookings.Find(t.Context(), p.ID, i.Booking)
		storetest.Must(t, err)
		got = append(got, strings.Join(strings.Fields(fmt.Sprintln(
			i.Client == p.mia, i.Subject, i.Service, i.Rule, i.Status, i.Origin, i.Kind, i.Due, i.Window, i.Since, b.Local)), " "))
	}
	want := []string{"true cut interval booked visit interval 2027-01-04 {2026-12-28 2027-02-03} 2026-11-23 2026-11-24T11:00"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("what is due (-want +got):", diff)
	}
}

// messages are planned by step, or were sent and still say what.
func (p *past) messages(t *testing.T) {
	t.Helper()
	all, err := p.Messages.List(t.Context(), p.ID, message.Filter{Limit: 100}, p.Clock.Now())
	storetest.Must(t, err)
	got := map[string]int{}
	for _, m := range all {
		got[strings.TrimSpace(fmt.Sprintln(m.Status, m.Step, m.Reason))]++
		if m.Status == message.Sent && (m.Text == "" || m.Subject == "" || m.Address == "") {
			t.Errorf("nothing is left of %s", m.Step)
		}
	}
	want := map[string]int{
		"planned cancelled": 1, "planned moved": 1, "planned receipt": 7, "planned staff_cancelled": 1, "planned staff_moved": 1,
		"planned staff_new": 7, "planned reminder_24h": 7, "planned reminder_3h": 9, "planned reminder_30m": 9, "planned thanks": 10,
		"sent receipt": 2, "skipped staff_new no_address": 2, "skipped reminder_3h outdated": 1, "skipped reminder_30m outdated": 1,
		"skipped receipt too_late": 1, "skipped staff_new too_late": 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("messages (-want +got):", diff)
	}
	events := map[event.Type]int{}
	for _, e := range p.Events(t, "") {
		events[e.Type]++
	}
	if events[event.BookingConfirmed] != 12 || events[event.BookingMoved] != 1 || events[event.ClientMerged] != 1 || events[event.ClientErased] != 1 {
		t.Errorf("events are %v", events)
	}
}

// work books for the child, calls a visit off and learns facts, as if the program had never changed.
func (p *past) work(t *testing.T) {
	t.Helper()
	mia := account.Visitor(p.ID, p.mia)
	at := storetest.Tomorrow(10, 0) + 2*span.Day
	book := func(start span.Instant) (*booking.Booking, error) {
		return p.Desk.Book(t.Context(), mia, booking.Request{
			Lines: []booking.Line{{Service: "cut", Staff: "ada"}}, Start: start, ClientID: p.mia, Subject: p.tim,
		})
	}
	b, err := book(at)
	storetest.Must(t, err)
	if b.Subject != p.tim || b.ClientName != "Mia Wang" || p.Steps(t, b.ID)[message.Receipt] != 1 {
		t.Errorf("booked is %+v, told by %v", b, p.Steps(t, b.ID))
	}
	_, err = book(storetest.Tomorrow(11, 0) + span.Day) // where Tim has his visit already
	storetest.WantCode(t, err, fault.CodeSlotTaken)
	list, err := p.Plans.List(t.Context(), p.ID, plan.Filter{})
	storetest.Must(t, err)
	for _, off := range []id.Booking{b.ID, list[0].Booking} {
		_, err = p.Desk.Cancel(t.Context(), mia, off, "fever")
		storetest.Must(t, err)
	}
	list, err = p.Plans.List(t.Context(), p.ID, plan.Filter{})
	storetest.Must(t, err)
	if len(list) != 1 || list[0].Status != plan.Planned || list[0].Booking != "" {
		t.Errorf("what is due is %+v", list)
	}
	p.learn(t)
}

// learn settles one conflict of what is said and makes another.
func (p *past) learn(t *testing.T) {
	t.Helper()
	storetest.Must(t, p.Cards.Learn(t.Context(), p.ID, p.mia, []client.Learned{
		{Key: client.KeyAllergies, Value: client.Value{Kind: client.ValueText, Text: "nuts"}, Source: client.SourceStaff, Actor: p.Owner.Actor()},
		{Key: "conditions", Value: client.Value{Kind: client.ValueText, Text: "none"}, Source: client.SourceStaff, Actor: p.Owner.Actor()},
	}))
	l, err := p.Cards.Ledger(t.Context(), p.ID, p.mia, true)
	storetest.Must(t, err)
	c := l.Conflicts()
	if len(c) != 1 || c[0].Client.Value.Text != "asthma" || c[0].Staff.Class != client.ClassHealth {
		t.Errorf("conflicts are %+v", c)
	}
}

// parted takes the two cards apart again: each has what it had.
func (p *past) parted(t *testing.T) {
	t.Helper()
	merges, err := p.merger().List(t.Context(), p.ID, client.MergeFilter{Client: p.yan, Limit: 10})
	storetest.Must(t, err)
	_, err = p.merger().Undo(t.Context(), p.ID, merges[0].ID, p.Owner.Actor())
	storetest.Must(t, err)
	talks, _ := p.Talks()
	for of, name := range map[id.Client]string{p.yan: "Ян Петров", merges[0].Merged: "Yan Petrov"} {
		c, err := p.Cards.Find(t.Context(), p.ID, of)
		storetest.Must(t, err)
		l, err := p.Cards.Ledger(t.Context(), p.ID, of, false)
		storetest.Must(t, err)
		coffee, _ := l.Get("", "coffee")
		entries, _, err := talks.List(t.Context(), p.ID, client.EntryFilter{Client: of})
		storetest.Must(t, err)
		if c.Name != name || coffee.Value.Text != "as "+name || len(entries) != 1 || entries[0].Text != "said by "+name {
			t.Errorf("%s is %+v with %+v and %+v", name, c, coffee, entries)
		}
	}
}

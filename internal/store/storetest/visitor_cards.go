package storetest

import (
	"slices"
	"strings"
	"testing"

	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/visitor"
)

// visitorFamily shares a phone: who shows it to be theirs opens the cards of
// all, and each business apart.
func visitorFamily(t *testing.T, p *porch) {
	b, other := p.Business(t, "one"), p.Business(t, "two")
	mia, _ := p.enroll(t, b, client.Draft{Name: "Mia", Phone: "+49 30 123456"})
	leo, _ := p.enroll(t, b, client.Draft{Name: "Leo", Phone: "+4930123456", Email: "leo@example.com"})
	far, _ := p.enroll(t, other, client.Draft{Name: "Mia", Phone: "+4930123456"})
	in := p.in(t, "0049 30 123-456")
	if got := p.open(t, in.Login, b); len(got) != 2 || got[mia.ID] == "" || got[leo.ID] == "" {
		t.Errorf("open are %v", got)
	}
	if got := p.open(t, in.Login, other); len(got) != 1 || got[far.ID] == "" {
		t.Errorf("at the other business are open %v", got)
	}
	card, err := p.Door.FindCard(t.Context(), in.Login, b, leo.ID)
	Must(t, err)
	if card.Business != b || card.Client != leo.ID {
		t.Errorf("the card is %+v", card)
	}
	_, err = p.Door.FindCard(t.Context(), in.Login, other, leo.ID)
	WantCode(t, err, fault.CodeNotFound)
	// The desk gives Leo a number of his own: Mia's opens his card no more.
	_, err = p.Registry.Update(t.Context(), b, leo.ID, 0, desk, func(c *client.Client) error { c.Phone = "+4930654321"; return nil })
	Must(t, err)
	if got := p.open(t, in.Login, b); len(got) != 1 || got[mia.ID] == "" {
		t.Errorf("after the change are open %v", got)
	}
}

// visitorIntruder knows a name and a number and types their own address beside
// them: it opens nothing. What somebody types of others on a card of their own
// opens for those others.
func visitorIntruder(t *testing.T, p *porch) {
	b := p.Business(t, "one")
	mia, _ := p.enroll(t, b, client.Draft{Name: "Mia", Phone: "+4930123456"})
	joined, created := p.enroll(t, b, client.Draft{Name: "Mia", Phone: "+4930123456", Email: "evil@example.com"})
	if created || joined.ID != mia.ID {
		t.Fatal("the rule of who is the same client has changed; think again")
	}
	p.ask(t, "evil@example.com")
	if sent := p.run(t); len(sent) != 0 {
		t.Errorf("a code is sent to the intruder: %+v", sent)
	}
	evil := visitor.Login{Contact: visitor.Contact{Kind: visitor.Email, Value: "evil@example.com"}}
	if got := p.open(t, evil, ""); len(got) != 0 {
		t.Errorf("the intruder opens %v", got)
	}
	owner := p.in(t, "+4930123456")
	if got := p.open(t, owner.Login, ""); len(got) != 1 || got[mia.ID] == "" {
		t.Errorf("the owner opens %v", got)
	}
	// The desk has asked her: it is her address after all.
	_, err := p.Registry.VerifyContact(t.Context(), b, mia.ID, client.ContactEmail, client.VerifiedByStaff, desk)
	Must(t, err)
	if got := p.open(t, evil, ""); len(got) != 1 {
		t.Errorf("a proven address opens %v", got)
	}
	// A further contact opens when it is proven, and not before.
	k, err := p.Registry.AddContact(t.Context(), b, mia.ID, client.ContactEmail, "work@example.com", "", desk)
	Must(t, err)
	work := visitor.Login{Contact: visitor.Contact{Kind: visitor.Email, Value: "work@example.com"}}
	if got := p.open(t, work, ""); len(got) != 0 {
		t.Errorf("an unproven further address opens %v", got)
	}
	_, err = p.Registry.VerifyContact(t.Context(), b, mia.ID, k.ID, client.VerifiedByStaff, desk)
	Must(t, err)
	if got := p.open(t, work, ""); len(got) != 1 {
		t.Errorf("a proven further address opens %v", got)
	}
	// On the intruder's own card stands the victim's number: it is the victim's to open.
	own, _ := p.enroll(t, b, client.Draft{Name: "Evil", Phone: "+4930123456", Email: "other@example.com"})
	if got := p.open(t, owner.Login, ""); got[own.ID] == "" {
		t.Error("whose number it is does not see who uses it")
	}
}

func visitorRelations(t *testing.T, p *porch) {
	b, other := p.Business(t, "one"), p.Business(t, "two")
	mia, _ := p.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	kid, err := p.Registry.Create(t.Context(), b, client.Draft{Name: "Tim"}, "", desk)
	Must(t, err)
	pal, err := p.Registry.Create(t.Context(), b, client.Draft{Name: "Pal", Email: "pal@example.com"}, "", desk)
	Must(t, err)
	in := p.in(t, "mia@example.com")
	p.Journal.Take()
	Must(t, p.Door.Relate(t.Context(), b, mia.ID, kid.ID, desk))
	Must(t, p.Door.Relate(t.Context(), b, mia.ID, kid.ID, desk))
	Must(t, p.Door.Relate(t.Context(), b, kid.ID, pal.ID, desk))
	WantCode(t, p.Door.Relate(t.Context(), b, mia.ID, mia.ID, desk), fault.CodeInvalid)
	events := p.Journal.Take()
	if len(events) != 6 || events[0].Type != event.ClientUpdated || events[0].Client != mia.ID || events[1].Client != kid.ID ||
		events[0].Data.Kind != "relation" {
		t.Errorf("events are %+v", events)
	}
	if got := p.open(t, in.Login, ""); len(got) != 2 || got[kid.ID] != visitor.ByRelation || got[mia.ID] != visitor.ByContact {
		t.Errorf("open are %v", got) // the child's friend is not
	}
	if got := p.open(t, in.Login, other); len(got) != 0 {
		t.Errorf("at another business are open %v", got)
	}
	who, err := p.Cards.Guardians(t.Context(), b, kid.ID, visitor.RelationSpot{}, 5)
	Must(t, err)
	if len(who) != 1 || who[0].Guardian != mia.ID || who[0].By != desk || who[0].CreatedAt == 0 {
		t.Errorf("who answers for the child: %+v", who)
	}
	Must(t, p.Door.Part(t.Context(), b, mia.ID, kid.ID, desk))
	WantCode(t, p.Door.Part(t.Context(), b, mia.ID, kid.ID, desk), fault.CodeNotFound)
	if got := p.open(t, in.Login, ""); len(got) != 1 {
		t.Errorf("after parting are open %v", got)
	}
}

// visitorMerged makes one card out of two: whoever looked after the one looks
// after what came of it, and whom it looked after, it looks after still.
func visitorMerged(t *testing.T, p *porch) {
	b := p.Business(t, "one")
	card := func(name string) id.Client {
		c, err := p.Registry.Create(t.Context(), b, client.Draft{Name: name}, "", desk)
		Must(t, err)
		return c.ID
	}
	mia, twin, kid, pal, gran := card("Mia"), card("Mia too"), card("Kim"), card("Pal"), card("Gran")
	ties := func(of id.Client) string {
		list, err := p.Door.Relations(t.Context(), b, of, visitor.RelationSpot{}, 10)
		Must(t, err)
		names := map[id.Client]string{mia: "mia", twin: "twin", kid: "kid", pal: "pal", gran: "gran"}
		var out []string
		for _, r := range list {
			out = append(out, names[r.Guardian]+">"+names[r.Of])
		}
		slices.Sort(out)
		return strings.Join(out, " ")
	}
	for _, pair := range [][2]id.Client{{twin, kid}, {twin, pal}, {mia, pal}, {gran, twin}, {mia, twin}, {kid, gran}} {
		Must(t, p.Door.Relate(t.Context(), b, pair[0], pair[1], desk))
	}
	merge, err := p.Merger().Merge(t.Context(), b, twin, mia, desk)
	Must(t, err)
	if got := ties(mia); got != "gran>mia mia>kid mia>pal mia>twin" { // the last is to itself, and waits
		t.Errorf("after the merge %s", got)
	}
	if got := ties(kid); got != "kid>gran mia>kid" {
		t.Errorf("the child's are %s", got)
	}
	Must(t, p.Door.Part(t.Context(), b, mia, kid, desk)) // what has ended since does not come back
	_, err = p.Merger().Undo(t.Context(), b, merge.ID, desk)
	Must(t, err)
	if a, c := ties(mia), ties(twin); a != "mia>pal mia>twin" || c != "gran>twin mia>twin twin>pal" {
		t.Errorf("after parting %s, and %s", a, c)
	}
}

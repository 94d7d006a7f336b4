package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"kept/booking"
	"kept/client"
	"kept/id"
	"kept/internal/store"
	"kept/message"
	"kept/visitor"
)

// stranger is somebody who knows the name and both contacts of another person,
// and does what they can to get at that person's visits.
type stranger struct {
	*Shop
	r      *rand.Rand
	name   string
	mine   client.Draft // the person's
	theirs client.Draft // the stranger's own contacts, under the person's name
	cards  *store.VisitorCards
	visits *store.Visits
	booked []*booking.Booking // by the person, or by the desk for them
	steps  []string
	gone   bool // the desk has removed an address: a visit may have nobody left to tell
}

// strangerLearnsNothing plays many stories of a person, a stranger and the
// desk in random order, and sees after each that no visit of the person's is
// told to a contact of the stranger's, nor opens for one.
func strangerLearnsNothing(t *testing.T, s *Shop) {
	const stories, longest = 200, 10
	for i := range stories {
		r := rand.New(rand.NewPCG(20261122, uint64(i)))
		p := &stranger{Shop: s, r: r, name: fmt.Sprintf("Mia Wang %d", i)}
		p.mine = client.Draft{Name: p.name, Email: fmt.Sprintf("mia%d@example.com", i), Phone: fmt.Sprintf("+4930%07d", i)}
		p.theirs = client.Draft{Name: p.name, Email: fmt.Sprintf("evil%d@example.com", i), Phone: fmt.Sprintf("+4940%07d", i)}
		p.cards = store.NewVisitorCards(s.DB, s.Vault, s.Registry)
		p.visits = store.NewVisits(s.Bookings, s.Clients, s.Settings)
		for range 3 + r.IntN(longest-2) {
			p.step(t)
		}
		if fault := p.leak(t); fault != "" {
			t.Fatalf("story %d: %s after\n%s", i, fault, strings.Join(p.steps, "\n"))
		}
	}
}

// strangerComesLater fills in an address where the desk has removed the one that a visit named.
func strangerComesLater(t *testing.T, s *Shop) {
	p := &stranger{Shop: s, r: rand.New(rand.NewPCG(1, 1)), name: "Mia"}
	p.mine = client.Draft{Name: p.name, Email: "mia@example.com", Phone: "+4930123456"}
	p.theirs = client.Draft{Name: p.name, Email: "evil@example.com", Phone: "+4940123456"}
	p.cards, p.visits = store.NewVisitorCards(s.DB, s.Vault, s.Registry), store.NewVisits(s.Bookings, s.Clients, s.Settings)
	p.booked = append(p.booked, p.book(t, "the person books", p.mine, client.SideClient))
	p.remove(t)
	evil := p.book(t, "the stranger books", client.Draft{Name: p.name, Email: p.theirs.Email, Phone: p.mine.Phone}, client.SideClient)
	if evil.Client != p.booked[0].Client {
		t.Fatal("the stranger gets a card of their own; think again")
	}
	if fault := p.leak(t); fault != "" {
		t.Error(fault)
	}
}

func (p *stranger) step(t *testing.T) {
	t.Helper()
	some := func(drafts ...client.Draft) client.Draft {
		d := client.Draft{Name: p.name}
		for d.Email == "" && d.Phone == "" {
			if from := drafts[p.r.IntN(len(drafts))]; p.r.IntN(2) == 0 {
				d.Email = from.Email
			}
			if from := drafts[p.r.IntN(len(drafts))]; p.r.IntN(2) == 0 {
				d.Phone = from.Phone
			}
		}
		return d
	}
	switch p.r.IntN(7) {
	case 0, 1:
		p.book(t, "the stranger books", some(p.mine, p.theirs), client.SideClient)
	case 2:
		p.booked = append(p.booked, p.book(t, "the person books", some(p.mine), client.SideClient))
	case 3:
		p.booked = append(p.booked, p.book(t, "the desk books", some(p.mine), client.SideStaff))
	case 4:
		p.prove(t, "the stranger signs in", p.theirs)
	case 5:
		p.prove(t, "the person signs in", p.mine)
	case 6:
		p.remove(t)
	}
}

// remove has the desk take an address off a card of the person's, as it is a wrong one.
func (p *stranger) remove(t *testing.T) {
	t.Helper()
	if len(p.booked) == 0 {
		return
	}
	c, err := p.Registry.Find(t.Context(), p.ID, p.booked[p.r.IntN(len(p.booked))].Client)
	Must(t, err)
	if c.Email == "" || c.Phone == "" {
		return
	}
	Must(t, p.Registry.RemoveContact(t.Context(), p.ID, c.ID, client.ContactEmail, desk))
	p.gone = true
	p.steps = append(p.steps, fmt.Sprintf("the desk removes %s from card …%s", c.Email, c.ID[len(c.ID)-6:]))
}

func (p *stranger) book(t *testing.T, what string, d client.Draft, by string) *booking.Booking {
	t.Helper()
	var b *booking.Booking
	p.Do(t, func(ctx context.Context) error {
		c, _, err := p.Registry.Enroll(ctx, p.ID, d, client.ContactAny, by)
		if err != nil {
			return err
		}
		b = p.fullBooking(c)
		b.Named = d.Named(c)
		return p.Bookings.Insert(ctx, b)
	})
	p.Clock.Advance(1_000_000)
	p.steps = append(p.steps, fmt.Sprintf("%s with %q %q: card …%s", what, d.Email, d.Phone, b.Client[len(b.Client)-6:]))
	return b
}

// prove signs in by one of the contacts.
func (p *stranger) prove(t *testing.T, what string, d client.Draft) {
	t.Helper()
	c := visitor.Contact{Kind: visitor.Email, Value: d.Email}
	if p.r.IntN(2) == 0 {
		c = visitor.Contact{Kind: visitor.Phone, Value: d.Phone}
	}
	open, err := p.cards.Carrying(t.Context(), c, p.ID)
	Must(t, err)
	for _, card := range open {
		Must(t, p.cards.Prove(t.Context(), card, c, client.VerifiedByCode, p.Clock.Now()))
	}
	p.steps = append(p.steps, fmt.Sprintf("%s by %s: %d cards", what, c.Value, len(open)))
}

// leak tells what of the person's visits the stranger gets to know.
func (p *stranger) leak(t *testing.T) string {
	t.Helper()
	opens := map[id.Client]string{}
	for kind, value := range map[visitor.Kind]string{visitor.Email: p.theirs.Email, visitor.Phone: p.theirs.Phone} {
		cards, err := p.cards.Carrying(t.Context(), visitor.Contact{Kind: kind, Value: value}, p.ID)
		Must(t, err)
		for _, c := range cards {
			opens[c.Client] = value
		}
	}
	for _, b := range p.booked {
		if by := opens[b.Client]; by != "" {
			return fmt.Sprintf("the card …%s of the person's visit opens for %s", b.Client[len(b.Client)-6:], by)
		}
		for _, step := range []message.Step{message.Receipt, message.Reminder24h} {
			v, err := p.visits.Visit(t.Context(), message.Message{
				Business: p.ID, Booking: b.ID, Client: b.Client, Step: step, Recipient: message.Recipient{Kind: message.ToClient, ID: string(b.Client)},
			})
			Must(t, err)
			if v.Recipient.Email == p.theirs.Email || v.Recipient.Phone == p.theirs.Phone {
				return fmt.Sprintf("the person's visit on card …%s is told to %s %s", b.Client[len(b.Client)-6:], v.Recipient.Email, v.Recipient.Phone)
			}
			if !p.gone && v.Recipient.Email == "" && v.Recipient.Phone == "" {
				return "the person's visit is told to nobody"
			}
		}
	}
	return ""
}

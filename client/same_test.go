package client_test

import (
	"context"
	"testing"

	"kept/client"
	"kept/id"
	"kept/span"
)

// doubts is a store of doubts that holds one answer.
type doubts struct {
	now    client.Doubted
	noted  []string
	forgot int
}

func (d *doubts) Doubt(_ context.Context, _ id.Business, _ id.Client, kind, value string, _ span.Instant) error {
	d.noted = append(d.noted, kind+" "+value)
	return nil
}

func (d *doubts) Doubted(context.Context, id.Business, client.Client) (client.Doubted, error) {
	return d.now, nil
}

func (d *doubts) Forget(context.Context, id.Business, id.Client) error {
	d.forgot++
	return nil
}

// Whom a booking is taken for: E and P are the card's, e and p others.
func TestWhoIsTheSamePerson(t *testing.T) {
	t.Parallel()
	values := map[byte]string{'E': "mia@example.com", 'e': "other@example.com", 'P': "+4930123456", 'p': "+4930999999"}
	read := func(word string) (email, phone string) {
		for i := range len(word) {
			if word[i]|0x20 == 'e' {
				email = values[word[i]]
			} else {
				phone = values[word[i]]
			}
		}
		return email, phone
	}
	for _, c := range []struct {
		name    string
		card    string
		claimed bool
		doubt   client.Doubted
		joins   []string // drafts that are the card's person
		new     []string // drafts that are not
	}{
		{"one contact", "P", false, client.Doubted{}, []string{"P", "EP", "eP"}, []string{"p", "E", "Ep"}},
		{"two, by the desk", "EP", false, client.Doubted{}, []string{"E", "P", "EP", "eP", "Ep"}, []string{"e", "p", "ep"}},
		{"two, claimed in one breath", "EP", true, client.Doubted{}, []string{"EP"}, []string{"E", "P", "eP", "Ep", "e", "p"}},
		{"an address in doubt", "EP", false, client.Doubted{Email: true}, []string{"P", "EP", "eP"}, []string{"E", "Ep", "p"}},
		{"a number in doubt", "EP", false, client.Doubted{Phone: true}, []string{"E", "EP", "Ep"}, []string{"P", "eP"}},
		{"claimed and in doubt", "EP", true, client.Doubted{Phone: true}, []string{"E", "EP", "Ep"}, []string{"P", "eP"}},
		{"all in doubt", "EP", false, client.Doubted{Email: true, Phone: true}, nil, []string{"E", "P", "EP"}},
	} {
		for i, words := range [][]string{c.new, c.joins} {
			for _, word := range words {
				known := client.Client{ID: "c1", Name: "Mia", Claimed: c.claimed, Version: 1}
				known.Email, known.Phone = read(c.card)
				r, _ := setup(&known)
				r = r.With(client.Details{Doubts: &doubts{now: c.doubt}})
				d := client.Draft{Name: "Mia"}
				d.Email, d.Phone = read(word)
				if _, joined, err := r.Match(t.Context(), "b", d); err != nil || joined != (i == 1) {
					t.Errorf("%s: %s joins %s: %v, %v", c.name, word, c.card, joined, err)
				}
			}
		}
	}
}

func TestWhoseWordIsDoubted(t *testing.T) {
	t.Parallel()
	for by, want := range map[string]int{client.SideClient: 1, client.SideStaff: 0} {
		known := client.Client{ID: "c1", Name: "Mia", Phone: "+4930123456", Version: 1}
		r, _ := setup(&known)
		d := &doubts{}
		r = r.With(client.Details{Doubts: d})
		draft := client.Draft{Name: "Mia", Phone: "+4930123456", Email: "mia@example.com"}
		c, created, err := r.Enroll(t.Context(), "b", draft, "", by)
		if err != nil || created || c.Email != "mia@example.com" || c.Claimed {
			t.Errorf("enrolled %+v, %v, %v", c, created, err)
		}
		if len(d.noted) != want || d.forgot != want {
			t.Errorf("the word of the %s: doubted %v, forgotten %d times", by, d.noted, d.forgot)
		}
		draft.Name = "Leo"
		if c, _, err = r.Enroll(t.Context(), "b", draft, "", by); err != nil || c.Claimed != (by == client.SideClient) {
			t.Errorf("a new card by the %s is claimed: %v, %v", by, c.Claimed, err)
		}
	}
}

// A proof ends the claim: the contact beside it is in doubt unless it is proven itself.
func TestDisclaim(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		card   client.Client
		proven string
		want   string
	}{
		{client.Client{Claimed: true, Email: "mia@example.com", Phone: "+4930123456"}, client.ContactEmail, "phone +4930123456"},
		{client.Client{Claimed: true, Email: "mia@example.com", Phone: "+4930123456"}, client.ContactPhone, "email mia@example.com"},
		{client.Client{Claimed: true, Email: "mia@example.com", Phone: "+4930123456", EmailVerified: 1}, client.ContactPhone, ""},
		{client.Client{Claimed: true, Email: "mia@example.com"}, client.ContactEmail, ""},
		{client.Client{Email: "mia@example.com", Phone: "+4930123456"}, client.ContactEmail, ""},
	} {
		d := &doubts{}
		r, _ := setup(nil)
		if err := r.With(client.Details{Doubts: d}).Disclaim(t.Context(), "b", c.card, c.proven); err != nil {
			t.Fatal(err)
		}
		got := ""
		if len(d.noted) > 0 {
			got = d.noted[0]
		}
		if got != c.want || len(d.noted) > 1 {
			t.Errorf("%+v proven by %s: doubted %v, want %q", c.card, c.proven, d.noted, c.want)
		}
	}
}

func TestReached(t *testing.T) {
	t.Parallel()
	card := client.Client{Name: "Mia", Email: "mia@example.com", Phone: "+4930123456"}
	for _, c := range []struct {
		draft client.Draft
		doubt client.Doubted
		email bool
		phone bool
	}{
		{client.Draft{}, client.Doubted{}, true, true},
		{client.Draft{}, client.Doubted{Email: true}, false, true},
		{client.Draft{Phone: "0049 30 123456"}, client.Doubted{Email: true}, false, true},
		{client.Draft{Email: "MIA@example.com"}, client.Doubted{Email: true}, true, true},
		{client.Draft{Email: "other@example.com", Phone: "+4930123456"}, client.Doubted{Email: true}, false, true},
		{client.Draft{Email: "mia@example.com", Phone: "+4930123456"}, client.Doubted{Email: true, Phone: true}, true, true},
		{client.Draft{Email: "mia@example.com"}, client.Doubted{Phone: true}, true, false},
	} {
		got := card.Reached(c.doubt, c.draft.Named(card))
		if (got.Email != "") != c.email || (got.Phone != "") != c.phone {
			t.Errorf("who named %+v is reached at %q %q under %+v", c.draft, got.Email, got.Phone, c.doubt)
		}
	}
}

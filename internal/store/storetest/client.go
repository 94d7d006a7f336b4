package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
)

var desk = event.Actor{Kind: "user", ID: "desk"}

func testClient(t *testing.T, open Opener) {
	t.Run("enroll", func(t *testing.T) { t.Parallel(); clientEnroll(t, NewWorld(t, open)) })
	t.Run("doors", func(t *testing.T) { t.Parallel(); clientDoors(t, NewWorld(t, open)) })
	t.Run("fills blanks only", func(t *testing.T) { t.Parallel(); clientBlanks(t, NewWorld(t, open)) })
	t.Run("stranger", func(t *testing.T) { t.Parallel(); strangerLearnsNothing(t, NewShop(t, open, Plan{})) })
	t.Run("stranger later", func(t *testing.T) { t.Parallel(); strangerComesLater(t, NewShop(t, open, Plan{})) })
	t.Run("update", func(t *testing.T) { t.Parallel(); clientUpdate(t, NewWorld(t, open)) })
	t.Run("list", func(t *testing.T) { t.Parallel(); clientList(t, NewWorld(t, open)) })
	t.Run("erase", func(t *testing.T) { t.Parallel(); clientErase(t, NewWorld(t, open)) })
}

func (w *World) enroll(t testing.TB, b id.Business, d client.Draft) (c client.Client, created bool) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		c, created, err = w.Registry.Enroll(ctx, b, d, client.ContactAny, client.SideClient)
		return err
	})
	return c, created
}

func clientEnroll(t *testing.T, w *World) {
	b, other := w.Business(t, "mine"), w.Business(t, "other")
	var mia client.Client
	w.Do(t, func(ctx context.Context) (err error) {
		mia, _, err = w.Registry.Enroll(ctx, b, client.Draft{Name: "Mia Wang", Email: "Mia@Example.com", Phone: "+49 30 123-456"}, client.ContactAny, client.SideStaff)
		return err
	})
	for _, c := range []struct {
		name     string
		business id.Business
		draft    client.Draft
		same     bool
	}{
		{"same e-mail", b, client.Draft{Name: "Mia Wang", Email: "mia@example.COM"}, true},
		{"same phone", b, client.Draft{Name: "  mia   WANG ", Phone: "0049 30 123456"}, true},
		{"one contact of two", b, client.Draft{Name: "Mia Wang", Email: "mia@example.com", Phone: "+49301111111"}, true},
		{"other name, same e-mail", b, client.Draft{Name: "Leo Wang", Email: "mia@example.com"}, false},
		{"same name, other e-mail", b, client.Draft{Name: "Mia Wang", Email: "mia@example.org"}, false},
		{"same name, no contact of the card", b, client.Draft{Name: "Mia Wang", Phone: "+49301111111"}, false},
		{"other business", other, client.Draft{Name: "Mia Wang", Email: "mia@example.com"}, false},
	} {
		got, created := w.enroll(t, c.business, c.draft)
		if (got.ID == mia.ID) != c.same || created == c.same {
			t.Errorf("%s: the same client is %v, created %v", c.name, got.ID == mia.ID, created)
		}
		if c.same && (got.Email != "Mia@Example.com" || got.Phone != "+4930123456" || got.Name != "Mia Wang") {
			t.Errorf("%s: the card became %+v", c.name, got)
		}
	}
	if events := w.Journal.Take(); len(events) != 0 {
		t.Errorf("enrolling told %v", events)
	}
	_, _, err := w.Registry.Enroll(t.Context(), b, client.Draft{Name: "Mia"}, client.ContactAny, client.SideClient)
	WantCode(t, err, fault.CodeInvalid)
}

// clientDoors sees that whoever could be taken for the same person comes
// through the same door.
func clientDoors(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	doors := func(email, phone string) []string {
		got, err := w.Registry.Doors(t.Context(), b, client.Draft{Name: "Mia", Email: email, Phone: phone}, "")
		Must(t, err)
		return got
	}
	both := doors("mia@example.com", "+49 30 123456")
	if len(both) != 2 || len(both[0]) != 3 || len(both[1]) != 3 {
		t.Fatalf("doors are %q", both)
	}
	if got := slices.Concat(doors("MIA@Example.com", ""), doors("", "0049 30 123-456"), doors("", "")); !slices.Equal(got, both) {
		t.Errorf("one by one they are %q, want %q", got, both)
	}
	_, err := w.Registry.Doors(t.Context(), b, client.Draft{Name: "Mia"}, client.ContactAny)
	WantCode(t, err, fault.CodeInvalid)
}

func clientBlanks(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	before, _ := w.enroll(t, b, client.Draft{Name: "Ян", Phone: "+79161234567", Language: "ru"})
	w.Clock.Advance(1_000_000)
	after, created := w.enroll(t, b, client.Draft{Name: "ЯН", Phone: "+79161234567", Email: "yan@example.com", Language: "en"})
	if created || after.Email != "yan@example.com" || after.Language != "ru" || after.Name != "Ян" || after.Version != before.Version+1 {
		t.Errorf("the card became %+v", after)
	}
	stored, err := worldOn(t, w.DB).Registry.Find(t.Context(), b, after.ID)
	Must(t, err)
	if stored != after {
		t.Errorf("stored is %+v, want %+v", stored, after)
	}
	doubted, err := w.Registry.Doubted(t.Context(), b, after)
	if err != nil || doubted != (client.Doubted{Email: true}) {
		t.Errorf("in doubt is %+v, %v", doubted, err)
	}
	if other, created := w.enroll(t, b, client.Draft{Name: "Ян", Email: "YAN@example.com"}); !created || other.ID == before.ID {
		t.Error("an address that anybody may have filled in finds the card")
	}
	_, err = w.Registry.VerifyContact(t.Context(), b, after.ID, client.ContactEmail, client.VerifiedByStaff, desk)
	Must(t, err)
	if same, _ := w.enroll(t, b, client.Draft{Name: "Ян", Email: "YAN@example.com"}); same.ID != before.ID {
		t.Error("the confirmed address does not find the card")
	}
}

func clientUpdate(t *testing.T, w *World) {
	b, other := w.Business(t, "mine"), w.Business(t, "other")
	c, err := w.Registry.Create(t.Context(), b, client.Draft{Name: "Mia", Email: "mia@example.com"}, "likes tea", desk)
	Must(t, err)
	rename := func(b id.Business, version int64, name string) error {
		_, err := w.Registry.Update(t.Context(), b, c.ID, version, desk, func(c *client.Client) error {
			c.Name, c.Email, c.ID = name, "", "stolen"
			return nil
		})
		return err
	}
	Must(t, rename(b, 1, "Mia Li"))
	WantCode(t, rename(b, 1, "Mia Chen"), fault.CodeConflict)
	WantCode(t, rename(b, 0, ""), fault.CodeInvalid)
	WantCode(t, rename(other, 0, "Mia Chen"), fault.CodeNotFound)
	got, err := worldOn(t, w.DB).Registry.Open(t.Context(), b, c.ID, desk, client.ReadCard)
	Must(t, err)
	if got.Name != "Mia Li" || got.Email != "" || got.Note != "likes tea" || got.Version != 2 || got.ID != c.ID {
		t.Errorf("the card is %+v", got)
	}
	reads, err := w.Clients.Reads(t.Context(), b, c.ID, "", 10)
	Must(t, err)
	if len(reads) != 1 || reads[0].Actor != desk || reads[0].What != client.ReadCard || reads[0].Client != c.ID {
		t.Errorf("reads are %+v", reads)
	}
	events := w.Journal.Take()
	if len(events) != 2 || events[0].Type != event.ClientCreated || events[1].Type != event.ClientUpdated || events[1].Client != c.ID {
		t.Errorf("events are %+v", events)
	}
}

func clientList(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	const n = 21
	var all []id.Client
	for i := range n {
		w.Clock.Advance(1_000_000)
		c, _ := w.enroll(t, b, client.Draft{Name: fmt.Sprint("Client ", i%3), Email: fmt.Sprintf("c%d@example.com", i), Phone: fmt.Sprint("+4930", 10000+i)})
		all = append(all, c.ID)
	}
	var seen []id.Client
	for filter := (client.Filter{Limit: 4}); ; {
		page, err := w.Registry.List(t.Context(), b, filter, desk)
		Must(t, err)
		for _, c := range page.Items {
			seen = append(seen, c.ID)
		}
		if filter.Before = page.Next; page.Next == "" {
			break
		}
	}
	for i, c := range seen {
		if want := all[n-1-i]; c != want {
			t.Fatalf("client %d of the list is %s, want %s", i, c, want)
		}
	}
	for query, want := range map[string]int{
		"C7@example.com": 1, "+49 30 10003": 1, "client  1": 7, "Client": 0, "%": 0, "c7@example": 0,
	} {
		page, err := w.Registry.List(t.Context(), b, client.Filter{Query: query}, desk)
		Must(t, err)
		if len(page.Items) != want {
			t.Errorf("%q finds %d, want %d", query, len(page.Items), want)
		}
	}
}

func clientErase(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	draft := client.Draft{Name: "Mia", Email: "mia@example.com"}
	c, _ := w.enroll(t, b, draft)
	Must(t, w.Registry.Erase(t.Context(), b, c.ID, desk))
	WantCode(t, w.Registry.Erase(t.Context(), b, c.ID, desk), fault.CodeNotFound)
	_, err := w.Registry.Find(t.Context(), b, c.ID)
	WantCode(t, err, fault.CodeNotFound)
	_, err = w.Vault.Client(t.Context(), b, c.ID)
	WantCode(t, err, fault.CodeNotFound)
	page, err := w.Registry.List(t.Context(), b, client.Filter{}, desk)
	Must(t, err)
	if len(page.Items) != 0 {
		t.Errorf("an erased client is seen: %v", page.Items)
	}
	if again, created := w.enroll(t, b, draft); !created || again.ID == c.ID {
		t.Error("an erased client was found again")
	}
}

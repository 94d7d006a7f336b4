package client_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
)

var staff = event.Actor{Kind: "user", ID: "u1"}

func TestContactsBeginWithTheHead(t *testing.T) {
	t.Parallel()
	r, m := newMemory(client.Client{Name: "Mia", Email: "mia@example.com", Phone: "+4930123456"})
	s, err := r.Sheet(t.Context(), "b", "c1", staff, client.ReadCard, false)
	if err != nil || len(s.Contacts) != 2 || !s.Contacts[0].Preferred || !s.Contacts[1].Preferred || len(m.reads) != 1 {
		t.Fatalf("contacts are %+v, %v", s.Contacts, err)
	}
	if _, err := r.AddContact(t.Context(), "b", "c1", "email", "MIA@example.com", "", staff); !fault.Is(err, fault.CodeConflict) {
		t.Errorf("the same again: %v", err)
	}
	work, err := r.AddContact(t.Context(), "b", "c1", "email", " work@example.com ", "work", staff)
	if err != nil || work.Value != "work@example.com" || work.Preferred || m.card.Email != "mia@example.com" {
		t.Fatalf("added %+v, %v", work, err)
	}
	if _, err := r.PreferContact(t.Context(), "b", "c1", work.ID, staff); err != nil || m.card.Email != "work@example.com" {
		t.Errorf("the head has %q, %v", m.card.Email, err)
	}
	if len(m.contacts) != 2 {
		t.Errorf("the old one is gone: %+v", m.contacts)
	}
	// The desk writes over it: it was wrong.
	_, err = r.Update(t.Context(), "b", "c1", 0, staff, func(c *client.Client) error { c.Email = "new@example.com"; return nil })
	if err != nil || len(m.contacts) != 1 || m.contacts[0].Value != "mia@example.com" {
		t.Errorf("contacts are %+v, %v", m.contacts, err)
	}
	if !slices.Equal(m.parts, []string{"contact", "contact", "head"}) {
		t.Errorf("told of %v", m.parts)
	}
}

func TestOnlyVerifiedContactsOpen(t *testing.T) {
	t.Parallel()
	r, m := newMemory(client.Client{Name: "Mia", Email: "mia@example.com"})
	holders := func() int {
		got, err := r.Holders(t.Context(), "b", "email", "mia@example.com")
		if err != nil {
			t.Fatal(err)
		}
		return len(got)
	}
	if holders() != 0 {
		t.Error("an unverified contact opens the card")
	}
	if _, err := r.VerifyContact(t.Context(), "b", "c1", "email", "guess", staff); !fault.Is(err, fault.CodeInvalid) {
		t.Errorf("verified by a guess: %v", err)
	}
	k, err := r.VerifyContact(t.Context(), "b", "c1", "email", client.VerifiedByCode, staff)
	if err != nil || !k.Verified() || holders() != 1 || m.card.EmailVerified != k.VerifiedAt {
		t.Errorf("verified %+v, %v", k, err)
	}
	again, err := r.VerifyContact(t.Context(), "b", "c1", "email", client.VerifiedByStaff, staff)
	if err != nil || again.VerifiedBy != client.VerifiedByCode {
		t.Errorf("verified again: %+v, %v", again, err)
	}
	if _, err := r.DoubtContact(t.Context(), "b", "c1", k.ID, staff); err != nil || holders() != 0 || m.card.EmailVerified != 0 {
		t.Errorf("doubted: %v", err)
	}
	if _, err := r.LabelContact(t.Context(), "b", "c1", "email", "a\nb", staff); !fault.Is(err, fault.CodeInvalid) {
		t.Errorf("a label of two lines: %v", err)
	}
	if _, err := r.LabelContact(t.Context(), "b", "c1", "phone", "x", staff); !fault.Is(err, fault.CodeNotFound) {
		t.Errorf("a label for no phone: %v", err)
	}
}

func TestWrongContacts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ kind, value, label, want string }{
		{"email", "mia@", "", "value format"},
		{"phone", "12", "", "value format"},
		{"fax", "1", "", "kind unknown"},
		{"email", "a@b.de", "01234567890123456789012345678901234567890", "label too_long"},
	} {
		r, _ := newMemory(client.Client{Name: "Mia"})
		_, err := r.AddContact(t.Context(), "b", "c1", c.kind, c.value, c.label, staff)
		if got := wrong(err); got != c.want {
			t.Errorf("%v is %q", c, got)
		}
	}
	r, m := newMemory(client.Client{Name: "Mia"})
	for i := range 20 {
		if _, err := r.AddContact(t.Context(), "b", "c1", "phone", fmt.Sprint("+49301000", i), "", staff); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.AddContact(t.Context(), "b", "c1", "phone", "+4930999999", "", staff); !fault.Is(err, fault.CodeInvalid) || len(m.contacts) != 20 {
		t.Errorf("one more than there may be: %v", err)
	}
	if _, err := r.AddContact(t.Context(), "b", "c2", "phone", "+4930999999", "", staff); !fault.Is(err, fault.CodeNotFound) {
		t.Errorf("nobody's: %v", err)
	}
}

// TestPreferredContact: whatever is done to contacts, of each kind exactly one
// is preferred while there is any, and it is the one that the head carries,
// with its proof; only a verified one opens the card.
func TestPreferredContact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ctx := t.Context()
		r, m := newMemory(client.Client{Name: "Mia", Email: rapid.SampledFrom([]string{"", "a@x.de"}).Draw(t, "email")})
		for range rapid.IntRange(1, 15).Draw(t, "steps") {
			kind := rapid.SampledFrom([]string{"email", "phone"}).Draw(t, "kind")
			value := rapid.SampledFrom([]string{"a@x.de", "B@x.de", "b@x.de", "c@x.de"}).Draw(t, "value")
			if kind == "phone" {
				value = rapid.SampledFrom([]string{"+49 30 1111", "+49301111", "+49302222"}).Draw(t, "number")
			}
			which := id.Contact(kind)
			if n := len(m.contacts); n > 0 && rapid.Bool().Draw(t, "by id") {
				which = m.contacts[rapid.IntRange(0, n-1).Draw(t, "which")].ID
			}
			switch rapid.SampledFrom([]string{"add", "prefer", "verify", "doubt", "remove", "edit"}).Draw(t, "act") {
			case "add":
				_, _ = r.AddContact(ctx, "b", "c1", kind, value, "", staff)
			case "prefer":
				_, _ = r.PreferContact(ctx, "b", "c1", which, staff)
			case "verify":
				_, _ = r.VerifyContact(ctx, "b", "c1", which, client.VerifiedByCode, staff)
			case "doubt":
				_, _ = r.DoubtContact(ctx, "b", "c1", which, staff)
			case "remove":
				_ = r.RemoveContact(ctx, "b", "c1", which, staff)
			case "edit":
				_, _ = r.Update(ctx, "b", "c1", 0, staff, func(c *client.Client) error {
					if kind == "email" {
						c.Email = value
					}
					return nil
				})
			}
			s, err := r.Sheet(ctx, "b", "c1", staff, client.ReadCard, false)
			if err != nil {
				t.Fatal(err)
			}
			for kind, head := range map[string]string{"email": s.Client.Email, "phone": s.Client.Phone} {
				verified := s.Client.EmailVerified
				if kind == "phone" {
					verified = s.Client.PhoneVerified
				}
				all, preferred := 0, 0
				for _, k := range s.Contacts {
					if k.Kind != kind {
						continue
					}
					all++
					if k.Preferred {
						preferred++
						if client.FoldEmail(k.Value) != client.FoldEmail(head) || k.VerifiedAt != verified {
							t.Fatalf("preferred is %+v, the head has %q of %d", k, head, verified)
						}
					}
				}
				if preferred != min(all, 1) {
					t.Fatalf("%d of %d %ss are preferred: %+v", preferred, all, kind, s.Contacts)
				}
			}
		}
	})
}

package client_test

import (
	"fmt"
	"testing"

	"kept/client"
	"kept/event"
	"kept/fault"
)

// TestBounds: what a card holds of contacts, subjects and facts has an end,
// which is why their lists are read whole. One more is refused; what is there
// can still be changed.
func TestBounds(t *testing.T) {
	t.Parallel()
	say := func(key, value string) []client.Learned {
		return []client.Learned{{Key: key, Value: client.Value{Kind: client.ValueText, Text: value}, Source: client.SourceStaff, Actor: event.System()}}
	}
	for what, b := range map[string]struct {
		most int
		add  func(r *client.Registry, n int) error
	}{
		"contacts": {client.MostContacts, func(r *client.Registry, n int) error {
			_, err := r.AddContact(t.Context(), "b", "c1", client.ContactEmail, fmt.Sprintf("m%d@example.com", n), "", staff)
			return err
		}},
		"subjects": {client.MostSubjects, func(r *client.Registry, n int) error {
			_, err := r.AddSubject(t.Context(), "b", "c1", client.SubjectPet, fmt.Sprint("pet ", n), staff)
			return err
		}},
		"facts": {client.MostFacts, func(r *client.Registry, n int) error {
			return r.Learn(t.Context(), "b", "c1", say(fmt.Sprint("key_", n), "x"))
		}},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			r, m := newMemory(client.Client{Name: "Mia"})
			for n := range b.most {
				if err := b.add(r, n); err != nil {
					t.Fatal(n, err)
				}
			}
			if err := b.add(r, b.most); !fault.Is(err, fault.CodeInvalid) {
				t.Errorf("one more: %v", err)
			}
			if n := max(len(m.contacts), len(m.subjects)); what != "facts" && n != b.most {
				t.Errorf("there are %d", n)
			}
			if what == "facts" {
				if err := r.Learn(t.Context(), "b", "c1", say("key_7", "y")); err != nil {
					t.Errorf("said otherwise: %v", err)
				}
			}
		})
	}
}

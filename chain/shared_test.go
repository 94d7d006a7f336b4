package chain_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/chain"
	"kept/client"
	"kept/id"
	"kept/span"
)

func text(s string) client.Value { return client.Value{Kind: client.ValueText, Text: s} }

// fact is "subject/key/side/class".
func fact(what string) client.Fact {
	part := strings.Split(what, "/")
	return client.Fact{ID: id.Fact(what), Subject: id.Subject(part[0]), Key: part[1], Side: part[2], Class: part[3], Value: text("x" + part[2])}
}

func facts(all ...string) client.Ledger {
	list := make([]client.Fact, len(all))
	for i, one := range all {
		list[i] = fact(one)
	}
	return client.NewLedger(list)
}

func named(all []client.Fact) (out []string) {
	for _, f := range all {
		out = append(out, string(f.ID))
	}
	return out
}

// whole is a card with something of everything.
func whole() client.Sheet {
	day := func(text string) span.Date { d, _ := span.ParseDate(text); return d }
	return client.Sheet{
		Client:   client.Client{Name: "Mia Berg", Email: "mia@example.com", Phone: "+4930", Note: "pays late"},
		Contacts: []client.Contact{{Kind: client.ContactEmail, Value: "mia@example.com"}},
		Subjects: []client.Subject{
			{ID: "car", Kind: client.SubjectVehicle},
			{ID: "kid", Kind: client.SubjectChild},
			{ID: "mum", Kind: client.SubjectPerson},
			{ID: "dog", Kind: client.SubjectPet},
			{ID: "old", Kind: client.SubjectVehicle, LeftAt: 1},
			{ID: "mill", Kind: client.SubjectDevice},
		},
		Readings: []client.Reading{
			{ID: "r1", Subject: "car", Kind: client.ReadingMileage, Value: 1, Day: day("2026-01-01")},
			{ID: "r2", Subject: "car", Kind: client.ReadingMileage, Value: 2, Day: day("2026-02-01")},
			{ID: "r3", Subject: "car", Kind: client.ReadingMileage, Value: 9, Day: day("2026-03-01"), Doubtful: true},
			{ID: "r4", Subject: "kid", Kind: "weight_kg", Value: 3, Day: day("2026-03-01")},
		},
		Facts: facts("/allergies/client/warning", "/allergies/staff/warning", "/likes/client/plain", "/conditions/staff/health",
			"car/vin/staff/plain", "kid/allergies/client/warning", "old/vin/staff/plain", "dog/temper/staff/warning"),
		Profile: client.Profile{Tags: []string{"vip"}, Tier: "gold", Preferences: client.Preferences{Remind: client.RemindFewer}},
	}
}

func TestShare(t *testing.T) {
	t.Parallel()
	got := chain.Share(whole(), false)
	want := []string{"/allergies/staff/warning", "/likes/client/plain", "car/vin/staff/plain", "dog/temper/staff/warning"}
	if diff := cmp.Diff(want, named(got.Facts)); diff != "" {
		t.Errorf("facts (-want +got)\n%s", diff)
	}
	want = []string{"/allergies/client/warning", "/allergies/staff/warning", "dog/temper/staff/warning"}
	if diff := cmp.Diff(want, named(got.Warnings)); diff != "" {
		t.Errorf("warnings (-want +got)\n%s", diff)
	}
	var lent []string
	for _, s := range got.Subjects {
		lent = append(lent, string(s.ID))
	}
	if diff := cmp.Diff([]string{"car", "dog", "mill"}, lent); diff != "" {
		t.Errorf("subjects (-want +got)\n%s", diff)
	}
	if len(got.Readings) != 1 || got.Readings[0].ID != "r2" {
		t.Errorf("readings are %+v", got.Readings)
	}
	if got.Name != "Mia Berg" || got.Wishes.Remind != client.RemindFewer {
		t.Errorf("%+v", got)
	}
	if all := named(chain.Share(whole(), true).Facts); !slices.Contains(all, "/conditions/staff/health") {
		t.Errorf("with health: %v", all)
	}
}

// TestShareNeverMore: whatever stands on a card, what is lent is of the client
// or of things and animals, and of health only where that was asked for.
func TestShareNeverMore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		card := whole()
		one := rapid.Custom(func(t *rapid.T) string {
			return strings.Join([]string{
				rapid.SampledFrom([]string{"", "car", "kid", "mum", "dog", "old", "gone"}).Draw(t, "subject"),
				rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "key"),
				rapid.SampledFrom([]string{client.SideClient, client.SideStaff}).Draw(t, "side"),
				rapid.SampledFrom(client.Classes()).Draw(t, "class"),
			}, "/")
		})
		card.Facts = facts(rapid.SliceOfNDistinct(one, 0, 20, func(s string) string { return s[:strings.LastIndex(s, "/")] }).Draw(t, "facts")...)
		health := rapid.Bool().Draw(t, "health")
		s := chain.Share(card, health)
		for _, f := range slices.Concat(s.Facts, s.Warnings) {
			if !slices.Contains([]id.Subject{"", "car", "dog"}, f.Subject) || f.Class == client.ClassHealth && !health {
				t.Fatalf("%s is lent", f.ID)
			}
		}
	})
}

func TestBlanks(t *testing.T) {
	t.Parallel()
	lent := []client.Fact{fact("/size/staff/plain"), fact("/likes/client/plain"), fact("/allergies/client/warning"), fact("car/vin/staff/plain")}
	here := facts("/likes/client/plain", "/allergies/staff/warning", "x/size/staff/plain")
	want := []string{"/size/staff/plain", "/allergies/client/warning"}
	if diff := cmp.Diff(want, named(chain.Blanks(lent, here))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if len(lent) != 4 || lent[1].Key != "likes" {
		t.Error("what was lent is changed")
	}
}

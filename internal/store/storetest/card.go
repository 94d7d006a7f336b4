package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

func testCard(t *testing.T, open Opener) {
	t.Run("contacts", func(t *testing.T) { t.Parallel(); cardContacts(t, NewWorld(t, open)) })
	t.Run("unproven", func(t *testing.T) { t.Parallel(); cardUnproven(t, NewWorld(t, open)) })
	t.Run("guarded", func(t *testing.T) { t.Parallel(); cardGuarded(t, NewWorld(t, open)) })
	t.Run("subjects", func(t *testing.T) { t.Parallel(); cardSubjects(t, NewWorld(t, open)) })
	t.Run("facts", func(t *testing.T) { t.Parallel(); cardFacts(t, NewWorld(t, open)) })
	t.Run("health", func(t *testing.T) { t.Parallel(); cardHealth(t, NewWorld(t, open)) })
	t.Run("profile", func(t *testing.T) { t.Parallel(); cardProfile(t, NewWorld(t, open)) })
	t.Run("brought", func(t *testing.T) { t.Parallel(); cardBring(t, NewWorld(t, open)) })
	t.Run("erased", func(t *testing.T) { t.Parallel(); cardErased(t, NewWorld(t, open)) })
}

// again gives the registry of another node on the same database.
func (w *World) again(t testing.TB) *client.Registry {
	t.Helper()
	return worldOn(t, w.DB).Registry
}

func cardContacts(t *testing.T, w *World) {
	ctx, b := t.Context(), w.Business(t, "mine")
	mia, _ := w.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	leo, _ := w.enroll(t, b, client.Draft{Name: "Leo", Email: "leo@example.com"})
	w.Journal.Take()
	work, err := w.Registry.AddContact(ctx, b, mia.ID, client.ContactEmail, "Mia@Work.example", "work", desk)
	Must(t, err)
	phone, err := w.Registry.AddContact(ctx, b, mia.ID, client.ContactPhone, "+49 30 123456", "", desk)
	Must(t, err)
	_, err = w.Registry.AddContact(ctx, b, mia.ID, client.ContactEmail, "mia@WORK.example", "", desk)
	WantCode(t, err, fault.CodeConflict)
	_, err = w.Registry.VerifyContact(ctx, b, mia.ID, work.ID, client.VerifiedByCode, desk)
	Must(t, err)
	_, err = w.Registry.PreferContact(ctx, b, leo.ID, work.ID, desk)
	WantCode(t, err, fault.CodeNotFound)
	for value, want := range map[string]int{"MIA@work.example": 1, "mia@example.com": 0, "nobody@example.com": 0, "": 0} {
		got, err := w.again(t).Holders(ctx, b, client.ContactEmail, value)
		if err != nil || len(got) != want || want == 1 && got[0] != mia.ID {
			t.Errorf("%q is carried by %v, %v", value, got, err)
		}
	}
	_, err = w.Registry.PreferContact(ctx, b, mia.ID, work.ID, desk)
	Must(t, err)
	s, err := w.again(t).Sheet(ctx, b, mia.ID, desk, client.ReadCard, false)
	Must(t, err)
	var got []string
	for _, c := range s.Contacts {
		mark := ""
		if c.Preferred {
			mark = "*"
		}
		got = append(got, mark+c.Value+" "+c.Label)
	}
	if diff := cmp.Diff([]string{"*Mia@Work.example work", "*+4930123456 ", "mia@example.com "}, got); diff != "" {
		t.Error(diff)
	}
	if s.Client.Email != "Mia@Work.example" || s.Client.EmailVerified == 0 || s.Client.Phone != phone.Value || s.Client.PhoneVerified != 0 {
		t.Errorf("the head is %+v", s.Client)
	}
	// A head that was written over finds its card by the new value alone.
	if again, _ := w.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@work.example"}); again.ID != mia.ID {
		t.Error("the preferred contact does not find the card")
	}
	Must(t, w.Registry.RemoveContact(ctx, b, mia.ID, work.ID, desk))
	c, err := w.again(t).Find(ctx, b, mia.ID)
	Must(t, err)
	if c.Email != "mia@example.com" || c.EmailVerified != 0 {
		t.Errorf("after the removal the head is %+v", c)
	}
	events := w.Journal.Take()
	if len(events) != 5 {
		t.Errorf("%d events", len(events))
	}
	for _, e := range events {
		if e.Type != event.ClientUpdated || e.Data.Kind != client.PartContact || e.Actor != desk {
			t.Errorf("event %+v", e)
		}
	}
}

func cardSubjects(t *testing.T, w *World) {
	ctx, b := t.Context(), w.Business(t, "mine")
	mia, _ := w.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	car, err := w.Registry.AddSubject(ctx, b, mia.ID, client.SubjectVehicle, "Golf", desk)
	Must(t, err)
	w.Clock.Advance(span.Second)
	_, err = w.Registry.AddSubject(ctx, b, mia.ID, client.SubjectPet, "Rex", desk)
	Must(t, err)
	car, err = w.Registry.UpdateSubject(ctx, b, mia.ID, car.ID, 1, desk, func(s *client.Subject) error {
		s.Name, s.LeftAt = "Old Golf", Noon
		return nil
	})
	Must(t, err)
	list, err := w.again(t).Subjects(ctx, b, mia.ID)
	Must(t, err)
	if len(list) != 2 || list[1].Name != "Rex" {
		t.Fatalf("subjects are %+v", list)
	}
	if diff := cmp.Diff(car, list[0]); diff != "" {
		t.Error(diff)
	}
	for i, value := range []float64{50_000, 61_000.5, 6_000} {
		_, err := w.Registry.AddReading(ctx, b, mia.ID, client.Reading{
			Subject: car.ID, Kind: client.ReadingMileage, Value: value, Day: span.Date{Year: 2026, Month: 3, Day: 1 + i},
			Source: client.SourceForm, SourceID: "f1", Actor: desk,
		})
		Must(t, err)
	}
	readings, err := w.again(t).Readings(ctx, b, mia.ID, car.ID)
	Must(t, err)
	if len(readings) != 3 || readings[1].Value != 61_000.5 || !readings[2].Doubtful || readings[0].Doubtful ||
		readings[0].Actor != desk || readings[0].SourceID != "f1" || readings[1].Day.String() != "2026-03-02" {
		t.Errorf("readings are %+v", readings)
	}
	Must(t, w.Registry.DoubtReading(ctx, b, mia.ID, readings[2].ID, false, desk))
	Must(t, w.Registry.RemoveReading(ctx, b, mia.ID, car.ID, readings[1].ID, desk))
	WantCode(t, w.Registry.RemoveReading(ctx, b, mia.ID, "s9", readings[0].ID, desk), fault.CodeNotFound)
	readings, err = w.Registry.Readings(ctx, b, mia.ID, car.ID)
	Must(t, err)
	if len(readings) != 2 || readings[1].Doubtful {
		t.Errorf("readings are %+v", readings)
	}
	learn(t, w, b, mia.ID, client.Learned{Subject: car.ID, Key: client.KeyPlate, Value: word("б-кр 123"), Source: client.SourceStaff, Actor: desk})
	Must(t, w.Registry.RemoveSubject(ctx, b, mia.ID, car.ID, desk))
	if readings, err = w.Registry.Readings(ctx, b, mia.ID, ""); err != nil || len(readings) != 0 {
		t.Errorf("after the removal there are %v, %v", readings, err)
	}
	if l, err := w.Registry.Ledger(ctx, b, mia.ID, true); err != nil || len(l.All()) != 0 {
		t.Errorf("after the removal there is %+v, %v", l.All(), err)
	}
}

func word(s string) client.Value { return client.Value{Kind: client.ValueText, Text: s} }

func learn(t testing.TB, w *World, b id.Business, c id.Client, said ...client.Learned) {
	t.Helper()
	Must(t, w.Registry.Learn(t.Context(), b, c, said))
}

func cardFacts(t *testing.T, w *World) {
	ctx, b, other := t.Context(), w.Business(t, "mine"), w.Business(t, "other")
	mia, _ := w.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	car, err := w.Registry.AddSubject(ctx, b, mia.ID, client.SubjectVehicle, "Golf", desk)
	Must(t, err)
	w.Journal.Take()
	learn(t, w, b, mia.ID,
		client.Learned{Key: client.KeyAllergies, Value: word("nuts"), Source: client.SourceForm, SourceID: "f1", Actor: event.System()},
		client.Learned{Subject: car.ID, Key: client.KeyPlate, Value: word("A 123 BC 77"), Source: client.SourceBooking})
	w.Clock.Advance(1)
	learn(t, w, b, mia.ID, client.Learned{Key: client.KeyAllergies, Value: word("none"), Source: client.SourceStaff, Actor: desk})
	l, err := w.again(t).Ledger(ctx, b, mia.ID, false)
	Must(t, err)
	c := l.Conflicts()
	if len(c) != 1 || c[0].Client.SourceID != "f1" || c[0].Client.Class != client.ClassWarning || c[0].Staff.Actor != desk {
		t.Fatalf("conflicts are %+v", c)
	}
	Must(t, w.Registry.Settle(ctx, b, mia.ID, c[0].Client.ID, false, desk))
	if l, err = w.again(t).Ledger(ctx, b, mia.ID, false); err != nil || len(l.Conflicts()) != 0 {
		t.Errorf("conflicts are %+v, %v", l.Conflicts(), err)
	}
	if f, ok := l.Get("", client.KeyAllergies); !ok || f.Value != word("nuts") {
		t.Errorf("%+v holds", f)
	}
	for plate, want := range map[string]int{"а123вс77": 1, "A-123-BC-77": 1, "A123BC78": 0} {
		got, err := w.again(t).Marked(ctx, b, client.IndexPlate, plate)
		if err != nil || len(got) != want || want == 1 && got[0] != (client.Mark{Client: mia.ID, Subject: car.ID}) {
			t.Errorf("%s is on %v, %v", plate, got, err)
		}
	}
	learn(t, w, b, mia.ID, client.Learned{Subject: car.ID, Key: client.KeyPlate, Value: word("X1"), Source: client.SourceBooking})
	if got, err := w.Registry.Marked(ctx, b, client.IndexPlate, "A123BC77"); err != nil || len(got) != 0 {
		t.Errorf("the old plate is on %v, %v", got, err)
	}
	history, err := w.again(t).FactHistory(ctx, b, mia.ID, client.FactFilter{Subject: car.ID, Key: client.KeyPlate, Limit: 50}, desk)
	if err != nil || len(history) != 2 || history[0].Value != word("X1") || history[1].ReplacedAt == 0 {
		t.Errorf("history is %+v, %v", history, err)
	}
	err = w.Registry.Learn(ctx, other, mia.ID, []client.Learned{{Key: "x", Value: word("x"), Source: client.SourceStaff}})
	WantCode(t, err, fault.CodeNotFound)
	if events := w.Journal.Take(); len(events) != 4 || events[0].Data.Kind != client.PartFact {
		t.Errorf("events are %+v", events)
	}
}

func cardHealth(t *testing.T, w *World) {
	ctx, b := t.Context(), w.Business(t, "mine")
	mia, _ := w.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	learn(t, w, b, mia.ID,
		client.Learned{Key: "conditions", Value: word("asthma"), Source: client.SourceForm},
		client.Learned{Key: "likes", Value: word("tea"), Source: client.SourceForm})
	for _, health := range []bool{false, true} {
		s, err := w.again(t).Sheet(ctx, b, mia.ID, desk, client.ReadCard, health)
		Must(t, err)
		if _, seen := s.Facts.Get("", "conditions"); seen != health || len(s.Facts.All()) != map[bool]int{false: 1, true: 2}[health] {
			t.Errorf("with the right %v there is %+v", health, s.Facts.All())
		}
		history, err := w.again(t).FactHistory(ctx, b, mia.ID, client.FactFilter{Key: "conditions", Health: health, Limit: 50}, desk)
		if err != nil || (len(history) == 1) != health {
			t.Errorf("with the right %v there is %+v, %v", health, history, err)
		}
	}
	l, err := w.Registry.Ledger(ctx, b, mia.ID, true)
	Must(t, err)
	f, _ := l.Get("", "conditions")
	WantCode(t, w.Registry.Settle(ctx, b, mia.ID, f.ID, false, desk), fault.CodeNotFound)
}

func cardProfile(t *testing.T, w *World) {
	ctx, b := t.Context(), w.Business(t, "mine")
	mia, _ := w.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	p, err := w.Registry.Profile(ctx, b, mia.ID)
	if diff := cmp.Diff(client.Profile{Version: 1}, p); diff != "" || err != nil {
		t.Errorf("%v, at first %s", err, diff)
	}
	want, err := w.Registry.UpdateProfile(ctx, b, mia.ID, 1, desk, func(p *client.Profile) error {
		p.Tags, p.Tier = []string{"vip", "редкий"}, "gold"
		p.Preferences = client.Preferences{
			Staff: []id.Staff{"ana"}, Windows: []client.Window{{Weekday: 6, From: 600, To: 720}}, Remind: client.RemindFewer,
			Quiet: client.Quiet{From: 1320, To: 420}, Channels: []string{"sms"},
		}
		return nil
	})
	Must(t, err)
	got, err := w.again(t).Profile(ctx, b, mia.ID)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	_, err = w.Registry.UpdateProfile(ctx, b, mia.ID, 1, desk, func(*client.Profile) error { return nil })
	WantCode(t, err, fault.CodeConflict)
	_, err = w.Registry.UpdateProfile(ctx, b, mia.ID, 0, desk, func(p *client.Profile) error { *p = client.Profile{}; return nil })
	Must(t, err)
	got, err = w.again(t).Profile(ctx, b, mia.ID)
	if err != nil || got.Tier != "" || len(got.Tags) != 0 || !got.Preferences.None() {
		t.Errorf("emptied is %+v, %v", got, err)
	}
}

func cardErased(t *testing.T, w *World) {
	ctx, b := t.Context(), w.Business(t, "mine")
	mia, _ := w.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	car, err := w.Registry.AddSubject(ctx, b, mia.ID, client.SubjectVehicle, "Golf", desk)
	Must(t, err)
	learn(t, w, b, mia.ID, client.Learned{Subject: car.ID, Key: client.KeyPlate, Value: word("X1"), Source: client.SourceStaff})
	_, err = w.Registry.VerifyContact(ctx, b, mia.ID, "email", client.VerifiedByCode, desk)
	Must(t, err)
	Must(t, w.Registry.Erase(ctx, b, mia.ID, desk))
	_, err = w.Registry.Sheet(ctx, b, mia.ID, desk, client.ReadCard, true)
	WantCode(t, err, fault.CodeNotFound)
	_, err = w.Registry.AddSubject(ctx, b, mia.ID, client.SubjectVehicle, "Golf", desk)
	WantCode(t, err, fault.CodeNotFound)
	if got, err := w.again(t).Marked(ctx, b, client.IndexPlate, "X1"); err != nil || len(got) != 0 {
		t.Errorf("the plate of an erased client is on %v, %v", got, err)
	}
	if got, err := w.again(t).Holders(ctx, b, client.ContactEmail, "mia@example.com"); err != nil || len(got) != 0 {
		t.Errorf("the contact of an erased client is carried by %v, %v", got, err)
	}
}

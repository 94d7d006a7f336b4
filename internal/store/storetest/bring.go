package storetest

import (
	"fmt"
	"slices"
	"testing"

	"kept/account"
	"kept/client"
	"kept/fault"
	"kept/id"
)

// cardBring has somebody say for whom or what they book: what the card knows is
// found again, what it does not is written down as their word.
func cardBring(t *testing.T, w *World) {
	b := w.Business(t, "one")
	mia, _ := w.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	leo, _ := w.enroll(t, b, client.Draft{Name: "Leo", Email: "leo@example.com"})
	own := account.Visitor(b, mia.ID).Actor()
	bring := func(of id.Client, what client.Brought) id.Subject {
		t.Helper()
		got, err := w.Registry.Bring(t.Context(), b, of, what, own)
		Must(t, err)
		return got
	}
	car := bring(mia.ID, client.Brought{Kind: client.SubjectVehicle, Plate: " B-KT  1234 "})
	if car == "" || bring(mia.ID, client.Brought{Kind: client.SubjectVehicle, Plate: "b kt 1234"}) != car {
		t.Error("the same plate is another car")
	}
	if bring(mia.ID, client.Brought{Kind: client.SubjectVehicle, Plate: "B-KT 1235"}) == car {
		t.Error("another plate is the same car")
	}
	dog := bring(mia.ID, client.Brought{Kind: client.SubjectPet, Name: "Rex"})
	if bring(mia.ID, client.Brought{Kind: client.SubjectPet, Name: "rex "}) != dog || bring(mia.ID, client.Brought{Kind: client.SubjectChild, Name: "Rex"}) == dog {
		t.Error("a dog and a child are taken for each other, or a dog not for itself")
	}
	if bring(leo.ID, client.Brought{Kind: client.SubjectVehicle, Plate: "B-KT 1234"}) == car {
		t.Error("somebody else's car is found by its plate")
	}
	_, err := w.Registry.UpdateSubject(t.Context(), b, mia.ID, dog, 0, own, func(s *client.Subject) error { s.LeftAt = w.Clock.Now(); return nil })
	Must(t, err)
	if bring(mia.ID, client.Brought{Kind: client.SubjectPet, Name: "Rex"}) == dog {
		t.Error("a dog that is no more comes again")
	}
	sheet, err := w.Registry.Sheet(t.Context(), b, mia.ID, desk, client.ReadCard, false)
	Must(t, err)
	plate, ok := sheet.Facts.Get(car, client.KeyPlate)
	if !ok || plate.Value.Text != "B-KT 1234" || plate.Side != client.SideClient || plate.Source != client.SourceBooking {
		t.Errorf("the plate is %+v", plate)
	}
	called, err := w.Registry.Called(t.Context(), b, mia.ID)
	Must(t, err)
	if len(called) != 4 || !slices.ContainsFunc(called, func(c client.Called) bool { return c.ID == car && c.Label == "B-KT 1234" }) {
		t.Errorf("called are %+v", called)
	}
	for _, bad := range []client.Brought{
		{Kind: "ship", Name: "Titanic"},
		{Kind: client.SubjectPet, Plate: "B-KT 1"},
		{Kind: client.SubjectVehicle, Plate: "- -"},
		{Kind: client.SubjectPet, Name: "a\nb\x00"},
	} {
		_, err := w.Registry.Bring(t.Context(), b, mia.ID, bad, own)
		WantCode(t, err, fault.CodeInvalid)
	}
	if got := bring(mia.ID, client.Brought{Kind: client.SubjectPet}); got != "" {
		t.Error("nothing said is something")
	}
	for i := range 60 {
		bring(leo.ID, client.Brought{Kind: client.SubjectPet, Name: fmt.Sprint("Rex ", i)})
	}
	list, err := w.Registry.Subjects(t.Context(), b, leo.ID)
	Must(t, err)
	if len(list) != 50 || bring(leo.ID, client.Brought{Kind: client.SubjectPet, Name: "one more"}) != "" {
		t.Errorf("a card holds %d", len(list))
	}
}

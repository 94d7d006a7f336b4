package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"kept/account"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/secret"
	"kept/internal/store"
	"kept/privacy"
	"kept/span"
)

// yard is the list of erasures, in memory.
type yard struct{ tombs []privacy.Tomb }

func (y *yard) Bury(_ context.Context, tombs ...privacy.Tomb) error {
	y.tombs = append(y.tombs, tombs...)
	return nil
}

func (y *yard) Tombs(context.Context) ([]privacy.Tomb, error) { return slices.Clone(y.tombs), nil }

// pages is what is booked ahead, as a test says.
type pages struct {
	ahead     []id.Booking
	cancelled []id.Booking
}

func (p *pages) Ahead(context.Context, id.Business, id.Client, span.Instant) ([]id.Booking, error) {
	return p.ahead, nil
}

func (p *pages) Cancel(_ context.Context, _ account.Principal, b id.Booking) error {
	p.cancelled = append(p.cancelled, b)
	return nil
}

// berlin is where every business is.
type berlin struct{}

func (berlin) Zone(context.Context, id.Business) (*time.Location, error) {
	return time.LoadLocation("Europe/Berlin")
}

// nobody is outside.
type nobody struct{}

func (nobody) Processors(context.Context, id.Business) ([]privacy.Processor, error) {
	return []privacy.Processor{{Kind: "channel", Name: "email", Host: "mail.example", Abroad: true}}, nil
}

// noted is where nobody looks at what was read.
type noted struct{}

func (noted) NoteExport(context.Context, id.Business, id.Client, event.Actor) error { return nil }

// PrivacyOffice makes an office on a world, where nobody has booked ahead.
func PrivacyOffice(w *World, list privacy.Graveyard) *privacy.Office {
	return officeOf(w, list, &pages{})
}

func officeOf(w *World, list privacy.Graveyard, p *pages) *privacy.Office {
	s := store.NewPrivacy(w.DB, w.Vault)
	return privacy.NewOffice(privacy.Parts{
		Atomic: w.DB, Journal: w.Journal, Clock: w.Clock, Zones: berlin{}, Diary: p, Graveyard: list, Outside: nobody{},
		Cards: s, Records: s, Petitions: s, Breaches: s, Policies: s, Attic: s, Dossiers: s, Reads: noted{},
	})
}

func privacyOffice(w *World) (*privacy.Office, *yard, *pages) {
	y, p := &yard{}, &pages{}
	return officeOf(w, y, p), y, p
}

// OwnerOf is an owner of a business.
func OwnerOf(b id.Business) account.Principal {
	return account.Principal{Kind: account.KindUser, ID: "0198c0de-0000-7000-8000-0000000000aa", Business: b, Role: account.Owner}
}

func privacyErase(t *testing.T, w *World) {
	b, other := w.Business(t, "mine"), w.Business(t, "other")
	office, graves, diary := privacyOffice(w)
	who := OwnerOf(b)
	mia, _ := w.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	leo, _ := w.enroll(t, b, client.Draft{Name: "Leo", Email: "leo@example.com"})
	_, err := w.Vault.Class(t.Context(), b, mia.ID, secret.Health)
	Must(t, err)

	_, err = office.Erase(t.Context(), account.Principal{Kind: account.KindUser, ID: "x", Business: b, Role: account.Manager}, privacy.Order{Client: mia.ID})
	WantCode(t, err, fault.CodeForbidden)
	_, err = office.Erase(t.Context(), account.Visitor(b, leo.ID), privacy.Order{Client: mia.ID})
	WantCode(t, err, fault.CodeForbidden)
	_, err = office.Erase(t.Context(), OwnerOf(other), privacy.Order{Client: mia.ID})
	WantCode(t, err, fault.CodeNotFound)
	_, err = office.Erase(t.Context(), who, privacy.Order{Client: mia.ID, Reason: "spite"})
	WantCode(t, err, fault.CodeInvalid)
	diary.ahead = []id.Booking{"a", "b"}
	_, err = office.Erase(t.Context(), who, privacy.Order{Client: mia.ID})
	WantCode(t, err, fault.CodeConflict)
	if len(graves.tombs) != 0 {
		t.Fatalf("what was refused is in the list: %v", graves.tombs)
	}
	w.Journal.Take()

	r, err := office.Erase(t.Context(), who, privacy.Order{Client: mia.ID, Ahead: privacy.Cancel})
	Must(t, err)
	if r.Cancelled != 2 || len(diary.cancelled) != 2 || r.Counts["client"] != 1 || r.Counts["client_key"] != 1 || r.Regime != privacy.GDPR {
		t.Errorf("the record is %+v", r)
	}
	if want := (privacy.Tomb{Business: b, Client: mia.ID, At: w.Clock.Now()}); len(graves.tombs) != 1 || graves.tombs[0] != want {
		t.Errorf("the list is %v", graves.tombs)
	}
	if events := w.Journal.Take(); len(events) != 1 || events[0].Type != event.ClientErased || events[0].Client != mia.ID {
		t.Errorf("events are %+v", events)
	}
	again, err := office.Record(t.Context(), who, r.ID)
	Must(t, err)
	if again.Client != mia.ID || again.Actor.ID != who.ID || again.Counts["client"] != 1 || again.Reason != privacy.ByRequest {
		t.Errorf("kept is %+v", again)
	}
	list, err := office.ListRecords(t.Context(), who, "", 10)
	Must(t, err)
	if len(list) != 1 {
		t.Errorf("records are %v", list)
	}
	for _, class := range secret.Classes() {
		_, err := store.NewVault(w.DB, w.Master).Class(t.Context(), b, mia.ID, class)
		WantCode(t, err, fault.CodeNotFound)
		_, err = w.Vault.Class(t.Context(), b, mia.ID, class)
		WantCode(t, err, fault.CodeNotFound)
	}
	_, err = office.Erase(t.Context(), who, privacy.Order{Client: mia.ID})
	WantCode(t, err, fault.CodeNotFound)
	// A client may go by themselves, and nobody else is touched.
	diary.ahead = nil
	_, err = office.Erase(t.Context(), account.Visitor(b, leo.ID), privacy.Order{Client: leo.ID})
	Must(t, err)
}

// privacyHolds sees that what a statute holds outlives the person, and no longer than it must.
func privacyHolds(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	office, _, _ := privacyOffice(w)
	who := OwnerOf(b)
	mia, _ := w.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	key, err := w.Vault.Class(t.Context(), b, mia.ID, secret.Statute)
	Must(t, err)
	sealed := key.SealString("f", "1", "invoice")
	until := w.Clock.Now() + 10*span.Day
	WantCode(t, office.SetHold(t.Context(), who, privacy.Hold{Client: mia.ID, Class: "gossip", Until: until, Reason: "tax"}), fault.CodeInvalid)
	WantCode(t, office.SetHold(t.Context(), who, privacy.Hold{Client: mia.ID, Class: "statute", Until: 1, Reason: "tax"}), fault.CodeInvalid)
	Must(t, office.SetHold(t.Context(), who, privacy.Hold{Client: mia.ID, Class: "statute", Until: until, Reason: "tax"}))
	Must(t, office.SetHold(t.Context(), who, privacy.Hold{Client: mia.ID, Class: "personal", Until: until, Reason: "dispute"}))
	holds, err := office.AllHolds(t.Context(), who, privacy.Hold{}, 10)
	Must(t, err)
	if len(holds) != 2 {
		t.Errorf("holds are %v", holds)
	}
	_, err = office.Erase(t.Context(), who, privacy.Order{Client: mia.ID})
	WantCode(t, err, fault.CodeConflict)
	Must(t, office.SetHold(t.Context(), who, privacy.Hold{Client: mia.ID, Class: "personal"}))
	r, err := office.Erase(t.Context(), who, privacy.Order{Client: mia.ID})
	Must(t, err)
	if len(r.Kept) != 1 || r.Kept[0].Class != "statute" || r.Kept[0].Until != until {
		t.Errorf("kept is %+v", r.Kept)
	}
	fresh := store.NewVault(w.DB, w.Master)
	key, err = fresh.Class(t.Context(), b, mia.ID, secret.Statute)
	Must(t, err)
	if got, err := key.OpenString("f", "1", sealed); got != "invoice" || err != nil {
		t.Errorf("what is held reads %q, %v", got, err)
	}
	Must(t, office.Sweep(t.Context(), b))
	if _, err := store.NewVault(w.DB, w.Master).Class(t.Context(), b, mia.ID, secret.Statute); err != nil {
		t.Errorf("it went too early: %v", err)
	}
	w.Clock.Advance(10 * span.Day)
	Must(t, office.Sweep(t.Context(), b))
	_, err = store.NewVault(w.DB, w.Master).Class(t.Context(), b, mia.ID, secret.Statute)
	WantCode(t, err, fault.CodeNotFound)
}

// privacyReplay brings a person back, as a restored backup does, and sees
// them erased again.
func privacyReplay(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	office, graves, _ := privacyOffice(w)
	mia, _ := w.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	leo, _ := w.enroll(t, b, client.Draft{Name: "Leo", Email: "leo@example.com"})
	// The list knows Mia, the database does not; and somebody of another database.
	graves.tombs = []privacy.Tomb{{Business: b, Client: mia.ID, At: 1}, {Business: b, Client: "0198c0de-0000-7000-8000-0000000000ff", At: 1}}
	Must(t, office.SetHold(t.Context(), OwnerOf(b), privacy.Hold{Client: mia.ID, Class: "personal", Until: w.Clock.Now() + span.Day, Reason: "dispute"}))
	again, err := office.Replay(t.Context())
	Must(t, err)
	if again != 1 {
		t.Errorf("%d were erased again", again)
	}
	_, err = w.Registry.Find(t.Context(), b, mia.ID)
	WantCode(t, err, fault.CodeNotFound)
	if _, err := w.Registry.Find(t.Context(), b, leo.ID); err != nil {
		t.Errorf("somebody else is gone: %v", err)
	}
	// Who was erased without the list hearing of it is entered.
	Must(t, w.Registry.Erase(t.Context(), b, leo.ID, desk))
	if again, err = office.Replay(t.Context()); err != nil || again != 0 {
		t.Errorf("%d were erased again, %v", again, err)
	}
	if !slices.ContainsFunc(graves.tombs, func(x privacy.Tomb) bool { return x.Client == leo.ID }) {
		t.Errorf("the list is %v", graves.tombs)
	}
	before := len(graves.tombs)
	_, err = office.Replay(t.Context())
	Must(t, err)
	if len(graves.tombs) != before {
		t.Error("the list grows by itself")
	}
}

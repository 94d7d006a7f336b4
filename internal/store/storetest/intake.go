package storetest

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/account"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/intake"
	"kept/internal/store"
	"kept/span"
)

func testIntake(t *testing.T, open Opener) {
	t.Run("answers", func(t *testing.T) { t.Parallel(); intakeAnswers(t, NewWorld(t, open)) })
	t.Run("consents", func(t *testing.T) { t.Parallel(); intakeConsents(t, NewWorld(t, open)) })
	t.Run("questions", func(t *testing.T) { t.Parallel(); intakeQuestions(t, NewWorld(t, open)) })
}

func (w *World) intake() *intake.Desk {
	s := store.NewIntake(w.DB, w.Vault)
	return intake.NewDesk(intake.Parts{Atomic: w.DB, Journal: w.Journal, Clock: w.Clock, Store: s, Consents: s})
}

func intakeAnswers(t *testing.T, w *World) {
	ctx, b, d := t.Context(), w.Business(t, "mine"), w.intake()
	mia, _ := w.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	who := account.Visitor(b, mia.ID)
	hair := intake.Answer{Key: "hair", Label: catalog.Texts{"en": "Hair?"}, Kind: catalog.FieldText, Value: "длинные, 長"}
	pills := intake.Answer{Key: "pills", Kind: catalog.FieldText, Class: catalog.ClassHealth, Value: "warfarin"}
	for _, sheet := range []intake.Sheet{{Form: "f1", Answers: []intake.Answer{hair, pills}}, {Form: "f2", Answers: []intake.Answer{pills}}} {
		w.Clock.Advance(span.Second)
		Must(t, w.DB.Do(ctx, func(ctx context.Context) error {
			return d.Take(ctx, who, mia.ID, intake.Whence{Channel: intake.ByBooking, Booking: "b1"}, intake.Taken{Forms: []intake.Sheet{sheet}})
		}))
	}
	for _, health := range []bool{true, false} {
		got, err := d.Store.Answers(ctx, b, mia.ID, health, "", 10)
		Must(t, err)
		if len(got) != 2 || got[0].Form != "f2" || got[1].Booking != "b1" || got[1].Source != intake.FromClient {
			t.Fatalf("filled in: %+v", got)
		}
		if diff := cmp.Diff([]intake.Answer{hair}, got[1].Answers); diff != "" {
			t.Errorf("answers (-want +got)\n%s", diff)
		}
		want := []intake.Answer{pills}
		if !health {
			want = nil
		}
		if diff := cmp.Diff(want, got[1].Health); diff != "" {
			t.Errorf("health %v (-want +got)\n%s", health, diff)
		}
		one, err := d.Store.Answers(ctx, b, mia.ID, health, got[0].ID, 1)
		if err != nil || len(one) != 1 || one[0].Form != "f1" {
			t.Errorf("the next page: %+v, %v", one, err)
		}
	}
	of, err := d.Store.AnswersOf(ctx, b, "b1", true)
	if err != nil || len(of) != 2 {
		t.Errorf("of the booking: %+v, %v", of, err)
	}
	Must(t, w.Registry.Erase(ctx, b, mia.ID, desk))
	if got, err := d.Store.Answers(ctx, b, mia.ID, true, "", 10); err == nil && len(got) > 0 {
		t.Errorf("answers of an erased client open: %+v", got)
	}
}

func intakeConsents(t *testing.T, w *World) {
	ctx, b, d := t.Context(), w.Business(t, "mine"), w.intake()
	mia, _ := w.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	leo, _ := w.enroll(t, b, client.Draft{Name: "Leo", Email: "leo@example.com"})
	who := account.Visitor(b, mia.ID)
	who.From = "203.0.113.7"
	c := &catalog.Catalog{Notices: []*catalog.Notice{{ID: "n1", Purpose: catalog.PurposeMarketing, Version: 1}}}
	allows := func(of id.Client, purpose string, want bool) {
		t.Helper()
		if got, err := d.Allows(ctx, b, of, purpose); err != nil || got != want {
			t.Errorf("%s allowed: %v, %v", purpose, got, err)
		}
	}
	allows(mia.ID, catalog.PurposeMarketing, false)
	allows(mia.ID, catalog.PurposeRecall, true)
	at := intake.Whence{Channel: intake.ByCard, Language: "ru"}
	for range 2 { // twice is once
		Must(t, d.Agree(ctx, who, c, mia.ID, at, intake.Agreement{Notice: "n1", Version: 1}))
	}
	allows(mia.ID, catalog.PurposeMarketing, true)
	allows(leo.ID, catalog.PurposeMarketing, false)
	c.Notices[0].Version = 2
	WantCode(t, d.Agree(ctx, who, c, mia.ID, at, intake.Agreement{Notice: "n1", Version: 1}), fault.CodeConflict)
	w.Clock.Advance(span.Second)
	Must(t, d.Agree(ctx, who, c, mia.ID, at, intake.Agreement{Notice: "n1", Version: 2}))
	Must(t, d.Withdraw(ctx, who, mia.ID, intake.ByMessage, catalog.PurposeMarketing))
	Must(t, d.Withdraw(ctx, who, mia.ID, intake.ByMessage, catalog.PurposeRecall))
	allows(mia.ID, catalog.PurposeMarketing, false)
	allows(mia.ID, catalog.PurposeRecall, false)
	w.Clock.Advance(span.Second)
	Must(t, d.Agree(ctx, who, c, mia.ID, at, intake.Agreement{Notice: "n1"}))
	allows(mia.ID, catalog.PurposeMarketing, true)
	all, err := d.Consents.ListConsents(ctx, b, mia.ID, "", 10)
	Must(t, err)
	if len(all) != 3 || all[0].WithdrawnAt != 0 || all[1].WithdrawnBy != intake.ByMessage || all[2].Version != 1 ||
		all[2].WithdrawnAt == 0 || all[0].From != "203.0.113.7" || all[0].Language != "ru" {
		t.Errorf("the record: %+v", all)
	}
	WantCode(t, d.Agree(ctx, who, c, mia.ID, at, intake.Agreement{Notice: "n9"}), fault.CodeNotFound)
}

// intakeQuestions lets the office write forms and notices and reads them back.
func intakeQuestions(t *testing.T, w *World) {
	ctx, b := t.Context(), w.Business(t, "mine")
	owner := account.System(b)
	f, err := w.Office.CreateForm(ctx, owner, catalog.Form{Names: threeTexts("Health"), About: threeTexts("Why"), FormBody: catalog.FormBody{
		Ask: catalog.AskBooking, Once: true, Fields: []catalog.Field{{
			Key: "hair", Labels: threeTexts("Hair"), Helps: threeTexts("Say"), Kind: catalog.FieldChoice, Required: true, Class: catalog.ClassHealth,
			Fact: "hair_length", Options: []catalog.Option{{Value: "long", Labels: threeTexts("Long")}},
		}},
	}})
	Must(t, err)
	n, err := w.Office.CreateNotice(ctx, owner, catalog.Notice{Purpose: catalog.PurposePhotos, Names: threeTexts("Photos"), Texts: threeTexts("All")})
	Must(t, err)
	_, err = w.Office.CreateNotice(ctx, owner, catalog.Notice{Purpose: catalog.PurposePhotos, Names: threeTexts("Twice")})
	WantCode(t, err, fault.CodeInvalid)
	_, err = w.Office.CreateNotice(ctx, owner, catalog.Notice{
		Purpose: catalog.PurposeMarketing, Names: threeTexts("Forced"), NoticeBody: catalog.NoticeBody{Required: true},
	})
	WantCode(t, err, fault.CodeInvalid)
	n, err = w.Office.UpdateNotice(ctx, owner, n.ID, func(n *catalog.Notice) error { n.Position = 7; return nil })
	if err != nil || n.Version != 1 {
		t.Fatalf("moved: %+v, %v", n, err)
	}
	n, err = w.Office.UpdateNotice(ctx, owner, n.ID, func(n *catalog.Notice) error { n.Names = threeTexts("Pictures"); return nil })
	if err != nil || n.Version != 2 {
		t.Fatalf("said otherwise: %+v, %v", n, err)
	}
	set, err := worldOn(t, w.DB).Settings.Load(ctx, b, 0)
	Must(t, err)
	if diff := cmp.Diff([]*catalog.Form{f}, set.Catalog.Forms); diff != "" {
		t.Errorf("forms (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]*catalog.Notice{n}, set.Catalog.Notices); diff != "" {
		t.Errorf("notices (-want +got)\n%s", diff)
	}
	Must(t, w.Office.ArchiveForm(ctx, owner, f.ID))
	_, err = w.Office.FindForm(ctx, owner, f.ID)
	WantCode(t, err, fault.CodeNotFound)
}

package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kept/client"
	"kept/id"
	"kept/span"
)

// testPaged reads the lists of a card page by page: every thing stands on
// exactly one page, in the order of the whole list, whatever the size of pages.
func testPaged(t *testing.T, open Opener) {
	t.Run("documents", func(t *testing.T) { t.Parallel(); pagedDocuments(t, NewWorld(t, open)) })
	t.Run("readings", func(t *testing.T) { t.Parallel(); pagedReadings(t, NewWorld(t, open)) })
	t.Run("history", func(t *testing.T) { t.Parallel(); pagedHistory(t, NewWorld(t, open)) })
	t.Run("merges", func(t *testing.T) { t.Parallel(); pagedMerges(t, NewWorld(t, open)) })
	t.Run("twins", func(t *testing.T) { t.Parallel(); pagedTwins(t, NewWorld(t, open)) })
	t.Run("relations", func(t *testing.T) { t.Parallel(); pagedRelations(t, NewWorld(t, open)) })
	t.Run("timeline", func(t *testing.T) { t.Parallel(); pagedTimeline(t, recalls(t, open)) })
}

// turned reads a list to its end; read gives at most so many that come after
// the last one, nil at first.
func turned[T any](t *testing.T, size int, read func(last *T, limit int) ([]T, error)) []T {
	t.Helper()
	var out []T
	for {
		var last *T
		if len(out) > 0 {
			last = &out[len(out)-1]
		}
		page, err := read(last, size)
		Must(t, err)
		if len(page) > size {
			t.Fatalf("%d on a page of %d", len(page), size)
		}
		out = append(out, page...)
		if len(page) < size {
			return out
		}
	}
}

func pagedDocuments(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	mia, ben := w.create(t, b, client.Draft{Name: "Mia"}), w.create(t, b, client.Draft{Name: "Ben"})
	a := w.archive(nil, 0)
	var names []string
	for i := range 7 {
		class := client.ClassPersonal
		if i%3 == 2 {
			class = client.ClassHealth
		}
		name := fmt.Sprintf("%d.txt", i)
		names = append([]string{name}, names...)
		_, err := a.Put(t.Context(), b, upload(mia.ID, class, name, "x"), desk)
		Must(t, err)
		w.Clock.Advance(span.Second)
	}
	_, err := a.Put(t.Context(), b, upload(ben.ID, "", "ben.txt", "x"), desk)
	Must(t, err)
	for _, size := range []int{1, 2, 3, 7, 50} {
		for health, want := range map[bool][]string{true: names, false: {"6.txt", "4.txt", "3.txt", "1.txt", "0.txt"}} {
			var got []string
			for _, d := range turned(t, size, func(last *client.Document, limit int) ([]client.Document, error) {
				f := client.DocumentFilter{Client: mia.ID, Health: health, Limit: limit}
				if last != nil {
					f.Before = last.ID
				}
				return a.List(t.Context(), b, f)
			}) {
				got = append(got, d.Name)
			}
			if !slices.Equal(got, want) {
				t.Errorf("in pages of %d, health %v: %v", size, health, got)
			}
		}
	}
}

func pagedReadings(t *testing.T, w *World) {
	ctx, b := t.Context(), w.Business(t, "mine")
	mia := w.create(t, b, client.Draft{Name: "Mia"})
	var cars []id.Subject
	for _, name := range []string{"Golf", "Polo"} {
		car, err := w.Registry.AddSubject(ctx, b, mia.ID, client.SubjectVehicle, name, desk)
		Must(t, err)
		cars = append(cars, car.ID)
	}
	const days = 25
	for i := range days { // two of a day, now and then
		for _, kind := range []string{client.ReadingMileage, "weight_kg"} {
			_, err := w.Registry.AddReading(ctx, b, mia.ID, client.Reading{
				Subject: cars[0], Kind: kind, Value: float64(1000 + i), Day: span.Date{Year: 2026, Month: 1, Day: 1 + i/2}, Source: client.SourceStaff, Actor: desk,
			})
			Must(t, err)
			w.Clock.Advance(span.Second)
		}
	}
	for _, size := range []int{1, 7, 2 * days, 100} {
		for kind, want := range map[string]int{"": 2 * days, "weight_kg": days, "none": 0} {
			got := turned(t, size, func(last *client.Reading, limit int) ([]client.Reading, error) {
				f := client.ReadingFilter{Subject: cars[0], Kind: kind, Limit: limit}
				if last != nil {
					f.AfterKind, f.AfterDay, f.AfterID = last.Kind, last.Day, last.ID
				}
				return w.Registry.ListReadings(ctx, b, mia.ID, f, desk)
			})
			if len(got) != want {
				t.Errorf("%q in pages of %d: %d", kind, size, len(got))
			}
			for i := 1; i < len(got); i++ {
				if got[i-1].Kind == got[i].Kind && got[i-1].Value != got[i].Value+1 || got[i-1].Kind > got[i].Kind {
					t.Errorf("in pages of %d %+v comes before %+v", size, got[i-1], got[i])
				}
			}
		}
	}
	sheet, err := w.again(t).Sheet(ctx, b, mia.ID, desk, client.ReadCard, false)
	Must(t, err)
	if n := len(sheet.Readings); n != 40 || sheet.Readings[0].Value != 1005 || sheet.Readings[19].Value != 1024 || sheet.Readings[20].Kind != "weight_kg" {
		t.Errorf("the card shows %d: %+v", n, sheet.Readings)
	}
	if _, err := w.Registry.ListReadings(ctx, b, mia.ID, client.ReadingFilter{Subject: "none", Limit: 5}, desk); err == nil {
		t.Error("a subject that is not there has readings")
	}
	if got, err := w.Registry.ListReadings(ctx, b, mia.ID, client.ReadingFilter{Subject: cars[1], Limit: 5}, desk); err != nil || len(got) != 0 {
		t.Errorf("the other car has %v, %v", got, err)
	}
}

func pagedHistory(t *testing.T, w *World) {
	ctx, b := t.Context(), w.Business(t, "mine")
	mia := w.create(t, b, client.Draft{Name: "Mia"})
	for i := range 9 { // the two sides, three at one instant: these in any order, but always in the same
		value, source := fmt.Sprint(i), client.SourceStaff
		if i%2 == 1 {
			source = client.SourceForm
		}
		learn(t, w, b, mia.ID, client.Learned{Key: "likes", Value: word(value), Source: source, Actor: desk})
		if i%3 == 2 {
			w.Clock.Advance(span.Second)
		}
	}
	learn(t, w, b, mia.ID, client.Learned{Key: "conditions", Value: word("asthma"), Source: client.SourceForm})
	var whole []string
	for _, size := range []int{50, 9, 4, 2, 1} {
		var got []string
		for _, f := range turned(t, size, func(last *client.Fact, limit int) ([]client.Fact, error) {
			f := client.FactFilter{Key: "likes", Limit: limit}
			if last != nil {
				f.BeforeAt, f.BeforeID = last.At, last.ID
			}
			return w.again(t).FactHistory(ctx, b, mia.ID, f, desk)
		}) {
			got = append(got, f.Value.Text)
		}
		if whole == nil {
			whole = got
		}
		if !slices.Equal(got, whole) {
			t.Errorf("in pages of %d: %v, in one %v", size, got, whole)
		}
	}
	for i, three := range []string{"678", "345", "012"} {
		if len(whole) != 9 || strings.Join(slices.Sorted(slices.Values(whole[3*i:3*i+3])), "") != three {
			t.Fatalf("the newest are not first: %v", whole)
		}
	}
	for health, want := range map[bool]int{true: 1, false: 0} {
		got, err := w.Registry.FactHistory(ctx, b, mia.ID, client.FactFilter{Key: "conditions", Health: health, Limit: 5}, desk)
		if err != nil || len(got) != want {
			t.Errorf("health %v: %+v, %v", health, got, err)
		}
	}
}

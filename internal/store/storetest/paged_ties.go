package storetest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/account"
	"kept/booking"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/plan"
	"kept/span"
	"kept/visitor"
)

// walked is a list as it is read in pages.
type walked[T any] struct {
	name   func(T) string
	read   func(last *T, limit int) ([]T, error) // behind the last one; nil from the beginning
	behind func(n int)                           // writes something that stands before what was read
}

// walk reads the list in pages of any size: it gives everything once, in the
// order of the whole, also when something is written behind the reader.
func (p walked[T]) walk(t *testing.T, most int) []string {
	t.Helper()
	names := func(list []T) (out []string) {
		for _, one := range list {
			out = append(out, p.name(one))
		}
		return out
	}
	var whole []string
	for size := range most {
		all, err := p.read(nil, 200)
		Must(t, err)
		if whole = names(all); len(all) < 2 || len(whole) != len(slices.Compact(slices.Sorted(slices.Values(whole)))) {
			t.Fatalf("at once it is %v", whole)
		}
		got := turned(t, size+1, func(last *T, limit int) ([]T, error) {
			page, err := p.read(last, limit)
			if p.behind != nil && last == nil {
				p.behind(size)
			}
			return page, err
		})
		if d := cmp.Diff(whole, names(got)); d != "" {
			t.Errorf("in pages of %d (-at once +in pages):\n%s", size+1, d)
		}
	}
	return whole
}

func pagedMerges(t *testing.T, w *World) {
	ctx, b := t.Context(), w.Business(t, "mine")
	mia := w.create(t, b, client.Draft{Name: "Mia"})
	join := func(n int) {
		other := w.create(t, b, client.Draft{Name: fmt.Sprint("Other ", n)})
		w.Clock.Advance(span.Second)
		_, err := w.Merger().Merge(ctx, b, other.ID, mia.ID, desk)
		Must(t, err)
	}
	for n := range 6 {
		join(n)
	}
	list := func(standing bool) func(last *client.Merge, limit int) ([]client.Merge, error) {
		return func(last *client.Merge, limit int) ([]client.Merge, error) {
			f := client.MergeFilter{Client: mia.ID, Standing: standing, Limit: limit}
			if last != nil {
				f.Before = last.ID
			}
			return w.Merger().List(ctx, b, f)
		}
	}
	all, err := list(false)(nil, 3)
	Must(t, err)
	_, err = w.Merger().Undo(ctx, b, all[1].ID, desk)
	Must(t, err)
	name := func(m client.Merge) string { return string(m.ID) }
	got := walked[client.Merge]{name, list(false), func(n int) { join(100 + n) }}.walk(t, 8)
	if !slices.Contains(got, string(all[1].ID)) || len(got) < 6 {
		t.Errorf("of all there are %v", got)
	}
	if got := (walked[client.Merge]{name, list(true), nil}).walk(t, 8); slices.Contains(got, string(all[1].ID)) {
		t.Errorf("%s was undone and stands among %v", all[1].ID, got)
	}
}

func pagedTwins(t *testing.T, w *World) {
	ctx, b := t.Context(), w.Business(t, "mine")
	mia := w.create(t, b, client.Draft{Name: "Mia Miller", Phone: "+4930111111", Email: "mia@example.com"})
	for n := range 4 {
		w.create(t, b, client.Draft{Name: fmt.Sprint("Phone ", n), Phone: "+4930111111"})
		w.create(t, b, client.Draft{Name: fmt.Sprint("Mail ", n), Email: "mia@example.com"})
		w.create(t, b, client.Draft{Name: "Mia Miller"})
		w.create(t, b, client.Draft{Name: []string{"Mia Müller", "Mia Millers", "Miia Miller", "Mia Milller"}[n]})
	}
	both := w.create(t, b, client.Draft{Name: "mia miller", Phone: "+4930111111", Email: "mia@example.com"})
	w.create(t, b, client.Draft{Name: "Nobody else", Phone: "+4930999999"})
	w.Index(t)
	list := func(of id.Client) func(last *client.Twin, limit int) ([]client.Twin, error) {
		return func(last *client.Twin, limit int) ([]client.Twin, error) {
			f := client.TwinFilter{Of: of, Limit: limit}
			if last != nil {
				f.After = last.Spot()
			}
			got, more, err := w.Merger().Twins(ctx, b, f, desk)
			if more && len(got) != limit {
				t.Errorf("%d of %d, and more", len(got), limit)
			}
			return got, err
		}
	}
	name := func(p client.Twin) string { return fmt.Sprintf("%s %s %s %v", p.Why, p.A.ID, p.B.ID, p.Near) }
	walked[client.Twin]{name, list(mia.ID), nil}.walk(t, 20)
	walked[client.Twin]{name, list(""), nil}.walk(t, 60)
	whole, err := list("")(nil, 100)
	Must(t, err)
	at := slices.IndexFunc(whole, func(p client.Twin) bool { return p.Why == client.TwinEmail })
	for n := range 2 { // behind who has read those with a number in common
		w.create(t, b, client.Draft{Name: fmt.Sprint("New ", n), Phone: "+4930777777"})
	}
	rest, err := list("")(&whole[at], 100)
	if d := cmp.Diff(whole[at+1:], rest); err != nil || d != "" {
		t.Errorf("%v (-before +after):\n%s", err, d)
	}
	count := map[string]int{}
	got, err := list(mia.ID)(nil, 100)
	Must(t, err)
	for i, p := range got {
		count[fmt.Sprint(p.Why, p.Near)]++
		if p.A.ID != mia.ID || p.Likely <= 0 && p.Why == client.TwinName || i > 0 && got[i-1].Near && got[i-1].Likely < p.Likely {
			t.Errorf("%+v", p)
		}
		if p.B.ID == both.ID && p.Why != client.TwinPhone {
			t.Errorf("who has all in common is told as %s", p.Why)
		}
	}
	if count["emailfalse"] != 4 || count["namefalse"] != 4 || count["nametrue"] < 2 || count["phonefalse"] < 5 {
		t.Errorf("of one card there are %v", count)
	}
	ben := account.Principal{Kind: account.KindUser, ID: "ben", Business: b, Role: account.Staff, Staff: "ben", Reach: account.ReachOwn}
	if got, _, err := w.Merger().Twins(account.Enclose(ctx, ben), b, client.TwinFilter{Limit: 2}, desk); err != nil || len(got) != 0 {
		t.Errorf("out of reach are %+v, %v", got, err)
	}
}

func pagedRelations(t *testing.T, w *World) {
	p := newPorch(t, w)
	ctx, b := t.Context(), w.Business(t, "mine")
	mia := w.create(t, b, client.Draft{Name: "Mia"})
	relate := func(guardian, of id.Client) { Must(t, p.Door.Relate(ctx, b, guardian, of, desk)) }
	for n := range 7 {
		other := w.create(t, b, client.Draft{Name: fmt.Sprint("Other ", n)})
		if n%2 == 0 {
			relate(mia.ID, other.ID)
		}
		if n%3 == 0 { // each answers for the other
			relate(other.ID, mia.ID)
		}
	}
	list := func(last *visitor.Relation, limit int) ([]visitor.Relation, error) {
		var spot visitor.RelationSpot
		if last != nil {
			spot = last.Spot(mia.ID)
		}
		return p.Door.Relations(ctx, b, mia.ID, spot, limit)
	}
	got := walked[visitor.Relation]{func(r visitor.Relation) string { return string(r.Guardian + " " + r.Of) }, list, nil}.walk(t, 9)
	if len(got) != 7 {
		t.Errorf("%d relations: %v", len(got), got)
	}
	all, err := list(nil, 4)
	Must(t, err)
	relate(mia.ID, w.create(t, b, client.Draft{Name: "Late"}).ID) // behind whoever reads the guardians
	rest, err := list(&visitor.Relation{Guardian: id.Client("x"), Of: mia.ID}, 9)
	if Must(t, err); len(rest) != 3 || all[3].Guardian != mia.ID || rest[0].Of != mia.ID {
		t.Errorf("guardians are %+v", rest)
	}
	one, err := p.Door.Relation(ctx, b, all[0].Guardian, all[0].Of)
	if Must(t, err); one != all[0] {
		t.Errorf("found %+v, want %+v", one, all[0])
	}
	_, err = p.Door.Relation(ctx, b, mia.ID, "nobody")
	WantCode(t, err, fault.CodeNotFound)
}

func pagedTimeline(t *testing.T, s *Shop) {
	ctx := t.Context()
	b := s.Book(t, s.Cut(Tomorrow(10, 0), "ada", "mia"))
	bring := func(days int) {
		Must(t, s.Desk.Import(ctx, s.Owner, []booking.Imported{{
			Client: b.Client, Lines: []booking.Line{{Service: "cut", Staff: "ben"}}, Location: Main,
			Start: Tomorrow(10, 0) - span.Instant(days)*span.Day, Status: booking.Completed,
		}}))
	}
	for n := range 9 {
		bring(10 * (n + 1))
	}
	subject, err := s.Registry.AddSubject(ctx, s.ID, b.Client, client.SubjectPet, "Rex", event.System())
	Must(t, err)
	first := span.Date{Year: 2026, Month: 11, Day: 24}
	for n, whom := range []id.Subject{"", subject.ID, ""} {
		_, err := s.Plans.Create(ctx, s.ID, plan.Draft{Client: b.Client, Subject: whom, Service: []id.Service{"colour", "colour", "cut"}[n], Due: first.AddDays(n / 2)}, event.System())
		Must(t, err)
	}
	list := func(last *plan.Entry, limit int) ([]plan.Entry, error) {
		var spot plan.Spot
		if last != nil {
			spot = last.Spot()
		}
		return s.Plans.Timeline(ctx, s.ID, b.Client, spot, limit)
	}
	name := func(e plan.Entry) string {
		if e.Visit != nil {
			return fmt.Sprint(e.State, e.Day, e.Visit.Booking)
		}
		return fmt.Sprint(e.State, e.Day, e.Item.ID)
	}
	got := walked[plan.Entry]{name, list, func(n int) { bring(200 + n) }}.walk(t, 14)
	if len(got) < 12 {
		t.Errorf("there are %v", got)
	}
}

// mergeBounds refuses to make a card that holds more than one can.
func mergeBounds(t *testing.T, s *Shop) {
	ctx := t.Context()
	mia, leo := s.create(t, s.ID, client.Draft{Name: "Mia"}), s.create(t, s.ID, client.Draft{Name: "Leo"})
	for n := range client.MostSubjects {
		_, err := s.Registry.AddSubject(ctx, s.ID, []id.Client{mia.ID, leo.ID}[n%2], client.SubjectPet, fmt.Sprint("pet ", n), desk)
		Must(t, err)
	}
	one, err := s.Registry.AddSubject(ctx, s.ID, leo.ID, client.SubjectPet, "one more", desk)
	Must(t, err)
	_, err = s.Merger().Merge(ctx, s.ID, leo.ID, mia.ID, desk)
	WantCode(t, err, fault.CodeInvalid)
	Must(t, s.Registry.RemoveSubject(ctx, s.ID, leo.ID, one.ID, desk))
	_, err = s.Merger().Merge(ctx, s.ID, leo.ID, mia.ID, desk)
	Must(t, err)
	if list, err := s.Registry.Subjects(ctx, s.ID, mia.ID); err != nil || len(list) != client.MostSubjects {
		t.Errorf("the card holds %d, %v", len(list), err)
	}
}

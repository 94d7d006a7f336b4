package client_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

func text(s string) client.Value { return client.Value{Kind: client.ValueText, Text: s} }

func TestLearn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		said client.Learned
		want string // "field rule" of what is wrong; else the value that is kept
	}{
		{"text", client.Learned{Key: "likes", Value: text(" tea "), Source: "form"}, "tea"},
		{"number", client.Learned{Key: "shoe", Value: client.Value{Kind: "number", Text: "+42.50"}, Source: "form"}, "42.5"},
		{"minus nothing", client.Learned{Key: "shoe", Value: client.Value{Kind: "number", Text: "-0"}, Source: "form"}, "0"},
		{"no number", client.Learned{Key: "shoe", Value: client.Value{Kind: "number", Text: "NaN"}, Source: "form"}, "value format"},
		{"too much", client.Learned{Key: "shoe", Value: client.Value{Kind: "number", Text: "1e300"}, Source: "form"}, "value format"},
		{"date", client.Learned{Key: "birth_date", Value: client.Value{Kind: "date", Text: "1990-02-28"}, Source: "form"}, "1990-02-28"},
		{"no date", client.Learned{Key: "birth_date", Value: client.Value{Kind: "date", Text: "1990-02-30"}, Source: "form"}, "value format"},
		{"not its kind", client.Learned{Key: "birth_date", Value: text("1990"), Source: "form"}, "kind type"},
		{"yes", client.Learned{Key: "smokes", Value: client.Value{Kind: "yes_no", Text: "yes"}, Source: "form"}, "yes"},
		{"maybe", client.Learned{Key: "smokes", Value: client.Value{Kind: "yes_no", Text: "maybe"}, Source: "form"}, "value format"},
		{"choice", client.Learned{Key: "hair_length", Value: client.Value{Kind: "choice", Text: "long"}, Source: "form"}, "long"},
		{"no choice", client.Learned{Key: "hair_length", Value: client.Value{Kind: "choice", Text: "bald"}, Source: "form"}, "value unknown"},
		{"own choice", client.Learned{Key: "drink", Value: client.Value{Kind: "choice", Text: "茶"}, Source: "form"}, "茶"},
		{"own key", client.Learned{Key: "Own Key", Value: text("x"), Source: "form"}, "key format"},
		{"no kind", client.Learned{Key: "x", Value: client.Value{Kind: "colour", Text: "x"}, Source: "form"}, "kind unknown"},
		{"text of no kind", client.Learned{Key: "x", Value: client.Value{Text: "x"}, Source: "form"}, "value type"},
		{"no source", client.Learned{Key: "x", Value: text("x"), Source: "rumour"}, "source unknown"},
		{"no class", client.Learned{Key: "x", Value: text("x"), Source: "form", Class: "secret"}, "class unknown"},
		{"no side", client.Learned{Key: "x", Value: text("x"), Source: "form", Side: "mother"}, "side unknown"},
		{"NUL", client.Learned{Key: "x", Value: text("a\x00"), Source: "form"}, "value format"},
		{"nothing", client.Learned{Key: "x", Value: text(" "), Source: "form"}, "value required"},
	} {
		r, m := newMemory(client.Client{Name: "Mia"})
		err := r.Learn(t.Context(), "b", "c1", []client.Learned{c.said})
		got := wrong(err)
		if err == nil {
			got = m.facts[0].Value.Text
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	r, _ := newMemory(client.Client{Name: "Mia"})
	if err := r.Learn(t.Context(), "b", "c1", []client.Learned{{Subject: "s9", Key: "x", Value: text("x"), Source: "form"}}); !fault.Is(err, fault.CodeNotFound) {
		t.Errorf("of a subject that is not there: %v", err)
	}
	if err := r.Learn(t.Context(), "b", "c9", []client.Learned{{Key: "x", Value: text("x"), Source: "form"}}); !fault.Is(err, fault.CodeNotFound) {
		t.Errorf("of a client who is not there: %v", err)
	}
}

// TestLearnOfAVisit: what is told for a visit is of whom or what the visit is
// for, unless only clients have it.
func TestLearnOfAVisit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		kind, key  string
		visit, has id.Subject
	}{
		{"a child's hair", client.SubjectChild, "size", "s1", "s1"},
		{"a car's engine", client.SubjectVehicle, "engine", "s1", "s1"},
		{"an owner's own key", client.SubjectVehicle, "roof_box", "s1", "s1"},
		{"where they heard of us", client.SubjectVehicle, "source", "s1", ""},
		{"no such visit", client.SubjectVehicle, "engine", "", ""},
		{"a subject that is gone", client.SubjectVehicle, "engine", "s9", ""},
	} {
		r, m := newMemory(client.Client{Name: "Mia"})
		m.subjects = []client.Subject{{ID: "s1", Client: "c1", Kind: c.kind, Name: "x", Version: 1}}
		err := r.Learn(t.Context(), "b", "c1", []client.Learned{{Visit: c.visit, Key: c.key, Value: text("a"), Source: "form"}})
		if err != nil || len(m.facts) != 1 || m.facts[0].Subject != c.has {
			t.Errorf("%s: %v, %+v", c.name, err, m.facts)
		}
	}
}

// TestKeysMeanTheSame: a fact's name has one kind and one set of values
// wherever it stands, so that a question can be held against all at once.
func TestKeysMeanTheSame(t *testing.T) {
	t.Parallel()
	all := client.AllKeys()
	for _, subject := range append([]string{""}, client.SubjectKinds()...) {
		for _, k := range client.Keys(subject) {
			i := slices.IndexFunc(all, func(o client.Key) bool { return o.Name == k.Name })
			if i < 0 || all[i].Kind != k.Kind || !slices.Equal(all[i].Choices, k.Choices) || all[i].Class != k.Class {
				t.Errorf("%s of %q is another one elsewhere", k.Name, subject)
			}
		}
	}
}

func TestBothSidesAreKept(t *testing.T) {
	t.Parallel()
	r, m := newMemory(client.Client{Name: "Mia"})
	learn := func(source, key, value string) {
		t.Helper()
		err := r.Learn(t.Context(), "b", "c1", []client.Learned{{Key: key, Value: text(value), Source: source, Actor: staff}})
		if err != nil {
			t.Fatal(err)
		}
	}
	ledger := func() client.Ledger {
		l, err := r.Ledger(t.Context(), "b", "c1", true)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	holds := func() string { f, _ := ledger().Get("", "allergies"); return f.Value.Text }

	learn("form", "allergies", "nuts")
	learn("form", "allergies", "nuts")
	if len(m.facts) != 1 || len(m.parts) != 1 || holds() != "nuts" {
		t.Fatalf("said twice: %+v, told %v", m.facts, m.parts)
	}
	learn("staff", "allergies", "none")
	c := ledger().Conflicts()
	if len(c) != 1 || c[0].Client.Value != text("nuts") || c[0].Staff.Value != text("none") || holds() != "none" {
		t.Fatalf("conflicts are %+v, %q holds", c, holds())
	}
	if w := ledger().Warnings(); len(w) != 2 {
		t.Errorf("while nobody has decided both warn: %+v", w)
	}
	if err := r.Settle(t.Context(), "b", "c1", c[0].Client.ID, true, staff); err != nil {
		t.Fatal(err)
	}
	if len(ledger().Conflicts()) != 0 || holds() != "nuts" || len(ledger().Warnings()) != 1 {
		t.Errorf("settled: %+v, %q holds", ledger().Conflicts(), holds())
	}
	// The desk says something new.
	learn("staff", "allergies", "nuts and milk")
	if len(ledger().Conflicts()) != 1 || holds() != "nuts and milk" {
		t.Errorf("a new word of the staff: %+v, %q holds", ledger().Conflicts(), holds())
	}
	// And takes it back: what the client said holds again.
	if err := r.Learn(t.Context(), "b", "c1", []client.Learned{{Key: "allergies", Source: "staff"}}); err != nil || holds() != "nuts" {
		t.Errorf("%q holds, %v", holds(), err)
	}
	history, err := r.FactHistory(t.Context(), "b", "c1", client.FactFilter{Key: "allergies", Health: true, Limit: 50}, staff)
	if err != nil || len(history) != 4 || !history[0].Value.None() || len(m.reads) != 1 {
		t.Errorf("history is %+v, %v", history, err)
	}
	if err := r.Settle(t.Context(), "b", "c1", "f9", true, staff); !fault.Is(err, fault.CodeNotFound) {
		t.Errorf("settled by nothing: %v", err)
	}
}

func TestWhatWasGuardedStaysGuarded(t *testing.T) {
	t.Parallel()
	r, m := newMemory(client.Client{Name: "Mia"})
	for _, l := range []client.Learned{
		{Key: "conditions", Value: text("asthma"), Source: "form", Class: client.ClassPlain},
		{Key: "own", Value: text("a"), Source: "form", Class: client.ClassHealth},
		{Key: "own", Value: text("b"), Source: "staff", Class: client.ClassPlain},
	} {
		if err := r.Learn(t.Context(), "b", "c1", []client.Learned{l}); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range m.facts {
		if f.Class != client.ClassHealth {
			t.Errorf("%s is %s", f.Key, f.Class)
		}
	}
	l, err := r.Ledger(t.Context(), "b", "c1", false)
	if err != nil || len(l.All()) != 0 {
		t.Errorf("without the right there is %+v, %v", l.All(), err)
	}
	if all, _ := r.Ledger(t.Context(), "b", "c1", true); len(all.Known("")) != 0 {
		t.Errorf("rules know %v", all.Known(""))
	}
}

func TestKnown(t *testing.T) {
	t.Parallel()
	l := client.NewLedger([]client.Fact{
		{Key: "age", Side: "client", Value: client.Value{Kind: "number", Text: "41"}},
		{Key: "hair", Side: "client", Value: client.Value{Kind: "number", Text: "41.5"}},
		{Key: "smokes", Side: "client", Value: client.Value{Kind: "yes_no", Text: "no"}},
		{Key: "likes", Side: "staff", Value: text("tea")},
		{Key: "gone", Side: "staff"},
		{Key: "model", Subject: "s1", Side: "staff", Value: text("Golf")},
		{Key: "birth_date", Side: "staff", Value: client.Value{Kind: "date", Text: "1990-03-01"}},
	})
	want := map[string]any{"age": int64(41), "hair": 41.5, "smokes": false, "likes": "tea", "birth_date": "1990-03-01"}
	got := l.Known("")
	for k, v := range want {
		if got[k] != v {
			t.Errorf("%s is %v, want %v", k, got[k], v)
		}
	}
	if len(got) != len(want) || l.Known("s1")["model"] != "Golf" || l.Known("s2") != nil {
		t.Errorf("known are %v", got)
	}
	for day, want := range map[string]int{"2020-02-29": 29, "2020-03-01": 30, "1990-03-01": 0} {
		d, _ := span.ParseDate(day)
		if age, ok := l.Age("", d); !ok || age != want {
			t.Errorf("on %s the age is %d, %v", day, age, ok)
		}
	}
	if _, ok := l.Age("s1", span.Date{Year: 2020, Month: 1, Day: 1}); ok {
		t.Error("a car without a birth date has an age")
	}
}

// TestSidesAndConflicts: whatever the sides say and the desk decides, each side
// has one word at most, there is a conflict only where both differ and none
// was overruled, settling ends it in favour of what was chosen, and nothing
// that was said is lost.
func TestSidesAndConflicts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ctx := t.Context()
		r, m := newMemory(client.Client{Name: "Mia"})
		words := map[string]client.Value{}
		said := 0
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			side := rapid.SampledFrom([]string{client.SideClient, client.SideStaff}).Draw(t, "side")
			if rapid.IntRange(0, 3).Draw(t, "act") > 0 {
				value := client.Value{}
				if word := rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "word"); word != "" {
					value = text(word)
				}
				if words[side] != value {
					said++
				}
				words[side] = value
				err := r.Learn(ctx, "b", "c1", []client.Learned{{Key: "k", Value: value, Side: side, Source: "form", Actor: event.System()}})
				if err != nil {
					t.Fatal(err)
				}
			} else if l, _ := r.Ledger(ctx, "b", "c1", false); len(l.Conflicts()) > 0 {
				keep := l.Conflicts()[0].Client
				if side == client.SideStaff {
					keep = l.Conflicts()[0].Staff
				}
				if err := r.Settle(ctx, "b", "c1", keep.ID, false, staff); err != nil {
					t.Fatal(err)
				}
				after, _ := r.Ledger(ctx, "b", "c1", false)
				if f, _ := after.Get("", "k"); f.ID != keep.ID || len(after.Conflicts()) != 0 {
					t.Fatalf("chosen was %+v, %+v holds", keep, f)
				}
			}
			check(t, r, words)
			if len(m.facts) != said {
				t.Fatalf("%d were said, %d are kept", said, len(m.facts))
			}
		}
	})
}

func check(t *rapid.T, r *client.Registry, words map[string]client.Value) {
	l, err := r.Ledger(t.Context(), "b", "c1", false)
	if err != nil {
		t.Fatal(err)
	}
	var sides []string
	for _, f := range l.All() {
		sides = append(sides, f.Side)
		if words[f.Side] != f.Value {
			t.Fatalf("the %s says %v, the card %v", f.Side, words[f.Side], f.Value)
		}
	}
	if len(sides) != len(slices.Compact(slices.Sorted(slices.Values(sides)))) {
		t.Fatalf("sides are %v", sides)
	}
	holding := l.Holding()
	if (len(holding) == 0) != (len(sides) == 0) || len(holding) > 1 {
		t.Fatalf("of %v hold %+v", sides, holding)
	}
	if len(l.Conflicts()) > 0 && words[client.SideClient] == words[client.SideStaff] {
		t.Fatalf("both say %v and there is a conflict", words)
	}
}

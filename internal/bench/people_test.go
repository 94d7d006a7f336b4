package bench

import (
	"slices"
	"testing"
)

func TestWordsAreLatin(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"Анна Щербаковова": {"ana", "shcherbakovova"}, "Jürgen Müllermann": {"jurgen", "mulerman"}, "王小明": {"王小明"},
		"bagode.471": {"bagode", "471"}, "": nil,
	} {
		if got := words(text); !slices.Equal(got, want) {
			t.Errorf("words(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestSlips(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		word, of string
		anywhere bool
		want     int
	}{
		{"ivan", "ivanov", false, 0},
		{"ivnaov", "ivanov", false, 1},
		{"kuznetzov", "kuznetsov", false, 1},
		{"anov", "ivanov", false, 2},
		{"anov", "ivanov", true, 0},
		{"4711", "491512471199", true, 0},
		{"x", "", false, 1},
		{"", "ivan", false, 0},
	} {
		if got := slips(test.word, test.of, test.anywhere); got != test.want {
			t.Errorf("slips(%q, %q, %t) = %d, want %d", test.word, test.of, test.anywhere, got, test.want)
		}
	}
}

func TestWhomAQueryMeans(t *testing.T) {
	t.Parallel()
	ivanov := person{"Пётр Иванов", "zede.12@example.com", "+491512345678"}
	for typed, want := range map[string]struct{ sure, may bool }{
		"ivanov pet": {true, true}, "ivan": {true, true}, "ivnaov": {false, true}, "5678": {true, true}, "1234": {false, true},
		"ivan pet": {false, true}, "petrov": {false, false}, "mueller": {false, false}, "王": {false, false}, "zed": {true, true},
	} {
		q := query{typed: typed}
		if q.sure(ivanov) != want.sure || q.may(ivanov) != want.may {
			t.Errorf("%q: sure %t, may %t; want %v", typed, q.sure(ivanov), q.may(ivanov), want)
		}
	}
	if q := (query{typed: "ivnaov", means: "ivanov"}); !q.sure(ivanov) {
		t.Error("a slip is not seen through")
	}
}

// The town is the same each time, and everybody in it is somebody else.
func TestDrawnPeople(t *testing.T) {
	t.Parallel()
	all := drawPeople(5000)
	if !slices.Equal(all, drawPeople(5000)) {
		t.Error("people are drawn differently each time")
	}
	seen := map[person]bool{}
	for _, p := range all {
		seen[p] = true
	}
	if len(seen) != len(all) {
		t.Errorf("%d of %d people are different", len(seen), len(all))
	}
	for _, q := range queries()[:4] {
		if !slices.ContainsFunc(all, q.sure) {
			t.Errorf("nobody is meant by %q", q.typed)
		}
	}
}

// Requests of W13 come at the pace of what they are counted as.
func TestDeeds(t *testing.T) {
	t.Parallel()
	sum, count := 0, [deeds]int{}
	for i := range 4 * sealRound {
		what, before := deedOf(i)
		if before != sum {
			t.Fatalf("before request %d there are %d operations, want %d", i, before, sum)
		}
		count[what]++
		sum++
		if what == toList {
			sum += sealList - 1
		}
	}
	if count != [deeds]int{toRead: 46, toList: 4, toWrite: 2} {
		t.Errorf("deeds: %v", count)
	}
}

package calsync

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/span"
)

func TestStatus(t *testing.T) {
	t.Parallel()
	const now = 100 * span.Day
	for _, c := range []struct {
		name  string
		state State
		want  Status
	}{
		{"never asked", State{}, New},
		{"never answered", State{Failing: now - span.Minute}, Failing},
		{"never answered, for long", State{Failing: now - span.Day}, Stale},
		{"answers", State{LastOK: now - span.Minute}, Fresh},
		{"answered long ago", State{LastOK: now - 3*span.Hour}, Stale},
		{"has begun to fail", State{LastOK: now - span.Hour, Failing: now - span.Minute}, Failing},
		{"fails for long", State{LastOK: now - 3*span.Hour, Failing: now - 2*span.Hour}, Stale},
	} {
		l := Link{StaleAfter: 2 * span.Hour, State: c.state}
		if got := l.Status(now); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

// TestRowsStayTheSame cuts an absence of days; while the window moves on, its
// rows that are not over stay as they were.
func TestRowsStayTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lanes := []availability.Lane{{Kind: availability.StaffLane, ID: "a"}, {Kind: availability.StaffLane, ID: "b"}}
		start := 20_000*span.Day + span.Instant(rapid.Int64Range(0, int64(30*span.Day)).Draw(t, "start"))
		absence := span.Span{Start: start, End: start + span.Instant(rapid.Int64Range(1, int64(20*span.Day)).Draw(t, "length"))}
		now := start - span.Instant(rapid.Int64Range(0, int64(span.Day)).Draw(t, "before"))
		later := now + span.Instant(rapid.Int64Range(0, int64(20*span.Day)).Draw(t, "later"))
		first, all := rowsOf(lanes, span.SetOf(absence.Intersect(window(now, horizon))))
		second, all2 := rowsOf(lanes, span.SetOf(absence.Intersect(window(later, horizon))))
		if !all || !all2 {
			t.Fatal("cut off")
		}
		covered := map[availability.Lane]span.Instant{}
		for _, r := range first {
			if r.Length() <= 0 || r.Length() > span.Day {
				t.Fatalf("a row of %v", r.Length().UTC())
			}
			covered[r.Lane] += r.Length()
		}
		for _, l := range lanes {
			if covered[l] != absence.Length() {
				t.Fatalf("%v covers %d of %d", l, covered[l], absence.Length())
			}
		}
		if touched := changed(later, differ(first, second), differ(second, first)); len(touched) != 0 {
			t.Fatalf("nothing changed, and %v are touched", touched)
		}
	})
}

func TestRowsAreBounded(t *testing.T) {
	t.Parallel()
	var busy span.Set
	for i := range 3 * mostRows {
		busy = append(busy, span.Span{Start: span.Instant(2*i) * span.Minute, End: span.Instant(2*i+1) * span.Minute})
	}
	rows, all := rowsOf([]availability.Lane{{Kind: availability.StaffLane, ID: "a"}}, busy)
	if all || len(rows) != mostRows {
		t.Errorf("%d rows, all %v", len(rows), all)
	}
}

func TestLanesOf(t *testing.T) {
	t.Parallel()
	all := &catalog.Catalog{
		Business:  catalog.Business{Zone: "Europe/Berlin"},
		Locations: []*catalog.Location{{ID: "main", Zone: "Asia/Tokyo"}, {ID: "old", Archived: true}, {ID: "branch"}},
		Staff:     []*catalog.Staff{{ID: "ada"}, {ID: "gone", Archived: true}},
		Resources: []*catalog.Resource{{ID: "room", Units: 11}, {ID: "sold", Units: 1, Archived: true}},
	}
	show := func(o Owner) string {
		var out []string
		for _, l := range lanesOf(all, o) {
			out = append(out, string(l.Kind)+" "+l.ID)
		}
		return strings.Join(out, ", ")
	}
	for _, c := range []struct {
		owner Owner
		want  string
	}{
		{Owner{}, "place branch, place main"},
		{Owner{Location: "main"}, "place main"},
		{Owner{Location: "old"}, ""},
		{Owner{Staff: "ada"}, "staff ada"},
		{Owner{Staff: "gone"}, ""},
		{Owner{Staff: "nobody"}, ""},
		{Owner{Resource: "room"}, "unit room:1, unit room:10, unit room:11, unit room:2, unit room:3, unit room:4, unit room:5, unit room:6, unit room:7, unit room:8, unit room:9"},
		{Owner{Resource: "sold"}, ""},
	} {
		if diff := cmp.Diff(c.want, show(c.owner)); diff != "" {
			t.Errorf("%+v: %s", c.owner, diff)
		}
	}
	one, two := lanesOf(all, Owner{}), lanesOf(all, Owner{Location: "main"})
	if fingerprint(one, "UTC") == fingerprint(two, "UTC") || fingerprint(one, "UTC") == fingerprint(one, "Asia/Tokyo") ||
		fingerprint(one, "UTC") != fingerprint(lanesOf(all, Owner{}), "UTC") {
		t.Error("fingerprints do not tell lanes and zones apart")
	}
}

// TestJitter spreads links, within bounds, and the same each time.
func TestJitter(t *testing.T) {
	t.Parallel()
	seen := map[span.Instant]bool{}
	for i := range 200 {
		ref := Ref{ID: id.Derive[id.Link](time.Unix(0, 0), strconv.Itoa(i))}
		at := jitter(ref, 1, span.Hour)
		if at < 0 || at >= span.Hour || at != jitter(ref, 1, span.Hour) {
			t.Errorf("jitter of %v is %v", ref, at)
		}
		seen[at] = true
	}
	if len(seen) < 150 {
		t.Errorf("only %d different ones", len(seen))
	}
}

func TestTroubleWords(t *testing.T) {
	t.Parallel()
	cause := errors.New("why")
	trouble := &Trouble{Code: Timeout, Cause: cause, RetryAfter: time.Second}
	if trouble.Error() != "calendar: timeout: why" || !errors.Is(trouble, cause) || (&Trouble{Code: Several}).Error() != "calendar: several" {
		t.Error(trouble)
	}
	for _, c := range Codes() {
		if c.Down() && c.lasting() {
			t.Errorf("%s is both the server's trouble and somebody's to mend", c)
		}
	}
}

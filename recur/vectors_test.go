package recur_test

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/recur"
	"kept/span"
)

// vector is a published rule with what it gives.
type vector struct {
	name, rule, start string
	want              []string
}

func vectors(t *testing.T, file string) []vector {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var out []vector
	for s := bufio.NewScanner(f); s.Scan(); {
		part := strings.Split(s.Text(), " | ")
		if strings.HasPrefix(s.Text(), "#") || len(part) < 3 {
			continue
		}
		v := vector{name: part[0], rule: part[1], start: part[2]}
		if len(part) > 3 && part[3] != "" {
			v.want = strings.Split(part[3], ",")
		}
		out = append(out, v)
	}
	if len(out) < 40 {
		t.Fatalf("%s holds only %d vectors", file, len(out))
	}
	return out
}

// everything is a window that all of the vectors lie in.
func everything() span.Span {
	return span.Span{
		Start: span.At(time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)), End: span.At(time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)),
	}
}

// generated gives what the rule alone makes: the start only where the rule agrees.
func generated(t *testing.T, v vector) []string {
	t.Helper()
	start, err := recur.ParseLocal(v.start)
	if err != nil {
		t.Fatal(err)
	}
	rule, err := recur.Parse(v.rule)
	if err != nil {
		t.Fatal(err)
	}
	set := recur.Set{Start: start, Rules: []recur.Rule{rule}, AllDay: len(v.start) == len("20060102")}
	found, err := recur.Expand(set, time.UTC, everything(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, o := range found {
		s := o.Local.String()
		if set.AllDay {
			s = s[:len("20060102")]
		}
		out = append(out, s)
	}
	if len(out) > 0 && out[0] == v.start && (len(v.want) == 0 || v.want[0] != v.start && v.want[0] != "*") {
		out = out[1:] // undefined by the RFC: the libraries' rules leave such a start out, a set has it
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func TestLibical(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t, "testdata/libical.txt") {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			got := generated(t, v)
			if len(v.want) > 0 && v.want[0] == "*" {
				v.want = v.want[1:]
				got = got[max(0, len(got)-len(v.want)):]
			}
			if diff := cmp.Diff(v.want, got); diff != "" {
				t.Errorf("%s from %s:\n%s", v.rule, v.start, diff)
			}
		})
	}
}

func TestDateutil(t *testing.T) {
	t.Parallel()
	// Where the library leaves the RFC: what a rule does not say comes from
	// the start (3.3.10), so a week's number alone gives the start's weekday
	// or day, not all seven.
	departs := map[string]bool{"YearlyByWeekNo": true, "MonthlyByWeekNo": true, "WeeklyByWeekNo": true}
	refused := 0
	for _, v := range vectors(t, "testdata/dateutil.txt") {
		if departs[v.name] {
			continue
		}
		rule, err := recur.Parse(v.rule)
		if err != nil && strings.Contains(v.name, "NWeekDay") && !strings.Contains(v.rule, "=MONTHLY") && !strings.Contains(v.rule, "=YEARLY") {
			refused++ // the library drops the numbers, which the RFC forbids there
			continue
		}
		if err != nil {
			t.Errorf("%s: %s: %v", v.name, v.rule, err)
			continue
		}
		again, err := recur.Parse(rule.String())
		if diff := cmp.Diff(rule, again); diff != "" || err != nil {
			t.Errorf("%s: written and read again, %v:\n%s", v.rule, err, diff)
		}
		if diff := cmp.Diff(v.want, generated(t, v)); diff != "" {
			t.Errorf("%s: %s from %s:\n%s", v.name, v.rule, v.start, diff)
		}
	}
	if refused > 20 {
		t.Errorf("%d vectors were refused", refused)
	}
}

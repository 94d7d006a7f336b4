package bench

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A program that does everything right gets all its lines, every one of the form `name value unit`.
func TestRunMeasuresEveryWork(t *testing.T) {
	t.Parallel()
	var lines, notes strings.Builder
	cache := t.TempDir()
	if err := Run(t.Context(), options(t, "", cache), &lines, &notes); err != nil {
		t.Fatalf("%v\n%s", err, notes.String())
	}
	for _, name := range []string{
		"w1_http", "w1_cpu", "w2_http", "w3_http", "w4_http", "w4_cpu", "w4_client_cpu", "w5", "w5_p95", "w5_cpu", "w7_start", "w7_rss", "w7_anon",
		"w10", "w10_list_p99", "w10_book_p99", "w10_move_p99", "w10_rate", "w10_late", "w10_cpu",
		"w11_http", "w11_cpu", "w11_size", "w12_http", "w12_p95", "w12_cpu", "w13", "w13_age", "w13_cpu",
	} {
		if !regexp.MustCompile(`(?m)^` + name + `_sqlite [0-9.]+ [a-zA-Z/]+$`).MatchString(lines.String()) {
			t.Errorf("no line for %s in\n%s", name, lines.String())
		}
	}
	for _, line := range []string{"w6_sqlite 20 rounds_exactly_one\n", "w5_overlaps_sqlite 0 rows\n"} {
		if !strings.Contains(lines.String(), line) {
			t.Errorf("no line %q in\n%s", line, lines.String())
		}
	}
	if !strings.Contains(notes.String(), "w6_sqlite") || !strings.Contains(notes.String(), "filled 768 bookings") {
		t.Errorf("notes:\n%s", notes.String())
	}

	// The second time the filled database is taken from the cache.
	notes.Reset()
	o := options(t, "", cache)
	o.Works, o.Watch = []string{"w4"}, "echo $WORK $ENGINE >"+filepath.Join(cache, "watched")
	if err := Run(t.Context(), o, io.Discard, &notes); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(notes.String(), "filled") {
		t.Errorf("filled again:\n%s", notes.String())
	}
	if text, err := os.ReadFile(filepath.Join(cache, "watched")); string(text) != "w4 sqlite\n" {
		t.Errorf("the watcher saw %q, %v", text, err)
	}
}

// Each fault that the benchmark is there to find is found.
func TestRunFindsWrongAnswers(t *testing.T) {
	t.Parallel()
	for fault, test := range map[string]struct{ works, say string }{
		"hides a slot":         {"w1", "slot 0 is"},
		"double-books":         {"w6", "of 20 rounds only 0 had exactly one winner"},
		"stammers":             {"w6", "a loser hears"},
		"loses a booking":      {"w5", "was acknowledged and stands as"},
		"overlaps":             {"w5", "rows begin before another on their lane has ended"},
		"mixes clients":        {"w5", "clients, each has one"},
		"names another":        {"w5", "was answered with"},
		"forgets thanks":       {"w5", "has no thanks"},
		"forgets reminder_24h": {"w5", "reminder_24h of booking"},
		"delays reminder_3h":   {"w5", "reminder_3h of booking"},
		"forgets a screen":     {"w10", "screen 2 never heard of"},
		"tells twice":          {"w10", "times that"},
		"moves nothing":        {"w10", "was acknowledged for"},
		"forgets a fact":       {"w11", `"Nickel and latex" does not stand on the card`},
		"forgets a visit":      {"w11", "does not stand on the card"},
		"finds nobody":         {"w12", "who are meant"},
		"finds anybody":        {"w12", "whom nobody entered"},
		"forgets a reading":    {"w13", "the record had"},
		"never seals":          {"w13", "is in no block"},
		"verifies badly":       {"w13", "audit verify says"},
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			o := options(t, fault, "")
			o.Works = []string{test.works}
			err := Run(t.Context(), o, io.Discard, io.Discard)
			if !errors.Is(err, errWrong) || !strings.Contains(fmt.Sprint(err), test.say) {
				t.Errorf("Run = %v, want %q", err, test.say)
			}
		})
	}
}

func TestRunTellsWhatIsMissing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		o   Options
		say string
	}{
		"engine":  {Options{Engines: []string{"oracle"}}, `no engine "oracle", only postgres, sqlite`},
		"work":    {Options{Works: []string{"w99"}}, `no work "w99", only w1, w10, w11`},
		"program": {Options{Engines: []string{"sqlite"}, Bin: "/no/such/program"}, "no such file"},
		"server":  {Options{Engines: []string{"sqlite"}, Bin: script(t, "echo down for good >&2; exit 3")}, "down for good"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := Run(t.Context(), test.o, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), test.say) {
				t.Errorf("Run = %v, want %q", err, test.say)
			}
		})
	}
}

// options are those of a short run on SQLite of the fake with a fault.
func options(t *testing.T, fault, cache string) Options {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Options{
		Short: true, Engines: []string{"sqlite"}, Cache: cache,
		Bin: script(t, fmt.Sprintf("export %s='%s'; exec '%s' \"$@\"", faultVariable, fault, self)),
	}
}

// script is a program in POSIX shell.
func script(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return file
}

// The program itself gives the right answers, in words that the benchmark understands.
func TestTheProgramAnswersRightly(t *testing.T) {
	t.Parallel()
	var lines, notes strings.Builder
	if err := Run(t.Context(), Options{Short: true, Engines: []string{"sqlite"}, Bin: built(t)}, &lines, &notes); err != nil {
		t.Fatalf("%v\n%s%s", err, lines.String(), notes.String())
	}
}

// built is the program itself.
func built(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "kept")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "kept/cmd/kept").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}

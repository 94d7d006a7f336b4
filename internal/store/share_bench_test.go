package store_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/pprof"
	"strconv"
	"testing"

	"kept/client"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/span"
)

// BenchmarkSealingShare makes public bookings, each for somebody new who leaves a name, both contacts and a note,
// and tells which share of the processor time went into encryption: sealing, keys, blind indexes. Also with what
// follows the commit, the new client's entry in the blind index for finding. At most 15 % is wanted.
func BenchmarkSealingShare(b *testing.B) {
	for name, after := range map[string]bool{"booking": false, "found": true} {
		b.Run(name, func(b *testing.B) {
			s := storetest.NewShop(b, openSQLite, storetest.Plan{})
			file := filepath.Join(b.TempDir(), "cpu.pprof")
			out, err := os.Create(file)
			storetest.Must(b, err)
			storetest.Must(b, pprof.StartCPUProfile(out))
			n := 0
			for b.Loop() {
				r := s.Cut(storetest.Tomorrow(9, 0)+span.Instant(n/32)*span.Day+span.Minutes(30*(n/2%16)), []id.Staff{"ada", "ben"}[n%2], "")
				n++
				who := storetest.Numbered("client", n)
				r.Note = "Please ring twice, the bell is broken."
				r.Client = client.Draft{Name: "Maria " + who, Email: who + "@example.com", Phone: "+49" + strconv.Itoa(1_510_000_000+n)}
				made, err := s.Desk.Book(b.Context(), s.Public, r)
				storetest.Must(b, err)
				if after {
					storetest.Must(b, s.Search.Refresh(b.Context(), s.ID, made.Client))
				}
			}
			pprof.StopCPUProfile()
			storetest.Must(b, out.Close())
			b.ReportMetric(share(b, file), "%-sealing")
		})
	}
}

// share reads from a profile how much was spent in and below package secret.
func share(b *testing.B, file string) float64 {
	b.Helper()
	text, err := exec.CommandContext(b.Context(), "go", "tool", "pprof", "-top", "-focus", `kept/internal/secret\.`, file).CombinedOutput()
	storetest.Must(b, err)
	found := regexp.MustCompile(`accounting for [^,]+, ([0-9.e-]+)% of`).FindSubmatch(text)
	if found == nil {
		b.Fatalf("no share in %s", text)
	}
	percent, err := strconv.ParseFloat(string(found[1]), 64)
	storetest.Must(b, err)
	return percent
}

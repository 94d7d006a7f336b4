package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"kept/client"
	"kept/id"
	"kept/internal/store/storetest"
)

// searched is what people type in the benchmark.
func searched() []string {
	return []string{
		"iv", "ivan", "ivanov", "ivnaov", "ivanov pet", "Сидорова Анна", "kuznetzov", "mueller", "王小", "4711", "+49 151 2345",
		"anna.s", "bagode", "petrov sergei", "schmidt lena", "nobody at all",
	}
}

// BenchmarkSearch types queries at a desk with many clients: 20,000, or as
// many as KEPT_BENCH_CLIENTS says. Filling 200,000 takes about a minute.
func BenchmarkSearch(b *testing.B) {
	n := 20_000
	if text := os.Getenv("KEPT_BENCH_CLIENTS"); text != "" {
		var err error
		n, err = strconv.Atoi(text)
		storetest.Must(b, err)
	}
	w := storetest.NewWorld(b, openSQLite)
	business := w.Business(b, "mine")
	begun := time.Now()
	people(b, w, business, n)
	b.Logf("%d clients in %v", n, time.Since(begun).Round(time.Second))
	begun = time.Now()
	for more := true; more; {
		var err error
		more, err = w.Search.Fill(context.Background(), business)
		storetest.Must(b, err)
	}
	b.Logf("indexed in %v", time.Since(begun).Round(time.Second))
	for _, query := range searched() {
		b.Run(query, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				begun := time.Now()
				_, err := w.Clients.List(context.Background(), business, client.Filter{Query: query, Limit: 20})
				storetest.Must(b, err)
				took = append(took, time.Since(begun))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}

// people makes clients whose names repeat as those of a town do.
func people(b *testing.B, w *storetest.World, business id.Business, n int) {
	b.Helper()
	first := []string{"Anna", "Ivan", "Sergei", "Lena", "Jürgen", "Мария", "Анна", "Пётр", "Ольга", "Max", "Sofia", "Leo", "Emma", "Юлия", "Paul", "小明", "美玲"}
	last := []string{"Иванов", "Петров", "Сидорова", "Кузнецов", "Müller", "Schmidt", "Wang", "Novak", "Rossi", "Jensen", "Щербаков", "王", "陳"}
	endings := []string{"", "er", "son", "ko", "uk", "ova", "mann", "ski", "ин", "ий"}
	r := rand.New(rand.NewPCG(1, 2))
	at := w.Clock.Now()
	for done := 0; done < n; {
		w.Do(b, func(ctx context.Context) error {
			for range min(5000, n-done) {
				done++
				at += 1000
				name := first[r.IntN(len(first))] + " " + last[r.IntN(len(last))] + endings[r.IntN(len(endings))]
				if r.IntN(3) > 0 { // most surnames of a town are rare
					name = first[r.IntN(len(first))] + " " + rare(r)
				}
				err := w.Clients.Insert(ctx, business, client.Client{
					ID: id.New[id.Client](at.UTC()), Name: name, Email: fmt.Sprintf("%s.%d@example.com", rare(r), r.IntN(1000)),
					Phone: fmt.Sprintf("+4915%09d", r.IntN(1_000_000_000)), CreatedAt: at, UpdatedAt: at, Version: 1,
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// rare makes up a word that can be spoken.
func rare(r *rand.Rand) string {
	const consonants, vowels = "bdfgklmnprstvz", "aeiou"
	var out []byte
	for range 2 + r.IntN(3) {
		out = append(out, consonants[r.IntN(len(consonants))], vowels[r.IntN(len(vowels))])
	}
	return string(out)
}

package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"kept/account"
	"kept/client"
	"kept/fault"
	"kept/span"
)

// documentOfClients has a client send many files at once: ten a day are kept,
// fifty in all, and the desk's do not count.
func documentOfClients(t *testing.T, w *World) {
	b := w.Business(t, "one")
	mia, _ := w.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	a, own := w.archive(nil, 0), account.Visitor(b, mia.ID).Actor()
	_, err := a.Put(t.Context(), b, upload(mia.ID, "", "desk.txt", "of the desk"), desk)
	Must(t, err)
	var kept atomic.Int64
	var all sync.WaitGroup
	for i := range 14 {
		all.Go(func() {
			_, err := a.Put(t.Context(), b, upload(mia.ID, "", fmt.Sprintf("%d.txt", i), "mine"), own)
			if err == nil {
				kept.Add(1)
			} else {
				WantCode(t, err, fault.CodeInvalid)
			}
		})
	}
	all.Wait()
	if kept.Load() != 10 {
		t.Errorf("of a day %d are kept, want 10", kept.Load())
	}
	for range 5 {
		w.Clock.Advance(span.Day + 1)
		for range 12 {
			_, _ = a.Put(t.Context(), b, upload(mia.ID, "", "more.txt", "mine"), own)
		}
	}
	list, err := a.List(t.Context(), b, client.DocumentFilter{Client: mia.ID, Limit: 100})
	Must(t, err)
	mine := 0
	for _, d := range list {
		if d.OfClient() {
			mine++
		}
	}
	if mine != 50 || len(list) != 51 {
		t.Errorf("there are %d files, %d of the client, want 51 and 50", len(list), mine)
	}
	_, err = a.Put(t.Context(), b, upload(mia.ID, "", "desk.txt", "of the desk"), desk)
	Must(t, err)
}

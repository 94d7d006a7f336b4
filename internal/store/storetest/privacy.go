package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"kept/client"
	"kept/fault"
	"kept/internal/secret"
	"kept/internal/store"
)

func testPrivacy(t *testing.T, open Opener) {
	t.Run("keys of classes", func(t *testing.T) { t.Parallel(); privacyClasses(t, NewWorld(t, open)) })
	t.Run("one key for many", func(t *testing.T) { t.Parallel(); privacyOneKey(t, NewWorld(t, open)) })
	t.Run("erase", func(t *testing.T) { t.Parallel(); privacyErase(t, NewWorld(t, open)) })
	t.Run("holds", func(t *testing.T) { t.Parallel(); privacyHolds(t, NewWorld(t, open)) })
	t.Run("rotate", func(t *testing.T) { t.Parallel(); privacyRotate(t, NewWorld(t, open)) })
	t.Run("replay", func(t *testing.T) { t.Parallel(); privacyReplay(t, NewWorld(t, open)) })
}

func privacyClasses(t *testing.T, w *World) {
	b, other := w.Business(t, "mine"), w.Business(t, "other")
	c, _ := w.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	_, err := w.Vault.Class(t.Context(), other, c.ID, secret.Health)
	WantCode(t, err, fault.CodeNotFound)

	// What is rolled back leaves no key behind, in the database or in memory.
	var lost []byte
	fail := errors.New("no")
	err = w.DB.Do(t.Context(), func(ctx context.Context) error {
		k, err := w.Vault.Class(ctx, b, c.ID, secret.Health)
		Must(t, err)
		lost = k.SealString("f", "1", "rolled back")
		return fail
	})
	if !errors.Is(err, fail) {
		t.Fatal(err)
	}
	k, err := w.Vault.Class(t.Context(), b, c.ID, secret.Health)
	Must(t, err)
	if _, err := k.OpenString("f", "1", lost); !errors.Is(err, secret.ErrSealed) {
		t.Errorf("a key that was rolled back is still there: %v", err)
	}
	sealed := k.SealString("f", "1", "asthma")
	again, err := store.NewVault(w.DB, w.Master).Class(t.Context(), b, c.ID, secret.Health)
	Must(t, err)
	if got, err := again.OpenString("f", "1", sealed); got != "asthma" || err != nil {
		t.Errorf("another node reads %q, %v", got, err)
	}
	personal, err := w.Vault.Class(t.Context(), b, c.ID, secret.Personal)
	Must(t, err)
	if _, err := personal.OpenString("f", "1", sealed); err == nil {
		t.Error("the personal key opens health notes")
	}
	if _, err := w.Vault.Class(t.Context(), b, c.ID, "gossip"); err == nil {
		t.Error("a class that does not exist has a key")
	}
}

// privacyOneKey lets many ask at once for a key that is not there yet.
func privacyOneKey(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	c, _ := w.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	keys := make([]*secret.Key, 8)
	var wait sync.WaitGroup
	for i := range keys {
		wait.Go(func() {
			k, err := store.NewVault(w.DB, w.Master).Class(t.Context(), b, c.ID, secret.Statute)
			if err != nil {
				t.Error(err)
			}
			keys[i] = k
		})
	}
	wait.Wait()
	if t.Failed() {
		return
	}
	sealed := keys[0].SealString("f", "1", "invoice")
	for i, k := range keys {
		if got, err := k.OpenString("f", "1", sealed); got != "invoice" || err != nil {
			t.Errorf("%d has another key: %v", i, err)
		}
	}
}

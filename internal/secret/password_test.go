package secret

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
)

// cheap hashes in microseconds.
func cheap() *Passwords {
	p := NewPasswords(2)
	p.cost = cost{memory: 8, passes: 1, threads: 1}
	return p
}

func TestPassword(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p := NewPasswords(1)
	stored, err := p.Hash(ctx, "correct horse")
	must(t, err)
	if !strings.HasPrefix(stored, "$argon2id$v=19$m=19456,t=2,p=1$") || len(stored) != 97 {
		t.Errorf("stored %s", stored)
	}
	if again, _ := p.Hash(ctx, "correct horse"); again == stored {
		t.Error("no salt")
	}
	tests := map[string]struct {
		password, stored string
		ok               bool
	}{
		"right":        {"correct horse", stored, true},
		"wrong":        {"correct horsf", stored, false},
		"empty":        {"", stored, false},
		"unknown user": {"correct horse", "", false},
	}
	for name, tt := range tests {
		ok, stale, err := p.Verify(ctx, tt.password, tt.stored)
		if ok != tt.ok || stale || err != nil {
			t.Errorf("%s: %v, %v, %v", name, ok, stale, err)
		}
	}
}

func TestStalePassword(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p, old := cheap(), cheap()
	old.cost.passes = 2
	stored, err := old.Hash(ctx, "x")
	must(t, err)
	if ok, stale, err := p.Verify(ctx, "x", stored); !ok || !stale || err != nil {
		t.Errorf("right: %v, %v, %v", ok, stale, err)
	}
	if ok, stale, err := p.Verify(ctx, "y", stored); ok || stale || err != nil {
		t.Errorf("wrong: %v, %v, %v", ok, stale, err)
	}
}

func TestMalformedPasswordHash(t *testing.T) {
	t.Parallel()
	const salt, sum = "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	with := func(costs string) string { return "$argon2id$v=19$" + costs + "$" + salt + "$" + sum }
	if _, _, _, err := parsePHC(with("m=8,t=1,p=1")); err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{
		"text":            "secret",
		"bcrypt":          "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
		"argon2i":         strings.Replace(with("m=8,t=1,p=1"), "argon2id", "argon2i", 1),
		"old version":     strings.Replace(with("m=8,t=1,p=1"), "v=19", "v=16", 1),
		"no threads":      with("m=8,t=1,p=0"),
		"too many":        with("m=8,t=1,p=256"),
		"no passes":       with("m=8,t=0,p=1"),
		"endless passes":  with("m=8,t=4000000000,p=1"),
		"all memory":      with("m=4000000,t=1,p=1"),
		"negative":        with("m=-8,t=1,p=1"),
		"signed":          with("m=+8,t=1,p=1"),
		"something after": with("m=8,t=1,p=1,x=1"),
		"another order":   with("t=1,m=8,p=1"),
		"bad salt":        "$argon2id$v=19$m=8,t=1,p=1$!$" + sum,
		"short salt":      "$argon2id$v=19$m=8,t=1,p=1$AAAA$" + sum,
		"no sum":          "$argon2id$v=19$m=8,t=1,p=1$" + salt + "$",
		"long sum":        "$argon2id$v=19$m=8,t=1,p=1$" + salt + "$" + strings.Repeat("AAAA", 100),
	}
	for name, stored := range tests {
		if ok, _, err := cheap().Verify(context.Background(), "x", stored); ok || !errors.Is(err, ErrPassword) {
			t.Errorf("%s: %v, %v", name, ok, err)
		}
	}
}

func TestPasswordsWaitForASlot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := cheap()
		p.slots <- struct{}{}
		p.slots <- struct{}{} // two sign-ins are under way
		ctx, cancel := context.WithCancel(context.Background())
		given := make(chan error, 1)
		go func() { _, _, err := p.Verify(ctx, "x", ""); given <- err }()
		waited := make(chan error, 1)
		go func() { _, err := p.Hash(context.Background(), "x"); waited <- err }()
		synctest.Wait()
		if len(given)+len(waited) != 0 {
			t.Fatal("did not wait")
		}
		cancel()
		if err := <-given; !errors.Is(err, context.Canceled) {
			t.Errorf("given up: %v", err)
		}
		<-p.slots
		if err := <-waited; err != nil {
			t.Errorf("waited: %v", err)
		}
	})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := cheap().Verify(ctx, "x", ""); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context already done: %v", err)
	}
}

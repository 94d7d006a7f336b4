package secret

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

const (
	saltSize    = 16
	hashSize    = 32
	maxMemory   = 256 << 10 // KiB; a stored hash may not ask for more
	maxPasses   = 16
	maxHashSize = 64
)

// cost is what an argon2id hash takes: memory in KiB, passes, threads.
type cost struct {
	memory, passes uint32
	threads        uint8
}

// usual is what OWASP's Password Storage Cheat Sheet asks of argon2id at least: 19 MiB, 2 passes, 1 thread.
func usual() cost { return cost{memory: 19 << 10, passes: 2, threads: 1} }

// Passwords hashes and verifies passwords with argon2id, a bounded number at a
// time, so that a flood of sign-ins waits instead of filling the memory.
type Passwords struct {
	slots chan struct{}
	cost  cost
}

// NewPasswords lets parallel (at least one) hashes be computed at once, each with 19 MiB.
func NewPasswords(parallel int) *Passwords {
	return &Passwords{slots: make(chan struct{}, max(1, parallel)), cost: usual()}
}

// Hash returns the PHC string to store ($argon2id$v=19$m=19456,t=2,p=1$salt$hash). It fails only with the context's error.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt)
	sum, err := p.compute(ctx, password, salt, p.cost, hashSize)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		p.cost.memory, p.cost.passes, p.cost.threads, b64.EncodeToString(salt), b64.EncodeToString(sum)), nil
}

// Verify tells whether the password is the stored one, and whether the stored
// hash is stale, that is, made at another cost and to be made anew while the
// password is at hand. For an unknown user, or one without a password, pass an
// empty stored hash: the answer is no and takes the same time. It fails with
// ErrPassword on a malformed stored hash or with the context's error.
func (p *Passwords) Verify(ctx context.Context, password, stored string) (ok, stale bool, err error) {
	if stored == "" {
		_, err = p.compute(ctx, password, make([]byte, saltSize), p.cost, hashSize)
		return false, false, err
	}
	c, salt, want, err := parsePHC(stored)
	if err != nil {
		return false, false, err
	}
	got, err := p.compute(ctx, password, salt, c, len(want))
	if err != nil {
		return false, false, err
	}
	if subtle.ConstantTimeCompare(got, want) != 1 {
		return false, false, nil
	}
	return true, c != p.cost || len(salt) != saltSize || len(want) != hashSize, nil
}

func (p *Passwords) compute(ctx context.Context, password string, salt []byte, c cost, size int) ([]byte, error) {
	if err := ctx.Err(); err != nil { // select would choose at random between a free slot and a context already done
		return nil, fmt.Errorf("secret: password: %w", err)
	}
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return nil, fmt.Errorf("secret: password: %w", ctx.Err())
	}
	return argon2.IDKey([]byte(password), salt, c.passes, c.memory, c.threads, uint32(size)), nil
}

// parsePHC reads a PHC string of argon2id and refuses costs beyond reason.
func parsePHC(stored string) (c cost, salt, sum []byte, err error) {
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, ErrPassword
	}
	if _, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.threads); err != nil {
		return c, nil, nil, ErrPassword
	}
	// Printed again, it must be the same: Sscanf lets spaces, signs and a tail pass.
	if fmt.Sprintf("m=%d,t=%d,p=%d", c.memory, c.passes, c.threads) != parts[3] ||
		c.memory > maxMemory || c.passes < 1 || c.passes > maxPasses || c.threads < 1 {
		return c, nil, nil, ErrPassword
	}
	b64 := base64.RawStdEncoding.Strict()
	salt, saltErr := b64.DecodeString(parts[4])
	sum, sumErr := b64.DecodeString(parts[5])
	if saltErr != nil || sumErr != nil || len(salt) < 8 || len(sum) < 16 || len(salt) > maxHashSize || len(sum) > maxHashSize {
		return c, nil, nil, ErrPassword
	}
	return c, salt, sum, nil
}

package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kept/id"
	"kept/internal/config"
	"kept/internal/secret"
	"kept/internal/secret/transit"
	"kept/internal/store"
)

// root loads the root of all keys from where the operator keeps it.
func root(ctx context.Context, where config.Store) (*secret.Master, error) {
	switch {
	case where.MasterKey != "":
		return secret.ParseMaster(where.MasterKey)
	case where.KMSURL != "":
		k, err := transit.New(transit.Config{URL: where.KMSURL, Mount: where.KMSMount, Key: where.KMSKey, Token: secret.Redacted(where.KMSToken)})
		if err != nil {
			return nil, err
		}
		return secret.OpenMaster(ctx, k, where.KeyFile())
	default:
		return secret.LoadMaster(where.KeyFile())
	}
}

// reloadEvery is how often a running program looks whether its root was turned.
const reloadEvery = 10 * time.Second

// followRoot takes over a root that was turned beside the running program. A
// root that cannot be read just now stays as it is.
func (k *kernel) followRoot(ctx context.Context) {
	tick := time.NewTicker(reloadEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		changed, err := k.master.Reload(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			k.log.WarnContext(ctx, "the master key cannot be read and stays as it is", "error", err)
		case changed:
			k.log.InfoContext(ctx, "the master key was turned", "fingerprint", k.master.Fingerprint())
		}
	}
}

// turning is what every rotation has.
type turning struct {
	config.Store
	// As long as a key is remembered, as a transaction may take, and as the root is looked at no more than once.
	Wait time.Duration `help:"How long every node is given to learn of a step." default:"140s"`
}

// rotation opens the program beside a running one.
func (c turning) rotation(s *stage) (*kernel, *store.Rotation, error) {
	k, err := s.beside(c.Store, false)
	if err != nil {
		return nil, nil, err
	}
	return k, store.NewRotation(k.db, k.vault, func(ctx context.Context) error {
		fmt.Fprintf(s.out, "waiting %s until every node has learned of it\n", c.Wait)
		t := time.NewTimer(c.Wait)
		defer t.Stop()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
			k.vault.Expire()
			return nil
		}
	}), nil
}

func (c turning) end(s *stage, k *kernel, what string, sealed int, err error) error {
	if errors.Is(err, secret.ErrFixed) {
		err = errors.New("the master key is given in the environment: move it to a file (--data) or a service (--kms-url), then turn it there")
	}
	if err == nil {
		// The old keys lie in the files until they are cleaned out; a node that starts does what fails here.
		if _, failed := k.db.Scrub(s.ctx, store.KeyTables()...); failed != nil {
			fmt.Fprintf(s.err, "the old keys are not cleaned out of the database's files yet: %v\n", failed)
		}
	}
	if err = errors.Join(err, k.close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "turned %s; %d values were sealed anew\n", what, sealed)
	return err
}

type rotateMaster struct{ turning }

// Run turns the root.
func (c *rotateMaster) Run(s *stage) error {
	k, r, err := c.rotation(s)
	if err != nil {
		return err
	}
	n, err := r.Master(s.ctx)
	return c.end(s, k, "the master key", n, err)
}

type rotateBusiness struct {
	turning
	Slug string `arg:"" help:"The business's word in addresses."`
}

// Run turns a business's key.
func (c *rotateBusiness) Run(s *stage) error {
	k, r, err := c.rotation(s)
	if err != nil {
		return err
	}
	business, err := k.settings.BySlug(s.ctx, c.Slug)
	n := 0
	if err == nil {
		n, err = r.Business(s.ctx, business)
	}
	return c.end(s, k, "the key of "+c.Slug, n, err)
}

type rotateClient struct {
	turning
	Slug   string `arg:"" help:"The business's word in addresses."`
	Client string `arg:"" help:"The client's id."`
}

// Run turns the keys of one client.
func (c *rotateClient) Run(s *stage) error {
	k, r, err := c.rotation(s)
	if err != nil {
		return err
	}
	business, err := k.settings.BySlug(s.ctx, c.Slug)
	n := 0
	if err == nil {
		n, err = r.Client(s.ctx, business, id.Client(c.Client))
	}
	return c.end(s, k, "the keys of client "+c.Client, n, err)
}

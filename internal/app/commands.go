package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"kept/account"
	"kept/catalog"
	"kept/id"
	"kept/internal/config"
	"kept/internal/db"
	"kept/internal/demo/preset"
	"kept/internal/secret"
	"kept/internal/store"
	"kept/setup"
)

// beside opens the program for a command that may run beside a server.
func (s *stage) beside(where config.Store, demo bool) (*kernel, error) {
	return open(s.ctx, where, db.Options{}, time.Time{}, demo, slog.New(slog.DiscardHandler))
}

type versionCommand struct{}

// Run tells the version.
func (versionCommand) Run(s *stage) error {
	_, err := fmt.Fprintln(s.out, "kept", s.version)
	return err
}

type migrateCommand struct{ config.Store }

// Run brings the schema up to date.
func (c *migrateCommand) Run(s *stage) error {
	if err := c.Prepare(); err != nil {
		return err
	}
	d, err := db.Open(s.ctx, c.DSN(), db.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Migrate(s.ctx, store.Migrations(d.Dialect().Name())...); err != nil {
		return err
	}
	v, err := d.Version(s.ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, "schema version", v)
	return err
}

type doctorCommand struct{ config.Store }

// Run looks at everything that must be right and says what it finds.
func (c *doctorCommand) Run(s *stage) error {
	bad := 0
	say := func(what string, err error) {
		if err != nil {
			bad++
			fmt.Fprintf(s.out, "bad  %s: %v\n", what, err)
			return
		}
		fmt.Fprintf(s.out, "ok   %s\n", what)
	}
	d, err := db.Open(s.ctx, c.DSN(), db.Options{})
	if err == nil {
		defer d.Close()
		err = d.Ping(s.ctx)
	}
	say("database "+redactDSN(c.DSN()), err)
	if err == nil {
		v, err := d.Version(s.ctx)
		if err == nil && v == 0 {
			err = errors.New("no schema yet: run kept migrate")
		}
		say(fmt.Sprintf("schema version %d", v), err)
		m, keyErr := loadExisting(s.ctx, c.Store)
		say("master key "+c.KeyFile(), keyErr)
		if err == nil && keyErr == nil {
			say("master key belongs to the database", store.CheckMaster(s.ctx, d, m))
			n, overlapErr := store.Overlaps(s.ctx, d)
			if overlapErr == nil && n > 0 {
				overlapErr = fmt.Errorf("%d exclusive rows overlap", n)
			}
			say("no lane is taken twice", overlapErr)
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d of the checks failed", bad)
	}
	return nil
}

// loadExisting loads the master key without making one.
func loadExisting(ctx context.Context, where config.Store) (*secret.Master, error) {
	if _, err := os.Stat(where.KeyFile()); where.MasterKey == "" && err != nil {
		return nil, err
	}
	return root(ctx, where)
}

// redactDSN hides the password of a database address.
func redactDSN(dsn string) string {
	scheme, rest, ok := strings.Cut(dsn, "://")
	if !ok {
		return dsn
	}
	if i := strings.LastIndex(rest, "@"); i >= 0 {
		rest = rest[i+1:]
	}
	return scheme + "://" + rest
}

type businessCreate struct {
	config.Store
	Slug     string `arg:"" help:"Its word in addresses: lower-case letters, digits, dashes."`
	Name     string `required:"" help:"Its name."`
	Zone     string `required:"" help:"IANA time zone, as Europe/Berlin."`
	Preset   string `required:"" enum:"clinic,salon,workshop,blank" help:"What it starts with: clinic, salon, workshop or blank."`
	Language string `required:"" enum:"en,zh-Hant,ru" help:"en, zh-Hant or ru."`
	Currency string `help:"ISO 4217; the usual one of the language when missing."`
}

// Run founds the business and furnishes it.
func (c *businessCreate) Run(s *stage) error {
	k, err := s.beside(c.Store, false)
	if err != nil {
		return err
	}
	defer k.close()
	b, err := found(s.ctx, k, setup.Draft{
		Slug: c.Slug, Names: catalog.Texts{c.Language: c.Name}, Zone: c.Zone, Currency: c.Currency,
		Language: c.Language, Preset: c.Preset,
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, b.ID)
	return err
}

// found founds a business with what its preset starts with.
func found(ctx context.Context, k *kernel, d setup.Draft) (catalog.Business, error) {
	var b catalog.Business
	err := k.db.Do(ctx, func(ctx context.Context) error {
		var err error
		if b, err = k.office.CreateBusiness(ctx, d); err != nil {
			return err
		}
		f, err := preset.For(b, k.clock.Now())
		if err != nil {
			return err
		}
		return k.office.Furnish(ctx, account.System(b.ID), f)
	})
	return b, err
}

// hire makes the owner the first staff member of a business, able to do all
// that it offers, so that clients can book from the first minute.
func hire(ctx context.Context, k *kernel, b catalog.Business, owner account.User) (id.Staff, error) {
	setting, err := k.settings.Current(ctx, b.ID)
	if err != nil {
		return "", err
	}
	levels := map[string]int{}
	for _, s := range setting.Catalog.Services {
		for _, g := range s.Segments {
			if g.Staff != nil && g.Staff.Skill != "" {
				levels[g.Staff.Skill] = max(levels[g.Staff.Skill], g.Staff.Level)
			}
		}
	}
	draft := catalog.Staff{Names: catalog.Texts{b.Language: owner.Name}, Email: owner.Email, AllServices: true}
	for _, skill := range slices.Sorted(maps.Keys(levels)) {
		draft.Skills = append(draft.Skills, catalog.Skill{Skill: skill, Level: levels[skill]})
	}
	made, err := k.office.CreateStaff(ctx, account.System(b.ID), draft)
	if err != nil {
		return "", err
	}
	return made.ID, nil
}

type userCreate struct {
	config.Store
	Business string `required:"" help:"The business's word in addresses." placeholder:"SLUG"`
	Email    string `required:"" help:"With which they sign in."`
	Name     string `required:"" help:"Their name."`
	Role     string `required:"" enum:"owner,manager,reception,staff,accountant" help:"owner, manager, reception, staff or accountant."`
	Staff    string `help:"The staff member whom they are." placeholder:"ID"`
	Password string `help:"Their password; better given as KEPT_PASSWORD." required:""`
}

// Run adds somebody who can sign in.
func (c *userCreate) Run(s *stage) error {
	k, err := s.beside(c.Store, false)
	if err != nil {
		return err
	}
	defer k.close()
	business, err := k.settings.BySlug(s.ctx, c.Business)
	if err != nil {
		return err
	}
	return k.db.Do(s.ctx, func(ctx context.Context) error {
		u, err := k.gate.CreateUser(ctx, account.NewUser{Name: c.Name, Email: c.Email, Password: c.Password})
		if err != nil {
			return err
		}
		if err := k.gate.Join(ctx, account.Member{
			User: u.ID, Business: business, Role: account.Role(c.Role), Staff: id.Staff(c.Staff),
		}); err != nil {
			return err
		}
		_, err = fmt.Fprintln(s.out, u.ID)
		return err
	})
}

type keyCreate struct {
	config.Store
	Business string   `required:"" help:"The business's word in addresses." placeholder:"SLUG"`
	Role     string   `required:"" enum:"owner,manager,reception,staff,accountant,integration" help:"owner, manager, reception, staff, accountant or integration."`
	Staff    string   `help:"The staff member whose key it is; with --role staff." placeholder:"ID"`
	Scope    []string `help:"Narrows the role, as bookings.read; may be repeated."`
	Name     string   `help:"What the key is for." default:"command line"`
}

// Run makes a key and prints it alone.
func (c *keyCreate) Run(s *stage) error {
	k, err := s.beside(c.Store, false)
	if err != nil {
		return err
	}
	defer k.close()
	business, err := k.settings.BySlug(s.ctx, c.Business)
	if err != nil {
		return err
	}
	scopes := make([]account.Action, len(c.Scope))
	for i, word := range c.Scope {
		scopes[i] = account.Action(word)
	}
	text, _, err := k.gate.CreateKey(s.ctx, account.System(business), account.NewKey{
		Name: c.Name, Role: account.Role(c.Role), Staff: id.Staff(c.Staff), Scopes: scopes,
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, text)
	return err
}

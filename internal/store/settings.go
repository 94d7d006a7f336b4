package store

import (
	"context"

	"kept/availability"
	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/schedule"
)

// How much configuration is kept in memory: things (a service, a text, a row
// of hours ...) at about half a KiB each, and addresses of businesses.
const (
	settingsKept = 100_000
	slugsKept    = 20_000
)

// Settings gives the configuration of businesses, whole and immutable, from
// memory where it can. It is safe for concurrent use.
type Settings struct {
	db    *db.DB
	vault *Vault
	cache *lru[id.Business, *availability.Setting]
	slugs *lru[string, id.Business]
}

// NewSettings makes the reader of configurations.
func NewSettings(d *db.DB, v *Vault) *Settings {
	return &Settings{
		db: d, vault: v,
		cache: newLRU[id.Business, *availability.Setting](settingsKept),
		slugs: newLRU[string, id.Business](slugsKept),
	}
}

// Load gives the configuration of a business at a version or, where a newer
// one is there already, at that; version 0 asks the database which is newest.
// Fault NotFound when there is no such business. It must not be called in a
// transaction that goes on changing settings (it would remember the half of
// the change): use Current there.
func (s *Settings) Load(ctx context.Context, business id.Business, version int64) (*availability.Setting, error) {
	if version == 0 {
		newest, err := queries(ctx, s.db).ConfigVersion(ctx, string(business))
		if err != nil {
			return nil, found(s.db, err, "business")
		}
		version = newest
	}
	if known, ok := s.cache.get(business); ok && known.Catalog.Business.Version >= version {
		return known, nil
	}
	if known, ok := s.db.Kept(ctx, settingAt{business, version}); ok {
		if mine, ok := known.(*availability.Setting); ok {
			return mine, nil
		}
	}
	got, err := s.Current(ctx, business)
	if err != nil {
		return nil, err
	}
	s.db.Keep(ctx, settingAt{business, got.Catalog.Business.Version}, got)
	// In a transaction that has changed settings it would be wrong to remember what may be rolled back.
	s.db.AfterCommit(ctx, func() {
		s.cache.put(business, got, weigh(got), func(old *availability.Setting) bool {
			return old.Catalog.Business.Version >= got.Catalog.Business.Version
		})
	})
	return got, nil
}

// settingAt names a configuration within one transaction: one that has just been
// written is read once and not at every event that follows.
type settingAt struct {
	business id.Business
	version  int64
}

// BySlug finds a business by its address; fault NotFound. Addresses never
// change, so what was found once is remembered.
func (s *Settings) BySlug(ctx context.Context, slug string) (id.Business, error) {
	if b, ok := s.slugs.get(slug); ok {
		return b, nil
	}
	raw, err := queries(ctx, s.db).BusinessBySlug(ctx, slug)
	if err != nil {
		return "", found(s.db, err, "business")
	}
	s.db.AfterCommit(ctx, func() { s.slugs.put(slug, id.Business(raw), 1, nil) })
	return id.Business(raw), nil
}

// torn is how often a configuration that changes while it is read is read again.
const torn = 5

// Current reads the newest configuration from the database, seeing what the
// transaction in ctx, if there is one, has changed. Fault NotFound when there
// is no such business.
func (s *Settings) Current(ctx context.Context, business id.Business) (*availability.Setting, error) {
	for range torn {
		before, err := queries(ctx, s.db).ConfigVersion(ctx, string(business))
		if err != nil {
			return nil, found(s.db, err, "business")
		}
		got, err := s.read(ctx, business)
		if err != nil {
			return nil, err
		}
		// Every change raises the version in its own transaction, and the version is read
		// first and last: the same twice means that all in between belongs together.
		if got.Catalog.Business.Version == before {
			return got, nil
		}
	}
	return nil, fault.New(fault.Unavailable, fault.CodeUnavailable, "the settings are being changed; try again")
}

func (s *Settings) read(ctx context.Context, business id.Business) (*availability.Setting, error) {
	r := reading{db: s.db, q: queries(ctx, s.db), business: string(business)}
	if err := r.texts(ctx); err != nil {
		return nil, err
	}
	hours, err := r.hours(ctx)
	if err != nil {
		return nil, err
	}
	all, err := r.catalog(ctx, s.vault)
	if err != nil {
		return nil, err
	}
	return &availability.Setting{Catalog: all, Hours: hours}, nil
}

// weigh counts the things of a configuration.
func weigh(s *availability.Setting) int {
	c := s.Catalog
	n := 4 + 2*len(c.Locations) + 4*len(c.Services) + 3*len(c.Staff) + 2*len(c.Resources) + 3*len(c.Rules) +
		6*len(c.Forms) + 4*len(c.Notices)
	for _, h := range s.Hours.Locations {
		n += weighHours(h)
	}
	for _, h := range s.Hours.Staff {
		n += weighHours(h)
	}
	return n
}

func weighHours(h schedule.Hours) int {
	rows := len(h.Weekly) + len(h.Exceptions)
	for i := range h.Seasons {
		rows += 2 + len(h.Seasons[i].Weekly)
	}
	if h.Roster != nil {
		rows += 4 + 2*len(h.Roster.Cycle)
	}
	if h.Holidays != nil {
		rows += 300 // the days of some decades
	}
	return 1 + rows/8
}

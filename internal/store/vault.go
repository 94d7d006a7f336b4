package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
)

// How many unwrapped keys are kept, at about 1 KiB each.
const (
	businessKeysKept = 10_000
	clientKeysKept   = 10_000
)

// Vault unwraps the keys of businesses and clients and remembers the ones
// used last, so that a key costs a query once and not at every row. It is
// safe for concurrent use.
type Vault struct {
	db         *db.DB
	master     *secret.Master
	businesses *lru[id.Business, fresh[*secret.Business]]
	clients    *lru[id.Client, fresh[*secret.Key]]
	classes    *lru[classOf, fresh[*secret.Key]]
	life       time.Duration
	gone       chan struct{} // holds one while somebody is to be told that keys were destroyed
}

// KeyLife is how long an unwrapped key is used before it is looked for again: so
// long a node may take to learn that it was turned.
const KeyLife = time.Minute

// fresh is a key with when it was unwrapped.
type fresh[K any] struct {
	key K
	at  time.Time
}

// recent gives a key that was unwrapped not long ago.
func recent[N comparable, K any](kept *lru[N, fresh[K]], name N, life time.Duration) (K, bool) {
	f, ok := kept.get(name)
	if !ok || time.Since(f.at) > life {
		var none K
		return none, false
	}
	return f.key, true
}

// classOf names a key that a client has beside the personal one.
type classOf struct {
	client id.Client
	class  secret.Class
}

// NewVault makes the vault of a database whose keys the master key wraps.
func NewVault(d *db.DB, m *secret.Master) *Vault {
	return &Vault{
		db: d, master: m,
		businesses: newLRU[id.Business, fresh[*secret.Business]](businessKeysKept),
		clients:    newLRU[id.Client, fresh[*secret.Key]](clientKeysKept),
		classes:    newLRU[classOf, fresh[*secret.Key]](clientKeysKept),
		life:       KeyLife,
		gone:       make(chan struct{}, 1),
	}
}

// Master gives the root of all keys, for global tables and tokens.
func (v *Vault) Master() *secret.Master { return v.master }

// Business gives the keys of a business; fault NotFound when there is none.
func (v *Vault) Business(ctx context.Context, business id.Business) (*secret.Business, error) {
	if b, ok := recent(v.businesses, business, v.life); ok {
		return b, nil
	}
	wrapped, err := queries(ctx, v.db).BusinessKey(ctx, string(business))
	if err != nil {
		return nil, found(v.db, err, "business")
	}
	return v.openBusiness(business, wrapped)
}

// openBusiness gives the keys of a business whose wrapped key is at hand.
func (v *Vault) openBusiness(business id.Business, wrapped []byte) (*secret.Business, error) {
	if b, ok := recent(v.businesses, business, v.life); ok {
		return b, nil
	}
	b, err := v.master.Business(string(business), wrapped)
	if err != nil {
		return nil, fmt.Errorf("store: key of business %s: %w", business, err)
	}
	v.businesses.put(business, fresh[*secret.Business]{b, time.Now()}, 1, nil)
	return b, nil
}

// Client gives the key of a client; fault NotFound when there is no such
// client, or no more: an erased one.
func (v *Vault) Client(ctx context.Context, business id.Business, client id.Client) (*secret.Key, error) {
	if k, ok := recent(v.clients, client, v.life); ok {
		return k, nil
	}
	wrapped, err := queries(ctx, v.db).ClientKey(ctx, sqlgen.ClientKeyParams{BusinessID: string(business), ID: string(client)})
	if err != nil {
		return nil, found(v.db, err, "client")
	}
	return v.openClient(ctx, business, client, wrapped)
}

// openClient gives the key of a client whose wrapped key is at hand.
func (v *Vault) openClient(ctx context.Context, business id.Business, client id.Client, wrapped []byte) (*secret.Key, error) {
	if k, ok := recent(v.clients, client, v.life); ok {
		return k, nil
	}
	b, err := v.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	k, err := b.Client(string(client), wrapped)
	if errors.Is(err, secret.ErrErased) {
		return nil, fault.Missing("client")
	}
	if err != nil {
		return nil, fmt.Errorf("store: key of client %s: %w", client, err)
	}
	v.Remember(client, k)
	return k, nil
}

// Remember keeps the key of a client who was made just now.
func (v *Vault) Remember(client id.Client, key *secret.Key) {
	v.clients.put(client, fresh[*secret.Key]{key, time.Now()}, 1, nil)
}

// Forget drops the keys of a client who was erased.
func (v *Vault) Forget(client id.Client) {
	v.clients.remove(client)
	for _, class := range secret.Classes() {
		v.classes.remove(classOf{client, class})
	}
	select {
	case v.gone <- struct{}{}:
	default: // it is to be told already
	}
}

// Gone gives something whenever keys were destroyed, or turned, on this node: in
// the files of the database they may lie on until they are scrubbed.
func (v *Vault) Gone() <-chan struct{} { return v.gone }

// KeyTables are the tables in which keys stand, each wrapped by the one above it.
func KeyTables() []string { return []string{"client", "client_key", "business", "audit_key"} }

// Class gives a client's key of a class of data and makes a missing one, in
// the caller's transaction or else in one of its own. Fault NotFound when
// there is no such client, or no more: an erased one, of whom only what a
// statute holds still opens.
func (v *Vault) Class(ctx context.Context, business id.Business, client id.Client, class secret.Class) (*secret.Key, error) {
	if class == secret.Personal {
		return v.Client(ctx, business, client)
	}
	if !class.Valid() {
		return nil, fmt.Errorf("store: no class of data is called %q", class)
	}
	if k, ok := recent(v.classes, classOf{client, class}, v.life); ok {
		return k, nil
	}
	wrapped, err := v.classKey(ctx, business, client, class)
	if err != nil {
		return nil, err
	}
	b, err := v.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	if len(wrapped) == 0 {
		wrapped, err = v.newClass(ctx, b, business, client, class)
		if err != nil {
			return nil, err
		}
	}
	k, err := b.Class(string(client), class, wrapped)
	if err != nil {
		return nil, fmt.Errorf("store: %s key of client %s: %w", class, client, err)
	}
	v.db.AfterCommit(ctx, func() { v.classes.put(classOf{client, class}, fresh[*secret.Key]{k, time.Now()}, 1, nil) })
	return k, nil
}

// classKey reads a wrapped key; none when there is none yet.
func (v *Vault) classKey(ctx context.Context, business id.Business, client id.Client, class secret.Class) ([]byte, error) {
	wrapped, err := queries(ctx, v.db).ClassKey(ctx, sqlgen.ClassKeyParams{
		BusinessID: string(business), ClientID: string(client), Class: string(class),
	})
	if err = v.db.Fault(err); err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	return wrapped, nil
}

// newClass makes a key of a client who has none of the class; of two who do
// so at once, both get the first one's.
func (v *Vault) newClass(ctx context.Context, b *secret.Business, business id.Business, client id.Client, class secret.Class) (wrapped []byte, err error) {
	if wrapped, err = queries(ctx, v.db).ClientKey(ctx, sqlgen.ClientKeyParams{BusinessID: string(business), ID: string(client)}); err != nil {
		return nil, found(v.db, err, "client")
	}
	if len(wrapped) == 0 {
		return nil, fault.Missing("client")
	}
	if wrapped, _, err = b.NewClass(string(client), class); err != nil {
		return nil, err
	}
	err = v.db.Do(ctx, func(ctx context.Context) error {
		err := queries(ctx, v.db).InsertClassKey(ctx, sqlgen.InsertClassKeyParams{
			BusinessID: string(business), ClientID: string(client), Class: string(class), SealedKey: wrapped,
		})
		if err != nil {
			return v.db.Fault(err)
		}
		wrapped, err = v.classKey(ctx, business, client, class)
		return err
	})
	return wrapped, err
}

// Expire forgets every key, as if its life were over.
func (v *Vault) Expire() {
	v.businesses.clear()
	v.clients.clear()
	v.classes.clear()
}

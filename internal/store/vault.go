package store

import (
	"context"
	"errors"
	"fmt"

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
	businesses *lru[id.Business, *secret.Business]
	clients    *lru[id.Client, *secret.Key]
}

// NewVault makes the vault of a database whose keys the master key wraps.
func NewVault(d *db.DB, m *secret.Master) *Vault {
	return &Vault{
		db: d, master: m,
		businesses: newLRU[id.Business, *secret.Business](businessKeysKept),
		clients:    newLRU[id.Client, *secret.Key](clientKeysKept),
	}
}

// Master gives the root of all keys, for global tables and tokens.
func (v *Vault) Master() *secret.Master { return v.master }

// Business gives the keys of a business; fault NotFound when there is none.
func (v *Vault) Business(ctx context.Context, business id.Business) (*secret.Business, error) {
	if b, ok := v.businesses.get(business); ok {
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
	if b, ok := v.businesses.get(business); ok {
		return b, nil
	}
	b, err := v.master.Business(string(business), wrapped)
	if err != nil {
		return nil, fmt.Errorf("store: key of business %s: %w", business, err)
	}
	v.businesses.put(business, b, 1, nil)
	return b, nil
}

// Client gives the key of a client; fault NotFound when there is no such
// client, or no more: an erased one.
func (v *Vault) Client(ctx context.Context, business id.Business, client id.Client) (*secret.Key, error) {
	if k, ok := v.clients.get(client); ok {
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
	if k, ok := v.clients.get(client); ok {
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
func (v *Vault) Remember(client id.Client, key *secret.Key) { v.clients.put(client, key, 1, nil) }

// Forget drops the key of a client who was erased.
func (v *Vault) Forget(client id.Client) { v.clients.remove(client) }

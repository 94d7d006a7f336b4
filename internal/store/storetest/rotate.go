package storetest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"kept/client"
	"kept/id"
	"kept/internal/secret"
	"kept/internal/store"
)

// turning is a house whose keys are turned by one program while another one
// reads and writes.
type turning struct {
	*World

	business id.Business
	cards    []id.Client
	other    *store.Vault // of the program that runs
	master   *secret.Master
	clients  *store.Clients
	rotation *store.Rotation
	deed     sync.RWMutex // held for reading by what the running program does just now
}

func newTurning(t *testing.T, w *World) *turning {
	t.Helper()
	path := filepath.Join(t.TempDir(), "master.key")
	Must(t, os.WriteFile(path, []byte("07070707070707070707070707070707"), 0o600))
	mine, err := secret.LoadMaster(path)
	Must(t, err)
	running, err := secret.LoadMaster(path)
	Must(t, err)
	x := &turning{World: w, master: running, other: store.NewVault(w.DB, running)}
	Must(t, store.CheckMaster(t.Context(), w.DB, mine))
	w.Vault = store.NewVault(w.DB, mine)
	w.Setup = store.NewSetup(w.DB, w.Vault)
	x.clients = store.NewClients(w.DB, x.other)
	w.Registry = client.NewRegistry(store.NewClients(w.DB, w.Vault), w.DB, w.Journal, w.Clock)
	x.business = w.Business(t, "mine")
	for i := range 7 {
		c, err := w.Registry.Create(t.Context(), x.business, client.Draft{Name: fmt.Sprint("Mia ", i), Phone: fmt.Sprint("+4930", 100000+i)}, "note", desk)
		Must(t, err)
		x.cards = append(x.cards, c.ID)
		health, err := w.Vault.Class(t.Context(), x.business, c.ID, secret.Health)
		Must(t, err)
		_, err = w.DB.SQL().ExecContext(t.Context(), `INSERT INTO fact (business_id, id, client_id, fact_key, side, class, kind, sealed_value, source, actor_kind, actor_id, at)
			VALUES ($1, $2, $3, 'allergy', 'staff', 'health', 'text', $4, 'staff', 'user', '', 1)`,
			string(x.business), string(c.ID), string(c.ID), health.SealString("fact.value", string(c.ID), "nuts"))
		Must(t, err)
	}
	// Every node has learned of a step when what was begun with the old keys is over, and this one has read its keys again.
	x.rotation = store.NewRotation(w.DB, w.Vault, func(ctx context.Context) error {
		x.deed.Lock()
		defer x.deed.Unlock()
		_, err := running.Reload(ctx)
		x.other.Expire()
		return err
	})
	return x
}

// use reads and writes cards through the running program until told to stop.
func (x *turning) use(t *testing.T, stop <-chan struct{}) (done func()) {
	t.Helper()
	var wait sync.WaitGroup
	registry := client.NewRegistry(x.clients, x.DB, x.Journal, x.Clock)
	wait.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			if err := x.once(t.Context(), registry, i); err != nil {
				t.Errorf("while keys are turned: %v", err)
				return
			}
		}
	})
	return wait.Wait
}

// once reads a card and writes it, and makes a new one now and then.
func (x *turning) once(ctx context.Context, registry *client.Registry, i int) error {
	x.deed.RLock()
	defer x.deed.RUnlock()
	card := x.cards[i%len(x.cards)]
	c, err := x.clients.Find(ctx, x.business, card)
	if err == nil && c.Phone != fmt.Sprint("+4930", 100000+i%len(x.cards)) {
		err = fmt.Errorf("the phone is %q", c.Phone)
	}
	if err == nil {
		_, err = registry.Update(ctx, x.business, card, 0, desk, func(c *client.Client) error {
			c.Note = fmt.Sprint("note ", i)
			return nil
		})
	}
	if err == nil && i%5 == 0 {
		_, err = registry.Create(ctx, x.business, client.Draft{Name: "New"}, "", desk)
	}
	return err
}

// whole sees that everything opens, on a node that remembers nothing.
func (x *turning) whole(t *testing.T) {
	t.Helper()
	x.Vault.Expire()
	fresh := store.NewVault(x.DB, x.master)
	list, err := store.NewClients(x.DB, fresh).List(t.Context(), x.business, client.Filter{Limit: 200})
	Must(t, err)
	if len(list) < len(x.cards) {
		t.Errorf("only %d cards", len(list))
	}
	for i, card := range x.cards {
		key, err := fresh.Class(t.Context(), x.business, card, secret.Health)
		Must(t, err)
		var sealed []byte
		Must(t, x.DB.SQL().QueryRowContext(t.Context(), "SELECT sealed_value FROM fact WHERE id = $1", string(card)).Scan(&sealed))
		if got, err := key.OpenString("fact.value", string(card), sealed); got != "nuts" || err != nil {
			t.Errorf("card %d: %q, %v", i, got, err)
		}
	}
	found, err := store.NewClients(x.DB, fresh).List(t.Context(), x.business, client.Filter{Query: "+4930100003", Limit: 5})
	Must(t, err)
	if len(found) != 1 {
		t.Errorf("the index finds %d", len(found))
	}
}

// privacyRotate turns every level of keys under a running program, twice.
func privacyRotate(t *testing.T, w *World) {
	x := newTurning(t, w)
	stop := make(chan struct{})
	done := x.use(t, stop)
	var old []byte
	Must(t, w.DB.SQL().QueryRowContext(t.Context(), "SELECT sealed_key FROM client WHERE id = $1", string(x.cards[0])).Scan(&old))
	for range 2 {
		n, err := x.rotation.Master(t.Context())
		Must(t, err)
		if n < 1 {
			t.Error("the root wraps nothing anew")
		}
		if n, err = x.rotation.Business(t.Context(), x.business); err != nil || n < len(x.cards) {
			t.Errorf("the business's key: %d, %v", n, err)
		}
		for _, card := range x.cards[:3] {
			if n, err = x.rotation.Client(t.Context(), x.business, card); err != nil || n < 1 { // the running program seals much of it anew by itself
				t.Errorf("a client's keys: %d, %v", n, err)
			}
		}
		_, err = x.master.Reload(t.Context())
		Must(t, err)
	}
	close(stop)
	done()
	x.other.Expire()
	x.whole(t)
	keys, err := x.Vault.Business(t.Context(), x.business)
	Must(t, err)
	if _, err := keys.Client(string(x.cards[0]), old); err == nil {
		t.Error("what was wrapped before still opens")
	}
	Must(t, store.CheckMaster(t.Context(), w.DB, x.master))
	first, err := secret.NewMaster([]byte("07070707070707070707070707070707"))
	Must(t, err)
	if err := store.CheckMaster(t.Context(), w.DB, first); err == nil {
		t.Error("the root that was retired is still taken")
	}
}

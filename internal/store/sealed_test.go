package store_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"kept/account"
	"kept/catalog"
	"kept/client"
	"kept/internal/db"
	"kept/internal/store"
	"kept/internal/store/storetest"
	"kept/setup"
)

// TestNothingPersonalIsInTheFile looks for what was typed in the bytes of the
// database and of its log, where deleted and rolled back rows stay for long.
func TestNothingPersonalIsInTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "kept.db")
	storetest.Must(t, migrate(t.Context(), path))
	d := open(t, path)
	shop := storetest.NewShop(t, func(testing.TB) *db.DB { return d }, storetest.Plan{})
	w := shop.World
	visit := shop.Cut(storetest.Tomorrow(10, 0), "ada", "canaryguest")
	visit.Note = "canarywords"
	_, err := shop.Desk.Cancel(t.Context(), shop.Owner, shop.Book(t, visit).ID, "canaryreason")
	storetest.Must(t, err)
	b, err := w.Office.CreateBusiness(t.Context(), setup.Draft{
		Slug: "canary", Names: catalog.Texts{"en": "Shown to everybody"}, Zone: "Europe/Berlin", Language: "en", Preset: "blank",
	})
	storetest.Must(t, err)
	who := account.System(b.ID)

	c, err := w.Registry.Create(t.Context(), b.ID, client.Draft{
		Name: "Canaryname Client", Email: "canary.client@example.com", Phone: "+4915112345678",
	}, "canarynote", who.Actor())
	storetest.Must(t, err)
	_, err = w.Registry.Update(t.Context(), b.ID, c.ID, 0, who.Actor(), func(c *client.Client) error { c.Name = "Canaryother"; return nil })
	storetest.Must(t, err)
	storetest.Must(t, w.Registry.Erase(t.Context(), b.ID, c.ID, who.Actor()))
	_, err = w.Office.CreateStaff(t.Context(), who, catalog.Staff{Names: catalog.Texts{"en": "Ada"}, Email: "canary.staff@example.com"})
	storetest.Must(t, err)
	_, err = w.Gate.CreateUser(t.Context(), account.NewUser{Name: "Canaryuser", Email: "canary.user@example.com", Password: "canarypassword"})
	storetest.Must(t, err)
	in, err := w.Gate.SignIn(t.Context(), account.Try{Email: "canary.user@example.com", Password: "canarypassword", From: account.Origin{Address: "canaryaddress", Device: "canarydevice"}})
	storetest.Must(t, err)
	key, _, err := w.Gate.CreateKey(t.Context(), who, account.NewKey{Role: account.Owner})
	storetest.Must(t, err)
	scope := store.Scope{Business: b.ID, Caller: "public", Route: "POST /b/{slug}/bookings", Key: "k"}
	w.Do(t, func(ctx context.Context) error {
		if _, _, err := w.Answers.Begin(ctx, scope, []byte("h"), storetest.Noon, storetest.Noon+1); err != nil {
			return err
		}
		return w.Answers.Finish(ctx, scope, store.Answer{Status: 201, Body: []byte(`{"name":"canaryanswer"}`)})
	})

	var file []byte
	for _, name := range []string{path, path + "-wal"} {
		part, err := os.ReadFile(name)
		storetest.Must(t, err)
		file = append(file, part...)
	}
	if !bytes.Contains(file, []byte("Shown to everybody")) {
		t.Fatal("the test doesn't see what is not sealed")
	}
	for _, hidden := range []string{"anaryname", "anaryother", "anary.client", "4915112345678", "anarynote", "anary.staff", "anaryuser", "anary.user", "anarypassword", "anaryanswer", "anaryguest", "anarywords", "anaryreason", "anaryaddress", "anarydevice", in.Token, key} {
		if bytes.Contains(bytes.ToLower(file), bytes.ToLower([]byte(hidden))) {
			t.Errorf("%q is in the file in plain", hidden)
		}
	}
}

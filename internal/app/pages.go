package app

import (
	"context"
	"net/http"
	"strings"

	"kept/account"
	"kept/catalog"
	"kept/id"
	"kept/internal/config"
	"kept/internal/demo"
	"kept/internal/store"
	"kept/internal/web"
	"kept/internal/web/api"
	"kept/internal/web/desk"
	"kept/internal/web/page"
	"kept/internal/web/settings"
	"kept/internal/web/shell"
	"kept/setup"
)

// pages registers the addresses for people.
func pages(mux *http.ServeMux, k *kernel, c config.Serve, programs *api.API, words web.Words) *shell.Shell {
	s := &shell.Shell{
		Gate: k.gate, Settings: k.settings, Clock: k.clock, Words: words, Atomic: k.db, Ledger: ledger{k.answers, k.clock}, Secure: strings.HasPrefix(c.Base(), "https://"),
	}
	d := page.Deps{
		Shell: s, Desk: k.desk, Messages: k.messages, Tokens: k.master, Base: c.Base(),
		Found: func(ctx context.Context, d setup.Draft, owner account.User) (catalog.Business, id.Staff, error) {
			b, err := found(ctx, k, d)
			if err != nil {
				return b, "", err
			}
			staff, err := hire(ctx, k, b, owner)
			return b, staff, err
		},
	}
	if c.Demo {
		d.Demo = &page.Demo{Inbox: k.inbox, NextDue: k.dispatcher.NextDue, SetClock: k.clock.Set}
		for _, l := range demo.Logins() {
			d.Demo.Logins = append(d.Demo.Logins, page.Login{Slug: l.Slug, Email: l.Email, Password: l.Password})
		}
	}
	page.New(mux, d)
	staff := &shell.Staff{Shell: s, Fence: store.NewFence(k.db), Messages: k.messages, Demo: c.Demo}
	office := &desk.Desk{
		Staff: staff, Bookings: k.desk, Office: k.office, Clients: k.clients, Measures: k.insight,
		Stream: programs.Stream,
	}
	office.Register(mux)
	(&settings.Pages{Staff: staff, Office: k.office, Links: k.links}).Register(mux)
	return s
}

package app

import (
	"context"
	"net/http"

	"kept/account"
	"kept/catalog"
	"kept/id"
	"kept/internal/config"
	"kept/internal/demo"
	"kept/internal/web"
	"kept/internal/web/api"
	"kept/internal/web/page"
	"kept/setup"
)

// pages registers the addresses for people.
func pages(mux *http.ServeMux, k *kernel, c config.Serve, programs *api.API, words web.Words) *page.Pages {
	d := page.Deps{
		Desk: k.desk, Office: k.office, Gate: k.gate, Clients: k.clients, Settings: k.settings, Messages: k.messages,
		Clock: k.clock, Tokens: k.master, Words: words, Atomic: k.db, Ledger: ledger{k.answers, k.clock}, Base: c.Base(),
		Stream: programs.Stream,
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
		d.Demo = &page.Demo{Inbox: k.inbox, NextDue: k.dispatcher.NextDue}
		for _, l := range demo.Logins() {
			d.Demo.Logins = append(d.Demo.Logins, page.Login{Slug: l.Slug, Email: l.Email, Password: l.Password})
		}
	}
	return page.New(mux, d)
}

package app

import (
	"context"
	"net/http"

	"kept/account"
	"kept/catalog"
	"kept/client"
	"kept/id"
	"kept/internal/channel/sms"
	"kept/internal/config"
	"kept/internal/demo"
	"kept/internal/oidc"
	"kept/internal/store"
	"kept/internal/web"
	"kept/internal/web/api"
	"kept/internal/web/card"
	"kept/internal/web/desk"
	"kept/internal/web/me"
	"kept/internal/web/page"
	privacypages "kept/internal/web/privacy"
	"kept/internal/web/settings"
	"kept/internal/web/shell"
	"kept/internal/web/team"
	"kept/internal/web/visitorapi"
	"kept/internal/web/wire"
	"kept/setup"
)

// pages registers the addresses for people.
func pages(mux *http.ServeMux, k *kernel, c config.Serve, programs *api.API, words web.Words) *shell.Shell {
	s := &shell.Shell{
		Gate: k.gate, Settings: k.settings, Clock: k.clock, Words: words, Atomic: k.db, Ledger: ledger{k.answers, k.clock}, Jar: web.NewJar(c.Base()),
	}
	cards := me.New(me.Deps{
		Shell: s, Door: k.visitors.door, Clients: k.clients, Desk: k.desk, Tokens: k.master, Events: feed{k.journal, k.events},
		Passkeys: k.passkeys.At, Archive: func() *client.Archive { return k.archive }, Plans: k.plans, Intake: k.intake, Privacy: k.privacy, Chains: k.chains.board, Export: k.takeOut(c), Readers: k.record.trail, Feeds: k.visitors.cards, Watches: k.watches, Base: c.Base(), Inbox: inboxOf(c),
	})
	d := page.Deps{
		Shell: s, Desk: k.desk, Messages: k.messages, Tokens: k.master, Base: c.Base(),
		Signed: func(r *http.Request, business id.Business) ([]client.Client, error) { return cards.Signed(r, business) },
		Login:  cards.Login, Door: k.visitors.door, Called: k.clients.Called, Likes: k.clients.Profile,
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
	cards.Register(mux)
	programs.Signed = cards.Signed
	programs.Rest(func(e *wire.Edge) {
		k.operations(c, e)
		guests := visitorapi.NewGuests(e, k.settings, cards, s.Jar)
		visits := &visitorapi.API{Door: k.visitors.door, Settings: k.settings, Cards: k.clients}
		(&visitorapi.Calendars{API: visits, Watches: k.watches, Guests: guests, Clock: k.clock}).Register(e)
		(&visitorapi.Own{API: visits, Guests: guests, Desk: cards.Own(), Clock: k.clock}).Register(e)
		(&visitorapi.Streams{Guests: guests, Hear: cards.Hear}).Register(e)
		(&visitorapi.SignIns{
			API: visits, Guests: guests, Entrance: cards.Entrance(), Door: k.visitors.door, Slugs: k.settings, Clock: k.clock,
		}).Register(e)
	})
	mux.HandleFunc("POST "+sms.ReceiptPath, k.receipts)
	d.HasKeys = k.passkeys.At
	outside := elsewhere(c)
	if outside != nil {
		d.Elsewhere = outside.Host()
	}
	page.New(mux, d)
	staff := &shell.Staff{Shell: s, Fence: store.NewFence(k.db), Glass: k.glass(), Messages: fencedMessages{k.messages, store.NewFence(k.db)}, Demo: c.Demo}
	office := &desk.Desk{
		Staff: staff, Bookings: k.desk, Office: k.office, Clients: k.clients, Measures: k.insight, Links: k.links,
		Stream: programs.Stream,
	}
	office.Register(mux)
	(&card.Pages{Parts: card.Parts{
		Staff: staff, Clients: k.clients, Bookings: k.desk, Talks: k.talks, Tallies: k.counter, Plans: k.plans, Intake: k.intake,
		Archive: k.archive, Merger: k.merger, Watches: k.watches, Lender: k.chains.lender, Family: k.visitors.door,
	}}).Register(mux)
	(&team.Pages{Staff: staff, Keys: k.passkeys, Board: k.chains.board, Outside: outside, Doors: web.NewLimiter(triesAMinute)}).Register(mux)
	(&settings.Pages{Staff: staff, Office: k.office, Links: k.links, Door: k.visitors.door}).Register(mux)
	k.recordDesk().Pages(mux, staff)
	(&privacypages.Pages{Staff: staff, Office: k.privacy, Cards: k.clients, Host: hostOf(c.Base())}).Register(mux)
	return s
}

// inboxOf is where a demo shows what was sent; empty outside of one.
func inboxOf(c config.Serve) string {
	if c.Demo {
		return "/demo/inbox"
	}
	return ""
}

// triesAMinute bounds how often somebody may ask for a new password, or leave
// for another house, from one address.
const triesAMinute = 10

// elsewhere is the other house at which people may sign in; nil for none.
func elsewhere(c config.Serve) *oidc.House {
	if c.OIDCIssuer == "" {
		return nil
	}
	return oidc.New(oidc.Config{
		Issuer: c.OIDCIssuer, Client: c.OIDCClient, Secret: c.OIDCSecret, Back: c.Base() + "/sign-in/outside/back",
	})
}

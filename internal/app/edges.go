package app

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"kept/fault"
	"kept/id"
	"kept/internal/config"
	"kept/internal/i18n"
	"kept/internal/secret"
	"kept/internal/store"
	"kept/internal/web"
	"kept/internal/web/accountapi"
	"kept/internal/web/api"
	"kept/internal/web/cardapi"
	"kept/internal/web/chainapi"
	"kept/internal/web/planapi"
	"kept/internal/web/privacyapi"
	"kept/internal/web/shell"
	"kept/internal/web/visitorapi"
	"kept/internal/web/wire"
)

// edges is everything that answers from outside.
type edges struct {
	handler http.Handler
	mux     *http.ServeMux
	api     *api.API
	ctx     context.Context //nolint:containedctx // ends the live streams when the program stops
	cancel  context.CancelFunc
	once    sync.Once
}

func newEdges(k *kernel, c config.Serve, version string) (*edges, error) {
	words, err := web.LoadTexts()
	if err != nil {
		return nil, err
	}
	e := &edges{}
	e.ctx, e.cancel = context.WithCancel(context.Background()) //nolint:gosec // stop calls it
	public := web.NewLimiter(c.PublicRate)

	mux := http.NewServeMux()
	e.mux = mux
	programs := api.New(mux, api.Deps{
		Desk: k.desk, Office: k.office, Links: k.links, Clients: k.clients, Insight: k.insight, Settings: k.settings, Messages: fencedMessages{k.messages, store.NewFence(k.db)},
		Events: feed{k.journal, k.events}, Keys: k.gate, Fence: store.NewFence(k.db), Clock: k.clock, Tokens: k.master, Words: words, BaseURL: c.Base,
		Demo: c.Demo, Version: version,
	})
	e.api = programs
	people := pages(mux, k, c, programs, words)
	once := &web.Once{
		Atomic: k.db, Ledger: ledger{k.answers, k.clock}, Clock: k.clock, Jar: people.Jar, Business: businessOf(k, people.Jar),
		Visitor: func(ctx context.Context, token string) (string, error) {
			l, err := k.visitors.door.Who(ctx, token)
			return string(l.ID), err
		},
	}
	meter := newMeter(k)
	measured := meter.measure(mux)
	mux.Handle("GET /metrics", promhttp.HandlerFor(meter.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := k.db.Ping(r.Context()); err != nil {
			web.WriteProblem(w, r, err)
			return
		}
		_, _ = w.Write([]byte("ok\n"))
	})
	apiHandler := web.Identity(k.gate, k.visitors.bearer, web.Within(store.NewFence(k.db), k.glass(), limitPublic(public, web.WriteProblem, once.Wrap(measured))))
	foreign := http.NewCrossOriginProtection()
	foreign.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		people.Refuse(w, r, fault.New(fault.Forbidden, fault.CodeForbidden, "this form was sent from another site"))
	}))
	guarded := foreign.Handler(limitPublic(public, people.Refuse, measured))
	root := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") {
			apiHandler.ServeHTTP(w, r)
			return
		}
		guarded.ServeHTTP(w, r)
	})
	e.handler = e.ending(recovering(k.log, secure(c.Base(), web.Headers(web.Guard(words, language(people.Jar), web.Noting(k.record.refuse, root))))))
	return e, nil
}

// operations registers what others than package api answer to programs.
func (k *kernel) operations(c config.Serve, e *wire.Edge) {
	(&privacyapi.API{Edge: e, Office: k.privacy, Settings: k.settings, Host: hostOf(c.Base())}).Register()
	(&accountapi.API{Gate: k.gate, Settings: k.settings}).Register(e)
	(&planapi.API{Plans: fencedPlans{k.plans, store.NewFence(k.db)}, Settings: k.settings, Cards: k.clients}).Register(e)
	door := &visitorapi.API{Door: k.visitors.door, Settings: k.settings, Cards: k.clients}
	door.Register(e)
	(&visitorapi.Proofs{API: door, Door: k.visitors.door, Holds: k.desk, Tokens: k.master, Slugs: k.settings, Clock: k.clock}).Register(e)
	cards := cardapi.Deps{Clients: k.clients, Settings: k.settings, Clock: k.clock}
	cardapi.Register(e, cards)
	cardapi.RegisterProofs(e, cards, k.visitors.door)
	cardapi.RegisterIntake(e, cardapi.IntakeDeps{Deps: cards, Intake: k.intake, Desk: k.desk})
	cardapi.RegisterFind(e, cardapi.FindDeps{Deps: cards, Talks: k.talks, Archive: k.archive, Merger: k.merger, Counter: k.counter})
	k.recordDesk().Operations(e)
	(&chainapi.API{Board: k.chains.board, Lender: k.chains.lender, Settings: k.settings, Cards: k.clients}).Register(e)
}

// secure has browsers that once came over TLS never come without it.
func secure(base string, next http.Handler) http.Handler {
	if !strings.HasPrefix(base, "https://") {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		next.ServeHTTP(w, r)
	})
}

// stop ends the live streams.
func (e *edges) stop() { e.once.Do(e.cancel) }

// ending lets every request end when the program stops.
func (e *edges) ending(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/stream") {
			next.ServeHTTP(w, r)
			return
		}
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		defer context.AfterFunc(e.ctx, cancel)()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// language finds the language of an answer.
func language(jar web.Jar) func(r *http.Request) string {
	return func(r *http.Request) string {
		asked := ""
		if strings.Contains(r.URL.RawQuery, "lang") { // else it need not be taken apart
			asked = r.URL.Query().Get("lang")
		}
		return i18n.Negotiate(r.Header.Get("Accept-Language"), asked, jar.Get(r, shell.LanguageCookie))
	}
}

// limitPublic bounds the writes of those who show no key. refuse answers in the
// manner of the address: programs get a problem, people a page.
func limitPublic(l *web.Limiter, refuse func(http.ResponseWriter, *http.Request, error), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && publicPath(r.URL.Path) {
			if _, known := web.Principal(r.Context()); !known {
				if err := l.Allow(r); err != nil {
					refuse(w, r, err)
					return
				}
			}
		}
		next.ServeHTTP(w, r)
	})
}

func publicPath(path string) bool {
	return strings.HasPrefix(path, api.Prefix+"/b/") || strings.HasPrefix(path, api.Prefix+"/me/") || strings.HasPrefix(path, api.Prefix+"/bookings/") ||
		strings.HasPrefix(path, "/b/") || strings.HasPrefix(path, "/m/")
}

// businessOf tells for which business a request is: its key's, its slug's, or
// its token's. A client's own address has one only while they are signed in:
// what was answered before is nothing for who is not any more.
func businessOf(k *kernel, jar web.Jar) func(r *http.Request) (id.Business, bool) {
	return func(r *http.Request) (id.Business, bool) {
		if strings.HasSuffix(r.URL.Path, "/codes") || strings.HasSuffix(r.URL.Path, "/proofs") || strings.HasPrefix(r.URL.Path, api.Prefix+"/me/") {
			return "", false // a wrong code counts: it is in no transaction that is undone; and a token is kept nowhere
		}
		if p, ok := web.Principal(r.Context()); ok {
			return p.Business, true
		}
		if rest, ok := strings.CutPrefix(r.URL.Path, api.Prefix+"/b/"); ok {
			slug, of, _ := strings.Cut(rest, "/")
			if strings.HasPrefix(of, "me/") {
				if _, err := k.visitors.door.Who(r.Context(), jar.Visitor(r)); err != nil {
					return "", false
				}
			}
			b, err := k.settings.BySlug(r.Context(), slug)
			return b, err == nil
		}
		t, err := k.master.Verify(r.URL.Query().Get("token"), secret.KindManage)
		return id.Business(t.Business), err == nil
	}
}

// hostOf gives the host of an address, for names that must be the world's own.
func hostOf(base string) string {
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" {
		return "kept.invalid"
	}
	return u.Hostname()
}

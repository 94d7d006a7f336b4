// Package shell is what all pages for people have in common, those of clients
// (package page) and those of the staff (package desk): who is signed in, in
// which language and zone, how a page is drawn and how a refusal is told, and
// that a form does its work once.
//
// It knows no page: pages hold a Shell and ask it.
package shell

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"kept/account"
	"kept/availability"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/internal/i18n"
	"kept/internal/web"
	"kept/internal/web/view"
	"kept/span"
)

// Settings gives the configuration of businesses.
type Settings interface {
	Load(ctx context.Context, business id.Business, version int64) (*availability.Setting, error)
	BySlug(ctx context.Context, slug string) (id.Business, error)
}

// Shell stands around every page.
type Shell struct {
	Gate     *account.Gate
	Settings Settings
	Clock    web.Clock
	Words    web.Words
	Atomic   web.Atomic
	Ledger   web.Ledger
	Jar      web.Jar // of the site's cookies

	zones span.Zones
}

// SessionCookie carries the token of whoever is signed in.
const SessionCookie = "kept_session"

// LanguageCookie remembers the language that a reader chose, and ZoneCookie, set
// by a script, the zone of their clock.
const (
	LanguageCookie = "lang"
	ZoneCookie     = "tz"
)

// Session gives the session of a request; fault Unauthenticated.
func (s *Shell) Session(r *http.Request) (account.Session, error) {
	token := s.Token(r)
	if token == "" {
		return account.Session{}, fault.New(fault.Unauthenticated, fault.CodeUnauthenticated, "sign in first")
	}
	return s.Gate.Resume(r.Context(), token)
}

// Handle registers a page whose error is answered by a page.
func (s *Shell) Handle(mux *http.ServeMux, pattern string, fn func(http.ResponseWriter, *http.Request) error) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		s.Begin(w, r)
		if err := fn(w, r); err != nil {
			s.Fail(w, r, err)
		}
	})
}

// Begin does what every page begins with: what it shows is nobody else's, and
// a language that was chosen on it is remembered.
func (s *Shell) Begin(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if chosen := r.URL.Query().Get("lang"); chosen != "" && chosen == web.Language(r.Context()) {
		s.Jar.Set(w, web.Cookie{Name: LanguageCookie, Value: chosen, Life: 365 * 24 * time.Hour})
	}
}

// Zone gives a time zone by its name.
func (s *Shell) Zone(name string) (*time.Location, error) { return s.zones.Load(name) }

// Setting finds the business whose slug stands in the address.
func (s *Shell) Setting(r *http.Request) (*availability.Setting, error) {
	business, err := s.Settings.BySlug(r.Context(), r.PathValue("slug"))
	if err != nil {
		return nil, err
	}
	return s.Settings.Load(r.Context(), business, 0)
}

// Printer writes in the reader's language.
func Printer(r *http.Request) i18n.Printer { return *i18n.For(web.Language(r.Context())) }

// Frame is what every page needs.
func Frame(r *http.Request, title string) view.Page {
	return view.Page{P: Printer(r), Title: title, Path: r.URL.RequestURI()}
}

// Named gives a text of the owner in the reader's language.
func Named(r *http.Request, c *catalog.Catalog, t catalog.Texts) string {
	return t.Pick(web.Language(r.Context()), c.Business.Language)
}

// ReadDay reads a date of an address; one that is none, or of another century, is otherwise.
func ReadDay(text string, otherwise span.Date) span.Date {
	if day, err := span.ParseDate(text); err == nil && day.Year >= 1990 && day.Year <= 2100 {
		return day
	}
	return otherwise
}

// Draw writes a page.
func Draw(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if err := c.Render(r.Context(), w); err != nil && !errors.Is(err, context.Canceled) {
		web.LogFault(r, http.StatusInternalServerError, err)
	}
	return nil
}

// Refuse answers with the page of a refusal, for what stands before the pages.
func (s *Shell) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Set("Cache-Control", "no-store")
	s.Fail(w, r, err)
}

// Fail answers with the page of a refusal.
func (s *Shell) Fail(w http.ResponseWriter, r *http.Request, err error) {
	web.Note(r.Context(), err)
	problem := web.NewProblem(s.Words, web.Language(r.Context()), err)
	web.LogFault(r, problem.Status, err)
	m := view.ErrorModel{Page: Frame(r, ""), Status: problem.Status, Wait: problem.RetryAfter, Home: "/"}
	if r.Method != http.MethodGet {
		m.Path = "/"
	}
	if problem.Rule != "" {
		m.Detail = problem.Detail
		if problem.RuleName != "" {
			m.Detail = problem.RuleName + ": " + problem.RuleText
		}
	}
	if slug := r.PathValue("slug"); slug != "" && problem.Status != http.StatusNotFound {
		m.Home = "/b/" + slug
	}
	if wait := problem.Headers().Get("Retry-After"); wait != "" {
		w.Header().Set("Retry-After", wait)
	}
	if problem.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(problem.RetryAfter))
	}
	_ = Draw(w, r, problem.Status, view.ErrorPage(m)) // Draw answers for itself
}

// FormFaults says, field by field, what is not right about a form, in the words
// of the form where it has some. called gives the form's name of a field.
func (s *Shell) FormFaults(page view.Page, err error, called func(name string) string) view.Errors {
	var f *fault.Error
	if !errors.As(err, &f) {
		return nil
	}
	var out view.Errors
	for i, wrong := range web.NewProblem(s.Words, page.P.Lang(), f).Errors {
		name, rule := called(wrong.Field), f.Fields[i].Rule
		key := "form." + name + "_wrong"
		if rule == "required" {
			key = "form." + name + "_needed"
		}
		if own := "form." + name + "_" + rule; page.P.Has(own) {
			key = own
		}
		if rule != "too_long" && page.P.Has(key) {
			wrong.Detail = page.P.T(key)
		}
		out = append(out, view.FieldError{Field: name, Text: wrong.Detail})
	}
	return out
}

// Package web is the machinery under every address of Kept: who asks
// (Identity), what may come in (Guard), how a fault is answered (Problem),
// how a POST is done once (Once), how often it may be tried (Limiter).
//
// The addresses themselves are in web/api (programs), web/page (clients and the
// door) and web/desk (the staff), the last two inside web/shell;
// internal/app puts all of them together.
package web

import (
	"context"
	"net/http"
	"strings"

	"kept/account"
	"kept/fault"
)

type contextKey int

const (
	keyPrincipal contextKey = iota
	keyLanguage
)

// WithPrincipal puts whoever asks into the context.
func WithPrincipal(ctx context.Context, p account.Principal) context.Context {
	return context.WithValue(ctx, keyPrincipal, p)
}

// Principal gives whoever asks; false for the public.
func Principal(ctx context.Context) (account.Principal, bool) {
	p, ok := ctx.Value(keyPrincipal).(account.Principal)
	return p, ok
}

// WithLanguage puts the language of the answer into the context.
func WithLanguage(ctx context.Context, language string) context.Context {
	return context.WithValue(ctx, keyLanguage, language)
}

// Language gives the language of the answer, "en" where none was chosen.
func Language(ctx context.Context) string {
	if l, ok := ctx.Value(keyLanguage).(string); ok {
		return l
	}
	return "en"
}

// Authenticator tells whose key a text is; fault Unauthenticated.
type Authenticator interface {
	Authenticate(ctx context.Context, text string) (account.Principal, error)
}

// Bearer reads the key of an Authorization header; empty when there is none.
func Bearer(r *http.Request) string {
	scheme, text, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "bearer") {
		return ""
	}
	return strings.TrimSpace(text)
}

// Identity resolves an API key before anything else happens: a wrong one is
// refused even where none is needed, since somebody believes it to be right. A
// client's session is only asked whether it is one (client); it makes nobody a
// principal, and those who want to know whose it is ask the Jar.
func Identity(auth Authenticator, client func(ctx context.Context, token string) error, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := r.Header.Get("Authorization")
		if header == "" {
			next.ServeHTTP(w, r)
			return
		}
		text := Bearer(r)
		if text == "" {
			WriteProblem(w, r, unauthenticated("the Authorization header must be: Bearer KEY"))
			return
		}
		if strings.HasPrefix(text, VisitorPrefix) {
			if err := client(r.Context(), text); err != nil {
				WriteProblem(w, r, err)
				return
			}
			next.ServeHTTP(w, r)
			return
		}
		p, err := auth.Authenticate(r.Context(), text)
		if err != nil {
			WriteProblem(w, r, err)
			return
		}
		p.From = Address(r)
		Known(r.Context(), p)
		next.ServeHTTP(w, r.WithContext(WithPrincipal(account.Enclose(r.Context(), p), p)))
	})
}

func unauthenticated(detail string) error {
	return fault.New(fault.Unauthenticated, fault.CodeUnauthenticated, detail)
}

// Required gives the principal of a request that needs one.
func Required(ctx context.Context) (account.Principal, error) {
	p, ok := Principal(ctx)
	if !ok {
		return p, unauthenticated("this needs a key: Authorization: Bearer KEY")
	}
	return p, nil
}

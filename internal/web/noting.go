package web

import (
	"context"
	"net/http"
	"strings"

	"kept/account"
	"kept/fault"
	"kept/id"
)

// Refuser keeps what somebody known was not allowed: what in stable words, the
// card that it was about and the thing beside it, each empty for none.
type Refuser func(ctx context.Context, who account.Principal, what string, card id.Client, ref string)

// noted is what is known of one request.
type noted struct {
	who     account.Principal
	known   bool
	refused bool
}

const keyNoted contextKey = 101

// Noting has requests that are refused for want of a right or of reach be
// recorded, once who asked is known (Known). That is done when the request is
// over, outside of its transaction.
func Noting(refuse Refuser, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := &noted{}
		ctx := context.WithValue(r.Context(), keyNoted, n)
		next.ServeHTTP(w, r.WithContext(ctx))
		if n.known && n.refused {
			what, card, ref := target(r)
			refuse(context.WithoutCancel(r.Context()), n.who, what, card, ref)
		}
	})
}

// Known tells the request of ctx who asks.
func Known(ctx context.Context, who account.Principal) {
	if n, ok := ctx.Value(keyNoted).(*noted); ok {
		n.who, n.known = who, true
	}
}

// Note remembers a refusal for Noting; other faults are none of its business.
func Note(ctx context.Context, err error) {
	n, ok := ctx.Value(keyNoted).(*noted)
	if ok && err != nil && (fault.Is(err, fault.CodeForbidden) || account.IsBeyond(err)) {
		n.refused = true
	}
}

// target puts what was asked for in stable words: the address without its
// identifiers, and without what may have been typed.
func target(r *http.Request) (what string, card id.Client, ref string) {
	path := strings.TrimPrefix(r.URL.Path, "/api/v1")
	parts := strings.Split(path, "/")
	for i, p := range parts {
		switch {
		case id.Valid(p):
			ref, parts[i] = p, "{id}"
		case i == 2 && parts[1] == "app":
			parts[i] = "{slug}"
		case !plainWord(p):
			parts[i] = "{}"
		}
	}
	card, _ = CardOf(path)
	if ref == string(card) || len(parts) > 1 && (parts[1] == "b" || parts[1] == "me") { // those of clients name things of any business
		ref = ""
	}
	const deepest = 8
	what = r.Method + " " + strings.Join(parts[:min(len(parts), deepest)], "/")
	return what, card, ref
}

// plainWord tells whether a part of an address may be one of ours.
func plainWord(p string) bool {
	const longest = 24
	return len(p) <= longest && strings.Trim(p, "abcdefghijklmnopqrstuvwxyz-_.") == ""
}

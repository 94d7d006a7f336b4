package app

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"

	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/journal"
	"kept/internal/store"
	"kept/internal/web"
)

// feed is the journal as the edges read it.
type feed struct {
	*journal.Journal
	events *store.Events
}

// Last gives the newest number of a business.
func (f feed) Last(ctx context.Context, business id.Business) (int64, error) {
	return f.events.Last(ctx, business)
}

// Subscribe implements api.Events.
func (f feed) Subscribe(ctx context.Context, business id.Business, after int64) <-chan event.Event {
	return f.Journal.Subscribe(ctx, business, after)
}

// recovering answers a panic as an internal fault and logs where it was.
func recovering(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if v := recover(); v != nil && v != http.ErrAbortHandler { //nolint:errorlint // a sentinel, compared as net/http does
				log.ErrorContext(r.Context(), "panic", "route", r.Pattern, "value", v, "stack", string(debug.Stack()))
				web.WriteProblem(w, r, fault.New(fault.Internal, fault.CodeInternal, "something went wrong on our side"))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

package wire

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"kept/account"
	"kept/internal/web"
)

// Prefix is where the operations stand.
const Prefix = "/api/v1"

// Edge is where operations are registered; package api makes it.
type Edge struct {
	Huma  huma.API
	Words web.Words
}

// Op registers an operation that needs a key.
func Op[I, O any](
	e *Edge, method, path, name, summary string, fn func(ctx context.Context, p account.Principal, in *I) (*O, error),
) {
	Secured(e, Operation(method, path, name, summary), fn)
}

// Secured registers an operation of its own form that needs a key.
func Secured[I, O any](e *Edge, o huma.Operation, fn func(ctx context.Context, p account.Principal, in *I) (*O, error)) {
	o.Security = []map[string][]string{{"key": {}}}
	o.Errors = append(o.Errors, http.StatusForbidden)
	o.Middlewares = append(huma.Middlewares{known}, o.Middlewares...)
	huma.Register(e.Huma, o, func(ctx context.Context, in *I) (*O, error) {
		p, err := web.Required(ctx)
		if err != nil {
			return nil, e.Fail(ctx, err)
		}
		out, err := fn(ctx, p, in)
		return out, e.Fail(ctx, err)
	})
}

// known turns away whoever shows no key before what they send is looked at:
// what is wrong with it is none of their business.
func known(ctx huma.Context, next func(huma.Context)) {
	if _, err := web.Required(ctx.Context()); err != nil {
		r, w := humago.Unwrap(ctx)
		web.WriteProblem(w, r, err)
		return
	}
	next(ctx)
}

// Origin is the part of a request that tells where it comes from.
type Origin struct {
	Address string `json:"-"`
}

// Resolve implements huma.Resolver.
func (o *Origin) Resolve(ctx huma.Context) []error {
	r, _ := humago.Unwrap(ctx)
	o.Address = web.Address(r)
	return nil
}

// Open registers an operation for the public.
func Open[I, O any](e *Edge, method, path, name, summary string, fn func(ctx context.Context, in *I) (*O, error)) {
	Public(e, Operation(method, path, name, summary), fn)
}

// Public registers an operation of its own form for the public.
func Public[I, O any](e *Edge, o huma.Operation, fn func(ctx context.Context, in *I) (*O, error)) {
	huma.Register(e.Huma, o, func(ctx context.Context, in *I) (*O, error) {
		out, err := fn(ctx, in)
		return out, e.Fail(ctx, err)
	})
}

// Operation describes an operation: path stands under Prefix, name is the
// lasting one, and summary a line for readers. POSTs that make something set
// DefaultStatus.
func Operation(method, path, name, summary string) huma.Operation {
	o := huma.Operation{
		OperationID: name, Method: method, Path: Prefix + path, Summary: summary,
		MaxBodyBytes: web.MaxBody,
		// A wrong key is refused everywhere, also where none is needed.
		Errors: []int{
			http.StatusUnauthorized, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusServiceUnavailable,
		},
	}
	switch method {
	case http.MethodGet:
	case http.MethodDelete:
		o.Errors = append(o.Errors, http.StatusConflict)
	case http.MethodPost:
		o.Errors = append(o.Errors, http.StatusTooManyRequests)
		fallthrough
	default:
		o.Errors = append(o.Errors,
			http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	if strings.HasPrefix(path, "/bookings/") {
		o.Errors = append(o.Errors, http.StatusForbidden)
	}
	return o
}

// Fail turns a fault into a problem; nil stays nil.
func (e *Edge) Fail(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	web.Note(ctx, err)
	if own, ok := errors.AsType[huma.StatusError](err); ok {
		if _, plain := own.(*web.Problem); !plain {
			return own // it says more than a problem does
		}
	}
	p := web.NewProblem(e.Words, web.Language(ctx), err)
	if p.Status >= http.StatusInternalServerError {
		slog.ErrorContext(ctx, "operation failed", "error", err.Error(), "client_gone", ctx.Err() != nil)
	}
	if h := p.Headers(); len(h) > 0 {
		return huma.ErrorWithHeaders(p, h)
	}
	return p
}

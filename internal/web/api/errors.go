package api

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"kept/fault"
	"kept/internal/web"
)

// Huma makes its own errors through a variable of its package; it is set once,
// before the first operation is registered.
var errorsInstalled sync.Once //nolint:gochecknoglobals // guards a global of Huma's

func installErrors(words web.Words) {
	errorsInstalled.Do(func() {
		huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
			language := "en"
			if ctx != nil {
				language = web.Language(ctx.Context())
			}
			return ofForm(words, language, status, message, errs)
		}
		huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
			return ofForm(words, "en", status, message, errs)
		}
	})
}

// ofForm turns what Huma found wrong with a request's form into a problem. A
// value that is not even of the right type (400 to Huma) is as invalid as one
// that is out of bounds.
func ofForm(words web.Words, language string, status int, message string, errs []error) huma.StatusError {
	switch status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return web.NewProblem(words, language, fault.BadFields(fieldsOf(message, errs)))
	case http.StatusRequestEntityTooLarge:
		return &web.Problem{
			Type: "urn:kept:problem:too_large", Title: http.StatusText(status), Status: status,
			Code: "too_large", Detail: "at most 1 MiB",
		}
	case http.StatusUnsupportedMediaType, http.StatusNotAcceptable, http.StatusRequestTimeout:
		return &web.Problem{
			Type: "about:blank", Title: http.StatusText(status), Status: status, Code: fault.CodeInvalid,
			Detail: "send JSON: Content-Type: application/json",
		}
	case 0: // asked for at registration, to describe what errors look like
		return &web.Problem{}
	default:
		slog.Error("operation failed", "status", status, "message", message, "error", errors.Join(errs...))
		return web.NewProblem(words, language, fault.New(fault.Internal, fault.CodeInternal, "something went wrong on our side"))
	}
}

// fieldsOf names the fields as the caller wrote them: "body.client.email" is
// "client.email", "query.from" is "from".
func fieldsOf(message string, errs []error) []fault.Field {
	out := make([]fault.Field, 0, len(errs))
	for _, err := range errs {
		var e *huma.ErrorDetail
		if !errors.As(err, &e) {
			out = append(out, fault.Field{Name: "body", Rule: "format", Detail: message})
			continue
		}
		out = append(out, fieldOf(e))
	}
	if len(out) == 0 {
		out = append(out, fault.Field{Name: "body", Rule: "format", Detail: message})
	}
	return out
}

// brokenRule gives the rule that Huma's words stand for, so that they can be told
// in other languages.
func brokenRule(message string) string {
	for _, m := range []struct{ begins, rule string }{
		{"expected number >", "range"},
		{"expected number <", "range"},
		{"expected number to be", "range"},
		{"expected length >", "too_short"},
		{"expected length <", "too_long"},
		{"expected array length <", "too_many"},
		{"expected array length >", "missing"},
		{"expected array items to be unique", "unique"},
		{"expected value to be one of", "unknown"},
		{"expected string to", "format"},
		{"expected boolean", "type"},
		{"expected number", "type"},
		{"expected integer", "type"},
		{"expected string", "type"},
		{"expected array", "type"},
		{"expected object", "type"},
	} {
		if strings.HasPrefix(message, m.begins) {
			return m.rule
		}
	}
	return "format"
}

func fieldOf(e *huma.ErrorDetail) fault.Field {
	name, rule := e.Location, brokenRule(e.Message)
	switch {
	case strings.HasPrefix(e.Message, "unexpected property"), strings.HasPrefix(e.Message, "unknown query"):
		rule = "unexpected"
	case strings.HasPrefix(e.Message, "expected required property"), strings.HasPrefix(e.Message, "required "):
		rule = "required"
		// The message names the property; the place is that of its parent.
		if words := strings.Fields(e.Message); len(words) > 3 && words[0] == "expected" {
			name += "." + words[3]
		}
	}
	for _, prefix := range []string{"body.", "query.", "path.", "header."} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			name = rest
			break
		}
	}
	return fault.Field{Name: name, Rule: rule, Detail: e.Message}
}

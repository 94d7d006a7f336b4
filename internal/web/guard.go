package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"kept/fault"
)

// MaxBody is the longest body that is read, in bytes.
const MaxBody = 1 << 20

const keyWords contextKey = 100

// wordsOf gives the translations that Guard put into the context.
func wordsOf(ctx context.Context) Words {
	if w, ok := ctx.Value(keyWords).(Words); ok {
		return w
	}
	return plain{}
}

// plain knows no language but the faults' own.
type plain struct{}

func (plain) Problem(string, string, string) (string, string) { return "", "" }
func (plain) Rule(string, string) string                      { return "" }

// Guard refuses what no handler should have to think of: bodies that are too
// long, texts that are broken UTF-8 or hold NUL, in bodies and addresses alike.
func Guard(words Words, language func(*http.Request) string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := context.WithValue(WithLanguage(r.Context(), language(r)), keyWords, words)
		r = r.WithContext(ctx)
		if bad := badAddress(r); bad != "" {
			WriteProblem(w, r, fault.BadField(bad, "encoding", "must be UTF-8 without NUL"))
			return
		}
		if err := readBody(r); err != nil {
			WriteProblem(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func badAddress(r *http.Request) string {
	if !cleanText(r.URL.Path) {
		return "path"
	}
	if !strings.Contains(r.URL.RawQuery, "%") && cleanText(r.URL.RawQuery) { // what most ask: nothing is hidden in it
		return ""
	}
	for name, values := range r.URL.Query() {
		if !cleanText(name) {
			return "query"
		}
		for _, v := range values {
			if !cleanText(v) {
				return name
			}
		}
	}
	return ""
}

func cleanText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// readBody reads the whole body, within the bound, and puts it back.
func readBody(r *http.Request) error {
	if r.Body == nil || r.Body == http.NoBody || r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	if uploads(r) {
		r.Body = http.MaxBytesReader(nil, r.Body, MaxUpload)
		return nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, MaxBody))
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		return &Problem{
			Type: "urn:kept:problem:too_large", Title: http.StatusText(http.StatusRequestEntityTooLarge),
			Status: http.StatusRequestEntityTooLarge, Code: "too_large", Detail: "at most 1 MiB",
		}
	case err != nil:
		return fault.Wrap(fault.Invalid, fault.CodeInvalid, "the request broke off", err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	if !utf8.Valid(body) || bytes.IndexByte(body, 0) >= 0 || escapedNUL(body) {
		return fault.BadField("body", "encoding", "must be UTF-8 without NUL")
	}
	return nil
}

// escapedNUL tells whether JSON text holds \u0000, the NUL that hides from a
// look at the bytes. A backslash that is itself escaped begins no escape.
func escapedNUL(body []byte) bool {
	for rest := body; ; {
		i := bytes.Index(rest, []byte(`\u0000`))
		if i < 0 {
			return false
		}
		slashes := 0
		for j := i - 1; j >= 0 && rest[j] == '\\'; j-- {
			slashes++
		}
		if slashes%2 == 0 {
			return true
		}
		rest = rest[i+1:]
	}
}

// Headers sets what every answer carries: nothing may be run but our own
// files, nobody may frame the pages of staff, addresses with tokens are told
// to nobody.
func Headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin") // with none, the forms of this site would come from nowhere
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		frame := "'none'"
		if strings.HasPrefix(r.URL.Path, "/b/") {
			frame = "*" // the public page may stand in any site
		}
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "+
			"font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; manifest-src 'self'; frame-ancestors "+frame)
		next.ServeHTTP(w, r)
	})
}

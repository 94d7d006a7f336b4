package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/span"
)

// notes remembers under which scope somebody came.
type notes struct{ seen []web.Scope }

func (n *notes) Begin(_ context.Context, s web.Scope, _ []byte, _ span.Instant) (*web.Stored, error) {
	n.seen = append(n.seen, s)
	return nil, nil //nolint:nilnil // nothing was stored before
}

func (*notes) Finish(context.Context, web.Scope, web.Stored) error { return nil }

type plainly struct{}

func (plainly) Do(ctx context.Context, fn func(context.Context) error) error { return fn(ctx) }
func (plainly) Now() span.Instant                                            { return 0 }

// Who asks is told by the cookie that the site reads, and by no other: over TLS
// one without the prefix may have been planted. A program's token goes before.
func TestOnceKnowsCallers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tls    bool
		header http.Header
		same   string // as whom; empty for the public
	}{
		"nobody":                          {false, http.Header{}, ""},
		"a cookie":                        {false, http.Header{"Cookie": {"kept_me=kept_me_a"}}, "a"},
		"a cookie over TLS":               {true, http.Header{"Cookie": {"__Host-kept_me=kept_me_a"}}, "a"},
		"one that was planted":            {true, http.Header{"Cookie": {"kept_me=kept_me_a"}}, ""},
		"a planted one beside":            {true, http.Header{"Cookie": {"kept_me=kept_me_b; __Host-kept_me=kept_me_a"}}, "a"},
		"the other site's":                {false, http.Header{"Cookie": {"__Host-kept_me=kept_me_a"}}, ""},
		"a token that was renewed":        {true, http.Header{"Authorization": {"Bearer kept_me_a.2"}}, "a"},
		"one that has ended":              {true, http.Header{"Authorization": {"Bearer kept_me_ended.3"}}, "ended.3"},
		"a token":                         {true, http.Header{"Authorization": {"Bearer kept_me_a"}}, "a"},
		"a token beside another cookie":   {false, http.Header{"Authorization": {"bearer kept_me_a"}, "Cookie": {"kept_me=kept_me_b"}}, "a"},
		"a key that is no client's":       {true, http.Header{"Authorization": {"Bearer kept_key_a"}}, ""},
		"a token that is spelled wrongly": {true, http.Header{"Authorization": {"Basic kept_me_a"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			as := func(header http.Header) string {
				n := &notes{}
				o := &web.Once{
					Atomic: plainly{}, Ledger: n, Clock: plainly{}, Jar: web.Jar{TLS: c.tls},
					Business: func(*http.Request) (id.Business, bool) { return "b", true },
					Visitor: func(_ context.Context, token string) (string, error) {
						who, _, _ := strings.Cut(strings.TrimPrefix(token, web.VisitorPrefix), ".")
						if who == "ended" {
							return "", fault.New(fault.Unauthenticated, fault.CodeUnauthenticated, "it has ended")
						}
						return who, nil
					},
				}
				r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
				r.Header = header.Clone()
				r.Header.Set("Idempotency-Key", "1")
				o.Wrap(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), r)
				if len(n.seen) == 0 {
					t.Fatal("the ledger is not asked")
				}
				return n.seen[0].Caller
			}
			want := as(http.Header{})
			if c.same != "" {
				want = as(http.Header{"Authorization": {"Bearer kept_me_" + c.same}})
			}
			if got := as(c.header); got != want || (c.same != "") == (got == "public") {
				t.Errorf("asked as %q, want %q", got, want)
			}
		})
	}
}

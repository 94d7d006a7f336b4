package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kept/internal/web"
)

func TestAttachment(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"report.pdf": "attachment; filename=report.pdf", "a b.pdf": `attachment; filename="a b.pdf"`,
		"病歷.pdf": "attachment; filename*=utf-8''%E7%97%85%E6%AD%B7.pdf", "": `attachment; filename=""`,
	} {
		if got := web.Attachment(name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}

// TestFilesPassTheGuard: a file may be no text and longer than other bodies, but not without end.
func TestFilesPassTheGuard(t *testing.T) {
	t.Parallel()
	read := int64(0)
	next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		if read = n; err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}
	})
	guard := web.Guard(nil, func(*http.Request) string { return "en" }, next)
	for _, test := range []struct {
		method, path string
		size, status int
	}{
		{http.MethodPost, "/api/v1/clients/1/documents", 3 << 20, http.StatusOK},
		{http.MethodPost, "/app/x/clients/1/documents", 3 << 20, http.StatusOK},
		{http.MethodPost, "/app/x/clients/1/files", 3 << 20, http.StatusOK},
		{http.MethodPost, "/me/x/papers", 3 << 20, http.StatusOK},
		{http.MethodPost, "/b/x/papers", 3 << 20, http.StatusRequestEntityTooLarge},
		{http.MethodPost, "/api/v1/clients/1/documents", web.MaxUpload + 1, http.StatusRequestEntityTooLarge},
		{http.MethodPost, "/api/v1/clients", 3 << 20, http.StatusRequestEntityTooLarge},
		{http.MethodPut, "/api/v1/clients/1/documents", 3 << 20, http.StatusRequestEntityTooLarge},
	} {
		w := httptest.NewRecorder()
		body := io.LimitReader(endless{}, int64(test.size))
		guard.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), test.method, test.path, body))
		if w.Code != test.status || test.status == http.StatusOK && read != int64(test.size) {
			t.Errorf("%s %s of %d bytes: %d, %d read: %s", test.method, test.path, test.size, w.Code, read, strings.TrimSpace(w.Body.String()))
		}
	}
}

// endless gives bytes that are no text.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 0xff
	}
	return len(b), nil
}

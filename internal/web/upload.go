package web

import (
	"mime"
	"net/http"
	"strings"
)

// MaxUpload is the longest body of a file that is read, in bytes, whatever an
// operator allows beneath it.
const MaxUpload = 64 << 20

// Sandbox is the policy under which files of others are given out: wherever a
// browser shows one, nothing in it runs and nothing is fetched.
const Sandbox = "sandbox; default-src 'none'; frame-ancestors 'none'"

// Attachment is the Content-Disposition of a file that is to be saved, not
// shown (RFC 6266).
func Attachment(name string) string {
	if v := mime.FormatMediaType("attachment", map[string]string{"filename": name}); v != "" {
		return v
	}
	return "attachment"
}

// uploads tells whether a request brings a file: its body is not text and may
// be longer. Whoever answers it checks what it takes.
func uploads(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/documents")
}

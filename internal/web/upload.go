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
	if r.Method != http.MethodPost {
		return false
	}
	// The API's; the card's page for the staff; the client's own page.
	return strings.HasSuffix(r.URL.Path, "/documents") || strings.HasPrefix(r.URL.Path, "/app/") && strings.HasSuffix(r.URL.Path, "/files") ||
		strings.HasPrefix(r.URL.Path, "/me/") && strings.HasSuffix(r.URL.Path, "/papers")
}

// Upload names the content of a form with a file, which is read as it comes.
const Upload = "multipart/form-data"

// Brings tells whether a request's body is a form with a file. Nobody reads it
// as a form before whoever takes the file.
func Brings(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == Upload
}

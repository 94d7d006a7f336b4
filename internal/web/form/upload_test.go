package form_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kept/fault"
	"kept/internal/web/form"
)

// send makes a request of fields in this order; the one called file is a file.
func send(t *testing.T, fields ...[2]string) *http.Request {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, f := range fields {
		field := w.CreateFormField
		if f[0] == "file" {
			field = func(name string) (io.Writer, error) { return w.CreateFormFile(name, "note.txt") }
		}
		part, err := field(f[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, f[1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

func TestReadUpload(t *testing.T) {
	t.Parallel()
	const most = 1 << 10
	r := send(t, [2]string{"key", "k\x00\xff1"}, [2]string{"class", strings.Repeat("x", 99)}, [2]string{"file", "content"}, [2]string{"late", "x"})
	u, err := form.ReadUpload(httptest.NewRecorder(), r, most)
	if err != nil {
		t.Fatal(err)
	}
	if u.Words["key"] != "k1" || len(u.Words["class"]) != 40 || u.Words["late"] != "" || u.File.FileName() != "note.txt" {
		t.Errorf("read %q, %s", u.Words, u.File.FileName())
	}
	if content, err := io.ReadAll(u.File); err != nil || string(content) != "content" {
		t.Errorf("the file reads %q, %v", content, err)
	}

	many := make([][2]string, 3000)
	for i := range many {
		many[i] = [2]string{fmt.Sprint("f", i), "x"}
	}
	for rule, r := range map[string]*http.Request{
		"format":   httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader("a=b")),
		"required": send(t, [2]string{"key", "k"}),
		"many":     send(t, many...),
	} {
		if _, err := form.ReadUpload(httptest.NewRecorder(), r, most); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", rule, err)
		}
	}

	large := send(t, [2]string{"key", "k"}, [2]string{"file", strings.Repeat("x", 200<<10)})
	if u, err = form.ReadUpload(httptest.NewRecorder(), large, most); err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, u.File)
	if err := form.TooLarge(err); fault.KindOf(err) != fault.Invalid {
		t.Errorf("too large: %v", err)
	}
	if err := form.TooLarge(io.ErrUnexpectedEOF); err != io.ErrUnexpectedEOF { //nolint:errorlint // the very one
		t.Errorf("another error became %v", err)
	}
}

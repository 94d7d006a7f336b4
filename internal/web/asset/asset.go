// Package asset serves the files that pages are drawn with: style, scripts,
// the icon. They are part of the binary. A file's address carries a hash of
// its content, so that a browser keeps it for a year and asks for a new one
// the moment it is another; the style is one file, put together from the
// parts in css/ in the order of their names.
//
// What stands in dist/ was written by others and is kept unchanged, with its
// licence beside it and its sum in scripts/assets.txt.
package asset

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// Prefix is the path under which Handler must be mounted.
const Prefix = "/assets/"

//go:embed css/*.css js/*.js img/*.svg dist/*.js dist/*.css
var files embed.FS

// A file is one asset as it is sent.
type file struct {
	body, packed []byte // packed is empty where it would not be smaller
	kind         string // media type
	hash         string
}

// all are the files by the name that pages call them.
var all = sync.OnceValue(func() map[string]file { //nolint:gochecknoglobals // made once, then only read
	out, err := load(files)
	if err != nil {
		panic(err)
	}
	return out
})

func load(from fs.FS) (map[string]file, error) {
	bodies := map[string][]byte{}
	var style bytes.Buffer
	err := fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		if path.Dir(name) == "css" || path.Ext(name) == ".css" {
			style.Write(body)
			style.WriteByte('\n')
			return nil
		}
		bodies[path.Base(name)] = body
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("asset: %w", err)
	}
	bodies["app.css"] = style.Bytes()
	out := map[string]file{}
	for name, body := range bodies {
		if out[name], err = pack(name, body); err != nil {
			return nil, fmt.Errorf("asset: %s: %w", name, err)
		}
	}
	return out, nil
}

func pack(name string, body []byte) (file, error) {
	sum := sha256.Sum256(body)
	f := file{body: body, kind: kind(name), hash: hex.EncodeToString(sum[:])[:12]}
	var small bytes.Buffer
	w, err := gzip.NewWriterLevel(&small, gzip.BestCompression)
	if err != nil {
		return f, err
	}
	if _, err := w.Write(body); err != nil {
		return f, err
	}
	if err := w.Close(); err != nil {
		return f, err
	}
	if small.Len() < len(body) {
		f.packed = small.Bytes()
	}
	return f, nil
}

// kind is the media type of a name, the same on every machine.
func kind(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// URL is the address of a file, as in URL("app.css"). A name that is not there
// is a fault of the program: its address answers 404, and a test finds it.
func URL(name string) string {
	f, ok := all()[name]
	if !ok {
		return Prefix + "missing/" + name
	}
	return Prefix + f.hash + "/" + name
}

// Has tells whether there is a file of a name.
func Has(name string) bool {
	_, ok := all()[name]
	return ok
}

// Handler serves the files under Prefix. An address with an old hash is served
// what the file is now, not to be kept, so that a page that was open across an
// upgrade still works.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		hash, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, Prefix), "/")
		f, ok := all()[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		send(w, r, f, hash == f.hash)
	})
}

func send(w http.ResponseWriter, r *http.Request, f file, fresh bool) {
	h, body, tag := w.Header(), f.body, `"`+f.hash+`"`
	h.Set("Content-Type", f.kind)
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-cache")
	if fresh {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if len(f.packed) > 0 && accepts(r, "gzip") {
		body, tag = f.packed, `"`+f.hash+`-gz"`
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", tag)
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // a reader who went away is nobody's fault
	}
}

// accepts tells whether a request takes an encoding, and not with weight zero.
func accepts(r *http.Request, encoding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == encoding {
			weight = strings.ReplaceAll(weight, " ", "")
			return weight != "q=0" && !strings.HasPrefix(weight, "q=0.000")
		}
	}
	return false
}

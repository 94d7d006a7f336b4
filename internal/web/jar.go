package web

import (
	"net/http"
	"strings"
	"time"
)

// Jar names, hands out and reads the site's cookies; nothing else does. Where
// the site's address is https, every name begins with __Host- (RFC 6265bis,
// section 4.1.3.2): browsers then take the cookie over TLS alone, for this host
// and all its paths, and no other host of the domain can plant one. A cookie
// without the prefix is not looked at there, be it planted or from before. On
// plain http, which is loopback, browsers would refuse the prefix, so there is
// none.
type Jar struct{ TLS bool }

// NewJar makes the jar of a site with an address.
func NewJar(base string) Jar { return Jar{strings.HasPrefix(base, "https://")} }

const hostPrefix = "__Host-"

// Cookie is one to hand out. Scripts never see it, and no other site's form
// sends it.
type Cookie struct {
	Name  string // without the prefix
	Value string
	Path  string        // "/" where it is empty, and with the prefix
	Life  time.Duration // 0 takes the cookie away
}

// Name gives a cookie's name as browsers have it.
func (j Jar) Name(name string) string {
	if j.TLS {
		return hostPrefix + name
	}
	return name
}

// Set hands a cookie out.
func (j Jar) Set(w http.ResponseWriter, c Cookie) {
	out := &http.Cookie{
		Name: j.Name(c.Name), Value: c.Value, Path: c.Path, HttpOnly: true, Secure: j.TLS, SameSite: http.SameSiteLaxMode,
		MaxAge: int(c.Life / time.Second),
	}
	if j.TLS || out.Path == "" {
		out.Path = "/"
	}
	if c.Life <= 0 {
		out.Value, out.MaxAge = "", -1
	}
	http.SetCookie(w, out)
}

// Drop takes a cookie away; path is that of Set.
func (j Jar) Drop(w http.ResponseWriter, name, path string) { j.Set(w, Cookie{Name: name, Path: path}) }

// Visitor gives the token of the client who is signed in: the one that a
// program shows as a bearer, else the cookie's; empty for none.
func (j Jar) Visitor(r *http.Request) string {
	if text := Bearer(r); strings.HasPrefix(text, VisitorPrefix) {
		return text
	}
	return j.Get(r, VisitorCookie)
}

// Get gives a cookie's value; empty for none.
func (j Jar) Get(r *http.Request, name string) string {
	c, err := r.Cookie(j.Name(name))
	if err != nil {
		return ""
	}
	return c.Value
}

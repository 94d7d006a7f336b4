package shell

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"kept/account"
	"kept/internal/web"
)

// From tells where a request comes from.
func From(r *http.Request) account.Origin {
	return account.Origin{Address: web.Address(r), Device: Device(r.UserAgent())}
}

// Device tells roughly what browser a User-Agent belongs to, as its owner would
// call it: "Firefox, Windows". What it doesn't know it leaves out.
func Device(agent string) string {
	first := func(words ...string) string {
		for _, w := range words {
			mark, name, _ := strings.Cut(w, "=")
			if name == "" {
				name = mark
			}
			if strings.Contains(agent, mark) {
				return name
			}
		}
		return ""
	}
	// Browsers call themselves by the names of those before them, so the order tells.
	browser := first("Edg/=Edge", "EdgA/=Edge", "OPR/=Opera", "YaBrowser/=Yandex", "SamsungBrowser/=Samsung Internet",
		"Firefox/=Firefox", "FxiOS/=Firefox", "CriOS/=Chrome", "Chromium/=Chromium", "Chrome/=Chrome", "Safari/=Safari", "curl/=curl")
	system := first("iPhone", "iPad", "Android", "Windows", "CrOS=ChromeOS", "Mac OS X=macOS", "Linux")
	return strings.Trim(browser+", "+system, ", ")
}

// Admit hands out the cookie of a session.
func (s *Shell) Admit(w http.ResponseWriter, token string) {
	s.Jar.Set(w, web.Cookie{Name: SessionCookie, Value: token, Life: time.Duration(account.SessionMost) * time.Microsecond})
}

// Dismiss takes the cookie back.
func (s *Shell) Dismiss(w http.ResponseWriter) { s.Jar.Drop(w, SessionCookie, "") }

// StepCookie carries the token of a sign-in's second step, so that it stands in
// no address.
const StepCookie = "kept_step"

// Step hands out the token of a second step and leads there.
func (s *Shell) Step(w http.ResponseWriter, r *http.Request, token, next string) error {
	s.SetCookie(w, StepCookie, token, "/sign-in")
	http.Redirect(w, r, "/sign-in/second?next="+url.QueryEscape(next), http.StatusSeeOther)
	return nil
}

// SetCookie hands out a cookie that is good for the quarter of an hour that
// something begun may take.
func (s *Shell) SetCookie(w http.ResponseWriter, name, value, path string) {
	s.Jar.Set(w, web.Cookie{Name: name, Value: value, Path: path, Life: 15 * time.Minute})
}

// Token gives the token of a request's session; empty for none.
func (s *Shell) Token(r *http.Request) string { return s.Jar.Get(r, SessionCookie) }

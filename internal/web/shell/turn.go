package shell

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"kept/account"
	"kept/availability"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/internal/i18n"
	"kept/internal/web"
	"kept/internal/web/view"
	"kept/message"
	"kept/span"
)

// Messages lists messages.
type Messages interface {
	List(ctx context.Context, business id.Business, f message.Filter, now span.Instant) ([]message.Message, error)
	Find(ctx context.Context, business id.Business, id id.Message) (message.Message, error)
	// Waiting counts those that should have gone out by now and have not, at most so many.
	Waiting(ctx context.Context, business id.Business, now span.Instant, most int) (int, error)
}

// Staff stands around every page under /app/{slug}: who may come in, and what
// the menu says.
type Staff struct {
	*Shell

	Messages Messages
	Fence    web.Fence
	Glass    web.Glass // nil where nobody is let past the fence
	Demo     bool      // show the way to the demo's inbox
}

// Turn is one request of somebody who is signed in, with what every page needs.
type Turn struct {
	W      http.ResponseWriter
	R      *http.Request
	Who    account.Principal
	In     account.Session
	User   account.User
	Set    *availability.Setting
	P      *i18n.Printer
	Home   *time.Location // the business's zone
	Now    span.Instant
	Slug   string
	Places int // businesses that the person works for
}

// Ctx is the request's context.
func (t *Turn) Ctx() context.Context { return t.R.Context() }

// Root is where the business's pages stand.
func (t *Turn) Root() string { return "/app/" + t.Slug }

// Name picks an owner's text in the reader's language.
func (t *Turn) Name(texts catalog.Texts) string {
	return texts.Pick(t.P.Lang(), t.Set.Catalog.Business.Language)
}

// Show writes a page.
func (t *Turn) Show(c templ.Component, status int) error { return Draw(t.W, t.R, status, c) }

// Back leads on after a POST, telling what was done.
func (t *Turn) Back(to, done string) error {
	if done != "" {
		mark := "?"
		if strings.Contains(to, "?") {
			mark = "&"
		}
		to += mark + "done=" + done
	}
	http.Redirect(t.W, t.R, to, http.StatusSeeOther)
	return nil
}

// ID checks the form of the identifier in the address; what names the thing
// that is missing if it is none.
func ID[T ~string](t *Turn, what string) (T, error) {
	if text := t.R.PathValue("id"); id.Valid(text) {
		return T(text), nil
	}
	return "", fault.Missing(what)
}

// LockPage is where a shared desk waits for somebody's PIN.
const LockPage = "/account/desk"

// StrongPage is where somebody shows, or sets up, the second factor that a
// business demands.
const StrongPage = "/account/strong"

// errWeakDesk says that whoever is at a shared desk must set up a second factor first.
var errWeakDesk = errors.New("shell: no second factor at a shared desk")

// wayIn gives where somebody is led who may come in once they have shown more;
// empty for who is refused.
func wayIn(err error, next string) string {
	f, known := errors.AsType[*fault.Error](err)
	to := url.Values{"next": {next}}
	switch {
	case errors.Is(err, errWeakDesk):
		to.Set("second", "yes")
		return LockPage + "?" + to.Encode()
	case errors.Is(err, errLocked):
		return LockPage + "?" + to.Encode()
	case !known:
		return ""
	case f.Kind == fault.Forbidden && f.Rule == account.RuleSecond:
		return StrongPage + "?" + to.Encode()
	case f.Kind == fault.Unauthenticated && f.Rule == account.RuleEnded:
		to.Set("ended", "yes")
		return "/?" + to.Encode()
	case f.Kind == fault.Unauthenticated:
		return "/?" + to.Encode()
	default:
		return ""
	}
}

// errLocked says that a shared desk waits for a PIN.
var errLocked = fault.New(fault.Unauthenticated, fault.CodeUnauthenticated, "the desk is locked: enter your PIN")

// Page lets in whoever is signed in, works for the business and may do what
// the page needs. Another business's slug is as unknown as one that is not.
func (s *Staff) Page(need account.Action, fn func(*Turn) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.Begin(w, r)
		t, err := s.enter(w, r)
		next := r.URL.RequestURI()
		if r.Method != http.MethodGet || Fragment(r) {
			next = "/app/" + r.PathValue("slug")
		}
		if to := wayIn(err, next); to != "" {
			if WantsJSON(r) {
				web.WriteProblem(w, r, err)
				return
			}
			http.Redirect(w, r, to, http.StatusSeeOther)
			return
		}
		if err == nil && !t.Who.May(need) {
			err = fault.New(fault.Forbidden, fault.CodeForbidden, "this is not yours to do")
		}
		if err == nil {
			err = fn(t)
		}
		switch {
		case err == nil:
		case WantsJSON(r):
			web.WriteProblem(w, r, err)
		case s.offers(t, err):
			web.Note(r.Context(), err)
			_ = s.ShowGlass(t, nil, "", http.StatusNotFound) // Draw answers for itself
		default:
			s.Fail(w, r, err)
		}
	})
}

func (s *Staff) enter(w http.ResponseWriter, r *http.Request) (*Turn, error) {
	ctx := r.Context()
	session, err := s.Session(r)
	if err != nil {
		return nil, err
	}
	t := &Turn{W: w, R: r, In: session, Slug: r.PathValue("slug"), P: i18n.For(web.Language(ctx)), Now: s.Clock.Now()}
	if session.Locked(t.Now) {
		return nil, errLocked
	}
	business, err := s.Settings.BySlug(ctx, t.Slug)
	if err != nil {
		return nil, err
	}
	if t.Who, err = s.Gate.Enter(ctx, session, business, web.Address(r)); err != nil {
		if f, ok := errors.AsType[*fault.Error](err); ok && f.Rule == account.RuleSecond && session.Shared != "" {
			err = errors.Join(err, errWeakDesk)
		}
		return nil, err
	}
	web.Known(ctx, t.Who)
	t.R = r.WithContext(account.Enclose(ctx, t.Who))
	if t.Who.Reach != account.ReachBusiness && everybodys(r.URL.Path) {
		return nil, fault.New(fault.Forbidden, fault.CodeForbidden, "this is about clients beyond your reach")
	}
	if card, ok := web.CardOf(r.URL.Path); ok && s.Fence != nil {
		ctx, err := web.Enter(t.Ctx(), s.Fence, s.Glass, t.Who, r, card)
		if err != nil {
			return t, err
		}
		t.R = t.R.WithContext(ctx)
	}
	if session.Shared != "" && r.Method == http.MethodGet && !Fragment(r) { // the screen must not go on showing what the session no longer does
		w.Header().Set("Refresh", strconv.Itoa(int(account.LockAfter/span.Second)+1)+"; url="+LockPage)
	}
	if t.Set, err = s.Settings.Load(ctx, business, 0); err != nil {
		return nil, err
	}
	if t.User, err = s.Gate.FindUser(ctx, session.User); err != nil {
		return nil, err
	}
	places, err := s.Gate.ListMemberships(ctx, session.User)
	if err != nil {
		return nil, err
	}
	t.Places = len(places)
	t.Home, err = s.Zone(t.Set.Catalog.Business.Zone)
	return t, err
}

// everybodys tells whether a page is about the clients of the whole business.
func everybodys(path string) bool {
	_, rest, _ := strings.Cut(strings.TrimPrefix(path, "/app/"), "/")
	group, rest, _ := strings.Cut(rest, "/")
	switch group {
	case "privacy", "audit":
		return true
	case "clients":
		_, card := web.CardOf(path)
		return rest != "" && rest != "new" && "/"+rest != web.GlassPath && !card
	default:
		return false
	}
}

// WantsJSON tells a program's request from a reader's.
func WantsJSON(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "json") || strings.HasSuffix(r.URL.Path, "/stream")
}

// Fragment tells whether the calendar's script asks for its panel.
func Fragment(r *http.Request) bool { return r.Header.Get("Hx-Target") == "panel" }

// MostWaiting bounds what the menu counts: past it, there is trouble, and how
// much is told by the page of messages.
const MostWaiting = 99

// Frame fills what stands around every page of the desk. here is the entry of
// the menu; what was just done is told where there is a text did.<word> for
// the word after ?done= in the address.
func (s *Staff) Frame(t *Turn, here, title string) (view.Staff, error) {
	f := view.Staff{
		Page:     view.Page{P: *t.P, Title: title, Path: t.R.URL.RequestURI()},
		Business: t.Name(t.Set.Catalog.Business.Names), Slug: t.Slug, Here: here, User: t.User.Name,
		Role: t.P.T("role." + string(t.Who.Role)), SignOut: "/sign-out",
		Settings: t.Who.May(account.WriteSettings) || t.Who.May(account.WriteTimeOff),
	}
	if did := "did." + t.R.URL.Query().Get("done"); t.P.Has(did) {
		f.Notice = view.Notice{Text: t.P.T(did), Tone: view.Good}
	}
	if t.In.Shared != "" {
		f.Shared = LockPage
	} else if t.Places > 1 {
		f.Switch = "/"
	}
	if t.Who.May(account.ReadEvents) {
		f.Stream = t.Root() + "/stream"
	}
	if s.Demo {
		f.Demo = "/demo/inbox"
	}
	if t.Who.May(account.ReadMessages) {
		var err error
		if f.Waiting, err = s.Messages.Waiting(t.Ctx(), t.Who.Business, t.Now, MostWaiting); err != nil {
			return f, err
		}
	}
	return f, nil
}

// Refusal is the sentence for a fault, in the reader's words.
func (s *Staff) Refusal(t *Turn, err error) string {
	p := web.NewProblem(s.Words, t.P.Lang(), err)
	if p.RuleName != "" {
		return strings.TrimRight(p.Title, ".") + ". " + p.RuleName + ": " + p.RuleText
	}
	if p.Detail != "" && p.Left == 0 && (p.Rule != "" || p.Code == fault.CodeInvalid) {
		return strings.TrimRight(p.Title, ".") + ". " + p.Detail
	}
	return p.Title
}

// Wrong are a fault's fields as a form shows them; trim is what the form leaves
// out of their names.
func (s *Staff) Wrong(t *Turn, err error, trim string) view.Errors {
	var out view.Errors
	for _, f := range web.NewProblem(s.Words, t.P.Lang(), err).Errors {
		out = append(out, view.FieldError{Field: strings.TrimPrefix(f.Field, trim), Text: f.Detail})
	}
	return out
}

// Expected tells whether a fault is an answer to what somebody asked, to be
// shown where they asked it, and not a failure of the page.
func Expected(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.Gone, fault.Exhausted:
		return true
	case fault.Forbidden:
		return fault.CodeOf(err) == fault.CodePolicyRefused
	default:
		return false
	}
}

package page

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"kept/account"
	"kept/catalog"
	"kept/fault"
	"kept/internal/i18n"
	"kept/internal/web"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/setup"
)

// home is the owner's sign-up at the first visit, then the sign-in, and for
// whoever is signed in the way to their business.
func (p *Pages) home(w http.ResponseWriter, r *http.Request) error {
	session, err := p.Session(r)
	if fault.KindOf(err) == fault.Unauthenticated && err != nil {
		return p.door(w, r)
	}
	if err != nil {
		return err
	}
	if session.Shared != "" {
		http.Redirect(w, r, shell.LockPage, http.StatusSeeOther)
		return nil
	}
	members, err := p.Gate.ListMemberships(r.Context(), session.User)
	if err != nil {
		return err
	}
	if len(members) == 1 && r.URL.Query().Get("all") == "" {
		http.Redirect(w, r, "/app/"+members[0].Slug, http.StatusSeeOther)
		return nil
	}
	user, err := p.Gate.FindUser(r.Context(), session.User)
	if err != nil {
		return err
	}
	m := view.BusinessesModel{Page: shell.Frame(r, ""), User: user.Name, SignOut: "/sign-out"}
	for _, member := range members {
		s, err := p.Settings.Load(r.Context(), member.Business, 0)
		if err != nil {
			return err
		}
		m.Businesses = append(m.Businesses, view.BusinessChoice{
			Name: shell.Named(r, s.Catalog, s.Catalog.Business.Names), Role: m.P.T("role." + string(member.Role)),
			Line: shell.Named(r, s.Catalog, s.Catalog.Business.About), Href: "/app/" + member.Slug,
		})
	}
	return shell.Draw(w, r, http.StatusOK, view.BusinessesPage(m))
}

// door shows the sign-up while nobody has ever signed up, then the sign-in.
func (p *Pages) door(w http.ResponseWriter, r *http.Request) error {
	open, err := p.Gate.Open(r.Context())
	if err != nil {
		return err
	}
	if open {
		return shell.Draw(w, r, http.StatusOK, view.SignUpPage(p.signUpForm(r)))
	}
	return shell.Draw(w, r, http.StatusOK, view.SignInPage(p.signInForm(r, r.URL.Query().Get("next"))))
}

func (p *Pages) signInForm(r *http.Request, next string) view.SignInModel {
	m := view.SignInModel{Page: shell.Frame(r, ""), Action: "/sign-in", Keys: p.HasKeys(r.Host)}
	if next = localPath(next); next != "" {
		m.Hidden = []view.Pair{{Name: "next", Value: next}}
	}
	if p.Elsewhere != "" {
		m.Other = view.Link{Text: m.P.T("sign_in.outside", "host", p.Elsewhere), Href: "/sign-in/outside?" + url.Values{"next": {next}}.Encode()}
	}
	if r.URL.Query().Get("done") == "password" {
		m.Notice = view.Notice{Text: m.P.T("did.password"), Tone: view.Good}
	}
	if r.URL.Query().Get("ended") != "" {
		m.Notice = view.Notice{Text: m.P.T("sign_in.ended"), Tone: view.Look}
	}
	if r.URL.Query().Get("key") == "wrong" {
		m.Error = m.P.T("sign_in.passkey_no")
	}
	if p.Demo == nil {
		return m
	}
	m.Inbox = "/demo/inbox"
	for _, l := range p.Demo.Logins {
		m.Demo = append(m.Demo, view.DemoLogin{
			Business: p.demoName(r, l.Slug), Email: l.Email, Password: l.Password, Page: "/b/" + l.Slug,
		})
	}
	return m
}

// demoName is the name of a business of the demo, its slug when there is none.
func (p *Pages) demoName(r *http.Request, slug string) string {
	business, err := p.Settings.BySlug(r.Context(), slug)
	if err != nil {
		return slug
	}
	s, err := p.Settings.Load(r.Context(), business, 0)
	if err != nil {
		return slug
	}
	return shell.Named(r, s.Catalog, s.Catalog.Business.Names)
}

// localPath lets nobody be led to another site after signing in.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || strings.Contains(next, "\\") {
		return ""
	}
	for _, home := range []string{"/app/", "/account", "/join/"} {
		if strings.HasPrefix(next, home) {
			return u.RequestURI()
		}
	}
	return ""
}

func (p *Pages) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := p.signIns.Allow(r); err != nil {
		return err
	}
	email, next := r.PostFormValue("email"), localPath(r.PostFormValue("next"))
	in, err := p.Gate.SignIn(r.Context(), account.Try{Email: email, Password: r.PostFormValue("password"), From: shell.From(r)})
	if err != nil {
		if k := fault.KindOf(err); k != fault.Unauthenticated && k != fault.Invalid {
			return err
		}
		m := p.signInForm(r, next)
		m.Path, m.Email, m.Error = "/", email, m.P.T("sign_in.wrong")
		return shell.Draw(w, r, http.StatusUnprocessableEntity, view.SignInPage(m))
	}
	if in.Second != "" {
		return p.Step(w, r, in.Second, next)
	}
	p.Admit(w, in.Token)
	if next == "" {
		next = "/"
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

func (p *Pages) signOut(w http.ResponseWriter, r *http.Request) error {
	if token := p.Token(r); token != "" {
		if err := p.Gate.SignOut(r.Context(), token); err != nil {
			return err
		}
	}
	p.Dismiss(w)
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// commonZones are offered at sign-up, those of our languages first.
func commonZones() []string {
	return []string{
		"Europe/Berlin", "Asia/Taipei", "Europe/Moscow", "Europe/London", "Europe/Paris", "Europe/Madrid", "Europe/Rome",
		"Europe/Vienna", "Europe/Zurich", "Europe/Amsterdam", "Europe/Prague", "Europe/Warsaw", "Europe/Kyiv", "Europe/Helsinki",
		"Europe/Athens", "Europe/Istanbul", "Europe/Kaliningrad", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk",
		"Asia/Novosibirsk", "Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Vladivostok", "Asia/Almaty", "Asia/Tbilisi", "Asia/Dubai",
		"Asia/Kolkata", "Asia/Singapore", "Asia/Hong_Kong", "Asia/Shanghai", "Asia/Tokyo", "Asia/Seoul", "Australia/Sydney",
		"Australia/Perth", "Pacific/Auckland", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
		"America/Toronto", "America/Sao_Paulo", "Africa/Johannesburg", "UTC",
	}
}

func (p *Pages) signUpForm(r *http.Request) view.SignUpModel {
	m := view.SignUpModel{
		Page: shell.Frame(r, ""), Action: "/sign-up", Business: r.PostFormValue("business"), Slug: r.PostFormValue("slug"),
		Name: r.PostFormValue("name"), Email: r.PostFormValue("email"),
	}
	if r.Method != http.MethodGet {
		m.Path = "/"
	}
	language := r.PostFormValue("language")
	if language == "" {
		language = m.P.Lang()
	}
	usual := map[string][2]string{
		i18n.English: {"Europe/Berlin", "EUR"}, i18n.Chinese: {"Asia/Taipei", "TWD"}, i18n.Russian: {"Europe/Moscow", "RUB"},
	}[language]
	for _, name := range setup.Presets() {
		m.Presets = append(m.Presets, option(name, m.P.T("preset."+name), or(r.PostFormValue("preset"), "salon")))
	}
	for _, z := range commonZones() {
		m.Zones = append(m.Zones, option(z, strings.ReplaceAll(z, "_", " "), or(r.PostFormValue("zone"), usual[0])))
	}
	for _, l := range i18n.Languages() {
		m.Languages = append(m.Languages, option(l, i18n.NameOf(l), language))
	}
	for _, c := range []string{"EUR", "TWD", "RUB", "USD", "GBP", "CHF", "PLN", "CZK", "TRY", "KZT", "JPY", "CNY", "HKD", "SGD", "AUD", "CAD"} {
		m.Currencies = append(m.Currencies, option(c, c, or(r.PostFormValue("currency"), usual[1])))
	}
	return m
}

func option(value, text, chosen string) view.Option {
	return view.Option{Value: value, Text: text, Chosen: value == chosen}
}

func or(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}

// signUp makes the first owner and their business, both or neither.
func (p *Pages) signUp(w http.ResponseWriter, r *http.Request) error {
	if err := p.signIns.Allow(r); err != nil {
		return err
	}
	name, language := r.PostFormValue("business"), r.PostFormValue("language")
	draft := setup.Draft{
		Slug: r.PostFormValue("slug"), Names: catalog.Texts{language: name}, Zone: r.PostFormValue("zone"),
		Currency: r.PostFormValue("currency"), Language: language, Preset: r.PostFormValue("preset"),
	}
	if draft.Slug == "" {
		draft.Slug = slugOf(name)
	}
	password := r.PostFormValue("password")
	err := p.Atomic.Do(r.Context(), func(ctx context.Context) error {
		user, err := p.Gate.SignUp(ctx, account.NewUser{
			Name: r.PostFormValue("name"), Email: r.PostFormValue("email"), Password: password, Language: language,
			Words: []string{name, draft.Slug},
		})
		if err != nil {
			return err
		}
		b, staff, err := p.Found(ctx, draft, user)
		if err != nil {
			return err
		}
		return p.Gate.Join(ctx, account.Member{User: user.ID, Business: b.ID, Role: account.Owner, Staff: staff})
	})
	if k := fault.KindOf(err); err != nil && (k == fault.Invalid || k == fault.Conflict) {
		m := p.signUpForm(r)
		m.Errors = p.FormFaults(m.Page, err, func(name string) string {
			if strings.HasPrefix(name, "names") {
				return "business"
			}
			return name
		})
		if len(m.Errors) == 0 {
			m.Errors = view.Errors{{Field: "slug", Text: web.NewProblem(p.Words, m.P.Lang(), err).Title}}
		}
		return shell.Draw(w, r, http.StatusUnprocessableEntity, view.SignUpPage(m))
	}
	if err != nil {
		return err
	}
	in, err := p.Gate.SignIn(r.Context(), account.Try{Email: r.PostFormValue("email"), Password: password, From: shell.From(r)})
	if err != nil {
		return err
	}
	p.Admit(w, in.Token)
	http.Redirect(w, r, "/app/"+draft.Slug, http.StatusSeeOther)
	return nil
}

// slugOf makes a word for addresses out of a name; letters that are not Latin
// leave none, and then the owner is asked.
func slugOf(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	slug := strings.Trim(b.String(), "-")
	if len(slug) < 2 {
		return "my-business"
	}
	return slug[:min(len(slug), 60)]
}

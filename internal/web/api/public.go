package api

import (
	"context"
	"net/http"
	"strings"

	"kept/account"
	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/secret"
	"kept/internal/web"
	"kept/money"
	"kept/span"
)

func (a *API) registerPublic() {
	open(a, http.MethodGet, "/b/{slug}", "get-business", "A business, as everybody may see it", a.getBusiness)
	open(a, http.MethodGet, "/b/{slug}/services", "list-public-services", "What can be booked", a.listPublicServices)
	open(a, http.MethodGet, "/b/{slug}/staff", "list-public-staff", "Who performs it", a.listPublicStaff)
	created(a, "/b/{slug}/holds", "create-hold", "Keep a slot for some minutes", a.createHold)
	open(a, http.MethodDelete, "/holds/{id}", "delete-hold", "Let a held slot go", a.deleteHold)
	created(a, "/b/{slug}/bookings", "create-public-booking", "Book as a client", a.createPublicBooking)
}

// SlugPath names a business.
type SlugPath struct {
	Slug string `path:"slug" maxLength:"100" doc:"The business's word in addresses"`
}

// setting finds the configuration behind a slug.
func (a *API) setting(ctx context.Context, slug string) (*availability.Setting, error) {
	business, err := a.Settings.BySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	return a.Settings.Load(ctx, business, 0)
}

type businessBody struct {
	ID        string         `json:"id"`
	Slug      string         `json:"slug"`
	Name      string         `json:"name"`
	About     string         `json:"about,omitempty"`
	Zone      string         `json:"zone"`
	Currency  string         `json:"currency"`
	Language  string         `json:"language"`
	Languages []string       `json:"languages"`
	Preset    string         `json:"preset"`
	Locations []locationBody `json:"locations"`
	Policy    policyBody     `json:"policy"`
	Contact   string         `json:"contact" doc:"Which contact a client must give: any, email, phone, both"`
}

type policyBody struct {
	CancelCutoffMin int `json:"cancel_cutoff_min"`
	MoveCutoffMin   int `json:"move_cutoff_min"`
	HoldMin         int `json:"hold_min"`
}

type locationBody struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Address string `json:"address,omitempty"`
	Zone    string `json:"zone"`
}

type businessOut struct{ Body businessBody }

func (a *API) getBusiness(ctx context.Context, in *SlugPath) (*businessOut, error) {
	s, err := a.setting(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	b, language := s.Catalog.Business, web.Language(ctx)
	body := businessBody{
		ID: string(b.ID), Slug: b.Slug, Name: b.Names.Pick(language, b.Language), About: b.About.Pick(language, b.Language),
		Zone: b.Zone, Currency: b.Currency, Language: b.Language, Languages: []string{"en", "zh-Hant", "ru"}, Preset: b.Preset,
		Policy:    policyBody{b.Terms.CancelCutoffMin, b.Terms.MoveCutoffMin, b.Terms.HoldMin},
		Contact:   b.Terms.Contact,
		Locations: []locationBody{},
	}
	for _, l := range s.Catalog.Locations {
		if !l.Archived {
			body.Locations = append(body.Locations, locationBody{
				string(l.ID), l.Names.Pick(language, b.Language), l.Address.Pick(language, b.Language), s.Catalog.ZoneOf(l.ID),
			})
		}
	}
	return &businessOut{body}, nil
}

type publicService struct {
	ID          string           `json:"id"`
	Name        string           `json:"name"`
	About       string           `json:"about,omitempty"`
	Group       string           `json:"group,omitempty"`
	DurationMin int              `json:"duration_min"`
	Price       money.Amount     `json:"price"`
	Segments    []serviceSegment `json:"segments"`
	Locations   []string         `json:"locations" doc:"Where; empty for everywhere"`
	Forms       []string         `json:"forms"`
}

type serviceListOut struct{ Body page[publicService] }

func (a *API) listPublicServices(ctx context.Context, in *struct {
	SlugPath
	Paging
}) (*serviceListOut, error) {
	s, err := a.setting(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	language, home := web.Language(ctx), s.Catalog.Business.Language
	all := []publicService{}
	for _, v := range s.Catalog.Services {
		if v.Archived || !v.Public {
			continue
		}
		all = append(all, publicService{
			ID: string(v.ID), Name: v.Names.Pick(language, home), About: v.About.Pick(language, home),
			Group: v.Group.Pick(language, home), DurationMin: v.DurationMin(), Price: v.Price,
			Segments: segmentsOf(v.Segments), Locations: textsOf(v.Locations), Forms: []string{},
		})
	}
	body, err := sliced(all, in.Paging, func(v publicService) string { return v.ID })
	return &serviceListOut{body}, err
}

type refListOut struct{ Body page[ref] }

func (a *API) listPublicStaff(ctx context.Context, in *struct {
	SlugPath
	Paging
	Service  string `query:"service" maxLength:"36" doc:"Only those who perform it"`
	Location string `query:"location" maxLength:"36" doc:"Only those who work there"`
}) (*refListOut, error) {
	s, err := a.setting(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	service, err := a.knownService(s, in.Service)
	if err != nil {
		return nil, err
	}
	all := []ref{}
	for _, m := range s.Catalog.Staff {
		if m.Archived || (service != nil && !performs(m, service)) || !worksAt(s, m.ID, id.Location(in.Location)) {
			continue
		}
		all = append(all, ref{string(m.ID), m.Names.Pick(web.Language(ctx), s.Catalog.Business.Language)})
	}
	body, err := sliced(all, in.Paging, func(r ref) string { return r.ID })
	return &refListOut{body}, err
}

// knownService finds a service that clients may book; nil for an empty word.
func (a *API) knownService(s *availability.Setting, text string) (*catalog.Service, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no service was asked for
	}
	v, ok := s.Catalog.Service(id.Service(text))
	if !ok || v.Archived || !v.Public {
		return nil, fault.BadField("service", "unknown", "there is no such service")
	}
	return v, nil
}

// performs tells whether somebody can lead a service.
func performs(m *catalog.Staff, s *catalog.Service) bool {
	if !m.Performs(s.ID) {
		return false
	}
	for _, g := range s.Segments {
		if g.Staff != nil {
			return m.Knows(g.Staff)
		}
	}
	return false
}

func worksAt(s *availability.Setting, staff id.Staff, at id.Location) bool {
	mine := s.Hours.Staff[staff]
	if at == "" || len(mine.Weekly) == 0 {
		return true
	}
	for _, w := range mine.Weekly {
		if w.Location == "" || w.Location == at {
			return true
		}
	}
	return false
}

// Wanted is what a hold or a booking asks for.
type Wanted struct {
	Service  string   `json:"service,omitempty" maxLength:"36" doc:"One service ..."`
	Services []string `json:"services,omitempty" maxItems:"20" doc:"... or several, in this order"`
	Staff    string   `json:"staff,omitempty" maxLength:"36" doc:"Who; anyone when missing"`
	Location string   `json:"location,omitempty" maxLength:"36"`
	Start    string   `json:"start,omitempty" maxLength:"40" doc:"RFC 3339"`
	Party    int      `json:"party,omitempty" minimum:"0" maximum:"100"`
}

// request turns what is wanted into a request to the desk.
func (w Wanted) request() (booking.Request, error) {
	lines, err := readLines(w.Service, w.Services, w.Staff)
	if err != nil {
		return booking.Request{}, err
	}
	location, err := optionalID[id.Location]("location", w.Location)
	if err != nil {
		return booking.Request{}, err
	}
	r := booking.Request{Lines: lines, Location: location, Party: w.Party}
	if w.Start != "" {
		r.Start, err = readInstant("start", w.Start)
	}
	return r, err
}

func readLines(one string, several []string, staff string) ([]booking.Line, error) {
	who, err := optionalID[id.Staff]("staff", staff)
	if err != nil {
		return nil, err
	}
	field := "services"
	if one != "" {
		if len(several) > 0 {
			return nil, fault.BadField("services", "unexpected", "give service or services, not both")
		}
		field, several = "service", []string{one}
	}
	lines := make([]booking.Line, len(several))
	for i, text := range several {
		service, err := optionalID[id.Service](field, text)
		if err != nil || service == "" {
			return nil, fault.BadField(field, "unknown", "there is no such service")
		}
		lines[i] = booking.Line{Service: service, Staff: who}
	}
	return lines, nil
}

type holdBody struct {
	ID        string `json:"id"`
	Token     string `json:"token" doc:"Send it as hold with the booking"`
	ExpiresAt moment `json:"expires_at"`
}

type holdOut struct{ Body holdBody }

func (a *API) createHold(ctx context.Context, in *struct {
	SlugPath
	Body Wanted
}) (*holdOut, error) {
	s, err := a.setting(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	req, err := in.Body.request()
	if err != nil {
		return nil, err
	}
	h, err := a.Desk.Hold(ctx, account.Visitor(s.Catalog.Business.ID, ""), req)
	if err != nil {
		return nil, err
	}
	zone, err := a.zone("zone", s.Catalog.ZoneOf(h.Placement.Location))
	if err != nil {
		return nil, err
	}
	token := a.Tokens.Sign(secret.Token{Business: string(h.Business), Kind: secret.KindHold, ID: string(h.ID), Epoch: 1})
	return &holdOut{holdBody{string(h.ID), token, at(h.ExpiresAt, zone)}}, nil
}

// holdOf reads a hold's token for a business.
func (a *API) holdOf(text string, business id.Business) (id.Hold, error) {
	t, err := a.Tokens.Verify(text, secret.KindHold)
	if err != nil || t.Business != string(business) {
		return "", fault.BadField("hold", "unknown", "this is no token of a hold")
	}
	return id.Hold(t.ID), nil
}

func (a *API) deleteHold(ctx context.Context, in *struct {
	ID    string `path:"id" maxLength:"36"`
	Token string `query:"token" maxLength:"200" doc:"The hold's token"`
}) (*struct{}, error) {
	t, err := a.Tokens.Verify(in.Token, secret.KindHold)
	if err != nil || t.ID != in.ID {
		return nil, fault.Missing("hold")
	}
	return nil, a.Desk.Release(ctx, account.Visitor(id.Business(t.Business), ""), id.Hold(t.ID))
}

// Draft is what somebody gives of themselves.
type Draft struct {
	Name     string `json:"name" minLength:"1" maxLength:"200"`
	Email    string `json:"email,omitempty" maxLength:"254"`
	Phone    string `json:"phone,omitempty" maxLength:"40"`
	Language string `json:"language,omitempty" maxLength:"35" doc:"Of messages: en, zh-Hant or ru"`
	Zone     string `json:"zone,omitempty" maxLength:"64" doc:"IANA zone where the client lives"`
}

func (d Draft) client() client.Draft {
	return client.Draft{Name: d.Name, Email: d.Email, Phone: d.Phone, Language: d.Language, Zone: d.Zone}
}

type madeBody struct {
	BookingBody
	ManageToken string `json:"manage_token" doc:"Whoever has it may see, confirm, move and cancel the booking"`
	ManageURL   string `json:"manage_url"`
	ICSURL      string `json:"ics_url"`
}

type madeOut struct{ Body madeBody }

func (a *API) createPublicBooking(ctx context.Context, in *struct {
	SlugPath
	Body struct {
		Wanted
		Later
		Hold   string `json:"hold,omitempty" maxLength:"200" doc:"The token of a hold"`
		Client Draft  `json:"client"`
		Note   string `json:"note,omitempty" maxLength:"2000"`
	}
}) (*madeOut, error) {
	s, err := a.known(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(); err != nil {
		return nil, err
	}
	business := s.Catalog.Business.ID
	req, err := in.Body.request()
	if err != nil {
		return nil, err
	}
	if in.Body.Hold != "" {
		if req.Hold, err = a.holdOf(in.Body.Hold, business); err != nil {
			return nil, err
		}
	}
	req.Client, req.Note, req.Language = in.Body.Client.client(), in.Body.Note, in.Body.Client.Language
	b, err := a.Desk.Book(ctx, account.Visitor(business, ""), req)
	if err != nil {
		return nil, err
	}
	b.ClientName = strings.TrimSpace(in.Body.Client.Name) // as typed: the card may hold more
	return a.made(ctx, b)
}

// known finds the configuration behind a slug without asking the database for
// a newer one; the desk does that itself.
func (a *API) known(ctx context.Context, slug string) (*availability.Setting, error) {
	business, err := a.Settings.BySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	return a.Settings.Load(ctx, business, 1)
}

// made answers with a new booking and the token that opens it.
func (a *API) made(ctx context.Context, b *booking.Booking) (*madeOut, error) {
	s, err := a.Settings.Load(ctx, b.Business, 1)
	if err != nil {
		return nil, err
	}
	token := a.ManageToken(b)
	base := a.BaseURL()
	return &madeOut{madeBody{
		BookingBody: a.bookingOf(b, s.Catalog, web.Language(ctx)),
		ManageToken: token, ManageURL: manageURL(base, token), ICSURL: icsURL(base, token),
	}}, nil
}

// ManageToken signs the token that opens a booking.
func (a *API) ManageToken(b *booking.Booking) string {
	return a.Tokens.Sign(secret.Token{
		Business: string(b.Business), Kind: secret.KindManage, ID: string(b.ID), Epoch: b.Epoch,
	})
}

func textsOf[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// sliced pages a list that is whole in memory, by the id of the last thing seen.
func sliced[T any](all []T, p Paging, name func(T) string) (page[T], error) {
	c, err := readCursor(p.Cursor)
	if err != nil {
		return page[T]{}, err
	}
	from := 0
	if c.ID != "" {
		for i, v := range all {
			if name(v) == c.ID {
				from = i + 1
				break
			}
		}
	}
	rest := all[from:]
	items, next := pageOf(rest, p.Limit, func(v T) cursor { return cursor{ID: name(v)} })
	return page[T]{items, next}, nil
}

// span days of a slot list when only one end is given.
const defaultDays = 14

func readRange(from, to string, today span.Date) (first, last span.Date, err error) {
	first = today
	if from != "" {
		if first, err = readDate("from", from); err != nil {
			return first, last, err
		}
	}
	last = first.AddDays(defaultDays - 1)
	if to != "" {
		last, err = readDate("to", to)
	}
	return first, last, err
}

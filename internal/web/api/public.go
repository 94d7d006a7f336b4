package api

import (
	"cmp"
	"context"
	"net/http"

	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/wire"
	"kept/money"
	"kept/span"
)

func (a *API) registerPublic() {
	wire.Open(a.edge, http.MethodGet, "/b/{slug}", "get-business", "A business, as everybody may see it", a.getBusiness)
	wire.Open(a.edge, http.MethodGet, "/b/{slug}/services", "list-public-services", "What can be booked", a.listPublicServices)
	wire.Open(a.edge, http.MethodGet, "/b/{slug}/staff", "list-public-staff", "Who performs it", a.listPublicStaff)
	created(a, "/b/{slug}/holds", "create-hold", "Keep a slot for some minutes", a.createHold)
	wire.Open(a.edge, http.MethodDelete, "/holds/{id}", "delete-hold", "Let a held slot go", a.deleteHold)
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
	Phone     string         `json:"phone,omitempty" doc:"To call: E.164"`
	Zone      string         `json:"zone"`
	Currency  string         `json:"currency"`
	Language  string         `json:"language"`
	Languages []string       `json:"languages"`
	Preset    string         `json:"preset"`
	Locations []locationBody `json:"locations"`
	Policy    policyBody     `json:"policy"`
	Contact   string         `json:"contact" doc:"Which contact a client must give: any, email, phone, both"`
	Proof     string         `json:"proof" doc:"Who proves that contact by a code when they book: never, new, always"`
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
		Phone: b.Phone, Zone: b.Zone, Currency: b.Currency, Language: b.Language, Languages: []string{"en", "zh-Hant", "ru"}, Preset: b.Preset,
		Policy:  policyBody{b.Terms.CancelCutoffMin, b.Terms.MoveCutoffMin, b.Terms.HoldMin},
		Contact: b.Terms.Contact, Proof: cmp.Or(b.Terms.Proof, proofNever),
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
	Seats       int              `json:"seats,omitempty" doc:"For groups: how many can take part"`
	Segments    []serviceSegment `json:"segments"`
	Locations   []string         `json:"locations" doc:"Where; empty for everywhere"`
	Subject     string           `json:"subject,omitempty" doc:"What it is done to, where that is not the client: said with about when booking"`
	Forms       []string         `json:"forms" doc:"What is asked: GET /b/{slug}/questions"`
}

type serviceListOut struct{ Body wire.Page[publicService] }

func (a *API) listPublicServices(ctx context.Context, in *struct {
	SlugPath
	Paging
},
) (*serviceListOut, error) {
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
		forms := []string{}
		for _, f := range asks(s, []id.Service{v.ID}) {
			forms = append(forms, string(f.ID))
		}
		all = append(all, publicService{
			ID: string(v.ID), Name: v.Names.Pick(language, home), About: v.About.Pick(language, home),
			Group: v.Group.Pick(language, home), DurationMin: v.DurationMin(), Price: v.Price, Seats: v.Seats,
			Segments: segmentsOf(v.Segments), Locations: textsOf(v.Locations), Forms: forms, Subject: v.Subject,
		})
	}
	body, err := wire.Slice(all, wire.Paging(in.Paging), func(v publicService) string { return v.ID })
	return &serviceListOut{body}, err
}

type refListOut struct{ Body wire.Page[wire.Ref] }

func (a *API) listPublicStaff(ctx context.Context, in *struct {
	SlugPath
	Paging
	Service  string `query:"service" maxLength:"36" doc:"Only those who perform it"`
	Location string `query:"location" maxLength:"36" doc:"Only those who work there"`
},
) (*refListOut, error) {
	s, err := a.setting(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	service, err := a.knownService(s, in.Service)
	if err != nil {
		return nil, err
	}
	all := []wire.Ref{}
	for _, m := range s.Catalog.Staff {
		if m.Archived || (service != nil && !m.Leads(service)) || !worksAt(s, m.ID, id.Location(in.Location)) {
			continue
		}
		all = append(all, wire.Ref{ID: string(m.ID), Name: m.Names.Pick(web.Language(ctx), s.Catalog.Business.Language)})
	}
	body, err := wire.Slice(all, wire.Paging(in.Paging), func(r wire.Ref) string { return r.ID })
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

func worksAt(s *availability.Setting, staff id.Staff, at id.Location) bool {
	return s.Hours.Staff[staff].Reach(at)
}

// Wanted is what a hold or a booking asks for.
type Wanted struct {
	Service  string   `json:"service,omitempty" maxLength:"36" doc:"One service ..."`
	Services []string `json:"services,omitempty" maxItems:"20" doc:"... or several, in this order"`
	Staff    string   `json:"staff,omitempty" maxLength:"36" doc:"Who; anyone when missing"`
	Location string   `json:"location,omitempty" maxLength:"36"`
	Start    string   `json:"start,omitempty" maxLength:"40" doc:"RFC 3339"`
	Party    int      `json:"party,omitempty" minimum:"0" maximum:"100"`
	AnyOrder bool     `json:"any_order,omitempty" doc:"Several services may follow each other in any order"`
}

// request turns what is wanted into a request to the desk.
func (w Wanted) request() (booking.Request, error) {
	lines, err := readLines(w.Service, w.Services, w.Staff)
	if err != nil {
		return booking.Request{}, err
	}
	location, err := wire.OptionalID[id.Location]("location", w.Location)
	if err != nil {
		return booking.Request{}, err
	}
	r := booking.Request{Lines: lines, Location: location, Party: w.Party, AnyOrder: w.AnyOrder}
	if w.Start != "" {
		r.Start, err = wire.ReadInstant("start", w.Start)
	}
	return r, err
}

func readLines(one string, several []string, staff string) ([]booking.Line, error) {
	who, err := wire.OptionalID[id.Staff]("staff", staff)
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
		service, err := wire.OptionalID[id.Service](field, text)
		if err != nil || service == "" {
			return nil, fault.BadField(field, "unknown", "there is no such service")
		}
		lines[i] = booking.Line{Service: service, Staff: who}
	}
	return lines, nil
}

func textsOf[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// span days of a slot list when only one end is given.
const defaultDays = 14

func readRange(from, to string, today span.Date) (first, last span.Date, err error) {
	first = today
	if from != "" {
		if first, err = wire.ReadDate("from", from); err != nil {
			return first, last, err
		}
	}
	last = first.AddDays(defaultDays - 1)
	if to != "" {
		last, err = wire.ReadDate("to", to)
	}
	return first, last, err
}

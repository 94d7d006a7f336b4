package api

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"kept/account"
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

func (a *API) registerSlots() {
	openSlots(a, "/b/{slug}/slots", "list-slots", "When a visit can start", a.listSlots)
	wire.Secured(a.edge, a.slotsOperation("/slots", "list-staff-slots", "When a visit can start, as staff see it"), a.listStaffSlots)
	wire.Op(a.edge, http.MethodGet, "/explain", "explain", "Why a time is open or shut", a.explain)
}

// openSlots registers an operation for the public that answers with slots.
func openSlots[I any](a *API, path, name, summary string, fn func(ctx context.Context, in *I) (*rawOut, error)) {
	o := a.slotsOperation(path, name, summary)
	huma.Register(a.edge.Huma, o, func(ctx context.Context, in *I) (*rawOut, error) {
		out, err := fn(ctx, in)
		return out, a.edge.Fail(ctx, err)
	})
}

// slotsOperation describes an operation that answers with slots.
func (a *API) slotsOperation(path, name, summary string) huma.Operation {
	o := wire.Operation(http.MethodGet, path, name, summary)
	o.Responses = map[string]*huma.Response{"200": {
		Description: "The slots in order of time, or the best first",
		Content: map[string]*huma.MediaType{
			"application/json": {Schema: a.edge.Huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[slotsBody](), true, "Slots")},
		},
	}}
	return o
}

// SlotsQuery asks for a list of slots.
type SlotsQuery struct {
	Service  []string `query:"service,explode" required:"true" maxItems:"20" doc:"The service; several for a visit of several, in this order"`
	Staff    string   `query:"staff" maxLength:"36"`
	Location string   `query:"location" maxLength:"36"`
	From     string   `query:"from" maxLength:"10" doc:"The first local day; today when missing"`
	To       string   `query:"to" maxLength:"10" doc:"The last local day, inclusive, at most 92 days"`
	Zone     string   `query:"zone" maxLength:"64" doc:"In which zone the times are written; the place's when missing"`
	Party    int      `query:"party" minimum:"0" maximum:"100"`
	AnyOrder bool     `query:"any_order" doc:"Several services may follow each other in any order"`
	Client   string   `query:"client" maxLength:"36" doc:"With a key: who comes; what the card knows of them varies length, price and order"`
	Subject  string   `query:"subject" maxLength:"36" doc:"With client: for whom or what of theirs"`
	Answer   []string `query:"answer,explode" maxItems:"60" doc:"What is answered already, as key:value, where GET /b/{slug}/questions says that it shapes the visit"`
	Order    string   `query:"order" enum:"time,best" default:"time" doc:"By time, or what suits client and business best first"`
}

type slotsIn struct {
	SlugPath
	Looker
	SlotsQuery
}

// slotsBody describes what listSlots writes by hand.
type slotsBody struct {
	Slots []slotBody `json:"slots"`
	Zone  string     `json:"zone"`
}

type slotBody struct {
	Start wire.Moment  `json:"start"`
	End   wire.Moment  `json:"end"`
	Staff []wire.Ref   `json:"staff" doc:"Those who could lead"`
	Place string       `json:"location" doc:"The id of the place; where several would do, of the one that would be taken"`
	Price money.Amount `json:"price"`
	Until *wire.Moment `json:"drop_until,omitempty" doc:"Of work that is dropped off: bring it from start until then; it is ready by end"`
	Seats int          `json:"seats_left,omitempty" doc:"Of a group: how many seats can still be taken"`
	Busy  bool         `json:"busy,omitempty" doc:"Only to a client who is signed in: their own calendar has something then"`
	Score *scoreBody   `json:"score,omitempty" doc:"What the start costs, by which it ranks; only in the list for staff, and not of groups and of work that is dropped off"`
	Label string       `json:"label,omitempty" enum:"best_fit,usual" doc:"best_fit leaves no gap that nothing fits into; usual is the client's usual time"`
}

// rawOut is a body that is JSON already.
type rawOut struct {
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	Body         []byte
}

func (a *API) listSlots(ctx context.Context, in *slotsIn) (*rawOut, error) {
	s, err := a.known(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	search, w, err := a.readSlots(ctx, s, &in.SlotsQuery)
	if err != nil {
		return nil, err
	}
	search.Public = true
	if search.Client == "" {
		if search.Reader, err = in.reader(a, s.Catalog.Business.ID); err != nil {
			return nil, err
		}
	}
	return a.slots(ctx, s, search, w)
}

// slotWriting is how a list of slots is written.
type slotWriting struct {
	zone     *time.Location
	name     string // of the zone
	language string
	best     bool // the best first
	scored   bool // with what each costs, for staff
}

// readSlots reads what list is asked for.
func (a *API) readSlots(ctx context.Context, s *availability.Setting, in *SlotsQuery) (search booking.Search, w slotWriting, err error) {
	if search.Lines, err = readLines("", in.Service, in.Staff); err != nil {
		return search, w, err
	}
	if search.Location, err = wire.OptionalID[id.Location]("location", in.Location); err != nil {
		return search, w, err
	}
	at := s.Catalog.ZoneOf(search.Location)
	w = slotWriting{name: cmp.Or(in.Zone, at), language: web.Language(ctx), best: in.Order == "best"}
	if w.zone, err = a.zone("zone", w.name); err != nil {
		return search, w, err
	}
	home, err := a.zone("zone", at)
	if err != nil {
		return search, w, err
	}
	if search.From, search.To, err = readRange(in.From, in.To, span.DateOf(a.Clock.Now().In(home))); err != nil {
		return search, w, err
	}
	search.AnyOrder, search.Party = in.AnyOrder, in.Party
	if search.Answers, err = readAnswers(in.Answer); err != nil {
		return search, w, err
	}
	err = in.who(ctx, s.Catalog.Business.ID, &search)
	return search, w, err
}

// slots answers with a list.
func (a *API) slots(ctx context.Context, s *availability.Setting, search booking.Search, w slotWriting) (*rawOut, error) {
	offer, err := a.Desk.Offer(ctx, s.Catalog.Business.ID, search)
	if err != nil {
		return nil, err
	}
	if w.best {
		offer.BestFirst()
	}
	return &rawOut{ContentType: "application/json", CacheControl: "no-store", Body: writeSlots(offer, w)}, nil
}

// who puts a client into a search for those who may read cards: what a card
// knows shows in the answer.
func (in *SlotsQuery) who(ctx context.Context, business id.Business, search *booking.Search) (err error) {
	if in.Client == "" && in.Subject == "" {
		return nil
	}
	p, err := web.Required(ctx)
	if err != nil {
		return err
	}
	if p.Business != business {
		return fault.Missing("client")
	}
	if err := wire.Must(p, account.ReadClients); err != nil {
		return err
	}
	if search.Client, err = wire.ReadID[id.Client]("client", in.Client); err != nil {
		return err
	}
	search.Subject, err = wire.OptionalID[id.Subject]("subject", in.Subject)
	return err
}

// Looker is whoever looks at a list, who may be a client who is signed in.
type Looker struct {
	request *http.Request
}

// Resolve implements huma.Resolver.
func (l *Looker) Resolve(ctx huma.Context) []error {
	l.request, _ = humago.Unwrap(ctx)
	return nil
}

// reader is the client who looks at the list, by the first of their cards; none
// for somebody with a key, who looks for others.
func (l *Looker) reader(a *API, business id.Business) (id.Client, error) {
	if _, key := web.Principal(l.request.Context()); key || a.Signed == nil {
		return "", nil
	}
	cards, err := a.Signed(l.request, business)
	if err != nil || len(cards) == 0 {
		return "", err
	}
	return cards[0].ID, nil
}

// writeSlots writes the list without reflection: it is what clients wait for.
func writeSlots(offer *booking.Offer, w slotWriting) []byte {
	prices := make([][]byte, len(offer.Quotes))
	for i, q := range offer.Quotes {
		prices[i], _ = json.Marshal(q.Total) //nolint:errchkjson // a struct of a number and a word
	}
	names := staffJSON(offer.Setting.Catalog, offer.Facts, w.language)
	size := 64
	for _, s := range offer.Slots {
		size += 180 + len(prices[s.Way]) + 100*len(s.Leads)
	}
	buf := append(make([]byte, 0, size), `{"slots":[`...)
	for i, s := range offer.Slots {
		if i > 0 {
			buf = append(buf, ',')
		}
		buf = append(buf, `{"start":"`...)
		buf = s.Start.In(w.zone).AppendFormat(buf, time.RFC3339)
		buf = append(buf, `","end":"`...)
		buf = s.End.In(w.zone).AppendFormat(buf, time.RFC3339)
		buf = append(buf, `","staff":[`...)
		for j, lead := range s.Leads {
			if j > 0 {
				buf = append(buf, ',')
			}
			buf = append(buf, names[lead]...)
		}
		buf = append(append(append(buf, `],"location":"`...), offer.Place(i)...), `","price":`...)
		buf = append(buf, prices[s.Way]...)
		if i < len(offer.Until) {
			buf = append(offer.Until[i].In(w.zone).AppendFormat(append(buf, `,"drop_until":"`...), time.RFC3339), '"')
		}
		if i < len(offer.Free) {
			buf = strconv.AppendInt(append(buf, `,"seats_left":`...), int64(offer.Free[i]), 10)
		}
		if offer.Busy(i) {
			buf = append(buf, `,"busy":true`...)
		}
		if label := offer.Label(i); label != "" {
			buf = append(append(append(buf, `,"label":"`...), label...), '"')
		}
		if w.scored && i < len(offer.Ranks) {
			buf = scoreOf(&offer.Ranks[i].Cost).append(append(buf, `,"score":`...))
		}
		buf = append(buf, '}')
	}
	name, _ := json.Marshal(w.name) //nolint:errchkjson // a string
	buf = append(buf, `],"zone":`...)
	buf = append(buf, name...)
	return append(buf, '}', '\n')
}

// staffJSON writes everybody who might lead once, by their place in the facts.
func staffJSON(c *catalog.Catalog, f *availability.Facts, language string) [][]byte {
	out := make([][]byte, len(f.Staff))
	for i, p := range f.Staff {
		b, err := json.Marshal(wire.Ref{ID: string(p.Staff.ID), Name: p.Staff.Names.Pick(language, c.Business.Language)})
		if err == nil {
			out[i] = b
		}
	}
	return out
}

package api

import (
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
	wire.Op(a.edge, http.MethodGet, "/explain", "explain", "Why a time is open or shut", a.explain)
}

// openSlots registers an operation for the public that answers with slots.
func openSlots[I any](a *API, path, name, summary string, fn func(ctx context.Context, in *I) (*rawOut, error)) {
	o := wire.Operation(http.MethodGet, path, name, summary)
	o.Responses = map[string]*huma.Response{"200": {
		Description: "The slots in order of time",
		Content: map[string]*huma.MediaType{
			"application/json": {Schema: a.edge.Huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[slotsBody](), true, "Slots")},
		},
	}}
	huma.Register(a.edge.Huma, o, func(ctx context.Context, in *I) (*rawOut, error) {
		out, err := fn(ctx, in)
		return out, a.edge.Fail(ctx, err)
	})
}

type slotsIn struct {
	SlugPath
	Looker
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
	Order    string   `query:"order" enum:"time,best" default:"time" doc:"By time, or what suits client and business best first"`
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
	Price money.Amount `json:"price"`
	Until *wire.Moment `json:"drop_until,omitempty" doc:"Of work that is dropped off: bring it from start until then; it is ready by end"`
	Seats int          `json:"seats_left,omitempty" doc:"Of a group: how many seats can still be taken"`
	Busy  bool         `json:"busy,omitempty" doc:"Only to a client who is signed in: their own calendar has something then"`
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
	lines, err := readLines("", in.Service, in.Staff)
	if err != nil {
		return nil, err
	}
	location, err := wire.OptionalID[id.Location]("location", in.Location)
	if err != nil {
		return nil, err
	}
	zoneName := in.Zone
	if zoneName == "" {
		zoneName = s.Catalog.ZoneOf(location)
	}
	zone, err := a.zone("zone", zoneName)
	if err != nil {
		return nil, err
	}
	home, err := a.zone("zone", s.Catalog.ZoneOf(location))
	if err != nil {
		return nil, err
	}
	from, to, err := readRange(in.From, in.To, span.DateOf(a.Clock.Now().In(home)))
	if err != nil {
		return nil, err
	}
	search := booking.Search{
		Lines: lines, Location: location, From: from, To: to, Public: true, AnyOrder: in.AnyOrder,
		Party: in.Party,
	}
	if err := in.who(ctx, s.Catalog.Business.ID, &search); err != nil {
		return nil, err
	}
	if search.Client == "" {
		if search.Reader, err = in.reader(a, s.Catalog.Business.ID); err != nil {
			return nil, err
		}
	}
	offer, err := a.Desk.Offer(ctx, s.Catalog.Business.ID, search)
	if err != nil {
		return nil, err
	}
	if in.Order == "best" {
		offer.BestFirst()
	}
	return &rawOut{
		ContentType: "application/json", CacheControl: "no-store",
		Body: writeSlots(offer, zone, zoneName, web.Language(ctx)),
	}, nil
}

// who puts a client into a search for those who may read cards: what a card
// knows shows in the answer.
func (in *slotsIn) who(ctx context.Context, business id.Business, search *booking.Search) (err error) {
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
func writeSlots(offer *booking.Offer, zone *time.Location, zoneName, language string) []byte {
	prices := make([][]byte, len(offer.Quotes))
	for i, q := range offer.Quotes {
		prices[i], _ = json.Marshal(q.Total) //nolint:errchkjson // a struct of a number and a word
	}
	names := staffJSON(offer.Setting.Catalog, offer.Facts, language)
	size := 64
	for _, s := range offer.Slots {
		size += 120 + len(prices[s.Way]) + 100*len(s.Leads)
	}
	buf := append(make([]byte, 0, size), `{"slots":[`...)
	for i, s := range offer.Slots {
		if i > 0 {
			buf = append(buf, ',')
		}
		buf = append(buf, `{"start":"`...)
		buf = s.Start.In(zone).AppendFormat(buf, time.RFC3339)
		buf = append(buf, `","end":"`...)
		buf = s.End.In(zone).AppendFormat(buf, time.RFC3339)
		buf = append(buf, `","staff":[`...)
		for j, lead := range s.Leads {
			if j > 0 {
				buf = append(buf, ',')
			}
			buf = append(buf, names[lead]...)
		}
		buf = append(buf, `],"price":`...)
		buf = append(buf, prices[s.Way]...)
		if i < len(offer.Until) {
			buf = append(offer.Until[i].In(zone).AppendFormat(append(buf, `,"drop_until":"`...), time.RFC3339), '"')
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
		buf = append(buf, '}')
	}
	name, _ := json.Marshal(zoneName) //nolint:errchkjson // a string
	buf = append(buf, `],"zone":`...)
	buf = append(buf, name...)
	return append(buf, '}', '\n')
}

// staffJSON writes everybody who might lead once.
func staffJSON(c *catalog.Catalog, f *availability.Facts, language string) map[id.Staff][]byte {
	out := make(map[id.Staff][]byte, len(f.Staff))
	for _, p := range f.Staff {
		b, err := json.Marshal(wire.Ref{ID: string(p.Staff.ID), Name: p.Staff.Names.Pick(language, c.Business.Language)})
		if err == nil {
			out[p.Staff.ID] = b
		}
	}
	return out
}

type reasonBody struct {
	Rule   string        `json:"rule"`
	Name   string        `json:"rule_name,omitempty" doc:"The owner's name for the rule"`
	Owner  string        `json:"rule_id,omitempty" doc:"The owner's rule that says so"`
	Text   string        `json:"text"`
	Staff  wire.Somebody `json:"staff"`
	Lane   string        `json:"lane,omitempty"`
	Kind   string        `json:"kind,omitempty" doc:"What is in the way: booking, work (dropped off), hold, session, time_off, calendar, rest"`
	Source string        `json:"source,omitempty" doc:"Its id"`
	From   wire.Optional `json:"from"`
	To     wire.Optional `json:"to"`
	Limit  wire.Optional `json:"limit" doc:"The earliest or latest start that the rule allows"`
}

type explainBody struct {
	Open    bool         `json:"open"`
	At      wire.Moment  `json:"at"`
	Service wire.Ref     `json:"service"`
	Reasons []reasonBody `json:"reasons"`
	Moves   int          `json:"moves,omitempty" doc:"How many jobs that were dropped off would be done at another time within their promise"`
	Approve []wire.Ref   `json:"approve,omitempty" doc:"The rules that would want staff to confirm it"`
	Cancel  *int         `json:"cancel_cutoff_min,omitempty" doc:"Until how many minutes before the client could cancel; of an open time"`
	Move    *int         `json:"move_cutoff_min,omitempty" doc:"Until how many minutes before the client could move it; of an open time"`
}

type explainOut struct{ Body explainBody }

func (a *API) explain(ctx context.Context, p account.Principal, in *struct {
	Service  string `query:"service" required:"true" maxLength:"36"`
	Staff    string `query:"staff" maxLength:"36"`
	Location string `query:"location" maxLength:"36"`
	At       string `query:"at" required:"true" maxLength:"40" doc:"RFC 3339"`
	Client   string `query:"client" maxLength:"36" doc:"For whom it is judged: with their limits, links and other visits"`
},
) (*explainOut, error) {
	lines, err := readLines(in.Service, nil, in.Staff)
	if err != nil {
		return nil, err
	}
	location, err := wire.OptionalID[id.Location]("location", in.Location)
	if err != nil {
		return nil, err
	}
	when, err := wire.ReadInstant("at", in.At)
	if err != nil {
		return nil, err
	}
	guest, err := wire.OptionalID[id.Client]("client", in.Client)
	if err != nil {
		return nil, err
	}
	e, err := a.Desk.Explain(ctx, p, booking.Why{Lines: lines, Location: location, At: when, Client: guest})
	if err != nil {
		return nil, err
	}
	c, language := e.Setting.Catalog, web.Language(ctx)
	zone, err := a.zone("zone", c.ZoneOf(location))
	if err != nil {
		return nil, err
	}
	body := explainBody{
		Open: e.Open, At: wire.At(when, zone), Service: wire.ServiceRef(c, lines[0].Service, language), Reasons: []reasonBody{},
	}
	for _, r := range e.Reasons {
		_, text := a.Words.Problem(language, "slot_closed", r.Rule)
		body.Reasons = append(body.Reasons, reasonBody{
			Rule: r.Rule, Text: text, Name: ruleName(c, r.Owner, language), Owner: string(r.Owner), Staff: wire.StaffRef(c, r.Staff, language), Lane: laneText(r.Lane), Kind: r.Kind, Source: r.Source,
			From: wire.Maybe(r.Span.Start, zone), To: wire.Maybe(r.Span.End, zone), Limit: wire.Maybe(r.Limit, zone),
		})
	}
	body.Moves = e.Moves
	for _, r := range e.Approve {
		body.Approve = append(body.Approve, wire.Ref{ID: string(r), Name: ruleName(c, r, language)})
	}
	if e.Policy != nil {
		body.Cancel, body.Move = &e.Policy.CancelCutoffMin, &e.Policy.MoveCutoffMin
	}
	return &explainOut{body}, nil
}

// ruleName is the owner's name for a rule.
func ruleName(c *catalog.Catalog, rule id.Rule, language string) string {
	r, ok := c.Rule(rule)
	if !ok {
		return ""
	}
	return r.Names.Pick(language, c.Business.Language)
}

func laneText(l availability.Lane) string {
	if l.ID == "" {
		return ""
	}
	return string(l.Kind) + ":" + l.ID
}

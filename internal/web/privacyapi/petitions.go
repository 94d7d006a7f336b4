package privacyapi

import (
	"context"
	"net/http"
	"time"

	"kept/account"
	"kept/id"
	"kept/internal/web/wire"
	"kept/privacy"
	"kept/span"
)

func (a *API) registerPetitions() {
	e := a.Edge
	wire.Op(e, http.MethodGet, "/privacy/requests", "list-privacy-requests", "What people ask for, the newest first", a.petitions)
	o := wire.Operation(http.MethodPost, "/privacy/requests", "create-privacy-request", "Enter what a person asks for")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(e, o, a.ask)
	wire.Op(e, http.MethodPost, "/privacy/requests/{id}/extend", "extend-privacy-request", "Take more time, once, as the law allows", a.extend)
	wire.Op(e, http.MethodPost, "/privacy/requests/{id}/close", "close-privacy-request", "Say how a request ended", a.closePetition)
	wire.Op(e, http.MethodGet, "/privacy/holds", "list-holds", "What is kept although its person may ask for erasure", a.holds)
	wire.Op(e, http.MethodPut, "/clients/{id}/holds/{class}", "set-hold", "Hold a class of a client's data, or let it go", a.setHold)
}

type petitionBody struct {
	ID       string        `json:"id"`
	ClientID string        `json:"client_id"`
	Kind     string        `json:"kind"`
	Regime   string        `json:"regime"`
	Source   string        `json:"source" doc:"client or desk"`
	Note     string        `json:"note,omitempty"`
	Received wire.Moment   `json:"received_at"`
	Due      wire.Moment   `json:"due_at"`
	Extended bool          `json:"extended"`
	Closed   wire.Optional `json:"closed_at"`
	Outcome  string        `json:"outcome,omitempty"`
	Version  int64         `json:"version"`
}

func petitionOf(p privacy.Petition, zone *time.Location) petitionBody {
	return petitionBody{
		string(p.ID), string(p.Client), p.Kind, string(p.Regime), p.Source, p.Note, wire.At(p.Received, zone), wire.At(p.Due, zone),
		p.Extended, wire.Maybe(p.Closed, zone), p.Outcome, p.Version,
	}
}

type petitionOut struct{ Body petitionBody }

func (a *API) petitionOut(ctx context.Context, p account.Principal, x privacy.Petition, err error) (*petitionOut, error) {
	if err != nil {
		return nil, err
	}
	_, zone, err := a.zone(ctx, p)
	return &petitionOut{petitionOf(x, zone)}, err
}

func (a *API) petitions(ctx context.Context, p account.Principal, in *struct {
	wire.Paging
	Client string `query:"client" maxLength:"36" doc:"Of one client"`
	Open   bool   `query:"open" doc:"Those that are not closed yet"`
},
) (*struct{ Body wire.Page[petitionBody] }, error) {
	after, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := a.Office.ListPetitions(ctx, p, privacy.PetitionFilter{
		Client: id.Client(in.Client), Open: in.Open, Before: id.Petition(after.ID), Limit: in.Limit + 1,
	})
	if err != nil {
		return nil, err
	}
	_, zone, err := a.zone(ctx, p)
	body := paged(list, in.Limit, func(x privacy.Petition) string { return string(x.ID) },
		func(x privacy.Petition) petitionBody { return petitionOf(x, zone) })
	return &struct{ Body wire.Page[petitionBody] }{body}, err
}

func (a *API) ask(ctx context.Context, p account.Principal, in *struct {
	Body struct {
		ClientID string `json:"client_id" maxLength:"36"`
		Kind     string `json:"kind" enum:"access,export,rectify,erase,restrict,object"`
		Note     string `json:"note,omitempty" maxLength:"4000" doc:"In the person's words"`
		Received string `json:"received_at,omitempty" maxLength:"40" doc:"RFC 3339; now when missing"`
	}
},
) (*petitionOut, error) {
	received, err := optionalInstant("received_at", in.Body.Received)
	if err != nil {
		return nil, err
	}
	client, err := wire.ReadID[id.Client]("client", in.Body.ClientID)
	if err != nil {
		return nil, err
	}
	x, err := a.Office.Ask(ctx, p, client, in.Body.Kind, in.Body.Note, received)
	return a.petitionOut(ctx, p, x, err)
}

// optionalInstant reads an instant that may be missing: 0.
func optionalInstant(field, text string) (span.Instant, error) {
	if text == "" {
		return 0, nil
	}
	return wire.ReadInstant(field, text)
}

func (a *API) extend(ctx context.Context, p account.Principal, in *wire.NounPath) (*petitionOut, error) {
	x, err := a.Office.Extend(ctx, p, id.Petition(in.ID))
	return a.petitionOut(ctx, p, x, err)
}

func (a *API) closePetition(ctx context.Context, p account.Principal, in *struct {
	wire.NounPath
	Body struct {
		Outcome string `json:"outcome" enum:"done,refused,withdrawn"`
	}
},
) (*petitionOut, error) {
	x, err := a.Office.Close(ctx, p, id.Petition(in.ID), in.Body.Outcome)
	return a.petitionOut(ctx, p, x, err)
}

func (a *API) holds(ctx context.Context, p account.Principal, in *struct {
	wire.Paging
	Client string `query:"client" maxLength:"36" doc:"Of one client"`
},
) (*struct{ Body wire.Page[holdBody] }, error) {
	after, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	var list []privacy.Hold
	if in.Client != "" {
		list, err = a.Office.Holds(ctx, p, id.Client(in.Client))
		in.Limit = len(list)
	} else {
		list, err = a.Office.AllHolds(ctx, p, privacy.Hold{Client: id.Client(after.ID), Class: classes(after.At)}, in.Limit+1)
	}
	if err != nil {
		return nil, err
	}
	_, zone, err := a.zone(ctx, p)
	list, next := wire.PageOf(list, in.Limit, func(h privacy.Hold) wire.Cursor { return wire.Cursor{ID: string(h.Client), At: place(h.Class)} })
	return &struct{ Body wire.Page[holdBody] }{wire.Page[holdBody]{Items: holdsOf(list, zone), Next: next}}, err
}

// place is a class as a number of a cursor, and classes turns it round.
func place(class string) int64 {
	for i, c := range privacy.Classes() {
		if c == class {
			return int64(i + 1)
		}
	}
	return 0
}

func classes(at int64) string {
	if all := privacy.Classes(); at > 0 && at <= int64(len(all)) {
		return all[at-1]
	}
	return ""
}

func (a *API) setHold(ctx context.Context, p account.Principal, in *struct {
	wire.NounPath
	Class string `path:"class" enum:"personal,health,statute"`
	Body  struct {
		Until  string `json:"until,omitempty" maxLength:"40" doc:"RFC 3339; missing lets it go"`
		Reason string `json:"reason,omitempty" enum:"tax,medical,warranty,dispute,order"`
	}
},
) (*struct{ Body []holdBody }, error) {
	until, err := optionalInstant("until", in.Body.Until)
	if err != nil {
		return nil, err
	}
	client := id.Client(in.ID)
	if err := a.Office.SetHold(ctx, p, privacy.Hold{Client: client, Class: in.Class, Until: until, Reason: in.Body.Reason}); err != nil {
		return nil, err
	}
	list, err := a.Office.Holds(ctx, p, client)
	if err != nil {
		return nil, err
	}
	_, zone, err := a.zone(ctx, p)
	return &struct{ Body []holdBody }{holdsOf(list, zone)}, err
}

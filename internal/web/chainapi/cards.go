package chainapi

import (
	"context"
	"fmt"

	"kept/account"
	"kept/availability"
	"kept/chain"
	"kept/client"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/wire"
	"kept/span"
)

// LenderBody is a branch that shares its card.
type LenderBody struct {
	Business wire.Ref    `json:"business"`
	Since    wire.Moment `json:"since" doc:"When the client agreed to it there"`
	Health   bool        `json:"health" doc:"They agreed to share facts of health, too"`
}

type lendersOut struct{ Body wire.Page[LenderBody] }

// CardPath names a client in an address.
type CardPath struct {
	ID string `path:"id" maxLength:"36" doc:"Of the client"`
}

// BranchPath names a client and another branch in an address.
type BranchPath struct {
	CardPath
	Business string `path:"business" maxLength:"36" doc:"Of the other branch"`
}

func (p BranchPath) read() (of id.Client, branch id.Business, err error) {
	if of, err = wire.ReadID[id.Client]("client", p.ID); err != nil {
		return "", "", err
	}
	branch, err = wire.ReadID[id.Business]("branch", p.Business)
	return of, branch, err
}

func (a *API) branches(ctx context.Context, p account.Principal, in *struct {
	CardPath
	wire.Paging
},
) (*lendersOut, error) {
	if err := wire.Must(p, account.ReadClients); err != nil {
		return nil, err
	}
	of, err := wire.ReadID[id.Client]("client", in.ID)
	if err != nil {
		return nil, err
	}
	if _, err := a.Cards.Open(ctx, p.Business, of, p.Actor(), client.ReadCard); err != nil {
		return nil, err
	}
	list, err := a.Lender.Branches(ctx, p, of)
	if err != nil {
		return nil, err
	}
	zone, err := a.home(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	page, err := wire.Slice(list, in.Paging, func(b chain.Branch) string { return string(b.Business) })
	return &lendersOut{wire.Told(page, func(b chain.Branch) LenderBody {
		return LenderBody{wire.Ref{ID: string(b.Business), Name: name(ctx, b.Set)}, wire.At(b.Since, zone), b.Health}
	})}, err
}

// LentBody is what a branch shares of its card.
type LentBody struct {
	Business wire.Ref    `json:"business"`
	Name     string      `json:"name" doc:"Of the client, as the branch writes it"`
	Since    wire.Moment `json:"since"`
	Health   bool        `json:"health" doc:"Facts of health are among the others"`
	Warnings []FactBody  `json:"warnings"`
	Facts    []FactBody  `json:"facts" doc:"What holds, of the client and of the subjects below"`
	Subjects []ThingBody `json:"subjects" doc:"Pets, vehicles, devices; never persons"`
	Wishes   WishesBody  `json:"wishes"`
	Visits   []VisitBody `json:"visits" doc:"The last hundred, the latest first; empty without the right bookings.read"`
	Counts   CountsBody  `json:"counts"`
}

// FactBody is a fact that is shared.
type FactBody struct {
	ID      string      `json:"id"`
	Subject string      `json:"subject,omitempty" doc:"Missing: of the client themselves"`
	Key     string      `json:"key"`
	Side    string      `json:"side" enum:"client,staff" doc:"Whose word it is"`
	Class   string      `json:"class" enum:"plain,warning,health"`
	Kind    string      `json:"kind" enum:"text,number,date,yes_no,choice"`
	Value   string      `json:"value"`
	At      wire.Moment `json:"at"`
}

// ThingBody is a subject that is shared, with its last readings.
type ThingBody struct {
	ID       string     `json:"id"`
	Kind     string     `json:"kind" enum:"pet,vehicle,device"`
	Name     string     `json:"name"`
	Readings []ReadBody `json:"readings"`
}

// ReadBody is the last sure reading of a kind.
type ReadBody struct {
	Kind  string  `json:"kind"`
	Value float64 `json:"value"`
	Day   string  `json:"day" format:"date"`
}

// WishesBody is what a client likes.
type WishesBody struct {
	Services []wire.Ref   `json:"services" doc:"Of the branch"`
	Staff    []wire.Ref   `json:"staff" doc:"Of the branch"`
	Windows  []WindowBody `json:"windows"`
}

// WindowBody is a part of the week that suits them.
type WindowBody struct {
	Weekday int    `json:"weekday" minimum:"0" maximum:"7" doc:"1 Monday to 7 Sunday; 0 every day"`
	From    string `json:"from" example:"09:00"`
	To      string `json:"to"`
}

// VisitBody is one visit, without price and notes.
type VisitBody struct {
	Start    wire.Moment   `json:"start"`
	End      wire.Moment   `json:"end"`
	Status   string        `json:"status"`
	Services []wire.Ref    `json:"services"`
	Staff    wire.Somebody `json:"staff"`
}

// CountsBody is how often they came, and did not.
type CountsBody struct {
	Visits      int `json:"visits"`
	NoShows     int `json:"no_shows"`
	LateCancels int `json:"late_cancels"`
}

func (a *API) sheet(ctx context.Context, p account.Principal, in *BranchPath) (*struct{ Body LentBody }, error) {
	of, branch, err := in.read()
	if err != nil {
		return nil, err
	}
	s, err := a.Lender.Sheet(ctx, p, of, branch)
	if err != nil {
		return nil, err
	}
	zone, err := a.home(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	fact := func(f client.Fact) FactBody {
		return FactBody{string(f.ID), string(f.Subject), f.Key, f.Side, f.Class, f.Value.Kind, f.Value.Text, wire.At(f.At, zone)}
	}
	out := LentBody{
		Business: wire.Ref{ID: string(s.Business), Name: name(ctx, s.Set)}, Name: s.Name, Since: wire.At(s.Since, zone), Health: s.Health,
		Warnings: each(s.Warnings, fact), Facts: each(s.Facts, fact), Wishes: wishes(ctx, s.Set, s.Wishes), Counts: CountsBody(s.Counts),
		Subjects: each(s.Subjects, func(one client.Subject) ThingBody { return thing(one, s.Readings) }),
		Visits:   make([]VisitBody, len(s.Visits)),
	}
	for i, v := range s.Visits {
		if out.Visits[i], err = a.visit(ctx, s.Set, v); err != nil {
			return nil, err
		}
	}
	return &struct{ Body LentBody }{out}, nil
}

// each puts a list on the wire; never nil.
func each[T, B any](all []T, body func(T) B) []B {
	out := make([]B, len(all))
	for i, one := range all {
		out[i] = body(one)
	}
	return out
}

func thing(s client.Subject, readings []client.Reading) ThingBody {
	out := ThingBody{ID: string(s.ID), Kind: s.Kind, Name: s.Name, Readings: []ReadBody{}}
	for _, r := range readings {
		if r.Subject == s.ID {
			out.Readings = append(out.Readings, ReadBody{r.Kind, r.Value, r.Day.String()})
		}
	}
	return out
}

func wishes(ctx context.Context, set *availability.Setting, p client.Preferences) WishesBody {
	const hour = 60
	lang, clock := web.Language(ctx), func(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/hour, minutes%hour) }
	return WishesBody{
		Services: each(p.Services, func(s id.Service) wire.Ref { return wire.ServiceRef(set.Catalog, s, lang) }),
		Staff:    each(p.Staff, func(s id.Staff) wire.Ref { return wire.StaffRef(set.Catalog, s, lang).Ref }),
		Windows:  each(p.Windows, func(w client.Window) WindowBody { return WindowBody{w.Weekday, clock(w.From), clock(w.To)} }),
	}
}

func (a *API) visit(ctx context.Context, set *availability.Setting, v chain.Visit) (VisitBody, error) {
	zone, err := a.zones.Load(v.Zone)
	if err != nil {
		return VisitBody{}, err
	}
	lang := web.Language(ctx)
	at := func(i span.Instant) wire.Moment { return wire.At(i, zone) }
	return VisitBody{
		at(v.Start), at(v.End), v.Status,
		each(v.Services, func(s id.Service) wire.Ref { return wire.ServiceRef(set.Catalog, s, lang) }), wire.StaffRef(set.Catalog, v.Staff, lang),
	}, nil
}

// BroughtBody tells what came of it.
type BroughtBody struct {
	Brought int `json:"brought" doc:"How many facts were new here"`
}

func (a *API) bring(ctx context.Context, p account.Principal, in *struct {
	BranchPath
	Body struct {
		Facts []string `json:"facts" minItems:"1" maxItems:"500" doc:"Of the client, as they are shared; what is not is left out"`
	}
},
) (*struct{ Body BroughtBody }, error) {
	of, branch, err := in.read()
	if err != nil {
		return nil, err
	}
	n, err := a.Lender.Bring(ctx, p, of, branch, each(in.Body.Facts, func(f string) id.Fact { return id.Fact(f) }))
	if err != nil {
		return nil, err
	}
	return &struct{ Body BroughtBody }{BroughtBody{n}}, nil
}

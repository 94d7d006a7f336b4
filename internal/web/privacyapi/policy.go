package privacyapi

import (
	"context"
	"net/http"
	"time"

	"kept/account"
	"kept/internal/web/wire"
	"kept/privacy"
)

func (a *API) registerPolicy() {
	e := a.Edge
	wire.Op(e, http.MethodGet, "/privacy/policy", "get-privacy-policy", "How the business keeps data", a.policy)
	wire.Op(e, http.MethodPut, "/privacy/policy", "set-privacy-policy", "Say how the business keeps data", a.setPolicy)
	wire.Op(e, http.MethodPost, "/privacy/preview", "preview-retention", "What rules of retention would do now; nothing is changed", a.preview)
	wire.Op(e, http.MethodGet, "/privacy/register", "get-processing-register", "The register of processing", a.register)
	wire.Op(e, http.MethodGet, "/privacy/processors", "list-processors", "Everybody outside to whom data go", a.processors)
}

type ruleBody struct {
	What   string `json:"what" enum:"cards,texts,files" doc:"Cards without a visit are erased, texts of messages and documents deleted"`
	Kind   string `json:"kind,omitempty" enum:"personal,health,statute" doc:"Of documents; missing: any"`
	Months int    `json:"months,omitempty" minimum:"0" maximum:"600"`
	Days   int    `json:"days,omitempty" minimum:"0" maximum:"18000" doc:"In place of months"`
}

type purposeBody struct {
	Name       string `json:"name" maxLength:"500"`
	Basis      string `json:"basis" enum:"contract,consent,statute,interest"`
	Categories string `json:"categories,omitempty" maxLength:"500"`
	Persons    string `json:"persons,omitempty" maxLength:"500"`
	Recipients string `json:"recipients,omitempty" maxLength:"500"`
	Retention  string `json:"retention,omitempty" maxLength:"500"`
}

type policyWrite struct {
	Regime   string        `json:"regime,omitempty" enum:"gdpr,fz152,pdpa"`
	DueDays  int           `json:"due_days,omitempty" minimum:"0" maximum:"90" doc:"Answers are due after so many days; 0: the law's term"`
	Working  bool          `json:"working,omitempty" doc:"due_days are working days"`
	Home     bool          `json:"home,omitempty" doc:"No channels and calendars abroad"`
	Contact  string        `json:"contact,omitempty" maxLength:"500" doc:"Who answers questions of privacy, shown to clients"`
	Rules    []ruleBody    `json:"rules,omitempty" maxItems:"40"`
	Purposes []purposeBody `json:"purposes,omitempty" maxItems:"40" doc:"The owner's own lines of the register"`
	Hidden   []string      `json:"hidden,omitempty" maxItems:"40" doc:"Generated lines of the register that do not apply"`
	Version  int64         `json:"version,omitempty" doc:"The one that was read"`
}

func (w policyWrite) policy() privacy.Policy {
	p := privacy.Policy{
		Regime: privacy.Regime(w.Regime), DueDays: w.DueDays, Working: w.Working, Home: w.Home, Contact: w.Contact, Hidden: w.Hidden, Version: w.Version,
	}
	for _, r := range w.Rules {
		p.Rules = append(p.Rules, privacy.Rule(r))
	}
	for _, l := range w.Purposes {
		p.Purposes = append(p.Purposes, privacy.Purpose(l))
	}
	return p
}

func writeOf(p privacy.Policy) policyWrite {
	w := policyWrite{
		Regime: string(p.Law()), DueDays: p.DueDays, Working: p.Working, Home: p.Home, Contact: p.Contact, Hidden: p.Hidden, Version: p.Version,
	}
	for _, r := range p.Rules {
		w.Rules = append(w.Rules, ruleBody(r))
	}
	for _, l := range p.Purposes {
		w.Purposes = append(w.Purposes, purposeBody(l))
	}
	return w
}

type policyOut struct{ Body policyWrite }

func (a *API) policy(ctx context.Context, p account.Principal, _ *struct{}) (*policyOut, error) {
	if err := wire.Must(p, account.ManagePrivacy); err != nil {
		return nil, err
	}
	have, err := a.Office.Policy(ctx, p.Business)
	return &policyOut{writeOf(have)}, err
}

func (a *API) setPolicy(ctx context.Context, p account.Principal, in *struct{ Body policyWrite }) (*policyOut, error) {
	have, err := a.Office.SavePolicy(ctx, p, in.Body.policy())
	return &policyOut{writeOf(have)}, err
}

type idleBody struct {
	ClientID string        `json:"client_id"`
	Made     wire.Moment   `json:"made_at"`
	Last     wire.Optional `json:"last_visit_at"`
}

type effectBody struct {
	Rule   ruleBody    `json:"rule"`
	Before wire.Moment `json:"before" doc:"Older than this goes"`
	Count  int64       `json:"count"`
	Cards  []idleBody  `json:"cards,omitempty" doc:"Who would be erased; the first of them"`
	More   bool        `json:"more,omitempty" doc:"There are more cards than are listed"`
}

func (a *API) preview(ctx context.Context, p account.Principal, in *struct{ Body policyWrite }) (*struct{ Body []effectBody }, error) {
	effects, err := a.Office.Preview(ctx, p, in.Body.policy())
	if err != nil {
		return nil, err
	}
	_, zone, err := a.zone(ctx, p)
	out := make([]effectBody, len(effects))
	for i, e := range effects {
		out[i] = effectBody{Rule: ruleBody(e.Rule), Before: wire.At(e.Before, zone), Count: e.Count, Cards: idleOf(e.Cards, zone), More: e.More}
	}
	return &struct{ Body []effectBody }{out}, err
}

func idleOf(list []privacy.Idle, zone *time.Location) []idleBody {
	out := make([]idleBody, len(list))
	for i, c := range list {
		out[i] = idleBody{string(c.Client), wire.At(c.Made, zone), wire.Maybe(c.Last, zone)}
	}
	return out
}

type lineBody struct {
	Code       string      `json:"code,omitempty" doc:"Of a generated line"`
	Purpose    purposeBody `json:"purpose"`
	Recipients []string    `json:"recipients,omitempty"`
	Rules      []ruleBody  `json:"rules,omitempty"`
	Hidden     bool        `json:"hidden,omitempty"`
}

func (a *API) register(ctx context.Context, p account.Principal, _ *struct{}) (*struct{ Body []lineBody }, error) {
	lines, err := a.Office.Register(ctx, p)
	out := make([]lineBody, len(lines))
	for i, l := range lines {
		out[i] = lineBody{Code: l.Code, Purpose: purposeBody(l.Purpose), Recipients: l.Recipients, Hidden: l.Hidden}
		for _, r := range l.Rules {
			out[i].Rules = append(out[i].Rules, ruleBody(r))
		}
	}
	return &struct{ Body []lineBody }{out}, err
}

type processorBody struct {
	Kind    string `json:"kind" doc:"channel or calendar"`
	Name    string `json:"name"`
	Host    string `json:"host,omitempty"`
	Abroad  bool   `json:"abroad"`
	Blocked bool   `json:"blocked" doc:"Shut by the policy"`
}

func (a *API) processors(ctx context.Context, p account.Principal, _ *struct{}) (*struct{ Body []processorBody }, error) {
	list, err := a.Office.Processors(ctx, p)
	out := make([]processorBody, len(list))
	for i, x := range list {
		out[i] = processorBody(x)
	}
	return &struct{ Body []processorBody }{out}, err
}

package api

import (
	"kept/catalog"
	"kept/id"
	"kept/internal/web/wire"
	"kept/policy"
)

func (a *API) registerRules() {
	registerNoun(a, noun[ruleWrite, ruleBody, catalog.Rule, id.Rule]{
		path: "/rules", one: "rule", create: a.Office.CreateRule, update: a.Office.UpdateRule,
		archive: a.Office.ArchiveRule, find: a.Office.FindRule, list: a.Office.ListRules,
		write: ruleWrite.apply, show: ruleOf, also: unfilled, fresh: func() catalog.Rule { return catalog.Rule{} },
	})
}

// ruleWrite makes or changes a rule. The part of its kind is laid over what
// there is, field by field.
type ruleWrite struct {
	Kind      *string           `json:"kind,omitempty" enum:"offer,approve,limit,season,link,vary,cutoff" doc:"Fixed once the rule is made"`
	Name      *string           `json:"name,omitempty" maxLength:"200" doc:"In the business's language"`
	Names     map[string]string `json:"names,omitempty" doc:"By language: en, zh-Hant, ru"`
	About     *string           `json:"about,omitempty" maxLength:"2000" doc:"Why; where the rule shuts a time, clients read it"`
	Abouts    map[string]string `json:"abouts,omitempty"`
	When      *string           `json:"when,omitempty" maxLength:"1000" doc:"A CEL expression over client, subject, service, staff, slot, history, load; empty always holds"`
	Services  []string          `json:"services,omitempty" maxItems:"1000" doc:"Empty: every one"`
	Skills    []string          `json:"skills,omitempty" maxItems:"100" doc:"Beside services: those that need one of these skills, as they come and go"`
	Staff     []string          `json:"staff,omitempty" maxItems:"1000" doc:"Empty: everyone"`
	Locations []string          `json:"locations,omitempty" maxItems:"1000" doc:"Empty: everywhere"`
	From      day               `json:"from,omitzero" doc:"The first local day; null is open"`
	To        day               `json:"to,omitzero" doc:"The last local day; null is open"`
	Off       *bool             `json:"off,omitempty" doc:"Kept, but not applied"`
	Position  *int              `json:"position,omitempty" minimum:"0" doc:"Rules apply in this order"`
	Limit     merge[limit]      `json:"limit,omitzero"`
	Season    merge[season]     `json:"season,omitzero"`
	Link      merge[link]       `json:"link,omitzero"`
	Vary      merge[vary]       `json:"vary,omitzero"`
	Cutoff    merge[cutoff]     `json:"cutoff,omitzero"`
}

func (w ruleWrite) apply(r *catalog.Rule, home string) (err error) {
	if w.Kind != nil {
		r.Kind = catalog.RuleKind(*w.Kind)
	}
	texts(&r.Names, w.Name, w.Names, home)
	texts(&r.About, w.About, w.Abouts, home)
	wire.Set(&r.When, w.When)
	wire.Set(&r.Off, w.Off)
	wire.Set(&r.Position, w.Position)
	if w.Services != nil {
		r.Services = idsOf[id.Service](w.Services)
	}
	if w.Skills != nil {
		r.Skills = w.Skills
	}
	if w.Staff != nil {
		r.Staff = idsOf[id.Staff](w.Staff)
	}
	if w.Locations != nil {
		r.Locations = idsOf[id.Location](w.Locations)
	}
	if r.From, err = w.From.over(r.From, "from"); err != nil {
		return err
	}
	if r.To, err = w.To.over(r.To, "to"); err != nil {
		return err
	}
	return w.parts(&r.RuleBody)
}

func (w ruleWrite) parts(b *catalog.RuleBody) (err error) {
	if b.Limit, err = part(w.Limit, b.Limit, limitOf, limit.limit); err != nil {
		return err
	}
	if b.Season, err = part(w.Season, b.Season, seasonOf, season.season); err != nil {
		return err
	}
	if b.Link, err = part(w.Link, b.Link, linkOf, link.link); err != nil {
		return err
	}
	if b.Vary, err = part(w.Vary, b.Vary, varyOf, vary.vary); err != nil {
		return err
	}
	b.Cutoff, err = part(w.Cutoff, b.Cutoff, cutoffOf, cutoff.cutoff)
	return err
}

// part lays the part of one kind over what there is; null takes it away, and
// the domain then says that it is missing.
func part[W, T any](sent merge[W], have *T, show func(T) W, read func(W) T) (*T, error) {
	switch {
	case sent.none():
		return nil, nil //nolint:nilnil // a part that is not there
	case !sent.given():
		return have, nil
	}
	var wire W
	if have != nil {
		wire = show(*have)
	}
	next, err := sent.over(wire)
	if err != nil {
		return nil, err
	}
	return new(read(next)), nil
}

type ruleBody struct {
	ID        string            `json:"id"`
	Kind      string            `json:"kind" enum:"offer,approve,limit,season,link,vary,cutoff"`
	Name      string            `json:"name"`
	Names     map[string]string `json:"names"`
	About     string            `json:"about"`
	Abouts    map[string]string `json:"abouts"`
	When      string            `json:"when"`
	Services  []string          `json:"services"`
	Skills    []string          `json:"skills"`
	Staff     []string          `json:"staff"`
	Locations []string          `json:"locations"`
	From      day               `json:"from"`
	To        day               `json:"to"`
	Off       bool              `json:"off"`
	Position  int               `json:"position"`
	Limit     *limit            `json:"limit,omitempty"`
	Season    *season           `json:"season,omitempty"`
	Link      *link             `json:"link,omitempty"`
	Vary      *vary             `json:"vary,omitempty"`
	Cutoff    *cutoff           `json:"cutoff,omitempty"`
	Unfilled  []unfilledFact    `json:"unfilled" readOnly:"true" doc:"Facts that the rule reads while no card knows them by itself and no question fills them. A warning: staff may write them down by hand"`
}

type unfilledFact struct {
	Fact string `json:"fact"`
	Near string `json:"near,omitempty" doc:"The name that may have been meant"`
}

// unfilled writes which facts of a rule nothing fills.
func unfilled(b *ruleBody, r *catalog.Rule, c *catalog.Catalog) {
	b.Unfilled = []unfilledFact{}
	for _, u := range policy.UnfilledIn(c, r) {
		b.Unfilled = append(b.Unfilled, unfilledFact(u))
	}
}

func ruleOf(r *catalog.Rule, language, home string) ruleBody {
	return ruleBody{
		ID: string(r.ID), Kind: string(r.Kind), Name: r.Names.Pick(language, home), Names: dict(r.Names),
		About: r.About.Pick(language, home), Abouts: dict(r.About), When: r.When, Services: textsOf(r.Services),
		Skills: textsOf(r.Skills), Staff: textsOf(r.Staff), Locations: textsOf(r.Locations), From: dayOf(r.From), To: dayOf(r.To), Off: r.Off,
		Position: r.Position, Limit: shown(r.Limit, limitOf), Season: shown(r.Season, seasonOf), Link: shown(r.Link, linkOf),
		Vary: shown(r.Vary, varyOf), Cutoff: shown(r.Cutoff, cutoffOf),
	}
}

func shown[T, W any](part *T, show func(T) W) *W {
	if part == nil {
		return nil
	}
	return new(show(*part))
}

package catalog

import (
	"slices"

	"kept/id"
	"kept/money"
	"kept/span"
)

// RuleKind says what a rule of the owner's does.
type RuleKind string

// The kinds of rules.
const (
	RuleOffer   RuleKind = "offer"   // times are offered only where When holds
	RuleApprove RuleKind = "approve" // where When holds, staff must approve the booking
	RuleLimit   RuleKind = "limit"   // no more than so much in a period
	RuleSeason  RuleKind = "season"  // in these dates: closed, sold then only, or at another price
	RuleLink    RuleKind = "link"    // a service that needs or forbids another one before it
	RuleVary    RuleKind = "vary"    // another length or price for some clients, subjects or staff
	RuleCutoff  RuleKind = "cutoff"  // until when clients may move and cancel
)

// RuleKinds lists every kind.
func RuleKinds() []RuleKind {
	return []RuleKind{RuleOffer, RuleApprove, RuleLimit, RuleSeason, RuleLink, RuleVary, RuleCutoff}
}

// Rule is one rule of the owner's. All kinds share the frame: to what it
// applies (scope, dates and the expression When) and how it is called wherever
// it decides. One further part belongs to the kind.
type Rule struct {
	ID       id.Rule
	Position int // rules apply in this order
	Kind     RuleKind
	Names    Texts // shown to staff and, where it shuts a time, to clients
	About    Texts // why, in the owner's words
	Off      bool
	Archived bool
	RuleBody
}

// RuleBody is what a rule says.
type RuleBody struct {
	When      string        `json:"when,omitempty"`      // CEL over client, subject, service, staff, slot, history, load; empty always holds
	Services  []id.Service  `json:"services,omitempty"`  // empty: every one
	Skills    []string      `json:"skills,omitempty"`    // beside Services: those that need one of these skills, as they come and go
	Staff     []id.Staff    `json:"staff,omitempty"`     // empty: everyone
	Locations []id.Location `json:"locations,omitempty"` // empty: everywhere
	From      span.Date     `json:"from,omitzero"`       // local dates of the start, both inclusive; zero is open
	To        span.Date     `json:"to,omitzero"`
	Limit     *Limit        `json:"limit,omitempty"`
	Season    *Season       `json:"season,omitempty"`
	Link      *Link         `json:"link,omitempty"`
	Vary      *Vary         `json:"vary,omitempty"`
	Cutoff    *Cutoff       `json:"cutoff,omitempty"`
}

// What a limit counts by.
const (
	LimitBusiness = "business"
	LimitLocation = "location"
	LimitStaff    = "staff" // each staff member for themselves
	LimitService  = "service"
	LimitClient   = "client"

	PerDay    = "day" // local days, ISO weeks and months of the location's zone
	PerWeek   = "week"
	PerMonth  = "month"
	PerActive = "active" // all that has not ended yet; of clients only
)

// Limit is the part of a RuleLimit: at most Max visits, or minutes of visits,
// for each Of in each Per.
type Limit struct {
	Of      string `json:"of"`
	Per     string `json:"per"`
	Max     int    `json:"max"`
	MaxExpr string `json:"max_expr,omitempty"` // CEL that gives the number, over client and history; instead of Max
	Minutes bool   `json:"minutes,omitempty"`  // Max counts minutes
}

// Season is the part of a RuleSeason.
type Season struct {
	Closed       bool          `json:"closed,omitempty"`        // the scope is not to be had in these dates
	Only         bool          `json:"only,omitempty"`          // the services of the scope are to be had in these dates only
	PricePercent int           `json:"price_percent,omitempty"` // added to the price: 20 is a fifth more, -10 a tenth less
	PriceAdd     *money.Amount `json:"price_add,omitempty"`
}

// What a link asks.
const (
	LinkRequires = "requires" // the other service was there before: completed or still booked
	LinkExcludes = "excludes" // the other service is not near, before or after
)

// Link is the part of a RuleLink: how the rule's services stand to another.
type Link struct {
	Kind     string     `json:"kind"`
	Other    id.Service `json:"other"`
	LeastMin int        `json:"least_min,omitempty"` // from the other's end to this start; of LinkExcludes: the distance kept
	MostMin  int        `json:"most_min,omitempty"`  // 0 is any; of LinkRequires
}

// Vary is the part of a RuleVary: how a service differs where the rule applies.
type Vary struct {
	Segments     []Segment     `json:"segments,omitempty"`      // instead of the service's own
	Segment      int           `json:"segment,omitempty"`       // from 1, which segment the next two change; 0 is the first with staff
	AddMin       int           `json:"add_min,omitempty"`       // may be negative; a segment keeps at least 1 minute
	Percent      int           `json:"percent,omitempty"`       // of its length, rounded up to 5 minutes: 150 is half as long again; 0 is 100
	PricePercent int           `json:"price_percent,omitempty"` // added to the price
	PriceAdd     *money.Amount `json:"price_add,omitempty"`
}

// Cutoff is the part of a RuleCutoff; it replaces the terms' cut-offs.
type Cutoff struct {
	CancelMin int `json:"cancel_min"`
	MoveMin   int `json:"move_min"`
}

// Scope gives a rule's body with the services that need its skills among its
// services; false where a rule that is about skills is about no service.
func (c *Catalog) Scope(b RuleBody) (RuleBody, bool) {
	if len(b.Skills) == 0 {
		return b, true
	}
	b.Services = slices.Clone(b.Services)
	for _, s := range c.Services {
		if !slices.Contains(b.Services, s.ID) && slices.ContainsFunc(b.Skills, s.Needs) {
			b.Services = append(b.Services, s.ID)
		}
	}
	return b, len(b.Services) > 0
}

// Covers tells whether the rule's scope holds a service performed by a staff
// member at a location; empty ones are not asked about.
func (b *RuleBody) Covers(service id.Service, staff id.Staff, location id.Location) bool {
	return holds(b.Services, service) && holds(b.Staff, staff) && holds(b.Locations, location)
}

// On tells whether the rule's dates hold the day.
func (b *RuleBody) On(day span.Date) bool {
	return (b.From == span.Date{} || !day.Before(b.From)) && (b.To == span.Date{} || !b.To.Before(day))
}

// Rule finds a rule, archived or not.
func (c *Catalog) Rule(want id.Rule) (*Rule, bool) {
	return find(c.Rules, func(r *Rule) bool { return r.ID == want })
}

func holds[T ~string](list []T, one T) bool {
	return len(list) == 0 || one == "" || slices.Contains(list, one)
}

package privacy

import (
	"context"
	"fmt"
	"slices"

	"kept/account"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Policy is how one business keeps data.
type Policy struct {
	Regime   Regime       `json:"regime,omitempty"`   // GDPR when empty
	DueDays  int          `json:"due_days,omitempty"` // answers are due after so many days; 0: the law's term
	Working  bool         `json:"working,omitempty"`  // DueDays are working days
	Home     bool         `json:"home,omitempty"`     // no channels abroad
	Contact  string       `json:"contact,omitempty"`  // who answers questions of privacy, as shown to clients
	Rules    []Rule       `json:"rules,omitempty"`    // of retention
	Purposes []Purpose    `json:"purposes,omitempty"` // the owner's own lines of the register of processing
	Hidden   []string     `json:"hidden,omitempty"`   // generated lines that the owner took out
	Version  int64        `json:"-"`
	SweptAt  span.Instant `json:"-"` // when the rules were last kept
}

// Law is the policy's regime, or the usual one.
func (p Policy) Law() Regime {
	if p.Regime.Valid() {
		return p.Regime
	}
	return GDPR
}

// term is how long an answer may take under this policy.
func (p Policy) term(kind string) Term {
	switch {
	case p.DueDays > 0 && p.Working:
		return Term{Working: p.DueDays}
	case p.DueDays > 0:
		return Term{Days: p.DueDays}
	default:
		return p.Law().Term(kind)
	}
}

// What a rule of retention is about.
const (
	RuleCards = "cards" // cards without a visit: the person is erased
	RuleTexts = "texts" // texts of messages: taken away
	RuleFiles = "files" // documents of a kind: deleted
)

// Rule ends the keeping of something after a time.
type Rule struct {
	What   string `json:"what"`
	Kind   string `json:"kind,omitempty"` // of documents; empty: any
	Months int    `json:"months,omitempty"`
	Days   int    `json:"days,omitempty"` // in place of months
}

// before is the instant before which the rule lets nothing stand.
func (r Rule) before(now span.Instant) span.Instant {
	d := span.DateOf(now.UTC())
	if r.Days > 0 {
		return d.AddDays(-r.Days).Start(now.UTC().Location())
	}
	return addMonths(d, -r.Months).Start(now.UTC().Location())
}

// Purpose is one line of the register of processing (GDPR article 30).
type Purpose struct {
	Name       string `json:"name"`
	Basis      string `json:"basis"`      // contract, consent, statute, interest
	Categories string `json:"categories"` // of data
	Persons    string `json:"persons"`
	Recipients string `json:"recipients"`
	Retention  string `json:"retention"`
}

const (
	maxRules    = 40
	maxPurposes = 40
	maxWords    = 500
	leastCards  = 1   // months: nobody is erased for staying away less
	mostMonths  = 600 // fifty years
)

// check notes what is wrong with a policy.
func (p Policy) check() error {
	var c fault.Checker
	c.Require(p.Regime == "" || p.Regime.Valid(), "regime", "unknown", "gdpr, fz152 or pdpa")
	c.Require(p.DueDays >= 0 && p.DueDays <= 90, "due_days", "range", "0 to 90")
	c.Line("contact", p.Contact, 0, maxWords)
	c.Require(len(p.Rules) <= maxRules, "rules", "too_many", "at most 40 rules")
	c.Require(len(p.Purposes) <= maxPurposes, "purposes", "too_many", "at most 40 lines")
	c.Require(len(p.Hidden) <= maxPurposes, "hidden", "too_many", "at most 40 lines")
	for i, r := range p.Rules {
		name := fmt.Sprintf("rules[%d]", i)
		c.Require(slices.Contains([]string{RuleCards, RuleTexts, RuleFiles}, r.What), name+".what", "unknown", "cards, texts or files")
		c.Require((r.Months > 0) != (r.Days > 0), name+".months", "required", "months or days, one of them")
		c.Require(r.Months >= 0 && r.Months <= mostMonths && r.Days >= 0 && r.Days <= mostMonths*30, name+".months", "range", "1 to 600 months")
		c.Require(r.What != RuleCards || r.Months >= leastCards, name+".months", "range", "cards are kept for a month at least")
		c.Line(name+".kind", r.Kind, 0, 64)
	}
	for i, l := range p.Purposes {
		name := fmt.Sprintf("purposes[%d].", i)
		c.Line(name+"name", l.Name, 1, maxWords)
		c.Require(slices.Contains(Bases(), l.Basis), name+"basis", "unknown", "contract, consent, statute or interest")
		for field, text := range map[string]string{
			"categories": l.Categories, "persons": l.Persons, "recipients": l.Recipients, "retention": l.Retention,
		} {
			c.Text(name+field, text, 0, maxWords)
		}
	}
	return c.Err()
}

// Bases lists on what processing may rest.
func Bases() []string { return []string{"contract", "consent", "statute", "interest"} }

// Policy gives a business's policy to anybody of it.
func (o *Office) Policy(ctx context.Context, business id.Business) (Policy, error) {
	return o.Policies.Policy(ctx, business)
}

// SavePolicy changes a business's policy. version is the one that the caller
// saw. Faults forbidden, invalid, conflict.
func (o *Office) SavePolicy(ctx context.Context, who account.Principal, p Policy) (Policy, error) {
	if err := needs(who, account.ManagePrivacy); err != nil {
		return Policy{}, err
	}
	if err := p.check(); err != nil {
		return Policy{}, err
	}
	err := o.Atomic.Do(ctx, func(ctx context.Context) error {
		if err := o.Policies.SavePolicy(ctx, who.Business, p); err != nil {
			return err
		}
		return o.Journal.Append(ctx, event.Event{
			Business: who.Business, Type: event.SettingsChanged, Actor: who.Actor(), Data: event.Data{Kind: "privacy"},
		})
	})
	p.Version++
	return p, err
}

package privacy

import (
	"context"
	"slices"

	"kept/account"
	"kept/id"
)

// Processor is somebody outside to whom data go, or who keeps data for us.
type Processor struct {
	Kind    string // channel, calendar, keeper
	Name    string // the channel's word, the calendar's address without its path
	Host    string // where it is reached; empty for none
	Abroad  bool   // not among the hosts that the operator counts as home
	Blocked bool   // shut by the policy
}

// Outside knows who is set up for a business. The app implements it.
type Outside interface {
	Processors(ctx context.Context, business id.Business) ([]Processor, error)
}

// Processors lists everybody outside; fault forbidden.
func (o *Office) Processors(ctx context.Context, who account.Principal) ([]Processor, error) {
	if err := needs(who, account.ManagePrivacy); err != nil {
		return nil, err
	}
	list, err := o.Outside.Processors(ctx, who.Business)
	if err != nil {
		return nil, err
	}
	p, err := o.Policies.Policy(ctx, who.Business)
	for i := range list {
		list[i].Blocked = list[i].Abroad && p.Home
	}
	return list, err
}

// MaySend tells whether a business lets data go to a host abroad.
func (o *Office) MaySend(ctx context.Context, business id.Business) (bool, error) {
	p, err := o.Policies.Policy(ctx, business)
	return !p.Home, err
}

// Line is one purpose of the register of processing. Those that Kept itself
// serves are generated and have a code, whose texts stand in the catalogs;
// those of the owner have words.
type Line struct {
	Code string // empty for a line of the owner's
	Purpose
	Recipients []string // names of processors, of a generated line
	Rules      []Rule   // of retention that apply to it
	Hidden     bool     // the owner took it out
}

// Generated lines.
const (
	LineBookings = "bookings"
	LineCards    = "cards"
	LineHealth   = "health"
	LineMessages = "messages"
	LineFiles    = "files"
	LineAudit    = "audit"
	LineStaff    = "staff"
	LineCalendar = "calendars"
	LineWatches  = "watches" // calendars that clients connect themselves
)

// Codes lists the generated lines there may be.
func Codes() []string {
	return []string{LineBookings, LineCards, LineHealth, LineMessages, LineFiles, LineAudit, LineStaff, LineCalendar, LineWatches}
}

// Register is the register of processing (GDPR article 30; 152-FZ article
// 22 for what is notified): made of what is switched on, with the owner's own
// lines behind. Fault forbidden.
func (o *Office) Register(ctx context.Context, who account.Principal) ([]Line, error) {
	processors, err := o.Processors(ctx, who)
	if err != nil {
		return nil, err
	}
	p, err := o.Policies.Policy(ctx, who.Business)
	if err != nil {
		return nil, err
	}
	names := func(kind string) (out []string) {
		for _, x := range processors {
			if x.Kind == kind && !x.Blocked {
				out = append(out, x.Name)
			}
		}
		return out
	}
	rules := func(what string) (out []Rule) {
		for _, r := range p.Rules {
			if r.What == what {
				out = append(out, r)
			}
		}
		return out
	}
	lines := []Line{
		{Code: LineBookings, Purpose: Purpose{Basis: "contract"}, Rules: rules(RuleCards)},
		{Code: LineCards, Purpose: Purpose{Basis: "contract"}, Rules: rules(RuleCards)},
		{Code: LineHealth, Purpose: Purpose{Basis: "consent"}, Rules: rules(RuleCards)},
		{Code: LineMessages, Purpose: Purpose{Basis: "contract"}, Recipients: names("channel"), Rules: rules(RuleTexts)},
		{Code: LineFiles, Purpose: Purpose{Basis: "contract"}, Rules: rules(RuleFiles)},
		{Code: LineAudit, Purpose: Purpose{Basis: "interest"}},
		{Code: LineStaff, Purpose: Purpose{Basis: "contract"}},
		{Code: LineWatches, Purpose: Purpose{Basis: "consent"}, Rules: rules(RuleCards)},
	}
	if calendars := names("calendar"); len(calendars) > 0 {
		lines = append(lines, Line{Code: LineCalendar, Purpose: Purpose{Basis: "interest"}, Recipients: calendars})
	}
	for i := range lines {
		lines[i].Hidden = slices.Contains(p.Hidden, lines[i].Code)
	}
	for _, own := range p.Purposes {
		lines = append(lines, Line{Purpose: own})
	}
	return lines, nil
}

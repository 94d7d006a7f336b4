package client

import (
	"cmp"
	"context"
	"slices"

	"kept/event"
	"kept/id"
	"kept/span"
)

// Where a fact comes from.
const (
	SourceClient  = "client"  // said on their own page
	SourceStaff   = "staff"   // written at the desk
	SourceBooking = "booking" // given while booking
	SourceForm    = "form"    // an answer
	SourceMessage = "message" // a reply
	SourceImport  = "import"  // brought from elsewhere
	SourceChain   = "chain"   // brought over from another branch
)

// Sources lists every source.
func Sources() []string {
	return []string{SourceClient, SourceStaff, SourceBooking, SourceForm, SourceMessage, SourceImport, SourceChain}
}

// The sides of a card: whose word a fact is.
const (
	SideClient = "client"
	SideStaff  = "staff"
)

// sideOf gives whose word comes from a source, where nobody says otherwise.
func sideOf(source string) string {
	if source == SourceStaff || source == SourceImport {
		return SideStaff
	}
	return SideClient
}

// Fact is one thing that one side says of a client or a subject.
type Fact struct {
	ID          id.Fact
	Subject     id.Subject // empty: of the client themselves
	Key         string
	Side        string // SideClient, SideStaff
	Class       string
	Value       Value // none: the side takes back what it said
	Source      string
	SourceID    string // of the booking, form or message; empty for none
	Actor       event.Actor
	At          span.Instant
	OverruledAt span.Instant // the desk has decided for what the other side says; 0 for not
	ReplacedAt  span.Instant // the same side has said something else since; 0 for not
}

// Doubt tells what speaks against the value as it is written; empty for nothing.
func (f *Fact) Doubt() string {
	if f.Key == KeyVIN && !f.Value.None() {
		return DoubtVIN(f.Value.Text)
	}
	return ""
}

// FactFilter says which part of the history of a fact is listed.
type FactFilter struct {
	Subject id.Subject // empty: of the client
	Key     string
	Health  bool // facts of health too: the caller has asked for the right
	// Only what was said before this one; the zero value from the latest on.
	BeforeAt span.Instant
	BeforeID id.Fact
	Limit    int
}

// Facts keeps facts, sealed, those of health with a key of their own.
type Facts interface {
	// Current lists what each side says now, by subject, key and side; facts of
	// health only where they are asked for.
	Current(ctx context.Context, business id.Business, client id.Client, health bool) ([]Fact, error)
	// InsertFact adds a fact in the place of what its side said before. index is
	// the kind of blind index by which it is found again; empty for none.
	InsertFact(ctx context.Context, business id.Business, client id.Client, f Fact, index string) error
	// OverruleFact marks a fact as overruled at an instant, 0 for not any more; fault NotFound.
	OverruleFact(ctx context.Context, business id.Business, client id.Client, fact id.Fact, at span.Instant) error
	// FactHistory lists what was said under a key, the latest first.
	FactHistory(ctx context.Context, business id.Business, client id.Client, f FactFilter) ([]Fact, error)
	// Marked finds who carries a plate, VIN or chip now; index is its kind.
	Marked(ctx context.Context, business id.Business, index, value string) ([]Mark, error)
}

// Mark is a subject that carries a plate, a VIN or a chip.
type Mark struct {
	Client  id.Client
	Subject id.Subject
}

// Ledger is what both sides say of a client and their subjects.
type Ledger struct {
	facts []Fact // current, by subject, key and side; none of them says nothing
}

// NewLedger makes a ledger of current facts.
func NewLedger(current []Fact) Ledger {
	facts := slices.DeleteFunc(slices.Clone(current), func(f Fact) bool { return f.Value.None() })
	slices.SortFunc(facts, func(a, b Fact) int {
		return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Side, b.Side))
	})
	return Ledger{facts}
}

// All lists what each side says, by subject, key and side.
func (l Ledger) All() []Fact { return l.facts }

// Conflict is a thing of which the sides say different values and the desk has
// not decided yet.
type Conflict struct{ Client, Staff Fact }

// Conflicts lists what the sides do not agree on.
func (l Ledger) Conflicts() []Conflict {
	var out []Conflict
	for i := range l.facts {
		c := l.other(i)
		if c < 0 || l.facts[i].Side != SideStaff {
			continue
		}
		staff, client := l.facts[i], l.facts[c]
		if staff.Value != client.Value && staff.OverruledAt == 0 && client.OverruledAt == 0 {
			out = append(out, Conflict{Client: client, Staff: staff})
		}
	}
	return out
}

// other gives the place of what the other side says of the same thing, below 0
// for nothing: it stands beside it.
func (l Ledger) other(i int) int {
	f := &l.facts[i]
	for _, n := range [2]int{i - 1, i + 1} {
		if n >= 0 && n < len(l.facts) && l.facts[n].Subject == f.Subject && l.facts[n].Key == f.Key && l.facts[n].Side != f.Side {
			return n
		}
	}
	return -1
}

// overruled tells whether the desk has decided against a fact. Who is alone is
// right again: the other side has taken its word back.
func (l Ledger) overruled(i int) bool { return l.facts[i].OverruledAt != 0 && l.other(i) >= 0 }

// Holding lists what holds: of each thing one fact, that of the staff where
// both sides speak and neither was overruled.
func (l Ledger) Holding() []Fact {
	var out []Fact
	for i, f := range l.facts {
		o := l.other(i)
		if l.overruled(i) || o >= 0 && f.Side == SideClient && l.facts[o].OverruledAt == 0 {
			continue
		}
		out = append(out, f)
	}
	return out
}

// Get gives the fact that holds of a client (empty subject) or a subject.
func (l Ledger) Get(subject id.Subject, key string) (Fact, bool) {
	for _, f := range l.Holding() {
		if f.Subject == subject && f.Key == key {
			return f, true
		}
	}
	return Fact{}, false
}

// Of lists the facts that hold of a client (empty subject) or a subject.
func (l Ledger) Of(subject id.Subject) []Fact {
	return slices.DeleteFunc(l.Holding(), func(f Fact) bool { return f.Subject != subject })
}

// Warnings lists what must be seen at a visit: every warning that a side
// gives and the desk has not overruled, also where the other says otherwise.
func (l Ledger) Warnings() []Fact {
	var out []Fact
	for i, f := range l.facts {
		if f.Class == ClassWarning && !l.overruled(i) && f.Value != (Value{ValueYesNo, No}) {
			out = append(out, f)
		}
	}
	return out
}

// Known gives what holds of a client (empty subject) or a subject for rules
// and expressions: string, bool, int64 or float64 by key. Health is no
// ground for a price and is not in it.
func (l Ledger) Known(subject id.Subject) map[string]any {
	var out map[string]any
	for _, f := range l.Of(subject) {
		if f.Class == ClassHealth {
			continue
		}
		if out == nil {
			out = map[string]any{}
		}
		out[f.Key] = f.Value.Any()
	}
	return out
}

// Age counts the full years of a client (empty subject) or a subject on a
// day; false where no birth date is known.
func (l Ledger) Age(subject id.Subject, on span.Date) (int, bool) {
	f, ok := l.Get(subject, KeyBirthDate)
	if !ok {
		return 0, false
	}
	born, ok := f.Value.Date()
	if !ok || on.Before(born) {
		return 0, false
	}
	years := on.Year - born.Year
	if on.Month < born.Month || on.Month == born.Month && on.Day < born.Day {
		years--
	}
	return years, true
}

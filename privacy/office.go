package privacy

import (
	"kept/account"
	"kept/fault"
)

// Parts are what an office is made of.
type Parts struct {
	Atomic    Atomic
	Journal   Journal
	Clock     Clock
	Zones     Zones
	Diary     Diary
	Graveyard Graveyard
	Cards     Cards
	Records   Records
	Petitions Petitions
	Breaches  Breaches
	Policies  Policies
	Attic     Attic
	Outside   Outside
	Dossiers  Dossiers
	Reads     Reads
}

// Office does what a business owes to the people whose data it has. It is
// safe for concurrent use.
type Office struct{ Parts }

// NewOffice makes an office of its parts.
func NewOffice(p Parts) *Office { return &Office{p} }

// needs refuses whoever may not do an action.
func needs(who account.Principal, action account.Action) error {
	if who.May(action) {
		return nil
	}
	return fault.New(fault.Forbidden, fault.CodeForbidden, "you may not do this")
}

// conflict says that somebody else was quicker, or that something stands in the way.
func conflict(detail string) error { return fault.New(fault.Conflict, fault.CodeConflict, detail) }

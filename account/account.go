// Package account knows who may do what: users, their roles in a business,
// API keys, sessions, and the Principal that all of them become at the edge.
//
// Rights are asked by action ("may this principal cancel bookings?"), never
// by the word of a role; the table of which role may do what stands here and
// nowhere else.
//
// Whoever signs in has a session, theirs and no business's. At every request
// Enter makes a Principal of it in one business, or refuses: it looks whether
// they still work there, whether somebody who manages its accounts ended the
// session there (stay.go), and whether a second factor was shown where the
// business demands one of their role. What another house says it saw counts as
// one when it says so; a PIN at a shared desk stands for whoever has set one up.
// API keys are asked for nothing of this.
//
// A password is refused that is short, common, made of one's own or the
// business's words, or known from a breach, where the operator has a list.
package account

import (
	"slices"

	"kept/event"
	"kept/id"
	"kept/span"
)

// Action is something a principal may be allowed to do.
type Action string

// The actions.
const (
	ReadBookings   Action = "bookings.read"
	WriteBookings  Action = "bookings.write"
	Override       Action = "bookings.override" // past rules, never onto a taken lane
	Squeeze        Action = "bookings.squeeze"  // onto the overflow lane
	ReadClients    Action = "clients.read"
	WriteClients   Action = "clients.write"
	ReadHealth     Action = "clients.health" // health notes and documents of a card, to read and to write
	ExportClients  Action = "clients.export"
	EraseClients   Action = "clients.erase"
	ReadMessages   Action = "messages.read"
	ReadSettings   Action = "settings.read"
	WriteSettings  Action = "settings.write"
	WriteTimeOff   Action = "time_off.write"
	ReadEvents     Action = "events.read"
	ReadAudit      Action = "audit.read"
	ManageAccounts Action = "accounts.manage"
	ManagePrivacy  Action = "privacy.manage" // retention, registers, legal hold
	ManageChain    Action = "chain.manage"   // found, join and leave a chain of businesses
)

// Role is a bundle of actions that a member of a business has.
type Role string

// The roles.
const (
	Owner       Role = "owner"
	Manager     Role = "manager"
	Reception   Role = "reception"
	Staff       Role = "staff"
	Accountant  Role = "accountant"
	Integration Role = "integration"
)

var everything = []Action{ //nolint:gochecknoglobals // never changed
	ReadBookings, WriteBookings, Override, Squeeze, ReadClients, WriteClients, ReadHealth,
	ExportClients, EraseClients, ReadMessages, ReadSettings, WriteSettings, WriteTimeOff, ReadEvents, ReadAudit,
	ManageAccounts, ManagePrivacy, ManageChain,
}

// Actions lists what a role may do; nothing for an unknown word.
func (r Role) Actions() []Action {
	switch r {
	case Owner:
		return slices.Clone(everything)
	case Manager:
		return without(everything, ManageAccounts, EraseClients, ManagePrivacy, ManageChain)
	case Reception:
		return []Action{
			ReadBookings, WriteBookings, Override, ReadClients, WriteClients, ReadMessages, ReadSettings,
			WriteTimeOff, ReadEvents,
		}
	case Staff:
		return []Action{ReadBookings, WriteBookings, ReadClients, WriteClients, ReadHealth, ReadMessages, ReadSettings, ReadEvents}
	case Accountant:
		return []Action{ReadBookings, ReadSettings}
	case Integration:
		return []Action{ReadBookings, WriteBookings, ReadClients, WriteClients, ReadMessages, ReadSettings, ReadEvents}
	default:
		return nil
	}
}

// Valid tells whether the role is known.
func (r Role) Valid() bool { return r.Actions() != nil }

func without(all []Action, drop ...Action) []Action {
	return slices.DeleteFunc(slices.Clone(all), func(a Action) bool { return slices.Contains(drop, a) })
}

// Kind says what sort of principal asks.
type Kind string

// The kinds of principals.
const (
	KindUser   Kind = "user"
	KindKey    Kind = "key"
	KindClient Kind = "client"
	KindSystem Kind = "system"
)

// Reach is of whom a member sees cards and bookings.
type Reach string

// The reaches. A member without one reaches the whole business.
const (
	ReachBusiness Reach = ""
	ReachLocation Reach = "location" // whoever has a booking at the member's location
	ReachOwn      Reach = "own"      // whoever has a booking with the member
)

// Principal is whoever asks for something, inside one business.
type Principal struct {
	Kind     Kind
	ID       string // of the user, key or client
	Business id.Business
	Role     Role
	Staff    id.Staff // set where the principal is a staff member themselves
	Scopes   []Action // of a key: narrows the role; empty for all of it
	Reach    Reach
	Location id.Location // with ReachLocation
	From     string      // the network address they come from, for the audit; empty for none
}

// System is the principal of what Kept does by itself.
func System(business id.Business) Principal { return Principal{Kind: KindSystem, Business: business} }

// Visitor is the principal of the public: somebody who books or holds a manage token.
func Visitor(business id.Business, client id.Client) Principal {
	return Principal{Kind: KindClient, ID: string(client), Business: business}
}

// May tells whether the principal may do it.
func (p Principal) May(a Action) bool {
	if p.Kind == KindSystem {
		return true
	}
	if len(p.Scopes) > 0 && !slices.Contains(p.Scopes, a) {
		return false
	}
	return slices.Contains(p.Role.Actions(), a)
}

// IsStaff tells whether the principal works for the business (or is the system), as opposed to a client.
func (p Principal) IsStaff() bool { return p.Kind != KindClient }

// Actor is the principal as events record it.
func (p Principal) Actor() event.Actor {
	return event.Actor{Kind: string(p.Kind), ID: p.ID, From: p.From}
}

// User is a person who signs in. One user may work for several businesses.
type User struct {
	ID           id.User
	Name         string
	Email        string
	Language     string
	PasswordHash string // argon2id in PHC form; empty for who signs in without
	CreatedAt    span.Instant
}

// Member is a user's place in a business.
type Member struct {
	User     id.User
	Business id.Business
	Slug     string
	Role     Role
	Staff    id.Staff
	Reach    Reach
	Location id.Location // with ReachLocation
}

// principal is who a member is when they ask for something.
func (m Member) principal(from string) Principal {
	return Principal{
		Kind: KindUser, ID: string(m.User), Business: m.Business, Role: m.Role, Staff: m.Staff,
		Reach: m.Reach, Location: m.Location, From: from,
	}
}

// APIKey is a key of the API; its secret is known to its holder alone.
type APIKey struct {
	ID         id.Key
	Business   id.Business
	Name       string
	Role       Role
	Staff      id.Staff
	Scopes     []Action
	Reach      Reach
	Location   id.Location // with ReachLocation
	MadeBy     id.User     // empty where the command line made it
	CreatedAt  span.Instant
	ExpiresAt  span.Instant // 0 for never
	LastUsedAt span.Instant // 0 for never; a minute late at most
}

package account

import (
	"context"

	"kept/id"
	"kept/span"
)

// Atomic runs a function in one transaction, which travels in the context.
type Atomic interface {
	Do(ctx context.Context, fn func(ctx context.Context) error) error
}

// Clock tells the time that Kept lives in.
type Clock interface{ Now() span.Instant }

// Users keeps users; what names a person is sealed.
type Users interface {
	// AnyUser tells whether there is a user at all.
	AnyUser(ctx context.Context) (bool, error)
	// LockSignUp lets one transaction at a time pass.
	LockSignUp(ctx context.Context) error
	// InsertUser adds a user; fault conflict when the e-mail address is taken.
	InsertUser(ctx context.Context, u User) error
	// FindUser gives a user; fault NotFound.
	FindUser(ctx context.Context, id id.User) (User, error)
	// UserByEmail finds a user by e-mail address, however it is cased; fault NotFound.
	UserByEmail(ctx context.Context, email string) (User, error)
	// UpdateUser writes name, language and password; fault NotFound.
	UpdateUser(ctx context.Context, u User) error
}

// Members keeps who works where.
type Members interface {
	// PutMember adds a member or changes role and reach; a PIN stays.
	PutMember(ctx context.Context, m Member, at span.Instant) error
	// DeleteMember removes one; fault NotFound.
	DeleteMember(ctx context.Context, business id.Business, user id.User) error
	// Memberships gives all of a user's places, by slug.
	Memberships(ctx context.Context, user id.User) ([]Member, error)
	// MembersOf gives those of a business by user, after one, at most limit.
	MembersOf(ctx context.Context, business id.Business, after id.User, limit int) ([]Member, error)
	// FindMember gives one; fault NotFound.
	FindMember(ctx context.Context, business id.Business, user id.User) (Member, error)
	// LockMembers lets one transaction of a business at a time pass, and
	// counts its owners.
	LockMembers(ctx context.Context, business id.Business) (owners int, err error)
	// PIN gives the stored hash; empty for none, or no such member.
	PIN(ctx context.Context, business id.Business, user id.User) (string, error)
	// SetPIN stores it, empty for none; fault NotFound.
	SetPIN(ctx context.Context, business id.Business, user id.User, hash string) error
}

// Sessions keeps sessions by the hash of their token.
type Sessions interface {
	InsertSession(ctx context.Context, hash []byte, s Session) error
	// FindSession gives a session, ended or not; fault NotFound.
	FindSession(ctx context.Context, hash []byte) (Session, error)
	// UpdateSession writes everything about a session but whom it began with,
	// under a new hash where that is another.
	UpdateSession(ctx context.Context, hash, renewed []byte, s Session) error
	DeleteSession(ctx context.Context, hash []byte) error
	// DeleteSessionsOf ends every session of a user but one; empty for none.
	DeleteSessionsOf(ctx context.Context, user id.User, but id.Session) error
	// DeleteSessionOf ends one session of a user; fault NotFound.
	DeleteSessionOf(ctx context.Context, user id.User, session id.Session) error
	// SessionsOf gives a user's sessions, the last used first.
	SessionsOf(ctx context.Context, user id.User) ([]Session, error)
	// SweepSessions forgets those that ended by now.
	SweepSessions(ctx context.Context, now span.Instant) error
}

// Keys keeps API keys by the hash of their text.
type Keys interface {
	// InsertKey adds a key; fault conflict when there is one of this text.
	InsertKey(ctx context.Context, hash []byte, k APIKey) error
	// KeyByHash finds a key, ended or not, in one indexed query; fault NotFound.
	KeyByHash(ctx context.Context, hash []byte) (APIKey, error)
	// ListKeys gives those of a business by id, after one, at most limit.
	ListKeys(ctx context.Context, business id.Business, after id.Key, limit int) ([]APIKey, error)
	// DeleteKey revokes a key; fault NotFound.
	DeleteKey(ctx context.Context, business id.Business, id id.Key) error
	// UsedKey notes when a key was used last.
	UsedKey(ctx context.Context, business id.Business, id id.Key, at span.Instant) error
}

// Factors keeps what a user has beside the password.
type Factors interface {
	// TOTP gives the secret of the second factor, nil for none, and the last
	// step that was used of it.
	TOTP(ctx context.Context, user id.User) (secret []byte, step int64, err error)
	// SetTOTP stores a secret, nil for none, and forgets all recovery codes.
	SetTOTP(ctx context.Context, user id.User, secret []byte, step int64) error
	// UseStep notes a step as used; false when it or a later one was used before.
	UseStep(ctx context.Context, user id.User, step int64) (bool, error)
	// PutRecovery stores the hashes of new recovery codes, in place of all others.
	PutRecovery(ctx context.Context, user id.User, hashes [][]byte) error
	// UseRecovery takes a code away; false when it is none.
	UseRecovery(ctx context.Context, user id.User, hash []byte) (bool, error)
	// CountRecovery tells how many are left.
	CountRecovery(ctx context.Context, user id.User) (int, error)
}

// Passkeys keeps users' passkeys.
type Passkeys interface {
	// InsertPasskey adds one; fault conflict when the device's key is somebody's already.
	InsertPasskey(ctx context.Context, k Passkey) error
	// PasskeysOf gives a user's, the oldest first.
	PasskeysOf(ctx context.Context, user id.User) ([]Passkey, error)
	// UpdatePasskey writes name, record and last use; fault NotFound.
	UpdatePasskey(ctx context.Context, k Passkey) error
	// DeletePasskey removes one; fault NotFound.
	DeletePasskey(ctx context.Context, user id.User, id id.Passkey) error
}

// Invitations keeps who was asked to join.
type Invitations interface {
	InsertInvitation(ctx context.Context, hash []byte, i Invitation) error
	// InvitationByHash finds one, over or not; fault NotFound.
	InvitationByHash(ctx context.Context, hash []byte) (Invitation, error)
	// InvitationsTo gives those to an e-mail address.
	InvitationsTo(ctx context.Context, email string) ([]Invitation, error)
	// InvitationsOf gives those of a business, the newest first, at most limit.
	InvitationsOf(ctx context.Context, business id.Business, limit int) ([]Invitation, error)
	// DeleteInvitation withdraws one or has it used; fault NotFound.
	DeleteInvitation(ctx context.Context, business id.Business, id id.Invitation) error
	// SweepInvitations forgets those that were over by now.
	SweepInvitations(ctx context.Context, now span.Instant) error
}

// Ceremonies keeps what was begun and is finished once, by the hash of a token.
type Ceremonies interface {
	PutCeremony(ctx context.Context, hash []byte, c Ceremony) error
	// FindCeremony gives one without taking it; fault NotFound.
	FindCeremony(ctx context.Context, hash []byte) (Ceremony, error)
	// TakeCeremony gives one and forgets it; fault NotFound, also for the
	// second of two who come at once.
	TakeCeremony(ctx context.Context, hash []byte) (Ceremony, error)
	// DropCeremonies forgets a user's of a kind.
	DropCeremonies(ctx context.Context, user id.User, kind string) error
	// SweepCeremonies forgets those that were over by now.
	SweepCeremonies(ctx context.Context, now span.Instant) error
}

// Attempts counts tries.
type Attempts interface {
	// Try counts one more in the window and gives how many that makes and when
	// the window began. A window begins anew once it is older than its length.
	Try(ctx context.Context, kind, who string, window, now span.Instant) (tries int, began span.Instant, err error)
	// Forgive takes one back.
	Forgive(ctx context.Context, kind, who string) error
	// Clear takes all back.
	Clear(ctx context.Context, kind, who string) error
	// SweepAttempts forgets windows that began before.
	SweepAttempts(ctx context.Context, before span.Instant) error
}

// Letters sends mail to people who sign in. It is handed over in the caller's
// transaction and goes out soon after.
type Letters interface {
	Post(ctx context.Context, l Letter) error
}

// Auditor records what was done about accounts, in the caller's transaction.
type Auditor interface {
	Record(ctx context.Context, a Act) error
}

// Secrets hashes passwords and makes tokens.
type Secrets interface {
	// Hash gives what is stored of a password.
	Hash(ctx context.Context, password string) (string, error)
	// Verify compares; stale asks for a new hash. An empty stored hash is
	// wrong and takes as long as any other.
	Verify(ctx context.Context, password, stored string) (ok, stale bool, err error)
	// NewOpaque makes a random token and the hash by which it is found.
	NewOpaque(prefix string) (text string, hash []byte)
	// HashOpaque gives the hash of a token's text.
	HashOpaque(text string) []byte
}

// Site makes and reads the questions of passkeys.
type Site interface {
	// Enrol asks a browser to make a key for a user who has these already.
	Enrol(user User, has []Passkey) (options, state []byte, err error)
	// Enrolled reads the answer; fault invalid.
	Enrolled(user User, has []Passkey, state, answer []byte) (Passkey, error)
	// Ask asks for any key.
	Ask() (options, state []byte, err error)
	// Answered reads the answer and gives the key, its counter moved on; fault
	// unauthenticated. find gives a user's keys.
	Answered(state, answer []byte, find func(user id.User) ([]Passkey, error)) (Passkey, error)
}

// Parts are what a gate works with.
type Parts struct {
	Atomic      Atomic
	Clock       Clock
	Users       Users
	Members     Members
	Sessions    Sessions
	Stays       Stays
	Keys        Keys
	Factors     Factors
	Passkeys    Passkeys
	Invitations Invitations
	Ceremonies  Ceremonies
	Attempts    Attempts
	Outside     OutsideLogins
	Letters     Letters
	Audit       Auditor // nil records nothing
	Secrets     Secrets
	Site        Site // nil where the site's address can have no passkeys
	Demo        bool // the demo's fixed keys open
	// Breached tells whether a password is known from a data breach. nil: nobody knows.
	Breached func(password string) (bool, error)
}

package account_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// lobby holds one user and one session; it counts what the gate does.
type lobby struct {
	account.Users // what a test doesn't expect is not there
	account.Members
	account.Sessions
	account.Keys
	account.Factors
	user     account.User
	session  account.Session
	now      span.Instant
	stale    bool
	verified []string // stored hashes that were compared
	hashed   int
	updates  int
	extended int
	keyErr   error
	tries    map[string]int
	secret   []byte
}

func (l *lobby) Do(ctx context.Context, fn func(ctx context.Context) error) error { return fn(ctx) }
func (l *lobby) Now() span.Instant                                                { return l.now }

func (l *lobby) UserByEmail(_ context.Context, email string) (account.User, error) {
	if email != l.user.Email {
		return account.User{}, fault.Missing("user")
	}
	return l.user, nil
}

func (l *lobby) UpdateUser(_ context.Context, u account.User) error {
	l.updates++
	l.user = u
	return nil
}

func (l *lobby) InsertSession(_ context.Context, _ []byte, s account.Session) error {
	l.session = s
	return nil
}

func (l *lobby) FindSession(context.Context, []byte) (account.Session, error) { return l.session, nil }

func (l *lobby) UpdateSession(_ context.Context, _, _ []byte, s account.Session) error {
	l.extended++
	l.session = s
	return nil
}

func (l *lobby) Try(_ context.Context, kind, who string, _, now span.Instant) (int, span.Instant, error) {
	l.tries[kind+" "+who]++
	return l.tries[kind+" "+who], now, nil
}

func (l *lobby) Forgive(_ context.Context, kind, who string) error {
	l.tries[kind+" "+who]--
	return nil
}
func (l *lobby) Clear(context.Context, string, string) error       { return nil }
func (l *lobby) SweepAttempts(context.Context, span.Instant) error { return nil }
func (l *lobby) TOTP(context.Context, id.User) (secret []byte, step int64, e error) {
	return l.secret, 0, nil
}

func (l *lobby) KeyByHash(context.Context, []byte) (account.APIKey, error) {
	return account.APIKey{}, l.keyErr
}

func (l *lobby) Hash(_ context.Context, password string) (string, error) {
	l.hashed++
	return "hash of " + password, nil
}

func (l *lobby) Verify(_ context.Context, password, stored string) (ok, stale bool, err error) {
	l.verified = append(l.verified, stored)
	ok = stored == "hash of "+password
	return ok, ok && l.stale, nil
}

func (l *lobby) NewOpaque(prefix string) (text string, hash []byte) {
	return prefix + "random", []byte("hash")
}
func (l *lobby) HashOpaque(string) []byte { return []byte("hash") }

func setup() (*account.Gate, *lobby) {
	l := &lobby{tries: map[string]int{}, now: 1_800_000_000 * span.Second, user: account.User{ID: "u1", Email: "eva@example.com", PasswordHash: "hash of secret"}}
	return account.NewGate(account.Parts{
		Atomic: l, Clock: l, Users: l, Members: l, Sessions: l, Keys: l, Secrets: l, Attempts: l, Factors: l,
	}), l
}

// TestSignInTakesAsLongForNobody holds that a hash is computed whoever asks:
// the time of an answer does not tell who has an account.
func TestSignInTakesAsLongForNobody(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ email, password, compared string }{
		{"eva@example.com", "wrong", "hash of secret"},
		{"nobody@example.com", "secret", ""},
		{"eva@example.com", strings.Repeat("x", 1<<20), ""},
	} {
		g, l := setup()
		_, err := g.SignIn(t.Context(), account.Try{Email: c.email, Password: c.password})
		if !fault.Is(err, fault.CodeUnauthenticated) || len(l.verified) != 1 || l.verified[0] != c.compared {
			t.Errorf("%s: %v after comparing %q", c.email, err, l.verified)
		}
	}
}

// TestBreachedPasswords: what is known from a breach is not taken, and nothing
// is while the list cannot be read.
func TestBreachedPasswords(t *testing.T) {
	t.Parallel()
	g, _ := setup()
	broken := false
	g.Breached = func(password string) (bool, error) {
		if broken {
			return false, errors.New("the disk is gone")
		}
		return password == "once on a forum", nil
	}
	choose := func(password string) error {
		_, err := g.CreateUser(t.Context(), account.NewUser{Name: "Eva", Email: "eva@example.org", Password: password})
		return err
	}
	err := choose("once on a forum")
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || len(f.Fields) != 1 || f.Fields[0].Rule != "breached" || strings.Contains(err.Error(), "once on a forum") {
		t.Errorf("it is taken with %v", err)
	}
	broken = true
	if err := choose("another good one"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("without the list it answers %v", err)
	}
}

func TestSignInRenewsAStaleHash(t *testing.T) {
	t.Parallel()
	for _, stale := range []bool{false, true} {
		g, l := setup()
		l.stale = stale
		in, err := g.SignIn(t.Context(), account.Try{Email: "eva@example.com", Password: "secret"})
		if err != nil || in.User.ID != "u1" || !strings.HasSuffix(in.Token, "random") {
			t.Fatalf("signed in: %+v %v", in, err)
		}
		if (l.hashed == 1) != stale || (l.updates == 1) != stale {
			t.Errorf("stale %v: %d hashes, %d updates", stale, l.hashed, l.updates)
		}
		if l.session.ExpiresAt != l.now+account.SessionLife || l.session.User != "u1" {
			t.Errorf("the session is %+v", l.session)
		}
	}
}

func TestASessionIsExtendedNowAndThen(t *testing.T) {
	t.Parallel()
	g, l := setup()
	if _, err := g.SignIn(t.Context(), account.Try{Email: "eva@example.com", Password: "secret"}); err != nil {
		t.Fatal(err)
	}
	for range 300 { // a page every minute, for five hours
		l.now += span.Minute
		if _, err := g.Resume(t.Context(), "token"); err != nil {
			t.Fatal(err)
		}
	}
	if l.extended != 60 {
		t.Errorf("%d writes for 300 pages in five hours", l.extended)
	}
	for l.now < l.session.CreatedAt+account.SessionMost-span.Day { // used every day, it ends all the same
		l.now += span.Day
		if _, err := g.Resume(t.Context(), "token"); err != nil {
			t.Fatal(err)
		}
	}
	if l.session.ExpiresAt != l.session.CreatedAt+account.SessionMost {
		t.Errorf("it ends %d after it began", l.session.ExpiresAt-l.session.CreatedAt)
	}
	l.now = l.session.ExpiresAt
	if _, err := g.Resume(t.Context(), "token"); !fault.Is(err, fault.CodeUnauthenticated) {
		t.Errorf("at its end a session gives %v", err)
	}
}

func TestAnOutageIsNotAWrongKey(t *testing.T) {
	t.Parallel()
	g, l := setup()
	l.keyErr = errors.New("the database is gone")
	if _, err := g.Authenticate(t.Context(), "kept_key_x"); !errors.Is(err, l.keyErr) {
		t.Errorf("an outage gives %v", err)
	}
	l.keyErr = fault.Missing("key")
	if _, err := g.Authenticate(t.Context(), "kept_key_x"); !fault.Is(err, fault.CodeUnauthenticated) {
		t.Errorf("an unknown key gives %v", err)
	}
}

func TestWhoMayManageKeys(t *testing.T) {
	t.Parallel()
	g, _ := setup()
	for _, role := range []account.Role{account.Manager, account.Reception, account.Staff, account.Integration, ""} {
		who := account.Principal{Kind: account.KindUser, ID: "u1", Business: "b1", Role: role}
		_, _, create := g.CreateKey(t.Context(), who, account.NewKey{Role: account.Staff, Staff: id.Staff("s1")})
		_, list := g.ListKeys(t.Context(), who, "", 0)
		_, members := g.ListMembers(t.Context(), who, "", 0)
		for _, err := range []error{create, list, members, g.RevokeKey(t.Context(), who, "k1")} {
			if !fault.Is(err, fault.CodeForbidden) {
				t.Errorf("%q gets %v", role, err)
			}
		}
	}
}

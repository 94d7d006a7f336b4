// Package passkey signs people in with passkeys (WebAuthn level 3), for the
// staff and for clients alike.
//
// There are two ceremonies, each of two requests. Enrol gives what the browser
// is asked to make a key of, Enrolled reads its answer and gives the key to
// keep. Ask gives a question that any key of ours may answer, Answered reads
// the answer and tells whose key it is. Between the two requests the caller
// keeps the state (bytes, sealed or in the database), hands it back ONE time
// and forgets it; how long it lives is the caller's to say.
//
// A key is bound to the host of the site's address, so an address that is an IP
// number has none: New then takes "localhost" where it is loopback, and else
// says ErrHost. Whatever is wrong with an answer is ErrAnswer. A key whose
// counter goes backwards was copied and is refused.
package passkey

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// What goes wrong.
var (
	// ErrHost says that the site's address can have no passkeys.
	ErrHost = errors.New("passkey: the site's address has no host name")
	// ErrAnswer says that the browser's answer is not good.
	ErrAnswer = errors.New("passkey: the answer is not good")
)

// Key is one passkey as it is kept: no secret, but to be sealed all the same,
// since it tells which device somebody has.
type Key struct {
	ID     []byte // by which the browser names it; unique in the world
	Record []byte // JSON: public key, counter, what the device is
}

// Person is somebody who has passkeys, or will.
type Person struct {
	Handle []byte // at most 64 bytes, tells nothing about the person, never changes
	Name   string // shown by the browser when it asks which key: an e-mail address
	Keys   []Key
}

// Site makes and reads the ceremonies of one site. It is safe for concurrent use.
type Site struct {
	auth *webauthn.WebAuthn
	host string
}

// New makes the site that is reached at base ("https://kept.example").
func New(base string) (*Site, error) {
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" {
		return nil, ErrHost
	}
	host, origin := strings.ToLower(u.Hostname()), u.Scheme+"://"+strings.ToLower(u.Host)
	if ip := net.ParseIP(host); ip != nil {
		if !ip.IsLoopback() {
			return nil, ErrHost
		}
		host, origin = "localhost", u.Scheme+"://localhost"
		if u.Port() != "" {
			origin += ":" + u.Port()
		}
	}
	auth, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: "Kept", RPOrigins: []string{origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrHost, err)
	}
	return &Site{auth: auth, host: host}, nil
}

// At tells whether a page that is shown under this host ("kept.example:8080")
// can use the site's keys; a nil site has none.
func (s *Site) At(host string) bool {
	if s == nil {
		return false
	}
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.EqualFold(host, s.host)
}

// Enrol begins to make a key: options are JSON for navigator.credentials.create,
// state is for Enrolled. A device that holds one of the person's keys makes no second.
func (s *Site) Enrol(p Person) (options, state []byte, err error) {
	who, err := read(p)
	if err != nil {
		return nil, nil, err
	}
	creation, session, err := s.auth.BeginRegistration(who, webauthn.WithExclusions(webauthn.Credentials(who.keys).CredentialDescriptors()))
	if err != nil {
		return nil, nil, fmt.Errorf("passkey: %w", err)
	}
	return both(creation.Response, session)
}

// Enrolled reads the browser's answer (the credential's toJSON) and gives the
// key to keep. Fails with ErrAnswer.
func (s *Site) Enrolled(p Person, state, answer []byte) (Key, error) {
	who, err := read(p)
	if err != nil {
		return Key{}, err
	}
	var session webauthn.SessionData
	if err := json.Unmarshal(state, &session); err != nil {
		return Key{}, bad(err)
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Key{}, bad(err)
	}
	made, err := s.auth.CreateCredential(who, session, parsed)
	if err != nil {
		return Key{}, bad(err)
	}
	return keep(made)
}

// Ask begins a sign-in by whoever has a key: options are JSON for
// navigator.credentials.get, state is for Answered.
func (s *Site) Ask() (options, state []byte, err error) {
	assertion, session, err := s.auth.BeginDiscoverableLogin()
	if err != nil {
		return nil, nil, fmt.Errorf("passkey: %w", err)
	}
	return both(assertion.Response, session)
}

// Answered reads the browser's answer. find gives the person of a handle with
// their keys, or an error, which becomes ErrAnswer. The key that comes back has
// its counter moved on and is to be kept instead of the old one.
func (s *Site) Answered(state, answer []byte, find func(handle []byte) (Person, error)) (Person, Key, error) {
	var session webauthn.SessionData
	if err := json.Unmarshal(state, &session); err != nil {
		return Person{}, Key{}, bad(err)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Person{}, Key{}, bad(err)
	}
	var whose Person
	_, used, err := s.auth.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		if whose, err = find(handle); err != nil {
			return nil, err
		}
		return read(whose)
	}, session, parsed)
	if err != nil {
		return Person{}, Key{}, bad(err)
	}
	if used.Authenticator.CloneWarning {
		return Person{}, Key{}, bad(errors.New("the key's counter went backwards"))
	}
	k, err := keep(used)
	return whose, k, err
}

func bad(err error) error {
	var detailed *protocol.Error
	if errors.As(err, &detailed) && detailed.DevInfo != "" {
		return fmt.Errorf("%w: %w: %s", ErrAnswer, err, detailed.DevInfo)
	}
	return fmt.Errorf("%w: %w", ErrAnswer, err)
}

func both(options any, session *webauthn.SessionData) (opts, state []byte, err error) {
	if opts, err = json.Marshal(options); err != nil {
		return nil, nil, fmt.Errorf("passkey: %w", err)
	}
	if state, err = json.Marshal(session); err != nil {
		return nil, nil, fmt.Errorf("passkey: %w", err)
	}
	return opts, state, nil
}

// keep writes down a key, without the attestation, which nobody verifies.
func keep(c *webauthn.Credential) (Key, error) {
	c.Attestation = webauthn.CredentialAttestation{}
	record, err := json.Marshal(c)
	if err != nil {
		return Key{}, fmt.Errorf("passkey: %w", err)
	}
	return Key{ID: c.ID, Record: record}, nil
}

// user is a person as the library asks for them.
type user struct {
	handle []byte
	name   string
	keys   []webauthn.Credential
}

func read(p Person) (*user, error) {
	u := &user{handle: p.Handle, name: p.Name, keys: make([]webauthn.Credential, len(p.Keys))}
	for i, k := range p.Keys {
		if err := json.Unmarshal(k.Record, &u.keys[i]); err != nil {
			return nil, fmt.Errorf("passkey: a stored key: %w", err)
		}
	}
	return u, nil
}

// WebAuthnID implements webauthn.User.
func (u *user) WebAuthnID() []byte { return u.handle }

// WebAuthnName implements webauthn.User.
func (u *user) WebAuthnName() string { return u.name }

// WebAuthnDisplayName implements webauthn.User.
func (u *user) WebAuthnDisplayName() string { return u.name }

// WebAuthnCredentials implements webauthn.User.
func (u *user) WebAuthnCredentials() []webauthn.Credential { return u.keys }

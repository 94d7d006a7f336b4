// Package oidc signs people in at another house that speaks OpenID Connect: a
// company's Google, Microsoft, Keycloak.
//
// It is the code flow with PKCE. Leave gives the address at which to sign in
// and what must be known when the browser comes back (State); whoever calls
// keeps it bound to that browser. Return takes the answer apart, exchanges the
// code and verifies the identity token: signature, issuer, audience, life and
// the nonce that Leave made up.
//
// What the other house knows of itself is read when first needed, so that Kept
// starts while the other house is down. Real time is used throughout: tokens
// are judged by the world's clock.
package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// What goes wrong.
var (
	// ErrAnswer says that what the browser brought back is not good.
	ErrAnswer = errors.New("oidc: the answer is not good")
	// ErrAway says that the other house does not answer.
	ErrAway = errors.New("oidc: the other house does not answer")
)

// Config says where the other house is.
type Config struct {
	Issuer string // its address, as tokens name it
	Client string // our name there
	Secret string // empty for a public client, which PKCE guards alone
	Back   string // our address to come back to, as it is registered there
}

// House is another house. It is safe for concurrent use.
type House struct {
	config Config
	client *http.Client

	mu       sync.Mutex
	provider *oidc.Provider
}

// New makes the house; nothing is asked of it yet.
func New(c Config) *House {
	return &House{config: c, client: &http.Client{Timeout: 10 * time.Second}}
}

// Host names the house to people.
func (h *House) Host() string {
	u, err := url.Parse(h.config.Issuer)
	if err != nil {
		return h.config.Issuer
	}
	return u.Host
}

// State is what must be known when somebody comes back.
type State struct {
	State    string
	Nonce    string
	Verifier string // of PKCE
	Next     string // the caller's: where to go on to
}

// Person is whom the other house vouches for.
type Person struct {
	Issuer, Subject string
	Email           string // empty unless the house has verified it
	Name            string
	Language        string
	Second          bool // the house says that it saw more than one factor
}

// Leave gives the address to send the browser to. Fails with ErrAway.
func (h *House) Leave(ctx context.Context, next string) (address string, s State, err error) {
	o, _, err := h.open(ctx)
	if err != nil {
		return "", State{}, err
	}
	s = State{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Next: next}
	return o.AuthCodeURL(s.State, oidc.Nonce(s.Nonce), oauth2.S256ChallengeOption(s.Verifier)), s, nil
}

// open reads what the house says of itself, once.
func (h *House) open(ctx context.Context) (*oauth2.Config, *oidc.IDTokenVerifier, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.provider == nil {
		// The keys are fetched again later, when this request is long over.
		p, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), h.client), h.config.Issuer)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: %w", ErrAway, err)
		}
		h.provider = p
	}
	o := &oauth2.Config{
		ClientID: h.config.Client, ClientSecret: h.config.Secret, Endpoint: h.provider.Endpoint(), RedirectURL: h.config.Back,
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
	}
	return o, h.provider.Verifier(&oidc.Config{ClientID: h.config.Client}), nil
}

// Return reads what the browser brought back: the query of its address. Fails
// with ErrAnswer, also where the person said no there, and with ErrAway.
func (h *House) Return(ctx context.Context, s State, query url.Values) (Person, error) {
	if s.State == "" || subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(s.State)) != 1 {
		return Person{}, fmt.Errorf("%w: another state", ErrAnswer)
	}
	if query.Get("code") == "" {
		return Person{}, fmt.Errorf("%w: no code", ErrAnswer) // its error text is the other house's, and not shown
	}
	o, verifier, err := h.open(ctx)
	if err != nil {
		return Person{}, err
	}
	ctx = oidc.ClientContext(ctx, h.client)
	token, err := o.Exchange(ctx, query.Get("code"), oauth2.VerifierOption(s.Verifier))
	if err != nil {
		if _, said := errors.AsType[*oauth2.RetrieveError](err); said {
			return Person{}, fmt.Errorf("%w: %w", ErrAnswer, err)
		}
		return Person{}, fmt.Errorf("%w: %w", ErrAway, err)
	}
	raw, _ := token.Extra("id_token").(string)
	identity, err := verifier.Verify(ctx, raw)
	if err != nil {
		return Person{}, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	if subtle.ConstantTimeCompare([]byte(identity.Nonce), []byte(s.Nonce)) != 1 {
		return Person{}, fmt.Errorf("%w: another nonce", ErrAnswer)
	}
	var claims struct {
		Email    string `json:"email"`
		Verified any    `json:"email_verified"` // a word at some houses
		Name     string `json:"name"`
		Locale   string `json:"locale"`
		Methods  any    `json:"amr"` // a word at some houses
		Class    string `json:"acr"`
	}
	if err := identity.Claims(&claims); err != nil {
		return Person{}, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	p := Person{Issuer: identity.Issuer, Subject: identity.Subject, Name: claims.Name, Language: claims.Locale, Second: several(claims.Methods, claims.Class)}
	if claims.Verified == true || claims.Verified == "true" {
		p.Email = claims.Email
	}
	return p, nil
}

package me

import (
	"net/http"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/own"
)

// Own is what clients do with their own contacts and files, for programs too.
func (p *Pages) Own() *own.Desk { return p.self }

// Entrance is the door, for programs too.
func (p *Pages) Entrance() *own.Entrance { return p.door }

// Guest finds the client whose session a program shows, at the card of the
// business that ?who= names, or their first. Fault Unauthenticated for nobody
// and for who has no card there, NotFound for a card that does not open for them.
func (p *Pages) Guest(r *http.Request, business id.Business) (own.Guest, error) {
	s, l, err := p.Entered(r)
	if err != nil {
		return own.Guest{}, err
	}
	cards, err := p.Signed(r, business)
	if err != nil {
		return own.Guest{}, err
	}
	if len(cards) == 0 {
		return own.Guest{}, fault.New(fault.Unauthenticated, fault.CodeUnauthenticated, "sign in first")
	}
	want := r.URL.Query().Get("who")
	for _, c := range cards {
		if want == "" || string(c.ID) == want {
			g := own.Guest{
				Who: account.Visitor(business, c.ID), Card: c.ID, Login: l.Contact, Language: web.Language(r.Context()), Shared: own.Behind(r),
				Visitor: l, Session: s.ID,
			}
			g.Who.From = web.Address(r)
			return g, nil
		}
	}
	return own.Guest{}, fault.Missing("card")
}

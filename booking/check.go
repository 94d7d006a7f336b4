package booking

import (
	"strconv"
	"unicode/utf8"

	"kept/account"
	"kept/fault"
	"kept/span"
)

// The farthest instants that a request may name: what lies beyond is a slip.
const (
	earliest = span.Instant(0)
	latest   = 130 * 366 * span.Day // about the year 2100
)

func mayBook(who account.Principal, req Request) error {
	if !who.IsStaff() {
		own := who.ID != "" && string(req.ClientID) == who.ID // somebody who is signed in names their card
		if req.Override || req.Squeeze || req.ClientID != "" && !own {
			return forbidden()
		}
		return nil
	}
	if !who.May(account.WriteBookings) ||
		req.Override && !who.May(account.Override) || req.Squeeze && !who.May(account.Squeeze) {
		return forbidden()
	}
	return nil
}

// checkRequest judges what does not need the engine.
func checkRequest(req Request) error {
	var check fault.Checker
	if req.Hold == "" {
		check.Require(req.Start != 0, "start", "required", "choose a time")
	}
	check.Require(req.Start >= earliest && req.Start < latest, "start", "range", "this is no time to meet")
	check.Require(req.Party >= 0 && req.Party <= maxParty, "party", "range", "from 1 to "+strconv.Itoa(maxParty))
	check.Require(utf8.RuneCountInString(req.Note) <= maxNote, "note", "too_long", "at most 2000 characters")
	if err := check.Err(); err != nil {
		return err
	}
	_, err := req.About.Clean()
	return err
}

func policyRefused(rule, detail string) error {
	return &fault.Error{Kind: fault.Forbidden, Code: fault.CodePolicyRefused, Rule: rule, Detail: detail}
}

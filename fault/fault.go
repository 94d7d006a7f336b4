// Package fault is the one error type that crosses Kept's borders: a kind
// that decides how the edge answers, a stable code for programs, and a text
// that is safe to show to anybody.
//
// Whatever isn't a fault is a bug or an outage; the edge logs it and shows
// nothing of it.
package fault

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says how an error must be answered; each maps to one HTTP status.
type Kind uint8

// The kinds.
const (
	Internal        Kind = iota // nobody's fault but ours: 500
	Invalid                     // the input breaks a rule of its form: 422
	Unauthenticated             // nobody known asks: 401
	Forbidden                   // known, but not allowed: 403
	NotFound                    // not there, or not visible to the asker: 404
	Conflict                    // right in form, but the state of the world refuses: 409
	Gone                        // was there and has ended: 410
	Exhausted                   // too many, too often: 429
	Unavailable                 // try again later: 503
)

// Stable codes that programs may switch on.
const (
	CodeInternal            = "internal"
	CodeInvalid             = "invalid"
	CodeUnauthenticated     = "unauthenticated"
	CodeForbidden           = "forbidden"
	CodePolicyRefused       = "policy_refused"
	CodeNotFound            = "not_found"
	CodeSlotTaken           = "slot_taken"
	CodeSlotClosed          = "slot_closed"
	CodeConflict            = "conflict"
	CodeHoldExpired         = "hold_expired"
	CodeIdempotencyMismatch = "idempotency_mismatch"
	CodeRateLimited         = "rate_limited"
	CodeUnavailable         = "unavailable"
	CodeProofRequired       = "proof_required"  // a contact is to be proven by a code first
	CodeCodeEnded           = "code_ended"      // too old, or tried too often
	CodeContactBlocked      = "contact_blocked" // the owner has no codes sent there
)

// Field names one wrong field of an input.
type Field struct {
	Name   string // as the caller wrote it: "client.email", "segments[1].duration_min"
	Rule   string // required, too_long, range, format, unknown, type ...; the key of the translated text
	Detail string // English, safe to show
}

// Error is an error that may be shown.
type Error struct {
	Kind       Kind
	Code       string            // one of the Code constants
	Rule       string            // with CodeSlotClosed and CodePolicyRefused: which rule refused (grid, past, notice ...)
	RuleNames  map[string]string // the owner's name for it by language, where it has one
	RuleTexts  map[string]string // and the owner's words for why
	Ref        string            // id of the owner's rule that refused, where it was one
	Link       *Link             // of a rule that ties services together: to which, and how far
	Detail     string            // English, safe to show
	Fields     []Field           // with Invalid
	Left       int               // with SlotTaken of a group: how many places are left, too few; 0 for none
	Call       string            // the number to call instead, where there is one
	RetryAfter time.Duration     // with Exhausted, Unavailable and Conflict where a retry may succeed
	cause      error
}

// Link is how services are tied together by the rule that refused.
type Link struct {
	Kind     string            // catalog.LinkRequires or LinkExcludes
	Service  string            // the other service's id
	Names    map[string]string // its names by language
	LeastMin int               // minutes between them at least
	MostMin  int               // and at most; 0 is any
}

// New makes a fault.
func New(kind Kind, code, detail string) *Error {
	return &Error{Kind: kind, Code: code, Detail: detail}
}

// Newf is New with formatting.
func Newf(kind Kind, code, format string, args ...any) *Error {
	return New(kind, code, fmt.Sprintf(format, args...))
}

// Wrap makes a fault that remembers what caused it; the cause is logged, never shown.
func Wrap(kind Kind, code, detail string, cause error) *Error {
	return &Error{Kind: kind, Code: code, Detail: detail, cause: cause}
}

// Missing is NotFound for a thing: "booking not found".
func Missing(what string) *Error {
	return New(NotFound, CodeNotFound, what+" not found")
}

// BadField is Invalid for one field.
func BadField(name, rule, detail string) *Error {
	return BadFields([]Field{{Name: name, Rule: rule, Detail: detail}})
}

// BadFields is Invalid for several fields.
func BadFields(fields []Field) *Error {
	return &Error{Kind: Invalid, Code: CodeInvalid, Detail: "some fields are not right", Fields: fields}
}

// SlotTaken says that somebody else has the time.
func SlotTaken() *Error {
	return New(Conflict, CodeSlotTaken, "this time has just been taken")
}

// SeatsLeft says that a group has fewer places left than are wanted; with none
// left it is SlotTaken.
func SeatsLeft(n int) *Error {
	f := SlotTaken()
	if n > 0 {
		f.Rule, f.Left, f.Detail = "seats", n, "not enough places are left"
	}
	return f
}

// SlotClosed says which rule shuts the time.
func SlotClosed(rule, detail string) *Error {
	return &Error{Kind: Conflict, Code: CodeSlotClosed, Rule: rule, Detail: detail}
}

// Error implements error. The cause is included, for logs.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Code)
	if e.Rule != "" {
		b.WriteString("(" + e.Rule + ")")
	}
	b.WriteString(": " + e.Detail)
	for _, f := range e.Fields {
		b.WriteString("; " + f.Name + ": " + f.Detail)
	}
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// KindOf tells the kind of any error; Internal when it is no fault.
func KindOf(err error) Kind {
	if f, ok := errors.AsType[*Error](err); ok {
		return f.Kind
	}
	return Internal
}

// CodeOf tells the code of any error; CodeInternal when it is no fault.
func CodeOf(err error) string {
	if f, ok := errors.AsType[*Error](err); ok {
		return f.Code
	}
	return CodeInternal
}

// Is tells whether err carries this code.
func Is(err error, code string) bool { return err != nil && CodeOf(err) == code }

// Checker gathers the wrong fields of one input, so that all are told at once.
type Checker struct{ fields []Field }

// Require notes the field unless ok.
func (c *Checker) Require(ok bool, name, rule, detail string) {
	if !ok {
		c.fields = append(c.fields, Field{Name: name, Rule: rule, Detail: detail})
	}
}

// Err is nil when all was right.
func (c *Checker) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return BadFields(c.fields)
}

package web

import (
	"cmp"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"kept/catalog"
	"kept/fault"
)

// Problem is an error as it is answered: RFC 9457 with a stable code.
type Problem struct { //nolint:errname // RFC 9457 calls it a problem, and so does everybody who reads one
	Type       string  `json:"type" doc:"A URI that names the sort of problem"`
	Title      string  `json:"title" doc:"The problem in a few words"`
	Status     int     `json:"status" doc:"The HTTP status"`
	Detail     string  `json:"detail,omitempty" doc:"What happened here"`
	Code       string  `json:"code" doc:"A stable word for programs"`
	Rule       string  `json:"rule,omitempty" doc:"Which rule refused, with slot_closed, policy_refused and conflict"`
	RuleName   string  `json:"rule_name,omitempty" doc:"The owner's name for the rule"`
	RuleText   string  `json:"rule_text,omitempty" doc:"Why, in the owner's words, else in ours; with rule_name"`
	Link       *Linked `json:"link,omitempty" doc:"With the rule link: which service it is tied to, and how far"`
	Left       int     `json:"left,omitempty" doc:"With slot_taken by seats: how many places of the group are left, fewer than are wanted"`
	Phone      string  `json:"phone,omitempty" doc:"The number to call instead, with rate_limited by sms_cap"`
	Errors     []Field `json:"errors,omitempty" doc:"The fields that are not right, with invalid"`
	RetryAfter int     `json:"-"`
}

// Linked is how the service that was asked for is tied to another.
type Linked struct {
	Kind    string `json:"kind" enum:"requires,excludes" doc:"requires: the other must come first; excludes: the rule's services and the other must not be near each other"`
	Service struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"service" doc:"The other"`
	Least int `json:"least_min,omitempty" doc:"Minutes between them at least"`
	Most  int `json:"most_min,omitempty" doc:"Minutes between them at most; any when missing"`
}

// Field is one wrong field of an input.
type Field struct {
	Field  string `json:"field" doc:"The field as it was named in the request"`
	Detail string `json:"detail" doc:"What is not right about it"`
}

// ProblemType is the media type of a Problem.
const ProblemType = "application/problem+json"

// Error implements error.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus gives the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType gives the media type in which the problem is written.
func (p *Problem) ContentType(string) string { return ProblemType }

// Status is the one place where a kind of fault becomes an HTTP status.
func Status(err error) int {
	switch fault.KindOf(err) {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Gone:
		return http.StatusGone
	case fault.Exhausted:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.Internal:
		return http.StatusInternalServerError
	default:
		return http.StatusInternalServerError
	}
}

// Words translates the texts of problems.
type Words interface {
	// Problem gives the title of a code and the detail of a rule or, where there
	// is no rule, of the code, in a language; empty where there is none.
	Problem(language, code, rule string) (title, detail string)
	// Rule gives the text for a field that breaks a rule of form; empty where there is none.
	Rule(language, rule string) string
}

// NewProblem turns an error into its answer in a language. What is no fault is
// answered as internal and shows nothing of itself.
func NewProblem(words Words, language string, err error) *Problem {
	if known, ok := errors.AsType[*Problem](err); ok {
		return known
	}
	p := &Problem{Type: "about:blank", Status: Status(err), Code: fault.CodeOf(err)}
	var f *fault.Error
	if !errors.As(err, &f) {
		f = fault.New(fault.Internal, fault.CodeInternal, "something went wrong on our side")
	}
	p.Type = "urn:kept:problem:" + p.Code
	p.Title, p.Detail, p.Rule, p.RuleName = http.StatusText(p.Status), f.Detail, f.Rule, catalog.Texts(f.RuleNames).Pick(language)
	if title, detail := words.Problem(language, f.Code, f.Rule); title != "" {
		p.Title = title
		if detail != "" && language != "en" {
			p.Detail = detail
		}
	}
	if p.RuleName != "" {
		p.RuleText = cmp.Or(catalog.Texts(f.RuleTexts).Pick(language), p.Detail)
	}
	p.Link = linkOf(f.Link, language)
	if p.Left = f.Left; p.Left > 0 {
		_, left := words.Problem(language, f.Code, f.Rule)
		p.Title = left + ": " + strconv.Itoa(p.Left)
		p.Detail = p.Title
	}
	if p.Phone = f.Call; p.Phone != "" {
		p.Detail = strings.TrimRight(p.Detail, ".。") + ": " + p.Phone
	}
	for _, field := range f.Fields {
		detail := field.Detail
		if text := words.Rule(language, field.Rule); text != "" && language != "en" {
			detail = text
		}
		p.Errors = append(p.Errors, Field{field.Name, detail})
	}
	if f.RetryAfter > 0 {
		p.RetryAfter = max(1, int(f.RetryAfter.Seconds()))
	} else if p.Status == http.StatusServiceUnavailable {
		p.RetryAfter = 1
	}
	return p
}

func linkOf(l *fault.Link, language string) *Linked {
	if l == nil {
		return nil
	}
	out := &Linked{Kind: l.Kind, Least: l.LeastMin, Most: l.MostMin}
	out.Service.ID, out.Service.Name = l.Service, catalog.Texts(l.Names).Pick(language)
	return out
}

// WriteProblem answers with an error, in the language of the request. What is
// no fault of the asker is logged.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	Note(r.Context(), err)
	p := NewProblem(wordsOf(r.Context()), Language(r.Context()), err)
	LogFault(r, p.Status, err)
	p.Write(w)
}

// LogFault logs an error that is ours: addresses may hold tokens, so only the
// route is told.
func LogFault(r *http.Request, status int, err error) {
	if status >= http.StatusInternalServerError {
		slog.ErrorContext(r.Context(), "request failed", "method", r.Method, "route", r.Pattern, "error", err.Error())
	}
}

// Headers are those that go with the problem: how long to wait, how to sign in.
func (p *Problem) Headers() http.Header {
	h := http.Header{}
	if p.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="kept"`)
	}
	return h
}

// Write writes the problem.
func (p *Problem) Write(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", ProblemType)
	h.Set("Cache-Control", "no-store")
	maps.Copy(h, p.Headers())
	w.WriteHeader(p.Status)
	// The client may have gone; there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(p) //nolint:errchkjson // plain words and numbers
}

package me

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/visitor"
)

// hidden are the fields that every form of a card carries: whose card it is,
// and the key by which it is done once.
func (t *turn) hidden(more ...view.Pair) []view.Pair {
	key := t.R.PostFormValue("key") // drawn anew with what was typed, it is still the same form //nolint:forbidigo // a field of the request, no call
	if !id.Valid(key) {
		key = id.New[string](t.Now.UTC())
	}
	return append([]view.Pair{{Name: "who", Value: string(t.Card.ID)}, {Name: "key", Value: key}}, more...)
}

// fresh are hidden for a form beside the one that was sent.
func (t *turn) fresh(more ...view.Pair) []view.Pair {
	return append([]view.Pair{{Name: "who", Value: string(t.Card.ID)}, {Name: "key", Value: id.New[string](t.Now.UTC())}}, more...)
}

// post carries out a form once and leads on to a part of the card, which says
// what was done. What is wrong with the form is shown by again.
func (p *Pages) post(
	t *turn, part, done string, do func(ctx context.Context) error, again func(wrong error) error,
) error {
	return p.postTo(t, func(ctx context.Context) (string, error) {
		if err := do(ctx); err != nil {
			return "", err
		}
		return t.with(part, "done", done), nil
	}, again)
}

// postTo is post for a form that itself tells where it leads.
func (p *Pages) postTo(t *turn, do func(ctx context.Context) (string, error), again func(wrong error) error) error {
	key := t.R.PostFormValue("key")
	if !id.Valid(key) {
		return fault.BadField("key", "format", "open the form again")
	}
	to, err := p.Once(t.Ctx(), t.business(), t.route(), key, t.typed(), do)
	if err != nil && again != nil && (shell.Expected(err) || fault.Is(err, fault.CodeContactBlocked)) {
		return again(err)
	}
	if err != nil {
		return err
	}
	p.Door.Nudge() // a code may be due
	http.Redirect(t.W, t.R, to, http.StatusSeeOther)
	return nil
}

// route names a form among those that work once: what was done on one card was
// not done on another.
func (t *turn) route() string { return "POST " + t.R.URL.Path + " " + string(t.Card.ID) }

// typed is what was filled in.
func (t *turn) typed() []string {
	return []string{t.R.PostForm.Encode()} //nolint:forbidigo // a field of the request, no call
}

// with is the address of a part of the card with one more word in its query.
func (t *turn) with(part, name, value string) string {
	to := t.at(part)
	mark := "?"
	if strings.Contains(to, "?") {
		mark = "&"
	}
	return to + mark + name + "=" + url.QueryEscape(value)
}

// wrong says at each field what is not right about it.
func (p *Pages) wrong(t *turn, err error) view.Errors {
	if err == nil {
		return nil
	}
	var out view.Errors
	problem := web.NewProblem(p.Words, t.P.Lang(), err)
	for _, f := range problem.Errors {
		name := strings.TrimPrefix(f.Field, "client.")
		out = append(out, view.FieldError{Field: name, Text: f.Detail})
	}
	if len(out) == 0 {
		text := problem.Title
		if problem.Rule == visitor.RuleCap {
			if text = t.P.T("proof.cap"); problem.Phone != "" {
				text = t.P.T("proof.cap_phone", "phone", problem.Phone)
			}
		}
		if problem.Detail != "" && fault.KindOf(err) == fault.Conflict {
			text = problem.Title
		}
		out = view.Errors{{Field: "main", Text: text}}
	}
	return out
}

// refused is the status of a page that shows what was wrong.
func refused(err error) int {
	switch fault.KindOf(err) {
	case fault.Conflict:
		return http.StatusConflict
	case fault.Exhausted:
		return http.StatusTooManyRequests
	default:
		return http.StatusUnprocessableEntity
	}
}

// status is 200, or that of what was wrong.
func status(err error) int {
	if err == nil {
		return http.StatusOK
	}
	return refused(err)
}

// Package calendar holds what the adapters to outside calendars share: how a
// request is made and signed in, and what an answer or a failure means in the
// words of package calsync. The adapters are the packages below it, one a kind
// of calendar.
package calendar

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"kept/calsync"
	"kept/internal/dial"
	"kept/internal/ical/busy"
)

// Request makes a request to a calendar, signed in where there is a user or a
// secret. It fails with *calsync.Trouble.
func Request(ctx context.Context, method string, at calsync.Address, body []byte) (*http.Request, error) {
	u, err := url.Parse(at.URL)
	if err != nil || dial.CheckURL(u) != nil {
		return nil, &calsync.Trouble{Code: calsync.Forbidden}
	}
	r, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, &calsync.Trouble{Code: calsync.Forbidden}
	}
	if len(body) == 0 {
		r.Body, r.GetBody, r.ContentLength = http.NoBody, nil, 0
	}
	if at.User != "" || at.Secret != "" {
		r.SetBasicAuth(at.User, at.Secret)
	}
	return r, nil
}

// Do sends a request and wants one of these statuses. It fails with
// *calsync.Trouble; else the caller closes the body.
func Do(client *http.Client, r *http.Request, want ...int) (*http.Response, error) {
	answer, err := client.Do(r) //nolint:gosec // the address is foreign; package dial's client judges it
	if err != nil {
		return nil, Trouble(err)
	}
	if slices.Contains(want, answer.StatusCode) {
		return answer, nil
	}
	_, _ = io.CopyN(io.Discard, answer.Body, 4<<10) // so that the connection can be used again
	_ = answer.Body.Close()
	return nil, &calsync.Trouble{Code: codeOf(answer.StatusCode), RetryAfter: retryAfter(answer), Cause: fmt.Errorf("status %d", answer.StatusCode)}
}

func codeOf(status int) calsync.Code {
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return calsync.Unauthorized
	case status == http.StatusNotFound || status == http.StatusGone:
		return calsync.Missing
	case status == http.StatusTooManyRequests:
		return calsync.RateLimited
	case status == http.StatusRequestEntityTooLarge || status == http.StatusInsufficientStorage:
		return calsync.TooLarge
	case status >= http.StatusInternalServerError:
		return calsync.ServerError
	case status >= http.StatusMultipleChoices && status < http.StatusBadRequest:
		return calsync.Redirected
	default:
		return calsync.Refused
	}
}

// retryAfter reads when the server wants to be asked again, in seconds or as a date.
func retryAfter(answer *http.Response) time.Duration {
	text := answer.Header.Get("Retry-After")
	if n, err := strconv.ParseUint(text, 10, 20); err == nil {
		return time.Duration(n) * time.Second
	}
	at, err := http.ParseTime(text)
	asked, err2 := http.ParseTime(answer.Header.Get("Date"))
	if err != nil || err2 != nil {
		return 0
	}
	return max(0, at.Sub(asked))
}

// Trouble says in calsync's words what went wrong on the way. The address,
// which is a secret, is taken out of it.
func Trouble(err error) error {
	if t, ok := errors.AsType[*calsync.Trouble](err); ok {
		return t
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err // without the address
	}
	code := calsync.Unreachable
	timed, _ := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, dial.ErrForbidden):
		code = calsync.Forbidden
	case errors.Is(err, dial.ErrTooLarge):
		code = calsync.TooLarge
	case errors.Is(err, dial.ErrRedirect):
		code = calsync.Redirected
	case errors.Is(err, busy.ErrFormat):
		code = calsync.NotCalendar
	case errors.Is(err, context.DeadlineExceeded), timed != nil && timed.Timeout():
		code = calsync.Timeout
	}
	return &calsync.Trouble{Code: code, Cause: plain(err)}
}

// plain drops names of hosts from what goes into the log.
func plain(err error) error {
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return errors.New("the name is not known")
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err
	}
	return err
}

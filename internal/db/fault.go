package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"time"

	"kept/fault"
)

// retryAfter is what a client is told when the database is out of reach.
const retryAfter = time.Second

// Fault translates an error of the database to one that may be shown. Errors
// of contexts, faults and errors it doesn't know pass as they are.
func (d *DB) Fault(err error) error {
	var known *fault.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	if _, ok := errors.AsType[*brokenError](err); ok {
		return unavailable("the database is too busy", err)
	}
	if f := d.dialect.Fault(err); f != nil {
		if f.Kind == fault.Unavailable {
			f.RetryAfter = retryAfter
		}
		return f
	}
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, sql.ErrNoRows):
		return fault.Wrap(fault.NotFound, fault.CodeNotFound, "not found", err)
	case errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone):
		return unavailable("the database cannot be reached now", err)
	}
	return err
}

func unavailable(detail string, cause error) error {
	f := fault.Wrap(fault.Unavailable, fault.CodeUnavailable, detail, cause)
	f.RetryAfter = retryAfter
	return f
}

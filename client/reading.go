package client

import (
	"context"
	"math"
	"slices"
	"time"

	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Kinds of readings that only ever grow; any other word of the owner's may be
// read too (weight_kg) and may go either way.
const (
	ReadingMileage = "mileage_km"
	ReadingHours   = "hours"
	ReadingCycles  = "cycles"
)

const mileage = "mileage" // how rules may call ReadingMileage

// grows tells whether a later reading of a kind cannot be lower.
func grows(kind string) bool {
	return kind == ReadingMileage || kind == ReadingHours || kind == ReadingCycles
}

const mostReading = 1e9 // beyond what any meter shows

// Reading is a number that was read off a subject on a day.
type Reading struct {
	ID        id.Reading
	Subject   id.Subject
	Kind      string
	Value     float64
	Day       span.Date
	Doubtful  bool // lower than one before it, or higher than one after: kept, and left out of forecasts
	Source    string
	SourceID  string // of the booking, form or message; empty for none
	Actor     event.Actor
	CreatedAt span.Instant
}

// ReadingFilter says which readings of a subject are listed.
type ReadingFilter struct {
	Subject id.Subject
	Kind    string // only this one; empty for all
	// Only what comes after this one; the zero value from the first on.
	AfterKind string
	AfterDay  span.Date
	AfterID   id.Reading
	Limit     int
}

// Readings keeps what was read off subjects.
type Readings interface {
	// Readings lists those of a subject (of all, when it is empty) by subject, kind and day.
	Readings(ctx context.Context, business id.Business, client id.Client, subject id.Subject) ([]Reading, error)
	// LatestReadings lists the last so many of each kind of each subject, by subject, kind and day.
	LatestReadings(ctx context.Context, business id.Business, client id.Client, most int) ([]Reading, error)
	// PageReadings lists those of a subject by kind, of each kind the latest day first.
	PageReadings(ctx context.Context, business id.Business, client id.Client, f ReadingFilter) ([]Reading, error)
	// InsertReading adds one.
	InsertReading(ctx context.Context, business id.Business, client id.Client, r Reading) error
	// DoubtReading marks one as doubtful or not; fault NotFound.
	DoubtReading(ctx context.Context, business id.Business, client id.Client, reading id.Reading, doubtful bool) error
	// DeleteReading strikes one out; fault NotFound.
	DeleteReading(ctx context.Context, business id.Business, client id.Client, subject id.Subject, reading id.Reading) error
}

// Readings lists the readings of a subject by kind and day, for the program's own use.
func (r *Registry) Readings(ctx context.Context, business id.Business, client id.Client, subject id.Subject) ([]Reading, error) {
	return r.details.Readings.Readings(ctx, business, client, subject)
}

// ListReadings lists readings of a subject by kind, of each kind the latest
// day first, to somebody who wants to see them, and records that they did.
// Fault NotFound for the client or the subject.
func (r *Registry) ListReadings(
	ctx context.Context, business id.Business, client id.Client, f ReadingFilter, actor event.Actor,
) ([]Reading, error) {
	var out []Reading
	err := r.atomic.Do(ctx, func(ctx context.Context) error {
		c, err := r.store.Find(ctx, business, client)
		if err != nil {
			return err
		}
		if _, err := r.FindSubject(ctx, business, c.ID, f.Subject); err != nil {
			return err
		}
		if out, err = r.details.Readings.PageReadings(ctx, business, c.ID, f); err != nil {
			return err
		}
		return r.store.RecordAccess(ctx, business, r.access(c.ID, actor, ReadCard))
	})
	return out, err
}

// AddReading writes a reading down; identity and doubt are found out here. A
// reading that does not go with its neighbours is kept as doubtful, not
// refused: the wrong one may be the other. Fault Invalid (kind, value, day,
// source), NotFound for the client or the subject.
func (r *Registry) AddReading(ctx context.Context, business id.Business, client id.Client, n Reading) (Reading, error) {
	now := r.clock.Now()
	var check fault.Checker
	check.Require(validKey(n.Kind), "kind", "format", "must be a word of small letters, digits and _")
	check.Require(n.Value >= 0 && n.Value <= mostReading && !math.IsNaN(n.Value), "value", "range", "is no reading")
	check.Require(n.Day != span.Date{} && n.Day.Start(time.UTC) <= now+span.Day, "day", "range", "must be a day that has begun")
	check.Require(slices.Contains(Sources(), n.Source), "source", "unknown", "is no source")
	if err := check.Err(); err != nil {
		return Reading{}, err
	}
	err := r.edit(ctx, business, client, PartReading, n.Actor, func(ctx context.Context, _ Client) error {
		if _, err := r.FindSubject(ctx, business, client, n.Subject); err != nil {
			return err
		}
		list, err := r.details.Readings.Readings(ctx, business, client, n.Subject)
		if err != nil {
			return err
		}
		if err := full(len(list), mostReadings, "value"); err != nil {
			return err
		}
		n.ID, n.CreatedAt, n.Doubtful = id.New[id.Reading](now.UTC()), now, doubtful(list, n)
		return r.details.Readings.InsertReading(ctx, business, client, n)
	})
	return n, err
}

// doubtful tells whether a reading of a kind that only grows is lower than a
// sure one of an earlier day or higher than a sure one of a later day.
func doubtful(list []Reading, n Reading) bool {
	return grows(n.Kind) && slices.ContainsFunc(list, func(o Reading) bool {
		if o.Kind != n.Kind || o.Doubtful {
			return false
		}
		// Of two on one day there is no telling which came first.
		return o.Day.Before(n.Day) && o.Value > n.Value || n.Day.Before(o.Day) && o.Value < n.Value
	})
}

// DoubtReading says of a reading that it is doubtful, or that it is not after
// all. Fault NotFound.
func (r *Registry) DoubtReading(
	ctx context.Context, business id.Business, client id.Client, reading id.Reading, doubtful bool, actor event.Actor,
) error {
	return r.edit(ctx, business, client, PartReading, actor, func(ctx context.Context, _ Client) error {
		return r.details.Readings.DoubtReading(ctx, business, client, reading, doubtful)
	})
}

// RemoveReading strikes a reading out that was never taken. Fault NotFound.
func (r *Registry) RemoveReading(
	ctx context.Context, business id.Business, client id.Client, subject id.Subject, reading id.Reading, actor event.Actor,
) error {
	return r.edit(ctx, business, client, PartReading, actor, func(ctx context.Context, _ Client) error {
		return r.details.Readings.DeleteReading(ctx, business, client, subject, reading)
	})
}

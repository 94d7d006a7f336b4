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

// Readings lists the readings of a subject by kind and day, for the program's own use.
func (r *Registry) Readings(ctx context.Context, business id.Business, client id.Client, subject id.Subject) ([]Reading, error) {
	return r.details.Subjects.Readings(ctx, business, client, subject)
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
		list, err := r.details.Subjects.Readings(ctx, business, client, n.Subject)
		if err != nil {
			return err
		}
		if err := full(len(list), mostReadings, "value"); err != nil {
			return err
		}
		n.ID, n.CreatedAt, n.Doubtful = id.New[id.Reading](now.UTC()), now, doubtful(list, n)
		return r.details.Subjects.InsertReading(ctx, business, client, n)
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
		return r.details.Subjects.DoubtReading(ctx, business, client, reading, doubtful)
	})
}

// RemoveReading strikes a reading out that was never taken. Fault NotFound.
func (r *Registry) RemoveReading(
	ctx context.Context, business id.Business, client id.Client, subject id.Subject, reading id.Reading, actor event.Actor,
) error {
	return r.edit(ctx, business, client, PartReading, actor, func(ctx context.Context, _ Client) error {
		return r.details.Subjects.DeleteReading(ctx, business, client, subject, reading)
	})
}

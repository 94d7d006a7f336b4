// Package setup is the owner's office: everything a business sets about
// itself is written here and nowhere else. Its services, staff, resources and
// locations, their hours and their time off, its name and terms.
//
// A change runs in one transaction, always in this order:
//
//	may       the principal may do this, else fault forbidden
//	bump      the configuration's version is raised; until the transaction ends, nobody else changes settings
//	read      the configuration as it now is, past every cache
//	check     the whole input; all wrong fields are told at once, by their names in the API
//	write     the rows, and for time off the blocking rows on lanes
//	tell      an event, in which there are identifiers only
//
// What is read for people comes from the shared immutable configuration
// (package availability's Setting), so reading costs one look at its version.
// Things are never deleted, for old bookings name them: they are archived.
package setup

import (
	"context"

	"kept/account"
	"kept/availability"
	"kept/catalog"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/schedule"
	"kept/span"
)

// Atomic runs a function in one transaction, which travels in the context.
type Atomic interface {
	Do(ctx context.Context, fn func(ctx context.Context) error) error
}

// Journal records what happened, in the transaction that made it so, and
// gives each event its identifier and instant.
type Journal interface {
	Append(ctx context.Context, events ...event.Event) error
}

// Clock tells the time that Kept lives in.
type Clock interface{ Now() span.Instant }

// Settings reads configurations.
type Settings interface {
	// Load gives the newest configuration (version 0), shared: not to be changed.
	Load(ctx context.Context, business id.Business, version int64) (*availability.Setting, error)
	// Current reads it in the running transaction; what it gives is the caller's own.
	Current(ctx context.Context, business id.Business) (*availability.Setting, error)
}

// Businesses writes businesses.
type Businesses interface {
	// InsertBusiness makes a business with keys of its own; fault conflict when the slug is taken.
	InsertBusiness(ctx context.Context, b catalog.Business, at span.Instant) error
	// UpdateBusiness writes names, zone, currency, language and terms.
	UpdateBusiness(ctx context.Context, b catalog.Business) error
	// Bump raises the configuration's version; whoever did is alone with the
	// settings until the transaction ends. Fault NotFound.
	Bump(ctx context.Context, business id.Business) (int64, error)
}

// Things writes what the catalog is made of. Updates give fault NotFound.
type Things interface {
	InsertLocation(ctx context.Context, business id.Business, l *catalog.Location) error
	UpdateLocation(ctx context.Context, business id.Business, l *catalog.Location) error
	InsertService(ctx context.Context, business id.Business, s *catalog.Service) error
	UpdateService(ctx context.Context, business id.Business, s *catalog.Service) error
	InsertStaff(ctx context.Context, business id.Business, s *catalog.Staff) error
	UpdateStaff(ctx context.Context, business id.Business, s *catalog.Staff) error
	InsertResource(ctx context.Context, business id.Business, r *catalog.Resource) error
	UpdateResource(ctx context.Context, business id.Business, r *catalog.Resource) error
}

// House keeps the owner's rules, forms and notices. Updates give fault NotFound.
type House interface {
	InsertRule(ctx context.Context, business id.Business, r *catalog.Rule) error
	UpdateRule(ctx context.Context, business id.Business, r *catalog.Rule) error
	InsertForm(ctx context.Context, business id.Business, f *catalog.Form) error
	UpdateForm(ctx context.Context, business id.Business, f *catalog.Form) error
	InsertNotice(ctx context.Context, business id.Business, n *catalog.Notice, at span.Instant) error
	// UpdateNotice keeps the texts of a version that is new, too.
	UpdateNotice(ctx context.Context, business id.Business, n *catalog.Notice, at span.Instant) error
}

// Rules writes hours and keeps time off.
type Rules interface {
	// PutLocationHours replaces the hours of a location; unset ones are deleted.
	PutLocationHours(ctx context.Context, business id.Business, of id.Location, h schedule.Hours) error
	// PutStaffHours replaces the hours of a staff member; unset ones are deleted.
	PutStaffHours(ctx context.Context, business id.Business, of id.Staff, h schedule.Hours) error
	InsertTimeOff(ctx context.Context, business id.Business, t schedule.TimeOff, at span.Instant) error
	// UpdateTimeOff writes a time off anew; fault NotFound.
	UpdateTimeOff(ctx context.Context, business id.Business, t schedule.TimeOff) error
	// DeleteTimeOff removes it; fault NotFound.
	DeleteTimeOff(ctx context.Context, business id.Business, id id.TimeOff) error
	// FindTimeOff gives one; fault NotFound.
	FindTimeOff(ctx context.Context, business id.Business, id id.TimeOff) (schedule.TimeOff, error)
	// ListTimeOff gives them by end and id, at most filter.Limit.
	ListTimeOff(ctx context.Context, business id.Business, filter TimeOffFilter) ([]schedule.TimeOff, error)
}

// Lanes puts time off where bookings look for it.
type Lanes interface {
	// Touch raises the lanes' versions in their order, making lanes that are missing.
	Touch(ctx context.Context, business id.Business, lanes []availability.Lane) error
	// Block closes the span on each of the lanes, cut into pieces as the lanes want it. source is the time off.
	Block(ctx context.Context, business id.Business, source string, lanes []availability.Lane, closed span.Span) error
	// Vacate takes away whatever a source put on lanes and tells which these were.
	Vacate(ctx context.Context, business id.Business, source string) ([]availability.Lane, error)
}

// Marks keeps what limits count right when they change.
type Marks interface {
	// Recount counts all bookings anew under a setting that is being written.
	Recount(ctx context.Context, business id.Business, setting *availability.Setting) error
}

// Parts are what an office works with.
type Parts struct {
	Atomic     Atomic
	Journal    Journal
	Clock      Clock
	Settings   Settings
	Businesses Businesses
	Things     Things
	Rules      Rules
	House      House
	Lanes      Lanes
	Marks      Marks // nil where nothing is ever booked
}

// Office changes and shows the settings of businesses. It is safe for
// concurrent use.
type Office struct{ Parts }

// NewOffice opens the office.
func NewOffice(p Parts) *Office { return &Office{p} }

// change is one change of settings while it is made.
type change struct {
	who     account.Principal
	setting *availability.Setting // as it was before, past every cache
	checker fault.Checker
}

// write runs fn as the one change of the business's settings in a transaction.
// fn tells what it changed; with no kind, nothing is told.
func (o *Office) write(
	ctx context.Context, who account.Principal, action account.Action, fn func(ctx context.Context, c *change) (kind, ref string, err error),
) error {
	if err := may(who, action); err != nil {
		return err
	}
	return o.Atomic.Do(ctx, func(ctx context.Context) error {
		if _, err := o.Businesses.Bump(ctx, who.Business); err != nil {
			return err
		}
		setting, err := o.Settings.Current(ctx, who.Business)
		if err != nil {
			return err
		}
		kind, ref, err := fn(ctx, &change{who: who, setting: setting})
		if err != nil || kind == "" {
			return err
		}
		return o.Journal.Append(ctx, event.Event{
			Business: who.Business, Type: event.SettingsChanged, Actor: who.Actor(), Data: event.Data{Kind: kind, Ref: ref},
		})
	})
}

// read gives the newest configuration to somebody who may see it.
func (o *Office) read(ctx context.Context, who account.Principal) (*availability.Setting, error) {
	if err := may(who, account.ReadSettings); err != nil {
		return nil, err
	}
	return o.Settings.Load(ctx, who.Business, 0)
}

func may(who account.Principal, action account.Action) error {
	if who.Business == "" || !who.May(action) {
		return fault.New(fault.Forbidden, fault.CodeForbidden, "you may not do this: it needs "+string(action))
	}
	return nil
}

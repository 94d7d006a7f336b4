package booking

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"

	"kept/account"
	"kept/availability"
	"kept/fault"
	"kept/id"
	"kept/money"
	"kept/span"
)

// Date is one date of a series, judged.
type Date struct {
	Start  span.Instant
	Err    error  // why it cannot be had, nil when it can
	Others []Near // where it cannot be had: near it, the nearest first
}

// Near is a free time instead of another.
type Near struct {
	availability.Slot
	Staff    []id.Staff // who could lead it
	Location id.Location
	Price    money.Amount
}

// nearDate is how many days around a date that is taken are searched.
const nearDate = 3

// DatesError is the fault of the first date of a series that cannot be had,
// with all that cannot, by start.
type DatesError struct {
	Dates []Date
}

// Error implements error.
func (e *DatesError) Error() string {
	return strconv.Itoa(len(e.Dates)) + " dates of a series: " + e.Dates[0].Err.Error()
}

// Unwrap gives the fault of the first date.
func (e *DatesError) Unwrap() error { return e.Dates[0].Err }

// refused gathers what keeps the dates of a series from being had, while all is
// done in one transaction that is to fail.
type refused []Date

// note takes the fault of a date, and tells whether the next may still be
// judged: not after a fault that is none of the date's, which is given back
// unless a date has been refused before.
func (r *refused) note(start span.Instant, err error) (further bool, fail error) {
	switch {
	case err == nil:
		return true, nil
	case fault.KindOf(err) == fault.Conflict:
		*r = append(*r, Date{Start: start, Err: err})
		return true, nil
	case len(*r) > 0:
		return false, r.err()
	default:
		return false, err
	}
}

func (r *refused) err() error {
	if len(*r) == 0 {
		return nil
	}
	slices.SortFunc(*r, func(a, b Date) int { return cmp.Compare(a.Start, b.Start) })
	return &DatesError{*r}
}

// around finds free starts near an instant, the nearest first; of says for what.
func (d *Desk) around(ctx context.Context, who account.Principal, of Search, at span.Instant) ([]Near, error) {
	setting, err := d.setting(ctx, who.Business)
	if err != nil {
		return nil, err
	}
	_, zone, err := d.zoneOf(setting.Catalog, of.Location)
	if err != nil {
		return nil, err
	}
	day := span.DateOf(at.In(zone))
	of.From, of.To = day.AddDays(-nearDate), day.AddDays(nearDate)
	offer, err := d.Offer(ctx, who.Business, of)
	if err != nil {
		return nil, err
	}
	all := make([]Near, len(offer.Slots))
	for i, s := range offer.Slots {
		all[i] = Near{s, offer.Facts.Who(s.Leads), offer.Place(i), offer.Quote(s).Total}
	}
	slices.SortStableFunc(all, func(x, y Near) int { return cmp.Compare(shift(x.Start, at), shift(y.Start, at)) })
	all = slices.CompactFunc(all, func(x, y Near) bool { return x.Start == y.Start })
	return all[:min(3, len(all))], nil
}

// withOthers adds other times to the dates of a DatesError; another fault stays
// as it is. It runs after the transaction, which is undone.
func (d *Desk) withOthers(ctx context.Context, who account.Principal, err error, of func(Date) Search) error {
	bad, ok := errors.AsType[*DatesError](err)
	if !ok {
		return err
	}
	for i := range bad.Dates {
		found, err := d.around(ctx, who, of(bad.Dates[i]), bad.Dates[i].Start)
		if err != nil {
			return err
		}
		bad.Dates[i].Others = found
	}
	return bad
}

// likeThis is the search for other times for a request.
func likeThis(who account.Principal, r Request) Search {
	return Search{
		Lines: r.Lines, Location: r.Location, Public: !who.IsStaff(), AnyOrder: r.AnyOrder, Client: r.ClientID, Subject: r.Subject, Party: r.Party,
		Answers: r.Given.Answers,
	}
}

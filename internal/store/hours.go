package store

import (
	"context"

	"kept/id"
	"kept/internal/store/sqlgen"
	"kept/schedule"
	"kept/span"
)

// weeklyRow and exceptionRow are hours as they are written; the words must
// not change with the domain's.
type weeklyRow struct {
	Weekday  int         `json:"weekday"`
	From     int         `json:"from"`
	To       int         `json:"to"`
	Location id.Location `json:"location,omitempty"`
}

type exceptionRow struct {
	Date string      `json:"date"`
	Open []windowRow `json:"open"`
}

type windowRow struct {
	From int `json:"from"`
	To   int `json:"to"`
}

func (r *reading) hours(ctx context.Context) (*schedule.Book, error) {
	rows, err := r.q.AllHours(ctx, r.business)
	if err != nil {
		return nil, r.db.Fault(err)
	}
	book := &schedule.Book{Locations: map[id.Location]schedule.Hours{}, Staff: map[id.Staff]schedule.Hours{}}
	for _, row := range rows {
		h, err := decodeHours(row.Weekly, row.Exceptions)
		if err != nil {
			return nil, err
		}
		switch row.OwnerKind {
		case kindLocation:
			book.Locations[id.Location(row.OwnerID)] = h
		case kindStaff:
			book.Staff[id.Staff(row.OwnerID)] = h
		}
	}
	return book, nil
}

func decodeHours(weekly, exceptions string) (schedule.Hours, error) {
	var h schedule.Hours
	var weeks []weeklyRow
	if err := decode(weekly, &weeks); err != nil {
		return h, err
	}
	for _, w := range weeks {
		h.Weekly = append(h.Weekly, schedule.Weekly{
			Weekday: w.Weekday, Window: schedule.Window{FromMin: w.From, ToMin: w.To}, Location: w.Location,
		})
	}
	var days []exceptionRow
	if err := decode(exceptions, &days); err != nil {
		return h, err
	}
	for _, d := range days {
		date, err := span.ParseDate(d.Date)
		if err != nil {
			return h, err
		}
		e := schedule.Exception{Date: date}
		for _, w := range d.Open {
			e.Open = append(e.Open, schedule.Window{FromMin: w.From, ToMin: w.To})
		}
		h.Exceptions = append(h.Exceptions, e)
	}
	return h, nil
}

func encodeHours(h schedule.Hours) (weekly, exceptions string, err error) {
	weeks := make([]weeklyRow, 0, len(h.Weekly))
	for _, w := range h.Weekly {
		weeks = append(weeks, weeklyRow{Weekday: w.Weekday, From: w.FromMin, To: w.ToMin, Location: w.Location})
	}
	days := make([]exceptionRow, 0, len(h.Exceptions))
	for _, e := range h.Exceptions {
		d := exceptionRow{Date: e.Date.String(), Open: []windowRow{}}
		for _, w := range e.Open {
			d.Open = append(d.Open, windowRow{From: w.FromMin, To: w.ToMin})
		}
		days = append(days, d)
	}
	if weekly, err = encode(weeks); err != nil {
		return "", "", err
	}
	exceptions, err = encode(days)
	return weekly, exceptions, err
}

// putHours replaces the hours of a location or staff member; none at all
// means that they follow the other party.
func (s *Setup) putHours(ctx context.Context, business id.Business, kind, owner string, h schedule.Hours) error {
	q := queries(ctx, s.db)
	if h.Unset() {
		return s.db.Fault(q.DeleteHours(ctx, sqlgen.DeleteHoursParams{
			BusinessID: string(business), OwnerKind: kind, OwnerID: owner,
		}))
	}
	weekly, exceptions, err := encodeHours(h)
	if err != nil {
		return err
	}
	return s.db.Fault(q.PutHours(ctx, sqlgen.PutHoursParams{
		BusinessID: string(business), OwnerKind: kind, OwnerID: owner, Weekly: weekly, Exceptions: exceptions,
	}))
}

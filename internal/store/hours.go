package store

import (
	"context"

	"kept/id"
	"kept/internal/store/sqlgen"
	"kept/schedule"
)

func (r *reading) hours(ctx context.Context) (*schedule.Book, error) {
	rows, err := r.q.AllHours(ctx, r.business)
	if err != nil {
		return nil, r.db.Fault(err)
	}
	book := &schedule.Book{Locations: map[id.Location]schedule.Hours{}, Staff: map[id.Staff]schedule.Hours{}}
	for i := range rows {
		row := &rows[i]
		h, err := decodeHours(row)
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

// putHours replaces the hours of a location or staff member; none at all
// means that they follow the other party.
func (s *Setup) putHours(ctx context.Context, business id.Business, kind, owner string, h schedule.Hours) error {
	q := queries(ctx, s.db)
	if h.Unset() && h.Holidays == nil {
		return s.db.Fault(q.DeleteHours(ctx, sqlgen.DeleteHoursParams{
			BusinessID: string(business), OwnerKind: kind, OwnerID: owner,
		}))
	}
	row, err := encodeHours(h)
	if err != nil {
		return err
	}
	row.BusinessID, row.OwnerKind, row.OwnerID = string(business), kind, owner
	return s.db.Fault(q.PutHours(ctx, row))
}

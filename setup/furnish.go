package setup

import (
	"context"

	"kept/account"
	"kept/catalog"
	"kept/id"
	"kept/schedule"
)

// Furniture is what a business starts with.
type Furniture struct {
	Locations []*catalog.Location
	Services  []*catalog.Service
	Staff     []*catalog.Staff
	Resources []*catalog.Resource
	Hours     *schedule.Book // nil for none
	TimeOff   []schedule.TimeOff
	Rules     []*catalog.Rule
	Forms     []*catalog.Form
	Notices   []*catalog.Notice
}

// Furnish adds all of it at once, each thing checked as if it came alone and
// after those before it: locations, the ways between them, resources, services,
// staff, hours, time off, rules, forms, notices. The things become the caller's configuration and keep the identifiers
// they have. Faults Invalid, Forbidden, conflict when one of them is there already.
func (o *Office) Furnish(ctx context.Context, who account.Principal, f Furniture) error {
	return o.write(ctx, who, account.WriteSettings, func(ctx context.Context, c *change) (string, string, error) {
		all := c.setting.Catalog
		if err := o.furnishLocations(ctx, c, f.Locations); err != nil {
			return "", "", err
		}
		if err := placeAll(ctx, o, c, o.resources(), f.Resources, &all.Resources); err != nil {
			return "", "", err
		}
		if err := placeAll(ctx, o, c, o.services(), f.Services, &all.Services); err != nil {
			return "", "", err
		}
		if err := placeAll(ctx, o, c, o.staff(), f.Staff, &all.Staff); err != nil {
			return "", "", err
		}
		if err := o.furnishHours(ctx, c, f.Hours); err != nil {
			return "", "", err
		}
		for _, t := range f.TimeOff {
			if t.ID == "" {
				t.ID = id.New[id.TimeOff](o.Clock.Now().UTC())
			}
			if err := o.addTimeOff(ctx, c, t); err != nil {
				return "", "", err
			}
		}
		if err := placeAll(ctx, o, c, o.rules(), f.Rules, &all.Rules); err != nil {
			return "", "", err
		}
		if err := placeAll(ctx, o, c, o.forms(), f.Forms, &all.Forms); err != nil {
			return "", "", err
		}
		return "business", string(who.Business), placeAll(ctx, o, c, o.notices(), f.Notices, &all.Notices)
	})
}

// furnishLocations places the locations and then, as all are there, the ways between them.
func (o *Office) furnishLocations(ctx context.Context, c *change, locations []*catalog.Location) error {
	alone := make([]*catalog.Location, len(locations))
	for i, l := range locations {
		alone[i] = new(*l)
		alone[i].Travel = nil
	}
	n, all := o.locations(), c.setting.Catalog
	if err := placeAll(ctx, o, c, n, alone, &all.Locations); err != nil {
		return err
	}
	for i, l := range all.Locations[len(all.Locations)-len(locations):] {
		if len(locations[i].Travel) == 0 {
			continue
		}
		l.Travel = locations[i].Travel
		n.check(c, l)
		if err := c.checker.Err(); err != nil {
			return err
		}
		if err := n.update(ctx, c.who.Business, l); err != nil {
			return err
		}
	}
	return nil
}

// placeAll places things one by one, each seeing those before it.
func placeAll[T any, I ~string](ctx context.Context, o *Office, c *change, n noun[T, I], things []*T, into *[]*T) error {
	for _, thing := range things {
		mine := *thing
		if _, err := place(ctx, o, c, n, &mine); err != nil {
			return err
		}
		*into = append(*into, &mine)
	}
	return nil
}

func (o *Office) furnishHours(ctx context.Context, c *change, book *schedule.Book) error {
	if book == nil {
		return nil
	}
	for of, h := range book.Locations {
		if _, err := o.locations().find(c.setting.Catalog, of); err != nil {
			return err
		}
		c.checkHours(h, false)
		if err := c.checker.Err(); err != nil {
			return err
		}
		if err := o.Rules.PutLocationHours(ctx, c.who.Business, of, h); err != nil {
			return err
		}
	}
	for of, h := range book.Staff {
		if _, err := o.staff().find(c.setting.Catalog, of); err != nil {
			return err
		}
		c.checkHours(h, true)
		if err := c.checker.Err(); err != nil {
			return err
		}
		if err := o.Rules.PutStaffHours(ctx, c.who.Business, of, h); err != nil {
			return err
		}
	}
	return nil
}

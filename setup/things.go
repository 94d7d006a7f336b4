package setup

import (
	"context"

	"kept/account"
	"kept/catalog"
	"kept/id"
)

func (o *Office) locations() noun[catalog.Location, id.Location] {
	return noun[catalog.Location, id.Location]{
		kind: "location",
		all:  func(c *catalog.Catalog) []*catalog.Location { return c.Locations },
		head: func(l *catalog.Location) (*id.Location, *int, *bool) { return &l.ID, &l.Position, &l.Archived },
		check: func(c *change, l *catalog.Location) {
			if l.Zone == "" {
				l.Zone = c.setting.Catalog.Business.Zone
			}
			c.checkLocation(l)
		},
		insert: o.Things.InsertLocation, update: o.Things.UpdateLocation,
	}
}

func (o *Office) services() noun[catalog.Service, id.Service] {
	return noun[catalog.Service, id.Service]{
		kind: "service",
		all:  func(c *catalog.Catalog) []*catalog.Service { return c.Services },
		head: func(s *catalog.Service) (*id.Service, *int, *bool) { return &s.ID, &s.Position, &s.Archived },
		check: func(c *change, s *catalog.Service) {
			if s.Price.Currency == "" {
				s.Price.Currency = c.setting.Catalog.Business.Currency
			}
			c.checkService(s)
		},
		insert: recounting(o, o.Things.InsertService, scoped), update: recounting(o, o.Things.UpdateService, scoped),
	}
}

func (o *Office) staff() noun[catalog.Staff, id.Staff] {
	return noun[catalog.Staff, id.Staff]{
		kind:   "staff",
		all:    func(c *catalog.Catalog) []*catalog.Staff { return c.Staff },
		head:   func(s *catalog.Staff) (*id.Staff, *int, *bool) { return &s.ID, &s.Position, &s.Archived },
		check:  (*change).checkStaff,
		insert: o.Things.InsertStaff, update: o.Things.UpdateStaff,
	}
}

func (o *Office) resources() noun[catalog.Resource, id.Resource] {
	return noun[catalog.Resource, id.Resource]{
		kind:   "resource",
		all:    func(c *catalog.Catalog) []*catalog.Resource { return c.Resources },
		head:   func(r *catalog.Resource) (*id.Resource, *int, *bool) { return &r.ID, &r.Position, &r.Archived },
		check:  (*change).checkResource,
		insert: o.Things.InsertResource, update: o.Things.UpdateResource,
	}
}

// CreateLocation opens a location; a missing zone is the business's. Faults Invalid, Forbidden.
func (o *Office) CreateLocation(ctx context.Context, who account.Principal, l catalog.Location) (*catalog.Location, error) {
	return create(ctx, o, who, o.locations(), l)
}

// UpdateLocation changes a location. Faults NotFound, Invalid, Forbidden.
func (o *Office) UpdateLocation(
	ctx context.Context, who account.Principal, id id.Location, edit func(*catalog.Location) error,
) (*catalog.Location, error) {
	return update(ctx, o, who, o.locations(), id, edit, nil)
}

// ArchiveLocation closes a location for good. Faults NotFound, Forbidden.
func (o *Office) ArchiveLocation(ctx context.Context, who account.Principal, id id.Location) error {
	return archive(ctx, o, who, o.locations(), id)
}

// FindLocation shows a location. Faults NotFound, Forbidden.
func (o *Office) FindLocation(ctx context.Context, who account.Principal, id id.Location) (*catalog.Location, error) {
	return show(ctx, o, who, o.locations(), id)
}

// ListLocations shows the locations. Fault Forbidden.
func (o *Office) ListLocations(
	ctx context.Context, who account.Principal, page Page[id.Location],
) (List[catalog.Location, id.Location], error) {
	return list(ctx, o, who, o.locations(), page)
}

// CreateService puts a service on sale; a missing currency is the business's. Faults Invalid, Forbidden.
func (o *Office) CreateService(ctx context.Context, who account.Principal, s catalog.Service) (*catalog.Service, error) {
	return create(ctx, o, who, o.services(), s)
}

// UpdateService changes a service for bookings to come. Faults NotFound, Invalid, Forbidden.
func (o *Office) UpdateService(
	ctx context.Context, who account.Principal, id id.Service, edit func(*catalog.Service) error,
) (*catalog.Service, error) {
	return update(ctx, o, who, o.services(), id, edit, nil)
}

// ArchiveService takes a service off sale. Faults NotFound, Forbidden.
func (o *Office) ArchiveService(ctx context.Context, who account.Principal, id id.Service) error {
	return archive(ctx, o, who, o.services(), id)
}

// FindService shows a service. Faults NotFound, Forbidden.
func (o *Office) FindService(ctx context.Context, who account.Principal, id id.Service) (*catalog.Service, error) {
	return show(ctx, o, who, o.services(), id)
}

// ListServices shows the services. Fault Forbidden.
func (o *Office) ListServices(ctx context.Context, who account.Principal, page Page[id.Service]) (List[catalog.Service, id.Service], error) {
	return list(ctx, o, who, o.services(), page)
}

// CreateStaff takes somebody on. Faults Invalid, Forbidden.
func (o *Office) CreateStaff(ctx context.Context, who account.Principal, s catalog.Staff) (*catalog.Staff, error) {
	return create(ctx, o, who, o.staff(), s)
}

// UpdateStaff changes a staff member. Faults NotFound, Invalid, Forbidden.
func (o *Office) UpdateStaff(
	ctx context.Context, who account.Principal, id id.Staff, edit func(*catalog.Staff) error,
) (*catalog.Staff, error) {
	return update(ctx, o, who, o.staff(), id, edit, nil)
}

// ArchiveStaff lets a staff member go; their bookings stay until somebody moves them. Faults NotFound, Forbidden.
func (o *Office) ArchiveStaff(ctx context.Context, who account.Principal, id id.Staff) error {
	return archive(ctx, o, who, o.staff(), id)
}

// FindStaff shows a staff member. Faults NotFound, Forbidden.
func (o *Office) FindStaff(ctx context.Context, who account.Principal, id id.Staff) (*catalog.Staff, error) {
	return show(ctx, o, who, o.staff(), id)
}

// ListStaff shows the staff. Fault Forbidden.
func (o *Office) ListStaff(ctx context.Context, who account.Principal, page Page[id.Staff]) (List[catalog.Staff, id.Staff], error) {
	return list(ctx, o, who, o.staff(), page)
}

// CreateResource adds a resource. Faults Invalid, Forbidden.
func (o *Office) CreateResource(ctx context.Context, who account.Principal, r catalog.Resource) (*catalog.Resource, error) {
	return create(ctx, o, who, o.resources(), r)
}

// UpdateResource changes a resource. Its time off to come is laid on the units
// that it then has. Faults NotFound, Invalid, Forbidden.
func (o *Office) UpdateResource(
	ctx context.Context, who account.Principal, id id.Resource, edit func(*catalog.Resource) error,
) (*catalog.Resource, error) {
	return update(ctx, o, who, o.resources(), id, edit, o.relayUnits)
}

// ArchiveResource takes a resource out of use. Faults NotFound, Forbidden.
func (o *Office) ArchiveResource(ctx context.Context, who account.Principal, id id.Resource) error {
	return archive(ctx, o, who, o.resources(), id)
}

// FindResource shows a resource. Faults NotFound, Forbidden.
func (o *Office) FindResource(ctx context.Context, who account.Principal, id id.Resource) (*catalog.Resource, error) {
	return show(ctx, o, who, o.resources(), id)
}

// ListResources shows the resources. Fault Forbidden.
func (o *Office) ListResources(
	ctx context.Context, who account.Principal, page Page[id.Resource],
) (List[catalog.Resource, id.Resource], error) {
	return list(ctx, o, who, o.resources(), page)
}

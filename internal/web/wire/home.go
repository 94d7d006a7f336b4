package wire

import (
	"context"
	"time"

	"kept/availability"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Settings gives the configuration of businesses.
type Settings interface {
	Load(ctx context.Context, business id.Business, version int64) (*availability.Setting, error)
}

// HomeZone is the zone in which a business tells the time. Fault NotFound.
func HomeZone(ctx context.Context, settings Settings, zones *span.Zones, business id.Business) (*time.Location, error) {
	s, err := settings.Load(ctx, business, 1) // whichever is at hand: it moves next to never
	if err != nil {
		return nil, err
	}
	zone, err := zones.Load(s.Catalog.Business.Zone)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, fault.CodeInternal, "the time zone of the business is unknown here", err)
	}
	return zone, nil
}

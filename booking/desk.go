package booking

import (
	"context"
	"strconv"
	"time"

	"kept/availability"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Parts are what a desk is made of.
type Parts struct {
	Atomic   Atomic
	Clock    Clock
	Settings Settings
	Registry Registry
	Journal  Journal
	Lanes    Lanes
	Bookings Bookings
	Holds    Holds
	Groups   Groups
	Courses  Courses
	Intake   Intake  // nil where nothing is asked
	Agendas  Agendas // nil where nobody's own calendar is known
	Proofs   Proofs  // nil where nothing is to be proven
}

// Desk takes, moves and ends bookings. It is safe for concurrent use, on as
// many nodes as share the database.
type Desk struct {
	Parts
	cache *factCache
	shelf *bookShelf
	zones *span.Zones
}

// NewDesk makes a desk of its parts.
func NewDesk(p Parts) *Desk {
	return &Desk{Parts: p, cache: newFactCache(), shelf: &bookShelf{books: map[id.Business]shelved{}}, zones: new(span.Zones)}
}

const (
	maxLines      = 20
	maxParty      = 100
	maxNote       = 2000 // runes
	maxRange      = 92   // days of a slot list
	maxCandidates = 5    // how many staff are tried when "anyone" loses a race
)

// audience tells for whom services are looked up, and so which there are.
type audience uint8

const (
	forDesk    audience = iota // all that are sold
	forPublic                  // those that clients may book themselves
	forVisitor                 // a visit that was agreed before: also what is sold no more
)

func audienceOf(public bool) audience {
	if public {
		return forPublic
	}
	return forDesk
}

func (a audience) sees(s *catalog.Service) bool {
	return a == forVisitor || !s.Archived && (s.Public || a != forPublic)
}

// visit turns lines into the engine's wants, naming the field that is wrong.
func visit(c *catalog.Catalog, lines []Line, to audience) ([]availability.Want, error) {
	var check fault.Checker
	check.Require(len(lines) > 0, "service", "required", "choose a service")
	check.Require(len(lines) <= maxLines, "services", "too_many", "at most 20 services in one visit")
	if err := check.Err(); err != nil {
		return nil, err
	}
	wants := make([]availability.Want, 0, len(lines))
	for i, line := range lines {
		field := "service"
		if len(lines) > 1 {
			field = "services[" + strconv.Itoa(i) + "]"
		}
		s, ok := c.Service(line.Service)
		check.Require(ok && to.sees(s), field, "unknown", "there is no such service")
		if line.Staff != "" {
			m, known := c.StaffMember(line.Staff)
			check.Require(known && !m.Archived, "staff", "unknown", "there is no such staff member")
		}
		wants = append(wants, availability.Want{Service: s, Staff: line.Staff})
	}
	return wants, check.Err()
}

// LinesFor asks for services, each led by the one who is named (empty: by
// anyone). Of several those that they cannot lead are done by whoever can.
func LinesFor(c *catalog.Catalog, services []id.Service, lead id.Staff) []Line {
	out := make([]Line, len(services))
	who, known := c.StaffMember(lead)
	for i, one := range services {
		out[i] = Line{Service: one, Staff: lead}
		if s, ok := c.Service(one); ok && known && len(services) > 1 && !who.Leads(s) {
			out[i].Staff = ""
		}
	}
	return out
}

// linesOf gives back the request behind a placement, with the lead kept.
func linesOf(p availability.Placement) []Line {
	lines := make([]Line, 0, len(p.Items))
	for _, item := range p.Items {
		line := Line{Service: item.Service}
		for _, part := range item.Segments {
			if len(part.Staff) > 0 && p.Group == "" { // the leader of a session comes with it
				line.Staff = part.Staff[0]
				break
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func servicesOf(wants []availability.Want) []*catalog.Service {
	out := make([]*catalog.Service, len(wants))
	for i, w := range wants {
		out[i] = w.Service
	}
	return out
}

// setting loads the newest configuration.
func (d *Desk) setting(ctx context.Context, business id.Business) (*availability.Setting, error) {
	return d.Settings.Load(ctx, business, 0)
}

// zoneOf gives the zone of a location of the business.
func (d *Desk) zoneOf(c *catalog.Catalog, location id.Location) (string, *time.Location, error) {
	name := c.ZoneOf(location)
	zone, err := d.zone(name)
	return name, zone, err
}

// zone loads a zone that the business has chosen.
func (d *Desk) zone(name string) (*time.Location, error) {
	zone, err := d.zones.Load(name)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, fault.CodeInternal, "a time zone of the business is unknown here", err)
	}
	return zone, nil
}

func checkLocation(c *catalog.Catalog, location id.Location) error {
	if location == "" {
		return nil
	}
	if l, ok := c.Location(location); !ok || l.Archived {
		return fault.BadField("location", "unknown", "there is no such location")
	}
	return nil
}

// startWindow is the window that holds one start and no other.
func startWindow(start span.Instant) span.Span { return span.Span{Start: start, End: start + 1} }

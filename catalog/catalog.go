// Package catalog says who and what can do what, where, and how long it
// takes: locations, services as ordered segments, staff with their skills,
// resources with their units.
//
// A business's catalog is small and read all the time, so it travels as one
// immutable value (Catalog), loaded once for each version of the business's
// configuration and shared by every goroutine. Nobody may change what hangs
// on it; a change goes through the store and makes a new version.
package catalog

import (
	"slices"

	"kept/id"
	"kept/money"
	"kept/span"
)

// Texts is a text of the owner by language tag ("en", "zh-Hant", "ru").
type Texts map[string]string

// Pick gives the text in the first of the wanted languages that there is, else
// English, else any (the first by tag, so that the choice is stable).
func (t Texts) Pick(languages ...string) string {
	for _, l := range languages {
		if s := t[l]; s != "" {
			return s
		}
	}
	if s := t["en"]; s != "" {
		return s
	}
	tags := make([]string, 0, len(t))
	for l := range t {
		tags = append(tags, l)
	}
	slices.Sort(tags)
	for _, l := range tags {
		if t[l] != "" {
			return t[l]
		}
	}
	return ""
}

// Business is one tenant.
type Business struct {
	ID       id.Business
	Slug     string // in addresses: lower-case letters, digits and dashes
	Names    Texts
	About    Texts
	Phone    string // to call, in the form of E.164 ("+4930901820"); empty for none
	Zone     string // IANA; the default of its locations
	Currency string // ISO 4217
	Language string // the one its own people read
	Preset   string // clinic, salon, workshop, blank
	Terms    Terms
	Version  int64 // of everything an owner can set; grows with every settings write
}

// Terms are a business's settings that bind booking.
type Terms struct {
	BreakGlass bool `json:"break_glass,omitempty"` // people may open a card past their reach, for a reason

	HoldMin         int    `json:"hold_min"`              // how long a hold keeps a slot; 10 by default
	CancelCutoffMin int    `json:"cancel_cutoff_min"`     // a client may cancel until so many minutes before the start
	MoveCutoffMin   int    `json:"move_cutoff_min"`       // a client may move until so many minutes before the start
	Contact         string `json:"contact"`               // which contact a client must give: any, email, phone, both
	ClientOverlap   bool   `json:"client_overlap"`        // one client may have two visits at once
	Approval        bool   `json:"approval,omitempty"`    // public bookings are requests until staff confirm
	Overflow        int    `json:"overflow,omitempty"`    // squeeze-ins that a staff member may have at once: 0 or 1
	WaitMin         int    `json:"wait_min,omitempty"`    // the longest that a client waits between two services of one visit
	Aim             Aim    `json:"aim,omitempty"`         // who is taken where several could; of services that do not say
	HideAbove       int    `json:"hide_above,omitempty"`  // percent of a slot's own value that a public slot may waste; 0 hides nothing
	Proof           string `json:"proof,omitempty"`       // who proves their contact by a code when they book in public: ProofNew ..., empty for nobody
	CodesADay       int    `json:"codes_a_day,omitempty"` // SMS with codes a day, below what the program allows; 0 for that

	SecondFactor []string `json:"second_factor,omitempty"` // the roles of which a second factor is asked; nil for none
}

// Who proves their contact when they book. Whoever is signed in has done so.
const (
	ProofNew    = "new"    // whose browser has not shown this contact here before
	ProofAlways = "always" // everybody, every time
)

// Aim says which of several staff members or units who could all take a visit is taken.
type Aim string

// The aims. Whatever the aim, the same facts give the same choice; ties go by position.
const (
	AimEven        Aim = "even"        // the least booked that day: an even load; the default
	AimConcentrate Aim = "concentrate" // the most booked that day who still can: whole free days for the others
	AimPriority    Aim = "priority"    // in the owner's order
	AimLeastSkill  Aim = "least_skill" // who knows least beyond what is needed: keeps the experts free
	AimSame        Aim = "same"        // who saw the client last; then as even
	AimFit         Aim = "fit"         // whose day it breaks up least: tightly packed days
)

// Aims lists every aim.
func Aims() []Aim { return []Aim{AimEven, AimConcentrate, AimPriority, AimLeastSkill, AimSame, AimFit} }

// DefaultTerms are the terms of a new business.
func DefaultTerms() Terms { return Terms{HoldMin: 10, Contact: "any"} }

// Location is a place where services are performed.
type Location struct {
	ID       id.Location
	Position int
	Names    Texts
	Address  Texts
	Zone     string              // IANA
	Travel   map[id.Location]int // minutes from here to another location; missing is 0
	Archived bool
}

// Service is what is sold.
type Service struct {
	ID              id.Service
	Position        int
	Names           Texts
	About           Texts
	Group           Texts // the heading under which it stands
	Segments        []Segment
	IntervalMin     int  // step between grid starts
	EdgeStarts      bool // starts at the edges of existing visits too
	BufferBeforeMin int  // of the first segment's parties
	BufferAfterMin  int  // of the last segment's parties
	NoticeMin       int  // least time from now to the start
	HorizonDays     int  // farthest local day from today; 0 is unlimited
	Price           money.Amount
	Locations       []id.Location // empty: every one
	Public          bool          // clients may book it themselves
	Archived        bool
	ServiceOptions
}

// ServiceOptions are what only some services need.
type ServiceOptions struct {
	Aim      Aim       `json:"aim,omitempty"`       // empty: as the business's terms say
	Seats    int       `json:"seats,omitempty"`     // above 0: a group; clients take seats of planned sessions
	MinSeats int       `json:"min_seats,omitempty"` // a session with fewer taken does not run
	Flexible *Flexible `json:"flexible,omitempty"`  // work whose exact time does not matter to the client
	Recalls  []Recall  `json:"recalls,omitempty"`   // when it is due for a client who is known
	Subject  string    `json:"subject,omitempty"`   // the kind of subject that it is done to (client.SubjectKinds); empty: the client
	// Dates of the start, besides NoticeMin and HorizonDays. Open days are those
	// on which the place is open; today is none of them.
	From        span.Date `json:"from,omitzero"`               // local dates between which it is to be had, both inclusive; zero is open
	To          span.Date `json:"to,omitzero"`                 //
	NoticeDays  int       `json:"notice_days,omitempty"`       // not before so many open days from today: 1 is the next one
	HorizonOpen int       `json:"horizon_open_days,omitempty"` // not after so many open days from today; 0 is unlimited
}

// Flexible is work that is dropped off and picked up: the client learns when to
// bring it and when it is ready, the engine fixes when it is done.
type Flexible struct {
	DropFromMin int `json:"drop_from_min"` // minutes of the local day between which it may be brought
	DropToMin   int `json:"drop_to_min"`
	ReadyDays   int `json:"ready_days"` // ready at the latest by closing time so many open days after the drop-off; 0 is the same day
	DayMin      int `json:"day_min"`    // most minutes of such work taken on in one day; 0 is as much as staff can do
	PieceMin    int `json:"piece_min"`  // the shortest piece into which the work may be cut; 0 is never cut
}

// Segment is a part of a service: so long, with these parties present. A
// segment without staff is processing time: the staff member is free, the
// resources it names stay taken, the client stays.
type Segment struct {
	DurationMin     int            `json:"duration_min"`
	Staff           *StaffNeed     `json:"staff"`
	Team            []StaffNeed    `json:"team,omitempty"` // others beside Staff, each with what they must know: a nurse beside the surgeon
	Resources       []ResourceNeed `json:"resources,omitempty"`
	BufferBeforeMin int            `json:"buffer_before_min,omitempty"`
	BufferAfterMin  int            `json:"buffer_after_min,omitempty"`
}

// StaffNeed says how many staff a segment takes and what they must know.
type StaffNeed struct {
	Count int    `json:"count"`
	Skill string `json:"skill,omitempty"`
	Level int    `json:"level,omitempty"` // the least level of the skill
	// Buffers of these people alone, beside the segment's own.
	BufferBeforeMin int `json:"buffer_before_min,omitempty"`
	BufferAfterMin  int `json:"buffer_after_min,omitempty"`
}

// ResourceNeed says how many units of a kind a segment takes.
type ResourceNeed struct {
	Kind  string        `json:"kind"`
	Count int           `json:"count"`
	AnyOf []id.Resource `json:"any_of,omitempty"` // only these of the kind; empty: every one
	// Buffers of these units alone, beside the segment's own: airing a room.
	BufferBeforeMin int `json:"buffer_before_min,omitempty"`
	BufferAfterMin  int `json:"buffer_after_min,omitempty"`
}

// DurationMin is the length of the whole service in minutes.
func (s *Service) DurationMin() int {
	sum := 0
	for _, g := range s.Segments {
		sum += g.DurationMin
	}
	return sum
}

// WorkMin is how much of it somebody works, in minutes.
func (s *Service) WorkMin() int {
	sum := 0
	for _, g := range s.Segments {
		if g.Staff != nil {
			sum += g.DurationMin
		}
	}
	return sum
}

// Needs tells whether somebody with a skill takes part in the service.
func (s *Service) Needs(skill string) bool {
	return slices.ContainsFunc(s.Segments, func(g Segment) bool {
		return g.Staff != nil && g.Staff.Skill == skill || slices.ContainsFunc(g.Team, func(n StaffNeed) bool { return n.Skill == skill })
	})
}

// Staff is somebody who performs services.
type Staff struct {
	ID          id.Staff
	Position    int
	Names       Texts
	Title       Texts        // "senior stylist"
	Services    []id.Service // those they perform; ignored with AllServices
	AllServices bool
	Skills      []Skill
	Color       string // pine, sky, plum, gold ...: the calendar's tint
	Email       string // where work notices go; sealed at rest, empty for none
	Language    string // of those notices; empty for the business's
	Archived    bool
	Preferences Preferences
}

// Preferences are what a staff member asks of their own calendar.
type Preferences struct {
	Priority  int           `json:"priority,omitempty"`   // under AimPriority lower comes first; 0 is last
	Favourite []id.Service  `json:"favourite,omitempty"`  // liked best: outweighs an hour of load where somebody is chosen
	Breaks    []Break       `json:"breaks,omitempty"`     // floating: each day this much stays free somewhere in the window
	RestMin   int           `json:"rest_min,omitempty"`   // least time between the last visit of a day and the first of the next
	MaxVisits int           `json:"max_visits,omitempty"` // a day; 0 is as many as fit
	MaxMin    int           `json:"max_min,omitempty"`    // minutes of visits with buffers a day; 0 is as many as fit
	Days      []ServiceDays `json:"days,omitempty"`       // services performed on certain weekdays only
	GapMin    int           `json:"gap_min,omitempty"`    // liked between visits: times that leave less rank lower; never forced
}

// Break is a pause of LengthMin somewhere between two minutes of the local day.
type Break struct {
	FromMin   int `json:"from_min"`
	ToMin     int `json:"to_min"`
	LengthMin int `json:"length_min"`
}

// ServiceDays keeps a service to some weekdays (ISO: 1 Monday to 7 Sunday).
type ServiceDays struct {
	Service  id.Service `json:"service"`
	Weekdays []int      `json:"weekdays"`
}

// Skill is something a staff member knows, and how well.
type Skill struct {
	Skill string `json:"skill"`
	Level int    `json:"level"`
}

// Performs tells whether the staff member is set to perform the service.
func (s *Staff) Performs(service id.Service) bool {
	return !s.Archived && (s.AllServices || slices.Contains(s.Services, service))
}

// Knows tells whether the staff member has what the segment asks for.
func (s *Staff) Knows(need *StaffNeed) bool {
	if need.Skill == "" {
		return true
	}
	return slices.ContainsFunc(s.Skills, func(k Skill) bool {
		return k.Skill == need.Skill && k.Level >= need.Level
	})
}

// Leads tells whether the staff member can lead a service: performs it, and
// knows what its first staffed segment asks for.
func (s *Staff) Leads(v *Service) bool {
	if !s.Performs(v.ID) {
		return false
	}
	for _, g := range v.Segments {
		if g.Staff != nil {
			return s.Knows(g.Staff)
		}
	}
	return false
}

// Resource is a room, a chair, a machine: one or more units of a kind.
type Resource struct {
	ID       id.Resource
	Position int
	Names    Texts
	Kind     string
	Units    int
	Location id.Location // empty: usable at every location
	Archived bool
}

// Catalog is all of one business's things at one version. Archived ones are
// in it, so that old bookings can still be named.
type Catalog struct {
	Business  Business
	Locations []*Location // by position, then id; so are the others
	Services  []*Service
	Staff     []*Staff
	Resources []*Resource
	Rules     []*Rule
	Forms     []*Form
	Notices   []*Notice
}

// Location finds a location, archived or not.
func (c *Catalog) Location(want id.Location) (*Location, bool) {
	return find(c.Locations, func(l *Location) bool { return l.ID == want })
}

// Service finds a service, archived or not.
func (c *Catalog) Service(want id.Service) (*Service, bool) {
	return find(c.Services, func(s *Service) bool { return s.ID == want })
}

// StaffMember finds a staff member, archived or not.
func (c *Catalog) StaffMember(want id.Staff) (*Staff, bool) {
	return find(c.Staff, func(s *Staff) bool { return s.ID == want })
}

// Resource finds a resource, archived or not.
func (c *Catalog) Resource(want id.Resource) (*Resource, bool) {
	return find(c.Resources, func(r *Resource) bool { return r.ID == want })
}

// ZoneOf gives the IANA zone of a location, the business's when there is none.
func (c *Catalog) ZoneOf(location id.Location) string {
	if l, ok := c.Location(location); ok && l.Zone != "" {
		return l.Zone
	}
	return c.Business.Zone
}

func find[T any](list []*T, is func(*T) bool) (*T, bool) {
	if i := slices.IndexFunc(list, is); i >= 0 {
		return list[i], true
	}
	return nil, false
}

package policy

import (
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"kept/catalog"
	"kept/id"
	"kept/money"
	"kept/span"
)

// scene is what an expression sees while it runs: one item of a case with one
// staff member at one start, or on one day where the start is not known. It is
// the activation and, at once, every variable in it: the fields' getters know
// what they are asked for, so that nothing is copied into maps.
type scene struct {
	catalog *catalog.Catalog
	c       *Case
	t       *Traits
	service *catalog.Service
	staff   *catalog.Staff // nil while nobody leads
	place   *catalog.Location
	start   span.Instant // zero where only the day is known
	day     span.Date
	minute  int // of the local day

	period span.Span    // of the zone, in which offset holds
	offset span.Instant // of the wall clock
	today0 span.Instant // midnight of day on the wall clock, as if in UTC
}

// ResolveName implements the activation of CEL.
func (s *scene) ResolveName(string) (any, bool) { return s, true }

// Parent implements the activation of CEL.
func (s *scene) Parent() cel.Activation { return nil }

// uses says what an answer depends on.
type uses uint32

const (
	usesClient uses = 1 << iota // client, subject, history
	usesService
	usesStaff
	usesLocation
	usesWeekday
	usesDate // the day itself, and what counts days to it
	usesHour
	usesMinute
	usesMinuteOfDay
	usesMinutesAhead
	usesLoad // of the day and the staff member
	usesNow  // how far now is; whoever prices does not know it

	usesDay = usesWeekday | usesDate
	usesAll = usesNow<<1 - 1
)

// name is one field of a variable.
type name struct {
	of, field string
	typ       *types.Type
	uses      uses
	get       func(*scene) any // nil: not known
}

const (
	ofClient  = "client"
	ofSubject = "subject"
	ofService = "service"
	ofStaff   = "staff"
	ofSlot    = "slot"
	ofHistory = "history"
	ofLoad    = "load"
)

// names are all that an expression may read, each once. docs/owners.md shows the table.
func names() []name {
	text, whole, number, truth := types.StringType, types.IntType, types.DoubleType, types.BoolType
	texts := types.NewListType(text)
	counts := types.NewMapType(text, whole)
	client := func(f func(*Traits) any) func(*scene) any { return func(s *scene) any { return f(s.t) } }
	staff := func(f func(*scene) any) func(*scene) any {
		return unless(f, func(s *scene) bool { return s.staff == nil })
	}
	place := func(f func(*scene) any) func(*scene) any {
		return unless(f, func(s *scene) bool { return s.place == nil })
	}
	return []name{
		{of: ofClient, field: "known", typ: truth, uses: usesClient, get: client(func(t *Traits) any { return t.Known() })},
		{of: ofClient, field: "new", typ: truth, uses: usesClient, get: client(func(t *Traits) any { return t.Visits == 0 })},
		{of: ofClient, field: "visits", typ: whole, uses: usesClient, get: client(func(t *Traits) any { return t.Visits })},
		{of: ofClient, field: "no_shows", typ: whole, uses: usesClient, get: client(func(t *Traits) any { return t.NoShows })},
		{of: ofClient, field: "late_cancels", typ: whole, uses: usesClient, get: client(func(t *Traits) any { return t.LateCancels })},
		{of: ofClient, field: "tags", typ: texts, uses: usesClient, get: client(func(t *Traits) any { return t.Tags })},
		{of: ofClient, field: "tier", typ: text, uses: usesClient, get: client(func(t *Traits) any { return t.Tier })},
		{of: ofClient, field: "language", typ: text, uses: usesClient, get: client(func(t *Traits) any { return t.Language })},
		{of: ofClient, field: "age", typ: whole, uses: usesClient, get: client(func(t *Traits) any { return maybe(t.Age) })},
		{of: ofClient, field: "spent", typ: number, uses: usesClient, get: client(func(t *Traits) any { return maybe(t.Spent) })},
		{of: ofSubject, field: "kind", typ: text, uses: usesClient, get: client(func(t *Traits) any { return t.Subject.Kind })},
		{of: ofSubject, field: "facts", typ: types.NewMapType(text, types.DynType), uses: usesClient, get: client(func(t *Traits) any { return t.Subject.Facts })},

		{of: ofService, field: "id", typ: text, uses: usesService, get: func(s *scene) any { return string(s.service.ID) }},
		{of: ofService, field: "name", typ: text, uses: usesService, get: func(s *scene) any { return s.says(s.service.Names) }},
		{of: ofService, field: "group", typ: text, uses: usesService, get: func(s *scene) any { return s.says(s.service.Group) }},
		{of: ofService, field: "minutes", typ: whole, uses: usesService, get: func(s *scene) any { return s.service.DurationMin() }},
		{of: ofService, field: "price", typ: number, uses: usesService, get: func(s *scene) any { return major(s.service.Price) }},

		{of: ofStaff, field: "id", typ: text, uses: usesStaff, get: staff(func(s *scene) any { return string(s.staff.ID) })},
		{of: ofStaff, field: "name", typ: text, uses: usesStaff, get: staff(func(s *scene) any { return s.says(s.staff.Names) })},
		{of: ofStaff, field: "title", typ: text, uses: usesStaff, get: staff(func(s *scene) any { return s.says(s.staff.Title) })},
		{of: ofStaff, field: "skills", typ: counts, uses: usesStaff, get: staff(func(s *scene) any { return s.skills() })},

		{of: ofSlot, field: "weekday", typ: whole, uses: usesWeekday, get: func(s *scene) any { return s.day.Weekday() }},
		{of: ofSlot, field: "date", typ: text, uses: usesDate, get: func(s *scene) any { return s.day.String() }},
		{of: ofSlot, field: "month", typ: whole, uses: usesDate, get: func(s *scene) any { return int(s.day.Month) }},
		{of: ofSlot, field: "location", typ: text, uses: usesLocation, get: place(func(s *scene) any { return string(s.place.ID) })},
		{of: ofSlot, field: "location_name", typ: text, uses: usesLocation, get: place(func(s *scene) any { return s.says(s.place.Names) })},
		{of: ofSlot, field: "hour", typ: whole, uses: usesHour, get: func(s *scene) any { return s.minute / 60 }},
		{of: ofSlot, field: "minute", typ: whole, uses: usesMinute, get: func(s *scene) any { return s.minute % 60 }},
		{of: ofSlot, field: "minute_of_day", typ: whole, uses: usesMinuteOfDay, get: func(s *scene) any { return s.minute }},
		{of: ofSlot, field: "days_ahead", typ: whole, uses: usesDate | usesNow, get: func(s *scene) any { return s.today().DaysUntil(s.day) }},
		{of: ofSlot, field: "minutes_ahead", typ: whole, uses: usesMinutesAhead | usesNow, get: func(s *scene) any { return int((s.start - s.c.Now) / span.Minute) }},

		{of: ofHistory, field: "last_visit_days", typ: whole, uses: usesClient | usesDate, get: func(s *scene) any { return s.daysSince("") }},
		{of: ofHistory, field: "days_since_service", typ: whole, uses: usesClient | usesService | usesDate, get: func(s *scene) any { return s.daysSince(s.service.ID) }},
		{of: ofHistory, field: "visits_of_service", typ: whole, uses: usesClient | usesService, get: func(s *scene) any { return s.completed(s.service.ID) }},
		{of: ofHistory, field: "visits_of", typ: counts, uses: usesClient, get: func(s *scene) any { return s.visitsOf() }},
		{of: ofHistory, field: "coming", typ: whole, uses: usesClient | usesNow, get: func(s *scene) any { return s.coming() }},
		{of: ofHistory, field: "last_staff", typ: text, uses: usesClient, get: func(s *scene) any { return s.lastStaff() }},

		{of: ofLoad, field: "day_percent", typ: whole, uses: usesLoad | usesDate, get: func(s *scene) any { return s.load("") }},
		{of: ofLoad, field: "staff_percent", typ: whole, uses: usesLoad | usesDate | usesStaff, get: staff(func(s *scene) any { return s.load(s.staff.ID) })},
	}
}

// maybe is the value pointed at, nil when there is none.
func maybe[T any](p *T) any {
	if p == nil {
		return nil
	}
	if m, ok := any(*p).(money.Amount); ok {
		return major(m)
	}
	return *p
}

// unless makes a getter that knows nothing while a part of the scene is missing.
func unless(get func(*scene) any, missing func(*scene) bool) func(*scene) any {
	return func(s *scene) any {
		if missing(s) {
			return nil
		}
		return get(s)
	}
}

// says reads a text in the business's own language.
func (s *scene) says(t catalog.Texts) string { return t.Pick(s.catalog.Business.Language) }

func (s *scene) today() span.Date { return span.DateOf(s.c.Now.In(s.c.zone())) }

// at puts the scene at a start. The offset of the zone is looked up once for
// each period that it has, the date once a day.
func (s *scene) at(start span.Instant) {
	s.start = start
	if !s.period.Holds(start) {
		t := start.In(s.c.zone())
		from, to := t.ZoneBounds()
		_, offset := t.Zone()
		s.offset, s.today0 = span.Instant(offset)*span.Second, -1<<62
		s.period = span.Span{Start: -1 << 62, End: 1 << 62}
		if !from.IsZero() {
			s.period.Start = span.At(from)
		}
		if !to.IsZero() {
			s.period.End = span.At(to)
		}
	}
	local := start + s.offset
	if since := local - s.today0; since < 0 || since >= span.Day {
		s.day = span.DateOf(local.UTC())
		s.today0 = span.At(time.Date(s.day.Year, s.day.Month, s.day.Day, 0, 0, 0, 0, time.UTC))
	}
	s.minute = int((local - s.today0) / span.Minute)
}

// count is a map of numbers in which what is missing is 0.
type count struct{ traits.Mapper }

// Find implements traits.Mapper.
func (c count) Find(key ref.Val) (ref.Val, bool) {
	if v, ok := c.Mapper.Find(key); ok || types.IsUnknownOrError(v) {
		return v, ok
	}
	return types.IntZero, true
}

// Get implements traits.Indexer.
func (c count) Get(key ref.Val) ref.Val {
	v, _ := c.Find(key)
	return v
}

func countOf(m map[string]int) count {
	return count{types.NewDynamicMap(types.DefaultTypeAdapter, m)}
}

// skills are the levels of the staff member by skill.
func (s *scene) skills() count {
	m := map[string]int{}
	for _, k := range s.staff.Skills {
		m[k.Skill] = k.Level
	}
	return countOf(m)
}

// visitsOf counts completed visits by the id and the name of the service.
func (s *scene) visitsOf() count {
	m := map[string]int{}
	s.past("", func(v *Visit) {
		m[string(v.Service)]++
		if sold, ok := s.catalog.Service(v.Service); ok {
			m[s.says(sold.Names)]++
		}
	})
	return countOf(m)
}

// past calls for each completed visit of a service (empty: any).
func (s *scene) past(service id.Service, visit func(*Visit)) {
	for i := range s.t.History {
		v := &s.t.History[i]
		if v.Status == statusCompleted && (service == "" || v.Service == service) && (s.c.Except == "" || v.Source != s.c.Except) {
			visit(v)
		}
	}
}

// daysSince counts local days from the last completed visit before the day, nil when there is none.
func (s *scene) daysSince(service id.Service) any {
	least := -1
	s.past(service, func(v *Visit) {
		if n := v.Day.DaysUntil(s.day); n >= 0 && (least < 0 || n < least) {
			least = n
		}
	})
	if least < 0 {
		return nil
	}
	return least
}

func (s *scene) completed(service id.Service) int {
	n := 0
	s.past(service, func(*Visit) { n++ })
	return n
}

// coming counts bookings that have not ended.
func (s *scene) coming() int {
	seen := map[string]bool{}
	for i := range s.t.History {
		v := &s.t.History[i]
		if v.served() && v.Status != statusCompleted && v.End > s.c.Now && (s.c.Except == "" || v.Source != s.c.Except) {
			seen[v.Source] = true
		}
	}
	return len(seen)
}

// lastStaff names who led the latest completed visit, nil when there is none.
func (s *scene) lastStaff() any {
	var last *Visit
	s.past("", func(v *Visit) {
		if last == nil || v.Start > last.Start {
			last = v
		}
	})
	if last == nil {
		return nil
	}
	return string(last.Staff)
}

func (s *scene) load(staff id.Staff) any {
	if s.c.Load == nil {
		return nil
	}
	if percent, known := s.c.Load(s.day, staff); known {
		return percent
	}
	return nil
}

// major turns minor units into the currency's own: 4500 cents into 45.
func major(a money.Amount) float64 {
	switch a.Currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return float64(a.Amount)
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return float64(a.Amount) / 1000
	default:
		return float64(a.Amount) / 100
	}
}

// scene prepares what expressions of a case see; service, staff and time are the caller's to set.
func (b *Book) scene(c *Case) *scene {
	s := &scene{catalog: b.catalog, c: c, t: c.traits()}
	if c.Location != "" {
		s.place, _ = b.catalog.Location(c.Location)
	}
	return s
}

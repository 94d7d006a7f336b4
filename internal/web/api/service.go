package api

import (
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/internal/web/wire"
	"kept/money"
)

// serviceWrite makes or changes a service.
type serviceWrite struct {
	Name            *string           `json:"name,omitempty" maxLength:"200" doc:"In the business's language"`
	Names           map[string]string `json:"names,omitempty" doc:"By language: en, zh-Hant, ru"`
	About           *string           `json:"about,omitempty" maxLength:"2000"`
	Abouts          map[string]string `json:"abouts,omitempty"`
	Group           *string           `json:"group,omitempty" maxLength:"200"`
	Groups          map[string]string `json:"groups,omitempty"`
	DurationMin     *int              `json:"duration_min,omitempty" minimum:"1" maximum:"1440" doc:"A plain service: one segment with one staff member"`
	Segments        []serviceSegment  `json:"segments,omitempty" maxItems:"100" doc:"A service of parts; instead of duration_min"`
	IntervalMin     *int              `json:"interval_min,omitempty" minimum:"1" maximum:"1440"`
	EdgeStarts      *bool             `json:"edge_starts,omitempty"`
	BufferBeforeMin *int              `json:"buffer_before_min,omitempty" minimum:"0" maximum:"240"`
	BufferAfterMin  *int              `json:"buffer_after_min,omitempty" minimum:"0" maximum:"240"`
	NoticeMin       *int              `json:"notice_min,omitempty" minimum:"0" maximum:"525600"`
	HorizonDays     *int              `json:"horizon_days,omitempty" minimum:"0" maximum:"730" doc:"0 is unlimited"`
	NoticeDays      *int              `json:"notice_days,omitempty" minimum:"0" maximum:"365" doc:"Not before so many open days from today, besides notice_min: 1 is the next day on which the place is open"`
	HorizonOpen     *int              `json:"horizon_open_days,omitempty" minimum:"0" maximum:"365" doc:"Not after so many open days from today, besides horizon_days; 0 is unlimited"`
	From            day               `json:"from,omitzero" doc:"The first local day on which it is to be had; null is open"`
	To              day               `json:"to,omitzero" doc:"The last one; null is open"`
	Price           *moneyWrite       `json:"price,omitempty"`
	Locations       []string          `json:"locations,omitempty" maxItems:"100"`
	Public          *bool             `json:"public,omitempty" doc:"Clients may book it themselves"`
	Position        *int              `json:"position,omitempty" minimum:"0"`
	Aim             *string           `json:"aim,omitempty" doc:"Who is taken where several could: even, concentrate, priority, least_skill, same, fit; empty is as the business says"`
	Seats           *int              `json:"seats,omitempty" minimum:"0" maximum:"1000" doc:"Above 0: a group whose seats clients take"`
	MinSeats        *int              `json:"min_seats,omitempty" minimum:"0" maximum:"1000" doc:"With fewer taken it does not run"`
	Flexible        merge[flexible]   `json:"flexible,omitzero" doc:"Work that is dropped off and picked up; null for none"`
	Subject         *string           `json:"subject,omitempty" enum:",person,child,pet,vehicle,device" doc:"What it is done to, where that is not the client"`
	Recalls         *[]recall         `json:"recalls,omitempty" maxItems:"20" doc:"When it is due for a client who is known; an empty list for never"`
}

type moneyWrite struct {
	Amount   int64  `json:"amount" minimum:"0"`
	Currency string `json:"currency,omitempty" maxLength:"3"`
}

func (w serviceWrite) apply(s *catalog.Service, home string) error {
	texts(&s.Names, w.Name, w.Names, home)
	texts(&s.About, w.About, w.Abouts, home)
	texts(&s.Group, w.Group, w.Groups, home)
	switch {
	case w.Segments != nil:
		s.Segments = segmentsFrom(w.Segments)
		if w.DurationMin != nil && *w.DurationMin != s.DurationMin() {
			return fault.BadField("duration_min", "mismatch", "not the sum of the segments; leave it out")
		}
	case w.DurationMin != nil:
		if len(s.Segments) > 1 {
			return fault.BadField("duration_min", "unexpected", "the service has several segments; send segments")
		}
		one := catalog.Segment{Staff: &catalog.StaffNeed{Count: 1}}
		if len(s.Segments) == 1 {
			one = s.Segments[0]
		}
		one.DurationMin = *w.DurationMin
		s.Segments = []catalog.Segment{one}
	}
	wire.Set(&s.IntervalMin, w.IntervalMin)
	wire.Set(&s.EdgeStarts, w.EdgeStarts)
	wire.Set(&s.BufferBeforeMin, w.BufferBeforeMin)
	wire.Set(&s.BufferAfterMin, w.BufferAfterMin)
	wire.Set(&s.NoticeMin, w.NoticeMin)
	wire.Set(&s.HorizonDays, w.HorizonDays)
	wire.Set(&s.NoticeDays, w.NoticeDays)
	wire.Set(&s.HorizonOpen, w.HorizonOpen)
	wire.Set(&s.Public, w.Public)
	wire.Set(&s.Position, w.Position)
	if w.Price != nil {
		s.Price = money.Of(w.Price.Amount, w.Price.Currency)
	}
	if w.Locations != nil {
		s.Locations = idsOf[id.Location](w.Locations)
	}
	var err error
	if s.From, err = w.From.over(s.From, "from"); err != nil {
		return err
	}
	if s.To, err = w.To.over(s.To, "to"); err != nil {
		return err
	}
	return w.options(&s.ServiceOptions)
}

func (w serviceWrite) options(o *catalog.ServiceOptions) error {
	if w.Aim != nil {
		o.Aim = catalog.Aim(*w.Aim)
	}
	wire.Set(&o.Seats, w.Seats)
	wire.Set(&o.MinSeats, w.MinSeats)
	wire.Set(&o.Subject, w.Subject)
	if w.Recalls != nil {
		o.Recalls = nil
		for _, r := range *w.Recalls {
			o.Recalls = append(o.Recalls, r.recall())
		}
	}
	switch {
	case w.Flexible.none():
		o.Flexible = nil
	case w.Flexible.given():
		have := flexible{}
		if o.Flexible != nil {
			have = flexible(*o.Flexible)
		}
		next, err := w.Flexible.over(have)
		if err != nil {
			return err
		}
		o.Flexible = new(catalog.Flexible(next))
	}
	return nil
}

// flexible is catalog.Flexible on the wire.
type flexible struct {
	DropFromMin int `json:"drop_from_min" required:"false" minimum:"0" maximum:"1439" doc:"Minutes of the local day between which it may be brought"`
	DropToMin   int `json:"drop_to_min" required:"false" minimum:"1" maximum:"1440"`
	ReadyDays   int `json:"ready_days" required:"false" minimum:"0" maximum:"60" doc:"Ready by closing time so many open days later; 0 is the same day"`
	DayMin      int `json:"day_min" required:"false" minimum:"0" doc:"Most minutes of such work taken on in a day; 0 is as much as staff can do"`
	PieceMin    int `json:"piece_min" required:"false" minimum:"0" maximum:"1440" doc:"The shortest piece into which it may be cut; 0 is never"`
}

type serviceBody struct {
	ID              string            `json:"id"`
	Name            string            `json:"name"`
	Names           map[string]string `json:"names"`
	About           string            `json:"about,omitempty"`
	Abouts          map[string]string `json:"abouts"`
	Group           string            `json:"group,omitempty"`
	Groups          map[string]string `json:"groups"`
	DurationMin     int               `json:"duration_min"`
	Segments        []serviceSegment  `json:"segments"`
	IntervalMin     int               `json:"interval_min"`
	EdgeStarts      bool              `json:"edge_starts"`
	BufferBeforeMin int               `json:"buffer_before_min"`
	BufferAfterMin  int               `json:"buffer_after_min"`
	NoticeMin       int               `json:"notice_min"`
	HorizonDays     int               `json:"horizon_days"`
	NoticeDays      int               `json:"notice_days"`
	HorizonOpen     int               `json:"horizon_open_days"`
	From            day               `json:"from"`
	To              day               `json:"to"`
	Price           money.Amount      `json:"price"`
	Locations       []string          `json:"locations"`
	Public          bool              `json:"public"`
	Position        int               `json:"position"`
	Aim             string            `json:"aim,omitempty"`
	Seats           int               `json:"seats"`
	MinSeats        int               `json:"min_seats"`
	Flexible        *flexible         `json:"flexible,omitempty"`
	Subject         string            `json:"subject,omitempty" doc:"What it is done to, where that is not the client"`
	Recalls         []recall          `json:"recalls,omitempty"`
	Impossible      []lack            `json:"impossible" readOnly:"true" doc:"Why it can never take place as things are set; empty where it can. A warning: it is on sale all the same"`
}

// lack is catalog.Lack on the wire.
type lack struct {
	Rule    string `json:"rule" enum:"location,staff,skill,staff_few,resource,resource_few,day_min,piece_min" doc:"What is missing: an open location, somebody who performs it, somebody with the skill at the level, enough people at once, a resource of the kind, enough units of it; or work longer than a day takes, or shorter than its shortest piece"`
	Segment int    `json:"segment,omitempty" doc:"In which segment, from 1"`
	Skill   string `json:"skill,omitempty"`
	Level   int    `json:"level,omitempty"`
	Kind    string `json:"kind,omitempty" doc:"Of the resources"`
	Need    int    `json:"need,omitempty" doc:"How many people, units or minutes are needed"`
	Have    int    `json:"have,omitempty" doc:"How many there are"`
}

// impossible writes why a service can never take place.
func impossible(b *serviceBody, s *catalog.Service, c *catalog.Catalog) {
	b.Impossible = []lack{}
	for _, l := range c.Impossible(s) {
		b.Impossible = append(b.Impossible, lack(l))
	}
}

func (a *API) serviceOf(s *catalog.Service, language, home string) serviceBody {
	out := serviceBody{
		ID: string(s.ID), Name: s.Names.Pick(language, home), Names: dict(s.Names), About: s.About.Pick(language, home),
		Abouts: dict(s.About), Group: s.Group.Pick(language, home), Groups: dict(s.Group), DurationMin: s.DurationMin(),
		Segments: segmentsOf(s.Segments), IntervalMin: s.IntervalMin, EdgeStarts: s.EdgeStarts,
		BufferBeforeMin: s.BufferBeforeMin, BufferAfterMin: s.BufferAfterMin, NoticeMin: s.NoticeMin,
		HorizonDays: s.HorizonDays, NoticeDays: s.NoticeDays, HorizonOpen: s.HorizonOpen, From: dayOf(s.From), To: dayOf(s.To), Price: s.Price, Locations: textsOf(s.Locations), Public: s.Public, Position: s.Position,
		Aim: string(s.Aim), Seats: s.Seats, MinSeats: s.MinSeats, Subject: s.Subject,
	}
	if s.Flexible != nil {
		out.Flexible = new(flexible(*s.Flexible))
	}
	for _, r := range s.Recalls {
		out.Recalls = append(out.Recalls, recallOf(r))
	}
	return out
}

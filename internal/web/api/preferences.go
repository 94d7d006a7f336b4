package api

import (
	"kept/catalog"
	"kept/id"
)

// preferences are what a staff member asks of their own calendar, read and written.
type preferences struct {
	Priority  int               `json:"priority" required:"false" minimum:"0" maximum:"1000000" doc:"Under the aim priority lower comes first; 0 is last"`
	Favourite list[string]      `json:"favourite" required:"false" maxItems:"1000" doc:"Services liked best"`
	Breaks    list[breakBody]   `json:"breaks" required:"false" maxItems:"20" doc:"Floating: each day this much stays free somewhere in the window"`
	RestMin   int               `json:"rest_min" required:"false" minimum:"0" maximum:"1440" doc:"Least time between the last visit of a day and the first of the next"`
	MaxVisits int               `json:"max_visits" required:"false" minimum:"0" doc:"A day; 0 is as many as fit"`
	MaxMin    int               `json:"max_min" required:"false" minimum:"0" maximum:"1440" doc:"Minutes of visits with buffers a day; 0 is as many as fit"`
	Days      list[serviceDays] `json:"days" required:"false" maxItems:"1000" doc:"Services performed on certain weekdays only"`
	GapMin    int               `json:"gap_min" required:"false" minimum:"0" maximum:"240" doc:"Liked between visits: ranked, never forced"`
}

type breakBody struct {
	FromMin   int `json:"from_min" minimum:"0" maximum:"1439" doc:"Minutes of the local day"`
	ToMin     int `json:"to_min" minimum:"1" maximum:"1440"`
	LengthMin int `json:"length_min" minimum:"1" maximum:"1440"`
}

type serviceDays struct {
	Service  string `json:"service" maxLength:"36"`
	Weekdays []int  `json:"weekdays" minItems:"1" maxItems:"7" doc:"ISO: 1 Monday to 7 Sunday"`
}

func preferencesOf(p catalog.Preferences) preferences {
	out := preferences{
		Priority: p.Priority, Favourite: textsOf(p.Favourite), Breaks: make(list[breakBody], len(p.Breaks)), RestMin: p.RestMin,
		MaxVisits: p.MaxVisits, MaxMin: p.MaxMin, Days: make(list[serviceDays], len(p.Days)), GapMin: p.GapMin,
	}
	for i, b := range p.Breaks {
		out.Breaks[i] = breakBody(b)
	}
	for i, d := range p.Days {
		out.Days[i] = serviceDays{string(d.Service), d.Weekdays}
	}
	return out
}

func (p preferences) preferences() catalog.Preferences {
	out := catalog.Preferences{
		Priority: p.Priority, Favourite: idsOf[id.Service](p.Favourite), RestMin: p.RestMin, MaxVisits: p.MaxVisits,
		MaxMin: p.MaxMin, GapMin: p.GapMin,
	}
	for _, b := range p.Breaks {
		out.Breaks = append(out.Breaks, catalog.Break(b))
	}
	for _, d := range p.Days {
		out.Days = append(out.Days, catalog.ServiceDays{Service: id.Service(d.Service), Weekdays: d.Weekdays})
	}
	return out
}

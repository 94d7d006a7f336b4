package api

import (
	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/fault"
)

// Bringing says in words whom or what a visit is for.
type Bringing struct {
	About *struct {
		Kind  string `json:"kind,omitempty" enum:"person,child,pet,vehicle,device" doc:"As the service says, if missing"`
		Name  string `json:"name,omitempty" maxLength:"100" doc:"As the client calls it"`
		Plate string `json:"plate,omitempty" maxLength:"20" doc:"Of a vehicle"`
	} `json:"about,omitempty" doc:"For whom or what the visit is: the one on the card with this plate or name, or a new one, as the client says"`
}

// brought reads it. Fault Invalid (about.kind, about.name, about.plate).
func (b Bringing) brought(c *catalog.Catalog, lines []booking.Line) (client.Brought, error) {
	if b.About == nil {
		return client.Brought{}, nil
	}
	out := client.Brought{Kind: b.About.Kind, Name: b.About.Name, Plate: b.About.Plate}
	for _, l := range lines {
		if s, ok := c.Service(l.Service); ok && out.Kind == "" {
			out.Kind = s.Subject
		}
	}
	if out.None() {
		return out, fault.BadField("about", "required", "give a name or a plate")
	}
	return out.Clean()
}

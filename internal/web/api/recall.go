package api

import (
	"kept/catalog"
	"kept/id"
)

// recall is catalog.Recall on the wire.
type recall struct {
	Kind      string `json:"kind" enum:"interval,usage,age,after,course" doc:"By what it is due: so long after a visit; after so much use or so long, whichever is first; again and again from an age on; once after another service; as the next visit of a course"`
	Every     int    `json:"every" minimum:"1" maximum:"1200" doc:"So many units; of a course the least distance of two visits"`
	Unit      string `json:"unit" enum:"day,week,month,year"`
	Most      int    `json:"most,omitempty" minimum:"0" maximum:"1200" doc:"Of a course: the greatest distance of two visits"`
	Steps     int    `json:"steps,omitempty" minimum:"0" maximum:"100" doc:"Of a course: how many visits it has"`
	Reading   string `json:"reading,omitempty" maxLength:"100" doc:"Of usage: the kind of reading that counts: mileage_km, hours ..."`
	Amount    int    `json:"amount,omitempty" minimum:"0" maximum:"10000000" doc:"Of usage: how much use"`
	FromAge   int    `json:"from_age,omitempty" minimum:"0" maximum:"120" doc:"Of age: years"`
	After     string `json:"after,omitempty" maxLength:"36" doc:"Of after: the service whose visit begins it"`
	LeadDays  int    `json:"lead_days,omitempty" minimum:"0" maximum:"365" doc:"The client is told so many days before"`
	GraceDays int    `json:"grace_days,omitempty" minimum:"0" maximum:"3650" doc:"It expires so many days after it was due; 0 is 90"`
	Silent    bool   `json:"silent,omitempty" doc:"The client is not told; only the desk sees it"`
}

func (r recall) recall() catalog.Recall {
	return catalog.Recall{
		Kind: catalog.RecallKind(r.Kind), Every: r.Every, Unit: r.Unit, Most: r.Most, Steps: r.Steps, Reading: r.Reading,
		Amount: r.Amount, FromAge: r.FromAge, After: id.Service(r.After), LeadDays: r.LeadDays, GraceDays: r.GraceDays, Silent: r.Silent,
	}
}

func recallOf(r catalog.Recall) recall {
	return recall{
		Kind: string(r.Kind), Every: r.Every, Unit: r.Unit, Most: r.Most, Steps: r.Steps, Reading: r.Reading,
		Amount: r.Amount, FromAge: r.FromAge, After: string(r.After), LeadDays: r.LeadDays, GraceDays: r.GraceDays, Silent: r.Silent,
	}
}
